"""How doubts are told. Their subject is the AI's verdict or citation, never the agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from handlers.language import N_, listed, say, say_n
from handlers.wording import NOT_UNDONE, label, quoted, written_day
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
from records.status import Standing

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


def doubts_in_short(standing: Standing) -> str:
    """What is doubtful in the AI's citations, with the tail; empty once people settled it."""
    doubts = doubtful_kinds(standing)
    return doubts and say("⚠️ AI 引用的公文有疑點：{doubts}。{not_undone}。", doubts=doubts, not_undone=say(NOT_UNDONE))


def doubtful_kinds(standing: Standing) -> str:
    """The kinds of doubt in the AI's citations, with their numbers; empty once people settled it."""
    kinds = Counter(flag.flag for flag in standing.flags if flag.flag in VERDICT_FLAGS)
    if not kinds or standing.is_reviewed:
        return ""
    return listed(
        say(FLAG_NAMES[kind]) + (say("（{n} 處）", n=kinds[kind]) if kinds[kind] > 1 else "")
        for kind in FLAG_NAMES
        if kind in kinds
    )


def flag_line(flag: Flag) -> str:
    """A flag in plain words, with the facts that it compared: 公文早於答復 427 天（公文 2022-01-05，答復 2023-03-08）."""
    facts = _FACTS[flag.flag](flag) if flag.flag in _FACTS else ""
    return say("{doubt}（{facts}）", doubt=flag_words(flag), facts=facts) if facts else flag_words(flag)


def flag_words(flag: Flag) -> str:
    """The same in short, without the facts: 公文早於答復 427 天."""
    return _WORDS[flag.flag](flag) if flag.flag in _WORDS else say(FLAG_NAMES[flag.flag])


def _older(flag: Flag) -> str:
    return say_n("公文早於答復 {n} 天", (date.fromisoformat(flag.right) - date.fromisoformat(flag.left)).days)


def _past_from_the_start(flag: Flag) -> str:
    if flag.left == flag.right:
        return say("期限就是答復日 {day}，可能是既成事實", day=written_day(flag.right))
    return say("期限早於答復日 {day}，可能是既成事實", day=written_day(flag.right))


def _no_document(flag: Flag) -> str:
    return say("公文或答復的日期讀不出來，無從比對先後") if flag.right else say("沒附可查的公文")


def _not_held(flag: Flag) -> str:
    return say("公文全文尚未收錄，期限無從查證") if flag.right else say("答復日未載明，期限無從查證")


def _mismatched(flag: Flag) -> str:
    if flag.right == SUMMARY:
        return say("摘要寫「{left}」，卻判為達成", left=flag.left)
    return say("狀態變更，卻判為「{left}」", left=label(flag.left))


_WORDS: Mapping[str, Callable[[Flag], str]] = {
    PREDATES: _older,
    SAME_LETTER: lambda _: say("引用的就是承諾所在的這件答復"),
    NO_DOCUMENT: _no_document,
    NUMBER_MISSING: lambda flag: say("摘要沒提到「{left}」", left=flag.left),
    DEADLINE_BEFORE_LETTER: _past_from_the_start,
    LETTER_NOT_HELD: _not_held,
}
"""The flags that say more in short than their names."""

_FACTS: Mapping[str, Callable[[Flag], str]] = {
    NOT_IN_TEXT: lambda flag: say("全文查無{words}", words=quoted(flag.left.split("、"))),
    LATER_THAN_DOCUMENT: lambda flag: say(
        "摘要 {told}，公文 {document}", told=written_day(flag.left), document=written_day(flag.right)
    ),
    PREDATES: lambda flag: say("公文 {left}，答復 {right}", left=written_day(flag.left), right=written_day(flag.right)),
    SAME_DAY: lambda flag: written_day(flag.left),
    WORD_MISMATCH: _mismatched,
}
"""What stands in brackets behind."""
