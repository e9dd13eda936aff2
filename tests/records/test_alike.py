"""Records of one letter that share most of their text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from records.alike import MOST, groups

LONG = "本部將於明年底前完成全國路燈汰換工程"
LONGER = LONG + "並公布成果"
OTHER = "衛生單位應加強食品安全稽查"


def test_two_promises_of_one_letter_that_share_most_of_their_text_are_alike() -> None:
    assert groups([(1, "甲", LONG), (2, "甲", LONGER)]) == {1: 1, 2: 1}


def test_the_same_promise_of_two_letters_is_not_alike() -> None:
    assert groups([(1, "甲", LONG), (2, "乙", LONG)]) == {}


def test_two_different_promises_of_one_letter_are_not_alike() -> None:
    assert groups([(1, "甲", LONG), (2, "甲", OTHER)]) == {}


def test_promises_without_a_letter_are_never_alike() -> None:
    assert groups([(1, None, LONG), (2, None, LONG)]) == {}


def test_empty_promises_are_never_alike() -> None:
    assert groups([(1, "甲", ""), (2, "甲", "")]) == {}


def test_a_third_joins_the_group_of_the_first_two() -> None:
    assert groups([(1, "甲", LONG), (2, "甲", OTHER), (3, "甲", LONGER), (4, "甲", LONG)]) == {1: 1, 3: 1, 4: 1}


def test_one_that_holds_two_others_ties_them_not_together() -> None:
    first, second = "本部將於明年底前完成路燈汰換", "縣府應於年中前公布工程招標結果"
    assert groups([(1, "甲", first), (2, "甲", second)]) == {}
    assert groups([(1, "甲", first), (2, "甲", second), (3, "甲", first + second)]) == {2: 2, 3: 2}


def test_a_promise_told_in_short_is_alike_to_the_long_one() -> None:
    assert groups([(1, "甲", LONG + "，" + OTHER), (2, "甲", LONG)]) == {1: 1, 2: 1}


def test_punctuation_does_not_part_two_promises() -> None:
    assert groups([(1, "甲", "增設「路燈」20盞。"), (2, "甲", "增設路燈，20 盞")]) == {1: 1, 2: 1}


def test_two_promises_that_share_little_more_than_their_end_are_not_alike() -> None:
    oil, steel = "中油公司以139年達成碳中和為長期努力目標", "中鋼公司規劃無碳高爐，以139年達成碳中和為策略"
    assert groups([(1, "甲", oil), (2, "甲", steel)]) == {}


def test_promises_of_punctuation_alone_are_never_alike() -> None:
    assert groups([(1, "甲", "……"), (2, "甲", LONG), (3, "甲", "。")]) == {}


def test_spelling_variants_do_not_part_two_promises() -> None:
    assert groups([(1, "甲", "臺北市計劃增設"), (2, "甲", "台北市計畫增設")]) == {1: 1, 2: 1}


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["甲", "乙"]), st.text(alphabet="路燈增設完成", min_size=1, max_size=12))))
def test_every_group_is_named_by_a_member_of_itself_from_the_same_letter(promises: list[tuple[str, str]]) -> None:
    found = groups((key, letter, promise) for key, (letter, promise) in enumerate(promises))
    assert all(found[first] == first and promises[first][0] == promises[key][0] for key, first in found.items())


@settings(max_examples=100)
@given(st.lists(st.text(alphabet="路燈增設完成", min_size=1, max_size=8), min_size=2, max_size=6))
def test_any_two_of_one_group_are_alike_by_themselves(promises: list[str]) -> None:
    found = groups((key, "甲", promise) for key, promise in enumerate(promises))
    for one in found:
        for other in (key for key in found if key < one and found[key] == found[one]):
            assert groups([(0, "甲", promises[other]), (1, "甲", promises[one])])


@settings(max_examples=200)
@given(
    st.lists(st.text("甲乙丙丁", max_size=6), max_size=6).flatmap(
        lambda texts: st.tuples(st.just(texts), st.permutations(range(len(texts))))
    )
)
def test_in_which_order_records_come_makes_no_other_groups(given_: tuple[list[str], list[int]]) -> None:
    texts, order = given_

    def parted(places: list[int]) -> set[frozenset[str]]:
        found = groups([(place, "甲", texts[place]) for place in places])
        alike: dict[int, list[str]] = {}
        for place, first in found.items():
            alike.setdefault(first, []).append(texts[place])
        return {frozenset(some) for some in alike.values()}

    assert parted(list(range(len(texts)))) == parted(order)


def test_more_records_than_any_letter_has_are_not_compared() -> None:
    assert groups([(n, "甲", f"{LONG}{n}") for n in range(MOST + 1)]) == {}
