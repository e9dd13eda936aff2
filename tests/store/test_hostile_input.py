"""What people type and what settings hold may be anything."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from handlers import synced
from handlers.found import LONGEST_QUESTION, understand
from handlers.policy import Policy
from records.query import Query
from records.question.meanings import QuestionError
from store import leases, matching, outbox, state
from store.engine import Database, DatabaseError
from store.places import Place
from tests.sample import noon, record_text, write
from tests.store.steps import take_over


def _found(database: Database, query: Query) -> list[str]:
    with database.read() as tx:
        rows = matching.find(tx, query, noon("2026-03-02").date(), limit=None)
    return [standing.id for standing in rows]


def test_a_nul_or_a_lone_surrogate_in_a_question_is_left_out(database: Database, folder: Path, policy: Policy) -> None:
    write(folder, "a.md", record_text())
    take_over(database, folder, policy, noon("2026-03-02"))
    with database.read() as tx:
        assert understand(tx, "\0") == Query()
        assert understand(tx, "路\0燈 \ud800") == Query(words=("路燈",))


def test_a_question_too_long_for_a_database_is_refused(database: Database) -> None:
    with database.read() as tx, pytest.raises(QuestionError, match="太長了，最多"):
        understand(tx, "字" * (LONGEST_QUESTION + 1))


def test_the_case_of_latin_letters_counts_alike_on_both_databases(
    database: Database, folder: Path, policy: Policy
) -> None:
    text = record_text(id="ABCDEF00-aaaa-4bbb-8ccc-000000000001").replace("王委員大明", "廖國棟Sufin委員")
    write(folder, "a.md", text.replace("王委員就", "廖委員就"))
    take_over(database, folder, policy, noon("2026-03-02"))
    assert _found(database, Query(ids=("abcdef",))) == []
    assert len(_found(database, Query(ids=("ABCDEF",)))) == 1
    assert _found(database, Query(legislators=("廖國棟sufin",))) == []
    assert len(_found(database, Query(legislators=("廖國棟Sufin",)))) == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg2://u:geheim@h/x",
        "postgresql+asyncpg://u:geheim@h/x",
        "sqlite+aiosqlite:///x",
        "postgresql+psycopg://u:geheim@h:port/x",
        "postgresql+psycopg://u:p@geheim/w@127.0.0.1:1/x",
        "postgresql+psycopg://127.0.0.1:1/x?password=geheim",
        "nonsense",
    ],
)
def test_a_database_that_can_not_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseError) as told:
        Database(url).migrate()
    assert "geheim" not in str(told.value)


def test_a_read_sees_one_state_to_its_end(database: Database) -> None:
    with database.write() as tx:
        state.write(tx, "name", "before")
    with database.read() as tx:
        first = state.read(tx, "name")
        with database.write() as other:
            state.write(other, "name", "after")
        assert state.read(tx, "name") == first == "before"


def test_the_day_turns_once_however_many_turn_it(
    database: Database, database_url: str, folder: Path, policy: Policy
) -> None:
    write(folder, "a.md", record_text())
    take_over(database, folder, policy, noon("2026-03-15"))
    failures: list[BaseException] = []

    def turn() -> None:
        mine = Database(database_url)
        try:
            with mine.write() as tx:
                synced.turn_day(tx, policy, noon("2026-03-16"))
        except BaseException as failure:  # a thread's failure must reach the test
            failures.append(failure)
        finally:
            mine.close()

    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_chat_that_somebody_sends_to_is_left_alone_even_for_what_is_new(database: Database) -> None:
    at = noon("2026-03-02")
    place = Place("telegram", "7", "")
    with database.write() as tx:
        outbox.put(tx, "one", outbox.SEND, at, body={}, place=place)
        lease = timedelta(minutes=1)
        assert len(leases.claim(tx, at, lease, kinds=("send",), platforms=("telegram",))) == 1
        outbox.put(tx, "two", outbox.SEND, at, body={}, place=place)
        assert leases.claim(tx, at, lease, kinds=("send",), platforms=("telegram",)) == []
        leases.done(tx, [1], at)
        assert len(leases.claim(tx, at, lease, kinds=("send",), platforms=("telegram",))) == 1
