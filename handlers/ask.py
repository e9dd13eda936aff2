"""Answering a question: a card, a letter, a gazette file, a table, the nearest promises, or a list."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from handlers import as_of, found, letter, listing, nearest, show, table, week
from handlers import help as helping
from handlers.language import N_, say
from handlers.message import Ask, Chat, Message, Tap, private
from handlers.policy import Policy, directory
from records.query import Query
from records.question import QuestionError
from records.question_words import FULL_TEXT
from records.words import traditional
from store import answers, commitments, watches
from store.engine import Transaction

_TABLE = re.compile(r"(?:^|\s)(?:csv|下載表格|匯出表格)(?=\s|$)", re.IGNORECASE)
HOW_TO_TABLE = N_("要下載什麼的表格？例如：csv 法務部 逾期")


_OF_OPINION = re.compile(r"是.+(?:嗎|呢|嘛)\s*[?？]?\s*$")
"""A question to be answered by yes or no (中油是民營的嗎), not by commitments."""


def answer(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """Answer a question."""
    return answer_text(tx, ask.text, ask.chat, policy, ask.at)


def answer_text(tx: Transaction, text: str, chat: Chat, policy: Policy, at: datetime) -> Message:
    """What a question is answered with; raises QuestionError where it can't be read."""
    today, text = at.date(), traditional(text)
    if then := as_of.read_day(text):
        return as_of.answer(tx, found.understand(tx, then[1]), then[0], policy, today)
    if _TABLE.search(text):
        wanted = _TABLE.sub(" ", text).strip()
        if not wanted:
            raise QuestionError(HOW_TO_TABLE)
        return table.table(tx, found.understand(tx, wanted), today)
    if asked := week.ASKED.search(text):
        rest = f"{text[: asked.start()]} {text[asked.end() :]}"
        return week.changes(tx, found.understand(tx, rest), asked["span"] or "", at)
    understood = found.read(tx, text)
    query = understood.query
    if query.ids:
        matches = commitments.matching(tx, query, today, directory(), limit=2)
        if len(matches) == 1:
            return show.card(tx, matches[0], chat, today)
    if query == Query(letters=query.letters) and len(query.letters) == 1:
        held = letter.letter(tx, query.letters[0], today)
        if held:
            return held
    if query == Query(gazettes=query.gazettes) and len(query.gazettes) == 1:
        return letter.gazette(tx, query.gazettes[0], today)
    if _OF_OPINION.search(text) and not commitments.tally(tx, query, today, directory()):
        return helping.explain_instead()
    only_text = replace(query, words=(), excluded=(), without=()) == Query()
    pasted = (only_text and nearest.is_sentence(text)) or any(map(nearest.is_sentence, query.words))
    if pasted and not commitments.tally(tx, query, today, directory()):
        return nearest.nearest(tx, text, today)
    return listing.first_page(tx, query, at, others=understood.offers)


def is_slow(text: str) -> bool:
    """Whether a question is answered from whole letters, which can take over a second."""
    return FULL_TEXT.search(unicodedata.normalize("NFKC", text)) is not None


def open_question(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """Another question in place of the answer that was tapped."""
    text = watches.question(tx, question)
    if text is None:
        return private(say("這個查詢已經找不到了，請重新輸入。"))
    return listing.first_page(tx, found.read_back(text), tap.at).placed("edit")


def turn_page(tap: Tap, tx: Transaction, _: Policy, answer_id: int, offset: int) -> Message:
    """Another page in place of the one that was tapped."""
    kept = answers.find(tx, answer_id)
    if kept is None:
        return private(say("這份清單已經找不到了，請重新輸入查詢。"))
    return listing.later_page(tx, kept, offset, tap.at.date()).placed("edit")
