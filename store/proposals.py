"""Verdicts and deadlines that wait for a person, and the one decision each gets: compare-and-set, no locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import SystemRandom
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from records.edit import left_in_file
from records.record import ACHIEVED
from records.status import NO_CONCLUSION, OUTCOMES
from store.engine import Transaction, batched, insert_rows
from store.schema import commitments, proposals

_p = proposals.c
_PROPOSAL = [column for column in _p if column.name not in ("announced", "draw")]
_DECISION = "outcome judged reviewed_before decided_by decided_name decided_at reason decision_id public_at target flags".split()
_random = SystemRandom()
WHOLE = select(*_PROPOSAL)
"""Proposals with all that is told of one; to be narrowed, and read with `read`."""

IS_OPEN = and_(_p.outcome.is_(None), _p.withdrawn_at.is_(None))
"""Of those that wait: neither decided nor withdrawn."""

_FOUND = WHOLE.where(_p.id == bindparam("id"))
_OPEN_OF = WHOLE.where(_p.commitment == bindparam("of"), _p.origin == bindparam("asks"), IS_OPEN)
_OPEN_ON = select(_p.id).where(_p.commitment == bindparam("of"), IS_OPEN).order_by(_p.id)
_DECIDED = WHOLE.where(_p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
_DECIDED_ON = _DECIDED.where(_p.commitment == bindparam("of"))
_VERDICTS_DECIDED = _DECIDED_ON.where(_p.origin != "deadline", _p.outcome.in_(tuple(OUTCOMES)))
"""A correction that was dismissed decided nothing about its commitment."""

_DEADLINES_DECIDED = _DECIDED_ON.where(_p.origin == "deadline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. `from_status` is empty in the backlog, `to_status` for deadlines; `outcome` None while it waits.

    `judged` is what the file said that was judged: its status, or its target date as written; `target` the date that a
    decision on a deadline gave; `flags` the doubts that the commitment's verdict had then. `decided_by` is platform:id,
    `decided_name` the public name; `public_at` the end of the undo window; `reverses` the proposal whose decision it decides
    anew. `changed_at` says when the data under an open one changed last. Until `taken_until` the person `taken_by` looks at
    it, `taken_from` is the queue it was taken from last; `drawn_at` is when it came into the random sample.
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
    target: date | None
    flags: Sequence[str] | None
    reverses: int | None
    changed_at: datetime | None
    taken_by: str | None
    taken_until: datetime | None
    taken_from: int | None
    drawn_at: datetime | None

    @property
    def settled_as(self) -> str | None:
        """How its commitment stands as reviewed by its decision on a verdict; None where it decided nothing of the kind.

        A decline is none of the AI's word where nobody, or no AI, said that the promise was kept.
        """
        if self.outcome not in OUTCOMES:
            return None
        claimed = self.judged == ACHIEVED or (self.origin == "verdict" and not self.takes_back)
        return self.outcome if self.outcome != "decline" or claimed else NO_CONCLUSION

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

    def is_taken(self, at: datetime) -> bool:
        """Whether somebody looks at it at a moment."""
        return self.is_open and self.taken_until is not None and self.taken_until > at


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
    reverses: int | None = None,
) -> int:
    """Open a proposal, or bring the open one of this origin up to date: its cards then show another version.

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
                changed_at=at,
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


def open_backlog(tx: Transaction, origin: str, commitments: Sequence[tuple[int, int]], at: datetime) -> None:
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


def rate(tx: Transaction, origin: str, doubts: Mapping[int, int], at: datetime) -> None:
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


def show_anew(tx: Transaction, commitment: int, *, but: int) -> None:
    """A person decided about a commitment: the cards of what else waits on it, not of `but`, show another version."""
    others = and_(IS_OPEN, _p.commitment == commitment, _p.id != but)
    tx.execute(update(proposals).where(others).values(version=_p.version + 1))


def withdraw_deadlines(tx: Transaction, today: date, at: datetime) -> None:
    """Close what asks about a deadline that is no longer a doubtful one of the past: the source gave another, or its letter.

    One that the source gave after a person's decision goes on waiting while it is doubtful, also where it lies ahead.
    """
    c = commitments.c
    decided = select(_p.commitment).where(_p.origin == "deadline", _p.outcome.is_not(None))
    ahead = and_(c.target >= today, c.key.not_in(decided))
    moot = select(c.key).where(or_(c.deadline != "doubtful", c.target.is_(None), ahead))
    waits = and_(IS_OPEN, _p.origin == "deadline", _p.commitment.in_(moot))
    tx.execute(update(proposals).where(waits).values(withdrawn_at=at, version=_p.version + 1))


