"""Reasons to doubt a verdict or a deadline."""

from __future__ import annotations

import pytest

from records.flags import (
    VERDICT_FLAGS,
    Flag,
    citation_flag,
    doubt_score,
    read_deadline,
    unsupported,
    verdict_flags,
)
from records.record import Record
from tests.records.made import record
from tests.sample import NEWER_LETTER, OLDER_LETTER, OWN_LETTER, progress, verdict

SAME_DAY_LETTER = "（行政院函　中華民國112年3月8日院臺專字第1129900099號）"
UNDATED_LETTER = "院臺專字第1129900055號"


def kinds(entries: str) -> list[str]:
    return [flag.flag for flag in verdict_flags(record(entries=entries), {})]


def doubts(of: Record) -> int:
    return doubt_score({flag.flag for flag in verdict_flags(of, {})}, unsupported=unsupported(of))


@pytest.mark.parametrize(
    ("letter", "kind"),
    [(OLDER_LETTER, "predates"), (OWN_LETTER, "same_letter"), (SAME_DAY_LETTER, "same_day")],
)
def test_a_letter_that_is_not_later_is_doubted(letter: str, kind: str) -> None:
    assert kinds(verdict(letter)) == [kind]


def test_a_later_letter_is_not_doubted() -> None:
    assert kinds(verdict(NEWER_LETTER)) == []


def test_a_flag_holds_the_two_days_that_it_compared() -> None:
    assert verdict_flags(record(entries=verdict(OLDER_LETTER)), {}) == (
        Flag(flag="predates", left="2022-01-05", right="2023-03-08"),
    )


def test_a_verdict_without_any_letter_is_doubted() -> None:
    bare = "\n### 2026-03-02 [狀態變更]\n**內容摘要**：已完成。\n**AI 判斷**：達成證據\n"
    assert verdict_flags(record(entries=bare), {}) == (Flag(flag="no_document", left="已完成。", right=""),)


def test_a_verdict_whose_word_is_not_achieved_is_doubted() -> None:
    assert kinds(verdict(NEWER_LETTER, judgement="進度更新")) == ["word_mismatch"]


def test_doubts_are_listed_strongest_first() -> None:
    entries = verdict(NEWER_LETTER, judgement="相關資訊") + verdict(OWN_LETTER) + verdict(OLDER_LETTER)
    assert kinds(entries) == ["predates", "same_letter", "word_mismatch"]


def test_the_same_doubt_is_listed_once() -> None:
    assert kinds(verdict(OLDER_LETTER) * 3) == ["predates"]


def test_a_progress_entry_on_an_older_letter_is_no_doubt_of_a_verdict() -> None:
    assert kinds(progress(OLDER_LETTER)) == []


@pytest.mark.parametrize(("own", "cited"), [(UNDATED_LETTER, OLDER_LETTER), (OWN_LETTER, UNDATED_LETTER)])
def test_a_letter_that_nobody_can_tell_to_be_later_supports_nothing(own: str, cited: str) -> None:
    found = record(letter=own, entries=verdict(cited))
    flag = citation_flag(found, found.citations[0])
    assert flag is not None and flag.flag == "no_document" and flag.right
    assert unsupported(found)
    assert unsupported(record(entries=verdict("不詳")))


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


def test_a_deadline_of_a_reply_without_a_day_is_doubtful() -> None:
    found = read_deadline(record(letter=UNDATED_LETTER, promise="將於115年3月15日前增設路燈。"), "")
    assert found.kind == "doubtful" and found.doubt and found.doubt.flag == "letter_not_held"


def test_what_a_promise_begins_with_is_no_deadline_though_the_letter_names_that_year() -> None:
    letter = "自115年起每年回饋10%。另工程於114年底完成。"
    assert read_deadline(record(target="2025-12-31", promise="自115年起每年回饋10%。"), letter).kind == "doubtful"
    assert read_deadline(record(target="2025-12-31", promise="工程於114年底完成。"), letter).kind == "clear"


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


NEWER = "院臺專字第1139900021號"


def test_doubts_rank_as_the_review_reads_them() -> None:
    assert VERDICT_FLAGS == (
        "not_in_text",
        "later_than_document",
        "predates",
        "same_letter",
        "same_day",
        "no_document",
        "word_mismatch",
        "number_missing",
    )


def test_a_letter_that_speaks_of_something_else_is_doubted_with_the_words_that_were_looked_for() -> None:
    found = record(entries=verdict(NEWER_LETTER))
    assert verdict_flags(found, {NEWER: "社會住宅興建情形，已達法定比率。"}) == (
        Flag(flag="not_in_text", left="增設路燈", right=NEWER),
    )


@pytest.mark.parametrize(
    "text", ["已於各里裝設路燈完竣。", "（主旨）路燈問題\n已辦理完竣。", "已裝設1500盞。", "已裝設1,500盞。"]
)
def test_a_letter_that_holds_a_word_of_the_promise_or_a_number_of_the_summary_is_not_doubted(text: str) -> None:
    found = record(entries=verdict(NEWER_LETTER, summary="已增設1500盞。"))
    assert verdict_flags(found, {NEWER: text}) == ()


