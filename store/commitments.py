"""The commitments as they stand: written by a sync and by decisions, read by questions."""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from records import spans
from records.agencies import Directory
from records.flags import DEADLINE_BEFORE_LETTER, DEADLINE_NOT_IN_LETTER, Deadline, Flag
from records.query import (
    CLEAR,
    DOUBTFUL,
    DUE_SOON,
    IN_DOUBT,
    NO_AGENCY,
    NO_DEADLINE,
    OVERDUE,
    REVIEWED,
    UNSUPPORTED,
    WAITING,
    Query,
    alternatives,
)
from records.record import ACHIEVED, SETTLED
from records.status import DUE_SOON_DAYS, OUTCOMES, Standing
from records.words import fold
from store import search
from store.engine import Transaction, batched, insert_rows, update_rows, without_collector
from store.schema import commitments, evidence, letters, proposals, responsible, texts

Condition = ColumnElement[bool]
"""A question as the database asks it of each commitment."""

_c = commitments.c
_EVIDENCE_ON = select(func.max(evidence.c.first_seen)).where(evidence.c.commitment == _c.key).scalar_subquery()
_AGENCIES = (
    select(func.aggregate_strings(responsible.c.agency, "\n"))
    .where(responsible.c.commitment == _c.key)
    .scalar_subquery()
)
_SHOWN = [
    *(column for column in _c if column.name not in ("last_updated", "searched", "arrived_on", "removed_on")),
    _EVIDENCE_ON.label("evidence_on"),
    _AGENCIES.label("agencies"),
]
_STANDINGS = select(*_SHOWN, _c.searched).where(_c.key.in_(bindparam("keys", expanding=True))).order_by(_c.key)
_COMPARE: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_VERDICTS = ("reviewed", "declined", "doubtful", "unreviewed")
FEW = 20_000
"""Answers that are surveyed row by row, ten times what the real records hold: reading so many takes a third of the time of
the statements that count and fold them."""

