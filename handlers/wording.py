"""How things are called in messages. The subject of every doubt is the AI's verdict or citation, never the agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.policy import Reviewer, directory
from records import query as q
from records.dates import ROC_OFFSET, roc
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
    WORD_MISMATCH,
    Flag,
)
from records.query import Query, alternatives
from records.record import ACHIEVED, DELAYED, NOT_A_PROMISE, PARTLY, STALE, TRACKING
from records.spans import count_days
from records.status import DEADLINE_MOVED, DEADLINE_RIGHT, DISMISS, NO_DEADLINE, OUTCOMES, Standing
from store.proposals import Proposal

NOT_UNDONE = "不代表沒做到"
PAST_BUT_CLAIMED = "期限已過·AI 曾引用完成佐證，未複核"
INDENT = "　"
_WORDS = "文字："

CONDITION_WORDS = {
    q.OVERDUE: "期限已過、未列達成",
    q.DUE_SOON: "30 天內到期",
    q.CLEAR: "期限明確",
    q.DOUBTFUL: "期限存疑",
    q.NO_DEADLINE: "無期限",
    q.WAITING: "待複核",
    q.REVIEWED: "已人工複核",
    q.UNSUPPORTED: "AI 判定達成、佐證不足",
    q.IN_DOUBT: "判定或期限存疑",
    q.NO_AGENCY: "未載明機關",
}

SPAN_WORDS = {
    "today": "今天",
    "last-week": "上週",
    "this-week": "本週",
    "next-week": "下週",
    "last-month": "上個月",
    "this-month": "本月",
    "next-month": "下個月",
    "last-year": "去年",
    "this-year": "今年",
    "next-year": "明年",
    "year-end": "今年年底",
}

STATUS_WORDS = {
    TRACKING: "尚無結論",
    DELAYED: "尚無結論",
    ACHIEVED: "達成",
    STALE: "無更新",
    PARTLY: "部分達成",
    NOT_A_PROMISE: "非承諾",
}

DOUBT_HEADINGS = {
    DEADLINE_BEFORE_LETTER: "期限早於答復日，多為既成事實",
    DEADLINE_NOT_IN_LETTER: "公文查無這個期限",
    LETTER_NOT_HELD: "公文全文尚未收錄，期限無從查證",
}

FLAG_NAMES = {
    NOT_IN_TEXT: "公文沒談這件事",
    LATER_THAN_DOCUMENT: "摘要提到公文之後的事",
    PREDATES: "公文早於答復",
    SAME_LETTER: "就是這件答復",
    SAME_DAY: "公文與答復同一天",
    NO_DOCUMENT: "沒附可查的公文",
    WORD_MISMATCH: "AI 標示前後不一",
    NUMBER_MISSING: "摘要沒提到數字",
    DEADLINE_BEFORE_LETTER: "期限早於答復",
    DEADLINE_NOT_IN_LETTER: "公文查無這個期限",
    LETTER_NOT_HELD: "公文全文尚未收錄",
}
"""Doubts in few words, for filters and statistics."""

KIND_WORDS = {
    "added": "新增承諾",
    "evidence": "AI 提出新佐證（未複核）",
    "reviewed": "人工複核結果",
    "due": "即將到期",
    "overdue": "期限已過·未見完成紀錄",
    "moved": "資料裡的期限改了",
    "removed": "來源移除了這筆",
}

KIND_NAMES = {
    "reviewed": "複核結果",
    "overdue": "期限已過",
    "due": "即將到期",
    "moved": "期限改動",
    "evidence": "AI 新引公文",
    "removed": "來源移除",
    "added": "新增承諾",
}
"""Kinds of news in few words, for buttons and lists."""

OUTCOME_WORDS = {
    "accept": "✅ 採認達成",
    "partly": "🟡 部分達成",
    "decline": "❌ 不採認",
    "not-a-promise": "➖ 不是承諾",
    DEADLINE_RIGHT: "✅ 期限正確",
    DEADLINE_MOVED: "📅 期限改為",
    NO_DEADLINE: "🚫 不是期限",
    DISMISS: "❌ 不採用這份更正",
}

NO_CONCLUSION = "↺ 改列尚無結論"
"""The outcome `decline` where nobody claims 達成 on the AI's word: of a correction, or where the AI took its verdict back."""

ACTION_WORDS = {
    "decide": "決定",
    "undo": "復原",
    "reverse": "改判",
    "submit": "送來更正",
    "correct": "更正消息",
    "grant": "授權複核",
    "revoke": "取消授權",
}
"""What the audit log's actions are called."""


def agency_line(standing: Standing) -> str:
    """The agency as it is called now, and as the record calls it where that differs: 農業部（當時為行政院農委會）."""
    if not standing.agencies:
        return "未載明機關"
    names = [directory().now(name) for name in standing.agencies]
    changed = any(now != name for now, name in zip(names, standing.agencies, strict=True))
    now = "、".join(dict.fromkeys(names))
    if is_third_party(standing):
        return f"{now}（第三方，非行政機關）"
    return f"{now}（當時為{standing.agency_text}）" if changed and standing.agency_text else now


