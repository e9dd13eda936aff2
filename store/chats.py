"""Chats as they are now: what they own goes with them when a platform gives them another id."""

from __future__ import annotations

from sqlalchemy import and_, delete, select, update

from store.engine import Transaction
from store.schema import cards, outbox, watches


def move(tx: Transaction, platform: str, old: str, new: str) -> None:
    """Give everything of a chat to the id that it has now."""
    there = watches.alias()
    same = select(watches.c.id).join(
        there, and_(there.c.question == watches.c.question, there.c.thread == watches.c.thread)
    )
    twice = same.where(
        watches.c.platform == platform,
        watches.c.chat == old,
        there.c.platform == platform,
        there.c.chat == new,
    )
    tx.execute(delete(watches).where(watches.c.id.in_(twice)))
    for table in (watches, outbox, cards):
        tx.execute(update(table).where(table.c.platform == platform, table.c.chat == old).values(chat=new))
