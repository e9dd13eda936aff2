"""Text of a record file → Record. Anything that can't be read is reported with path, line, field, value and reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from records import front_matter, oddities
from records.dates import UnreadableDateError, read_day, read_target
from records.letters import LONGEST_ADDRESS, Letter, read_citation, read_letter, split_reply
from records.log import read_log
from records.problems import UNPRINTED, Problem, UnreadableRecordError
from records.record import RECORDED_STATUSES, Citation, Entry, Record
from records.words import clean

_KNOWN_BY = ("id", "category", "responsible_agency")
"""Fields by which records are found."""

LONGEST_VALUE = 500
"""Characters of such a field; the longest real one has 36. PostgreSQL finds nothing by a value of 2,700 bytes."""


class _Read(NamedTuple):
    """A record, and the parts of its file: the values of its front matter, what stands below, and that by its headings."""

    record: Record
    fields: Mapping[str, object]
    body: str
    sections: Mapping[str, str]


def parse(path: str, text: str) -> Record:
    """Read one file's text. Raises UnreadableRecordError where there is no record in it."""
    return _read(path, text).record


def examine(path: str, text: str) -> tuple[Record, tuple[Problem, ...]]:
    """Read one file's text, and find the problems that leave the record usable (an unreadable date).

    Raises UnreadableRecordError where there is no record in it.
    """
    record, fields, body, sections = _read(path, text)
    return record, oddities.find(text, fields, body, sections, record)


def _read(path: str, text: str) -> _Read:
    readable = text.removeprefix("\ufeff")
    fields, body = front_matter.split(path, readable)

    def value(name: str) -> str | None:
        return _text(path, text, name, fields.get(name))

    def required(name: str) -> str:
        found = value(name)
        if found is None or not any(unicodedata.category(sign)[0] in "LNPS" for sign in found):  # nothing can be seen
            raise _unreadable(path, text, name, "missing", "", f"`{name}` is empty: a record needs it")
        return found

    status = required("status")
    if status not in RECORDED_STATUSES:
        raise _unreadable(path, text, "status", "unknown_status", status, f"not one of {'、'.join(RECORDED_STATUSES)}")
    target_text = value("target_date") or None
    last_updated = value("last_updated") or ""
    sections = _sections(body)
    entries = read_log(sections.get("追蹤紀錄", ""))
    citations = tuple(_citation(entry) for entry in entries if entry.field("AI 判斷") or entry.field("文件編號"))
    record = Record(
        path=path,
        id=required("id"),
        title=required("title"),
        category=value("category") or "",
        status=status,
        target_text=target_text,
        target=_target(target_text),
        target_value=value("target_value") or None,
        agency_text=value("responsible_agency") or None,
        letter=_source_letter(path, text, fields.get("source"), sections.get("來源回覆", "")),
        promise=sections.get("承諾原文", ""),
        entries=entries,
        citations=citations,
        verdicts=tuple(citation for citation in citations if citation.is_verdict),
        last_updated=last_updated if read_day(last_updated) else "",
    )
    return _Read(record, fields, body, sections)


def _target(text: str | None) -> date | None:
    try:
        return read_target(text)
    except UnreadableDateError:
        return None


def _text(path: str, text: str, name: str, value: object) -> str | None:
    if isinstance(value, str):
        if not value.isprintable() and clean(value) != value:
            raise _unreadable(
                path, text, name, "unwritable", "", "holds a NUL or half a character: no database takes it"
            )
        if name in _KNOWN_BY and len(value) > LONGEST_VALUE:
            reason = f"has more than {LONGEST_VALUE} characters: is a quotation mark lost?"
            raise _unreadable(path, text, name, "too_long", value[:80], reason)
        # a title of two lines would look like two lines of an answer
        return value if value.isprintable() else UNPRINTED.sub(" ", value.strip("\n"))
    if value is None:
        return None
    # of 007 and 0o17 a number makes other texts
    if type(value) is int and re.search(rf"^[ \t]*{name}:[ \t]+{value}[ \t]*(?:#.*)?\r?$", text, re.MULTILINE):
        return str(value)
    raise _unreadable(path, text, name, "not_text", str(value)[:80], "not text: put the value in quotes")


def _source_letter(path: str, text: str, source: object, reply: str) -> Letter:
    if source is not None and not isinstance(source, Mapping):
        raise _unreadable(path, text, "source", "not_a_mapping", str(source)[:80], "`source` must hold named fields")
    fields = source or {}
    url = _text(path, text, "url", fields.get("url")) or ""
    return read_letter(
        _text(path, text, "ey_number", fields.get("ey_number")),
        url if len(url) <= LONGEST_ADDRESS else None,
        *split_reply(reply),
    )


def _sections(body: str) -> dict[str, str]:
    """Each 「## name」 section's text by name: of two of a name the first counts."""
    sections: dict[str, str] = {}
    for part in f"\n{body}".split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        sections.setdefault(name.strip(), text.strip())
    return sections


def _citation(entry: Entry) -> Citation:
    url = entry.field("來源連結").partition("\n")[0]
    return Citation(
        entry=entry, letter=read_citation(entry.field("文件編號"), url if len(url) <= LONGEST_ADDRESS else "")
    )


def _unreadable(path: str, text: str, field: str, code: str, value: str, reason: str) -> UnreadableRecordError:
    return UnreadableRecordError(Problem.found(path, text, field, code, value, reason))
