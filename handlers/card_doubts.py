"""What a proposal's card says against the AI's word, strongest first, and what speaks for it all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import groupby

from handlers import cited
from handlers.cutting import cut_to
from handlers.flag_words import flag_line
from handlers.language import N_, listed, say, say_n, short_date, short_month
from handlers.message import Section
from handlers.wording import INDENT, NOT_UNDONE
from records.dates import names_a_year, stated, told_periods
from records.flags import NO_DOCUMENT, NOT_IN_TEXT, PREDATES, Flag, letters_in_doubt
from records.grounds import Grounds
from records.letters import nearest_first, sentences
from records.provisos import SHOWN as SHOWN_PROVISOS
from records.provisos import provisos
from records.record import Record
from records.status import Standing
from store.engine import Transaction

DOUBTS_SHOWN = 5

DATED_SENTENCES = 4
"""Sentences of a letter that name a date, on the card of a doubtful deadline."""

_ONE = 90
"""Characters of one such sentence."""


def of_verdict(tx: Transaction, record: Record, standing: Standing, grounds: Sequence[Grounds]) -> list[Section]:
    """The doubts, what speaks against them, and the letters that the AI cited."""
    sections = []
    if doubts := _doubts(record, standing, grounds):
        shown = doubts[:DOUBTS_SHOWN]
        lines = [f"{number} {line}" for number, line in enumerate(shown, 1)]
        if len(doubts) > DOUBTS_SHOWN:
            lines.append(say_n("另有 {n} 個疑點", len(doubts) - DOUBTS_SHOWN))
        lines.append(_not_undone_line(standing))
        sections.append(
            Section(
                heading=say_n("⚠️ 疑點 {n}", len(doubts)),
                text="\n".join([*lines, *_in_favour(record, standing, grounds)]),
            )
        )
    if record.citations:
        sections.append(cited.section(tx, record, for_review=True))
    return sections


def _not_undone_line(standing: Standing) -> str:
    """What the doubts come to, and that none of them says that nothing was done."""
    if not standing.unsupported:
        return say("疑點待查證，{not_undone}。", not_undone=say(NOT_UNDONE))
    if any(flag.flag == NO_DOCUMENT for flag in standing.flags):
        return say("查不到晚於答復的公文（佐證不足），{not_undone}。", not_undone=say(NOT_UNDONE))
    return say("AI 判定所依據的公文都不晚於答復（佐證不足），{not_undone}。", not_undone=say(NOT_UNDONE))


def _doubts(record: Record, standing: Standing, grounds: Sequence[Grounds]) -> list[str]:
    """The doubts in plain words, strongest first, each once."""
    target = short_date(standing.target) if standing.target else ""
    doubt = standing.deadline.doubt
    lines = [
        *_older_than_the_act(grounds),
        *_flag_lines(standing.flags, record),
        *([say("期限 {target}：{doubt}", target=target, doubt=flag_line(doubt))] if doubt else []),
        *_provisos(record),
    ]
    return list(dict.fromkeys(lines))


def _provisos(record: Record) -> list[str]:
    """What the promise ties itself to, in its own words; empty where it does to nothing."""
    tied = provisos(record.promise)[:SHOWN_PROVISOS]
    clauses = listed(say("「{word}」", word=clause) for clause in tied)
    return [say("承諾有條件：{clauses}", clauses=clauses)] if tied else []


def _flag_lines(flags: Sequence[Flag], record: Record) -> list[str]:
    """A line for each kind of doubt: of letters older than the reply the newest, and how many more letters there are.

    Which letter is of something else is told by its day, where several are cited.
    """
    lines, letters = [], letters_in_doubt(record)
    days = {citation.letter.key: citation.letter.date for citation in record.verdicts}
    for kind, same in groupby(flags, key=lambda flag: flag.flag):
        alike = list(same)
        shown = max(alike, key=lambda flag: flag.left) if kind == PREDATES else alike[0]
        others = letters.get(kind, len(alike)) - 1
        more = say_n("；另 {n} 件也早於答復", others) if kind == PREDATES else say_n("；同類另 {n} 件", others)
        line = flag_line(shown) + (more if others > 0 else "")
        if kind == NOT_IN_TEXT and len(days) > 1 and (day := days.get(shown.right)):
            line = say("{day} 的{line}", day=short_date(day), line=line)
        lines.append(line)
    return lines


def _older_than_the_act(grounds: Sequence[Grounds]) -> list[str]:
    """The strongest doubt: a cited letter is older even than what the promise tells of as done."""
    newest = next((known for known in grounds if not known.hold), None)
    if newest is None:
        return []
    told = N_("公文早於答復，也早於承諾提到的 {act}（公文 {document}）")
    if newest.in_letter:
        told = N_("公文早於答復，也早於答復原文提到的 {act}（公文 {document}）")
    return [say(told, act=_act(newest), document=short_date(newest.document))]


def _in_favour(record: Record, standing: Standing, grounds: Sequence[Grounds]) -> list[str]:
    """Why an older letter can be right all the same: the act that the promise tells of is older still.

    Not by a letter that does not speak of the matter.
    """
    aside = {flag.right for flag in standing.flags if flag.flag == NOT_IN_TEXT}
    elsewhere = {citation.letter.date for citation in record.verdicts if citation.letter.key in aside}
    newest = next((known for known in grounds if known.hold and known.document not in elsewhere), None)
    if newest is None:
        return []
    when = say("就在該日")
    if newest.document > newest.act:
        when = say("晚於該日") if newest.begun == newest.act else say("晚於該月")
    told = N_("可能成立的理由：承諾講的事發生在 {act}，公文{when}（{document}）")
    if newest.in_letter:
        told = N_("可能成立的理由：答復原文講的事發生在 {act}，公文{when}（{document}）")
    return [say(told, act=_act(newest), when=when, document=short_date(newest.document))]


def _act(known: Grounds) -> str:
    """When the act was: a month where no day of it is told."""
    return short_date(known.act) if known.begun == known.act else short_month(known.act)


def of_deadline(record: Record, standing: Standing, letter_text: str) -> list[Section]:
    """Why the date is doubtful, and the letter's own sentences that name a date."""
    doubt = standing.deadline.doubt
    doubts = [*([flag_line(doubt)] if doubt else []), *_provisos(record)]
    sections = [Section(heading=say("⚠️ 疑點"), text="\n".join(doubts))] if doubts else []
    names_a_date = partial(names_a_year, written_on=record.letter.date)
    tells_the_date = partial(_tells, day=standing.target, written_on=record.letter.date)
    tells_its_year = partial(_tells_year, day=standing.target, written_on=record.letter.date)
    near = nearest_first(sentences(letter_text or record.promise), record.promise)
    dated = sorted(filter(names_a_date, near), key=lambda one: (tells_the_date(one), tells_its_year(one)), reverse=True)
    if dated:
        whose = say("公文") if letter_text else say("承諾（AI 擷取）")
        more = [INDENT + say_n("另有 {n} 句", len(dated) - DATED_SENTENCES)] if len(dated) > DATED_SENTENCES else []
        text = "\n".join(
            [
                *(
                    say("・「{sentence}」", sentence=_around(sentence, tells_the_date, tells_its_year, names_a_date))
                    for sentence in dated[:DATED_SENTENCES]
                ),
                *more,
            ]
        )
        sections.append(Section(heading=say("{whose}裡提到日期的句子", whose=whose), text=text))
    elif letter_text:
        sections.append(Section(text=say("公文裡沒有寫到年月的句子。")))
    return sections


def _tells(text: str, day: date | None, written_on: date | None) -> bool:
    """Whether a text names a day, or its month, with the year."""
    return day is not None and any(first <= day <= last for first, last in told_periods(text, written_on))


def _tells_year(text: str, day: date | None, written_on: date | None) -> bool:
    """Whether a text states something of a day's year."""
    return day is not None and any(year == day.year for year, _ in stated(text, written_on))


def _around(sentence: str, *wanted: Callable[[str], bool]) -> str:
    """A sentence; a long one begins near the first clause that tells the date, else its year, else any date (`wanted`, in order)."""
    clauses = sentence.split("，")
    at = next((at for is_wanted in wanted for at, clause in enumerate(clauses) if is_wanted(clause)), 0)
    fitting = (start for start in (0, at - 1) if start >= 0 and len("，".join(clauses[start : at + 1])) <= _ONE)
    start = next(fitting, at)
    return ("…" if start else "") + cut_to("，".join(clauses[start:]), max(_ONE, len(clauses[at])))
