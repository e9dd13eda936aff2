"""A question about commitments as a value, for asking and for watching; `records/question/reader.py` reads what people type.

`Query.__str__` prints it in its normal form, which `records/question/normal_form.py` reads back as the same value; `matches`
is its plain meaning, and the store's SQL means the same.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from records import spans
from records.agencies import directory
from records.record import ACHIEVED, NOT_A_PROMISE
from records.status import Standing
from records.words import holds

OVERDUE = "overdue"
DUE_SOON = "due-soon"
CLEAR = "clear"
DOUBTFUL = "doubtful"
NO_DEADLINE = "no-deadline"
WAITING = "waiting"
REVIEWED = "reviewed"
NOT_ACCEPTED = "not-accepted"
UNSUPPORTED = "unsupported"
IN_DOUBT = "in-doubt"
NO_AGENCY = "no-agency"

CONDITIONS: dict[str, Callable[[Standing, date], bool]] = {
    OVERDUE: Standing.is_overdue,
    DUE_SOON: Standing.is_due_soon,
    CLEAR: lambda standing, _: standing.has_clear_deadline,
    DOUBTFUL: lambda standing, _: standing.deadline.kind == "doubtful",
    NO_DEADLINE: lambda standing, _: standing.target is None,
    WAITING: lambda standing, _: standing.is_waiting,
    REVIEWED: lambda standing, _: standing.is_reviewed,
    NOT_ACCEPTED: lambda standing, _: standing.is_declined,
    UNSUPPORTED: lambda standing, _: _is_unsupported(standing),
    IN_DOUBT: lambda standing, _: _is_unsupported(standing) or standing.deadline.kind == "doubtful",
    NO_AGENCY: lambda standing, _: not standing.agencies,
}
"""What `is:` may ask, and its meaning for a commitment on a day."""

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
"""How a target date may be compared with a day; a column of dates is compared by the same operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question about commitments. Values of one field are alternatives; fields, words and conditions all must hold."""

    agencies: tuple[str, ...] = ()
    """Canonical names; each covers its bodies and former names."""

    only_itself: bool = False
    """The agencies without their bodies."""

    state_owned: bool = False
    """State-owned companies are among the bodies."""

    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    legislators: tuple[str, ...] = ()
    due: tuple[tuple[str, date], ...] = ()
    """Comparisons of the target date, all of which must hold."""

    due_in: tuple[str, ...] = ()
    """Stretches of days (records/spans.py) in which the target date lies."""

    evidence_in: tuple[str, ...] = ()
    """Stretches of days in which the AI cited a letter for the first time."""

    conditions: tuple[str, ...] = ()
    """Names of CONDITIONS."""

    flags: tuple[str, ...] = ()
    """Doubts of the verdict or of the deadline."""

    ids: tuple[str, ...] = ()
    """Ids of records, or the beginnings of such."""

    letters: tuple[str, ...] = ()
    """Numbers of the replies from which promises were taken."""

    gazettes: tuple[str, ...] = ()
    """Addresses of the files that hold those replies."""

    words: tuple[str, ...] = ()
    """Texts to look for as they stand, Latin ones (records.words.is_latin) whole; alternatives stand between | in one."""

    excluded: tuple[str, ...] = ()
    """Texts that must be absent, likewise."""

    in_letters: tuple[str, ...] = ()
    """Words of the letters; a standing does not hold those, so the store alone can answer, and nothing matches."""

    without: tuple[Query, ...] = ()
    """Questions of one filter with one value each (a stretch of days counts as one) that must not match."""

    def __str__(self) -> str:
        return " ".join(
            [
                *(f"agency:{_quote(name)}" for name in self.agencies),
                *(["with:itself-only"] if self.only_itself else []),
                *(["with:state-owned"] if self.state_owned else []),
                *(f"category:{_quote(name)}" for name in self.categories),
                *(f"status:{status}" for status in self.statuses),
                *(f"legislator:{_quote(name)}" for name in self.legislators),
                *(f"due:{op}{day.isoformat()}" for op, day in self.due),
                *(f"due:{span}" for span in self.due_in),
                *(f"evidence:{span}" for span in self.evidence_in),
                *(f"is:{name}" for name in self.conditions),
                *(f"flag:{name}" for name in self.flags),
                *(f"id:{_quote(prefix)}" for prefix in self.ids),
                *(f"letter:{_quote(number)}" for number in self.letters),
                *(f"gazette:{_quote(url)}" for url in self.gazettes),
                *(_in_quotes(word) for word in self.words),
                *(f"-{_in_quotes(word)}" for word in self.excluded),
                *(f"fulltext:{_in_quotes(word)}" for word in self.in_letters),
                *(f"-{one._as_one_word()}" for one in self.without),
            ]
        )

    def _as_one_word(self) -> str:
        """What is left out in its normal form; a stretch of days as one word (due:2023-01-01..2023-12-31)."""
        if len(self.due) > 1:
            return f"due:{'..'.join(day.isoformat() for _, day in self.due)}"
        return str(self)

    def split(self) -> Iterator[Query]:
        """Its filters, each with one value, for what is to be left out: none of them may match."""
        for name in (*_WHOLE, *_ONE_BY_ONE):
            values = getattr(self, name)
            for value in [values] if name == "due" and values else [(one,) for one in values]:
                alone: dict[str, Any] = {name: value}
                yield Query(**alone)

    def covered(self) -> frozenset[str]:
        """The canonical names that the query's agencies ask about."""
        if self.only_itself:
            return frozenset().union(*map(directory().names_of, self.agencies))
        return frozenset().union(*(directory().covers(name, state_owned=self.state_owned) for name in self.agencies))

    def without_one(self) -> Iterator[tuple[Query, Query]]:
        """(the filter alone, the question without it) for each of its filters."""
        for name in _WHOLE:
            if values := getattr(self, name):
                alone: dict[str, Any] = {name: values}
                rest: dict[str, Any] = {name: ()}
                if name == "agencies":
                    alone |= {switch: getattr(self, switch) for switch in _SWITCHES}
                    rest |= dict.fromkeys(_SWITCHES, False)
                yield Query(**alone), replace(self, **rest)
        for name in _ONE_BY_ONE:
            values = getattr(self, name)
            for value in values:
                one: dict[str, Any] = {name: (value,)}
                left: dict[str, Any] = {name: tuple(other for other in values if other != value)}
                yield Query(**one), replace(self, **left)

    @property
    def lasting(self) -> Query:
        """The question without the filters that time, or a review, can make true."""
        conditions = tuple(name for name in self.conditions if name not in _MET_IN_TIME)
        return replace(self, due_in=(), evidence_in=(), statuses=(), conditions=conditions)

    @property
    def asks_for_no_promises(self) -> bool:
        """Whether it is answered by what people found to be no promise, too: it names that, or what to look at, or reviews."""
        named = self.ids or self.letters or self.gazettes
        return bool(named or NOT_A_PROMISE in self.statuses or {REVIEWED, WAITING} & set(self.conditions))

    def matches(self, standing: Standing, today: date) -> bool:
        """Whether a commitment, as it stands today, answers the question.

        What people found to be no promise leaves lists and counts that do not ask for it.
        """
        left = standing.status == NOT_A_PROMISE and not self.asks_for_no_promises
        return not left and self._describes(standing, today)

    def _describes(self, standing: Standing, today: date) -> bool:
        return (
            (not self.agencies or not self.covered().isdisjoint(standing.agencies))
            and (not self.categories or standing.category in self.categories)
            and (not self.statuses or standing.status in self.statuses)
            and (not self.legislators or not set(self.legislators).isdisjoint(standing.legislators))
            and all(standing.target is not None and COMPARISONS[op](standing.target, day) for op, day in self.due)
            and all(_lies_in(standing.target, spans.ahead(span, today)) for span in self.due_in)
            and all(_lies_in(standing.evidence_on, spans.back(span, today)) for span in self.evidence_in)
            and all(CONDITIONS[name](standing, today) for name in self.conditions)
            and (not self.flags or not {flag.flag for flag in standing.doubts}.isdisjoint(self.flags))
            and (not self.ids or standing.id.startswith(self.ids))
            and (not self.letters or standing.letter_number in self.letters)
            and (not self.gazettes or standing.url in self.gazettes)
            and all(_holds(standing, word) for word in self.words)
            and not any(_holds(standing, word) for word in self.excluded)
            and not self.in_letters
            and not any(one._describes(standing, today) for one in self.without)
        )


