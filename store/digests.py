"""Digests as runs: one for a chat and day, however often a process starts, and what went out with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from store.engine import Transaction, batched, insert_new, update_rows
from store.places import Place, of_place
from store.schema import digests, outbox

WEEKLY_ROUND = "weekly:"
"""How the key begins of what asks for a chat's weekly round."""

_d = digests.c
_FIND = select(digests).where(_d.id == bindparam("run"))
_o = outbox.c


Pages = Sequence[Sequence[Sequence[int]]]
"""The facts of each item: of those on a digest's first page as it went out, and of the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A run: its chat, the day that it is of (None where news became one on the spot), when it began, and its pages."""

    id: int
    platform: str
    chat: str
    thread: str
    day: date | None
    pages: Pages | None


def begin(tx: Transaction, place: Place, day: date | None, effects: Sequence[int], begun_at: datetime) -> int | None:
    """Begin a chat's digest of a day with some effects, or go on with one that was never sent; its id.

    None where the day's digest was sent already.
    """
    begun = {**place._asdict(), "begun_at": begun_at}
    run: int | None = None
    if day is not None:
        new = insert_new(tx, digests).values(**begun, day=day).on_conflict_do_nothing()
        run = tx.scalar(new.returning(_d.id))
        if run is None:
            run = tx.scalar(select(_d.id).where(of_place(digests, place), _d.day == day, _d.sent_at.is_(None)))
            if run is None:
                return None
    else:
        run = tx.scalar(insert(digests).values(**begun).returning(_d.id))
    return go_on(tx, run, effects) if run is not None else None


def go_on(tx: Transaction, run: int, effects: Sequence[int]) -> int:
    """Go on with a digest that was begun and not sent, with what is due by now; its id."""
    for some in batched(effects):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(run=run))
    return run


def end(tx: Transaction, runs: Mapping[int, Pages | None], at: datetime) -> None:
    """Say that digests were sent, with the pages they have from now on."""
    update_rows(tx, digests, [{"id": run, "sent_at": at, "pages": pages} for run, pages in runs.items()], by="id")


def find(tx: Transaction, run: int) -> Digest | None:
    """A run; None where there is none of that id."""
    row = tx.execute(_FIND, {"run": run}).one_or_none()
    return Digest(**{name: row._mapping[name] for name in Digest.__slots__}) if row else None


def is_round(tx: Transaction, run: int) -> bool:
    """Whether a run is a weekly round, which may remind of what stays overdue."""
    asks = select(_o.id).where(_o.run == run, _o.key.startswith(WEEKLY_ROUND))
    return tx.scalar(asks.limit(1)) is not None


def facts_of(tx: Transaction, run: int) -> list[int]:
    """The facts that a run told."""
    return list(tx.scalars(select(_o.fact).where(_o.run == run, _o.fact.is_not(None)).order_by(_o.fact)))


def was_told_since_round(tx: Transaction, place: Place, since: datetime) -> bool:
    """Whether a chat was told any news behind its last weekly round, or is about to be; behind a moment where it had none."""
    here = of_place(outbox, place)
    rounds = select(_o.run, _o.done_at).where(here, _o.key.startswith(WEEKLY_ROUND), _o.done_at.is_not(None))
    last = tx.execute(rounds.order_by(_o.done_at.desc()).limit(1)).one_or_none()
    behind = and_(_o.done_at >= last.done_at, _o.run.is_distinct_from(last.run)) if last else _o.done_at >= since
    sending = or_(_o.failing_since.is_not(None), _o.leased_until.is_not(None))
    about_to_be = and_(_o.done_at.is_(None), _o.given_up_at.is_(None), sending)
    return bool(tx.scalar(select(func.count()).where(here, _o.fact.is_not(None), or_(behind, about_to_be))))
