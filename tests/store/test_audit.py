"""The audit log: a row that is not what was written is found and named, and nobody can fork the chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from store import audit
from store.engine import Database, Transaction
from store.schema import audit as table
from tests.store.steps import at_once

ROWS = 5
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda text: text != audit.BEGINNING)
OTHERWISE: dict[str, st.SearchStrategy[Any]] = {
    "commitment": st.none() | st.integers(0, 2**31 - 1),
    "content": st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    "previous": HASHES | st.text("\n0123456789abcdef", max_size=66),
    "hash": HASHES | st.text(max_size=4).filter(lambda text: "\0" not in text),
}
"""What each column that is sealed may be changed to."""


def written(tx: Transaction) -> Sequence[int]:
    """The ids of some rows: decisions on commitments, and a grant, which is about none."""
    for number in range(ROWS):
        audit.append(tx, number or None, {"action": "decide" if number else "grant", "reason": f"理由 {number}"})
    return list(tx.scalars(select(table.c.id).order_by(table.c.id)))


def broken(tx: Transaction) -> list[int | None]:
    """The rows that `verify` names."""
    return [row.id for row in audit.verify(tx)[1]]


def test_what_was_written_is_found_to_be_so(database: Database) -> None:
    with database.write() as tx:
        assert audit.verify(tx) == (0, [])
        written(tx)
        assert audit.verify(tx) == (ROWS, [])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_sealed_column_of_any_row_is_found_and_the_row_named(
    database: Database, data: st.DataObject
) -> None:
    with database.write() as tx:
        ids = written(tx)
        row = data.draw(st.sampled_from(ids))
        column = data.draw(st.sampled_from(sorted(OTHERWISE)))
        old = tx.scalar(select(table.c[column]).where(table.c.id == row))
        new = data.draw(OTHERWISE[column].filter(lambda value: value != old))
        tx.execute(update(table).where(table.c.id == row).values({column: new}))
        assert row in broken(tx)
        tx.rollback()


def test_a_row_about_no_commitment_is_sealed_as_such(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        for other in (0, 1):
            tx.execute(update(table).where(table.c.id == ids[0]).values(commitment=other))
            assert broken(tx) == [ids[0]]


def test_a_change_that_is_sealed_anew_is_found_in_the_row_behind_it(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        kept = tx.execute(select(table).where(table.c.id == ids[1])).one()
        content = kept.content.replace("理由 1", "別的理由")
        sealed = audit._seal(kept.previous, kept.commitment, content)
        tx.execute(update(table).where(table.c.id == ids[1]).values(content=content, hash=sealed))
        assert broken(tx) == [ids[2]]


def test_a_row_that_tells_less_than_it_did_and_is_sealed_anew_is_found_in_the_row_behind_it(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        kept = tx.execute(select(table).where(table.c.id == ids[1])).one()
        content = '{"action":"decide"}'
        sealed = audit._seal(kept.previous, kept.commitment, content)
        tx.execute(update(table).where(table.c.id == ids[1]).values(content=content, hash=sealed))
        assert broken(tx) == [ids[2]]


def test_a_row_that_is_taken_out_is_found_in_the_row_behind_it(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        tx.execute(delete(table).where(table.c.id == ids[2]))
        assert broken(tx) == [ids[3]]


def test_the_last_row_that_is_taken_out_shows_in_the_head_that_was_told(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        told = audit.head(tx)
        tx.execute(delete(table).where(table.c.id == ids[-1]))
        assert broken(tx) == []
        assert told not in {audit.head(tx), *(row.hash for row in audit.rows(tx))}


def test_a_row_that_is_moved_is_found(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
        tx.execute(update(table).where(table.c.id == ids[1]).values(id=ids[-1] + 1))
        assert broken(tx) == [ids[2], ids[-1] + 1]


def test_a_second_row_behind_the_same_one_is_refused(database: Database) -> None:
    with database.write() as tx:
        ids = written(tx)
    for row in ids:
        with pytest.raises(IntegrityError), database.write() as tx:
            previous = tx.scalar(select(table.c.previous).where(table.c.id == row))
            forged = audit._seal(str(previous), None, "{}")
            tx.execute(insert(table).values(content="{}", previous=previous, hash=forged))


def test_rows_that_are_added_at_once_stand_in_one_chain(database: Database) -> None:
    def add(number: int) -> str:
        with database.write() as tx:
            return audit.append(tx, None, {"action": "decide", "number": number})

    sealed = at_once(8, add)
    with database.read() as tx:
        assert audit.verify(tx) == (8, [])
        assert {row.hash for row in audit.rows(tx)} == set(sealed)
