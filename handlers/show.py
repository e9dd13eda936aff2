"""Showing one commitment: who or what set its status, the promise, the letters' dates, the doubts in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers import basis, cited, found, mute
from handlers.agency_words import agency_line
from handlers.cutting import cut
from handlers.deadline_words import deadline_state, target_words
from handlers.flag_words import doubts_in_short
from handlers.language import listed, long_date, say, say_n
from handlers.message import Button, Chat, Message, Section, Tap
from handlers.outcome_words import OUTCOME_LABELS, settled_words
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.reread import record_of
from handlers.status_words import brief_status, doubt_line, status_line
from handlers.wording import beside, case
from records.letters import is_address, is_verbatim
from records.query import Query
from records.record import Record
from records.status import Standing
from store import commitments, decisions, letters, watches
from store.engine import Transaction

SHOWN_ALIKE = 6
"""Near-duplicates that a card offers; the largest group of the corpus has seven records."""


def open_card(tap: Tap, tx: Transaction, _: Policy, key: int, _version: int) -> Message:
    """Show the commitment whose number was tapped, as a new message."""
    standing = found.standing(tx, key)
    return card(tx, standing, tap.chat, tap.at.date())


def card(tx: Transaction, standing: Standing, chat: Chat, today: date) -> Message:
    """A commitment's card, to be shown in a chat."""
    record = record_of(tx, standing)
    letter_text = held_text(tx, record)
    question = watches.question_id(tx, str(_itself(tx, standing)))
    decided = decided_lines(tx, standing)
    gone = say("⚠️ 來源已移除這筆，以下是最後的內容。") if standing.is_removed else ""
    sections = [
        Section(
            text="\n".join(
                filter(None, (gone, status_line(standing), *decided, doubt_line(standing), doubts_in_short(standing)))
            )
        ),
        promise_section(record, letter_text),
        Section(text="\n".join(_facts(standing, None if standing.is_removed else today))),
    ]
    if record.citations:
        sections.append(cited.section(tx, record))
    alike = commitments.alike(tx, standing)[:SHOWN_ALIKE]
    if section := alike_section(tx, standing):
        sections.append(section)
    return Message(
        title=standing.title,
        sections=tuple(sections),
        footer=say("{reach}\n編號 {record}", reach=read_reach(tx, today), record=standing.id[:8]),
        buttons=(
            *source_row(standing),
            *cited.letter_row(record),
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


def _itself(tx: Transaction, standing: Standing) -> Query:
    """The question for one commitment; where others share its id, for those of its category."""
    is_shared = commitments.shares_id(tx, standing)
    return Query(ids=(standing.id,), categories=(standing.category,) if is_shared else ())


def _mute_row(tx: Transaction, standing: Standing, chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """Where something is watched, a button to hear nothing more of this one, or to hear of it again."""
    if standing.key in watches.muted(tx, chat.room):
        return ((Button(label=say("取消靜音"), action=f"unmute:{standing.key}:0"),),)
    watched = watches.of_chat(tx, chat.room)
    return ((mute.button(standing),),) if watched else ()


def decided_lines(tx: Transaction, standing: Standing) -> list[str]:
    """How people settled the verdict, and the deadline that the source gives by now, and why: the decisions in force."""
    about = (False, True) if standing.deadline.settled else (False,)
    found_ = (decisions.in_force(tx, standing.key, deadline=deadline) for deadline in about)
    decided = [one for one in found_ if one]
    lines = [(say("人工複核：{decided}", decided=settled_words(one)), basis.line(tx, one)) for one in decided]
    return [line for told in lines for line in told if line]


def alike_section(tx: Transaction, standing: Standing) -> Section | None:
    """The near-duplicates of a commitment and how they stand; None where it has none."""
    alike = commitments.alike(tx, standing)
    if not alike:
        return None
    lines = "\n".join(
        "・" + beside(other.title, brief_status(other), *_settled_deadline(other)) for other in alike[:SHOWN_ALIKE]
    )
    return Section(heading=say_n("同段承諾另有 {n} 筆", len(alike)), text=lines)


def _settled_deadline(standing: Standing) -> list[str]:
    """How people settled a commitment's deadline."""
    settled = standing.deadline.settled
    return [say("期限經人工複核：{outcome}", outcome=OUTCOME_LABELS[settled].said)] if settled else []


def promise_section(record: Record, letter_text: str) -> Section:
    """The promise, said to be the letter's own words only where it is."""
    heading = (
        say("承諾（與公文逐字相符）")
        if is_verbatim(record.promise, letter_text)
        else say("承諾（AI 擷取，非公文逐字）")
    )
    return Section(heading=heading, text=cut(record.promise) or say("（檔案裡沒有承諾原文）"))


def held_text(tx: Transaction, record: Record) -> str:
    """The text of the record's own letter, from whichever record holds it."""
    if record.letter.text or record.letter.key is None:
        return record.letter.text
    return letters.texts(tx, [record.letter.key]).get(record.letter.key, "")


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
    if not is_address(standing.url):
        return ()
    ordinal = say("（第{ordinal}案）", ordinal=case(standing.letter_ordinal)) if standing.letter_ordinal else ""
    return ((Button(label=say("📜 公報原文{ordinal}", ordinal=ordinal), url=standing.url or ""),),)
