"""「統計」: how the data stand, in numbers with their denominators; they measure the AI's verdicts, not the agencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import agreement, found, listing, offers
from handlers.agency_words import called, called_shortly
from handlers.language import N_, say
from handlers.message import Ask, Bar, Button, Chart, Message, Section, Tap
from handlers.policy import Policy
from handlers.query_words import heading
from handlers.reach import read_reach
from handlers.wording import NOT_UNDONE
from records.agencies import directory
from records.query import OVERDUE, Query
from records.question.suggestions import Understood
from store import statistics as measured
from store import watches
from store.engine import Transaction
from store.statistics import Measures

ENOUGH = 20
"""Reviewed verdicts from which on an agency's are told beside others'."""

_EACH_AGENCY = re.compile(
    r"(?:依|按|各個?|每個?|哪個|哪一個|哪些)(?:機關|部會|單位)(?:別|的|之)?|\b(?:by|each) (?:agency|ministry)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Division:
    """How bars are parted: the names of the parts, from the left, their numbers, and what must be said beside them."""

    legend: tuple[str, ...]
    parts: Callable[[Measures], tuple[int, ...]]
    caveat: str


def _by_verdict(counted: Measures) -> tuple[int, ...]:
    later = counted.claimed.all - counted.unsupported.all
    rest = counted.total.all - counted.settled.all - counted.claimed.all
    return counted.settled.all, later, counted.unsupported.all, rest


def _by_deadline(counted: Measures) -> tuple[int, ...]:
    return counted.overdue_clear.all, counted.overdue_doubtful.all


_VERDICTS = _Division(
    legend=(N_("已人工複核"), N_("AI 判定達成·有較晚的公文"), N_("AI 判定達成·佐證不足"), N_("其他")),
    parts=_by_verdict,
    caveat=N_("注意：佐證不足：AI 判定所依據的公文都不晚於答復。這是在看 AI 的判定，不是在看機關，{not_undone}。"),
)
_DEADLINES = _Division(
    legend=(N_("期限明確"), N_("期限存疑")),
    parts=_by_deadline,
    caveat=N_("注意：期限存疑的要先查證，請勿寫成「逾期」。期限已過，是收錄的公文裡未見完成紀錄，{not_undone}。"),
)

ABOUT_THE_AI = N_("數字在看 AI 的判定與擷取，不是在評比機關。")
NO_RANKING = N_(
    "未複核的數字不排名次：它反映的是誰答復得多、AI 讀得準不準。複核滿 {enough} 件的機關，才並列採認的件數。"
)


OF_REVIEWS = ("複核", "人工複核", "審核", "review", "reviews")
"""What the numbers are asked of that tell how the reviewing goes."""


def statistics(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「統計 法務部」, 「統計 社會福利」, 「統計」; 「統計 複核」 tells how the reviewing goes."""
    if ask.text.strip() in OF_REVIEWS:
        return agreement.numbers(tx, ask.at.date())
    understood, each_agency = read(tx, ask.text)
    return answer(tx, understood, ask.at, each_agency=each_agency)


def read(tx: Transaction, text: str) -> tuple[Understood, bool]:
    """What the numbers are asked of, and whether agency by agency (統計 各機關). Raises QuestionError."""
    of = _EACH_AGENCY.sub(" ", text)
    return found.read(tx, of), of != text


def answer(tx: Transaction, understood: Understood, at: datetime, *, each_agency: bool) -> Message:
    """The numbers of what a question finds, by the years of the replies, or agency by agency."""
    # one agency by itself has no row beside it
    measure = _by_agency if each_agency and len(understood.query.agencies) != 1 else _by_year
    return listing.unless_empty(tx, understood, at, lambda query: measure(tx, query, at.date()))


def by_agency(tap: Tap, tx: Transaction, _: Policy, question: int, _version: int) -> Message:
    """The 依機關 button: the same numbers agency by agency, in the directory's order."""
    return _by_agency(tx, found.asked(tx, question), tap.at.date())


