"""A proposal's card: what is proposed, the dates and the letters' own words, the doubts, and only then the buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from handlers import cited, found
from handlers.cutting import cut_to
from handlers.language import ENGLISH, N_, listed, say, say_n, short_date, short_month, voice
from handlers.message import Button, Message, RefusedError, Section
from handlers.policy import Policy
from handlers.reread import record_of, records_of
from handlers.show import alike_section, deadline_fact, held_text, promise_section, source_row
from handlers.wording import (
    INDENT,
    NO_CONCLUSION_WORDS,
    NOT_UNDONE,
    STATUS_WORDS,
    agency_line,
    beside,
    clock,
    decided_words,
    flag_line,
    status_line,
)
from records.conditions import SHOWN as SHOWN_CONDITIONS
from records.conditions import conditions
from records.dates import names_a_year
from records.flags import (
    DEADLINE_BEFORE_LETTER,
    LATER_THAN_DOCUMENT,
    NO_DOCUMENT,
    NOT_IN_TEXT,
    PREDATES,
    SAME_LETTER,
    SUMMARY,
    WORD_MISMATCH,
    Flag,
    letters_in_doubt,
)
from records.grounds import Grounds, verdict_grounds
from records.letters import nearest_first, sentences
from records.record import DELAYED, TRACKING, Record
from records.status import DEADLINE_RIGHT, DISMISS, NO_DEADLINE, OUTCOMES, Standing
from store import commitments, people, proposals, submissions
from store.engine import Transaction
from store.proposals import Proposal
from store.submissions import Submission

DECLINE_LABELS = {"unrelated": N_("與承諾無關"), "older": N_("公文早於承諾"), "itself": N_("就是這件答復")}
"""What the buttons of a decline say, by their verb."""

DECLINE_REASONS = {**DECLINE_LABELS, "itself": N_("引用的就是承諾所在的這件答復")}
"""The reason that each of them gives, in words that stand alone in public."""

_PRESETS_BY_FLAG = {NOT_IN_TEXT: "unrelated", PREDATES: "older", SAME_LETTER: "itself"}

DOUBTS_SHOWN = 5
EARLIER_SHOWN = 3
DATED_SENTENCES = 4
"""Sentences of a letter that name a date, on the card of a doubtful deadline."""

_ONE = 90
"""Characters of one such sentence."""

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


def sent_in(tx: Transaction, proposal: Proposal) -> list[Submission]:
    """What was sent in that a correction settles, also where it decides that anew."""
    return submissions.of(tx, proposals.first_of(tx, proposal).id) if proposal.origin == "correction" else []


def whole_on_card(sent: Sequence[Submission]) -> tuple[Sequence[Submission], Sequence[Submission]]:
    """Of what was sent in, what a card shows whole, and the rest: where an undo brings two rounds together it may be much."""
    shown, room = 0, TOGETHER // (2 if voice().language == ENGLISH else 1)
    for one in sent:
        room -= one.length
        if room < 0 and shown:
            break
        shown += 1
    return sent[:shown], sent[shown:]


def alike_waiting(tx: Transaction, decided: Proposal, standing: Standing) -> list[Proposal]:
    """What waits on the near-duplicates of a decision's commitment and asks the same, on the same grounds and letters.

    For a deadline that is the same date; where the reason is that the letters are too old, theirs are as well. Corrections
    are never alike: each was sent in about one record. Nor is what changed since the decision: nobody was asked of that.
    """
    if decided.origin == "correction":
        return []
    others = [other for other in commitments.alike(tx, standing) if _holds_for(decided, other)]
    others = list(_resting_on_the_same(tx, decided, standing, others))
    waiting = proposals.open_among(tx, [other.key for other in others], decided.origin)
    return sorted(
        (
            one
            for one in waiting.values()
            if one.takes_back == decided.takes_back
            and (
                decided.decided_at is None or max(one.opened_at, one.changed_at or one.opened_at) <= decided.decided_at
            )
        ),
        key=lambda one: one.id,
    )


def _resting_on_the_same(
    tx: Transaction, decided: Proposal, standing: Standing, others: Sequence[Standing]
) -> Sequence[Standing]:
    """Those of near-duplicates whose verdicts cite only letters that were judged: nobody looked at what else one cites.

    What is no promise is none on whatever letters, and a deadline rests on the letter that all of them come from.
    """
    if decided.origin == "deadline" or decided.outcome == "not-a-promise" or not others:
        return others
    cited = {
        key: {citation.letter.key for citation in record.verdicts}
        for key, record in records_of(tx, [standing, *others]).items()
    }
    return [other for other in others if cited[other.key] <= cited[standing.key]]


def _holds_for(decided: Proposal, other: Standing) -> bool:
    """Whether a decision's grounds are those of a near-duplicate as well."""
    if decided.origin == "deadline":
        return other.target_text == decided.judged
    flags = {flag.flag for flag in other.flags}
    for verb, flag in (("older", PREDATES), ("itself", SAME_LETTER)):
        if decided.reason == DECLINE_REASONS[verb]:
            return flag in flags and other.unsupported
    return True


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
    grounds = verdict_grounds(record)
    above = [note] if note else []
    removed = proposal.is_open and standing.is_removed
    if removed:
        above.append(say("⚠️ 來源已移除這筆承諾，不必再決定；放回來時會再問。"))
    decided = proposals.decided_on(tx, proposal.commitment)
    later = next((one for one in decided if one.reverses == proposal.id), None)
    if later:
        above.append(say("後來改判：{decided}｜{by}", decided=decided_words(later), by=later.decided_name))
    if proposal.outcome:
        above += _decision(proposal, standing, policy, at)
    above += _what_happens(tx, proposal, policy, at)
    sections = [
        *([Section(text="\n".join(above))] if above else []),
        Section(text=f"{agency_line(standing)}\n{standing.title}"),
        *(submission_section(one, policy) for one in whole_on_card(sent)[0]),
        promise_section(record, letter_text),
        Section(text="\n".join(_letter_lines(standing, at))),
        *(_deadline_sections(record, standing, letter_text) if proposal.origin == "deadline" else []),
        *(_verdict_sections(tx, record, standing, grounds) if proposal.origin != "deadline" else []),
    ]
    if alike := alike_section(tx, standing):
        sections.append(alike)
    if earlier := _earlier(decided, proposal, policy):
        sections.append(Section(heading=say("先前的複核"), text="\n".join(earlier)))
    if proposal.is_open and not removed:
        sections.append(
            Section(
                text=say(_TAKES_BACK)
                if proposal.takes_back
                else say(_WHAT_FOLLOWS[proposal.origin], not_undone=say(NOT_UNDONE))
            )
        )
    return Message(
        title=_card_title(proposal, standing, sent, policy, at) + (say("（已改判）") if later else ""),
        sections=tuple(sections),
        footer=say(
            "{reach}\n案號 {proposal}·編號 {record}",
            reach=found.reach(tx, at.date()),
            proposal=proposal.id,
            record=standing.id[:8],
        ),
        buttons=(
            *_more_row(proposal, whole_on_card(sent)[1]),
            *(source_row(standing) if removed else _buttons(proposal, standing, record, grounds, at)),
        ),
        proposal=proposal.id,
        version=proposal.version,
    )


