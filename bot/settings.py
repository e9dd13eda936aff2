"""The environment as settings: every mistake is told at once, with the name that is meant. Secrets are never printed."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from datetime import time, timedelta
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource

from handlers.authority import SHARED_IDS
from handlers.language import CHINESE, LANGUAGES, known
from handlers.message import Chat, Person
from handlers.policy import BREAKER, Policy, Reviewer, directory
from records.folder import Folder
from records.source import Source, SourceError
from store.engine import DatabaseError, read_url

Value = TypeVar("Value")

_NOT_YET = frozenset("PUBLIC_URL LOG_FORMAT".split())
"""Settings of the design that this version does not know; some of the names belong to other programs too."""

_LONGEST = timedelta(days=3650)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SECRETS = (
    "records_token",
    "telegram_bot_token",
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "database_url",
)


class SettingsError(Exception):
    """Settings that can't be used; one line for each mistake."""


def _language(value: Any) -> str:
    if not (code := known(str(value))):
        raise ValueError(f"{value!r} is no language of this version: write one of {', '.join(LANGUAGES)}")
    return code


def _each(parse: Callable[[str], Value]) -> Callable[[Any], Any]:
    def split(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(parse(part) for part in value.split(",") if part.strip()) if value != "off" else ()

    return split


def _somebody(text: str) -> Person:
    """A person who is one person: no authority goes by an id that many write under."""
    person = Person.parse(text)
    if person in SHARED_IDS:
        raise ValueError(f"{person} is shared by many: Telegram's anonymous admins or channels; name a person's own id")
    return person


def _reviewer(text: str) -> Reviewer:
    who, at, agency = text.partition("@")
    kind, colon, category = agency.partition(":")
    if colon and kind == "類別" and category:
        return Reviewer(person=_somebody(who), category=category)
    name = directory().find(agency) if at else None
    if at and name is None:
        raise ValueError(
            f"{agency!r} is no agency of the directory: write slack:U333@法務部, or slack:U333@類別:教育 for a category"
        )
    return Reviewer(person=_somebody(who), agency=name)


def _duration(value: Any) -> Any:
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


def _secret(value: Any) -> Any:
    """A token as it was copied, without the blanks and line ends around it."""
    if value is None:
        return None
    text = (value.get_secret_value() if isinstance(value, SecretStr) else str(value)).strip()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("it holds a blank, a line end or another character that no token has: copy it again")
    return SecretStr(text)


def _address(value: Any) -> Any:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", str(value).strip()):
        raise ValueError(f"{value!r} is no address: write https://host, or leave it out")
    return str(value).strip()


def _database_url(value: Any) -> Any:
    try:
        if value is not None:
            read_url(value.get_secret_value() if isinstance(value, SecretStr) else str(value))
    except DatabaseError as wrong:
        raise ValueError(str(wrong).removeprefix("DATABASE_URL ")) from None
    return value


def _time(value: str) -> time:
    hour, colon, rest = value.strip().partition(":")
    try:
        return time.fromisoformat(f"{hour:0>2}{colon}{rest}" if colon else "none")
    except ValueError:
        raise ValueError(f"{value!r} is no time of day: write 08:30") from None


def _time_of_day(value: Any) -> Any:
    return _time(value) if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError) as reason:
        raise ValueError(f"{value!r} is no time zone: write Asia/Taipei") from reason


def _quiet(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value == "off":
        return time(0), time(0)
    start, dash, end = value.partition("-")
    try:
        if not dash:
            raise ValueError(value)
        return _time(start), _time(end)
    except ValueError as reason:
        raise ValueError(f"{value!r} are no hours: write 22:00-08:00, or off") from reason


def _share(value: Any) -> Any:
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


def _port(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text == "off":
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f"{value!r} is no port: write a number from 1 to 65535, or off")
    return int(text)


_Share = Annotated[float, NoDecode, BeforeValidator(_share)]
_Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]
_Address = Annotated[str, BeforeValidator(_address)]


