"""How a commitment came to stand as it does: all entries of its log by pages, and why the AI says it was kept."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from handlers import ask as asking
from handlers import cited, found, show
from handlers.agency_words import agency_line
from handlers.card_doubts import DOUBTS_SHOWN
from handlers.cutting import cut
from handlers.deadline_words import deadline_line
from handlers.flag_words import FLAG_NAMES, flag_line
from handlers.language import say, say_n, short_date
from handlers.message import Ask, Button, Message, Section, Tap
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.status_words import status_line
from handlers.wording import INDENT, NOT_UNDONE, label
from records.flags import VERDICT_FLAGS, citation_flag
from records.query import Query
from records.question.lexicon import SHOWN_ID
from records.question.meanings import QuestionError
from records.record import HUMAN_REVIEW, Entry, Record
from records.status import Standing
from store import decisions, matching
from store.engine import Transaction

PAGE = 5
"""Entries on a page: with a summary each they fit both platforms' messages."""

LONGEST_SUMMARY = 300
_ID = re.compile(r"(?<![0-9a-f])([0-9a-f]{8})(?![0-9a-f])")


def log(tap: Tap, tx: Transaction, _: Policy, key: int, number: int) -> Message:
    """The 🧾 全部紀錄 button (0) and those that turn to its pages, from 1; the newest entries come first."""
    standing = found.standing(tx, key)
    record = record_of(tx, standing)
    entries = record.entries[::-1]
    last = last_page(len(entries), PAGE)
    page = min(max(number - 1, 0), last)
    ours = decisions.left_in_files(tx, [standing.key]).get(standing.key, {})
    shown = [_entry(record, entry, ours) for entry in entries[page * PAGE : (page + 1) * PAGE]]
    place = say_n("（{n}/{pages}）", page + 1, pages=last + 1) if last else ""
    message = Message(
        title=say_n("{title}\n全部紀錄 {n} 筆{place}", len(entries), title=standing.title, place=place),
        sections=tuple(Section(text=text) for text in shown or [say("來源還沒有追蹤紀錄。")]),
        footer=say(
            "每筆開頭是來源寫入的日子，不是公文的日期。\n{reach}\n編號 {record}",
            reach=read_reach(tx, tap.at.date()),
            record=standing.id[:8],
        ),
        buttons=(
            *turns(page, last, lambda to: f"log:{key}:{to + 1}", newest_first=True),
            (Button(label=say("📄 承諾卡"), action=f"show:{key}:0"),),
        ),
    )
    return message.placed("edit") if number else message


def why(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「為什麼說達成」, as a reply to a card or with a commitment's number; about nothing in particular it is a question."""
    named = _ID.search(ask.text) or SHOWN_ID.search(ask.quotes)
    if named is None:
        rest = re.sub(r"[\s?？。!！]", "", ask.text).removeprefix("說")
        if rest in ("", "達成", "AI判定達成", "已達成", "kept", "done"):
            raise QuestionError("要問哪一筆？回覆那張承諾卡，或附上編號。例如：為什麼 5d6747b3")
        return asking.answer(replace(ask, text=ask.text.removeprefix("說")), tx, policy)
    today = ask.at.date()
    id_ = named[1]
    standings = matching.find(tx, Query(ids=(id_,)), today, limit=2)
    if not standings and named.re is _ID:  # eight digits may be a day (20231231)
        return asking.answer(replace(ask, text=ask.text.removeprefix("說")), tx, policy)
    if len(standings) != 1:
        return asking.answer(replace(ask, text=id_), tx, policy)
    return _reasons(tx, standings[0], ask)


def _reasons(tx: Transaction, standing: Standing, ask: Ask) -> Message:
    record = record_of(tx, standing)
    doubts = [f"⚠️ {flag_line(flag)}" for flag in standing.flags if flag.flag in VERDICT_FLAGS]
    told = [
        say("目前：{status}", status=status_line(standing)),
        *show.decided_lines(tx, standing),
        deadline_line(standing, ask.at.date()),
    ]
    sections = [Section(text="\n".join(told))]
    if doubts:
        sections.append(
            Section(
                heading=say("疑點"),
                text="\n".join([*_first(doubts), say("這些{not_undone}。", not_undone=say(NOT_UNDONE))]),
            )
        )
    if record.citations:
        sections.append(cited.section(tx, record, for_review=True))
    else:
        sections.append(Section(text=say("資料裡沒有 AI 引用的公文。")))
    sections.append(
        Section(
            heading=say("什麼可以算佐證"),
            text=say("晚於答復、談的是同一件事、寫明已完成或做到多少的公文或公開資料。知道的話，請按「✍️ 提供佐證」。"),
        )
    )
    return Message(
        title=say("AI 為什麼這樣判定｜{title}", title=standing.title),
        sections=tuple(sections),
        footer=say(
            "{agency}\n{reach}\n編號 {record}",
            agency=agency_line(standing),
            reach=read_reach(tx, ask.at.date()),
            record=standing.id[:8],
        ),
        buttons=(
            (
                Button(label=say("🧾 全部紀錄"), action=f"log:{standing.key}:0"),
                Button(label=say("✍️ 提供佐證"), action=f"send:{standing.key}:0"),
            ),
            *show.source_row(standing),
        ),
    )


def _first(doubts: Sequence[str]) -> list[str]:
    """The strongest doubts, each once; one record of the corpus has more than thirty."""
    each = list(dict.fromkeys(doubts))
    more = [say_n("另有 {n} 個疑點", len(each) - DOUBTS_SHOWN)] if len(each) > DOUBTS_SHOWN else []
    return each[:DOUBTS_SHOWN] + more


def _entry(record: Record, entry: Entry, ours: Container[str]) -> str:
    """An entry: the day it was written, what kind it is, its letter, the AI's judgement and summary as such.

    A human review is one of `ours` by its decision's id; any other is what the source says.
    """
    day = short_date(entry.date) if entry.date else say("日期不明")
    if entry.heading == HUMAN_REVIEW and entry.field("決定編號") in ours:
        return day + say("　人工複核") + f"\n{INDENT}{cut(_plain(entry.text), LONGEST_SUMMARY)}"
    claimed = say("來源註記：") if entry.heading == HUMAN_REVIEW else ""
    lines = [f"{day}　{claimed}{label(entry.heading)}"]
    citation = next((one for one in record.citations if one.entry is entry), None)
    if citation is None:
        return "\n".join([*lines, INDENT + say("來源寫的：{text}", text=cut(_plain(entry.text), LONGEST_SUMMARY))])
    letter = citation.letter
    lines.append(
        INDENT
        + say(
            "公文 {date}　{number}",
            date=short_date(letter.date) if letter.date else say("日期不明"),
            number=letter.number or say("沒有字號"),
        )
    )
    if flag := citation_flag(record, citation):
        lines.append(
            INDENT
            + say(
                "⚠️ {doubt}，{not_undone}",
                doubt=flag_line(flag) if flag.flag in FLAG_NAMES else flag.flag,
                not_undone=say(NOT_UNDONE),
            )
        )
    lines.append(INDENT + say("AI 標示：{judgement}", judgement=label(citation.judgement) or say("無")))
    if citation.summary:
        lines.append(INDENT + say("AI 摘要（非公文原文）：{text}", text=cut(citation.summary, LONGEST_SUMMARY)))
    return "\n".join(lines)


def _plain(text: str) -> str:
    """An entry's text on one line, without the marks that its source sets around names."""
    return " ".join(text.replace("**", "").split())
