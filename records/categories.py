"""Categories that records are filed under: what they are called in English, and which hold the same subject."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category by its name in the records; `kin` are those that hold the same subject (農業, 農業政策)."""

    name: str
    english: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()


def is_category(name: str) -> bool:
    """Whether a name is one that the pipeline has filed records under."""
    return name in _categories()


def find_category(word: str, occurring: Collection[str]) -> str | None:
    """The category among those that occur which a word names, in Chinese or, with or without blanks, in English."""
    name = word if word in occurring else _by_english_name().get(_plain(word))
    return name if name in occurring else None


def english_category(name: str) -> str:
    """What a category is called in English; '' where only its own name is known."""
    known = _categories().get(name)
    return known.english[0] if known and known.english else ""


def kin_of(name: str, occurring: Collection[str]) -> tuple[str, ...]:
    """The categories among those that occur which hold the same subject as one does."""
    known = _categories().get(name)
    return tuple(one for one in known.kin if one in occurring) if known else ()


@cache
def _categories() -> Mapping[str, Category]:
    data = tomllib.loads(files("records").joinpath("categories.toml").read_text("utf-8"))
    return {
        one["name"]: Category(name=one["name"], english=tuple(one["english"]), kin=tuple(one.get("kin", ())))
        for one in data["category"]
    }


@cache
def _by_english_name() -> Mapping[str, str]:
    return {_plain(english): one.name for one in _categories().values() for english in one.english}


def _plain(english: str) -> str:
    return "".join(english.split()).casefold()
