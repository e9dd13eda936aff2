"""The few values a deployment remembers: the last day it has seen, and which data it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from store.engine import Transaction
from store.schema import state

LAST_DAY = "last_day"
DATA_DATE = "data_date"
REVISION = "revision"
PLACE = "place"
"""Where the source's paths begin: a folder, or one of a repository."""
READING = "reading"
"""The way files were read; another one reads every file over."""
SYNCED_ON = "synced_on"
"""The last day on which the source was read and what it held was applied."""
HELD = "held"
"""What the breaker holds, as JSON."""
RELEASED = "released"
"""The key of what an admin released."""
SYNCS = "syncs"
"""How many syncs changed something: who read the source before one of them reads it again."""

FED_AT = "fed_at"
"""The last moment at which the source brought anything."""
LAGGED_AT = "lagged_at"
"""The last moment at which delivery was seen to lag."""

UNREAD_WHY = "unread_why"
"""Why the source could not be read the last time; there is none where it could."""

AWAITED_SINCE = "awaited_since"
"""Since when a source is waited for that never brought anything."""

_VALUE = select(state.c.value).where(state.c.name == bindparam("name"))
_VALUES = select(state.c.name, state.c.value).where(state.c.name.in_(bindparam("names", expanding=True)))
_SYNC_LOCK = 0x6E756F79616E
_HELD_STILL = select(func.pg_advisory_xact_lock_shared(_SYNC_LOCK))


def read(tx: Transaction, name: str) -> str | None:
    """A value; None where it was never written."""
    return tx.scalar(_VALUE, {"name": name})


def read_all(tx: Transaction, names: Sequence[str]) -> dict[str, str]:
    """Several values at once, those aside that were never written."""
    return {row.name: row.value for row in tx.execute(_VALUES, {"names": list(names)})}


def write(tx: Transaction, name: str, value: str) -> None:
    """Set a value."""
    if tx.execute(update(state).where(state.c.name == name).values(value=value)).rowcount == 0:
        tx.execute(insert(state).values(name=name, value=value))


def forget(tx: Transaction, name: str) -> None:
    """Drop a value."""
    tx.execute(delete(state).where(state.c.name == name))


def read_day(tx: Transaction, name: str) -> date | None:
    """A value that is a day."""
    value = read(tx, name)
    return date.fromisoformat(value) if value else None


def read_moment(tx: Transaction, name: str) -> datetime | None:
    """A value that is a moment."""
    value = read(tx, name)
    return datetime.fromisoformat(value) if value else None


def lock(tx: Transaction) -> None:
    """Let one process at a time take records over; SQLite's write transactions are one at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_SYNC_LOCK)))


def hold_still(tx: Transaction) -> None:
    """Let no records be taken over while this transaction lasts: a decision goes by how the commitment stands.

    Asked before any row is changed, so that neither waits for the other; on SQLite a write transaction is alone anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_HELD_STILL)