class _SecretFiles(InitSettingsSource):
    """`NAME_FILE` for every secret: the file's content, without its last newline."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        found = {}
        told = {name.upper(): value for name, value in dotenv_values(".env").items()} | os.environ
        for name in _SECRETS:
            if path := told.get(f"{name.upper()}_FILE"):
                try:
                    found[name] = Path(path).read_text("utf-8").strip()
                except (OSError, UnicodeDecodeError) as wrong:
                    reason = wrong.strerror if isinstance(wrong, OSError) else "it is no UTF-8 text"
                    raise SettingsError(f"{name.upper()}_FILE: {path} can't be read: {reason}") from None
        super().__init__(settings, found)


def _is_off(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == "off"


class Settings(BaseSettings):
    """What the operator set; names as in the environment, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", arbitrary_types_allowed=True
    )

    records: str | None = None
    records_token: _Secret = None
    database_url: Annotated[SecretStr | None, BeforeValidator(_database_url)] = None
    telegram_bot_token: _Secret = None
    telegram_api_url: _Address = "https://api.telegram.org"
    slack_bot_token: _Secret = None
    slack_app_token: _Secret = None
    slack_signing_secret: _Secret = None
    slack_api_url: _Address = "https://slack.com/api/"
    admins: Annotated[tuple[Person, ...], NoDecode, BeforeValidator(_each(_somebody))] = ()
    reviewers: Annotated[tuple[Reviewer, ...], NoDecode, BeforeValidator(_each(_reviewer))] = ()
    review_chats: Annotated[tuple[Chat, ...], NoDecode, BeforeValidator(_each(Chat.parse))] = ()
    write_back: Literal["off", "file", "git"] = "off"
    undo_window: Annotated[timedelta, NoDecode, BeforeValidator(_duration)] = timedelta(minutes=30)
    language: Annotated[str, BeforeValidator(_language)] = CHINESE
    timezone: Annotated[ZoneInfo, NoDecode, BeforeValidator(_zone)] = ZoneInfo("Asia/Taipei")
    sync_every: Annotated[timedelta, NoDecode, BeforeValidator(_duration)] = timedelta(minutes=15)
    digest_at: Annotated[time, NoDecode, BeforeValidator(_time_of_day)] = time(8, 30)
    quiet_hours: Annotated[tuple[time, time], NoDecode, BeforeValidator(_quiet)] = (time(22), time(8))
    group_watches: Literal["admins", "anyone"] = "anyone"
    port: Annotated[int | None, NoDecode, BeforeValidator(_port)] = None
    breaker_status: _Share = BREAKER["status"]
    breaker_removed: _Share = BREAKER["removed"]
    breaker_added: _Share = BREAKER["added"]
    breaker_unreadable: _Share = BREAKER["unreadable"]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then `.env`, then files named by NAME_FILE."""
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_off(cls, values: Any) -> Any:
        """`off` is as good as unset for what need not be set: a token, the records, the database."""
        unset = {name for name, field in cls.model_fields.items() if field.default is None}
        return {name: value for name, value in values.items() if not (name in unset and _is_off(value))}

    @property
    def folder(self) -> Path:
        """The records' folder: RECORDS, or the samples shipped with the package."""
        return Path(self.records).expanduser() if self.records else samples()

    @property
    def is_git(self) -> bool:
        """Whether the records are in a git repository."""
        return (self.records or "").startswith("git+")

    @property
    def source(self) -> Source:
        """Where the records are read from; raises SourceError where a `git+` address is none."""
        if not self.is_git:
            return Folder(self.folder)
        # libgit2 takes a tenth of a second to load, which a folder does not need
        git = import_module("records.git")
        token = self.records_token.get_secret_value() if self.records_token else None
        source: Source = git.Git(self.records, user_cache_path("nuoyan") / "git", token)
        return source

    @property
    def prefix(self) -> str:
        """The records' folder inside its repository, with /; empty where it is the root, or none is known."""
        if self.is_git:
            return (self.records or "").partition("#")[2].strip("/")
        folder = self.folder.resolve()
        root = next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)
        return "" if root == folder else folder.relative_to(root).as_posix()

    @property
    def database(self) -> str:
        """The database's URL; by default a file in the user's data folder, one of its own for the samples."""
        if self.database_url:
            return self.database_url.get_secret_value()
        name = "nuoyan" if self.records else "samples"
        return f"sqlite:///{user_data_path('nuoyan') / f'{name}.sqlite3'}"

    @property
    def secrets(self) -> Sequence[str]:
        """What must stand in no log: every secret that is set, and the password in the database's URL."""
        given = [value for name in _SECRETS if (value := getattr(self, name)) is not None]
        password = read_url(self.database).password
        return [*(value.get_secret_value() for value in given), *([f":{password}@"] if password else [])]

    def policy(self) -> Policy:
        """What handlers go by."""
        return Policy(
            zone=self.timezone,
            language=self.language,
            admins=frozenset(self.admins),
            reviewers=self.reviewers,
            review_chats=self.review_chats,
            undo_window=self.undo_window,
            digest_at=self.digest_at,
            quiet=self.quiet_hours,
            writes_back=self.write_back != "off",
            groups_by_admins=self.group_watches == "admins",
            breaker={kind: getattr(self, f"breaker_{kind}") for kind in BREAKER},
        )


