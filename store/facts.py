"""News, kept: each fact once, by its key, with the questions that it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Text, and_, cast, delete, exists, insert, select, update

from store.engine import Transaction, batched, insert_rows
from store.schema import commitments, facts, heard, moments, outbox, proposals

_f = facts.c
_FACT = [column for column in _f if column.name != "published"]


Kind = Literal["added", "evidence", "reviewed", "due", "overdue", "moved", "removed", "rewritten"]
BACK = "back"
"""What stands in a fact of a record that came where it had been before: it was gone, and is no new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One piece of news about a commitment."""

    key: str
    commitment: int
    kind: Kind
    day: date
    urgent: bool = False
    """It is told at once."""

    before: str | None = None
    after: str | None = None
    """What the kind compares: dates, statuses, days."""

    letter: str | None = None
    proposal: int | None = None
    moment: int | None = None
    """What it was made of, for as long as that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFact(Fact):
    """A fact as the store keeps it."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What some facts were made of: when they were to be told, and how the commitment stood, as it was kept."""

    at: datetime
    snapshot: bytes
    facts: list[KeptFact]


def keep(tx: Transaction, news: Sequence[Fact]) -> dict[str, int]:
    """Keep facts that are new; their ids by key. One that is kept already is no news."""
    keys = [fact.key for fact in news]
    present = {key for some in batched(keys) for key in tx.scalars(select(_f.key).where(_f.key.in_(some)))}
    fresh = {fact.key: fact for fact in news if fact.key not in present}
    if not fresh:
        return {}
    rows = [{name: getattr(fact, name) for name in Fact.__slots__} for fact in fresh.values()]
    kept = tx.execute(insert(facts).returning(_f.id, _f.key), rows)
    return {row.key: row.id for row in kept}


def keep_moment(tx: Transaction, ids: Sequence[int], snapshot: bytes, at: datetime) -> None:
    """Keep what some facts were made of, told from a moment on."""
    moment = tx.scalar(insert(moments).values(at=at, snapshot=snapshot).returning(moments.c.id))
    tx.execute(update(facts).where(_f.id.in_(ids)).values(moment=moment))


def moments_since(tx: Transaction, since: datetime) -> list[Moment]:
    """What was news since a moment, in order, with its facts."""
    wanted = select(moments.c.id, moments.c.at, moments.c.snapshot, *_FACT).join(facts, _f.moment == moments.c.id)
    found: dict[int, Moment] = {}
    for row in tx.execute(wanted.where(moments.c.at >= since).order_by(moments.c.at, moments.c.id, _f.id)):
        held = found.setdefault(row[0], Moment(at=row[1], snapshot=row[2], facts=[]))
        held.facts.append(KeptFact(**dict(zip((column.name for column in _FACT), row[3:], strict=True))))
    return list(found.values())


def announced(tx: Transaction, commitment: int, target: str) -> list[int]:
    """The facts that told of a target date that it comes near, by id, the last one first."""
    here = and_(_f.commitment == commitment, _f.kind == "due", _f.after == target)
    return list(tx.scalars(select(_f.id).where(here).order_by(_f.id.desc())))


def last_move(tx: Transaction, commitment: int) -> KeptFact | None:
    """The last move of a commitment's target date in the data."""
    wanted = select(*_FACT).where(_f.commitment == commitment, _f.kind == "moved").order_by(_f.id.desc()).limit(1)
    row = tx.execute(wanted).one_or_none()
    return KeptFact(**row._mapping) if row else None


def evidence_since(tx: Transaction, commitment: int, at: datetime) -> set[str]:
    """The letters that were cited for a commitment for the first time after a moment."""
    cited = select(_f.letter).join(moments, moments.c.id == _f.moment).where(_f.kind == "evidence", moments.c.at > at)
    return {letter for letter in tx.scalars(cited.where(_f.commitment == commitment)) if letter}


def since(tx: Transaction, commitment: int, kind: Kind, at: datetime) -> list[KeptFact]:
    """The facts of a kind that were found of a commitment after a moment, in order."""
    wanted = select(*_FACT).join(moments, moments.c.id == _f.moment).where(_f.kind == kind, moments.c.at > at)
    return [KeptFact(**row._mapping) for row in tx.execute(wanted.where(_f.commitment == commitment).order_by(_f.id))]


def undecided(tx: Transaction, commitments: Sequence[int], at: datetime) -> list[tuple[int, str, bytes]]:
    """(commitment, origin, snapshot) of the decisions that can still be undone, as it was made of, the first one last."""
    wanted = (
        select(_f.commitment, proposals.c.origin, moments.c.snapshot)
        .join(proposals, proposals.c.id == _f.proposal)
        .join(moments, moments.c.id == _f.moment)
        .where(_f.kind == "reviewed", proposals.c.public_at > at)
        .order_by(proposals.c.decided_at.desc())
    )
    return [
        (row.commitment, row.origin, row.snapshot)
        for some in batched(commitments)
        for row in tx.execute(wanted.where(_f.commitment.in_(some)))
    ]


