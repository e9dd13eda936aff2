"""What a person needs to know about a file that is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Self, get_args

UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What would break a line, or tell a terminal something."""

OddCode = Literal[
    "unreadable_date",
    "missing_field",
    "missing_section",
    "section_twice",
    "unknown_section",
    "text_before_sections",
    "entry_heading",
    "entry_field",
    "entry_date",
    "letter_date",
    "not_quoted",
    "not_an_address",
    "unprintable",
    "byte_order_mark",
    "conflict",
    "no_verdict",
    "status_unchanged",
    "other_folder",
    "other_subject",
    "more",
]
"""What is odd in a file whose record can be used."""

CrossFileCode = Literal["shared_id", "unknown_agency", "letter_days"]
"""What is wrong with a record beside others, or the directory."""

_LEAVES_A_RECORD = frozenset((*get_args(OddCode), *get_args(CrossFileCode)))


def in_one_line(text: str) -> str:
    """A text as a terminal may print it: what would break a line, or tell it something, is written out."""
    return UNPRINTED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a file: where, which field, the value as it stands, and why it can't be used."""

    path: str
    line: int
    field: str
    code: str
    value: str
    reason: str

    @classmethod
    def found(cls, path: str, text: str, field: str, code: str, value: str, reason: str, *, at: str = "") -> Self:
        """A problem at the line of a file's text where `at` stands, or its field where that is none."""
        if at:
            place = max(text.find(at), 0)
        else:
            named = re.search(rf"^(?:## )?[ \t]*{re.escape(field)}[ \t]*(?::|\r?$)", text, re.MULTILINE)
            place = named.start() if named else 0
        line = text.count("\n", 0, place) + 1
        return cls(path=path, line=line, field=field, code=code, value=value, reason=reason)

    @property
    def is_fatal(self) -> bool:
        """Whether there is no record to be had of the file for it."""
        return self.code not in _LEAVES_A_RECORD

    def __str__(self) -> str:
        """One line that a terminal prints as it stands."""
        told = f"{self.path}:{self.line}: {self.field}: {self.reason}" + (f" ({self.value})" if self.value else "")
        return in_one_line(told)


class UnreadableRecordError(ValueError):
    """A file that can't be read as a record: it is set aside, its last good reading stays in use."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
