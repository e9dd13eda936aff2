"""Answering a question: a card, a letter, a gazette file, a table, the nearest promises, or a list."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime

from handlers import agreement, as_of, authority, found, letter, listing, nearest, show, statistics, table, week
from handlers import help as helping
from handlers.language import N_, say
from handlers.message import Ask, Chat, Message, Person, Tap, private
from handlers.policy import Policy
from records.query import WAITING, Query
from records.question.lexicon import FULL_TEXT, SHOWN_ID
from records.question.meanings import QuestionError
from records.question.suggestions import Understood
from records.words import traditional
from store import answers, matching
from store.engine import Transaction

_TABLE = re.compile(
    r"(?:^|\s|(?<=[\u4e00-\u9fff])(?=csv))(?:csv|下載表格|匯出表格)(?=\s|$)|^(?:csv|下載表格|匯出表格)(?=[\u4e00-\u9fff])",
    re.IGNORECASE,
)
_STATISTICS = re.compile(
    r"(?P<of>\S.*?)\s*的?(?:統計[圖表]?|statistics|stats)(?P<more>\s+\S.*)?|(?:統計[圖表]?|statistics|stats)(?:\s+(?P<all_of>.*))?"
    r"|統計(?P<glued>(?![前後至到表圖]|[局處室](?:\s|$)|資料|數據|年報)\S.*)",
    re.DOTALL | re.IGNORECASE,
)
_AGENCIES = re.compile(
    r"(?:是?哪一?個)?(?:機關|部會|單位)|\b(?:(?:which|what) )?(?:ministry|ministries|agency|agencies|departments?)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"的?(?:最會|(?:最|比較)[多少高低好差慢快])的?|\b(?:(?:has|have|is|are) )?(?:the )?(?:(?-i:[Mm]ost)|least|fewest|best|worst)\b",
    re.IGNORECASE,
)
"""Together a question for a ranking, which unreviewed numbers don't give: each agency's numbers, and why there is none."""

HOW_TO_TABLE = N_("要下載什麼的表格？例如：csv 法務部 逾期")


_OF_OPINION = re.compile(r"是.+(?:嗎|呢|嘛)\s*[?？]?\s*$")
"""A question to be answered by yes or no (中油是民營的嗎), not by commitments."""


def answer(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """Answer a question; what waits for review is listed to reviewers, others are told the numbers."""
    return answer_text(tx, ask.text, ask.chat, policy, ask.at, person=ask.person)


def answer_text(
    tx: Transaction,
    text: str,
    chat: Chat,
    policy: Policy,
    at: datetime,
    *,
    person: Person | None = None,
    past: date | None = None,
) -> Message:
    """What a question is answered with, to a `person` or on the shell, there perhaps as of a `past` day.

    Raises QuestionError where it can't be read.
    """
    today, text = at.date(), _without_the_rest(traditional(text))
    then = _read_day(_TABLE.sub(" ", text), today, past)
    if then and (_TABLE.search(text) or _STATISTICS.fullmatch(then[1]) or _changes(tx, then[1])):
        raise QuestionError("以前某一天的樣子只有清單；表格、統計和本週變化是今天的。例如：2026-01-28 的 法務部 逾期")
    if then:
        return as_of.answer(tx, found.understand(tx, then[1]), then[0], policy, today)
    if (counted := _STATISTICS.fullmatch(text)) and counted["all_of"] in statistics.OF_REVIEWS:
        return agreement.numbers(tx, today)
    if measured := _measured(tx, text):
        understood, each_agency = measured
        return statistics.answer(tx, understood, at, each_agency=each_agency)
    if _TABLE.search(text):
        wanted = _TABLE.sub(" ", text).strip()
        if not wanted:
            raise QuestionError(HOW_TO_TABLE)
        return listing.unless_empty(tx, found.read(tx, wanted), at, lambda query: table.table(tx, query, today))
    if weekly := _read_week(tx, text):
        rest, span = weekly
        return week.changes(tx, rest.query, span, at) or listing.first_page(tx, rest.query, at, asked=rest)
    understood = found.read(tx, text)
    query = understood.query
    if one := _about_one(tx, query, chat, today):
        return one
    only_text = replace(query, words=(), excluded=(), without=()) == Query()
    of_opinion = _OF_OPINION.search(text)
    pieces = (*query.words, *text.split()) if query.words else ()
    are_words = len(text.split()) > 1 and not nearest.is_told(text)  # 社會住宅 包租代管 房東 稅賦
    pasted = (only_text and not are_words and nearest.is_sentence(text)) or any(map(nearest.is_sentence, pieces))
    if (of_opinion or pasted) and not matching.tally(tx, query, today):
        return helping.explain_instead(chat) if of_opinion else nearest.nearest(tx, text, query, today)
    if WAITING in query.conditions and person and not authority.is_reviewer(tx, policy, person):
        return listing.numbers_alone(tx, query, today)
    return listing.first_page(tx, query, at, asked=understood)


def read_for_scripts(tx: Transaction, text: str, today: date, past: date | None = None) -> tuple[Query, date | None]:
    """The question, and the earlier day that it is asked of (`past`, or in its words), in a text that a list answers.

    Raises QuestionError where it can't be read, or asks for something else than a list.
    """
    then, rest = _read_day(text, today, past) or (None, text)
    if _TABLE.search(rest) or _measured(tx, traditional(rest)) or _read_week(tx, rest):
        raise QuestionError("JSON 只有清單；表格、統計和本週變化要用文字問。例如：法務部 逾期")
    return found.understand(tx, rest), then


def _read_day(text: str, today: date, past: date | None) -> tuple[date, str] | None:
    """The earlier day that a question is asked of, and the question; None where it is asked of today."""
    named = as_of.read_day(text, today)
    if past is None:
        return named
    if named:
        raise QuestionError("題目裡已經寫了哪一天，和 --as-of 只能用一個。例如：2026-01-28 的 法務部 逾期")
    return past, text


def _read_week(tx: Transaction, text: str) -> tuple[Understood, str] | None:
    """The question whose changes are asked for, and the week as it was named; None where a text is no such.

    Where other words stand between (本週 法務部 變化), they must mean something: 本週 氣候變化 is a text to look for.
    """
    text = week.ABOUT.sub(r"\1 what changed \2", text.strip())
    if asked := week.ASKED.search(text):
        span = next(filter(None, asked.groups()), "")
        return found.read(tx, f"{text[: asked.start()]} {text[asked.end() :]}"), span
    if not (asked := week.APART.fullmatch(text)):
        return None
    rest = found.read(tx, f"{asked['before'] or ''} {asked['between'] or ''}")
    return None if rest.query.words else (rest, asked["span"])


def _changes(tx: Transaction, text: str) -> bool:
    """Whether an earlier day is asked for what changed on it (昨天的變化)."""
    return week.ALONE.fullmatch(text) is not None or _read_week(tx, text) is not None


def _measured(tx: Transaction, text: str) -> tuple[Understood, bool] | None:
    """What numbers are asked of, and whether agency by agency; None where none are asked, as in 農業統計."""
    if not nearest.is_told(text) and _AGENCIES.search(text) and _SUPERLATIVE.search(text):
        ranked, _ = statistics.read(tx, _AGENCIES.sub(" ", _SUPERLATIVE.sub(" ", text)))
        if not ranked.query.words:
            return ranked, True
    counted = _STATISTICS.fullmatch(text)
    if counted is None or nearest.is_told(text):
        return None
    of, glued = f"{counted['of'] or ''}{counted['more'] or ''}", counted["glued"] or ""
    understood, each_agency = statistics.read(tx, of or glued or counted["all_of"] or "")
    return None if (of or glued) and understood.query.words else (understood, each_agency)


def _without_the_rest(text: str) -> str:
    """Of a card that was pasted back with all its lines, the number that it ends with."""
    shown = set(SHOWN_ID.findall(text))
    return shown.pop() if "\n" in text.strip() and len(shown) == 1 else text


def _about_one(tx: Transaction, query: Query, chat: Chat, today: date) -> Message | None:
    """The answer to a question for one commitment, one reply or one gazette file; None for any other."""
    if query.ids:
        matches = matching.find(tx, query, today, limit=2)
        return show.card(tx, matches[0], chat, today) if len(matches) == 1 else None
    if query == Query(letters=query.letters) and len(query.letters) == 1:
        return letter.letter(tx, query.letters[0], today)
    # a phone that shares an address adds words to it
    linked = replace(query, words=()) == Query(gazettes=query.gazettes) and len(query.gazettes) == 1
    if linked and (not query.words or not matching.tally(tx, query, today)):
        return letter.gazette(tx, query.gazettes[0], today)
    return None


def is_slow(text: str) -> bool:
    """Whether a question is answered from whole letters, which can take over a second."""
    return FULL_TEXT.search(unicodedata.normalize("NFKC", text)) is not None


def open_question(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """Another question in place of the answer that was tapped."""
    return listing.first_page(tx, found.asked(tx, question), tap.at).placed("edit")


def turn_page(tap: Tap, tx: Transaction, _: Policy, answer_id: int, offset: int) -> Message:
    """Another page in place of the one that was tapped."""
    kept = answers.find(tx, answer_id)
    if kept is None:
        return private(say("這份清單已經找不到了，請重新輸入查詢。"))
    return listing.later_page(tx, kept, offset, tap.at.date()).placed("edit")
