"""Dates as the records and letters write them: ISO and ROC (民國) years, and which dates a text states.

ROC year n is the Gregorian year n + 1911. Every date here is a plain calendar day in Taiwan; nothing has a time zone.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache

ROC_OFFSET = 1911
_A_YEAR = timedelta(days=366)
_FIRST_TARGET, _LAST_TARGET = 1990, 2100
_DAY_SIGN = re.compile(r"(?<=\d)號$")
_END_OF_YEAR = re.compile("年度(?=[底末終])")
_PERIOD = re.compile(
    r"""
    (?: (?P<ce>(?:西元)?[1-9]\d{3}) | (?P<roc>\d{3}|(?:中華)?民國\d{1,3}) )
    (?: [-/.](?P<month>\d{1,2}) (?:[-/.](?P<day>\d{1,2}))?
      | 年(?P<written_month>\d{1,2})月 (?: (?P<written_day>\d{1,2})日 | (?P<third>[上中下])旬 )?
      | 年?第(?P<quarter>[1-4一二三四])季
      | [-年]?Q(?P<q>[1-4])
      | 年?(?P<half>[上下])半年
      | 年年?(?P<middle>中)
      | 年(?:度|年(?=[底末終]))?
    )?
    (?P<end>(?<=[年月季])[底末終])?
    """,
    re.ASCII | re.VERBOSE,
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONGEST = 60  # the longest form, 中華民國112年12月31日 with blanks, has fewer characters
_BY = re.compile(
    r"(?:(?<=[日號底末終旬])|(?<=[-/.]\d\d[-/.]\d\d))\s*(?:以前|之前|前|為?止)$|(?<=\d年)內$|T00:00(?::00)?Z?$"
)
"""What stands behind a day by which something is to be done, which is the same day; a program's midnight, too.

