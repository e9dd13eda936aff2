"""In which language the bot speaks to a chat, and how it writes dates there.

Sentences stand in the code in 正體中文, which is their key in the gettext catalogue of every other language
(`locale/en/LC_MESSAGES/nuoyan.po`). Which language is spoken is set once an event or message, by `speaking`.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from records.dates import ROC_OFFSET, roc

CHINESE, ENGLISH = "zh-TW", "en"
LANGUAGES = {CHINESE: "正體中文", ENGLISH: "English"}
"""The languages that the bot speaks, by their codes (BCP 47), and what each calls itself."""

BOTH, ISO, ROC = "both", "iso", "roc"
DATES = (BOTH, ISO, ROC)
"""How dates are written: 2023-12-31（民國112年） where there is room, 2023-12-31, 民國112年12月31日."""

CATALOGUES = Path(__file__).with_name("locale")

_HAN = re.compile("[\u3400-\u9fff]")
_KNOWN = {CHINESE.casefold(): CHINESE, "zh": CHINESE, ENGLISH: ENGLISH}


@dataclass(frozen=True, slots=True)
class Voice:
    """How the bot speaks to a chat: a language of LANGUAGES, and a form of DATES."""

    language: str = CHINESE
    dates: str = BOTH


_PLAIN = Voice()
_VOICE: ContextVar[Voice] = ContextVar("voice", default=_PLAIN)


def voice() -> Voice:
    """How the bot speaks at the moment."""
    return _VOICE.get()


@contextmanager
def speaking(voice: Voice) -> Iterator[None]:
    """Speak so inside the block."""
    before = _VOICE.set(voice)
    try:
        yield
    finally:
        _VOICE.reset(before)


def speak(voice: Voice) -> None:
    """Speak so from here on: the voice of a command, or of a process."""
    _VOICE.set(voice)


def say(text: str, /, **values: Any) -> str:
    """A sentence in the language that is spoken, with `values` in its {places}."""
    return say_in(_VOICE.get().language, text, **values)


def say_in(language: str, text: str, /, **values: Any) -> str:
    """The same in a language of LANGUAGES, whatever is spoken."""
    said = _translations(language).gettext(text) if text else ""
    return said.format(**values) if values else said


def say_n(text: str, n: int, /, **values: Any) -> str:
    """A sentence that counts: `n` stands in its {n}, and chooses between singular and plural where a language has them."""
    said = _translations(_VOICE.get().language).ngettext(text, text, n)
    return said.format(n=n, **values)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """A sentence that is said later, by `say`: it only marks it for the catalogues."""
    return text


def listed(words: Iterable[str]) -> str:
    """Words one after the other: 法務部、教育部."""
    return say("、").join(words)


def short_date(at: date) -> str:
    """A day where there is little room: 2023-12-31, or 民國112年12月31日 where a chat wants it so."""
    if _VOICE.get().dates != ROC:
        return at.isoformat()
    return roc(at) if _VOICE.get().language == CHINESE else f"ROC {at.year - ROC_OFFSET}-{at:%m-%d}"


def short_month(of: date) -> str:
    """The month of a day where there is little room: 2023-12, or 民國112年12月 where a chat wants it so."""
    if _VOICE.get().dates != ROC:
        return f"{of:%Y-%m}"
    year = of.year - ROC_OFFSET
    return f"民國{year}年{of.month}月" if _VOICE.get().language == CHINESE else f"ROC {year}-{of:%m}"


def long_date(at: date) -> str:
    """A day as the data and as the letters write it: 2023-12-31（民國112年12月31日）; one of them where a chat wants it so."""
    if _VOICE.get().dates != BOTH:
        return short_date(at)
    if _VOICE.get().language == CHINESE:
        return f"{at.isoformat()}（民國{at.year - ROC_OFFSET}年）"
    return f"{at.isoformat()} (ROC {at.year - ROC_OFFSET})"


def known(code: str) -> str:
    """The language that a platform's code means (zh-hant, en-US, …); '' for one that the bot does not speak."""
    # codes are of any case (zh-tw), and it gives back the one that it was asked for
    found = negotiate_locale([code.replace("_", "-").casefold()], list(_KNOWN), sep="-") if code else None
    return _KNOWN[found] if found else ""


def is_chinese(text: str) -> bool:
    """Whether any of a text is Chinese."""
    return _HAN.search(text) is not None


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """A language's catalogue, read once a process from its source, so that none is ever out of date."""
    if language == CHINESE:
        return gettext.NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "nuoyan.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
