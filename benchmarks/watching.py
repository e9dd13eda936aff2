"""Watching at its size: `python -m benchmarks.watching`, on SQLite and on PostgreSQL.

Who hears a fact among 100,000 watches, how fast what is owed goes out, and what 10,000 watches add to a night's sync. Times
are medians of several rounds after one to warm up; what a round needs is made ready before it and not timed.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pygit2
from sqlalchemy import text

from benchmarks.databases import Kind, kinds
from bot.clock import Clock
from bot.delivery import Delivery
from bot.service import Service
from bot.settings import samples
from handlers.message import Chat, Message
from handlers.news import Event, overdue, publish
from handlers.policy import Policy
from records.agencies import directory
from records.folder import Folder
from records.git import Git
from records.query import CLEAR, DOUBTFUL, DUE_SOON, OVERDUE, WAITING, Query
from records.status import Standing
from store import commitments, facts, outbox_state, recipients, watches
from store.engine import Database, Transaction, insert_rows
from store.facts import Fact
from store.recipients import DueTimes
from store.schema import watches as watches_table
from store.watches import DAILY, PACES

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "brighterarc.bundle"
NEXT_DAY = Path(__file__).parents[1] / "examples" / "next-day"
ZONE = ZoneInfo("Asia/Taipei")
POLICY = Policy(zone=ZONE)
NOON = datetime(2026, 1, 27, 12, tzinfo=ZONE)
NIGHT = datetime(2026, 1, 28, 3, 30, tzinfo=ZONE)
"""The corpus's last commit but one is of the day before; its pipeline lands at about half past three."""

MORNING = datetime(2026, 1, 28, 9, tzinfo=ZONE)
"""After the daily digest is due (Policy.digest_at)."""

QUESTIONS = 300
ANSWERED = 10
"""Questions that the one fact among 100,000 watches answers."""

HEARERS = 6000
"""Chats that are sent one urgent fact."""

DIGESTS = 1500
"""Chats that are sent a digest each."""

ROUNDS = 9
SENDINGS = 5
NIGHTS = 5
"""Rounds of each of the three measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Clock):
    """A clock that stands at a moment."""

    moment: datetime

    def now(self) -> datetime:
        """The moment."""
        return self.moment


class Silent:
    """A platform that takes every message at once; `full` is set with the last of so many."""

    def __init__(self, expected: int) -> None:
        self._left = expected
        self.full = asyncio.Event()

    async def send(self, chat: Chat, message: Message) -> str:  # noqa: ARG002
        """Count a message."""
        self._left -= 1
        if not self._left:
            self.full.set()
        return str(self._left)

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Take an edit: nothing here owes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A git repository of records with one night in it: the commits before and after, the folder, the clone's place."""

    repository: pygit2.Repository
    before: pygit2.Oid
    after: pygit2.Oid
    folder: str
    cache: Path

    def stand_at(self, commit: pygit2.Oid) -> Git:
        """The source as it is when the default branch stands at a commit."""
        self.repository.references["refs/heads/main"].set_target(commit)
        return Git(f"git+file://{self.repository.path.rstrip('/')}#{self.folder}", self.cache)


def main() -> None:
    """Run every measure on both kinds and print what was seen."""
    with tempfile.TemporaryDirectory(prefix="nuoyan-bench-") as name, kinds(Path(name)) as both:
        remote = _corpus(Path(name)) if CORPUS.exists() else _samples(Path(name))
        print(f"watching, on the records of {'the corpus' if CORPUS.exists() else 'the samples'}")
        for kind in both:
            print(f"\n{kind.name}")
            loaded = kind.new()
            with _open(loaded) as database:
                database.migrate()
                _service(database, NOON, remote.stand_at(remote.before)).feed.sync()
            find_recipients(kind, loaded)
            deliver(kind, loaded)
            sync(kind, loaded, remote)


def find_recipients(kind: Kind, loaded: str) -> None:
    """The recipients of one fact among 100,000 watches, against a bare INSERT … SELECT of as many rows.

    Each of 10,000 chats watches ten of 299 questions; those who hear the fact watch a 300th one too, which is all that the
    bare statement looks for. Both write the same columns and keys into the same table; neither's commit is timed.
    """
    chance = random.Random(20260128)
    pairs = []
    with _open(kind.copy(loaded)) as database:
        with database.write() as tx:
            *asked, everything = _ask(tx, [Query(words=(f"問題{number}",)) for number in range(QUESTIONS)])
            kept = [(str(chat), question) for chat in range(10_000) for question in chance.sample(asked, 10)]
            kept += [
                (chat, everything) for chat in dict.fromkeys(c for c, question in kept if question in asked[:ANSWERED])
            ]
            chance.shuffle(kept)  # people watch as they come: no question's watches lie together
            _watch(tx, [(chat, question, chance.choice(PACES)) for chat, question in kept])
            about = _late(tx)[0].key
            news = [
                Fact(key=f"bench:{n}", commitment=about, kind="evidence", day=NOON.date())
                for n in range(2 * ROUNDS + 2)
            ]
            ids = list(facts.keep(tx, news).values())
            facts.answer(tx, [(fact, question) for fact in ids for question in asked[:ANSWERED]])
            count = watches.count(tx)
        _analyze(database)
        for ours, bare in zip(ids[::2], ids[1::2], strict=True):
            with database.write() as tx:
                start = time.perf_counter()
                made = recipients.owe(tx, [ours], POLICY.due_times(NOON))
                mine = time.perf_counter() - start
            with database.write() as tx:
                pairs.append((mine, _bare(tx, bare, everything, rows=made)))
    mine, other = (statistics.median(column) for column in zip(*pairs[1:], strict=True))
    ratio = statistics.median(one / two for one, two in pairs[1:])
    print(
        f"{made} recipients of a fact that {ANSWERED} questions answer, of {count.watches} watches of {count.questions}: "
        f"{_ms(mine)} against {_ms(other)} (a bare INSERT … SELECT): {ratio:.2f}× (at most 2×)"
    )


