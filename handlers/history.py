"""How a commitment came to stand as it does: all entries of its log by pages, and why the AI says it was kept."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import ask as asking
from handlers import found
from handlers.message import Ask, Button, Message, Section, Tap, private
from handlers.policy import Policy
from handlers.show import citations_section, cut, source_row
from handlers.wording import FLAG_NAMES, INDENT, NOT_UNDONE, agency_line, deadline_line, flag_line, status_line
from records.flags import VERDICT_FLAGS, citation_flag
from records.parse import parse
from records.query import Query
from records.record import HUMAN_REVIEW, Entry, Record
from records.status import Standing
from store import commitments
from store.engine import Transaction

PAGE = 5
"""Entries on a page: with a summary each they fit both platforms' messages."""

LONGEST_SUMMARY = 300
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])")


def log(tap: Tap, tx: Transaction, _: Policy, key: int, number: int) -> Message:
    """The 🧾 全部紀錄 button (0) and those that turn to its pages, from 1; the newest entries come first."""
    standing = commitments.standing(tx, key)
    if standing is None:
        return private("這筆承諾已不在資料裡。")
    record = _read(tx, standing)
    entries = record.entries[::-1]
    pages = max(1, -(-len(entries) // PAGE))
    page = min(max(number - 1, 0), pages - 1)
    turns = [Button(label="◀ 較新的", action=f"log:{key}:{page}")] if page else []
    turns += [Button(label="較舊的 ▶", action=f"log:{key}:{page + 2}")] if page + 1 < pages else []
    shown = [_entry(record, entry) for entry in entries[page * PAGE : (page + 1) * PAGE]]
    place = f"（{page + 1}/{pages}）" if pages > 1 else ""
    message = Message(
        title=f"{standing.title}\n全部紀錄 {len(entries)} 筆{place}",
        sections=tuple(Section(text=text) for text in shown or ["來源還沒有追蹤紀錄。"]),
        footer=f"每筆開頭是來源寫入的日子，不是公文的日期。\n{found.reach(tx, tap.at.date())}\n編號 {standing.id[:8]}",
        buttons=(*((tuple(turns),) if turns else ()), (Button(label="📄 承諾卡", action=f"show:{key}:0"),)),
    )
    return message.placed("edit") if number else message


def why(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「為什麼說達成」, as a reply to a card or with a commitment's number; about nothing in particular it is a question."""
    named = _ID.search(ask.text) or _ID.search(ask.quotes)
    if named is None:
        return asking.answer(replace(ask, text=ask.text.removeprefix("說")), tx, policy)
    today = ask.at.date()
    _, standings = found.find(tx, Query(ids=(named[0],)), today, limit=2)
    if len(standings) != 1:
        return asking.answer(replace(ask, text=named[0]), tx, policy)
    return _reasons(tx, standings[0], ask)


def _reasons(tx: Transaction, standing: Standing, ask: Ask) -> Message:
    record = _read(tx, standing)
    doubts = [f"⚠️ {flag_line(flag)}" for flag in standing.flags if flag.flag in VERDICT_FLAGS]
    told = [f"目前：{status_line(standing)}", deadline_line(standing, ask.at.date())]
    sections = [Section(text="\n".join(told))]
    if doubts:
        sections.append(Section(heading="疑點", text="\n".join([*dict.fromkeys(doubts), f"這些{NOT_UNDONE}。"])))
    if record.citations:
        sections.append(citations_section(tx, record, for_review=True))
    else:
        sections.append(Section(text="資料裡沒有 AI 引用的公文。"))
    sections.append(
        Section(
            heading="什麼可以算佐證",
            text="晚於答復、談的是同一件事、寫明已完成或做到多少的公文或公開資料。知道的話，請按「✍️ 提供佐證」。",
        )
    )
    return Message(
        title=f"AI 為什麼這樣判定｜{standing.title}",
        sections=tuple(sections),
        footer=f"{agency_line(standing)}\n{found.reach(tx, ask.at.date())}\n編號 {standing.id[:8]}",
        buttons=(
            (
                Button(label="🧾 全部紀錄", action=f"log:{standing.key}:0"),
                Button(label="✍️ 提供佐證", action=f"send:{standing.key}:0"),
            ),
            *source_row(standing),
        ),
    )


def _read(tx: Transaction, standing: Standing) -> Record:
    return parse(standing.path, commitments.find_text(tx, standing.key))[0]


def _entry(record: Record, entry: Entry) -> str:
    """An entry: the day it was written, what kind it is, its letter, the AI's judgement and summary as such."""
    day = entry.date.isoformat() if entry.date else "日期不明"
    if entry.heading == HUMAN_REVIEW and entry.field("決定編號"):
        return f"{day}　人工複核\n{INDENT}{cut(_plain(entry.text), LONGEST_SUMMARY)}"
    lines = [f"{day}　{'來源註記：' if entry.heading == HUMAN_REVIEW else ''}{entry.heading}"]
    citation = next((one for one in record.citations if one.entry is entry), None)
    if citation is None:
        return "\n".join([*lines, f"{INDENT}來源寫的：{cut(_plain(entry.text), LONGEST_SUMMARY)}"])
    letter = citation.letter
    lines.append(
        f"{INDENT}公文 {letter.date.isoformat() if letter.date else '日期不明'}　{letter.number or '沒有字號'}"
    )
    if flag := citation_flag(record, citation):
        lines.append(f"{INDENT}⚠️ {flag_line(flag) if flag.flag in FLAG_NAMES else flag.flag}，{NOT_UNDONE}")
    lines.append(f"{INDENT}AI 標示：{citation.judgement or '無'}")
    if citation.summary:
        lines.append(f"{INDENT}AI 摘要（非公文原文）：{cut(citation.summary, LONGEST_SUMMARY)}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """An entry's text on one line, without the marks that its source sets around names."""
    return " ".join(text.replace("**", "").split())
