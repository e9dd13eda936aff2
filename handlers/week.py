"""「本週變化」: what changed in the data in a week, every kind counted, and how long the source has been silent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers import alerts, found
from handlers.agency_words import agency_now
from handlers.alerts import News
from handlers.deadline_words import DOUBTFUL_CROSSING, data_date
from handlers.language import say, say_n, short_date
from handlers.message import Button, Message, RefusedError, Section, Tap, in_rows, private
from handlers.news import DATED, as_public, matches, read_snapshot, still_holds
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.query_words import heading
from handlers.reach import read_reach
from handlers.wording import INDENT, KIND_NAMES, beside
from records.query import Query
from records.spans import back
from store import answers, commitments, facts, matching, state, watches
from store.engine import Transaction
from store.facts import KeptFact
from store.watches import KINDS

_WEEK = "本月|這個月|上個月|上月|本週|本周|這週|這周|這禮拜|這星期|上週|上周|上禮拜|上星期|最近"
_WHAT = "有(?:什麼|何|哪些|沒有)(?:新的?)?(?:變化?|消息|進展|動態)|有什麼新的"
_IN_ENGLISH = "(?:this|last) (?:week|month)|yesterday|today"
ASKED = re.compile(
    rf"(?:(?P<span>{_WEEK})\s*(?:{_WHAT}|的?變化)"
    rf"|(?:^|(?<=\s))(?:{_WHAT}|(?:(?P<whose>{_IN_ENGLISH})(?:'?s)? |weekly |what )?change[sd]?(?: (?P<english>{_IN_ENGLISH}))?|weekly))"
    r"[?？]?(?=\s|$)|^(?P<glued>本週|本周|這週|這周|上週|上周)的?變化(?=\S)",
    re.IGNORECASE,
)
"""The words that ask for a week's changes; 氣候變化 is a text to look for."""

ABOUT = re.compile(rf"what (?:has )?changed (?:at|in|for|with) (?:the )?(.+?) ({_IN_ENGLISH})[?？]?", re.IGNORECASE)
"""The same in English with the question in between: what changed at MOE this week."""

ALONE = re.compile(r"變化[?？]?")
APART = re.compile(
    rf"(?P<before>.*\s)?(?P<span>{_WEEK})的?\s*(?P<between>\S.*?)?\s*的?(?:有(?:什麼|哪些|沒有)(?:新的?)?(?:變化?|消息|進展|動態)|變化)[?？]?"
)
"""The same with the question in between: 這週法務部有什麼變化, 本週 法務部 變化."""

LISTED = 10
LONGEST_REASON = 40
_LONGEST = 32
"""Days of the longest stretch that is asked for; a button's number holds a day, so many more, and a page."""

_PAGES = 64

_SPANS = {
    **dict.fromkeys(("上週", "上周", "上禮拜", "上星期", "last week"), "last-week"),
    **dict.fromkeys(("本月", "這個月", "this month"), "this-month"),
    **dict.fromkeys(("上個月", "上月", "last month"), "last-month"),
    "yesterday": "yesterday",
    "today": "today",
    "最近": "7d",
}


def changes(tx: Transaction, query: Query, span: str, at: datetime) -> Message | None:
    """What changed of the commitments that answer a question, in the week, or the month, that a word names.

    None where none answers it, nor did in that week.
    """
    days = back(_SPANS.get(span.casefold(), "this-week"), at.date())
    news = news_of(tx, query, *days, at)
    if not (news or query == Query() or matching.tally(tx, query, at.date())):
        return None
    items = _items(news)
    question = watches.question_id(tx, str(query))
    answer = answers.keep(tx, question, items, at) if len(items) > LISTED else 0
    return _page(tx, query, days, news, items, answer, 0, at)


def turn_page(tap: Tap, tx: Transaction, _: Policy, answer: int, code: int) -> Message:
    """Another page of a week's changes, as they were first shown, in place of the one that was tapped.

    `code` holds the days and the page.
    """
    kept = answers.find(tx, answer)
    if kept is None:
        return private(say("這份清單已經找不到了，請重新輸入查詢。"))
    query = found.asked(tx, kept.question)
    rest, page = divmod(code, _PAGES)
    ordinal, length = divmod(rest, _LONGEST)
    if not date.min.toordinal() <= ordinal <= date.max.toordinal() - length:
        raise RefusedError(say("這個按鈕已經不能用了，請重新輸入查詢。"))
    days = date.fromordinal(ordinal), date.fromordinal(ordinal + length)
    news = news_of(tx, query, *days, tap.at)
    return _page(tx, query, days, news, kept.items, answer, page, tap.at).placed("edit")