_WHAT_FOLLOWS = {
    "verdict": N_("不採認後改列「尚無結論」，不會因此發出逾期通知。"),
    "deadline": N_("決定之後這個期限就算明確；在那之前只寫「期限存疑」。期限過了{not_undone}。"),
    "correction": N_("這是有人送來的更正，不是 AI 判定。不採用的話，這筆承諾的狀態不變。"),
}

_TAKES_BACK = N_("AI 收回了先前的判定。決定之前，這筆照原來的狀態；改列「尚無結論」不會因此發出逾期通知。")


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
        is_taken_back = proposal.origin == "verdict" and proposal.proposed != standing.recorded
        return say("來源已收回這個判定") if is_taken_back else say("這張卡不必再決定了")
    if proposal.origin == "deadline":
        return say("期限待查證　{text}（AI 擷取，存疑）", text=standing.target_text or "—")
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
    who = say("機關說明（送件人自述的身分，本站未查核）") if one.statement else say("送來的更正")
    # marked line by line: what somebody writes must not look like a part of the card
    lines = [*([one.link] if one.link else []), *(f"｜{line}" for line in one.text.splitlines())]
    return Section(heading=f"{who}　{clock(policy.local(one.sent_at))}", text="\n".join(lines))


def _letter_lines(standing: Standing, at: datetime) -> list[str]:
    answered = short_date(standing.letter_date) if standing.letter_date else say("日期不明")
    lines = [
        say("答復　{answered}　{letter_number}", answered=answered, letter_number=standing.letter_number or "").rstrip()
    ]
    if standing.legislators:
        lines.append(say("質詢　{legislators}委員", legislators=listed(standing.legislators)))
    lines.append(deadline_fact(standing, at.date()))
    return lines


