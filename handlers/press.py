"""What reviewers press and write on a card: a decision, its way back, the same for near-duplicates, a reason, a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from handlers import audit, authority, copies
from handlers.alike import alike_waiting
from handlers.card import card, compose, load
from handlers.card_buttons import DECLINE_REASONS
from handlers.judged import is_to_be_asked
from handlers.language import N_, listed, say, say_n
from handlers.message import MESSAGE, Ask, Button, Message, Person, Prompt, RefusedError, Section, Tap
from handlers.outcome_words import NO_CONCLUSION_LABEL, OUTCOME_LABELS, OutcomeLabel, decided_words
from handlers.own_words import is_reason_against, means_none
from handlers.policy import Policy
from handlers.review import LONGEST_REASON, OUTCOMES_OF, Decided, check_length, check_not_own, next_key, settle, why_not
from handlers.undo import take_back
from handlers.wording import beside
from records.dates import UnreadableDateError, read_target
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_MOVED,
    DEADLINE_RIGHT,
    DECLINE,
    DISMISS,
    NO_CONCLUSION,
    NOT_PROMISED,
    Standing,
)
from store import audit as audit_log
from store import commitments, decisions, outbox, people, proposals, state, submissions
from store.cards import Card
from store.engine import Transaction
from store.proposals import Origin, Proposal

_SHORTLY: Mapping[str, str] = {
    **dict.fromkeys("採認 核准 通過 達成 已達成 approve accept accepted kept".split(), ACCEPT),
    **dict.fromkeys("部分 partly".split(), ACCEPT_PARTLY),
    **dict.fromkeys("尚無結論 decline declined".split(), DECLINE),
    **dict.fromkeys("非承諾 不算承諾".split(), NOT_PROMISED),
    **dict.fromkeys("不採用 不採認 駁回 退回 reject dismiss".split(), DISMISS),
    **dict.fromkeys("正確 right".split(), DEADLINE_RIGHT),
}
"""What people write for the outcomes besides the words on the buttons."""

_BEHIND_A_DAY = re.compile(r"[:：,，;；(（\s]")
_BARE_YEAR = re.compile(r"(?:民國|西元)?\s*\d{2,4}\s*年?")
_NAMED = re.compile(r"(?P<outcome>[^:：,，。\s][^:：,，。]*?)\s*[:：]\s*(?P<reason>.+)", re.DOTALL)
"""An outcome, named as its button does, and the reason for it: 採認達成：公文 113 年 5 月已公告."""

_COMPLETED = re.compile(
    r"(?:於|在|on )?\s*(?P<day>\d{4}-\d{1,2}-\d{1,2}|(?:民國)?\d{2,4}\s*年\d{1,2}月\d{1,2}日)\s*"
    r"(?:已?(?:完成|完工|達成|啟用|通車)|done|completed)(?:[\s:：,，.。;；]+|$)",
    re.IGNORECASE,
)
"""How a reason begins that says when a promise was kept."""

_SIGNS = re.compile(r"^[^\w「『（(/?？]+")
"""What a button's label begins with, which may have been copied from it: ✅ 採認達成."""

_FIRST_WORD = re.compile(r"[^\s:：,，.。;；、!！(（\[「-]+")


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


