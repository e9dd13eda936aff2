"""Text of a record file read as a record, and what is refused."""

from __future__ import annotations

import re
from datetime import date

import pytest

from records.flags import unsupported, verdict_flags
from records.letters import Letter, letter_number
from records.parse import examine, parse
from records.problems import Problem, UnreadableRecordError
from records.record import Entry, Record
from tests.records.made import record
from tests.sample import NEWER_LETTER, OLDER_LETTER, OWN_LETTER, progress, record_text, verdict

TITLE = 'title: "增設路燈"'
STATUS = 'status: "追蹤中"'


def refusal(text: str) -> Problem:
    with pytest.raises(UnreadableRecordError) as refused:
        parse("a.md", text)
    return refused.value.problem


def with_line(line: str) -> str:
    return record_text().replace("created_at:", f"{line}\ncreated_at:", 1)


def read(text: str) -> Record:
    return parse("a.md", text)


def test_the_fields_of_a_file_are_read_as_they_stand() -> None:
    found = record(title="增設路燈", category="交通", status="已延宕", agency="法務部", value="20盞")
    assert (found.title, found.category, found.status, found.agency_text, found.target_value) == (
        "增設路燈",
        "交通",
        "已延宕",
        "法務部",
        "20盞",
    )


def test_a_good_file_has_no_problems() -> None:
    assert examine("a.md", record_text())[1] == ()


def test_a_record_keeps_its_path() -> None:
    assert parse("交通/a.md", record_text()).path == "交通/a.md"


def test_the_promise_is_its_sections_text() -> None:
    assert record(promise="增設路燈。\n\n分年辦理。").promise == "增設路燈。\n\n分年辦理。"


def test_the_letter_is_read_with_its_subject_ordinal_and_body() -> None:
    letter = record().letter
    assert (letter.number, letter.date, letter.ordinal, letter.legislators, letter.text[:4]) == (
        "院臺專字第1129900001號",
        date(2023, 3, 8),
        "三",
        ("王大明",),
        "王委員就",
    )


def test_a_record_without_the_reply_has_a_letter_without_text() -> None:
    assert record(reply="").letter.text == ""


def test_a_reply_without_a_subject_is_all_body() -> None:
    assert record(reply="本部將增設路燈。").letter.text == "本部將增設路燈。"


def test_a_record_without_source_has_a_letter_without_key() -> None:
    head, _, tail = record_text().partition("source:\n")
    text = head + tail[tail.index("created_at:") :]
    assert read(text).letter.key is None


def test_a_roc_target_date_is_read_and_its_text_is_kept() -> None:
    found = record(target="116-10-31")
    assert (found.target, found.target_text) == (date(2027, 10, 31), "116-10-31")


@pytest.mark.parametrize("target", [None, ""])
def test_an_empty_target_date_is_none_and_no_problem(target: str | None) -> None:
    found, problems = examine("a.md", record_text(target=target))
    assert (found.target, found.target_text, problems) == (None, None, ())


def test_an_unreadable_target_date_is_reported_with_its_line_and_value() -> None:
    (problem,) = examine("a.md", record_text(target="YYYY-05-31"))[1]
    assert (problem.line, problem.field, problem.code, problem.value) == (
        6,
        "target_date",
        "unreadable_date",
        "YYYY-05-31",
    )


def test_an_unreadable_target_date_counts_as_none_and_its_text_is_kept() -> None:
    found = record(target="YYYY-05-31")
    assert (found.target, found.target_text) == (None, "YYYY-05-31")


def test_a_missing_promise_is_reported_and_the_record_stays_usable() -> None:
    found, problems = examine("a.md", record_text().replace("## 承諾原文", "## 別的"))
    assert (found.promise, [problem.code for problem in problems]) == ("", ["unknown_section", "missing_section"])


