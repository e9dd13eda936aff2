"""Who hears of a fact: the chats whose watches want it. Found, owed, explained and taken back by the same condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)

from store.engine import Transaction, batched
from store.outbox import SEND, WAITING, insert_effects
from store.schema import Instant, chats, facts, heard, mutes, outbox, questions, watches
from store.watches import DAILY, KINDS, NOW, WEEKLY, Options

MISSED = "missed"
"""The digest that a chat gets when it can be written to again."""

_w = watches.c
_f = facts.c
_o = outbox.c
_CHAT = (_w.platform, _w.chat, _w.thread)
_KIND_BIT = case({kind: 1 << place for place, kind in enumerate(KINDS)}, value=_f.kind, else_=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When things fall due that are told from `at` on: `awake` outside the quiet hours, the next digests."""

    at: datetime
    awake: datetime
    daily: datetime
    weekly: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A chat's watch that wants a fact: its id and its question's normal form."""

    watch: int
    query: str


def due(moments: Moments, options: Options, *, urgent: bool) -> tuple[bool, datetime]:
    """Whether one watch is told a fact by itself, and when: what `owe` says in SQL."""
    alone = options.pace == NOW or (urgent and options.pace != WEEKLY)
    if alone:
        return True, moments.at if options.urgent else moments.awake
    return False, moments.weekly if options.pace == WEEKLY else moments.daily


def owe(tx: Transaction, ids: Sequence[int], moments: Moments) -> int:
    """Owe each fact to every chat that has a watch which wants it, once a chat; how many rows that made.

    One statement finds and writes all recipients of a thousand facts. A fact is a message of its own where a watch is
    told at once or the fact is urgent and the watch not weekly; else it joins the chat's digest.
    """
    return sum(_owe(tx, some, moments) for some in batched(ids))


def reasons(
    tx: Transaction, ids: Sequence[int], places: Sequence[tuple[str, str, str]]
) -> dict[tuple[Any, ...], list[Reason]]:
    """The watches that want some facts, by (fact, platform, chat, thread), for some chats."""
    found: dict[tuple[Any, ...], list[Reason]] = {}
    wanted = (
        select(heard.c.fact, *_CHAT, _w.id, questions.c.query)
        .join(watches, _w.question == heard.c.question)
        .join(questions, questions.c.id == heard.c.question)
        .join(facts, _f.id == heard.c.fact)
        .where(_wants_kind())
        .order_by(_w.id)
    )
    here = set(places)
    for some in batched(ids):
        for chosen in batched(sorted({chat for _, chat, _ in here}), 500):
            for fact, *place, watch, query in tx.execute(wanted.where(heard.c.fact.in_(some), _w.chat.in_(chosen))):
                if tuple(place) in here:
                    found.setdefault((fact, *place), []).append(Reason(watch=watch, query=query))
    return found


def take_back(tx: Transaction, platform: str, chat: str, thread: str, at: datetime) -> None:
    """Owe a chat no longer what none of its watches wants any more: one ended, rests, wants less, or a record was muted."""
    here = and_(_o.platform == platform, _o.chat == chat, _o.thread == thread)
    wanting = (
        select(_w.id)
        .join(heard, heard.c.question == _w.question)
        .join(facts, _f.id == heard.c.fact)
        .where(
            heard.c.fact == _o.fact,
            _w.platform == _o.platform,
            _w.chat == _o.chat,
            _w.thread == _o.thread,
            _wants(at),
        )
    )
    tx.execute(delete(outbox).where(here, _o.kind == SEND, _o.fact.is_not(None), WAITING, ~exists(wanting)))


def owe_weekly(tx: Transaction, monday: str, due_at: datetime) -> int:
    """Owe a weekly round to every chat that wants to be reminded or told of a week without news; how many rows."""
    remind = select(*_CHAT).where(_w.remind)
    note = select(chats.c.platform, chats.c.chat, chats.c.thread).where(chats.c.weekly_note)
    wanting = remind.union(note).subquery()
    place = (wanting.c.platform, wanting.c.chat, wanting.c.thread)
    key = _joined(literal(f"weekly:{monday}", Text), place)
    rows = select(key, literal(SEND, Text), *place, literal(WEEKLY, Text), literal(due_at, Instant))
    # SQLite takes the ON of ON CONFLICT for that of a join unless a WHERE stands between
    rows = rows.where(wanting.c.platform != "")
    return insert_effects(tx, ["key", "kind", "platform", "chat", "thread", "joins", "due_at"], rows)


def owe_missed(tx: Transaction, platform: str, chat: str, at: datetime) -> int:
    """What a chat missed while it could not be written to falls due in one digest; how many pieces of news that is."""
    here = and_(_o.platform == platform, _o.chat == chat, _o.kind == SEND, _o.fact.is_not(None), WAITING)
    statement = outbox.update().where(here).values(joins=MISSED, due_at=at, attempts=0, run=None, leased_until=None)
    return tx.execute(statement).rowcount


def told(tx: Transaction, fact: int) -> list[tuple[str, str, str]]:
    """The chats that were sent a fact, as (platform, chat, thread)."""
    sent = and_(_o.fact == fact, _o.kind == SEND, _o.done_at.is_not(None))
    rows = tx.execute(select(_o.platform, _o.chat, _o.thread).where(sent).distinct().order_by(_o.platform, _o.chat))
    return [(row.platform, row.chat, row.thread) for row in rows]


def _owe(tx: Transaction, ids: Sequence[int], moments: Moments) -> int:
    alone = or_(_w.pace == NOW, and_(_f.urgent, _w.pace != WEEKLY))
    due_at = case(
        (and_(alone, _w.urgent), literal(moments.at, Instant)),
        (alone, literal(moments.awake, Instant)),
        (_w.pace == WEEKLY, literal(moments.weekly, Instant)),
        else_=literal(moments.daily, Instant),
    )
    joins = case(
        (func.max(case((alone, 1), else_=0)) == 1, ""),
        (func.max(case((_w.pace == DAILY, 1), else_=0)) == 1, DAILY),
        else_=WEEKLY,
    )
    key = _joined(literal("fact:", Text) + cast(heard.c.fact, Text), _CHAT)
    rows = (
        select(key, literal(SEND, Text), *_CHAT, joins, heard.c.fact, func.min(due_at))
        .join(watches, _w.question == heard.c.question)
        .join(facts, _f.id == heard.c.fact)
        .where(heard.c.fact.in_(ids), _wants(moments.at))
        .group_by(heard.c.fact, *_CHAT)
    )
    return insert_effects(tx, ["key", "kind", "platform", "chat", "thread", "joins", "fact", "due_at"], rows)


def _joined(key: ColumnElement[str], place: Iterable[ColumnElement[str]]) -> ColumnElement[str]:
    for part in place:
        key = key + "|" + part
    return key


def _wants_kind() -> ColumnElement[bool]:
    return _w.kinds.op("&")(_KIND_BIT) != 0


def _wants(at: datetime) -> ColumnElement[bool]:
    """Whether a watch wants a fact that its question answers: the kind, no pause, the commitment not muted."""
    muted: Select[Any] = select(mutes.c.commitment).where(
        mutes.c.platform == _w.platform,
        mutes.c.chat == _w.chat,
        mutes.c.thread == _w.thread,
        mutes.c.commitment == _f.commitment,
    )
    return and_(_wants_kind(), or_(_w.paused_until.is_(None), _w.paused_until <= at), ~exists(muted))
