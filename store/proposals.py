"""Verdicts and deadlines that wait for a person, and the one decision each gets: compare-and-set, no locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import SystemRandom
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Executable,
    Update,
    and_,
    bindparam,
    case,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from records.record import ACHIEVED
from records.status import DECLINE, LEFT_BY_DECLINE, NO_CONCLUSION, OUTCOMES
from store.engine import Transaction, batched, insert_rows
from store.schema import commitments, proposals, submissions

Origin = Literal["verdict", "deadline", "correction"]
"""Who asks: the AI, by a verdict or by a deadline that passed and may be none, or somebody who sent in a correction."""

_p = proposals.c
_PROPOSAL = [column for column in _p if column.name not in ("announced", "draw")]
_random = SystemRandom()
WHOLE = select(*_PROPOSAL)
"""Proposals with all that is told of one; to be narrowed, and read with `read`."""

IS_OPEN = and_(_p.outcome.is_(None), _p.withdrawn_at.is_(None))
"""The proposal waits: it is neither decided nor withdrawn."""

_answering = proposals.alias("answering")
ANSWERED = exists().where(
    *(_answering.c.commitment == _p.commitment, _answering.c.origin == "correction"),
    *(_answering.c.decided_at == _p.withdrawn_at, _answering.c.outcome.in_(tuple(OUTCOMES))),
)
"""The proposal was withdrawn because a correction settled what it asked."""

_FOUND = WHOLE.where(_p.id == bindparam("id"))
_OPEN_OF = WHOLE.where(_p.commitment == bindparam("of"), _p.origin == bindparam("asks"), IS_OPEN)
_OPEN_ON = select(_p.id).where(_p.commitment == bindparam("of"), IS_OPEN).order_by(_p.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal: what is asked, and the decision that it got; `outcome` is None while it waits."""

    id: int
    commitment: int
    origin: Origin
    backlog: bool
    """It asks about what the first load brought, and nobody was told of it."""

    from_status: str | None
    """The status that stood; None in the backlog."""

    to_status: str | None
    """The status that the AI proposes; None for deadlines, corrections and the backlog."""

    doubts: int
    """How doubtful it is (records.flags.doubt_score): the order of the queue."""

    version: int
    """Of the card; a button of another version decides nothing."""

    opened_at: datetime
    withdrawn_at: datetime | None
    outcome: str | None
    judged: str | None
    """What the file said that was judged: its status, or its target date as written."""

    reviewed_before: str | None
    """How the commitment stood as reviewed when it was decided."""

    decided_by: str | None
    """platform:id."""

    decided_name: str | None
    """The public name."""

    decided_at: datetime | None
    reason: str | None
    decision_id: str | None
    public_at: datetime | None
    """The end of the undo window."""

    target: date | None
    """The date that a decision on a deadline gave."""

    flags: Sequence[str] | None
    """The doubts that were decided upon."""

    reverses: int | None
    """The proposal whose decision this one decides anew."""

    changed_at: datetime | None
    """When the data under an open one changed last."""

    taken_by: str | None
    """Who looks at it, until `taken_until`."""

    taken_until: datetime | None
    taken_from: int | None
    """The number of the queue from which it was taken last."""

    drawn_at: datetime | None
    """When it came into the random sample."""

    @property
    def settled_as(self) -> str:
        """How its commitment stands as reviewed by its decision on a verdict; none where it decided nothing of the kind.

        A decline is none of the AI's word where nobody, or no AI, said that the promise was kept.
        """
        if self.outcome is None or self.outcome not in OUTCOMES:
            return "none"
        claimed = self.judged == ACHIEVED or self.is_claim
        return self.outcome if self.outcome != DECLINE or claimed else NO_CONCLUSION

    @property
    def leaves_earlier(self) -> bool:
        """Whether it declines what the AI says anew where people had found 部分達成 or 不是承諾: that is in force as before."""
        declines = self.outcome == DECLINE and self.is_claim and self.reverses is None
        return declines and self.reviewed_before in LEFT_BY_DECLINE

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.outcome is None and self.withdrawn_at is None

    @property
    def proposed(self) -> str:
        """The status that the AI proposes, where it asks about a verdict; the backlog's all say 已達成."""
        return self.to_status or ACHIEVED

    @property
    def takes_back(self) -> bool:
        """Whether the AI changed its mind: it proposes another status than 已達成."""
        return self.origin == "verdict" and self.proposed != ACHIEVED

    @property
    def is_claim(self) -> bool:
        """Whether the AI says by it that the promise was kept: what may be declined for a reason against its letters."""
        return self.origin == "verdict" and not self.takes_back

    def is_taken(self, at: datetime) -> bool:
        """Whether somebody looks at it at a moment."""
        return self.is_open and self.taken_until is not None and self.taken_until > at


