"""The database: SQLite or PostgreSQL, and the one way to open a transaction on it."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Insert,
    Integer,
    TableClause,
    Update,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import DatabaseError as AnyDatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

Transaction = Connection
"""What handlers are given: an open transaction that they neither commit nor roll back."""

Key = TypeVar("Key", int, str)

_BUSY_SECONDS = 10
_BY = "by"
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
_KEEP_LOG = "PRAGMA journal_mode = WAL"
_STATEMENTS_KEPT = 200
"""Compiled statements kept (500 by default), which the cycle collector looks through.

With 500 it took 0.15 s in the midst of an answer, with 200 0.08 s; questions took as long on average with 50 to 500.
"""
_MIGRATION_LOCK = 0x6D696772617465
_MIGRATIONS = Path(__file__).with_name("migrations")


class DatabaseError(Exception):
    """A database that can't be used; the text says what to check. It never holds the password."""


def read_url(text: str) -> URL:
    """A database's URL; raises DatabaseError where it is none, or of another kind of database."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as reason:
        # the reason would quote the URL, password and all
        raise DatabaseError(
            "DATABASE_URL is no URL: write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        ) from reason
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in _DRIVERS:
        raise DatabaseError(f"DATABASE_URL begins with {url.drivername}: write sqlite:/// or postgresql+psycopg://")
    return _read_file(url) if url.get_backend_name() == "sqlite" else url


def _read_file(url: URL) -> URL:
    """A SQLite database's URL with its file in full; raises DatabaseError where it names none."""
    file = url.database or ""
    if url.host or url.query or file in ("", ":memory:"):
        raise DatabaseError("DATABASE_URL names no file: write sqlite:///FILE, or sqlite:////FILE for a whole path")
    return url.set(database=str(Path(file).expanduser()))


