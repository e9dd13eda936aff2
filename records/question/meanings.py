"""What one word of a question means by itself: a keyword, an agency, a legislator, a stretch of days, a date; else it is text."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from records import spans
from records.agencies import directory
from records.categories import find_category
from records.dates import UnreadableDateError, read_period
from records.letters import letter_number
from records.query import OVERDUE, Query, alternatives
from records.question.lexicon import (
    COMING,
    CONDITION_OF,
    DAY,
    DAYS_OF,
    DUE_WORDS,
    EVIDENCE_WORDS,
    FEW,
    FILLER,
    FLAG_OF,
    LETTER,
    LETTER_DIGITS,
    OF_YEAR,
    RANGE,
    RECENTLY,
    SIDES,
    SPAN,
    SPAN_OF,
    STATUSES_OF,
    SWITCH_OF,
    YEAR,
)
from records.words import fold, numeral

_CATEGORY = re.compile("^類別|類別?$")
"""What people put around a category's name: 醫療衛生類, 類別社會福利."""

_WRITTEN_DAY = re.compile(r"\d{3,4}(?:[-/]\d{1,2}[-/]\d{1,2}|年\d{1,2}月(?:\d{1,2}日)?)", re.ASCII)
_ALSO_SPOKEN_OF = frozenset(("state-owned", "company", "body"))
"""Kinds of bodies whose short names (台鐵) texts speak of, too."""

_LONGEST_TEXT_OF_OR = 4
"""Characters of a text beside 或 that may be one of several."""

_GAZETTES = "lci.ly.gov.tw"
_GAZETTE_FILE = re.compile(
    r"(?:LCIDC01_|gazette_agenda_doc/)(?P<volume>\d{3})(?P<issue>\d{2,3})(?P<rest>\d{2}_\d{5})", re.IGNORECASE
)
"""A file of the gazette by its volume, issue and book: LCIDC01_1102502_00002 is 110卷25期, as all 23 addresses of the records."""

_BARE_DAY = re.compile(r"20[0-4]\d[01]\d[0-3]\d", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f-]{0,28})?")
STATE_OWNED, NO_STATE_OWNED = "state_owned", "no_state_owned"
"""What asks for an agency's state-owned companies, or leaves them out, as is meant where nothing is said."""

_ENDS = 2
_EARLIEST, _LATEST = 1990, 2100


class QuestionError(ValueError):
    """A question that can't be read; the text, with `values` in its {places}, shows one that can."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names of the records that a question may use: the categories that occur, the legislators who asked."""

    categories: frozenset[str] = frozenset()
    legislators: frozenset[str] = frozenset()

    def legislator(self, word: str) -> str | None:
        """The legislator whom a word names: 楊瓊瓔委員, and 伍麗華 of 伍麗華Saidhai Tahovecahe."""
        return _by_name(self.legislators).get(_bare_name(re.sub(r"^(?:立法委員|立委)|(?:立法)?委員$", "", word)))


@lru_cache(maxsize=8)
def _by_name(legislators: frozenset[str]) -> Mapping[str, str]:
    """Each legislator by what they are called: the whole name, and its Chinese or Latin part where that is one person's."""
    called: dict[str, set[str]] = {}
    for name in legislators:
        bare = _bare_name(name)
        for part in (bare, *(one for one in re.split(r"(?<=[\u3400-\u9fff])(?=[a-z])", bare) if len(one) > 1)):
            called.setdefault(part, set()).add(name)
    return {part: names.pop() for part, names in called.items() if len(names) == 1}


def _bare_name(name: str) -> str:
    """A name without blanks and the dots of indigenous names, which are written in several ways."""
    return re.sub(r"[\s.．·‧・•]", "", name).casefold()


@dataclass(slots=True)
class Meaning:
    """The parts of a Query as they are found; `spans` belong to deadlines or to evidence, which the end shows."""

    vocabulary: Vocabulary
    parts: dict[str, list[Any]] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)
    spans: list[str] = field(default_factory=list)
    wants_evidence: bool = False
    says_due: bool = False

    def query(self) -> Query:
        """The Query that was read; raises QuestionError where state-owned companies are left out of no agency."""
        if NO_STATE_OWNED in self.switches and not self.parts.get("agencies"):
            raise QuestionError("「不含國營事業」要和機關一起問：問機關本來就不含國營事業。例如：經濟部 逾期")
        if OVERDUE in self.parts.get("conditions", ()) and not self.says_due:
            self.spans = [span for span in self.spans if span != "today"]  # 今天 逾期: what is overdue by now
        if self.wants_evidence:
            self.add("evidence_in", *(span.removeprefix(spans.PAST) for span in self.spans or [RECENTLY]))
        else:
            self.add("due_in", *self.spans)
        if self.says_due and not (self.parts.get("due") or self.parts.get("due_in")):
            self.add("conditions", OVERDUE)
        parts = {part: tuple(values) for part, values in self.parts.items()}
        return Query(**parts, only_itself="only_itself" in self.switches, state_owned="state_owned" in self.switches)

    def add(self, part: str, *values: object) -> bool:
        """Add values of a field that are not there yet."""
        known = self.parts.setdefault(part, [])
        known += [value for value in dict.fromkeys(values) if value not in known]
        return True

    def take(self, other: Meaning) -> None:
        """Add all that another meaning found."""
        for part, values in other.parts.items():
            self.add(part, *values)
        self.switches |= other.switches
        self.spans += other.spans
        self.wants_evidence |= other.wants_evidence
        self.says_due |= other.says_due

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.parts or self.switches or self.spans or self.wants_evidence or self.says_due)


