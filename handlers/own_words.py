"""What reviewers write: the reason of a decision, and the right date of a deadline.

Words are a reason and decide nothing, unless they name their decision as its button does; else a press says which it is.
"""

from __future__ import annotations

import re
from datetime import date

from handlers.language import say
from handlers.message import Ask, Button, Choice, Message, Prompt, RefusedError, Section, Tap, in_rows
from handlers.outcome_words import NO_CONCLUSION_LABEL, OUTCOME_LABELS, OutcomeLabel
from handlers.policy import Policy
from handlers.press import check_waits, confirm
from handlers.review import LONGEST_REASON, OUTCOMES_OF, check_length, settle
from records.dates import UnreadableDateError, read_target
from records.status import ACCEPT, DEADLINE_MOVED, DECLINE
from store import drafts
from store.engine import Transaction
from store.proposals import Proposal

REASONED = "reasoned-"
"""Begins the verb of a button that gives a reason its decision: reasoned-decline."""

_NEVER_MIND = re.compile(
    r"(?:我?先?)?(?:取消|算了|不用了?|不要了?|沒事|跳過|略過|復原|等一下|等等|稍後|晚點)(?:這個|好了|再說|吧|了)?|先不(?:要|用|決定)|"
    r"cancel|skip|undo|wait|never ?mind|not now|later",
    re.IGNORECASE,
)
"""What somebody writes who was asked for a reason or a date and means none."""

_ENDS = " 。.，,!！~～…"
_NAMED = re.compile(r"(?P<outcome>[^:：,，。\s][^:：,，。]*?)\s*[:：]\s*(?P<reason>.+)", re.DOTALL)
"""An outcome, named as its button does, and the reason for it: 採認達成：公文 113 年 5 月已公告."""

_COMPLETED = re.compile(
    r"(?:於|在|on )?\s*(?P<day>\d{4}-\d{1,2}-\d{1,2}|(?:民國)?\d{2,4}\s*年\d{1,2}月\d{1,2}日)\s*"
    r"(?:已?(?:完成|完工|達成|啟用|通車)|done|completed)(?:[\s:：,，.。;；]+|$)",
    re.IGNORECASE,
)
"""How a reason begins that says when a promise was kept."""

_BEHIND_A_DAY = re.compile(r"[:：,，;；(（\s]")
_BARE_YEAR = re.compile(r"(?:民國|西元)?\s*\d{2,4}\s*年?")