def test_an_empty_promise_is_reported_at_its_line() -> None:
    (problem,) = examine("a.md", record_text(promise=""))[1]
    assert (problem.code, problem.line) == ("missing_section", 19)


def test_of_a_section_that_stands_twice_the_first_counts() -> None:
    text = record_text().replace("## 追蹤紀錄", "## 承諾原文\n\n冒充\n\n## 追蹤紀錄")
    assert read(text).promise == record().promise


def test_of_a_log_that_stands_twice_the_first_counts() -> None:
    text = record_text() + "\n## 追蹤紀錄\n" + verdict()
    assert [entry.heading for entry in read(text).entries] == ["初始建立"]


def test_the_log_is_read_entry_by_entry() -> None:
    found = record(entries=verdict(day="2026-03-01") + progress(day="2026-03-02"))
    assert [(entry.date, entry.heading) for entry in found.entries] == [
        (date(2026, 2, 20), "初始建立"),
        (date(2026, 3, 1), "狀態變更"),
        (date(2026, 3, 2), "進度更新"),
    ]


def test_an_entry_dated_by_no_day_has_no_date_and_stays() -> None:
    assert record(entries="\n### 某日 [進度更新]\n文字\n").entries[1].date is None


def test_a_field_that_runs_over_several_lines_is_kept_whole() -> None:
    assert record(entries=verdict(summary="第一行\n第二行")).citations[0].summary == "第一行\n第二行"


def test_a_field_that_an_entry_lacks_is_empty() -> None:
    assert record().entries[0].field("AI 判斷") == ""


def test_an_ai_entry_is_a_citation_of_its_letter() -> None:
    (citation,) = record(entries=verdict(OLDER_LETTER)).citations
    assert (citation.letter.number, citation.letter.date) == ("院臺專字第1119900007號", date(2022, 1, 5))


def test_a_status_change_by_date_is_no_citation() -> None:
    by_date = "\n### 2026-03-16 [狀態變更]\n**狀態**：追蹤中 → 已延宕\n**原因**：目標日期已過\n"
    assert record(entries=by_date).citations == ()


def test_only_a_status_change_with_an_ai_judgement_is_a_verdict() -> None:
    assert [entry.judgement for entry in record(entries=verdict() + progress()).verdicts] == ["達成證據"]


def test_a_human_review_that_a_file_claims_gives_its_decision_id() -> None:
    assert record(entries="\n### 2026-03-02 [人工複核]\n**決定編號**：d-7\n").decision_ids == ("d-7",)


def test_a_decision_id_outside_a_human_review_is_not_one() -> None:
    assert record(entries="\n### 2026-03-02 [進度更新]\n**決定編號**：d-7\n").decision_ids == ()


def test_crlf_line_ends_are_read_as_line_feeds() -> None:
    text = record_text(entries=verdict())
    crlf = read(text.replace("\n", "\r\n"))
    assert (crlf.title, crlf.status, crlf.promise, crlf.letter) == (
        read(text).title,
        read(text).status,
        read(text).promise,
        read(text).letter,
    )


def test_crlf_line_ends_leave_the_fields_of_entries_as_they_are() -> None:
    text = record_text(entries=verdict())
    assert [entry.fields for entry in read(text.replace("\n", "\r\n")).entries] == [
        entry.fields for entry in read(text).entries
    ]


def test_a_byte_order_mark_is_ignored() -> None:
    assert read("\ufeff" + record_text()) == read(record_text())


def test_a_missing_last_newline_changes_nothing() -> None:
    assert read(record_text().rstrip("\n")) == read(record_text())


@pytest.mark.parametrize(
    "line",
    [
        "status: 追蹤中",
        "status: '追蹤中'",
        'status: "追蹤中" # 尚未完成',
        'status: 追蹤中   # it\'s "open"',
        'status:   "追蹤中"  ',
    ],
)
def test_a_status_is_read_whatever_its_quotes_and_comment(line: str) -> None:
    assert read(record_text().replace(STATUS, line)).status == "追蹤中"


