"""How text is compared when it is searched: one spelling for what is written in several ways, and its overlapping pairs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from operator import add

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_VARIANTS = {
    "臺": "台",
    "計劃": "計畫",
    "佔": "占",
    "身份": "身分",
    "煙": "菸",
    "答覆": "答復",
    "記錄": "紀錄",
    "汙": "污",
    "公佈": "公布",
    "部份": "部分",
}
_WIDE = {"，": ",", "：": ":", "（": "(", "）": ")", "；": ";"}
_LATIN = re.compile("[0-9a-z][0-9a-z .&/-]*[0-9a-z]")
_APART = "\ue000"  # for private use: no folding touches it, and it is no blank
# characters that both databases keep as letters; anything else parts two runs. The words themselves are checked afterwards
_RUN = re.compile(r"[0-9a-z\u3400-\u4db5\u4e00-\u9fcc]+")


@cache
def converter() -> Callable[[str], str]:
    """What turns Simplified characters into Taiwan's; its dictionaries are loaded by the first text that needs them."""
    from opencc import OpenCC  # noqa: PLC0415

    convert: Callable[[str], str] = OpenCC("s2tw").convert
    return convert


def traditional(text: str) -> str:
    """A text that somebody typed, in Taiwan's characters where one of it is Simplified (达, 标, 证).

    Others stay as they are: of 游錫堃 and 范雲 a conversion would make other names.
    """
    return converter()(text) if any(_is_simplified(character) for character in text) else text


def in_taiwans(text: str) -> str:
    """A text in Taiwan's characters, taken for Simplified whatever it is (云林, 后年); only to be offered."""
    return converter()(text)


def if_simplified(word: str) -> str:
    """A word in Taiwan's characters if it were Simplified, though its characters need not be (待复核); for known words."""
    return converter()(word) if any(map(_is_rare, word)) else word


@cache
def _is_simplified(character: str) -> bool:
    """Whether it is a Han character of GB 2312 that Big5 lacks: 堃 is in neither, and of a name."""
    return (
        character > "\u3400" and not character.encode("big5", "ignore") and bool(character.encode("gb2312", "ignore"))
    )


@cache
def _is_rare(character: str) -> bool:
    """Whether it is a Han character outside Big5's first level, as nearly every word in Simplified characters holds.

    No name of the directory holds one, and few words of the letters: the others need no conversion, whose dictionaries
    take a tenth of a second to load.
    """
    big5 = character.encode("big5", "ignore")
    return character > "\u3400" and (len(big5) != 2 or not 0xA4 <= big5[0] <= 0xC6)


_DIGITS = {digit: number for number, digit in enumerate("○一二三四五六七八九")} | {"〇": 0, "零": 0, "兩": 2}


def numeral(text: str) -> int:
    """A number below a thousand in Chinese or Arabic numerals: 十二 and 12 are 12."""
    if text.isdecimal():
        return int(text)
    total = number = 0
    for sign in text:
        if sign in "十百":
            total += (number or 1) * {"十": 10, "百": 100}[sign]
            number = 0
        else:
            number = number * (10 if not total else 1) + _DIGITS.get(sign, 0)
    return total + number


def clean(text: str) -> str:
    """What a person typed, without the characters that no database takes (NUL, lone surrogates)."""
    return _UNWRITABLE.sub("", text)


def normal(text: str) -> str:
    """Text in normal form (NFKC): one character for what looks alike, full-width signs and letters as the usual ones."""
    # with the commonest of them replaced most texts are normal already, and asking that takes a quarter of the time
    for wide, usual in _WIDE.items():
        text = text.replace(wide, usual)
    return unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """Text as search compares it: NFKC, lower case, spelling variants (臺/台, 計劃/計畫, 煙/菸) folded, blanks as one space."""
    folded = normal(text).casefold()
    for variant, usual in _VARIANTS.items():
        folded = folded.replace(variant, usual)
    return " ".join(folded.split())


def other_spelling(folded: str) -> str:
    """The same word with its variants the other way (台鐵: 臺鐵, 電子菸: 電子煙); itself where it has none."""
    for variant, usual in _VARIANTS.items():
        folded = folded.replace(usual, variant)
    return folded


def pairs(folded: str) -> list[str]:
    """The overlapping pairs of each run of word characters, and each run's last character once more (影像 像下 下架 架)."""
    found: list[str] = []
    for run in _RUN.findall(folded):
        found += map(add, run, run[1:])
        found.append(run[-1])
    return found


def needed_pairs(folded_word: str) -> tuple[list[str], list[str]]:
    """What the pairs of any text that holds the word must hold: whole pairs, and first characters of a pair.

    The second list is for runs of a single character, which stand at the head of some pair.
    """
    runs = _RUN.findall(folded_word)
    whole = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
    return list(dict.fromkeys(whole)), [run for run in runs if len(run) == 1]


def is_latin(folded_word: str) -> bool:
    """Whether a word is of Latin letters and digits, and so goes on where more of the same stands: AI is not in Taiwan."""
    return _LATIN.fullmatch(folded_word) is not None


def goes_on_as(sign: str) -> str:
    """What a Latin word that begins or ends so would go on as, for a pattern: 5G is not in 15G, GW is in 11.25GW."""
    return "0-9" if sign.isdigit() else "a-z"


def holds(searched: str, folded_word: str) -> bool:
    """Whether a folded text holds a folded word."""
    return folded_word in searched and (not is_latin(folded_word) or _alone(folded_word).search(searched) is not None)


@lru_cache(maxsize=256)
def _alone(word: str) -> re.Pattern[str]:
    return re.compile(f"(?<![{goes_on_as(word[0])}]){re.escape(word)}(?![{goes_on_as(word[-1])}])")


def search_text(parts: Iterable[str | None]) -> str:
    """The folded text that one record is searched by; parts stay apart, so that no word is found across two of them."""
    return fold(_APART.join(filter(None, parts))).replace(_APART, "\n")
