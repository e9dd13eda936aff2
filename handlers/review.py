"""Settling what waits for a person: the one decision of a proposal, and its reversal.

Authority, state and version are read from the store at every press; a button only says what was meant.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from handlers import audit, authority, copies, correct, submit, write_back
from handlers.basis import sent_in
from handlers.card import load
from handlers.derived import derive, letters_of
from handlers.judged import ask_of_deadline, keep_deadlines
from handlers.language import listed, say, say_n, short_date
from handlers.message import Person, RefusedError
from handlers.news import NO_CROSSING, Event, overdue, publish
from handlers.outcome_words import OUTCOME_LABELS, decided_words, settled_words, what_stands
from handlers.policy import Policy
from handlers.reread import record_of
from handlers.wording import clock
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_MOVED,
    DEADLINE_OUTCOMES,
    DEADLINE_RIGHT,
    DECLINE,
    DISMISS,
    OUTCOMES,
    Standing,
)
from store import audit as audit_log
from store import commitments, decisions, facts, letters, outbox, people, proposals, recipients, state
from store.cards import Card
from store.engine import Transaction
from store.facts import Fact
from store.places import Place
from store.proposals import Proposal

LONGEST_REASON = 200
"""Characters of a reason: it stands in the public message, in the file and on a phone's screen."""

OUTCOMES_OF: Mapping[str, tuple[str, ...]] = {
    "verdict": tuple(OUTCOMES),
    "correction": (*OUTCOMES, DISMISS),
    "deadline": DEADLINE_OUTCOMES,
}
"""How a proposal of each origin may be settled."""


CROSSING = (ACCEPT_PARTLY, DEADLINE_MOVED)
"""Outcomes by which a commitment may turn out to be past its date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision in force: the proposal with it, and the commitment as it stands now."""

    proposal: Proposal
    standing: Standing


def settle(
    tx: Transaction,
    proposal_id: int,
    outcome: str,
    person: Person,
    reason: str,
    policy: Policy,
    at: datetime,
    *,
    version: int | None = None,
    tapped: Card | None = None,
    target: date | None = None,
    action: str = "decide",
    like: int | None = None,
) -> Decided:
    """Decide a proposal: compare-and-set on its version (None: whatever it is now), seen on the card `tapped`.

    `target` is the date that DEADLINE_MOVED needs; `like` the near-duplicate's proposal whose decision this one repeats,
    on a card that nobody saw. The answer changes at once; the public message and the file entry fall
    due when the undo window ends. Raises RefusedError where the person may not, somebody was first, the card is old, or
    its origin has no such outcome.
    """
    state.hold_still(tx)
    audit_log.lock(tx)  # before the proposal's row, so that two decisions wait for each other in one order
    proposal, before = load(tx, proposal_id)
    reason = " ".join(reason.split())
    _check(tx, proposal, before, outcome, person, reason, target, policy, at.date())
    is_moved = before.deadline.settled == DEADLINE_MOVED and proposal.reverses is None
    if outcome == DEADLINE_RIGHT and is_moved and sent_in(tx, proposal):
        outcome, target = DEADLINE_MOVED, before.target  # right is the date that the card shows, a reviewer's
    proposal = _in_place_of_another(tx, proposal, outcome, target, at)
    public_at = at + policy.undo_window
    decision_id = uuid.uuid4().hex[:12]
    name = people.public_name(tx, person.platform, person.id)
    decided = decisions.decide(
        tx,
        proposal.id,
        proposal.version if version is None else version,
        outcome=outcome,
        judged=_judged(tx, proposal, before),
        from_status=before.status if proposal.origin == "correction" else proposal.from_status,
        reviewed_before=before.reviewed,
        decided_by=str(person),
        decided_name=name,
        decided_at=at,
        reason=reason,
        decision_id=decision_id,
        public_at=public_at,
        target=target,
        flags=_doubts(tx, proposal, before),
    )
    if decided is None:
        raise RefusedError(why_not(proposal, policy))
    _apply(tx, decided, before, at)
    [after] = commitments.standings(tx, [before.key])
    audit.write(
        tx,
        action,
        person,
        at,
        standing=after,
        proposal=proposal,
        name=name,
        outcome=outcome,
        target=target.isoformat() if target else None,
        reason=reason,
        like=like,
        decision=decision_id,
        before=audit.stands(before),
        after=audit.stands(after),
    )
    if outcome != DISMISS:
        _announce_decision(tx, before, after, decided, policy, at)
        _correct_reversed(tx, decided, policy, at)
    if outcome in OUTCOMES:
        ask_of_deadline(tx, after, at.date(), at)
    submit.tell_senders(tx, decided, after, policy)
    refresh_others(tx, decided, after, at)
    copies.update(tx, decided.id, at, str(decided.decision_id), but=tapped, again_at=public_at)
    return Decided(proposal=decided, standing=after)


