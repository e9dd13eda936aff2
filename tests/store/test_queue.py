"""The reviewers' queue: its order, what it counts, and what it is asked among."""

from __future__ import annotations

from pathlib import Path

from handlers.policy import Policy
from records.query import Query
from store import conditions, proposals, queue
from store.engine import Database
from store.queue import Waits
from tests.store.steps import LATER, START, TODAY, decide, load, opened, take_over


def test_the_most_doubtful_waits_first_then_the_oldest(database: Database, folder: Path, policy: Policy) -> None:
    keys = load(database, folder, policy, count=4)
    with database.write() as tx:
        for key, doubts, at in zip(keys, (1, 5, 5, 9), (START, LATER, START, LATER), strict=True):
            proposals.open_(tx, key, "verdict", at, doubts=doubts)
        order = [waiting.commitment for waiting in queue.waiting(tx, backlog=False)]
    assert order == [keys[3], keys[2], keys[1], keys[0]]


def test_only_what_waits_is_counted(database: Database, folder: Path, policy: Policy) -> None:
    keys = load(database, folder, policy, count=5)
    with database.write() as tx:
        ids = [proposals.open_(tx, key, "verdict", START, doubts=1) for key in keys[:4]]
        proposals.open_backlog(tx, "verdict", [(keys[4], 3)], START)
        decide(tx, ids[0], 1)
        proposals.withdraw(tx, ids[1], START)
        proposals.open_(tx, keys[0], "deadline", START, doubts=1)
        proposals.open_backlog(tx, "deadline", [(keys[1], 1)], START)
        assert queue.tally(tx) == Waits(verdicts=2, backlog=1, deadlines=2, corrections=0)
        among = conditions.condition(tx, Query(ids=("00000002",)), TODAY)
        assert queue.tally(tx, (among,)) == Waits(verdicts=0, backlog=0, deadlines=1, corrections=0)


def test_what_waits_may_be_asked_for_among_some_commitments(database: Database, folder: Path, policy: Policy) -> None:
    keys = load(database, folder, policy, count=3)
    with database.write() as tx:
        ids = [proposals.open_(tx, key, "verdict", START, doubts=1) for key in keys]
        among = conditions.condition(tx, Query(ids=("00000002",)), TODAY)
        assert [queued.id for queued in queue.in_order(tx, (among,))] == [ids[1]]
        nothing = conditions.condition_of_any(tx, (), TODAY)
        assert queue.in_order(tx, (among, nothing)) == []


def test_nothing_waits_on_a_removed_commitment(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    opened(database, key)
    (folder / "0001.md").unlink()
    take_over(database, folder, policy, LATER)
    with database.read() as tx:
        assert queue.waiting(tx, backlog=False) == []
        assert not queue.tally(tx)
