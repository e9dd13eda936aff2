"""A proposal's card: what is proposed, the dates and the letters' own words, the doubts, and only then the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers import card_buttons, card_doubts
from handlers.agency_words import agency_line
from handlers.basis import sent_in, submission_name
from handlers.language import ENGLISH, N_, listed, say, say_n, short_date, voice
from handlers.message import Message, RefusedError, Section
from handlers.news import crossing_key
from handlers.outcome_words import OUTCOME_LABELS, decided_words, judged_otherwise
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.show import alike_section, deadline_fact, held_text, promise_section, source_row
from handlers.status_words import STATUS_WORDS, status_line
from handlers.wording import NOT_UNDONE, beside, clock
from records.flags import DEADLINE_BEFORE_LETTER
from records.grounds import verdict_grounds
from records.record import DELAYED, SETTLED, TRACKING
from records.status import ACCEPT_PARTLY, DISMISS, LEFT_BY_DECLINE, OUTCOMES, Standing
from store import commitments, decisions, facts, people, proposals, submissions
from store.engine import Transaction
from store.proposals import Proposal
from store.submissions import Submission

EARLIER_SHOWN = 3

TOGETHER = 1600
"""Characters of what different people sent in that a card shows whole beside the promise and its evidence.

In English, whose sentences of our own are longer, half as many.
"""

SHORT_REASON = 60
"""Characters of a reason that a title has room for: Slack's hold 150."""


def load(tx: Transaction, proposal_id: int) -> tuple[Proposal, Standing]:
    """A proposal and its commitment as it stands; raises RefusedError where there is none of that id."""
    proposal = proposals.find(tx, proposal_id)
    standing = commitments.standing(tx, proposal.commitment) if proposal else None
    if proposal is None or standing is None:
        raise RefusedError(say("沒有案號 {proposal}。輸入「複核」看待複核的判定。", proposal=proposal_id))
    return proposal, standing


def whole_on_card(sent: Sequence[Submission]) -> tuple[Sequence[Submission], Sequence[Submission]]:
    """Of what was sent in, what a card shows whole, and the rest: where an undo brings two rounds together it may be much."""
    shown, room = 0, TOGETHER // (2 if voice().language == ENGLISH else 1)
    for one in sent:
        room -= one.length
        if room < 0 and shown:
            break
        shown += 1
    return sent[:shown], sent[shown:]


def card(tx: Transaction, proposal_id: int, policy: Policy, at: datetime, note: str = "") -> Message:
    """A proposal's card as it stands: with its buttons while it waits, with who decided what and why afterwards.

    `note` is a line above it, such as how far the queue is.
    """
    proposal, standing = load(tx, proposal_id)
    return compose(tx, proposal, standing, policy, at, note)


def compose(
    tx: Transaction, proposal: Proposal, standing: Standing, policy: Policy, at: datetime, note: str = ""
) -> Message:
    """The card of a proposal that was loaded already."""
    record = record_of(tx, standing)
    sent = sent_in(tx, proposal)
    letter_text = held_text(tx, record)
    grounds = verdict_grounds(record, letter_text)
    above = [note] if note else []
    removed = proposal.is_open and standing.is_removed
    waiting = proposals.open_of(tx, standing.key, "correction") if proposal.is_open else None
    objections = submissions.of(tx, waiting.id) if waiting and waiting.id != proposal.id else []
    if removed:
        above.append(say("⚠️ 來源已移除這筆承諾，不必再決定；放回來時會再問。"))
    decided = decisions.of_commitment(tx, proposal.commitment)
    later = decisions.superseded(decided).get(proposal.id)
    if later:
        above.append(say("後來改判：{decided}｜{by}", decided=decided_words(later), by=later.decided_name))
    if proposal.outcome:
        above += _decision(proposal, standing, policy, at)
    above += _what_happens(tx, proposal, policy, at)
    if waiting and objections:
        above.append(
            say_n("📨 這筆另有 {n} 份更正或機關說明待複核（案號 {proposal}）", len(objections), proposal=waiting.id)
        )
        sent = [one for one in objections if one.statement]
    sections = [
        *([Section(text="\n".join(above))] if above else []),
        Section(text=f"{agency_line(standing)}\n{standing.title}"),
        *(submission_section(one, policy) for one in whole_on_card(sent)[0]),
        promise_section(record, letter_text),
        Section(text="\n".join(_letter_lines(standing, at))),
        *(card_doubts.of_deadline(record, standing, letter_text) if proposal.origin == "deadline" else []),
        *(card_doubts.of_verdict(tx, record, standing, grounds) if proposal.origin != "deadline" else []),
    ]
    if alike := alike_section(tx, standing):
        sections.append(alike)
    if earlier := _earlier(decided, proposal, policy, objected=bool(sent)):
        sections.append(Section(heading=say("先前的複核"), text="\n".join(earlier)))
    if proposal.is_open and not removed:
        follows = [
            _what_follows(proposal, standing, at.date()),
            *_told_as_late(tx, proposal, standing, at.date()),
        ]
        sections.append(Section(text="\n".join(follows)))
    return Message(
        title=_card_title(proposal, standing, sent, policy, at) + (say("（已改判）") if later else ""),
        sections=tuple(sections),
        footer=say(
            "{reach}\n案號 {proposal}·編號 {record}",
            reach=read_reach(tx, at.date()),
            proposal=proposal.id,
            record=standing.id[:8],
        ),
        buttons=(
            *card_buttons.sent_row(proposal, whole_on_card(sent)[1]),
            *(
                source_row(standing)
                if removed
                else card_buttons.rows(proposal, standing, record, grounds, at, objected=bool(sent))
            ),
        ),
        proposal=proposal.id,
        version=proposal.version,
    )


