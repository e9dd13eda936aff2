"""「2026-01-28 的 法務部 逾期」: how commitments stood at the end of a day, from their entries and the decisions up to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers import found, listing
from handlers.language import say, short_date
from handlers.message import Button, Message, RefusedError, Section, Tap
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.query_words import heading
from handlers.reach import read_reach
from handlers.reread import records_of
from records.dates import UnreadableDateError, read_period
from records.flags import cited_as_done, unsupported, verdict_flags
from records.query import Query
from records.question.meanings import QuestionError
from records.record import ACHIEVED, HUMAN_REVIEW, TRACKING, Record
from records.status import OUTCOMES, Standing
from store import decisions, letters, matching, proposals, watches
from store.engine import Transaction
from store.matching import Surveyed
from store.proposals import Proposal

_DAY = "(?:\\d{4}|(?:民國)?\\d{2,3})(?:[-/.]\\d{1,2}[-/.]\\d{1,2}|年\\d{1,2}月\\d{1,2}日)"
ASKED = re.compile(
    rf"\s*(?:(?:截至|在)?\s*(?P<day>{_DAY}|昨[天日]|前天)\s*(?:當時的?|那天的?|為止的?|的)|as of (?P<english>{_DAY})[\s,]+)"
    r"\s*[|｜]?\s*(?P<rest>[^\s，。；|｜].*)"
    rf"|\s*截至\s*(?P<until>{_DAY})\s*(?:為?止)?\s*(?P<short>[^\s，。；][^，。；]{{0,24}})"
    # a sentence that ends so (…，截至110年12月31日止) was pasted from a letter
    rf"|\s*(?P<asked>[^\s，。；][^，。；]{{0,40}}?)\s*"
    rf"(?:(?:截至|截止)\s*(?P<last>{_DAY})(?:\s*為?止)?|\bas of (?P<last_english>{_DAY})|\s(?P<then>{_DAY})\s*當時的?)"
    r"\s*(?P<behind>[^\s，。；][^，。；]{0,40})?",
    re.DOTALL | re.IGNORECASE,
)
_AGO = {"昨": 1, "前": 2}
_PAGES = 1000
"""Pages of an answer that a button can name beside its day."""

_CHANGED = re.compile(r"狀態[*\s]*[：:]\s*\S+?\s*(?:→|->)\s*(?P<to>[^\s（(]+)")
_FIXED = ("agencies", "only_itself", "state_owned", "categories", "legislators", "ids", "letters", "gazettes")
"""Filters that no day changes: the database applies them, the rest is asked of each commitment as it stood."""


def read_day(text: str, today: date) -> tuple[date, str] | None:
    """The day and the question of 「2026-01-28 的 法務部 逾期」 and 「法務部 逾期 截至 2026-01-28」; None where it is no such."""
    asked = ASKED.fullmatch(text)
    if asked is None:
        return None
    day = next(filter(None, asked.group("day", "english", "until", "last", "last_english", "then")))
    rest = asked["rest"] or asked["short"] or f"{asked['asked']} {asked['behind'] or ''}".strip()
    if ago := _AGO.get(day[0]):
        return today - timedelta(days=ago), rest
    try:
        period = read_period(day)
    except UnreadableDateError as reason:
        raise QuestionError("看不懂這一天。例如：2026-01-28 的 法務部 逾期") from reason
    return (period[1], rest) if period else None


def turn_page(tap: Tap, tx: Transaction, policy: Policy, question: int, code: int) -> Message:
    """Another page of an earlier day's answer in place of the one that was tapped; `code` holds the day and the page."""
    query = found.asked(tx, question)
    ordinal, page = divmod(code, _PAGES)
    if not date.min.toordinal() <= ordinal <= date.max.toordinal():
        raise RefusedError(say("這個按鈕已經不能用了，請重新輸入查詢。"))
    return answer(tx, query, date.fromordinal(ordinal), policy, tap.at.date(), page=page).placed("edit")


def answer(tx: Transaction, query: Query, day: date, policy: Policy, today: date, *, page: int = 0) -> Message:
    """A question's answer as it would have been at the end of a day; raises QuestionError for a day to come."""
    answers = {one.key: one for one in find(tx, query, day, policy, today)}
    counts, groups = matching.sum_up([_surveyed(one) for one in answers.values()], limit=None)
    items = [(answers[key], size) for key, size in groups]
    offset = page * listing.PAGE if page * listing.PAGE < len(items) else 0
    shown = items[offset : offset + listing.PAGE]
    begun = None if answers else _first_entry(tx, query, today)
    lines = [
        say("這是 {day} 當時的樣子：只算到那天為止的紀錄與複核；期限與承諾文字是現在收錄的。", day=short_date(day)),
        *(
            [say("這些承諾從 {begun} 起才有紀錄，那天還沒有。", begun=short_date(begun))]
            if begun and begun > day
            else []
        ),
        *([say("按編號看的是那一筆今天的卡片。")] if shown else []),
    ]
    return Message(
        title=say("{day} 當時｜{heading}", day=short_date(day), heading=heading(query)),
        sections=(
            Section(text=listing.summary(query, counts, day, lines=lines)),
            *listing.sections(tx, shown, counts, query, day, offset, {}),
        ),
        footer=str(read_reach(tx, today)),
        buttons=(*listing.number_rows(shown, offset), *_turns(tx, query, day, offset, len(items))),
    )