def _verdict_sections(tx: Transaction, record: Record, standing: Standing, grounds: Sequence[Grounds]) -> list[Section]:
    """The doubts, what speaks against them, and the letters that the AI cited."""
    sections = []
    if doubts := _doubts(record, standing, grounds):
        shown = doubts[:DOUBTS_SHOWN]
        lines = [f"{number} {line}" for number, line in enumerate(shown, 1)]
        if len(doubts) > DOUBTS_SHOWN:
            lines.append(say_n("另有 {n} 個疑點", len(doubts) - DOUBTS_SHOWN))
        lines.append(_not_undone_line(standing))
        sections.append(
            Section(heading=say_n("⚠️ 疑點 {n}", len(doubts)), text="\n".join([*lines, *_in_favour(grounds)]))
        )
    if record.citations:
        sections.append(cited.section(tx, record, for_review=True))
    return sections


def _not_undone_line(standing: Standing) -> str:
    """What the doubts come to, and that none of them says that nothing was done."""
    if not standing.unsupported:
        return say("疑點待查證，{not_undone}。", not_undone=say(NOT_UNDONE))
    if any(flag.flag == NO_DOCUMENT for flag in standing.flags):
        return say("查不到晚於答復的公文（佐證不足），{not_undone}。", not_undone=say(NOT_UNDONE))
    return say("AI 判定所依據的公文都不晚於答復（佐證不足），{not_undone}。", not_undone=say(NOT_UNDONE))


def _doubts(record: Record, standing: Standing, grounds: Sequence[Grounds]) -> list[str]:
    """The doubts in plain words, strongest first, each once."""
    target = short_date(standing.target) if standing.target else ""
    doubt = standing.deadline.doubt
    tied = conditions(record.promise)[:SHOWN_CONDITIONS]
    lines = [
        *_older_than_the_act(grounds),
        *_flag_lines(standing.flags, letters_in_doubt(record)),
        *([say("期限 {target}：{doubt}", target=target, doubt=flag_line(doubt))] if doubt else []),
        *(
            [say("承諾有條件：{clauses}", clauses=listed(say("「{word}」", word=clause) for clause in tied))]
            if tied
            else []
        ),
    ]
    return list(dict.fromkeys(lines))


def _flag_lines(flags: Sequence[Flag], letters: Mapping[str, int]) -> list[str]:
    """A line for each kind of doubt: of letters older than the reply the newest, and how many more `letters` there are."""
    lines = []
    for kind, same in groupby(flags, key=lambda flag: flag.flag):
        alike = list(same)
        shown = max(alike, key=lambda flag: flag.left) if kind == PREDATES else alike[0]
        others = letters.get(kind, len(alike)) - 1
        more = say_n("；另 {n} 件也早於答復", others) if kind == PREDATES else say_n("；同類另 {n} 件", others)
        lines.append(flag_line(shown) + (more if others > 0 else ""))
    return lines


def _older_than_the_act(grounds: Sequence[Grounds]) -> list[str]:
    """The strongest doubt: a cited letter is older even than what the promise tells of as done."""
    newest = next((known for known in grounds if not known.hold), None)
    if newest is None:
        return []
    told = N_("公文早於答復，也早於承諾提到的 {act}（公文 {document}）")
    if newest.in_letter:
        told = N_("公文早於答復，也早於答復原文提到的 {act}（公文 {document}）")
    return [say(told, act=_act(newest), document=short_date(newest.document))]