def test_a_status_line_in_the_body_is_only_text() -> None:
    assert read(record_text(promise="status: 已達成")).status == "追蹤中"


def test_a_rule_of_dashes_in_the_body_is_only_text() -> None:
    assert read(record_text(promise="甲\n\n---\n\n乙")).promise == "甲\n\n---\n\n乙"


def test_dashes_inside_a_block_value_do_not_close_the_front_matter() -> None:
    text = record_text().replace(TITLE, "title: |\n  甲\n  ---\n  乙")
    assert read(text).title == "甲 --- 乙"


def test_dashes_on_one_line_inside_a_value_do_not_close_the_front_matter() -> None:
    assert read(record_text(title="甲---乙")).title == "甲---乙"


def test_a_title_that_is_a_number_is_read_as_text() -> None:
    assert read(record_text().replace(TITLE, "title: 171")).title == "171"


def test_a_target_date_without_quotes_is_read() -> None:
    assert read(record_text().replace('"2026-03-15"', "2026-03-15")).target == date(2026, 3, 15)


@pytest.mark.parametrize("value", ["true", "1.5", "9" * 5000])
def test_a_title_that_is_not_text_is_refused(value: str) -> None:
    assert refusal(record_text().replace(TITLE, f"title: {value}")).code == "not_text"


@pytest.mark.parametrize("field", ["id", "title", "status"])
@pytest.mark.parametrize("value", ["null", '""', '"  "'])
def test_an_empty_field_that_a_record_needs_is_refused(field: str, value: str) -> None:
    lines = [f"{field}: {value}" if line.startswith(f"{field}:") else line for line in record_text().split("\n")]
    found = refusal("\n".join(lines))
    assert (found.field, found.code) == (field, "missing")


def test_an_unknown_status_is_refused_with_those_there_are() -> None:
    found = refusal(record_text(status="完成"))
    assert (found.code, found.value, found.line) == ("unknown_status", "完成", 5) and "追蹤中" in found.reason


def test_a_source_that_is_not_a_mapping_is_refused() -> None:
    head, _, tail = record_text().partition("source:\n")
    found = refusal(head + "source: 行政院\n" + tail[tail.index("created_at:") :])
    assert found.code == "not_a_mapping"


@pytest.mark.parametrize("text", ["", "   ", "沒有前言", "\n---\nid: x\n---\n", " ---\nid: x\n---\n", "# 標題\n---\n"])
def test_a_file_without_front_matter_is_refused(text: str) -> None:
    assert refusal(text).code == "no_front_matter"


@pytest.mark.parametrize("text", ["---\n", "---\n---\n", "---\nid: x\n", "---\n# 只有註解\n---\n"])
def test_an_empty_or_open_front_matter_is_refused(text: str) -> None:
    assert refusal(text).code == "no_front_matter"


@pytest.mark.parametrize("block", ["- 甲\n- 乙", "只是文字", "42", "[a, b]"])
def test_front_matter_that_is_no_mapping_is_refused(block: str) -> None:
    assert refusal(f"---\n{block}\n---\n\n文").code == "unreadable_yaml"


@pytest.mark.parametrize(
    "line",
    [
        "extra: &a [1, 2]",
        "extra: *a",
        "extra: !!python/object:os.system x",
        "extra: !!str x",
        "extra: [&a 1, *a]",
        "extra: {k: &a 1}",
        "- &a x",
        "&a extra: 1",
        "<<: *a",
    ],
)
def test_anchors_aliases_and_tags_are_refused(line: str) -> None:
    assert refusal(with_line(line)).code == "unreadable_yaml"


@pytest.mark.parametrize("title", ["A &b *c !d", "&甲", "*重要", "!注意"])
def test_marks_of_yaml_in_quotes_are_only_text(title: str) -> None:
    assert read(record_text(title=title)).title == title


