"""The question language: what people type, read as a Query (「法務部逾期」, 「教育部 本月到期」, `agency:法務部 is:overdue -疫情`).

Nothing that is typed is a pattern or an expression: known words mean what the tables here say, anything else is text that
is looked for as it stands.
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from records import spans
from records.agencies import Directory, fold_name
from records.dates import UnreadableDateError, read_period
from records.everyday import formal_words, words_of_topic
from records.letters import letter_number
from records.query import CONDITIONS, NO_AGENCY, Query, alternatives
from records.question_words import (
    COMING,
    CONDITION_OF,
    DAY,
    DAYS_OF,
    DUE_AT_END,
    EVIDENCE_WORDS,
    FEW,
    FILLER,
    FLAG_OF,
    FLAG_WORDS,
    KEYWORDS,
    LETTER,
    LETTER_DIGITS,
    RANGE,
    RECENTLY,
    SIDES,
    SPAN,
    SPAN_OF,
    STATUSES_OF,
    SWITCH_OF,
    YEAR,
)
from records.record import EFFECTIVE_STATUSES
from records.tokens import FIELD, Token, read_tokens
from records.words import fold, in_taiwans, numeral

_DUE = re.compile(r"(?P<op><=|>=|<|>|=)?(?P<day>.+)")
_WRITTEN_DAY = re.compile(r"\d{3,4}(?:[-/]\d{1,2}[-/]\d{1,2}|年\d{1,2}月(?:\d{1,2}日)?)", re.ASCII)
_YEAR_IN_FRONT = re.compile(
    r"(?:(?:19|20)\d\d年?|(?:民國)?1\d\d年)(?![\d年\-/.~～–至到月以之前後起底末初第上下中度])", re.ASCII
)
_NOUN = re.compile("過期|達成|延誤|延宕|逾期[居停放繳滯欠]|.{2,5}率")
"""Words of which a keyword is only a part behind an agency: 食藥署過期食品, 移民署逾期居留, 勞動部達成率."""

_TWO_SCRIPTS = re.compile(r"([a-z]{3,}(?=[^a-z])|[^a-z]+)(.+)", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f-]{0,28})?")
_NEGATIONS = ("未", "沒有", "沒", "不", "非", "無", "尚")
"""Before a keyword they turn it round (未逾期): such a word is text, never the keyword."""

_OTHER_STRETCHES = ("明", "後", "大", "下", "上", "前", "去")
"""What makes another stretch of days of one (下下個月, 大後年): such a word is text."""

_ALSO_SPOKEN_OF = frozenset(("state-owned", "company", "body"))
"""Kinds of bodies whose short names (台鐵) texts speak of, too."""

_ENUMERATED = re.compile(r"[|、]|(?<=[^\s])(?:和|跟|與|及|或)(?=[^\s所])")
"""What stands between several things that are left out (不含衛福部和教育部)."""

_EARLIEST, _LATEST = 1990, 2100
_LONGEST_PERSON = 4
_LONGEST_NEAR = 12
_LONGEST_ENGLISH_NAME = 9


NEAR = 0.66
"""How alike (difflib's ratio) a name must be to be offered for a word: of three characters, two are the same."""


class QuestionError(ValueError):
    """A question that can't be read; the text, with `values` in its {places}, shows one that can."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names that a question may use: agencies, the categories that occur, the legislators who asked."""

    directory: Directory
    categories: frozenset[str] = frozenset()
    legislators: frozenset[str] = frozenset()

    def legislator(self, word: str) -> str | None:
        """The legislator whom a word names: 楊瓊瓔委員, and 伍麗華 of 伍麗華Saidhai Tahovecahe."""
        return _by_name(self.legislators).get(_bare_name(re.sub(r"^(?:立法委員|立委)|(?:立法)?委員$", "", word)))


@lru_cache(maxsize=8)
def _by_name(legislators: frozenset[str]) -> Mapping[str, str]:
    """Each legislator by what they are called: the whole name, and its Chinese or Latin part where that is one person's."""
    called: dict[str, set[str]] = {}
    for name in legislators:
        bare = _bare_name(name)
        for part in (bare, *(one for one in re.split(r"(?<=[\u3400-\u9fff])(?=[a-z])", bare) if len(one) > 1)):
            called.setdefault(part, set()).add(name)
    return {part: names.pop() for part, names in called.items() if len(names) == 1}


def _bare_name(name: str) -> str:
    """A name without blanks and the dots of indigenous names, which are written in several ways."""
    return re.sub(r"[\s.．·‧・•]", "", name).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Another way to read one word of a question, `word` being what it would be.

    `kind` is committee (the ministries that one oversees), text (not a year or a category), mention (not an agency, but
    text that speaks of it), agency, synonym, near.
    """

    kind: str
    word: str
    query: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question was understood to ask, and what else it may have meant."""

    query: Query
    offers: tuple[Offer, ...]


@dataclass(slots=True)
class _Reading:
    """The parts of a Query as they are found; `spans` belong to deadlines or to evidence, which the end shows."""

    vocabulary: Vocabulary
    parts: dict[str, list[object]] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)
    spans: list[str] = field(default_factory=list)
    wants_evidence: bool = False

    def query(self) -> Query:
        """The Query that was read."""
        if self.wants_evidence:
            self.add("evidence_in", *(span.removeprefix(spans.PAST) for span in self.spans or [RECENTLY]))
        else:
            self.add("due_in", *self.spans)
        parts: dict[str, Any] = {part: tuple(values) for part, values in self.parts.items()}
        return Query(**parts, only_itself="only_itself" in self.switches, state_owned="state_owned" in self.switches)

    def add(self, part: str, *values: object) -> bool:
        """Add values of a field that are not there yet."""
        known = self.parts.setdefault(part, [])
        known += [value for value in dict.fromkeys(values) if value not in known]
        return True

    def take(self, other: _Reading) -> None:
        """Add all that another reading found."""
        for part, values in other.parts.items():
            self.add(part, *values)
        self.switches |= other.switches
        self.spans += other.spans
        self.wants_evidence |= other.wants_evidence

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.parts or self.switches or self.spans or self.wants_evidence)


