"""What hostile files and odd words did once: each stopped a sync, took minutes, or meant something else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from records.agencies import directory
from records.check import shared_ids
from records.edit import EditError, write_decision
from records.folder import Folder
from records.letters import letter_number
from records.parse import examine
from records.problems import UnreadableRecordError
from records.query import Query
from records.question.meanings import QuestionError, Vocabulary
from records.question.reader import parse
from records.source import read_text
from tests.records.made import decision, read_folder
from tests.sample import progress, record_text, verdict, write

DIRECTORY = directory()
VOCABULARY = Vocabulary(legislators=frozenset({"鄭天財Sra Kacaw"}))


# test_parse.py
@pytest.mark.parametrize("blank", ["\n", ">\n", "\n　", "#\n"])
def test_a_promise_of_a_million_blank_lines_is_read_at_once(blank: str) -> None:
    text = record_text(promise=f"本部將增設{blank * (1_000_000 // len(blank))}路燈。")
    assert examine("a.md", text)[0].id


def test_a_record_whose_log_is_empty_is_read() -> None:
    assert examine("a.md", record_text().split("### ")[0])[0].entries == ()


def test_a_record_without_sections_is_read_and_reported() -> None:
    assert [each.code for each in examine("a.md", record_text().split("## ")[0])[1]] == ["missing_section"] * 2


@pytest.mark.parametrize("line", ["extra: [z', &a [1, 2], z']", 'extra: {"k":&a [1]}', 'extra: [z", &a 1, z"]'])
def test_an_anchor_behind_an_odd_quote_is_refused(line: str) -> None:
    assert read_text("a.md", record_text().replace("created_at:", f"{line}\ncreated_at:")).record is None


@pytest.mark.parametrize("mark", ["- ", "? "])
def test_huge_nesting_in_blocks_is_refused(mark: str) -> None:
    code = f"from records.source import read_text; read_text('a', '---\\na:\\n  ' + {mark!r} * 100000 + 'x\\n---\\n')"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_nul_written_as_an_escape_is_refused() -> None:
    assert read_text("a.md", record_text(title=r"a\0b")).record is None


def test_a_key_that_stands_twice_is_refused() -> None:
    assert read_text("a.md", record_text().replace("created_at:", 'status: "已達成"\ncreated_at:')).record is None


# test_folder.py
def test_a_pipe_named_like_a_record_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert not [each for each in read_folder(tmp_path) if each.record]


def test_a_link_to_itself_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "a.md")
    write(tmp_path, "b.md", record_text())
    assert "b.md" in [each.path for each in read_folder(tmp_path) if each.record]


def test_a_file_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md")).write_text(record_text(), encoding="utf-8")
    assert [each.record for each in read_folder(tmp_path)] == [None]


# test_agencies.py, test_query.py
def test_a_field_of_one_name_repeated_resolves() -> None:
    assert DIRECTORY.resolve("行政院" * 1000)


@pytest.mark.parametrize(
    "query",
    [Query(legislators=("鄭天財Sra Kacaw",)), Query(categories=("a b",))],
)
def test_a_query_with_quotes_or_blanks_is_read_back(query: Query) -> None:
    assert parse(str(query), VOCABULARY) == query


@pytest.mark.parametrize("text", ['a"b', '「a"b」', 'legislator:"鄭天財Sra Kacaw"'])
def test_what_was_typed_with_quotes_is_read_back(text: str) -> None:
    found = parse(text, VOCABULARY)
    assert parse(str(found), VOCABULARY) == found


@pytest.mark.parametrize(
    "text", ['agency:""', 'id:"', "-fulltext:路燈", "-with:state-owned", '-agency:""', "-法務部逾期"]
)
def test_a_field_without_a_value_or_that_cannot_be_left_out_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(QuestionError, match="例如"):
        parse(text, VOCABULARY)


def test_a_name_with_a_blank_is_a_legislator() -> None:
    assert parse("鄭天財Sra Kacaw", VOCABULARY).legislators == ("鄭天財Sra Kacaw",)


# test_letters.py
def test_a_number_of_wide_digits_is_the_same_number() -> None:
    assert letter_number("院臺專字第１１０００９７６１４號") == "院臺專字第1100097614號"


# test_edit.py
def test_a_reason_with_a_nul_leaves_the_file_readable() -> None:
    assert read_text("a.md", write_decision("a.md", record_text(), decision(reason="a\0b"))).record


def test_an_empty_last_updated_is_written() -> None:
    text = record_text().replace('last_updated: "2026-02-20"', "last_updated:")
    assert f'last_updated: "{decision().day}"' in write_decision("a.md", text, decision())


# what expanded aliases, lost entries or told a terminal something
HOLDS_ANCHORS = [
    'a0:0: &a0 ["x", "x"]\na1:1: &a1 [*a0, *a0]',
    'z: 1\rk0: &a0 ["x"]\rk1: [*a0]',
    "z: 1\x85k0: &a [1]",
    "k '0: &a [1] #': x",
    "? 'foo\n  k: \"' : &a [1] #\"",
    "k:0: ['foo\n  k: \"', &a [1] #\"\n ]",
    "k:0: !!python/object x",
    "k:0: " + "[" * 7000 + "]" * 7000,
]


@pytest.mark.parametrize("lines", HOLDS_ANCHORS)
def test_an_anchor_an_alias_or_a_tag_is_refused_wherever_it_could_begin(lines: str) -> None:
    assert read_text("a.md", record_text().replace("created_at:", f"{lines}\ncreated_at:")).record is None


@pytest.mark.parametrize("value", ["A & B 公司", '"A &b *c !d [e]"', "'it''s &x'", "甲! 乙 [註]"])
def test_a_value_that_only_holds_such_signs_is_read(value: str) -> None:
    assert read_text("a.md", record_text().replace("created_at:", f"extra: {value}\ncreated_at:")).record


@pytest.mark.parametrize("lines", ['"status": "已達成"', "source:\n  url: a\n  url: b"])
def test_a_name_that_stands_twice_in_quotes_or_below_another_is_refused(lines: str) -> None:
    text = record_text().replace("created_at:", f"{lines}\ncreated_at:")
    assert "stands twice" in str(read_text("a.md", text).problems[0])


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("### 2026-01-01 狀態變更\n\n**AI 判斷**：達成證據\n", "entry_heading"),
        ("###2026-01-01 [狀態變更]\n\n**AI 判斷**：達成證據\n", "entry_heading"),
        ("### 2026-02-30 [狀態變更]\n\n**AI 判斷**：達成證據\n", "entry_date"),
        (
            "### 2026-01-01 [進度更新]\n\n**文件編號**：（行政院函　中華民國110年13月1日院臺專字第1100000001號）\n",
            "letter_date",
        ),
        ("### 2026-01-01 [進度更新]\n\n**文件編號**：不詳\n", "letter_date"),
        ("### 2026-01-01 [進度更新]\n\n**文件編號**：（行政院函　中華民國110年3月1日院臺專宇第1號）\n", "letter_date"),
        ("### 2026-01-01 [狀態變更]\n\n**原因**：期限已過\n**AI 判斷**：達成證據\n", "entry_heading"),
        (
            "### 2026-01-01 [初始建立]\n從答復萃取。\n**文件編號**：（行政院函　中華民國110年3月1日院臺專字第1100000001號）\n",
            "entry_heading",
        ),
        ("### 2026-01-01 [進度更新]\n<<<<<<< HEAD\n", "conflict"),
        (
            "### 2026-01-01 [進度更新]\n\n**來源連結**：https://example.org/1.doc\n**AI 判斷**：進度更新\n",
            "letter_date",
        ),
        ("### 2026-01-01 [備註]\n\n**內容摘要**：說明。\n", "entry_heading"),
    ],
)
def test_an_entry_that_is_read_otherwise_than_it_may_be_meant_is_reported(entry: str, code: str) -> None:
    codes = [each.code for each in read_text("a.md", record_text(entries=entry)).problems]
    # they have few of an entry's fields, and two are verdicts that the status does not follow
    assert [each for each in codes if each not in ("entry_field", "status_unchanged")] == [code]


@pytest.mark.parametrize(("entry", "status"), [(verdict(), "已達成"), (progress(), "追蹤中")])
@pytest.mark.parametrize("field", ["來源連結", "內容摘要", "AI 判斷"])
def test_a_field_that_an_entry_lost_is_reported(entry: str, status: str, field: str) -> None:
    kept = "".join(line for line in entry.splitlines(keepends=True) if not line.startswith(f"**{field}"))
    problem, *_ = read_text("a.md", record_text(status=status, entries=kept)).problems
    assert problem.code == "entry_field"
    assert field in problem.reason


@pytest.mark.parametrize("end", range(1, 60, 7))
def test_a_file_that_ends_in_the_midst_of_its_last_entry_is_reported(end: int) -> None:
    assert read_text("a.md", record_text(entries=progress()).rstrip("\n")[:-end]).problems


@pytest.mark.parametrize("name", ["ey_number", "url"])
def test_a_field_of_the_source_that_is_called_otherwise_is_reported(name: str) -> None:
    problems = read_text("a.md", record_text().replace(f"  {name}:", "  renamed:")).problems
    assert name in [problem.field for problem in problems]


@pytest.mark.parametrize("digits", ["110009957", "11000995770", "1"])
def test_a_number_that_lost_or_gained_a_digit_is_reported(digits: str) -> None:
    letter = f"（行政院函　中華民國110年12月24日院臺專字第{digits}號）"
    assert "letter_date" in [
        problem.code for problem in read_text("a.md", record_text(entries=verdict(letter))).problems
    ]


def test_a_field_with_an_ascii_colon_is_a_field() -> None:
    entry = "### 2026-01-01 [狀態變更]\n\n**AI 判斷**: 達成證據\n"
    assert examine("a.md", record_text(entries=entry))[0].verdicts


def test_a_file_with_thousands_of_problems_tells_a_few_of_them() -> None:
    reading = read_text("a.md", record_text(entries="### x\n" * 3000 + "### y z\n" * 3000))
    assert len(reading.problems) == 20
    assert "more problems" in reading.problems[-1].reason
    assert len(read_text("a.md", record_text() + "## a\n" * 2000).problems) == 2  # unknown, and twice


def test_a_problem_is_one_line_that_tells_a_terminal_nothing() -> None:
    told = str(read_text("na\nme.md", record_text(target="無此\\n部\\e[31mRED")).problems[0])
    assert told.isprintable() or "\u3000" in told
    assert "\n" not in told
    assert "\x1b" not in told


# test_folder.py
def test_a_folder_that_lies_too_deep_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text())
    tmp_path.joinpath(*["d"] * 60).mkdir(parents=True)
    (deepest,) = [each for each in read_folder(tmp_path) if each.record is None]
    assert deepest.problems[0].code == "too_deep"
    assert len([each for each in read_folder(tmp_path) if each.record]) == 1


# test_edit.py
def test_a_decision_is_not_written_into_another_record(tmp_path: Path) -> None:
    with pytest.raises(EditError, match="另一筆承諾"):
        write_decision("a.md", record_text(id="22222222"), decision())


def test_a_line_keeps_its_own_end_in_a_file_of_mixed_ends() -> None:
    before = record_text(entries=verdict()).rstrip("\n")
    for text in (before.replace("\n", "\r\n", 5), before.replace("\n", "\r\n", 5) + "\n"):
        edited = write_decision("a.md", text, decision())
        for line in text.splitlines(keepends=True):
            if "last_updated" not in line and "status" not in line and line.endswith("\n"):
                assert line in edited.splitlines(keepends=True)


def test_a_decision_is_written_through_a_link_that_stays_one(tmp_path: Path) -> None:
    write(tmp_path, "real.md", record_text())
    (tmp_path / "link.md").symlink_to("real.md")
    Folder(tmp_path).write("link.md", decision())
    assert (tmp_path / "link.md").is_symlink()
    assert "d-1" in (tmp_path / "real.md").read_text()


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("### 某日 [進度更新]", "某日 [進度更新]"),
        ("**文件編號**：（行政院函　中華民國112年2月30日院臺專字第1129900001號）", "2月30日"),
        ("### 沒有括號", "沒有括號"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_problem_names_the_line_where_it_stands(line: str, number: str, ends: str) -> None:
    text = record_text(entries=f"\n### 2026-03-02 [進度更新]\n**AI 判斷**：進度\n{line}\n").replace("\n", ends)
    _, found = examine("a.md", text)
    problems = [problem for problem in found if problem.code != "entry_field"]
    assert [number in text.splitlines()[problem.line - 1] for problem in problems] == [True]


@pytest.mark.parametrize("field", ["id", "title"])
def test_a_number_that_is_no_text_is_reported(field: str) -> None:
    value = "11111111-aaaa-4bbb-8ccc-000000000001" if field == "id" else "增設路燈"
    record, problems = examine("a.md", record_text().replace(f'{field}: "{value}"', f"{field}: 123"))
    assert getattr(record, field) == "123"
    assert [(problem.code, problem.is_fatal) for problem in problems] == [("not_quoted", False)]
    with pytest.raises(UnreadableRecordError, match="quotes"):
        examine("a.md", record_text().replace(f'{field}: "{value}"', f"{field}: 0o17"))


def test_a_file_with_one_id_for_a_thousand_names_a_few_of_them() -> None:
    told = shared_ids((f"{n}.md", "undefined", "") for n in range(1000))
    assert len(told) == 1000
    assert all(len(problem.reason) < 100 and "994 more" in problem.reason for problem in told)
