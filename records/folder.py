"""The folder source: every `*.md` below a folder, read whole, each file on its own."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from records.parse import parse
from records.record import Problem, Record, UnreadableRecordError
from records.words import clean

MAX_BYTES = 1 << 20
"""Larger files are refused: the largest real record has 29 kB."""


class SourceError(Exception):
    """The records can't be reached at all; the text says what to check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file as it was read: `record` is None where it was unreadable, and then `problems` says why."""

    path: str
    text: str
    record: Record | None
    problems: tuple[Problem, ...] = ()


def read_folder(folder: Path) -> list[Reading]:
    """Read every record of a folder, by path; raises SourceError where the folder is not there or not readable."""
    if not folder.is_dir():
        raise SourceError(f"there is no folder {folder}: set RECORDS to the folder that holds the records")
    root = folder.resolve()
    try:
        found = sorted(_record_files(folder, ""))
    except OSError as reason:
        raise SourceError(f"the records at {folder} can't be listed: {reason.strerror}") from reason
    return [_read_file(folder, path, root) for path in found]


def _record_files(folder: Path, below: str) -> Iterator[str]:
    """The path of every `*.md` under a folder; folders that are links are not entered."""
    with os.scandir(folder / below) as entries:
        for entry in entries:
            path = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _record_files(folder, f"{path}/")
            elif entry.name.endswith(".md"):
                yield path


def _read_file(folder: Path, path: str, root: Path) -> Reading:
    """Read one file; what can't be read comes back as a Reading with its problem."""
    if clean(path) != path:
        shown = path.encode("utf-8", "backslashreplace").decode()
        return _refused(shown, "file_name", "the file's name is not UTF-8: rename it")
    file = folder / path
    try:
        # a pipe would be waited for without end, so nothing is opened that is not there as a file
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _refused(path, "not_a_file", "not an ordinary file")
            content = stream.read(MAX_BYTES + 1)
        if file.is_symlink() and not file.resolve().is_relative_to(root):
            return _refused(path, "link", "the link leads outside the folder")
        if len(content) > MAX_BYTES:
            return _refused(path, "too_large", f"a record has at most {MAX_BYTES} bytes")
        return read_text(path, content.decode("utf-8"))
    except UnicodeDecodeError as reason:
        return _refused(path, "not_utf8", f"byte {reason.start} is not UTF-8")
    except (OSError, RuntimeError) as reason:
        return _refused(path, "not_readable", getattr(reason, "strerror", None) or str(reason))


def read_text(path: str, text: str) -> Reading:
    """Read one file's text."""
    if "\0" in text:
        return _refused(path, "nul", "the file holds a NUL character")
    try:
        record, problems = parse(path, text)
    except UnreadableRecordError as unreadable:
        return Reading(path=path, text=text, record=None, problems=(unreadable.problem,))
    return Reading(path=path, text=text, record=record, problems=problems)


def find_problems(readings: Sequence[Reading]) -> list[Problem]:
    """Every problem, by path: those of single files, and a shared id once for each file that has it."""
    sharing: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        if reading.record:
            sharing[reading.record.id].append(reading.path)
    shared = [
        Problem(
            path=path,
            line=_id_line(reading.text),
            field="id",
            code="shared_id",
            value=reading.record.id,
            reason="also the id of " + "、".join(other for other in sharing[reading.record.id] if other != path),
        )
        for reading in readings
        if reading.record and len(sharing[reading.record.id]) > 1
        for path in [reading.path]
    ]
    return sorted(
        [*shared, *(problem for reading in readings for problem in reading.problems)],
        key=lambda problem: (problem.path, problem.line, problem.field),
    )


def _id_line(text: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith("id:")), 1)


def _refused(path: str, code: str, reason: str) -> Reading:
    problem = Problem(path=path, line=1, field="file", code=code, value="", reason=reason)
    return Reading(path=path, text="", record=None, problems=(problem,))
