"""Who hears of a fact: the chats whose watches want it. Found, owed, explained and taken back by the same condition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from store.digests import WEEKLY_ROUND
from store.engine import Transaction, among, batched
from store.outbox import CORRECTION, NEWS, SEND, UNTRIED, WAITING, insert_effects
from store.places import Place, of_place
from store.schema import Instant, chats, facts, heard, moments, mutes, outbox, questions, watches
from store.watches import DAILY, KIND_BITS, NOW, WEEKLY, Options

MISSED = "missed"
"""The digest that a chat gets when it can be written to again."""

OVERDUE = "overdue"
"""The kind of fact that is urgent where its deadline is clear, and waits for a digest where it is doubtful."""

_w = watches.c
_f = facts.c
_o = outbox.c
_OF_A_WATCH = _o.key.startswith(NEWS)
_CHAT = (_w.platform, _w.chat, _w.thread)
_AT, _AWAKE, _DAILY_AT, _WEEKLY_AT = (
    bindparam(name, type_=Instant) for name in ("told_at", "awake_at", "daily_at", "weekly_at")
)
_KIND_BIT = case(KIND_BITS, value=_f.kind, else_=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimes:
    """When things fall due that are told from `at` on: `awake` outside the quiet hours, the next digests."""

    at: datetime
    awake: datetime
    daily: datetime
    weekly: datetime

    @property
    def parameters(self) -> dict[str, datetime]:
        """The times as the statements here name them."""
        return {"told_at": self.at, "awake_at": self.awake, "daily_at": self.daily, "weekly_at": self.weekly}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A chat's watch that wants a fact: its id and its question's normal form."""

    watch: int
    query: str


def _joined(key: ColumnElement[str], place: Iterable[ColumnElement[str]]) -> ColumnElement[str]:
    for part in place:
        key = key + "|" + part
    return key


_MUTED: Select[Any] = select(mutes.c.commitment).where(
    mutes.c.platform == _w.platform,
    mutes.c.chat == _w.chat,
    mutes.c.thread == _w.thread,
    mutes.c.commitment == _f.commitment,
)
_OF_ITS_KINDS = _w.kinds.op("&")(_KIND_BIT) != 0
_AWAKE_NOW = and_(or_(_w.paused_until.is_(None), _w.paused_until <= _AT), ~exists(_MUTED))
_WANTS = and_(_OF_ITS_KINDS, _AWAKE_NOW)
"""Whether a watch wants a fact that its question answers at `told_at`: the kind, no pause, the commitment not muted."""

_SOMETHING_RESTS = select(
    or_(exists().where(watches.c.paused_until.is_not(None)), exists().where(mutes.c.commitment > 0))
)

_DOUBTFUL = and_(_f.kind == OVERDUE, ~_f.urgent)
_ALONE = or_(and_(_w.pace == NOW, ~_DOUBTFUL), and_(_f.urgent, _w.pace != WEEKLY))
_JOINS = case(
    (func.max(case((_ALONE, 1), else_=0)) == 1, ""),
    (func.max(case((_w.pace != WEEKLY, 1), else_=0)) == 1, DAILY),
    else_=WEEKLY,
)
"""Which digest a fact joins, by all the watches of a chat that want it; and, below, when it falls due, and whether it wakes people."""

_DUE_FOR_A_WATCH = case(
    (and_(_ALONE, _w.urgent), _AT), (_ALONE, _AWAKE), (_w.pace == WEEKLY, _WEEKLY_AT), else_=_DAILY_AT
)
_DUE_AT = func.min(_DUE_FOR_A_WATCH)
_WAKES = func.max(case((and_(_ALONE, _w.urgent), 1), else_=0)) == 1
_OWED_COLUMNS = ("key", "kind", "platform", "chat", "thread", "fact", "joins", "due_at", "wakes")
_ANYBODYS = (
    select(
        _joined(literal(NEWS, Text) + cast(heard.c.fact, Text), _CHAT),
        literal(SEND, Text),
        *_CHAT,
        heard.c.fact,
        *(_JOINS, _DUE_AT, _WAKES),
    )
    .join(watches, _w.question == heard.c.question)
    .join(facts, _f.id == heard.c.fact)
    .where(heard.c.fact.in_(bindparam("told", type_=Integer, expanding=True, literal_execute=True)))
    .group_by(heard.c.fact, *_CHAT)
)
_AWAKE_THEN = and_(or_(_w.paused_until.is_(None), _w.paused_until <= _DUE_FOR_A_WATCH), ~exists(_MUTED))
"""Whether a watch will be awake when it is told: a pause may end before the next morning."""

