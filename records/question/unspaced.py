"""Words that are written without blanks: known ones in any order, or a text among an agency, years and keywords."""

from __future__ import annotations

import re

from records.agencies import directory
from records.question.fields import MANY_VALUED
from records.question.lexicon import DONE_ALONE, DUE_AT_END, FILLER, KEYWORDS, SPAN, YEAR
from records.question.meanings import Meaning, Vocabulary, add_text, agency_name, either, read_day, read_known
from records.record import ACHIEVED

_YEAR_IN_FRONT = re.compile(
    r"(?:(?:19|20)\d\d年?|(?:民國)?1\d\d年)(?![\d年\-/.~～–至到月以之前後起底末初第上下中度])", re.ASCII
)
_YEAR_BEHIND = re.compile(r"(?<![\d至到~–—-])(?:(?:19|20)\d\d年?|(?:民國)?1\d\d年)$", re.ASCII)
_LISTING = tuple(" ,、|和跟與及或")
"""What stands between several things that are left out; a name behind it is one of them."""

_NOUN = re.compile("過期|達成|延誤|延宕|逾期[居停放繳滯欠]|.{2,5}率")
"""Words of which a keyword is only a part behind an agency: 食藥署過期食品, 移民署逾期居留, 勞動部達成率."""

_AT_FRONT = re.compile(
    "逾期(?![居停放繳滯欠未罰退補申還利處費未金稅])|佐證不足|期限存疑|期限明確|沒有期限|無期限|存疑|待複核|即將到期|還沒做到|尚無結論"
)
"""Keywords that a text follows without a blank; 過期, 達成 and 延誤 begin words of their own (達成率, 過期食品)."""

_NEGATIONS = ("無法", "未能", "不能", "未完全", "未如期", "未全部", "難以", "未", "沒有", "沒", "不", "非", "無", "尚")
"""Before a keyword they turn it round (未逾期): such a word is text, never the keyword."""

_OTHER_STRETCHES = ("明", "後", "大", "下", "上", "前", "去")
"""What makes another stretch of days of one (下下個月, 大後年): such a word is text."""

_OF_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)|1\d\d(?:年|[-~]1\d\d年)", re.ASCII)
"""How a day begins that names its year."""

_BETWEEN = re.compile(r"的|[和跟與及或、/]|(?:所?質詢|提問|所提|問)(?:到?的?)")
"""What may stand between words without blanks that each mean something (逾期的教育部和文化部)."""

_ASKED_BY = re.compile("^(?:(?:立法)?委員)?(?:(?:所?質詢|提問|所提|所?問|關心)(?:過|到)?的?|的)?")
"""What stands between a legislator's name and what they asked about."""

_LONGEST_PERSON = 12
"""Characters of the longest name of a legislator that is looked for in other words."""

_WORDS_OF_THEIR_OWN = ("長照", "長期", "長者", "長輩", "長途", "門診", "門號", "會計", "分級")
"""Words that begin as an agency's name may go on."""

_LONGEST_TOPIC = 6
"""Characters of what a condition is asked of (逾期的社會住宅); longer texts are sentences that were pasted."""

_LONGEST_RUN = 30
"""Characters of the longest words that are tried in every division."""

SHORTEST_BEHIND = 3
"""Characters of an agency's name inside other text: shorter ones (中油) are parts of too many words."""


def read_run(meaning: Meaning, token: str) -> bool:
    """Read words written without blanks: known ones alone, or a text with an agency, years and keywords around it."""
    if _read_pieces(meaning, token) or _read_behind_keyword(meaning, token) or _read_person(meaning, token):
        return True
    trial = Meaning(meaning.vocabulary)
    rest = _read_agency_in_front(trial, token)
    if not trial.is_empty and rest in DONE_ALONE:
        trial.add("statuses", ACHIEVED)
        meaning.take(trial)
        return True
    if not trial.is_empty:
        rest = _read_front(trial, rest)
    if not find_suffix(rest):  # 公文早於承諾 is a keyword
        rest = rest.removesuffix("承諾").removesuffix("的")
    while (keyword := find_suffix(rest)) and read_known(trial, keyword):
        rest = rest[: -len(keyword)]
        if rest.endswith((*_NEGATIONS, *_OTHER_STRETCHES)):
            return False
    if not trial.is_empty and not trial.parts.get("agencies"):
        rest = _read_written_year(trial, rest)
    if not trial.parts.get("agencies"):
        rest = _read_agency_behind(trial, rest)
        while (
            (keyword := find_suffix(rest))
            and not rest[: -len(keyword)].endswith((*_NEGATIONS, *_OTHER_STRETCHES))
            and read_known(trial, keyword)
        ):
            rest = rest[: -len(keyword)]
    if trial.is_empty:
        return False
    rest = rest.removesuffix("的").removeprefix("的")
    if rest and rest not in FILLER and not (read_known(trial, rest) or read_day(trial, rest)):
        add_text(trial, "words", either(rest))
    meaning.take(trial)
    return True


