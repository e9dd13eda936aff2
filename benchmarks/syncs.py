"""A night's sync of a git source, at the corpus's size and at ten times that: `python -m benchmarks.syncs`."""

from __future__ import annotations

import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pygit2
from pygit2.enums import DeltaStatus
from yaml12 import parse_yaml

from bot.clock import Clock
from bot.service import Service
from handlers.policy import Policy
from records.git import Git
from store.engine import Database

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "brighterarc.bundle"
FOLDER = "docs/commitments"
ROUNDS = 5
_SERIAL = re.compile(r"(字第\d{3})\d(?=\d{6}號)")
"""A letter's number up to the first digit behind its year."""

TIMES = 10
ZONE = ZoneInfo("Asia/Taipei")


def main() -> None:
    """Measure the sync of the real history's last commit beside its anchor, then the same among ten times the records."""
    if not CORPUS.exists():
        print("the real records do not lie beside this checkout: no sync is measured")
        return
    if "--memory" in sys.argv:  # a process of its own, so that the peak is the load's
        _load_many(Path(sys.argv[-1]))
        return
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        once, many = (_night(place / str(times), times) for times in (1, TIMES))
        print(f"sync of {once[2]} changed files among 1× the corpus: {once[0] * 1000:.0f} ms", end="")
        print(
            f" against {once[1] * 1000:.0f} ms (bare diff, parse and row update): {once[0] / once[1]:.2f}× (at most 2×)"
        )
        print(f"the same among {TIMES}×: {many[0] * 1000:.0f} ms, {many[0] / once[0]:.2f} times as long (at most 1.3)")
        argv = [sys.executable, "-m", "benchmarks.syncs", "--memory", str(place / str(TIMES))]
        subprocess.run(argv, check=True, env={**os.environ, "PYTHONPATH": "."})


def _night(place: Path, times: int) -> tuple[float, float, int]:
    """Seconds (medians) that the sync takes and that its anchor takes, and how many files changed."""
    remote, before, after = _repository(place, times)
    ours, bare = [], []
    changed = 0
    with _loaded(place, remote, before) as service:
        for _ in range(ROUNDS):
            remote.references["refs/heads/main"].set_target(before)
            service.feed.sync(release=True)
            remote.references["refs/heads/main"].set_target(after)
            start = time.perf_counter()
            changed = service.feed.sync(release=True).changed
            ours.append(time.perf_counter() - start)
            bare.append(_bare(place, remote, before, after))
    return statistics.median(ours), statistics.median(bare), changed


def _bare(place: Path, remote: pygit2.Repository, before: pygit2.Oid, after: pygit2.Oid) -> float:
    """Seconds of a diff, the changed blobs, their front matter, and one row each in SQLite."""
    with sqlite3.connect(place / "bare.sqlite3") as rows:
        rows.execute("CREATE TABLE IF NOT EXISTS records (path TEXT PRIMARY KEY, status TEXT, text TEXT)")
    start = time.perf_counter()
    old, new = (remote[commit].peel(pygit2.Tree)[FOLDER].peel(pygit2.Tree) for commit in (before, after))
    files = [delta.new_file for delta in old.diff_to_tree(new).deltas if delta.status != DeltaStatus.DELETED]
    texts = [
        (file.path, remote[file.id].peel(pygit2.Blob).data.decode()) for file in files if file.path.endswith(".md")
    ]
    read = [(path, str(parse_yaml(text.split("---", 2)[1])), text) for path, text in texts]
    with rows:
        rows.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", read)
    taken = time.perf_counter() - start
    rows.close()
    return taken


def _repository(place: Path, times: int) -> tuple[pygit2.Repository, pygit2.Oid, pygit2.Oid]:
    """A bare repository with so many copies of the records, as the last commit but one left them, then the last one's."""
    place.mkdir(parents=True)
    real = place / "real.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(CORPUS), str(real)], check=True)
    source = pygit2.Repository(str(real))
    newest = source.head.peel(pygit2.Commit)
    made = pygit2.init_repository(str(place / "remote.git"), bare=True, initial_head="main")
    author = pygit2.Signature("a", "a@example.org")
    commits: list[pygit2.Oid] = []
    for commit in (newest.parents[0], newest):
        index = pygit2.Index()
        for path, text in _records(commit):
            for copy in range(times):
                # only the first copy moves in the night; the others stay as they were
                of = text if copy == 0 or not commits else None
                if of is not None:
                    blob = made.create_blob(_renamed(of, copy).encode())
                    index.add(pygit2.IndexEntry(f"{FOLDER}/{copy}/{path}", blob, pygit2.enums.FileMode.BLOB))
        if commits:
            for entry in _index(made, commits[0]):
                if not entry.path.startswith(f"{FOLDER}/0/"):
                    index.add(entry)
        tree = index.write_tree(made)
        commits.append(made.create_commit("refs/heads/main", author, author, "night", tree, commits[:1]))
    return made, commits[0], commits[1]


def _index(made: pygit2.Repository, commit: pygit2.Oid) -> pygit2.Index:
    index = pygit2.Index()
    index.read_tree(made[commit].peel(pygit2.Tree))
    return index


def _records(commit: pygit2.Commit) -> Iterator[tuple[str, str]]:
    folder = commit.tree[FOLDER].peel(pygit2.Tree)
    for category in folder:
        if isinstance(category, pygit2.Tree):
            for file in category:
                yield f"{category.name}/{file.name}", file.peel(pygit2.Blob).data.decode()


def _renamed(text: str, copy: int) -> str:
    """A copy's text: its records and letters are others than the first one's."""
    if copy == 0:
        return text
    # ten digits all the same: a number of eleven would be a problem to report, of each file
    return _SERIAL.sub(rf"\g<1>{copy}", text.replace('id: "', f'id: "{copy}', 1))


@contextmanager
def _loaded(place: Path, remote: pygit2.Repository, before: pygit2.Oid) -> Iterator[Service]:
    remote.references["refs/heads/main"].set_target(before)
    database = Database(f"sqlite:///{place / 'nuoyan.sqlite3'}")
    database.migrate()
    clock = Clock(zone=ZONE, today=date(2026, 1, 28))
    source = Git(f"git+file://{place / 'remote.git'}#{FOLDER}", place / "cache")
    service = Service(database, Policy(zone=ZONE), clock, source)
    service.feed.sync()
    yield service
    database.close()


def _load_many(place: Path) -> None:
    database = Database(f"sqlite:///{place / 'memory.sqlite3'}")
    database.migrate()
    source = Git(f"git+file://{place / 'remote.git'}#{FOLDER}", place / "first-cache")
    done = Service(database, Policy(zone=ZONE), Clock(zone=ZONE, today=date(2026, 1, 28)), source).feed.sync()
    print(f"first load of {done.records} records: {_peak()} MB at the peak (at most 150 MB)")


def _peak() -> int:
    """The most that this process has held, in MB; `ru_maxrss` would count what its parent held when it started this one."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) >> 10


if __name__ == "__main__":
    main()