112年前 and 12月前 are left: they may mean the end of it, or the day before it begins.
"""

_LOOSE_BLANK = re.compile(r"\s+(?=[年月日第上下中底末終Q])|(?<=[國元年月])\s+")
_HOW_TO_WRITE = "write YYYY-MM-DD, or a ROC year as NNN-MM-DD; 2025, 2025-06 and 114年底 mean the last day"
_WRITTEN = re.compile(r"(?:中華民國|民國)?\s*(\d{2,4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_CHINESE_MONTHS = {
    f"{number}月": n for n, number in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)
}
_CHINESE_MONTH = re.compile("(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])月")


def latest_credible(today: date) -> date:
    """The last day that a letter or a file may give as its own: one that lies further ahead is a slip (2999-12-31)."""
    return today + _A_YEAR


class UnreadableDateError(ValueError):
    """A date field that holds text which is no date; the text is kept and the field counts as empty."""


def read_day(text: str) -> date | None:
    """The day of a date that is written 2026-01-31; None where the text is none."""
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def gregorian(year: int) -> int:
    """The Gregorian year of a written year: below 1000 it is read as ROC."""
    return year + ROC_OFFSET if year < 1000 else year


def parse_target(text: str | None) -> date | None:
    """Read a target date; None where the field is empty. What is no whole day means the last day of its period.

    前 or 止 may stand behind a day, 內 behind a year.

    Raises UnreadableDateError as `read_period` does.
    """
    period = read_period(_BY.sub("", text.strip()) if text else None)
    return period[1] if period else None


def read_target(text: str | None) -> date | None:
    """Read a target date that a file or a person gives now, as `parse_target` reads those that were settled before.

    Raises UnreadableDateError also where it lies far from any promise: 2112 is 112 with a 2 too many.
    """
    target = parse_target(text)
    if target and not _FIRST_TARGET <= target.year <= _LAST_TARGET:
        raise UnreadableDateError(f"of a year that no promise is of ({target.year}): {_HOW_TO_WRITE}")
    return target


def read_period(text: str | None) -> tuple[date, date] | None:
    """The first and the last day of what a date field names, the same day where it names one; None where it is empty.

    It may be a day (`2023-12-31`, `116-1-5`, 民國112年12月31日), a month (`114-06`, 114年6月), a third of one (6月下旬), a
    quarter (114年第2季, `2025Q2`), a half year or a year (`2025`, 114年), or the end of one of them (114年底); 年中 is 30 June.
    Raises UnreadableDateError where it is none of these, no day of the calendar, or could be read in two ways: a
    year of two digits without 民國, 年初, a range.
    """
    if text is None or not text.strip():
        return None
    if len(text) > _LONGEST:
        raise UnreadableDateError(f"not a date: {_HOW_TO_WRITE}")
    plain = _LOOSE_BLANK.sub("", _arabic_months(unicodedata.normalize("NFKC", text))).strip()
    plain = _END_OF_YEAR.sub("年", _DAY_SIGN.sub("日", plain))
    found = _PERIOD.fullmatch(plain)
    if found is None:
        raise UnreadableDateError(f"not a date: {_HOW_TO_WRITE}")
    try:
        return _period(found)
    except ValueError as reason:
        raise UnreadableDateError(f"no such day: {reason}; {_HOW_TO_WRITE}") from reason


def _period(found: re.Match[str]) -> tuple[date, date]:
    """The days of what was matched; ValueError where the calendar does not have them."""
    first, last = _whole_period(found)
    return (last, last) if found["end"] or found["middle"] else (first, last)


def _whole_period(found: re.Match[str]) -> tuple[date, date]:
    year = int(found["ce"].removeprefix("西元")) if found["ce"] else _roc_year(found["roc"])
    if number := found["month"] or found["written_month"]:
        month = int(number)
        if day := found["day"] or found["written_day"]:
            return (date(year, month, int(day)),) * 2
        first, last = {"上": (1, 10), "中": (11, 20), "下": (21, 31), None: (1, 31)}[found["third"]]
        return date(year, month, first), date(year, month, min(last, monthrange(year, month)[1]))
    if quarter := found["quarter"] or found["q"]:
        last_month = 3 * (int(quarter) if quarter.isascii() else "一二三四".index(quarter) + 1)
        months = (last_month - 2, last_month)
    elif found["half"] or found["middle"]:
        months = (7, 12) if found["half"] == "下" else (1, 6)
    else:
        months = (1, 12)
    return date(year, months[0], 1), date(year, months[1], monthrange(year, months[1])[1])


def _roc_year(text: str) -> int:
    number = int(text[-3:].lstrip("民國"))
    if number == 0:
        raise ValueError("民國 years begin with 1")
    return number + ROC_OFFSET


def find_written(text: str) -> date | None:
    """The first day written as 「中華民國110年12月1日」 in `text`; None where there is none or it is no day."""
    found = _WRITTEN.search(text)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return date(gregorian(year), month, day)
    except ValueError:
        return None


def told_periods(text: str, written_on: date | None) -> Iterator[tuple[date, date]]:
    """The first and the last day of every day or month that `text` names with its year, in order.

    A relative year (本年, 本（110）年, 去年) counts from `written_on`; where that is None it names nothing.
    """
    for found in _TOLD.finditer(unicodedata.normalize("NFKC", text)):
        if (year := _named_year(found, written_on)) is None:
            continue
        month, day = int(found["month"]), found["day"]
        try:
            first = date(year, month, int(day or 1))
        except ValueError:
            continue
        yield first, first if day else date(year, month, monthrange(year, month)[1])


def names_a_year(text: str, written_on: date | None) -> bool:
    """Whether a text names a year at all, also as the beginning of something or of a range (自111年起, 111-114年)."""
    mentions = _MENTION.finditer(unicodedata.normalize("NFKC", text))
    return any(mention["span"] or _named_year(mention, written_on) for mention in mentions)


def roc(day: date) -> str:
    """「民國110年12月1日」."""
    return f"民國{day.year - ROC_OFFSET}年{day.month}月{day.day}日"


_YEAR = (
    r"(?:(?:中華)?民國(?P<roc>\d{2,3})年?|西元(?P<ce>\d{4})年?|(?<!\d)(?<!\d,)(?P<bare>(?:19|20)\d{2}|(?<!\d\.)[89]\d|1\d\d)\s*年"
    r"|(?P<rel>本|今|明|次|翌|後|去)(?:[(（](?P<gloss>\d{2,3})[)）])?年|(?P<slash>\d{2,4})[/.-](?P<slash_month>\d{1,2})(?=[/.-]\d))"
)
_MENTION = re.compile(  # what each alternative begins with is asked first: that takes a fifth of the time
    r"(?=[\d中民西本今明次翌後去年底終末第上。;；])"
    rf"(?:(?P<span>(?:\d{{2,4}}年?|[本今](?:[(（]\d{{2,3}}[)）])?年)度?[至到~─–—-](?=(?:民國)?\d{{2,4}}年))"
    rf"|{_YEAR}|(?P<month>\d{{1,2}})\s*月(?:(?P<day>\d{{1,2}})\s*日)?"
    r"|(?P<ends>年底|年終|年末|(?<=年)[底終末])|(?:第?(?P<quarter>[1-4])|第(?P<written_quarter>[一二三四]))季"
    r"|(?P<half>上半年|年中(?![央心小國華長程])|(?<=年)中(?![央心小國華長程]))|(?P<stop>[。;；]))"
)
_TOLD = re.compile(
    r"(?<!\d)(?:(?P<year>(?:19|20)\d\d|1\d\d|[89]\d)|(?P<rel>[本今去])(?:\((?P<gloss>\d{2,3})\))?)年(?P<month>\d{1,2})月"
    r"(?:(?P<day>\d{1,2})日)?",
    re.ASCII,
)
_NOT_ALONE = re.compile(
    r"度?(?:起|開始)|年?初|元[旦月]|度?的?\s*(?:第?\s*[1-4一二三四]\s*季|[首春夏秋]季|[qQ][1-4]|[上前]半年?|[上新]學期|上旬"
    r"|(?:農曆)?(?:春節|過年)|暑假|開學|(?<=年)中(?![央心小國華長程])|(?:0?[1-9]|1[0-2])\s*(?:[、至到~-]\s*\d{1,2}\s*)?月"
    r"|\d{1,2}/\d{1,2})"
)
"""What stands behind a year that does not speak of its end."""

_BEGINNING = re.compile(r"自(?:(?:中華)?民國)?(?:\d{2,4}|[本今明])年(?:度|\d{1,2}月(?:\d{1,2}日)?)?起")
_WIDE_DIGITS = "０１２３４５６７８９"
_DONE = ("已於", "業於", "曾於", "已在")
"""What stands before a year, or its month, in which something was done (央行已於110年12月…)."""

_RELATIVE = {"本": 0, "今": 0, "明": 1, "次": 1, "翌": 1, "後": 2, "去": -1}

_OF_ANY_YEAR = ("次", "翌")
"""改善情形則納入次年訪評指標 speaks of every year; 翌年6月 of the one after the letter's."""