def _in_place_of_another(
    tx: Transaction, proposal: Proposal, outcome: str, target: date | None, at: datetime
) -> Proposal:
    """A deadline that was settled and that somebody objected to is decided in place of that decision, as 改判 would.

    Where it is decided as before nobody was told anything wrong.

    Raises RefusedError while that one can still be undone.
    """
    if proposal.origin != "deadline" or not proposal.is_open or proposal.reverses or not sent_in(tx, proposal):
        return proposal
    in_force = decisions.in_force(tx, proposal.commitment, deadline=True)
    if in_force is None or (in_force.outcome, in_force.target) == (outcome, target):
        return proposal
    if in_force.public_at is not None and in_force.public_at > at:
        raise RefusedError(say("這個期限的前一個決定還在復原期限內：請先復原它，或等期限過後再決定。"))
    return decisions.stand_in_place_of(tx, proposal.id, in_force.id)


def reverse(
    tx: Transaction,
    proposal_id: int,
    outcome: str,
    person: Person,
    reason: str,
    policy: Policy,
    at: datetime,
    *,
    target: date | None = None,
) -> Decided:
    """Decide anew, with a reason, what was decided and made public: 改判.

    The chats that were told the first decision get a correction when the undo window ends, whatever they watch now; who
    else watches hears of the new one. Raises RefusedError where the person may not, no such decision is in force, it is
    not public yet, or nothing would change.
    """
    state.hold_still(tx)
    first, standing = load(tx, proposal_id)
    in_force = decisions.in_force(tx, standing.key, deadline=first.origin == "deadline")
    latest = decisions.latest(tx, standing.key, deadline=first.origin == "deadline")
    if first.outcome is None or in_force is None or latest is None or first.id not in (in_force.id, latest.id):
        raise RefusedError(say("這個案號沒有生效中的決定可以改判。"))
    if outcome == DISMISS:
        raise RefusedError(
            say("這份更正已經採用，不能改成不採用；請改判這筆承諾怎麼算：{allowed}。", allowed=listed(OUTCOMES))
        )
    if latest.public_at is not None and latest.public_at > at:
        raise RefusedError(
            say(
                "這個決定還在復原期限內：按「復原」，或用 {command}，不必改判。",
                command=f"nuoyan decide {latest.id} undo",
            )
        )
    if not reason.strip():
        raise RefusedError(say("改判要寫理由：收過原消息的人會看到。"))
    if (outcome, target) == (in_force.outcome, in_force.target):
        raise RefusedError(say("原本就是「{outcome}」，沒有要改的。", outcome=OUTCOME_LABELS[outcome]))
    again = proposals.open_(
        tx,
        standing.key,
        first.origin,
        at,
        doubts=first.doubts,
        from_status=standing.status,
        to_status=first.to_status or (first.judged if first.origin == "verdict" else None),
        reverses=first.id,
    )
    return settle(tx, again, outcome, person, reason, policy, at, target=target, action="reverse")


def _correct_reversed(tx: Transaction, now: Proposal, policy: Policy, at: datetime) -> None:
    """Owe a correction to everybody who was told a decision that is decided anew, of the latest that they were told."""
    new = facts.find_id(tx, fact_key(now))
    corrected: set[Place] = set()
    for earlier, old in reversed_by(tx, now):
        copies.update(tx, earlier.id, at, f"reversed:{now.decision_id}")
        if new is not None:
            why = partial(_reversal, earlier, now)
            occasion = str(now.decision_id)
            correct.instead(tx, old, new, occasion, why, policy, at, due_at=now.public_at, spare=corrected)
        corrected.update(recipients.told(tx, old, at))


def reversed_by(tx: Transaction, now: Proposal) -> Iterator[tuple[Proposal, int]]:
    """The decisions that a decision stands in place of, the latest first, each with the fact that told it."""
    decided = decisions.of_commitment(tx, now.commitment)
    aside = decisions.superseded(decided)
    replaced = {now.id}
    for earlier in reversed(decided):
        if earlier.id in aside and aside[earlier.id].id in replaced:
            replaced.add(earlier.id)
            if (fact := facts.find_id(tx, fact_key(earlier))) is not None:
                yield earlier, fact