def _in_favour(grounds: Sequence[Grounds]) -> list[str]:
    """Why an older letter can be right all the same: the act that the promise tells of is older still."""
    newest = next((known for known in grounds if known.hold), None)
    if newest is None:
        return []
    when = say("就在該日")
    if newest.document > newest.act:
        when = say("晚於該日") if newest.begun == newest.act else say("晚於該月")
    told = N_("可能成立的理由：承諾講的事發生在 {act}，公文{when}（{document}）")
    if newest.in_letter:
        told = N_("可能成立的理由：答復原文講的事發生在 {act}，公文{when}（{document}）")
    return [say(told, act=_act(newest), when=when, document=short_date(newest.document))]


def _act(known: Grounds) -> str:
    """When the act was: a month where no day of it is told."""
    return short_date(known.act) if known.begun == known.act else short_month(known.act)


def _deadline_sections(record: Record, standing: Standing, letter_text: str) -> list[Section]:
    """Why the date is doubtful, and the letter's own sentences that name a date."""
    doubt = standing.deadline.doubt
    sections = [Section(heading=say("⚠️ 疑點"), text=flag_line(doubt))] if doubt else []
    names_a_date = partial(names_a_year, written_on=record.letter.date)
    dated = [
        _around_date(sentence, names_a_date)
        for sentence in nearest_first(sentences(letter_text or record.promise), record.promise)
        if names_a_date(sentence)
    ]
    if dated:
        whose = say("公文") if letter_text else say("承諾（AI 擷取）")
        more = [INDENT + say_n("另有 {n} 句", len(dated) - DATED_SENTENCES)] if len(dated) > DATED_SENTENCES else []
        text = "\n".join([*(say("・「{sentence}」", sentence=sentence) for sentence in dated[:DATED_SENTENCES]), *more])
        sections.append(Section(heading=say("{whose}裡提到日期的句子", whose=whose), text=text))
    elif letter_text:
        sections.append(Section(text=say("公文裡沒有寫到年月的句子。")))
    return sections


def _around_date(sentence: str, names_a_date: Callable[[str], bool]) -> str:
    """A sentence, where it is long from the clause on in which it names its first date."""
    clauses = sentence.split("，")
    first = next((at for at, clause in enumerate(clauses) if names_a_date(clause)), 0)
    start = max(first - 1, 0) if len("，".join(clauses[: first + 1])) > _ONE else 0
    return ("…" if start else "") + cut_to("，".join(clauses[start:]), _ONE)


def _earlier(decisions: Sequence[Proposal], proposal: Proposal, policy: Policy) -> list[str]:
    """What people decided about the commitment before, the newest first."""
    decided = [one for one in decisions if one.id != proposal.id and not _is_later(one, proposal)]
    lines = [
        f"{policy.local(one.decided_at):%Y-%m-%d}　" + beside(decided_words(one), str(one.decided_name))
        for one in reversed(decided[-EARLIER_SHOWN:])
    ]
    of_verdict = [
        one for one in decided if one.outcome in OUTCOMES and one.decided_at and one.decided_at <= proposal.opened_at
    ]
    if of_verdict and proposal.is_open and proposal.origin == "verdict":
        lines.append(say("來源之後又改了；重新決定之前，先前的決定仍然有效。"))
    return lines


def _is_later(one: Proposal, than: Proposal) -> bool:
    """Whether a decision was taken after another one."""
    return bool(one.decided_at and than.decided_at) and (one.decided_at, one.id) > (than.decided_at, than.id)


def _more_row(proposal: Proposal, rest: Sequence[Submission]) -> tuple[tuple[Button, ...], ...]:
    return ((Button(label=say_n("📎 其餘 {n} 份", len(rest)), action=f"sent:{proposal.id}:0"),),) if rest else ()


