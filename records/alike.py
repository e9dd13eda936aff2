"""Near-duplicates: records of one letter that share most of their text (同段承諾)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TypeVar

from records.words import fold, pairs

Key = TypeVar("Key", bound=Hashable)

SHARED = 0.6
"""The share of the shorter promise's pairs that two records of one letter must have in common to count as one."""


def groups(promises: Iterable[tuple[Key, str | None, str]]) -> dict[Key, Key]:
    """Group (key, letter, promise) triples: each key that has a near-duplicate → the first key of its group."""
    by_letter: dict[str, list[tuple[Key, str]]] = defaultdict(list)
    for key, letter, promise in promises:
        if letter and promise:
            by_letter[letter].append((key, promise))
    found: dict[Key, Key] = {}
    for members in by_letter.values():
        if len(members) == 1:
            continue
        texts = [(key, frozenset(pairs(fold(promise)))) for key, promise in members]
        for at, (key, text) in enumerate(texts):
            for other, other_text in texts[:at]:
                if len(text & other_text) >= SHARED * min(len(text), len(other_text)):
                    found[key] = found.setdefault(other, other)
                    break
    return found
