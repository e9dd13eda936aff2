"""Questions as the database asks them of each commitment: the same meanings as `Query.matches`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, cast, false, func, literal, not_, or_, select, true

from records import spans
from records.query import (
    CLEAR,
    COMPARISONS,
    DOUBTFUL,
    DUE_SOON,
    IN_DOUBT,
    NO_AGENCY,
    NO_DEADLINE,
    NOT_ACCEPTED,
    OVERDUE,
    REVIEWED,
    UNSUPPORTED,
    WAITING,
    Query,
    alternatives,
)
from records.record import ACHIEVED, NOT_A_PROMISE, SETTLED
from records.status import DECLINE, DUE_SOON_DAYS, REVIEWED_AS
from records.words import fold, holds
from store import search
from store.engine import Transaction
from store.schema import commitments, evidence, letters, responsible

Condition = ColumnElement[bool]
"""A question as the database asks it of each commitment."""

_c = commitments.c
DOUBT = _c.doubt["flag"].as_string()
"""Why a commitment's deadline is doubtful."""

EVIDENCE_ON = select(func.max(evidence.c.first_seen)).where(evidence.c.commitment == _c.key).scalar_subquery()
"""The day on which a commitment's newest evidence was first seen."""

IS_REVIEWED = _c.reviewed.in_(REVIEWED_AS)
"""People settled it here."""

IS_CLAIMED = and_(_c.status == ACHIEVED, not_(IS_REVIEWED))
"""It counts as 達成 on the AI's word alone."""

IS_DOUBTED = and_(IS_CLAIMED, _c.unsupported)
"""It does, and no later letter supports that."""

_NOT_SETTLED = and_(*(_c.status != status for status in SETTLED))
CONDITIONS: dict[str, Callable[[date], Condition]] = {
    OVERDUE: lambda today: and_(_c.target < today, _NOT_SETTLED),
    DUE_SOON: lambda today: and_(_c.target.between(today, today + timedelta(days=DUE_SOON_DAYS)), _NOT_SETTLED),
    CLEAR: lambda _: _c.deadline == "clear",
    DOUBTFUL: lambda _: _c.deadline == "doubtful",
    NO_DEADLINE: lambda _: _c.target.is_(None),
    WAITING: lambda _: _c.proposed.is_not(None),
    REVIEWED: lambda _: IS_REVIEWED,
    NOT_ACCEPTED: lambda _: _c.reviewed == DECLINE,
    UNSUPPORTED: lambda _: and_(_c.status == ACHIEVED, _c.unsupported),
    IN_DOUBT: lambda _: or_(and_(_c.status == ACHIEVED, _c.unsupported), _c.deadline == "doubtful"),
    NO_AGENCY: lambda _: not_(_c.key.in_(select(responsible.c.commitment))),
}
_UNDECIDED: dict[str, Callable[[date], Condition]] = {
    name: CONDITIONS[name] for name in (NO_DEADLINE, NO_AGENCY, CLEAR)
} | {
    OVERDUE: lambda today: _c.target < today,
    DUE_SOON: lambda today: _c.target.between(today, today + timedelta(days=DUE_SOON_DAYS)),
    DOUBTFUL: lambda _: or_(_c.deadline == "doubtful", _c.settled.is_not(None)),
    UNSUPPORTED: lambda _: _c.unsupported,
    IN_DOUBT: lambda _: or_(_c.unsupported, _c.deadline == "doubtful", _c.settled.is_not(None)),
}
"""What conditions say of a commitment whatever people decided about it."""


def condition(tx: Transaction, query: Query, today: date, *, held_on: date | None = None) -> Condition:
    """What the question describes, as a condition on `commitments`: as `Query.matches`, and what is no promise among it.

    What the source holds no longer is left out, unless it was there still at the end of `held_on`.
    """
    short = replace(query, in_letters=()) if query.in_letters else query
    met = of_query(tx.dialect.name, short, today, held_on)
    for word in query.in_letters:
        met = and_(met, _c.letter_key.in_(_letters_holding(tx, word, met)))
    return met


def answers(tx: Transaction, query: Query, today: date, *, held_on: date | None = None) -> Condition:
    """The same without what people found to be no promise, where the question does not ask for it."""
    met = condition(tx, query, today, held_on=held_on)
    return met if query.asks_for_no_promises else and_(met, _c.status != NOT_A_PROMISE)


