"""The outbox: what is owed once, and how it stands."""

from __future__ import annotations

from datetime import timedelta

from store import leases, outbox, outbox_state
from store.engine import Database
from store.outbox_state import Tally
from store.places import Place
from tests.sample import TAIPEI
from tests.store.steps import LATER, START, at_once, claim, owe


def test_a_key_is_owed_once(database: Database) -> None:
    with database.write() as tx:
        assert [owe(tx, "a"), owe(tx, "a"), owe(tx, "b")] == [True, False, True]


def test_a_key_that_is_done_is_not_owed_again(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        leases.done(tx, [claim(tx)[0][0].id], START)
        assert not owe(tx, "a")


def test_of_many_who_owe_a_key_at_once_one_does(database: Database) -> None:
    def run(_: int) -> bool:
        with database.write() as tx:
            return owe(tx, "a")

    assert sorted(at_once(6, run), key=str) == [False] * 5 + [True]


def test_an_effect_comes_back_as_it_was_owed(database: Database) -> None:
    with database.write() as tx:
        outbox.put(tx, "a", outbox.EDIT, START, place=Place("telegram", "700", "5"), message="9", body={"字": [1]})
        [[effect]] = claim(tx)
    assert (effect.kind, effect.chat, effect.thread, effect.message) == ("edit", "700", "5", "9")
    assert (effect.body, effect.attempts) == ({"字": [1]}, 0)


def test_what_is_cancelled_is_owed_no_longer(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        assert outbox.cancel(tx, "a")
        assert claim(tx) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) is None


def test_what_is_done_can_not_be_cancelled(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        leases.done(tx, [claim(tx)[0][0].id], START)
        assert not outbox.cancel(tx, "a")
        assert outbox_state.find_state(tx, "a", TAIPEI) == "done"


def test_what_was_never_owed_can_not_be_cancelled(database: Database) -> None:
    with database.write() as tx:
        assert not outbox.cancel(tx, "a")


def test_what_waits_is_said_to_be_due(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        assert outbox_state.find_state(tx, "a", TAIPEI) == "due 2026-03-02T12:00:00+08:00"


def test_the_tally_counts_each_state(database: Database) -> None:
    with database.write() as tx:
        for key in "abcde":
            owe(tx, key, chat=key)
        ids = {effects[0].chat: effects[0].id for effects in claim(tx)}
        leases.done(tx, [ids["a"]], START)
        leases.give_up(tx, [ids["b"]], START, "被封鎖")
        leases.retry(tx, [ids["c"]], LATER, "連線中斷", failed_at=START)
        counted = outbox_state.tally(tx, START + timedelta(seconds=90))
    assert counted == Tally(waiting=3, sent=1, retrying=1, given_up=1, oldest_seconds=90, kept=0)


def test_an_empty_outbox_is_all_zeros(database: Database) -> None:
    with database.read() as tx:
        assert outbox_state.tally(tx, START) == Tally(
            waiting=0, sent=0, retrying=0, given_up=0, oldest_seconds=0, kept=0
        )


def test_what_is_not_due_yet_does_not_wait_long(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a", at=LATER)
        assert outbox_state.tally(tx, START).oldest_seconds == 0
