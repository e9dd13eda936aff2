"""The commitments that answer a question: in order, near-duplicates folded, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, not_, select

from records.agencies import Directory
from records.flags import DEADLINE_BEFORE_LETTER, DEADLINE_NOT_IN_LETTER
from records.query import IN_DOUBT, WAITING, Query
from records.record import ACHIEVED, NOT_A_PROMISE
from records.status import DECLINE, REVIEWED_AS, Standing
from store.commitments import SHOWN, read_standings
from store.conditions import DOUBT, IS_CLAIMED, IS_DOUBTED, IS_REVIEWED, answers, condition, of_query
from store.engine import Transaction, without_collector
from store.schema import commitments, proposals

_c = commitments.c
_VERDICTS = ("reviewed", "declined", "doubtful", "unreviewed")

FEW = 20_000
"""Answers that are surveyed row by row, ten times what the real records hold: reading so many takes a third of the time of
the statements that count and fold them."""

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
_RATED = (
    select(func.max(proposals.c.doubts))
    .where(proposals.c.commitment == _c.key, proposals.c.outcome.is_(None), proposals.c.withdrawn_at.is_(None))
    .scalar_subquery()
)
_MOST_DOUBTFUL_FIRST = (func.coalesce(_RATED, 0).desc(), *_ORDER)
_SURVEYED = select(
    func.coalesce(_c.alike, _c.key), _c.key, _c.deadline, DOUBT, _c.reviewed, _c.status, _c.unsupported
).limit(FEW + 1)
_SURVEYS: dict[tuple[ColumnElement[Any], ...], Select[Any]] = {
    order: _SURVEYED.order_by(*order) for order in (_ORDER, _DOUBTED_FIRST, _MOST_DOUBTFUL_FIRST)
}


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
    directory: Directory,
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
    met = asked(tx, query, today, directory, held_on=held_on)
    return read_standings(tx, select(*SHOWN).where(met).order_by(*_order(query)).offset(offset).limit(limit), today)


def folded(tx: Transaction, query: Query, today: date, directory: Directory, *, limit: int) -> list[tuple[int, int]]:
    """Like `find`, near-duplicates as one: the key of the first of each group, and how many it has among the answers."""
    group = func.coalesce(_c.alike, _c.key)
    order = _order(query)
    ranked = (
        select(
            _c.key,
            func.row_number().over(partition_by=group, order_by=order).label("place"),
            func.count().over(partition_by=group).label("size"),
        )
        .where(answers(tx, query, today, directory))
        .subquery()
    )
    first = select(_c.key, ranked.c.size).join(ranked, and_(ranked.c.key == _c.key, ranked.c.place == 1))
    return [(row.key, row.size) for row in tx.execute(first.order_by(*order).limit(limit), {"today": today})]


def _order(query: Query) -> tuple[ColumnElement[Any], ...]:
    if WAITING in query.conditions:
        return _MOST_DOUBTFUL_FIRST
    return _DOUBTED_FIRST if IN_DOUBT in query.conditions else _ORDER


def count(tx: Transaction, query: Query, today: date, directory: Directory) -> Counts:
    """How many commitments answer a question."""
    asked = answers(tx, query, today, directory)
    waiting = func.count().filter(_c.reviewed == "waiting")
    rows = tx.execute(select(_c.deadline, DOUBT, func.count(), waiting).where(asked).group_by(_c.deadline, DOUBT)).all()
    kinds = {
        "reviewed": and_(IS_REVIEWED, _c.reviewed != DECLINE),
        "declined": _c.reviewed == DECLINE,
        "doubtful": IS_DOUBTED,
        "unreviewed": and_(IS_CLAIMED, not_(_c.unsupported)),
    }
    verdicts = tx.execute(select(*(func.count().filter(kind) for kind in kinds.values())).where(asked)).one()
    groups = tx.scalar(select(func.count(func.coalesce(_c.alike, _c.key).distinct())).where(asked))
    return Counts(
        total=sum(row[2] for row in rows),
        folded=groups or 0,
        clear=sum(row[2] for row in rows if row[0] == "clear"),
        waiting=sum(row[3] for row in rows),
        doubts={row[1]: row[2] for row in rows if row[0] == "doubtful"},
        verdicts=dict(zip(kinds, verdicts, strict=True)),
        no_promises=_count_no_promises(tx, query, today, directory),
    )


def survey(
    tx: Transaction, query: Query, today: date, directory: Directory, *, limit: int
) -> tuple[Counts, list[tuple[int, int]]]:
    """`count` and `folded` in one: of few answers both follow from their rows, which takes one statement in place of four."""
    if query.in_letters:
        statement = _SURVEYS[_order(query)].where(condition(tx, query, today, directory))
    else:
        statement = _survey(tx.dialect.name, query, today, directory)
    with without_collector():
        rows = tx.execute(statement, {"today": today}).all()
        if len(rows) <= FEW:
            kept = rows if query.asks_for_no_promises else [row for row in rows if row[5] != NOT_A_PROMISE]
            return _sum_up(kept, limit, no_promises=len(rows) - len(kept))
    return count(tx, query, today, directory), folded(tx, query, today, directory, limit=limit)


def _sum_up(rows: Sequence[Any], limit: int, *, no_promises: int) -> tuple[Counts, list[tuple[int, int]]]:
    """What surveyed rows come to: their counts, and the first commitment of each group with the group's size."""
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
    for (deadline, flag, reviewed, status, doubtful), number in Counter(row[2:] for row in rows).items():
        clear += number * (deadline == "clear")
        waiting += number * (reviewed == "waiting")
        if deadline == "doubtful":
            doubts[flag] += number
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


def _count_no_promises(tx: Transaction, query: Query, today: date, directory: Directory) -> int:
    if query.asks_for_no_promises:
        return 0
    found = and_(condition(tx, query, today, directory), _c.status == NOT_A_PROMISE)
    return int(tx.scalar(select(func.count()).where(found)) or 0)


def count_doubts(tx: Transaction, query: Query, today: date, directory: Directory) -> tuple[int, int, int, int]:
    """Of the answers to a question: doubtful unreviewed verdicts, all of those, doubtful deadlines, all deadlines."""
    kinds = (IS_DOUBTED, IS_CLAIMED, _c.deadline == "doubtful", _c.deadline != "none")
    counted = select(*(func.count().filter(kind) for kind in kinds)).where(answers(tx, query, today, directory))
    row = tx.execute(counted).one()
    return row[0], row[1], row[2], row[3]


def tally(tx: Transaction, query: Query, today: date, directory: Directory, *, with_no_promises: bool = False) -> int:
    """How many commitments answer a question, near-duplicates each counted, and no promises as in `find`."""
    asked = condition if with_no_promises else answers
    return int(tx.scalar(select(func.count()).where(asked(tx, query, today, directory))) or 0)


@lru_cache(maxsize=256)
def _survey(dialect: str, query: Query, today: date, directory: Directory) -> Select[Any]:
    """The statement that surveys the answers: SQLAlchemy names it for its cache once, which took a fifth of a short answer."""
    return _SURVEYS[_order(query)].where(of_query(dialect, query, today, directory))
