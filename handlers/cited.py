"""The letters that the AI cited for a commitment: each with its date, its distance to the reply, and its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from handlers import found
from handlers.cutting import cut
from handlers.flag_words import flag_line, flag_words
from handlers.language import listed, say, say_n, short_date
from handlers.message import Button, Message, Section, Tap, in_rows
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.wording import INDENT, label, quoted
from records.flags import PREDATES, citation_flag
from records.letters import is_address, nearest_sentence
from records.record import Citation, Record
from records.topic import foreign_amounts
from store import letters
from store.engine import Transaction
from store.letters import HeldLetter

SHOWN_CITATIONS = 3
"""Letters shown in full on a card; one record of the corpus cites 38."""

_NUMBERS = "①②③"

SHOWN_SUMMARIES = 2
"""Further summaries of one letter that a review card shows."""

SHOWN_IN_SHORT = 12
"""Further letters that a review card names by their dates; two verdicts of the corpus rest on more than thirty."""

LONGEST_QUOTE = 320
"""Characters of a letter's sentence: all but a few end within."""

PAGE = 4
"""Further letters on a page of their own: in full they fit both platforms' messages."""


def _cited(record: Record, *, for_review: bool) -> tuple[Sequence[Citation], Sequence[Citation]]:
    """The letters that the AI cited, the newest first, `for_review` those of its verdicts: those that a card shows, the rest."""
    verdicts_last = sorted(record.citations, key=lambda citation: citation.is_verdict)
    cited = {_known_by(citation): citation for citation in verdicts_last}.values()
    newest = sorted(cited, key=lambda c: (for_review and c.is_verdict, c.letter.date or date.min), reverse=True)
    return newest[:SHOWN_CITATIONS], newest[SHOWN_CITATIONS:]


def _known_by(citation: Citation) -> str:
    """The letter that was cited; where it has no number, what was made of it."""
    return citation.letter.key or f"？{citation.summary}"


def _others_of(record: Record, citation: Citation) -> list[str]:
    """What other verdicts made of the same letter."""
    same = (one for one in record.verdicts if _known_by(one) == _known_by(citation))
    return [one for one in dict.fromkeys(one.summary for one in same) if one and one != citation.summary]


def section(tx: Transaction, record: Record, *, for_review: bool = False) -> Section:
    """The letters that the AI cited, each with its date, its distance to the reply, and its own words where it is held.

    `for_review` says what each is about (主旨), as far as some record holds it, and names the rest with their distances.
    """
    newest, rest = _cited(record, for_review=for_review)
    keys = [citation.letter.key for citation in newest if citation.letter.key]
    held = letters.held(tx, keys)
    lines: list[str] = []
    for number, citation in zip(_NUMBERS, newest, strict=False):
        lines += _citation_lines(number, record, citation, held.get(citation.letter.key or ""), subject=for_review)
    if rest and for_review:
        named = listed(_in_short(record, citation) for citation in rest[:SHOWN_IN_SHORT])
        more = say_n("…共 {n} 件", len(rest)) if len(rest) > SHOWN_IN_SHORT else ""
        lines.append(say("其餘：{named}{more}", named=named, more=more))
    heading = say_n("AI 引用的公文 {n} 件", len(newest) + len(rest)) + (
        say_n("，列 {n} 件", len(newest)) if rest else ""
    )
    return Section(heading=heading, text="\n".join(lines))


def _in_short(record: Record, citation: Citation) -> str:
    """A cited letter as its date and how far it lies from the reply: 2020-03-12（早於答復 629 天）."""
    when = short_date(citation.letter.date) if citation.letter.date else citation.letter.number or say("日期不明")
    distance = _distance(record, citation)
    return say("{when}（{distance}）", when=when, distance=distance) if distance else when


def more(tap: Tap, tx: Transaction, _: Policy, key: int, page: int) -> Message:
    """The 其餘公文 button (0) and those that turn its pages, from 1: the letters that a review card has no room for."""
    standing = found.standing(tx, key)
    record = record_of(tx, standing)
    rest = _cited(record, for_review=True)[1]
    at = max(page - 1, 0) if (page - 1) * PAGE < len(rest) else 0
    shown = rest[at * PAGE : (at + 1) * PAGE]
    held = letters.held(tx, [citation.letter.key for citation in shown if citation.letter.key])
    numbered = list(enumerate(shown, SHOWN_CITATIONS + at * PAGE + 1))
    lines: list[str] = []
    for number, citation in numbered:
        lines += _citation_lines(f"{number}.", record, citation, held.get(citation.letter.key or ""), subject=True)
    message = Message(
        title=say("AI 引用的其餘公文：{title}", title=standing.title),
        sections=(Section(text="\n".join(lines) or say("沒有其餘的公文。")),),
        footer=str(read_reach(tx, tap.at.date())),
        buttons=(
            *_links((str(number), citation) for number, citation in numbered),
            *turns(at, last_page(len(rest), PAGE), lambda to: f"cited:{key}:{to + 1}"),
        ),
    )
    return message.placed("edit") if page else message


