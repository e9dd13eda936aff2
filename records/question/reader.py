"""The question language: what people type, read as a Query (「法務部逾期」, 「教育部 本月到期」, `agency:法務部 is:overdue -疫情`).

Nothing that is typed is a pattern or an expression: known words mean what the tables here say, anything else is text that
is looked for as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, takewhile

from records.agencies import directory
from records.categories import find_category
from records.query import Query, alternatives
from records.question.everyday import in_letters_words, words_of_topic
from records.question.fields import MANY_VALUED, read_field
from records.question.lexicon import (
    DONE_ALONE,
    FILLER,
    SWITCH_OF,
)
from records.question.meanings import (
    NO_STATE_OWNED,
    STATE_OWNED,
    Meaning,
    QuestionError,
    Vocabulary,
    add_text,
    agency_name,
    either,
    is_spoken_of,
    read_address,
    read_known,
    read_whole,
)
from records.question.tokens import FIELD, Token, read_tokens
from records.question.unspaced import are_values, find_suffix, read_run
from records.record import ACHIEVED
from records.words import fold

_JOINED = re.compile("(而且|並且|且|並|但是|但|或)")
"""What may stand between two conditions without blanks (逾期且佐證不足)."""

_ENUMERATED = re.compile(r"[|、]|(?<=[^\s])(?:以及|和|跟|與|及|或)(?=[^\s所])")
"""What stands between several things that are left out (不含衛福部和教育部)."""

_PROMISE = re.compile("(?<![有是非未作出行背反際守開])的?承諾$")

_ANDS = ("和", "及", "跟", "與", "以及", "and")
"""Words by which both of two agencies are asked for."""

_FIRMS = frozenset(("state-owned", "company"))
_ENDS = 2
_LONGEST_PERSON = 4
_LONGEST_ENGLISH_NAME = 9


Forced = tuple[str, tuple[str, ...]]
"""A field and its values, as which a word is read."""


def parse(text: str, vocabulary: Vocabulary) -> Query:
    """Read a question; an empty one asks for everything. Raises QuestionError with a correct example."""
    return read(read_tokens(text, vocabulary), vocabulary, {})


def read(
    tokens: Sequence[Token], vocabulary: Vocabulary, forced: Mapping[int, Forced], *, narrows: bool = True
) -> Query:
    """Read tokens; some are `forced` to be a value of a field, by their places.

    A body `narrows` what it stands beside where it is under that: 經濟部 水利署 asks for no more than 經濟部水利署.
    """
    meaning = Meaning(vocabulary)
    done: list[str] = []
    named: list[tuple[int, list[str]]] = []  # of what is listed together by one number
    number, at = 0, 0
    while at < len(tokens):
        word = tokens[at]
        if word.plain in DONE_ALONE and not word.minus and at not in forced:
            done.append(str(word.plain))  # what else is asked for says what it means
            at += 1
            continue
        before = tokens[at - 1].plain if at else None
        number += not (word.listed or before in _ANDS or (word.plain or "").startswith(_ANDS))
        at += _read_at(meaning, tokens, at, forced)
        named.append((number, meaning.parts.pop("agencies", [])))
        field = FIELD.fullmatch(word.plain or "")
        narrows = narrows and not (field and field["name"] == "agency")
    narrows = narrows and "only_itself" not in meaning.switches
    meaning.add("agencies", *chain.from_iterable(_narrowed(named) if narrows else (names for _, names in named)))
    for said in done:
        if meaning.parts.get("words"):
            add_text(meaning, "words", said)  # 完成 規劃
        else:
            meaning.add("statuses", ACHIEVED)
    return meaning.query()


def _read_at(meaning: Meaning, tokens: Sequence[Token], at: int, forced: Mapping[int, Forced]) -> int:
    """Read what begins at a token; how many tokens it took."""
    if at in forced:
        part, values = forced[at]
        meaning.add(part, *values)
        return 1
    end = next((place for place in range(at + 1, len(tokens)) if tokens[place].listed), len(tokens))  # MOI, NPA are two
    plain = [None if token.minus or place in forced else token.plain for place, token in enumerate(tokens[at:end], at)]
    if taken := _read_phrase(meaning, plain):
        return taken
    if _is_of_topic(meaning.vocabulary, tokens, at):
        add_text(meaning, "words", str(tokens[at].plain))
        return 1
    return _read_token(meaning, tokens[at])


def _narrowed(named: Sequence[tuple[int, list[str]]]) -> list[list[str]]:
    """The agencies that words name without those of a word that another one narrows (衛環 勞動部, 行政院 法務部).

    What is listed together (教育部、國教署) bears one number, and narrows none of it.
    """
    return [
        wide
        for number, wide in named
        if not any(
            other != number and narrow and _are_within(narrow, wide) and not _are_within(wide, narrow)
            for other, narrow in named
        )
    ]


def _are_within(narrow: list[str], wide: list[str]) -> bool:
    return all(name in wide or any(directory().find(f"{above}{name}") == name for above in wide) for name in narrow)


def _is_of_topic(vocabulary: Vocabulary, tokens: Sequence[Token], at: int) -> bool:
    """Whether an English word that names a category stands beside another English word that means nothing (health insurance)."""
    word = tokens[at].plain
    if word is None or tokens[at].minus or not word.isascii() or find_category(word, vocabulary.categories) is None:
        return False
    beside = [tokens[place].plain for place in (at - 1, at + 1) if 0 <= place < len(tokens) and not tokens[place].minus]
    return any(one and one.isascii() and one.isalpha() and _meaning(vocabulary, one) is None for one in beside)


def _read_phrase(meaning: Meaning, plain: list[str | None]) -> int:
    """Read an agency's English name, a keyword or a legislator's name of several words; how many tokens it took."""
    for count in range(min(len(plain), _LONGEST_PERSON), 1, -1):
        name = meaning.vocabulary.legislator(" ".join(part or "" for part in plain[:count]))
        if name and all(plain[:count]):
            meaning.add("legislators", name)
            return count
    english = list(filter(None, takewhile(lambda part: part and part.isascii(), plain[:_LONGEST_ENGLISH_NAME])))
    for count in range(len(english), 1, -1):
        if read_known(meaning, "".join(english[:count])):
            return count
    return 0


def _read_token(meaning: Meaning, token: Token) -> int:
    plain = token.plain
    if plain is None:
        add_text(meaning, "excluded" if token.minus else "words", token.quoted)
    elif token.minus:
        less, _, whole = plain.partition("的")
        if SWITCH_OF.get(less) == STATE_OWNED:
            meaning.switches.add(NO_STATE_OWNED)
            if whole:
                _read_token(meaning, Token(minus=False, quoted="", plain=whole))
        elif plain not in SWITCH_OF:
            _read_left_out(meaning, plain)
    elif _read_by_itself(meaning, plain):
        pass
    elif "|" in plain.strip("|"):
        _read_alternatives(meaning, plain)
    elif plain.startswith("非") and (
        name := _agency_in_front(plain[1:]) or (plain[1:] if meaning.vocabulary.legislator(plain[1:]) else "")
    ):
        _read_left_out(meaning, name)
        if rest := plain[1 + len(name) :].removeprefix("的"):
            _read_token(meaning, Token(minus=False, quoted="", plain=rest))
    elif _read_less(meaning, plain) or _read_joined(meaning, plain):
        pass
    elif not (read_whole(meaning, plain) or read_run(meaning, plain)):
        add_text(meaning, "words", _topic(plain))
    return 1


def _read_by_itself(meaning: Meaning, plain: str) -> bool:
    """Read a field, or an address."""
    return read_field(meaning, plain) or read_address(meaning, plain)


def _topic(plain: str) -> str:
    """What promises are asked about (再生能源承諾): nearly none holds the word itself."""
    topic = _PROMISE.sub("", plain)
    return topic if len(topic) > 1 else plain


def _agency_in_front(plain: str) -> str:
    """The longest beginning that is an agency's name; '' where there is none."""
    return next((plain[:end] for end in range(len(plain), 1, -1) if agency_name(plain[:end])), "")


