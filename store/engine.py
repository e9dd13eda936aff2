"""The database: SQLite or PostgreSQL, and the one way to open a transaction on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

Transaction = Connection
"""What handlers are given: an open transaction that they neither commit nor roll back."""

_BUSY_SECONDS = 10
_MIGRATIONS = Path(__file__).with_name("migrations")


class DatabaseError(Exception):
    """A database that can't be used; the text says what to check. It never holds the password."""


class Database:
    """One database. Writing transactions on SQLite begin IMMEDIATE: a deferred one that reads and then writes can fail."""

    def __init__(self, url: str) -> None:
        """Make the engine without connecting; raises DatabaseError where the URL is none."""
        try:
            self._url = make_url(url)
            if self._url.get_backend_name() not in ("sqlite", "postgresql"):
                raise DatabaseError(
                    f"DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://, not {self._url.drivername}"
                )
            if self._url.get_backend_name() == "sqlite" and self._url.database:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(self._url, **self._options())
        except (ArgumentError, NoSuchModuleError, OSError) as reason:
            raise DatabaseError(f"DATABASE_URL can't be used: {reason}") from reason
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with self._connect(immediate=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction for reading one consistent state."""
        with self._connect(immediate=False) as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the schema to the newest revision; raises DatabaseError where it is newer than this program."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("path_separator", "os")
        with self.write() as connection:
            scripts = ScriptDirectory.from_config(config)
            current = MigrationContext.configure(connection).get_current_revision()
            if current == scripts.get_current_head():
                return
            if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
                raise DatabaseError(
                    f"the database is of a newer version ({current}): update nuoyan, or use another database"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _options(self) -> dict[str, Any]:
        if self._url.get_backend_name() == "sqlite":
            return {"connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False}}
        return {"pool_pre_ping": True, "connect_args": {"connect_timeout": _BUSY_SECONDS}}

    @contextmanager
    def _connect(self, *, immediate: bool) -> Iterator[Connection]:
        try:
            connection = self._engine.connect()
        except DBAPIError as reason:
            where = self._url.render_as_string(hide_password=True)
            detail = str(reason.orig).strip().splitlines()[0]
            raise DatabaseError(f"the database {where} can't be reached: {detail}") from reason
        with connection:
            yield connection.execution_options(immediate=immediate)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where the engine says so, not at the first INSERT
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
