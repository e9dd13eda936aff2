"""Proposals: one open for each commitment and origin, one decision each, whoever presses at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from handlers.policy import Policy
from store import decisions, proposals, queue
from store.engine import Database
from tests.store.steps import LATER, START, WINDOW, at_once, decide, load, opened


def test_of_many_who_decide_at_once_exactly_one_wins(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)

    def press(number: int) -> bool:
        with database.write() as tx:
            return decide(tx, proposal, 1, name=f"d{number}")

    ended = list(at_once(8, press))
    assert sorted(ended, key=str) == [False] * 7 + [True]
    with database.read() as tx:
        found = proposals.find(tx, proposal)
    assert found is not None and found.decision_id == f"d{ended.index(True)}"


def test_a_decided_proposal_is_not_decided_again(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        assert [decide(tx, proposal, 1), decide(tx, proposal, 1, "accept", "d2")] == [True, False]


def test_a_decision_is_kept_as_it_was_taken(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        found = proposals.find(tx, proposal)
    assert found is not None and not found.is_open
    assert (found.outcome, found.decided_at, found.public_at) == ("decline", START, START + WINDOW)


def test_an_old_version_decides_nothing(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    assert opened(database, key) == proposal
    with database.write() as tx:
        assert [decide(tx, proposal, 1), decide(tx, proposal, 2)] == [False, True]


def test_a_withdrawn_proposal_decides_nothing(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        assert proposals.withdraw(tx, proposal, LATER)
        assert not decide(tx, proposal, 2)
        assert proposals.open_of(tx, key, "verdict") is None


def test_an_undo_inside_the_window_opens_the_proposal_as_a_new_version(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        assert decisions.undo(tx, proposal, "d1", START + WINDOW - timedelta(microseconds=1))
        found = proposals.open_of(tx, key, "verdict")
    assert found is not None and (found.id, found.version, found.outcome, found.decision_id) == (
        proposal,
        2,
        None,
        None,
    )


def test_an_undo_at_the_end_of_the_window_or_later_changes_nothing(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        assert not decisions.undo(tx, proposal, "d1", START + WINDOW)
        assert not decisions.undo(tx, proposal, "d1", LATER)
        found = proposals.find(tx, proposal)
    assert found is not None and found.outcome == "decline"


def test_an_undo_of_another_decision_changes_nothing(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        assert not decisions.undo(tx, proposal, "d0", START)


def test_of_many_who_undo_at_once_exactly_one_does(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)

    def press(_: int) -> bool:
        with database.write() as tx:
            return decisions.undo(tx, proposal, "d1", START) is not None

    assert sorted(at_once(6, press), key=str) == [False] * 5 + [True]


def test_after_an_undo_the_old_button_decides_nothing(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        decisions.undo(tx, proposal, "d1", START)
        assert [decide(tx, proposal, 1, name="d2"), decide(tx, proposal, 2, name="d3")] == [False, True]


def test_opening_again_brings_the_open_proposal_up_to_date(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    opened(database, key)
    with database.write() as tx:
        again = proposals.open_(tx, key, "verdict", LATER, doubts=9, from_status="部分達成", to_status="無更新")
        found = proposals.find(tx, again)
    assert found is not None
    assert (found.version, found.doubts, found.from_status, found.to_status) == (2, 9, "部分達成", "無更新")


def test_another_origin_opens_another_proposal(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    assert opened(database, key) != opened(database, key, "deadline")


def test_a_decided_proposal_lets_another_be_opened(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    first = opened(database, key)
    with database.write() as tx:
        decide(tx, first, 1)
    assert opened(database, key) != first


def test_openings_at_once_leave_one_open(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    at_once(6, lambda _: opened(database, key))  # one that loses the race may fail, never open a second
    with database.read() as tx:
        assert len(queue.waiting(tx, backlog=False)) == 1


def test_the_last_decision_is_in_force(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        for name in ("d1", "d2"):
            decide(tx, proposals.open_(tx, key, "verdict", START, doubts=1), 1, name=name)
        found = decisions.in_force(tx, key)
        assert found is not None and found.decision_id == "d2"
        assert decisions.left_in_files(tx, [key])[key].keys() == {"d1", "d2"}


def test_a_decision_on_a_deadline_is_none_on_the_verdict(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key, "deadline")
    with database.write() as tx:
        decide(tx, proposal, 1)
        assert decisions.in_force(tx, key) is None


def test_an_undone_decision_is_no_longer_ours(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        decide(tx, proposal, 1)
        decisions.undo(tx, proposal, "d1", START)
        assert decisions.left_in_files(tx, [key]) == {}
        assert decisions.in_force(tx, key) is None


def test_an_unknown_proposal_is_none(database: Database) -> None:
    with database.write() as tx:
        assert proposals.find(tx, 4711) is None
        assert not decide(tx, 4711, 1)
