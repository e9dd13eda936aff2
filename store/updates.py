"""What the platforms sent: each update is handled once, and its reply is kept until it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from store.engine import Transaction, insert_rows
from store.schema import updates

_u = updates.c
_SENT = (
    update(updates)
    .where(_u.platform == bindparam("of"), _u.update == bindparam("id"))
    .values(sent_at=bindparam("moment"), reply=None)
)
_FOUND = select(updates).where(_u.platform == bindparam("of"), _u.update == bindparam("update"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """An update that was handled: where it came from, its reply as JSON (None: nothing to say), when that was sent.

    `message` is the message that was tapped.
    """

    platform: str
    update: str
    chat: str
    thread: str
    message: str | None
    reply: Any
    sent_at: datetime | None


def find(tx: Transaction, platform: str, update_id: str) -> Handled | None:
    """An update that was handled before; None for a new one."""
    row = tx.execute(_FOUND, {"of": platform, "update": update_id}).one_or_none()
    return _handled(row) if row else None


def record(tx: Transaction, handled: Handled, at: datetime) -> None:
    """Mark an update as handled, with the reply that is owed."""
    insert_rows(tx, updates, [{**{name: getattr(handled, name) for name in Handled.__slots__}, "at": at}])


def mark_sent(tx: Transaction, platform: str, update_id: str, at: datetime) -> None:
    """Say that the reply was sent; it is kept no longer."""
    tx.execute(_SENT, {"of": platform, "id": update_id, "moment": at})


def unsent(tx: Transaction, before: datetime, platforms: Sequence[str]) -> list[Handled]:
    """Replies that have been owed since before a moment: their process died between commit and send."""
    owed = select(updates).where(_u.sent_at.is_(None), _u.at < before, _u.platform.in_(platforms))
    rows = tx.execute(owed.order_by(_u.at).limit(100))
    return [_handled(row) for row in rows]


def forget(tx: Transaction, before: datetime) -> None:
    """Drop updates that no platform will deliver again."""
    tx.execute(delete(updates).where(_u.sent_at.is_not(None), _u.at < before))


def _handled(row: Any) -> Handled:
    return Handled(**{name: row._mapping[name] for name in Handled.__slots__})
