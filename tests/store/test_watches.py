"""Watches: one question for all who ask the same, one watch a chat and question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from handlers.policy import Policy
from store import watches
from store.engine import Database, Transaction
from store.places import Place
from store.watches import DAILY, FOR_EVER, WEEKLY, Options
from tests.sample import noon
from tests.store.steps import load

AT = noon("2026-03-02")


def watch(tx: Transaction, query: str, chat: str = "700", thread: str = "") -> bool:
    """A chat begins to watch a question."""
    question = watches.question_id(tx, query)
    return watches.add(
        tx, Place("telegram", chat, thread), question, Options(pace=DAILY), by="telegram:700", made_at=AT
    )


def test_the_same_question_has_one_id(database: Database) -> None:
    with database.write() as tx:
        assert watches.question_id(tx, "agency:法務部") == watches.question_id(tx, "agency:法務部")
        assert watches.question_id(tx, "agency:法務部") != watches.question_id(tx, "agency:教育部")


def test_the_same_question_that_is_first_asked_twice_at_once_has_one_id(database: Database) -> None:
    barrier = Barrier(4)

    def ask(_: int) -> int:
        barrier.wait()
        with database.write() as tx:
            return watches.question_id(tx, "agency:法務部 is:overdue")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1


def test_a_question_is_found_by_its_id(database: Database) -> None:
    with database.write() as tx:
        assert watches.question(tx, watches.question_id(tx, 'is:overdue "路燈"')) == 'is:overdue "路燈"'


def test_an_unknown_id_is_no_question(database: Database) -> None:
    with database.read() as tx:
        assert watches.question(tx, 4711) is None


def test_a_chat_watches_a_question_once(database: Database) -> None:
    with database.write() as tx:
        assert [watch(tx, "is:overdue"), watch(tx, "is:overdue")] == [True, False]
        assert len(watches.of_chat(tx, Place("telegram", "700", ""))) == 1


def test_two_topics_of_a_chat_watch_apart(database: Database) -> None:
    with database.write() as tx:
        assert [watch(tx, "is:overdue"), watch(tx, "is:overdue", thread="5")] == [True, True]
        assert len(watches.of_chat(tx, Place("telegram", "700", "5"))) == 1


def test_watches_are_listed_oldest_first(database: Database) -> None:
    with database.write() as tx:
        for query in ("is:overdue", "agency:法務部", "is:due-soon"):
            watch(tx, query)
        listed = [held.query for held in watches.of_chat(tx, Place("telegram", "700", ""))]
    assert listed == ["is:overdue", "agency:法務部", "is:due-soon"]


def test_a_dropped_watch_is_gone(database: Database) -> None:
    with database.write() as tx:
        watch(tx, "is:overdue")
        [held] = watches.of_chat(tx, Place("telegram", "700", ""))
        watches.drop(tx, [held.id])
        assert watches.of_chat(tx, Place("telegram", "700", "")) == []


def test_a_watch_is_another_chats_own(database: Database) -> None:
    with database.write() as tx:
        watch(tx, "is:overdue")
        [held] = watches.of_chat(tx, Place("telegram", "700", ""))
        assert watches.held(tx, held.id, Place("telegram", "666", "")) is None
        assert watches.held(tx, held.id, Place("telegram", "700", "")) == held


def test_what_a_watch_wants_is_kept_and_can_change(database: Database) -> None:
    wanted = Options(pace=WEEKLY, kinds=frozenset(("overdue", "added")), urgent=True, remind=True)
    with database.write() as tx:
        watch(tx, "is:overdue")
        [held] = watches.of_chat(tx, Place("telegram", "700", ""))
        assert held.options == Options(pace=DAILY)
        watches.change(tx, held.id, wanted)
        watches.pause(tx, [held.id], FOR_EVER)
        [changed] = watches.of_chat(tx, Place("telegram", "700", ""))
    assert (changed.options, changed.paused_until) == (wanted, FOR_EVER)


def test_a_commitment_is_muted_in_one_chat_and_once(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        assert [watches.mute(tx, Place("telegram", "700", ""), key, AT) for _ in range(2)] == [True, False]
        assert watches.muted(tx, Place("telegram", "700", "")) == [key]
        assert watches.muted(tx, Place("telegram", "701", "")) == []
        assert [watches.unmute(tx, Place("telegram", "700", ""), key) for _ in range(2)] == [True, False]


def test_each_watched_question_is_given_once(database: Database) -> None:
    with database.write() as tx:
        watch(tx, "is:overdue")
        watch(tx, "is:overdue", chat="701")
        watches.question_id(tx, "is:clear")
        assert list(watches.watched_questions(tx).values()) == ["is:overdue"]
