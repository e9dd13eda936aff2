"""Who may settle verdicts by an admin's word, besides those named in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from store.engine import Transaction, insert_new
from store.schema import reviewers

_r = reviewers.c
_SCOPES = select(_r.scope).where(_r.platform == bindparam("platform"), _r.id == bindparam("id")).order_by(_r.scope)

EVERYWHERE = ""
"""The scope of who may settle any verdict; others are `agency:…` and `category:…`."""


def grant(tx: Transaction, platform: str, id_: str, scope: str, by: str, at: datetime) -> bool:
    """Let a person settle verdicts in a scope; False where they may already."""
    row = {"platform": platform, "id": id_, "scope": scope, "granted_by": by, "granted_at": at}
    fresh = insert_new(tx, reviewers).values(**row).on_conflict_do_nothing().returning(_r.scope)
    return tx.execute(fresh).first() is not None


def revoke(tx: Transaction, platform: str, id_: str, scopes: Sequence[str]) -> list[str]:
    """Take back some scopes that a person was granted; those that were taken back."""
    held = delete(reviewers).where(_r.platform == platform, _r.id == id_, _r.scope.in_(scopes))
    return sorted(tx.scalars(held.returning(_r.scope)))


def scopes(tx: Transaction, platform: str, id_: str) -> list[str]:
    """Where a person may settle verdicts."""
    return list(tx.scalars(_SCOPES, {"platform": platform, "id": id_}))


def everyone(tx: Transaction) -> list[tuple[str, str, str]]:
    """(platform, id, scope) of every grant."""
    rows = tx.execute(select(_r.platform, _r.id, _r.scope).order_by(_r.platform, _r.id, _r.scope))
    return [(row.platform, row.id, row.scope) for row in rows]