def _by_agency(tx: Transaction, query: Query, today: date) -> Message:
    division, bars, compared = _division(query), [], []
    rest = query
    for body in directory():
        if body.kind not in ("ministry", "yuan") or body.until is not None:
            continue
        if query.agencies and body.name not in query.agencies:
            continue
        one = replace(query, agencies=(body.name,))
        counted = measured.measures(tx, one, today)
        if counted.total.all:
            bars.append(Bar(label=called_shortly(body.name), parts=division.parts(counted)))
            named = Query(agencies=one.agencies)
            rest = replace(rest, without=(*rest.without, named))
        if counted.settled.all >= ENOUGH:
            compared.append(
                say(
                    "{name}：複核 {whole} 件，採認達成 {part} 件",
                    name=called(body.name),
                    whole=counted.settled.all,
                    part=counted.accepted.all,
                )
            )
    others = measured.measures(tx, rest, today)
    if others.total.all and bars:
        bars.append(Bar(label=say("其他機關、未載明"), parts=division.parts(others)))
    lines = [_line(bar) for bar in bars]
    return Message(
        title=say("統計｜{heading}｜依機關", heading=heading(query)),
        sections=(
            Section(
                text="\n".join(
                    [
                        say(
                            "順序照機關名錄，不是名次。每列：{legend}", legend=say("／").join(map(say, division.legend))
                        ),
                        *lines,
                        _caveat(division),
                    ]
                )
            ),
            Section(heading=say("複核過的"), text="\n".join(compared) or say(NO_RANKING, enough=ENOUGH)),
        ),
        footer=say(
            "幾個機關一起負責的承諾，或同時列在兩個部會下的機關，每個部會各算一次。\n{reach}",
            reach=read_reach(tx, today),
        ),
        chart=_chart(tx, say("{heading}：依機關（照名錄，不是名次）", heading=heading(query)), division, bars, today),
    )


def _by_year(tx: Transaction, query: Query, today: date) -> Message:
    counted = measured.measures(tx, query, today)
    division = _division(query)
    years = measured.measures_by_year(tx, query, today)
    bars = [
        Bar(label=say("{year} 年答復", year=year) if year else say("答復日不明"), parts=division.parts(one))
        for year, one in years
    ]
    question = watches.question_id(tx, str(query))
    buttons = [Button(label=say("🔎 看清單"), action=f"page:{question}:0")]
    if not query.agencies:
        buttons.append(Button(label=say("📊 依機關"), action=f"by-agency:{question}:0"))
    return Message(
        title=say("統計｜{heading}", heading=heading(query)),
        sections=(
            Section(text="\n".join([*offers.idle_exclusions(tx, query, today), *_told(counted)])),
            Section(
                heading=say("依答復年"),
                text="\n".join(
                    [
                        say("每列：{legend}", legend=say("／").join(map(say, division.legend))),
                        *map(_line, bars),
                        *([_caveat(division)] if division is _DEADLINES else []),  # of verdicts it stands above
                    ]
                ),
            ),
            Section(text=say(NO_RANKING, enough=ENOUGH) if not query.agencies else say(ABOUT_THE_AI)),
        ),
        footer=say("括號裡是同段承諾併計的筆數。\n{reach}", reach=read_reach(tx, today)),
        buttons=(tuple(buttons),) if counted.total.all else (),
        chart=_chart(tx, say("{heading}：依答復年", heading=heading(query)), division, bars, today) if bars else None,
    )


def _told(counted: Measures) -> list[str]:
    def both(name: str) -> str:
        number = getattr(counted, name)
        return say("{whole}（{folded}）", whole=number.all, folded=number.folded)

    lines = [
        say("承諾 {n}", n=both("total")),
        say("期限明確 {n}，其中已過、未列達成 {part}", n=both("clear"), part=both("overdue_clear")),
        say("期限存疑 {n}，其中已過、未列達成 {part}", n=both("doubtful"), part=both("overdue_doubtful")),
        say("無期限 {n}", n=both("no_deadline")),
        say("AI 判定達成、未複核 {n}，其中佐證不足 {part}", n=both("claimed"), part=both("unsupported")),
        say(
            "已人工複核 {n}，其中採認達成 {part}、AI 判定不採認 {declined}",
            n=both("settled"),
            part=both("accepted"),
            declined=both("declined"),
        ),
    ]
    if counted.waiting.all:
        lines.append(say("AI 提出改列、待複核 {n}", n=both("waiting")))
    if counted.claimed.all:
        lines.append(
            say(
                "⚠️ AI 判定達成 {whole} 件中，{part} 件所依據的公文不晚於答復；這是在看 AI，不是在看機關，{not_undone}。",
                whole=counted.claimed.all,
                part=counted.unsupported.all,
                not_undone=say(NOT_UNDONE),
            )
        )
    return lines


def _division(query: Query) -> _Division:
    """What is told of each bar: of a question for passed deadlines, whether they are clear."""
    return _DEADLINES if OVERDUE in query.conditions else _VERDICTS


def _caveat(division: _Division) -> str:
    return say(division.caveat, not_undone=say(NOT_UNDONE))


def _line(bar: Bar) -> str:
    parts = say("／").join(map(str, bar.parts))
    return f"{bar.label}　{parts}"


def _chart(tx: Transaction, title: str, division: _Division, bars: Sequence[Bar], today: date) -> Chart:
    """The bars as a picture, with what must not be lost when it is passed on drawn into it."""
    return Chart(
        title=title,
        legend=tuple(map(say, division.legend)),
        bars=tuple(bars),
        caveat=_caveat(division),
        source=str(read_reach(tx, today)).splitlines()[0] + say("｜諾言"),
        adds_up=division is not _DEADLINES,
    )