def stated(text: str, written_on: date | None) -> frozenset[tuple[int, int | None]]:
    """Every (year, month) that `text` states, and (year, None) for a year that stands there alone.

    A year with a month behind it speaks of that month, and 自115年起 of a beginning: neither speaks of the year's end, nor
    does 次年 alone.

    Relative years (本年, 明年) count from `written_on`, the letter's day. A month belongs to the last year named before it
    in the same sentence, and to none where the sentence names none: 12月1日 in a letter of January may be past. A range
    (111至114年) states its end.
    """
    found: set[tuple[int, int | None]] = set()
    year: int | None = None
    plain = _arabic_months(text)
    for mention in _MENTION.finditer(plain):
        if mention["stop"]:
            year = None
            continue
        if mention["span"]:  # 112至115年 speaks of its end
            continue
        if (named := _named_year(mention, written_on)) is not None:
            if plain.endswith(_DONE, 0, mention.start()):
                year = None
                continue
            year = named
            alone = not mention["slash_month"] and mention["rel"] not in _OF_ANY_YEAR
            if alone and not _NOT_ALONE.match(plain, mention.end()):
                found.add((year, None))
        month = _named_month(mention)
        if month and year is not None and not _is_past(year, month, mention["day"], written_on):
            found.add((year, month))
    return frozenset(found)


