"""The messages that show a proposal."""

from __future__ import annotations

from pathlib import Path

from handlers.policy import Policy
from store import cards
from store.cards import Card
from store.engine import Database
from tests.store.steps import load, opened


def test_a_card_is_remembered_once(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    proposal = opened(database, key)
    with database.write() as tx:
        for _ in range(2):
            cards.add(tx, proposal, Card(platform="telegram", chat="-100500", message="7"))
        assert cards.of(tx, proposal) == [Card(platform="telegram", chat="-100500", message="7")]


def test_a_message_that_shows_another_proposal_belongs_to_that_one(
    database: Database, folder: Path, policy: Policy
) -> None:
    keys = load(database, folder, policy, count=2)
    first, second = (opened(database, key) for key in keys)
    with database.write() as tx:
        cards.add(tx, first, Card(platform="telegram", chat="-100500", message="7"))
        cards.add(tx, second, Card(platform="telegram", chat="-100500", message="7"))
        assert cards.of(tx, first) == []
        assert len(cards.of(tx, second)) == 1
