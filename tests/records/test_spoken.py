"""What people say, put into the question language's words."""

from __future__ import annotations

import pytest

from records.agencies import load_directory
from records.question.meanings import Vocabulary
from records.question.reader import parse
from records.question.spoken import RULES, as_written
from records.question.spoken_pieces import Spoken

VOCABULARY = Vocabulary(directory=load_directory(), legislators=frozenset({"楊瓊瓔"}))

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.example for rule in RULES])


@each_rule
def test_each_example_is_read_as_its_rule_says(rule: Spoken) -> None:
    assert str(parse(rule.example, VOCABULARY)) == rule.read_as


@each_rule
def test_no_other_rule_does_for_an_example_what_its_own_does(rule: Spoken) -> None:
    others = [other for other in RULES if other is not rule]
    assert as_written(rule.example, others) != as_written(rule.example)


def test_each_rule_has_an_example_of_its_own() -> None:
    assert len({rule.example for rule in RULES}) == len(RULES)
