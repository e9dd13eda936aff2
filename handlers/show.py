"""Showing one commitment: who or what set its status, the promise, the letters' dates, the doubts in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers import found, mute
from handlers.language import listed, long_date, say, say_n, short_date
from handlers.message import Button, Chat, Message, Section, Tap, private
from handlers.policy import Policy
from handlers.reread import record_of
from handlers.wording import (
    INDENT,
    agency_line,
    beside,
    brief_status,
    case,
    deadline_state,
    decided_words,
    doubt_line,
    doubts_in_short,
    flag_line,
    quoted,
    status_line,
    target_words,
)
from records.flags import PREDATES, citation_flag
from records.letters import is_verbatim, nearest_sentence
from records.record import Citation, Record
from records.status import Standing
from records.topic import foreign_amounts
from store import commitments, letters, proposals, watches
from store.engine import Transaction

SHOWN_CITATIONS = 3
"""Letters shown in full on a card; one record of the corpus cites 38."""

SHOWN_ALIKE = 6
"""Near-duplicates that a card offers; the largest group of the corpus has seven records."""

_NUMBERS = "①②③"

SHOWN_IN_SHORT = 12
"""Further letters that a review card names by their dates; two verdicts of the corpus rest on more than thirty."""

LONGEST_QUOTE = 320
"""Characters of a letter's sentence: all but a few end within."""

LONGEST_TEXT = 700
"""Characters of a promise or summary that a card shows; the longest real promise has fewer."""


def open_card(tap: Tap, tx: Transaction, _: Policy, key: int, _version: int) -> Message:
    """Show the commitment whose number was tapped, as a new message."""
    standing = commitments.standing(tx, key)
    if standing is None:
        return private(say("這筆承諾已不在資料裡。"))
    return card(tx, standing, tap.chat, tap.at.date())


def card(tx: Transaction, standing: Standing, chat: Chat, today: date) -> Message:
    """A commitment's card, to be shown in a chat."""
    record = record_of(tx, standing)
    letter_text = held_text(tx, record)
    question = watches.question_id(tx, f"id:{standing.id}")
    decided = _decided(tx, standing)
    removed = standing.key in commitments.removed_among(tx, [standing.key])
    gone = say("⚠️ 來源已移除這筆，以下是最後的內容。") if removed else ""
    sections = [
        Section(
            text="\n".join(
                filter(None, (gone, status_line(standing), *decided, doubt_line(standing), doubts_in_short(standing)))
            )
        ),
        promise_section(record, letter_text),
        Section(text="\n".join(_facts(standing, None if removed else today))),
    ]
    if record.citations:
        sections.append(citations_section(tx, record))
    alike = commitments.alike(tx, standing)[:SHOWN_ALIKE]
    if section := alike_section(tx, standing):
        sections.append(section)
    return Message(
        title=standing.title,
        sections=tuple(sections),
        footer=say("{reach}\n編號 {record}", reach=found.reach(tx, today), record=standing.id[:8]),
        buttons=(
            *source_row(standing),
            *letter_row(record),
            (
                Button(label=say("🧾 全部紀錄"), action=f"log:{standing.key}:0"),
                *((Button(label=say("📖 公文全文"), action=f"text:{standing.key}:0"),) if letter_text else ()),
            ),
            *(
                (Button(label=say("同段：{title}", title=other.title[:20]), action=f"show:{other.key}:0"),)
                for other in alike
            ),
            (
                Button(label=say("🔔 訂閱這筆"), action=f"offer:{question}:0"),
                Button(label=say("📋 轉貼用文字"), action=f"paste:{standing.key}:0"),
            ),
            (
                Button(label=say("✍️ 提供佐證"), action=f"send:{standing.key}:0"),
                Button(label=say("✉️ 追問文字"), action=f"inquire:{standing.key}:0"),
            ),
            *(((Button(label=say("🧾 複核紀錄"), action=f"audit:{standing.key}:0"),),) if decided else ()),
            *_mute_row(tx, standing, chat),
        ),
    )


