"""Answering a question: counts that part clear deadlines from doubtful ones, then the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from handlers import found, show
from handlers.message import Ask, Button, Chat, Message, Section, Tap, private
from handlers.policy import Policy, directory
from handlers.wording import (
    DOUBT_HEADINGS,
    INDENT,
    NOT_UNDONE,
    agency_line,
    deadline_line,
    heading,
    is_doubted,
    status_line,
    understood,
)
from records.query import OVERDUE, WAITING, Query
from records.record import DELAYED, TRACKING
from records.status import Standing
from store import commitments, proposals, watches
from store.commitments import Counts
from store.engine import Transaction

PAGE = 10
"""Folded items on a page: with two lines each they fit both platforms' messages."""

_VERDICTS = {"reviewed": "已複核", "declined": "不採認", "unreviewed": "達成未複核", "doubtful": "達成存疑（佐證不足）"}
"""How people dealt with the AI's verdicts; each kind is counted apart."""


def answer(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """Answer a question."""
    return answer_query(tx, found.understand(tx, ask.text), ask.chat, ask.at.date())


def answer_query(tx: Transaction, query: Query, chat: Chat, today: date) -> Message:
    """The first page of a question's answer; one that finds a single record by its id shows the record."""
    if query.ids:
        matches = commitments.matching(tx, query, today, directory(), limit=2)
        if len(matches) == 1:
            return show.card(tx, matches[0], chat, today)
    return page(tx, query, today, 0)


def turn_page(tap: Tap, tx: Transaction, _: Policy, question: int, offset: int) -> Message:
    """Show another page in place of the one that was tapped."""
    text = watches.question(tx, question)
    if text is None:
        return private("這個查詢已經找不到了，請重新輸入。")
    return page(tx, found.read_back(text), tap.at.date(), max(offset, 0)).placed("edit")


def page(tx: Transaction, query: Query, today: date, offset: int) -> Message:
    """One page of a question's answer."""
    counts = commitments.count(tx, query, today, directory())
    if offset >= counts.folded:
        offset = 0
    if query.ids:  # files that share an id are each to be seen
        shown = [(standing, 1) for standing in commitments.matching(tx, query, today, directory(), limit=PAGE)]
    else:
        shown = commitments.folded(tx, query, today, directory(), limit=PAGE, offset=offset)
    question = watches.question_id(tx, str(query))
    backlog = proposals.count_waiting(tx, backlog=True) if WAITING in query.conditions else 0
    doubted = any(is_doubted(standing) for standing, _ in shown)
    summary = _summary(query, counts, today, backlog=backlog, doubted=doubted)
    return Message(
        title=heading(query),
        sections=(Section(text=summary), *_sections(shown, counts, query, today, offset)),
        footer=f"{found.reach(tx, today)}\n公文收錄日之後的進度這裡查不到。",
        buttons=_buttons(shown, counts, question, offset),
    )


def _summary(query: Query, counts: Counts, today: date, *, backlog: int, doubted: bool) -> str:
    doubtful = sum(counts.doubts.values())
    none = counts.total - counts.clear - doubtful
    lines = [
        f"共 {counts.total} 件" + (f"（同段承諾併計為 {counts.folded} 筆）" if counts.folded != counts.total else "")
    ]
    if counts.total:
        lines.append(f"期限明確 {counts.clear}　期限存疑 {doubtful}" + (f"　無期限 {none}" if none else ""))
    if verdicts := [f"{word} {counts.verdicts[kind]}" for kind, word in _VERDICTS.items() if counts.verdicts[kind]]:
        lines.append(f"AI 判定：{'、'.join(verdicts)}")
    if counts.waiting:
        lines.append(f"其中 {counts.waiting} 件待複核")
    lines.append(
        f"條件：{understood(query)}" + (f"·期限早於 {today.isoformat()}" if OVERDUE in query.conditions else "")
    )
    if WAITING in query.conditions:
        lines.append(f"另有既有判定 {backlog} 件待複核，不在這裡；複核人輸入「複核」逐件看")
    if set(query.statuses) == {TRACKING, DELAYED}:
        lines.append(f"「尚無結論」{NOT_UNDONE}")
    if doubted:
        lines.append(f"⚠️ 佐證不足：AI 引用的公文都不晚於答復；這是在看 AI，不是在看機關，{NOT_UNDONE}")
    if not counts.total:
        lines += [
            "沒有相符的承諾。也可能是這個問法還看不懂：試著少用一個條件。",
            "例如：法務部 逾期、衛福部 即將到期、影像下架",
        ]
    elif OVERDUE in query.conditions and doubtful:
        lines += ["", f"⚠️ {doubtful} 件的期限要先查證，請勿直接寫成「逾期」。"]
    return "\n".join(lines)


def _sections(
    shown: Sequence[tuple[Standing, int]], counts: Counts, query: Query, today: date, offset: int
) -> list[Section]:
    numbered = list(enumerate(shown, offset + 1))
    sections = []
    for kind, items in groupby(numbered, key=lambda numbered_item: _kind(numbered_item[1][0])):
        lines = [line for number, (standing, size) in items for line in _item(number, standing, size, query, today)]
        sections.append(Section(heading=_kind_heading(kind, counts), text="\n".join(lines)))
    return sections


def _kind(standing: Standing) -> str:
    return standing.deadline.doubt.flag if standing.deadline.doubt else standing.deadline.kind


def _kind_heading(kind: str, counts: Counts) -> str:
    if kind == "clear":
        return f"期限明確（{counts.clear}）"
    if kind == "none":
        return f"無期限（{counts.total - counts.clear - sum(counts.doubts.values())}）"
    return f"{DOUBT_HEADINGS[kind]}（{counts.doubts[kind]}）"


def _item(number: int, standing: Standing, size: int, query: Query, today: date) -> list[str]:
    """One list item: title, then dates, then whatever must stand beside a claimed status."""
    lines = [f"{number} {standing.title}"]
    answered = f"答復 {standing.letter_date.isoformat()}" if standing.letter_date else "答復日未載明"
    deadline = deadline_line(standing, today).partition(" ⚠️")[0]
    lines.append(f"{INDENT}{deadline}｜{answered}")
    said = [] if (agency_line(standing),) == query.agencies else [agency_line(standing)]
    said += [] if status_line(standing) == "尚無結論" else [status_line(standing)]
    if said:
        lines.append(f"{INDENT}{'｜'.join(said)}")
    if is_doubted(standing):
        lines.append(f"{INDENT}⚠️ 佐證不足，{NOT_UNDONE}")
    if size > 1:
        lines.append(f"{INDENT}同段承諾另有 {size - 1} 筆")
    return lines


def _buttons(
    shown: Sequence[tuple[Standing, int]], counts: Counts, question: int, offset: int
) -> tuple[tuple[Button, ...], ...]:
    numbers = [
        Button(label=str(number), action=f"show:{standing.key}:0")
        for number, (standing, _) in enumerate(shown, offset + 1)
    ]
    rows = [tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)]
    pages = []
    if offset > 0:
        pages.append(Button(label="◀ 上一頁", action=f"page:{question}:{max(offset - PAGE, 0)}"))
    if offset + PAGE < counts.folded:
        pages.append(Button(label="下一頁 ▶", action=f"page:{question}:{offset + PAGE}"))
    rows += [tuple(pages)] if pages else []
    watch = (Button(label="🔔 訂閱這個查詢", action=f"offer:{question}:0"),)
    return (*rows, watch) if counts.total else ()