def _buttons(
    proposal: Proposal, standing: Standing, record: Record, grounds: Sequence[Grounds], at: datetime
) -> tuple[tuple[Button, ...], ...]:
    mark = f"{proposal.id}:{proposal.version}"
    skip = f"next:{proposal.id}:{proposal.taken_from or 0}"
    if proposal.outcome is not None:
        inside = proposal.public_at is not None and proposal.public_at > at
        return ((Button(label=say("↩️ 復原"), action=f"undo:{mark}"),),) if inside else ()
    if proposal.withdrawn_at:
        return source_row(standing)
    last = (
        Button(label=say("✍️ 其他理由"), action=f"why:{mark}"),
        Button(label=say("⏭ 先跳過"), action=skip),
    )
    match proposal.origin:
        case "deadline":
            right = (Button(label=say("✅ 期限正確"), action=f"{DEADLINE_RIGHT}:{mark}"),)
            wrong = (
                Button(label=say("📅 改日期"), action=f"when:{mark}"),
                Button(label=say("🚫 不是期限"), action=f"{NO_DEADLINE}:{mark}"),
            )
            rows = (wrong[::-1], right) if _doubt_of(standing) == DEADLINE_BEFORE_LETTER else (right, wrong)
            return (*rows, *source_row(standing), last[1:])
        case "correction":
            dismiss = (Button(label=say("❌ 不採用這份更正"), action=f"{DISMISS}:{mark}"),)
            return (*_plain_outcomes(mark), dismiss, *source_row(standing), last[1:])
    if proposal.takes_back:
        return (*_plain_outcomes(mark), *source_row(standing), *_letters(standing, record), last[1:])
    return (*_outcomes(standing, grounds, mark), *source_row(standing), *_letters(standing, record), last)


def _letters(standing: Standing, record: Record) -> tuple[tuple[Button, ...], ...]:
    return *cited.letter_row(record, for_review=True), *cited.more_row(standing.key, record)


def _plain_outcomes(mark: str) -> tuple[tuple[Button, ...], ...]:
    """What may hold for a commitment, where no verdict of 達成 is to be accepted or declined."""
    return (
        (
            Button(label=say("✅ 採認達成"), action=f"accept:{mark}"),
            Button(label=say("🟡 部分達成"), action=f"partly:{mark}"),
        ),
        (
            Button(label=say("➖ 不是承諾"), action=f"not-a-promise:{mark}"),
            Button(label=say(NO_CONCLUSION_WORDS), action=f"no-conclusion:{mark}"),
        ),
    )


def _doubt_of(standing: Standing) -> str:
    """The kind of doubt about a deadline, none where it is clear or there is none."""
    return standing.deadline.doubt.flag if standing.deadline.doubt else ""


def _outcomes(standing: Standing, grounds: Sequence[Grounds], mark: str) -> tuple[tuple[Button, ...], ...]:
    """The outcomes of a verdict, the likeliest first."""
    # that one letter is older is no ground against a verdict that rests on a later one too
    groundless = () if standing.unsupported else (PREDATES, SAME_LETTER)
    flags = [flag.flag for flag in standing.flags if flag.flag not in groundless]
    verbs = dict.fromkeys([*(_PRESETS_BY_FLAG[flag] for flag in flags if flag in _PRESETS_BY_FLAG), "unrelated"])
    declines = tuple(Button(label=f"❌ {say(DECLINE_LABELS[verb])}", action=f"{verb}:{mark}") for verb in verbs)
    accept = (Button(label=say("✅ 採認達成"), action=f"accept:{mark}"),)
    others = (
        Button(label=say("➖ 不是承諾"), action=f"not-a-promise:{mark}"),
        Button(label=say("🟡 部分達成"), action=f"partly:{mark}"),
    )
    if SAME_LETTER in flags and _doubt_of(standing) == DEADLINE_BEFORE_LETTER:
        return others, declines, accept  # the reply reports something finished: no promise, rather than not kept
    # an older letter can be right where the act that the promise tells of is older still
    has_grounds = any(known.hold for known in grounds)
    older = standing.unsupported and not has_grounds and (PREDATES in flags or bool(grounds))
    strong = {NOT_IN_TEXT, LATER_THAN_DOCUMENT, SAME_LETTER} & set(flags)
    if strong or older:
        return declines, others, accept
    if any(flag.flag == WORD_MISMATCH and flag.right == SUMMARY for flag in standing.flags):
        return others[::-1], declines, accept  # the AI's own summary says that it was done in part
    return accept, others, declines
