"""How a person settled a verdict or a deadline, as a value, and what that is called and leaves in the record's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from records.record import ACHIEVED, TRACKING
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_MOVED,
    DEADLINE_OUTCOMES,
    DEADLINE_RIGHT,
    DECLINE,
    NO_CONCLUSION,
    NO_DEADLINE,
    NOT_PROMISED,
)
from records.words import clean

ENTRY_WORDS = {
    ACCEPT: "採認達成",
    ACCEPT_PARTLY: "部分達成",
    DECLINE: "不採認",
    NOT_PROMISED: "非承諾",
    NO_CONCLUSION: "改列尚無結論",
    DEADLINE_RIGHT: "期限正確",
    DEADLINE_MOVED: "期限改正",
    NO_DEADLINE: "不是期限",
}
"""What an outcome is called in the file."""

_FILE_STATUS = {ACCEPT: ACHIEVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a person settled a verdict or a deadline.

    `record` is the id of the record that it is about; `judged` what the file said that was judged: its status, or its
    target date as written; `target` the date that DEADLINE_MOVED gives, or the
    day on which what ACCEPT accepts was done. `by` is the reviewer's public name; `day` the day
    in Taiwan; `documents` the numbers of the letters it rests on; `id` is unique and marks the entry as ours; `audit` seals
    the audit log up to the decision; `is_no_conclusion` says that no verdict of 達成 was declined. `follows` are the earlier
    decisions on the same matter, as (id, what they left in the file), the last one last; `followed_by` the ids of later
    ones.
    """

    id: str
    record: str
    outcome: str
    judged: str
    by: str
    day: date
    reason: str
    documents: tuple[str, ...]
    target: date | None = None
    audit: str = ""
    is_no_conclusion: bool = False
    follows: tuple[tuple[str, str], ...] = ()
    followed_by: tuple[str, ...] = ()

    @property
    def is_deadline(self) -> bool:
        """Whether it settled a deadline, not a verdict."""
        return self.outcome in DEADLINE_OUTCOMES

    @property
    def told(self) -> str:
        """What its outcome is called in the file; with the day on which a promise was kept, where that is known."""
        word = ENTRY_WORDS[NO_CONCLUSION if self.is_no_conclusion else self.outcome]
        return f"{word}（{self.target.isoformat()} 完成）" if self.outcome == ACCEPT and self.target else word

    @property
    def left(self) -> str:
        """What it leaves in the file: the status, or the target date; '' for none."""
        return left_in_file(self.outcome, self.judged, self.target)


def left_in_file(outcome: str, judged: str | None, target: date | None) -> str:
    """What a decision leaves in the file: the status, or the target date; '' for none."""
    if outcome == DEADLINE_RIGHT:
        return judged or ""
    if outcome == DEADLINE_MOVED:
        return target.isoformat() if target else ""
    return "" if outcome == NO_DEADLINE else _FILE_STATUS.get(outcome, TRACKING)


def commit_message(title: str, decision: Decision) -> str:
    """What the commit says that writes a decision: one line for people, and trailers for programs."""
    trailers = {"Decision-Id": decision.id, "Reviewed-By": decision.by, "Audit-Head": decision.audit}
    told = "".join(f"{name}: {one_line(value)}\n" for name, value in trailers.items() if value)
    return f"複核：{decision.told} {one_line(title)}\n\n{told}"


def one_line(text: str) -> str:
    """What a person typed, on one line."""
    return " ".join(clean(text).split())