def _read_written_year(meaning: Meaning, rest: str) -> str:
    """Read a year with its 年 before a text (112年疫苗逾期); what is left. One of digits alone may be the text's (2050淨零)."""
    found = _YEAR_IN_FRONT.match(rest)
    if found is None or not found[0].endswith("年") or found[0] == rest:
        return rest
    read_day(meaning, found[0])
    return rest[found.end() :].removeprefix("的")


def _read_person(meaning: Meaning, token: str) -> bool:
    """Read a legislator's name with a text before or behind it: 楊瓊瓔長照, 楊瓊瓔委員問的長照, 長照楊瓊瓔."""
    for end in range(min(len(token) - 1, _LONGEST_PERSON), 1, -1):
        for name, others in ((token[:end], token[end:]), (token[-end:], token[:-end])):
            person = meaning.vocabulary.legislator(name)
            if person is None or (others == token[:-end] and end < SHORTEST_BEHIND):
                continue
            meaning.add("legislators", person)
            rest = _ASKED_BY.sub("", others)
            trial = Meaning(meaning.vocabulary)
            if rest and rest not in FILLER and not (read_known(trial, rest) or read_run(trial, rest)):
                add_text(trial, "words", rest)
            meaning.take(trial)
            return True
    return False


def _read_pieces(meaning: Meaning, token: str) -> bool:
    """Read words without blanks that all mean something, in any order: 逾期法務部, 楊瓊瓔教育部, 2023衛福部逾期.

    Categories alone are no such words unless something stands between them: two of them may be one text.
    """
    pieces = _pieces(meaning.vocabulary, token.removesuffix("承諾").removesuffix("的"))
    glued = not _BETWEEN.search(token)
    if pieces is None or len(pieces) < 2 or (glued and all(set(piece.parts) == {"categories"} for piece in pieces)):
        return False
    for piece in pieces:
        meaning.take(piece)
    return True


def _pieces(vocabulary: Vocabulary, token: str) -> list[Meaning] | None:
    """Known words that a token is made of, the longest first at each place; None where something else is left."""
    if len(token) > _LONGEST_RUN:
        return None
    dead: set[int] = set()

    def behind(start: int) -> list[Meaning] | None:
        if start == len(token):
            return []
        for end in range(len(token), start + 1, -1):
            if end in dead or _cuts_a_word(token, end) or (piece := _piece(vocabulary, token[start:end])) is None:
                continue
            between = _BETWEEN.match(token, end)
            rest = behind(between.end() if between and between.end() < len(token) else end)
            asked = bool(between) and "legislators" in piece.parts
            if rest is not None and (not between or between[0] == "的" or asked or are_values(piece, rest[0])):
                return [piece, *rest]
        dead.add(start)
        return None

    return behind(0)


def are_values(one: Meaning, other: Meaning) -> bool:
    """Whether two words are values of one field, of which either is enough."""
    return list(one.parts) == list(other.parts) and next(iter(one.parts), None) in MANY_VALUED


def _cuts_a_word(token: str, at: int) -> bool:
    """Whether a place lies within a Latin word or a number: TRA is no part of transport."""
    return 0 < at < len(token) and token[at - 1].isascii() and token[at].isascii()


def _piece(vocabulary: Vocabulary, word: str) -> Meaning | None:
    """What a word means by itself, a year or a day of one (2025年底, 2025前, 112-114年) among it; None where it is text."""
    piece = Meaning(vocabulary)
    is_day = YEAR.fullmatch(word) or (word[0].isdecimal() and not word[-1].isdecimal() and _OF_YEAR.match(word))
    return piece if read_known(piece, word) or (is_day and read_day(piece, word)) else None


def _read_agency_behind(meaning: Meaning, token: str) -> str:
    """Read the agency that a text is followed by without a blank (影像下架法務部); the text, all of it where there is none."""
    for start in range(2, len(token) - SHORTEST_BEHIND + 1):
        if not token[start:].isascii() and not _cuts_a_word(token, start) and (name := agency_name(token[start:])):
            meaning.add("agencies", name)
            return token[:start]
    return token


def _read_behind_keyword(meaning: Meaning, token: str) -> bool:
    """Read a keyword, or days with 到期, with what it tells of: 沒有期限的教育部承諾, 逾期捷運, 本月到期捷運."""
    days = SPAN.match(token)
    due = days[0] if days and days["due"] else ""
    year = _YEAR_IN_FRONT.match(token)
    keyword = due or (year[0] if year and token[year.end() :].startswith("的") else _find_prefix(token)) or ""
    behind = token[len(keyword) :].removesuffix("承諾")
    if not keyword or not (behind.startswith("的") or ((due or _AT_FRONT.match(token)) and len(behind) > 1)):
        return False
    trial = Meaning(meaning.vocabulary)
    if not (read_known(trial, keyword) or read_day(trial, keyword)):
        return False
    is_linked, behind = behind.startswith("的"), behind.removeprefix("的")
    if not (read_known(trial, behind) or read_run(trial, behind)):
        if is_linked and not (token.endswith("承諾") or 1 < len(behind) <= _LONGEST_TOPIC):
            return False
        add_text(trial, "words", behind)
    meaning.take(trial)
    return True


