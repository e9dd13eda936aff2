"""Opening a database, its transactions, its instants, and what its errors say."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url, text
from sqlalchemy.exc import StatementError

from store import outbox, outbox_state, state, updates
from store.engine import Database, DatabaseError
from store.schema import outbox as table
from tests.conftest import Server
from tests.sample import noon
from tests.store.steps import at_once

PASSWORD = "geheim"


def test_a_write_is_kept_when_its_block_ends(database: Database) -> None:
    with database.write() as tx:
        state.write(tx, "字", "值")
    with database.read() as tx:
        assert state.read(tx, "字") == "值"


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as tx:
        state.write(tx, "字", "值")
        raise KeyError
    with database.read() as tx:
        assert state.read(tx, "字") is None


def test_writers_at_once_lose_no_write(database: Database) -> None:
    def owe(number: int) -> bool:
        with database.write() as tx:
            outbox_state.tally(tx, noon("2026-03-02"))
            return outbox.put(tx, str(number), outbox.SEND, noon("2026-03-02"))

    assert at_once(8, owe) == [True] * 8


def test_a_naive_datetime_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="time zone"), database.write() as tx:
        outbox.put(tx, "key", outbox.SEND, noon("2026-03-02").replace(tzinfo=None))


def test_a_naive_datetime_is_refused_in_a_question_too(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.read() as tx:
        updates.unsent(tx, noon("2026-03-02").replace(tzinfo=None), ("telegram", "slack"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moment=st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_an_aware_datetime_comes_back_equal(database: Database, moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    with database.write() as tx:
        tx.execute(table.delete())
        outbox.put(tx, "key", outbox.SEND, aware)
    with database.read() as tx:
        kept = tx.scalar(table.select().with_only_columns(table.c.due_at))
    assert kept == aware


def test_a_datetime_comes_back_in_utc(database: Database) -> None:
    with database.write() as tx:
        outbox.put(tx, "key", outbox.SEND, noon("2026-03-02"))
    with database.read() as tx:
        kept = tx.scalar(table.select().with_only_columns(table.c.due_at))
    assert kept is not None and kept.tzinfo == UTC


def test_a_database_of_a_newer_revision_is_refused(database: Database) -> None:
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"newer version \(9999\): update nuoyan"):
        database.migrate()


def test_an_unreachable_server_is_told_without_the_password() -> None:
    database = Database(f"postgresql+psycopg://nuoyan:{PASSWORD}@127.0.0.1:1/nuoyan")
    with pytest.raises(DatabaseError) as raised:
        database.migrate()
    assert "can't be reached" in str(raised.value)
    assert "127.0.0.1" in str(raised.value)
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"nuoyan:{PASSWORD}@host",
        f"mysql://nuoyan:{PASSWORD}@host/nuoyan",
        f"postgres://nuoyan:{PASSWORD}@host/nuoyan",
        f"postgresql+nosuchdriver://nuoyan:{PASSWORD}@host/nuoyan",
    ],
)
def test_a_wrong_url_is_told_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="DATABASE_URL") as raised:
        Database(url)
    assert PASSWORD not in str(raised.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite3").write_text("不是資料庫" * 1000)
    database = Database(f"sqlite:///{tmp_path / 'text.sqlite3'}")
    with pytest.raises(DatabaseError, match="can't be reached"):
        database.migrate()


def test_a_database_of_another_program_is_told_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "other.sqlite3"
    with sqlite3.connect(place) as other:
        other.execute("CREATE TABLE commitments (title TEXT)")
    with pytest.raises(DatabaseError, match="a database of nuoyan's own"):
        Database(f"sqlite:///{place}").migrate()
    assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["commitments"]
    other.close()


def test_a_database_that_somebody_else_keeps_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.engine._BUSY_SECONDS", 0.1)
    place = tmp_path / "busy.sqlite3"
    database = Database(f"sqlite:///{place}")
    database.migrate()
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="the database failed: database is locked"), database.write():
        pass
    other.close()
    database.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    place = tmp_path / "damaged.sqlite3"
    database = Database(f"sqlite:///{place}")
    database.migrate()
    database.close()
    with place.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * (place.stat().st_size - 3 * 4096))
    with pytest.raises(DatabaseError, match=r"malformed|not a database"):
        Database(f"sqlite:///{place}").migrate()


def test_a_postgresql_database_that_holds_no_chinese_is_told(postgres: Server) -> None:
    url = make_url(postgres()).set(drivername="postgresql")
    name = f"{url.database}_ascii"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(
            SQL("CREATE DATABASE {} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'").format(
                Identifier(name)
            )
        )
        with pytest.raises(DatabaseError, match="in SQL_ASCII, which can't hold Chinese: make it with ENCODING 'UTF8'"):
            Database(url.set(database=name).render_as_string(hide_password=False)).migrate()
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def test_the_folder_of_a_database_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'nuoyan.sqlite3'}")
    database.migrate()
    database.close()
    assert (tmp_path / "new" / "nuoyan.sqlite3").exists()


def test_a_folder_that_can_not_be_made_is_told() -> None:
    with pytest.raises(DatabaseError, match="the database's folder can't be made"):
        Database("sqlite:////dev/null/nuoyan.sqlite3")
