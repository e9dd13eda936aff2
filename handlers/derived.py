"""What the store keeps of a record: the columns that follow from its text, and from the letters that are held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from records.agencies import directory_digest
from records.flags import Flag, cited_as_done, doubt_score, other_years, read_deadline, unsupported, verdict_flags
from records.letters import Letter, asking_legislators
from records.provisos import provisos
from records.record import Record
from records.third_party import find_third_party
from store.commitments import FlagColumn, RecordColumns, join_names
from store.letters import HeldLetter

_DERIVATION = "19"
"""Raised when the same text is read otherwise than before: every file is then read over."""


@cache
def way_of_reading() -> str:
    """What the columns depend on besides the text: another one reads every file over."""
    return f"{_DERIVATION}:{directory_digest()}"


def letters_of(record: Record) -> Iterable[Letter]:
    """The letter the record was taken from, and those its entries rest on."""
    return (record.letter, *(citation.letter for citation in record.citations))


def letter_rows(record: Record) -> list[dict[str, Any]]:
    """What a record tells of its letters, as the store keeps it."""
    return [
        {
            "key": letter.key,
            "date": letter.date,
            "url": letter.url,
            "subject": letter.subject,
            "text": letter.text,
            "ordinal": letter.ordinal,
        }
        for letter in letters_of(record)
        if letter.key
    ]


def tells(record: Record) -> set[tuple[str, str, object]]:
    """All that a record tells of its letters, as (letter, column, value)."""
    return {(row["key"], name, value) for row in letter_rows(record) for name, value in row.items() if value}


def doubts(row: RecordColumns) -> int:
    """How doubtful the verdict is of a record with these columns: the order of review."""
    return doubt_score({flag["flag"] for flag in row["flags"]}, unsupported=row["unsupported"])


def derive(record: Record, held: Mapping[str, HeldLetter]) -> RecordColumns:
    """The columns of a record; `held` are those of its letters whose body is held, by key."""
    letter = record.letter
    own = held.get(letter.key or "")
    subject, body = (own.subject, own.text) if own else ("", "")
    deadline = read_deadline(record, body)
    cited = {citation.letter.key for citation in record.verdicts}
    texts = {key: held[key].full_text for key in cited if key and key in held}
    doubt = deadline.doubt
    return {
        "path": record.path,
        "id": record.id,
        "title": record.title,
        "category": record.category,
        "agency_text": record.agency_text,
        # a record may hold less of its letter than another one that was taken from it
        "legislators": join_names(letter.legislators or asking_legislators(subject, body)),
        "recorded": record.status,
        "target": record.target,
        "target_text": record.target_text,
        "deadline": deadline.kind,
        "doubt": _flag(doubt) if doubt else None,
        "settled": None,
        "other_years": list(other_years(record, deadline)),
        "letter_key": letter.key,
        "letter_number": letter.number,
        "letter_date": letter.date,
        "letter_ordinal": letter.ordinal or (own.ordinal if own else None),
        "url": letter.url,
        "unsupported": unsupported(record),
        "cited_as_done": cited_as_done(record),
        "conditional": bool(provisos(record.promise)),
        "third_party": find_third_party(record.promise),
        "flags": [_flag(one) for one in verdict_flags(record, texts)],
        "searched": record.searched(),
        "last_updated": record.data_day,
    }


def _flag(flag: Flag) -> FlagColumn:
    return {"flag": flag.flag, "left": flag.left, "right": flag.right}