def _read_agency_in_front(meaning: Meaning, token: str) -> str:
    """Read the agency that words written without blanks begin with; what is left behind it, all where there is none."""
    for end in range(len(token) - 1, 1, -1):
        if not _cuts_a_word(token, end) and (name := agency_name(token[:end])) and not _is_of_another_word(token[end:]):
            meaning.add("agencies", name)
            return token[end:]
    return token


def _read_front(meaning: Meaning, rest: str) -> str:
    """Read years and keywords behind an agency (衛福部2023逾期社會福利); what is left behind them."""
    while True:
        rest = rest.removeprefix("的")
        if (found := _YEAR_IN_FRONT.match(rest)) and found[0] != rest:
            read_day(meaning, found[0])
            rest = rest[found.end() :]
        elif (keyword := _find_prefix(rest)) and keyword != rest and not _NOUN.match(rest):
            read_known(meaning, keyword)
            rest = rest[len(keyword) :]
        else:
            return rest


def _find_prefix(rest: str) -> str | None:
    """The keyword that words written without blanks begin with; None where there is none."""
    return next((word for word in KEYWORDS if rest.startswith(word) and not word.isascii()), None)


def word_in_front(token: str) -> str:
    """The year or the keyword that a text begins with, which may be a part of it (2050淨零, 達成率); '' where there is none."""
    year = _YEAR_IN_FRONT.match(token)
    front = year[0] if year else _find_prefix(token) or ""
    return front if len(token) > len(front) + 1 else ""


def find_suffix(rest: str) -> str | None:
    """The keyword, or the stretch of days with 到期, that words written without blanks end in; None where there is none."""
    folded = rest.casefold()
    if found := DUE_AT_END.search(folded):
        return found[0]
    return next((word for word in KEYWORDS if folded.endswith(word) and not word.isascii()), None)


def _is_of_another_word(rest: str) -> bool:
    """Whether what follows an agency's name only makes another word of it (法務部長, 交通部門), and is no word itself (長照)."""
    return rest[0] in "長門會署局司處們隊分落" and not rest.startswith(_WORDS_OF_THEIR_OWN)


def part_behind(said: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """What is left out, and what stands behind it without a blank and is none of it: 疫情逾期, 疫情2023, 長照的衛福部逾期.

    過期 is as often a part of what is left out (疫苗過期).
    """
    if _is_one_filter(said, vocabulary):
        return said, ""
    rest, behind = said, ""
    while (keyword := find_suffix(rest)) and keyword not in (rest, "過期"):
        if rest[: -len(keyword)].rstrip().endswith(("的", *_LISTING, *_NEGATIONS)):
            return said, ""
        rest, behind = rest[: -len(keyword)], f"{keyword} {behind}"
    while name := _name_behind(rest, vocabulary):
        rest, behind = rest[: -len(name)], f"{name} {behind}"
    if behind:
        rest = rest.removesuffix("後")  # 排除疫情後衛福部逾期
    return rest.removesuffix("的") or rest, behind


def _is_one_filter(said: str, vocabulary: Vocabulary) -> bool:
    """Whether words without blanks mean one thing together: 去年下半年到期, 本月有新佐證."""
    meant = Meaning(vocabulary)
    known = read_known(meant, said) or read_day(meant, said) or read_run(meant, said)
    return known and not meant.switches and "words" not in meant.parts and len(list(meant.query().split())) == 1


def _name_behind(said: str, vocabulary: Vocabulary) -> str:
    """The year, the agency or the legislator that words end in which are none by themselves; '' where there is none."""
    find = directory().find
    if find(said) or vocabulary.legislator(said):
        return ""
    if (year := _YEAR_BEHIND.search(said)) and year.start() > 1 and said[year.start() - 1] not in _LISTING:
        return year[0]
    for start in range(2, len(said) - SHORTEST_BEHIND + 1):
        name = said[start:]
        if said[start - 1] not in _LISTING and (find(name) or vocabulary.legislator(name)) and not find(said[:start]):
            return name
    return ""


def part_front(said: str) -> tuple[str, str]:
    """What stands before what is left out without a blank and is none of it, and what is left out: 衛福部逾期疫情(以外).

    Of several all are left out: 教育部和衛福部(以外).
    """
    if directory().find(said):
        return "", said
    end = next(
        (
            end
            for end in range(len(said) - 1, 1, -1)
            if directory().find(said[:end]) and not _is_of_another_word(said[end:]) and said[end] not in _LISTING
        ),
        0,
    )
    while (keyword := _find_prefix(said[end:])) and end + len(keyword) < len(said):
        end += len(keyword)
    return (said[:end], said[end:].removeprefix("的")) if said[end:] != _find_prefix(said[end:]) else ("", said)
