"""A process that dies at any commit, or right after it: the next one tells the same news, and only what was in flight twice."""

from __future__ import annotations

import itertools
import re
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.post import LEASE, Sent
from handlers.message import plain
from handlers.policy import Policy
from store.engine import Database, Transaction
from store.schema import facts
from tests.conftest import Server
from tests.handlers.conftest import Newsroom
from tests.sample import HOME, NEWSROOM, asks, noon, progress, record_text, taps, verdict

DAY = "2026-03-16"
FILES = {"其他/路燈.md": record_text(), "其他/橋.md": record_text(id="2" * 8, title="修橋", target="2027-12-31")}
NEXT = {
    "其他/路燈.md": record_text(entries=progress()),
    "其他/橋.md": record_text(id="2" * 8, title="修橋", target="2028-12-31", entries=progress(), status="已達成"),
    "其他/新.md": record_text(id="3" * 8, title="新增的", entries=verdict()),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Callable[[], str]:
    """Makes a database with its tables each time, of each kind."""
    if request.param == "postgresql":
        made: Server = request.getfixturevalue("postgres")
        return made
    numbers = itertools.count()
    return lambda: f"sqlite:///{shutil.copy(migrated, tmp_path / f'{next(numbers)}.sqlite3')}"


class DiedError(BaseException):
    """The process is gone; nothing in it may catch this."""


class Mortal(Database):
    """A database whose process dies at its nth writing transaction, before its commit or right after it."""

    def die_at(self, commit: int, *, after: bool) -> None:
        """Die at a commit from now on, counted from 1."""
        self.left, self.after = commit, after

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction like any other, until the last one."""
        self.left -= 1
        with super().write() as tx:
            yield tx
            if self.left == 0 and not self.after:
                raise DiedError
        if self.left == 0:
            raise DiedError


def _live(newsroom: Newsroom, at: datetime, came: Counter[tuple[str, str]]) -> None:
    """Sync, then deliver all that is due; `came` counts what people saw, by chat and text."""
    newsroom.sync(DAY, NEXT, at=at)
    service = newsroom.service(at)
    while claimed := service.post.claim(("telegram", "slack")):
        for chat, sendings in claimed:
            for sending in sendings:
                if sending.message:
                    # PostgreSQL counts on where a transaction was rolled back
                    came[str(chat), re.sub(r"消息 \d+", "消息", plain(sending.message))] += 1
                service.post.sent_all([Sent(sending=sending, chat=chat, reference="")])


def _prepared(database: Database, folder: Path, policy: Policy) -> Newsroom:
    newsroom = Newsroom(database, folder, replace(policy, review_chats=()))
    newsroom.sync("2026-03-14", FILES)
    for chat, questions in ((HOME, ("法務部", "11111111")), (NEWSROOM, ("修橋", "is:overdue"))):
        for question in questions:
            offer = newsroom.happens(asks(f"訂閱 {question}", "2026-03-14", chat=chat))
            newsroom.happens(taps(offer.buttons[0][0].action, "2026-03-14", chat=chat))
    return newsroom


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought: the facts, the messages by chat and text; and whether the process died in it."""

    facts: Collection[str]
    came: Counter[tuple[str, str]]
    died: bool


def _whole(path: Path, url: str, policy: Policy, *, dies: int = 0, after: bool = False) -> Day:
    """A day in which the process may die."""
    folder = path / "records"
    folder.mkdir(parents=True)
    database = Mortal(url)
    database.die_at(0, after=False)
    newsroom = _prepared(database, folder, policy)
    came: Counter[tuple[str, str]] = Counter()
    died = False
    database.die_at(dies, after=after)
    try:
        _live(newsroom, noon(DAY), came)
    except DiedError:
        died = True
    database.die_at(0, after=False)
    _live(newsroom, noon(DAY) + LEASE + timedelta(seconds=1), came)
    _live(newsroom, noon("2026-03-17") + timedelta(hours=1), came)
    with database.read() as tx:
        kept = tx.execute(select(facts.c.commitment, facts.c.kind, facts.c.letter, facts.c.after)).all()
    database.close()
    return Day(facts=sorted(map(str, kept)), came=came, died=died)


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_a_process_that_dies_at_any_commit_loses_nothing(
    tmp_path: Path, new_database: Callable[[], str], policy: Policy, after: bool
) -> None:
    expected = _whole(tmp_path / "undisturbed", new_database(), policy)
    assert len(expected.came) >= 4
    assert set(expected.came.values()) == {1}
    for commit in range(1, 40):
        day = _whole(tmp_path / f"{commit}", new_database(), policy, dies=commit, after=after)
        assert day.facts == expected.facts, commit
        assert set(day.came) == set(expected.came), commit
        twice = Counter(chat for (chat, _), count in day.came.items() if count > 1)
        assert max(day.came.values()) <= 2
        assert max(twice.values(), default=0) <= 1, "at most the one in flight, for each chat"
        if not day.died:
            assert commit > 4
            return
    pytest.fail("it never ran to its end")