def _reversal(first: Proposal, now: Proposal) -> str:
    """What a reversed decision was, and what it is now."""
    tail = what_stands(now) if now.outcome == DECLINE else ""
    return say(
        "先前公布的人工複核：{before}\n改判：{now}。{tail}",
        before=settled_words(first),
        now=settled_words(now),
        tail=tail,
    )


def _doubts(tx: Transaction, proposal: Proposal, before: Standing) -> Sequence[str]:
    """The doubts that what is judged has: those of the verdict, or the deadline's, which a first decision on it took away."""
    if proposal.origin != "deadline":
        return [flag.flag for flag in before.flags]
    if proposal.reverses is not None:
        return decisions.first_of(tx, proposal).flags or ()
    return [before.deadline.doubt.flag] if before.deadline.doubt else []


def _judged(tx: Transaction, proposal: Proposal, before: Standing) -> str | None:
    """What the source said that is judged: not what a decision left in the file, which is nobody's claim."""
    if proposal.reverses is not None:
        return decisions.first_of(tx, proposal).judged
    match proposal.origin:
        case "deadline":
            return before.target_text
        case "verdict":
            return proposal.proposed
        case _:
            in_force = decisions.in_force(tx, before.key)
            return in_force.judged if in_force else before.recorded


def _check(
    tx: Transaction,
    proposal: Proposal,
    standing: Standing,
    outcome: str,
    person: Person,
    reason: str,
    target: date | None,
    policy: Policy,
    today: date,
) -> None:
    authority.check(tx, policy, person, standing)
    if not proposal.is_open:
        raise RefusedError(why_not(proposal, policy))
    if outcome not in OUTCOMES_OF[proposal.origin]:
        allowed = listed(OUTCOMES_OF[proposal.origin])
        raise RefusedError(say("這個案號不能用 {outcome} 決定，可用：{allowed}。", outcome=outcome, allowed=allowed))
    if proposal.is_open and standing.is_removed and proposal.reverses is None:
        raise RefusedError(say("來源已移除這筆承諾，不必再決定；放回來時會再問。"))
    if (target is None and outcome == DEADLINE_MOVED) or (target and outcome not in (DEADLINE_MOVED, ACCEPT)):
        raise RefusedError(say("改期限要附上新的日期，採認達成可以附完成日，其他決定不用。"))
    if outcome == DEADLINE_RIGHT and standing.target is None:
        raise RefusedError(say("來源已刪去期限，沒有日期可以確認：請按「不是期限」，或改日期。"))
    if outcome == ACCEPT and target and target > today:
        raise RefusedError(say("完成日 {target} 還沒到。", target=short_date(target)))
    if outcome == DEADLINE_MOVED and target and target == standing.target:
        raise RefusedError(say("資料裡的期限就是 {target}：要確認它，請按「期限正確」。", target=short_date(target)))
    if outcome == DEADLINE_MOVED and target and standing.letter_date and target < standing.letter_date:
        raise RefusedError(
            say(
                "{target} 早於答復（{answered}）：承諾講的若是已經發生的事，請按「不是期限」。",
                target=short_date(target),
                answered=short_date(standing.letter_date),
            )
        )
    check_length(reason)
    check_not_own(tx, proposal, person)


def check_length(reason: str) -> None:
    """Raise RefusedError where a reason is longer than one may be."""
    if len(reason) > LONGEST_REASON:
        raise RefusedError(say_n("理由最多 {most} 字，這裡有 {n} 字。", len(reason), most=LONGEST_REASON))


def check_not_own(tx: Transaction, proposal: Proposal, person: Person) -> None:
    """Raise RefusedError where a person sent in themselves what is to be decided."""
    if any(one.sent_by == str(person) for one in sent_in(tx, proposal)):
        raise RefusedError(say("這份更正是你送的，要由別的複核人決定。"))


def why_not(proposal: Proposal, policy: Policy) -> str:
    """Why a proposal can not be decided on the card that somebody holds: it was, it is gone, or the card is old."""
    if proposal.outcome and proposal.decided_at:
        when = clock(policy.local(proposal.decided_at))
        told = decided_words(proposal)
        return say("已由{by}於 {when} 決定：{told}", by=proposal.decided_name, when=when, told=told)
    if proposal.withdrawn_at:
        return say("這張卡不必再決定了。")
    return say("這張卡片之後有更新，請輸入「複核」看新的卡片再決定。")


