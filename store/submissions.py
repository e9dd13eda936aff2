"""What people send in about a commitment: a link and their words, on the proposal in which reviewers read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from store.engine import Transaction, batched
from store.places import Place
from store.proposals import IS_OPEN
from store.schema import commitments, proposals, submissions

_s = submissions.c
_OF = select(submissions).where(_s.proposal == bindparam("of")).order_by(_s.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One thing sent in: by whom (platform:id), from which chat, a link ('' for none) and words.

    `statement` says that its sender calls it an agency's reply.
    """

    id: int
    proposal: int
    sent_by: str
    platform: str
    chat: str
    thread: str
    link: str
    text: str
    statement: bool
    sent_at: datetime

    @property
    def length(self) -> int:
        """Characters that it takes on a card."""
        return len(self.link) + len(self.text)

    @property
    def place(self) -> Place:
        """Where the sender is told what became of it."""
        return Place(self.platform, self.chat, self.thread)


def add(
    tx: Transaction,
    proposal: int,
    sent_by: str,
    place: Place,
    at: datetime,
    *,
    link: str,
    text: str,
    statement: bool,
) -> int:
    """Keep what somebody sent in; its id."""
    platform, chat, thread = place
    row = {"proposal": proposal, "sent_by": sent_by, "platform": platform, "chat": chat, "thread": thread}
    kept = insert(submissions).values(**row, link=link, text=text, statement=statement, sent_at=at)
    return int(tx.execute(kept.returning(_s.id)).scalar_one())


def find(tx: Transaction, submission: int) -> Submission | None:
    """One thing that was sent in; None where it was taken back."""
    row = tx.execute(select(submissions).where(_s.id == submission)).one_or_none()
    return Submission(**row._mapping) if row else None


def drop(tx: Transaction, submission: int) -> None:
    """Keep something that was sent in no longer."""
    tx.execute(delete(submissions).where(_s.id == submission))


def of(tx: Transaction, proposal: int) -> list[Submission]:
    """What was sent in on a proposal, in order."""
    return [Submission(**row._mapping) for row in tx.execute(_OF, {"of": proposal})]


def senders(tx: Transaction, proposals: Sequence[int]) -> dict[int, set[str]]:
    """Who sent in something on some proposals, as platform:id, by proposal."""
    found: dict[int, set[str]] = {}
    for some in batched(proposals):
        for proposal, sent_by in tx.execute(select(_s.proposal, _s.sent_by).where(_s.proposal.in_(some))):
            found.setdefault(proposal, set()).add(sent_by)
    return found


def move(tx: Transaction, proposal: int, to: int) -> None:
    """Let what was sent in on a proposal be read on another one."""
    tx.execute(update(submissions).where(_s.proposal == proposal).values(proposal=to))


def count_open(tx: Transaction, sent_by: str) -> int:
    """How many things that a person sent in wait for review; those on a record that is gone wait for nothing."""
    waiting = select(func.count()).select_from(submissions.join(proposals).join(commitments))
    waiting = waiting.where(commitments.c.removed_on.is_(None))
    return int(tx.scalar(waiting.where(_s.sent_by == sent_by, IS_OPEN)) or 0)
