"""Chats as they are now: whether they can be written to, what they chose, and what id they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict, Unpack

from sqlalchemy import and_, bindparam, delete, exists, func, select, update

from store.engine import Transaction, insert_new
from store.outbox import NEWS
from store.places import Place, of_place
from store.schema import cards, chats, digests, mutes, outbox, prompts, submissions, watches

_c = chats.c

_MANNERS = select(_c.chat, _c.thread, _c.language, _c.dates, _c.spoken, _c.stopped_at).where(
    _c.platform == bindparam("platform"), _c.chat.in_(bindparam("ids", expanding=True))
)
_RESUMED = (
    update(chats)
    .where(_c.platform == bindparam("of"), _c.chat == bindparam("written_in"), _c.stopped_at.is_not(None))
    .values(stopped_at=None, stopped_for=None)
    .returning(_c.thread)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A chat that its platform refuses messages to, since when and why."""

    platform: str
    chat: str
    thread: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a chat wants to be spoken to: the language and form of dates that it chose, the language spoken in it.

    Each is '' where nothing is known. `is_stopped` says that its platform refuses messages to it, or to a topic of it.
    """

    language: str = ""
    dates: str = ""
    spoken: str = ""
    is_stopped: bool = False


NO_MANNER = Manner()


def manner(tx: Transaction, platform: str, chat: str) -> Manner:
    """How a chat wants to be spoken to."""
    return manners(tx, [(platform, chat)]).get((platform, chat), NO_MANNER)


def manners(tx: Transaction, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Manner]:
    """How some chats (platform, chat) want to be spoken to, as far as anything is known."""
    chosen: dict[str, list[str]] = {}
    for platform, chat in wanted:
        chosen.setdefault(platform, []).append(chat)
    found: dict[tuple[str, str], Manner] = {}
    for platform, ids in chosen.items():
        rows = tx.execute(_MANNERS, {"platform": platform, "ids": ids}).all()
        stopped_ = {row.chat for row in rows if row.stopped_at}
        chose_ = {row.chat: row for row in rows if row.thread == ""}  # a topic has no language of its own
        for chat in {row.chat for row in rows}:
            row = chose_.get(chat)
            words = {name: getattr(row, name, None) or "" for name in ("language", "dates", "spoken")}
            found[platform, chat] = Manner(**words, is_stopped=chat in stopped_)
    return found


class Choices(TypedDict, total=False):
    """What is known of a chat, or chosen in it: see the columns of `chats`."""

    weekly_note: bool
    cards_at_once: bool
    language: str | None
    dates: str | None
    spoken: str | None
    cards_for: str | None
    stopped_at: datetime
    stopped_for: str
    moved_to: str


def choose(tx: Transaction, place: Place, **values: Unpack[Choices]) -> None:
    """Set what is known of a chat."""
    statement = insert_new(tx, chats).values(**place._asdict(), **values)
    tx.execute(statement.on_conflict_do_update(index_elements=[_c.platform, _c.chat, _c.thread], set_=values))


def chose(tx: Transaction, place: Place, name: Literal["weekly_note", "cards_at_once"]) -> bool:
    """Whether a chat chose something."""
    return bool(tx.scalar(select(_c[name]).where(of_place(chats, place))))


def send_cards(tx: Transaction, platform: str, chat: str, person: str | None) -> None:
    """Let a reviewer's new cards come to a private chat; None ends it."""
    choose(tx, Place(platform, chat, ""), cards_for=person)


def with_cards(tx: Transaction) -> list[tuple[str, str, str]]:
    """(platform, chat, reviewer) of the private chats to which new cards come."""
    rows = tx.execute(
        select(_c.platform, _c.chat, _c.cards_for).where(_c.cards_for.is_not(None), _c.moved_to.is_(None))
    )
    return sorted((row.platform, row.chat, row.cards_for) for row in rows)


def stop(tx: Transaction, place: Place, reason: str, stopped_at: datetime) -> None:
    """A platform refuses messages to a chat: nothing is sent there until it writes again; it keeps its watches."""
    choose(tx, place, stopped_at=stopped_at, stopped_for=reason)


def resume(tx: Transaction, platform: str, chat: str) -> list[str]:
    """Somebody wrote in a chat: it can be written to again; the topics of it that could not ('' outside topics)."""
    return list(tx.scalars(_RESUMED, {"of": platform, "written_in": chat}))


def stopped(tx: Transaction) -> list[Stopped]:
    """The chats that can't be written to, the latest first."""
    rows = tx.execute(select(chats).where(_c.stopped_at.is_not(None)).order_by(_c.stopped_at.desc()))
    return [
        Stopped(platform=row.platform, chat=row.chat, thread=row.thread, at=row.stopped_at, reason=row.stopped_for)
        for row in rows
    ]


def now(tx: Transaction, place: Place) -> Place:
    """A chat under the id that it has now, wherever it was named by an older one."""
    here = (_c.platform == place.platform, _c.chat == place.chat, _c.moved_to.is_not(None))
    moved: str | None = tx.scalar(select(func.max(_c.moved_to)).where(*here))
    return place._replace(chat=moved) if moved else place


def move(tx: Transaction, platform: str, old: str, new: str) -> None:
    """Give everything of a chat to the id that it has now; where both have the same thing, the new one's stays."""
    for table, same in ((watches, "question"), (mutes, "commitment"), (digests, "day"), (chats, "thread")):
        there = table.alias()
        key = list(table.primary_key.columns)
        twice = select(*key).join(
            there, and_(there.c[same] == table.c[same], there.c.thread == table.c.thread, there.c.chat == new)
        )
        twice = twice.where(table.c.platform == platform, there.c.platform == platform, table.c.chat == old)
        for row in tx.execute(twice).all():
            tx.execute(delete(table).where(and_(*(column == value for column, value in zip(key, row, strict=True)))))
    twin = outbox.alias()
    both = (twin.c.platform == platform, twin.c.chat == new, twin.c.thread == outbox.c.thread)
    owed_twice = exists().where(*both, twin.c.fact == outbox.c.fact)
    here = (outbox.c.platform == platform, outbox.c.chat == old, outbox.c.key.startswith(NEWS))
    tx.execute(delete(outbox).where(*here, owed_twice))
    renamed = func.replace(outbox.c.key, f"|{platform}|{old}|", f"|{platform}|{new}|")
    tx.execute(update(outbox).where(*here).values(key=renamed))  # who was told a fact is not told it under the new id
    for table in (watches, mutes, digests, outbox, cards, prompts, submissions, chats):
        tx.execute(update(table).where(table.c.platform == platform, table.c.chat == old).values(chat=new))
    tx.execute(update(chats).where(_c.platform == platform, _c.moved_to == old).values(moved_to=new))
    choose(tx, Place(platform, old, ""), moved_to=new)
