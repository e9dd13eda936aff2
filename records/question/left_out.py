"""What must not be (不含衛福部、教育部, 衛福部以外, -MOE and MOHW), written as questions have it: -衛福部|教育部."""

from __future__ import annotations

import re
from functools import partial

from records.question.everyday import in_letters_words, words_of_topic
from records.question.fields import read_field
from records.question.meanings import Meaning, Vocabulary, agency_name, is_spoken_of, read_whole
from records.question.spoken_pieces import LEAVES_OUT
from records.question.unspaced import part_behind, part_front

_CONDITION = "逾期|過期|達成|即將|待複核|佐證不足|存疑|沒"
_BEHIND = r"(?:^|(?<=[\s,、;部署局會院府期的]))"
_LEFT_OUT = re.compile(
    rf"(?<![a-z]:)(?:不含|(?<!要)不要|不包含|不包括|排除(?=:)|但(?:是)?不是|{_BEHIND}排除)\s*:?\s*"
    r"(?P<listed>[^\s·]+(?:\s*、\s*[^\s·、]+|\s+(?:和|與|跟|及|或|以及)\s+[^\s·]+)*)"
    rf"|{_BEHIND}除了?(?P<less>[^\s·]+?)(?:(?:以外|之外)的?|外(?:的|(?=\s|·|$|{_CONDITION})))"
    rf"|{_BEHIND}(?:扣除(?!額)|扣掉|除了)\s*(?P<but>[^\s·]+)"
    rf"|(?P<else>[^\s·,]+?)(?:(?:以外|之外)(?:的|(?=[\s·?!。,嗎呢]|$|{_CONDITION}))|除外(?=[\s·?!。,嗎呢的有還]|$|{_CONDITION}))"
)
"""不含 and its like, behind other words without a blank as well, 以外 and 除外."""

_NAMED = re.compile(
    r"(?P<before>^|[^\s,]*?)(?:排除|扣除|扣掉|剔除|不包(?![含括]))(?P<name>[\u4e00-\u9fff]{2,12})(?=\s|$)"
)

_NON = re.compile(r"(?:^|(?<=\s))[Nn]on-(\w+)")
"""overdue, non-MOE."""

_DASH = re.compile(r"(?<!\S)(?:--|[—–−‒―]+)\s*(?=[^\s\d-])")
"""What a phone makes of a minus."""

_MINUS_LIST = re.compile(
    r"(?<!\S)-(?P<listed>[^\s,\"「]+?(?:(?:\s+(?:and|or|和|與|跟|及|或)\s+|[、,])[^\s,、\"「-][^\s,、]*)+)",
    re.IGNORECASE,
)
"""A minus before several things (-教育部、衛福部; -MOE and MOHW) is before each."""

_MINUS_IN_BRACKETS = re.compile(r"(?<!\S)-\s*\(([^()]+)\)")
"""-(教育部 衛福部) leaves out both."""

_SIGNS = re.compile(r"\s*(?:(?<!\d)/|/(?!\d)|(?<=\d{4})/(?=\d{4}(?!\d))|[+&;]|還有(?![誰哪什甚其幾多]))\s*")
_SEVERAL_LEFT_OUT = re.compile(
    rf"(?:(?<!要)(?:{LEAVES_OUT})|除了|扣掉|(?<!\S)-)[^\s,、]+?(?:{_SIGNS.pattern}[^\s,、/+&;]+)+"
)
"""不含教育部/文化部: what stands between several things that are left out may be any sign."""

_PARTED = re.compile(r"(\s*,(?!\s*(?:and|or)\s)\s*|,?\s+(?:and|AND)\s+)")
"""What may stand before another thing that is left out, or before what is asked for."""

_FILTERS = {("conditions",), ("statuses",), ("due",), ("due_in",)}
"""What an and in lower case goes on with: not MOE and overdue; except COVID and MOJ is two things."""

_LISTED = re.compile(r"\s*、\s*|,?\s+(?:和|與|跟|及|或|以及|or)\s+", re.IGNORECASE)


def with_minus(typed: str) -> str:
    """A minus for a dash and before each of several in brackets, 、 for whatever sign stands between several."""
    typed = _DASH.sub("-", _SEVERAL_LEFT_OUT.sub(lambda found: _SIGNS.sub("、", found[0]), typed))
    return _MINUS_IN_BRACKETS.sub(lambda found: "-" + "|".join(re.findall(r"[^\s,、|]+", found[1])), typed)


def left_out(typed: str, vocabulary: Vocabulary) -> str:
    """What is left out in words, with a minus before it."""
    typed = _NON.sub(lambda found: f"-{found[1]}" if is_askable(vocabulary, found[1]) else found[0], typed)
    return _LEFT_OUT.sub(partial(_leave_out, vocabulary), _NAMED.sub(_leave_out_named, typed))


def minus_before_each(typed: str, vocabulary: Vocabulary) -> str:
    """A minus before a list, as before each thing in it."""
    return _MINUS_LIST.sub(lambda found: each_left_out(found["listed"], vocabulary), typed)


def _leave_out_named(found: re.Match[str]) -> str:
    """社會福利排除衛福部 and 捷運不包高雄 as 社會福利 -衛福部 only where a body is left out: 排除障礙 is a text."""
    return f"{found['before']} -{found['name']} " if agency_name(found["name"]) else found[0]


def _leave_out(vocabulary: Vocabulary, found: re.Match[str]) -> str:
    """不含衛福部、教育部 and 衛福部以外 as -衛福部|教育部 and -衛福部; what stands before or behind without a blank apart."""
    said = next(filter(None, found.groups()))
    front, said = part_front(said) if found["else"] else ("", said)
    said, behind = part_behind(said, vocabulary) if found["listed"] or found["but"] else (said, "")
    return f" {front} {each_left_out(said, vocabulary)} {behind} "


def each_left_out(said: str, vocabulary: Vocabulary) -> str:
    """Several things as one that is left out; behind a comma what is of another kind is asked for (不含教育部，逾期)."""
    first, *others = _PARTED.split(said)
    left_out = _LISTED.split(first)
    kinds = _kinds(vocabulary, left_out[0])
    while others:
        is_list = others[0].strip(" ,") == "and"
        next_kinds = _kinds(vocabulary, _LISTED.split(others[1])[0])
        if not (next_kinds & kinds or (is_list and not next_kinds & _FILTERS)):
            break
        left_out += _LISTED.split(others[1])
        others = others[2:]
    return f" -{'|'.join(left_out)} {' '.join(others[1::2])} "


def is_askable(vocabulary: Vocabulary, word: str) -> bool:
    """Whether a word is more than a text: a keyword, an agency, a topic that letters have words for."""
    is_topic = in_letters_words([word]) is not None or words_of_topic(word) != word
    return is_topic or read_whole(Meaning(vocabulary), word)


def _kinds(vocabulary: Vocabulary, word: str) -> set[tuple[str, ...]]:
    """Which fields of a question a word may be read as, none where it may be text."""
    meant = Meaning(vocabulary)
    if not (read_field(meant, word) or read_whole(meant, word)):
        return {()}
    return {tuple(meant.parts), ()} if is_spoken_of(word) else {tuple(meant.parts)}
