"""A pasted sentence: the promises that share most of its telling words, with those words; or that there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from handlers import offers
from handlers.agency_words import agency_line
from handlers.deadline_words import deadline_line
from handlers.language import listed, say, say_n
from handlers.message import Button, Message, Section
from handlers.query_words import understood
from handlers.reach import read_reach
from handlers.status_words import UNSUPPORTED_WORDS, brief_status
from handlers.wording import INDENT, NOT_UNDONE, beside
from records.agencies import directory
from records.query import Query
from records.question.tokens import without_separators
from records.topic import numbers_and_names, telling_words, without_dates, without_reporting
from records.words import fold
from store import commitments, matching
from store.engine import Transaction

SHORTEST = 12
"""Characters of a text that is taken for a pasted sentence where it finds nothing as it stands."""

SHOWN = 5
SHARED = 6
"""Words that are shown of those that a promise shares with the sentence."""

NEAR = 0.2
"""The share of the sentence's telling pairs that a promise must hold to be called near."""

_PIECE = 4
_TERM = 3
"""Characters of the shortest piece that tells a subject by itself, where few records hold it and a title does (電子菸).

Elsewhere a piece may be no word at all: 季開始 of 報稅季開始.
"""

_PIECES = 40
_CANDIDATES = 500
_FEW = 20
_HAN = re.compile(r"[\u3400-\u9fff]")


def is_sentence(text: str) -> bool:
    """Whether what was typed may have been pasted from a text: long, and mostly Chinese characters."""
    signs = len(re.findall(r"\w", text))
    return signs >= SHORTEST and 2 * len(_HAN.findall(text)) > signs


def is_told(text: str) -> bool:
    """Whether a sentence with commas was pasted, which asks for nothing: 統計至本年10月，村里層級計有…."""
    return is_sentence(text) and re.search("[，；。].", text) is not None


def nearest(tx: Transaction, text: str, query: Query, today: date) -> Message:
    """The commitments that share most words with a sentence; those first that meet what it was read as asking besides."""
    text = without_separators(text)
    besides = Query() if is_told(text) else replace(query, words=(), excluded=(), without=())
    undated = without_dates(text if besides == Query() else " ".join(query.words))
    told, named = telling_words(without_reporting(undated)), numbers_and_names(undated)
    pieces = list(dict.fromkeys((*named, *_slices(told, _PIECE))))
    terms = [term for term in dict.fromkeys(_slices(told, _TERM)) if len(term) == _TERM and not directory().find(term)]
    units = {word[at : at + 2] for word in told for at in range(len(word) - 1)} | set(named)
    reach = str(read_reach(tx, today))
    scored, searched = [], {}
    rare = _rare(tx, pieces[:_PIECES], today)
    rare_terms = _rare(tx, terms[:_PIECES], today)
    rare = list(dict.fromkeys((*rare, *rare_terms)))
    if rare and units:
        asked = Query(words=("|".join(rare),))
        held = matching.find(tx, asked, today, limit=_CANDIDATES, with_no_promises=True)
        searched = {one.key: one.searched for one in commitments.standings(tx, [one.key for one in held])}
        for standing in held:
            share = sum(_holds(searched[standing.key], unit) for unit in units) / len(units)
            if share >= NEAR or any(term in fold(standing.title) for term in rare_terms):
                shared = [unit for unit in named if _holds(searched[standing.key], unit)]
                scored.append((share, standing, [*_shared(told, searched[standing.key]), *shared][:SHARED]))
    others, rows = offers.gist(tx, text, today)
    if besides != Query():
        read_as = say("讀成的條件沒有找到：{understood}", understood=understood(query))
        fewer, dropping = offers.fewer_filters(tx, query, today)
        told = [] if any(row in dropping for row in rows) else others
        others, rows = [read_as, *fewer, *told], [*dropping, *(row for row in rows if row not in dropping)]
    if not scored:
        none = say("這段文字和收錄的承諾沒有足夠相同的字詞。也可以只貼關鍵的幾個字再試一次。")
        return Message(
            title=say("沒有相符的承諾"),
            sections=(Section(text="\n".join([none, *others])),),
            footer=reach,
            buttons=tuple(rows),
        )
    scored.sort(key=lambda one: (not besides.matches(one[1], today), -one[0], one[1].key))
    first_of = {standing.alike or standing.key: standing.key for _, standing, _ in reversed(scored)}
    shown = [one for one in scored if one[1].key in first_of.values()][:SHOWN]
    meeting = sum(besides.matches(one, today) for _, one, _ in shown) if besides != Query() else 0
    whole = [number for number, (_, one, _) in enumerate(shown, 1) if _bare(text) in _bare(searched[one.key])]
    says = say("貼上的文字沒有完全相同的承諾；以下依相同字詞的多少排列，請自行比對是不是同一件事。")
    if whole:
        numbers = listed(map(str, whole))
        says = say("第 {numbers} 筆收錄了這整段文字；其餘依相同字詞的多少排列，請自行比對。", numbers=numbers)
    if 0 < meeting < len(shown):
        says += say_n("前 {n} 筆合乎條件。", meeting)
    doubted = any(standing.is_doubted for _, standing, _ in shown)
    lines = []
    for number, (share, standing, shared) in enumerate(shown, 1):
        lines += [f"{number} {standing.title}", INDENT + beside(agency_line(standing), brief_status(standing))]
        lines += [f"{INDENT}{deadline_line(standing, today)}"]
        lines += [
            INDENT
            + say(
                "相同的字詞（{share:.0%}）：{words}",
                share=share,
                words=listed(say("【{word}】", word=word) for word in shared),
            )
        ]
    return Message(
        title=say("最接近的承諾"),
        sections=(
            Section(text="\n".join([says, *others])),
            Section(text="\n".join(lines)),
            *([Section(text=say(UNSUPPORTED_WORDS, not_undone=say(NOT_UNDONE)))] if doubted else []),
        ),
        footer=reach,
        buttons=(
            tuple(
                Button(label=str(number), action=f"show:{standing.key}:0")
                for number, (_, standing, _) in enumerate(shown, 1)
            ),
            *rows,
        ),
    )


def _slices(words: Sequence[str], length: int) -> Iterator[str]:
    """The pieces of some words of a length, or shorter words whole."""
    return (word[at : at + length] for word in words for at in range(max(1, len(word) - length + 1)))


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w", fold(text)))


def _rare(tx: Transaction, pieces: Sequence[str], today: date) -> list[str]:
    """The pieces that some records hold, but no more than one in forty: 年底前 tells no promise apart."""
    most = max(_FEW, commitments.total(tx) // 40)
    counts = {
        word: matching.tally(tx, Query(words=(word,)), today, with_no_promises=True) for word in map(fold, pieces)
    }
    return [piece for piece, count in counts.items() if 0 < count <= most]


def _shared(words: Sequence[str], searched: str) -> list[str]:
    """The stretches of a sentence's telling words that a text holds, the longest first."""
    held: list[str] = []
    for word in words:
        at = 0
        while at < len(word) - 1:
            end = at + 2
            while end <= len(word) and word[at:end] in searched:
                end += 1
            if end - 1 - at >= 2:
                held.append(word[at : end - 1])
                at = end - 1
            else:
                at += 1
    return sorted(dict.fromkeys(held), key=len, reverse=True)


def _holds(searched: str, unit: str) -> bool:
    """Whether a text holds two characters, or a whole number or name: 20萬戶 is not in 320萬戶."""
    if not unit[0].isascii():
        return unit in searched
    return re.search(rf"(?<![0-9a-z.]){re.escape(unit)}(?![0-9a-z])", searched) is not None
