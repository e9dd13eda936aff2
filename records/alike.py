"""Near-duplicates: records of one letter that share most of their text (同段承諾)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from operator import add
from typing import TypeVar

from records.words import fold

Key = TypeVar("Key", bound=Hashable)

SHARED = 0.7
"""The share of the shorter promise's pairs of characters that two records of one letter must have in common.

Read by eye on the real records: of the 26 pairs that only this rule finds beside a share of 0.4 of both texts together,
25 tell one promise in short and at length; of the 18 pairs between 0.6 and 0.7 half are two promises of one paragraph
(中油 and 中鋼 carbon-neutral by the same year), which must not be folded into one.
"""


def groups(promises: Iterable[tuple[Key, str | None, str]]) -> dict[Key, Key]:
    """Group (key, letter, promise) triples: each key that has a near-duplicate → the first key of its group.

    Two that are alike to a third are of one group.
    """
    by_letter: dict[str, list[tuple[Key, str]]] = defaultdict(list)
    for key, letter, promise in promises:
        if letter and promise:
            by_letter[letter].append((key, promise))
    found: dict[Key, Key] = {}
    for members in by_letter.values():
        if len(members) == 1:
            continue
        texts = [(key, _pairs(promise)) for key, promise in members]
        for at, (key, text) in enumerate(texts):
            alike = {found.get(other, other) for other, other_text in texts[:at] if _is_alike(text, other_text)}
            if not alike:
                continue
            first = next(other for other, _ in texts if other in alike)
            found |= {other: first for other, of in found.items() if of in alike}
            found |= dict.fromkeys([*alike, key], first)
    return found


def _is_alike(text: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(text), len(other))
    return shorter > 0 and len(text & other) >= SHARED * shorter


def _pairs(promise: str) -> frozenset[str]:
    """Every two neighbouring characters, punctuation and blanks aside."""
    bare = re.sub(r"\W", "", fold(promise))
    return frozenset(map(add, bare, bare[1:])) or frozenset(bare)
