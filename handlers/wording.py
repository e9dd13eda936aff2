"""How things are called in messages. The subject of every doubt is the AI's verdict or citation, never the agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from handlers.cutting import cut_to
from handlers.language import CHINESE, ENGLISH, N_, listed, say, say_n, short_date, voice
from handlers.policy import directory
from records.agencies import Committee
from records.flags import (
    DEADLINE_BEFORE_LETTER,
    DEADLINE_NOT_IN_LETTER,
    LATER_THAN_DOCUMENT,
    LETTER_NOT_HELD,
    NO_DOCUMENT,
    NOT_IN_TEXT,
    NUMBER_MISSING,
    PREDATES,
    SAME_DAY,
    SAME_LETTER,
    SUMMARY,
    VERDICT_FLAGS,
    WORD_MISMATCH,
    Flag,
)
from records.record import ACHIEVED, DELAYED, NOT_A_PROMISE, PARTLY, STALE, TRACKING
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_MOVED,
    DEADLINE_RIGHT,
    DECLINE,
    DISMISS,
    NO_CONCLUSION,
    NO_DEADLINE,
    NOT_PROMISED,
    REVIEWED_AS,
    Standing,
)
from records.words import numeral
from store.proposals import Proposal

NOT_UNDONE = N_("不代表沒做到")
PAST_BUT_CLAIMED = N_("期限已過·AI 曾引用完成佐證，未複核")
DOUBTFUL_CROSSING = N_("期限存疑的日期已過")
UNSUPPORTED_WORDS = N_("⚠️ 佐證不足：AI 判定所依據的公文都不晚於答復；這是在看 AI，不是在看機關，{not_undone}")
INDENT = "　"

STATUS_WORDS = {
    TRACKING: N_("尚無結論"),
    DELAYED: N_("尚無結論"),
    ACHIEVED: N_("達成"),
    STALE: N_("無更新"),
    PARTLY: N_("部分達成"),
    NOT_A_PROMISE: N_("非承諾"),
}

DOUBT_HEADINGS = {
    DEADLINE_BEFORE_LETTER: N_("期限早於答復日，多為既成事實"),
    DEADLINE_NOT_IN_LETTER: N_("公文查無這個期限"),
    LETTER_NOT_HELD: N_("公文全文尚未收錄，期限無從查證"),
}

FLAG_NAMES = {
    NOT_IN_TEXT: N_("公文沒談這件事"),
    LATER_THAN_DOCUMENT: N_("摘要提到公文之後的事"),
    PREDATES: N_("公文早於答復"),
    SAME_LETTER: N_("就是這件答復"),
    SAME_DAY: N_("公文與答復同一天"),
    NO_DOCUMENT: N_("沒附可查的公文"),
    WORD_MISMATCH: N_("AI 標示前後不一"),
    NUMBER_MISSING: N_("摘要沒提到數字"),
    DEADLINE_BEFORE_LETTER: N_("期限早於答復"),
    DEADLINE_NOT_IN_LETTER: N_("公文查無這個期限"),
    LETTER_NOT_HELD: N_("公文全文尚未收錄"),
}
"""Doubts in few words, for filters and statistics."""

KIND_WORDS = {
    "added": N_("新增承諾"),
    "evidence": N_("AI 提出新佐證（未複核）"),
    "reviewed": N_("人工複核結果"),
    "due": N_("即將到期"),
    "overdue": N_("期限已過·未見完成紀錄"),
    "moved": N_("資料裡的期限改了"),
    "removed": N_("來源移除了這筆"),
}

KIND_NAMES = {
    "reviewed": N_("複核結果"),
    "overdue": N_("期限已過"),
    "due": N_("即將到期"),
    "moved": N_("期限改動"),
    "evidence": N_("AI 新引公文"),
    "removed": N_("來源移除"),
    "added": N_("新增承諾"),
}
"""Kinds of news in few words, for buttons and lists."""

OUTCOME_WORDS = {
    ACCEPT: N_("✅ 採認達成"),
    ACCEPT_PARTLY: N_("🟡 部分達成"),
    DECLINE: N_("❌ 不採認"),
    NOT_PROMISED: N_("➖ 不是承諾"),
    DEADLINE_RIGHT: N_("✅ 期限正確"),
    DEADLINE_MOVED: N_("📅 期限改為"),
    NO_DEADLINE: N_("🚫 不是期限"),
    DISMISS: N_("❌ 不採用這份更正"),
}

NO_CONCLUSION_WORDS = N_("↺ 改列尚無結論")
"""The outcome `decline` where nobody claims 達成 on the AI's word: of a correction, or where the AI took its verdict back."""