def parse(text: str, vocabulary: Vocabulary) -> Query:
    """Read a question; an empty one asks for everything. Raises QuestionError with a correct example."""
    return _read(read_tokens(text, vocabulary.directory), vocabulary, {})


def understand(text: str, vocabulary: Vocabulary) -> Understood:
    """Read a question, and find what else its words may have meant. Raises QuestionError with a correct example."""
    tokens = read_tokens(text, vocabulary.directory)
    query = _read(tokens, vocabulary, {})
    offers = []
    for at, token in enumerate(tokens):
        for kind, word, other_reading in _other_readings(token, query, vocabulary):
            other = _read(tokens, vocabulary, {at: other_reading})
            if other != query:
                offers.append(Offer(kind=kind, word=word, query=other))
    return Understood(query=query, offers=tuple(offers))


def _read(tokens: Sequence[Token], vocabulary: Vocabulary, forced: Mapping[int, _Forced]) -> Query:
    """Read tokens; some are `forced` to be a value of a field, by their places."""
    reading = _Reading(vocabulary)
    at = 0
    while at < len(tokens):
        if at in forced:
            part, values = forced[at]
            reading.add(part, *values)
            at += 1
            continue
        plain = [None if token.minus or place in forced else token.plain for place, token in enumerate(tokens[at:], at)]
        at += _read_phrase(reading, plain) or _read_token(reading, tokens[at])
    return reading.query()


_Forced = tuple[str, tuple[str, ...]]
"""A field and its values, as which a word is read."""


