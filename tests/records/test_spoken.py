"""What people say, put into the question language's words."""

from __future__ import annotations

import pytest

from records.question.meanings import QuestionError, Vocabulary
from records.question.reader import parse
from records.question.spoken import RULES, as_written
from records.question.spoken_pieces import Spoken

VOCABULARY = Vocabulary(legislators=frozenset({"楊瓊瓔"}))

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


@pytest.mark.parametrize(
    ("typed", "as_if"),
    [
        ("2023年的社會住宅", "2023 社會住宅"),
        ("經濟部 不含國營事業的逾期", "經濟部 逾期"),
        ("逾期 不含去年下半年到期", "逾期 -去年下半年"),
        ("教育部 不含本月有新佐證", "教育部 -本月有新佐證"),
        ("教育部 不含已人工複核", "教育部 -已複核"),
        ("逾期超過一年，不含教育部", "逾期超過一年 -教育部"),
        ("【諾言】影像下架｜法務部 https://t.me/nuoyan_bot?start=r_5d6747b3", "5d6747b3"),
    ],
)
def test_what_is_said_in_more_words_is_read_as_what_it_means(typed: str, as_if: str) -> None:
    assert parse(typed, VOCABULARY) == parse(as_if, VOCABULARY)


@pytest.mark.parametrize(
    "typed",
    [
        "不含最近三年的逾期",
        "教育部 不含未逾期",
        "逾期 不含逾期超過三年的",
        "教育部 不含今年到期還沒達成",
        "逾期 不含國營事業",
        "不含國營事業的逾期",
    ],
)
def test_what_can_not_be_left_out_as_one_is_refused_and_never_asked_for(typed: str) -> None:
    with pytest.raises(QuestionError, match=r"不能排除|和機關一起問"):
        parse(typed, VOCABULARY)