def _page(
    tx: Transaction,
    query: Query,
    days: tuple[date, date],
    news: Sequence[KeptFact],
    items: Sequence[tuple[int, int]],
    answer: int,
    page: int,
    at: datetime,
) -> Message:
    first, last = days
    page = min(page, last_page(len(items), LISTED), _PAGES - 1)
    shown = items[page * LISTED : (page + 1) * LISTED]
    sections = [Section(text=_counts(news))]
    buttons: list[Button] = []
    if shown:
        told = alerts.gather(tx, [fact for fact, _ in shown], at)
        sections.append(Section(text="\n".join(_lines(tx, shown, told, page * LISTED + 1))))
        buttons = [
            Button(label=str(number), action=f"show:{told[fact].standing.key}:0")
            for number, (fact, _) in enumerate(shown, page * LISTED + 1)
        ]
    begun = commitments.first_day(tx)
    if begun and begun >= first:
        sections.append(Section(text=say("資料從 {day} 起才收錄，之前的變化不在這裡。", day=short_date(begun))))
    if silent := _silence(tx, at):
        sections.append(Section(text=silent))
    return Message(
        title=say(
            "資料的變化｜{heading}\n{first} 至 {last}",
            heading=heading(query),
            first=short_date(first),
            last=short_date(min(last, at.date())),
        ),
        sections=tuple(sections),
        footer=say("這裡算的是資料的變化，不是機關的作為。\n{reach}", reach=read_reach(tx, at.date())),
        buttons=(*in_rows(buttons), *_turns(answer, days, page, len(items))),
    )


def _counts(news: Sequence[KeptFact]) -> str:
    doubtful = sum(fact.kind == "overdue" and not fact.urgent for fact in news)
    counted = {kind: sum(fact.kind == kind for fact in news) for kind in KINDS}
    counted["overdue"] -= doubtful
    counts = "　".join(f"{say(KIND_NAMES[kind])} {number}" for kind, number in counted.items())
    return counts + (f"　{say(DOUBTFUL_CROSSING)} {doubtful}" if doubtful else "")


def _items(news: Sequence[KeptFact]) -> list[tuple[int, int]]:
    """The facts by kind, the newest first, each with how many it stands for: several letters of one commitment are one item."""
    told = [fact for fact in news if fact.kind in KINDS]
    items: dict[tuple[str, int], list[KeptFact]] = {}
    for fact in sorted(told, key=lambda fact: (KINDS.index(fact.kind), -fact.id)):
        itself = fact.commitment if fact.kind == "evidence" else -fact.id
        items.setdefault((fact.kind, itself), []).append(fact)
    return [(same[0].id, len(same)) for same in items.values()]


def _lines(tx: Transaction, shown: Sequence[tuple[int, int]], told: Mapping[int, News], number: int) -> Iterator[str]:
    """The items of a page, numbered from `number` on."""
    for place, (id_, count) in enumerate(shown, number):
        fact, standing = told[id_].fact, told[id_].standing
        yield f"{place} {beside(alerts.headline(fact, standing), standing.title)}"
        several = [say_n("公文 {n} 份", count)] if count > 1 else []
        yield INDENT + beside(agency_now(standing), *several, _when(fact)) + alerts.looked_up(standing)
        if fact.kind == "reviewed":
            yield INDENT + alerts.outcome_line(tx, fact, LONGEST_REASON)


def _turns(answer: int, days: tuple[date, date], page: int, whole: int) -> tuple[tuple[Button, ...], ...]:
    code = (days[0].toordinal() * _LONGEST + (days[1] - days[0]).days) * _PAGES
    return turns(page, min(last_page(whole, LISTED), _PAGES - 1), lambda to: f"week:{answer}:{code + to}")


def news_of(tx: Transaction, query: Query, first: date, last: date, at: datetime) -> list[KeptFact]:
    """What changed from one day to another of the commitments that answer a question now, or did at a moment of those days."""
    changed = _as_public(tx, facts.between(tx, first, last, at), at)
    if query == Query():
        return changed
    keys = {one.key for one in matching.find(tx, query, at.date(), limit=None)}
    then = _answered_then(tx, query, datetime.combine(first, time.min, at.tzinfo))
    return [fact for fact in changed if fact.commitment in keys or fact.id in then]


def _as_public(tx: Transaction, changed: Sequence[KeptFact], at: datetime) -> list[KeptFact]:
    """Some facts as the public may hear them: what became of a date since a decision that can be undone is told without it."""
    since = facts.since_undecided(tx, at)
    dated = {fact.commitment for fact in changed if fact.kind in DATED and fact.id in since}
    public = as_public(tx, commitments.standings(tx, sorted(dated)), at)
    told = []
    for fact in changed:
        stands = public.get(fact.commitment) if fact.kind in DATED and fact.id in since else None
        if stands is None:
            told.append(fact)
        elif still_holds(fact, stands, fact.day):
            told.append(replace(fact, urgent=fact.urgent and stands.has_clear_deadline))
    return told


def _answered_then(tx: Transaction, query: Query, since: datetime) -> set[int | None]:
    """The facts since a moment whose commitments answered a question before or after: what was removed does no longer."""
    moments = facts.moments_since(tx, since)
    return {fact.id for moment in moments if matches(query, *read_snapshot(moment.snapshot)) for fact in moment.facts}


def _when(fact: KeptFact) -> str:
    moved = (
        say("{before} → {after}｜", before=data_date(fact.before), after=data_date(fact.after))
        if fact.kind == "moved"
        else ""
    )
    return f"{moved}{short_date(fact.day)}"


def _silence(tx: Transaction, at: datetime) -> str:
    """How many days the source brought nothing; empty where it brought something in the last day."""
    fed = state.read_moment(tx, state.FED_AT)
    days = (at - fed) // timedelta(days=1) if fed else 0
    return say_n("⚠️ 來源 {n} 天沒有新資料", days) if days > 1 else ""
