"""The decisions that people took on proposals: which are in force, which superseded, and the way back of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy import and_, bindparam, exists, func, or_, select

from records.decision import left_in_file
from records.status import ACCEPT, ACCEPT_PARTLY, DEADLINE_RIGHT, OUTCOMES
from store.engine import Transaction, batched
from store.proposals import ANSWERED, IS_OPEN, WHOLE, Origin, Proposal, change, find, read
from store.schema import proposals, submissions

_p = proposals.c


class DecisionColumns(TypedDict):
    """What is kept of a decision: see Proposal, whose fields these are."""

    outcome: str
    judged: str | None
    from_status: str | None
    reviewed_before: str
    decided_by: str
    decided_name: str
    decided_at: datetime
    reason: str
    decision_id: str
    public_at: datetime
    target: date | None
    flags: Sequence[str]


_UNDONE = dict.fromkeys(DecisionColumns.__annotations__.keys() - {"from_status"})
"""A decision that was undone: what was asked stays as it was."""

_DECIDED = WHOLE.where(_p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
_DECIDED_ON = _DECIDED.where(_p.commitment == bindparam("of"))
_VERDICTS_DECIDED = _DECIDED_ON.where(_p.origin != "deadline", _p.outcome.in_(tuple(OUTCOMES)))
"""A correction that was dismissed decided nothing about its commitment."""

_DEADLINES_DECIDED = _DECIDED_ON.where(_p.origin == "deadline")


def latest(tx: Transaction, commitment: int, *, deadline: bool = False) -> Proposal | None:
    """The decision that was taken last on a commitment's verdict, or on its deadline."""
    return next(reversed(read(tx, _DEADLINES_DECIDED if deadline else _VERDICTS_DECIDED, of=commitment)), None)


def in_force(tx: Transaction, commitment: int, *, deadline: bool = False) -> Proposal | None:
    """The decision in force on a commitment's verdict, or on its deadline: the last that did not leave an earlier one so."""
    decided = read(tx, _DEADLINES_DECIDED if deadline else _VERDICTS_DECIDED, of=commitment)
    return next((one for one in reversed(decided) if not one.leaves_earlier), None)


