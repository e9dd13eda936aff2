"""更正, 佐證, 機關說明: anybody may send in what a record lacks; reviewers decide, marked as no AI's word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from urllib.parse import quote

from handlers import audit, authority, copies, found, queue, voices
from handlers.basis import sent_in
from handlers.card import submission_section, whole_on_card
from handlers.deadline_words import target_line
from handlers.judged import is_to_be_asked
from handlers.language import N_, say, say_n
from handlers.message import Ask, Button, Message, NotAllowedError, Prompt, RefusedError, Section, Tap, private
from handlers.outcome_words import settled_words
from handlers.paging import turns
from handlers.policy import Policy
from handlers.status_words import doubt_line, status_line
from handlers.wording import clock
from records.status import Standing
from records.words import clean
from store import audit as audit_log
from store import commitments, outbox, proposals, state, submissions
from store.engine import Transaction
from store.proposals import Proposal
from store.submissions import Submission

OPEN_AT_ONCE = 5
"""Things that one person may have waiting."""

LONGEST = 800
"""Characters of what is sent in."""

_LINK = re.compile(
    r"https?://[!#-;=?-~]+(?:(?<=/)[\u3400-\u9fff][^\s，。；：、（）「」《》！？()<>|\[\]]*)?(?<![.,;:!?)\]])"
)
"""An address ends where anything but its own signs begins: 「https://x.tw/a這裡寫錯了」 goes on with words.

Behind a stroke Chinese is a part of it, as browsers show it: https://x.tw/下載/公告.pdf.
"""

_SIGNS = "!#$%&'()*+,/:;=?@[]~"
"""What stands in an address as it is; anything else but letters and digits is written in percent."""

_STATEMENT = re.compile(r"\s*(?:機關說明|statement)(?=[：:\s]|$)[：:\s]*", re.IGNORECASE)

_USAGE = N_("例如：更正 5d6747b3 https://… 哪裡不對，或 機關說明 5d6747b3 https://… 說明")


def send(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「更正 <id> 連結 說明」."""
    return _send_by_id(ask, tx, policy, statement=False)