def open_(
    tx: Transaction,
    commitment: int,
    origin: Origin,
    at: datetime,
    *,
    doubts: int,
    from_status: str | None = None,
    to_status: str | None = None,
    backlog: bool = False,
    reverses: int | None = None,
    changed_at: datetime | None = None,
) -> int:
    """Open a proposal, or bring the open one of this origin up to date: its cards then show another version.

    `changed_at` is when the data changed, where that is why: the card says so, and does not where a person is.
    One that reverses another is decided at once, whatever waits besides. It has that one's place in the random order, and
    in the sample where that one was drawn.
    """
    held = open_of(tx, commitment, origin) if reverses is None else None
    if held:
        tx.execute(
            update(proposals)
            .where(_p.id == held.id)
            .values(
                version=held.version + 1,
                changed_at=changed_at or held.changed_at,
                to_status=to_status,
                from_status=from_status or held.from_status,
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
        "draw": _draw(),
        "opened_at": at,
        "reverses": reverses,
    }
    if reverses is not None:
        first = tx.execute(select(_p.draw, _p.drawn_at).where(_p.id == reverses)).one()
        values |= {"draw": first.draw, "drawn_at": first.drawn_at}
    return int(tx.execute(insert(proposals).values(**values).returning(_p.id)).scalar_one())


def open_backlog(tx: Transaction, origin: Origin, commitments: Sequence[tuple[int, int]], at: datetime) -> None:
    """Put baseline verdicts or deadlines, as (commitment, doubts), where reviewers pull them from; nobody is told."""
    rows = [
        {
            "commitment": key,
            "origin": origin,
            "backlog": True,
            "doubts": doubts,
            "version": 1,
            "draw": _draw(),
            "opened_at": at,
        }
        for key, doubts in commitments
    ]
    insert_rows(tx, proposals, rows)


def rate(tx: Transaction, origin: Origin, doubts: Mapping[int, int], at: datetime) -> None:
    """Say how doubtful the open proposals of some commitments are; where that is news, their cards show another version."""
    if doubts:
        opened = and_(_p.commitment == bindparam("of"), _p.origin == origin, IS_OPEN, _p.doubts != bindparam("rated"))
        is_shown = _p.opened_at < at  # what was opened at this moment was shown to nobody yet
        values = {
            "doubts": bindparam("rated"),
            "version": case((is_shown, _p.version + 1), else_=_p.version),
            "changed_at": case((is_shown, literal(at, _p.changed_at.type)), else_=_p.changed_at),
        }
        statement = update(proposals).where(opened).values(**values)
        tx.execute(statement, [{"of": key, "rated": rated} for key, rated in doubts.items()])


def touch(tx: Transaction, commitments: Sequence[int], at: datetime) -> None:
    """The data of some commitments changed: the cards of their open proposals show another version.

    One version a moment: what was opened or changed at `at` already shows it.
    """
    untouched = and_(IS_OPEN, _p.opened_at < at, or_(_p.changed_at.is_(None), _p.changed_at < at))
    for some in batched(commitments):
        changed = update(proposals).where(_p.commitment.in_(some), untouched)
        tx.execute(changed.values(version=_p.version + 1, changed_at=at))


def show_anew(tx: Transaction, commitment: int, *, but: int | None = None) -> None:
    """A person decided or wrote of a commitment: the cards of what waits on it, not of `but`, show another version."""
    others = and_(IS_OPEN, _p.commitment == commitment, _p.id.is_distinct_from(but))
    tx.execute(update(proposals).where(others).values(version=_p.version + 1))


def withdraw_deadlines(tx: Transaction, today: date, at: datetime) -> None:
    """Close what asks about a deadline that is no longer a doubtful one of the past: the source gave another, or its letter.

    One that the source gave after a person's decision goes on waiting while it is doubtful, also where it lies ahead, and
    one of which somebody sent in that it is wrong waits for an answer.
    """
    c = commitments.c
    decided = select(_p.commitment).where(_p.origin == "deadline", _p.outcome.is_not(None))
    ahead = and_(c.target >= today, c.key.not_in(decided))
    moot = select(c.key).where(or_(c.deadline != "doubtful", c.target.is_(None), ahead))
    objected = exists().where(submissions.c.proposal == _p.id)
    waits = and_(IS_OPEN, _p.origin == "deadline", _p.commitment.in_(moot), ~objected)
    tx.execute(update(proposals).where(waits).values(withdrawn_at=at, version=_p.version + 1))


def changed_since(tx: Transaction, at: datetime) -> list[int]:
    """The undecided proposals whose data changed, or that were taken back, at a moment or later."""
    news = and_(_p.outcome.is_(None), or_(_p.changed_at >= at, _p.withdrawn_at >= at))
    return list(tx.scalars(select(_p.id).where(news).order_by(_p.id)))


def find(tx: Transaction, proposal: int) -> Proposal | None:
    """A proposal; None where there is none of that id."""
    return _one(tx, _FOUND, id=proposal)


def open_of(tx: Transaction, commitment: int, origin: Origin) -> Proposal | None:
    """The proposal that waits on a commitment."""
    return _one(tx, _OPEN_OF, of=commitment, asks=origin)


def open_on(tx: Transaction, commitment: int) -> list[int]:
    """Every proposal that waits on a commitment, of whatever origin."""
    return list(tx.scalars(_OPEN_ON, {"of": commitment}))


def open_among(tx: Transaction, commitments: Sequence[int], origin: Origin) -> dict[int, Proposal]:
    """The proposals that wait on some commitments, by commitment."""
    wanted = WHOLE.where(_p.origin == origin, IS_OPEN)
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in read(tx, wanted.where(_p.commitment.in_(some)))
    }


