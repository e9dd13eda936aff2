"""Rewrite what was typed into the question language's words, and part it into tokens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

from records.agencies import Directory
from records.question.answered import as_asked
from records.question.english import in_chinese
from records.question.fields import FIELD_NAME, read_field
from records.question.lexicon import (
    BRACKETED,
    FULL_TEXT,
    HEAD,
    KEYWORDS,
    LABEL,
    LEFT_OUT,
    OR,
    RANGE_IN_WORDS,
    REPLY,
    TAIL,
)
from records.question.meanings import Meaning, QuestionError, Vocabulary, is_spoken_of, read_whole
from records.question.spoken import as_written
from records.question.spoken_pieces import LEAVES_OUT
from records.question.unspaced import part_behind, part_front
from records.words import clean, fold, if_simplified, numeral, traditional

_TOKEN = re.compile(
    rf"(?P<minus>(?:(?<!\S)-\s*|-)|(?:{LEAVES_OUT})\s*:?\s*)?"
    r'(?:"(?P<quoted>[^"]*)"|「(?P<corner>[^」]*)」|(?P<plain>https?://\S+|[a-z]+:"[^"]*"|[^\s,、，]+))'
)
_DIGIT = {sign: digit for digit, signs in enumerate(("零〇○", *"一二三四五六七八九")) for sign in signs}
FIELD = re.compile(r"(?P<name>[a-z]+):(?P<value>.+)", re.DOTALL)
_GLUED_OR = re.compile(r"(?<=[\u3400-\u9fff])OR(?=[\u3400-\u9fff])")
_QUOTES = str.maketrans("“”„‟‘’『』", '""""""「」')
"""Phones put quotation marks that are curved."""

_APOSTROPHE = re.compile(r"(?<=[A-Za-z])[‘’](?=[A-Za-z\s]|$)")

_QUOTED = re.compile(r'("[^"]*"|「[^」]*」)')
_LINK = re.compile(
    r"(?P<start>[a-z]+:)?(?P<link>(?:https?://|(?<![\w./])lci\.ly\.gov\.tw/)[!#-;=?-~]+)|[()\[\]【】《》]",
    re.IGNORECASE,
)
"""A gazette file's address, with its scheme or without, wherever it begins and ends; brackets elsewhere only part words."""

_BEHIND_A_LINK = ".,;:!?)]}>'\""
"""What stands behind an address in a sentence, and ends none."""

_APART = re.compile(
    r"(?<=民國)\s+(?=\d)|(?<=西元)\s+(?=\d)|(?<=\d)\s+(?=年)|(?<=\d[年月])\s+(?=\d{1,2}\s*[月日])|(?<=\d\s[年月])\s+(?=\d{1,2}\s*[月日])|(?<=\d)\s+(?=[月日](?:\D|$))"
    r"|(?<=[月日底前內將快])\s+(?=到期|期滿)|(?<=\d)\s+(?=(?:天|週|周|個月)[之以]?內)|(?<=[\d年月日底])\s+(?=[以之]?[前後](?:\s|$|到期))"
)
"""The blanks of a date that is written with them: 民國 112 年 6 月; and those before 到期."""

_BETWEEN_YEARS = r"(?:\s*(?:[、,|或和與及跟]|,?\s*\b(?:or|and)\b)\s*|\s+)"
_YEARS = re.compile(
    r"(?:^|(?<=[\s,、:部署局會院府處司期含要除]))(?<!between )"
    rf"(?P<years>(?:19|20)\d\d年?(?:{_BETWEEN_YEARS}(?:19|20)\d\d年?)+(?![\d年/-])"
    rf"|(?:民國)?1\d\d年?(?:{_BETWEEN_YEARS}(?:民國)?1\d\d年?)*{_BETWEEN_YEARS}(?:民國)?1\d\d年)(?!\d|底|初|[以之]?[前後起])"
)
"""Several years: 2022、2023、2024; of the Republic at least the last one with 年."""
_NAMED_YEARS = re.compile("[今本明去前後]年(?:[、,和與及跟或]|以及)[今本明去前後]年")
_BODY_OF = re.compile(
    r"(?<!\S)(?P<whole>[\u4e00-\u9fff]{1,8}[部會院府])(?:(?:所屬|轄下|下轄|底下|旗下)的?|的)(?P<body>[\u4e00-\u9fff]{2,})"
)
"""衛福部的食藥署: the body is asked for, and whose it is only said."""