def _other_readings(token: Token, query: Query, vocabulary: Vocabulary) -> list[tuple[str, str, _Forced]]:
    """What else one word may mean: kind, the word to show, as what it is read."""
    plain = token.plain
    if plain is None or token.minus or "|" in plain or FIELD.fullmatch(plain):
        return []
    folded = fold(plain.replace('"', ""))
    as_text = ("words", (folded,))
    others: list[tuple[str, str, _Forced]] = []
    if members := vocabulary.directory.committee(f"{plain}委員會"):
        others.append(("committee", f"{plain}委員會", ("agencies", members)))
    if YEAR.fullmatch(plain) or plain in vocabulary.categories:
        return [*others, ("text", plain, as_text)]
    body = _agency_name(vocabulary, plain)
    if body is not None and body != plain and vocabulary.directory[body].kind in _ALSO_SPOKEN_OF:
        return [*others, ("mention", plain, as_text)]
    if folded not in query.words:
        return [*others, ("text", plain, as_text)] if _is_taken_apart(plain, vocabulary) else others
    places = (vocabulary.directory.find(plain + end) for end in ("", "市政府", "縣政府", "政府"))
    if place := next(filter(None, places), None):
        others.append(("agency", place, ("agencies", (place,))))
    if (spelt := fold(in_taiwans(plain))) != folded:
        others.append(("near", spelt, ("words", (spelt,))))
    if formal := formal_words(folded):
        words = "|".join(dict.fromkeys((folded, *map(fold, formal))))
        others.append(("synonym", "、".join(formal), ("words", (words,))))
    if not others and 2 < len(plain) <= _LONGEST_NEAR and not plain.isascii():
        near = vocabulary.directory.suggest(plain)[:1]
        others += [("near", name, ("agencies", (name,))) for name in near]
        alike = difflib.get_close_matches(plain, vocabulary.legislators, n=1, cutoff=NEAR)
        others += [("near", name, ("legislators", (name,))) for name in alike]
        alike = difflib.get_close_matches(plain, vocabulary.categories, n=1, cutoff=NEAR)
        others += [("near", name, ("categories", (name,))) for name in alike]
    return others


def _is_taken_apart(plain: str, vocabulary: Vocabulary) -> bool:
    """Whether a word was read as a text with a condition behind it (疫苗過期), which may be one text."""
    trial = _Reading(vocabulary)
    return not _read_whole(trial, plain) and _read_run(trial, plain) and set(trial.parts) - {"agencies"} > {"words"}


def _read_phrase(reading: _Reading, plain: list[str | None]) -> int:
    """Read an agency's English name, a keyword or a legislator's name of several words; how many tokens it took."""
    for count in range(min(len(plain), _LONGEST_PERSON), 1, -1):
        name = reading.vocabulary.legislator(" ".join(part or "" for part in plain[:count]))
        if name and all(plain[:count]):
            reading.add("legislators", name)
            return count
    longest = 0
    while longest < min(len(plain), _LONGEST_ENGLISH_NAME) and plain[longest] and plain[longest].isascii():  # type: ignore[union-attr]
        longest += 1
    for count in range(longest, 1, -1):
        phrase = "".join(part for part in plain[:count] if part)
        if _read_known(reading, phrase):
            return count
    return 0


def _read_token(reading: _Reading, token: Token) -> int:
    plain = token.plain
    if plain is None:
        _read_text(reading, "excluded" if token.minus else "words", token.quoted)
    elif token.minus:
        if plain not in SWITCH_OF:  # 不含國營事業 is what is meant anyway
            _read_left_out(reading, plain)
    elif _read_field(reading, plain) or _read_address(reading, plain):
        pass
    elif "|" in plain.strip("|"):
        _read_alternatives(reading, plain)
    elif _read_either(reading, plain):
        pass
    elif not (_read_whole(reading, plain) or _read_run(reading, plain)):
        _read_text(reading, "words", plain)
    return 1


def _read_left_out(reading: _Reading, plain: str) -> None:
    """What must not be: an agency, a status, a year, … where each of the words is one, else text.

    Words that ask for several things at once (法務部逾期) can't be left out as one; nothing is left out in silence.
    """
    trials = [_left_out(reading.vocabulary, word) for word in filter(None, _ENUMERATED.split(plain))]
    if not trials or any(trial is None for trial in trials):
        trials = [_left_out(reading.vocabulary, plain)]
    left_out = [list(trial.query().split()) if trial else [] for trial in trials]
    if trials == [None]:
        _read_text(reading, "excluded", words_of_topic(plain))
        return
    if any(len({str(one).partition(":")[0] for one in some}) != 1 or some[0].in_letters for some in left_out):
        raise QuestionError("「-{word}」看不懂：這個不能排除。例如：交通部 -捷運、逾期 -衛福部", word=plain)
    reading.add("without", *(one for some in left_out for one in some))