def _read_less(meaning: Meaning, plain: str) -> bool:
    """Read what is left out of something, without a blank: 交通部-捷運, 基本工資-勞動部; two texts may be one (臺北-高雄)."""
    whole, _, less = plain.partition("-")
    trial = Meaning(meaning.vocabulary)
    if not less or whole.isascii() or less[0].isdigit():
        return False
    if not read_known(trial, whole):
        if not agency_name(less):
            return False
        add_text(trial, "words", whole)
    meaning.take(trial)
    _read_left_out(meaning, less)
    return True


def _read_joined(meaning: Meaning, plain: str) -> bool:
    """Read what stands around 且, 但 and 或 without a blank, where each means something by itself; two short texts around 或."""
    parts = _JOINED.split(plain.strip("|").replace("或者", "或"))
    words = parts[::2]
    if set(parts[1::2]) == {"或"}:
        last, behind = _without_keywords(meaning.vocabulary, words[-1])
        whole = (*words[:-1], last)
        trials = [None if is_spoken_of(word) else _meaning(meaning.vocabulary, word) for word in whole]
        are_texts = not any(trials) and "|" in either("或".join(whole))
        if are_texts or (None not in trials and not behind.is_empty):
            _read_alternatives(meaning, "|".join(words))
            return True
    trials = [_meaning(meaning.vocabulary, word) for word in words]
    if len(parts) == 1 or any(trial is None for trial in trials):
        return False
    known = [trial for trial in trials if trial]
    if "或" in parts[1::2] and not all(are_values(known[0], trial) for trial in known):
        raise QuestionError("「{word}」看不懂：「或」的兩邊要是同一種條件。例如：教育部或文化部", word=plain)
    for trial in known:
        meaning.take(trial)
    return True