def _turns(tx: Transaction, query: Query, day: date, offset: int, whole: int) -> tuple[tuple[Button, ...], ...]:
    if whole <= listing.PAGE:
        return ()
    question, page = watches.question_id(tx, str(query)), offset // listing.PAGE

    last = min(last_page(whole, listing.PAGE), _PAGES - 1)
    return turns(page, last, lambda to: f"then:{question}:{day.toordinal() * _PAGES + to}")


def find(tx: Transaction, query: Query, day: date, policy: Policy, today: date) -> list[Standing]:
    """What matched at the end of a day, in a list's order, as it stood then; raises QuestionError for a day to come."""
    if day > today:
        raise QuestionError("{day} 還沒到。例如：{today} 的 法務部 逾期", day=short_date(day), today=short_date(today))
    if query.in_letters or query.evidence_in:
        raise QuestionError("公文全文和新佐證只能查現在的。例如：2026-01-28 的 法務部 逾期")
    fixed = Query(**{name: getattr(query, name) for name in _FIXED})
    now = matching.find(tx, fixed, today, limit=None, held_on=day, with_no_promises=True)
    then = stood(tx, now, day, policy)
    asked = replace(query, letters=(), gazettes=())
    return sorted((one for one in then if asked.matches(one, day)), key=listing.order(asked, day))


def _first_entry(tx: Transaction, query: Query, today: date) -> date | None:
    """The first day on which something is recorded of what a question may mean, the day and the status aside."""
    fixed = Query(**{name: getattr(query, name) for name in _FIXED})
    now = matching.find(tx, fixed, today, limit=None, with_no_promises=True)
    days = (entry.date for record in records_of(tx, now).values() for entry in record.entries)
    return min((day for day in days if day), default=None)


def stood(tx: Transaction, now: Sequence[Standing], day: date, policy: Policy) -> list[Standing]:
    """The commitments that were in the data by a day, as they stood then."""
    keys = [one.key for one in now]
    end = datetime.combine(day, time.max, policy.zone)
    decided = decisions.in_force_at(tx, keys, end)
    waiting = proposals.waiting_at(tx, keys, end)
    records = {key: _until(record, day) for key, record in records_of(tx, now).items()}
    cited = {c.letter.key for record in records.values() if record for c in record.verdicts if c.letter.key}
    held = letters.held(tx, cited)
    bodies = {key: letter.full_text for key, letter in held.items()}
    return [
        _as_then(one, record, decided.get(one.key), waiting.get(one.key), bodies)
        for one in now
        if (record := records[one.key]) is not None
    ]


def _until(record: Record, day: date) -> Record | None:
    """A record with its entries up to a day; None where its first entry is later."""
    dated = [entry for entry in record.entries if entry.date]
    if dated and min(entry.date for entry in dated if entry.date) > day:
        return None
    entries = tuple(entry for entry in record.entries if entry.date is None or entry.date <= day)
    kept = {id(entry) for entry in entries}
    return replace(
        record,
        entries=entries,
        citations=tuple(one for one in record.citations if id(one.entry) in kept),
        verdicts=tuple(one for one in record.verdicts if id(one.entry) in kept),
        status=record.status if len(entries) == len(record.entries) else _recorded(record, day),
    )


def _recorded(record: Record, day: date) -> str:
    """The source's word on a day, from the last change of status that its log tells up to then."""
    kept = {id(citation.entry) for citation in record.verdicts if citation.says_kept}
    status = TRACKING
    for entry in record.entries:
        if entry.date is None or entry.date > day or entry.heading == HUMAN_REVIEW:
            continue
        if told := _CHANGED.search(entry.text):
            status = told["to"]
        elif id(entry) in kept:
            status = ACHIEVED
    return status


def _as_then(
    standing: Standing, record: Record, decided: Proposal | None, waiting: Proposal | None, bodies: dict[str, str]
) -> Standing:
    """A commitment as it stood: until a verdict was decided, the status before it was in force."""
    status, reviewed = record.status, "none"
    if decided and decided.outcome:
        status, reviewed = OUTCOMES[decided.outcome], decided.settled_as
    if waiting and not decided:
        status = waiting.from_status or status
    return replace(
        standing,
        recorded=record.status,
        status=status,
        reviewed=reviewed,
        proposed=waiting.proposed if waiting else None,
        completed_on=decided.target if decided else None,
        unsupported=unsupported(record),
        cited_as_done=cited_as_done(record),
        flags=tuple(verdict_flags(record, bodies)),
        searched=record.searched(),
    )


def _surveyed(one: Standing) -> Surveyed:
    doubt = one.deadline.doubt
    return Surveyed(
        group=one.key if one.alike is None else one.alike,
        key=one.key,
        deadline=one.deadline.kind,
        doubt=doubt.flag if doubt else None,
        reviewed=one.reviewed,
        waits=one.is_waiting,
        status=one.status,
        unsupported=one.unsupported,
    )
