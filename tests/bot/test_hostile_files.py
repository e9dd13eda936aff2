"""A folder full of hostile files: each is reported in one line, the rest load, and memory stays small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sample import record_text, write

GOOD = record_text()
MEGABYTES = 200

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{of}'] * 9)}]\n" for of, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def inside(lines: str) -> str:
    """A record whose front matter holds these lines too."""
    return GOOD.replace("created_at:", f"{lines}created_at:")


def huge(file: Path) -> None:
    with file.open("wb") as stream:
        stream.write(GOOD.encode())
        stream.truncate(100 << 20)


def passwd(file: Path) -> None:
    file.symlink_to("/etc/passwd")


HOSTILE: dict[str, tuple[str | bytes | Callable[[Path], None], str]] = {
    "NUL": (GOOD + "\0", "nul"),
    "invalid UTF-8": (GOOD.encode() + b"\xff", "not_utf8"),
    "UTF-16": (GOOD.encode("utf-16"), "not_utf8"),
    "aliases that expand to gigabytes": (inside(BOMB), "unreadable_yaml"),
    "a tag": (inside("x: !!python/object/apply:os.system [id]\n"), "unreadable_yaml"),
    "a merge": (inside("<<: *id\n"), "unreadable_yaml"),
    "a field twice": (inside("status: x\n"), "unreadable_yaml"),
    "deep nesting": (inside("x:\n" + "".join(f"{' ' * n}- - - - - -\n" for n in range(1, 90))), "unreadable_yaml"),
    "front matter that is a list": ("---\n- a\n- b\n---\n\n## 承諾原文\n\n甲\n", "unreadable_yaml"),
    "front matter that is not closed": (GOOD.replace("---\n\n## 承諾原文", "\n## 承諾原文"), "no_front_matter"),
    "a title that is a fraction": (record_text(title="x").replace('title: "x"', "title: 1.5"), "not_text"),
    "a title that is a list": (record_text(title="x").replace('title: "x"', "title:\n  - x"), "not_text"),
    "no title": (GOOD.replace('title: "增設路燈"', "title: null"), "missing"),
    "a status of its own": (GOOD.replace("追蹤中", "完成"), "unknown_status"),
    "a date that is no day": (record_text(target="2023-02-30"), "unreadable_date"),
    "no promise": (GOOD[: GOOD.index("## 承諾原文")] + GOOD[GOOD.index("## 來源回覆") :], "missing_section"),
    "no log": (GOOD[: GOOD.index("## 追蹤紀錄")], "missing_section"),
    "a section twice": (GOOD + "\n## 承諾原文\n\n另一個\n", "section_twice"),
    "100 MB": (huge, "too_large"),
    "a link to /etc/passwd": (passwd, "link"),
}


@pytest.fixture
def place(folder: Path) -> Path:
    """Every hostile file, one with a byte order mark, one whose title is a number, and two good records."""
    for number, (content, _) in enumerate(HOSTILE.values()):
        file = folder / f"{number:02}.md"
        if callable(content):
            content(file)
        else:
            # no two files share an id, which would be a problem of its own
            text = content.decode("latin-1") if isinstance(content, bytes) else content
            text = text.replace("11111111-aaaa", f"{number:08d}-bbbb")
            file.write_bytes(text.encode("latin-1") if isinstance(content, bytes) else text.encode())
    write(folder, "good.md", GOOD)
    write(folder, "mark.md", "\ufeff" + record_text(id="2" * 8))
    write(folder, "number.md", record_text(id="3" * 8, title="2025").replace('title: "2025"', "title: 2025"))
    return folder


def nuoyan(place: Path, *argv: str) -> tuple[dict[str, Any], int]:
    """What a command answers, and the megabytes that it took at the most.

    Linux counts into a process's ru_maxrss what its parent held when it was forked; VmHWM begins anew with the program.
    """
    code = (
        "import atexit, sys\n"
        "from pathlib import Path\n"
        "held = lambda: Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
        "atexit.register(lambda: print(int(held()) >> 10, file=sys.stderr))\n"
        "from bot.cli import main\nmain()"
    )
    env = {"PATH": os.environ["PATH"], "HOME": str(place.parent), "RECORDS": str(place)}
    env["DATABASE_URL"] = f"sqlite:///{place.parent / 'hostile.sqlite3'}"
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], env=env, cwd=Path.cwd(), capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout), int(done.stderr.split()[-1])


def test_each_is_reported_in_one_line_with_its_reason_and_memory_stays_small(place: Path) -> None:
    checked, megabytes = nuoyan(place, "check", "--json")
    found = {problem["path"]: problem["code"] for problem in checked["problems"]}
    usable = {"mark.md": "byte_order_mark", "number.md": "not_quoted"}
    assert found == {f"{number:02}.md": code for number, (_, code) in enumerate(HOSTILE.values())} | usable
    assert len(checked["problems"]) == len(HOSTILE) + len(usable)
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("command", ["check", "sync"])
def test_a_folder_of_files_of_a_megabyte_is_read_in_little_memory(folder: Path, command: str) -> None:
    for number in range(100):
        write(folder, f"{number}.md", record_text(id=f"{number:08}") + "字" * 300_000)
    done, megabytes = nuoyan(folder, command, "--json")
    assert done["files" if command == "check" else "records"] == 100
    assert megabytes < MEGABYTES


def test_the_rest_load(place: Path) -> None:
    done, megabytes = nuoyan(place, "sync", "--json")
    readable = ("unreadable_date", "missing_section", "section_twice")
    assert done["records"] == 3 + sum(code in readable for _, code in HOSTILE.values())
    assert megabytes < MEGABYTES
