"""What several tests of answers put into the source, and press."""

from __future__ import annotations

from handlers.message import Message
from tests.handlers.conftest import Newsroom
from tests.sample import action_of, record_text, taps

LONG = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，查復如下："
"""How a reply begins."""


def many(newsroom: Newsroom, count: int) -> None:
    """So many records, each of a letter of its own."""
    files = {
        f"其他/{n:02}.md": record_text(
            id=f"{n:08d}", title=f"第{n}件", letter=f"（行政院函　中華民國112年3月8日院臺專字第11299{n:05d}號）"
        )
        for n in range(count)
    }
    newsroom.sync("2026-03-20", files)


def press(newsroom: Newsroom, message: Message, label: str) -> Message:
    """Press the button of a message that bears a label."""
    return newsroom.happens(taps(action_of(message, label), "2026-03-20"))
