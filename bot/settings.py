"""The environment as settings: every mistake is told at once, with the name that is meant. Secrets are never printed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from platformdirs import user_cache_path, user_data_path
from pydantic import BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource

from bot import setting_values as values
from handlers.language import CHINESE
from handlers.message import Chat, Person
from handlers.policy import BREAKER, DIGEST_AT, QUIET, UNDO_WINDOW, Policy, Reviewer
from records.folder import Folder
from records.source import Source, SourceError
from store.engine import read_url

_ENV_FILE = ".env"

_NOT_YET = frozenset("PUBLIC_URL LOG_FORMAT".split())
"""Settings of the design that this version does not know; some of the names belong to other programs too."""

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


_Share = Annotated[float, NoDecode, BeforeValidator(values.share)]

_Secret = Annotated[SecretStr | None, BeforeValidator(values.secret)]

_Address = Annotated[str, BeforeValidator(values.address)]


class _SecretFiles(InitSettingsSource):
    """`NAME_FILE` for every secret: the file's content, without its last newline."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings, _read_secrets()[0])


def _read_secrets() -> tuple[dict[str, str], dict[str, str]]:
    """The secrets that stand in files of their own, and what is wrong with those that can't be read, both by name."""
    found, wrong = {}, {}
    told = {name.upper(): value for name, value in dotenv_values(_ENV_FILE).items()} | os.environ
    for name in _SECRETS:
        if path := told.get(f"{name.upper()}_FILE"):
            try:
                found[name] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as reason:
                said = reason.strerror if isinstance(reason, OSError) else "it is no UTF-8 text"
                wrong[name] = f"{name.upper()}_FILE: {path} can't be read: {said}"
    return {name: secret for name, secret in found.items() if secret}, wrong


def _is_off(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == "off"


class Settings(BaseSettings):
    """What the operator set; names as in the environment, in lower case."""

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, env_ignore_empty=True, extra="ignore", arbitrary_types_allowed=True
    )

    records: str | None = None
    records_token: _Secret = None
    database_url: Annotated[SecretStr | None, BeforeValidator(values.database_url)] = None
    telegram_bot_token: _Secret = None
    telegram_api_url: _Address = "https://api.telegram.org"
    slack_bot_token: _Secret = None
    slack_app_token: _Secret = None
    slack_signing_secret: _Secret = None
    slack_api_url: _Address = "https://slack.com/api/"
    admins: Annotated[tuple[Person, ...], NoDecode, BeforeValidator(values.each(values.somebody))] = ()
    reviewers: Annotated[tuple[Reviewer, ...], NoDecode, BeforeValidator(values.each(values.reviewer))] = ()
    review_chats: Annotated[tuple[Chat, ...], NoDecode, BeforeValidator(values.each(Chat.parse))] = ()
    write_back: Annotated[Literal["off", "file", "git"], BeforeValidator(str.strip)] = "off"
    undo_window: Annotated[timedelta, NoDecode, BeforeValidator(values.duration)] = UNDO_WINDOW
    language: Annotated[str, BeforeValidator(values.language)] = CHINESE
    timezone: Annotated[ZoneInfo, NoDecode, BeforeValidator(values.zone)] = ZoneInfo("Asia/Taipei")
    sync_every: Annotated[timedelta, NoDecode, BeforeValidator(values.duration)] = timedelta(minutes=15)
    digest_at: Annotated[time, NoDecode, BeforeValidator(values.time_of_day)] = DIGEST_AT
    quiet_hours: Annotated[tuple[time, time], NoDecode, BeforeValidator(values.hours)] = QUIET
    group_watches: Annotated[Literal["admins", "anyone"], BeforeValidator(str.strip)] = "anyone"
    port: Annotated[int | None, NoDecode, BeforeValidator(values.port)] = None
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
    def _without_what_is_off(cls, given: Any) -> Any:
        """`off` is as good as unset for what need not be set: a token, the records, the database."""
        unset = {name for name, field in cls.model_fields.items() if field.default is None}
        return {name: value for name, value in given.items() if not (name in unset and _is_off(value))}

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
    mistakes = [*_unread_lines(), *_misspelt(), *_read_secrets()[1].values()]
    unset = {}
    try:
        settings = Settings()
    except ValidationError as wrong:
        mistakes += [_mistake(error["loc"], str(error["msg"])) for error in wrong.errors(include_input=False)]
        # the others are looked at all the same
        unset = {str(error["loc"][0]): Settings.model_fields[str(error["loc"][0])].default for error in wrong.errors()}
        settings = Settings(**unset)
    mistakes += [told for names, told in _misfits(settings) if not unset.keys() & names]
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def _misfits(settings: Settings) -> Iterator[tuple[set[str], str]]:
    """What does not fit together: the settings that are meant, and what is told of them."""
    try:
        _ = settings.source
    except (SourceError, RuntimeError) as wrong:  # pathlib finds no home of such a user
        yield {"records"}, f"RECORDS: {wrong}"
    written = {"write_back", "records"}
    if settings.write_back == "git" and not settings.is_git:
        yield (
            written,
            "WRITE_BACK: git needs RECORDS=git+https://host/repository.git#folder; a folder takes WRITE_BACK=file",
        )
    if settings.write_back == "file" and settings.is_git:
        yield written, "WRITE_BACK: file needs a folder in RECORDS; a repository takes WRITE_BACK=git"
    if settings.write_back == "file" and not settings.records:
        yield (
            written,
            "WRITE_BACK: the shipped samples are not written to: set RECORDS to a folder, or WRITE_BACK=off",
        )
    tokens = ("slack_bot_token", "slack_app_token")
    for one, other in (tokens, tokens[::-1]):
        if getattr(settings, one) and not getattr(settings, other):
            yield set(tokens), f"{other.upper()}: Slack needs it beside {one.upper()} (README, Slack)"


def _mistake(location: tuple[int | str, ...], message: str) -> str:
    told = message.removeprefix("Value error, ").replace("Input should be", "it takes")
    return f"{str(location[0]).upper() if location else 'settings'}: {told}"


def _unread_lines() -> list[str]:
    """The lines of `.env` that are none of its form; raises SettingsError where the file can't be read at all."""
    try:
        with Path(_ENV_FILE).open(encoding="utf-8") as file:
            lines = [binding.original.line for binding in parse_stream(file) if binding.error]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "it is no UTF-8 text"
        raise SettingsError(f"{_ENV_FILE}: it can't be read: {reason}") from None
    return [
        f"{_ENV_FILE}:{line}: it can't be read: write NAME=value, with both quotation marks or none" for line in lines
    ]


def _misspelt() -> list[str]:
    """Names in `.env` that are no setting of this version."""
    known = _names()
    mistakes = []
    for name, value in dotenv_values(_ENV_FILE).items():
        if name.upper() in known or (name.upper() in _NOT_YET and not value):
            continue
        if name.upper() in _NOT_YET:
            mistakes.append(f"{name}: not there yet in this version: take it out of {_ENV_FILE}")
        else:
            near = get_close_matches(name.upper(), known, n=1)
            mistakes.append(f"{name}: no such setting in {_ENV_FILE}" + (f"; did you mean {near[0]}?" if near else ""))
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
