"""Reviewing: the one decision of a proposal, the way back, and the queue.

Authority, state and version are read from the store at every press; a button only says what was meant.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from handlers import correct, found
from handlers.card import DECLINE_REASONS, card, load
from handlers.message import MESSAGE, Ask, Button, Message, Person, RefusedError, Section, Tap, private
from handlers.news import Event, publish
from handlers.policy import Policy, directory
from handlers.wording import NOT_UNDONE, OUTCOME_WORDS, agency_line, clock
from records.query import Query
from records.status import OUTCOMES, Standing
from store import chats, commitments, facts, outbox, people, proposals, recipients
from store.engine import Transaction
from store.facts import Fact
from store.proposals import Card, Proposal

HOW_TO_BECOME = "只有複核人能決定。想參與複核，請聯絡本站管理員，並附上這個編號：{person}"
CARDS_AT_ONCE = 10
"""New cards sent to one review chat at once; the rest waits behind one message that counts them."""


_CARDS_AT_ONCE = {"即時": True, "一般": False}
"""「複核 即時」 lets cards come in the quiet hours too."""


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
) -> Decided:
    """Decide a proposal: compare-and-set on its version (None: whatever it is now), seen on the card `tapped`.

    The answer changes at once; the public message and the file entry fall due when the undo window ends. Raises
    RefusedError where the person may not, somebody was first, the card is old, or its origin has no such outcome yet.
    """
    proposal, before = load(tx, proposal_id)
    if not policy.may_review(person, before.agencies):
        raise RefusedError(_not_theirs(person, before, policy))
    if proposal.origin == "deadline":
        raise RefusedError("期限存疑的案件還不能在這裡決定：採認、不採認是針對 AI 的達成判定。")
    public_at = at + policy.undo_window
    decision_id = uuid.uuid4().hex[:12]
    taken = proposals.decide(
        tx,
        proposal.id,
        proposal.version if version is None else version,
        outcome=outcome,
        judged=before.recorded,
        reviewed_before=before.reviewed,
        decided_by=str(person),
        decided_name=people.public_name(tx, person.platform, person.id),
        decided_at=at,
        reason=reason,
        decision_id=decision_id,
        public_at=public_at,
    )
    if not taken:
        raise RefusedError(_why_not(proposal, policy))
    commitments.change(tx, before.key, status=OUTCOMES[outcome], reviewed=outcome)
    decided, after = load(tx, proposal_id)
    _announce_decision(tx, before, after, decided, policy, at)
    update_cards(tx, decided.id, str(decided.decision_id), at, tapped)
    update_cards(tx, decided.id, f"{decided.decision_id}:final", public_at)
    return Decided(proposal=decided, standing=after)


def reverse(
    tx: Transaction, proposal_id: int, outcome: str, person: Person, reason: str, policy: Policy, at: datetime
) -> Decided:
    """Decide anew, with a reason, what was decided and made public: 改判.

    The chats that were told the first decision get a correction when the undo window ends, whatever they watch now; who
    else watches hears of the new one. Raises RefusedError where the person may not, no such decision is in force, it is
    not public yet, or nothing would change.
    """
    first, standing = load(tx, proposal_id)
    in_force = proposals.last_decided(tx, standing.key)
    if first.outcome is None or in_force is None or in_force.id != first.id:
        raise RefusedError("這個案號沒有生效中的決定可以改判。")
    if first.public_at is not None and first.public_at > at:
        raise RefusedError("這個決定還在復原期限內：按「復原」就好，不必改判。")
    if proposals.open_of(tx, standing.key, first.origin):
        raise RefusedError("之後又有新的判定待複核，請在新的卡片上決定。輸入「複核」看它。")
    if not reason.strip():
        raise RefusedError("改判要寫理由：收過原消息的人會看到。")
    if outcome == first.outcome:
        raise RefusedError(f"原本就是「{OUTCOME_WORDS[outcome]}」，沒有要改的。")
    again = proposals.open_(
        tx,
        standing.key,
        first.origin,
        at,
        doubts=first.doubts,
        from_status=standing.status,
        to_status=first.to_status or first.judged,
    )
    decided = settle(tx, again, outcome, person, reason, policy, at)
    if (old := facts.find_id(tx, _fact_key(first))) is not None:
        before = f"{OUTCOME_WORDS[first.outcome]}（{first.reason}）" if first.reason else OUTCOME_WORDS[first.outcome]
        tail = f"目前尚無結論，{NOT_UNDONE}。" if outcome == "decline" else ""
        why = f"先前公布的人工複核：{before}\n改判為：{OUTCOME_WORDS[outcome]}（{reason}）｜{decided.proposal.decided_name}。{tail}"
        new = facts.find_id(tx, _fact_key(decided.proposal))
        for place in recipients.told(tx, old, at):  # the correction says it
            outbox.cancel(tx, f"fact:{new}|{'|'.join(place)}")
        occasion = str(decided.proposal.decision_id)
        correct.correct(tx, old, occasion, why, policy, at, due_at=decided.proposal.public_at, says=new)
    return decided


def take_back(
    tx: Transaction,
    proposal_id: int,
    version: int,
    person: Person,
    policy: Policy,
    at: datetime,
    tapped: Card | None = None,
) -> None:
    """Undo a decision inside its window, by the one who took it or an admin: nothing public ever happened.

    Raises RefusedError where that is too late, or somebody else's.
    """
    proposal, standing = load(tx, proposal_id)
    if proposal.outcome is None or proposal.version != version or proposal.decision_id is None:
        raise RefusedError("這個決定已經不在了，卡片是舊的。")
    if person not in policy.admins and (
        str(person) != proposal.decided_by or not policy.may_review(person, standing.agencies)
    ):
        raise RefusedError("只有作成決定的複核人或管理員能復原。")
    if proposals.open_of(tx, standing.key, proposal.origin):
        raise RefusedError("之後又有新的判定待複核，請在新的卡片上決定。輸入「複核」看它。")
    if not proposals.undo(tx, proposal.id, proposal.decision_id, at):
        raise RefusedError(f"復原期限已過（{clock(policy.local(proposal.public_at))}）；要改判請聯絡管理員。")
    before = proposal.from_status or proposal.judged
    commitments.change(tx, standing.key, status=before, reviewed=proposal.reviewed_before)
    facts.retract(tx, _fact_key(proposal))
    outbox.cancel(tx, _write_back_key(proposal))
    if proposal.reviewed_before in OUTCOMES:  # it was a reversal: the first decision is in force again
        proposals.withdraw(tx, proposal.id, at)
        first = proposals.last_decided(tx, standing.key)
        if first and (old := facts.find_id(tx, _fact_key(first))) is not None:
            recipients.owe(tx, [old], policy.moments(at))  # those who were not told it yet
    update_cards(tx, proposal.id, f"undo:{proposal.decision_id}", at, tapped)


def announce(tx: Transaction, policy: Policy, at: datetime) -> int:
    """Owe the review chats a card for each proposal they were not told of, most doubtful first, ten at once.

    Returns how many messages that is.
    """
    unannounced = proposals.take_unannounced(tx)
    count = 0
    for chat in policy.review_chats:
        now_id = chats.current(tx, chat.platform, chat.id)
        place = {"platform": chat.platform, "chat": now_id, "thread": chat.thread}
        at_once = chats.chose(tx, chat.platform, now_id, chat.thread, "cards_at_once")
        due_at = at if at_once else policy.awake(at)
        for proposal in unannounced[:CARDS_AT_ONCE]:
            key = f"card:{proposal.id}:{proposal.version}:{chat}"
            count += outbox.put(tx, key, outbox.SEND, due_at, wakes=at_once, proposal=proposal.id, **place)
        if len(unannounced) > CARDS_AT_ONCE:
            more = Message(
                title=f"還有 {len(unannounced) - CARDS_AT_ONCE} 件待複核",
                sections=(Section(text="輸入「複核」逐件看，最存疑的先。"),),
                buttons=((Button(label="▶ 看下一件", action="next:0:0"),),),
            )
            body = MESSAGE.dump_python(more, mode="json")
            count += outbox.put(
                tx, f"more:{at.isoformat()}:{chat}", outbox.SEND, due_at, wakes=at_once, body=body, **place
            )
    return count


def update_cards(tx: Transaction, proposal: int, occasion: str, at: datetime, but: Card | None = None) -> None:
    """Owe an edit to every message that shows a proposal, except the message `but`, which its own answer brings up to date."""
    for shown in proposals.cards_of(tx, proposal):
        if shown == but:
            continue
        key = f"edit:{proposal}:{occasion}:{shown.platform}:{shown.chat}:{shown.message}"
        place = {"platform": shown.platform, "chat": shown.chat, "message": shown.message}
        outbox.put(tx, key, outbox.EDIT, at, proposal=proposal, **place)


def remember_card(tx: Transaction, proposal_id: int, shown: Card, at: datetime) -> None:
    """A card was sent as a platform's message; where somebody decided while it was on its way, it is owed its edits."""
    proposals.add_card(tx, proposal_id, shown.platform, shown.chat, shown.message)
    proposal = proposals.find(tx, proposal_id)
    if proposal is None or proposal.is_open:
        return
    place = {"platform": shown.platform, "chat": shown.chat, "message": shown.message}
    name = f"{shown.platform}:{shown.chat}:{shown.message}"
    for occasion, moment in (("late", at), ("late-final", proposal.public_at or at)):
        key = f"edit:{proposal_id}:{proposal.decision_id}:{occasion}:{name}"
        outbox.put(tx, key, outbox.EDIT, moment, proposal=proposal_id, **place)