_ROC_RANGE = re.compile(r"(?:(?<=[\s,、])|^)(1\d\d)(?=[-~–—到至]1\d\d年(?:[\s,、]|$))")
_YEAR_IN_WORDS = re.compile(r"(?P<number>[一二三四五六七八九十百零〇○]{3,6})(?=年)")
_MONTH_IN_WORDS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<number>[一二三四五六七八九十]{1,2})(?=月(?:[底初]?(?:[之以]?前)?(?:內?到期|期滿)|[底初]|\d))"
)
_DAY_IN_WORDS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})[日號]"
)
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

_ONLY_NUMBERED = re.compile(r"(?:(?<!字)第\s*|(?<![\d第]))(1\d{9})\s*號\s*函?(?=[\s,。]|$)")
"""第1100097614號: a reply's number without its words."""

_DASH = re.compile(r"(?<!\S)(?:--|[—–−‒―]+)\s*(?=[^\s\d-])")
"""What a phone makes of a minus."""

_LOOSE = re.compile(r"(?<=\s)的(?=[^\s士確]\S)")
"""What is left behind a condition that was put into our words (有期限的教育部)."""

_IN_TIME = re.compile(r"(?:(?<=[\s部署局會院府處])|^)(?:逾期|如期|準時|按時)(?:達成|完成|做到|兌現)(?:的|(?=\s|$))")
_DAY_LAST = re.compile(r"(?<![\d/])(?P<one>\d{1,2})/(?P<other>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])")
_MONTHS = 12
_PASTED = re.compile("[,。;]")
"""What stands in a sentence that was pasted, and asks for nothing."""

_TWO_YEARS = re.compile(r"\d{3,4}年的?承諾\s*,?(?:民國)?\d{3,4}年?底?[以之]?[前內]?(?:到期|逾期|過期)")
_DONE_WHEN = re.compile(
    r"(?:[去今]年|[上本]個?月|這個月|[上本]週|昨天)(?:已經?)?(?:達成|完成|做到|兌現)(?=[的了幾哪多?]|\s|$)"
)
_THANKS = re.compile(
    r"(?<=\S)(?:[\s,;。!?~]+|(?<=[嗎呢吧了啊]))"
    r"(?:謝謝(?:你們?|您)?|感謝|感恩|拜託|麻煩[你您]?了?|thanks|thank you)[\s。!~]*$",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<=[\u3400-\u9fff])[。!;?]+(?=[\u3400-\u9fff])")

_LISTED = re.compile(r"\s*、\s*|,?\s+(?:和|與|跟|及|或|以及|or)\s+", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"(?<=[\u4e00-\u9fff])[:+](?=[\u4e00-\u9fff])")
"""法務部：逾期, 法務部+逾期."""

_OUR_LINK = re.compile(r"https?://t\.me/\w+\?start=r_(?P<id>[0-9a-f]{8})\b")
"""What ends a text that was passed on in Telegram: the commitment that it is about."""

_NUMBERED = re.compile(r"(字第\d{6,}[A-Za-z]?號)(?:函(?=$|[\s,。])|(?=[^\s|\"]))")
"""A letter's number with something behind it, without a blank."""