_OWED = _ANYBODYS.where(_OF_ITS_KINDS, _AWAKE_THEN)
_OWED_TO_RESTING = _ANYBODYS.where(_OF_ITS_KINDS, ~_AWAKE_THEN)
"""What watches that rest would want: it is owed all the same, and dropped where they still rest when it is due."""


def due(times: DueTimes, options: Options, *, kind: str, urgent: bool) -> tuple[bool, datetime]:
    """Whether one watch is told a fact by itself, and when: what `owe` says in SQL."""
    doubtful = kind == OVERDUE and not urgent
    if (options.pace == NOW and not doubtful) or (urgent and options.pace != WEEKLY):
        return True, times.at if options.urgent else times.awake
    return False, times.weekly if options.pace == WEEKLY else times.daily


def owe(tx: Transaction, ids: Sequence[int], times: DueTimes) -> int:
    """Owe each fact to every chat that has a watch which wants it, once a chat; how many rows that made.

    One statement finds and writes all recipients of a thousand facts. A fact is a message of its own where a watch is
    told at once or the fact is urgent and the watch not weekly; else it joins the chat's digest, and so does in any case
    a doubtful deadline that passed.
    """
    return sum(_owe(tx, some, times) for some in batched(ids))


def owe_place(tx: Transaction, fact: int, place: Place, times: DueTimes) -> None:
    """Owe a fact to one chat, where a watch of it wants that."""
    here = (column == value for column, value in zip(_CHAT, place, strict=True))
    insert_effects(tx, _OWED_COLUMNS, _OWED.where(*here), {"told": [fact], **times.parameters})


def owe_anew(tx: Transaction, place: Place, now: datetime, times: Callable[[datetime], DueTimes]) -> None:
    """A chat's watches changed: what is not due there yet falls due as they want it now.

    A decision is told after its undo window all the same. What no watch wants any more is left as it is: who changes their
    mind loses nothing.
    """
    here = and_(of_place(outbox, place), _OF_A_WATCH, WAITING)
    pending = and_(here, _o.due_at > now, _o.joins != MISSED, _o.leased_until.is_(None), _o.failing_since.is_(None))
    told_from = moments.c.at
    waiting = select(_o.id, told_from).join(facts, _f.id == _o.fact).outerjoin(moments, moments.c.id == _f.moment)
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for id_, moment in tx.execute(waiting.where(pending)):
        by_moment[max(moment or now, now)].append(id_)
    of_the_chat = and_(_w.platform == _o.platform, _w.chat == _o.chat, _w.thread == _o.thread)
    for moment, ids in by_moment.items():
        wanted = (
            select(_o.id, _JOINS.label("joins"), _DUE_AT.label("due_at"), _WAKES.label("wakes"))
            .join(facts, _f.id == _o.fact)
            .join(heard, heard.c.fact == _f.id)
            .join(watches, and_(_w.question == heard.c.question, of_the_chat))
            .where(_OF_ITS_KINDS, _AWAKE_THEN)
            .group_by(_o.id)
        )
        for some in batched(ids):
            anew = wanted.where(_o.id.in_(among(some))).subquery()
            values = {"joins": anew.c.joins, "due_at": anew.c.due_at, "wakes": anew.c.wakes, "run": None}
            changed = update(outbox).where(_o.id == anew.c.id, pending).values(**values)
            tx.execute(changed, times(moment).parameters)


def reasons(
    tx: Transaction, ids: Sequence[int], places: Sequence[Place], at: datetime
) -> dict[tuple[Any, ...], list[Reason]]:
    """The watches that want some facts, by (fact, platform, chat, thread), for some chats."""
    found: dict[tuple[Any, ...], list[Reason]] = {}
    wanted = (
        select(heard.c.fact, *_CHAT, _w.id, questions.c.query)
        .join(watches, _w.question == heard.c.question)
        .join(questions, questions.c.id == heard.c.question)
        .join(facts, _f.id == heard.c.fact)
        .where(_WANTS)
        .order_by(_w.id)
    )
    here = set(places)
    for some in batched(ids):
        for chosen in batched(sorted({chat for _, chat, _ in here}), 500):
            rows = tx.execute(wanted.where(heard.c.fact.in_(some), _w.chat.in_(chosen)), {"told_at": at})
            for fact, *place, watch, query in rows:
                if tuple(place) in here:
                    found.setdefault((fact, *place), []).append(Reason(watch=watch, query=query))
    return found


