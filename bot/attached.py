"""What comes along with messages: how a file is read, what is uploaded, and what is said where that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.delivery import SendError
from handlers.language import say_in
from handlers.message import Message

TRIES = 4
PATIENCE = 30
"""Seconds in which an upload is tried again: its message, which is out already, must be known as sent within a lease."""

LONGEST = 256 * 1024
"""Bytes of a file that is read; thousands of subscriptions are shorter."""

IMPORT = "匯入訂閱"
"""What a file asks for that comes without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to send: its name and content; a picture has words for those who can't see it."""

    name: str
    content: bytes
    described: str = ""


def uploads(message: Message) -> list[Upload]:
    """What comes along with a message: its file, and its chart as a picture."""
    found = []
    if message.file:
        found.append(Upload(name=message.file.name, content=message.file.content.encode()))
    if message.chart:
        # drawing takes a tenth of a second to load, and few messages have a chart
        from bot import picture  # noqa: PLC0415

        described = picture.describe(message.chart)
        found.append(Upload(name="nuoyan.png", content=picture.draw(message.chart), described=described))
    return found


def not_sent(message: Message) -> Message:
    """What is said where what comes along with a message did not go out."""
    return Message(title=say_in(message.language, "檔案沒有送出，請稍後再試一次。"))


async def patiently(upload: Callable[[], Awaitable[object]]) -> None:
    """Upload, again where the platform asks to wait or fails for now: a file is owed by nobody else. Raises SendError."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    for left in range(TRIES - 1, -1, -1):
        try:
            await upload()
        except SendError as error:
            pause = error.retry_after if error.retry_after is not None else 1
            if error.permanent or not left or loop.time() + pause > until:
                raise
            await asyncio.sleep(pause)
        else:
            return


def read(content: bytes) -> str:
    """The text of a file; '' where it is too long or no UTF-8, with or without a byte order mark."""
    if len(content) > LONGEST:
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