def test_a_small_number_in_common_does_not_make_a_letter_speak_of_the_promise() -> None:
    found = record(entries=verdict(NEWER_LETTER, summary="已增設20盞。"))
    assert [flag.flag for flag in verdict_flags(found, {NEWER: "社會住宅20戶。"})] == ["not_in_text"]


def test_a_letter_that_nobody_holds_and_the_own_letter_are_not_searched() -> None:
    found = record(entries=verdict(NEWER_LETTER) + verdict(OWN_LETTER))
    assert [flag.flag for flag in verdict_flags(found, {"院臺專字第1129900001號": "社會住宅。"})] == ["same_letter"]


def test_a_promise_without_telling_words_is_looked_for_nowhere() -> None:
    found = record(title="持續推動", promise="將持續推動。", entries=verdict(NEWER_LETTER))
    assert verdict_flags(found, {NEWER: "社會住宅。"}) == ()


@pytest.mark.parametrize("day", ["2024年7月1日", "113年7月1日", "民國113年７月", "113年7月"])
def test_a_summary_that_tells_of_a_day_after_the_letter_is_doubted(day: str) -> None:
    found = record(entries=verdict(NEWER_LETTER, summary=f"已於{day}完成增設。"))
    assert verdict_flags(found, {}) == (Flag(flag="later_than_document", left="2024-07-01", right="2024-06-20"),)


def test_what_is_put_into_force_is_no_plan() -> None:
    assert kinds(verdict(NEWER_LETTER, summary="自113年7月1日起將路燈列入考核。")) == ["later_than_document"]


def test_what_a_later_year_brought_is_told_by_no_letter_before_it() -> None:
    found = record(status="已達成", entries=verdict(NEWER_LETTER, summary="本部於114年度已增設路燈20盞。"))
    assert verdict_flags(found, {}) == (Flag(flag="later_than_document", left="2025", right="2024-06-20"),)
    for told in ("本部於113年度已增設路燈20盞。", "本部於114年度預計增設路燈，已編列預算。"):
        assert kinds(verdict(NEWER_LETTER, summary=told)) == []


@pytest.mark.parametrize(
    "summary",
    [
        "已於113年6月20日完成。",
        "已於113年6月完成。",
        "已完成，預計113年7月1日啟用。",
        "擬延長至115年1月7日。",
        "規劃於2024年7月增設。",
        "將於2024年7月增設。",
        "已於本年7月1日完成。",
        "已於7月1日完成。",
        "已於114年完成。",
        "已於113年13月1日完成。",
    ],
)
def test_a_plan_or_a_day_without_its_year_or_no_later_day_is_not_doubted(summary: str) -> None:
    assert kinds(verdict(NEWER_LETTER, summary=summary)) == []


@pytest.mark.parametrize("summary", ["顯示承諾部分達成。", "尚未完成，持續辦理。"])
def test_a_summary_that_denies_its_verdict_is_a_doubt(summary: str) -> None:
    found = record(entries=verdict(NEWER_LETTER, summary=summary))
    assert [(flag.flag, flag.right) for flag in verdict_flags(found, {})] == [("word_mismatch", "內容摘要")]


def test_an_undated_letter_is_older_than_nothing_and_stands_for_nothing() -> None:
    assert kinds(verdict(UNDATED_LETTER, summary="已於2024年7月1日完成。")) == ["no_document"]


def test_a_summary_that_names_none_of_the_promised_amounts_is_doubted() -> None:
    found = record(value="5支", entries=verdict(NEWER_LETTER))
    assert verdict_flags(found, {}) == (Flag(flag="number_missing", left="5支", right="已完成。"),)


@pytest.mark.parametrize(
    ("value", "summary"),
    [
        ("1000MW", "已達1,000MW。"),
        ("2萬5250元", "調至25250元。"),
        ("30%及60%", "已達60%。"),
        ("全數", "已完成。"),
        (None, "已完成。"),
        ("114年底前", "已完成。"),
    ],
)
def test_a_summary_that_names_one_of_them_in_any_spelling_is_not_doubted(value: str | None, summary: str) -> None:
    assert verdict_flags(record(value=value, entries=verdict(NEWER_LETTER, summary=summary)), {}) == ()


def test_one_summary_that_names_the_amount_speaks_for_all() -> None:
    entries = verdict(NEWER_LETTER, summary="已架設5支。") + verdict(NEWER_LETTER)
    assert verdict_flags(record(value="5支", entries=entries), {}) == ()


def test_a_stronger_doubt_outweighs_all_weaker_ones_together() -> None:
    weak = record(value="5支", entries=verdict(NEWER_LETTER, judgement="相關資訊"))
    strong = record(entries=verdict(NEWER_LETTER, summary="已於2024年7月1日完成。"))
    assert doubts(strong) > doubts(weak) > 0


def test_an_unsupported_verdict_is_more_doubtful_than_a_mismatched_word() -> None:
    mismatched = record(entries=verdict(NEWER_LETTER, judgement="相關資訊"))
    assert doubts(record(entries=verdict(OLDER_LETTER))) > doubts(mismatched)


def test_a_supported_verdict_has_no_doubt() -> None:
    assert doubts(record(entries=verdict(NEWER_LETTER))) == 0
