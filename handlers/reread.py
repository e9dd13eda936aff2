"""A commitment's record once more: what the columns do not hold is read from its file as it was last read well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from records.parse import parse
from records.record import Record
from records.status import Standing
from store import texts
from store.engine import Transaction


def record_of(tx: Transaction, standing: Standing) -> Record:
    """One commitment's record."""
    return records_of(tx, [standing])[standing.key]


def records_of(tx: Transaction, standings: Sequence[Standing]) -> dict[int, Record]:
    """The records of some commitments, by key."""
    held = texts.find(tx, [one.key for one in standings])
    return {one.key: _read(one.path, held[one.key]) for one in standings}


@lru_cache(maxsize=128)  # one press reads its record twice, and each copy of its card once more
def _read(path: str, text: str) -> Record:
    return parse(path, text)
