"""The written replies of the Executive Yuan: how a letter is known, dated and attributed.

A letter is known by its number (字號), spaces and brackets aside; a gazette URL holds dozens of letters and stands in
only where there is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from records.dates import find_written, gregorian
from records.words import fold, normal, pairs

NEAR = 0.2
"""The share of a promise's pairs that a sentence must hold to be shown as the one nearest to it.

Of the sentences that cited letters hold, those above 0.25 nearly all speak of the promise's matter; of those between 0.2
and 0.25 some only share a date or a ministry, others give the very number (71處) that the promise names.
"""

_OPENING = 100
"""Characters of a reply within which it says whose question it answers."""

_NAMES = 400
"""Characters of a subject within which it names who asked; real ones name one person within 64."""

LONGEST_NUMBER = 500
"""Characters of a 文件編號 field that are read; real ones have 40."""

LONGEST_ADDRESS = 500
"""Characters; the longest real one has 80. Slack's buttons take 3,000, but PostgreSQL finds no letter by 2,700 bytes."""

_ADDRESS = re.compile(r"(?i:https?)://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_NUMBER = re.compile(
    r"(?P<kind>院[^\d\s第字院]{0,8})字第?(?:(?P<digits>\d+(?:-\d+|之\d+|[A-Z])?)號(?P<part>之\d+)?|(?P<whole>\d{10})(?![A-Za-z\d之-]))"
)
"""One with all its ten digits needs no 號 to be known; 1100097614-1號 is another letter than 1100097614號."""

_YEAR_OF_NUMBER = re.compile(r"字第(\d{3})\d{7}(?!\d)")
_OF_ITS_YEAR = {*((0, month) for month in range(1, 13)), (1, 1)}
"""(years behind the number's, month) of letters' days."""

_ORDINAL = re.compile(r"^[（(]([一二三四五六七八九十百○〇零\d]+)[）)]")
_COMMITTEE = re.compile(  # 於本院交通委員會, 第10屆第3會期社會福利及衛生環境委員會第6次全體委員會議
    r"[於在]?(?:(?:民國)?\d{2,3}年\d{1,2}月\d{1,2}日)?(?:立法院|[本貴大]院)?(?:第\d+屆)?(?:第\d+會期)?"
    r"(?P<name>(?:內政|外交及國防|經濟|財政|教育及文化|交通|司法及法制|社會福利及衛生環境)委員會)"
    r"(?:第\d+屆)?(?:第\d+會期)?(?:第\d+次(?:全體委員)?會議)?"
)
_QUESTION = re.compile("[就針對「]")
_MATTER = r"就|針|對|等|為|關於|有關|[、及與所提,「\d]|$"
"""What stands behind a name in a subject."""

_ASKED = re.compile(  # 立法委員楊瓊瓔; 高金素梅委員, and with Latin parts; 楊委員瓊瓔, 張廖委員萬堅
    rf"[、及與和]?(?:(?:立法|[本貴]院)?委員(?!會)(?P<titled>[\u4e00-\u9fff]{{2,4}}?)(?=[再另又]?{_MATTER})"
    r"|(?P<full>(?!立法院|[本貴]院|[\u4e00-\u9fff]{1,3}黨團)[\u4e00-\u9fff]{3,4}|[\u4e00-\u9fff]{2,4}[·‧.][\u4e00-\u9fff]{2,4})委員(?=就|針對|關於|有關|對|所提)"
    r"|(?P<whole>[\u4e00-\u9fff]{2,4}[A-Za-z][A-Za-z.·‧ ]*)委員"
    r"|(?:[本貴]院(?=[\u4e00-\u9fff]{1,2}委員))?(?P<surname>[\u4e00-\u9fff]{1,2})委員"
    rf"(?P<given>(?!就|針對|關於|有關)[\u4e00-\u9fff]{{1,3}}?(?:[A-Za-z][A-Za-z.·‧ ]*)?)(?=[再另又]?{_MATTER}))"
)
_ANOTHER = re.compile(r"[、及與和](?P<titled>[\u4e00-\u9fff]{2,4}?)(?=就|針|對|等|[、及與和])")
"""Who stands behind 立法委員楊瓊瓔 without a title."""