def deliver(kind: Kind, loaded: str) -> None:
    """Claim, compose and mark, the platform aside: one urgent fact to chats of a watch each, then digests of three facts."""
    rate = _rate(kind, loaded, overdue, facts_each=1, chats=HEARERS, at=NOON)
    print(f"{HEARERS} messages of one fact, claimed, composed and marked: {rate:,.0f} a second (at least 3,000)")

    def moved(late: Standing, day: date) -> Fact:
        return Fact(key=f"bench:{late.key}", commitment=late.key, kind="moved", day=day)

    rate = _rate(kind, loaded, moved, facts_each=3, chats=DIGESTS, at=MORNING)
    print(f"{DIGESTS} digests of three facts, claimed, composed and marked: {rate:,.0f} a second")


def _rate(
    kind: Kind, loaded: str, news: Callable[[Standing, date], Fact], *, facts_each: int, chats: int, at: datetime
) -> float:
    """Messages a second that go out at a moment where so many chats hear so many facts, one message each."""
    owed = kind.copy(loaded)
    day = NOON.date()
    with _open(owed) as database, database.write() as tx:
        [question] = _ask(tx, [Query(conditions=(OVERDUE, CLEAR))])
        _watch(tx, [(str(chat), question, DAILY) for chat in range(chats)])
        told = _late(tx)[:facts_each]
        events = [Event(before=None, after=(late, day), facts=(news(late, day),)) for late in told]
        publish(tx, events, POLICY, NOON, today=day)
    taken = []
    for _ in range(SENDINGS + 1):
        with _open(kind.copy(owed)) as database:
            _analyze(database)
            taken.append(asyncio.run(_deliver(_service(database, at), chats)))
    return chats / statistics.median(taken[1:])


def sync(kind: Kind, loaded: str, remote: Remote) -> None:
    """A night's sync with 10,000 watches of 300 questions, against the same with none; writing the recipients is told apart."""
    watched = kind.copy(loaded)
    chance = random.Random(20260128)
    with _open(watched) as database, database.write() as tx:
        asked = _ask(tx, _questions(tx, chance))
        pairs = [(str(chat), question) for chat in range(5000) for question in chance.sample(asked, 2)]
        _watch(tx, [(chat, question, chance.choice(PACES)) for chat, question in pairs])
    plain: list[float] = []
    ours: list[float] = []
    owing: list[float] = []
    for _ in range(NIGHTS + 1):
        for url, taken in ((loaded, plain), (watched, ours)):
            with _open(kind.copy(url)) as database:
                _analyze(database)
                service = _service(database, NIGHT, remote.stand_at(remote.after))
                with _timed_owe() as spent:
                    start = time.perf_counter()
                    done = service.feed.sync(release=True)
                    taken.append(time.perf_counter() - start)
        owing.append(sum(spent))
    whole, alone, rows = (statistics.median(column[1:]) for column in (ours, plain, owing))
    rest = statistics.median((one - part) / two for one, part, two in zip(ours[1:], owing[1:], plain[1:], strict=True))
    print(
        f"sync of {done.changed} changed records with 10,000 watches: {_ms(whole)}, {_ms(rows)} of it to owe {done.queued} "
        f"effects; against {_ms(alone)} (no watch): {rest:.2f}× without those (at most 2×), {whole / alone:.2f}× with them"
    )


async def _deliver(service: Service, messages: int) -> float:
    """Seconds until everything that is due was sent and marked."""

    def is_done() -> bool:
        with service.database.read() as tx:
            return outbox_state.due_longest(tx, service.clock.now()) is None

    platform = Silent(messages)
    with ThreadPoolExecutor(max_workers=1) as writer:
        delivery = Delivery(service, {"telegram": platform}, writer)
        start = time.perf_counter()
        running = asyncio.create_task(delivery.run())
        delivery.wake()
        await platform.full.wait()
        while not await asyncio.get_running_loop().run_in_executor(writer, is_done):
            await asyncio.sleep(0)
        taken = time.perf_counter() - start
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return taken


