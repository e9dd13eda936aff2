"""Each commitment's file as it was last read well: apart, for it is long, and a status changes more often than it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from store.engine import Transaction, batched, insert_rows, update_rows
from store.schema import commitments, texts

_FOUND = select(texts).where(texts.c.commitment.in_(bindparam("keys", expanding=True)))


def add(tx: Transaction, of: Mapping[int, str]) -> None:
    """Keep the files of new commitments."""
    insert_rows(tx, texts, [{"commitment": key, "text": text} for key, text in of.items()])


def change(tx: Transaction, of: Mapping[int, str]) -> None:
    """Keep how files of commitments read now."""
    update_rows(tx, texts, [{"commitment": key, "text": text} for key, text in of.items()], by="commitment")


def find(tx: Transaction, keys: Sequence[int]) -> dict[int, str]:
    """The files of some commitments, removed ones too."""
    return {row.commitment: row.text for some in batched(keys) for row in tx.execute(_FOUND, {"keys": some})}


def with_paths(tx: Transaction, keys: Sequence[int]) -> list[tuple[int, str, str]]:
    """(key, path, file) of some commitments."""
    wanted = select(commitments.c.key, commitments.c.path, texts.c.text).join(texts)
    return [
        (row.key, row.path, row.text)
        for some in batched(keys)
        for row in tx.execute(wanted.where(commitments.c.key.in_(some)))
    ]