def undecided(tx: Transaction, query: Query, today: date) -> Condition:
    """The question as a condition that the decisions on its answers leave as it was: what was asked for stays counted."""
    kept = condition(tx, replace(query, conditions=(), statuses=()), today)
    return and_(kept, *(_UNDECIDED[name](today) for name in query.conditions if name in _UNDECIDED))


@lru_cache(maxsize=256)
def of_query(dialect: str, query: Query, today: date, held_on: date | None = None) -> Condition:
    """The same without whole letters, which would have to be read; to build it took a third of a short answer's time."""
    held = _c.removed_on.is_(None)
    clauses: list[Condition] = [or_(held, _c.removed_on > held_on) if held_on else held]
    if query.agencies:
        covered = _one_of(dialect, responsible.c.agency, sorted(query.covered()))
        clauses.append(_c.key.in_(select(responsible.c.commitment).where(covered)))
    if query.categories:
        clauses.append(_c.category.in_(query.categories))
    if query.statuses:
        clauses.append(_c.status.in_(query.statuses))
    if query.legislators:
        clauses.append(or_(*(search.contains(dialect, _c.legislators, f"、{name}、") for name in query.legislators)))
    clauses += [_compared(op, day) for op, day in query.due]
    clauses += [_c.target.between(*spans.ahead(span, today)) for span in query.due_in]
    clauses += [EVIDENCE_ON.between(*spans.back(span, today)) for span in query.evidence_in]
    clauses += [CONDITIONS[name](today) for name in query.conditions]
    if query.flags:
        # both databases keep JSON as the text that Python wrote
        told = cast(_c.flags, Text)
        clauses.append(or_(*(or_(told.contains(f'"flag": "{name}"'), name == DOUBT) for name in query.flags)))
    if query.ids:
        # SQLite's LIKE ignores the case of Latin letters, so the prefix itself is compared as well
        clauses.append(
            or_(
                *(
                    and_(_c.id.startswith(prefix, autoescape=True), func.substr(_c.id, 1, len(prefix)) == prefix)
                    for prefix in query.ids
                )
            )
        )
    if query.letters:
        clauses.append(_c.letter_key.in_(query.letters))
    if query.gazettes:
        clauses.append(_c.url.in_(query.gazettes))
    clauses += [search.holds(dialect, alternatives(word)) for word in query.words]
    clauses += [not_(search.holds(dialect, alternatives(word))) for word in query.excluded]
    # where a column is empty SQL knows neither yes nor no
    clauses += [not_(func.coalesce(of_query(dialect, one, today, held_on), false())) for one in query.without]
    return and_(true(), *clauses)


def _letters_holding(tx: Transaction, word: str, left: Condition) -> list[str]:
    """Of the letters of what some filters left, those whose text holds a folded word; they are read one after another.

    The long texts have no index: they are compared folded, as all text is, so the words are found in either spelling.
    """
    keys = select(_c.letter_key).where(left).distinct()
    texts = select(letters.c.key, letters.c.subject, letters.c.text).where(
        letters.c.key.in_(keys), letters.c.text != ""
    )
    wanted = alternatives(word)
    return [
        key
        for key, subject, text in tx.execute(texts)
        if any(holds(folded, one) for folded in [fold(f"{subject}\n{text}")] for one in wanted)
    ]


def _one_of(dialect: str, column: ColumnElement[str], names: Sequence[str]) -> Condition:
    """A column that holds one of many names, which are one parameter.

    A ministry covers dozens of bodies: to write a parameter for each took a sixth of the time of a short answer.
    """
    if dialect == "sqlite":
        each = func.json_each(json.dumps(names)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(names, ARRAY(Text())))


def _compared(sign: str, day: date) -> Condition:
    """A target date compared with a day, as `Query.matches` compares it."""
    compared: Condition = COMPARISONS[sign](_c.target, day)
    return compared


def condition_of_any(tx: Transaction, queries: Iterable[Query], today: date) -> Condition:
    """The commitments that answer at least one of some questions, as a condition; none where there is no question."""
    return or_(false(), *(condition(tx, query, today) for query in queries))