@pytest.mark.parametrize(
    "line",
    [
        "extra: " + "[" * 100_000 + "]" * 100_000,
        "extra: " + "[" * 100_000,
        "extra: " + "{a: " * 100_000 + "}" * 100_000,
    ],
)
def test_huge_nesting_in_brackets_is_refused(line: str) -> None:
    assert refusal(with_line(line)).code == "unreadable_yaml"


@pytest.mark.parametrize(
    "line",
    [
        "title: [甲, 乙]",
        "title: {甲: 乙}",
        "? [a, b]\n: 1",
        "extra: [",
        'extra: "',
        "extra: {a",
        "extra: 'x",
        "\textra: 1",
        "a: b: c",
        "? [a",
    ],
)
def test_broken_yaml_is_refused(line: str) -> None:
    assert refusal(with_line(line)).code == "unreadable_yaml"


def test_keys_that_are_not_text_do_no_harm() -> None:
    assert read(with_line("2: x\ntrue: y")).title == "增設路燈"


def test_an_odd_quote_in_a_title_is_refused_and_not_guessed_at() -> None:
    assert refusal(record_text(title='甲"乙')).code == "unreadable_yaml"


def test_a_problem_prints_where_it_is_and_what_stands_there() -> None:
    (problem,) = examine("交通/a.md", record_text(target="YYYY-05-31"))[1]
    assert str(problem).startswith("交通/a.md:6: target_date: ") and str(problem).endswith("(YYYY-05-31)")


def test_two_readings_of_one_text_are_equal() -> None:
    text = record_text(entries=verdict() + progress())
    assert read(text) == read(text)


def test_the_own_letter_of_a_record_is_known_by_its_number() -> None:
    assert isinstance(record().letter, Letter) and record(letter=OWN_LETTER).letter.key == "院臺專字第1129900001號"


def test_an_entry_keeps_its_text_below_the_heading() -> None:
    assert record().entries[0] == Entry(
        date=date(2026, 2, 20),
        heading="初始建立",
        fields={},
        text="從第11屆第01會期答復文件中萃取此承諾。",
    )