def samples() -> Path:
    """The sample records: beside the package where it was installed, else in the checkout."""
    installed = Path(__file__).with_name("examples")
    return (installed if installed.is_dir() else Path(__file__).parents[1] / "examples") / "records"


def load() -> Settings:
    """Read the settings; raises SettingsError that names every wrong one."""
    try:
        mistakes = _misspelt()
    except UnicodeDecodeError:
        raise SettingsError(".env: it is no UTF-8 text") from None
    try:
        settings = Settings()
    except ValidationError as wrong:
        mistakes += [_mistake(error["loc"], str(error["msg"])) for error in wrong.errors(include_input=False)]
        raise SettingsError("\n".join(mistakes)) from None
    try:
        _ = settings.source
    except (SourceError, RuntimeError) as wrong:  # pathlib finds no home of such a user
        mistakes.append(f"RECORDS: {wrong}")
    if settings.write_back == "git" and not settings.is_git:
        mistakes.append(
            "WRITE_BACK: git needs RECORDS=git+https://host/repository.git#folder; a folder takes WRITE_BACK=file"
        )
    if settings.write_back == "file" and settings.is_git:
        mistakes.append("WRITE_BACK: file needs a folder in RECORDS; a repository takes WRITE_BACK=git")
    if settings.write_back == "file" and not settings.records:
        mistakes.append(
            "WRITE_BACK: the shipped samples are not written to: set RECORDS to a folder, or WRITE_BACK=off"
        )
    for one, other in (("slack_bot_token", "slack_app_token"), ("slack_app_token", "slack_bot_token")):
        if getattr(settings, one) and not getattr(settings, other):
            mistakes.append(f"{other.upper()}: Slack needs it beside {one.upper()} (README, Slack)")
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def _mistake(location: tuple[int | str, ...], message: str) -> str:
    told = message.removeprefix("Value error, ").replace("Input should be", "it takes")
    return f"{str(location[0]).upper() if location else 'settings'}: {told}"


def _misspelt() -> list[str]:
    """Names in `.env` that are no setting of this version."""
    known = _names()
    mistakes = []
    for name in (name for name in dotenv_values(".env") if name.upper() not in known):
        if name.upper() in _NOT_YET:
            mistakes.append(f"{name}: not there yet in this version: take it out of .env")
        else:
            near = get_close_matches(name.upper(), known, n=1)
            mistakes.append(f"{name}: no such setting in .env" + (f"; did you mean {near[0]}?" if near else ""))
    return mistakes


def doubtful_names() -> list[str]:
    """Names in the environment that look like a setting that was meant; they may belong to another program."""
    known = _names()
    doubtful = []
    for name in sorted(os.environ.keys() - known - _NOT_YET):
        if near := get_close_matches(name, known, n=1, cutoff=0.84):
            doubtful.append(f"{name} is no setting; did you mean {near[0]}?")
    return doubtful


def _names() -> set[str]:
    return {*(name.upper() for name in Settings.model_fields), *(f"{name.upper()}_FILE" for name in _SECRETS)}
