"""What hostile files and odd words did once: each stopped a sync, took minutes, or meant something else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from records.agencies import load_directory
from records.edit import write_decision
from records.folder import read_folder
from records.letters import letter_number
from records.meanings import QuestionError, Vocabulary
from records.parse import parse as parse_record
from records.query import Query
from records.question import parse
from records.source import read_text
from tests.records.made import decision
from tests.sample import record_text, write

DIRECTORY = load_directory()
VOCABULARY = Vocabulary(directory=DIRECTORY, legislators=frozenset({"鄭天財Sra Kacaw"}))


# test_parse.py
def test_a_record_whose_log_is_empty_is_read() -> None:
    assert parse_record("a.md", record_text().split("### ")[0])[0].entries == ()


def test_a_record_without_sections_is_read_and_reported() -> None:
    assert [each.code for each in parse_record("a.md", record_text().split("## ")[0])[1]] == ["missing_section"] * 2


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
    write_decision("a.md", record_text().replace('last_updated: "2026-02-20"', "last_updated:"), decision())
