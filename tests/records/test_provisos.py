"""A promise that ties itself to something else says so in its own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.folder import Folder
from records.provisos import provisos


@pytest.mark.parametrize(
    ("promise", "found"),
    [
        ("如經與日方雙邊諮商成功，將配合納入補助。", ["如經與日方雙邊諮商成功"]),
        ("倘法律經貴院審議通過，即辦理。", ["倘法律經貴院審議通過"]),
        ("俟工程完工後，另案報核；俟工程完工後，再行公告。", ["俟工程完工後"]),
        ("將視民眾需求調整班次。", ["視民眾需求調整班次"]),
        ("將視國際氫能技術發展，評估引進。", ["視國際氫能技術發展"]),
        ("待行政院院會通過後即可函送，期待成果展現後續效益。", ["待行政院院會通過後即可函送"]),
        ("善待動物，接待旅客完成報到後離開。", []),
        ("若發現不法，即移送法辦。", ["若發現不法"]),
        ("例如加強宣導，諸如講習，如期完成，如下表。", []),
        ("將重視民眾意見，檢視預算需求。", []),
        ("本部將於114年底前完成。", []),
        ("", []),
    ],
)
def test_a_condition_is_found_and_other_words_with_the_same_signs_are_not(promise: str, found: list[str]) -> None:
    assert provisos(promise) == found


@given(st.text())
def test_whatever_a_promise_says_its_conditions_stand_in_it(promise: str) -> None:
    assert all(clause in promise for clause in provisos(promise))


def test_about_five_in_a_hundred_real_promises_are_conditional(corpus: Callable[[int], Path]) -> None:
    records = [reading.record for reading in Folder(corpus(7)).read(None, {}).readings if reading.record]
    conditional = sum(bool(provisos(record.promise)) for record in records)
    assert conditional == 82
