"""Who is sending what: due effects are leased, chat by chat, and then done, tried again later, or given up.

A row is done after the send, so a crash may repeat the one in flight and never loses one. A chat is the unit of sending:
its due rows are leased together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import and_, delete, exists, func, literal, or_, select, update

from store.engine import Transaction, among, batched
from store.outbox import REPLY, SEND, STOPPED, WAITING, Effect
from store.places import Place
from store.schema import Instant, outbox

_o = outbox.c
_CLAIMING = 0x636C61696D
"""The advisory lock of whoever claims."""


def claim(
    tx: Transaction,
    now: datetime,
    lease: timedelta,
    *,
    kinds: Sequence[str],
    platforms: Sequence[str],
    chats: int = 20,
    quiet: bool = False,
) -> list[list[Effect]]:
    """Lease what is due: for at most so many chats, all that is due for each, in order; write-backs are a chat of their own.

    A chat that somebody is sending to is left alone until that lease ends or is done, one that can't be written to until
    it writes again; where a message failed for now, those behind it wait with it, but for answers.

    In the `quiet` hours only what wakes people, and edits, go out.
    """
    if tx.dialect.name == "postgresql":  # else two claimers could each hold a part of one chat, and send out of order
        tx.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    place = (_o.platform, _o.chat, _o.thread)
    other = outbox.alias()
    taken = exists().where(
        *(other.c[mine.name] == mine for mine in place),
        other.c.leased_until >= now,  # of all a chat's rows, few are leased: there is an index of those
        other.c.done_at.is_(None),
        other.c.given_up_at.is_(None),
    )
    # the row's own lease is asked for too: PostgreSQL looks at it again when it waited for another claimer's row
    own = or_(_o.leased_until.is_(None), _o.leased_until < now)
    # what failed for now goes out before what was owed later: also after a restart, and where a platform asked to wait
    before = exists().where(
        *(other.c[mine.name] == mine for mine in place),
        and_(_o.kind == SEND, other.c.kind == SEND, other.c.id < _o.id, ~_o.key.startswith(REPLY)),
        and_(other.c.failing_since.is_not(None), other.c.due_at > now),
        and_(other.c.done_at.is_(None), other.c.given_up_at.is_(None)),
    )
    free = and_(
        *(WAITING, _o.kind.in_(kinds), _o.platform.in_(platforms), _o.due_at <= now),
        *(own, ~taken, ~STOPPED, ~before),
    )
    if quiet:
        free = and_(free, or_(_o.wakes, _o.kind != SEND))
    # thousands may be due: those that are due longest name the chats, the others are not looked at
    longest = select(*place, _o.due_at, _o.id).where(free).order_by(_o.due_at).limit(chats * 2).subquery()
    where = (longest.c.platform, longest.c.chat, longest.c.thread)
    chosen = (
        select(*where)
        .group_by(*where)
        .order_by(func.min(longest.c.due_at), func.min(longest.c.id))
        .limit(chats)
        .subquery()
    )
    locked = (
        select(_o.id)
        .join(chosen, and_(*(mine == theirs for mine, theirs in zip(place, chosen.c, strict=True))))
        .where(free)
        .with_for_update(skip_locked=True, of=outbox)
        .cte("locked")
    )
    leased = update(outbox).where(_o.id.in_(select(locked.c.id))).values(leased_until=now + lease)
    rows = tx.execute(leased.returning(*(_o[name] for name in Effect.__slots__)))
    found: dict[Place, list[Effect]] = defaultdict(list)
    names = Effect.__slots__
    for effect in sorted((Effect(**dict(zip(names, row, strict=True))) for row in rows), key=attrgetter("id")):
        found[effect.place].append(effect)
    return list(found.values())


def done(tx: Transaction, ids: Sequence[int], at: datetime) -> None:
    """Say that effects happened."""
    for some in batched(ids):
        finished = {"done_at": at, "leased_until": None, "error": None, "body": None}
        tx.execute(update(outbox).where(_o.id.in_(among(some))).values(**finished))


def retry(tx: Transaction, ids: Sequence[int], at: datetime, error: str, *, failed_at: datetime) -> None:
    """Try effects again at a later moment; what was owed after them about the same fact, a correction, does not overtake."""
    since = func.coalesce(_o.failing_since, literal(failed_at, Instant))
    again = {"due_at": at, "attempts": _o.attempts + 1, "leased_until": None, "error": error, "failing_since": since}
    tx.execute(update(outbox).where(_o.id.in_(ids)).values(**again))
    failed = outbox.alias()
    same = (failed.c[name] == _o[name] for name in ("platform", "chat", "thread", "fact"))
    behind = exists().where(failed.c.id.in_(ids), failed.c.id < _o.id, *same)
    tx.execute(update(outbox).where(WAITING, _o.due_at < at, _o.leased_until.is_(None), behind).values(due_at=at))


def postpone(tx: Transaction, ids: Sequence[int], at: datetime) -> None:
    """Let effects fall due later, untried."""
    for some in batched(ids):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(due_at=at, leased_until=None))


def give_back(tx: Transaction, ids: Sequence[int]) -> None:
    """Let effects be nobody's again, due since when they were."""
    for some in batched(ids):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(leased_until=None))


def hold(tx: Transaction, platform: str, chat: str, until: datetime) -> None:
    """Nothing goes to a chat before a moment: its platform asked to wait."""
    waits = and_(_o.platform == platform, _o.chat == chat, WAITING, _o.due_at < until, _o.leased_until.is_(None))
    tx.execute(update(outbox).where(waits).values(due_at=until))


def drop_replies(tx: Transaction, ids: Sequence[int]) -> None:
    """Of some effects, owe those no longer that answer what somebody asked."""
    for some in batched(ids):
        tx.execute(delete(outbox).where(_o.id.in_(some), _o.key.startswith(REPLY)))


def give_up(tx: Transaction, ids: Sequence[int], at: datetime, error: str) -> None:
    """Stop trying effects; they stay listed."""
    tx.execute(update(outbox).where(_o.id.in_(ids)).values(given_up_at=at, leased_until=None, error=error))
