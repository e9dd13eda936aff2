"""The outbox, looked at: how much waits and since when, what was given up, how one effect stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select, type_coerce, update

from store.engine import Transaction
from store.outbox import SEND, STOPPED, UNTRIED, WAITING, WRITE_BACK
from store.schema import Instant, commitments, outbox, proposals

_o = outbox.c
_OWED_SINCE = type_coerce(func.coalesce(_o.failing_since, _o.due_at), Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The outbox in numbers: `waiting` counts those that were tried too; `oldest_seconds` is how long the oldest due waits.

    What is kept for chats that can't be written to is counted apart, in `kept`.
    """

    waiting: int
    sent: int
    retrying: int
    given_up: int
    oldest_seconds: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """An effect that was given up: where to, when, after how many tries, and the reason.

    `path` is the record that a decision was to be written into; what was to be sent has none.
    """

    id: int
    kind: str
    platform: str
    chat: str
    thread: str
    at: datetime
    attempts: int
    error: str
    path: str | None


def due_longest(tx: Transaction, now: datetime, *, at_night: bool = False) -> datetime | None:
    """Since when the oldest message to a chat platform is due; None where nothing waits.

    Chats that can't be written to are left aside, and the terminal's, which are shown when somebody opens it; `at_night`
    what the quiet hours hold.
    """
    waiting = [WAITING, ~STOPPED, now >= _OWED_SINCE, _o.kind != WRITE_BACK, _o.platform != "terminal"]
    if at_night:
        waiting.append(or_(_o.wakes, _o.kind != SEND))
    found: datetime | None = tx.scalar(select(func.min(_OWED_SINCE)).where(*waiting))
    return found


def given_up(tx: Transaction) -> list[GivenUp]:
    """What was given up, the latest first."""
    written = and_(_o.kind == WRITE_BACK, _o.proposal == proposals.c.id)
    joined = outbox.outerjoin(proposals, written).outerjoin(commitments, commitments.c.key == proposals.c.commitment)
    given_up = select(outbox, commitments.c.path).select_from(joined).where(_o.given_up_at.is_not(None))
    rows = tx.execute(given_up.order_by(_o.given_up_at.desc(), _o.id))
    return [
        GivenUp(
            id=row.id,
            kind=row.kind,
            platform=row.platform,
            chat=row.chat,
            thread=row.thread,
            at=row.given_up_at,
            attempts=row.attempts,
            error=row.error or "",
            path=row.path,
        )
        for row in rows
    ]


def take_up(tx: Transaction, ids: Sequence[int], at: datetime) -> int:
    """Try again from the start what was given up; how many of the ids that were."""
    again = {"given_up_at": None, "due_at": at, **UNTRIED}
    return tx.execute(update(outbox).where(_o.id.in_(ids), _o.given_up_at.is_not(None)).values(**again)).rowcount


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
    moving = and_(WAITING, ~STOPPED)
    row = tx.execute(
        select(
            _count(moving),
            _count(_o.done_at.is_not(None)),
            _count(and_(moving, _o.attempts > 0)),
            _count(_o.given_up_at.is_not(None)),
            func.min(_OWED_SINCE).filter(and_(moving, now >= _OWED_SINCE)),
            _count(and_(WAITING, STOPPED)),
        )
    ).one()
    oldest = int((now - row[4]).total_seconds()) if row[4] else 0
    return Tally(waiting=row[0], sent=row[1], retrying=row[2], given_up=row[3], oldest_seconds=oldest, kept=row[5])


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.count().filter(condition), Integer)