def forget_moments(tx: Transaction, before: datetime) -> None:
    """Drop what news was made of that no preview looks back to."""
    tx.execute(delete(moments).where(moments.c.at < before))


def answer(tx: Transaction, pairs: Iterable[tuple[int, int]]) -> None:
    """Remember which (fact, question) belong together."""
    insert_rows(tx, heard, [{"fact": fact, "question": question} for fact, question in pairs])


def answered(tx: Transaction, fact: int) -> list[tuple[int, int]]:
    """The (fact, question) pairs that a fact belongs to."""
    return [(row.fact, row.question) for row in tx.execute(select(heard).where(heard.c.fact == fact))]


def take_unpublished(tx: Transaction) -> list[KeptFact]:
    """The facts that nobody was told of yet, in the order in which they were kept; from now on they count as published."""
    taken = tx.execute(update(facts).where(~_f.published).values(published=True).returning(*_FACT))
    return sorted((KeptFact(**row._mapping) for row in taken), key=lambda fact: fact.id)


def find(tx: Transaction, ids: Sequence[int]) -> list[KeptFact]:
    """Some facts, in the order in which they were kept."""
    wanted = select(*_FACT).order_by(_f.id)
    return [
        KeptFact(**row._mapping) for some in batched(sorted(ids)) for row in tx.execute(wanted.where(_f.id.in_(some)))
    ]


def between(tx: Transaction, first: date, last: date, at: datetime) -> list[KeptFact]:
    """The facts of some days, both included, in the order in which they were kept, without what is undecided at a moment.

    That is what a decision made which can still be undone.
    """
    told = facts.alias()
    its_own = select(told.c.moment).join(proposals, proposals.c.id == told.c.proposal).where(proposals.c.public_at > at)
    is_its_own = and_(_f.moment.is_not(None), _f.moment.in_(its_own.where(told.c.moment.is_not(None))))
    wanted = select(*_FACT).where(_f.day.between(first, last), ~is_its_own).order_by(_f.id)
    return [KeptFact(**row._mapping) for row in tx.execute(wanted)]


def since_undecided(tx: Transaction, at: datetime) -> set[int]:
    """The facts that were kept since a decision on their commitment which can still be undone at a moment."""
    decided = and_(proposals.c.commitment == _f.commitment, proposals.c.public_at > at)
    kept = select(_f.id).join(moments, moments.c.id == _f.moment).join(proposals, decided)
    return set(tx.scalars(kept.where(moments.c.at >= proposals.c.decided_at)))


def of(tx: Transaction, commitments: Sequence[int]) -> list[KeptFact]:
    """All that is kept of some commitments, in the order in which it was kept."""
    return [
        KeptFact(**row._mapping)
        for row in tx.execute(select(*_FACT).where(_f.commitment.in_(commitments)).order_by(_f.id))
    ]


def of_record(tx: Transaction, id_: str) -> list[KeptFact]:
    """All that is kept of the commitments whose id begins so, in order."""
    of = select(commitments.c.key).where(commitments.c.id.startswith(id_, autoescape=True))
    return [KeptFact(**row._mapping) for row in tx.execute(select(*_FACT).where(_f.commitment.in_(of)).order_by(_f.id))]


def find_id(tx: Transaction, key: str) -> int | None:
    """The id of the fact with a key; None where it is not kept."""
    return tx.scalar(select(_f.id).where(_f.key == key))


def make_urgent(tx: Transaction, id_: int) -> None:
    """Let a fact be one that is told at once."""
    tx.execute(update(facts).where(_f.id == id_).values(urgent=True))


def rename(tx: Transaction, key: str, to: str) -> None:
    """Keep a fact under another key: what it told may happen again."""
    tx.execute(update(facts).where(_f.key == key).values(key=to))


def let_recur(tx: Transaction, ids: Sequence[int]) -> None:
    """Keep facts that nobody was told and nobody is owed under keys of their own: what they tell may be news again."""
    told = exists().where(outbox.c.fact == _f.id)
    for some in batched(list(ids)):
        tx.execute(update(facts).where(_f.id.in_(some), ~told).values(key=_f.key + ":untold:" + cast(_f.id, Text)))


def retract(tx: Transaction, key: str) -> None:
    """Take a fact back that nobody was told: its unsent messages go with it."""
    fact = select(_f.id).where(_f.key == key)
    tx.execute(delete(outbox).where(outbox.c.fact.in_(fact)))
    tx.execute(delete(heard).where(heard.c.fact.in_(fact)))
    tx.execute(delete(facts).where(_f.key == key))