def _left_out(vocabulary: Vocabulary, word: str) -> _Reading | None:
    """A word that is to be left out, read as what it means; None where it is text, or partly."""
    if word.casefold() in FILLER:
        return None
    trial = _Reading(vocabulary)
    word = word.removesuffix("的") or word
    known = _read_field(trial, word) or _read_whole(trial, word) or _read_run(trial, word)
    return trial if known and "words" not in trial.parts else None


def _read_text(reading: _Reading, part: str, text: str) -> None:
    """Keep a word to look for, or its alternatives; quotation marks are no part of it."""
    words = dict.fromkeys(filter(None, map(fold, alternatives(text.replace('"', "")))))
    if words:
        reading.add(part, "|".join(words))


def _read_address(reading: _Reading, plain: str) -> bool:
    """The address of a gazette file: it holds dozens of replies."""
    return plain.startswith(("http://", "https://")) and reading.add("gazettes", plain)


def _read_alternatives(reading: _Reading, plain: str) -> None:
    """教育部|文化部: values of one field, or words of which one is enough."""
    trials = []
    for part in filter(None, alternatives(plain)):
        trial = _Reading(reading.vocabulary)
        if not (_read_whole(trial, part) or _read_run(trial, part)):
            trial.add("words", fold(part))
        trials.append(trial)
    fields = {tuple(trial.parts) for trial in trials}
    alike = len(fields) == 1 and not any(trial.switches or trial.spans or trial.wants_evidence for trial in trials)
    if alike and fields == {("words",)}:
        _read_text(reading, "words", plain)
    elif alike and fields <= {(name,) for name in _MANY_VALUED}:
        for trial in trials:
            reading.take(trial)
    else:
        raise QuestionError("「{word}」看不懂：「|」隔開的要是同一種條件。例如：教育部|文化部、路燈|電桿", word=plain)


def _read_either(reading: _Reading, plain: str) -> bool:
    """教育部或文化部: alternatives without a blank, where each is known by itself."""
    trials = [_Reading(reading.vocabulary) for _ in plain.split("或")]
    known = len(trials) > 1 and all(map(_read_known, trials, plain.split("或")))
    if known and len({tuple(trial.parts) for trial in trials}) == 1 and set(trials[0].parts) <= set(_MANY_VALUED):
        for trial in trials:
            reading.take(trial)
        return True
    return False


def _read_field(reading: _Reading, token: str) -> bool:
    name, colon, value = token.partition(":")
    if not colon or name not in _FIELDS:
        return False
    value = value.replace('"', "").strip()
    if not value and name == "fulltext":
        raise QuestionError("「全文:」後面少了要找的字。例如：法務部 全文:監獄")
    if not value:
        raise QuestionError("「{word}」後面少了內容。例如：agency:法務部", word=token)
    whole = name in ("gazette", "fulltext")
    for one in [value] if whole else filter(None, map(str.strip, alternatives(value))):
        _FIELDS[name](reading, one)
    return True


def _read_whole(reading: _Reading, token: str) -> bool:
    folded = token.casefold()
    if folded in FILLER:
        return True
    if _read_known(reading, token) or _read_day(reading, token):
        return True
    if LETTER_DIGITS.fullmatch(token):
        return reading.add("letters", f"院臺專字第{token.removesuffix('號')}號")
    if found := LETTER.search(token):
        number = letter_number(found[0]) or found[0]
        return reading.add("letters", number if number.endswith("號") else f"{number}號")
    return _ID.fullmatch(folded) is not None and reading.add("ids", folded)