def changed_since(tx: Transaction, at: datetime) -> list[int]:
    """The undecided proposals whose data changed, or that were taken back, at a moment or later."""
    news = and_(_p.outcome.is_(None), or_(_p.changed_at >= at, _p.withdrawn_at >= at))
    return list(tx.scalars(select(_p.id).where(news).order_by(_p.id)))


def find(tx: Transaction, proposal: int) -> Proposal | None:
    """A proposal; None where there is none of that id."""
    return _one(tx, _FOUND, id=proposal)


def open_of(tx: Transaction, commitment: int, origin: str) -> Proposal | None:
    """The proposal that waits on a commitment."""
    return _one(tx, _OPEN_OF, of=commitment, asks=origin)


def open_on(tx: Transaction, commitment: int) -> list[int]:
    """Every proposal that waits on a commitment, of whatever origin."""
    return list(tx.scalars(_OPEN_ON, {"of": commitment}))


def open_among(tx: Transaction, commitments: Sequence[int], origin: str) -> dict[int, Proposal]:
    """The proposals that wait on some commitments, by commitment."""
    wanted = WHOLE.where(_p.origin == origin, IS_OPEN)
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in read(tx, wanted.where(_p.commitment.in_(some)))
    }


def last_decided(tx: Transaction, commitment: int, *, deadline: bool = False) -> Proposal | None:
    """The decision in force on a commitment's verdict, or on its deadline."""
    return next(reversed(read(tx, _DEADLINES_DECIDED if deadline else _VERDICTS_DECIDED, of=commitment)), None)