def add_text(meaning: Meaning, part: str, text: str) -> None:
    """Keep a word to look for, or its alternatives; quotation marks are no part of it."""
    words = dict.fromkeys(filter(None, map(fold, alternatives(text.replace('"', "")))))
    if words:
        meaning.add(part, "|".join(words))


def either(text: str) -> str:
    """Two short texts around 或 as those of which one is enough (毒品或詐騙); a longer text may hold the word itself."""
    parts = text.replace("或者", "或").split("或")
    return "|".join(parts) if all(1 < len(part) <= _LONGEST_TEXT_OF_OR for part in parts) else text


def read_address(meaning: Meaning, plain: str) -> bool:
    """The address of a gazette file, which holds dozens of replies; its scheme's kind and what is behind ? or # tell nothing.

    Other hosts that keep the same files name them alike, and so may people.
    """
    named = _GAZETTE_FILE.search(plain) if plain.isascii() else None
    if named and _GAZETTES not in plain.casefold():
        file = f"{named['volume']}/{named['issue']}/LCIDC01_{named['volume']}{named['issue']}{named['rest']}.doc"
        return meaning.add("gazettes", f"https://{_GAZETTES}/LyLCEW/communique1/work/{file}")
    found = re.fullmatch(r"https?://(?P<host>[^/?#]+)(?P<path>[^?#]*).*", plain, re.IGNORECASE | re.DOTALL)
    return found is not None and meaning.add("gazettes", f"https://{found['host'].casefold()}{found['path']}")


def read_whole(meaning: Meaning, token: str) -> bool:
    """Read a word that means something as a whole, a date, a reply's number and an id among it; False where it is text."""
    folded = token.casefold()
    if folded in FILLER:
        return True
    if read_known(meaning, token) or read_day(meaning, token):
        return True
    if found := LETTER_DIGITS.fullmatch(token):
        return meaning.add("letters", found[1])
    if found := LETTER.search(token):
        number = letter_number(found["number"]) or found["number"]
        return meaning.add("letters", number if number.endswith("號") else f"{number}號")
    days = re.split("[-~]", token)
    if len(days) <= _ENDS and all(_BARE_DAY.fullmatch(day) and _is_day(day) for day in days):
        return add_period(meaning, date.fromisoformat(days[0]), date.fromisoformat(days[-1]))
    return _ID.fullmatch(folded) is not None and meaning.add("ids", folded)


def _is_day(token: str) -> bool:
    try:
        date.fromisoformat(token)
    except ValueError:
        return False
    return True


def read_known(meaning: Meaning, token: str) -> bool:
    """Read a keyword, an agency, a category, a legislator's name, a stretch of days."""
    if _read_keyword(meaning, token.casefold()) or _read_agency(meaning, token):
        return True
    if category := find_category(_CATEGORY.sub("", token), meaning.vocabulary.categories):
        return meaning.add("categories", category)
    if name := meaning.vocabulary.legislator(token):
        return meaning.add("legislators", name)
    if found := OF_YEAR.fullmatch(token):
        return _read_part_of_year(meaning, found)
    found = SPAN.fullmatch(token.casefold())
    return found is not None and _read_span(meaning, found)


def _read_part_of_year(meaning: Meaning, found: re.Match[str]) -> bool:
    """Read 明年三月到期 and 今年第四季: the deadline's, or the evidence's where that is asked for."""
    if found["half"]:
        part = "h1" if found["half"] == "上" else "h2"
    else:
        part = f"{numeral(found['month']):02d}" if found["month"] else f"q{numeral(found['quarter'] or found['q'])}"
    part += f"-{int(found['day']):02d}" if found["day"] else ""
    span = f"{'..' if found['by'] else ''}{SPAN_OF[found['year'] or found['other_year']]}-{part}"
    if not spans.is_span(span):
        raise QuestionError("日曆上沒有「{word}」。例如：明年3月31日到期", word=found[0])
    meaning.spans.append(span)
    return True