def _read_known(reading: _Reading, token: str) -> bool:
    """Read a keyword, an agency, a category, a legislator's name, a stretch of days."""
    if _read_keyword(reading, token.casefold()) or _read_agency(reading, token):
        return True
    if token in reading.vocabulary.categories:
        return reading.add("categories", token)
    if name := reading.vocabulary.legislator(token):
        return reading.add("legislators", name)
    found = SPAN.fullmatch(token.casefold())
    return found is not None and _read_span(reading, found)


def _read_span(reading: _Reading, found: re.Match[str]) -> bool:
    """Read a stretch of days that is named from today: 本月, 30天內到期."""
    if found["named"]:
        span = SPAN_OF[found["named"]]
    else:
        count = FEW.get(found["count"]) or numeral(found["count"])
        span = f"{int(count * DAYS_OF[found['unit']])}d"
        if not spans.is_span(span) or not (found["within"] or found["due"] or found["way"]):
            return False
        if found["way"] == "過去" or (found["way"] in ("最近", "近") and not (found["within"] or found["due"])):
            span = spans.PAST + span
    if found["due"]:
        return reading.add("due_in", span)
    reading.spans.append(span)
    return True


def _read_day(reading: _Reading, token: str) -> bool:
    """Read a date, or a year, as the deadline's: 2030, 2025前, 112年底, 2026-12-31 以前, 12月31日到期, 2022-2024."""
    if found := COMING.fullmatch(token):
        return _read_coming(reading, found)
    if found := RANGE.fullmatch(token):
        return _read_range(reading, found)
    found = DAY.fullmatch(token)
    if found is None or not (YEAR.fullmatch(found["day"]) or re.search(r"[-/.年]", found["day"])):
        return False
    try:
        period = read_period(found["day"])
    except UnreadableDateError:
        if _WRITTEN_DAY.fullmatch(found["day"]):
            raise QuestionError("日曆上沒有「{word}」。例如：2026-12-31、115年12月31日", word=found["day"]) from None
        return False
    if period is None or not _EARLIEST <= period[0].year <= _LATEST:
        return False
    first, last = period
    match SIDES.get(found["side"] or ""):
        case "<":
            return reading.add("due", ("<=", last) if first == last else ("<", first))
        case ">":
            return reading.add("due", (">", last))
        case ">=":
            return reading.add("due", (">=", first))
        case _:
            return _add_period(reading, first, last)


def _read_coming(reading: _Reading, found: re.Match[str]) -> bool:
    """Read a day or a month without its year: 12月31日到期, 12月底前到期."""
    month, day = int(found["month"] or found["slash"]), int(found["day"] or found["slash_day"] or 0)
    if found["end"] and 1 <= month <= 12:
        day = monthrange(2024, month)[1]
    span = (".." if found["by"] else "") + (f"{month:02d}-{day:02d}" if day else f"{month:02d}")
    if not spans.is_span(span):
        raise QuestionError("日曆上沒有「{word}」。例如：12月31日到期", word=found[0])
    return reading.add("due_in", span)


def _read_range(reading: _Reading, found: re.Match[str]) -> bool:
    """Read the days from one to another; one without its year is of the first's (112年6月至12月)."""
    first, last = found["first"], found["last"]
    whole_years = YEAR.fullmatch(first) and YEAR.fullmatch(last)
    if found["dash"] and not whole_years and not (first.isdecimal() and last.isdecimal()):
        return False
    if re.match(r"\d{1,2}月", last):
        last = f"{re.split('[年./-]', first)[0]}年{last}"
    try:
        begin, end = read_period(first), read_period(last)
    except UnreadableDateError:
        return False
    if begin is None or end is None or not all(_EARLIEST <= day.year <= _LATEST for day in (*begin, *end)):
        return False
    if begin > end:
        raise QuestionError("「{word}」前後顛倒了。例如：2022-2024、112年6月至12月", word=found[0])
    return _add_period(reading, begin[0], end[1])


def _add_period(reading: _Reading, first: date, last: date) -> bool:
    return reading.add("due", *((("=", first),) if first == last else ((">=", first), ("<=", last))))


