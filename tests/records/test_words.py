"""How text is folded and paired for search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.words import fold, needed_pairs, pairs, search_text

HAN = st.text(alphabet="影像下架路燈臺台計劃畫佔占身份分煙菸答覆復記紀錄 ，a1B２\n", max_size=30)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("臺北", "台北"),
        ("計劃", "計畫"),
        ("佔用", "占用"),
        ("身份", "身分"),
        ("電子煙", "電子菸"),
        ("答覆", "答復"),
        ("記錄", "紀錄"),
        ("ＣＯＶＩＤ", "covid"),
        ("  a \u3000\n b ", "a b"),
    ],
)
def test_what_is_written_in_several_ways_folds_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@settings(max_examples=100)
@given(HAN | st.text())
def test_folding_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_run_gives_its_overlapping_pairs_and_its_last_character() -> None:
    assert pairs("影像下架") == ["影像", "像下", "下架", "架"]


def test_punctuation_parts_two_runs() -> None:
    assert pairs("路燈，20") == ["路燈", "燈", "20", "0"]


def test_a_pair_is_listed_each_time_that_it_occurs() -> None:
    assert pairs("燈燈燈") == ["燈燈", "燈燈", "燈"]


def test_text_without_word_characters_has_no_pairs() -> None:
    assert pairs("，。！") == []


def test_a_word_of_one_character_needs_it_at_the_head_of_a_pair() -> None:
    assert needed_pairs("燈") == ([], ["燈"])


def test_a_word_of_two_characters_needs_one_pair() -> None:
    assert needed_pairs("路燈") == (["路燈"], [])


@settings(max_examples=200)
@given(HAN | st.text(), st.data())
def test_a_word_found_in_a_text_has_all_its_needed_pairs_among_that_texts_pairs(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded)))
    word = folded[start : data.draw(st.integers(start, len(folded)))]
    whole, heads = needed_pairs(word)
    held = pairs(folded)
    assert set(whole) <= set(held)
    assert all(any(pair.startswith(head) for pair in held) for head in heads)


def test_no_word_is_found_across_two_parts_of_a_record() -> None:
    assert "路燈" not in search_text(["修路", "燈會"])


def test_missing_parts_are_left_out_of_what_is_searched() -> None:
    assert search_text(["路燈", None, "", "臺北"]) == "路燈\n台北"


def test_spellings_that_mean_one_word_are_found_together() -> None:
    for one, other in (("汙染", "污染"), ("公佈", "公布"), ("部份", "部分")):
        assert fold(one) == fold(other)
