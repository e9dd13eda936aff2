"""The written replies of the Executive Yuan: how a letter is known, dated and attributed.

A letter is known by its number (字號), spaces and brackets aside; a gazette URL holds dozens of letters and stands in
only where there is no number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from records.dates import find_written
from records.words import fold, pairs

NEAR = 0.2
"""The share of a promise's pairs that a sentence must hold to be shown as the one nearest to it."""

_OPENING = 100
"""Characters of a reply within which it says whose question it answers."""

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_NUMBER = re.compile(r"院[^\d\s第]{0,8}字第\d+號")
_ORDINAL = re.compile(r"^（([一二三四五六七八九十百○〇零\d]+)）")
_ASKED = re.compile(  # 楊委員瓊瓔, 張廖委員萬堅, and a name with Latin parts whole before 委員
    r"[、及與和]?(?:(?P<whole>[\u4e00-\u9fff]{2,4}[A-Za-z][A-Za-z.·‧ ]*)委員|(?P<surname>[\u4e00-\u9fff]{1,2})委員"
    r"(?P<given>[\u4e00-\u9fff]{1,3}?(?:[A-Za-z][A-Za-z.·‧ ]*)?)(?=就|針|對|等|[、及與所提,「\d]|$))"
)
_BODY_ASKED = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z.·‧ ]*委員[^,。]{0,20}?就")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One written reply: `number` as printed without brackets, its `date` read from the number, where it was printed.

    `subject` is the 主旨 without its ordinal; `ordinal` its place in the gazette file (案次, 「八」); `legislators` those who
    asked. `text` is the body where the record holds it, else empty.
    """

    number: str | None
    date: date | None
    url: str | None
    subject: str = ""
    ordinal: str | None = None
    legislators: tuple[str, ...] = ()
    text: str = ""

    @property
    def key(self) -> str | None:
        """What the letter is known by: its number, else its URL; None where it has neither."""
        return self.number or self.url

    @property
    def full_text(self) -> str:
        """主旨 and body as one text; empty where the record holds no body."""
        return f"{self.subject}\n{self.text}" if self.text else ""


def letter_number(text: str | None) -> str | None:
    """The number in a 文件編號／ey_number field: 「院臺專字第1100097614號」; other text, brackets dropped; None if empty."""
    if not text:
        return None
    folded = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text))
    found = _NUMBER.search(folded)
    return found[0] if found else folded or None


def read_letter(number_text: str | None, url: str | None, subject_line: str = "", body: str = "") -> Letter:
    """Make a Letter of a record's fields; `subject_line` is the 主旨 line, `body` the text below it."""
    ordinal = _ORDINAL.match(subject_line)
    return Letter(
        number=letter_number(number_text),
        date=find_written(number_text or ""),
        url=url or None,
        subject=_ORDINAL.sub("", subject_line),
        ordinal=ordinal[1] if ordinal else None,
        legislators=asking_legislators(subject_line, body),
        text=body,
    )


@lru_cache(maxsize=4096)  # thousands of citations name a thousand letters
def read_citation(number_text: str, url: str) -> Letter:
    """The letter that an entry cites by its number and address; its text is held elsewhere, if at all."""
    return read_letter(number_text, url)


def asking_legislators(subject_line: str, body: str) -> tuple[str, ...]:
    """Who asked, from 「函送楊委員瓊瓔就…」 → 楊瓊瓔; nobody where the text below says that somebody else did.

    One letter of the real corpus carries one interpellation's subject over another's body: then neither is named.
    """
    if not subject_line:
        return ()
    _, _, asked = unicodedata.normalize("NFKC", subject_line).partition("函送")
    names = []
    at = 0
    while found := _ASKED.match(asked, at):
        names.append(found["whole"] or found["surname"] + found["given"].strip())
        at = found.end()
    spoke_of = _BODY_ASKED.match(unicodedata.normalize("NFKC", body[:_OPENING]))
    if spoke_of and not any(name.startswith(spoke_of[1]) for name in names):
        return ()
    return tuple(names)


def is_verbatim(promise: str, letter_text: str) -> bool:
    """Whether the letter holds the promise word for word, punctuation and blanks aside."""
    bare = _bare(promise)
    return bool(bare) and bare in _bare(letter_text)


def nearest_sentence(letter_text: str, promise: str) -> str:
    """The letter's own sentence that shares most pairs of characters with the promise; empty where none comes near it."""
    wanted = frozenset(pairs(fold(promise)))
    best, most = "", 0.0
    for sentence in _SENTENCE.findall(letter_text):
        shared = len(wanted.intersection(pairs(fold(sentence)))) / (len(wanted) or 1)
        if shared > most:
            best, most = sentence.partition("查復如下：")[2].strip() or sentence.strip(), shared
    return best if most >= NEAR else ""


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w", unicodedata.normalize("NFKC", text)))
