"""The outbox: owed once, leased by chat, done after the send."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from store import outbox, outbox_state
from store.engine import Database, Transaction
from store.outbox import Effect
from store.outbox_state import Tally
from store.places import Place
from tests.sample import TAIPEI
from tests.store.steps import LATER, START, at_once

LEASE = timedelta(minutes=2)


def owe(tx: Transaction, key: str, chat: str = "700", at: datetime = START, kind: outbox.Kind = outbox.SEND) -> bool:
    """A message to a chat falls due."""
    return outbox.put(tx, key, kind, at, place=Place("telegram", chat, ""), body={"title": "路燈"})


def claim(tx: Transaction, at: datetime = START, chats: int = 20) -> list[list[Effect]]:
    """What is due on Telegram."""
    return outbox.claim(tx, at, LEASE, kinds=(outbox.SEND, outbox.EDIT), platforms=("telegram",), chats=chats)


def test_a_key_is_owed_once(database: Database) -> None:
    with database.write() as tx:
        assert [owe(tx, "a"), owe(tx, "a"), owe(tx, "b")] == [True, False, True]


def test_a_key_that_is_done_is_not_owed_again(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.done(tx, [claim(tx)[0][0].id], START)
        assert not owe(tx, "a")


def test_of_many_who_owe_a_key_at_once_one_does(database: Database) -> None:
    def run(_: int) -> bool:
        with database.write() as tx:
            return owe(tx, "a")

    assert sorted(at_once(6, run), key=str) == [False] * 5 + [True]


def test_what_falls_due_for_a_chat_while_another_claims_it_is_left_alone(database: Database) -> None:
    other: list[list[list[Effect]]] = []

    def claim_more() -> None:
        with database.write() as tx:
            owe(tx, "b")
        with database.write() as tx:
            other.append(claim(tx))

    more = threading.Thread(target=claim_more)
    with database.write() as tx:
        owe(tx, "a")
    with database.write() as tx:
        assert len(claim(tx)) == 1
        more.start()
        more.join(0.5)
    more.join(20)
    assert other == [[]]


def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a", at=START)
        assert claim(tx, START - timedelta(microseconds=1)) == []
        assert len(claim(tx, START)) == 1


def test_only_the_kinds_and_platforms_asked_for_are_claimed(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.put(tx, "b", outbox.WRITE_BACK, START)
        outbox.put(tx, "c", outbox.SEND, START, place=Place("slack", "CNEWS", ""))
        assert [effect.kind for effects in claim(tx) for effect in effects] == ["send"]
        written = outbox.claim(tx, START, LEASE, kinds=(outbox.WRITE_BACK,), platforms=("",))
    assert [effect.kind for effects in written for effect in effects] == ["write_back"]


def test_a_second_claimer_gets_nothing_until_the_lease_ends(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")

    def run(_: int) -> int:
        with database.write() as tx:
            return len(claim(tx, START))

    def again(_: int) -> int:
        with database.write() as tx:
            return len(claim(tx, START + LEASE + timedelta(seconds=1)))

    assert sorted(at_once(2, run), key=str) == [0, 1]
    with database.write() as tx:
        assert claim(tx, START + LEASE) == []
    assert sorted(at_once(2, again), key=str) == [0, 1]


def test_claimers_at_once_never_get_the_same_row(database: Database) -> None:
    with database.write() as tx:
        for number in range(60):
            owe(tx, str(number), chat=str(number % 12))

    def run(_: int) -> list[int]:
        with database.write() as tx:
            return [effect.id for effects in claim(tx, chats=4) for effect in effects]

    taken = [id_ for ids in at_once(4, run) if isinstance(ids, list) for id_ in ids]
    assert taken
    assert len(taken) == len(set(taken))


def test_the_rows_of_a_chat_come_together_and_in_order(database: Database) -> None:
    with database.write() as tx:
        for number in range(9):
            owe(tx, f"{number}", chat=("700", "701", "702")[number % 3], at=START - timedelta(minutes=number))
        found = claim(tx)
    assert sorted(effects[0].chat for effects in found) == ["700", "701", "702"]
    for effects in found:
        assert len({effect.chat for effect in effects}) == 1
        assert [effect.id for effect in effects] == sorted(effect.id for effect in effects)
        assert len(effects) == 3


def test_at_most_so_many_chats_are_claimed_the_longest_due_first(database: Database) -> None:
    with database.write() as tx:
        for number in range(5):
            owe(tx, f"{number}", chat=str(number), at=START - timedelta(minutes=number))
        found = claim(tx, chats=2)
    assert {effects[0].chat for effects in found} == {"4", "3"}


def test_an_effect_comes_back_as_it_was_owed(database: Database) -> None:
    with database.write() as tx:
        outbox.put(tx, "a", outbox.EDIT, START, place=Place("telegram", "700", "5"), message="9", body={"字": [1]})
        [[effect]] = claim(tx)
    assert (effect.kind, effect.chat, effect.thread, effect.message) == ("edit", "700", "5", "9")
    assert (effect.body, effect.attempts) == ({"字": [1]}, 0)


def test_what_is_done_is_claimed_no_more(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.done(tx, [claim(tx)[0][0].id], START)
        assert claim(tx, LATER) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) == "done"


def test_a_retry_is_due_at_its_moment_and_counts_the_attempt(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.retry(tx, [claim(tx)[0][0].id], START + timedelta(seconds=5), "連線中斷", failed_at=START)
        assert claim(tx, START + timedelta(seconds=4)) == []
        [[effect]] = claim(tx, START + timedelta(seconds=5))
    assert effect.attempts == 1


def test_what_is_given_up_is_claimed_no_more_and_stays_listed(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.give_up(tx, [claim(tx)[0][0].id], START, "被封鎖")
        assert claim(tx, LATER) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) == "given up: 被封鎖"
        assert outbox_state.tally(tx, LATER).given_up == 1


def test_what_is_cancelled_is_owed_no_longer(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        assert outbox.cancel(tx, "a")
        assert claim(tx) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) is None


def test_what_is_done_can_not_be_cancelled(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        outbox.done(tx, [claim(tx)[0][0].id], START)
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
        outbox.done(tx, [ids["a"]], START)
        outbox.give_up(tx, [ids["b"]], START, "被封鎖")
        outbox.retry(tx, [ids["c"]], LATER, "連線中斷", failed_at=START)
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