_WHOLE_CABINET = re.compile(
    r"\ball (?:the )?ministries\b.*\bexecutive yuan\b|\bexecutive yuan\b.*\ball (?:the )?ministries\b"
    r"|行政院\s*(?:[及與和含]其?|包含)?\s*(?:所屬|各部會|各機關|所有部會)的?(?=\S{0,6}(?:\s|$))",
    re.IGNORECASE,
)
_QUOTED_BACK = re.compile(r"文字\s*:\s*(?P<words>[^\s·]+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it was typed: one to exclude has a `minus`; `plain` is None where it stood in quotation marks."""

    minus: bool
    quoted: str
    plain: str | None


def read_tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    """The words of a question, in order; alternatives around 或 are one."""
    normal = traditional(unicodedata.normalize("NFKC", clean(text)))
    if passed_on := _OUR_LINK.search(normal):
        return [Token(minus=False, quoted="", plain=passed_on["id"])]
    typed = _APOSTROPHE.sub("'", normal).translate(_QUOTES).strip()
    # what is quoted, each second part, stays as it stands
    parts = _QUOTED.split(typed)
    parts[::2] = [_in_our_words(part, vocabulary) for part in parts[::2]]
    typed = "".join(parts)
    tokens = []
    for found in _TOKEN.finditer(typed):
        plain = found["plain"]
        if plain is not None and plain.isascii():
            plain = plain.removesuffix("'s")  # what's overdue, MOJ's
        if plain is not None and not plain.startswith("http") and not FIELD.fullmatch(plain):
            plain = HEAD.sub("", TAIL.sub("", plain)) or plain
            if (word := fold(if_simplified(plain))).endswith(tuple(KEYWORDS)) and not plain.isascii():
                plain = word
        tokens.append(Token(bool(found["minus"]), found["quoted"] or found["corner"] or "", plain))
    tokens = [token for token in tokens if token.plain is None or _says_something(token.plain)] or tokens
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        last = joined[-1] if joined else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if (
            (token.plain or "").casefold() in OR
            and last
            and after
            and last.plain
            and after.plain
            and not (token.minus or after.minus)
        ):
            joined[-1] = Token(last.minus, "", f"{last.plain}|{after.plain}")
            at += 1
        else:
            joined.append(token)
        at += 1
    return joined


def _says_something(plain: str) -> bool:
    """Whether a word is more than a sign, or the end of a question (呢？)."""
    return re.search(r"[\w|]", plain) is not None and TAIL.fullmatch(plain) is None


def _in_our_words(typed: str, vocabulary: Vocabulary) -> str:
    """What was typed in the words that are read: a reply as records write it, what an answer said it understood, English."""
    typed = FIELD_NAME.sub(lambda name: name[0].lower(), typed)
    typed = _THANKS.sub("", typed)
    typed = BRACKETED.sub(r" \g<letter> ", REPLY.sub(_reply, as_asked(typed)))
    typed = _SEVERAL_LEFT_OUT.sub(lambda found: _SIGNS.sub("、", found[0]), typed)
    typed = _ONLY_NUMBERED.sub(r" \1 ", _NUMBERED.sub(r"\1 ", _STOP.sub(" ", _DASH.sub("-", typed))))
    if said := _IN_TIME.search(typed):
        raise QuestionError("「{word}」看不出來：資料裡沒有完成的日期。例如：法務部 達成、法務部 逾期", word=said[0])
    is_asked = not _PASTED.search(typed)
    if is_asked and (said := _DONE_WHEN.search(typed)):
        raise QuestionError("「{word}」看不出來：資料裡沒有完成的日期。例如：法務部 達成、法務部 逾期", word=said[0])
    if is_asked and (said := _TWO_YEARS.search(typed)):
        raise QuestionError("「{word}」看不懂：年份都是期限的年份，一次問一個。例如：教育部 2022 逾期", word=said[0])
    typed = _DAY_LAST.sub(_year_first, typed)
    if said := _NAMED_YEARS.search(typed):
        raise QuestionError("「{word}」看不懂：年份要一年接一年。例如：2022-2024", word=said[0])
    if _WHOLE_CABINET.search(typed):
        raise QuestionError("「行政院」問的只有行政院自己；要問各部會，就不用寫機關。例如：逾期、教育部 逾期")
    typed = _MINUS_IN_BRACKETS.sub(lambda found: "-" + "|".join(re.findall(r"[^\s,、|]+", found[1])), typed)
    typed = _LINK.sub(_stand_apart, typed)
    typed = _DAY_IN_WORDS.sub(lambda day: f"{numeral(day['month'])}月{numeral(day['day'])}日", typed)
    typed = as_written(_MONTH_IN_WORDS.sub(_in_digits, _YEAR_IN_WORDS.sub(_in_digits, _APART.sub("", typed))))
    typed = _LOOSE.sub("", _BODY_OF.sub(partial(_body_of, vocabulary.directory), typed))
    typed = _ROC_RANGE.sub(r"\1年", _YEARS.sub(_one_after_the_other, typed))
    typed = FULL_TEXT.sub(" fulltext:", LEFT_OUT.sub(partial(_leave_out, vocabulary), typed))
    typed = _MINUS_LIST.sub(lambda found: _each_left_out(found["listed"], vocabulary), typed)
    typed = LABEL.sub(" ", _QUOTED_BACK.sub(lambda found: f" {_quoted_back(found['words'])} ", typed))
    typed = _BETWEEN_WORDS.sub(" ", typed)
    typed = _GLUED_OR.sub("|", typed)
    typed = RANGE_IN_WORDS.sub(lambda found: "".join(found[0].split()), typed)
    named = vocabulary.directory.with_chinese_names(typed)
    return in_chinese(named, lambda said: _each_left_out(said, vocabulary))


def _leave_out(vocabulary: Vocabulary, found: re.Match[str]) -> str:
    """不含衛福部、教育部 and 衛福部以外 as -衛福部|教育部 and -衛福部; what stands before or behind without a blank apart."""
    said = next(filter(None, found.groups()))
    front, said = part_front(said, vocabulary.directory) if found["else"] else ("", said)
    said, behind = part_behind(said, vocabulary) if found["listed"] or found["but"] else (said, "")
    return f" {front} {_each_left_out(said, vocabulary)} {behind} "


def _each_left_out(said: str, vocabulary: Vocabulary) -> str:
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


def _kinds(vocabulary: Vocabulary, word: str) -> set[tuple[str, ...]]:
    """Which fields of a question a word may be read as, none where it may be text."""
    meant = Meaning(vocabulary)
    if not (read_field(meant, word) or read_whole(meant, word)):
        return {()}
    return {tuple(meant.parts), ()} if is_spoken_of(vocabulary, word) else {tuple(meant.parts)}


def _year_first(found: re.Match[str]) -> str:
    """2026-12-31 of 12/31/2026 and of 31/12/2026; which is the month of 3/4/2026 nobody can tell."""
    one, other = int(found["one"]), int(found["other"])
    if min(one, other) <= _MONTHS < max(one, other):
        return f"{found['year']}-{min(one, other):02d}-{max(one, other):02d}"
    raise QuestionError("「{word}」看不出是幾月幾日。例如：2026-12-31", word=found[0])


def _body_of(directory: Directory, found: re.Match[str]) -> str:
    """What is asked of a body, without the ministry that it belongs to; all as it was where it belongs to none."""
    covered = directory.covers(whole) if (whole := directory.find(found["whole"])) else ()
    body = found["body"]
    is_its_body = any(directory.find(body[:end]) in covered for end in range(len(body), 1, -1))
    return body if is_its_body else found[0]


def _reply(found: re.Match[str]) -> str:
    """A reply's number as letters have it; its digits, where it is not said of which kind it is."""
    return f" 院臺{found['kind']}字第{found['digits']}號 " if found["kind"] else f" {found['digits']} "


def _stand_apart(found: re.Match[str]) -> str:
    """An address by itself, a field's apart, with its scheme; a blank in a bracket's place."""
    if not (link := found["link"]):
        return " "
    link = link.rstrip(_BEHIND_A_LINK)
    whole = link if "://" in link else f"https://{link}"
    return f"{found['start']}{whole}" if found["start"] else f" {whole} "


def _one_after_the_other(found: re.Match[str]) -> str:
    """2022、2023 as 2022-2023: years that follow each other are one stretch."""
    years = [int(year) for year in re.findall(r"\d+", found["years"])]
    if years != list(range(years[0], years[-1] + 1)):
        raise QuestionError("「{word}」看不懂：年份要一年接一年。例如：2022-2024", word=found[0])
    unit = "年" if years[0] < 1000 else ""
    return f" {years[0]}{unit}-{years[-1]}{unit} "


def _in_digits(found: re.Match[str]) -> str:
    """一百一十二 and 二〇二三 before a year as 112 and 2023; 十二 before a month as 12."""
    said = found["number"]
    digits = [_DIGIT.get(sign) for sign in said]
    number = int("".join(map(str, digits))) if None not in digits and len(digits) > 2 else numeral(said)
    return str(number)


def _quoted_back(words: str) -> str:
    """The words that an answer says were looked for (文字：影像或圖像、路燈), each in quotation marks."""
    return " ".join(f'"{word.replace("或", "|")}"' for word in words.split("、"))