_WHAT_FOLLOWS = {
    "verdict": N_("不採認後改列「尚無結論」，不會因此發出逾期通知。"),
    "deadline": N_("決定之後這個期限就算明確；在那之前只寫「期限存疑」。期限過了{not_undone}。"),
    "correction": N_("這是有人送來的更正，不是 AI 判定。不採用的話，這筆承諾的狀態不變。"),
}

_BEFORE_THE_REPLY = N_("{target} 早於答復：承諾講的若是已經發生的事，請按「不是期限」。")

_OTHERWISE = N_("決定之前，這筆照原來的狀態；改列「尚無結論」不會因此發出逾期通知。")


def _what_follows(proposal: Proposal, standing: Standing, today: date) -> str:
    """What a decision brings, said before it is taken."""
    if proposal.takes_back:
        return f"{judged_otherwise(proposal)}{say(_OTHERWISE)}"
    if proposal.origin == "deadline" and standing.has_clear_deadline:
        return say("這是有人送來的更正。決定之前照原來的期限；改了日期，收過原消息的人會收到更正。")
    if proposal.is_claim and standing.reviewed in LEFT_BY_DECLINE:
        return say("不採認的話，先前複核的「{words}」不變。", words=OUTCOME_LABELS[standing.reviewed].said)
    lines = [say(_WHAT_FOLLOWS[proposal.origin], not_undone=say(NOT_UNDONE))]
    if proposal.origin == "deadline" and standing.target:
        target = short_date(standing.target)
        if (days := (today - standing.target).days) > 0:
            lines.insert(0, say_n("「期限正確」以 {target} 為準：列入期限明確、已過 {n} 天。", days, target=target))
        if standing.deadline.doubt and standing.deadline.doubt.flag == DEADLINE_BEFORE_LETTER:
            lines.insert(0, say(_BEFORE_THE_REPLY, target=target))
    return "\n".join(lines)


def _told_as_late(tx: Transaction, proposal: Proposal, standing: Standing, today: date) -> list[str]:
    """That 部分達成 makes news of a date that passed, where it does: of what counted as settled, and was told to nobody."""
    target = standing.target
    if proposal.origin == "deadline" or target is None or target >= today:
        return []
    if not standing.has_clear_deadline or standing.status not in SETTLED:
        return []
    if facts.find_id(tx, crossing_key(standing.key, str(target))) is not None:
        return []
    said = OUTCOME_LABELS[ACCEPT_PARTLY].said
    return [say("期限 {target} 已過：「{said}」之後會發出期限已過的通知。", target=short_date(target), said=said)]


def _card_title(
    proposal: Proposal, standing: Standing, sent: Sequence[Submission], policy: Policy, at: datetime
) -> str:
    """What is asked; once it is decided, how: a picture of the card must not read as if the AI's word had stood."""
    if proposal.outcome:
        told = decided_words(proposal, SHORT_REASON)
        return beside(told, f"{proposal.decided_name}·{clock(policy.local(proposal.decided_at))}")
    if proposal.withdrawn_at and proposal.reverses is not None:
        return say("改判已復原，原來的決定有效")
    if proposal.withdrawn_at:
        if proposal.origin == "correction" and not sent:
            return say("送來的內容移到另一張卡了")
        is_taken_back = proposal.origin == "verdict" and proposal.proposed != standing.recorded
        return say("來源已收回這個判定") if is_taken_back else say("這張卡不必再決定了")
    if proposal.origin == "deadline":
        text = standing.target_text or "—"
        if standing.target is None:
            return say("期限待查證　來源已刪去期限（有人送來更正）")
        if standing.has_clear_deadline:
            return say("期限待查證　{text}（有人送來更正）", text=text)
        return say("期限待查證　{text}（AI 擷取，存疑）", text=text)
    if proposal.origin == "correction":
        return say(
            "待複核　{what}（不是 AI 判定）",
            what=say("機關說明") if any(one.statement for one in sent) else say("有人送來更正"),
        )
    if proposal.from_status is None:
        return say("待複核　AI 判定「{status}」（既有判定）", status=say(STATUS_WORDS[proposal.proposed]))
    before = say(STATUS_WORDS[standing.status])
    if standing.status in (TRACKING, DELAYED) and standing.target and standing.target < at.date():
        before = say("期限已過")
    return say("待複核　{before} → {proposed}（AI 判定）", before=before, proposed=say(STATUS_WORDS[proposal.proposed]))