def send_statement(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「機關說明 <id> 連結 說明」: an agency's own reply."""
    return _send_by_id(ask, tx, policy, statement=True)


def ask_for(tap: Tap, tx: Transaction, _: Policy, key: int, _version: int) -> Message:
    """✍️ 提供佐證 on a commitment's card: ask for a link and words."""
    standing = found.standing(tx, key)
    title = say("「{title}」要補充或更正什麼？請附公文連結和說明；機關請以「機關說明」開頭", title=standing.title[:30])
    return Message(title=title, prompt=Prompt(action=f"submit:{key}:0", person=tap.person))


def send_in(ask: Ask, tx: Transaction, policy: Policy, key: int, _version: int) -> Message:
    """The words that were asked for."""
    standing = found.standing(tx, key)
    text = ask.text.strip()
    marked = _STATEMENT.match(text)
    return _take(ask, tx, standing, text[marked.end() :] if marked else text, policy, statement=marked is not None)


def more(tap: Tap, tx: Transaction, policy: Policy, proposal_id: int, page: int) -> Message:
    """The 其餘幾份 button (0), and those that turn its pages, from 1: what was sent in for which a card has no room, each whole.

    It stands beside the card, as what the card shows of it does: no private word of Telegram's holds it.
    """
    if not authority.is_reviewer(tx, policy, tap.person):
        raise NotAllowedError(authority.refusal(tx, policy, tap.person))
    proposal = proposals.find(tx, proposal_id)
    rest = whole_on_card(sent_in(tx, proposal))[1] if proposal else []
    if not rest:
        return private(say("沒有其餘的更正。"))
    at = page - 1 if 0 < page <= len(rest) else 0
    message = Message(
        title=say_n("送來的其餘更正（{n}/{whole}）", at + 1, whole=len(rest)),
        sections=(submission_section(rest[at], policy),),
        buttons=turns(at, len(rest) - 1, lambda to: f"sent:{proposal_id}:{to + 1}"),
    )
    return message.placed("edit") if page else message


def tell_senders(tx: Transaction, decided: Proposal, after: Standing, policy: Policy) -> None:
    """Owe those who sent something in a word of what became of it, when the undo window ends."""
    if decided.public_at is None:
        return
    earlier = proposals.find(tx, decided.reverses) if decided.reverses else None
    for sent in sent_in(tx, decided):
        # who was not told the decision that this one reverses is told this one alone
        told = earlier is not None and not outbox.cancel(tx, _key(earlier, sent.id))
        compose = partial(_result, decided, after, sent, policy, told=told)
        for place, body in voices.worded(tx, [sent.place], policy, compose):
            outbox.send(tx, _key(decided, sent.id), place, policy.awake(decided.public_at), body=body)


_RESULTS = {
    (False, False): N_("你送來的更正有結果了：{title}"),
    (False, True): N_("你送來的更正改判了：{title}"),
    (True, False): N_("你送來的機關說明有結果了：{title}"),
    (True, True): N_("你送來的機關說明改判了：{title}"),
}


def _result(decided: Proposal, after: Standing, sent: Submission, policy: Policy, *, told: bool) -> Message:
    """What became of something that was sent in, where its sender was `told` otherwise before."""
    return Message(
        title=say(_RESULTS[sent.statement, told], title=after.title),
        sections=(
            Section(
                text=say(
                    "{told}\n目前：{status}",
                    told=settled_words(decided),
                    status="\n".join(filter(None, (_stands_now(decided, after), doubt_line(after)))),
                )
            ),
        ),
        footer=say("送件時間 {when}·編號 {record}", when=clock(policy.local(sent.sent_at)), record=after.id[:8]),
    )


def _stands_now(decided: Proposal, after: Standing) -> str:
    return target_line(after) if decided.origin == "deadline" else status_line(after)


def tell_senders_of_removal(tx: Transaction, removed: Sequence[Standing], policy: Policy, at: datetime) -> None:
    """Owe those whose correction waits on what the source removed a word: it waits with it, and nobody decides meanwhile."""
    for standing in removed:
        for sent in [one for waiting in proposals.open_on(tx, standing.key) for one in submissions.of(tx, waiting)]:
            compose = partial(_put_aside, standing, sent, policy)
            for place, body in voices.worded(tx, [sent.place], policy, compose):
                outbox.send(
                    tx, f"{_put_aside_key(standing.key)}{sent.id}:{at.isoformat()}", place, policy.awake(at), body=body
                )


def tell_nothing_of_removal(tx: Transaction, returned: Sequence[int]) -> None:
    """What the source put back needs no word of its removal that is still on its way."""
    for key in returned:
        outbox.take_back(tx, _put_aside_key(key))


def _put_aside_key(commitment: int) -> str:
    return f"put_aside:{commitment}:"


def _put_aside(standing: Standing, sent: Submission, policy: Policy) -> Message:
    told = N_("你送來的機關說明先擱著：{title}") if sent.statement else N_("你送來的更正先擱著：{title}")
    return Message(
        title=say(told, title=standing.title),
        sections=(Section(text=say("來源已移除這筆承諾，不必再決定；放回來時會再請人複核，有結果會告訴你。")),),
        footer=say("送件時間 {when}·編號 {record}", when=clock(policy.local(sent.sent_at)), record=standing.id[:8]),
    )


def tell_senders_nothing(tx: Transaction, decided: Proposal, after: Standing, policy: Policy) -> None:
    """The decision was taken back: nobody is told of it, but of the one that it had reversed, who was not told that yet."""
    for sent in sent_in(tx, decided):
        outbox.cancel(tx, _key(decided, sent.id))
    if decided.reverses and (first := proposals.find(tx, decided.reverses)):
        tell_senders(tx, first, after, policy)


def _key(decided: Proposal, submission: int) -> str:
    return f"submitted:{decided.decision_id}:{submission}"


def _send_by_id(ask: Ask, tx: Transaction, policy: Policy, *, statement: bool) -> Message:
    name, text = (*ask.text.split(maxsplit=1), "", "")[:2]
    query = found.understand(tx, name) if name else None
    if query is None or not query.ids:
        raise RefusedError(say("請附上承諾的編號（在每張承諾卡的最後一行）。{usage}", usage=say(_USAGE)))
    named = commitments.of_id(tx, query.ids[0])
    if not named:
        raise RefusedError(say("編號 {name} ", name=name) + say("找不到。") + say(_USAGE))
    if len(named) > 1:
        return audit.which_one(named, "send")
    if marked := _STATEMENT.match(text):
        statement, text = True, text[marked.end() :]
    return _take(ask, tx, named[0], text, policy, statement=statement)


def _take(ask: Ask, tx: Transaction, standing: Standing, text: str, policy: Policy, *, statement: bool) -> Message:
    state.hold_still(tx)
    # one after the other, and none while a card is decided: a person's five are counted, and a decided card takes no more
    audit_log.lock(tx)
    [standing] = commitments.standings(tx, [standing.key])
    text = clean(text).strip()
    link = link_found[0] if (link_found := _LINK.search(text)) else ""
    named = re.sub(rf"\[([^\]\n]*)\]\({re.escape(link)}\)", r"\1", text)  # [公文](https://…)
    words = re.sub(r"\n\s*\n+|[（(]\s*[）)]", "\n", named.replace(link, "", 1) if link else text).strip()
    link = quote(link, safe=_SIGNS)
    if not words:
        raise RefusedError(say("請寫幾句說明，不能只有連結。{usage}", usage=say(_USAGE)))
    if (length := max(len(text), len(link) + len(words))) > LONGEST:
        raise RefusedError(say_n("最多 {most} 字，這裡有 {n} 字。請精簡後再送，細節放在連結裡。", length, most=LONGEST))
    if ask.person in authority.SHARED_IDS:
        raise RefusedError(say("匿名的管理員看不出是誰，不能送更正。請關掉匿名，或私訊我再送。"))
    if standing.is_removed:
        raise RefusedError(say("來源已移除這筆承諾，不收更正。"))
    if submissions.count_open(tx, str(ask.person)) >= OPEN_AT_ONCE:
        raise RefusedError(say("你已有 {most} 件在等複核，等有結果再送。", most=OPEN_AT_ONCE))
    waiting = proposals.open_of(tx, standing.key, "correction")
    joined = submissions.of(tx, waiting.id) if waiting else []
    if any(one.sent_by == str(ask.person) for one in joined):
        raise RefusedError(say("你對這筆已經送過一份，等有結果再送。"))
    proposal = proposals.open_(
        tx, standing.key, "correction", ask.at, doubts=0, from_status=standing.status, to_status=None
    )
    id_ = submissions.add(
        tx, proposal, str(ask.person), ask.chat.place, ask.at, link=link, text=words, statement=statement
    )
    kept = proposals.find(tx, proposal)
    sent = {"link": link, "text": words, "statement": statement}
    audit.write(tx, "submit", ask.person, ask.at, standing=standing, proposal=kept, name=audit.SENDER, **sent)
    copies.update(tx, proposal, ask.at, f"joined:{ask.at.isoformat()}")
    for other in proposals.open_on(tx, standing.key):
        if other != proposal:  # who decides of the AI's verdict is to know that somebody objects
            copies.update(tx, other, ask.at, f"objected:{ask.at.isoformat()}")
    proposals.show_anew(tx, standing.key, but=proposal)
    queue.announce(tx, policy, ask.at)
    received = N_("收到你的機關說明：{title}") if statement else N_("收到你的更正：{title}")
    return Message(
        title=say(received, title=standing.title),
        sections=(
            Section(text=f"{link}\n{words}".strip()),
            Section(
                text=say("已排入人工複核，標示為「不是 AI 判定」。複核之前，這筆的狀態不變；有結果會在這裡告訴你。")
            ),
        ),
        footer=say("案號 {proposal}·編號 {record}", proposal=proposal, record=standing.id[:8]),
        buttons=((Button(label=say("↩️ 收回"), action=f"take-back:{id_}:0"),),),
    )


def take_back(tap: Tap, tx: Transaction, _: Policy, id_: int, _version: int) -> Message:
    """↩️ 收回 below what was received: its sender takes it back, while nobody has decided."""
    state.hold_still(tx)
    audit_log.lock(tx)  # neither a decision nor another sender comes in between
    sent = submissions.find(tx, id_)
    if sent is None:
        raise RefusedError(say("這份已經收回了。"))
    if sent.sent_by != str(tap.person):
        raise NotAllowedError(say("只有送件人能收回。"))
    proposal = proposals.find(tx, sent.proposal)
    if proposal is None or not proposal.is_open:
        raise RefusedError(say("這份已經不在等複核，不能收回。"))
    [standing] = commitments.standings(tx, [proposal.commitment])
    submissions.drop(tx, id_)
    told = {"link": sent.link, "text": sent.text, "statement": sent.statement}
    audit.write(tx, "take-back", tap.person, tap.at, standing=standing, proposal=proposal, name=audit.SENDER, **told)
    proposals.show_anew(tx, standing.key)
    if not submissions.of(tx, proposal.id) and (
        proposal.origin == "correction" or not is_to_be_asked(tx, standing, tap.at.date())
    ):
        proposals.withdraw(tx, proposal.id, tap.at)
    for shown in {proposal.id, *proposals.open_on(tx, standing.key)}:
        copies.update(tx, shown, tap.at, f"taken_back:{id_}:{shown}")
    title = N_("已收回你的機關說明：{title}") if sent.statement else N_("已收回你的更正：{title}")
    return Message(title=say(title, title=standing.title), place="edit")