def agency_now(standing: Standing) -> str:
    """The agency as it is called now, whatever the record calls it: news is sorted by it."""
    return "、".join(dict.fromkeys(directory().now(name) for name in standing.agencies)) or "未載明機關"


def scope_words(reviewer: Reviewer) -> str:
    """Where a reviewer may settle verdicts."""
    if reviewer.category is not None:
        return f"類別「{reviewer.category}」"
    return f"{reviewer.agency}及所屬" if reviewer.agency is not None else "全部"


def decided_words(decided: Proposal, longest: int | None = None) -> str:
    """How a proposal was settled: ❌ 不採認：公文早於承諾, 📅 期限改為 2027-12-31; a reason cut to `longest` characters."""
    told = OUTCOME_WORDS[decided.outcome or ""]
    if decided.outcome == "decline" and (decided.takes_back or decided.origin == "correction"):
        told = NO_CONCLUSION
    if decided.target:
        told += f" {decided.target.isoformat()}"
    reason = decided.reason or ""
    return f"{told}：{cut_to(reason, longest or len(reason))}" if reason else told


def is_third_party(standing: Standing) -> bool:
    """Whether a company answers for itself: it promised nothing to the Legislative Yuan."""
    return any(name in directory() and directory()[name].kind == "company" for name in standing.agencies)


def covering(name: str, query: Query) -> str:
    """An agency and what a question about it covers: 法務部及所屬."""
    called = directory().now(name)
    shown = name if called == name else f"{called}（當時為{name}）"
    if query.only_itself or directory().covers(name) == {name}:
        return shown
    return f"{shown}及所屬" + ("（含國營事業）" if query.state_owned else "")


def understood(query: Query) -> str:
    """What a question was understood to ask, parts joined by ·."""
    return "·".join(_parts(query)) or "全部承諾"


def heading(query: Query) -> str:
    """A question as a title: whom, then what."""
    whom = "、".join(covering(name, query) for name in query.agencies)
    rest = "·".join(_parts(query)[1 if query.agencies else 0 :])
    return "｜".join(part for part in (whom, rest) if part) or "全部承諾"


def short(query: Query) -> str:
    """A question in few words, for buttons and reasons."""
    parts = [part.removeprefix(_WORDS) for part in _parts(query)[1 if query.agencies else 0 :]]
    return "·".join([*query.agencies, *parts]) or "全部承諾"


def _parts(query: Query) -> list[str]:
    parts = ["、".join(covering(name, query) for name in query.agencies)] if query.agencies else []
    parts += [f"類別：{'、'.join(query.categories)}"] if query.categories else []
    parts += (
        [f"狀態：{'、'.join(dict.fromkeys(STATUS_WORDS[status] for status in query.statuses))}"]
        if query.statuses
        else []
    )
    parts += [f"質詢：{'、'.join(query.legislators)}"] if query.legislators else []
    parts += _due_parts(query.due)
    parts += [f"{SPAN_WORDS.get(span) or f'{count_days(span)} 天內'}到期" for span in query.due_in]
    parts += [f"{SPAN_WORDS.get(span) or f'最近 {count_days(span)} 天'}有新佐證" for span in query.evidence_in]
    parts += [CONDITION_WORDS[name] for name in query.conditions]
    parts += [f"疑點：{'、'.join(FLAG_NAMES[name] for name in query.flags)}"] if query.flags else []
    parts += [f"編號：{'、'.join(query.ids)}"] if query.ids else []
    parts += [f"答復字號：{'、'.join(query.letters)}"] if query.letters else []
    parts += ["同一個公報檔"] if query.gazettes else []
    parts += [f"{_WORDS}{'、'.join(map(_any_of, query.words))}"] if query.words else []
    parts += [f"不含：{'、'.join(map(_any_of, query.excluded))}"] if query.excluded else []
    parts += [f"公文全文：{'、'.join(map(_any_of, query.in_letters))}"] if query.in_letters else []
    return parts


def _any_of(word: str) -> str:
    """A word and its alternatives: 社宅或社會住宅."""
    return "或".join(alternatives(word))


_DUE_WORDS = {"<": "早於 {}", "<=": "在 {} 以前", ">": "晚於 {}", ">=": "在 {} 以後", "=": "是 {}"}


def _due_parts(due: Sequence[tuple[str, date]]) -> list[str]:
    """Comparisons of the deadline in words; a whole year as such: 期限在 2030 年（民國119年）."""
    if len(due) == 2 and [op for op, _ in due] == [">=", "<="]:
        first, last = due[0][1], due[1][1]
        if (first.month, first.day, last) == (1, 1, date(first.year, 12, 31)):
            return [f"期限在 {first.year} 年（民國{first.year - ROC_OFFSET}年）"]
        return [f"期限在 {first.isoformat()} 至 {last.isoformat()}"]
    return [f"期限{_DUE_WORDS[op].format(day.isoformat())}" for op, day in due]


