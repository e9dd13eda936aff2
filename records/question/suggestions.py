"""What a question may have meant besides: other readings of its words, near misses, names by which letters call a thing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from records.agencies import directory
from records.categories import kin_of
from records.query import Query, alternatives
from records.question.everyday import LONGEST_TOPIC, formal_words, in_letters_words
from records.question.lexicon import CONDITION_OF, KEYWORDS, MISSPELT, SWITCH_OF, YEAR
from records.question.meanings import (
    Meaning,
    QuestionError,
    Vocabulary,
    agency_name,
    is_spoken_of,
    read_known,
    read_whole,
)
from records.question.reader import Forced, parse, read
from records.question.tokens import FIELD, Token, read_tokens
from records.question.unspaced import SHORTEST_BEHIND, read_run, word_in_front
from records.words import fold, in_taiwans

NEAR = 0.66
"""How alike (difflib's ratio) a name must be to be offered for a word: of three characters, two are the same."""

_NEAR_IN_ENGLISH = 0.8
_ENGLISH_WORD = re.compile(r"\b[A-Za-z]{5,}\b")
_CHINESE_KEYWORDS = frozenset(word for word in KEYWORDS if not word.isascii())
_ENGLISH_KEYWORDS = frozenset(word for word in KEYWORDS if word.isascii())
_LEAVES_OUT = re.compile(
    "除了|除外|以外|之外|不包|排除|扣[除掉]|去掉|剔除|撇除|沒|未(?!來|成年)|無(?!障礙|人機|線)|不(?!動產)|非(?!洲)"
    "|not|n't|without|except|apart|other than|but",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile("有沒有|有無|是不是|能不能|可不可以|會不會|不知道?|不曉得|不好意思")
_AGENCY_HEARD = re.compile(r"(?<!\S)(?P<name>[\u4e00-\u9fff]{2,4})不(?=逾期|過期|延宕|跳票)")
"""交通不逾期: 部 and 不 sound alike, and dictation writes the one for the other."""

_ENDS_OF_BODIES = ("部", "會", "署", "局", "院", "處", "中心")
_AND = re.compile("[和與跟及/]")
_PAIR = 2
_LONGEST_OF_SEVERAL = 5
_LONGEST_NAMED = 14
_LONGEST_NEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Another way to read one word of a question, `word` being what it would be.

    `kind` is committee (the ministries that one oversees), text (not a year or a category), mention (not an agency, but
    text that speaks of it), agency, beside (the agencies that another one narrowed, as well), kin (another category of the same
    subject, as well), synonym, near.
    """

    kind: str
    word: str
    query: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question was understood to ask, and what else its words, as they stand in `text`, may have meant."""

    text: str
    query: Query
    offers: tuple[Offer, ...]


def understand(text: str, vocabulary: Vocabulary) -> Understood:
    """Read a question, and find what else its words may have meant. Raises QuestionError with a correct example."""
    tokens = read_tokens(text, vocabulary)
    query = read(tokens, vocabulary, {})
    offers = []
    typed = {fold(token.plain) for token in tokens if token.plain}
    if _lacks_its_agency(query):
        # 本部將於112年底前…: pasted from a letter
        told = {
            at: ("words", (fold(token.plain),))
            for at, token in enumerate(tokens)
            if token.plain and len(token.plain) > _LONGEST_NEAR and any(switch in token.plain for switch in SWITCH_OF)
        }
        query = read(tokens, vocabulary, told)
    if _lacks_its_agency(query):
        raise QuestionError("「自己的」「國營事業」要和機關一起問。例如：行政院 自己的、經濟部 含國營事業")
    for at, token in enumerate(tokens):
        for kind, word, other_reading in _other_readings(token, query, vocabulary):
            other = read(tokens, vocabulary, {at: other_reading})
            if other != query:
                offers.append(Offer(kind=kind, word=word, query=other))
    heard = _AGENCY_HEARD.sub(_ministry_heard, text)
    if heard != text:
        offers.append(Offer(kind="near", word=heard, query=parse(heard, vocabulary)))
    for word in query.words:
        if formal := [] if word in typed else formal_words(word):
            words = [f"{word}|{'|'.join(map(fold, formal))}" if one == word else one for one in query.words]
            offers.append(Offer(kind="synonym", word="、".join(formal), query=replace(query, words=tuple(words))))
    offers += _of_categories(query, typed, vocabulary)
    whole = read(tokens, vocabulary, {}, narrows=False) if query.agencies and len(tokens) > 1 else query
    if whole.agencies != query.agencies:
        beside = "、".join(name for name in whole.agencies if name not in query.agencies)
        offers.append(Offer(kind="beside", word=beside, query=replace(query, agencies=whole.agencies)))
    if topics := _english_topics(tokens, query):
        word = "、".join(values[0].replace("|", "、") for _, values in topics.values() if values)
        offers.append(Offer(kind="synonym", word=word, query=read(tokens, vocabulary, topics)))
    return Understood(text=text, query=query, offers=tuple(offers))


def _of_categories(query: Query, typed: Collection[str], vocabulary: Vocabulary) -> list[Offer]:
    """Besides a category: those of the same subject as well, and where it was named in English, text that speaks of it."""
    offers = []
    for name in query.categories:
        others = tuple(one for one in query.categories if one != name)
        for kin in kin_of(name, vocabulary.categories):
            if kin not in others:
                offers.append(Offer(kind="kin", word=kin, query=replace(query, categories=(*query.categories, kin))))
        if fold(name) not in typed:
            text = replace(query, categories=others, words=(*query.words, fold(name)))
            offers.append(Offer(kind="text", word=name, query=text))
    return offers


def _ministry_heard(found: re.Match[str]) -> str:
    """交通部 of 交通不, where that is a ministry; else what was typed."""
    name = f"{found['name']}部"
    return name if directory().find(name) else found[0]


def near_misses(text: str, vocabulary: Vocabulary) -> tuple[Offer, ...]:
    """What a question that finds nothing may have meant by words that are nearly known ones; it is a question already."""
    tokens = read_tokens(text, vocabulary)
    query = read(tokens, vocabulary, {})
    offers = []
    for at, token in enumerate(tokens):
        for word, nearly in (*_near_names(token, query, vocabulary), *_either(token, query)):
            offers.append(Offer(kind="near", word=word, query=read(tokens, vocabulary, {at: nearly})))
        if spelt := _near_part(token, query, vocabulary):
            name, plain = spelt
            spelt_anew = read_tokens(plain, vocabulary)
            other = read([*tokens[:at], *spelt_anew, *tokens[at + 1 :]], vocabulary, {})
            offers.append(Offer(kind="near", word=name, query=other))
    if (spelt_well := _respelt(text, query)) != text:
        with suppress(QuestionError):
            offers.append(Offer(kind="near", word=spelt_well, query=parse(spelt_well, vocabulary)))
    return tuple(offer for offer in offers if offer.query != query and not _lacks_its_agency(offer.query))


def _lacks_its_agency(query: Query) -> bool:
    """Whether it says which bodies of an agency are meant, and no agency."""
    return (query.only_itself or query.state_owned) and not query.agencies


def gist(sentence: str, vocabulary: Vocabulary) -> Query:
    """The agencies and keywords that a sentence holds anywhere (我想知道教育部還沒做到哪些事): what it may have asked for.

    Nothing where it leaves something out: its words would say the opposite.
    """
    meaning = Meaning(vocabulary)
    sentence = _ASKS_WHETHER.sub(" ", sentence)
    at, others = 0, []
    while at < len(sentence):
        for end in range(min(len(sentence), at + _LONGEST_NAMED), at + 1, -1):
            part = sentence[at:end]
            long_enough = end - at >= SHORTEST_BEHIND
            if part in _CHINESE_KEYWORDS or (long_enough and agency_name(part)):
                read_known(meaning, part)
                at = end
                break
        else:
            others.append(sentence[at])
            at += 1
    return Meaning(vocabulary).query() if _LEAVES_OUT.search("".join(others)) else meaning.query()


def _other_readings(token: Token, query: Query, vocabulary: Vocabulary) -> list[tuple[str, str, Forced]]:
    """What else one word may mean: kind, the word to show, as what it is read."""
    plain = token.plain
    if plain is None or token.minus or "|" in plain or FIELD.fullmatch(plain):
        return []
    folded = fold(plain.replace('"', ""))
    as_text = ("words", (folded,))
    others: list[tuple[str, str, Forced]] = []
    if members := directory().committee(f"{plain}委員會"):
        committee = directory().committee_of(members)
        others.append(("committee", committee.name if committee else f"{plain}委員會", ("agencies", members)))
    if ministry := directory().find(f"{plain}部"):
        others.append(("agency", ministry, ("agencies", (ministry,))))
    if YEAR.fullmatch(plain) or plain in vocabulary.categories or directory().committee(plain):
        return [*others, ("text", plain, as_text)]
    if is_spoken_of(plain):
        return [*others, ("mention", plain, as_text)]
    if folded not in query.words:
        return [*others, ("text", plain, as_text)] if _is_taken_apart(plain, vocabulary) else others
    if body := _shortened(plain):
        others.append(("near", body, ("agencies", (body,))))
    places = (directory().find(plain + end) for end in ("", "市政府", "縣政府", "政府"))
    # beside an agency it would be another one that is enough (屏東 交通部), not both
    if (place := next(filter(None, places), None)) and not query.agencies:
        others.append(("agency", place, ("agencies", (place,))))
    if formal := formal_words(folded):
        words = "|".join(dict.fromkeys((folded, *map(fold, formal))))
        others.append(("synonym", "、".join(formal), ("words", (words,))))
    return others


def _shortened(plain: str) -> str | None:
    """The body whose name is a part of a text that ends as a body's does, or the other way round (原住民族事務委員會)."""
    if not plain.endswith(_ENDS_OF_BODIES) or len(plain) < SHORTEST_BEHIND or plain == "委員會":
        return None
    near = next(iter(directory().suggest(plain)), "")
    short, long = sorted((plain, near), key=len)
    rest = iter(long)
    return near if short and all(sign in rest for sign in short) else None


def _near_names(token: Token, query: Query, vocabulary: Vocabulary) -> list[tuple[str, Forced]]:
    """Agencies, legislators and categories whose names are near a text that means nothing else, or an unknown agency."""
    plain = token.plain
    if plain is None or token.minus or "|" in plain:
        return []
    if found := FIELD.fullmatch(plain):
        is_unknown = found["name"] == "agency" and directory().find(found["value"]) is None
        near = directory().suggest(found["value"]) if is_unknown else ()
        return [(name, ("agencies", (name,))) for name in near]
    if (folded := fold(plain)) not in query.words:
        return []
    if (spelt := fold(in_taiwans(plain))) != folded:
        # 范云 and the records' 范雲 are both 範雲 by the dictionary, and one person
        person = next((name for name in vocabulary.legislators if fold(in_taiwans(name)) == spelt), None)
        return [(person, ("legislators", (person,))) if person else (spelt, ("words", (spelt,)))]
    if plain.isascii() or not 2 < len(plain) <= _LONGEST_NEAR or _other_readings(token, query, vocabulary):
        return []
    return [
        *((name, ("agencies", (name,))) for name in directory().suggest(plain)[:1]),
        *((name, ("legislators", (name,))) for name in _nearest(plain, vocabulary.legislators)),
        *((name, ("categories", (name,))) for name in _nearest(plain, vocabulary.categories)),
    ]


def _either(token: Token, query: Query) -> list[tuple[str, Forced]]:
    """Several texts that were taken for one (捷運和輕軌), as those of which one is enough."""
    plain = token.plain
    if plain is None or token.minus or fold(plain) not in query.words:
        return []
    words = _AND.split(plain)
    if len(words) < _PAIR or not all(1 < len(word) <= _LONGEST_OF_SEVERAL for word in words):
        return []
    return [("或".join(words), ("words", ("|".join(map(fold, words)),)))]


def _nearest(word: str, names: Collection[str]) -> list[str]:
    return difflib.get_close_matches(word, names, n=1, cutoff=NEAR)


def _near_part(token: Token, query: Query, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """What is near the text in a word, a name where it was read in parts (法務布逾期), and the word with that in it."""
    plain = token.plain
    if plain is None or token.minus or "|" in plain or FIELD.fullmatch(plain):
        return None
    if fold(plain) in query.words:
        if front := word_in_front(plain):
            apart = f"{front} {plain[len(front) :]}"
            return apart, apart
        if keyword := _near_keyword(plain):
            return keyword, keyword
        # 衛福布長照: a name that is mistyped by one character in front of a text
        for end in (3, 4):
            name = next(iter(_nearest(plain[:end], directory().short_names)), "")
            if len(plain) > end + 1 and len(name) == end and not plain.isascii():
                return name, f"{name} {plain[end:]}"
        return None
    trial = Meaning(vocabulary)
    if read_whole(trial, plain) or not read_run(trial, plain):
        return None
    for word in trial.query().words:
        near = [
            *filter(None, [_near_keyword(word)]),
            *directory().suggest(word)[:1],
            *_nearest(word, vocabulary.legislators),
        ]
        if word in plain and not word.isascii() and near and (len(word) > 2 or word in MISSPELT):
            return near[0], plain.replace(word, near[0])
    return None


def _near_keyword(word: str) -> str | None:
    """The word that questions are asked with that is near a Chinese text (即將道期), as it is mostly said."""
    if word in MISSPELT:
        return MISSPELT[word]
    if any(word.startswith(said) for said in ("該", "應")):
        return None  # 該完成未完成 is no 已完成
    meant = [keyword for keyword in _CHINESE_KEYWORDS if _denials(keyword) == _denials(word)]
    near = next(iter(_nearest(word, meant)), None) if len(word) > 2 else None
    alike = [said for said, means in CONDITION_OF.items() if near in CONDITION_OF and means == CONDITION_OF[near]]
    return alike[0] if alike else near


def _denials(word: str) -> tuple[str, ...]:
    """What turns a word round: one that is meant for another is not its opposite (完成了, 沒完成)."""
    return tuple(sign for sign in word if sign in "沒未不無非") or tuple(re.findall("^(?:no|not|un)", word))


def _respelt(text: str, query: Query) -> str:
    """A question with its English words that are near known ones as these (ministry of educaton); as it is where none is."""
    known = sorted({*_ENGLISH_KEYWORDS, *directory().english_words})

    def spell(found: re.Match[str]) -> str:
        word = found[0].casefold()
        near = difflib.get_close_matches(word, known, n=1, cutoff=_NEAR_IN_ENGLISH) if word in query.words else []
        return near[0] if near and word not in known and _denials(near[0]) == _denials(word) else found[0]

    return _ENGLISH_WORD.sub(spell, text)


def _english_topics(tokens: Sequence[Token], query: Query) -> dict[int, Forced]:
    """Words that are an English topic (social housing), by their places: the first as the letters' words, the rest as none."""
    plain = [token.plain if token.plain and fold(token.plain) in query.words else None for token in tokens]
    topics: dict[int, Forced] = {}
    at = 0
    while at < len(plain):
        for count in range(LONGEST_TOPIC, 0, -1):
            name = [word for word in plain[at : at + count] if word]
            if len(name) == count and (formal := in_letters_words(name)):
                topics |= dict.fromkeys(range(at, at + count), ("words", ()))
                topics[at] = ("words", ("|".join(dict.fromkeys(alternatives(fold(formal)))),))
                at += count - 1
                break
        at += 1
    return topics


def _is_taken_apart(plain: str, vocabulary: Vocabulary) -> bool:
    """Whether a word was read as a text with a condition behind it (疫苗過期), which may be one text."""
    trial = Meaning(vocabulary)
    return not read_whole(trial, plain) and read_run(trial, plain) and set(trial.parts) > {"words"}
