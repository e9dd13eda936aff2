"""復原: a decision is taken back inside its window, and everything stands as if it had not been taken."""

from __future__ import annotations

from datetime import datetime

from handlers import audit, authority, copies, correct, submit, write_back
from handlers.basis import sent_in
from handlers.card import load
from handlers.judged import ask_again, ask_of_deadline, is_to_be_asked
from handlers.language import say
from handlers.message import Person, RefusedError
from handlers.news import Event, crossing_key, moved, of_days, of_moves, publish, read_snapshot
from handlers.policy import Policy
from handlers.review import derive_deadline, fact_key, next_key, refresh_others, reversed_by
from handlers.wording import clock
from records.dates import parse_target
from records.status import DISMISS, OUTCOMES, REVIEWED_AS, Standing
from store import audit as audit_log
from store import commitments, decisions, facts, outbox, proposals, recipients, state, submissions
from store.cards import Card
from store.engine import Transaction
from store.proposals import Proposal


def take_back(
    tx: Transaction,
    proposal_id: int,
    version: int,
    person: Person,
    policy: Policy,
    at: datetime,
    tapped: Card | None = None,
) -> tuple[Proposal, Standing]:
    """Undo a decision inside its window, by the one who took it or an admin: nothing public ever happened.

    Gives the proposal and its commitment as they stand again.

    Raises RefusedError where that is too late, or somebody else's.
    """
    state.hold_still(tx)
    audit_log.lock(tx)
    proposal, standing = load(tx, proposal_id)
    if proposal.outcome is None or proposal.version != version or proposal.decision_id is None:
        raise RefusedError(say("這個決定已經不在了，卡片是舊的。"))
    # the record may have moved out of the decider's scope since
    is_own = str(person) == proposal.decided_by and authority.is_reviewer(tx, policy, person)
    if not is_own or _was_revoked_since(tx, person, proposal.decided_at):
        authority.check(tx, policy, person, standing)
    is_sender = any(one.sent_by == str(person) for one in sent_in(tx, proposal))
    if str(person) != proposal.decided_by and is_sender:
        raise RefusedError(say("送件人不能復原別人對自己更正的決定。"))
    if str(person) != proposal.decided_by and person not in policy.admins:
        raise RefusedError(say("只有作成決定的複核人或管理員能復原。"))
    latest = decisions.latest(tx, standing.key, deadline=proposal.origin == "deadline")
    if proposal.outcome != DISMISS and latest and latest.id != proposal.id:
        raise RefusedError(say("之後還有較新的決定（案號 {newer}）生效中：請先復原那一個。", newer=latest.id))
    # what came beside a reversal goes on waiting: the decision that was reversed is in force again
    newer = proposals.open_of(tx, standing.key, proposal.origin) if proposal.reverses is None else None
    if newer:
        proposals.withdraw(tx, newer.id, at)  # one card asks both
    stood = _stood_before(tx, proposal, at)
    earlier = [one.id for one, _ in reversed_by(tx, proposal)]
    again = decisions.undo(tx, proposal.id, proposal.decision_id, at)
    # a press at the window's edge may wait behind a sync, and the decision be told or written meanwhile
    if again is None or outbox.is_out(tx, facts.find_id(tx, fact_key(proposal)), write_back.key_of(proposal)):
        raise RefusedError(
            say("復原期限已過（{when}）；要改判請聯絡管理員。", when=clock(policy.local(proposal.public_at)))
        )
    _retract(tx, proposal, at)
    outbox.cancel(tx, write_back.key_of(proposal))
    outbox.cancel(tx, next_key(proposal))
    if newer:
        submissions.move(tx, newer.id, again.id)
        copies.update(tx, newer.id, at, f"taken_in:{again.id}:{at.isoformat()}")
    if proposal.reverses is not None and submissions.of(tx, proposal.id):
        decisions.stand_in_place_of(tx, proposal.id, None)  # the first decision is in force again, and somebody objects
    elif proposal.reverses is not None:
        proposals.withdraw(tx, proposal.id, at)  # the first decision is in force again
    after = _stand_again(tx, standing, proposal, newer, at)
    again = proposals.find(tx, proposal.id) or again
    _retract_crossings(tx, after, proposal, at)
    _announce_days(tx, stood or standing, after, proposal, policy, at)
    submit.tell_senders_nothing(tx, proposal, after, policy)
    audit.write(
        tx,
        "undo",
        person,
        at,
        standing=after,
        proposal=proposal,
        outcome=proposal.outcome,
        decision=proposal.decision_id,
        before=audit.stands(standing),
        after=audit.stands(after),
    )
    refresh_others(tx, proposal, after, at)
    for shown in (proposal.id, *earlier):
        copies.update(tx, shown, at, f"undo:{proposal.decision_id}:{shown}", but=tapped)
    return again, after


