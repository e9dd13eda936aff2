"""The command line as scripts rely on it: JSON, exit status, one line for a failure."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.terminal import WELCOME
from tests.sample import progress, record_text, verdict, write

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(folder: Path, tmp_path: Path) -> Run:
    """Runs a command on the test's folder and database."""

    def command(*argv: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RECORDS": str(folder), "ADMINS": "telegram:111"}
        env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'cli.sqlite3'}", **settings}
        return subprocess.run(
            [sys.executable, "-m", "bot", *argv],
            env=env,
            cwd=tmp_path,
            input=typed,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            timeout=60,
        )

    return command


def _json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_readme_shows_what_run_prints(run: Run) -> None:
    shown = (Path(__file__).parents[2] / "README.md").read_text("utf-8").split("$ make run\n")[1].split("\n```")[0]
    welcome = WELCOME + "\n› 法務部 逾期"  # of a terminal alone
    assert welcome in shown
    told = run("run", "--today", "2026-11-23", typed="法務部 逾期\n", RECORDS="").stdout
    assert told.strip() == shown.replace(welcome + "\n", "")


def test_records_of_another_place_than_the_store_holds_are_told_of(run: Run, folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md", record_text())
    assert run("ask", "路燈").stderr == ""
    other = tmp_path / "other"
    for number in range(3):
        write(other, f"{number}.md", record_text(id=f"{number}" * 8))
    assert "holds the records of another RECORDS" in run("ask", "路燈", RECORDS=str(other)).stderr
    assert "RECORDS 換成了別的位置、新增 3 件" in run("sync", RECORDS=str(other)).stdout
    run("sync", "--release", RECORDS=str(other))
    assert run("ask", "路燈", RECORDS=str(other)).stderr == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["ask", "x", "--limit", "99999999999999999999"],
        ["decide", "99999999999", "accept", "--as", "telegram:111"],
        ["ask", "即將到期", "--today", "9999-12-31"],
    ],
)
def test_a_number_or_a_day_beyond_all_is_refused_in_one_line(run: Run, argv: list[str]) -> None:
    refused = run(*argv)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_what_stood_on_an_earlier_day_is_one_object_too(run: Run) -> None:
    now = _json(run("ask", "法務部", "--json", "--today", "2026-03-02", "--limit", "0"))
    then = _json(run("ask", "法務部", "--as-of", "2026-03-02", "--json", "--today", "2026-03-20", "--limit", "0"))
    assert then["as_of"] == "2026-03-02"
    assert [item["path"] for item in then["items"]] == [item["path"] for item in now["items"]]
    assert then["total"] == now["total"]