def status_line(standing: Standing) -> str:
    """The status and who or what set it; the AI's word is never given as a fact."""
    word = STATUS_WORDS[standing.status]
    if standing.reviewed == "waiting":
        return f"AI 提出改列「{STATUS_WORDS[standing.proposed or standing.recorded]}」·待複核；目前{word}"
    if standing.reviewed == "decline":
        return "AI 判定不採認·尚無結論"
    if standing.reviewed in OUTCOMES:
        return f"{word}（已複核）"
    if standing.reviewed == "source":
        return f"{word}（來源註記經人工複核，本站未複核）"
    if standing.status == ACHIEVED:
        return "AI 判定達成·未經人工複核"
    return "來源標記「無更新」" if standing.status == STALE else word


def is_doubted(standing: Standing) -> bool:
    """Whether an unreviewed AI verdict stands that no later letter supports."""
    return standing.unsupported and standing.status == ACHIEVED and standing.reviewed not in OUTCOMES


def is_claimed_done(standing: Standing) -> bool:
    """Whether the AI cites a later letter as evidence of achievement that no reviewer has looked at."""
    return standing.cited_as_done and standing.reviewed not in OUTCOMES


def doubt_line(standing: Standing) -> str:
    """The doubt that must stand beside an AI verdict, with its tail; empty where there is none."""
    return f"⚠️ 佐證不足：AI 引用的公文都不晚於這件答復。{NOT_UNDONE}。" if is_doubted(standing) else ""


def deadline_line(standing: Standing, today: date) -> str:
    """The target date as read, as written where that differs, and how far it can be trusted."""
    if standing.deadline.settled == NO_DEADLINE:
        written = f"資料裡的「{standing.target_text}」" if standing.target_text else ""
        return f"無期限（{written}經人工複核不是期限）"
    if standing.target is None:
        return f"期限無法判讀（原文「{standing.target_text}」）" if standing.target_text else "無期限"
    written = standing.target_text or ""
    line = f"期限 {standing.target.isoformat()}"
    if standing.deadline.settled == DEADLINE_MOVED:
        line += (
            f"（人工複核改正，資料原為「{written}」）" if written != standing.target.isoformat() else "（人工複核改正）"
        )
    elif written != standing.target.isoformat():
        line += f"（原文「{written}」）"
    if standing.deadline.settled == DEADLINE_RIGHT:
        line += "（已人工複核）"
    if standing.deadline.doubt:
        return f"{line} ⚠️ {flag_line(standing.deadline.doubt)}"
    waits = standing.reviewed == "waiting" and (standing.proposed or standing.recorded) == ACHIEVED
    if standing.is_overdue(today) and waits:
        return f"{line}｜期限已過·AI 提出完成佐證，待複核"
    if standing.is_overdue(today) and is_claimed_done(standing):
        return f"{line}｜{PAST_BUT_CLAIMED}"
    if standing.is_overdue(today) and is_third_party(standing):
        return f"{line}｜期限已過"
    if (days := standing.days_overdue(today)) is not None:
        return f"{line}｜已過 {days} 天·未見完成紀錄"
    if standing.is_due_soon(today):
        return f"{line}｜剩 {(standing.target - today).days} 天"
    return line


def flag_line(flag: Flag) -> str:
    """A flag in plain words, with the facts that it compared."""
    match flag.flag:
        case "not_in_text":
            return f"公文沒談這件事（全文查無{''.join(f'「{word}」' for word in flag.left.split('、'))}）"
        case "later_than_document":
            return f"摘要提到公文之後的事（摘要 {flag.left}，公文 {flag.right}）"
        case "predates":
            days = (date.fromisoformat(flag.right) - date.fromisoformat(flag.left)).days
            return f"公文早於答復 {days} 天（公文 {flag.left}，答復 {flag.right}）"
        case "same_letter":
            return "引用的就是承諾所在的這件答復"
        case "same_day":
            return f"公文與答復同一天（{flag.left}）"
        case "no_document":
            return "沒附可查的公文"
        case "word_mismatch":
            return f"AI 標示前後不一（狀態變更，卻判為「{flag.left}」）"
        case "number_missing":
            return f"摘要沒提到「{flag.left}」"
        case "deadline_before_letter":
            return f"期限早於答復日 {flag.right}，可能是既成事實"
        case "deadline_not_in_letter":
            return "公文查無這個期限"
        case _:
            return "公文全文尚未收錄，期限無從查證"


HELD_WORDS = "更新暫停套用，待管理員確認"
"""What a sync is called that the breaker holds."""


def both_dates(day: date) -> str:
    """A day as the letters and as the data write it: 2021-12-01（民國110年12月1日）."""
    return f"{day.isoformat()}（{roc(day)}）"


def cut_to(text: str, longest: int) -> str:
    """A text of at most so many characters, and a mark where it was longer."""
    return text if len(text) <= longest else text[:longest] + "…"


def clock(at: datetime) -> str:
    """01-28 09:12."""
    return at.strftime("%m-%d %H:%M")


def source_dates(coverage: date | None, data_date: str | None) -> str:
    """How far the letters reach and of when the data is; both, always."""
    reach = f"公文收錄至 {coverage.isoformat()}" if coverage else "尚未收錄公文"
    return f"{reach}·資料版本 {data_date or '未載明'}"
