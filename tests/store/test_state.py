"""The few values that a deployment remembers."""

from __future__ import annotations

from store import state
from store.engine import Database
from tests.store.steps import TODAY, at_once


def test_a_value_that_was_never_written_is_none(database: Database) -> None:
    with database.read() as tx:
        assert state.read(tx, state.REVISION) is None
        assert state.read_day(tx, state.LAST_DAY) is None


def test_the_last_value_written_is_read(database: Database) -> None:
    with database.write() as tx:
        state.write(tx, state.REVISION, "舊")
        state.write(tx, state.REVISION, "新")
        assert state.read(tx, state.REVISION) == "新"


def test_a_day_is_read_as_it_was_written(database: Database) -> None:
    with database.write() as tx:
        state.write(tx, state.LAST_DAY, TODAY.isoformat())
        assert state.read_day(tx, state.LAST_DAY) == TODAY


def test_an_empty_value_is_no_day(database: Database) -> None:
    with database.write() as tx:
        state.write(tx, state.LAST_DAY, "")
        assert state.read_day(tx, state.LAST_DAY) is None


def test_one_at_a_time_holds_the_lock(database: Database) -> None:
    def count(_: int) -> None:
        with database.write() as tx:
            state.lock(tx)
            state.write(tx, "count", str(int(state.read(tx, "count") or 0) + 1))

    at_once(6, count)
    with database.read() as tx:
        assert state.read(tx, "count") == "6"
