"""Replies and gazette files as they are cited: a number in any spelling, an address, each made a word by itself."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"\([^()]*?(?P<letter>[\u4e00-\u9fff]{1,9}字第\s*\d{6,}[A-Za-z]?號)\)")
"""A reply as records name it: （行政院函　中華民國110年12月1日院臺專字第1100097614號）."""

_REPLY = re.compile(
    r"(?<![:|])(?:[依據]|依據)?(?:行政院函?\s*)?(?:(?:中華)?(?:民國)?\s*\d{2,3}年\s*\d{1,2}月\s*\d{1,2}日\s*)?"
    r"院\s*[臺台]\s*(?P<kind>專|施)?\s*字?\s*第?\s*(?P<digits>1\d{9})(?:\s*號\s*函?)?"
)
"""A reply's number in any spelling, its sender and date before it: 行政院 110年12月1日 院台專字第 1100097614 號函."""

_NUMBERED = re.compile(r"(字第\d{6,}[A-Za-z]?號)(?:函(?=$|[\s,。])|(?=[^\s|\"]))")
"""A letter's number with something behind it, without a blank."""

_ONLY_NUMBERED = re.compile(r"(?:(?<!字)第\s*|(?<![\d第]))(1\d{9})\s*號\s*函?(?=[\s,。]|$)")
"""第1100097614號: a reply's number without its words."""

_LINK = re.compile(
    r"(?P<start>[a-z]+:)?(?P<link>(?:https?://|(?<![\w./])lci\.ly\.gov\.tw/)[!#-;=?-~]+)|[()\[\]【】《》]",
    re.IGNORECASE,
)
"""A gazette file's address, with its scheme or without, wherever it begins and ends; brackets elsewhere only part words."""

_BEHIND_A_LINK = ".,;:!?)]}>'\""
"""What stands behind an address in a sentence, and ends none."""


def letters_apart(typed: str) -> str:
    """Each reply's number as letters have it, with blanks around it."""
    typed = _BRACKETED.sub(r" \g<letter> ", _REPLY.sub(_as_numbered, typed))
    return _ONLY_NUMBERED.sub(r" \1 ", _NUMBERED.sub(r"\1 ", typed))


def _as_numbered(found: re.Match[str]) -> str:
    """A reply's number as letters have it; its digits, where it is not said of which kind it is."""
    return f" 院臺{found['kind']}字第{found['digits']}號 " if found["kind"] else f" {found['digits']} "


def links_apart(typed: str) -> str:
    """Each address by itself; brackets elsewhere only part words."""
    return _LINK.sub(_stand_apart, typed)


def _stand_apart(found: re.Match[str]) -> str:
    """An address by itself, a field's apart, with its scheme; a blank in a bracket's place."""
    if not (link := found["link"]):
        return " "
    link = link.rstrip(_BEHIND_A_LINK)
    whole = link if "://" in link else f"https://{link}"
    return f"{found['start']}{whole}" if found["start"] else f" {whole} "
