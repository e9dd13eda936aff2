"""Stretches of days that are named from today: 本週, 下個月, 30天內. A kept question means other days every day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import MAXYEAR, date, timedelta

PAST = "past-"
"""Before a stretch that is counted in days: deadlines lie in the days up to today."""

NOT_YET_DUE = "not-yet-due"
"""From today on, without an end."""

_DAYS = re.compile(rf"(?:{PAST})?([1-9]\d{{0,3}})d")
_OF_YEAR = re.compile(
    r"(?:\.\.)?(?P<year>(?:last|this|next)-year|year-after-next|year-before-last)-(?P<part>q[1-4]|h[12]|(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)"
)
_COMING = re.compile(r"(?:\.\.)?(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")


def _week(today: date, weeks: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def _month(today: date, months: int) -> tuple[date, date]:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _quarter(today: date, quarters: int) -> tuple[date, date]:
    first = _month(today, 3 * quarters - (today.month - 1) % 3)[0]
    return first, _month(first, 2)[1]


def _year(today: date, years: int) -> tuple[date, date]:
    year = min(today.year + years, MAXYEAR)
    return date(year, 1, 1), date(year, 12, 31)


NAMED: dict[str, Callable[[date], tuple[date, date]]] = {
    "yesterday": lambda today: (today - timedelta(days=1),) * 2,
    "today": lambda today: (today, today),
    "tomorrow": lambda today: (today + timedelta(days=1),) * 2,
    "last-week": lambda today: _week(today, -1),
    "this-week": lambda today: _week(today, 0),
    "next-week": lambda today: _week(today, 1),
    "last-month": lambda today: _month(today, -1),
    "this-month": lambda today: _month(today, 0),
    "next-month": lambda today: _month(today, 1),
    "last-quarter": lambda today: _quarter(today, -1),
    "this-quarter": lambda today: _quarter(today, 0),
    "next-quarter": lambda today: _quarter(today, 1),
    "first-half": lambda today: (date(today.year, 1, 1), date(today.year, 6, 30)),
    "second-half": lambda today: (date(today.year, 7, 1), date(today.year, 12, 31)),
    "last-year": lambda today: _year(today, -1),
    "this-year": lambda today: _year(today, 0),
    "next-year": lambda today: _year(today, 1),
    "year-after-next": lambda today: _year(today, 2),
    "year-before-last": lambda today: _year(today, -2),
    "day-after-tomorrow": lambda today: (today + timedelta(days=2),) * 2,
    "year-end": lambda today: (date(today.year, 12, 1), date(today.year, 12, 31)),
    "next-year-end": lambda today: (
        date(min(today.year + 1, MAXYEAR), 12, 1),
        date(min(today.year + 1, MAXYEAR), 12, 31),
    ),
    NOT_YET_DUE: lambda today: (today, date.max),
}
"""The first and the last day of each stretch that has a name; a week begins on Monday."""


def count_days(span: str) -> int | None:
    """How many days `30d` and `past-30d` count; None for a stretch that has a name, or for what is no stretch."""
    found = _DAYS.fullmatch(span)
    return int(found[1]) if found else None


def is_span(text: str) -> bool:
    """Whether it names a stretch of days."""
    return text in NAMED or any(read(text) is not None for read in (count_days, coming, of_year))


def coming(span: str) -> tuple[int, int] | None:
    """(month, day) of `12-31` and of `..12-31`, (month, 0) of `12`: the next to come, and up to it; None for another."""
    found = _COMING.fullmatch(span)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2] or 0)
    return (month, day) if day <= monthrange(2024, month)[1] else None


def of_year(span: str) -> tuple[str, str] | None:
    """(next-year, 03-31) of `next-year-03-31` and of `..next-year-03-31`; the part is a quarter (q4), a half (h1), a month (03) or a day.

    None for another stretch, and for a day that no year has.
    """
    found = _OF_YEAR.fullmatch(span)
    if found is None or (found["part"][0] not in "qh" and coming(found["part"]) is None):
        return None
    return found["year"], found["part"]


def _part_of_year(name: str, part: str, today: date) -> tuple[date, date]:
    january, _ = NAMED[name](today)
    if part.startswith("q"):
        return _quarter(january, int(part[1:]) - 1)
    if part.startswith("h"):
        return _month(january, 6 * int(part[1:]) - 6)[0], _month(january, 6 * int(part[1:]) - 1)[1]
    first, last = _month(january, int(part[:2]) - 1)
    day = min(int(part[3:] or last.day), last.day)
    return (first if len(part) == 2 else first.replace(day=day)), last.replace(day=day)


def _next_to_come(month: int, day: int, today: date) -> tuple[date, date]:
    for year in range(today.year, MAXYEAR):
        last = min(day, monthrange(year, month)[1]) if day else monthrange(year, month)[1]
        if date(year, month, last) >= today:
            break
    return date(year, month, last if day else 1), date(year, month, last)


def ahead(span: str, today: date) -> tuple[date, date]:
    """The first and the last day of a stretch; one counted in days begins today, unless it is of the past."""
    if span.startswith(PAST):
        return back(span, today)
    days = count_days(span)
    return (today, today + timedelta(days=days)) if days is not None else _named(span, today)


def back(span: str, today: date) -> tuple[date, date]:
    """The first and the last day of a stretch; one counted in days ends today."""
    days = count_days(span)
    return (today - timedelta(days=days), today) if days is not None else _named(span, today)


def _named(span: str, today: date) -> tuple[date, date]:
    if at := coming(span):
        first, last = _next_to_come(*at, today)
    elif part := of_year(span):
        first, last = _part_of_year(*part, today)
    else:
        return NAMED[span](today)
    if span.startswith(".."):
        first = today if today <= last else date.min
    return first, last
