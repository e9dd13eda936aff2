"""A folder of records, each file read on its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.agencies import directory
from records.check import find_problems
from records.folder import Folder
from records.source import MAX_BYTES, Reading, SourceError, read_text
from tests.records.made import read_folder
from tests.sample import OLDER_LETTER, progress, record_text, verdict, write

HEAD, _, TAIL = record_text(entries=verdict()).partition("created_at:")
DIRECTORY = directory()
YAML_TEXT = st.text(
    alphabet=st.sampled_from("abc路燈:#-[]{}&*!|>'\"%@`,? \n\t\\~01.\r\u2028\x85\x0b\x00\ufeff"), max_size=60
)


def codes(readings: list[Reading]) -> list[tuple[str, list[str]]]:
    return [(reading.path, [problem.code for problem in reading.problems]) for reading in readings]


def holds(reading: Reading) -> bool:
    return (reading.record is None) == any(problem.is_fatal for problem in reading.problems)


def test_every_markdown_file_below_the_folder_is_read_by_path(tmp_path: Path) -> None:
    for path in ("乙/b.md", "甲/深/a.md", "c.md"):
        write(tmp_path, path, record_text())
    assert [reading.path for reading in read_folder(tmp_path)] == sorted(["c.md", "乙/b.md", "甲/深/a.md"])


def test_other_files_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, "index.json", "{}")
    write(tmp_path, ".a.md.x1.tmp", record_text())
    assert read_folder(tmp_path) == []


def test_a_folder_named_like_a_record_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    assert read_folder(tmp_path) == []


def test_an_empty_folder_has_no_records(tmp_path: Path) -> None:
    assert read_folder(tmp_path) == []


def test_a_folder_that_is_not_there_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="set RECORDS"):
        read_folder(tmp_path / "none")


def test_a_file_in_the_place_of_the_folder_says_what_to_set(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text())
    with pytest.raises(SourceError, match="set RECORDS"):
        read_folder(tmp_path / "a.md")


def test_a_reading_keeps_the_text_as_it_stands(tmp_path: Path) -> None:
    text = "\ufeff" + record_text().replace("\n", "\r\n")
    write(tmp_path, "a.md", text)
    assert read_folder(tmp_path)[0].text == text


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "不是紀錄")
    write(tmp_path, "b.md", record_text())
    assert [reading.record is None for reading in read_folder(tmp_path)] == [True, False]


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(record_text().encode("big5", "ignore"))
    assert codes(read_folder(tmp_path)) == [("a.md", ["not_utf8"])]


def test_a_file_in_utf16_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(record_text().encode("utf-16"))
    assert codes(read_folder(tmp_path)) == [("a.md", ["not_utf8"])]


def test_a_nul_character_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text(title="路\0燈"))
    assert codes(read_folder(tmp_path)) == [("a.md", ["nul"])]


def test_a_byte_order_mark_is_reported_and_read_over(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "\ufeff" + record_text())
    (reading,) = read_folder(tmp_path)
    assert [problem.code for problem in reading.problems] == ["byte_order_mark"]
    assert reading.record is not None


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "")
    assert codes(read_folder(tmp_path)) == [("a.md", ["no_front_matter"])]


def test_a_file_of_two_megabytes_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text(reply="長" * 700_000))
    assert codes(read_folder(tmp_path)) == [("a.md", ["too_large"])]


def test_a_file_of_just_the_largest_size_is_read(tmp_path: Path) -> None:
    text = record_text()
    write(tmp_path, "a.md", text + "x" * (MAX_BYTES - len(text.encode())))
    assert codes(read_folder(tmp_path)) == [("a.md", [])]


def test_a_link_that_leads_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "passwd.md").symlink_to("/etc/passwd")
    assert codes(read_folder(tmp_path)) == [("passwd.md", ["link"])]


def test_nothing_of_a_file_outside_the_folder_is_kept(tmp_path: Path) -> None:
    (tmp_path / "passwd.md").symlink_to("/etc/passwd")
    assert read_folder(tmp_path)[0].text == ""


def test_a_linked_folder_is_not_followed_outside(tmp_path: Path) -> None:
    write(tmp_path, "outside/a.md", record_text())
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "linked").symlink_to(tmp_path / "outside")
    assert codes(read_folder(tmp_path / "records")) == [("linked/", ["link"])]


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text())
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    assert codes(read_folder(tmp_path)) == [("a.md", []), ("b.md", [])]


def test_a_records_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path, "real/a.md", record_text())
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    assert codes(read_folder(tmp_path / "linked")) == [("a.md", [])]


def test_a_shared_id_is_one_problem_per_file_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text(id="同"))
    write(tmp_path, "b.md", record_text(id="同"))
    write(tmp_path, "c.md", record_text(id="異"))
    found = find_problems(read_folder(tmp_path))
    assert [(problem.path, problem.line, problem.code) for problem in found] == [
        ("a.md", 2, "shared_id"),
        ("b.md", 2, "shared_id"),
    ]


def test_a_shared_id_names_the_other_files(tmp_path: Path) -> None:
    for path in ("a.md", "b.md", "c.md"):
        write(tmp_path, path, record_text(id="同"))
    assert "b.md、c.md" in find_problems(read_folder(tmp_path))[0].reason


def test_a_letter_of_another_day_than_most_files_say_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "a.md", record_text(id="甲", letter=OLDER_LETTER))
    write(tmp_path, "b.md", record_text(id="乙", entries=progress(OLDER_LETTER)))
    assert find_problems(read_folder(tmp_path)) == []
    other = OLDER_LETTER.replace("1月5日", "1月15日")
    write(tmp_path, "c.md", record_text(id="丙", entries=progress(other) * 2))
    (problem,) = find_problems(read_folder(tmp_path))
    assert (problem.path, problem.field, problem.code) == ("c.md", "文件編號", "letter_days")
    assert record_text(entries=progress(other)).split("\n")[problem.line - 1] == f"**文件編號**：{other}"
    assert "2022-01-15 here and of 2022-01-05 elsewhere" in problem.reason
    (tmp_path / "b.md").unlink()
    assert [one.path for one in find_problems(read_folder(tmp_path))] == [
        "a.md",
        "c.md",
    ]  # which is right nobody can say


def test_problems_are_listed_by_path_and_line(tmp_path: Path) -> None:
    write(tmp_path, "b.md", record_text(id="同", target="YYYY-05-31"))
    write(tmp_path, "a.md", record_text(id="同"))
    write(tmp_path, "c.md", "")
    assert [(problem.path, problem.code) for problem in find_problems(read_folder(tmp_path))] == [
        ("a.md", "shared_id"),
        ("b.md", "shared_id"),
        ("b.md", "unreadable_date"),
        ("c.md", "no_front_matter"),
    ]


@settings(max_examples=100)
@given(st.text() | YAML_TEXT)
def test_any_text_at_all_gives_a_record_or_a_problem(text: str) -> None:
    assert holds(read_text("a.md", text))


@settings(max_examples=100)
@given(st.text() | YAML_TEXT)
def test_any_front_matter_at_all_gives_a_record_or_a_problem(inside: str) -> None:
    assert holds(read_text("a.md", f"{HEAD}{inside}\ncreated_at:{TAIL}"))


@settings(max_examples=100)
@given(st.text() | YAML_TEXT, st.sampled_from(["id", "title", "status", "target_date", "responsible_agency", "source"]))
def test_any_value_of_any_field_gives_a_record_or_a_problem(value: str, field: str) -> None:
    lines = [
        f"{field}: {value}" if line.startswith(f"{field}:") else line
        for line in (HEAD + "created_at:" + TAIL).split("\n")
    ]
    assert holds(read_text("a.md", "\n".join(lines)))


@settings(max_examples=100)
@given(st.text() | YAML_TEXT)
def test_any_text_behind_the_last_entry_gives_a_record(text: str) -> None:
    found = read_text("a.md", record_text() + text.replace("\0", ""))
    assert found.record is not None


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_give_one_reading(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("records")
    (folder / "a.md").write_bytes(content)
    assert [holds(reading) for reading in read_folder(folder)] == [True]


def test_a_folder_that_can_not_be_listed_is_one_problem_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("x/a.md", "y/b.md"):
        write(tmp_path, path, record_text())
    listed = os.scandir

    def scandir(path: Path) -> Any:  # root may list everything
        if path == tmp_path / "y/":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert codes(read_folder(tmp_path)) == [("x/a.md", []), ("y/", ["not_readable"])]
    assert Folder(tmp_path).read(None, {"y/b.md": "1", "z.md": "2"}).gone == ["z.md"]


def test_files_of_names_that_look_alike_are_told_apart(tmp_path: Path) -> None:
    for name in (b"a\xff.md", b"a\\xff.md", b"a\\udcff.md", b"long" * 60 + b".md"):
        (tmp_path / os.fsdecode(name)).write_text(record_text(), "utf-8")
    deep = tmp_path / ("d" * 250) / ("e" * 250) / ("f" * 250) / ("g" * 240)
    deep.mkdir(parents=True)
    (deep / f"{'h' * 100}.md").write_text(record_text(), "utf-8")
    readings = read_folder(tmp_path)
    assert len({reading.path for reading in readings}) == len(readings) == 5
    refused = [reading for reading in readings if reading.record is None]
    assert [problem.code for reading in refused for problem in reading.problems] == ["file_name", "file_name"]
    assert all(len(reading.path.encode()) < 1000 for reading in readings)


def test_a_repositorys_own_files_are_no_records(tmp_path: Path) -> None:
    write(tmp_path, ".git/refs/heads/feature.md", "0123456789abcdef\n")
    write(tmp_path, "a.md", record_text())
    assert [reading.path for reading in read_folder(tmp_path)] == ["a.md"]


def test_a_repository_of_its_own_within_the_folder_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.md", record_text())
    (tmp_path / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")
    write(tmp_path, "b.md", record_text())
    assert codes(read_folder(tmp_path)) == [("b.md", []), ("sub/.git", ["submodule"])]
