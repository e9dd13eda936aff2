"""The stage of the journeys: the doubles or the strict ones, the records' folder, and the bot as a child process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.people import Bench
from tests.sample import TAIPEI

Message = dict[str, Any]

SETTINGS = {
    "ADMINS": "telegram:111",
    "REVIEWERS": "slack:U222@法務部",
    "REVIEW_CHATS": "telegram:-100500,slack:CREVIEW",
    "UNDO_WINDOW": "2s",
    "QUIET_HOURS": "off",
    "SYNC_EVERY": "off",
    "WRITE_BACK": "file",
    **dict.fromkeys(("BREAKER_STATUS", "BREAKER_REMOVED", "BREAKER_ADDED", "BREAKER_UNREADABLE"), "off"),
}


class Stage:
    """Two platforms with their people, the records and the bot."""

    def __init__(self, bench: Any, folder: Path, place: Path) -> None:
        self.bench, self.folder, self.tg, self.slack = bench, folder, bench.tg, bench.slack
        self._log = place / "bot.log"
        self._env = {"RECORDS": str(folder), "DATABASE_URL": f"sqlite:///{place / 'journey.sqlite3'}", **SETTINGS}

    async def prepare(self) -> None:
        """The rooms exist, and everybody may be written to."""
        await self.tg.chat(ids=[700, 111, 666])
        await self.tg.chat(id=-100500, title="複核")
        for user in ("U222", "U700"):
            await self.slack.user(id=user)
        for channel in ("CREVIEW", "CNEWS"):
            await self.slack.channel(id=channel, members=["U222", "U700"])

    def keep_in(self, database_url: str) -> None:
        """From now on the bot and the commands use another database."""
        self._env["DATABASE_URL"] = database_url

    async def start(self, today: str, *, wait: bool = True, **settings: str) -> Any:
        """Start the bot on a day."""
        argv = [sys.executable, "-m", "bot", "run", "--today", today]
        return await self.bench.start_bot(argv, {**self._env, **settings}, log=str(self._log), wait=wait)

    async def stop(self, bot: Any) -> None:
        """Stop the bot as an operator would; it must go within seconds."""
        assert await self.bench.stop_bot(bot) < 10

    async def command(self, *argv: str, status: int = 0) -> Mapping[str, Any]:
        """Run a command beside the bot; its JSON."""
        env = {**os.environ, **self._env}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *argv,
            "--json",
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == status, err.decode()
        found: Mapping[str, Any] = json.loads(out or err)
        return found

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str, seconds: float = 10) -> None:
        """Wait until something holds."""
        end = asyncio.get_running_loop().time() + seconds
        while not await holds():
            assert asyncio.get_running_loop().time() < end, f"not within {seconds} s: {what}\n{self.log()}"
            await asyncio.sleep(0.1)

    def log(self) -> str:
        """What the bot has logged so far."""
        return self._log.read_text("utf-8") if self._log.exists() else ""


def soon(seconds: float = 12) -> str:
    """A time of day a moment from now, for DIGEST_AT; on a busy machine the bot takes as long to have read the records."""
    return (datetime.now(TAIPEI) + timedelta(seconds=seconds)).strftime("%H:%M:%S")


@pytest.fixture
async def stage(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """The stage, set; afterwards neither platform may have anything to complain of."""
    async with _bench(request.config.getoption("--platforms")) as bench:
        made = Stage(bench, folder, tmp_path)
        await made.prepare()
        yield made
        for bot in list(bench.bots):
            await bench.stop_bot(bot)
        assert await bench.violations() == [], made.log()


def _bench(platforms: str | None) -> AbstractAsyncContextManager[Any]:
    if platforms is None:
        return Bench()
    path = str(Path(platforms).resolve())
    if path not in sys.path:
        sys.path.insert(0, path)
    made: AbstractAsyncContextManager[Any] = import_module("driver").Bench()
    return made