_ANOTHER_NAME = re.compile(r"、(?P<titled>[\u4e00-\u9fff]{3})(?=就|針對|等?所提|、)")
"""The same behind 楊委員瓊瓔, where it can only be a name."""

_SUBJECT = re.compile(r"\A[\s>]*\*{0,2}主旨\*{0,2}[：:]\*{0,2}(.*)$", re.MULTILINE)
_SOMEBODY_ASKED = re.compile(r"委員[^,。]{0,20}?(?:就|針對|所提|質詢)")
_NO_GIVEN_NAME = "(?!(?!所提|[等再另又前對於]|書面|日前)[\u4e00-\u9fff]{1,2}(?:就|針對|所提|質詢))"
"""Not another name behind 楊委員; words between it and what was asked (再就, 書面質詢) are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One written reply: `number` as printed without brackets, its `date` read from the number, where it was printed.

    `subject` is the 主旨 without its ordinal; `ordinal` its place in the gazette file (案次, 「八」); `legislators` those who
    asked; `committee` the committee of the Legislative Yuan they asked in, where the 主旨 states one. `text` is the body
    where the record holds it, else empty.
    """

    number: str | None
    date: date | None
    url: str | None
    subject: str = ""
    ordinal: str | None = None
    legislators: tuple[str, ...] = ()
    committee: str | None = None
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
    folded = re.sub(r"[\s()（）]", "", normal(text)).replace("号", "號")
    found = _NUMBER.search(folded)
    if found is None:
        return folded or None
    kind = found["kind"].replace("院台", "院臺", 1)
    return f"{kind}字第{found['digits'] or found['whole']}號{found['part'] or ''}"


def letter_date(text: str) -> date | None:
    """The day in a 文件編號／ey_number field; None where there is none, or it is not of the year that the number begins with.

    All 4,394 numbers of ten digits that the real records date are of that year or of the next January (23): a mistyped year
    (171年) would move how far the letters reach.
    """
    day = find_written(text)
    year = _YEAR_OF_NUMBER.search(letter_number(text) or "")
    if day and year and (day.year - gregorian(int(year[1])), day.month) not in _OF_ITS_YEAR:
        return None
    return day


def read_letter(number_text: str | None, url: str | None, subject_line: str = "", body: str = "") -> Letter:
    """Make a Letter of a record's fields; `subject_line` is the 主旨 line, `body` the text below it."""
    named = read_citation(number_text or "", url or "")
    if not subject_line:
        return replace(named, text=body) if body else named
    subject, ordinal, legislators, committee = _read_subject(subject_line, body[:_OPENING])
    return Letter(
        number=named.number,
        date=named.date,
        url=named.url,
        subject=subject,
        ordinal=ordinal,
        legislators=legislators,
        committee=committee,
        text=body,
    )


def split_reply(reply: str) -> tuple[str, str]:
    """The 主旨 line of a reply, empty where it does not begin with one, and the text below."""
    subject = _SUBJECT.match(reply)
    return (subject[1].strip(), reply[subject.end() :].strip()) if subject else ("", reply)


@lru_cache(maxsize=256)  # dozens of replies stand in one file
def is_address(text: str | None) -> bool:
    """Whether a text is an address that a button may lead to: both platforms refuse the whole message for another one."""
    return text is not None and len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


@lru_cache(maxsize=4096)  # thousands of citations name a thousand letters
def read_citation(number_text: str, url: str) -> Letter:
    """The letter that an entry cites by its number and address; its text is held elsewhere, if at all."""
    read = number_text[:LONGEST_NUMBER]
    return Letter(number=letter_number(read), date=letter_date(read), url=url or None)


@lru_cache(maxsize=1024)  # four records were taken from one letter, and each holds it
def _read_subject(subject_line: str, opening: str) -> tuple[str, str | None, tuple[str, ...], str | None]:
    """What a 主旨 line tells: the subject, its ordinal, who asked, and in which committee."""
    ordinal = _ORDINAL.match(subject_line)
    return (
        subject_line[ordinal.end() :] if ordinal else subject_line,
        ordinal[1] if ordinal else None,
        asking_legislators(subject_line, opening),
        asked_in(subject_line),
    )