def begins(text: str) -> bool:
    """Whether `text` names a year, or a day of one, from which on something is done (自115年起每年回饋)."""
    return _BEGINNING.search(text) is not None


def _is_past(year: int, month: int, day: str | None, written_on: date | None) -> bool:
    """Whether a month's day that is named had come when the letter was written: it tells of what was done."""
    return day is not None and written_on is not None and (year, month, int(day)) <= written_on.timetuple()[:3]


def states(text: str, day: date, written_on: date | None) -> bool:
    """Whether `text` states the day's year, and its month too unless it is the year's last day."""
    years_end = (day.month, day.day) == (12, 31)
    wanted = {(day.year, day.month), *([(day.year, None)] if years_end else [])}
    later = day.year - written_on.year if written_on else None
    # a sentence that lacks the year's signs, or the month's, can't state it: few are left to be read closely
    signs = [_year_signs(day.year, later), *([] if years_end else [_month_signs(day.month)])]
    if any(not wanted.isdisjoint(stated(sentence, written_on)) for sentence in _sentences(text, signs)):
        return True
    return any(digit in text for digit in _WIDE_DIGITS) and states(unicodedata.normalize("NFKC", text), day, written_on)


def _sentences(text: str, signs: Sequence[Sequence[str]]) -> Sequence[str]:
    """The sentences that hold one of each kind of signs."""
    if not all(_holds(text, kind) for kind in signs):
        return ()
    sentences = text.replace("；", "。").replace(";", "。").split("。")
    for kind in signs:
        sentences = [sentence for sentence in sentences if _holds(sentence, kind)]
    return sentences


def _holds(text: str, signs: Sequence[str]) -> bool:
    for sign in signs:  # noqa: SIM110 - `any` over a generator takes three times as long, a hundred times a letter
        if sign in text:
            return True
    return False


def _year_signs(year: int, later: int | None) -> tuple[str, ...]:
    """What a sentence that names a year must hold: its number, or a relative word for a year so much later."""
    return (str(year), str(year - ROC_OFFSET), *(f"{word}年" for word, n in _RELATIVE.items() if n == later))


@cache
def _month_signs(month: int) -> tuple[str, ...]:
    """What a sentence that names a month must hold, whichever way it is written."""
    numeric = tuple(f"{mark}{number}" for mark in "/.-" for number in (month, f"{month:02}"))
    quarter = ("季", "底", "終", "末") if month == 12 else ("季",) if month % 3 == 0 else ()
    half = ("上半年", "中") if month == 6 else ()
    return (
        f"{month}月",
        f"{month} 月",
        *(word for word, n in _CHINESE_MONTHS.items() if n == month),
        *numeric,
        *quarter,
        *half,
    )


def _named_year(mention: re.Match[str], written_on: date | None) -> int | None:
    written = mention.groupdict()
    for group in ("roc", "ce", "bare", "slash", "gloss", "year"):
        if written.get(group):
            return gregorian(int(written[group]))
    if mention["rel"] and written_on:
        return written_on.year + _RELATIVE[mention["rel"]]
    return None


def _named_month(mention: re.Match[str]) -> int | None:
    if mention["month"] or mention["slash_month"]:
        month = int(mention["month"] or mention["slash_month"])
        return month if 1 <= month <= 12 else None
    if mention["ends"]:
        return 12
    if mention["quarter"]:
        return int(mention["quarter"]) * 3
    if mention["written_quarter"]:
        return ("一二三四".index(mention["written_quarter"]) + 1) * 3
    return 6 if mention["half"] else None


def _arabic_months(text: str) -> str:
    return _CHINESE_MONTH.sub(lambda found: f"{_CHINESE_MONTHS[found[0]]}月", text)
