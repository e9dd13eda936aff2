"""Facts: each kept once, with the questions it answers."""

from __future__ import annotations

from pathlib import Path

from handlers.policy import Policy
from store import facts, outbox_state, recipients, watches
from store.engine import Database
from store.facts import Fact
from store.places import Place
from store.recipients import DueTimes
from store.watches import DAILY, Options
from tests.store.steps import LATER, START, TODAY, load


def news(key: str, commitment: int) -> Fact:
    """One piece of news."""
    return Fact(key=key, commitment=commitment, kind="evidence", day=TODAY, letter="院臺專字第1號")


def test_a_fact_is_kept_once(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        assert list(facts.keep(tx, [news("a", key), news("b", key)])) == ["a", "b"]
        assert list(facts.keep(tx, [news("b", key), news("c", key)])) == ["c"]
        assert facts.keep(tx, [news("a", key)]) == {}


def test_a_fact_told_twice_at_once_is_kept_once(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        assert list(facts.keep(tx, [news("a", key), news("a", key)])) == ["a"]


def test_more_facts_than_one_statement_holds_are_kept(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    many = [news(str(number), key) for number in range(2500)]
    with database.write() as tx:
        kept = facts.keep(tx, many)
        assert len(kept) == 2500
        assert facts.keep(tx, many) == {}


def test_facts_come_back_as_they_were_kept_and_in_order(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    moved = Fact(key="m", commitment=key, kind="moved", day=TODAY, urgent=True, before="2026-03-15", after="2026-12-31")
    with database.write() as tx:
        kept = facts.keep(tx, [news("a", key), moved])
        found = facts.find(tx, [kept["m"], kept["a"]])
    assert [fact.key for fact in found] == ["a", "m"]
    assert (found[1].urgent, found[1].before, found[1].after, found[1].day) == (True, "2026-03-15", "2026-12-31", TODAY)


def test_every_id_is_the_id_of_its_fact(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        kept = facts.keep(tx, [news(f"事{number}", key) for number in range(50)])
        assert {fact.key: fact.id for fact in facts.find(tx, list(kept.values()))} == kept


def test_a_fact_taken_back_takes_its_messages_along_and_may_be_kept_again(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watches.question_id(tx, "is:overdue")
        watches.add(tx, Place("telegram", "700", ""), question, Options(pace=DAILY), by="telegram:700", made_at=START)
        kept = facts.keep(tx, [news("a", key)])
        facts.answer(tx, [(kept["a"], question)])
        moments = DueTimes(at=START, awake=START, daily=LATER, weekly=LATER)
        recipients.owe(tx, list(kept.values()), moments)
        facts.retract(tx, "a")
        assert outbox_state.tally(tx, LATER).waiting == 0
        assert list(facts.keep(tx, [news("a", key)])) == ["a"]
