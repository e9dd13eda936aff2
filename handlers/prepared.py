"""What was read, compared with what the store knows: all that can be told before anything is written."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from records.agencies import directory_digest
from records.changes import Change, compare
from records.flags import cited_as_done, read_deadline, unsupported, verdict_flags
from records.parse import parse
from records.record import Record
from records.source import Reading
from records.words import search_text
from store import commitments, proposals
from store.commitments import Known, join_names
from store.engine import Transaction

_DERIVATION = "2"
"""Raised when the same text is read otherwise than before: every record is then taken over anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file that the store does not know, and the columns that follow from it."""

    record: Record
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A file that reads otherwise than before, moved, or came back."""

    known: Known
    record: Record
    row: Mapping[str, Any]
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was read, compared with what the store `known`: all that can be told before anything is written."""

    known: Sequence[Known]
    readings: Sequence[Reading]
    arrived: Sequence[Arrived]
    changed: Sequence[Changed]
    removed: Sequence[Known]
    relocated: int

    @property
    def taken(self) -> list[Record]:
        """The records that are new or read otherwise."""
        return [item.record for item in self.arrived] + [item.record for item in self.changed]


def prepare(tx: Transaction, readings: Sequence[Reading]) -> Prepared:
    """Compare what was read with the store. Files match by path, then by id among vanished paths.

    A file that moves so keeps its watches and decisions; an unreadable one keeps its last good reading.
    """
    known = commitments.known(tx)
    texts = {r.record.letter.key: r.record.letter.text for r in readings if r.record and r.record.letter.text}
    full_texts = {
        r.record.letter.key or "": r.record.letter.full_text for r in readings if r.record and r.record.letter.text
    }
    by_path = {item.path: item for item in known}
    present = {reading.path for reading in readings}
    vanished: dict[str, list[Known]] = defaultdict(list)
    for item in known:
        if not item.removed and item.path not in present:
            vanished[item.id].append(item)
    arrived: list[Arrived] = []
    matched: list[tuple[Known, Record, Mapping[str, Any]]] = []
    for reading in readings:
        if (record := reading.record) is None:
            continue
        same = by_path.get(reading.path)
        if same is not None and same.digest == _digest(reading.text, record, texts) and not same.removed:
            continue
        row = _derive(reading, record, texts, full_texts)
        if same is not None:
            matched.append((same, record, row))
        elif vanished[record.id]:
            matched.append((vanished[record.id].pop(), record, row))
        else:
            arrived.append(Arrived(record=record, row=row))
    return Prepared(
        known=known,
        readings=readings,
        arrived=arrived,
        changed=_compare(tx, matched),
        removed=[item for items in vanished.values() for item in items],
        relocated=sum(item.path != record.path for item, record, _ in matched),
    )


def _compare(tx: Transaction, matched: Sequence[tuple[Known, Record, Mapping[str, Any]]]) -> list[Changed]:
    keys = [item.key for item, _, _ in matched]
    old_texts = commitments.texts(tx, keys)
    seen = commitments.seen_letters(tx, keys)
    ours = proposals.decision_ids(tx)
    found = []
    for item, record, row in matched:
        old, _ = parse(item.path, old_texts[item.key])
        change = compare(old, record, seen=seen.get(item.key, frozenset()), decision_ids=ours)
        found.append(Changed(known=item, record=record, row=row, change=change))
    return found


def _digest(text: str, record: Record, texts: Mapping[str | None, str]) -> str:
    """What a reading is known by: the text, the way it is read, and which of its letters' texts are held somewhere."""
    held = [key for key in (record.letter.key, *(c.letter.key for c in record.citations)) if texts.get(key)]
    return hashlib.sha256(f"{_reading()}:{held}\n{text}".encode()).hexdigest()


@cache
def _reading() -> str:
    return f"{_DERIVATION}:{directory_digest()}"


def revision(readings: Iterable[Reading]) -> str:
    """What the records as a whole are known by: twelve hexadecimal digits of their paths and texts."""
    whole = hashlib.sha256()
    for reading in readings:
        whole.update(f"{reading.path}\0{reading.text}\0".encode())
    return whole.hexdigest()[:12]


def _derive(
    reading: Reading, record: Record, texts: Mapping[str | None, str], full_texts: Mapping[str, str]
) -> dict[str, Any]:
    """The columns that follow from a file's text and from what is held of the letters it names."""
    deadline = read_deadline(record, texts.get(record.letter.key, ""))
    summaries = [citation.summary for citation in record.citations]
    doubt = deadline.doubt
    return {
        "path": reading.path,
        "id": record.id,
        "title": record.title,
        "category": record.category,
        "agency_text": record.agency_text,
        "legislators": join_names(record.letter.legislators),
        "recorded": record.status,
        "target": record.target,
        "target_text": record.target_text,
        "deadline": deadline.kind,
        "doubt": {"flag": doubt.flag, "left": doubt.left, "right": doubt.right} if doubt else None,
        "letter_key": record.letter.key,
        "letter_number": record.letter.number,
        "letter_date": record.letter.date,
        "letter_ordinal": record.letter.ordinal,
        "url": record.letter.url,
        "unsupported": unsupported(record),
        "cited_as_done": cited_as_done(record),
        "flags": [{"flag": f.flag, "left": f.left, "right": f.right} for f in verdict_flags(record, full_texts)],
        "searched": search_text([record.title, record.promise, *summaries, record.agency_text, record.target_value]),
        "digest": _digest(reading.text, record, texts),
        "text": reading.text,
    }
