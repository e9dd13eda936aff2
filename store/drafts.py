"""What reviewers wrote under ✍️ before they said which decision it is the reason of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from store.engine import Transaction
from store.schema import drafts

_d = drafts.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Words about a proposal, and who wrote them (platform:id)."""

    proposal: int
    person: str
    words: str


def keep(tx: Transaction, proposal: int, person: str, words: str, at: datetime) -> int:
    """Keep a person's words about a proposal; their id."""
    kept = insert(drafts).values(proposal=proposal, person=person, words=words, at=at)
    return int(tx.execute(kept.returning(_d.id)).scalar_one())


def find(tx: Transaction, id_: int) -> Draft | None:
    """Some words by their id; None where they are kept no longer."""
    row = tx.execute(select(_d.proposal, _d.person, _d.words).where(_d.id == id_)).one_or_none()
    return Draft(**row._mapping) if row else None


def forget(tx: Transaction, before: datetime) -> None:
    """Drop what was written before a moment."""
    tx.execute(delete(drafts).where(_d.at < before))
