"""Dates as records and letters write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.dates import (
    UnreadableDateError,
    find_written,
    gregorian,
    names_a_year,
    parse_target,
    read_period,
    read_target,
    roc,
    stated,
    states,
)

WRITTEN_ON = date(2023, 3, 8)


def test_a_roc_year_below_1000_is_read_as_roc() -> None:
    assert gregorian(116) == 2027


def test_a_year_of_four_digits_is_read_as_gregorian() -> None:
    assert gregorian(2027) == 2027


@pytest.mark.parametrize("text", ["2023-12-31", "112-12-31", "2023/12/31", "112.12.31", " 2023-12-31 ", "１１２-12-31"])
def test_a_target_date_may_be_iso_or_roc_with_any_separator_and_width(text: str) -> None:
    assert parse_target(text) == date(2023, 12, 31)


def test_a_one_digit_month_and_day_are_read() -> None:
    assert parse_target("116-1-5") == date(2027, 1, 5)


@pytest.mark.parametrize("text", [None, "", "  ", "\u3000"])
def test_an_empty_target_date_is_no_date(text: str | None) -> None:
    assert parse_target(text) is None


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2025", date(2025, 12, 31)),
        ("114", date(2025, 12, 31)),
        ("114年", date(2025, 12, 31)),
        ("民國114年", date(2025, 12, 31)),
        ("中華民國114年", date(2025, 12, 31)),
        ("西元2025年", date(2025, 12, 31)),
        ("114年度", date(2025, 12, 31)),
        ("2025-06", date(2025, 6, 30)),
        ("2025/6", date(2025, 6, 30)),
        ("114-06", date(2025, 6, 30)),
        ("114年6月", date(2025, 6, 30)),
        ("114年六月", date(2025, 6, 30)),
        ("民國112年12月", date(2023, 12, 31)),
        ("113-2", date(2024, 2, 29)),
        ("113年2月底", date(2024, 2, 29)),
        ("114年6月上旬", date(2025, 6, 10)),
        ("114年6月中旬", date(2025, 6, 20)),
        ("114年6月下旬", date(2025, 6, 30)),
        ("民國112年底", date(2023, 12, 31)),
        ("112年年底", date(2023, 12, 31)),
        ("2025年末", date(2025, 12, 31)),
        ("2025年中", date(2025, 6, 30)),
        ("114年上半年", date(2025, 6, 30)),
        ("2025下半年", date(2025, 12, 31)),
        ("114年第2季", date(2025, 6, 30)),
        ("114年第三季底", date(2025, 9, 30)),
        ("2025Q1", date(2025, 3, 31)),
        ("2025-Q4", date(2025, 12, 31)),
        ("１１４年６月", date(2025, 6, 30)),
        ("２０２５－０６", date(2025, 6, 30)),
        ("民國 114 年 6 月", date(2025, 6, 30)),
    ],
)
def test_a_partial_date_means_the_last_day_of_its_period(text: str, last: date) -> None:
    assert parse_target(text) == last


@pytest.mark.parametrize("text", ["112年12月31日", "民國112年12月31日", "中華民國112年十二月31日", "2023年12月31日"])
def test_a_day_may_be_written_out(text: str) -> None:
    assert parse_target(text) == date(2023, 12, 31)


@pytest.mark.parametrize("text", ["099-12-31", "民國99年12月31日"])
def test_a_roc_year_of_two_digits_is_read_where_nothing_else_can_be_meant(text: str) -> None:
    assert parse_target(text) == date(2010, 12, 31)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("115年第2季", date(2026, 4, 1), date(2026, 6, 30)),
        ("115年下半年", date(2026, 7, 1), date(2026, 12, 31)),
        ("115年6月中旬", date(2026, 6, 11), date(2026, 6, 20)),
        ("115年底", date(2026, 12, 31), date(2026, 12, 31)),
        ("115年中", date(2026, 6, 30), date(2026, 6, 30)),
        ("115年6月底", date(2026, 6, 30), date(2026, 6, 30)),
        ("2026-06-15", date(2026, 6, 15), date(2026, 6, 15)),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(text: str, first: date, last: date) -> None:
    assert read_period(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["YYYY-05-31", "明年底", "1-1-1", "20231231", "null", "6月30日", "114年初", "114年6月中"]
)
def test_a_target_date_that_is_no_date_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UnreadableDateError, match="write YYYY-MM-DD"):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        "25-12-31",
        "99-12-31",
        "12-06",
        "99",
        "06-30-2025",
        "112至115年",
        "112-115",
        "2023~2025",
        "西元114年",
        "民國2025年",
    ],
)
def test_what_could_be_read_in_two_ways_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UnreadableDateError, match="write YYYY-MM-DD"):
        parse_target(text)


@pytest.mark.parametrize(
    "text", ["2023-02-30", "112-13-01", "2023-00-10", "112-02-29", "2023-13", "114年13月", "民國0年"]
)
def test_a_day_that_the_calendar_does_not_have_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDateError, match=r"no such day: .*write YYYY-MM-DD"):
        parse_target(text)


def test_the_roc_leap_day_is_a_day() -> None:
    assert parse_target("113-02-29") == date(2024, 2, 29)


@settings(max_examples=100)
@given(st.text())
def test_any_target_text_is_a_day_or_empty_or_unreadable(text: str) -> None:
    try:
        found = parse_target(text)
    except UnreadableDateError:
        return
    assert found is None or isinstance(found, date)


@settings(max_examples=100)
@given(st.text(alphabet="0123456789年月日底末終中上下半第季旬度民國西元一二三十Q-/. "))
def test_a_period_never_ends_before_it_begins(text: str) -> None:
    try:
        period = read_period(text)
    except UnreadableDateError:
        return
    assert period is None or period[0] <= period[1] == parse_target(text)


@settings(max_examples=100)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_reads_the_same_in_iso_and_roc_and_written_out(day: date) -> None:
    year = f"{day.year - 1911:03}"
    assert {parse_target(f"{year}-{day.month}-{day.day}"), parse_target(roc(day))} == {day}


@settings(max_examples=100)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_every_iso_day_reads_as_itself(day: date) -> None:
    assert parse_target(day.isoformat()) == day


@settings(max_examples=100)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_written_in_roc_years_is_found_again(day: date) -> None:
    assert find_written(f"行政院函　{roc(day)}院臺專字第1號") == day


def test_a_letter_date_is_found_behind_the_name_of_the_republic() -> None:
    assert find_written("（行政院函　中華民國110年12月1日院臺專字第1100097614號）") == date(2021, 12, 1)


def test_the_first_of_several_written_days_counts() -> None:
    assert find_written("110年12月1日及111年1月2日") == date(2021, 12, 1)


@pytest.mark.parametrize("text", ["", "院臺專字第1100097614號", "中華民國110年13月1日", "110年12月"])
def test_a_number_without_a_whole_day_has_no_date(text: str) -> None:
    assert find_written(text) is None


def test_a_roc_day_is_written_in_full() -> None:
    assert roc(date(2021, 12, 1)) == "民國110年12月1日"


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("將於115年3月完成", (2026, 3)),
        ("民國115年3月", (2026, 3)),
        ("西元2026年3月", (2026, 3)),
        ("2026年3月", (2026, 3)),
        ("115/3/31前", (2026, 3)),
        ("本年6月", (2023, 6)),
        ("本(112)年6月", (2023, 6)),
        ("本（１１２）年６月", (2023, 6)),
        ("明年6月", (2024, 6)),
        ("次年6月", (2024, 6)),
        ("後年", (2025, None)),
        ("去年6月", (2022, 6)),
        ("112年第2季", (2023, 6)),
        ("113年上半年", (2024, 6)),
        ("113年年底", (2024, 12)),
        ("113年十一月", (2024, 11)),
        ("113年二月", (2024, 2)),
        ("本年6月30日前", (2023, 6)),
        ("111至114年", (2025, None)),
        ("111年至114年", (2025, None)),
        ("辦理如下:1.115年底前完成", (2026, 12)),
        ("會勘,115年6月完工", (2026, 6)),
    ],
)
def test_a_text_states_the_month_that_it_names(text: str, mention: tuple[int, int | None]) -> None:
    assert mention in stated(text, WRITTEN_ON)


@pytest.mark.parametrize(
    "text",
    [
        "自112年起辦理",
        "計畫（107-112年）",
        "於民國112年增設",
        "2023年",
        "本年完成",
        "112至115年",
        "112/6/30",
        "函，110年9月會勘",
        "1.109年",
    ],
)
def test_a_year_is_named_however_little_is_said_of_it(text: str) -> None:
    assert names_a_year(text, WRITTEN_ON)
    assert not names_a_year("第112條、共115件、20年來、平均80.86年、1,100年", WRITTEN_ON)


@pytest.mark.parametrize("text", ["納入次年訪評指標", "於翌年檢討"])
def test_the_next_year_of_any_year_states_none(text: str) -> None:
    assert stated(text, WRITTEN_ON) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "115年第1季發布",
        "115年上半年完成",
        "115年初開辦",
        "115年元旦施行",
        "自115年開始辦理",
        "自115年度起",
        "115年第一季",
        "115年中完成",
    ],
)
def test_a_part_or_the_beginning_of_a_year_does_not_state_its_end(text: str) -> None:
    assert not states(text, date(2026, 12, 31), WRITTEN_ON)


@pytest.mark.parametrize("text", ["115年底完成", "115年完成", "115年下半年完成", "115年第4季", "115年度完成"])
def test_a_year_or_its_last_part_states_its_end(text: str) -> None:
    assert states(text, date(2026, 12, 31), WRITTEN_ON)


def test_a_month_without_a_year_states_none() -> None:
    assert stated("自12月1日起啟動", date(2021, 1, 4)) == frozenset()


def test_a_month_belongs_to_the_year_named_before_it_in_its_sentence() -> None:
    assert (2026, 9) in stated("自115年3月起，至9月止", WRITTEN_ON)


def test_a_new_sentence_forgets_the_year_of_the_last_one() -> None:
    assert (2026, 9) not in stated("自115年3月起。9月止", WRITTEN_ON)


def test_a_relative_year_says_nothing_where_the_letter_has_no_date() -> None:
    assert stated("明年6月", None) == frozenset()


def test_a_thirteenth_month_is_no_month() -> None:
    assert stated("115年13月", None) == {(2026, None)}


def test_the_last_day_of_a_year_is_stated_by_its_year_alone() -> None:
    assert states("115年完成", date(2026, 12, 31), WRITTEN_ON)


def test_any_other_day_needs_its_month_stated_too() -> None:
    assert not states("115年完成", date(2026, 3, 31), WRITTEN_ON)


def test_a_day_of_another_year_is_not_stated() -> None:
    assert not states("將於115年3月完成", date(2027, 3, 31), WRITTEN_ON)


@settings(max_examples=100)
@given(
    st.text(alphabet="0123456789年月日至到底終中上半第季民國西元本今明次後去一二三十()/.-。; "), st.none() | st.dates()
)
def test_whatever_a_text_states_has_a_month_of_the_calendar_or_none(text: str, written_on: date | None) -> None:
    assert all(month is None or 1 <= month <= 12 for _, month in stated(text, written_on))


@settings(max_examples=100)
@given(st.dates(min_value=date(1921, 1, 1), max_value=date(2910, 12, 31)), st.none() | st.dates())
def test_a_day_to_come_that_is_written_out_in_a_sentence_is_stated_there(day: date, written_on: date | None) -> None:
    assert states(f"本部將於{roc(day)}前完成", day, written_on) == (written_on is None or day > written_on)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "自115年起每年回饋",
            "自115年度起實施",
            "115年3月",
            "本（115）年3月",
            "115/3/31前",
            "115年度第1季",
            "115年度上半年",
        ),
        *(
            "115年度1月",
            "115年年初",
            "115年元月",
            "115年1至6月",
            "115年1、2月",
            "115年Q1",
            "115年春節前",
            "115年農曆春節",
        ),
        *(
            "115年上學期",
            "115年首季",
            "115年的1月",
            "115年暑假前",
            "本年至116年",
            "本（115）年至116年",
            "115年─116年",
            "業於115年12月辦理",
            "已於115年完成",
        ),
    ],
)
def test_a_beginning_or_another_month_does_not_state_the_years_end(text: str) -> None:
    assert not states(text, date(2026, 12, 31), WRITTEN_ON)


@pytest.mark.parametrize("text", ["115年完成", "115年底", "115年12月", "115/12/31前", "自115年3月起，於115年完成"])
def test_the_years_end_is_stated_by_its_year_or_its_month(text: str) -> None:
    assert states(text, date(2026, 12, 31), WRITTEN_ON)


def test_a_day_that_had_come_when_the_letter_was_written_is_no_deadline_of_it() -> None:
    assert not states("已請衛福部於110年12月1日宣布", date(2021, 12, 31), date(2021, 12, 13))
    assert states("預定於110年12月20日辦理", date(2021, 12, 31), date(2021, 12, 13))


def test_the_first_year_of_a_range_is_not_stated() -> None:
    assert not states("納入112至115年計畫。", date(2023, 12, 31), date(2022, 5, 6))
    assert states("納入112至115年計畫。", date(2026, 12, 31), date(2022, 5, 6))


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("111年第二季完成", date(2022, 6, 30), True),
        ("112 年 6 月底完成", date(2023, 6, 30), True),
        ("翌年6月完成", date(2023, 6, 30), True),
        ("文號第1112年", date(2023, 12, 31), False),
        ("共2,112年", date(2023, 12, 31), False),
    ],
)
def test_a_year_is_no_part_of_a_longer_number_and_a_quarter_may_be_written_out(
    text: str, day: date, said: bool
) -> None:
    assert states(text, day, date(2022, 3, 1)) is said


@pytest.mark.parametrize("text", ["１１５年３月１５日前完成", "115年３月15日前完成"])
def test_full_width_digits_state_a_date(text: str) -> None:
    assert states(text, date(2026, 3, 15), WRITTEN_ON)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("112年底前", date(2023, 12, 31)),
        ("112年12月底前", date(2023, 12, 31)),
        ("2023年6月30日前", date(2023, 6, 30)),
        ("2023-12-31 以前", date(2023, 12, 31)),
        ("112年3月31日止", date(2023, 3, 31)),
        ("112年12月31號", date(2023, 12, 31)),
        ("112年度底", date(2023, 12, 31)),
        ("112年內", date(2023, 12, 31)),
        ("112年Q1", date(2023, 3, 31)),
        ("2023 Q1", date(2023, 3, 31)),
        ("2023-12-31T00:00:00", date(2023, 12, 31)),
    ],
)
def test_a_day_by_which_something_is_to_be_done_is_that_day(text: str, day: date) -> None:
    assert parse_target(text) == day


@pytest.mark.parametrize("text", ["112年前", "112年12月前", "112前", "2112-12-31", "9999-12-31", "1000-01-01"])
def test_what_may_mean_two_days_or_lies_beyond_all_promises_is_no_target(text: str) -> None:
    with pytest.raises(UnreadableDateError):
        read_target(text)


def test_a_day_that_was_settled_is_read_though_no_file_may_give_it_any_more() -> None:
    assert parse_target("1988-05-31") == date(1988, 5, 31)
