"""The commitments that answer a question: in order, near-duplicates folded, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, select

from records.flags import DEADLINE_BEFORE_LETTER, DEADLINE_NOT_IN_LETTER
from records.query import IN_DOUBT, WAITING, Query
from records.record import ACHIEVED, NOT_A_PROMISE
from records.status import DECLINE, REVIEWED_AS, Standing
from store.commitments import SHOWN, read_standings
from store.conditions import DOUBT, IS_CLAIMED, IS_DOUBTED, answers, condition, of_query
from store.engine import Transaction, without_collector
from store.proposals import IS_OPEN
from store.schema import commitments, proposals

_c = commitments.c
_VERDICTS = ("reviewed", "declined", "doubtful", "unreviewed")

_PAST = and_(_c.deadline == "clear", _c.target < bindparam("today", type_=Date))
_ORDER = (
    # Clear deadlines first, the nearest to come, then the latest past: the longest overdue are the likeliest misread.
    # Then the doubtful ones by kind of doubt, oldest first, then those without a deadline.
    case((_c.deadline == "clear", 0), (_c.deadline == "doubtful", 1), else_=2),
    case((DOUBT == DEADLINE_BEFORE_LETTER, 0), (DOUBT == DEADLINE_NOT_IN_LETTER, 1), else_=2),
    case((_PAST, 1), else_=0),
    case((_PAST, _c.target)).desc(),
    _c.target,
    _c.key,
)
_DOUBTED_FIRST = (case((IS_DOUBTED, 0), (_c.deadline == "doubtful", 1), else_=2), *_ORDER)
_RATED = select(func.max(proposals.c.doubts)).where(proposals.c.commitment == _c.key, IS_OPEN).scalar_subquery()
_MOST_DOUBTFUL_FIRST = (func.coalesce(_RATED, 0).desc(), *_ORDER)
_SURVEYED = select(
    *(func.coalesce(_c.alike, _c.key), _c.key, _c.deadline, DOUBT),
    *(_c.reviewed, _c.proposed.is_not(None), _c.status, _c.unsupported),
)
_SURVEYS: dict[tuple[ColumnElement[Any], ...], Select[Any]] = {
    order: _SURVEYED.order_by(*order) for order in (_ORDER, _DOUBTED_FIRST, _MOST_DOUBTFUL_FIRST)
}


class Surveyed(NamedTuple):
    """What is counted of an answer: its group of near-duplicates, its key, its deadline and that one's doubt, its status.

    It `waits` where a status that the AI proposes waits for review.
    """

    group: int
    key: int
    deadline: str
    doubt: str | None
    reviewed: str
    waits: bool
    status: str
    unsupported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many commitments answer a question.

    `total` counts records, `folded` near-duplicates once; `clear` have a clear deadline; `doubts` counts the doubtful ones
    by flag; `waiting` wait for review. `verdicts` counts the AI's verdicts that promises were kept: `reviewed` ones that
    people settled otherwise than by `declined`, and of the rest the `doubtful` (no later letter) and the `unreviewed`.
    `no_promises` are what people found to be none, where the question does not ask for it: they are in no other number.
    """

    total: int
    folded: int
    clear: int
    waiting: int
    doubts: Mapping[str, int]
    verdicts: Mapping[str, int]
    no_promises: int


def find(
    tx: Transaction,
    query: Query,
    today: date,
    *,
    limit: int | None,
    offset: int = 0,
    held_on: date | None = None,
    with_no_promises: bool = False,
) -> list[Standing]:
    """The commitments that answer a question, clear deadlines first, then by kind of doubt and date.

    Where the question is what is in doubt, doubtful verdicts stand before what has only a doubtful deadline, and that
    before verdicts that people settled; where it is what waits for review, the most doubtful stand first. With `held_on`
    what the source still held at that day's end is among them, `with_no_promises` what people found to be no promise.
    """
    asked = condition if with_no_promises else answers
    met = asked(tx, query, today, held_on=held_on)
    return read_standings(tx, select(*SHOWN).where(met).order_by(*_order(query)).offset(offset).limit(limit), today)


def _order(query: Query) -> tuple[ColumnElement[Any], ...]:
    if WAITING in query.conditions:
        return _MOST_DOUBTFUL_FIRST
    return _DOUBTED_FIRST if IN_DOUBT in query.conditions else _ORDER


def survey(tx: Transaction, query: Query, today: date, *, limit: int) -> tuple[Counts, list[tuple[int, int]]]:
    """How many commitments answer a question, and the first of them in the order of `find`, near-duplicates as one.

    Each is the key of the first of its group, and how many of the group are among the answers.
    """
    with without_collector():
        rows = tx.execute(_survey(tx, query, today), {"today": today}).all()
        kept = rows if query.asks_for_no_promises else [row for row in rows if row.status != NOT_A_PROMISE]
        return sum_up(kept, limit=limit, no_promises=len(rows) - len(kept))


def sum_up(rows: Sequence[Any], *, limit: int | None, no_promises: int = 0) -> tuple[Counts, list[tuple[int, int]]]:
    """What surveyed answers come to, each in its order a `Surveyed` or a row of such columns: see `survey`."""
    sizes = Counter(row[0] for row in rows)
    firsts: dict[int, int] = {}
    for group, key, *_ in rows:
        if len(firsts) == limit:
            break
        firsts.setdefault(group, key)
    doubts: Counter[str] = Counter()
    verdicts = dict.fromkeys(_VERDICTS, 0)
    clear = waiting = 0
    # of thousands of answers there are some dozen kinds
    for (deadline, flag, reviewed, waits, status, doubtful), number in Counter(row[2:] for row in rows).items():
        clear += number * (deadline == "clear")
        waiting += number * bool(waits)
        if deadline == "doubtful":
            doubts[str(flag)] += number
        if reviewed in REVIEWED_AS:
            verdicts["declined" if reviewed == DECLINE else "reviewed"] += number
        elif status == ACHIEVED:
            verdicts["doubtful" if doubtful else "unreviewed"] += number
    counts = Counts(
        total=len(rows),
        folded=len(sizes),
        clear=clear,
        waiting=waiting,
        doubts=dict(doubts),
        verdicts=verdicts,
        no_promises=no_promises,
    )
    return counts, [(key, sizes[group]) for group, key in firsts.items()]


def count_doubts(tx: Transaction, query: Query, today: date) -> tuple[int, int, int, int]:
    """Of the answers to a question: doubtful unreviewed verdicts, all of those, doubtful deadlines, all deadlines."""
    kinds = (IS_DOUBTED, IS_CLAIMED, _c.deadline == "doubtful", _c.deadline != "none")
    counted = select(*(func.count().filter(kind) for kind in kinds)).where(answers(tx, query, today))
    row = tx.execute(counted).one()
    return row[0], row[1], row[2], row[3]


def tally(tx: Transaction, query: Query, today: date, *, with_no_promises: bool = False) -> int:
    """How many commitments answer a question, near-duplicates each counted, and no promises as in `find`."""
    asked = condition if with_no_promises else answers
    return int(tx.scalar(select(func.count()).where(asked(tx, query, today))) or 0)


def _survey(tx: Transaction, query: Query, today: date) -> Select[Any]:
    if query.in_letters:
        return _SURVEYS[_order(query)].where(condition(tx, query, today))
    return _short_survey(tx.dialect.name, query, today)


@lru_cache(maxsize=256)
def _short_survey(dialect: str, query: Query, today: date) -> Select[Any]:
    """The statement that surveys the answers: SQLAlchemy names it for its cache once, which took a fifth of a short answer."""
    return _SURVEYS[_order(query)].where(of_query(dialect, query, today))