def drop_unwanted(tx: Transaction, ids: Sequence[int], at: datetime) -> set[int]:
    """Of some effects that are due, owe those no longer that no watch of their chat wants now; their ids.

    A watch ended, rests or wants less, or the commitment was muted. Until they are due they stay owed: who changes their
    mind loses nothing. What a person asked to be told later is wanted anyway.
    """
    wanting = (
        select(_w.id)
        .join(heard, heard.c.question == _w.question)
        .join(facts, _f.id == heard.c.fact)
        .where(
            heard.c.fact == _o.fact,
            _w.platform == _o.platform,
            _w.chat == _o.chat,
            _w.thread == _o.thread,
            _WANTS,
        )
    )
    dropped: set[int] = set()
    for some in batched(ids):
        unwanted = and_(_o.id.in_(among(some)), _OF_A_WATCH, ~exists(wanting))
        dropped |= set(tx.scalars(delete(outbox).where(unwanted).returning(_o.id), {"told_at": at}))
    return dropped


def owe_weekly(tx: Transaction, monday: str, due_at: datetime) -> int:
    """Owe a weekly round to every chat that wants to be reminded or told of a week without news; how many rows."""
    remind = select(*_CHAT).where(_w.remind)
    place = (chats.c.platform == _w.platform, chats.c.chat == _w.chat, chats.c.thread == _w.thread)
    watches_now = exists().where(*place, or_(_w.paused_until.is_(None), _w.paused_until <= due_at))
    note = select(chats.c.platform, chats.c.chat, chats.c.thread).where(chats.c.weekly_note, watches_now)
    wanting = remind.union(note).subquery()
    where = (wanting.c.platform, wanting.c.chat, wanting.c.thread)
    key = _joined(literal(f"{WEEKLY_ROUND}{monday}", Text), where)
    rows = select(key, literal(SEND, Text), *where, literal(WEEKLY, Text), literal(due_at, Instant))
    # SQLite takes the ON of ON CONFLICT for that of a join unless a WHERE stands between
    rows = rows.where(wanting.c.platform != "")
    return insert_effects(tx, ["key", "kind", "platform", "chat", "thread", "joins", "due_at"], rows)


def owe_missed(tx: Transaction, place: Place, now: datetime) -> int:
    """What fell due for a chat while it could not be written to is due in one digest; how many pieces of news that is.

    A week's note of then is over: the next Monday brings another.
    """
    due = and_(of_place(outbox, place), WAITING, _o.due_at <= now)
    tx.execute(delete(outbox).where(due, _o.key.startswith(WEEKLY_ROUND)))
    here = and_(due, _OF_A_WATCH)
    values = {"joins": MISSED, "wakes": True, "due_at": now, "run": None, **UNTRIED}
    return tx.execute(update(outbox).where(here).values(**values)).rowcount


def told(tx: Transaction, fact: int, at: datetime) -> list[Place]:
    """The chats that were sent a fact, or a correction that says it, or are being sent one."""
    sent = and_(_o.fact == fact, _o.kind == SEND, or_(_o.done_at.is_not(None), _o.leased_until >= at))
    rows = tx.execute(select(_o.platform, _o.chat, _o.thread).where(sent).distinct().order_by(_o.platform, _o.chat))
    return [Place(*row) for row in rows]


def reached_at(tx: Transaction, fact: int, place: Place) -> datetime | None:
    """When a chat was first sent a fact, or a correction that says it; None where it was not."""
    sent = and_(of_place(outbox, place), _o.fact == fact, _o.kind == SEND, _o.done_at.is_not(None))
    first: datetime | None = tx.scalar(select(func.min(_o.done_at)).where(sent))
    return first


def heard_since(tx: Transaction, place: Place, kind: str, since: datetime) -> set[int]:
    """The commitments of which a chat was sent news of a kind since a moment, or is owed it."""
    here = and_(of_place(outbox, place), _o.kind == SEND, or_(WAITING, _o.done_at >= since))
    about = select(facts.c.commitment).join(outbox, _o.fact == facts.c.id).where(here, facts.c.kind == kind)
    return set(tx.scalars(about))


def owe_no_longer(tx: Transaction, fact: int, at: datetime) -> int:
    """Tell a fact to nobody who was not told it yet, nor where it was given up; how many chats are spared it.

    A correction of another fact that says it is owed all the same.
    """
    free = or_(_o.leased_until.is_(None), _o.leased_until < at)
    unsent = and_(_o.fact == fact, _o.done_at.is_(None), free, ~_o.key.startswith(CORRECTION))
    return tx.execute(delete(outbox).where(unsent)).rowcount


def _owe(tx: Transaction, ids: Sequence[int], times: DueTimes) -> int:
    told = {"told": list(ids), **times.parameters}
    owed = insert_effects(tx, _OWED_COLUMNS, _OWED, told)
    if tx.scalar(_SOMETHING_RESTS):
        insert_effects(tx, _OWED_COLUMNS, _OWED_TO_RESTING, told)
    return owed