def _apply(tx: Transaction, decided: Proposal, before: Standing, at: datetime) -> None:
    """What a decision makes of its commitment."""
    if decided.origin == "deadline":
        derive_deadline(tx, before)
    elif decided.leaves_earlier:
        commitments.change(tx, before.key, proposed=None)
    elif decided.outcome is not None and decided.outcome in OUTCOMES:
        status = OUTCOMES[decided.outcome]
        waits = proposals.open_of(tx, before.key, "verdict")
        # what the AI proposes holds by now on a person's word, or what it once said was judged by this decision
        if waits and (waits.proposed == status or waits.backlog):
            proposals.withdraw(tx, waits.id, at)
            copies.update(tx, waits.id, at, f"fulfilled:{decided.decision_id}")
            waits = None
        proposed = waits.proposed if waits else None
        commitments.change(
            tx,
            before.key,
            status=status,
            reviewed=decided.settled_as,
            proposed=proposed,
            completed_on=decided.target,  # only what was kept has such a day
        )


def derive_deadline(tx: Transaction, standing: Standing) -> None:
    """Give a commitment the deadline that follows from its file and the decisions in force."""
    record = record_of(tx, standing)
    held = letters.held(tx, {letter.key for letter in letters_of(record) if letter.key})
    row = keep_deadlines(tx, {standing.key: derive(record, held)})[standing.key]
    commitments.change(
        tx,
        standing.key,
        target=row["target"],
        target_text=row["target_text"],
        deadline=row["deadline"],
        doubt=row["doubt"],
        settled=row["settled"],
        other_years=row["other_years"],
    )


def refresh_others(tx: Transaction, decided: Proposal, standing: Standing, at: datetime) -> None:
    """The cards of what else waits on the commitment tell of this decision, and ask again; those of near-duplicates tell it."""
    others = [one for one in proposals.open_on(tx, decided.commitment) if one != decided.id]
    if others:
        proposals.show_anew(tx, decided.commitment, but=decided.id)
    for key in [one.key for one in commitments.alike(tx, standing)]:
        others += proposals.open_on(tx, key)
    for other in others:
        copies.update(tx, other, at, f"beside:{decided.id}:{at.isoformat()}")


def _announce_decision(
    tx: Transaction, before: Standing, after: Standing, proposal: Proposal, policy: Policy, at: datetime
) -> None:
    public_at = proposal.public_at or at
    fact = Fact(
        key=fact_key(proposal),
        commitment=after.key,
        kind="reviewed",
        day=at.date(),
        before=before.status,
        after=proposal.outcome,
        proposal=proposal.id,
    )
    # a decline says nothing about the promise: it makes no crossing of a date that passed
    passed = after.is_overdue(at.date()) and proposal.outcome in CROSSING
    crosses = passed and (proposal.outcome == DEADLINE_MOVED or not before.is_overdue(at.date()))
    news = (fact, overdue(after, at.date())) if crosses else (fact,)
    event = Event(before=(before, at.date()), after=(after, at.date()), facts=news)
    publish(tx, [event], policy, public_at, today=at.date())
    if before.target and (proposal.outcome in NO_CROSSING or after.target != before.target):
        correct.crossing(
            tx,
            after.key,
            str(before.target),
            fact.key,
            lambda: _no_crossing(proposal),
            policy,
            at,
            due_at=public_at,
            clear=before.has_clear_deadline,
            # who was told the decision that is reversed hears that it was
            spare={place for _, told in reversed_by(tx, proposal) for place in recipients.told(tx, told, at)},
        )
    if policy.writes_back:
        outbox.put(tx, write_back.key_of(proposal), outbox.WRITE_BACK, public_at, proposal=proposal.id)


def _no_crossing(decided: Proposal) -> str:
    return say("人工複核：{decided}", decided=settled_words(decided))


def fact_key(proposal: Proposal) -> str:
    """The key of the fact that tells of a decision."""
    return f"reviewed:{proposal.decision_id}"


def next_key(proposal: Proposal) -> str:
    """The outbox key of what a reviewer is offered after a decision."""
    return f"next:{proposal.decision_id}"