def ask_reason(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """✍️: ask for the reason of a decision in the reviewer's own words; a verdict it declines, unless they name another."""
    proposal = _check_waits(tx, tap, policy, proposal_id, version)
    ask = (
        N_("不採認的理由（案號 {proposal}，最多 {most} 字）。別的決定寫成「決定：理由」，可用：{names}")
        if proposal.is_claim
        else N_("決定和理由（案號 {proposal}，理由最多 {most} 字），寫成「決定：理由」，可用：{names}")
    )
    title = say(ask, proposal=proposal_id, most=LONGEST_REASON, names=_names(proposal))
    if ACCEPT in OUTCOMES_OF[proposal.origin]:
        title += say(
            "。知道哪天完成就寫在前面：「{accept}：2024-03-01 完成，理由」", accept=OUTCOME_LABELS[ACCEPT].said
        )
    return Message(title=title, prompt=Prompt(action=f"reason:{proposal_id}:{version}", person=tap.person))


def give_reason(ask: Ask, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """The words that were asked for: a decision and its reason, or the reason of a decline."""
    text = _SIGNS.sub("", " ".join(ask.text.split()))
    proposal = _check_open(tx, ask.person, policy, proposal_id)
    if means_none(text):
        return Message(title=say("好，沒有決定。卡片還在，可以再按一次。"))
    named = _NAMED.fullmatch(text)
    if named and (outcome := _outcome_of(proposal, named["outcome"].casefold())):
        reason = named["reason"]
    elif proposal.is_claim and is_reason_against(text) and not _begins_with_outcome(proposal, text.casefold()):
        outcome, reason = DECLINE, text
    elif text:
        check_length(text)
        raise RefusedError(
            say("看不出決定和理由，還沒有決定。請寫成「決定：理由」，可用：{names}。", names=_names(proposal))
        )
    else:
        raise RefusedError(say("理由是空的，還沒有決定。請再按一次 ✍️。"))
    completed, reason = _completed(reason) if outcome == ACCEPT else (None, reason)
    decided = settle(tx, proposal_id, outcome, ask.person, reason, policy, ask.at, version=version, target=completed)
    return _confirm(tx, decided, ask.person, policy)


def _check_open(tx: Transaction, person: Person, policy: Policy, proposal_id: int) -> Proposal:
    """A proposal that somebody may decide, and that nobody has decided; raises RefusedError for another."""
    proposal, standing = load(tx, proposal_id)
    authority.check(tx, policy, person, standing)
    if not proposal.is_open:
        raise RefusedError(why_not(proposal, policy))
    return proposal


def _completed(reason: str) -> tuple[date | None, str]:
    """The day on which something was done, where a reason begins with one (2024-03-01 完成，公告上網), and what stands behind.

    Raises RefusedError where no calendar has that day.
    """
    said = _COMPLETED.match(reason)
    if said is None:
        return None, reason
    if (day := _day_of(said["day"].strip())) is None:
        raise RefusedError(say("「{text}」讀不出日期，還沒有決定。請寫 2027-12-31 或 116年6月底。", text=said["day"]))
    return day, reason[said.end() :]


def _labels(proposal: Proposal) -> dict[str, OutcomeLabel]:
    """What the outcomes that can be named with a reason are called, by outcome; a new date is asked for apart."""
    none = {} if proposal.is_claim else {DECLINE: NO_CONCLUSION_LABEL}
    return {one: (OUTCOME_LABELS | none)[one] for one in OUTCOMES_OF[proposal.origin] if one != DEADLINE_MOVED}


def _named_on_buttons(proposal: Proposal) -> dict[str, str]:
    """The outcomes by what their buttons say, in the reader's language and in Chinese."""
    labels = _labels(proposal)
    return {words.casefold(): one for one, label in labels.items() for words in (label.words, say(label.words))}


def _begins_with_outcome(proposal: Proposal, text: str) -> bool:
    """Whether a text names an outcome before it goes on: it may be meant for that one (採認達成，公文已公告), or be a reason."""
    first = _FIRST_WORD.match(text)
    short = first is not None and _outcome_of(proposal, first[0]) != ""
    return short or text.startswith(tuple(_named_on_buttons(proposal)))


def _outcome_of(proposal: Proposal, name: str) -> str:
    """The outcome of a name, as its button says or shortly, in the reader's language or in Chinese; '' where there is none."""
    labels = _labels(proposal)
    meant = _named_on_buttons(proposal).get(name) or _SHORTLY.get(name, "")
    if meant == DISMISS and proposal.is_claim:
        meant = DECLINE  # 駁回 of a verdict
    return meant if meant in labels else ""


def _names(proposal: Proposal) -> str:
    return listed(label.said for label in _labels(proposal).values())


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
    proposal = _check_waits(tx, tap, policy, proposal_id, version)
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


def ask_date(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """📅 改日期: ask for the right date of a deadline."""
    _check_waits(tx, tap, policy, proposal_id, version)
    title = say("正確的期限（案號 {proposal}），例如 2027-12-31、116年6月底；後面可以寫理由", proposal=proposal_id)
    return Message(title=title, prompt=Prompt(action=f"date:{proposal_id}:{version}", person=tap.person))


def give_date(ask: Ask, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """The date that was asked for: it becomes the deadline."""
    _check_open(tx, ask.person, policy, proposal)
    if means_none(ask.text):
        return Message(title=say("好，沒有決定。卡片還在，可以再按一次。"))
    target, reason = _day_and_reason(ask.text.strip())
    if target is None:
        raise RefusedError(
            say("「{text}」讀不出日期，還沒有決定。請寫 2027-12-31 或 116年6月底。", text=ask.text.strip()[:40])
        )
    decided = settle(tx, proposal, DEADLINE_MOVED, ask.person, reason, policy, ask.at, version=version, target=target)
    return _confirm(tx, decided, ask.person, policy)


def _day_and_reason(text: str) -> tuple[date | None, str]:
    """A day and what stands behind it: the longest beginning that is one. A year alone is one only where nothing follows."""
    ends = [len(text), *(found.start() for found in reversed(list(_BEHIND_A_DAY.finditer(text))))]
    for end in ends:
        day, rest = text[:end].strip(), text[end:].strip(" 　:：,，;；(（)）")
        if (target := _day_of(day)) and not (rest and _BARE_YEAR.fullmatch(day)):
            return target, rest
    return None, ""


def _day_of(text: str) -> date | None:
    try:
        return read_target(text)
    except UnreadableDateError:
        return None


def _confirm(tx: Transaction, decided: Decided, person: Person, policy: Policy) -> Message:
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


def _check_waits(tx: Transaction, tap: Tap, policy: Policy, proposal_id: int, version: int) -> Proposal:
    proposal = _check_open(tx, tap.person, policy, proposal_id)
    check_not_own(tx, proposal, tap.person)
    if proposal.version != version:
        raise RefusedError(why_not(proposal, policy))
    return proposal
