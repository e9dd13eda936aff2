"""What is wrong in the records as a whole, beside what is wrong in a single file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from records.agencies import directory
from records.problems import Problem
from records.record import Record
from records.source import Reading

NAMED = 5
"""Other files of the same id, or other days of a letter, that a problem names."""


def find_problems(readings: Iterable[Reading]) -> list[Problem]:
    """Every problem, by path: those of single files, shared ids, agencies that the directory does not know, letters of two days.

    The readings are let go of one by one: all of them together may be more than there is memory for.
    """
    problems: list[Problem] = []
    ids: list[tuple[str, str, str]] = []
    dated: list[_Dated] = []
    for reading in readings:
        problems += reading.problems
        if record := reading.record:
            front = reading.text.partition("\n---")[0]
            ids.append((reading.path, record.id, front))
            problems += unknown_agencies([(reading.path, record.agency_text, front)])
            dated += _dated_letters(record, reading.text)
    return in_order([*problems, *shared_ids(ids), *_letter_days(dated)])


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


class _Dated(NamedTuple):
    """The day that a file gives a letter, and where."""

    letter: str
    day: date
    path: str
    line: int
    field: str


def _dated_letters(record: Record, text: str) -> Iterator[_Dated]:
    """The days of a record's letters; of one that it cites several times each day once."""
    named = [("ey_number", record.letter), *(("文件編號", citation.letter) for citation in record.citations)]
    for (number, day), field in {(letter.number, letter.date): field for field, letter in reversed(named)}.items():
        if number and day:
            digits = number.removesuffix("號")[-10:]
            yield _Dated(number, day, record.path, text.count("\n", 0, max(text.find(digits), 0)) + 1, field)


def _letter_days(dated: Iterable[_Dated]) -> Iterator[Problem]:
    """A problem for each file that gives a letter another day than most files do: one of the real letters has two.

    Two letters may stand under one number then, and the words of one be taken for the other's.
    """
    of_letter: dict[str, list[_Dated]] = defaultdict(list)
    for one in dated:
        of_letter[one.letter].append(one)
    for letter, group in of_letter.items():
        days = Counter(one.day for one in group).most_common(2)
        if len(days) == 1:
            continue
        usual = days[0][0] if days[0][1] > days[1][1] else None
        for one in group:
            if one.day != usual:
                others = "、".join(sorted({str(other.day) for other in group} - {str(one.day)})[:NAMED])
                reason = (
                    f"the letter is of {one.day} here and of {others} elsewhere: is the day mistyped, or the number?"
                )
                yield Problem(
                    path=one.path, line=one.line, field=one.field, code="letter_days", value=letter, reason=reason
                )


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by path, line and field."""
    return sorted(problems, key=lambda problem: (problem.path, problem.line, problem.field))


def _line_of(field: str, text: str) -> int:
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"{field}:")), 1)
