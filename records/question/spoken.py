"""How people say what the question language writes otherwise, put into its words before they are read.

The rules stand by their subject, each beside an example; which ones are used first is said here alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from records.question.spoken_dates import DATES, LENGTHS
from records.question.spoken_exclusions import EXCLUSIONS
from records.question.spoken_phrases import AGENCIES, PHRASES
from records.question.spoken_pieces import Spoken
from records.question.spoken_states import STATES

RULES = (*EXCLUSIONS, *LENGTHS, *DATES, *PHRASES, *STATES, *AGENCIES)
"""In the order in which they are used, each on what the ones before it made of a text."""


def as_written(typed: str, rules: Iterable[Spoken] = RULES) -> str:
    """Put what people say as questions write it; the signs of the text must be normal already (NFKC)."""
    for rule in rules:
        typed = rule.pattern.sub(rule.meant, typed)
    return typed