def of_deadlines(tx: Transaction, commitments: Sequence[int]) -> dict[int, list[Proposal]]:
    """The decisions on the deadlines of some commitments that were not undone, the one in force last, by commitment."""
    wanted = WHOLE.where(_p.origin == "deadline", _p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
    found: dict[int, list[Proposal]] = {}
    for some in batched(commitments):
        for proposal in read(tx, wanted.where(_p.commitment.in_(some))):
            found.setdefault(proposal.commitment, []).append(proposal)
    return found


def of_commitment(tx: Transaction, commitment: int) -> list[Proposal]:
    """Every decision on a commitment that was not undone, in order."""
    return read(tx, _DECIDED_ON, of=commitment)


def in_force_at(tx: Transaction, commitments: Sequence[int], at: datetime) -> dict[int, Proposal]:
    """The decision that was in force on the verdict of some commitments at a moment, by commitment."""
    wanted = WHOLE.where(_p.origin != "deadline", _p.outcome.in_(tuple(OUTCOMES)), _p.decided_at <= at)
    return {
        proposal.commitment: proposal
        for some in batched(commitments)
        for proposal in read(tx, wanted.where(_p.commitment.in_(some)).order_by(_p.decided_at, _p.id))
        if not proposal.leaves_earlier
    }


def since(tx: Transaction, first: datetime) -> list[Proposal]:
    """The decisions in force that were taken from a moment on, in order."""
    taken = WHOLE.where(_p.outcome.is_not(None), _p.decided_at >= first)
    return read(tx, taken.order_by(_p.decided_at, _p.id))


def settled(tx: Transaction, origin: Origin) -> list[Proposal]:
    """The AI's verdicts (or deadlines) that are settled, each with the decision in force, in order.

    A correction settles one where it finds that nothing was achieved; where it finds that something was, it rests on what
    somebody sent in, and says nothing of the letters that the AI cited.
    """
    decided = read(tx, _DECIDED)
    aside = superseded(decided)
    asked = [(one, one) for one in decided if one.origin == origin and one.reverses is None]
    corrected = {(one.commitment, one.decided_at): one for one in decided if one.origin == "correction"}
    for answered in read(tx, WHOLE.where(_p.origin == origin, ANSWERED)):
        correction = corrected[answered.commitment, answered.withdrawn_at]
        if not _rests_on_what_was_sent_in(correction):
            asked.append((replace(answered, judged=answered.proposed, flags=correction.flags), correction))
    found = []
    for first, by in asked:
        last = by
        while (later := aside.get(last.id)) and not _rests_on_what_was_sent_in(later):
            last = later
        # a correction says how the AI's verdict is settled, whether it set a decision aside or came first
        in_its_place = replace(first, id=last.id, outcome=last.outcome, decided_at=last.decided_at)
        found.append(last if last.origin == origin else in_its_place)
    return sorted(found, key=lambda one: (one.decided_at, one.id))


def kept_by_what_was_sent_in(tx: Transaction) -> set[int]:
    """The commitments that count as done by what somebody sent in alone: of the AI's letters that says nothing."""
    decided = read(tx, _DECIDED)
    aside = superseded(decided)
    in_force = [one for one in decided if one.id not in aside]
    judged = {one.commitment for one in in_force if one.origin == "verdict"}
    return {one.commitment for one in in_force if _rests_on_what_was_sent_in(one)} - judged


def _rests_on_what_was_sent_in(one: Proposal) -> bool:
    return one.origin == "correction" and one.outcome in (ACCEPT, ACCEPT_PARTLY)


def superseded_on(tx: Transaction, commitments: Sequence[int]) -> dict[int, Proposal]:
    """The superseded decisions on some commitments, each with the one that superseded it; see `superseded`."""
    taken = WHOLE.where(_p.outcome.is_not(None)).order_by(_p.decided_at, _p.id)
    decided = [one for some in batched(commitments) for one in read(tx, taken.where(_p.commitment.in_(some)))]
    return superseded(decided)


def superseded(decided: Sequence[Proposal]) -> dict[int, Proposal]:
    """Map the id of each superseded decision to the decision that superseded it; `decided` is in order.

    A decision supersedes another by reversing it, or by settling a correction otherwise. A correction that is settled in
    the same way confirms what stood, as does a decline that leaves it so, and is superseded with it. A new verdict of the
    AI is a matter of its own otherwise.
    """
    aside: dict[int, Proposal] = {}
    # by commitment: the decision in force, and those that confirmed it
    standing: dict[int, list[Proposal]] = defaultdict(list)
    for one in decided:
        before = standing[one.commitment]
        if one.outcome not in OUTCOMES:
            if one.reverses is not None:
                aside[one.reverses] = one
            continue
        is_correction = one.origin == "correction" and one.reverses is None
        confirms = is_correction and before and (before[0].outcome, before[0].target) == (one.outcome, one.target)
        if before and (confirms or one.leaves_earlier):
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
    objected = exists().where(submissions.c.proposal == _p.id)
    taken = or_(
        and_(_p.origin == "correction", _p.outcome.in_(tuple(OUTCOMES))),
        and_(_p.origin == "deadline", _p.outcome != DEADLINE_RIGHT, objected),
    )
    public = and_(_p.outcome.is_not(None), _p.public_at <= at, or_(_p.reverses.is_not(None), taken))
    return read(tx, WHOLE.where(public).order_by(_p.decided_at, _p.id))


def decide(tx: Transaction, proposal: int, version: int, **decision: Unpack[DecisionColumns]) -> Proposal | None:
    """Settle a proposal that still waits in this version, as it is then; None where somebody was first or the card is old."""
    waits = and_(_p.id == proposal, _p.version == version, IS_OPEN)
    return change(tx, waits, taken_by=None, taken_until=None, **decision)


def stand_in_place_of(tx: Transaction, proposal: int, other: int | None) -> Proposal:
    """Let an open proposal be decided in place of another decision, or of none again; raises LookupError where it is not open."""
    changed = change(tx, and_(_p.id == proposal, IS_OPEN), reverses=other)
    if changed is None:
        raise LookupError(f"proposal {proposal} is not open")
    return changed


def undo(tx: Transaction, proposal: int, decision_id: str, at: datetime) -> Proposal | None:
    """Open a decided proposal again inside its undo window, as a new version; None where it was too late or undone."""
    inside = and_(_p.id == proposal, _p.decision_id == decision_id, _p.public_at > at)
    return change(tx, inside, version=_p.version + 1, **_UNDONE)


def first_of(tx: Transaction, proposal: Proposal) -> Proposal:
    """The proposal that one which reverses another goes back to; itself where it reverses none."""
    while proposal.reverses is not None and (earlier := find(tx, proposal.reverses)):
        proposal = earlier
    return proposal


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