def _read_left_out(meaning: Meaning, plain: str) -> None:
    """What must not be: an agency, a status, a year, … where each of the words is one, else text.

    Words that ask for several things at once (法務部逾期) can't be left out as one; nothing is left out in silence.
    """
    plain = plain.removesuffix("的") or plain
    plain = "已達成" if plain in DONE_ALONE else plain
    parts = plain.split("-")
    if len(parts) > 1 and all(agency_name(part) for part in parts):  # -教育部-衛福部
        plain = "|".join(parts)
    is_one = FIELD.fullmatch(plain) or agency_name(plain)  # 入出國及移民署
    listed = [plain] if is_one else list(filter(None, _ENUMERATED.split(plain)))
    *others, last = listed or [plain]
    less, of, whole = last.partition("的")
    if others and of and whole and _meaning(meaning.vocabulary, whole):  # 教育部和疫情的逾期
        _read_left_out(meaning, "|".join((*others, less)))
        _read_token(meaning, Token(minus=False, quoted="", plain=whole))
        return
    trials = [_meaning(meaning.vocabulary, word) for word in listed]
    if any(trials) and None in trials and all(len(word) > 1 for word in listed):
        _read_each_left_out(meaning, listed)
        return
    if not trials or any(trial is None for trial in trials):
        trials = [_meaning(meaning.vocabulary, plain)]
    left_out = [list(trial.query().split()) if trial else [] for trial in trials]
    less, of, whole = plain.partition("的")
    if (
        of
        and whole
        and (_meaning(meaning.vocabulary, less) or _meaning(meaning.vocabulary, whole))
        and (trials == [None] or any(len(one) != 1 for one in left_out))
    ):
        _read_left_out(meaning, less)
        _read_token(meaning, Token(minus=False, quoted="", plain=whole))
        return
    if trials == [None]:
        words = listed if all(len(one) > 1 for one in listed) else [plain]
        add_text(meaning, "excluded", "|".join(words_of_topic(in_letters_words([word]) or word) for word in words))
        return
    if any(
        len({str(one).partition(":")[0] for one in some}) != 1
        or some[0].in_letters
        or len(some[0].due) > _ENDS  # two stretches of days at once (2024民國112年)
        for some in left_out
    ):
        raise QuestionError("「-{word}」看不懂：這個不能排除。例如：交通部 -捷運、逾期 -衛福部", word=plain)
    meaning.add("without", *(one for some in left_out for one in some))


