"""What reviewers wrote under ✍️ before they said which decision it is the reason of: the last words of each person on a proposal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from store.engine import Transaction, insert_new
from store.schema import drafts

_d = drafts.c


def keep(tx: Transaction, proposal: int, person: str, words: str, at: datetime) -> None:
    """Keep a person's words on a proposal, in place of earlier ones."""
    statement = insert_new(tx, drafts).values(proposal=proposal, person=person, words=words, at=at)
    tx.execute(
        statement.on_conflict_do_update(index_elements=[_d.proposal, _d.person], set_={"words": words, "at": at})
    )


def find(tx: Transaction, proposal: int, person: str) -> str | None:
    """A person's words on a proposal; None where they wrote none."""
    words: str | None = tx.scalar(select(_d.words).where(_d.proposal == proposal, _d.person == person))
    return words


def forget(tx: Transaction, before: datetime) -> None:
    """Drop what was written before a moment."""
    tx.execute(delete(drafts).where(_d.at < before))
