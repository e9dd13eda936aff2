"""What statistics tell of commitments: each number twice, of records and with near-duplicates counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select, true

from records.query import OVERDUE, Query
from records.status import ACCEPT, DECLINE
from store.conditions import CONDITIONS, IS_CLAIMED, IS_DOUBTED, IS_REVIEWED, answers
from store.engine import Transaction
from store.schema import commitments

_c = commitments.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """How many records, and how many where near-duplicates count once."""

    all: int
    folded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What statistics tell of some commitments."""

    total: Number
    clear: Number
    overdue_clear: Number
    """Past a clear deadline, and not settled."""

    doubtful: Number
    overdue_doubtful: Number
    no_deadline: Number
    claimed: Number
    """Achieved on the AI's word."""

    unsupported: Number
    """Those of them without a later letter."""

    settled: Number
    """Decided by reviewers."""

    accepted: Number
    """Those of them as achieved."""

    declined: Number
    """Those of them whose verdict was not accepted."""

    waiting: Number
    """New verdicts that nobody decided yet."""


def measures(tx: Transaction, query: Query, today: date) -> Measures:
    """What statistics tell of the commitments that answer a question."""
    row = tx.execute(select(*_measured(today)).where(answers(tx, query, today))).one()
    return _measures(row)


def measures_by_year(tx: Transaction, query: Query, today: date) -> list[tuple[int | None, Measures]]:
    """The same by the year of the reply, in order; None where its day is not known."""
    year = func.extract("year", _c.letter_date)
    statement = select(year, *_measured(today)).where(answers(tx, query, today)).group_by(year)
    found = [(int(row[0]) if row[0] is not None else None, _measures(row[1:])) for row in tx.execute(statement)]
    return sorted(found, key=lambda one: (one[0] is None, one[0]))


def _measured(today: date) -> list[ColumnElement[int]]:
    kinds = {
        "total": true(),
        "clear": _c.deadline == "clear",
        "overdue_clear": and_(CONDITIONS[OVERDUE](today), _c.deadline == "clear"),
        "doubtful": _c.deadline == "doubtful",
        "overdue_doubtful": and_(CONDITIONS[OVERDUE](today), _c.deadline == "doubtful"),
        "no_deadline": _c.target.is_(None),
        "claimed": IS_CLAIMED,
        "unsupported": IS_DOUBTED,
        "settled": IS_REVIEWED,
        "accepted": _c.reviewed == ACCEPT,
        "declined": _c.reviewed == DECLINE,
        "waiting": _c.proposed.is_not(None),
    }
    group = func.coalesce(_c.alike, _c.key)
    return [
        counted
        for kind in kinds.values()
        for counted in (func.count().filter(kind), func.count(group.distinct()).filter(kind))
    ]


def _measures(row: Sequence[int]) -> Measures:
    numbers = [Number(all=row[at], folded=row[at + 1]) for at in range(0, 2 * len(Measures.__slots__), 2)]
    return Measures(**dict(zip(Measures.__slots__, numbers, strict=True)))
