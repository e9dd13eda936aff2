"""The audit log: what people decided, granted and took back, each row sealed by the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func, select

from store.engine import Transaction, insert_rows
from store.schema import audit, proposals

BEGINNING = "0" * 64
"""What the first row follows."""

_LOCK = 0x6175646974
_GONE = "a row before it was taken out, put in or sealed anew"
_a = audit.c
_HEAD = select(_a.hash).order_by(_a.id.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: what happened, as `content`, on which commitment if any; `hash` seals it and every row before it."""

    id: int
    commitment: int | None
    content: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A row that is not what was written, or None for one that is not there, and what is wrong."""

    id: int | None
    reason: str


def lock(tx: Transaction) -> None:
    """Let one transaction at a time add rows; SQLite's write transactions are one at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def append(tx: Transaction, commitment: int | None, content: Mapping[str, Any]) -> str:
    """Add a row; its hash."""
    lock(tx)
    previous = head(tx)
    text = _canonical(content)
    sealed = _seal(previous, commitment, text)
    insert_rows(tx, audit, [{"commitment": commitment, "content": text, "previous": previous, "hash": sealed}])
    return sealed


def head(tx: Transaction) -> str:
    """The hash of the last row; BEGINNING where there is none."""
    return tx.scalar(_HEAD) or BEGINNING


def count(tx: Transaction) -> int:
    """How many rows there are."""
    return tx.scalar(select(func.count()).select_from(audit)) or 0


def rows(tx: Transaction, commitment: int | None = None, action: str | None = None) -> Iterator[Row]:
    """Every row in order, or those of one commitment, or of one action."""
    wanted = select(audit).order_by(_a.id)
    if commitment is not None:
        wanted = wanted.where(_a.commitment == commitment)
    if action is not None:
        wanted = wanted.where(_a.content.startswith(f'{{"action":"{action}"'))  # the keys are sorted
    for row in tx.execute(wanted):
        yield Row(**{**row._mapping, "content": _read(row.content)})


def of_decision(tx: Transaction, commitment: int, decision: str) -> Row | None:
    """The row of a decision, whose hash was the head of the log then; None where it was taken before there was a log."""
    return next((row for row in rows(tx, commitment) if row.content.get("decision") == decision), None)


def verify(tx: Transaction, noted: str = "") -> tuple[int, list[Broken]]:
    """How many rows there are, and those that are not what was written: changed, taken out before, or put in between.

    The last rows may be gone without a trace in the others: so every decision must have its row, and `noted`, the beginning
    of a head that was noted earlier, must be that of a row.
    """
    broken = []
    before, number, count = BEGINNING, 0, 0
    sealed: dict[str, Mapping[str, Any] | None] = {}  # None where what a row tells is not what was written
    undone: set[str] = set()
    was_noted = not noted
    for row in tx.execute(select(audit).order_by(_a.id)):
        count += 1
        was_noted |= row.hash.startswith(noted)
        content = _read(row.content)
        is_written = _seal(row.previous, row.commitment, row.content) == row.hash
        if isinstance(decision := content.get("decision"), str):
            if content.get("action") == "undo":
                undone.add(decision)
            else:
                sealed.setdefault(decision, content if is_written else None)
        if row.previous != before:
            broken.append(Broken(id=row.id, reason=f"it does not follow row {number or 'nothing'} as it is: {_GONE}"))
        elif not is_written:
            broken.append(Broken(id=row.id, reason="its content is not what was sealed"))
        before, number = row.hash, row.id
    if not was_noted:
        broken.append(
            Broken(id=None, reason=f"no row has the head {noted}: rows were taken off the end, or sealed anew")
        )
    return count, [*broken, *_unsealed(tx, sealed, undone)]


def _unsealed(tx: Transaction, sealed: Mapping[str, Mapping[str, Any] | None], undone: Set[str]) -> Iterator[Broken]:
    """The decisions in force that no row tells of, or that are not what theirs tells, and those told of that are not there."""
    p = proposals.c
    wanted = select(p.id, p.decision_id, p.outcome, p.reason, p.target, p.decided_by, p.decided_name, p.decided_at)
    found = set()
    for row in tx.execute(wanted.where(p.outcome.is_not(None)).order_by(p.id)):
        found.add(row.decision_id)
        told = sealed.get(row.decision_id)
        if row.decision_id not in sealed:
            yield Broken(id=None, reason=f"no row tells of decision {row.decision_id} on proposal {row.id}")
        elif told and _as_told(row) != tuple(told.get(name) for name in _TOLD):
            reason = f"decision {row.decision_id} on proposal {row.id} is not what its row tells"
            yield Broken(id=None, reason=reason)
    for decision in sorted(sealed.keys() - undone - found):
        yield Broken(id=None, reason=f"decision {decision} is there no longer, and no row tells that it was undone")


_TOLD = ("outcome", "reason", "target", "by", "name", "at")
"""What a row tells of a decision."""


def _as_told(row: Any) -> tuple[str | None, ...]:
    """The same of a decision as it stands."""
    at = row.decided_at.astimezone(UTC).isoformat(timespec="microseconds")
    target = row.target.isoformat() if row.target else None
    return row.outcome, row.reason, target, row.decided_by, row.decided_name, at


def _read(text: str) -> Mapping[str, Any]:
    """A row's content; where somebody made something else of it, that as it stands."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {"unreadable": text}


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _seal(previous: str, commitment: int | None, text: str) -> str:
    about = "" if commitment is None else commitment
    return hashlib.sha256(f"{previous}\n{about}\n{text}".encode()).hexdigest()
