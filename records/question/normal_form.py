"""A question's normal form, as `str(Query)` prints it, read back as the same Query.

Kept questions are read so: what they ask does not change with the words that people come to ask with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from records import spans
from records.agencies import directory
from records.query import COMPARISONS, CONDITIONS, Query
from records.question.lexicon import FLAG_WORDS
from records.record import EFFECTIVE_STATUSES

_PART = re.compile(r'(?P<minus>-)?(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^\s"]\S*))(?:\s+|$)')
_TUPLES = {
    "category": "categories",
    "status": "statuses",
    "legislator": "legislators",
    "evidence": "evidence_in",
    "is": "conditions",
    "flag": "flags",
    "id": "ids",
    "letter": "letters",
    "gazette": "gazettes",
    "fulltext": "in_letters",
}
"""Fields whose values stand in a Query as they are printed."""

_KNOWN = {"status": frozenset(EFFECTIVE_STATUSES), "is": frozenset(CONDITIONS), "flag": frozenset(FLAG_WORDS)}
"""Fields that have no other values."""

_SWITCHES = {"itself-only": "only_itself", "state-owned": "state_owned"}
_COMPARISON = re.compile(rf"({'|'.join(sorted(COMPARISONS, key=len, reverse=True))})(\d{{4}}-\d\d-\d\d)", re.ASCII)


class _Part(NamedTuple):
    minus: bool
    field: str
    value: str


def read_normal_form(text: str) -> Query:
    """The Query that printed a text; agencies that got another name since stand by that. Raises ValueError for another text."""
    values: dict[str, list[object]] = defaultdict(list)
    switches: dict[str, Any] = {}
    for part in _parts(text):
        if part.minus and part.field:
            values["without"].append(Query(**_read(part)))
        elif part.field == "with" and part.value in _SWITCHES:
            switches[_SWITCHES[part.value]] = True
        else:
            for name, found in _read(part).items():
                values[name] += found
    read: dict[str, Any] = {name: tuple(found) for name, found in values.items()}
    return Query(**switches, **read)


def _parts(text: str) -> Iterator[_Part]:
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or (found["bare"] and not found["field"]):
            raise ValueError(f"no question in its normal form: {text[at : at + 40]}")
        value = found["bare"] or found["quoted"].replace('""', '"')
        yield _Part(bool(found["minus"]), found["field"] or "", value)
        at = found.end()


def _read(part: _Part) -> dict[str, Any]:
    """One filter as fields of a Query and their values."""
    if not part.field:
        return {"excluded" if part.minus else "words": (part.value,)}
    if part.field == "agency":
        return {"agencies": (directory().find(part.value) or part.value,)}
    if part.field == "due":
        return _read_due(part.value)
    name = _TUPLES.get(part.field)
    is_known = part.value in _KNOWN.get(part.field, (part.value,)) and part.value
    if name is None or not is_known or (part.field == "evidence" and not spans.is_span(part.value)):
        raise ValueError(f"no filter in its normal form: {part.field}:{part.value}")
    return {name: (part.value,)}


def _read_due(value: str) -> dict[str, Any]:
    if spans.is_span(value):
        return {"due_in": (value,)}
    if found := _COMPARISON.fullmatch(value):
        return {"due": ((found[1], date.fromisoformat(found[2])),)}
    first, _, last = value.partition("..")  # one word, as what is left out is
    return {"due": ((">=", date.fromisoformat(first)), ("<=", date.fromisoformat(last)))}
