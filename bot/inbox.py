"""The one way in: an adapter hands over what happened, and the reply goes out once it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar
from zlib import crc32

from bot.delivery import Delivery
from bot.service import Service
from handlers.answer import changes_watches, speaks_of_quoted
from handlers.language import N_, say_in
from handlers.message import Ask, Chat, Message, Tap

Result = TypeVar("Result")


UNREACHED = N_("這個回答只能私下給你，但我還不能私訊你：請先私訊我一句話，再問一次。")


PATIENCE = 1.0
"""Seconds after which a slow question is said to be still looked into."""


class Inbox:
    """Handles events in the threads of some writers, those of one chat in one after another, and wakes delivery after each."""

    def __init__(
        self, service: Service, delivery: Delivery, writers: Sequence[Executor], *, patience: float = PATIENCE
    ) -> None:
        self._service = service
        self._delivery = delivery
        self._writers = writers
        self._handling: dict[tuple[str, str], asyncio.Future[Message | None]] = {}
        self._answering: set[tuple[str, str]] = set()
        self._patience = patience
        self._progress: dict[tuple[str, str], str] = {}

    async def handle(self, event: Ask | Tap, update: str) -> Message | None:
        """Handle an event once, by the platform's id of it; the committed reply, or None where it was or is being sent."""
        key = (event.chat.platform, update)
        if key in self._answering:
            return None
        if handled := self._handling.get(key):
            # delivered again meanwhile: it is confirmed once it is kept, and answered once
            await asyncio.shield(handled)
            return None
        answering = asyncio.ensure_future(self._call(event.chat, lambda: self._service.handle(event, update)))
        self._handling[key] = answering
        try:
            if not event.aside and (told := await asyncio.to_thread(self._service.progress, event)):
                done, _ = await asyncio.wait({answering}, timeout=self._patience)
                if not done:
                    self._progress[key] = await self._delivery.say(event.chat, told)
            message = await answering
            if message:
                self._answering.add(key)
        finally:
            del self._handling[key]
        self._delivery.wake()
        return message

    def asks_for_manager(self, event: Ask | Tap) -> bool:
        """Whether only an admin of the group may do this: the adapter then asks the platform whether the person is one."""
        return self._service.policy.groups_by_admins and changes_watches(event)

    def asks_for_news(self, event: Ask | Tap) -> bool:
        """Whether this may change what the chat hears: the adapter then asks the platform whether the bot can write there."""
        return changes_watches(event)

    def speaks_of_quoted(self, event: Ask) -> bool:
        """Whether this may ask about the message that it replies to: the adapter then asks the platform what that says."""
        return speaks_of_quoted(event)

    def linked(self, link: str) -> None:
        """A link that opens a chat with the bot, to be followed by what it shall be asked there."""
        self._service.link(link)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A group goes on under another id: it keeps everything."""
        moved = Chat(platform=platform, id=old)
        await self._call(moved, lambda: self._service.move_chat(platform, old, new))
        self._delivery.wake()

    async def reply(self, event: Ask | Tap, update: str, message: Message) -> None:
        """Send the reply where the event came from, a private one to the person; what fails for now a later sweep sends."""
        platform, chat = event.chat.platform, event.chat
        tapped = event.message if isinstance(event, Tap) else None
        said = self._progress.pop((platform, update), "")
        if said and message.place == "reply" and not message.file and not message.chart:
            tapped, message = said, message.placed("edit")  # the answer takes the place of what was said meanwhile
        if message.place == "private":
            chat = Chat(platform=platform, id=event.person.id)
        try:
            reached = await self._delivery.reply(platform, update, chat, tapped, message)
            if not reached and chat != event.chat:
                told = Message(title=say_in(message.language, UNREACHED))
                await self._delivery.reply(platform, update, event.chat, None, told)
        finally:
            self.let_go(event, update)

    async def replied(self, event: Ask | Tap, update: str) -> None:
        """The adapter sent the reply by ways of its own."""
        nothing = Message(title="")
        chat = event.chat
        await self._call(chat, lambda: self._service.sent(chat.platform, update, nothing, chat, ""))
        self.let_go(event, update)

    def let_go(self, event: Ask | Tap, update: str) -> None:
        """Nobody is sending this reply now; where it is still owed, a sweep will."""
        self._answering.discard((event.chat.platform, update))

    async def _call(self, chat: Chat, function: Callable[[], Result]) -> Result:
        writer = self._writers[crc32(chat.id.encode()) % len(self._writers)]
        return await asyncio.get_running_loop().run_in_executor(writer, function)
