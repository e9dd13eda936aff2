"""「統計」: how the data stand, in numbers with their denominators; they measure the AI's verdicts, not the agencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers import found
from handlers.agreement import statistics as reviewing
from handlers.message import Ask, Bar, Button, Chart, Message, Section, Tap, private
from handlers.policy import Policy, directory
from handlers.wording import NOT_UNDONE, heading
from records.query import Query
from store import statistics as measured
from store import watches
from store.engine import Transaction
from store.statistics import Measures

ENOUGH = 20
"""Reviewed verdicts from which on an agency's are told beside others'."""

LEGEND = ("已人工複核", "AI 判定達成·有較晚的公文", "AI 判定達成·佐證不足", "其他")
"""The parts of a bar, from the left."""

NO_RANKING = f"未複核的數字不排名次：它反映的是誰答復得多、AI 讀得準不準。複核滿 {ENOUGH} 件的機關才並列。"


def statistics(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「統計 法務部」, 「統計 社會福利」, 「統計」; 「統計 複核」 tells how the reviewing goes."""
    if ask.text.strip() in ("複核", "人工複核", "審核"):
        return reviewing(ask, tx, policy)
    return _by_year(tx, found.understand(tx, ask.text), ask.at.date())


def by_agency(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """The 依機關 button: the same numbers agency by agency, in the directory's order."""
    text = watches.question(tx, question)
    if text is None:
        return private("這個查詢已經找不到了，請重新輸入。")
    query, today = found.read_back(text), tap.at.date()
    bars, compared = [], []
    for body in directory():
        if body.kind not in ("ministry", "yuan") or body.until is not None:
            continue
        one = replace(query, agencies=(body.name,), only_itself=body.kind == "yuan")
        counted = measured.measures(tx, one, today, directory())
        if counted.total.all:
            bars.append(Bar(label=body.name, parts=_parts(counted)))
        if counted.settled.all >= ENOUGH:
            compared.append(f"{body.name}：複核 {counted.settled.all} 件，採認達成 {counted.accepted.all} 件")
    lines = [_line(bar) for bar in bars]
    return Message(
        title=f"統計｜{heading(query)}｜依機關",
        sections=(
            Section(text="\n".join([f"順序照機關名錄，不是名次。每列：{'／'.join(LEGEND)}", *lines])),
            Section(heading="複核過的", text="\n".join(compared) or NO_RANKING),
        ),
        footer=str(found.reach(tx, today)),
        chart=_chart(tx, f"{heading(query)}：依機關（名錄順序）", bars, today),
    )


def _by_year(tx: Transaction, query: Query, today: date) -> Message:
    counted = measured.measures(tx, query, today, directory())
    years = measured.measures_by_year(tx, query, today, directory())
    bars = [Bar(label=f"{year} 年答復" if year else "答復日不明", parts=_parts(one)) for year, one in years]
    question = watches.question_id(tx, str(query))
    buttons = [Button(label="🔎 看清單", action=f"page:{question}:0")]
    if not query.agencies:
        buttons.append(Button(label="📊 依機關", action=f"by-agency:{question}:0"))
    return Message(
        title=f"統計｜{heading(query)}",
        sections=(
            Section(text="\n".join(_told(counted))),
            Section(heading="依答復年", text="\n".join([f"每列：{'／'.join(LEGEND)}", *map(_line, bars)])),
            Section(text=NO_RANKING if not query.agencies else "數字在看 AI 的判定與擷取，不是在評比機關。"),
        ),
        footer=f"括號裡是同段承諾併計的筆數。\n{found.reach(tx, today)}",
        buttons=(tuple(buttons),) if counted.total.all else (),
        chart=_chart(tx, f"{heading(query)}：依答復年", bars, today) if bars else None,
    )


def _told(counted: Measures) -> list[str]:
    def both(name: str) -> str:
        number = getattr(counted, name)
        return f"{number.all}（{number.folded}）"

    return [
        f"承諾 {both('total')}",
        f"期限已過、未列達成：期限明確 {both('overdue_clear')}，期限存疑 {both('overdue_doubtful')}",
        f"無期限 {both('no_deadline')}",
        f"AI 判定達成、未複核 {both('claimed')}，其中佐證不足 {both('unsupported')}",
        f"已人工複核 {both('settled')}，其中採認達成 {both('accepted')}",
        f"⚠️ AI 判定達成 {counted.claimed.all} 件中，{counted.unsupported.all} 件 AI 引的公文不晚於答復；"
        f"這是在看 AI，不是在看機關，{NOT_UNDONE}。",
    ]


def _parts(counted: Measures) -> tuple[int, ...]:
    later = counted.claimed.all - counted.unsupported.all
    rest = counted.total.all - counted.settled.all - counted.claimed.all
    return counted.settled.all, later, counted.unsupported.all, rest


def _line(bar: Bar) -> str:
    return f"{bar.label}　{'／'.join(map(str, bar.parts))}"


def _chart(tx: Transaction, title: str, bars: Sequence[Bar], today: date) -> Chart:
    """The bars as a picture, with what must not be lost when it is passed on drawn into it."""
    return Chart(
        title=title,
        legend=LEGEND,
        bars=tuple(bars),
        caveat=f"佐證不足：AI 引用的公文都不晚於答復。這是在看 AI 的判定，不是在看機關，{NOT_UNDONE}。",
        source=str(found.reach(tx, today)).splitlines()[0] + "｜諾言",
    )
