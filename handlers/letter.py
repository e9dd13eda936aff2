"""One written reply: its date, number and subject, the promises taken from it, the records that cite it, its text by pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from handlers import found
from handlers.cutting import cut
from handlers.language import listed, long_date, say, say_n, short_date
from handlers.message import Button, Message, Section, Tap, in_rows, private
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.show import source_row
from handlers.status_words import UNSUPPORTED_WORDS, brief_status
from handlers.wording import INDENT, NOT_UNDONE, beside, case
from records.letters import is_address
from records.query import Query
from records.status import Standing
from records.words import numeral
from store import commitments, letters, matching, watches
from store.engine import Transaction

LISTED = 10
REPLIES = 20
"""Replies of a gazette file on one page."""

PAGE = 1500
"""Characters of a letter's text on one page: with its heading they fit both platforms' messages."""


def letter(tx: Transaction, number: str, today: date) -> Message | None:
    """A letter by its number; None where neither a promise nor a citation names it."""
    held = letters.find(tx, number)
    if held is None:
        return None
    taken = commitments.standings(tx, [key for key, _ in commitments.of_letters(tx, [number])])
    citing = _citing(tx, number, taken)
    first = taken[0] if taken else None
    lines = [say("日期　{date}", date=long_date(held.date) if held.date else say("未載明"))]
    # some record of the letter may tell less of it than another
    if asked := next((one.legislators for one in taken if one.legislators), ()):
        lines.append(say("質詢　{legislators}委員", legislators=listed(asked)))
    if ordinal := next((one.letter_ordinal for one in taken if one.letter_ordinal), None):
        lines.append(say("公報檔　第（{ordinal}）案", ordinal=case(ordinal)))
    if held.subject:
        lines.append(say("主旨　{text}", text=cut(held.subject, 300)))
    if not held.text:
        lines.append(say("公文全文尚未收錄"))
    sections = [Section(text="\n".join(lines)), *_listed(say("從這件答復擷取的承諾"), taken, 1)]
    sections += _listed(say("引用這件公文的其他紀錄"), citing, len(taken[:LISTED]) + 1)
    shown = [*taken[:LISTED], *citing[:LISTED]]
    if any(one.is_doubted for one in shown):
        sections.append(Section(text=say(UNSUPPORTED_WORDS, not_undone=say(NOT_UNDONE))))
    numbers = [Button(label=str(at), action=f"show:{one.key}:0") for at, one in enumerate(shown, 1)]
    rows = in_rows(numbers)
    rows += text_row(first) if first and held.text else ()
    rows += source_row(first) if first else _gazette_row(held.url)
    return Message(title=number, sections=tuple(sections), footer=str(read_reach(tx, today)), buttons=tuple(rows))


def text_row(standing: Standing) -> tuple[tuple[Button, ...], ...]:
    """A button to the text of the letter that a promise was taken from."""
    return ((Button(label=say("📖 公文全文"), action=f"text:{standing.key}:0"),),)


def read(tap: Tap, tx: Transaction, _: Policy, commitment: int, number: int) -> Message:
    """The 公文全文 button (0) and those that turn to its pages, from 1: the text of a commitment's letter."""
    standing = commitments.standing(tx, commitment)
    held = letters.find(tx, standing.letter_number or standing.url or "") if standing else None
    if held is None or not held.text:
        return private(say("公文全文尚未收錄。"))
    pages = _pages(held.text)
    page = max(number - 1, 0) if number <= len(pages) else 0
    message = Message(
        title=say_n("{key}\n公文全文（{n}/{pages}）", page + 1, key=held.key, pages=len(pages)),
        sections=(Section(text=pages[page]),),
        footer=str(read_reach(tx, tap.at.date())),
        buttons=turns(page, len(pages) - 1, lambda to: f"text:{commitment}:{to + 1}"),
    )
    return message.placed("edit") if number else message


def turn_gazette(tap: Tap, tx: Transaction, _: Policy, question: int, page: int) -> Message:
    """Another page of the gazette file that a question asked for."""
    urls = found.asked(tx, question).gazettes
    if not urls:
        return private(say("這個公報檔已經找不到了，請重新貼網址。"))
    return gazette(tx, urls[0], tap.at.date(), page).placed("edit")


