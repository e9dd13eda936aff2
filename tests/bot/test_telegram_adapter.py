"""The Telegram loop: an update is confirmed after it was handled, and not before."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.inbox import Inbox
from bot.telegram_adapter import TelegramAdapter
from handlers.message import Ask, Message, Tap
from tests.doubles.people import Bench
from tests.sample import noon


class AwayInbox:
    """An inbox whose database is away for the first tries."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.handled: list[str] = []
        self.replied_to: list[str] = []

    async def handle(self, event: Ask | Tap, update: str) -> Message | None:
        """Fail as often as it was told to, then answer."""
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        self.handled.append(event.text if isinstance(event, Ask) else event.action)
        return Message(title="好")

    async def reply(self, event: Ask | Tap, update: str, message: Message) -> None:
        """Remember the reply."""
        self.replied_to.append(update)


async def test_an_update_that_could_not_be_handled_is_not_confirmed_and_comes_again() -> None:
    async with Bench() as bench:
        inbox = AwayInbox(failures=2)
        adapter = TelegramAdapter(bench.env()["TELEGRAM_BOT_TOKEN"], bench.tg.url, lambda: noon("2026-03-02"))
        loop = asyncio.create_task(adapter.run(cast(Inbox, inbox)))
        await bench.tg.wait_polling()
        await bench.tg.say(700, 700, "法務部 逾期")
        await bench.tg.say(700, 700, "說明")
        for _ in range(100):
            if len(inbox.replied_to) == 2:
                break
            await asyncio.sleep(0.1)
        assert inbox.handled == ["法務部 逾期", "說明"]
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await adapter.close()
        assert await bench.violations() == []