def _read_run(reading: _Reading, token: str) -> bool:
    """Read words written without blanks: an agency in front, keywords behind, and the text between them."""
    trial = _Reading(reading.vocabulary)
    if (found := _TWO_SCRIPTS.fullmatch(token)) and all(_read_known(trial, part) for part in found.groups()):
        reading.take(trial)
        return True
    trial = _Reading(reading.vocabulary)
    rest = token
    for end in range(len(token) - 1, 1, -1):
        if token[end - 1].isascii() and token[end].isascii():
            continue  # TRA is no part of transport
        if (name := _agency_name(reading.vocabulary, token[:end])) and not _read_run_is_text(token[end:]):
            trial.add("agencies", name)
            rest = token[end:]
            break
    if not trial.is_empty:
        rest = _read_front(trial, rest)
    elif (keyword := _find_prefix(token)) and token[len(keyword) :].startswith("的"):
        _read_known(trial, keyword)  # 沒有期限的教育部承諾
        behind = token[len(keyword) + 1 :].removesuffix("承諾")
        if _read_known(trial, behind) or _read_run(trial, behind):
            reading.take(trial)
            return True
        trial = _Reading(reading.vocabulary)
    if not _find_suffix(rest):  # 公文早於承諾 is a keyword
        rest = rest.removesuffix("承諾").removesuffix("的")
    while keyword := _find_suffix(rest):
        _read_known(trial, keyword)
        rest = rest[: -len(keyword)]
        if rest.endswith((*_NEGATIONS, *_OTHER_STRETCHES)):
            return False
    if trial.is_empty:
        return False
    rest = rest.removesuffix("的").removeprefix("的")
    if rest and rest not in FILLER and not (_read_known(trial, rest) or _read_day(trial, rest)):
        _read_text(trial, "words", rest)
    reading.take(trial)
    return True


def _read_front(reading: _Reading, rest: str) -> str:
    """Read years and keywords behind an agency (衛福部2023逾期社會福利); what is left behind them."""
    while True:
        rest = rest.removeprefix("的")
        if (found := _YEAR_IN_FRONT.match(rest)) and found[0] != rest:
            _read_day(reading, found[0])
            rest = rest[found.end() :]
        elif (keyword := _find_prefix(rest)) and keyword != rest and not _NOUN.match(rest):
            _read_known(reading, keyword)
            rest = rest[len(keyword) :]
        else:
            return rest


def _find_prefix(rest: str) -> str | None:
    """The keyword that words written without blanks begin with; None where there is none."""
    return next((word for word in KEYWORDS if rest.startswith(word) and not word.isascii()), None)


def _find_suffix(rest: str) -> str | None:
    """The keyword, or the stretch of days with 到期, that words written without blanks end in; None where there is none."""
    folded = rest.casefold()
    if found := DUE_AT_END.search(folded):
        return found[0]
    return next((word for word in KEYWORDS if folded.endswith(word) and not word.isascii()), None)


def _read_run_is_text(rest: str) -> bool:
    """Whether what follows an agency's name only makes another word of it (法務部長, 交通部門)."""
    return rest[0] in "長門會署局司處們隊分落"


def _read_keyword(reading: _Reading, word: str) -> bool:
    if condition := CONDITION_OF.get(word):
        return reading.add("conditions", condition)
    if statuses := STATUSES_OF.get(word):
        return reading.add("statuses", *statuses)
    if flag := FLAG_OF.get(word):
        return reading.add("flags", flag)
    if switch := SWITCH_OF.get(word):
        reading.switches.add(switch)
        return True
    if word in EVIDENCE_WORDS:
        reading.wants_evidence = True
        return True
    return False


def _agency_name(vocabulary: Vocabulary, token: str) -> str | None:
    """The agency that a word means by itself; a place name alone (新北) is text."""
    name = vocabulary.directory.find(token)
    if name is None or (vocabulary.directory[name].kind == "local" and "府" not in token and "局" not in token):
        return None
    return name


def _read_agency(reading: _Reading, token: str) -> bool:
    if members := reading.vocabulary.directory.committee(token):
        return reading.add("agencies", *members)
    name = _agency_name(reading.vocabulary, token)
    return name is not None and reading.add("agencies", name)