_BARE = re.compile(r"[\w:/.%~&#=+?-]+")
"""Values that need no quotation marks, addresses among them."""

_MET_IN_TIME = {OVERDUE, DUE_SOON, WAITING, REVIEWED, NOT_ACCEPTED, UNSUPPORTED}
_SWITCHES = ("only_itself", "state_owned")
_WHOLE = ("agencies", "categories", "statuses", "legislators", "due", "flags", "ids", "letters", "gazettes")
"""Fields whose values are alternatives, or one filter together."""

_ONE_BY_ONE = ("due_in", "evidence_in", "conditions", "words", "excluded", "in_letters", "without")
"""Fields whose values must all hold: each is a filter by itself."""


def alternatives(word: str) -> list[str]:
    """The words of which one is enough: 影像|圖像."""
    return word.split("|")


def _holds(standing: Standing, word: str) -> bool:
    return any(holds(standing.searched, one) for one in alternatives(word))


def _lies_in(day: date | None, span: tuple[date, date]) -> bool:
    return day is not None and span[0] <= day <= span[1]


def _is_unsupported(standing: Standing) -> bool:
    return standing.status == ACHIEVED and standing.unsupported


def _quote(value: str) -> str:
    return value if _BARE.fullmatch(value) else _in_quotes(value)


def _in_quotes(value: str) -> str:
    return '"{}"'.format(value.replace('"', '""'))
