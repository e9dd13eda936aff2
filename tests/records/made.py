"""Records, decisions and standings made to order for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from records.agencies import directory
from records.decision import Decision
from records.flags import read_deadline, unsupported, verdict_flags
from records.folder import Folder
from records.parse import parse
from records.record import Record
from records.source import Reading
from records.status import Standing
from tests.sample import record_text

TODAY = date(2026, 3, 2)


def record(**fields: Any) -> Record:
    """The record that a sample text with these fields reads as."""
    return parse("a.md", record_text(**fields))


def decision(**fields: Any) -> Decision:
    """A reviewer accepts the sample record's verdict; any part can be told otherwise."""
    accepted = Decision(
        id="d-1",
        record="11111111-aaaa-4bbb-8ccc-000000000001",
        outcome="accept",
        judged="追蹤中",
        by="王小明",
        day=date(2026, 3, 2),
        reason="看過公文",
        documents=("院臺專字第1139900021號",),
    )
    return replace(accepted, **fields)


def standing(of: Record) -> Standing:
    """A record as it stands where nobody decided anything."""
    return Standing(
        key=1,
        path=of.path,
        id=of.id,
        title=of.title,
        category=of.category,
        agencies=directory().resolve(of.agency_text),
        agency_text=of.agency_text,
        legislators=of.letter.legislators,
        status=of.status,
        recorded=of.status,
        reviewed="none",
        target=of.target,
        target_text=of.target_text,
        deadline=read_deadline(of, of.letter.text),
        letter_number=of.letter.number,
        letter_date=of.letter.date,
        letter_ordinal=of.letter.ordinal,
        url=of.letter.url,
        unsupported=unsupported(of),
        flags=verdict_flags(of, {}),
        alike=None,
        searched=of.searched(),
    )


def read_folder(folder: Path) -> list[Reading]:
    """Every record of a folder, by path."""
    return list(Folder(folder).read(None, {}).readings)