def test_a_day_in_the_question_is_that_of_the_json_and_what_is_no_list_is_refused(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    asked = _json(run("ask", "2026-03-02 的 法務部", "--json", "--today", "2026-03-20"))
    assert asked["as_of"] == "2026-03-02"
    assert asked == {**_json(run("ask", "法務部", "--as-of", "2026-03-02", "--json", "--today", "2026-03-20"))} | {
        "query": "2026-03-02 的 法務部"
    }
    for question in ("統計", "統計 法務部", "csv 法務部", "本週變化 法務部"):
        refused = run("ask", question, "--json", "--today", "2026-03-20")
        assert (refused.returncode, refused.stdout) == (2, ""), question
    assert run("ask", "統計 法務部", "--today", "2026-03-20").stdout.startswith("統計｜法務部")
    assert run("ask", "統計 複核", "--today", "2026-03-20").stdout.startswith("統計｜人工複核")


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("question", ["2026-03-01 的 法務部", "本週變化 法務部", "統計 法務部", "csv 法務部"])
def test_as_of_takes_a_list_that_names_no_day_itself(run: Run, folder: Path, question: str, form: list[str]) -> None:
    write(folder, "a.md", record_text())
    refused = run("ask", question, "--as-of", "2026-03-02", "--today", "2026-03-20", *form)
    assert (refused.returncode, refused.stdout) == (2, ""), refused.stderr
    assert "例如" in refused.stderr


def test_every_json_answer_tells_the_day_and_how_far_the_data_reaches(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    for argv in (["sync"], ["ask", "法務部"], ["check"], ["proposals"], ["outbox"]):
        answer = _json(run(*argv, "--json", "--today", "2026-03-02"))
        assert answer["today"] == "2026-03-02", argv
        assert answer["data_date"] == "2026-02-20", argv
        assert answer["coverage"] == "2023-03-08", argv
        assert len(answer["revision"]) == 12, argv
        assert answer.get("read_on") == (None if argv == ["check"] else "2026-03-02"), argv


def test_the_news_of_a_commitment_is_listed_with_the_numbers_to_correct_it_by(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(target="2027-12-31"))
    run("sync", "--today", "2026-03-01")
    write(folder, "a.md", record_text(target="2027-12-31", entries=progress()))
    run("sync", "--today", "2026-03-02")
    assert (
        run("outbox", "--of", "11111111", "--today", "2026-03-03").stdout
        == "消息 1\t2026-03-02\tAI 新引公文\t告知 0 個對話\n"
    )
    (news,) = _json(run("outbox", "--of", "11111111", "--json", "--today", "2026-03-03"))["news"]
    assert news == {"fact": 1, "day": "2026-03-02", "kind": "evidence", "told": 0}
    refused = run("correct", "9", "--reason", "查無", "--as", "telegram:111", "--today", "2026-03-03")
    assert "nuoyan outbox --of" in refused.stderr


def test_ask_gives_the_fields_that_scripts_rely_on(run: Run, folder: Path) -> None:
    write(folder, "其他/a.md", record_text(status="已達成", entries=verdict()))
    answer = _json(run("ask", "法務部 已達成", "--json", "--today", "2026-03-02"))
    assert (answer["query"], answer["total"], answer["offset"], answer["clear"]) == ("法務部 已達成", 1, 0, 1)
    (item,) = answer["items"]
    assert set(item) == set(
        "id path title agencies legislators category status recorded reviewed target_date target_text deadline days_overdue "
        "unsupported flags alike url".split()
    )
    assert item["flags"] == [{"flag": "predates", "left": "2022-01-05", "right": "2023-03-08"}]
    assert (item["path"], item["unsupported"], item["deadline"]) == ("其他/a.md", True, "clear")


def test_scripts_are_told_who_settled_a_status_or_that_it_waits(run: Run, folder: Path) -> None:
    def reviewed() -> tuple[str, str, str]:
        (item,) = _json(run("ask", "法務部", "--json", "--today", "2026-03-03"))["items"]
        return item["recorded"], item["status"], item["reviewed"]

    write(folder, "a.md", record_text(target="2027-12-31"))
    run("sync", "--today", "2026-03-01")
    assert reviewed() == ("追蹤中", "追蹤中", "none")
    write(folder, "a.md", record_text(target="2027-12-31", status="已達成", entries=verdict()))
    run("sync", "--today", "2026-03-02")
    assert reviewed() == ("已達成", "追蹤中", "waiting")
    run("decide", "1", "decline", "--reason", "公文早於承諾", "--as", "telegram:111", "--today", "2026-03-03")
    assert reviewed() == ("已達成", "追蹤中", "decline")


def test_limit_zero_is_all_and_total_counts_unfolded(run: Run, folder: Path) -> None:
    for number in range(12):
        write(folder, f"{number}.md", record_text(id=f"{number:08d}", title=f"第{number}件"))
    assert len(_json(run("ask", "法務部", "--json"))["items"]) == 10
    everything = _json(run("ask", "法務部", "--json", "--limit", "0"))
    assert (len(everything["items"]), everything["total"]) == (12, 12)


def test_check_lists_each_problem_with_its_line_and_ends_with_one(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(target="YYYY-05-31"))
    done = run("check")
    assert done.returncode == 1
    assert done.stdout.startswith("a.md:6: target_date: ")
    assert "YYYY-05-31" in done.stdout
    (folder / "a.md").write_text(record_text(), "utf-8")
    assert run("check").returncode == 0


def test_an_argument_that_is_no_utf8_is_refused_and_a_line_of_the_chat_is_asked_as_far_as_it_is(
    run: Run, folder: Path
) -> None:
    write(folder, "a.md", record_text())
    refused = run("ask", "\udcaa\udcf0", "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stderr)["error"] == "an argument is no UTF-8 text"
    asked = run("chat", typed="\udcaa 路燈\n", PYTHONIOENCODING="utf-8:surrogateescape")
    assert asked.returncode == 0
    assert "文字：" in asked.stdout


def test_check_takes_no_day_far_ahead_for_the_datas(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    told = _json(run("check", "--json"))
    slip = record_text(id="2" * 8, letter="（行政院函　中華民國999年3月8日院臺專字第9999900001號）")
    write(folder, "b.md", slip.replace('last_updated: "', 'last_updated: "2999-12-31" # '))
    again = _json(run("check", "--json"))
    assert (told["data_date"], told["coverage"]) == (again["data_date"], again["coverage"])
    assert told["coverage"] is not None


def test_check_of_the_samples_names_the_one_unreadable_file(run: Run) -> None:
    samples = Path(__file__).parents[2] / "examples" / "records"
    done = run("check", str(samples), "--json")
    problems = _json(done)["problems"]
    assert done.returncode == 1
    assert [p["path"] for p in problems if p["code"] == "unreadable_yaml"] == ["其他/2024-無法讀取的範例.md"]
    assert sorted(p["code"] for p in problems) == ["shared_id", "shared_id", "unreadable_yaml"]


def test_unreadable_yaml_is_named_with_its_field_and_value(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text().replace('title: "增設路燈"', "title: [增設, 路燈]"))
    (problem,) = _json(run("check", "--json"))["problems"]
    assert (problem["line"], problem["field"], problem["value"]) == (3, "title", "[增設, 路燈]")
    samples = Path(__file__).parents[2] / "examples" / "records"
    (broken,) = [p for p in _json(run("check", str(samples), "--json"))["problems"] if p["code"] == "unreadable_yaml"]
    assert (broken["field"], broken["line"] > 1) == ("title", True)


def test_a_backlog_deadline_tells_its_doubt(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(target="2022-01-01"))
    (waiting,) = _json(run("proposals", "--backlog", "--json"))["proposals"]
    assert (waiting["origin"], waiting["to"], [flag["flag"] for flag in waiting["flags"]]) == (
        "deadline",
        None,
        ["deadline_before_letter"],
    )


def test_decide_needs_an_admin_and_a_known_outcome(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    run("sync")
    assert run("decide", "1", "accept", "--as", "telegram:666").returncode == 1
    unknown = run("decide", "1", "acept", "--as", "telegram:111")
    assert (unknown.returncode, "did you mean accept?" in unknown.stderr) == (2, True)
    assert run("decide", "99", "accept", "--as", "telegram:111").returncode == 1


def test_decide_with_no_undo_window_writes_the_file_at_once(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    run("sync")
    argv = ["decide", "1", "decline", "--reason", "與承諾無關", "--as", "telegram:111", "--json"]
    decided = _json(run(*argv, UNDO_WINDOW="0", WRITE_BACK="file"))
    assert (decided["outcome"], decided["effective"], decided["write_back"]) == ("decline", "追蹤中", "done")
    assert "**理由**：與承諾無關" in (folder / "a.md").read_text("utf-8")


def test_a_decision_that_can_not_be_written_is_listed_by_its_file(run: Run, folder: Path) -> None:
    write(folder, "其他/路燈.md", record_text(status="已達成").replace("## 追蹤紀錄", "## 附註"))
    run("sync")
    settings = {"UNDO_WINDOW": "0", "WRITE_BACK": "file"}
    run("decide", "1", "decline", "--reason", "與承諾無關", "--as", "telegram:111", **settings)
    (failed,) = _json(run("outbox", "--json", **settings))["failures"]
    assert (failed["kind"], failed["path"]) == ("write_back", "其他/路燈.md")
    assert "\t其他/路燈.md\t" in run("outbox", **settings).stdout


def test_a_decision_is_taken_back_from_the_shell_while_it_can_be(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    run("sync")
    admin = ("--as", "telegram:111")
    run("decide", "1", "decline", "--reason", "與承諾無關", *admin)
    again = run("decide", "1", "accept", *admin)
    assert again.returncode == 1
    assert again.stdout.startswith("已由複核人")
    early = run("decide", "1", "accept", "--reverse", "--reason", "後來查到", *admin)
    assert "nuoyan decide 1 undo" in early.stderr
    undone = _json(run("decide", "1", "undo", *admin, "--json"))
    assert (undone["outcome"], undone["by"], undone["at"], undone["write_back"]) == (None, None, None, "off")
    assert run("decide", "1", "undo", *admin).returncode == 1, "there is nothing to take back"
    run("decide", "1", "accept", *admin, UNDO_WINDOW="0")
    assert run("decide", "1", "undo", *admin).returncode == 1, "it is public"


@pytest.mark.parametrize(
    ("argv", "settings", "status", "part"),
    [
        (["snyc"], {}, 2, "Did you mean 'sync'"),
        (["sync", "--tody", "x"], {}, 2, "--today"),
        (["ask", "x", "--today", "tomorrow"], {}, 2, "YYYY-MM-DD"),
        (["ask", "due:soon"], {}, 2, "due:<2026-12-31"),
        (["ask", "x"], {"DATABASE_URL": "postgresql+psycopg://u:hidden@127.0.0.1:1/x"}, 2, "can't be reached"),
        (["ask", "x"], {"DATABASE_URL": "mysql://x"}, 2, "sqlite:///"),
        (["ask", "x"], {"UNDO_WINDOW": "soon"}, 2, "UNDO_WINDOW"),
        (["sync"], {"RECORDS": "/nowhere"}, 1, "set RECORDS"),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(
    run: Run, argv: list[str], settings: dict[str, str], status: int, part: str
) -> None:
    done = run(*argv, **settings)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (status, 1), done.stderr
    assert part in done.stderr
    assert "hidden" not in done.stderr
    told = json.loads(run(*argv, "--json", **settings).stderr)
    assert set(told) == {"error", "fix", "ref"}


@pytest.mark.parametrize(
    ("argv", "fix"),
    [
        (["correct", "999", "--reason", "x", "--as", "telegram:111"], "take the number from the end of the news"),
        (["decide", "999", "accept", "--as", "telegram:111"], "see nuoyan proposals"),
        (["decide", "1", "accept", "--as", "telegram:9"], "add them to ADMINS"),
        (["correct", "1", "--reason", "x", "--as", "telegram:9"], "add them to ADMINS"),
    ],
)
def test_what_is_refused_comes_with_a_hint_that_fits_it(run: Run, folder: Path, argv: list[str], fix: str) -> None:
    write(folder, "a.md", record_text())
    run("sync")
    done = run(*argv, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert fix in json.loads(done.stderr)["fix"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("argv", [["ask", "路燈"], ["ask", "路燈", "--json"], ["check", "--json"], ["--help"]])
def test_what_finds_no_room_is_told_in_one_line(folder: Path, tmp_path: Path, argv: list[str]) -> None:
    write(folder, "a.md", record_text())
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RECORDS": str(folder)}
    command = [sys.executable, "-m", "bot", *argv]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, env=env, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr
    assert "make room" in done.stderr


def test_a_chat_that_is_no_terminal_takes_a_line_a_turn(folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md", record_text())
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RECORDS": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--today", "2026-03-20"],
        env=env,
        cwd=tmp_path,
        input="法務部 逾期\n1\n訂閱 法務部\na\n訂閱清單\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for part in ("期限明確 1", "編號 11111111", "訂閱：法務部及所屬", "已訂閱：法務部", "訂閱清單（1）"):
        assert part in done.stdout
    assert "\x1b" not in done.stdout


def test_what_asked_for_words_can_be_pressed_again_where_they_were_refused(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    run("sync", "--today", "2026-03-20")
    typed = f"複核\nh\n{'長' * 201}\nh\n\nh\n公文談的是橋梁\nc\n"
    told = run("chat", "--today", "2026-03-20", typed=typed, ADMINS="terminal:me").stdout
    assert "理由最多 200 字，這裡有 201 字。" in told
    assert "沒有送出。" in told
    assert "❌ 不採認：公文談的是橋梁｜複核人甲" in told


def test_the_demo_plays_a_whole_day(run: Run) -> None:
    told = run("demo").stdout
    for part in (
        "一個問題",
        "已訂閱：法務部",
        "待複核　尚無結論 → 達成（AI 判定）",
        "❌ 不採認：公文早於承諾｜複核人甲",
        '-status: "已達成"',
        '+status: "追蹤中"',
        "消息 0、待複核 0、待送 0",
        "每日彙整 2026-03-04",
        "🔔 期限已過·未見完成紀錄",
    ):
        assert part in told, part


def test_the_real_records_load_as_counted(run: Run, corpus: Callable[[int], Path]) -> None:
    records = str(corpus(7))
    loaded = _json(run("sync", "--json", "--today", "2026-01-28", RECORDS=records))
    assert (loaded["records"], loaded["news"], loaded["queued"], loaded["held"]) == (1587, {}, 0, None)
    codes = [problem["code"] for problem in loaded["problems"]]
    assert (codes.count("shared_id"), codes.count("unreadable_date"), codes.count("unknown_agency")) == (12, 1, 9)
    assert codes.count("letter_date") == 4  # numbers of eleven digits
    assert (codes.count("other_folder"), codes.count("other_subject"), len(codes)) == (7, 2, 38)
    answer = _json(run("ask", "法務部 overdue", "--today", "2026-01-28", "--json", "--limit", "0", RECORDS=records))
    assert (answer["total"], answer["clear"], len(answer["items"])) == (12, 0, 12)
    backlog = _json(run("proposals", "--backlog", "--json", RECORDS=records))["proposals"]
    verdicts = [proposal for proposal in backlog if proposal["origin"] == "verdict"]
    assert (len(verdicts), sum(proposal["unsupported"] for proposal in verdicts)) == (431, 321)


def test_a_changed_audit_row_is_found_by_audit_verify_which_names_it(run: Run, folder: Path, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        write(folder, f"{number}.md", record_text(id=f"{number:08d}", status="已達成", entries=verdict()))
    run("sync", "--today", "2026-03-02")
    for number in (1, 2, 3):
        decided = run("decide", str(number), "decline", "--reason", "公文早於承諾", "--as", "telegram:111")
        assert decided.returncode == 0, decided.stderr

    def verified(*more: str) -> tuple[int, int, list[int | None]]:
        done = run("audit", "verify", "--json", *more)
        answer = _json(done)
        return done.returncode, answer["rows"], [row["id"] for row in answer["broken"]]

    def by_hand(statement: str) -> None:
        with closing(sqlite3.connect(tmp_path / "cli.sqlite3")) as connection, connection:
            connection.execute(statement)

    assert verified() == (0, 3, [])
    head = _json(run("audit", "verify", "--json"))["head"]
    assert verified("--head", head[:12]) == (0, 3, [])
    by_hand("UPDATE audit SET content = replace(content, '公文早於承諾', '與承諾無關') WHERE id = 2")
    assert verified() == (1, 3, [2])
    with pytest.raises(sqlite3.IntegrityError, match="previous"):
        by_hand(
            "INSERT INTO audit (content, previous, hash) SELECT content, previous, 'another' FROM audit WHERE id = 2"
        )
    by_hand("DELETE FROM audit WHERE id = 2")
    assert verified() == (1, 2, [3, None])
    by_hand("DELETE FROM audit")
    assert verified("--head", head[:12]) == (1, 0, [None] * 4)


def test_a_backup_is_whole_and_goes_over_no_other_file(run: Run, folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md", record_text())
    run("sync", "--today", "2026-03-20")
    copy = tmp_path / "copy.sqlite3"
    assert run("backup", str(copy)).returncode == 0
    assert "增設路燈" in run("ask", "路燈", DATABASE_URL=f"sqlite:///{copy}").stdout
    again = run("backup", str(copy))
    assert (again.returncode, "name a new file" in again.stderr) == (2, True)
    nothing = run("backup", str(tmp_path / "other.sqlite3"), DATABASE_URL=f"sqlite:///{tmp_path / 'typo.sqlite3'}")
    assert (nothing.returncode, "there is no database yet" in nothing.stderr) == (2, True)


def test_a_database_is_one_file_when_nobody_has_it_open(run: Run, folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md", record_text())
    run("sync")
    assert [file.name for file in tmp_path.glob("cli.sqlite3*")] == ["cli.sqlite3"]


@pytest.mark.parametrize(
    "url", ["sqlite://y.db", "sqlite://localhost/x.db", "sqlite://", "sqlite:///:memory:", "sqlite:///x.db?timeout=abc"]
)
def test_a_database_that_is_no_file_is_refused_in_one_line(run: Run, url: str) -> None:
    done = run("ask", "路燈", DATABASE_URL=url)
    assert (done.returncode, done.stderr.count("\n"), "names no file" in done.stderr) == (2, 1, True)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_input_or_output_is_an_empty_one(folder: Path, tmp_path: Path, closed: str) -> None:
    write(folder, "a.md", record_text())
    env = {**os.environ, "RECORDS": str(folder), "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.sqlite3'}"}
    command = (
        f"{sys.executable} -m bot chat {closed}" if closed == "<&-" else f"{sys.executable} -m bot ask 路燈 {closed}"
    )
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_the_chat_goes_on_with_the_last_data_where_the_source_is_away(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    run("sync", "--today", "2026-03-20")
    folder.rename(folder.with_name("elsewhere"))
    done = run("run", "--today", "2026-03-20", typed="路燈\n")
    assert (done.returncode, "增設路燈" in done.stdout, "there is no folder" in done.stderr) == (0, True, True)


def test_a_sync_says_that_the_store_has_lived_on_a_later_day(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    run("sync", "--today", "2027-12-01")
    assert "資料庫曾以 2027-12-01 的日期執行過" in run("sync", "--today", "2026-03-20").stderr
    assert "資料庫曾以" not in run("sync", "--today", "2027-12-01").stderr


def test_the_news_of_an_id_that_no_record_has_is_refused(run: Run, folder: Path) -> None:
    write(folder, "a.md", record_text())
    run("sync", "--today", "2026-03-20")
    assert run("outbox", "--of", "nonsense").returncode == 2
    assert "還沒有消息" in run("outbox", "--of", "11111111").stderr


def test_days_that_no_list_tells_are_told_to_no_script_either(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "firms"
    folder.mkdir()
    for name, agency in (("a", "中鋼"), ("b", "法務部")):
        (folder / f"{name}.md").write_text(record_text(id=name * 8, title=name, agency=agency), "utf-8")
    answer = json.loads(run("ask", "逾期", "--json", "--today", "2026-03-20", RECORDS=str(folder)).stdout)
    assert {item["title"]: item["days_overdue"] for item in answer["items"]} == {"a": None, "b": 5}


def test_a_folder_that_moved_with_all_its_files_is_known_after_one_sync(run: Run, tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("here", "there")]
    for place in places:
        place.mkdir()
        (place / "a.md").write_text(record_text(), "utf-8")
    run("sync", RECORDS=str(places[0]))
    run("sync", RECORDS=str(places[1]))
    assert "another RECORDS" not in run("ask", "路燈", RECORDS=str(places[1])).stderr
