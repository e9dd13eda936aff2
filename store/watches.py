"""Who wants news of which question. Chats that ask the same share one stored question, evaluated once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from store.engine import Transaction
from store.schema import questions, watches

_w = watches.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A chat's watch: its id, the question's id and normal form."""

    id: int
    question: int
    query: str


def question_id(tx: Transaction, query: str) -> int:
    """The id of a question in its normal form, kept from now on: buttons carry it instead of the text."""
    found = tx.scalar(select(questions.c.id).where(questions.c.query == query))
    if found is not None:
        return int(found)
    return int(tx.execute(insert(questions).values(query=query).returning(questions.c.id)).scalar_one())


def question(tx: Transaction, question_id: int) -> str | None:
    """A kept question's normal form; None where there is none of that id."""
    return tx.scalar(select(questions.c.query).where(questions.c.id == question_id))


def add(
    tx: Transaction, platform: str, chat: str, thread: str, question: int, *, one_record: bool, by: str, at: datetime
) -> bool:
    """Watch a question in a chat; False where the chat watches it already."""
    if find(tx, platform, chat, thread, question):
        return False
    tx.execute(
        insert(watches).values(
            platform=platform,
            chat=chat,
            thread=thread,
            question=question,
            one_record=one_record,
            made_by=by,
            made_at=at,
        )
    )
    return True


def find(tx: Transaction, platform: str, chat: str, thread: str, question: int) -> int | None:
    """The id of a chat's watch of a question."""
    return tx.scalar(
        select(_w.id).where(_w.platform == platform, _w.chat == chat, _w.thread == thread, _w.question == question)
    )


def of_chat(tx: Transaction, platform: str, chat: str, thread: str) -> list[Watch]:
    """What a chat watches, oldest first."""
    rows = tx.execute(
        select(_w.id, _w.question, questions.c.query)
        .join(questions)
        .where(_w.platform == platform, _w.chat == chat, _w.thread == thread)
        .order_by(_w.id)
    )
    return [Watch(id=row.id, question=row.question, query=row.query) for row in rows]


def drop(tx: Transaction, watch: int, platform: str, chat: str, thread: str) -> Watch | None:
    """End a watch of this chat; None where the chat has none of that id (any more)."""
    found = next((held for held in of_chat(tx, platform, chat, thread) if held.id == watch), None)
    if found:
        tx.execute(delete(watches).where(_w.id == watch))
    return found


def watched_questions(tx: Transaction) -> dict[int, str]:
    """Every question that somebody watches, by id."""
    rows = tx.execute(select(questions.c.id, questions.c.query).where(questions.c.id.in_(select(_w.question))))
    return {row.id: row.query for row in rows}