def _read_each_left_out(meaning: Meaning, listed: Sequence[str]) -> None:
    """Several things of which some are text (公路局和捷運): none of them may be; a firm's short name (高鐵) is text, too."""
    firms = [word for word in listed if is_spoken_of(word, _FIRMS)]
    texts = [word for word in listed if word in firms or not _meaning(meaning.vocabulary, word)]
    for word in listed:
        if word not in texts:
            _read_left_out(meaning, word)
    add_text(meaning, "excluded", "|".join(words_of_topic(in_letters_words([word]) or word) for word in texts))


def _meaning(vocabulary: Vocabulary, word: str) -> Meaning | None:
    """What a word by itself, or words without blanks, mean; None where there is text in them, or nothing."""
    if not word or word.casefold() in FILLER:
        return None
    trial = Meaning(vocabulary)
    word = word.removesuffix("的") or word
    known = read_field(trial, word) or read_whole(trial, word) or read_run(trial, word)
    return trial if known and "words" not in trial.parts else None


def _without_keywords(vocabulary: Vocabulary, word: str) -> tuple[str, Meaning]:
    """A word without the keywords that stand behind it without a blank, and what those mean."""
    behind = Meaning(vocabulary)
    while (keyword := find_suffix(word)) and keyword != word:
        read_known(behind, keyword)
        word = word[: -len(keyword)]
    return word.removesuffix("的"), behind


def _read_alternatives(meaning: Meaning, plain: str) -> None:
    """教育部|文化部: values of one field, or words of which one is enough; keywords behind the last are of all of them."""
    parts = list(filter(None, alternatives(plain)))
    front = _agency_in_front(parts[0])
    if front and front != parts[0]:  # 法務部毒品|詐騙
        meaning.add("agencies", str(agency_name(front)))
        parts[0] = parts[0][len(front) :].removeprefix("的")
    last, behind = _without_keywords(meaning.vocabulary, parts[-1])
    bare = [_alternative(meaning.vocabulary, part) for part in (*parts[:-1], last)]
    if not behind.is_empty and len({tuple(trial.parts) for trial in bare}) == 1:
        parts[-1] = last
        meaning.take(behind)
    trials = [_alternative(meaning.vocabulary, part) for part in parts]
    if any(list(trial.parts) == ["words"] for trial in trials):
        # 捷運|高鐵: beside a text, what is spoken of as well as a company is text, too
        trials = [_as_spoken_of(trial, part) for trial, part in zip(trials, parts, strict=True)]
    fields = {tuple(trial.parts) for trial in trials}
    alike = len(fields) == 1 and not any(trial.switches or trial.spans or trial.wants_evidence for trial in trials)
    if alike and fields == {("words",)}:
        add_text(meaning, "words", "|".join(parts))
    elif alike and fields <= {(name,) for name in MANY_VALUED}:
        for trial in trials:
            meaning.take(trial)
    else:
        raise QuestionError("「{word}」看不懂：「|」隔開的要是同一種條件。例如：教育部|文化部、路燈|電桿", word=plain)


def _alternative(vocabulary: Vocabulary, part: str) -> Meaning:
    """What one of several alternatives means by itself: what is known, else text."""
    trial = Meaning(vocabulary)
    part = "已達成" if part in DONE_ALONE else part
    if not (read_whole(trial, part) or read_run(trial, part)):
        trial.add("words", fold(part))
    return trial


def _as_spoken_of(trial: Meaning, part: str) -> Meaning:
    if not is_spoken_of(part):
        return trial
    text = Meaning(trial.vocabulary)
    text.add("words", fold(part))
    return text
