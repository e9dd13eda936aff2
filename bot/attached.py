"""What comes along with messages: how a file is read, what is uploaded, and what is said where that failed."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.message import Message

LONGEST = 256 * 1024
"""Bytes of a file that is read; thousands of subscriptions are shorter."""

IMPORT = "匯入訂閱"
"""What a file asks for that comes without a word."""

NOT_SENT = Message(title="檔案沒有送出，請稍後再試一次。")


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


def read(content: bytes) -> str:
    """The text of a file; '' where it is too long or no UTF-8, with or without a byte order mark."""
    if len(content) > LONGEST:
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
