"""What reviewers press on a card: a decision, its way back, the same for near-duplicates, what it asks about."""

from __future__ import annotations

from handlers import audit, authority, copies
from handlers.alike import alike_waiting
from handlers.card import card, compose, load
from handlers.card_buttons import DECLINE_REASONS
from handlers.judged import is_to_be_asked
from handlers.language import say, say_n
from handlers.message import MESSAGE, Button, Message, Person, RefusedError, Section, Tap
from handlers.outcome_words import decided_words
from handlers.policy import Policy
from handlers.review import Decided, check_not_own, next_key, settle, why_not
from handlers.undo import take_back
from handlers.wording import beside
from records.status import (
    DECLINE,
    NO_CONCLUSION,
    Standing,
)
from store import audit as audit_log
from store import commitments, decisions, outbox, people, proposals, state, submissions
from store.cards import Card
from store.engine import Transaction
from store.proposals import Origin, Proposal


def decide(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """A reviewer's tap: the verb says which outcome, and which preset reason."""
    outcome, reason = _meant(tx, tap, policy, proposal)
    decided = settle(tx, proposal, outcome, tap.person, reason, policy, tap.at, version=version, tapped=_tapped(tap))
    _owe_next(tx, decided, tap, policy)
    return compose(tx, decided.proposal, decided.standing, policy, tap.at).placed("edit")


def _meant(tx: Transaction, tap: Tap, policy: Policy, proposal_id: int) -> tuple[str, str]:
    """The outcome and the reason that a button's verb means; raises RefusedError where this card has no such button."""
    verb = tap.action.partition(":")[0]
    proposal, standing = load(tx, proposal_id)
    if verb in DECLINE_REASONS and proposal.is_claim:
        return DECLINE, DECLINE_REASONS[verb]
    if verb == NO_CONCLUSION and not proposal.is_claim:
        return DECLINE, ""
    if verb not in (*DECLINE_REASONS, NO_CONCLUSION):
        return verb, ""
    authority.check(tx, policy, tap.person, standing)
    raise RefusedError(say("這張卡沒有這個按鈕。請輸入「複核」看卡片再決定。"))


def decide_alike(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """The same decision for the near-duplicates of a proposal that was just decided; each keeps its own way back."""
    first, standing = load(tx, proposal_id)
    if first.outcome is None or first.version != version:
        raise RefusedError(say("這個決定已經不在了，按鈕是舊的。"))
    authority.check(tx, policy, tap.person, standing)
    if first.id in decisions.superseded(decisions.of_commitment(tx, first.commitment)):
        raise RefusedError(say("這個決定後來改判了，按鈕是舊的。"))
    if str(tap.person) != first.decided_by:
        raise RefusedError(say("只有作成決定的複核人能把它用在同段承諾上。"))
    others = _decidable_alike(tx, first, standing, tap.person, policy)
    if not others:
        raise RefusedError(say("同段的其他承諾都沒有在等複核了，或資料有更新：請輸入「複核」看卡片再決定。"))
    decided = [
        settle(
            tx,
            other.id,
            first.outcome,
            tap.person,
            first.reason or "",
            policy,
            tap.at,
            version=other.version,
            target=first.target,
            like=first.id,
        )
        for other in others
    ]
    told = decided_words(first)
    titles = "\n".join(
        say("・{title}（案號 {proposal}）", title=one.standing.title, proposal=one.proposal.id) for one in decided
    )
    undo_each = tuple(
        (
            Button(
                label=say("↩️ 復原：{title}", title=one.standing.title[:20]),
                action=f"undo-one:{one.proposal.id}:{one.proposal.version}",
            ),
        )
        for one in decided
    )
    return Message(
        title=say_n("同段 {n} 筆也決定了：{told}", len(decided), told=told),
        sections=(Section(text=titles),),
        buttons=(*undo_each, _next_row(first)),
        place="edit",
    )


def undo(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """The decider's or an admin's tap inside the undo window."""
    again, standing = take_back(tx, proposal, version, tap.person, policy, tap.at, tapped=_tapped(tap))
    return compose(tx, again, standing, policy, tap.at).placed("edit")


def undo_one(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """Undo one of several: the message that was tapped keeps the way back of the others."""
    again, standing = take_back(tx, proposal, version, tap.person, policy, tap.at)
    return compose(tx, again, standing, policy, tap.at)


def ask_about_deadline(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """📅 是期限有誤: what was sent in is about the deadline, whose card asks it from now on."""
    return _ask_elsewhere(tap, tx, policy, proposal_id, version, "correction", "deadline")


def ask_about_status(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """↩️ 不是期限的事: what was sent in is about the promise after all, and waits as a correction of it again."""
    return _ask_elsewhere(tap, tx, policy, proposal_id, version, "deadline", "correction")


def _ask_elsewhere(
    tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int, asked: Origin, asks: Origin
) -> Message:
    """Let what was sent in on a proposal of one origin wait on one of another, whose card is shown."""
    state.hold_still(tx)
    audit_log.lock(tx)  # neither a decision nor another sender comes in between
    proposal = check_waits(tx, tap.person, policy, proposal_id, version)
    [standing] = commitments.standings(tx, [proposal.commitment])
    lacks = asks == "deadline" and standing.target is None
    if proposal.origin != asked or lacks or not submissions.of(tx, proposal.id):
        raise RefusedError(say("這張卡沒有這個按鈕。請輸入「複核」看卡片再決定。"))
    waits = proposals.open_(tx, standing.key, asks, tap.at, doubts=int(asks == "deadline"), from_status=standing.status)
    submissions.move(tx, proposal.id, waits)
    if asked == "correction" or not is_to_be_asked(tx, standing, tap.at.date()):
        proposals.withdraw(tx, proposal.id, tap.at)
    name = people.public_name(tx, tap.person.platform, tap.person.id)
    moved = proposals.find(tx, waits)
    audit.write(tx, f"about-{asks}", tap.person, tap.at, standing=standing, proposal=moved, name=name)
    for changed in (proposal.id, waits):
        copies.update(tx, changed, tap.at, f"about:{waits}:{tap.at.isoformat()}")
    return card(tx, waits, policy, tap.at)


def confirm(tx: Transaction, decided: Decided, person: Person, policy: Policy) -> Message:
    """What a reviewer is told of a decision that they gave in words: the card itself is brought up to date elsewhere."""
    told = decided.proposal
    words = decided_words(told)
    buttons = (*_alike_row(tx, decided, person, policy), _next_row(told))
    return Message(title=beside(words, str(told.decided_name)), buttons=buttons)


def _owe_next(tx: Transaction, decided: Decided, tap: Tap, policy: Policy) -> None:
    """Owe the reviewer what comes next: the same for near-duplicates, and the next card where this one was pulled."""
    alike = _alike_row(tx, decided, tap.person, policy)
    if not alike and decided.proposal.taken_from is None:
        return
    others = _decidable_alike(tx, decided.proposal, decided.standing, tap.person, policy)
    titles = [f"・{standing.title}" for standing in commitments.standings(tx, [one.commitment for one in others])]
    message = Message(
        title=say("同段承諾還在等複核，要同樣決定嗎？") if alike else say("已記下。"),
        sections=(Section(text="\n".join(titles)),) if titles else (),
        buttons=(*alike, _next_row(decided.proposal)),
    )
    body = MESSAGE.dump_python(message, mode="json")
    outbox.send(tx, next_key(decided.proposal), tap.chat.place, tap.at, wakes=True, body=body)


def _decidable_alike(
    tx: Transaction, decided: Proposal, standing: Standing, person: Person, policy: Policy
) -> list[Proposal]:
    """What waits on near-duplicates and this person may settle: not outside their scope, nor what they sent in."""
    others = alike_waiting(tx, decided, standing)
    standings = {one.key: one for one in commitments.standings(tx, [other.commitment for other in others])}
    return [
        other
        for other in others
        if authority.may_review(tx, policy, person, standings[other.commitment])
        and not any(sent.sent_by == str(person) for sent in submissions.of(tx, other.id))
    ]


def _alike_row(tx: Transaction, decided: Decided, person: Person, policy: Policy) -> tuple[tuple[Button, ...], ...]:
    others = _decidable_alike(tx, decided.proposal, decided.standing, person, policy)
    mark = f"{decided.proposal.id}:{decided.proposal.version}"
    return ((Button(label=say_n("同段另 {n} 筆，同樣決定", len(others)), action=f"alike:{mark}"),),) if others else ()


def _next_row(decided: Proposal) -> tuple[Button, ...]:
    return (Button(label=say("▶ 下一件"), action=f"next:{decided.id}:{decided.taken_from or 0}"),)


def _tapped(tap: Tap) -> Card:
    return Card(platform=tap.chat.platform, chat=tap.chat.id, message=tap.message)


def check_waits(tx: Transaction, person: Person, policy: Policy, proposal_id: int, version: int) -> Proposal:
    """A proposal that somebody may decide, as it stands on the card that they hold; raises RefusedError for another."""
    proposal, standing = load(tx, proposal_id)
    authority.check(tx, policy, person, standing)
    if not proposal.is_open:
        raise RefusedError(why_not(proposal, policy))
    check_not_own(tx, proposal, person)
    if proposal.version != version:
        raise RefusedError(why_not(proposal, policy))
    return proposal