def asking_legislators(subject_line: str, body: str) -> tuple[str, ...]:
    """Who asked, from 「函送楊委員瓊瓔就…」 → 楊瓊瓔; nobody where the text below says that somebody else did.

    One letter of the real corpus carries one interpellation's subject over another's body: then neither is named.
    """
    if not subject_line:
        return ()
    asked, _ = _asked(subject_line)
    names: list[str] = []
    at, titled = 0, False
    while found := _ASKED.match(asked, at) or (_ANOTHER if titled else _ANOTHER_NAME).match(asked, at):
        named = found.groupdict()
        if found.re is _ASKED:
            titled = named["titled"] is not None
        whole = named["titled"] or named.get("full") or named.get("whole")
        names.append(whole or named["surname"] + named["given"].strip())
        at = found.end()
    opening = normal(body[:_OPENING])
    if _SOMEBODY_ASKED.search(opening) and not any(_is_spoken_of(name, opening) for name in names):
        return ()
    return tuple(names)


def _is_spoken_of(name: str, opening: str) -> bool:
    """Whether a reply's first words speak of somebody: by the whole name, around 委員 (楊委員瓊瓔), or by the surname alone."""
    chinese = re.split("[A-Za-z]", name)[0]
    if chinese in opening:
        return True
    divided = ((re.escape(chinese[:end]), re.escape(chinese[end:])) for end in range(1, min(3, len(chinese))))
    return any(re.search(f"{surname}委員(?:{given}|{_NO_GIVEN_NAME})", opening) for surname, given in divided)


def asked_in(subject_line: str) -> str | None:
    """The standing committee in which the question was asked; None where the 主旨 states none.

    None of the 1,277 real replies states one: they answer questions to the whole house. A committee that the question
    itself speaks of (「就…立法院交通委員會通過決議…」, one letter) is not where it was asked.
    """
    return _asked(subject_line)[1]


def _asked(subject_line: str) -> tuple[str, str | None]:
    """What follows 函送, without the committee that stands there before the question, and that committee."""
    asked = normal(subject_line.partition("函送")[2][:_NAMES])
    if "委員會" not in asked:
        return asked, None
    question = _QUESTION.search(asked)
    place = _COMMITTEE.search(asked, 0, question.start() if question else len(asked))
    return (asked[: place.start()] + asked[place.end() :], place["name"]) if place else (asked, None)


def is_verbatim(promise: str, letter_text: str) -> bool:
    """Whether the letter holds the promise word for word, punctuation and blanks aside."""
    bare = _bare(promise)
    return bool(bare) and bare in _bare(letter_text)


def sentences(letter_text: str) -> list[str]:
    """A letter's own sentences, without the question that it opens with (up to 「查復如下：」)."""
    said = (found.rpartition("查復如下：")[2].strip() for found in _SENTENCE.findall(letter_text))
    return [sentence for sentence in said if sentence]


def nearest_first(told: Iterable[str], promise: str) -> list[str]:
    """Sentences, those first that share most pairs of characters with the promise."""
    wanted = frozenset(pairs(fold(promise)))
    return sorted(told, key=lambda sentence: -_shared(sentence, wanted))


_HEADINGS = 8
"""Headings that are taken off a sentence: a text of nothing but colons would take minutes."""


@lru_cache(maxsize=256)  # a card is composed again for each of its copies and after each press
def nearest_sentence(letter_text: str, promise: str) -> str:
    """The letter's own sentence that shares most pairs of characters with the promise; empty where none comes near it.

    The question that a letter opens with (up to 「查復如下：」) is not the reply's word. A heading before a sentence
    (「二、關於…問題：」) goes where it shares nothing that the rest does not; a clause never goes, it may be a condition.
    """
    wanted = frozenset(pairs(fold(promise)))
    best, most = "", 0
    for sentence in _SENTENCE.findall(letter_text):
        said = sentence.rpartition("查復如下：")[2]
        if (shared := _shared(said, wanted)) > most:
            best, most = said, shared
    if most < NEAR * len(wanted) or not most:
        return ""
    for _ in range(_HEADINGS):
        rest = best.partition("：")[2]
        if not rest or _shared(rest, wanted) < most:
            break
        best = rest
    return best.strip()


def _shared(text: str, wanted: frozenset[str]) -> int:
    return len(wanted.intersection(pairs(fold(text))))


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w", normal(text)))
