"""A question parted into its words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from records.question.lexicon import HEAD, KEYWORDS, OR, SWITCH_OF, TAIL
from records.question.meanings import Vocabulary, agency_name
from records.question.rewriting import in_our_words
from records.question.spoken_pieces import LEAVES_OUT
from records.words import clean, fold, if_simplified, traditional

_TOKEN = re.compile(
    rf"(?P<minus>(?:(?<!\S)-\s*|-)|(?:{LEAVES_OUT})\s*:?\s*)?"
    r'(?:"(?P<quoted>[^"]*)"|「(?P<corner>[^」]*)」|(?P<plain>https?://\S+|[a-z]+:"[^"]*"|[^\s,、，]+))'
)
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d年])", re.ASCII)
"""A number with separators, which letters never have; a comma else parts words."""

_LISTS = ("、", ",", "，", "&", "+")
FIELD = re.compile(r"(?P<name>[a-z]+):(?P<value>.+)", re.DOTALL)
_QUOTES = str.maketrans("“”„‟‘’『』", '""""""「」')
"""Phones put quotation marks that are curved."""

_APOSTROPHE = re.compile(r"(?<=[A-Za-z])[‘’](?=[A-Za-z\s]|$)")
_BAR_AT_QUOTES = re.compile(r'(?<=["」])(?:[|]|或者?(?=["「]))(?=\S)|(?<=\S)[|](?=["「])')
_BESIDE_QUOTES = re.compile(r'(?<!\S)(?P<front>[^\s「」"]{2,14})(?P<quoted>「[^」]*」|"[^"]*")(?P<behind>[^\s「」"]*)')
_WHETHER_BEHIND_QUOTES = re.compile(
    r'(?<=[」"])\s*(?:(?:有沒有|有無|是否)(?:達成|完成|做到|兌現|實現)了?|(?:達成|完成|做到|兌現|實現)了(?:嗎|沒有?))\s*\??$'
)
_QUOTED = re.compile(r'("[^"]*"|「[^」]*」)')

_OF = re.compile(r"(?<=[\u4e00-\u9fff\w]{2})(?<![目標])的$")
"""What is left at the end of a word that is asked for (衛福部 疫苗的, 教育部 去年的); 目的 and 標的 are words."""

_WITH_OF = tuple(word for word in SWITCH_OF if word.endswith("的"))
"""Words that end so themselves: 行政院自己的."""

_OUR_LINK = re.compile(r"https?://t\.me/\w+\?start=r_(?P<id>[0-9a-f]{8})\b")
"""What ends a text that was passed on in Telegram: the commitment that it is about."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it was typed: one to exclude has a `minus`; `plain` is None where it stood in quotation marks.

    One that is `listed` stands behind 、 or its like and so beside what is in front of it.
    """

    minus: bool
    quoted: str
    plain: str | None
    listed: bool = False


def read_tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The words of a question, in order; alternatives around 或 are one."""
    normal = traditional(unicodedata.normalize("NFKC", without_separators(clean(text))))
    if passed_on := _OUR_LINK.search(normal):
        return [Token(minus=False, quoted="", plain=passed_on["id"])]
    typed = _APOSTROPHE.sub("'", normal).translate(_QUOTES).strip()
    typed = _BESIDE_QUOTES.sub(_apart, _WHETHER_BEHIND_QUOTES.sub("", typed))
    # what is quoted, each second part, stays as it stands
    parts = _QUOTED.split(typed)
    parts[::2] = [in_our_words(part, vocabulary) for part in parts[::2]]
    typed = _BAR_AT_QUOTES.sub(" | ", "".join(parts))
    tokens = []
    for found in _TOKEN.finditer(typed):
        plain = found["plain"]
        if plain is not None and plain.isascii():
            plain = plain.removesuffix("'s")  # what's overdue, MOJ's
        if plain is not None and not plain.startswith("http") and not FIELD.fullmatch(plain):
            plain = HEAD.sub("", TAIL.sub("", plain)) or plain
            plain = plain if plain.endswith(_WITH_OF) else _OF.sub("", plain)
            if (word := fold(if_simplified(plain))).endswith(tuple(KEYWORDS)) and not plain.isascii():
                plain = word
        listed = typed[: found.start()].rstrip().endswith(_LISTS)
        tokens.append(Token(bool(found["minus"]), found["quoted"] or found["corner"] or "", plain, listed))
    return _with_alternatives(
        [token for token in tokens if token.plain is None or _says_something(token.plain)] or tokens
    )


def without_separators(text: str) -> str:
    """A text whose numbers are written as letters write them: 3500萬劑 of 3,500萬劑."""
    return _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)


def _apart(found: re.Match[str]) -> str:
    """法務部「影像下架」逾期 in its three parts, where an agency stands in front."""
    is_agency = agency_name(found["front"].removesuffix("的")) is not None
    return f"{found['front']} {found['quoted']} {found['behind']}" if is_agency else found[0]


def _with_alternatives(tokens: list[Token]) -> list[Token]:
    """The same with what stands around 或 and its like as one: 教育部 或 文化部 as 教育部|文化部."""
    joined: list[Token] = []
    rest = iter(tokens)
    for token in rest:
        last = joined[-1] if joined else None
        if (token.plain or "").casefold() in OR and not token.minus and last:
            after = next(rest, None)
            if after is None or after.minus:
                joined += filter(None, (token, after))
            elif last.plain and after.plain:
                joined[-1] = Token(last.minus, "", f"{last.plain}|{after.plain}")
            else:  # what stands in quotation marks is text, and so is what stands beside it
                joined[-1] = Token(last.minus, f"{last.plain or last.quoted}|{after.plain or after.quoted}", None)
        else:
            joined.append(token)
    return joined


def _says_something(plain: str) -> bool:
    """Whether a word is more than a sign, or the end of a question (呢？)."""
    return re.search(r"[\w|]", plain) is not None and TAIL.fullmatch(plain) is None
