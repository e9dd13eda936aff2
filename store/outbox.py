"""What is owed to the world: messages, edits and file entries, written with the fact that caused them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from store.cards import Card
from store.engine import Transaction, batched, insert_new, insert_unknown_rows
from store.places import NOWHERE, Place, of_place
from store.schema import chats, facts, outbox, proposals

Kind = Literal["send", "edit", "write_back"]

SEND: Final = "send"

EDIT: Final = "edit"

WRITE_BACK: Final = "write_back"

NEWS = "fact:"
"""How the key begins of a fact that is told to a chat; `news_key` is the whole."""

REPLY = "reply:"
"""How the key begins of an answer that could not be sent at once."""

REMINDER = "later:"
"""How the key begins of news that a chat wanted to be told again."""

CORRECTION = "correction:"
"""How the key begins of news that says what is right in place of a fact."""

BY_HAND = "by-hand:"
"""How the occasion begins of a correction that an admin writes."""

ROUND = "reviewing:"
"""How the key begins of the reviewers' weekly summary: it names the days that it sums up."""

_o = outbox.c

UNTRIED: dict[str, Any] = {"failing_since": None, "attempts": 0, "error": None, "leased_until": None}
"""What stands in the columns of an effect that nobody tried to send."""

WAITING = and_(_o.done_at.is_(None), _o.given_up_at.is_(None))