ACTION_WORDS = {
    "decide": N_("決定"),
    "undo": N_("復原"),
    "reverse": N_("改判"),
    "submit": N_("送來更正"),
    "correct": N_("更正消息"),
    "grant": N_("授權複核"),
    "revoke": N_("取消授權"),
}
"""What the audit log's actions are called."""


def beside(*parts: str) -> str:
    """Parts of one line with a bar between, those aside that are empty."""
    return say("｜").join(filter(None, parts))


def called(name: str) -> str:
    """A body, or those that it became, as it is called now, in English with the English name: Ministry of Justice (法務部)."""
    return listed(map(called_by, directory().now(name).split("、")))


def called_by(name: str) -> str:
    """A body by that name, whatever it is called now, in English with the English name."""
    english = directory()[name].english if voice().language == ENGLISH and name in directory() else ""
    return f"{english} ({name})" if english else name


def called_committee(committee: Committee) -> str:
    """A committee of the Legislative Yuan, in English with the English name."""
    return f"{committee.english} ({committee.name})" if voice().language == ENGLISH else committee.name


_SOURCE_LABELS = frozenset(
    (N_("達成證據"), N_("進度更新"), N_("相關資訊"), N_("狀態變更"), N_("初始建立"), N_("人工複核"))
)


def label(word: str) -> str:
    """A label of the source's in a chat's language; one that is none of the usual ones as it stands."""
    return say(word) if word in _SOURCE_LABELS else word


def in_english(name: str) -> bool:
    """Whether a body is called by its English name in this chat, and has one."""
    return voice().language == ENGLISH and name in directory()


def called_shortly(name: str) -> str:
    """A body by its name, in English by its abbreviation (MOE) where it has one."""
    return directory()[name].abbreviation or called(name) if in_english(name) else name


def agency_line(standing: Standing) -> str:
    """The agency as it is called now, and as the record calls it where that differs: 農業部（當時為行政院農委會）."""
    if not standing.agencies:
        return say("未載明機關")
    names = [directory().now(name) for name in standing.agencies]
    changed = any(now != name for now, name in zip(names, standing.agencies, strict=True))
    now = listed(dict.fromkeys(map(called, names)))
    if is_third_party(standing):
        return say("{now}（第三方，非行政機關）", now=now)
    return say("{now}（當時為{then}）", now=now, then=standing.agency_text) if changed and standing.agency_text else now


def agency_now(standing: Standing) -> str:
    """The agency as it is called now, whatever the record calls it: news is sorted by it."""
    return listed(dict.fromkeys(map(called, standing.agencies))) or say("未載明機關")


def case(ordinal: str | None) -> str:
    """The place of a reply in its gazette file as it is written there, in other languages as a number."""
    if not ordinal:
        return ""
    return ordinal if voice().language == CHINESE else str(numeral(ordinal))


def decided_words(decided: Proposal, longest: int | None = None) -> str:
    """How a proposal was settled: ❌ 不採認：公文早於承諾, 📅 期限改為 2027-12-31; a reason cut to `longest` characters."""
    if decided.outcome is None:
        raise LookupError(f"proposal {decided.id} holds no decision")
    told = say(OUTCOME_WORDS[decided.outcome])
    if decided.settled_as == NO_CONCLUSION or (decided.origin == "correction" and decided.outcome == DECLINE):
        told = say(NO_CONCLUSION_WORDS)
    if decided.target:
        told += f" {short_date(decided.target)}"
    reason = decided.reason or ""
    return (
        say("{told}：{reason}", told=told, reason=cut_to(say(reason), longest or len(say(reason)))) if reason else told
    )


def settled_words(decided: Proposal) -> str:
    """The same in a sentence that the public reads, with who decided: 不採認（公文與承諾無關；複核人甲）.

    No sign stands in it: beside an agency's name a ❌ would be one on the agency.
    """
    told = decided_words(replace(decided, reason=None)).partition(" ")[2]
    if decided.reason:
        return say("{told}（{reason}；{by}）", told=told, reason=say(decided.reason), by=decided.decided_name)
    return say("{told}（{by}）", told=told, by=decided.decided_name)


def is_third_party(standing: Standing) -> bool:
    """Whether a company answers for itself: it promised nothing to the Legislative Yuan."""
    return any(name in directory() and directory()[name].kind == "company" for name in standing.agencies)


