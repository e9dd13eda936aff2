"""A question in people's words: what was understood, as a title, and in short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.agency_words import called, called_by, called_committee, called_shortly
from handlers.flag_words import FLAG_NAMES
from handlers.language import ENGLISH, N_, listed, say, say_n, short_date, voice
from handlers.policy import Reviewer
from handlers.status_words import STATUS_WORDS
from handlers.wording import beside
from records import query as q
from records.agencies import directory
from records.categories import english_category
from records.dates import ROC_OFFSET
from records.query import Query, alternatives
from records.record import ACHIEVED
from records.spans import NOT_YET_DUE, PAST, coming, count_days, of_year

_LETTERS_BEGIN = date(2020, 2, 1)
"""The tenth Legislative Yuan's first day: letters of its terms call a body by a name that it had since then."""


CONDITION_WORDS = {
    q.OVERDUE: N_("期限已過、未列達成"),
    q.DUE_SOON: N_("30 天內到期、未列達成"),
    q.CLEAR: N_("期限明確"),
    q.DOUBTFUL: N_("期限存疑"),
    q.NO_DEADLINE: N_("無期限"),
    q.WAITING: N_("待複核"),
    q.REVIEWED: N_("已人工複核"),
    q.NOT_ACCEPTED: N_("AI 判定不採認"),
    q.UNSUPPORTED: N_("AI 判定達成、佐證不足"),
    q.IN_DOUBT: N_("判定或期限存疑"),
    q.NO_AGENCY: N_("未載明機關"),
}

SPAN_WORDS = {
    "yesterday": N_("昨天"),
    "today": N_("今天"),
    "tomorrow": N_("明天"),
    "last-week": N_("上週"),
    "this-week": N_("本週"),
    "next-week": N_("下週"),
    "last-month": N_("上個月"),
    "this-month": N_("本月"),
    "next-month": N_("下個月"),
    "last-quarter": N_("上一季"),
    "this-quarter": N_("本季"),
    "next-quarter": N_("下一季"),
    "first-half": N_("今年上半年"),
    "second-half": N_("今年下半年"),
    "last-year": N_("去年"),
    "this-year": N_("今年"),
    "next-year": N_("明年"),
    "year-after-next": N_("後年"),
    "year-before-last": N_("前年"),
    "day-after-tomorrow": N_("後天"),
    "year-end": N_("今年年底"),
    "next-year-end": N_("明年年底"),
    NOT_YET_DUE: N_("還沒"),
}


def covering(name: str, query: Query) -> str:
    """An agency and what a question about it covers: 法務部及所屬."""
    now = directory().now(name)
    shown = called(name)
    before = directory().renamed_from(name) if now == name else name
    if before is not None and (until := directory()[before].until) and (now != name or until >= _LETTERS_BEGIN):
        shown = say("{now}（{day} 前為{then}）", now=shown, day=short_date(until), then=called_by(before))
    elif before is not None and now != name:
        shown = say("{now}（當時為{then}）", now=shown, then=called_by(before))
    if query.only_itself or directory().covers(name) == {name}:
        return shown
    return say("{shown}及所屬", shown=shown) + (say("（含國營事業）") if query.state_owned else "")


def _whom(query: Query) -> str:
    """The agencies of a question; those of a committee by its name."""
    named = listed(covering(name, query) for name in query.agencies)
    committee = directory().committee_of(query.agencies)
    return (
        say("{committee}的機關（{named}）", committee=called_committee(committee), named=named) if committee else named
    )


def understood(query: Query) -> str:
    """What a question was understood to ask, parts joined by ·."""
    return "·".join(filter(None, (_whom(query), *_what(query)))) or say("全部承諾")


def heading(query: Query) -> str:
    """A question as a title: whom, then what."""
    return beside(_whom(query), "·".join(_what(query))) or say("全部承諾")


def called_category(name: str) -> str:
    """A category, in English with the English name where one is known: social welfare (社會福利)."""
    english = english_category(name) if voice().language == ENGLISH else ""
    return f"{english} ({name})" if english else name


def short(query: Query) -> str:
    """A question in few words, for buttons and reasons."""
    named = [called_shortly(name) for name in query.agencies]
    committee = directory().committee_of(query.agencies)
    whom = called_committee(committee) if committee else listed(named)
    return "·".join(filter(None, (whom, *_what(query, labelled=False)))) or say("全部承諾")