def _decision(proposal: Proposal, standing: Standing, policy: Policy, at: datetime) -> list[str]:
    """What the decision makes of what was asked, its reason where the title has no room, how long it can be taken back."""
    reason = proposal.reason or ""
    lines = [say("理由：{reason}", reason=say(reason))] if len(reason) > SHORT_REASON else []
    if proposal.origin == "verdict":
        lines.append(
            say(
                "AI 判定「{proposed}」，現列「{status}」",
                proposed=say(STATUS_WORDS[proposal.proposed]),
                status=status_line(standing),
            )
        )
    elif proposal.origin == "correction":
        lines.append(say("現列「{status}」", status=status_line(standing)))
    if proposal.public_at and proposal.public_at > at:
        whom = say("告訴送件人") if proposal.outcome == DISMISS else say("通知訂閱者")
        lines.append(say("可復原至 {when}，之後{whom}", when=clock(policy.local(proposal.public_at)), whom=whom))
    return lines


def _what_happens(tx: Transaction, proposal: Proposal, policy: Policy, at: datetime) -> list[str]:
    """That the data changed under an open card, and who looks at it."""
    if not proposal.is_open:
        return []
    lines = []
    if proposal.changed_at is not None:
        lines.append(say("⚠️ 資料在 {when} 有更新，請依這張卡的內容決定", when=clock(policy.local(proposal.changed_at))))
    if proposal.is_taken(at) and proposal.taken_by:
        platform, _, number = proposal.taken_by.partition(":")
        until = policy.local(proposal.taken_until)
        lines.append(
            say("{name}處理中（到 {until:%H:%M}）", name=people.public_name(tx, platform, number), until=until)
        )
    return lines


def submission_section(one: Submission, policy: Policy) -> Section:
    """What somebody sent in, whole."""
    # marked line by line: what somebody writes must not look like a part of the card
    lines = [*([one.link] if one.link else []), *(f"｜{line}" for line in one.text.splitlines())]
    return Section(heading=f"{submission_name(one)}　{clock(policy.local(one.sent_at))}", text="\n".join(lines))


def _letter_lines(standing: Standing, at: datetime) -> list[str]:
    answered = short_date(standing.letter_date) if standing.letter_date else say("日期不明")
    lines = [
        say("答復　{answered}　{letter_number}", answered=answered, letter_number=standing.letter_number or "").rstrip()
    ]
    if standing.legislators:
        lines.append(say("質詢　{legislators}委員", legislators=listed(standing.legislators)))
    lines.append(deadline_fact(standing, at.date()))
    return lines


def _earlier(decisions: Sequence[Proposal], proposal: Proposal, policy: Policy, *, objected: bool) -> list[str]:
    """What people decided about the commitment before, the newest first, and why it is asked again: somebody may have `objected`."""
    decided = [one for one in decisions if one.id != proposal.id and not _is_later(one, proposal)]
    lines = [
        f"{policy.local(one.decided_at):%Y-%m-%d}　" + beside(decided_words(one), str(one.decided_name))
        for one in reversed(decided[-EARLIER_SHOWN:])
    ]
    of_verdict = [
        one for one in decided if one.outcome in OUTCOMES and one.decided_at and one.decided_at < proposal.opened_at
    ]
    if of_verdict and proposal.is_open and proposal.origin == "verdict":
        lines.append(say("來源之後又改了；重新決定之前，先前的決定仍然有效。"))
    was_decided = any(one.origin == "deadline" for one in decided)
    if proposal.is_open and proposal.origin == "deadline" and was_decided and not objected:
        lines.append(say("來源之後又改了期限；重新決定之前，列的是來源的日期，存疑。"))
    return lines


def _is_later(one: Proposal, than: Proposal) -> bool:
    """Whether a decision was taken after another one."""
    return bool(one.decided_at and than.decided_at) and (one.decided_at, one.id) > (than.decided_at, than.id)