_FLAG = _c.doubt["flag"].as_string()
_PAST = and_(_c.deadline == "clear", _c.target < bindparam("today", type_=Date))
_ORDER = (
    # Clear deadlines first, the nearest to come, then the latest past: the longest overdue are the likeliest misread.
    # Then the doubtful ones by kind of doubt, oldest first, then those without a deadline.
    case((_c.deadline == "clear", 0), (_c.deadline == "doubtful", 1), else_=2),
    case((_FLAG == DEADLINE_BEFORE_LETTER, 0), (_FLAG == DEADLINE_NOT_IN_LETTER, 1), else_=2),
    case((_PAST, 1), else_=0),
    case((_PAST, _c.target)).desc(),
    _c.target,
    _c.key,
)
_VERDICT_IN_DOUBT = and_(_c.status == ACHIEVED, _c.unsupported, _c.reviewed.not_in(tuple(OUTCOMES)))
_DOUBTED_FIRST = (case((_VERDICT_IN_DOUBT, 0), (_c.deadline == "doubtful", 1), else_=2), *_ORDER)
_RATED = (
    select(func.max(proposals.c.doubts))
    .where(proposals.c.commitment == _c.key, proposals.c.outcome.is_(None), proposals.c.withdrawn_at.is_(None))
    .scalar_subquery()
)
_MOST_DOUBTFUL_FIRST = (func.coalesce(_RATED, 0).desc(), *_ORDER)
_SURVEYED = select(
    func.coalesce(_c.alike, _c.key), _c.key, _c.deadline, _FLAG, _c.reviewed, _c.status, _c.unsupported
).limit(FEW + 1)
_SURVEYS: dict[tuple[ColumnElement[Any], ...], Select[Any]] = {
    order: _SURVEYED.order_by(*order) for order in (_ORDER, _DOUBTED_FIRST, _MOST_DOUBTFUL_FIRST)
}
_NOT_SETTLED = and_(*(_c.status != status for status in SETTLED))
CONDITIONS: dict[str, Callable[[date], ColumnElement[bool]]] = {
    OVERDUE: lambda today: and_(_c.target < today, _NOT_SETTLED),
    DUE_SOON: lambda today: and_(_c.target.between(today, today + timedelta(days=DUE_SOON_DAYS)), _NOT_SETTLED),
    CLEAR: lambda _: _c.deadline == "clear",
    DOUBTFUL: lambda _: _c.deadline == "doubtful",
    NO_DEADLINE: lambda _: _c.target.is_(None),
    WAITING: lambda _: _c.reviewed == "waiting",
    REVIEWED: lambda _: _c.reviewed.in_(tuple(OUTCOMES)),
    UNSUPPORTED: lambda _: and_(_c.status == ACHIEVED, _c.unsupported),
    IN_DOUBT: lambda _: or_(and_(_c.status == ACHIEVED, _c.unsupported), _c.deadline == "doubtful"),
    NO_AGENCY: lambda _: not_(_c.key.in_(select(responsible.c.commitment))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A commitment the store knows, as a file finds it again."""

    key: int
    path: str
    id: str
    removed_on: date | None

    @property
    def removed(self) -> bool:
        """Whether the source holds it no longer."""
        return self.removed_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many commitments answer a question.

    `total` counts records, `folded` near-duplicates once; `clear` have a clear deadline; `doubts` counts the doubtful ones
    by flag; `waiting` wait for review. `verdicts` counts the AI's verdicts that promises were kept: `reviewed` ones that
    people settled otherwise than by `declined`, and of the rest the `doubtful` (no later letter) and the `unreviewed`.
    """

    total: int
    folded: int
    clear: int
    waiting: int
    doubts: Mapping[str, int]
    verdicts: Mapping[str, int]


def known(tx: Transaction, paths: Sequence[str] | None = None) -> list[Known]:
    """Every commitment the store knows, or those of some paths; removed ones too."""
    wanted = select(_c.key, _c.path, _c.id, _c.removed_on)
    statements = [wanted] if paths is None else [wanted.where(_c.path.in_(some)) for some in batched(paths)]
    return [
        Known(key=row.key, path=row.path, id=row.id, removed_on=row.removed_on)
        for statement in statements
        for row in tx.execute(statement)
    ]


def is_empty(tx: Transaction) -> bool:
    """Whether nothing was ever loaded."""
    return tx.execute(select(_c.key).limit(1)).first() is None


def total(tx: Transaction) -> int:
    """How many records the source holds."""
    return int(tx.scalar(select(func.count()).where(_c.removed_on.is_(None))) or 0)


def first_day(tx: Transaction) -> date | None:
    """The day of the first load: news is known since then."""
    found: date | None = tx.scalar(select(func.min(_c.arrived_on)))
    return found


def data_date(tx: Transaction) -> str:
    """The latest day that a file says it was updated on; empty where none says so."""
    return tx.scalar(select(func.max(_c.last_updated)).where(_c.removed_on.is_(None))) or ""


def sharing_ids(tx: Transaction) -> list[tuple[str, str, str]]:
    """(path, id, text) of every file whose id another file has too."""
    shared = select(_c.id).where(_c.removed_on.is_(None)).group_by(_c.id).having(func.count() > 1)
    wanted = select(_c.path, _c.id, texts.c.text).join(texts).where(_c.id.in_(shared), _c.removed_on.is_(None))
    return [(row.path, row.id, row.text) for row in tx.execute(wanted.order_by(_c.path))]


def agencies(tx: Transaction) -> list[str]:
    """Every body that some record names."""
    return list(tx.scalars(select(responsible.c.agency).distinct().order_by(responsible.c.agency)))


def naming(tx: Transaction, names: Sequence[str]) -> list[tuple[str, str | None, str]]:
    """(path, agency field, text) of the files that name one of some bodies."""
    of = select(responsible.c.commitment).where(responsible.c.agency.in_(names))
    wanted = select(_c.path, _c.agency_text, texts.c.text).join(texts).where(_c.key.in_(of), _c.removed_on.is_(None))
    return [(row.path, row.agency_text, row.text) for row in tx.execute(wanted.order_by(_c.path))] if names else []


def of_letters(tx: Transaction, letters: Iterable[str]) -> list[tuple[int, str]]:
    """(key, letter) of the commitments that were taken from some letters."""
    wanted = select(_c.key, _c.letter_key).where(_c.removed_on.is_(None))
    return [
        (row.key, row.letter_key)
        for some in batched(list(letters))
        for row in tx.execute(wanted.where(_c.letter_key.in_(some)).order_by(_c.key))
    ]


def add(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert commitments; their keys, in the order of `rows`."""
    first = (tx.scalar(select(func.max(_c.key))) or 0) + 1
    keys = list(range(first, first + len(rows)))
    insert_rows(tx, commitments, [{**row, "key": key} for key, row in zip(keys, rows, strict=True)])
    return keys


def change(tx: Transaction, key: int, **values: Any) -> None:
    """Set columns of one commitment."""
    tx.execute(update(commitments).where(_c.key == key).values(**values))


def rewrite(tx: Transaction, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the same columns of several commitments, each to its own values; none of them counts as removed."""
    update_rows(tx, commitments, [{**row, "removed_on": None, "key": key} for key, row in rows.items()], by="key")


def remove(tx: Transaction, keys: Iterable[int], on: date) -> None:
    """Mark commitments as gone from the source; what people decided about them stays."""
    gone = list(keys)
    for some in batched(gone):
        tx.execute(update(commitments).where(_c.key.in_(some)).values(removed_on=on))
    search.forget(tx, gone)


def removed_among(tx: Transaction, keys: Sequence[int]) -> set[int]:
    """Those of some commitments that the source holds no longer."""
    gone = select(_c.key).where(_c.removed_on.is_not(None))
    return {key for some in batched(keys) for key in tx.scalars(gone.where(_c.key.in_(some)))}


def add_agencies(tx: Transaction, agencies: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Say which bodies are responsible for commitments that have none yet."""
    insert_rows(tx, responsible, [{"commitment": key, "agency": name} for key, names in agencies for name in names])


def forget_agencies(tx: Transaction, keys: Sequence[int]) -> None:
    """Forget which bodies are responsible for commitments."""
    for some in batched(keys):
        tx.execute(delete(responsible).where(responsible.c.commitment.in_(some)))


def set_alike(tx: Transaction, groups: Mapping[int, int | None]) -> None:
    """Say which group of near-duplicates each commitment belongs to."""
    update_rows(tx, commitments, [{"alike": group, "key": key} for key, group in groups.items()], by="key")


def standing(tx: Transaction, key: int) -> Standing | None:
    """One commitment as it stands; None where it is unknown."""
    return next(iter(standings(tx, [key])), None)


def standings(tx: Transaction, keys: Sequence[int]) -> list[Standing]:
    """Some commitments as they stand, removed ones too, in the order of their keys."""
    return [_standing(row) for some in batched(sorted(set(keys))) for row in tx.execute(_STANDINGS, {"keys": some})]


def alike(tx: Transaction, standing: Standing) -> list[Standing]:
    """The near-duplicates of a commitment, without itself."""
    if standing.alike is None:
        return []
    others = and_(_c.alike == standing.alike, _c.key != standing.key, _c.removed_on.is_(None))
    return _standings(tx, select(*_SHOWN).where(others).order_by(_c.key))


def matching(
    tx: Transaction, query: Query, today: date, directory: Directory, *, limit: int | None, offset: int = 0
) -> list[Standing]:
    """The commitments that answer a question, clear deadlines first, then by kind of doubt and date.

    Where the question is what is in doubt, doubtful verdicts stand before what has only a doubtful deadline, and that
    before verdicts that people settled; where it is what waits for review, the most doubtful stand first.
    """
    statement = select(*_SHOWN).where(condition(tx, query, today, directory)).order_by(*_order(query)).offset(offset)
    return _standings(tx, statement.limit(limit), today)


def folded(tx: Transaction, query: Query, today: date, directory: Directory, *, limit: int) -> list[tuple[int, int]]:
    """Like `matching`, near-duplicates as one: the key of the first of each group, and how many it has among the answers."""
    group = func.coalesce(_c.alike, _c.key)
    order = _order(query)
    ranked = (
        select(
            _c.key,
            func.row_number().over(partition_by=group, order_by=order).label("place"),
            func.count().over(partition_by=group).label("size"),
        )
        .where(condition(tx, query, today, directory))
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
    asked = condition(tx, query, today, directory)
    waiting = func.count().filter(_c.reviewed == "waiting")
    rows = tx.execute(select(_c.deadline, _FLAG, func.count(), waiting).where(asked).group_by(_c.deadline, _FLAG)).all()
    settled = _c.reviewed.in_(tuple(OUTCOMES))
    claimed = and_(_c.status == ACHIEVED, not_(settled))
    kinds = {
        "reviewed": and_(settled, _c.reviewed != "decline"),
        "declined": _c.reviewed == "decline",
        "doubtful": and_(claimed, _c.unsupported),
        "unreviewed": and_(claimed, not_(_c.unsupported)),
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
            return _sum_up(rows, limit)
    return count(tx, query, today, directory), folded(tx, query, today, directory, limit=limit)


def _sum_up(rows: Sequence[Any], limit: int) -> tuple[Counts, list[tuple[int, int]]]:
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
        if reviewed in OUTCOMES:
            verdicts["declined" if reviewed == "decline" else "reviewed"] += number
        elif status == ACHIEVED:
            verdicts["doubtful" if doubtful else "unreviewed"] += number
    counts = Counts(
        total=len(rows), folded=len(sizes), clear=clear, waiting=waiting, doubts=dict(doubts), verdicts=verdicts
    )
    return counts, [(key, sizes[group]) for group, key in firsts.items()]


def count_doubts(tx: Transaction, query: Query, today: date, directory: Directory) -> tuple[int, int, int, int]:
    """Of the answers to a question: doubtful unreviewed verdicts, all of those, doubtful deadlines, all deadlines."""
    claimed = and_(_c.status == ACHIEVED, not_(_c.reviewed.in_(tuple(OUTCOMES))))
    kinds = (and_(claimed, _c.unsupported), claimed, _c.deadline == "doubtful", _c.deadline != "none")
    counted = select(*(func.count().filter(kind) for kind in kinds)).where(condition(tx, query, today, directory))
    row = tx.execute(counted).one()
    return row[0], row[1], row[2], row[3]


def tally(tx: Transaction, query: Query, today: date, directory: Directory) -> int:
    """How many commitments answer a question, near-duplicates each counted."""
    return int(tx.scalar(select(func.count()).where(condition(tx, query, today, directory))) or 0)


def by_target(tx: Transaction, first: date, last: date) -> list[Standing]:
    """The commitments whose target date lies in first … last, both included."""
    return _standings(
        tx, select(*_SHOWN, _c.searched).where(_c.target.between(first, last), _c.removed_on.is_(None)).order_by(_c.key)
    )


def with_deadline_doubts(tx: Transaction, today: date, keys: Sequence[int]) -> list[int]:
    """Of some commitments, those whose doubtful deadline has passed unsettled."""
    passed = select(_c.key).where(_c.deadline == "doubtful", CONDITIONS[OVERDUE](today)).order_by(_c.key)
    return [key for some in batched(keys) for key in tx.scalars(passed.where(_c.key.in_(some)))]


def categories(tx: Transaction) -> frozenset[str]:
    """The categories that occur."""
    return frozenset(tx.scalars(select(_c.category).distinct()))


def legislators(tx: Transaction) -> frozenset[str]:
    """The legislators whose questions the letters answer."""
    return frozenset(
        name for names in tx.scalars(select(_c.legislators).distinct()) for name in names.split("、") if name
    )


def condition(tx: Transaction, query: Query, today: date, directory: Directory) -> ColumnElement[bool]:
    """The question as a condition on `commitments`: the same meaning as `Query.matches`."""
    met = _condition(tx.dialect.name, replace(query, in_letters=()) if query.in_letters else query, today, directory)
    for word in query.in_letters:
        met = and_(met, _c.letter_key.in_(_letters_holding(tx, word, met)))
    return met


@lru_cache(maxsize=256)
def _condition(dialect: str, query: Query, today: date, directory: Directory) -> ColumnElement[bool]:
    """The same without whole letters, which would have to be read; to build it took a third of a short answer's time."""
    clauses: list[ColumnElement[bool]] = [_c.removed_on.is_(None)]
    if query.agencies:
        covered = _one_of(dialect, responsible.c.agency, sorted(query.covered(directory)))
        clauses.append(_c.key.in_(select(responsible.c.commitment).where(covered)))
    if query.categories:
        clauses.append(_c.category.in_(query.categories))
    if query.statuses:
        clauses.append(_c.status.in_(query.statuses))
    if query.legislators:
        clauses.append(or_(*(search.contains(dialect, _c.legislators, f"、{name}、") for name in query.legislators)))
    clauses += [_COMPARE[op](_c.target, day) for op, day in query.due]
    clauses += [_c.target.between(*spans.ahead(span, today)) for span in query.due_in]
    clauses += [_EVIDENCE_ON.between(*spans.back(span, today)) for span in query.evidence_in]
    clauses += [CONDITIONS[name](today) for name in query.conditions]
    if query.flags:
        # both databases keep JSON as the text that Python wrote
        told = cast(_c.flags, Text)
        clauses.append(or_(*(or_(told.contains(f'"flag": "{name}"'), name == _FLAG) for name in query.flags)))
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
    clauses += [not_(func.coalesce(_condition(dialect, one, today, directory), false())) for one in query.without]
    return and_(true(), *clauses)


@lru_cache(maxsize=256)
def _survey(dialect: str, query: Query, today: date, directory: Directory) -> Select[Any]:
    """The statement that surveys the answers: SQLAlchemy names it for its cache once, which took a fifth of a short answer."""
    return _SURVEYS[_order(query)].where(_condition(dialect, query, today, directory))


def _one_of(dialect: str, column: ColumnElement[str], names: Sequence[str]) -> ColumnElement[bool]:
    """A column that holds one of many names, which are one parameter.

    A ministry covers dozens of bodies: to write a parameter for each took a sixth of the time of a short answer.
    """
    if dialect == "sqlite":
        each = func.json_each(json.dumps(names)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(names, ARRAY(Text())))


def _letters_holding(tx: Transaction, word: str, left: ColumnElement[bool]) -> list[str]:
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
        if any(one in folded for folded in [fold(f"{subject}\n{text}")] for one in wanted)
    ]


def condition_of_any(
    tx: Transaction, queries: Iterable[Query], today: date, directory: Directory
) -> ColumnElement[bool]:
    """The commitments that answer at least one of some questions, as a condition; none where there is no question."""
    return or_(false(), *(condition(tx, query, today, directory) for query in queries))


def join_names(names: Iterable[str]) -> str:
    """Names as the `legislators` column keeps them."""
    joined = "、".join(names)
    return f"、{joined}、" if joined else ""


def _standings(tx: Transaction, statement: Select[Any], today: date | None = None) -> list[Standing]:
    return [_standing(row) for row in tx.execute(statement, {"today": today})]


def _standing(row: Any) -> Standing:
    return Standing(
        key=row.key,
        path=row.path,
        id=row.id,
        title=row.title,
        category=row.category,
        agencies=tuple(sorted(row.agencies.split("\n"))) if row.agencies else (),
        agency_text=row.agency_text,
        legislators=tuple(name for name in row.legislators.split("、") if name),
        status=row.status,
        recorded=row.recorded,
        reviewed=row.reviewed,
        target=row.target,
        target_text=row.target_text,
        deadline=Deadline(kind=row.deadline, doubt=Flag(**row.doubt) if row.doubt else None, settled=row.settled),
        letter_number=row.letter_number,
        letter_date=row.letter_date,
        letter_ordinal=row.letter_ordinal,
        url=row.url,
        unsupported=row.unsupported,
        cited_as_done=row.cited_as_done,
        proposed=row.proposed,
        evidence_on=row.evidence_on,
        flags=tuple(Flag(**flag) for flag in row.flags),
        alike=row.alike,
        searched=getattr(row, "searched", ""),
    )
