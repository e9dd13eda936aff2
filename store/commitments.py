"""The commitments as they stand: written by a sync and by decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import Select, Text, and_, bindparam, cast, delete, exists, func, literal, select, update

from records.dates import latest_credible
from records.flags import Deadline, Flag
from records.query import OVERDUE
from records.record import ACHIEVED
from records.status import Standing
from store import search
from store.conditions import CONDITIONS, EVIDENCE_ON
from store.engine import Transaction, batched, insert_rows, update_rows
from store.schema import commitments, responsible, texts

_c = commitments.c
_AGENCIES = (
    select(func.aggregate_strings(responsible.c.agency, "\n"))
    .where(responsible.c.commitment == _c.key)
    .scalar_subquery()
)
SHOWN = [
    *(column for column in _c if column.name not in ("last_updated", "searched", "arrived_on")),
    EVIDENCE_ON.label("evidence_on"),
    _AGENCIES.label("agencies"),
]
"""The columns that a Standing is read from."""

_SHARES_ID = select(exists().where(_c.id == bindparam("id"), _c.key != bindparam("of"), _c.removed_on.is_(None)))
_STANDINGS = select(*SHOWN, _c.searched).where(_c.key.in_(bindparam("keys", expanding=True))).order_by(_c.key)


class FlagColumn(TypedDict):
    """A Flag as it is kept, in JSON."""

    flag: str
    left: str
    right: str


class DeadlineColumns(TypedDict):
    """What follows from a target date, its letter and what reviewers settled about it: `settled` is their outcome."""

    target: date | None
    target_text: str | None
    deadline: str
    doubt: FlagColumn | None
    settled: str | None
    other_years: list[int]


class RecordColumns(DeadlineColumns):
    """What follows from a record and its letters: see Standing, whose fields most of these are."""

    path: str
    id: str
    title: str
    category: str
    agency_text: str | None
    legislators: str
    recorded: str
    letter_key: str | None
    letter_number: str | None
    letter_date: date | None
    letter_ordinal: str | None
    url: str | None
    unsupported: bool
    cited_as_done: bool
    conditional: bool
    third_party: str | None
    flags: list[FlagColumn]
    searched: str
    last_updated: str


class NewColumns(RecordColumns):
    """A new commitment's: what it is before anybody decided anything."""

    status: str
    reviewed: str
    arrived_on: date


class ChangedColumns(TypedDict, total=False):
    """What decisions, and the AI's proposals, change of a commitment."""

    other_years: list[int]

    status: str
    reviewed: str
    proposed: str | None
    completed_on: date | None
    target: date | None
    target_text: str | None
    deadline: str
    doubt: FlagColumn | None
    settled: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A commitment the store knows, as a file finds it again."""

    key: int
    path: str
    id: str
    removed_on: date | None
    arrived_on: date

    @property
    def removed(self) -> bool:
        """Whether the source holds it no longer."""
        return self.removed_on is not None


def known(tx: Transaction, paths: Sequence[str] | None = None) -> list[Known]:
    """Every commitment the store knows, or those of some paths; removed ones too."""
    wanted = select(*(_c[name] for name in Known.__slots__))
    statements = [wanted] if paths is None else [wanted.where(_c.path.in_(some)) for some in batched(paths)]
    return [Known(**row._mapping) for statement in statements for row in tx.execute(statement)]


def held(tx: Transaction, ids: Sequence[str]) -> list[Known]:
    """The commitments of some ids that the source holds."""
    here = select(*(_c[name] for name in Known.__slots__)).where(_c.removed_on.is_(None))
    return [Known(**row._mapping) for some in batched(ids) for row in tx.execute(here.where(_c.id.in_(some)))]


def removed(tx: Transaction, ids: Sequence[str]) -> list[Known]:
    """The commitments of some ids that the source holds no longer."""
    gone = select(*(_c[name] for name in Known.__slots__)).where(_c.removed_on.is_not(None)).order_by(_c.key)
    return [Known(**row._mapping) for some in batched(ids) for row in tx.execute(gone.where(_c.id.in_(some)))]


def set_aside(tx: Transaction, keys: Sequence[int]) -> None:
    """Let go of the paths of some commitments: another one is there now. What they are called instead is no file's path."""
    for some in batched(keys):
        aside = _c.path + literal(" (once, ") + cast(_c.key, Text) + literal(")")
        tx.execute(update(commitments).where(_c.key.in_(some)).values(path=aside))


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


def data_date(tx: Transaction, today: date) -> str:
    """The latest day that a file says it was updated on; empty where none says so.

    One that lies a year ahead is a slip (2999-12-31), and would stand in every answer.
    """
    known = and_(_c.removed_on.is_(None), _c.last_updated <= latest_credible(today).isoformat())
    return tx.scalar(select(func.max(_c.last_updated)).where(known)) or ""


