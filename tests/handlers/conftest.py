"""A small newsroom: records that are synced day by day, and people who write and press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.post import Sent
from bot.service import Service
from handlers.answer import answer
from handlers.message import Ask, Chat, Message, Tap
from handlers.policy import Policy
from handlers.synced import Synced
from records.folder import Folder
from store import outbox_state
from store.engine import Database
from tests.conftest import SetClock
from tests.sample import HOME, TAIPEI, asks, noon, taps, write


@dataclass
class Newsroom:
    """One database, one folder of records, one policy."""

    database: Database
    folder: Path
    policy: Policy

    def sync(self, day: str, files: Mapping[str, str] | None = None, at: datetime | None = None) -> Synced:
        """Put files into the folder (None for its text removes one) and sync at noon of a day."""
        for path, text in (files or {}).items():
            write(self.folder, path, text) if text else (self.folder / path).unlink()
        return self.service(at or noon(day)).feed.sync()

    def service(self, at: datetime) -> Service:
        """A service whose clock stands at a moment."""
        return Service(self.database, self.policy, SetClock(zone=TAIPEI, moment=at), Folder(self.folder))

    def happens(self, event: Ask | Tap) -> Message:
        """Let someone write or press; what is shown."""
        with self.database.write() as tx:
            return answer(event, tx, self.policy)

    def watch(self, text: str, day: str = "2026-03-02", chat: Chat = HOME) -> Message:
        """Let somebody subscribe as the bot offers it; what is said of it."""
        offer = self.happens(asks(f"訂閱 {text}", day, chat=chat))
        return self.happens(taps(offer.buttons[0][0].action, day, chat=chat))

    def due(self, at: datetime) -> dict[str, list[Message]]:
        """What is due by a moment, composed and done, by chat."""
        service = self.service(at)
        found: dict[str, list[Message]] = {}
        while claimed := service.post.claim(("telegram", "slack")):
            for chat, sendings in claimed:
                found.setdefault(str(chat), []).extend(sending.message for sending in sendings if sending.message)
                service.post.sent_all([Sent(sending=sending, chat=chat, reference="") for sending in sendings])
        return {chat: messages for chat, messages in found.items() if messages}

    def waiting(self, at: datetime) -> int:
        """How many effects wait."""
        with self.database.read() as tx:
            return outbox_state.tally(tx, at).waiting


@pytest.fixture
def newsroom(database: Database, folder: Path, policy: Policy) -> Newsroom:
    """A newsroom on each kind of database."""
    return Newsroom(database, folder, policy)


@pytest.fixture
def on_sqlite(sqlite: Database, folder: Path, policy: Policy) -> Newsroom:
    """A newsroom where the kind of database does not matter."""
    return Newsroom(sqlite, folder, policy)