def decide(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """A reviewer's tap: the verb says which outcome, and which preset reason."""
    verb = tap.action.partition(":")[0]
    outcome, reason = ("decline", DECLINE_REASONS[verb]) if verb in DECLINE_REASONS else (verb, "")
    settle(tx, proposal, outcome, tap.person, reason, policy, tap.at, version=version, tapped=_tapped(tap))
    return card(tx, proposal, policy, tap.at).placed("edit")


def undo(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """The decider's or an admin's tap inside the undo window."""
    take_back(tx, proposal, version, tap.person, policy, tap.at, tapped=_tapped(tap))
    return card(tx, proposal, policy, tap.at).placed("edit")


def _tapped(tap: Tap) -> Card:
    return Card(platform=tap.chat.platform, chat=tap.chat.id, message=tap.message)


def queue(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「複核 法務部」: the most doubtful proposal that this person may decide, new ones before the backlog."""
    if not policy.is_reviewer(ask.person):
        return private(HOW_TO_BECOME.format(person=ask.person))
    if ask.text.strip() in _CARDS_AT_ONCE:
        return _choose_pace(ask, tx, at_once=_CARDS_AT_ONCE[ask.text.strip()])
    query = found.understand(tx, ask.text)
    return _next(tx, query, ask.person, policy, ask.at, after=0)


def _choose_pace(ask: Ask, tx: Transaction, *, at_once: bool) -> Message:
    chats.choose(tx, ask.chat.platform, ask.chat.id, ask.chat.thread, cards_at_once=at_once)
    told = "待複核的卡片夜間也送到這裡。" if at_once else "待複核的卡片在夜間先留著，早上再送到這裡。"
    return Message(title=told)


def skip(tap: Tap, tx: Transaction, policy: Policy, proposal: int, _version: int) -> Message:
    """The next card, leaving this one for another time."""
    if not policy.is_reviewer(tap.person):
        return private(HOW_TO_BECOME.format(person=tap.person))
    return _next(tx, Query(), tap.person, policy, tap.at, after=proposal)


def _next(tx: Transaction, query: Query, person: Person, policy: Policy, at: datetime, *, after: int) -> Message:
    among = commitments.condition(tx, query, at.date(), directory())
    waiting = [
        proposal
        for backlog in (False, True)
        for proposal in proposals.waiting(tx, backlog=backlog, among=among)
        if proposal.origin == "verdict"
    ]
    ids = [proposal.id for proposal in waiting]
    start = ids.index(after) + 1 if after in ids else 0
    for proposal in waiting[start:]:
        standing = commitments.standing(tx, proposal.commitment)
        if standing and policy.may_review(person, standing.agencies):
            return card(tx, proposal.id, policy, at)
    return Message(title="沒有待複核的判定了。" if start == 0 else "後面沒有待複核的判定了。輸入「複核」從頭看起。")


def _not_theirs(person: Person, standing: Standing, policy: Policy) -> str:
    scopes = [reviewer.agency for reviewer in policy.reviewers if reviewer.person == person and reviewer.agency]
    if scopes:
        return f"你的複核範圍是{'、'.join(scopes)}；這件屬{agency_line(standing)}。"
    return HOW_TO_BECOME.format(person=person)


def _why_not(proposal: Proposal, policy: Policy) -> str:
    if proposal.outcome and proposal.decided_at:
        when = clock(policy.local(proposal.decided_at))
        reason = f"：{proposal.reason}" if proposal.reason else ""
        return f"已由{proposal.decided_name}於 {when} 決定：{OUTCOME_WORDS[proposal.outcome]}{reason}"
    if proposal.withdrawn_at:
        return "來源已收回這個判定，不必再決定。"
    return "這張卡片之後資料有更新，請輸入「複核」看新的卡片再決定。"


def _announce_decision(
    tx: Transaction, before: Standing, after: Standing, proposal: Proposal, policy: Policy, at: datetime
) -> None:
    public_at = proposal.public_at or at
    fact = Fact(
        key=_fact_key(proposal),
        commitment=after.key,
        kind="reviewed",
        day=at.date(),
        before=before.status,
        after=proposal.outcome,
        proposal=proposal.id,
    )
    event = Event(before=(before, at.date()), after=(after, at.date()), facts=(fact,))
    publish(tx, [event], policy, public_at, today=at.date())
    if policy.writes_back:
        outbox.put(tx, _write_back_key(proposal), outbox.WRITE_BACK, public_at, proposal=proposal.id)


def _fact_key(proposal: Proposal) -> str:
    return f"reviewed:{proposal.decision_id}"


def _write_back_key(proposal: Proposal) -> str:
    return f"write_back:{proposal.decision_id}"


def write_back_state(tx: Transaction, proposal: Proposal, policy: Policy) -> str:
    """How the file entry of a decision stands: off, done, due …, given up: why."""
    if not policy.writes_back:
        return "off"
    return outbox.find_state(tx, _write_back_key(proposal), policy.zone) or "off"
