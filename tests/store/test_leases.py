"""What is due is leased chat by chat, to one at a time, and done after the send."""

from __future__ import annotations

import threading
from datetime import timedelta

from store import leases, outbox, outbox_state
from store.engine import Database
from store.outbox import Effect
from store.places import Place
from tests.sample import TAIPEI
from tests.store.steps import LATER, LEASE, START, at_once, claim, owe


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
        written = leases.claim(tx, START, LEASE, kinds=(outbox.WRITE_BACK,), platforms=("",))
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


def test_what_is_done_is_claimed_no_more(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        leases.done(tx, [claim(tx)[0][0].id], START)
        assert claim(tx, LATER) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) == "done"


def test_a_retry_is_due_at_its_moment_and_counts_the_attempt(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        leases.retry(tx, [claim(tx)[0][0].id], START + timedelta(seconds=5), "連線中斷", failed_at=START)
        assert claim(tx, START + timedelta(seconds=4)) == []
        [[effect]] = claim(tx, START + timedelta(seconds=5))
    assert effect.attempts == 1


def test_what_is_given_up_is_claimed_no_more_and_stays_listed(database: Database) -> None:
    with database.write() as tx:
        owe(tx, "a")
        leases.give_up(tx, [claim(tx)[0][0].id], START, "被封鎖")
        assert claim(tx, LATER) == []
        assert outbox_state.find_state(tx, "a", TAIPEI) == "given up: 被封鎖"
        assert outbox_state.tally(tx, LATER).given_up == 1
