"""The one clock: now, in the deployment's zone; with `--today` the day is replaced, the time of day stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tells the moment; `today` stands in for the real day where it is set."""

    zone: ZoneInfo
    today: date | None = None

    def now(self) -> datetime:
        """The moment, aware, in the deployment's zone."""
        real = datetime.now(self.zone)
        return datetime.combine(self.today, real.timetz()) if self.today else real
