"""What the commands of the shell share: their options, the service that they open, who acts, what they print."""

from __future__ import annotations

import atexit
import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from bot import log
from bot import settings as environment
from bot.clock import Clock
from bot.service import Service
from bot.settings import Settings
from handlers.language import Voice, speak
from handlers.message import Person, RefusedError
from handlers.reach import read_reach
from store.engine import Database, Transaction

Today = Annotated[str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="the day to answer for")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of text")]
LARGEST = 2**31 - 1
"""The largest number that a row of the store may have."""

As = Annotated[str, typer.Option("--as", metavar="telegram:111", help="who asks or decides")]


class UsageError(Exception):
    """A command used wrongly; the text says how it is used."""


class NoAdminError(RefusedError):
    """Who acts from the shell is none of ADMINS."""


_FIRST_YEAR, _LAST_YEAR = 1912, 2200
"""Of the Republic, and far beyond any deadline: days are counted from it back and ahead by years."""

_OF_ELSEWHERE = (
    "the database holds the records of another RECORDS until the next sync (nuoyan sync); "
    "to keep both, give each a DATABASE_URL of its own"
)


def open_service(today: str | None) -> tuple[Settings, Service]:
    """The settings and a service on a migrated database."""
    settings = environment.load()
    speak(Voice(settings.language))
    for doubt in environment.doubtful_names():
        print(f"nuoyan: {doubt}", file=sys.stderr)
    log.begin(settings.secrets)
    database = Database(settings.database)
    atexit.register(database.close)
    database.migrate()
    service = Service(database, settings.policy(), clock(settings, today), settings.source)
    if service.feed.is_of_elsewhere():
        print(f"nuoyan: {_OF_ELSEWHERE}", file=sys.stderr)
    return settings, service


def clock(settings: Settings, today: str | None) -> Clock:
    """The clock of a deployment, at the day that `--today` gives where it does."""
    return Clock(zone=settings.timezone, today=read_day("--today", today) if today else None)


def read_day(option: str, text: str) -> date:
    """The day that an option gives; raises UsageError where it is none, or beyond what is answered."""
    try:
        day = date.fromisoformat(text)
    except ValueError as reason:
        raise UsageError(f"{option} {text!r} is no day: write YYYY-MM-DD") from reason
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(f"{option} {text} lies beyond what is answered: a day from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def read_person(text: str) -> Person:
    """The person that `--as` names; raises UsageError where that is nobody."""
    try:
        return Person.parse(text)
    except ValueError as reason:
        raise UsageError(f"--as: {reason}") from reason


def read_admin(settings: Settings, text: str) -> Person:
    """Who acts from the shell: one of ADMINS."""
    if not text:
        raise UsageError("say who decides: --as telegram:111, one of ADMINS")
    person = read_person(text)
    if person not in settings.admins:
        raise NoAdminError(f"{person} is no admin")
    return person


def print_json(tx: Transaction, service: Service, fields: Mapping[str, Any]) -> None:
    """Print one JSON object: today and how far the data goes, then the fields."""
    reach = read_reach(tx, service.clock.now().date())
    header = {
        "today": service.clock.now().date().isoformat(),
        "data_date": reach.data_date,
        "coverage": reach.coverage.isoformat() if reach.coverage else None,
        "revision": reach.revision,
        "read_on": reach.read_on.isoformat() if reach.read_on else None,
    }
    print(json.dumps({**header, **fields}, ensure_ascii=False))


def did_you_mean(near: list[str]) -> str:
    """The end of an error that names what was meant; '' where nothing is near."""
    return f"; did you mean {near[0]}?" if near else ""
