"""What a promise is about, and the amounts it names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.topic import COMMONPLACE, amounts, foreign_amounts, missing_words, telling_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("小果番茄納入補助計畫", ["小果番茄"]),
        ("小果番茄納入補助計劃", ["小果番茄"]),
        ("影像下架合作機制", ["影像下架"]),
        ("1925安心專線", ["安心專線"]),
        ("臺鐵與公路", ["台鐵", "公路"]),
        ("持續推動相關措施", []),
        ("", []),
    ],
)
def test_telling_words_are_what_is_left_between_commonplace_ones(text: str, words: list[str]) -> None:
    assert list(telling_words(text)) == words


def test_every_commonplace_word_has_two_characters() -> None:
    assert {len(word) for word in COMMONPLACE} == {2}


def test_a_letter_on_something_else_misses_the_titles_words() -> None:
    assert list(missing_words("何委員就社會住宅問題", "小果番茄納入補助計畫", "如經日方同意")) == ["小果番茄"]


def test_two_characters_of_a_titles_word_are_enough() -> None:
    assert not missing_words("番茄外銷", "小果番茄納入補助計畫", "")


def test_a_promises_word_needs_three_characters_in_a_row() -> None:
    assert missing_words("溫室氣體", "路燈", "非疫溫室")
    assert not missing_words("非疫溫體", "路燈", "非疫溫室")


def test_other_spellings_of_a_word_are_found() -> None:
    assert not missing_words("臺鐵", "台鐵", "")


def test_no_more_than_three_words_are_named() -> None:
    assert list(missing_words("無", "路燈、公園、番茄、水牛", "")) == ["路燈", "公園", "番茄"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5支", {Decimal(5): "5支"}),
        ("1,000MW", {Decimal(1000): "1,000MW"}),
        ("１０００ＭＷ", {Decimal(1000): "1000MW"}),
        ("2萬5250元", {Decimal(25250): "2萬5250元"}),
        ("3億0444萬5500元", {Decimal(304445500): "3億0444萬5500元"}),
        ("1.55兆元", {Decimal(1550000000000): "1.55兆元"}),
        (
            "6.3萬公頃、350平方公尺、1200人次",
            {Decimal(63000): "6.3萬公頃", Decimal(350): "350平方公尺", Decimal(1200): "1200人次"},
        ),
        ("20至30處", {Decimal(20): "20", Decimal(30): "30處"}),
        ("每天4小時，增到5座", {Decimal(4): "4小時", Decimal(5): "5座"}),
        ("30%及60%", {Decimal(30): "30%", Decimal(60): "60%"}),
        ("民國110年12月1日第5條第1100097614號", {}),
        ("2021/12/15、110-12-1", {}),
        ("全數", {}),
    ],
)
def test_amounts_are_read_by_value_and_kept_as_written(text: str, found: dict[Decimal, str]) -> None:
    assert amounts(text) == found


@settings(max_examples=100)
@given(st.text(alphabet="0123456789,.萬億兆千年元%MW第/- "))
def test_any_text_has_amounts_that_stand_in_it(text: str) -> None:
    assert all(value >= 0 and written in text for value, written in amounts(text).items())


@settings(max_examples=100)
@given(st.text(), st.text())
def test_a_text_never_misses_its_own_words(title: str, promise: str) -> None:
    assert not missing_words(f"{title}\n{promise}", title, promise)


@settings(max_examples=20)
@given(st.integers(min_value=1, max_value=5))
def test_a_long_run_of_digits_is_read_in_one_go(times: int) -> None:
    assert amounts("9" * 20000 * times + "年") == {}


def test_an_amount_of_a_summary_that_neither_letter_nor_promise_names_is_foreign() -> None:
    letter, promise = "月薪由2萬4000元調至2萬5250元", "每月基本工資調整為2萬5250元"
    assert list(foreign_amounts("目前為23800元，尚未達25250元，已辦3次", letter, promise)) == ["23800元"]
    assert list(foreign_amounts("由24000元調至25250元", letter, promise)) == []
