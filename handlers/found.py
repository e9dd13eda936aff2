"""Looking a question up: what was understood, and what answers it."""

from __future__ import annotations

from dataclasses import replace

from handlers.language import say
from handlers.message import RefusedError
from records.query import Query
from records.question import suggestions
from records.question.meanings import QuestionError, Vocabulary
from records.question.normal_form import read_normal_form
from records.question.reader import parse
from records.question.suggestions import Offer, Understood
from records.status import Standing
from store import commitments, letters, watches
from store.engine import Transaction


def standing(tx: Transaction, key: int) -> Standing:
    """The commitment that a button names by its key; raises RefusedError where there is none any more."""
    if (found := commitments.standing(tx, key)) is None:
        raise RefusedError(say("這筆承諾已不在資料裡。"))
    return found


def asked(tx: Transaction, question: int) -> Query:
    """The question that a button names by its id; raises RefusedError where it is not known."""
    if (text := watches.question(tx, question)) is None:
        raise RefusedError(say("這個查詢已經找不到了，請重新輸入。"))
    return read_back(text)


def vocabulary(tx: Transaction) -> Vocabulary:
    """The names that questions may use."""
    return Vocabulary(categories=commitments.categories(tx), legislators=commitments.legislators(tx))


LONGEST_QUESTION = 500
"""Characters of a question: a pasted sentence fits, and no database is asked for more words than it can take."""


def understand(tx: Transaction, text: str) -> Query:
    """Read what a person typed; raises QuestionError with an example of a right question."""
    return read(tx, text).query


def read(tx: Transaction, text: str) -> Understood:
    """Read what a person typed, and what else it may have meant; raises QuestionError with an example of a right question."""
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            "太長了，最多 {longest_question} 字：請只貼講到承諾的那一兩句。例如：法務部 逾期",
            longest_question=LONGEST_QUESTION,
        )
    understood = suggestions.understand(text, vocabulary(tx))
    offers = tuple(replace(offer, query=_numbered(tx, offer.query)) for offer in understood.offers)
    return replace(understood, query=_numbered(tx, understood.query), offers=offers)


def near_misses(tx: Transaction, text: str) -> tuple[Offer, ...]:
    """What a question that was read, and finds nothing, may have meant by words that are nearly known ones."""
    return suggestions.near_misses(text, vocabulary(tx))


def _numbered(tx: Transaction, query: Query) -> Query:
    """A question in which letters of which the digits alone were typed stand by their whole numbers, as far as they are held."""
    whole = [letters.numbered(tx, number) or [number] if number.isdecimal() else [number] for number in query.letters]
    return replace(query, letters=tuple(number for some in whole for number in some))


def read_back(kept: str) -> Query:
    """Read a question that was kept in its normal form.

    One that can't be read so, as an older version may have kept it (an id with a blank in it), is read as people's words.
    """
    try:
        return read_normal_form(kept)
    except ValueError:
        return parse(kept, Vocabulary())