def status_line(standing: Standing) -> str:
    """The status and who or what set it; the AI's word is never given as a fact."""
    word = say(STATUS_WORDS[standing.status])
    if standing.reviewed == "waiting":
        return say(
            "AI 提出改列「{status}」·待複核；目前{word}",
            status=say(STATUS_WORDS[standing.proposed or standing.recorded]),
            word=word,
        )
    if is_declined(standing):
        return say("AI 判定不採認·尚無結論")
    if standing.reviewed in REVIEWED_AS:
        return say("{word}（已複核）", word=word)
    if standing.reviewed == "source":
        return say("{word}（來源註記經人工複核，未經這裡複核）", word=word)
    if standing.status == ACHIEVED:
        return say("AI 判定達成·未經人工複核")
    return say("來源標記「無更新」") if standing.status == STALE else word


def brief_status(standing: Standing) -> str:
    """The same where no line with its doubt stands below: AI 判定達成·未經人工複核（佐證不足）."""
    if is_declined(standing):
        return say("{status}（{not_undone}）", status=status_line(standing), not_undone=say(NOT_UNDONE))
    return status_line(standing) + (say("（佐證不足）") if is_doubted(standing) else "")


def is_doubted(standing: Standing) -> bool:
    """Whether an unreviewed AI verdict stands that no later letter supports."""
    return standing.unsupported and standing.status == ACHIEVED and standing.reviewed not in REVIEWED_AS


DECLINE_WORDS = N_("不採認的是 AI 引用的佐證，{not_undone}。")
"""What must stand where a verdict that was not accepted does."""


def is_declined(standing: Standing) -> bool:
    """Whether a reviewer did not accept the AI's verdict, which says nothing about the promise."""
    return standing.reviewed == DECLINE


def is_claimed_done(standing: Standing) -> bool:
    """Whether the AI cites a later letter as evidence of achievement that no reviewer has looked at."""
    return standing.cited_as_done and standing.reviewed not in REVIEWED_AS


def doubt_line(standing: Standing) -> str:
    """What must stand beside an AI verdict that is doubtful or was not accepted, with its tail; empty for any other."""
    if is_declined(standing):
        return say(DECLINE_WORDS, not_undone=say(NOT_UNDONE))
    return (
        say("⚠️ 佐證不足：AI 判定所依據的公文都不晚於這件答復。{not_undone}。", not_undone=say(NOT_UNDONE))
        if is_doubted(standing)
        else ""
    )


def doubts_in_short(standing: Standing) -> str:
    """What is doubtful in the AI's citations, with the tail; empty once people settled it."""
    doubts = doubtful_kinds(standing)
    return doubts and say("⚠️ AI 引用的公文有疑點：{doubts}。{not_undone}。", doubts=doubts, not_undone=say(NOT_UNDONE))


def doubtful_kinds(standing: Standing) -> str:
    """The kinds of doubt in the AI's citations, with their numbers; empty once people settled it."""
    kinds = Counter(flag.flag for flag in standing.flags if flag.flag in VERDICT_FLAGS)
    if not kinds or standing.reviewed in REVIEWED_AS:
        return ""
    return listed(
        say(FLAG_NAMES[kind]) + (say("（{n} 處）", n=kinds[kind]) if kinds[kind] > 1 else "")
        for kind in FLAG_NAMES
        if kind in kinds
    )


def deadline_line(standing: Standing, today: date) -> str:
    """The target date, labelled, and how far it can be trusted."""
    return f"{target_line(standing)}{deadline_state(standing, today)}"


def target_line(standing: Standing) -> str:
    """The target date as read, and as written where that differs: 期限 2027-10-31（原文「116-10-31」）, 無期限."""
    words = target_words(standing, short_date)
    return say("期限 {target}", target=words) if standing.target else words


def last_target_line(standing: Standing) -> str:
    """The same of a commitment that is there no longer: with its doubt, and no days that go on."""
    doubt = standing.deadline.doubt
    return target_line(standing) + (f" ⚠️ {flag_line(doubt)}" if doubt else "")


def target_words(standing: Standing, written_as: Callable[[date], str]) -> str:
    """The same without its label, for a line that has one; dates are `written_as` says."""
    if standing.deadline.settled == NO_DEADLINE:
        text = say("資料裡的「{text}」", text=standing.target_text) if standing.target_text else ""
        return say("無期限（{text}經人工複核不是期限）", text=text)
    text = standing.target_text or ""
    if standing.target is None:
        return say("期限無法判讀（原文「{text}」）", text=text) if text else say("無期限")
    words = written_as(standing.target)
    differs = text != standing.target.isoformat()
    if standing.deadline.settled == DEADLINE_MOVED:
        words += say("（人工複核改正，資料原為「{text}」）", text=text) if differs else say("（人工複核改正）")
    elif differs:
        words += say("（原文「{text}」）", text=text)
    return words + (say("（已人工複核）") if standing.deadline.settled == DEADLINE_RIGHT else "")


