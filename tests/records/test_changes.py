"""What differs between two readings of a record."""

from __future__ import annotations

from datetime import date

from records.changes import Change, compare, unseen
from records.edit import write_decision
from records.parse import parse
from tests.records.made import decision, record
from tests.sample import NEWER_LETTER, OLDER_LETTER, OWN_LETTER, progress, record_text, verdict

BY_DATE = "\n### 2026-03-16 [狀態變更]\n**狀態**：追蹤中 → 已延宕\n**原因**：目標日期已過\n"


def change(old: str, new: str, seen: set[str] | None = None, left: dict[str, str | None] | None = None) -> Change:
    return compare(parse("a.md", old), parse("a.md", new), seen=seen or set(), left=left or {})


def test_two_equal_readings_have_nothing_between_them() -> None:
    assert change(record_text(), record_text()) == Change(
        status=None, by_date=False, ours=False, target=None, evidence=(), fresh=False, rewritten=False, retold=False
    )


def test_a_new_status_is_told_with_the_one_before() -> None:
    found = change(record_text(), record_text(status="已達成", entries=verdict()))
    assert found.status == ("追蹤中", "已達成")


def test_a_change_by_ai_judgement_waits_for_a_person() -> None:
    found = change(record_text(), record_text(status="已達成", entries=verdict()))
    assert found.judged == ("追蹤中", "已達成")


def test_falling_due_is_by_date_and_waits_for_nobody() -> None:
    found = change(record_text(), record_text(status="已延宕", entries=BY_DATE))
    assert found.by_date and found.judged is None


def test_a_delay_that_comes_with_an_ai_judgement_is_not_by_date() -> None:
    found = change(record_text(), record_text(status="已延宕", entries=verdict()))
    assert not found.by_date and found.judged == ("追蹤中", "已延宕")


def test_not_being_due_after_all_is_by_date_unless_the_ai_says_why() -> None:
    assert change(record_text(status="已延宕"), record_text()).judged is None
    judged = change(record_text(status="已延宕"), record_text(entries=verdict(judgement="相關資訊")))
    assert judged.judged == ("已延宕", "追蹤中")


def test_a_verdict_that_is_taken_back_waits_for_a_person() -> None:
    assert change(record_text(status="已達成", entries=verdict()), record_text()).judged == ("已達成", "追蹤中")


def test_our_own_write_back_waits_for_nobody() -> None:
    written = write_decision("a.md", record_text(), decision())
    found = change(record_text(), written, left={"d-1": "已達成"})
    assert found.ours and found.judged is None


def test_a_human_review_that_is_not_ours_settles_nothing() -> None:
    written = write_decision("a.md", record_text(), decision())
    found = change(record_text(), written, left={"d-2": "已達成"})
    assert not found.ours and found.judged == ("追蹤中", "已達成")


def test_a_decision_that_was_there_before_does_not_make_a_later_change_ours() -> None:
    written = write_decision("a.md", record_text(), decision())
    overwritten = written.replace('status: "已達成"', 'status: "已延宕"')
    assert not change(written, overwritten, left={"d-1": "已達成"}).ours


def test_a_moved_target_date_is_told_with_the_one_before() -> None:
    found = change(record_text(), record_text(target="2026-12-31"))
    assert found.target == (date(2026, 3, 15), date(2026, 12, 31))


def test_a_target_date_written_another_way_has_not_moved() -> None:
    assert change(record_text(), record_text(target="115-03-15")).target is None


def test_a_target_date_that_becomes_unreadable_is_gone() -> None:
    assert change(record_text(), record_text(target="YYYY-03-15")).target == (date(2026, 3, 15), None)


def test_an_unseen_letter_is_evidence() -> None:
    found = change(record_text(), record_text(entries=progress(NEWER_LETTER)))
    assert [citation.letter.number for citation in found.evidence] == ["院臺專字第1139900021號"]


def test_a_seen_letter_is_no_evidence() -> None:
    new = record_text(entries=progress(NEWER_LETTER))
    assert change(record_text(), new, seen={"院臺專字第1139900021號"}).evidence == ()


def test_the_records_own_letter_is_no_evidence() -> None:
    assert unseen(record(entries=verdict(OWN_LETTER)), set()) == ()


def test_a_letter_cited_twice_is_one_piece_of_evidence_told_by_its_newest_entry() -> None:
    found = unseen(record(entries=progress(NEWER_LETTER, summary="舊") + verdict(NEWER_LETTER, summary="新")), set())
    assert [citation.summary for citation in found] == ["新"]


def test_two_letters_are_two_pieces_of_evidence() -> None:
    assert len(unseen(record(entries=progress(NEWER_LETTER) + verdict(OLDER_LETTER)), set())) == 2


def test_an_edited_entry_of_the_past_is_told() -> None:
    found = change(record_text(entries=progress(summary="甲")), record_text(entries=progress(summary="乙")))
    assert found.rewritten


def test_another_layout_rewrites_nothing() -> None:
    told = progress(summary="甲") + verdict()
    found = change(record_text(entries=told), record_text(entries=told.replace("\n", "  \n\n")))
    assert not (found.rewritten or found.fresh)
    indented = told.replace("**AI 判斷**", " **AI 判斷**")  # and so no field any more
    assert change(record_text(entries=told), record_text(entries=indented)).rewritten


def test_an_appended_entry_rewrites_nothing() -> None:
    assert not change(record_text(), record_text(entries=progress())).rewritten


def test_a_removed_entry_is_told() -> None:
    assert change(record_text(entries=progress()), record_text()).rewritten
    assert change(record_text(entries=progress() * 2), record_text(entries=progress())).rewritten


def test_another_wording_of_the_promise_or_another_letter_is_a_retelling() -> None:
    assert change(record_text(), record_text(promise="本部將增設路燈30盞。")).retold
    assert change(record_text(), record_text(letter=NEWER_LETTER)).retold


def test_a_letter_that_lost_its_number_is_no_news() -> None:
    old = record_text(entries=progress())
    number = next(line for line in old.split("\n") if line.startswith("**文件編號**"))
    before, after = (parse("a.md", text) for text in (old, old.replace(f"{number}\n", "")))
    assert not compare(before, after, seen=frozenset({before.citations[0].letter.key or ""}), left={}).evidence
