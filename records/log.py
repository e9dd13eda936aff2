"""The tracking log of a record (追蹤紀錄) → its entries."""

from __future__ import annotations

import re
from functools import lru_cache

from records.dates import read_day
from records.record import Entry

HEADING = re.compile(r"(\S+) +\[([^\]\n]+)\]")
"""What stands behind ### in an entry's first line: its day, and the word for what it is."""

_LONGEST_KNOWN = 20_000
"""Characters of the longest log whose entries are remembered: the longest real one has 9,400, a hostile one a million."""


def read_log(log: str) -> tuple[Entry, ...]:
    """The log's entries; a heading of another form goes on with the entry before it."""
    entries: list[tuple[str, str, list[str]]] = []
    for part in f"\n{log}".split("\n### ")[1:]:
        first, _, text = part.partition("\n")
        if heading := HEADING.fullmatch(first.strip()):
            entries.append((heading[1], heading[2], [text]))
        elif entries:
            entries[-1][2].append(part)
    read = _known_entry if len(log) <= _LONGEST_KNOWN else _entry
    return tuple(read(day, heading, "\n### ".join(texts).strip()) for day, heading, texts in entries)


def _entry(day_text: str, heading: str, text: str) -> Entry:
    return Entry(date=read_day(day_text), heading=heading, fields=_fields(text), text=text)


_known_entry = lru_cache(maxsize=2048)(_entry)
"""A night's new readings repeat most entries of the old ones, which are compared with them."""


def _fields(text: str) -> dict[str, str]:
    """An entry's 「**name**：value」 lines; a value may go on below."""
    fields: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}  # those that what follows goes on with: a second field of a name is lost
    last = ""
    for line in text.split("\n"):
        name, colon, value = line[2:].partition("**：" if "**：" in line else "**:")
        if colon and name and line.startswith("**") and "*" not in name:
            values = {} if name in fields else fields
            values[name], last = [value.strip()], name
        elif last:
            values[last].append(line.strip())
    return {name: "\n".join(lines).strip() for name, lines in fields.items()}
