"""Categories are known by their English names, and those of one subject by each other."""

from __future__ import annotations

import pytest

from records.categories import english_category, find_category, kin_of
from records.query import Query
from records.question.meanings import Vocabulary
from records.question.reader import parse
from records.question.suggestions import understand

OCCURRING = frozenset(("社會福利", "食品安全", "教育", "農業", "農業政策", "水利政策", "其他"))
VOCABULARY = Vocabulary(categories=OCCURRING)


@pytest.mark.parametrize(
    ("asked", "categories"),
    [
        ("social welfare overdue", ("社會福利",)),
        ("overdue Social Welfare", ("社會福利",)),
        ("education", ("教育",)),
        ("food safety kept", ("食品安全",)),
        ("agricultural policy no deadline", ("農業政策",)),
        ("-education overdue", ()),
        ("energy policy", ()),  # no record is filed so
        ("Ministry of Education overdue", ()),
        ("education ministry", ()),
        ("other", ()),
        ("education storage", ()),  # a topic of two words that nothing here knows
        ("overdue education", ("教育",)),
    ],
)
def test_an_english_name_means_a_category_that_occurs(asked: str, categories: tuple[str, ...]) -> None:
    assert parse(asked, VOCABULARY).categories == categories


def test_a_category_can_be_left_out_by_its_english_name() -> None:
    assert parse("overdue -education", VOCABULARY) == parse("overdue -教育", VOCABULARY)


def test_a_question_reads_back_whatever_a_category_was_called() -> None:
    query = parse("social welfare overdue", VOCABULARY)
    assert parse(str(query), VOCABULARY) == query


def test_an_unknown_name_is_no_category() -> None:
    assert find_category("sports", OCCURRING) is None
    assert english_category("體育") == ""
    assert kin_of("體育", OCCURRING) == ()


def test_categories_of_one_subject_are_offered_together_where_both_occur() -> None:
    offers = {offer.kind: offer for offer in understand("農業", VOCABULARY).offers}
    assert offers["kin"].word == "農業政策"
    assert offers["kin"].query == Query(categories=("農業", "農業政策"))
    assert not [offer for offer in understand("水利政策", VOCABULARY).offers if offer.kind == "kin"]


def test_text_that_speaks_of_it_is_offered_beside_a_category_that_was_named_in_english() -> None:
    texts = [offer for offer in understand("food safety kept", VOCABULARY).offers if offer.kind == "text"]
    assert [offer.query for offer in texts] == [Query(statuses=("已達成",), words=("食品安全",))]
