"""Decisions as patches, taken by git itself."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.decision import commit_message
from records.edit import write_decision
from records.patch import write_patch
from records.record import HUMAN_REVIEW
from tests.records.made import decision
from tests.records.remote import Remote, git
from tests.sample import TAIPEI, record_text, verdict

AT = datetime(2026, 3, 2, 14, 30, tzinfo=TAIPEI)
AUTHOR = ("諾言 Nuoyan", "nuoyan@example.org")
TEXT = record_text(entries=verdict())


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


def patch(path: str, before: str, after: str, message: str = "改", prefix: str = "docs/commitments") -> str:
    return write_patch(path, before, after, message=message, author=AUTHOR, at=AT, prefix=prefix)


def settled(path: str, before: str, **fields: object) -> tuple[str, str]:
    """A decision as a patch, and the text that it leads to."""
    made = decision(**fields)
    after = write_decision(path, before, made)
    return patch(path, before, after, commit_message("增設路燈", made)), after


def take(remote: Remote, *patches: str) -> None:
    git(remote.checkout, "am", stdin="".join(patches).encode())


@pytest.mark.parametrize("path", ["a.md", "法務部/路燈.md", 'a "b" \\ c.md', "a b.md", "路 燈/a b.md", "tab\there.md"])
def test_git_takes_a_decision_on_any_path(remote: Remote, path: str) -> None:
    remote.push((path, TEXT))
    written, after = settled(path, TEXT)
    take(remote, written)
    assert (remote.records / path).read_bytes().decode() == after


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.removesuffix("\n"),
        TEXT.replace("\n", "\r\n").removesuffix("\r\n"),
        "\ufeff" + TEXT,
        TEXT.replace("已完成。", "已完成\u2028\x85\x0c\x0b。"),
        TEXT.replace("已完成。", "已完成。\rFrom 某人"),
        TEXT + "\n## 附註\n\nFrom 某人\n---\ndiff --git a/x b/x\n",
        TEXT + "\n\n\n",
    ],
    ids=["CRLF", "no last newline", "CRLF, no last newline", "BOM", "odd blanks", "lone CR", "like a mail", "blanks"],
)
def test_not_a_byte_is_lost_on_the_way(remote: Remote, text: str) -> None:
    remote.push(("a.md", text))
    written, after = settled("a.md", text)
    take(remote, written)
    assert (remote.records / "a.md").read_bytes().decode() == after


def test_two_decisions_on_one_file_apply_in_order(remote: Remote) -> None:
    remote.push(("路燈.md", TEXT))
    first, between = settled("路燈.md", TEXT)
    second, after = settled("路燈.md", between, id="d-2", judged="已達成", outcome="decline")
    take(remote, first, second)
    assert (remote.records / "路燈.md").read_bytes().decode() == after


def test_decisions_on_several_files_are_one_mailbox(remote: Remote) -> None:
    windows = TEXT.replace("\n", "\r\n")
    remote.push(("a.md", TEXT), ("b.md", windows), ("c.md", TEXT))
    take(remote, settled("a.md", TEXT)[0], settled("b.md", windows)[0], settled("c.md", TEXT)[0])
    assert [HUMAN_REVIEW in (remote.records / name).read_text() for name in ("a.md", "b.md", "c.md")] == [True] * 3


def test_the_commit_tells_what_was_decided_by_whom_and_when(remote: Remote) -> None:
    remote.push(("a.md", TEXT))
    take(remote, settled("a.md", TEXT, outcome="decline", by="複核人甲")[0])
    assert git(remote.checkout, "log", "-1", "--format=%an <%ae>|%ai|%B").split("|") == [
        "諾言 Nuoyan <nuoyan@example.org>",
        "2026-03-02 14:30:00 +0800",
        "複核：不採認 增設路燈\n\nDecision-Id: d-1\nReviewed-By: 複核人甲",
    ]


def test_the_trailers_are_read_by_git(remote: Remote) -> None:
    remote.push(("a.md", TEXT))
    take(remote, settled("a.md", TEXT)[0])
    assert git(remote.checkout, "log", "-1", "--format=%(trailers:key=Decision-Id,valueonly)") == "d-1"


def test_a_long_title_is_one_line_again(remote: Remote) -> None:
    remote.push(("a.md", TEXT))
    made = decision()
    message = commit_message("增設路燈 [第二期] with some words of English " * 5, made)
    take(remote, patch("a.md", TEXT, write_decision("a.md", TEXT, made), message))
    assert git(remote.checkout, "log", "-1", "--format=%s") == message.split("\n", maxsplit=1)[0].strip()


def test_a_title_of_several_lines_stays_in_its_line() -> None:
    assert (
        commit_message("路燈\n\nDecision-Id: d-9", decision()).splitlines()[0] == "複核：採認達成 路燈 Decision-Id: d-9"
    )


def test_a_patch_still_applies_where_the_file_has_moved_on_elsewhere(remote: Remote) -> None:
    remote.push(("a.md", TEXT))
    remote.push(("a.md", TEXT.replace("增設路燈", "新設路燈")))
    git(remote.checkout, "am", "-3", stdin=settled("a.md", TEXT)[0].encode())
    assert 'title: "新設路燈"' in (remote.records / "a.md").read_text()


def test_no_prefix_is_the_repository_itself(tmp_path: Path) -> None:
    remote = Remote(tmp_path, folder="")
    remote.push(("a.md", TEXT))
    take(remote, patch("a.md", TEXT, TEXT + "\n", prefix=""))
    assert (remote.checkout / "a.md").read_text() == TEXT + "\n"


def test_a_text_that_stays_the_same_is_no_patch() -> None:
    assert patch("a.md", TEXT, TEXT) == ""


def test_the_quoting_of_paths_is_gits_own(remote: Remote) -> None:
    path = '路燈 "a"\t\\.md'
    remote.push((path, TEXT))
    remote.push((path, TEXT + "\n"))
    shown = git(remote.checkout, "show", "--format=", "--full-index")
    own, ours = shown.partition("\n@@")[0], patch(path, TEXT, TEXT + "\n").partition("\n@@")[0]
    assert ours.partition("\n---\n\n")[2] == own.replace(" 100644", "")


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["a", "b", "", "-- ", "---", "\r", "x\r", "From a", "路"]), max_size=12), st.integers())
def test_any_change_arrives_as_it_was(tmp_path_factory: pytest.TempPathFactory, lines: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample([*lines, "新"], len(lines) + 1)
    before, after = "\n".join(["頭", *lines]), "\n".join(["頭", *shuffled])
    remote = Remote(tmp_path_factory.mktemp("patch"))
    remote.push(("a.md", before))
    take(remote, patch("a.md", before, after))
    assert (remote.records / "a.md").read_bytes().decode() == after
