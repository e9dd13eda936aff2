"""Looking a question up: what was understood, what answers it, how far the data reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.policy import directory
from handlers.wording import source_dates
from records.query import Query, QuestionError, Vocabulary, parse
from records.status import Standing
from store import commitments, letters, state
from store.commitments import Counts
from store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the data goes: the latest letter, the data's own date, and its revision where the source has one."""

    coverage: date | None
    data_date: str | None
    revision: str | None

    def __str__(self) -> str:
        return source_dates(self.coverage, self.data_date)


def reach(tx: Transaction) -> Reach:
    """How far the stored data goes."""
    return Reach(
        coverage=letters.coverage(tx),
        data_date=state.read(tx, state.DATA_DATE),
        revision=state.read(tx, state.REVISION),
    )


def vocabulary(tx: Transaction) -> Vocabulary:
    """The names that questions may use."""
    return Vocabulary(
        directory=directory(), categories=commitments.categories(tx), legislators=commitments.legislators(tx)
    )


LONGEST_QUESTION = 500
"""Characters of a question: a pasted sentence fits, and no database is asked for more words than it can take."""


def understand(tx: Transaction, text: str) -> Query:
    """Read what a person typed; raises QuestionError with an example of a right question."""
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(f"問題太長，最多 {LONGEST_QUESTION} 字。例如：法務部 逾期")
    return parse(text, vocabulary(tx))


def read_back(tx: Transaction, kept: str) -> Query:
    """Read a question that was kept in its normal form."""
    return parse(kept, vocabulary(tx))


def find(
    tx: Transaction, query: Query, today: date, *, limit: int | None, offset: int = 0
) -> tuple[Counts, list[Standing]]:
    """How many answer, and one stretch of them, unfolded."""
    counts = commitments.count(tx, query, today, directory())
    return counts, commitments.matching(tx, query, today, directory(), limit=limit, offset=offset)