def waiting_at(tx: Transaction, commitments: Sequence[int], at: datetime) -> dict[int, Proposal]:
    """The AI's new verdicts that waited on some commitments at a moment, by commitment; those of the backlog aside."""
    waited = and_(
        _p.origin == "verdict",
        ~_p.backlog,
        _p.reverses.is_(None),
        _p.opened_at <= at,
        or_(_p.decided_at.is_(None), _p.decided_at > at),
        or_(_p.withdrawn_at.is_(None), _p.withdrawn_at > at),
    )
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in read(tx, WHOLE.where(waited, _p.commitment.in_(some)).order_by(_p.id))
    }


def reopen(tx: Transaction, commitment: int, origin: Origin, withdrawn_at: datetime) -> bool:
    """Let wait again what was withdrawn at a moment, in its place in the queue, where no other waits; whether it does."""
    if open_of(tx, commitment, origin):
        return False
    withdrawn = and_(
        *(_p.commitment == commitment, _p.origin == origin, _p.reverses.is_(None)),
        *(_p.outcome.is_(None), _p.withdrawn_at == withdrawn_at),
    )
    return set_where(tx, withdrawn, withdrawn_at=None, version=_p.version + 1)


def withdraw(tx: Transaction, proposal: int, at: datetime) -> Proposal | None:
    """Close a proposal whose change the source took back, as it is then; None where it waits no longer."""
    return change(tx, and_(_p.id == proposal, IS_OPEN), withdrawn_at=at, version=_p.version + 1)


def _draw() -> int:
    return _random.randrange(2**31 - 1)


def set_where(tx: Transaction, condition: ColumnElement[bool], **values: Any) -> bool:
    """Set columns of the one proposal for which a condition holds; whether it does for one."""
    return tx.execute(_setting(condition, **values)).rowcount == 1


def _setting(condition: ColumnElement[bool], **values: Any) -> Update:
    return update(proposals).where(condition).values(**values)


def change(tx: Transaction, condition: ColumnElement[bool], **values: Any) -> Proposal | None:
    """Set columns of the one proposal for which a condition holds; as it is then, None where it holds for none."""
    return _one(tx, _setting(condition, **values).returning(*_PROPOSAL))


def _one(tx: Transaction, statement: Executable, **asked: Any) -> Proposal | None:
    return next(iter(read(tx, statement, **asked)), None)


def read(tx: Transaction, statement: Executable, **asked: Any) -> list[Proposal]:
    """The proposals that a statement on WHOLE finds, in its order."""
    return [Proposal(**row._mapping) for row in tx.execute(statement, asked)]
