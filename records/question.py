"""The question language: what people type, read as a Query (「法務部逾期」, 「教育部 本月到期」, `agency:法務部 is:overdue -疫情`).

Nothing that is typed is a pattern or an expression: known words mean what the tables here say, anything else is text that
is looked for as it stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.everyday import LONGEST_TOPIC, formal_words, in_letters_words, words_of_topic
from records.fields import MANY_VALUED, read_field
from records.meanings import (
    QuestionError,
    Reading,
    Vocabulary,
    agency_name,
    read_address,
    read_day,
    read_known,
    read_text,
    read_whole,
)
from records.query import Query, alternatives
from records.question_words import (
    DUE_AT_END,
    FILLER,
    KEYWORDS,
    SWITCH_OF,
    YEAR,
)
from records.tokens import FIELD, Token, read_tokens
from records.words import fold, in_taiwans

_YEAR_IN_FRONT = re.compile(
    r"(?:(?:19|20)\d\d年?|(?:民國)?1\d\d年)(?![\d年\-/.~～–至到月以之前後起底末初第上下中度])", re.ASCII
)
_NOUN = re.compile("過期|達成|延誤|延宕|逾期[居停放繳滯欠]|.{2,5}率")
"""Words of which a keyword is only a part behind an agency: 食藥署過期食品, 移民署逾期居留, 勞動部達成率."""

_NEGATIONS = ("無法", "未能", "不能", "未完全", "未如期", "未全部", "難以", "未", "沒有", "沒", "不", "非", "無", "尚")
"""Before a keyword they turn it round (未逾期): such a word is text, never the keyword."""

_OTHER_STRETCHES = ("明", "後", "大", "下", "上", "前", "去")
"""What makes another stretch of days of one (下下個月, 大後年): such a word is text."""

_ALSO_SPOKEN_OF = frozenset(("state-owned", "company", "body"))
"""Kinds of bodies whose short names (台鐵) texts speak of, too."""

_BETWEEN = re.compile(r"的|[和跟與及或、/]|(?:所?質詢|提問|所提|問)(?:到?的?)")
_JOINED = re.compile("(而且|並且|且|但是|但|或)")
"""What may stand between words without blanks that each mean something (逾期的教育部和文化部)."""

_ENUMERATED = re.compile(r"[|、]|(?<=[^\s])(?:和|跟|與|及|或)(?=[^\s所])")
"""What stands between several things that are left out (不含衛福部和教育部)."""

_LONGEST_PERSON = 4
_LONGEST_RUN = 30
_LONGEST_NAMED = 14
_CHINESE_KEYWORDS = frozenset(word for word in KEYWORDS if not word.isascii())
_SHORTEST_BEHIND = 3
_LONGEST_NEAR = 12
_LONGEST_ENGLISH_NAME = 9


NEAR = 0.66
"""How alike (difflib's ratio) a name must be to be offered for a word: of three characters, two are the same."""


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
    if topics := _english_topics(tokens, query):
        word = "、".join(values[0].replace("|", "、") for _, values in topics.values() if values)
        offers.append(Offer(kind="synonym", word=word, query=_read(tokens, vocabulary, topics)))
    return Understood(query=query, offers=tuple(offers))


def gist(sentence: str, vocabulary: Vocabulary) -> Query:
    """The agencies and keywords that a sentence holds anywhere (我想知道教育部還沒做到哪些事): what it may have asked for."""
    reading = Reading(vocabulary)
    at = 0
    while at < len(sentence):
        for end in range(min(len(sentence), at + _LONGEST_NAMED), at + 1, -1):
            part = sentence[at:end]
            long_enough = end - at >= _SHORTEST_BEHIND
            if part in _CHINESE_KEYWORDS or (long_enough and agency_name(vocabulary, part)):
                read_known(reading, part)
                at = end - 1
                break
        at += 1
    return reading.query()


def _read(tokens: Sequence[Token], vocabulary: Vocabulary, forced: Mapping[int, _Forced]) -> Query:
    """Read tokens; some are `forced` to be a value of a field, by their places."""
    reading = Reading(vocabulary)
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
    body = agency_name(vocabulary, plain)
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


def _english_topics(tokens: Sequence[Token], query: Query) -> dict[int, _Forced]:
    """Words that are an English topic (social housing), by their places: the first as the letters' words, the rest as none."""
    plain = [token.plain if token.plain and fold(token.plain) in query.words else None for token in tokens]
    topics: dict[int, _Forced] = {}
    at = 0
    while at < len(plain):
        for count in range(LONGEST_TOPIC, 0, -1):
            name = [word for word in plain[at : at + count] if word]
            if len(name) == count and (formal := in_letters_words(name)):
                topics |= dict.fromkeys(range(at, at + count), ("words", ()))
                topics[at] = ("words", (fold(formal),))
                at += count - 1
                break
        at += 1
    return topics


def _is_taken_apart(plain: str, vocabulary: Vocabulary) -> bool:
    """Whether a word was read as a text with a condition behind it (疫苗過期), which may be one text."""
    trial = Reading(vocabulary)
    return not read_whole(trial, plain) and _read_run(trial, plain) and set(trial.parts) > {"words"}


def _read_phrase(reading: Reading, plain: list[str | None]) -> int:
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
        if read_known(reading, phrase):
            return count
    return 0


def _read_token(reading: Reading, token: Token) -> int:
    plain = token.plain
    if plain is None:
        read_text(reading, "excluded" if token.minus else "words", token.quoted)
    elif token.minus:
        if plain not in SWITCH_OF:  # 不含國營事業 is what is meant anyway
            _read_left_out(reading, plain)
    elif read_field(reading, plain) or read_address(reading, plain):
        pass
    elif "|" in plain.strip("|"):
        _read_alternatives(reading, plain)
    elif plain.startswith("非") and agency_name(reading.vocabulary, plain[1:]):
        _read_left_out(reading, plain[1:])
    elif _read_less(reading, plain) or _read_joined(reading, plain):
        pass
    elif not (read_whole(reading, plain) or _read_run(reading, plain)):
        read_text(reading, "words", plain)
    return 1


def _read_less(reading: Reading, plain: str) -> bool:
    """Read what is known and what is left out of it, without a blank: 交通部-捷運."""
    known, _, less = plain.partition("-")
    trial = Reading(reading.vocabulary)
    if not less or known.isascii() or less[0].isdigit() or not read_known(trial, known):
        return False
    reading.take(trial)
    _read_left_out(reading, less)
    return True


def _read_joined(reading: Reading, plain: str) -> bool:
    """Read what stands around 且, 但 and 或 without a blank, where each means something by itself."""
    parts = _JOINED.split(plain)
    trials = [_meaning(reading.vocabulary, word) for word in parts[::2]]
    if len(parts) == 1 or any(trial is None for trial in trials):
        return False
    known = [trial for trial in trials if trial]
    if "或" in parts[1::2] and not all(_are_values(known[0], trial) for trial in known):
        raise QuestionError("「{word}」看不懂：「或」的兩邊要是同一種條件。例如：教育部或文化部", word=plain)
    for trial in known:
        reading.take(trial)
    return True


def _read_left_out(reading: Reading, plain: str) -> None:
    """What must not be: an agency, a status, a year, … where each of the words is one, else text.

    Words that ask for several things at once (法務部逾期) can't be left out as one; nothing is left out in silence.
    """
    trials = [_meaning(reading.vocabulary, word) for word in filter(None, _ENUMERATED.split(plain))]
    if not trials or any(trial is None for trial in trials):
        trials = [_meaning(reading.vocabulary, plain)]
    left_out = [list(trial.query().split()) if trial else [] for trial in trials]
    less, of, whole = plain.partition("的")
    if (
        of
        and whole
        and _meaning(reading.vocabulary, less)
        and (trials == [None] or any(len(one) != 1 for one in left_out))
    ):
        _read_left_out(reading, less)
        _read_token(reading, Token(minus=False, quoted="", plain=whole))
        return
    if trials == [None]:
        listed = _ENUMERATED.split(plain)
        words = listed if all(len(one) > 1 for one in listed) else [plain]
        read_text(reading, "excluded", "|".join(map(words_of_topic, words)))
        return
    if any(len({str(one).partition(":")[0] for one in some}) != 1 or some[0].in_letters for some in left_out):
        raise QuestionError("「-{word}」看不懂：這個不能排除。例如：交通部 -捷運、逾期 -衛福部", word=plain)
    reading.add("without", *(one for some in left_out for one in some))


def _meaning(vocabulary: Vocabulary, word: str) -> Reading | None:
    """What a word by itself, or words without blanks, mean; None where there is text in them, or nothing."""
    if not word or word.casefold() in FILLER:
        return None
    trial = Reading(vocabulary)
    word = word.removesuffix("的") or word
    known = read_field(trial, word) or read_whole(trial, word) or _read_run(trial, word)
    return trial if known and "words" not in trial.parts else None


def _read_alternatives(reading: Reading, plain: str) -> None:
    """教育部|文化部: values of one field, or words of which one is enough; keywords behind the last are of all of them."""
    parts = list(filter(None, alternatives(plain)))
    last, behind = parts[-1], Reading(reading.vocabulary)
    while (keyword := _find_suffix(last)) and keyword != last:
        read_known(behind, keyword)
        last = last.removesuffix(keyword)
    if not behind.is_empty and all(read_known(Reading(reading.vocabulary), part) for part in (*parts[:-1], last)):
        parts[-1] = last
        reading.take(behind)
    trials = []
    for part in parts:
        trial = Reading(reading.vocabulary)
        if not (read_whole(trial, part) or _read_run(trial, part)):
            trial.add("words", fold(part))
        trials.append(trial)
    fields = {tuple(trial.parts) for trial in trials}
    alike = len(fields) == 1 and not any(trial.switches or trial.spans or trial.wants_evidence for trial in trials)
    if alike and fields == {("words",)}:
        read_text(reading, "words", plain)
    elif alike and fields <= {(name,) for name in MANY_VALUED}:
        for trial in trials:
            reading.take(trial)
    else:
        raise QuestionError("「{word}」看不懂：「|」隔開的要是同一種條件。例如：教育部|文化部、路燈|電桿", word=plain)


def _read_run(reading: Reading, token: str) -> bool:
    """Read words written without blanks: an agency in front, keywords behind, and the text between them."""
    if _read_pieces(reading, token) or _read_behind_keyword(reading, token):
        return True
    trial = Reading(reading.vocabulary)
    rest = _read_agency_in_front(trial, token)
    if not trial.is_empty:
        rest = _read_front(trial, rest)
    if not _find_suffix(rest):  # 公文早於承諾 is a keyword
        rest = rest.removesuffix("承諾").removesuffix("的")
    while keyword := _find_suffix(rest):
        read_known(trial, keyword)
        rest = rest[: -len(keyword)]
        if rest.endswith((*_NEGATIONS, *_OTHER_STRETCHES)):
            return False
    if not trial.parts.get("agencies"):
        rest = _read_agency_behind(trial, rest)
    if trial.is_empty:
        return False
    rest = rest.removesuffix("的").removeprefix("的")
    if rest and rest not in FILLER and not (read_known(trial, rest) or read_day(trial, rest)):
        read_text(trial, "words", rest)
    reading.take(trial)
    return True


def _read_pieces(reading: Reading, token: str) -> bool:
    """Read words without blanks that all mean something, in any order: 逾期法務部, 楊瓊瓔教育部, 2023衛福部逾期.

    Categories alone are no such words: two of them may be one text.
    """
    pieces = _pieces(reading.vocabulary, token.removesuffix("承諾").removesuffix("的"))
    if pieces is None or len(pieces) < 2 or all(set(piece.parts) == {"categories"} for piece in pieces):
        return False
    for piece in pieces:
        reading.take(piece)
    return True


def _pieces(vocabulary: Vocabulary, token: str) -> list[Reading] | None:
    """Known words that a token is made of, the longest first at each place; None where something else is left."""
    if len(token) > _LONGEST_RUN:
        return None
    dead: set[int] = set()

    def behind(start: int) -> list[Reading] | None:
        if start == len(token):
            return []
        for end in range(len(token), start + 1, -1):
            if end in dead or _cuts_a_word(token, end) or (piece := _piece(vocabulary, token[start:end])) is None:
                continue
            between = _BETWEEN.match(token, end)
            rest = behind(between.end() if between and between.end() < len(token) else end)
            asked = bool(between) and "legislators" in piece.parts
            if rest is not None and (not between or between[0] == "的" or asked or _are_values(piece, rest[0])):
                return [piece, *rest]
        dead.add(start)
        return None

    return behind(0)


def _are_values(one: Reading, other: Reading) -> bool:
    """Whether two words are values of one field, of which either is enough."""
    return list(one.parts) == list(other.parts) and next(iter(one.parts), None) in MANY_VALUED


def _cuts_a_word(token: str, at: int) -> bool:
    """Whether a place lies within a Latin word or a number: TRA is no part of transport."""
    return 0 < at < len(token) and token[at - 1].isascii() and token[at].isascii()


def _piece(vocabulary: Vocabulary, word: str) -> Reading | None:
    """What a word means by itself, a year without 到期 among it; None where it is text."""
    piece = Reading(vocabulary)
    return piece if read_known(piece, word) or (YEAR.fullmatch(word) and read_day(piece, word)) else None


def _read_agency_behind(reading: Reading, token: str) -> str:
    """Read the agency that a text is followed by without a blank (影像下架法務部); the text, all of it where there is none."""
    for start in range(2, len(token) - _SHORTEST_BEHIND + 1):
        if (
            not token[start:].isascii()
            and not _cuts_a_word(token, start)
            and (name := agency_name(reading.vocabulary, token[start:]))
        ):
            reading.add("agencies", name)
            return token[:start]
    return token


def _read_behind_keyword(reading: Reading, token: str) -> bool:
    """Read a keyword with 的 and what it tells of: 沒有期限的教育部承諾."""
    keyword = _find_prefix(token) or ""
    if not keyword or not token[len(keyword) :].startswith("的"):
        return False
    trial = Reading(reading.vocabulary)
    read_known(trial, keyword)
    behind = token[len(keyword) + 1 :].removesuffix("承諾")
    known = read_known(trial, behind) or _read_run(trial, behind)
    if known:
        reading.take(trial)
    return known


def _read_agency_in_front(reading: Reading, token: str) -> str:
    """Read the agency that words written without blanks begin with; what is left behind it, all where there is none."""
    for end in range(len(token) - 1, 1, -1):
        if (
            not _cuts_a_word(token, end)
            and (name := agency_name(reading.vocabulary, token[:end]))
            and not _is_of_another_word(token[end:])
        ):
            reading.add("agencies", name)
            return token[end:]
    return token


def _read_front(reading: Reading, rest: str) -> str:
    """Read years and keywords behind an agency (衛福部2023逾期社會福利); what is left behind them."""
    while True:
        rest = rest.removeprefix("的")
        if (found := _YEAR_IN_FRONT.match(rest)) and found[0] != rest:
            read_day(reading, found[0])
            rest = rest[found.end() :]
        elif (keyword := _find_prefix(rest)) and keyword != rest and not _NOUN.match(rest):
            read_known(reading, keyword)
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


def _is_of_another_word(rest: str) -> bool:
    """Whether what follows an agency's name only makes another word of it (法務部長, 交通部門)."""
    return rest[0] in "長門會署局司處們隊分落"
