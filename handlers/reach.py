"""How far the data goes: the line that stands below every answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.language import N_, say, say_n, short_date
from handlers.wording import written_day
from store import letters, state
from store.engine import Transaction

HELD_WORDS = N_("更新暫停套用，待管理員確認")
"""What a sync is called that the breaker holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the data goes."""

    coverage: date | None
    """The day of the latest letter."""

    data_date: str | None
    """The latest day on which a file says it was updated."""

    revision: str | None
    """The source's own name for what was read, where it has one."""

    read_on: date | None
    """The day on which the source was read last."""

    warnings: tuple[str, ...]
    """What keeps newer data away: a source that was not read for more than a day, or not today and can't be, a sync that is held."""

    def __str__(self) -> str:
        return "\n".join([_dates(self.coverage, self.data_date), *self.warnings])


def read_reach(tx: Transaction, today: date) -> Reach:
    """How far the stored data goes, seen from a day."""
    known = state.read_all(tx, (state.SYNCED_ON, state.HELD, state.DATA_DATE, state.REVISION, state.UNREAD_WHY))
    warnings = []
    read_on = date.fromisoformat(known[state.SYNCED_ON]) if state.SYNCED_ON in known else None
    if read_on is None:
        warnings.append(say("⚠️ 還沒有讀到任何紀錄：來源還沒有讀過，或讀不到"))
    days_unsaid = 0 if known.get(state.UNREAD_WHY) else 1
    if read_on and (today - read_on).days > days_unsaid:
        warnings.append(
            say_n("⚠️ 來源上次讀取 {read_on}（{n} 天前）", (today - read_on).days, read_on=short_date(read_on))
        )
    if known.get(state.HELD):
        warnings.append(f"⚠️ {say(HELD_WORDS)}")
    return Reach(
        coverage=letters.coverage(tx, today),
        data_date=known.get(state.DATA_DATE),
        revision=known.get(state.REVISION),
        read_on=read_on,
        warnings=tuple(warnings),
    )


def _dates(coverage: date | None, data_date: str | None) -> str:
    """How far the letters reach and of when the data is; both, always."""
    reached = say("公文收錄至 {coverage}", coverage=short_date(coverage)) if coverage else say("尚未收錄公文")
    return say("{reach}·資料版本 {data}", reach=reached, data=written_day(data_date) if data_date else say("未載明"))
