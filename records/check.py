"""What is wrong in the records as a whole, beside what is wrong in a single file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from records.agencies import directory
from records.problems import Problem
from records.source import Reading

NAMED = 5
"""Other files of the same id that a problem names."""


def find_problems(readings: Iterable[Reading]) -> list[Problem]:
    """Every problem, by path: those of single files, shared ids, and agencies that the directory does not know.

    The readings are let go of one by one: all of them together may be more than there is memory for.
    """
    problems: list[Problem] = []
    ids: list[tuple[str, str, str]] = []
    for reading in readings:
        problems += reading.problems
        if record := reading.record:
            front = reading.text.partition("\n---")[0]
            ids.append((reading.path, record.id, front))
            problems += unknown_agencies([(reading.path, record.agency_text, front)])
    return in_order([*problems, *shared_ids(ids)])


def shared_ids(files: Iterable[tuple[str, str, str]]) -> list[Problem]:
    """A problem for each of the (path, id, text) files that has another one's id."""
    sharing: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, id_, text in files:
        sharing[id_].append((path, text))
    return [
        Problem(
            path=path,
            line=_line_of("id", text),
            field="id",
            code="shared_id",
            value=id_,
            reason="also the id of " + _others(path, [other for other, _ in group]),
        )
        for id_, group in sharing.items()
        if len(group) > 1
        for path, text in group
    ]


def _others(path: str, paths: Sequence[str]) -> str:
    """The first few paths besides one, and how many more there are: a failing pipeline gives all its files one id."""
    shown = [other for other in paths[: NAMED + 1] if other != path][:NAMED]
    more = len(paths) - 1 - len(shown)
    return "、".join(shown) + (f" and {more} more" if more > 0 else "")


def unknown_agencies(files: Iterable[tuple[str, str | None, str]]) -> list[Problem]:
    """A problem for each name in the agency field of the (path, field, text) files that is no body of the directory."""
    return [
        Problem(
            path=path,
            line=_line_of("responsible_agency", text),
            field="responsible_agency",
            code="unknown_agency",
            value=name,
            reason="not in the agency directory" + "".join(f"; near: {near}" for near in directory().suggest(name)[:1]),
        )
        for path, field, text in files
        for name in directory().unknown(field)
    ]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by path, line and field."""
    return sorted(problems, key=lambda problem: (problem.path, problem.line, problem.field))


def _line_of(field: str, text: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"{field}:")), 1)
