"""Who wants news of which question, how soon, and of which kinds. Chats that ask the same share one stored question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, delete, func, insert, select, update

from store.engine import Transaction, insert_new
from store.places import Place, of_place
from store.schema import mutes, questions, watches

KIND_BITS = {"reviewed": 1, "overdue": 2, "due": 4, "moved": 8, "evidence": 16, "removed": 32, "added": 64}
"""What a watch may want to hear of, in the order of importance, by the bit that rows and buttons hold: that stays for ever."""

KINDS = tuple(KIND_BITS)

Pace = Literal["now", "daily", "weekly"]
NOW: Final = "now"
DAILY: Final = "daily"
WEEKLY: Final = "weekly"
PACES: tuple[Pace, ...] = (NOW, DAILY, WEEKLY)

FOR_EVER = datetime(9999, 12, 30, tzinfo=UTC)
"""The end of a pause that somebody must end."""

_w = watches.c
_m = mutes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a watch wants: its pace, the kinds of news, whether it is told in the quiet hours, whether weekly reminded."""

    pace: Pace
    kinds: frozenset[str] = frozenset(KINDS)
    urgent: bool = False
    remind: bool = False

    @property
    def bits(self) -> int:
        """The kinds as the table keeps them."""
        return sum(KIND_BITS[kind] for kind in self.kinds)


def kinds_of(bits: int) -> frozenset[str]:
    """The kinds of news whose bits are set."""
    return frozenset(kind for kind, bit in KIND_BITS.items() if bits & bit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A chat's watch: its id, the question's id and normal form, what it wants, until when it is paused."""

    id: int
    question: int
    query: str
    options: Options
    paused_until: datetime | None

    def rests(self, at: datetime) -> bool:
        """Whether it is paused at a moment."""
        return self.paused_until is not None and self.paused_until > at


def question_id(tx: Transaction, query: str) -> int:
    """The id of a question in its normal form, kept from now on: buttons carry it instead of the text."""
    kept = select(questions.c.id).where(questions.c.query == query)
    if (found := tx.scalar(kept)) is not None:
        return int(found)
    new = insert_new(tx, questions).values(query=query).on_conflict_do_nothing().returning(questions.c.id)
    if (made := tx.scalar(new)) is not None:
        return int(made)
    return int(tx.execute(kept).scalar_one())  # another process was first


def question(tx: Transaction, question_id: int) -> str | None:
    """A kept question's normal form; None where there is none of that id."""
    return tx.scalar(select(questions.c.query).where(questions.c.id == question_id))


def add(tx: Transaction, place: Place, question: int, options: Options, *, by: str, made_at: datetime) -> bool:
    """Watch a question in a chat; False where the chat watches it already."""
    if find(tx, place, question):
        return False
    row = {**place._asdict(), "question": question, **_columns(options), "made_by": by, "made_at": made_at}
    tx.execute(insert(watches).values(row))
    return True


def find(tx: Transaction, place: Place, question: int) -> int | None:
    """The id of a chat's watch of a question."""
    return tx.scalar(select(_w.id).where(of_place(watches, place), _w.question == question))


def of_chat(tx: Transaction, place: Place) -> list[Watch]:
    """What a chat watches, oldest first."""
    return [_watch(row) for row in tx.execute(_watches().where(of_place(watches, place)).order_by(_w.id))]


def held(tx: Transaction, watch: int, place: Place) -> Watch | None:
    """A watch of this chat; None where the chat has none of that id (any more)."""
    row = tx.execute(_watches().where(_w.id == watch, of_place(watches, place))).one_or_none()
    return _watch(row) if row else None


def change(tx: Transaction, watch: int, options: Options) -> None:
    """Let a watch want something else."""
    tx.execute(update(watches).where(_w.id == watch).values(**_columns(options)))


def pause(tx: Transaction, ids: list[int], until: datetime | None) -> None:
    """Let watches rest until a moment; None wakes them."""
    tx.execute(update(watches).where(_w.id.in_(ids)).values(paused_until=until))


def drop(tx: Transaction, ids: list[int]) -> None:
    """End watches."""
    tx.execute(delete(watches).where(_w.id.in_(ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many watches there are, of how many chats and distinct questions."""

    watches: int
    chats: int
    questions: int


def count(tx: Transaction) -> Count:
    """Count the watches."""
    chat = _w.platform + "|" + _w.chat + "|" + _w.thread
    row = tx.execute(select(func.count(), func.count(chat.distinct()), func.count(_w.question.distinct()))).one()
    return Count(watches=row[0], chats=row[1], questions=row[2])


def watched_questions(tx: Transaction) -> dict[int, str]:
    """Every question that somebody watches, by id."""
    rows = tx.execute(select(questions.c.id, questions.c.query).where(questions.c.id.in_(select(_w.question))))
    return {row.id: row.query for row in rows}


def mute(tx: Transaction, place: Place, commitment: int, made_at: datetime) -> bool:
    """Spare a chat all news of a commitment; False where it is spared already."""
    if commitment in muted(tx, place):
        return False
    tx.execute(insert(mutes).values(**place._asdict(), commitment=commitment, made_at=made_at))
    return True


def unmute(tx: Transaction, place: Place, commitment: int) -> bool:
    """Let a chat hear of a commitment again; False where it was not spared."""
    return tx.execute(delete(mutes).where(of_place(mutes, place), _m.commitment == commitment)).rowcount == 1


def muted(tx: Transaction, place: Place) -> list[int]:
    """The commitments that a chat is spared the news of."""
    return list(tx.scalars(select(_m.commitment).where(of_place(mutes, place)).order_by(_m.made_at, _m.commitment)))


def _watches() -> Select[Any]:
    wanted = (_w.id, _w.question, questions.c.query, _w.pace, _w.kinds, _w.urgent, _w.remind, _w.paused_until)
    return select(*wanted).join(questions)


def _watch(row: Any) -> Watch:
    kinds = kinds_of(row.kinds)
    options = Options(pace=row.pace, kinds=kinds, urgent=row.urgent, remind=row.remind)
    return Watch(id=row.id, question=row.question, query=row.query, options=options, paused_until=row.paused_until)


def _columns(options: Options) -> dict[str, Any]:
    return {"pace": options.pace, "kinds": options.bits, "urgent": options.urgent, "remind": options.remind}
