"""A chat's weekly round: what stays past its clear deadline, and, where there is no news, that there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers import alerts, found
from handlers.agency_words import agency_now
from handlers.cutting import cut, cut_to
from handlers.deadline_words import claimed_done, deadline_line
from handlers.language import say, say_n, short_date
from handlers.message import Button, Chat, Message, Section, in_rows
from handlers.news import as_public
from handlers.query_words import short
from handlers.reach import read_reach
from handlers.week import news_of
from handlers.wording import INDENT
from records.query import CLEAR, DUE_SOON, OVERDUE, Query
from records.status import Standing
from store import chats, digests, matching, outbox, recipients, watches
from store.engine import Transaction
from store.watches import Watch

REPEATED_AFTER = timedelta(days=4)
"""How long after its news a promise that stays past its date is named again."""

REMINDER = 1500
"""Characters that are kept for the reminder: REMINDED titles with their dates, cut where they are longer."""

REMINDED = 10
"""Promises that one reminder lists, near-duplicates of one date being one."""

WHOLE_LISTS = 3
"""Watches whose whole list a reminder opens."""


def without_news(tx: Transaction, chat: Chat, at: datetime) -> Message | None:
    """The round of a week without news: what stays overdue, or that nothing is new; None where neither is wanted."""
    today = at.date()
    reach = read_reach(tx, today)
    reminder = reminded(tx, Message(title=say("每週提醒 {today}", today=short_date(today))), chat, at)
    if reminder.sections:
        queries = [held.query for held in _reminding(tx, chat, at)]
        called = alerts.names(tx, queries, titles=True)
        return replace(reminder, footer=f"{alerts.because([called[query] for query in dict.fromkeys(queries)])}{reach}")
    place = chat.place
    told = digests.was_told_since_round(tx, place, at - timedelta(days=7))
    if told or outbox.owes_news(tx, place) or not chats.chose(tx, place, "weekly_note"):
        return None
    awake = [one for one in watches.of_chat(tx, place) if not one.rests(at)]
    asked = {one.query: found.read_back(one.query) for one in awake}
    since = today - timedelta(days=6)
    if any(fact.kind in one.options.kinds for one in awake for fact in news_of(tx, asked[one.query], since, today, at)):
        return None  # it came before somebody subscribed, or while the watch rested
    until = say("，公文收錄至 {coverage}", coverage=short_date(reach.coverage)) if reach.coverage else ""
    names = list(alerts.names(tx, asked, titles=True).values())
    return Message(title=say("本週沒有新消息{until}", until=until), footer=f"{alerts.because(names)}{reach}")


def reminded(tx: Transaction, message: Message, chat: Chat, at: datetime) -> Message:
    """Append to a message the promises that stay past a clear deadline, where a chat wants to be reminded of them.

    Those that it heard of in the last days, or hears of now, are left out. Items are numbered on from those of the message.
    """
    today = at.date()
    left_out = {*watches.muted(tx, chat.place), *recipients.heard_since(tx, chat.place, "overdue", at - REPEATED_AFTER)}
    late: dict[int, Standing] = {}
    asked = []
    for watch in _reminding(tx, chat, at):
        query = found.read_back(watch.query)
        asked.append(_past(query))
        answers = matching.find(tx, asked[-1], today, limit=None)
        late |= {one.key: one for one in answers if one.key not in left_out}
    for key, standing in as_public(tx, list(late.values()), at).items():
        late[key] = standing
    late = {key: one for key, one in late.items() if one.is_overdue(today) and one.has_clear_deadline}
    if not late:
        return message
    promises: dict[tuple[object, ...], list[Standing]] = {}
    for one in late.values():
        promises.setdefault((one.alike or one.key, one.target, one.agencies), []).append(one)
    before = sum(button.action.startswith("show:") for row in message.buttons for button in row)
    shown = list(enumerate(list(promises.values())[:REMINDED], before + 1))
    lines = [_item(number, *alike, at=at) for number, alike in shown]
    if left := len(late) - sum(len(alike) for _, alike in shown):
        lines.append(say_n("另有 {n} 件", left))
    numbers = [Button(label=str(number), action=f"show:{alike[0].key}:0") for number, alike in shown]
    whole = [
        Button(label=f"🔎 {cut_to(short(query), 28)}", action=f"page:{watches.question_id(tx, str(query))}:0")
        for query in asked[:WHOLE_LISTS]
    ]
    claimed = any(map(claimed_done, late.values()))  # then the list's title must not say that nothing is on file
    heading = say("期限已過") if claimed else say("期限已過·未見完成紀錄")
    text = "\n".join([*lines, alerts.unknown_since()])
    return replace(
        message,
        sections=(*message.sections, Section(heading=heading + say("（{n}）", n=len(late)), text=text)),
        buttons=(
            *message.buttons,
            *in_rows(numbers),
            *((one,) for one in whole),
        ),
    )


def _past(query: Query) -> Query:
    """What of a question's answers is past a clear date by now, whenever it asks for them (即將到期, 本月到期)."""
    lasting = [name for name in query.conditions if name != DUE_SOON]
    return replace(query, due_in=(), conditions=tuple(dict.fromkeys((*lasting, OVERDUE, CLEAR))))


def _item(number: int, standing: Standing, *alike: Standing, at: datetime) -> str:
    lines = [f"{number} {cut(standing.title, 30)}", INDENT + agency_now(standing) + alerts.looked_up(standing)]
    lines.append(INDENT + deadline_line(standing, at.date()))
    lines += [INDENT + say_n("同段承諾另有 {n} 筆", len(alike))] if alike else []
    return "\n".join(lines)


def _reminding(tx: Transaction, chat: Chat, at: datetime) -> list[Watch]:
    """A chat's watches that want to be reminded, and don't rest."""
    held = watches.of_chat(tx, chat.place)
    return [one for one in held if one.options.remind and not one.rests(at)]
