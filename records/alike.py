"""Near-duplicates: records of one letter that share most of their text (同段承諾)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations, product
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


MOST = 400
"""Records of one letter that are compared, each with each: the real letter that has the most has 26."""


COMPARED = 4000
"""Characters of a promise that are compared: the longest real one has 264, and pairs of megabytes took gigabytes."""


def groups(promises: Iterable[tuple[Key, str | None, str]]) -> dict[Key, Key]:
    """Group (key, letter, promise) triples: each key that has a near-duplicate → the first key of its group.

    All of a group are alike: a promise that holds two others is of the group that it shares more with, and ties no two
    together that share nothing.
    """
    by_letter: dict[str, list[tuple[Key, str]]] = defaultdict(list)
    for key, letter, promise in promises:
        if letter and promise:
            by_letter[letter].append((key, promise[:COMPARED]))
    found: dict[Key, Key] = {}
    for members in by_letter.values():
        if 1 < len(members) <= MOST:
            for keys in _grouped(members):
                found |= dict.fromkeys(keys, keys[0])
    return found


def _grouped(members: Sequence[tuple[Key, str]]) -> list[list[Key]]:
    """The keys of each group of one letter's (key, promise), in order: first those together that share the most.

    It goes by what they say and not by when they came: a store that grew night by night groups as one that is loaded anew.
    """
    texts = [_pairs(promise) for _, promise in members]
    alike = {
        (one, other): len(texts[one] & texts[other])
        for one, other in combinations(range(len(members)), 2)
        if _is_alike(texts[one], texts[other])
    }
    group = {place: {place} for place in range(len(members))}
    for one, other in sorted(alike, key=lambda pair: (-alike[pair], *sorted(members[place][1] for place in pair))):
        mine, theirs = group[one], group[other]
        if mine is not theirs and all((min(pair), max(pair)) in alike for pair in product(mine, theirs)):
            mine |= theirs
            group |= dict.fromkeys(theirs, mine)
    places = {id(some): sorted(some) for some in group.values() if len(some) > 1}
    return [[members[place][0] for place in some] for some in places.values()]


def _is_alike(text: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(text), len(other))
    return shorter > 0 and len(text & other) >= SHARED * shorter


def _pairs(promise: str) -> frozenset[str]:
    """Every two neighbouring characters, punctuation and blanks aside."""
    bare = re.sub(r"\W", "", fold(promise))
    return frozenset(map(add, bare, bare[1:])) or frozenset(bare)