def _bare(tx: Transaction, fact: int, question: int, *, rows: int) -> float:
    """Seconds of the driver's INSERT … SELECT of the watches of one question, which must make so many rows."""
    due: object = NOON.astimezone(UTC)
    statement = (
        "INSERT INTO outbox (key, kind, platform, chat, thread, joins, fact, due_at) "
        "SELECT 'fact:{fact}|' || platform || '|' || chat || '|' || thread, 'send', platform, chat, thread, '', {fact}, ? "
        "FROM watches WHERE question = ?"
    ).replace("{fact}", str(fact))
    if tx.dialect.name == "sqlite":
        due = f"{due:%Y-%m-%d %H:%M:%S.%f}"
    else:
        statement = statement.replace("?", "%s")
    driver = tx.connection.cursor()
    start = time.perf_counter()
    driver.execute(statement, (due, question))
    taken = time.perf_counter() - start
    assert driver.rowcount == rows, (driver.rowcount, rows)
    driver.close()
    return taken


@contextmanager
def _timed_owe() -> Iterator[list[float]]:
    """The seconds that each call of `recipients.owe` takes meanwhile."""
    spent: list[float] = []
    real = recipients.owe

    def timed(tx: Transaction, ids: Sequence[int], moments: DueTimes) -> int:
        start = time.perf_counter()
        made = real(tx, ids, moments)
        spent.append(time.perf_counter() - start)
        return made

    with patch.object(recipients, "owe", timed):
        yield spent


def _ask(tx: Transaction, queries: Iterable[Query]) -> list[int]:
    """The ids of some questions, kept from now on."""
    return [watches.question_id(tx, str(query)) for query in queries]


def _watch(tx: Transaction, watched: Iterable[tuple[str, int, str]]) -> None:
    """Chats watch questions, each at a pace."""
    insert_rows(
        tx,
        watches_table,
        [
            {
                "platform": "telegram",
                "chat": chat,
                "thread": "",
                "question": question,
                "pace": pace,
                "made_by": f"telegram:{chat}",
                "made_at": NOON,
            }
            for chat, question, pace in watched
        ],
    )


def _questions(tx: Transaction, chance: random.Random) -> list[Query]:
    """So many distinct questions as people ask them: of agencies, categories, legislators, single records and words."""
    agencies = [Query(agencies=(name,)) for name in sorted(commitments.agencies(tx)) if name in directory()]
    categories = [Query(categories=(name,)) for name in sorted(commitments.categories(tx))]
    legislators = [Query(legislators=(name,)) for name in sorted(commitments.legislators(tx))]
    records = [Query(ids=(late.id[:8],)) for late in _late(tx)]
    words = [Query(words=(late.title[:2],)) for late in _late(tx)]
    narrowed = [
        replace(query, conditions=(condition,))
        for query in (*agencies, *categories)
        for condition in (OVERDUE, DUE_SOON, DOUBTFUL, WAITING)
    ]
    several = (agencies, categories, legislators, records, words, narrowed)
    found = {str(query): query for group in several for query in chance.sample(group, min(len(group), QUESTIONS // 5))}
    found |= {str(query): query for query in narrowed}
    return list(found.values())[:QUESTIONS]


def _late(tx: Transaction) -> list[Standing]:
    """The commitments past a clear deadline."""
    day = NOON.date()
    return [
        late for late in commitments.by_target(tx, date.min, day) if late.has_clear_deadline and late.is_overdue(day)
    ]


def _service(database: Database, at: datetime, source: Git | None = None) -> Service:
    return Service(database, POLICY, Stopped(zone=ZONE, moment=at), source or Folder(samples()))


def _analyze(database: Database) -> None:
    """Let PostgreSQL count its rows, as its own daemon does soon after a table was filled."""
    if not database.is_sqlite:
        with database.write() as tx:
            tx.execute(text("ANALYZE"))


@contextmanager
def _open(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _corpus(place: Path) -> Remote:
    """The real records' last night."""
    bare = place / "corpus.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(CORPUS), str(bare)], check=True)
    repository = pygit2.Repository(str(bare))
    newest = repository.head.peel(pygit2.Commit)
    before = newest.parents[0].id
    return Remote(
        repository=repository, before=before, after=newest.id, folder="docs/commitments", cache=place / "cache"
    )


def _samples(place: Path) -> Remote:
    """The sample records and their next day."""
    repository = pygit2.init_repository(place / "samples", initial_head="main")
    author = pygit2.Signature("a", "a@example.org")
    commits: list[pygit2.Oid] = []
    for folder in (samples(), NEXT_DAY):
        shutil.copytree(folder, place / "samples" / "records", dirs_exist_ok=True)
        repository.index.add_all()
        tree = repository.index.write_tree()
        commits.append(repository.create_commit("refs/heads/main", author, author, "night", tree, commits[:1]))
    before, after = commits
    return Remote(repository=repository, before=before, after=after, folder="records", cache=place / "cache")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
