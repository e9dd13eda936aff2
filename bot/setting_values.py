"""The forms in which settings are written: each is read, or refused with the form that is meant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

from handlers.authority import SHARED_IDS
from handlers.language import LANGUAGES, known
from handlers.message import Person
from handlers.policy import Reviewer
from records.agencies import directory
from store.engine import DatabaseError, read_url

Value = TypeVar("Value")

_LONGEST = timedelta(days=3650)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def language(value: Any) -> str:
    """A language of LANGUAGES, by any code that means it."""
    if not (code := known(str(value))):
        raise ValueError(f"{value!r} is no language of this version: write one of {', '.join(LANGUAGES)}")
    return code


def each(parse: Callable[[str], Value]) -> Callable[[Any], Any]:
    """Several of a kind, with commas between; `off` is none."""

    def split(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(parse(part) for part in value.split(",") if part.strip()) if value.strip() != "off" else ()

    return split


def somebody(text: str) -> Person:
    """A person who is one person: no authority goes by an id that many write under."""
    person = Person.parse(text)
    if person in SHARED_IDS:
        raise ValueError(f"{person} is shared by many: Telegram's anonymous admins or channels; name a person's own id")
    return person


def reviewer(text: str) -> Reviewer:
    """slack:U333 for everything, slack:U333@法務部 for an agency, slack:U333@類別:教育 for a category."""
    who, at, agency = text.partition("@")
    kind, colon, category = agency.partition(":")
    if colon and kind == "類別" and category:
        return Reviewer(person=somebody(who), category=category)
    name = directory().find(agency) if at else None
    if at and name is None:
        raise ValueError(
            f"{agency!r} is no agency of the directory: write slack:U333@法務部, or slack:U333@類別:教育 for a category"
        )
    return Reviewer(person=somebody(who), agency=name)


def duration(value: Any) -> Any:
    """2s, 30m, 6h, 1d; 0 or `off` for none."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d+)([smhd]?)", value.strip())
    if value.strip() in ("off", "0"):
        return timedelta(0)
    if found is None or not found[2]:
        raise ValueError(f"{value!r} is no duration: write 2s, 30m, 6h, 1d or 0")
    number = int(found[1])
    if number > _LONGEST.total_seconds() or (duration := timedelta(**{_UNITS[found[2]]: number})) > _LONGEST:
        raise ValueError(f"{value!r} is longer than ten years")
    return duration


def secret(value: Any) -> Any:
    """A token as it was copied, without the blanks and line ends around it."""
    if value is None:
        return None
    text = (value.get_secret_value() if isinstance(value, SecretStr) else str(value)).strip()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("it holds a blank, a line end or another character that no token has: copy it again")
    return SecretStr(text)


def address(value: Any) -> Any:
    """https://host, with or without a path."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", str(value).strip()):
        raise ValueError(f"{value!r} is no address: write https://host, or leave it out")
    return str(value).strip()


def database_url(value: Any) -> Any:
    """A URL as SQLAlchemy has it, of a database that the store knows."""
    try:
        if value is not None:
            read_url(value.get_secret_value() if isinstance(value, SecretStr) else str(value))
    except DatabaseError as wrong:
        raise ValueError(str(wrong).removeprefix("DATABASE_URL ")) from None
    return value


def _time(value: str) -> time:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d))?", value.strip(), re.ASCII)
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else time.fromisoformat("none")
    except ValueError:
        raise ValueError(f"{value!r} is no time of day: write 08:30") from None


def time_of_day(value: Any) -> Any:
    """08:30."""
    return _time(value) if isinstance(value, str) else value


def zone(value: Any) -> Any:
    """Asia/Taipei."""
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError) as reason:
        raise ValueError(f"{value!r} is no time zone: write Asia/Taipei") from reason


def hours(value: Any) -> Any:
    """22:00-08:00; `off` is none."""
    if not isinstance(value, str):
        return value
    if value.strip() == "off":
        return time(0), time(0)
    start, dash, end = value.partition("-")
    try:
        if not dash:
            raise ValueError(value)
        return _time(start), _time(end)
    except ValueError as reason:
        raise ValueError(f"{value!r} are no hours: write 22:00-08:00, or off") from reason


def share(value: Any) -> Any:
    """0.2 or 20%; `off` is beyond any share."""
    if not isinstance(value, str):
        return value
    if value.strip() == "off":
        return math.inf
    number, percent, rest = value.strip().partition("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = -1
    if rest or not 0 <= share <= 1:
        raise ValueError(f"{value!r} is no share: write 0.2, 20% or off")
    return share


def port(value: Any) -> Any:
    """A number from 1 to 65535; `off` is none."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text == "off":
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f"{value!r} is no port: write a number from 1 to 65535, or off")
    return int(text)