def _what(query: Query, *, labelled: bool = True) -> list[str]:
    """What is asked besides the agencies; the words to look for with their label, unless they are to be short."""
    parts = (
        [say("類別：{categories}", categories=listed(map(called_category, query.categories)))]
        if query.categories
        else []
    )
    parts += (
        [
            say(
                "狀態：{statuses}",
                statuses=listed(dict.fromkeys(_status(status, query.statuses) for status in query.statuses)),
            )
        ]
        if query.statuses
        else []
    )
    parts += [say("質詢：{legislators}", legislators=listed(query.legislators))] if query.legislators else []
    parts += _due_parts(query.due)
    parts += [say("{span}到期", span=_named(span) or _counted(span)) for span in query.due_in]
    parts += [
        say("{span}有新佐證", span=_named(span) or say_n("最近 {n} 天", count_days(span) or 0))
        for span in query.evidence_in
    ]
    parts += [say(CONDITION_WORDS[name]) for name in query.conditions]
    parts += [say("疑點：{flag}", flag=listed(say(FLAG_NAMES[name]) for name in query.flags))] if query.flags else []
    parts += [say("編號：{ids}", ids=listed(query.ids))] if query.ids else []
    parts += [say("答復字號：{letters}", letters=listed(query.letters))] if query.letters else []
    parts += [say("同一個公報檔")] if query.gazettes else []
    parts += (
        [
            (say("文字：") if labelled else "")
            + "、".join(map(_any_of, query.words))
            + (say("（都要有）") if len(query.words) > 1 else "")
        ]
        if query.words
        else []
    )
    left_out = [
        *map(_any_of, query.excluded),
        *("·".join(filter(None, (_whom(one), *_what(one)))) for one in query.without),
    ]
    parts += [say("不含：{words}", words=listed(left_out))] if left_out else []
    parts += [say("公文全文：{words}", words=listed(map(_any_of, query.in_letters)))] if query.in_letters else []
    return parts


def _status(status: str, asked: Sequence[str]) -> str:
    """A status; where only one of those is asked for that people call alike, with the source's own word."""
    word = say(STATUS_WORDS[status])
    if status == ACHIEVED:
        return say("{word}（含 AI 判定）", word=word)  # a title is passed on alone, and most of these nobody reviewed
    alike = [one for one in STATUS_WORDS if STATUS_WORDS[one] == STATUS_WORDS[status]]
    return word if set(alike) <= set(asked) else say("{word}（來源標為{status}）", word=word, status=status)


def _named(span: str) -> str:
    """A stretch of days by its name (本月); '' for one that counts its days."""
    if (at := coming(span)) and span.startswith(".."):
        is_end = not at[1] or at == (2, 29)  # the end of February, which the 29th is in some years
        return say("{month} 月底前", month=at[0]) if is_end else say("{month} 月 {day} 日前", month=at[0], day=at[1])
    if at := coming(span):
        return (
            say("下一個 {month} 月 {day} 日", month=at[0], day=at[1])
            if at[1]
            else say("下一個 {month} 月", month=at[0])
        )
    if part := of_year(span):
        said = _part_of_year(*part)
        return say("{stretch}結束前", stretch=said) if span.startswith("..") else said
    return say(SPAN_WORDS[span]) if span in SPAN_WORDS else ""


def _part_of_year(name: str, part: str) -> str:
    """A day, a month or a quarter of a year that is named from today: 明年 3 月."""
    year = say(SPAN_WORDS[name])
    if part.startswith("q"):
        return say("{year}第 {quarter} 季", year=year, quarter=part[1:])
    if part.startswith("h"):
        return say("{year}上半年", year=year) if part == "h1" else say("{year}下半年", year=year)
    month, _, day = (number.lstrip("0") for number in part.partition("-"))
    if day:
        return say("{year} {month} 月 {day} 日", year=year, month=month, day=day)
    return say("{year} {month} 月", year=year, month=month)


def _counted(span: str) -> str:
    """A stretch that counts its days, whole years as such: 30 天內, 過去 30 天內, 過去 3 年內."""
    days = count_days(span) or 0
    years, rest = divmod(days, 365)
    if not rest:
        return say_n("過去 {n} 年內", years) if span.startswith(PAST) else say_n("{n} 年內", years)
    return say_n("過去 {n} 天內", days) if span.startswith(PAST) else say_n("{n} 天內", days)


def _any_of(word: str) -> str:
    """A word and its alternatives: 社宅或社會住宅."""
    return say("或").join(alternatives(word))


_DUE_WORDS = {
    "<": N_("期限早於 {day}"),
    "<=": N_("期限在 {day} 以前"),
    ">": N_("期限晚於 {day}"),
    ">=": N_("期限在 {day} 以後"),
    "=": N_("期限是 {day}"),
}


def _due_parts(due: Sequence[tuple[str, date]]) -> list[str]:
    """Comparisons of the deadline in words; a whole year as such: 期限在 2030 年（民國119年）."""
    if len(due) == 2 and [op for op, _ in due] == [">=", "<="]:
        first, last = due[0][1], due[1][1]
        if (first.month, first.day, last) == (1, 1, date(first.year, 12, 31)):
            return [say_n("期限在 {year} 年（民國{n}年）", first.year - ROC_OFFSET, year=first.year)]
        return [say("期限在 {first} 至 {last}", first=short_date(first), last=short_date(last))]
    return [say(_DUE_WORDS[op], day=short_date(day)) for op, day in due]


def scope_words(reviewer: Reviewer) -> str:
    """Where a reviewer may settle verdicts."""
    if reviewer.category is not None:
        return say("類別「{category}」", category=called_category(reviewer.category))
    return covering(reviewer.agency, Query()) if reviewer.agency is not None else say("全部")
