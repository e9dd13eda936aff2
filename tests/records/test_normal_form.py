"""A question that was kept is read back as it was, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from records.agencies import directory
from records.query import Query
from records.question.normal_form import read_normal_form
from tests.records.test_query import QUERIES, some

DIRECTORY = directory()
SIGNS = st.text(alphabet=" 路a\"|、,，：:-「」（)\\'不含或逾期的㍘臺台0", min_size=1, max_size=6) | st.text(
    min_size=1, max_size=6
)
"""What an id, a category, a name or an address may hold, and what the question language reads otherwise."""


@settings(max_examples=300)
@given(QUERIES, some(SIGNS), some(SIGNS), some(SIGNS), some(SIGNS), some(SIGNS), some(SIGNS))
@example(Query(), ("2027 A-1",), ("教育（高教）",), ("甲、乙",), ('a"b',), ("A|B",), ("不含稅",))
@example(Query(), ('"',), ('""',), (" ",), ("\n",), ("-",), ("id:status:已達成",))
def test_a_query_of_any_values_is_read_back(
    query: Query,
    ids: tuple[str, ...],
    categories: tuple[str, ...],
    legislators: tuple[str, ...],
    words: tuple[str, ...],
    letters: tuple[str, ...],
    gazettes: tuple[str, ...],
) -> None:
    odd = replace(
        query,
        ids=ids,
        categories=categories,
        legislators=legislators,
        words=words,
        excluded=words[:1],
        in_letters=words[1:],
        letters=letters,
        gazettes=gazettes,
    )
    assert read_normal_form(str(odd)) == odd


@pytest.mark.parametrize(
    ("kept", "query"),
    [
        ("", Query()),
        ("agency:農委會", Query(agencies=("農業委員會",))),  # the directory may come to know a body by another name
        ("agency:某個新機關", Query(agencies=("某個新機關",))),
        ('agency:法務部 is:overdue "影像|圖像" -"捷運"', None),
        ("due:2023-01-01..2023-12-31", None),
        ("-due:2023-01-01..2023-12-31 -agency:教育部", None),
        ("gazette:https://lci.ly.gov.tw/a_(1).doc?b=c", None),  # kept before brackets stood in quotation marks
    ],
)
def test_what_was_kept_by_an_older_version_is_read_back(kept: str, query: Query | None) -> None:
    found = read_normal_form(kept)
    assert found == query if query is not None else found != Query()


@pytest.mark.parametrize(
    "text",
    [
        "法務部 逾期",
        "法務部逾期",
        "status:不明",
        "is:late",
        "flag:x",
        "with:pets",
        "evidence:someday",
        "due:soon",
        "due:<2026-02-30",
        'id:"a',
        '"a"b',
        "category:",
        "name:路燈",
    ],
)
def test_what_is_no_normal_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_normal_form(text)


def test_days_of_a_stretch_that_is_left_out_are_read_back() -> None:
    left_out = Query(due=((">=", date(2023, 1, 1)), ("<=", date(2023, 12, 31))))
    assert read_normal_form(str(Query(without=(left_out,)))) == Query(without=(left_out,))