STOPPED = exists().where(
    chats.c.platform == _o.platform,
    chats.c.chat == _o.chat,
    chats.c.thread == _o.thread,
    chats.c.stopped_at.is_not(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A try that did not go out: when, and what the platform said."""

    at: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One row: `kind` is send, edit or write_back; what it is about is a fact, a proposal, or a composed `body`.

    `joins` names the digest that it is part of: daily, weekly, missed, or '' for a message of its own; `run` is that
    digest once it is being sent. One that joins a weekly digest and is about nothing asks for the week's note.
    `failing_since` is the first try that did not go out; `key` is what makes it one effect.
    """

    id: int
    key: str
    kind: Kind
    platform: str
    chat: str
    thread: str
    joins: str
    run: int | None
    fact: int | None
    proposal: int | None
    message: str | None
    body: Any
    attempts: int
    due_at: datetime
    failing_since: datetime | None

    @property
    def place(self) -> Place:
        """The chat that it is for."""
        return Place(self.platform, self.chat, self.thread)

    @property
    def is_instead(self) -> bool:
        """Whether it tells a fact in place of one that was wrong; what an admin corrects by hand tells no fact."""
        return self.is_correction and not self.key.startswith(f"{CORRECTION}{BY_HAND}")

    @property
    def is_correction(self) -> bool:
        """Whether it takes back what its chat was told."""
        return self.key.startswith(CORRECTION)

    @property
    def corrects(self) -> int:
        """The fact that a correction takes back."""
        return int(self.key.partition("|")[0].rpartition(":")[2])

    @property
    def is_reminder(self) -> bool:
        """Whether a chat wanted to be told this once more."""
        return self.key.startswith(REMINDER)

    @property
    def sums_up(self) -> tuple[date, date] | None:
        """The first day, and the one behind the last, that a summary for reviewers is of; None where it is none."""
        if self.body is not None or not self.key.startswith(ROUND):
            return None
        first, _, end = self.key.removeprefix(ROUND).partition("|")[0].partition("..")
        return date.fromisoformat(first), date.fromisoformat(end)


def _to(place: Place) -> str:
    """How the key ends of what is for one chat; `store/chats.py` renames it where a group gets another id."""
    return f"|{'|'.join(place)}"


def news_key(fact: int, place: Place) -> str:
    """The key of a fact that is told to a chat: once, whatever comes."""
    return f"{NEWS}{fact}{_to(place)}"


def correction_key(occasion: str, wrong: int, place: Place) -> str:
    """The key of what takes a fact back in a chat: once for an occasion; see `Effect.corrects`."""
    return f"{CORRECTION}{occasion}:{wrong}{_to(place)}"


def reminder_key(fact: int, place: Place, at: datetime) -> str:
    """The key of a fact that a chat wants to be told again at a moment."""
    return f"{REMINDER}{fact}{_to(place)}|{at.isoformat()}"


def round_key(first: date, end: date, place: Place) -> str:
    """The key of the reviewers' summary from a day to the one behind its last; see `Effect.sums_up`."""
    return f"{ROUND}{first.isoformat()}..{end.isoformat()}{_to(place)}"


def reply_key(update: str, place: Place) -> str:
    """The key of the answer to an update, where it could not be sent at once."""
    return f"{REPLY}{update}{_to(place)}"


def put(
    tx: Transaction,
    key: str,
    kind: Kind,
    due_at: datetime,
    *,
    place: Place = NOWHERE,
    message: str | None = None,
    fact: int | None = None,
    proposal: int | None = None,
    body: Any = None,
    wakes: bool = False,
    failed: Failure | None = None,
) -> bool:
    """Owe one effect: what it is about, or a composed `body`; False where its key is owed or done already.

    An edit is one of a `message` of the place; one that `wakes` goes out in quiet hours too; `failed` tells of a first try.
    """
    row = _row(key, kind, due_at, place)
    row |= {"message": message, "fact": fact, "proposal": proposal, "wakes": wakes}
    row |= {"body": body} if body is not None else {}
    row |= {"attempts": 1, "failing_since": failed.at, "error": failed.error} if failed else {}
    return insert_unknown_rows(tx, outbox, [row]) == 1


def edit(tx: Transaction, proposal: int, messages: Iterable[tuple[str, Card, datetime]]) -> None:
    """Owe edits to messages that show a proposal: (key, message, due at) of each; what is owed already stays as it is."""
    rows = [
        _row(key, EDIT, due_at, Place(card.platform, card.chat, "")) | {"proposal": proposal, "message": card.message}
        for key, card, due_at in messages
    ]
    insert_unknown_rows(tx, outbox, rows)


def _row(key: str, kind: Kind, due_at: datetime, place: Place) -> dict[str, Any]:
    return {"key": key, "kind": kind, "due_at": due_at, **place._asdict(), "joins": ""}


def send(
    tx: Transaction,
    key: str,
    place: Place,
    due_at: datetime,
    *,
    fact: int | None = None,
    proposal: int | None = None,
    body: Any = None,
    wakes: bool = False,
) -> bool:
    """Owe a message to a chat; False where its key is owed or sent already."""
    return put(tx, key, SEND, due_at, place=place, fact=fact, proposal=proposal, body=body, wakes=wakes)


def insert_effects(
    tx: Transaction, columns: Sequence[str], rows: Select[Any], parameters: Mapping[str, Any] | None = None
) -> int:
    """Owe what a statement finds, each key once; how many rows that made."""
    statement = insert_new(tx, outbox).from_select(list(columns), rows).on_conflict_do_nothing()
    return tx.execute(statement, parameters, execution_options={"preserve_rowcount": True}).rowcount


def put_off(tx: Transaction, ids: Sequence[int], at: datetime) -> None:
    """Let effects fall due later because they are no news yet: nothing failed, and what is owed after them may go before."""
    for some in batched(ids):
        tx.execute(update(outbox).where(_o.id.in_(some)).values(due_at=at, **UNTRIED))


def drop_edits(tx: Transaction, platform: str, chat: str, message: str) -> None:
    """Owe no more the answers that a message was to show before it showed a newer one."""
    here = and_(_o.platform == platform, _o.chat == chat, _o.message == message)
    older = and_(_o.kind == EDIT, _o.key.startswith(REPLY), WAITING, _o.leased_until.is_(None))
    tx.execute(delete(outbox).where(here, older))


def hasten_write_back(tx: Transaction, keys: Sequence[int], at: datetime) -> None:
    """Let the public decisions on some commitments that wait to be written into their files be due."""
    for some in batched(keys):
        public = select(proposals.c.id).where(proposals.c.commitment.in_(some), proposals.c.public_at <= at)
        due = and_(_o.kind == WRITE_BACK, WAITING, _o.due_at > at, _o.proposal.in_(public))
        tx.execute(update(outbox).where(due).values(due_at=at))


def join_digest(tx: Transaction, ids: Sequence[int], joins: str, at: datetime) -> None:
    """Let effects be part of a digest that is due later."""
    for some in batched(ids):
        values = {"joins": joins, "due_at": at, "wakes": False, **UNTRIED}
        tx.execute(update(outbox).where(_o.id.in_(some)).values(**values))


def owes_news(tx: Transaction, place: Place) -> bool:
    """Whether some fact waits to be told to a chat."""
    return tx.scalar(select(exists().where(of_place(outbox, place), _o.fact.is_not(None), WAITING))) is True


def corrected(tx: Transaction, fact: int) -> set[Place]:
    """The chats that a correction of a fact was sent to, or is owed."""
    rows = select(_o.platform, _o.chat, _o.thread).where(_o.key.like(f"{CORRECTION}%:{fact}|%"))
    return {Place(*row) for row in tx.execute(rows)}


def find_earlier(tx: Transaction, proposal: int) -> datetime | None:
    """When an earlier decision on the same commitment is to be written into its file, while that waits; None if none does."""
    mine = proposals.alias()
    earlier = and_(
        proposals.c.commitment == mine.c.commitment,
        tuple_(proposals.c.decided_at, proposals.c.id) < tuple_(mine.c.decided_at, mine.c.id),
    )
    joined = outbox.join(proposals, _o.proposal == proposals.c.id).join(mine, earlier)
    waiting = (
        select(func.max(_o.due_at)).select_from(joined).where(mine.c.id == proposal, _o.kind == WRITE_BACK, WAITING)
    )
    first: datetime | None = tx.scalar(waiting)
    return first


def drop(tx: Transaction, ids: Sequence[int]) -> None:
    """Owe effects no longer."""
    for some in batched(ids):
        tx.execute(delete(outbox).where(_o.id.in_(some)))


def cancel(tx: Transaction, key: str) -> bool:
    """Owe an effect no longer; False where it happened already."""
    return tx.execute(delete(outbox).where(_o.key == key, _o.done_at.is_(None))).rowcount == 1


def is_out(tx: Transaction, fact: int | None, key: str) -> bool:
    """Whether a fact was sent to a chat, or the effect of that key happened, or either is on its way.

    What is not stays so until the transaction ends: nobody can claim it.
    """
    about = or_(_o.fact == fact, _o.key == key) if fact is not None else _o.key == key
    rows = tx.execute(select(_o.done_at, _o.leased_until).where(about).with_for_update()).all()
    return any(row.done_at or row.leased_until for row in rows)


def take_back(tx: Transaction, beginning: str) -> list[str]:
    """Owe no longer what has keys that begin so, and was not sent or being sent; those keys."""
    unsent = and_(_o.key.startswith(beginning, autoescape=True), WAITING, _o.leased_until.is_(None))
    return list(tx.scalars(delete(outbox).where(unsent).returning(_o.key)))


def count_cards(tx: Transaction, place: Place) -> int:
    """How many cards wait to be sent to a chat."""
    cards = and_(of_place(outbox, place), _o.kind == SEND, _o.proposal.is_not(None), WAITING)
    return tx.scalar(select(func.count()).select_from(outbox).where(cards)) or 0


def cards_owed(tx: Transaction, place: Place) -> list[tuple[int, int]]:
    """The cards that wait to be sent to a chat: (effect, commitment) of each."""
    cards = and_(
        of_place(outbox, place), _o.kind == SEND, _o.proposal == proposals.c.id, WAITING, _o.leased_until.is_(None)
    )
    return [(row.id, row.commitment) for row in tx.execute(select(_o.id, proposals.c.commitment).where(cards))]


def cancel_reminders(tx: Transaction, place: Place, *, fact: int = 0, commitment: int = 0) -> None:
    """Owe a chat no longer what it wanted to be told again, of a fact or of a commitment."""
    here = and_(of_place(outbox, place), _o.key.startswith(REMINDER))
    about = or_(_o.fact == fact, _o.fact.in_(select(facts.c.id).where(facts.c.commitment == commitment)))
    tx.execute(delete(outbox).where(here, about, _o.done_at.is_(None)))