def _was_revoked_since(tx: Transaction, person: Person, decided_at: datetime | None) -> bool:
    """Whether some of a person's authority was taken away since they decided."""
    revoked = (row.content for row in audit_log.rows(tx, action="revoke"))
    return decided_at is not None and any(
        one.get("whom") == str(person) and datetime.fromisoformat(one["at"]) >= decided_at for one in revoked
    )


def _retract(tx: Transaction, undone: Proposal, at: datetime) -> None:
    """Take back what nobody was told yet: the decision, and that the date which it gave had passed."""
    facts.retract(tx, fact_key(undone))
    if undone.origin != "deadline":
        return
    passed = crossing_key(undone.commitment, str(undone.target))
    if (crossing := facts.find_id(tx, passed)) is not None and not recipients.told(tx, crossing, at):
        facts.retract(tx, passed)


def _retract_crossings(tx: Transaction, after: Standing, undone: Proposal, at: datetime) -> None:
    """Take back that a date passed only while the decision stood (a decline, and the source's new date), unless it was told."""
    if undone.decided_at is None or after.is_overdue(at.date()):
        return
    for crossing in facts.since(tx, after.key, "overdue", undone.decided_at):
        if crossing.id is not None and not recipients.told(tx, crossing.id, at):
            facts.retract(tx, crossing.key)


def _stand_again(
    tx: Transaction, standing: Standing, undone: Proposal, newer: Proposal | None, at: datetime
) -> Standing:
    """Let a commitment stand, and wait for review, as the source and the decisions that are still in force have it."""
    today = at.date()
    if undone.origin == "deadline":
        derive_deadline(tx, standing)
        [after] = commitments.standings(tx, [standing.key])
        if not is_to_be_asked(tx, after, today):
            proposals.withdraw(tx, undone.id, at)  # the source gave another date meanwhile
        return after
    if undone.outcome == DISMISS:
        return standing  # nothing came of it
    _give_back_status(tx, standing, undone)
    if undone.decided_at is not None:
        proposals.reopen(tx, standing.key, "verdict", undone.decided_at)
    [after] = commitments.standings(tx, [standing.key])
    ask_again(tx, after, newer if undone.origin == "verdict" else None, undone.decided_at or at, at)
    [after] = commitments.standings(tx, [standing.key])
    if undone.decided_at is not None:
        proposals.reopen(tx, standing.key, "deadline", undone.decided_at)
    ask_of_deadline(tx, after, today, at)
    return after


def _give_back_status(tx: Transaction, standing: Standing, undone: Proposal) -> None:
    in_force = decisions.in_force(tx, standing.key)
    completed_on = in_force.target if in_force else None
    if in_force and in_force.outcome:
        status, reviewed = OUTCOMES[in_force.outcome], in_force.settled_as
    else:
        # a verdict that waited already when this was decided knows what stood before both
        waits = proposals.open_of(tx, standing.key, "verdict")
        asked_at = waits and (waits.changed_at or waits.opened_at)
        first = waits if waits and asked_at and undone.decided_at and asked_at <= undone.decided_at else undone
        status, before = first.from_status or undone.judged or "", undone.reviewed_before
        reviewed = "none" if before is None or before in REVIEWED_AS else before
    commitments.change(tx, standing.key, status=status, reviewed=reviewed, completed_on=completed_on)


def _stood_before(tx: Transaction, undone: Proposal, at: datetime) -> Standing | None:
    """How a commitment stood before the decision on its deadline that is being undone."""
    decided = facts.undecided(tx, [undone.commitment], at)
    before = (read_snapshot(snapshot)[0] for _, origin, snapshot in decided if origin == undone.origin == "deadline")
    return next((moment[0] for moment in before if moment), None)


def _announce_days(
    tx: Transaction, before: Standing, after: Standing, undone: Proposal, policy: Policy, at: datetime
) -> None:
    """What the source and the days brought while a decision stood that was undone is news as if nobody had decided."""
    today = at.date()
    decided_at = policy.local(undone.decided_at)
    kept = facts.since(tx, after.key, "moved", decided_at)
    known = parse_target(kept[-1].after) if kept else before.target
    is_new = undone.origin == "deadline" and known != after.target
    new = [moved(after.key, (known, after.target), at)] if is_new else []
    news = (*new, *(of_days(after, decided_at.date(), today) or of_moves(after, [*kept, *new], today)))
    events = [Event(before=(before, today), after=(after, today), facts=news)]
    publish(tx, events, policy, at, today=today)
    correct.crossings(tx, events, policy, at)
