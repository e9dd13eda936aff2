"""What is owed to the world: messages, edits and file entries, written with the fact that caused them.

A row is done after the send, so a crash may repeat the one in flight and never loses one. A chat is the unit of sending:
its due rows are leased together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from store.engine import Transaction, batched
from store.schema import Instant, facts, heard, outbox, watches

SEND, EDIT, WRITE_BACK = "send", "edit", "write_back"

_o = outbox.c
_WAITING = and_(_o.done_at.is_(None), _o.given_up_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One row: `kind` is send, edit or write_back; what it is about is a fact, a proposal, or a composed `body`."""

    id: int
    kind: str
    platform: str
    chat: str
    thread: str
    digest: bool
    fact: int | None
    proposal: int | None
    message: str | None
    body: Any
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The outbox in numbers: `waiting` counts those that were tried too; `oldest_seconds` is how long the oldest due waits."""

    waiting: int
    sent: int
    retrying: int
    given_up: int
    oldest_seconds: int


def put(tx: Transaction, key: str, kind: str, due_at: datetime, **about: Any) -> bool:
    """Owe one effect; False where its key is owed or done already."""
    values = {"platform": "", "chat": "", "thread": "", "digest": False, **about}
    row = {"key": key, "kind": kind, "due_at": due_at, **values}
    statement = _dialect_insert(tx).values(row).on_conflict_do_nothing().returning(_o.id)
    return tx.execute(statement).one_or_none() is not None


def put_facts(tx: Transaction, ids: Sequence[int], *, at_once: datetime, in_digest: datetime) -> int:
    """Owe each fact to every chat whose watch hears it, once a chat; how many rows that made.

    Urgent facts and watches of a single commitment are due `at_once`, the rest joins the chat's digest. One statement
    finds and writes all recipients of a thousand facts.
    """
    return sum(_put_facts(tx, some, at_once, in_digest) for some in batched(ids))


def _put_facts(tx: Transaction, ids: Sequence[int], at_once: datetime, in_digest: datetime) -> int:
    now_ = func.max(case((or_(facts.c.urgent, watches.c.one_record), 1), else_=0)) == 1
    chat = (watches.c.platform, watches.c.chat, watches.c.thread)
    key = literal("fact:", Text) + cast(heard.c.fact, Text)
    for part in chat:
        key = key + "|" + part
    recipients = (
        select(
            key,
            literal(SEND, Text),
            *chat,
            case((now_, false()), else_=~false()),
            heard.c.fact,
            case((now_, literal(at_once, Instant)), else_=literal(in_digest, Instant)),
        )
        .join(watches, watches.c.question == heard.c.question)
        .join(facts, facts.c.id == heard.c.fact)
        .where(heard.c.fact.in_(ids))
        .group_by(heard.c.fact, *chat)
    )
    columns = ["key", "kind", "platform", "chat", "thread", "digest", "fact", "due_at"]
    statement = _dialect_insert(tx).from_select(columns, recipients).on_conflict_do_nothing()
    return len(tx.execute(statement.returning(_o.id)).all())


def claim(
    tx: Transaction,
    now: datetime,
    lease: timedelta,
    *,
    kinds: Sequence[str],
    platforms: Sequence[str],
    chats: int = 20,
) -> list[list[Effect]]:
    """Lease what is due: for at most so many chats, all that is due for each, in order; write-backs are a chat of their own.

    A chat that somebody is sending to is left alone until that lease ends or is done.
    """
    place = (_o.platform, _o.chat, _o.thread)
    other = outbox.alias()
    taken = exists().where(
        *(other.c[mine.name] == mine for mine in place),
        other.c.leased_until >= now,
        other.c.done_at.is_(None),
        other.c.given_up_at.is_(None),
    )
    # the row's own lease is asked for too: PostgreSQL looks at it again when it waited for another claimer's row
    own = or_(_o.leased_until.is_(None), _o.leased_until < now)
    free = and_(_WAITING, _o.kind.in_(kinds), _o.platform.in_(platforms), _o.due_at <= now, own, ~taken)
    chosen = (
        select(*place)
        .where(free)
        .group_by(*place)
        .order_by(func.min(_o.due_at), func.min(_o.id))
        .limit(chats)
        .subquery()
    )
    rows = tx.execute(
        select(outbox)
        .join(chosen, and_(*(mine == theirs for mine, theirs in zip(place, chosen.c, strict=True))))
        .where(free)
        .order_by(_o.id)
        .with_for_update(skip_locked=True, of=outbox)
    ).all()
    for some in batched([row.id for row in rows]):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(leased_until=now + lease))
    found: dict[tuple[str, str, str], list[Effect]] = defaultdict(list)
    for row in rows:
        found[row.platform, row.chat, row.thread].append(
            Effect(**{name: row._mapping[name] for name in Effect.__slots__})
        )
    return list(found.values())


def done(tx: Transaction, ids: Sequence[int], at: datetime) -> None:
    """Say that effects happened."""
    for some in batched(ids):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(done_at=at, leased_until=None, error=None, body=None))


def retry(tx: Transaction, ids: Sequence[int], at: datetime, error: str) -> None:
    """Try effects again at a later moment."""
    again = {"due_at": at, "attempts": _o.attempts + 1, "leased_until": None, "error": error}
    tx.execute(update(outbox).where(_o.id.in_(ids)).values(**again))


def give_up(tx: Transaction, ids: Sequence[int], at: datetime, error: str) -> None:
    """Stop trying effects; they stay listed."""
    tx.execute(update(outbox).where(_o.id.in_(ids)).values(given_up_at=at, leased_until=None, error=error))


def cancel(tx: Transaction, key: str) -> bool:
    """Owe an effect no longer; False where it happened already."""
    return tx.execute(delete(outbox).where(_o.key == key, _o.done_at.is_(None))).rowcount == 1


def find_state(tx: Transaction, key: str, zone: ZoneInfo) -> str | None:
    """How an effect stands: done, given up: why, or the moment it is due; None where there is none of that key."""
    row = tx.execute(select(outbox).where(_o.key == key)).one_or_none()
    if row is None:
        return None
    if row.done_at:
        return "done"
    return (
        f"given up: {row.error}"
        if row.given_up_at
        else f"due {row.due_at.astimezone(zone).isoformat(timespec='seconds')}"
    )


def tally(tx: Transaction, now: datetime) -> Tally:
    """Count the outbox."""
    row = tx.execute(
        select(
            _count(_WAITING),
            _count(_o.done_at.is_not(None)),
            _count(and_(_WAITING, _o.attempts > 0)),
            _count(_o.given_up_at.is_not(None)),
            func.min(_o.due_at).filter(and_(_WAITING, _o.due_at <= now)),
        )
    ).one()
    oldest = int((now - row[4]).total_seconds()) if row[4] else 0
    return Tally(waiting=row[0], sent=row[1], retrying=row[2], given_up=row[3], oldest_seconds=oldest)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.count().filter(condition), Integer)


def _dialect_insert(tx: Transaction) -> Any:
    return (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(outbox)
