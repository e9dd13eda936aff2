"""Where records come from: what every source gives, and what is wrong with what it gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from records.decision import Decision
from records.parse import examine
from records.problems import Problem, UnreadableRecordError
from records.record import Record

MAX_BYTES = 1 << 20
"""Larger files are refused: the largest real record has 29 kB."""


class SourceError(Exception):
    """The records can't be reached at all; the text says what to check."""


LONGEST_PATH = 1000
"""Bytes of a file's path; the longest real one has 57. PostgreSQL finds none by one of 2,700."""

_SHOWN = 200

LINK = "link:"
"""How the digest of a file begins that is a link to another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file as it was read: `record` is None where it was unreadable, and then `problems` says why.

    `digest` is what the source knows the file's content by; empty where there was no content to read.
    """

    path: str
    text: str
    digest: str
    record: Record | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How a source differs from what is known of it.

    `gone` are known paths that are there no more; `readings` are the files that are new or have another digest, read one
    by one as they are asked for, by path. `revision` is what the source as a whole is known by, where it has such a name.
    """

    revision: str | None
    gone: Sequence[str]
    readings: Iterable[Reading]


class Source(Protocol):
    """A place that holds records."""

    @property
    def place(self) -> str:
        """Where its paths begin, without secrets: of another place the same paths are other files."""

    def read(self, revision: str | None, known: Mapping[str, str]) -> Snapshot:
        """What differs from `known` (path → digest) at `revision`, as they were last read; raises SourceError."""

    def write(self, path: str, decision: Decision) -> None:
        """Write a decision into its file, once.

        Raises EditError where it can't be written at all, SourceError where it may be tried again.
        """


def shown(path: bytes) -> str:
    """A path as text, by which the store knows its file: itself, or where that can't be, what is readable of it and a mark.

    The mark tells it from every other path that looks alike: it can't be where it is no UTF-8, or too long to be found by.
    """
    text = path.decode("utf-8", "backslashreplace")
    if text.encode() == path and len(path) <= LONGEST_PATH:
        return text
    return f"{text[:_SHOWN]}~{hashlib.sha256(path).hexdigest()[:12]}"


def check_path(path: bytes) -> tuple[str, str] | None:
    """Why a file of such a path is not read, as (code, reason); None where it may be."""
    if len(path) > LONGEST_PATH:
        return "file_name", f"the path has more than {LONGEST_PATH} bytes: rename it"
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return "file_name", "the file's name is not UTF-8: rename it"
    return None


def name_revision(digests: Mapping[str, str]) -> str:
    """What the files of a source without a name of its own are known by: twelve hexadecimal digits."""
    whole = hashlib.sha256()
    for path in sorted(digests):
        whole.update(f"{path}\0{digests[path]}\0".encode())
    return whole.hexdigest()[:12]


def read_text(path: str, text: str, digest: str = "") -> Reading:
    """Read one file's text."""
    if "\0" in text:
        return refused(path, "nul", "the file holds a NUL character", digest)
    try:
        record, problems = examine(path, text)
    except UnreadableRecordError as unreadable:
        return Reading(path=path, text=text, digest=digest, record=None, problems=(unreadable.problem,))
    return Reading(path=path, text=text, digest=digest, record=record, problems=problems)


def read_bytes(path: str, content: bytes, digest: str) -> Reading:
    """Read one file's content."""
    if len(content) > MAX_BYTES:
        return refused(path, "too_large", f"a record has at most {MAX_BYTES} bytes", digest)
    try:
        return read_text(path, content.decode("utf-8"), digest)
    except UnicodeDecodeError as reason:
        return refused(path, "not_utf8", f"byte {reason.start} is not UTF-8", digest)


def refused(path: str, code: str, reason: str, digest: str = "") -> Reading:
    """A file that is not read at all, and why."""
    problem = Problem(path=path, line=1, field="file", code=code, value="", reason=reason)
    return Reading(path=path, text="", digest=digest, record=None, problems=(problem,))