def _mute_row(tx: Transaction, standing: Standing, chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """Where something is watched, a button to hear nothing more of this one, or to hear of it again."""
    if standing.key in watches.muted(tx, *chat.place):
        return ((Button(label=say("取消靜音"), action=f"unmute:{standing.key}:0"),),)
    watched = watches.of_chat(tx, *chat.place)
    return ((mute.button(standing),),) if watched else ()


def _decided(tx: Transaction, standing: Standing) -> list[str]:
    """How people settled the verdict and the deadline, and why: the decisions in force."""
    found_ = (proposals.last_decided(tx, standing.key, deadline=deadline) for deadline in (False, True))
    return [say("人工複核：{decided}｜{by}", decided=decided_words(one), by=one.decided_name) for one in found_ if one]


def alike_section(tx: Transaction, standing: Standing) -> Section | None:
    """The near-duplicates of a commitment and how they stand; None where it has none."""
    alike = commitments.alike(tx, standing)
    if not alike:
        return None
    lines = "\n".join(f"・{beside(other.title, brief_status(other))}" for other in alike[:SHOWN_ALIKE])
    return Section(heading=say_n("同段承諾另有 {n} 筆", len(alike)), text=lines)


def promise_section(record: Record, letter_text: str) -> Section:
    """The promise, said to be the letter's own words only where it is."""
    heading = (
        say("承諾（與公文逐字相符）")
        if is_verbatim(record.promise, letter_text)
        else say("承諾（AI 擷取，非公文逐字）")
    )
    return Section(heading=heading, text=cut(record.promise) or say("（檔案裡沒有承諾原文）"))


def _cited(record: Record) -> tuple[Sequence[Citation], Sequence[Citation]]:
    """The letters that the AI cited, those of its verdicts and the newest first: those that a card shows, and the rest."""
    cited = list({citation.letter.key: citation for citation in record.citations}.values())
    newest = sorted(cited, key=lambda c: (c.is_verdict, c.letter.date or date.min), reverse=True)
    return newest[:SHOWN_CITATIONS], newest[SHOWN_CITATIONS:]


def citations_section(tx: Transaction, record: Record, *, for_review: bool = False) -> Section:
    """The letters that the AI cited, each with its date, its distance to the reply, and its own words where it is held.

    `for_review` says what each is about (主旨), as far as some record holds it, and names the rest with their distances.
    """
    newest, rest = _cited(record)
    keys = [citation.letter.key for citation in newest if citation.letter.key]
    held = letters.held(tx, keys)
    lines: list[str] = []
    for number, citation in zip(_NUMBERS, newest, strict=False):
        subject, text = held.get(citation.letter.key or "", ("", ""))
        lines += _citation_lines(number, record, citation, text, subject if for_review else "")
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
    distance = distance_line(record, citation).removeprefix("⚠️ ").partition("（")[0]
    return say("{when}（{distance}）", when=when, distance=distance) if distance else when


def letter_row(record: Record) -> tuple[tuple[Button, ...], ...]:
    """A button to the gazette file of each cited letter that a card shows, by its number there."""
    newest, _ = _cited(record)
    buttons = [
        Button(label=say("📄 公文{number}", number=number), url=citation.letter.url)
        for number, citation in zip(_NUMBERS, newest, strict=False)
        if citation.letter.url and citation.letter.url.startswith(("https://", "http://"))
    ]
    return (tuple(buttons),) if buttons else ()


def _citation_lines(number: str, record: Record, citation: Citation, text: str, subject: str) -> Sequence[str]:
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
    if subject:
        lines.append(INDENT + say("主旨：{text}", text=cut(subject, 80)))
    lines.append(
        INDENT
        + say(
            "AI 標示：{judgement}（{heading}）",
            judgement=citation.judgement or say("無"),
            heading=citation.entry.heading,
        )
    )
    lines += letter_words(record, citation, text)
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
    own, cited = record.letter.date, citation.letter.date
    flag = citation_flag(record, citation)
    if flag and flag.flag != PREDATES:
        return "⚠️ " + flag_line(flag)
    if own is None or cited is None:
        return ""
    days = (cited - own).days
    return say_n("⚠️ 早於答復 {n} 天", -days) if days < 0 else say_n("晚於答復 {n} 天", days)


def held_text(tx: Transaction, record: Record) -> str:
    """The text of the record's own letter, from whichever record holds it."""
    if record.letter.text or record.letter.key is None:
        return record.letter.text
    return letters.texts(tx, [record.letter.key]).get(record.letter.key, "")


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text cut behind a sentence, else behind a clause, else at a character, and saying so."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    for marks in ("。；！？\n", "，：、"):
        end = max(head.rfind(mark) for mark in marks)
        if end > longest // 3:
            head = head[: end + 1]
            break
    return head + say("…（以下略）")


def _facts(standing: Standing, today: date | None) -> Sequence[str]:
    lines = [say("機關　{agency}", agency=agency_line(standing))]
    if standing.legislators:
        lines.append(say("質詢　{legislators}委員", legislators=listed(standing.legislators)))
    if standing.letter_date:
        lines.append(say("答復　{date}", date=long_date(standing.letter_date)))
    if standing.letter_number:
        lines.append(say("字號　{letter_number}", letter_number=standing.letter_number))
    return [*lines, deadline_fact(standing, today)]


def deadline_fact(standing: Standing, today: date | None) -> str:
    """The deadline as a line of a card; without a day it says nothing of days over or left."""
    words = target_words(standing, long_date)
    return say("期限　{deadline}", deadline=words + (deadline_state(standing, today) if today else ""))


def source_row(standing: Standing) -> tuple[tuple[Button, ...], ...]:
    """A button to the gazette file; it holds dozens of letters, so the button says which one to look for."""
    if not standing.url or not standing.url.startswith(("https://", "http://")):
        return ()
    ordinal = say("（第{ordinal}案）", ordinal=case(standing.letter_ordinal)) if standing.letter_ordinal else ""
    return ((Button(label=say("📜 公報原文{ordinal}", ordinal=ordinal), url=standing.url),),)