def sharing_ids(tx: Transaction) -> list[tuple[str, str, str]]:
    """(path, id, text) of every file whose id another file has too."""
    # what is removed is left out behind: so the index alone tells which ids come twice
    twice = select(_c.id).group_by(_c.id).having(func.count() > 1)
    wanted = select(_c.path, _c.id, texts.c.text).join(texts).where(_c.id.in_(twice), _c.removed_on.is_(None))
    rows = tx.execute(wanted.order_by(_c.path)).all()
    files = Counter(row.id for row in rows)
    return [(row.path, row.id, row.text) for row in rows if files[row.id] > 1]


def agencies(tx: Transaction, most: int | None = None) -> list[str]:
    """The bodies that some record names, unknown ones too, at `most` so many: from one to the next in the index, not row by row."""
    name = responsible.c.agency
    found = select(func.min(name).label("agency")).cte(recursive=True)
    following = select(func.min(name)).where(name > found.c.agency).scalar_subquery()
    found = found.union_all(select(following).where(found.c.agency.is_not(None)))
    return sorted(tx.scalars(select(found.c.agency).where(found.c.agency.is_not(None)).limit(most)))


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


def add(tx: Transaction, rows: Sequence[NewColumns]) -> list[int]:
    """Insert commitments; their keys, in the order of `rows`."""
    first = (tx.scalar(select(func.max(_c.key))) or 0) + 1
    keys = list(range(first, first + len(rows)))
    insert_rows(tx, commitments, [{**row, "key": key} for key, row in zip(keys, rows, strict=True)])
    return keys


def change(tx: Transaction, key: int, **values: Unpack[ChangedColumns]) -> None:
    """Set columns of one commitment."""
    tx.execute(update(commitments).where(_c.key == key).values(**values))


def rewrite(tx: Transaction, rows: Mapping[int, RecordColumns]) -> None:
    """Set the same columns of several commitments, each to its own values; none of them counts as removed."""
    update_rows(tx, commitments, [{**row, "removed_on": None, "key": key} for key, row in rows.items()], by="key")


def remove(tx: Transaction, keys: Iterable[int], on: date) -> None:
    """Mark commitments as gone from the source; what people decided about them stays."""
    gone = list(keys)
    for some in batched(gone):
        tx.execute(update(commitments).where(_c.key.in_(some)).values(removed_on=on))
    search.forget(tx, gone)


def of_id(tx: Transaction, prefix: str) -> list[Standing]:
    """The commitments whose id begins so, removed ones too; where the source holds some, those alone."""
    named = and_(_c.id.startswith(prefix, autoescape=True), func.substr(_c.id, 1, len(prefix)) == prefix)
    rows = tx.execute(select(_c.key, _c.removed_on).where(named)).all()
    held = [row.key for row in rows if row.removed_on is None]
    return standings(tx, held or [row.key for row in rows])


def shares_id(tx: Transaction, standing: Standing) -> bool:
    """Whether the source holds another commitment of the same id."""
    return bool(tx.scalar(_SHARES_ID, {"of": standing.key, "id": standing.id}))


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
    return read_standings(tx, select(*SHOWN).where(others).order_by(_c.key))


def kept_beside(tx: Transaction, standings: Sequence[Standing]) -> dict[int, list[Standing]]:
    """Of commitments that are not kept, those whose near-duplicates are, by key, with these."""
    open_ = [one for one in standings if one.alike is not None and one.status != ACHIEVED]
    kept: dict[int | None, list[Standing]] = defaultdict(list)
    for groups in batched(sorted({one.alike for one in open_ if one.alike is not None})):
        met = and_(_c.alike.in_(groups), _c.status == ACHIEVED, _c.removed_on.is_(None))
        for twin in read_standings(tx, select(*SHOWN).where(met).order_by(_c.key)):
            kept[twin.alike].append(twin)
    return {one.key: kept[one.alike] for one in open_ if one.alike in kept}


def by_target(tx: Transaction, first: date, last: date) -> list[Standing]:
    """The commitments whose target date lies in first … last, both included."""
    return read_standings(
        tx, select(*SHOWN, _c.searched).where(_c.target.between(first, last), _c.removed_on.is_(None)).order_by(_c.key)
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


def join_names(names: Iterable[str]) -> str:
    """Names as the `legislators` column keeps them."""
    joined = "、".join(names)
    return f"、{joined}、" if joined else ""


def read_standings(tx: Transaction, statement: Select[Any], today: date | None = None) -> list[Standing]:
    """The commitments of a statement that selects SHOWN, as they stand."""
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
        completed_on=row.completed_on,
        conditional=row.conditional,
        third_party=row.third_party,
        other_years=tuple(row.other_years or ()),
        proposed=row.proposed,
        evidence_on=row.evidence_on,
        flags=tuple(Flag(**flag) for flag in row.flags),
        alike=row.alike,
        removed_on=row.removed_on,
        searched=getattr(row, "searched", ""),
    )
