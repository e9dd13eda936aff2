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

    All of a group are alike: a promise that holds two others is of the group that it shares more with, and ties no two
    together that share nothing.
    """
    by_letter: dict[str, list[tuple[Key, str]]] = defaultdict(list)
    for key, letter, promise in promises:
        if letter and promise:
            by_letter[letter].append((key, promise))
    found: dict[Key, Key] = {}
    for members in by_letter.values():
        if len(members) == 1:
            continue
        made: list[list[tuple[Key, frozenset[str]]]] = []
        for key, promise in members:
            text = _pairs(promise)
            fitting = [group for group in made if all(_is_alike(text, other) for _, other in group)]
            if fitting:
                max(fitting, key=lambda group: sum(len(text & other) for _, other in group)).append((key, text))
            else:
                made.append([(key, text)])
        found |= {key: group[0][0] for group in made if len(group) > 1 for key, _ in group}
    return found


def _is_alike(text: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(text), len(other))
    return shorter > 0 and len(text & other) >= SHARED * shorter


def _pairs(promise: str) -> frozenset[str]:
    """Every two neighbouring characters, punctuation and blanks aside."""
    bare = re.sub(r"\W", "", fold(promise))
    return frozenset(map(add, bare, bare[1:])) or frozenset(bare)