def gazette(tx: Transaction, url: str, today: date, page: int = 0) -> Message:
    """A page of a gazette file by its address: it holds dozens of replies, never one record."""
    standings = matching.find(tx, Query(gazettes=(url,)), today, limit=None)
    if not standings:
        return _of_cited(tx, url, today, page)
    ordered = sorted(standings, key=lambda one: (_ordinal(one.letter_ordinal), one.letter_number or "", one.key))
    replies = [(number, list(same)) for number, same in groupby(ordered, key=lambda one: one.letter_number)]
    start, turns = _turns(tx, url, page, len(replies))
    lines = []
    for number, same in replies[start : start + REPLIES]:
        one = same[0]
        who = say("｜{legislators}委員", legislators=listed(one.legislators)) if one.legislators else ""
        lines.append(
            say(
                "第（{ordinal}）案　{number}{who}",
                ordinal=case(one.letter_ordinal) if one.letter_ordinal else "？",
                number=number or say("未載明字號"),
                who=who,
            )
        )
        lines.append(
            INDENT
            + say_n("承諾 {n} 筆：{text}{told}", len(same), text=cut(one.title, 40), told="…" if len(same) > 1 else "")
        )
    return Message(
        title=say_n("這是一個公報檔，內含 {n} 件收錄的答復", len(replies)),
        sections=(Section(text="\n".join([*lines, *_which(start, len(replies))])),),
        footer=say("只列擷取出承諾的答復。\n{reach}", reach=read_reach(tx, today)),
        buttons=(*turns, *_gazette_row(url)),
    )


def _turns(tx: Transaction, url: str, page: int, count: int) -> tuple[int, tuple[tuple[Button, ...], ...]]:
    """Where a page of a gazette file's letters begins, and the buttons that turn to those beside it."""
    start = page * REPLIES if page * REPLIES < count else 0
    question = watches.question_id(tx, str(Query(gazettes=(url,)))) if count > REPLIES else 0
    return start, turns(start // REPLIES, last_page(count, REPLIES), lambda to: f"gazette:{question}:{to}")


def _which(start: int, count: int) -> list[str]:
    """Which of a gazette file's letters a page holds, where there are several pages."""
    if count <= REPLIES:
        return []
    last = min(start + REPLIES, count)
    return [say_n("第 {first}–{last} 件，共 {n} 件；貼字號看各件", count, first=start + 1, last=last)]


def _of_cited(tx: Transaction, url: str, today: date, page: int) -> Message:
    """A page of a gazette file from which no promise was taken: the letters in it that records cite, or that none is held."""
    cited = letters.in_file(tx, url)
    if not cited:
        return Message(
            title=say("沒有收錄這個網址的答復"),
            sections=(Section(text=say("也可以貼答復的字號（例如 院臺專字第1100097614號），或一句公文裡的話。")),),
            footer=str(read_reach(tx, today)),
        )
    start, turns = _turns(tx, url, page, len(cited))
    lines = []
    for one in cited[start : start + REPLIES]:
        when = short_date(one.date) if one.date else say("日期不明")
        by = len({key for key, _ in letters.citing(tx, [one.key])})
        lines.append(f"{when}　{one.key}")
        lines.append(INDENT + say_n("{n} 筆紀錄引用", by))
    return Message(
        title=say_n("這是一個公報檔，其中 {n} 件公文有紀錄引用", len(cited)),
        sections=(Section(text="\n".join([*lines, *_which(start, len(cited))])),),
        footer=say("從這個檔沒有擷取出承諾。\n{reach}", reach=read_reach(tx, today)),
        buttons=(*turns, *_gazette_row(url)),
    )


def _citing(tx: Transaction, number: str, taken: Sequence[Standing]) -> list[Standing]:
    own = {one.key for one in taken}
    keys = [key for key, _ in letters.citing(tx, [number]) if key not in own]
    return commitments.standings(tx, keys)


def _listed(heading: str, standings: Sequence[Standing], start: int) -> list[Section]:
    if not standings:
        return []
    lines = [f"{number} {beside(one.title, brief_status(one))}" for number, one in enumerate(standings[:LISTED], start)]
    if len(standings) > LISTED:
        lines.append(say_n("另有 {n} 筆", len(standings) - LISTED))
    return [Section(heading=say("{heading}（{n}）", n=len(standings), heading=heading), text="\n".join(lines))]


def _gazette_row(url: str | None) -> tuple[tuple[Button, ...], ...]:
    return ((Button(label=say("📜 公報檔"), url=url or ""),),) if is_address(url) else ()


def _pages(text: str) -> list[str]:
    """A text in pages, each ending at a sentence where it has one."""
    pages = []
    rest = text.strip()
    while len(rest) > PAGE:
        end = max(rest.rfind(mark, PAGE // 2, PAGE) for mark in "。；\n")
        end = end + 1 if end >= 0 else PAGE
        pages.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [*pages, rest]


def _ordinal(text: str | None) -> int:
    """A 案次 as a number: 十二 is 12; those without come last."""
    return numeral(text) if text else 10**6