def _read_keyword(meaning: Meaning, word: str) -> bool:
    if condition := CONDITION_OF.get(word):
        return meaning.add("conditions", condition)
    if statuses := STATUSES_OF.get(word):
        return meaning.add("statuses", *statuses)
    if flag := FLAG_OF.get(word):
        return meaning.add("flags", flag)
    if switch := SWITCH_OF.get(word):
        meaning.switches.add(switch)
        return True
    if word in EVIDENCE_WORDS:
        meaning.wants_evidence = True
        return True
    if word in DUE_WORDS:
        meaning.says_due = True
        return True
    return False


def agency_name(token: str) -> str | None:
    """The agency that a word means by itself; a place name alone (新北) is text."""
    name = directory().find(token)
    if name is None or (directory()[name].kind == "local" and "府" not in token and "局" not in token):
        return None
    return name


def is_spoken_of(word: str, kinds: Set[str] = _ALSO_SPOKEN_OF) -> bool:
    """Whether a word is the short name of a body of some kinds by which texts speak of it, too."""
    body = agency_name(word)
    return body is not None and body != word and directory()[body].kind in kinds


def _read_agency(meaning: Meaning, token: str) -> bool:
    if members := directory().committee(token):
        return meaning.add("agencies", *members)
    name = agency_name(token)
    return name is not None and meaning.add("agencies", name)


def _read_span(meaning: Meaning, found: re.Match[str]) -> bool:
    """Read a stretch of days that is named from today: 本月, 30天內到期."""
    if found["named"]:
        span = SPAN_OF[found["named"]]
    else:
        count = FEW.get(found["count"]) or numeral(found["count"])
        span = f"{int(count * DAYS_OF[found['unit']])}d"
        if not spans.is_span(span) or not (found["within"] or found["due"] or found["way"]):
            return False
        if found["way"] == "過去" or (found["way"] in ("最近", "近") and not (found["within"] or found["due"])):
            span = spans.PAST + span
    if found["due"] or span == spans.NOT_YET_DUE:
        return meaning.add("due_in", span)
    meaning.spans.append(span)
    return True


def read_day(meaning: Meaning, token: str) -> bool:
    """Read a date, or a year, as the deadline's: 2030, 2025前, 112年底, 2026-12-31 以前, 12月31日到期, 2022-2024."""
    if found := COMING.fullmatch(token):
        return _read_coming(meaning, found)
    if found := RANGE.fullmatch(token):
        return _read_range(meaning, found)
    found = DAY.fullmatch(token)
    if found is None or not (YEAR.fullmatch(found["day"]) or re.search(r"[-/.年]", found["day"])):
        return False
    try:
        period = read_period(found["day"])
    except UnreadableDateError:
        if _WRITTEN_DAY.fullmatch(found["day"]):
            raise QuestionError("日曆上沒有「{word}」。例如：2026-12-31、115年12月31日", word=found["day"]) from None
        return False
    if period is None or not _EARLIEST <= period[0].year <= _LATEST:
        return False
    first, last = period
    match SIDES.get(found["side"] or ""):
        case "<":
            return meaning.add("due", ("<=", last) if first == last else ("<", first))
        case ">":
            return meaning.add("due", (">", last))
        case ">=":
            return meaning.add("due", (">=", first))
        case _:
            return add_period(meaning, first, last)


def _read_coming(meaning: Meaning, found: re.Match[str]) -> bool:
    """Read a day or a month without its year: 12月31日到期, 12月底前到期."""
    month, day = int(found["month"] or found["slash"]), int(found["day"] or found["slash_day"] or 0)
    if found["end"] and 1 <= month <= 12:
        day = monthrange(2024, month)[1]
    span = (".." if found["by"] else "") + (f"{month:02d}-{day:02d}" if day else f"{month:02d}")
    if not spans.is_span(span):
        raise QuestionError("日曆上沒有「{word}」。例如：12月31日到期", word=found[0])
    return meaning.add("due_in", span)


def _read_range(meaning: Meaning, found: re.Match[str]) -> bool:
    """Read the days from one to another; one without its year is of the first's (112年6月至12月)."""
    first, last = found["first"], found["last"]
    whole_years = YEAR.fullmatch(first) and YEAR.fullmatch(last)
    whole_days = _WRITTEN_DAY.fullmatch(first) and _WRITTEN_DAY.fullmatch(last)
    if found["dash"] and not (whole_years or whole_days or (first.isdecimal() and last.isdecimal())):
        return False
    if re.match(r"\d{1,2}月", last):
        last = f"{re.split('[年./-]', first)[0]}年{last}"
    try:
        begin, end = read_period(first), read_period(last)
    except UnreadableDateError:
        return False
    if begin is None or end is None or not all(_EARLIEST <= day.year <= _LATEST for day in (*begin, *end)):
        return False
    if begin > end:
        raise QuestionError("「{word}」前後顛倒了。例如：2022-2024、112年6月至12月", word=found[0])
    return add_period(meaning, begin[0], end[1])


def add_period(meaning: Meaning, first: date, last: date) -> bool:
    """Ask for deadlines from one day to another."""
    return meaning.add("due", *((("=", first),) if first == last else ((">=", first), ("<=", last))))
