"""What holds for a commitment on a day: the one place where file, decisions and calendar meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from records.flags import Deadline, Flag
from records.record import ACHIEVED, NOT_A_PROMISE, PARTLY, SETTLED, TRACKING

DUE_SOON_DAYS = 30
"""即將到期: at most so many days before the target date."""

ACCEPT: Final = "accept"
ACCEPT_PARTLY: Final = "partly"
DECLINE: Final = "decline"
NOT_PROMISED: Final = "not-a-promise"
OUTCOMES: Mapping[str, str] = {
    ACCEPT: ACHIEVED,
    ACCEPT_PARTLY: PARTLY,
    DECLINE: TRACKING,
    NOT_PROMISED: NOT_A_PROMISE,
}
"""What a decision's outcome makes of the effective status."""

LEFT_BY_DECLINE = (ACCEPT_PARTLY, NOT_PROMISED)
"""Outcomes that stay in force where what the AI says anew is declined."""

NO_CONCLUSION: Final = "no-conclusion"
REVIEWED_AS = (*OUTCOMES, NO_CONCLUSION)
"""How a commitment may stand that people settled; NO_CONCLUSION is a decline where no AI's verdict of 達成 was declined."""

DEADLINE_RIGHT: Final = "deadline-right"
DEADLINE_MOVED: Final = "deadline-moved"
NO_DEADLINE: Final = "no-deadline"
DEADLINE_OUTCOMES = (DEADLINE_RIGHT, DEADLINE_MOVED, NO_DEADLINE)
"""How a doubtful deadline is settled: it is right, it is another day, it is none."""

DISMISS: Final = "dismiss"
"""The outcome of a correction that is not taken: the commitment stays as it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A commitment as it stands: what its file says, what reviewers decided, and what follows for its deadline.

    News keeps it as JSON for a month (`handlers/news.py`): a field that is added needs a default, one that goes is passed over.
    """

    key: int
    """The store's own."""

    path: str
    id: str
    title: str
    category: str
    agencies: tuple[str, ...]
    """Canonical names."""

    agency_text: str | None
    """The field as written."""

    legislators: tuple[str, ...]
    status: str
    """The effective status."""

    recorded: str
    """The file's word."""

    reviewed: str
    """How people settled it: none, source (the file says that they did), or one of REVIEWED_AS."""

    target: date | None
    target_text: str | None
    deadline: Deadline
    letter_number: str | None
    letter_date: date | None
    letter_ordinal: str | None
    url: str | None
    unsupported: bool
    flags: tuple[Flag, ...]
    alike: int | None
    """The group of records from one letter that share most of their text."""

    searched: str
    """The folded text that words are looked for in."""

    removed_on: date | None = None
    """The day since which the source holds it no longer."""

    cited_as_done: bool = False
    """The AI cites a later letter as evidence of achievement."""

    third_party: str | None = None
    """The firm, none of the state's, that the promise is of, as it is written there."""

    other_years: tuple[int, ...] = ()
    """The years that the promise names, where its clear deadline, which another sentence states, is of none of them."""

    completed_on: date | None = None
    """The day on which it was kept, as far as a reviewer found that."""

    conditional: bool = False
    """The promise ties itself to something: 如經立法院通過, 倘各界同意."""

    proposed: str | None = None
    """The status that the AI proposes; None where no such thing waits for review."""

    evidence_on: date | None = None
    """The last day on which the AI cited a letter that had not been cited before; None where none was since it arrived."""

    @property
    def is_removed(self) -> bool:
        """Whether the source holds it no longer."""
        return self.removed_on is not None

    @property
    def was_late(self) -> bool | None:
        """Whether it was kept behind its deadline (逾期達成), or in time; None where the day or a clear deadline is not known."""
        if self.completed_on is None or self.target is None or not self.has_clear_deadline:
            return None
        return self.completed_on > self.target

    @property
    def is_waiting(self) -> bool:
        """Whether a status that the AI proposes waits for review, whatever people decided before."""
        return self.proposed is not None

    @property
    def is_reviewed(self) -> bool:
        """Whether people settled it here."""
        return self.reviewed in REVIEWED_AS

    @property
    def is_declined(self) -> bool:
        """Whether a reviewer did not accept the AI's verdict, which says nothing about the promise."""
        return self.reviewed == DECLINE

    @property
    def is_claimed(self) -> bool:
        """Whether it counts as 達成 on the AI's word alone."""
        return self.status == ACHIEVED and not self.is_reviewed

    @property
    def is_doubted(self) -> bool:
        """Whether it does, and no later letter supports that."""
        return self.is_claimed and self.unsupported

    @property
    def is_cited_as_done(self) -> bool:
        """Whether the AI cites a later letter as evidence of achievement that no reviewer has looked at."""
        return self.cited_as_done and not self.is_reviewed

    @property
    def doubts(self) -> tuple[Flag, ...]:
        """Every doubt: that of the deadline, then those of the verdict."""
        return (*([self.deadline.doubt] if self.deadline.doubt else []), *self.flags)

    def is_overdue(self, today: date) -> bool:
        """期限已過: the target date lies before today, and nothing settles the commitment."""
        return self.target is not None and self.target < today and self.status not in SETTLED

    def is_due_soon(self, today: date) -> bool:
        """即將到期: today ≤ target ≤ today + 30 days, not settled."""
        return (
            self.target is not None
            and today <= self.target <= today + timedelta(days=DUE_SOON_DAYS)
            and self.status not in SETTLED
        )

    @property
    def has_clear_deadline(self) -> bool:
        """期限明確."""
        return self.deadline.kind == "clear"

    def days_overdue(self, today: date) -> int | None:
        """Days since the target date; None where it has not passed or is doubtful."""
        if self.target is None or not self.has_clear_deadline or not self.is_overdue(today):
            return None
        return (today - self.target).days