class Database:
    """One database. Writing transactions on SQLite begin IMMEDIATE: a deferred one that reads and then writes can fail.

    The threads of a process queue for it, however long one of them writes; SQLite itself would let them wait for a while.
    """

    def __init__(self, url: str) -> None:
        """Make the engine without connecting; raises DatabaseError where the URL is none."""
        self._url = read_url(url)
        self._writing: AbstractContextManager[object] = Lock() if self.is_sqlite else nullcontext()
        try:
            if self.is_sqlite and self._url.database:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(self._url, **self._options())
        except OSError as reason:
            raise DatabaseError(f"the database's folder can't be made: {reason.strerror}") from reason
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            # before the dialect asks its first question
            event.listen(self._engine, "connect", _check_encoding, insert=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Like every transaction here it raises DatabaseError where the database can't be reached, or fails.
        """
        with self._writing, self._connect({"immediate": True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def fill(self) -> Iterator[Transaction]:
        """Like `write`, for a database that holds nothing yet.

        SQLite then writes each page once, with no log before it, unless somebody else has the database open.
        """
        with self._writing, self._connect({"immediate": True}) as connection:
            driver = connection.connection.driver_connection
            without_log = isinstance(driver, sqlite3.Connection) and _leave_log(driver)
            try:
                with connection.begin():
                    yield connection
            finally:
                if without_log:
                    connection.connection.cursor().execute(_KEEP_LOG)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction for reading one consistent state."""
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._connect(snapshot) as connection, connection.begin():
            yield connection

    @property
    def place(self) -> str:
        """Where it is, without its password."""
        return self._url.database or "" if self.is_sqlite else self._url.render_as_string(hide_password=True)

    def migrate(self) -> None:
        """Bring the schema to the newest revision; raises DatabaseError where it is newer than this program, or not ours."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("path_separator", "os")
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            scripts = ScriptDirectory.from_config(config)
            current = MigrationContext.configure(connection).get_current_revision()
            if current == scripts.get_current_head():
                return
            if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
                raise DatabaseError(
                    f"the database is of a newer version ({current}): update nuoyan, or use another database"
                )
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except DBAPIError as reason:
                raise DatabaseError(
                    f"the database's tables can't be made ({self._told(reason)}): "
                    "let DATABASE_URL name a database of nuoyan's own"
                ) from reason

    def back_up(self, file: Path) -> None:
        """Write a whole copy of a SQLite database into a new file, while it is in use.

        Raises DatabaseError where that can't be written, or on PostgreSQL, which has a program for that.
        """
        if not self.is_sqlite:
            raise DatabaseError("PostgreSQL is backed up by its own program: pg_dump")
        try:
            # outside any transaction, which every connection of the engine begins
            with closing(sqlite3.connect(self.place, isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", [str(file)])
        except sqlite3.Error as reason:
            raise DatabaseError(f"the database can't be copied to {file}: {reason}") from reason

    def close(self) -> None:
        """Close every connection; SQLite then folds its log into the file, unless somebody else has it open."""
        self._engine.dispose()

    def _options(self) -> dict[str, Any]:
        options = {"query_cache_size": _STATEMENTS_KEPT}
        if self._url.get_backend_name() == "sqlite":
            return {**options, "connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False}}
        return {**options, "pool_pre_ping": True, "connect_args": {"connect_timeout": _BUSY_SECONDS}}

    @contextmanager
    def _connect(self, options: Mapping[str, Any]) -> Iterator[Connection]:
        try:
            connection = self._engine.connect()
        except DBAPIError as reason:
            raise DatabaseError(
                f"the {self._url.get_backend_name()} database can't be reached: {self._told(reason)}"
            ) from reason
        with connection:
            try:
                yield connection.execution_options(**options)
            except AnyDatabaseError as reason:
                # locked for too long, no room, gone away; of no kind at all: a damaged file. Other kinds are faults of ours
                if isinstance(reason, OperationalError) or type(reason) is AnyDatabaseError:
                    raise DatabaseError(f"the database failed: {self._told(reason)}") from reason
                raise

    def _told(self, reason: DBAPIError) -> str:
        """What the driver says, unless a password that was not escaped may stand in it as a host's name."""
        place = f"{self._url.host or ''}{self._url.database or ''}"
        if "@" in place or "password" in self._url.query:
            return "check its user, password, host and name, and write @ in a password as %40"
        return str(reason.orig).strip().splitlines()[0]


def insert_rows(tx: Transaction, table: TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns, if any."""
    _write_rows(tx, table, rows)


def insert_unknown_rows(tx: Transaction, table: TableClause, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those of some rows, which name the same columns, whose keys the table does not hold; how many these are."""
    return _write_rows(tx, table, rows, skips=True)


def update_rows(tx: Transaction, table: TableClause, rows: Sequence[Mapping[str, Any]], *, by: str) -> None:
    """Set the columns that the rows name, the same in each, where the column `by` has the row's value."""
    _write_rows(tx, table, rows, by=by)


def _write_rows(
    tx: Transaction,
    table: TableClause,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: str | None = None,
    skips: bool = False,
) -> int:
    if not rows:
        return 0
    # it goes to the driver as it is compiled: what Core does for each row of an executemany took a third of a load here
    statement, parameters = _compiled(table, tuple(rows[0]), by, skips, tx.dialect)
    columns = [
        [convert(row[n]) for row in rows] if convert else [row[n] for row in rows] for _, n, convert in parameters
    ]
    values: list[Any] = list(zip(*columns, strict=True))
    if not tx.dialect.positional:
        names = [name for name, _, _ in parameters]
        values = [dict(zip(names, row, strict=True)) for row in values]
    return tx.exec_driver_sql(statement, values, execution_options={"preserve_rowcount": True}).rowcount


@lru_cache(maxsize=64)
def _compiled(
    table: TableClause, columns: Sequence[str], by: str | None, skips: bool, dialect: Dialect
) -> tuple[str, Sequence[Any]]:
    """The statement in the driver's words, and its parameters in order: (name, column, what makes a driver's value)."""
    statement: Insert | Update = insert(table) if by is None else update(table).where(table.c[by] == bindparam(_BY))
    if skips:
        statement = _insert_of(dialect.name)(table).on_conflict_do_nothing()
    compiled = statement.compile(dialect=dialect, column_keys=[name for name in columns if name != by])
    parameters = []
    for name in compiled.positiontup or compiled.bind_names.values():
        column = table.c[by if by and name == _BY else name]
        parameters.append((name, column.name, column.type.dialect_impl(dialect).bind_processor(dialect)))
    return str(compiled), parameters


def insert_new(tx: Transaction, table: TableClause) -> Any:
    """An INSERT of the database's own kind, which can say what to do where a row is there already."""
    return _insert_of(tx.dialect.name)(table)


def _insert_of(dialect: str) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold the cycle collector back while thousands of rows or records are made, which are in no cycles.

    It took a tenth of a load and found nothing. Rows that it sees alive also bring its next look at everything nearer, 0.1 to
    0.2 s in the midst of some answer: a question that 13,500 records answer met it nearly each time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def batched(keys: Sequence[Key], size: int = 1000) -> Iterator[Sequence[Key]]:
    """Keys in portions that fit one statement's parameters (SQLite: 32,766, PostgreSQL: 65,535)."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def among(ids: Sequence[int]) -> BindParameter[int]:
    """Ids of our own for an `in_`, written into the statement: as parameters, psycopg took 3 ms to read 200 of them."""
    return bindparam("ids", ids, type_=Integer(), expanding=True, literal_execute=True)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where the engine says so, not at the first INSERT
    connection.execute(_KEEP_LOG)
    connection.execute("PRAGMA foreign_keys = ON")


def _check_encoding(connection: Any, _: ConnectionPoolEntry) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(f"the database is in {encoding}, which can't hold Chinese: make it with ENCODING 'UTF8'")


def _leave_log(connection: sqlite3.Connection) -> bool:
    """Write straight to the file for now; False where another connection needs the log."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    return True


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
