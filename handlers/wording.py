"""What several messages call alike, and how their lines are put together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from handlers.language import CHINESE, N_, say, short_date, voice
from records.words import numeral

NOT_UNDONE = N_("不代表沒做到")
"""The tail of every doubt."""

INDENT = "　"

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

ACTION_WORDS = {
    "decide": N_("決定"),
    "undo": N_("復原"),
    "reverse": N_("改判"),
    "submit": N_("送來更正"),
    "take-back": N_("收回送件"),
    "about-deadline": N_("改問期限"),
    "about-correction": N_("改回更正"),
    "correct": N_("更正消息"),
    "grant": N_("授權複核"),
    "revoke": N_("取消授權"),
}
"""What the audit log's actions are called."""


def beside(*parts: str) -> str:
    """Parts of one line with a bar between, those aside that are empty."""
    return say("｜").join(filter(None, parts))


_SOURCE_LABELS = frozenset(
    (N_("達成證據"), N_("進度更新"), N_("相關資訊"), N_("狀態變更"), N_("初始建立"), N_("人工複核"))
)


def label(word: str) -> str:
    """A label of the source's in a chat's language; one that is none of the usual ones as it stands."""
    return say(word) if word in _SOURCE_LABELS else word


def case(ordinal: str | None) -> str:
    """The place of a reply in its gazette file as it is written there, in other languages as a number."""
    if not ordinal:
        return ""
    return ordinal if voice().language == CHINESE else str(numeral(ordinal))


def written_day(text: str) -> str:
    """An ISO date as the chat has dates written; what is no date stays as it is."""
    try:
        return short_date(date.fromisoformat(text))
    except ValueError:
        return text


def quoted(words: Iterable[str]) -> str:
    """Words in quotation marks, one behind the other: 「番茄」「非疫」."""
    return "".join(say("「{word}」", word=word) for word in words)


def clock(at: datetime) -> str:
    """01-28 09:12."""
    return at.strftime("%m-%d %H:%M")
