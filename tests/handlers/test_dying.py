"""A process that dies at any commit, or right after it: the next one tells the same news, and only what was in flight twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.service import LEASE, Sent
from handlers.message import plain
from handlers.policy import Policy
from store.engine import Database, Transaction
from tests.handlers.conftest import Newsroom
from tests.sample import HOME, NEWSROOM, asks, noon, progress, record_text, taps, verdict

DAY = "2026-03-16"
FILES = {"其他/路燈.md": record_text(), "其他/橋.md": record_text(id="2" * 8, title="修橋", target="2027-12-31")}
NEXT = {
    "其他/路燈.md": record_text(entries=progress()),
    "其他/橋.md": record_text(id="2" * 8, title="修橋", target="2028-12-31", entries=progress(), status="已達成"),
    "其他/新.md": record_text(id="3" * 8, title="新增的", entries=verdict()),
}


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
    while claimed := service.claim(("telegram", "slack")):
        for chat, sendings in claimed:
            for sending in sendings:
                if sending.message:
                    came[str(chat), plain(sending.message)] += 1
                service.sent_all([Sent(sending=sending, chat=chat, reference="")])


def _prepared(database: Database, folder: Path, policy: Policy) -> Newsroom:
    newsroom = Newsroom(database, folder, replace(policy, review_chats=()))
    newsroom.sync("2026-03-14", FILES)
    for chat, questions in ((HOME, ("法務部", "11111111")), (NEWSROOM, ("修橋", "is:overdue"))):
        for question in questions:
            offer = newsroom.happens(asks(f"訂閱 {question}", "2026-03-14", chat=chat))
            newsroom.happens(taps(offer.buttons[0][0].action, "2026-03-14", chat=chat))
    return newsroom


def _whole(path: Path, policy: Policy, *, dies: int = 0, after: bool = False) -> tuple[Counter[tuple[str, str]], bool]:
    """A day's messages, and whether the process died in it."""
    folder = path / "records"
    folder.mkdir(parents=True)
    database = Mortal(f"sqlite:///{path / 'mortal.sqlite3'}")
    database.die_at(0, after=False)
    database.migrate()
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
    database.close()
    return came, died


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
def test_a_process_that_dies_at_any_commit_loses_nothing(tmp_path: Path, policy: Policy, after: bool) -> None:
    expected, _ = _whole(tmp_path / "undisturbed", policy)
    assert len(expected) >= 4
    assert set(expected.values()) == {1}
    for commit in range(1, 40):
        came, died = _whole(tmp_path / f"{commit}", policy, dies=commit, after=after)
        assert set(came) == set(expected), commit
        twice = Counter(chat for (chat, _), count in came.items() if count > 1)
        assert max(came.values()) <= 2
        assert max(twice.values(), default=0) <= 1, "at most the one in flight, for each chat"
        if not died:
            assert commit > 4
            return
    pytest.fail("it never ran to its end")
