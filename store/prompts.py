"""Messages that ask somebody for words: a reply to one of them answers what its button asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from store.engine import Transaction, insert_new
from store.schema import prompts

_p = prompts.c


def keep(tx: Transaction, platform: str, chat: str, message: str, action: str, at: datetime) -> None:
    """Remember what a reply to a message answers."""
    row = {"platform": platform, "chat": chat, "message": message, "action": action, "at": at}
    statement = insert_new(tx, prompts).values(**row)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[_p.platform, _p.chat, _p.message], set_={"action": action, "at": at}
        )
    )


def find(tx: Transaction, platform: str, chat: str, message: str) -> str | None:
    """What a reply to a message answers, as on a button; None where the message asked nothing."""
    here = select(_p.action).where(_p.platform == platform, _p.chat == chat, _p.message == message)
    action: str | None = tx.scalar(here)
    return action


def forget(tx: Transaction, before: datetime) -> None:
    """Drop what was asked before a moment."""
    tx.execute(delete(prompts).where(_p.at < before))
