"""Verdicts and deadlines that wait for a person, and the one decision each gets: compare-and-set, no locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, select, update

from store.engine import Transaction, batched, insert_rows
from store.schema import cards, commitments, proposals

_p = proposals.c
_PROPOSAL = [column for column in _p if column.name != "announced"]
_OPEN = and_(_p.outcome.is_(None), _p.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. `from_status` is empty in the backlog, `to_status` for deadlines; `outcome` None while it waits.

    `decided_by` is platform:id, `decided_name` the public name; `public_at` the end of the undo window.
    """

    id: int
    commitment: int
    origin: str
    backlog: bool
    from_status: str | None
    to_status: str | None
    doubts: int
    version: int
    opened_at: datetime
    withdrawn_at: datetime | None
    outcome: str | None
    judged: str | None
    reviewed_before: str | None
    decided_by: str | None
    decided_name: str | None
    decided_at: datetime | None
    reason: str | None
    decision_id: str | None
    public_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.outcome is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message that shows a proposal."""

    platform: str
    chat: str
    message: str


def open_(
    tx: Transaction,
    commitment: int,
    origin: str,
    at: datetime,
    *,
    doubts: int,
    from_status: str | None = None,
    to_status: str | None = None,
    backlog: bool = False,
) -> int:
    """Open a proposal, or bring the open one of this origin up to date: its cards then show another version."""
    held = tx.execute(select(*_PROPOSAL).where(_p.commitment == commitment, _p.origin == origin, _OPEN)).one_or_none()
    if held:
        tx.execute(
            update(proposals)
            .where(_p.id == held.id)
            .values(
                version=held.version + 1,
                to_status=to_status,
                from_status=held.from_status or from_status,
                doubts=doubts,
                backlog=held.backlog and backlog,
            )
        )
        return int(held.id)
    values = {
        "commitment": commitment,
        "origin": origin,
        "backlog": backlog,
        "from_status": from_status,
        "to_status": to_status,
        "doubts": doubts,
        "version": 1,
        "opened_at": at,
    }
    return int(tx.execute(insert(proposals).values(**values).returning(_p.id)).scalar_one())


def open_backlog(tx: Transaction, origin: str, commitments: Sequence[tuple[int, int]], at: datetime) -> None:
    """Put baseline verdicts or deadlines, as (commitment, doubts), where reviewers pull them from; nobody is told."""
    rows = [
        {"commitment": key, "origin": origin, "backlog": True, "doubts": doubts, "version": 1, "opened_at": at}
        for key, doubts in commitments
    ]
    insert_rows(tx, proposals, rows)


def rate(tx: Transaction, origin: str, doubts: Mapping[int, int]) -> None:
    """Say how doubtful the open proposals of some commitments are."""
    if doubts:
        opened = and_(_p.commitment == bindparam("of"), _p.origin == origin, _OPEN)
        statement = update(proposals).where(opened).values(doubts=bindparam("rated"))
        tx.execute(statement, [{"of": key, "rated": rated} for key, rated in doubts.items()])


def take_unannounced(tx: Transaction) -> list[Proposal]:
    """The open verdicts that no review chat was told of, most doubtful first; from now on they count as announced."""
    quiet = and_(_OPEN, _p.origin == "verdict", ~_p.backlog, ~_p.announced)
    found = _all(tx, select(*_PROPOSAL).where(quiet).order_by(_p.doubts.desc(), _p.id))
    for some in batched([proposal.id for proposal in found]):
        tx.execute(update(proposals).where(_p.id.in_(some)).values(announced=True))
    return found


def find(tx: Transaction, proposal: int) -> Proposal | None:
    """A proposal; None where there is none of that id."""
    return _one(tx, select(*_PROPOSAL).where(_p.id == proposal))


def open_of(tx: Transaction, commitment: int, origin: str) -> Proposal | None:
    """The proposal that waits on a commitment."""
    return _one(tx, select(*_PROPOSAL).where(_p.commitment == commitment, _p.origin == origin, _OPEN))


def open_among(tx: Transaction, commitments: Sequence[int], origin: str) -> dict[int, Proposal]:
    """The proposals that wait on some commitments, by commitment."""
    wanted = select(*_PROPOSAL).where(_p.origin == origin, _OPEN)
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in _all(tx, wanted.where(_p.commitment.in_(some)))
    }


def last_decided(tx: Transaction, commitment: int) -> Proposal | None:
    """The decision in force on a commitment's verdict."""
    decided = select(*_PROPOSAL).where(_p.commitment == commitment, _p.origin != "deadline", _p.outcome.is_not(None))
    return _one(tx, decided.order_by(_p.decided_at.desc(), _p.id.desc()).limit(1))


