"""News, kept: each fact once, by its key, with the questions that it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update

from store.engine import Transaction, batched, insert_rows
from store.schema import facts, heard, outbox, questions, watches

_f = facts.c
_FACT = [column for column in _f if column.name != "published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One piece of news about a commitment.

    `kind` is added, evidence, reviewed, due, overdue, moved, removed or rewritten; `before` and `after` are what the kind
    compares (dates, statuses, days); `urgent` facts are told at once; `id` is None until it is kept.
    """

    key: str
    commitment: int
    kind: str
    day: date
    urgent: bool = False
    before: str | None = None
    after: str | None = None
    letter: str | None = None
    proposal: int | None = None
    id: int | None = None


def keep(tx: Transaction, news: Sequence[Fact]) -> dict[str, int]:
    """Keep facts that are new; their ids by key. One that is kept already is no news."""
    keys = [fact.key for fact in news]
    present = {key for some in batched(keys) for key in tx.scalars(select(_f.key).where(_f.key.in_(some)))}
    fresh = {fact.key: fact for fact in news if fact.key not in present}
    if not fresh:
        return {}
    rows = [{name: getattr(fact, name) for name in Fact.__slots__ if name != "id"} for fact in fresh.values()]
    kept = tx.execute(insert(facts).returning(_f.id, _f.key), rows)
    return {row.key: row.id for row in kept}


def answer(tx: Transaction, pairs: Iterable[tuple[int, int]]) -> None:
    """Remember which (fact, question) belong together."""
    insert_rows(tx, heard, [{"fact": fact, "question": question} for fact, question in pairs])


def take_unpublished(tx: Transaction) -> list[int]:
    """The facts that nobody was told of yet; from now on they count as published."""
    found = list(tx.scalars(select(_f.id).where(~_f.published).order_by(_f.id)))
    for some in batched(found):
        tx.execute(update(facts).where(_f.id.in_(some)).values(published=True))
    return found


def find(tx: Transaction, ids: Sequence[int]) -> list[Fact]:
    """Some facts, in the order in which they were kept."""
    wanted = select(*_FACT).order_by(_f.id)
    return [Fact(**row._mapping) for some in batched(sorted(ids)) for row in tx.execute(wanted.where(_f.id.in_(some)))]


def retract(tx: Transaction, key: str) -> None:
    """Take a fact back that nobody was told: its unsent messages go with it."""
    fact = select(_f.id).where(_f.key == key)
    tx.execute(delete(outbox).where(outbox.c.fact.in_(fact)))
    tx.execute(delete(heard).where(heard.c.fact.in_(fact)))
    tx.execute(delete(facts).where(_f.key == key))


def reasons(tx: Transaction, ids: Sequence[int], platform: str, chat: str, thread: str) -> list[tuple[int, str]]:
    """(watch, question) of a chat's watches that some facts answer."""
    wanted = (
        select(watches.c.id, questions.c.query)
        .join(questions, questions.c.id == watches.c.question)
        .join(heard, heard.c.question == watches.c.question)
        .where(watches.c.platform == platform, watches.c.chat == chat, watches.c.thread == thread)
    )
    found = {
        row.id: row.query
        for some in batched(ids)
        for row in tx.execute(wanted.where(heard.c.fact.in_(some)).distinct())
    }
    return sorted(found.items())
