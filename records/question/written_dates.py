"""Dates as people write them, in the digits and the order that a question has them in."""

from __future__ import annotations

import re
from functools import partial

from records.question.meanings import QuestionError
from records.words import numeral

_DIGIT = {sign: digit for digit, signs in enumerate(("零〇○", *"一二三四五六七八九")) for sign in signs}
_MONTHS = 12

_DAY_LAST = re.compile(r"(?<![\d/])(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])")

_APART = re.compile(
    r"(?<=民國)\s+(?=\d)|(?<=西元)\s+(?=\d)|(?<=\d)\s+(?=年)|(?<=\d[年月])\s+(?=\d{1,2}\s*[月日])|(?<=\d\s[年月])\s+(?=\d{1,2}\s*[月日])|(?<=\d)\s+(?=[月日](?:\D|$))"
    r"|(?<=[月日底前內將快])\s+(?=到期|期滿)|(?<=\d)\s+(?=(?:天|週|周|個月)[之以]?內)|(?<=[\d年月日底])\s+(?=[以之]?[前後](?:\s|$|到期))"
)
"""The blanks of a date that is written with them: 民國 112 年 6 月; and those before 到期."""

_YEAR_IN_WORDS = re.compile(r"(?P<number>[一二三四五六七八九十百零〇○]{3,6})(?=年)")
_MONTH_IN_WORDS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<number>[一二三四五六七八九十]{1,2})(?=月(?:[底初]?(?:[之以]?前)?(?:內?到期|期滿)|[底初]|\d))"
)
_DAY_IN_WORDS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})[日號]"
)

_BETWEEN_YEARS = r"(?:\s*(?:[、,|或和與及跟]|,?\s*\b(?:or|and)\b)\s*|\s+)"
_YEARS = re.compile(
    r"(?:^|(?<=[\s,、:部署局會院府處司期含要除]))(?<!between )"
    rf"(?P<years>(?:19|20)\d\d年?(?:{_BETWEEN_YEARS}(?:19|20)\d\d年?)+(?![\d年/-])"
    rf"|(?:民國)?1\d\d年?(?:{_BETWEEN_YEARS}(?:民國)?1\d\d年?)*{_BETWEEN_YEARS}(?:民國)?1\d\d年)(?!\d|底|初|[以之]?[前後起])"
)
"""Several years: 2022、2023、2024; of the Republic at least the last one with 年."""

_ROC_RANGE = re.compile(r"(?:(?<=[\s,、])|^)(1\d\d)(?=[-~–—到至]1\d\d年(?:[\s,、]|$))")


def in_digits(typed: str, *, is_sentence: bool) -> str:
    """Dates in digits without blanks, the year first.

    Raises QuestionError where a day and a month can't be told apart, but for a sentence that was pasted.
    """
    typed = _DAY_IN_WORDS.sub(
        lambda day: f"{numeral(day['month'])}月{numeral(day['day'])}日",
        _DAY_LAST.sub(partial(_year_first, is_sentence), typed),
    )
    return _MONTH_IN_WORDS.sub(_as_digits, _YEAR_IN_WORDS.sub(_as_digits, _APART.sub("", typed)))


def _year_first(is_sentence: bool, found: re.Match[str]) -> str:
    """2026-12-31 of 12/31/2026 and of 31/12/2026; which is the month of 3/4/2026 nobody can tell."""
    one, other = int(found["one"]), int(found["other"])
    if min(one, other) <= _MONTHS < max(one, other):
        return f"{found['year']}-{min(one, other):02d}-{max(one, other):02d}"
    if is_sentence:
        return found[0]
    raise QuestionError("「{word}」看不出是幾月幾日。例如：2026-12-31", word=found[0])


def _as_digits(found: re.Match[str]) -> str:
    """一百一十二 and 二〇二三 before a year as 112 and 2023; 十二 before a month as 12."""
    said = found["number"]
    digits = [_DIGIT.get(sign) for sign in said]
    number = int("".join(map(str, digits))) if None not in digits and len(digits) > 2 else numeral(said)
    return str(number)


def years_as_ranges(typed: str, *, is_sentence: bool) -> str:
    """Years one after the other as a range.

    Raises QuestionError where one is left out, but for a sentence that was pasted.
    """
    return _ROC_RANGE.sub(r"\1年", _YEARS.sub(partial(_one_after_the_other, is_sentence), typed))


def _one_after_the_other(is_sentence: bool, found: re.Match[str]) -> str:
    """2022、2023 as 2022-2023: years that follow each other are one stretch."""
    years = [int(year) for year in re.findall(r"\d+", found["years"])]
    if years != list(range(years[0], years[-1] + 1)):
        if is_sentence:
            return found[0]
        raise QuestionError("「{word}」看不懂：年份要一年接一年。例如：2022-2024", word=found[0])
    unit = "年" if years[0] < 1000 else ""
    return f" {years[0]}{unit}-{years[-1]}{unit} "
