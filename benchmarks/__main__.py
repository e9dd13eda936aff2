"""`make bench`: every measure beside its anchor, on the real records where they lie beside the checkout."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
import yaml12

from bot.clock import Clock
from bot.service import Service
from bot.settings import samples
from bot.terminal import HERE
from handlers import ask, found, listing
from handlers.policy import Policy
from records.folder import Folder
from store import matching
from store.engine import Database

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "brighterarc.bundle"
ROUNDS = 9
QUESTION = "法務部 overdue"
TODAY = date(2026, 1, 28)
POLICY = Policy(zone=ZoneInfo("Asia/Taipei"))
NOW = datetime(2026, 1, 28, 12, tzinfo=ZoneInfo("Asia/Taipei"))


def main() -> None:
    """Run every measure and print what was seen."""
    with tempfile.TemporaryDirectory() as place:
        folder = records(Path(place))
        files = sorted(folder.rglob("*.md"))
        print(f"{len(files)} records of {'the corpus' if CORPUS.exists() else 'the samples'}, {ROUNDS} rounds\n")
        cold_load(folder, files, Path(place))
        least(folder, files, Path(place))
        question(folder, Path(place))
        start(folder, Path(place))


def cold_load(folder: Path, files: Sequence[Path], place: Path) -> None:
    """Records, entries, flags and search index into an empty SQLite, against reading and PyYAML's C loader alone.

    The tables are there before; what is timed is the load.
    """
    empty: list[Database] = []

    def fresh() -> None:
        empty.append(Database(f"sqlite:///{place / f'{time.monotonic_ns()}.sqlite3'}"))
        empty[-1].migrate()

    def bare() -> None:
        for file in files:
            head = file.read_text("utf-8").split("---", 2)[1]
            try:
                yaml.load(head, Loader=yaml.CSafeLoader)
            except yaml.YAMLError:
                continue  # the samples hold one unreadable file

    def ours() -> None:
        load(folder, empty[-1])
        empty.pop().close()

    _compare("cold load", ours, "bare loop with PyYAML's C loader", bare, at_most=2.5, before=fresh)


def least(folder: Path, files: Sequence[Path], place: Path) -> None:
    """What a cold load takes at the least, whatever is done in Python: it bounds the ratio above from below.

    The files are read, their front matter goes through yaml12, and the same rows are written by bare statements into the
    same tables.
    """
    loaded = Database(f"sqlite:///{place / 'loaded.sqlite3'}")
    loaded.migrate()
    load(folder, loaded)
    loaded.close()
    with closing(sqlite3.connect(place / "loaded.sqlite3")) as full:
        told = full.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        names = [name for (name,) in told if not name.startswith(("search_", "sqlite_", "alembic"))]
        rows = {name: full.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        pairs = full.execute("SELECT rowid, pairs FROM search").fetchall()
    empty: list[Path] = []

    def fresh() -> None:
        empty.append(place / f"least-{time.monotonic_ns()}.sqlite3")
        database = Database(f"sqlite:///{empty[-1]}")
        database.migrate()
        database.close()

    def ours() -> None:
        for file in files:
            with suppress(ValueError):  # the samples hold one unreadable file
                yaml12.parse_yaml(file.read_text("utf-8").split("---", 2)[1])
        with closing(sqlite3.connect(empty.pop())) as bare, bare:
            for name in names:
                if some := rows[name]:
                    bare.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(some[0]))})', some)
            bare.executemany("INSERT INTO search (rowid, pairs) VALUES (?, ?)", pairs)

    def anchor() -> None:
        for file in files:
            with suppress(yaml.YAMLError):
                yaml.load(file.read_text("utf-8").split("---", 2)[1], Loader=yaml.CSafeLoader)

    _compare(
        "the least of it: reading, yaml12, bare INSERTs", ours, "the same bare loop", anchor, at_most=1.3, before=fresh
    )


def question(folder: Path, place: Path) -> None:
    """Text in, message out, inside the process."""
    database = Database(f"sqlite:///{place / 'question.sqlite3'}")
    database.migrate()
    load(folder, database)

    def answer() -> None:
        with database.read() as tx:
            query = found.understand(tx, QUESTION)
            matching.survey(tx, query, TODAY, limit=listing.MOST)
            matching.find(tx, query, TODAY, limit=None)

    def message() -> None:
        with database.write() as tx:
            ask.answer_text(tx, QUESTION, HERE, POLICY, NOW)

    for name, function in (("「法務部 overdue」, its data", answer), ("「法務部 overdue」, its message", message)):
        times = sorted(_time(function) for _ in range(500))
        print(f"{name}: p50 {_ms(times[250])}, p99 {_ms(times[494])} (at most 5 ms)")
    database.close()
    print()


def start(folder: Path, place: Path) -> None:
    """A whole `ask` from the shell, against a Python that only imports what it needs."""
    env = {
        "RECORDS": str(folder),
        "DATABASE_URL": f"sqlite:///{place / 'question.sqlite3'}",
        "PATH": "",
        "HOME": str(place),
    }

    def whole() -> None:
        subprocess.run(
            [sys.executable, "-m", "bot", "ask", QUESTION, "--json"], env=env, check=True, stdout=subprocess.DEVNULL
        )

    def imports() -> None:
        subprocess.run([sys.executable, "-c", "import bot.cli, sqlalchemy.dialects.sqlite"], env=env, check=True)

    _compare("start to first answer of ask", whole, "the imports it needs", imports, at_most=1.5)


def load(folder: Path, database: Database) -> None:
    """A first load, as `nuoyan sync` makes it."""
    zone = ZoneInfo("Asia/Taipei")
    Service(database, Policy(zone=zone), Clock(zone=zone, today=TODAY), Folder(folder)).feed.sync()


def records(place: Path) -> Path:
    """The real records, or the samples where those do not lie beside the checkout."""
    if not CORPUS.exists():
        return samples()
    subprocess.run(["git", "clone", "--quiet", str(CORPUS), str(place / "corpus")], check=True)
    return place / "corpus" / "docs" / "commitments"


def _compare(
    name: str,
    ours: Callable[[], None],
    anchor: str,
    bare: Callable[[], None],
    *,
    at_most: float,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Time both in turns, after one round to warm up; `before` makes ready for `ours` and is not timed."""
    pairs = []
    for _ in range(ROUNDS + 1):
        before()
        pairs.append((_time(ours), _time(bare)))
    del pairs[0]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two in pairs)
    print(f"{name}: {_ms(mine)} against {_ms(other)} ({anchor}): {ratio:.2f}× (at most {at_most}×)\n")


def _time(function: Callable[[], None]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
