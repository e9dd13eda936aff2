"""Reasons to doubt a verdict or a deadline."""

from __future__ import annotations

import pytest

from records.flags import Flag, citation_flag, doubt_score, read_deadline, unsupported, verdict_flags
from tests.records.made import record
from tests.sample import NEWER_LETTER, OLDER_LETTER, OWN_LETTER, progress, verdict

SAME_DAY_LETTER = "（行政院函　中華民國112年3月8日院臺專字第1129900099號）"
UNDATED_LETTER = "院臺專字第1129900055號"


def kinds(entries: str) -> list[str]:
    return [flag.flag for flag in verdict_flags(record(entries=entries))]


@pytest.mark.parametrize(
    ("letter", "kind"),
    [(OLDER_LETTER, "predates"), (OWN_LETTER, "same_letter"), (SAME_DAY_LETTER, "same_day")],
)
def test_a_letter_that_is_not_later_is_doubted(letter: str, kind: str) -> None:
    assert kinds(verdict(letter)) == [kind]


@pytest.mark.parametrize("letter", [NEWER_LETTER, UNDATED_LETTER])
def test_a_later_or_undated_letter_is_not_doubted(letter: str) -> None:
    assert kinds(verdict(letter)) == []


def test_a_flag_holds_the_two_days_that_it_compared() -> None:
    assert verdict_flags(record(entries=verdict(OLDER_LETTER))) == (
        Flag(flag="predates", left="2022-01-05", right="2023-03-08"),
    )


def test_a_verdict_without_any_letter_is_doubted() -> None:
    bare = "\n### 2026-03-02 [狀態變更]\n**內容摘要**：已完成。\n**AI 判斷**：達成證據\n"
    assert verdict_flags(record(entries=bare)) == (Flag(flag="no_document", left="已完成。", right=""),)


def test_a_verdict_whose_word_is_not_achieved_is_doubted() -> None:
    assert kinds(verdict(NEWER_LETTER, judgement="進度更新")) == ["word_mismatch"]


def test_doubts_are_listed_strongest_first() -> None:
    entries = verdict(NEWER_LETTER, judgement="相關資訊") + verdict(OWN_LETTER) + verdict(OLDER_LETTER)
    assert kinds(entries) == ["predates", "same_letter", "word_mismatch"]


def test_the_same_doubt_is_listed_once() -> None:
    assert kinds(verdict(OLDER_LETTER) * 3) == ["predates"]


def test_a_progress_entry_on_an_older_letter_is_no_doubt_of_a_verdict() -> None:
    assert kinds(progress(OLDER_LETTER)) == []


def test_a_citation_is_not_doubted_where_the_own_letter_has_no_date() -> None:
    found = record(letter=UNDATED_LETTER, entries=verdict(OLDER_LETTER))
    assert citation_flag(found, found.citations[0]) is None


@pytest.mark.parametrize("letter", [OLDER_LETTER, OWN_LETTER, SAME_DAY_LETTER])
def test_a_verdict_on_no_later_letter_is_unsupported(letter: str) -> None:
    assert unsupported(record(entries=verdict(letter)))


def test_one_verdict_on_a_later_letter_supports_the_record() -> None:
    assert not unsupported(record(entries=verdict(OLDER_LETTER) + verdict(NEWER_LETTER)))


def test_progress_on_a_later_letter_does_not_support_a_verdict() -> None:
    assert unsupported(record(entries=verdict(OLDER_LETTER) + progress(NEWER_LETTER)))


def test_a_record_without_verdicts_is_not_unsupported() -> None:
    assert not unsupported(record(entries=progress(OLDER_LETTER)))


def test_a_record_without_target_date_has_no_deadline() -> None:
    assert read_deadline(record(target=None), "").kind == "none"


def test_an_unreadable_target_date_counts_as_no_deadline() -> None:
    assert read_deadline(record(target="YYYY-05-31"), "").kind == "none"


def test_a_deadline_that_the_promise_states_is_clear() -> None:
    assert read_deadline(record(promise="將於115年3月15日前增設路燈。"), "").kind == "clear"


def test_a_deadline_that_the_letter_states_is_clear() -> None:
    assert read_deadline(record(promise="將增設路燈。"), "本部將於115年3月增設路燈。").kind == "clear"


def test_a_relative_year_counts_from_the_letters_own_day() -> None:
    assert read_deadline(record(target="2024-12-31", promise="將於明年底前增設路燈。"), "").kind == "clear"


@pytest.mark.parametrize("target", ["2023-03-08", "2020-01-01", "109-04-29"])
def test_a_deadline_not_after_the_letter_is_doubtful(target: str) -> None:
    deadline = read_deadline(record(target=target, promise="109年4月29日及112年3月8日"), "")
    assert deadline.doubt and deadline.doubt.flag == "deadline_before_letter"


def test_a_deadline_that_the_letter_does_not_state_is_doubtful() -> None:
    deadline = read_deadline(record(promise="將增設路燈。"), "本部將儘速增設路燈。")
    assert deadline.doubt == Flag(flag="deadline_not_in_letter", left="2026-03-15", right="院臺專字第1129900001號")


def test_a_deadline_of_a_letter_that_nobody_holds_is_doubtful() -> None:
    deadline = read_deadline(record(promise="將增設路燈。"), "")
    assert deadline.doubt and deadline.doubt.flag == "letter_not_held"


def test_a_doubt_shows_the_target_date_as_it_was_written() -> None:
    deadline = read_deadline(record(target="116-10-31", promise="將增設路燈。"), "")
    assert deadline.doubt and deadline.doubt.left == "116-10-31"


def test_an_unsupported_verdict_is_more_doubtful_than_a_mismatched_word() -> None:
    mismatched = record(entries=verdict(NEWER_LETTER, judgement="相關資訊"))
    assert doubt_score(record(entries=verdict(OLDER_LETTER))) > doubt_score(mismatched)


def test_a_supported_verdict_has_no_doubt() -> None:
    assert doubt_score(record(entries=verdict(NEWER_LETTER))) == 0