def decided_deadlines(tx: Transaction, commitments: Sequence[int]) -> dict[int, list[Proposal]]:
    """The decisions on the deadlines of some commitments that were not undone, the one in force last, by commitment."""
    wanted = WHOLE.where(_p.origin == "deadline", _p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
    found: dict[int, list[Proposal]] = {}
    for some in batched(commitments):
        for proposal in read(tx, wanted.where(_p.commitment.in_(some))):
            found.setdefault(proposal.commitment, []).append(proposal)
    return found


def decided_on(tx: Transaction, commitment: int) -> list[Proposal]:
    """Every decision on a commitment that was not undone, in order."""
    return read(tx, _DECIDED_ON, of=commitment)


def verdicts_decided_by(tx: Transaction, commitments: Sequence[int], at: datetime) -> dict[int, Proposal]:
    """The decision that was in force on the verdict of some commitments at a moment, where there was one."""
    wanted = WHOLE.where(_p.origin != "deadline", _p.outcome.in_(tuple(OUTCOMES)), _p.decided_at <= at)
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in read(tx, wanted.where(_p.commitment.in_(some)).order_by(_p.decided_at, _p.id))
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


def decided_since(tx: Transaction, first: datetime) -> list[Proposal]:
    """The decisions in force that were taken from a moment on, in order."""
    taken = WHOLE.where(_p.outcome.is_not(None), _p.decided_at >= first)
    return read(tx, taken.order_by(_p.decided_at, _p.id))


def settled(tx: Transaction, origin: str) -> list[Proposal]:
    """The AI's verdicts (or deadlines) that are settled, each with the decision in force, in order."""
    decided = read(tx, _DECIDED)
    aside = superseded(decided)
    found = []
    for first in decided:
        if first.origin != origin or first.reverses is not None:
            continue
        last = first
        while later := aside.get(last.id):
            last = later
        # a correction that set the decision aside says how the AI's verdict is settled now
        in_its_place = replace(first, id=last.id, outcome=last.outcome, decided_at=last.decided_at)
        found.append(last if last.origin == origin else in_its_place)
    return sorted(found, key=lambda one: (one.decided_at, one.id))


def superseded_on(tx: Transaction, commitments: Sequence[int]) -> dict[int, Proposal]:
    """The superseded decisions on some commitments, each with the one that superseded it; see `superseded`."""
    taken = WHOLE.where(_p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
    decided = [one for some in batched(commitments) for one in read(tx, taken.where(_p.commitment.in_(some)))]
    return superseded(decided)


def superseded(decided: Sequence[Proposal]) -> dict[int, Proposal]:
    """Map the id of each superseded decision to the decision that superseded it; `decided` is in order.

    A decision supersedes another by reversing it, or by settling a correction otherwise. A correction that is settled in
    the same way confirms what stood, and is superseded with it. A new verdict of the AI is a matter of its own.
    """
    aside: dict[int, Proposal] = {}
    standing: dict[int, list[Proposal]] = defaultdict(
        list
    )  # by commitment: what says the same, since what says otherwise
    for one in decided:
        before = standing[one.commitment]
        if one.outcome not in OUTCOMES:
            if one.reverses is not None:
                aside[one.reverses] = one
            continue
        is_correction = one.origin == "correction" and one.reverses is None
        if is_correction and before and before[-1].outcome == one.outcome:
            before.append(one)
            continue
        if is_correction or one.reverses is not None:
            aside |= {earlier.id: one for earlier in before}
        standing[one.commitment] = [one]
    return aside


def undoable(tx: Transaction, commitments: Sequence[int], at: datetime) -> dict[int, datetime]:
    """Until when what was decided on some commitments can be undone, where it still can, by commitment."""
    decided = and_(_p.outcome.is_not(None), _p.withdrawn_at.is_(None), _p.public_at > at)
    until = select(_p.commitment, func.max(_p.public_at)).where(decided).group_by(_p.commitment)
    return {
        key: when for some in batched(commitments) for key, when in tx.execute(until.where(_p.commitment.in_(some)))
    }


def corrections(tx: Transaction, at: datetime) -> list[Proposal]:
    """The public decisions that corrected something: those that reversed another, and corrections that were taken."""
    taken = and_(_p.origin == "correction", _p.outcome.in_(tuple(OUTCOMES)))
    public = and_(_p.outcome.is_not(None), _p.public_at <= at, or_(_p.reverses.is_not(None), taken))
    return read(tx, WHOLE.where(public).order_by(_p.decided_at, _p.id))


def decide(tx: Transaction, proposal: int, version: int, **decision: Any) -> Proposal | None:
    """Settle a proposal that still waits in this version, as it is then; None where somebody was first or the card is old."""
    waits = and_(_p.id == proposal, _p.version == version, IS_OPEN)
    return _one(tx, _setting(waits, taken_by=None, taken_until=None, **decision).returning(*_PROPOSAL))


def undo(tx: Transaction, proposal: int, decision_id: str, at: datetime) -> Proposal | None:
    """Open a decided proposal again inside its undo window, as a new version; None where it was too late or undone."""
    inside = and_(_p.id == proposal, _p.decision_id == decision_id, _p.public_at > at)
    again = _setting(inside, version=_p.version + 1, **dict.fromkeys(_DECISION))
    return _one(tx, again.returning(*_PROPOSAL))


def reopen(tx: Transaction, commitment: int, origin: str, withdrawn_at: datetime) -> bool:
    """Let wait again what was withdrawn at a moment, in its place in the queue, where no other waits; whether it does."""
    if open_of(tx, commitment, origin):
        return False
    withdrawn = and_(
        *(_p.commitment == commitment, _p.origin == origin, _p.reverses.is_(None)),
        *(_p.outcome.is_(None), _p.withdrawn_at == withdrawn_at),
    )
    return set_where(tx, withdrawn, withdrawn_at=None, version=_p.version + 1)


def first_of(tx: Transaction, proposal: Proposal) -> Proposal:
    """The proposal that one which reverses another goes back to; itself where it reverses none."""
    while proposal.reverses is not None and (earlier := find(tx, proposal.reverses)):
        proposal = earlier
    return proposal


def withdraw(tx: Transaction, proposal: int, at: datetime) -> Proposal | None:
    """Close a proposal whose change the source took back, as it is then; None where it waits no longer."""
    withdrawn = _setting(and_(_p.id == proposal, IS_OPEN), withdrawn_at=at, version=_p.version + 1)
    return _one(tx, withdrawn.returning(*_PROPOSAL))


def left_in_files(tx: Transaction, commitments: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """Of the decisions on some commitments that were not undone, by their ids, the status that each leaves in the file.

    None for a deadline's. An entry of that commitment's file with one of these ids is our own.
    """
    columns = select(_p.commitment, _p.decision_id, _p.origin, _p.outcome).where(_p.decision_id.is_not(None))
    left: dict[int, dict[str, str | None]] = defaultdict(dict)
    for some in batched(commitments):
        for key, id_, origin, outcome in tx.execute(columns.where(_p.commitment.in_(some))):
            left[key][id_] = None if origin == "deadline" else left_in_file(outcome, None, None)
    return left


def _draw() -> int:
    return _random.randrange(2**31 - 1)


def set_where(tx: Transaction, condition: ColumnElement[bool], **values: Any) -> bool:
    """Set columns of the one proposal for which a condition holds; whether it does for one."""
    return tx.execute(_setting(condition, **values)).rowcount == 1


def _setting(condition: ColumnElement[bool], **values: Any) -> Update:
    return update(proposals).where(condition).values(**values)


def _one(tx: Transaction, statement: Executable, **asked: Any) -> Proposal | None:
    return next(iter(read(tx, statement, **asked)), None)


def read(tx: Transaction, statement: Executable, **asked: Any) -> list[Proposal]:
    """The proposals that a statement on WHOLE finds, in its order."""
    return [Proposal(**row._mapping) for row in tx.execute(statement, asked)]