def more_row(key: int, record: Record) -> tuple[tuple[Button, ...], ...]:
    """A button to the letters that a review card has no room for."""
    rest = _cited(record, for_review=True)[1]
    return ((Button(label=say_n("📚 其餘 {n} 件公文", len(rest)), action=f"cited:{key}:0"),),) if rest else ()


def letter_row(record: Record, *, for_review: bool = False) -> tuple[tuple[Button, ...], ...]:
    """A button to the gazette file of each cited letter that a card shows, by its number there."""
    newest, _ = _cited(record, for_review=for_review)
    return _links(zip(_NUMBERS, newest, strict=False))


def _links(numbered: Iterable[tuple[str, Citation]]) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(label=say("📄 公文{number}", number=number), url=citation.letter.url or "")
        for number, citation in numbered
        if is_address(citation.letter.url)
    ]
    return in_rows(buttons)


def _citation_lines(
    number: str, record: Record, citation: Citation, held: HeldLetter | None, *, subject: bool
) -> Sequence[str]:
    letter = citation.letter
    lines = [
        say(
            "{number} {date}　{letter}",
            number=number,
            date=short_date(letter.date) if letter.date else say("日期不明"),
            letter=letter.number or say("沒有字號"),
        )
    ]
    if distance := distance_line(record, citation):
        lines.append(f"{INDENT}{distance}")
    if subject and held and held.subject:
        lines.append(INDENT + say("主旨：{text}", text=cut(held.subject, 80)))
    lines.append(
        INDENT
        + say(
            "AI 標示：{judgement}（{heading}）",
            judgement=label(citation.judgement) or say("無"),
            heading=label(citation.entry.heading),
        )
    )
    lines += letter_words(record, citation, held.text if held else "")
    if subject and (others := _others_of(record, citation)):
        lines += [INDENT + say("AI 另一則摘要：{text}", text=cut(one, 160)) for one in others[:SHOWN_SUMMARIES]]
        if len(others) > SHOWN_SUMMARIES:
            lines.append(INDENT + say_n("另有 {n} 則摘要", len(others) - SHOWN_SUMMARIES))
    return lines


def letter_words(record: Record, citation: Citation, text: str) -> Sequence[str]:
    """What the cited letter says about the promise, and the AI's summary as such."""
    lines = []
    if not text:
        lines.append(INDENT + say("公文全文尚未收錄"))
    elif sentence := nearest_sentence(text, record.promise):
        lines.append(INDENT + say("公文原句：「{text}」", text=cut(sentence, LONGEST_QUOTE)))
    else:
        lines.append(INDENT + say("公文裡找不到與承諾相近的句子"))
    if citation.summary:
        lines.append(INDENT + say("AI 摘要（非公文原文）：{text}", text=cut(citation.summary, 160)))
        if text and (foreign := foreign_amounts(citation.summary, text, record.promise)):
            lines.append(
                INDENT
                + say(
                    "⚠️ 摘要裡的{amounts}不在公文裡",
                    amounts=quoted(foreign),
                )
            )
    return lines


def distance_line(record: Record, citation: Citation) -> str:
    """How far the cited letter lies from the commitment's own: 早於答復 629 天, 晚於答復 98 天."""
    flag = citation_flag(record, citation)
    if flag and flag.flag != PREDATES:
        return f"⚠️ {flag_line(flag)}"
    distance = _distance(record, citation)
    return f"⚠️ {distance}" if flag else distance


def _distance(record: Record, citation: Citation) -> str:
    """The same in short, without a sign."""
    flag = citation_flag(record, citation)
    if flag and flag.flag != PREDATES:
        return flag_words(flag)
    own, cited = record.letter.date, citation.letter.date
    if own is None or cited is None:
        return ""
    days = (cited - own).days
    return say_n("早於答復 {n} 天", -days) if days < 0 else say_n("晚於答復 {n} 天", days)