def decided_since(tx: Transaction, first: datetime) -> list[Proposal]:
    """The decisions in force that were taken from a moment on, in order."""
    taken = select(*_PROPOSAL).where(_p.outcome.is_not(None), _p.decided_at >= first)
    return _all(tx, taken.order_by(_p.decided_at, _p.id))


def waiting(tx: Transaction, *, backlog: bool, among: ColumnElement[bool] | None = None) -> list[Proposal]:
    """What waits, most doubtful first, then oldest; `among` is a condition on commitments."""
    statement = (
        select(*_PROPOSAL).join(commitments).where(_OPEN, _p.backlog == backlog, commitments.c.removed_on.is_(None))
    )
    if among is not None:
        statement = statement.where(among)
    return _all(tx, statement.order_by(_p.doubts.desc(), _p.opened_at, _p.id))


def count_waiting(tx: Transaction, *, backlog: bool) -> int:
    """How many wait."""
    statement = select(func.count()).select_from(proposals.join(commitments))
    return int(tx.scalar(statement.where(_OPEN, _p.backlog == backlog, commitments.c.removed_on.is_(None))) or 0)


def decide(tx: Transaction, proposal: int, version: int, **decision: Any) -> bool:
    """Settle a proposal that still waits in this version; False where somebody was first or the card is old."""
    return _set(tx, and_(_p.id == proposal, _p.version == version, _OPEN), **decision)


def undo(tx: Transaction, proposal: int, decision_id: str, at: datetime) -> bool:
    """Open a decided proposal again inside its undo window, as a new version; False where it was too late or undone."""
    inside = and_(_p.id == proposal, _p.decision_id == decision_id, _p.public_at > at)
    return _set(
        tx,
        inside,
        version=_p.version + 1,
        **dict.fromkeys(
            (
                "outcome",
                "judged",
                "reviewed_before",
                "decided_by",
                "decided_name",
                "decided_at",
                "reason",
                "decision_id",
                "public_at",
            )
        ),
    )


def withdraw(tx: Transaction, proposal: int, at: datetime) -> bool:
    """Close a proposal whose change the source took back."""
    return _set(tx, and_(_p.id == proposal, _OPEN), withdrawn_at=at, version=_p.version + 1)


def decision_ids(tx: Transaction) -> frozenset[str]:
    """The ids of every decision in force: an entry with one of them is our own."""
    return frozenset(name for name in tx.scalars(select(_p.decision_id).where(_p.decision_id.is_not(None))) if name)


def add_card(tx: Transaction, proposal: int, platform: str, chat: str, message: str) -> None:
    """Remember a message that shows a proposal, so that it can be brought up to date."""
    present = tx.scalar(
        select(cards.c.proposal).where(cards.c.platform == platform, cards.c.chat == chat, cards.c.message == message)
    )
    if present is None:
        tx.execute(insert(cards).values(proposal=proposal, platform=platform, chat=chat, message=message))
    elif present != proposal:
        tx.execute(
            update(cards)
            .where(cards.c.platform == platform, cards.c.chat == chat, cards.c.message == message)
            .values(proposal=proposal)
        )


def cards_of(tx: Transaction, proposal: int) -> list[Card]:
    """Every message that shows a proposal."""
    rows = tx.execute(select(cards).where(cards.c.proposal == proposal).order_by(cards.c.platform, cards.c.message))
    return [Card(platform=row.platform, chat=row.chat, message=row.message) for row in rows]


def _set(tx: Transaction, condition: ColumnElement[bool], **values: Any) -> bool:
    return tx.execute(update(proposals).where(condition).values(**values)).rowcount == 1


def _one(tx: Transaction, statement: Select[Any]) -> Proposal | None:
    return next(iter(_all(tx, statement)), None)


def _all(tx: Transaction, statement: Select[Any]) -> list[Proposal]:
    return [Proposal(**row._mapping) for row in tx.execute(statement)]
