"""Public names: given in the order of first decisions, kept, tied to no account."""

from __future__ import annotations

from store import people
from store.engine import Database
from tests.store.steps import at_once


def test_names_are_given_in_order(database: Database) -> None:
    with database.write() as tx:
        names = [people.public_name(tx, "telegram", str(number)) for number in range(12)]
    assert names[:3] == ["複核人甲", "複核人乙", "複核人丙"]
    assert names[9:] == ["複核人癸", "複核人11號", "複核人12號"]


def test_a_person_keeps_their_name(database: Database) -> None:
    with database.write() as tx:
        first = people.public_name(tx, "telegram", "111")
        people.public_name(tx, "telegram", "112")
    with database.write() as tx:
        assert people.public_name(tx, "telegram", "111") == first


def test_the_same_id_of_another_platform_is_another_person(database: Database) -> None:
    with database.write() as tx:
        assert people.public_name(tx, "telegram", "1") != people.public_name(tx, "slack", "1")


def test_people_who_come_at_one_moment_are_given_different_names(database: Database) -> None:
    def come(number: int) -> str:
        with database.write() as tx:
            return people.public_name(tx, "telegram", str(number))

    names = at_once(6, come)
    assert sorted(map(str, names)) == sorted(f"複核人{stem}" for stem in "甲乙丙丁戊己")
