"""A repository as the source: read by its commits, written back to, and told as patches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.records.remote import SETTING, Remote, git
from tests.sample import record_text, verdict

Run = Callable[..., subprocess.CompletedProcess[bytes]]

FILE = "司法/2027-路燈.md"
BEFORE = record_text(target="2027-12-31")
AFTER = record_text(target="2027-12-31", status="已達成", entries=verdict())


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    """A repository that holds one record."""
    made = Remote(tmp_path / "remotes")
    made.put(FILE, BEFORE)
    made.push()
    return made


@pytest.fixture
def run(remote: Remote, tmp_path: Path) -> Run:
    """Runs a command on the repository."""

    def command(*argv: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RECORDS": remote.address, "ADMINS": "telegram:111"}
        env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'cli.sqlite3'}", "UNDO_WINDOW": "0", **settings}
        argv = (sys.executable, "-m", "bot", *argv)
        return subprocess.run(argv, env=env, cwd=tmp_path, capture_output=True, check=False, timeout=120)

    return command


def told(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def propose(remote: Remote, run: Run) -> str:
    """The AI changes the record's status; the proposal that waits for it."""
    told(run("sync", "--today", "2026-03-01", "--json"))
    remote.put(FILE, AFTER)
    remote.push()
    told(run("sync", "--today", "2026-03-02", "--json"))
    (waiting,) = told(run("proposals", "--json"))["proposals"]
    return str(waiting["id"])


def test_a_sync_reads_the_newest_commit_and_its_id_is_the_revision(remote: Remote, run: Run) -> None:
    first = told(run("sync", "--json"))
    assert (first["records"], first["added"]) == (1, 1)
    assert first["revision"] == git(remote.checkout, "rev-parse", "HEAD")
    remote.put(FILE, AFTER)
    remote.push()
    second = told(run("sync", "--json"))
    assert (second["changed"], second["proposals"]) == (1, 1)
    assert told(run("sync", "--json"))["changed"] == 0


def test_a_decision_is_committed_and_pushed_and_the_next_sync_is_silent(remote: Remote, run: Run) -> None:
    proposal = propose(remote, run)
    decided = told(
        run("decide", proposal, "decline", "--reason", "與承諾無關", "--as", "telegram:111", "--json", WRITE_BACK="git")
    )
    assert decided["write_back"] == "done"
    git(remote.checkout, "pull", "--quiet", "origin", "main")
    text = (remote.records / FILE).read_text("utf-8")
    assert 'status: "追蹤中"' in text
    assert "**理由**：與承諾無關" in text
    assert "Decision-Id: " in git(remote.checkout, "log", "-1", "--format=%B")
    silent = told(run("sync", "--json"))
    assert (silent["changed"], silent["proposals"], silent["news"]) == (1, 0, {})
    left = run("export", "--since", "2026-01-01")
    assert (left.returncode, left.stdout) == (0, b"")
    assert f"{FILE}: 檔案裡已經有這個決定" in left.stderr.decode()


def test_decisions_leave_as_patches_that_git_am_takes(remote: Remote, run: Run, tmp_path: Path) -> None:
    proposal = propose(remote, run)
    told(run("decide", proposal, "accept", "--reason", "公文可查", "--as", "telegram:111", "--json"))
    done = run("export", "--since", "2026-01-01")
    assert done.returncode == 0, done.stderr.decode()
    subprocess.run(
        ["git", "-C", remote.checkout, "am"], input=done.stdout, check=True, capture_output=True, env=SETTING
    )
    assert "**結果**：採認達成" in (remote.records / FILE).read_text("utf-8")
    assert run("export", "--since", "2100-01-01").stdout == b""


def test_a_decision_that_no_longer_fits_its_file_is_named_and_the_others_leave(remote: Remote, run: Run) -> None:
    proposal = propose(remote, run)
    told(run("decide", proposal, "decline", "--as", "telegram:111", "--json"))
    remote.put(FILE, record_text(target="2027-12-31", status="無更新", entries=verdict()))
    remote.push()
    told(run("sync", "--json"))
    done = run("export", "--since", "2026-01-01")
    assert (done.returncode, done.stdout) == (1, b"")
    assert FILE in done.stderr.decode()


def test_a_repository_that_is_gone_leaves_the_last_data_in_use(remote: Remote, run: Run) -> None:
    told(run("sync", "--today", "2026-03-01", "--json"))
    remote.bare.rename(remote.bare.with_name("elsewhere.git"))
    assert "來源上次讀取" not in run("ask", "路燈", "--today", "2026-03-02").stdout.decode()
    run("sync", "--today", "2026-03-02")
    assert "來源上次讀取 2026-03-01（1 天前）" in run("ask", "路燈", "--today", "2026-03-02").stdout.decode()
    failed = run("sync", "--today", "2026-03-04", "--json")
    assert failed.returncode == 1
    assert "check RECORDS" in json.loads(failed.stderr.decode().splitlines()[-1])["error"]
    answer = run("ask", "路燈", "--today", "2026-03-04").stdout.decode()
    assert "來源上次讀取 2026-03-01（3 天前）" in answer
    assert "路燈" in answer


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"RECORDS": "git+ftp://example.org/x"}, "RECORDS"),
        ({"WRITE_BACK": "file"}, "WRITE_BACK"),
        ({"RECORDS": "/somewhere", "WRITE_BACK": "git"}, "WRITE_BACK"),
    ],
)
def test_settings_that_do_not_fit_a_repository_are_refused_at_start(
    run: Run, settings: dict[str, str], name: str
) -> None:
    done = run("sync", **settings)
    assert done.returncode == 2
    assert name in done.stderr.decode()


def test_another_folder_of_the_repository_holds_other_records(remote: Remote, run: Run) -> None:
    for folder in ("甲", "乙"):
        remote.put(f"{folder}/a.md", record_text(id="1" * 8, title=f"{folder}的"))
    remote.push()
    for folder in ("甲", "乙"):
        told(run("sync", "--json", RECORDS=f"{remote.address}/{folder}"))
        (item,) = told(run("ask", "的", "--json", RECORDS=f"{remote.address}/{folder}"))["items"]
        assert item["title"] == f"{folder}的"