@pytest.mark.parametrize(
    ("written", "meant", "code"),
    [
        ("**AI 判斷：**", "**AI 判斷**：", "entry_field"),
        ("- **AI 判斷**：", "**AI 判斷**：", "entry_field"),
        ("**AI判斷**：", "**AI 判斷**：", "entry_field"),
        ("AI 判斷：", "**AI 判斷**：", "entry_field"),
        ("**文件編號:**", "**文件編號**：", "entry_field"),
        ("## 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("# 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        (" ### 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("**2026-03-02 [狀態變更]**", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("### 2026-03-02 [状态变更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("## 追蹤紀錄（續）\n\n### 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("院臺專字第1119900001號（中華民國109年2月30日）", OLDER_LETTER, "letter_date"),
        ("（行政院函　院臺專字第1119900001號）", OLDER_LETTER, "letter_date"),
        (f"{OLDER_LETTER}\n**文件編號**：{NEWER_LETTER}", OLDER_LETTER, "entry_field"),
        ("**AI 判断**：", "**AI 判斷**：", "entry_field"),
        ("**AI 評估**：", "**AI 判斷**：", "entry_field"),
        ("**文号**：", "**文件編號**：", "entry_field"),
        ("2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("＃＃＃ 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("- 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("**2026-03-02 狀態變更**", "### 2026-03-02 [狀態變更]", "entry_heading"),
        ("## 更新紀錄\n\n### 2026-03-02 [狀態變更]", "### 2026-03-02 [狀態變更]", "unknown_section"),
        ("（行政院函　中華民國171年1月5日院臺專字第1119900007號）", OLDER_LETTER, "letter_date"),
    ],
)
def test_what_a_verdict_depends_on_is_reported_where_it_can_not_be_read(written: str, meant: str, code: str) -> None:
    text = record_text(status="已達成", entries=verdict(OLDER_LETTER))
    assert examine("a.md", text)[1] == ()
    assert code in {problem.code for problem in examine("a.md", text.replace(meant, written))[1]}


def test_a_change_of_status_without_a_verdict_or_a_reason_is_reported() -> None:
    entry = verdict().replace("**AI 判斷**：達成證據\n", "")
    assert [problem.code for problem in examine("a.md", record_text(entries=entry))[1]] == ["entry_field"]


@pytest.mark.parametrize("name", ["category", "target_date", "responsible_agency", "source", "last_updated"])
def test_a_field_that_is_called_otherwise_is_missed(name: str) -> None:
    found, problems = examine("a.md", record_text().replace(f"\n{name}:", f"\nrenamed_{name}:"))
    assert (found.title, [(problem.field, problem.code) for problem in problems]) == (
        "增設路燈",
        [(name, "missing_field")],
    )


@pytest.mark.parametrize("mark", ["...\n", "--- #x\n"])
def test_a_mark_that_ends_the_front_matter_early_is_reported(mark: str) -> None:
    with pytest.raises(UnreadableRecordError, match="nothing behind it would be read"):
        parse("a.md", record_text().replace("target_date:", f"{mark}target_date:"))


def test_fields_behind_an_early_end_of_the_front_matter_are_reported() -> None:
    problems = examine("a.md", record_text().replace("target_date:", "---\ntarget_date:"))[1]
    assert "text_before_sections" in [problem.code for problem in problems]


@pytest.mark.parametrize(
    "number",
    [
        "院臺專字第1129900001号",
        "院臺專字1129900001號",
        "院台專字第 1129900001 號",
        "（行政院函　院臺專字第1129900001號）",
    ],
)
def test_a_letters_number_is_known_in_any_spelling(number: str) -> None:
    assert letter_number(number) == "院臺專字第1129900001號"


def test_the_second_part_of_a_letter_is_another_one() -> None:
    assert letter_number("院臺專字第1129900001號之2") == "院臺專字第1129900001號之2"


@pytest.mark.parametrize("written", ["**AI 判断**：", "**AI判斷**：", "**AI 評估**："])
def test_a_verdict_that_can_not_be_read_is_told_once(written: str) -> None:
    entry = verdict().replace("**AI 判斷**：", written)
    assert [problem.code for problem in examine("a.md", record_text(entries=entry))[1]] == ["entry_field"]


@pytest.mark.parametrize(
    "heading", ["### 來源回覆", "##來源回覆", "# 來源回覆", "##　來源回覆", "**來源回覆**", "> ## 來源回覆", ""]
)
def test_a_reply_that_would_be_read_as_the_promise_is_reported(heading: str) -> None:
    assert "missing_section" in _codes(record_text().replace("## 來源回覆", heading))


@pytest.mark.parametrize("subject", ["**主旨**:", "主旨：", "**主旨：**", "> **主旨**："])
def test_a_subject_in_another_form_says_who_asked_as_well(subject: str) -> None:
    found, problems = examine("a.md", record_text().replace("**主旨**：", subject))
    assert (found.letter.legislators, problems) == (("王大明",), ())


@pytest.mark.parametrize("line", ["", "**主旨**：", "**主旨**　楊委員就路燈問題"])
def test_a_reply_that_does_not_say_who_asked_is_reported(line: str) -> None:
    text = record_text()
    subject = next(one for one in text.split("\n") if one.startswith("**主旨**"))
    assert _codes(text.replace(subject, line)) == ["missing_field"]


@pytest.mark.parametrize("letter", ['""', "null", '"不詳"', '"院臺專字第1129900001號"'])
def test_a_reply_without_its_day_is_reported(letter: str) -> None:
    text = record_text().replace(f'ey_number: "{OWN_LETTER}"', f"ey_number: {letter}")
    assert _codes(text) == ["letter_date"]


@pytest.mark.parametrize("day", ["昨天", "2026-13-45", "2026/01/28"])
def test_a_day_of_update_that_is_none_is_reported_and_left_out(day: str) -> None:
    found, problems = examine("a.md", record_text().replace('last_updated: "2026-02-20"', f'last_updated: "{day}"'))
    assert (found.last_updated, [one.code for one in problems]) == ("", ["unreadable_date"])


def test_what_is_called_kept_with_no_entry_that_says_so_is_reported_and_doubted() -> None:
    text = record_text(status="已達成")
    found = parse("a.md", text)
    assert _codes(text) == ["no_verdict"]
    assert [flag.flag for flag in verdict_flags(found, {})] == ["no_document"]
    assert unsupported(found)
    by_date = record_text(status="已達成", entries="\n### 2026-03-01 [狀態變更]\n**原因**：期限已過。\n")
    assert _codes(by_date) == ["no_verdict"] and unsupported(parse("a.md", by_date))
    reviewed = record_text(status="已達成", entries="\n### 2026-03-01 [人工複核]\n**結果**：採認達成\n")
    assert _codes(reviewed) == [] and not unsupported(parse("a.md", reviewed))


@pytest.mark.parametrize("form", ["**{}：**", "**{}** ：", "{}：", "- **{}**：", " **{}**："])
@pytest.mark.parametrize("field", ["內容摘要", "來源連結", "文件編號", "AI 判斷"])
def test_a_field_of_a_verdict_in_another_form_is_reported_and_is_no_part_of_the_link(field: str, form: str) -> None:
    text = record_text(status="已達成", entries=verdict()).replace(f"**{field}**：", form.format(field))
    record, problems = examine("a.md", text)
    assert (field, "entry_field") in [(one.field, one.code) for one in problems]
    assert "\n" not in (record.citations[0].letter.url or "")


@pytest.mark.parametrize("number", ["院臺專字第號", "院臺專字第110009號", "第1139900023號"])
def test_a_letters_number_that_lost_digits_or_words_is_reported(number: str) -> None:
    text = record_text(status="已達成", entries=verdict(f"（行政院函　中華民國110年12月1日{number}）"))
    assert "letter_date" in _codes(text)


def test_an_entry_that_lost_its_number_and_its_link_is_reported() -> None:
    text = re.sub(r"\*\*(文件編號|來源連結)\*\*：.*\n", "", record_text(status="已達成", entries=verdict()))
    assert "letter_date" in _codes(text)


def test_a_reply_without_its_text_is_reported() -> None:
    assert _codes(record_text(reply="**主旨**：（三）行政院函送王委員大明就路燈問題。")) == ["missing_section"]


@pytest.mark.parametrize("judgement", ["證明完成", "achieved", "达成证据", "達成證據\n\n-->"])
def test_a_verdict_in_other_words_than_the_ais_is_reported(judgement: str) -> None:
    assert _codes(record_text(status="已達成", entries=verdict(judgement=judgement))) == ["entry_field"]


def test_a_letters_day_a_year_behind_its_number_is_a_slip_but_in_january() -> None:
    number = "（行政院函　中華民國{}院臺專字第1100097614號）"
    assert parse("a.md", record_text(letter=number.format("111年1月12日"))).letter.date
    assert _codes(record_text(letter=number.format("111年12月1日"))) == ["letter_date"]


def _codes(text: str) -> list[str]:
    return [problem.code for problem in examine("a.md", text)[1]]


@pytest.mark.parametrize("day", ["20260101", "2026W01", "2026-W01-1", "2026-02-30", "２０２６-01-01"])
def test_a_day_of_update_in_any_other_form_is_reported_and_counts_as_none(day: str) -> None:
    record, problems = examine("a.md", record_text().replace('last_updated: "2026-02-20"', f'last_updated: "{day}"'))
    assert record.last_updated == ""
    assert [(problem.field, problem.value) for problem in problems] == [("last_updated", day)]


def test_a_title_of_two_lines_is_one_and_reported() -> None:
    text = record_text(title="增設路燈\\n　法務部｜部分達成（已複核）")
    found, problems = examine("a.md", text)
    assert found.title == "增設路燈 　法務部｜部分達成（已複核）"
    assert [(problem.field, problem.code) for problem in problems] == [("title", "unprintable")]


@pytest.mark.parametrize(
    "address",
    ["https://", "https://a b/c", "https://a.tw/x.doc（第3頁） y", "javascript:alert(1)", "公報", "<https://a.tw>"],
)
def test_what_is_no_address_is_reported(address: str) -> None:
    cited = record_text(entries=verdict().replace("https://example.org/gazette/1.doc", address))
    assert "not_an_address" in _codes(cited)


@pytest.mark.parametrize("title", ["\u200b", "　", "\u00a0"])
def test_a_title_that_can_not_be_seen_is_none(title: str) -> None:
    assert refusal(record_text().replace(TITLE, f'title: "{title}"')).code == "missing"


@pytest.mark.parametrize(("folder", "codes"), [("其他", []), ("113年/第二批", []), ("教育", ["other_folder"])])
def test_a_file_among_those_of_another_category_is_reported(folder: str, codes: list[str]) -> None:
    found, problems = examine(f"{folder}/a.md", record_text(category="其他"))
    assert (found.category, [one.code for one in problems]) == ("其他", codes)


def test_a_subject_over_another_letters_text_is_reported() -> None:
    text = record_text().replace("\n王委員大明就路燈", "\n廖委員國棟就路燈").replace("\n王委員就路燈", "\n廖委員就路燈")
    assert parse("a.md", text).letter.legislators == ()
    assert _codes(text) == ["other_subject"]
    assert _codes(record_text().replace("王委員大明就路燈", "路燈")) == []  # nobody is named, and nobody contradicts it


@pytest.mark.parametrize("status", ["追蹤中", "已延宕"])
def test_a_verdict_that_the_status_does_not_follow_is_reported(status: str) -> None:
    assert _codes(record_text(status=status, entries=verdict())) == ["status_unchanged"]
    settled = verdict() + "\n### 2026-03-02 [人工複核]\n**結果**：不採認\n"
    assert _codes(record_text(status=status, entries=settled)) == []


def test_a_letter_later_than_what_cites_it_is_reported() -> None:
    late = "（行政院函　中華民國119年6月20日院臺專字第1199900021號）"
    assert _codes(record_text(status="已達成", entries=verdict(late))) == ["letter_date"]
    assert _codes(record_text(letter=late)) == ["letter_date"]


def test_a_field_that_names_two_letters_is_reported() -> None:
    both = NEWER_LETTER.replace("）", "、院臺專字第1139900022號）")
    assert _codes(record_text(status="已達成", entries=verdict(both))) == ["letter_date"]
    assert _codes(record_text(letter=OWN_LETTER.replace("）", "、院臺專字第1129900002號）"))) == ["letter_date"]


@pytest.mark.parametrize("judgement", ["其他相關資訊", "逹成證據", "進度"])
def test_a_word_of_the_ai_that_is_none_of_its_own_is_reported(judgement: str) -> None:
    assert _codes(record_text(entries=progress().replace("**AI 判斷**：進度更新", f"**AI 判斷**：{judgement}"))) == [
        "entry_field"
    ]


def test_a_reviewers_words_are_no_lost_part_of_an_entry() -> None:
    reviewed = "\n### 2026-03-01 [人工複核]\n**結果**：採認達成\n**理由**：公文寫 ** 的那一段\n"
    assert _codes(record_text(status="已達成", entries=reviewed)) == []
    assert _codes(record_text(entries=progress(summary="公文寫 ** 的那一段"))) == ["entry_field"]
