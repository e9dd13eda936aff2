"""Lists as they were first shown: their pages stay the same whatever a sync changes in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from store.engine import Transaction, insert_new
from store.schema import answers

_a = answers.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A list: the question's id, and its items in order: (commitment, how many near-duplicates it stands for).

    Those of a week's changes are (fact, how many letters it stands for).
    """

    id: int
    question: int
    items: Sequence[tuple[int, int]]


def keep(tx: Transaction, question: int, items: Sequence[tuple[int, int]], at: datetime) -> int:
    """Keep a list; the id of one that is the same where there is one."""
    told = json.dumps(items, separators=(",", ":"))
    digest = hashlib.sha256(told.encode()).hexdigest()
    same = (_a.question == question, _a.digest == digest)
    known = tx.scalar(update(answers).where(*same).values(shown_at=at).returning(_a.id))
    if known is not None:
        return int(known)
    row = {"question": question, "digest": digest, "items": told, "shown_at": at}
    new = (
        insert_new(tx, answers)
        .values(row)
        .on_conflict_do_update(index_elements=["question", "digest"], set_={"shown_at": at})
    )
    return int(tx.execute(new.returning(_a.id)).scalar_one())


def find(tx: Transaction, id_: int) -> Answer | None:
    """A kept list; None where it was forgotten."""
    row = tx.execute(select(_a.question, _a["items"]).where(_a.id == id_)).one_or_none()
    return Answer(id=id_, question=row[0], items=[tuple(item) for item in json.loads(row[1])]) if row else None


def forget(tx: Transaction, before: datetime) -> None:
    """Drop lists that were last shown before a moment."""
    tx.execute(delete(answers).where(_a.shown_at < before))