def ask_reason(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """✍️: ask for the reason of a decision in the reviewer's own words, and for the decision."""
    proposal = check_waits(tx, tap.person, policy, proposal_id, version)
    labels = _labels(proposal)
    tip = say(
        "知道完成日期的話，「{accept}」的理由請以日期開頭，例如「2024-03-01 完成，公告上網」",
        accept=OUTCOME_LABELS[ACCEPT].said,
    )
    return Message(
        title=say("先寫理由，再選決定（案號 {proposal}，最多 {most} 字）", proposal=proposal_id, most=LONGEST_REASON),
        sections=(Section(text=tip),) if ACCEPT in labels else (),
        prompt=Prompt(
            action=f"reason:{proposal_id}:{version}",
            person=tap.person,
            choices=tuple(Choice(value=outcome, label=str(label)) for outcome, label in labels.items()),
        ),
    )


def give_reason(ask: Ask, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """The words that were asked for: they decide where their decision was chosen or is named, else it is asked for."""
    text = " ".join(ask.text.split())
    proposal = check_waits(tx, ask.person, policy, proposal_id, version)
    if means_none(text):
        return Message(title=say("好，沒有決定。卡片還在，可以再按一次。"))
    if not text:
        raise RefusedError(say("理由是空的，還沒有決定。請再按一次 ✍️。"))
    named, reason = _named(proposal, text)
    if ask.chosen and named and named != ask.chosen:
        raise RefusedError(say("選的決定和寫的不一樣，還沒有決定。請改成同一個。"))
    if outcome := ask.chosen or named:
        return _settle(ask, tx, policy, proposal, outcome, reason)
    check_length(_completed(reason)[1])
    draft = drafts.keep(tx, proposal.id, str(ask.person), reason, ask.at)
    labels = _labels(proposal)
    buttons = [Button(label=str(label), action=f"{REASONED}{one}:{draft}:{version}") for one, label in labels.items()]
    example = labels.get(DECLINE) or next(iter(labels.values()))
    return Message(
        title=say("這是哪個決定的理由？"),
        sections=(Section(text=say("「{word}」", word=reason)),),
        footer=say("按了才算決定。下次可以在 ✍️ 之後一次寫完：「{name}：理由」。", name=example.said),
        buttons=in_rows(buttons, width=2),
    )


def decide(tap: Tap, tx: Transaction, policy: Policy, draft: int, version: int) -> Message:
    """The decision that a reviewer's own words, above the button, are the reason of."""
    kept = drafts.find(tx, draft)
    if kept is None:
        raise RefusedError(say("這個理由太舊，已經不在了：請再按卡片上的 ✍️。"))
    proposal = check_waits(tx, tap.person, policy, kept.proposal, version)
    if kept.person != str(tap.person):
        raise RefusedError(say("這個理由是別人寫的：要用自己的理由，請按卡片上的 ✍️。"))
    outcome = tap.action.partition(":")[0].removeprefix(REASONED)
    return _settle(tap, tx, policy, proposal, outcome, kept.words).placed("edit")


def _settle(
    event: Ask | Tap, tx: Transaction, policy: Policy, proposal: Proposal, outcome: str, reason: str
) -> Message:
    if outcome not in _labels(proposal):
        raise RefusedError(say("這張卡沒有這個按鈕。請輸入「複核」看卡片再決定。"))
    completed, reason = _completed(reason) if outcome == ACCEPT else (None, reason)
    decided = settle(
        tx, proposal.id, outcome, event.person, reason, policy, event.at, version=proposal.version, target=completed
    )
    return confirm(tx, decided, event.person, policy)


def means_none(text: str) -> bool:
    """Whether somebody who was asked for words takes back that they wanted to say some (取消。)."""
    return _NEVER_MIND.fullmatch(text.strip(_ENDS)) is not None


def _completed(reason: str) -> tuple[date | None, str]:
    """The day on which something was done, where a reason begins with one (2024-03-01 完成，公告上網), and what stands behind.

    Raises RefusedError where no calendar has that day.
    """
    said = _COMPLETED.match(reason)
    if said is None:
        return None, reason
    if (day := _day_of(said["day"].strip())) is None:
        raise RefusedError(
            say("日曆上沒有「{text}」，還沒有決定。請寫成「2024-03-01 完成，理由」。", text=said["day"].strip())
        )
    return day, reason[said.end() :]


def _labels(proposal: Proposal) -> dict[str, OutcomeLabel]:
    """What the outcomes that a reason may be of are called, by outcome; a new date is asked for apart."""
    none = {} if proposal.is_claim else {DECLINE: NO_CONCLUSION_LABEL}
    return {one: (OUTCOME_LABELS | none)[one] for one in OUTCOMES_OF[proposal.origin] if one != DEADLINE_MOVED}


def _named(proposal: Proposal, text: str) -> tuple[str, str]:
    """The outcome that a text names as its button does, and the reason behind it; ('', text) where it names none."""
    said = _NAMED.fullmatch(text)
    name, reason = (said["outcome"], said["reason"]) if said else (text.rstrip(_ENDS + ":："), "")
    for outcome, label in _labels(proposal).items():
        # in the reader's language or in Chinese, and with its sign where it was copied
        if name.removeprefix(label.sign).strip().casefold() in (label.words.casefold(), say(label.words).casefold()):
            return outcome, reason
    return "", text


def ask_date(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, version: int) -> Message:
    """📅 改日期: ask for the right date of a deadline."""
    check_waits(tx, tap.person, policy, proposal_id, version)
    title = say("正確的期限（案號 {proposal}），例如 2027-12-31、116年6月底；後面可以寫理由", proposal=proposal_id)
    return Message(title=title, prompt=Prompt(action=f"date:{proposal_id}:{version}", person=tap.person))


def give_date(ask: Ask, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """The date that was asked for: it becomes the deadline."""
    check_waits(tx, ask.person, policy, proposal, version)
    if means_none(ask.text):
        return Message(title=say("好，沒有決定。卡片還在，可以再按一次。"))
    target, reason = _day_and_reason(ask.text.strip())
    if target is None:
        raise RefusedError(
            say("「{text}」讀不出日期，還沒有決定。請寫 2027-12-31 或 116年6月底。", text=ask.text.strip()[:40])
        )
    decided = settle(tx, proposal, DEADLINE_MOVED, ask.person, reason, policy, ask.at, version=version, target=target)
    return confirm(tx, decided, ask.person, policy)


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