def _agency_field(reading: _Reading, value: str) -> None:
    directory = reading.vocabulary.directory
    if fold_name(value) in ("無", "none"):
        reading.add("conditions", NO_AGENCY)
    else:
        reading.add("agencies", *(directory.committee(value) or (directory.find(value) or value,)))


def _due_field(reading: _Reading, value: str) -> None:
    if spans.is_span(value):
        reading.add("due_in", value)
        return
    start, stretch, end = value.partition("..")
    if stretch:
        for op, day in ((">=", start), ("<=", end)):
            _due_field(reading, f"{op}{day}")
        return
    found = _DUE.fullmatch(value)
    try:
        period = read_period(found["day"]) if found else None
    except UnreadableDateError:
        period = None
    if found is None or period is None:
        raise QuestionError("看不懂期限「{word}」。例如：due:<2026-12-31", word=value)
    first, last = period
    match found["op"] or "=":
        case "=":
            _add_period(reading, first, last)
        case ("<" | ">=") as op:
            reading.add("due", (op, first))
        case op:
            reading.add("due", (op, last))


def _status_field(reading: _Reading, value: str) -> None:
    statuses = (value,) if value in EFFECTIVE_STATUSES else STATUSES_OF.get(value.casefold())
    if not statuses:
        raise QuestionError(
            "沒有「{word}」這個狀態。可用：{known}。例如：status:已達成",
            word=value,
            known="、".join(EFFECTIVE_STATUSES),
        )
    reading.add("statuses", *statuses)


def _is_field(reading: _Reading, value: str) -> None:
    condition = value if value in CONDITIONS else CONDITION_OF.get(value.casefold())
    if not condition:
        raise QuestionError(
            "沒有「{word}」這個條件。可用：{known}。例如：is:overdue", word=value, known="、".join(CONDITIONS)
        )
    reading.add("conditions", condition)


def _flag_field(reading: _Reading, value: str) -> None:
    flag = value if value in FLAG_WORDS else FLAG_OF.get(value.casefold())
    if not flag:
        raise QuestionError(
            "沒有「{word}」這種疑點。可用：{known}。例如：flag:predates", word=value, known="、".join(FLAG_WORDS)
        )
    reading.add("flags", flag)


def _evidence_field(reading: _Reading, value: str) -> None:
    if not spans.is_span(value):
        raise QuestionError(
            "看不懂「{word}」這段時間。可用：{known}、30d。例如：evidence:this-week",
            word=value,
            known="、".join(spans.NAMED),
        )
    reading.add("evidence_in", value)


def _fulltext_field(reading: _Reading, value: str) -> None:
    _read_text(reading, "in_letters", value)


def _letter_field(reading: _Reading, value: str) -> None:
    reading.add("letters", letter_number(value) or value)


def _with_field(reading: _Reading, value: str) -> None:
    switch = {"itself-only": "only_itself", "state-owned": "state_owned"}.get(value)
    if switch is None:
        raise QuestionError("沒有「{word}」這個範圍。可用：with:itself-only、with:state-owned", word=value)
    reading.switches.add(switch)


def _legislator_field(reading: _Reading, value: str) -> None:
    reading.add("legislators", *(name for name in value.split("、") if name))


def _plain_field(part: str) -> Callable[[_Reading, str], None]:
    def read(reading: _Reading, value: str) -> None:
        reading.add(part, value)

    return read


_FIELDS: dict[str, Callable[[_Reading, str], None]] = {
    "agency": _agency_field,
    "category": _plain_field("categories"),
    "status": _status_field,
    "legislator": _legislator_field,
    "due": _due_field,
    "is": _is_field,
    "flag": _flag_field,
    "with": _with_field,
    "id": _plain_field("ids"),
    "evidence": _evidence_field,
    "letter": _letter_field,
    "fulltext": _fulltext_field,
    "gazette": _plain_field("gazettes"),
}

_MANY_VALUED = ("agencies", "categories", "statuses", "legislators", "flags", "ids", "letters")
"""Fields whose values are alternatives."""
