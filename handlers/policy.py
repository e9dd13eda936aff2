"""What the operator set: who may decide what, and when people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.language import CHINESE
from handlers.message import Chat, Person
from records.agencies import directory
from records.status import Standing
from store.recipients import DueTimes

UNDO_WINDOW = timedelta(minutes=30)
DIGEST_AT = time(8, 30)
QUIET = (time(22), time(8))
"""The quiet hours, from and to."""

BREAKER = {"status": 0.20, "removed": 0.05, "added": 0.25, "unreadable": 0.05}
"""The real nights changed the status of up to 8.7 % of the records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """A person who may settle verdicts: everywhere, or of one agency and its bodies, or of one category."""

    person: Person
    agency: str | None = None
    category: str | None = None

    def covers(self, standing: Standing) -> bool:
        """Whether a commitment lies in the scope; any one of its agencies suffices."""
        if self.category is not None:
            return standing.category == self.category
        return self.agency is None or not directory().covers(self.agency).isdisjoint(standing.agencies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings that handlers go by.

    Times of day are in `zone`; `quiet` is (from, to), equal for none; `breaker` holds the share of the records that a sync
    may change, remove, add or find unreadable before it is held. With `groups_by_admins` only a group's admins may change
    what it watches. `deep_link` opens a chat with the bot, where it has one, and what follows it is asked there.
    `language` is spoken where a chat has none of its own.
    """

    zone: ZoneInfo
    admins: frozenset[Person] = frozenset()
    reviewers: tuple[Reviewer, ...] = ()
    review_chats: tuple[Chat, ...] = ()
    undo_window: timedelta = UNDO_WINDOW
    digest_at: time = DIGEST_AT
    quiet: tuple[time, time] = QUIET
    writes_back: bool = False
    groups_by_admins: bool = False
    deep_link: str = ""
    language: str = CHINESE
    breaker: Mapping[str, float] = field(default_factory=lambda: dict(BREAKER))

    def local(self, at: datetime | None) -> datetime:
        """A moment in the deployment's zone; one that never comes where there is none."""
        return at.astimezone(self.zone) if at else datetime.max.replace(tzinfo=self.zone)

    def awake(self, at: datetime) -> datetime:
        """The first moment from `at` on that lies outside the quiet hours."""
        local = at.astimezone(self.zone)
        start, end = self.quiet
        now = local.timetz().replace(tzinfo=None)
        quiet = start <= now < end if start <= end else now >= start or now < end
        if not quiet:
            return at
        wakes = datetime.combine(local.date(), end, self.zone)
        return wakes if wakes > local else wakes + timedelta(days=1)

    def is_quiet(self, at: datetime) -> bool:
        """Whether a moment lies in the quiet hours."""
        return self.awake(at) != at

    def next_digest(self, at: datetime) -> datetime:
        """The first daily digest from `at` on; one whose hour lies in the quiet hours comes when they end."""
        local = at.astimezone(self.zone)
        days = (local.date() + timedelta(days=n) for n in (-1, 0, 1))
        moments = (self.awake(datetime.combine(day, self.digest_at, self.zone)) for day in days)
        return next(moment for moment in moments if moment >= local)

    @property
    def digest_comes(self) -> time:
        """The time of day of the digests in the deployment's zone: DIGEST_AT, or where that is quiet the end of the quiet hours."""
        return self.awake(datetime.combine(date(2026, 1, 1), self.digest_at, self.zone)).timetz().replace(tzinfo=None)

    def next_weekly(self, at: datetime) -> datetime:
        """The first weekly digest from `at` on: with a Monday's daily one."""
        daily = self.next_digest(at)
        return daily + timedelta(days=-daily.weekday() % 7)

    def due_times(self, at: datetime) -> DueTimes:
        """When news falls due that is told from `at` on."""
        return DueTimes(at=at, awake=self.awake(at), daily=self.next_digest(at), weekly=self.next_weekly(at))
