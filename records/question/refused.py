"""What people ask that the records hold no answer to, or that a question can't say: told at once, with what to ask instead."""

from __future__ import annotations

import re
from typing import NamedTuple

from records.question.meanings import QuestionError

_PASTED = re.compile(r"[^\s,、。;]{16,}[,。;]|[,。;][^\s,、。;]{16,}")
"""A sentence that was pasted: questions have shorter clauses, and a sentence asks for nothing."""


class Refused(NamedTuple):
    """What is told of what was said; {word} is its own words."""

    told: str
    said: re.Pattern[str]


_REFUSED = (
    Refused(
        "「{word}」看不出來：資料裡沒有完成的日期。例如：法務部 達成、法務部 逾期",
        re.compile(
            r"(?:(?<=[\s部署局會院府處])|^)(?:逾期|如期|準時|按時)(?:達成|完成|做到|兌現)(?:的|(?=\s|$))"
            r"|(?:逾期|過期)(?:了?但|卻|才|後)(?:已經?)?(?:達成|完成|做到|兌現)"
            r"|(?i:\b(?:kept|achieved|done|completed|fulfilled) (?:in (?:19|20)\d\d|(?:last|this) (?:year|month|week|quarter))\b)"
            r"|(?:[去今]年|[上本]個?月|這個月|[上本]週|昨天)(?:已經?)?(?:達成|完成|做到|兌現)(?=[的了幾哪多?]|\s|$)"
        ),
    ),
    Refused(
        "「{word}」看不出來：資料裡沒有完成的日期，年份是期限的年份。例如：2023 達成、2025 到期",
        re.compile(r"(?<![\d計定應須要於在將望])\d{3,4}年(?:已經?)?(?:達成|完成|做到|兌現)(?=[的了幾哪多?]|\s|$)"),
    ),
    Refused(
        "「{word}」看不懂：年份都是期限的年份，一次問一個。例如：教育部 2022 逾期",
        re.compile(r"\d{3,4}年的?承諾\s*,?(?:民國)?\d{3,4}年?底?[以之]?[前內]?(?:到期|逾期|過期)"),
    ),
    Refused(
        "「{word}」看不懂：年份要一年接一年。例如：2022-2024",
        re.compile("[今本明去前後]年(?:[、,和與及跟或]|以及)[今本明去前後]年"),
    ),
    Refused(
        "「行政院」問的只有行政院自己；要問各部會，就不用寫機關。例如：逾期、教育部 逾期",
        re.compile(
            r"\ball (?:the )?ministries\b.*\bexecutive yuan\b|\bexecutive yuan\b.*\ball (?:the )?ministries\b"
            r"|行政院\s*(?:[及與和含]其?|包含)?\s*(?:所屬|各部會|各機關|所有部會)的?(?=\S{0,6}(?:\s|$))",
            re.IGNORECASE,
        ),
    ),
)


def is_pasted(typed: str) -> bool:
    """Whether a text is a sentence from somewhere, of which nothing is refused."""
    return _PASTED.search(typed) is not None


def refuse(typed: str) -> None:
    """Raise QuestionError where a question asks for one of these."""
    for refused in _REFUSED:
        if found := refused.said.search(typed):
            raise QuestionError(refused.told, word=found[0])