def claimed_done(standing: Standing) -> str:
    """That the AI has evidence that a promise past its date was kept, which nobody has looked at; days are not counted then."""
    if standing.reviewed == "waiting" and (standing.proposed or standing.recorded) == ACHIEVED:
        return say("期限已過·AI 提出完成佐證，待複核")
    return say(PAST_BUT_CLAIMED) if is_claimed_done(standing) else ""


def deadline_state(standing: Standing, today: date) -> str:
    """What follows a target date: its doubt, or where it is clear the days since or left; empty where nothing does."""
    if standing.target is None:
        return ""
    if standing.deadline.doubt:
        return f" ⚠️ {flag_line(standing.deadline.doubt)}"
    if standing.is_overdue(today) and (claimed := claimed_done(standing)):
        return say("｜{claimed}", claimed=claimed)
    if standing.is_overdue(today) and is_third_party(standing):
        return say("｜期限已過")
    if (days := standing.days_overdue(today)) is not None:
        return say_n("｜已過 {n} 天·未見完成紀錄", days)
    if standing.is_due_soon(today):
        return say_n("｜剩 {n} 天", (standing.target - today).days)
    return ""


def flag_line(flag: Flag) -> str:
    """A flag in plain words, with the facts that it compared."""
    return _FLAG_LINES[flag.flag](flag)


def _older(flag: Flag) -> str:
    days = (date.fromisoformat(flag.right) - date.fromisoformat(flag.left)).days
    return say_n("公文早於答復 {n} 天（公文 {left}，答復 {right}）", days, left=_day(flag.left), right=_day(flag.right))


def _told_later(flag: Flag) -> str:
    return say("摘要提到公文之後的事（摘要 {told}，公文 {document}）", told=_day(flag.left), document=_day(flag.right))


def _past_from_the_start(flag: Flag) -> str:
    if flag.left == flag.right:
        return say("期限就是答復日 {day}，可能是既成事實", day=_day(flag.right))
    return say("期限早於答復日 {day}，可能是既成事實", day=_day(flag.right))


def _mismatch(flag: Flag) -> str:
    if flag.right == SUMMARY:
        return say("AI 標示前後不一（摘要寫「{left}」，卻判為達成）", left=flag.left)
    return say("AI 標示前後不一（狀態變更，卻判為「{left}」）", left=label(flag.left))


def _no_document(flag: Flag) -> str:
    return say("公文或答復的日期讀不出來，無從比對先後") if flag.right else say("沒附可查的公文")


def _not_held(flag: Flag) -> str:
    return say("公文全文尚未收錄，期限無從查證") if flag.right else say("答復日未載明，期限無從查證")


_FLAG_LINES: Mapping[str, Callable[[Flag], str]] = {
    NOT_IN_TEXT: lambda flag: say("公文沒談這件事（全文查無{words}）", words=quoted(flag.left.split("、"))),
    LATER_THAN_DOCUMENT: _told_later,
    PREDATES: _older,
    SAME_LETTER: lambda _: say("引用的就是承諾所在的這件答復"),
    SAME_DAY: lambda flag: say("公文與答復同一天（{day}）", day=_day(flag.left)),
    NO_DOCUMENT: _no_document,
    WORD_MISMATCH: _mismatch,
    NUMBER_MISSING: lambda flag: say("摘要沒提到「{left}」", left=flag.left),
    DEADLINE_BEFORE_LETTER: _past_from_the_start,
    DEADLINE_NOT_IN_LETTER: lambda _: say("公文查無這個期限"),
    LETTER_NOT_HELD: _not_held,
}


def _day(text: str) -> str:
    """A day that a flag compared, as the chat has dates written; what is no date stays as it is."""
    try:
        return short_date(date.fromisoformat(text))
    except ValueError:
        return text


def quoted(words: Iterable[str]) -> str:
    """Words in quotation marks, one behind the other: 「番茄」「非疫」."""
    return "".join(say("「{word}」", word=word) for word in words)


HELD_WORDS = N_("更新暫停套用，待管理員確認")
"""What a sync is called that the breaker holds."""


def clock(at: datetime) -> str:
    """01-28 09:12."""
    return at.strftime("%m-%d %H:%M")


def source_dates(coverage: date | None, data_date: str | None) -> str:
    """How far the letters reach and of when the data is; both, always."""
    reach = say("公文收錄至 {coverage}", coverage=short_date(coverage)) if coverage else say("尚未收錄公文")
    return say("{reach}·資料版本 {data}", reach=reach, data=_day(data_date) if data_date else say("未載明"))
