"""Records that several tests of news put into the source, and what they ask of it."""

from __future__ import annotations

from datetime import datetime

from tests.handlers.conftest import Newsroom
from tests.sample import HOME, record_text

FILE = "其他/路燈.md"
LATE = "2027-12-31"
CROSSING = "🔔 期限已過·未見完成紀錄"

MANY_ALIKE = {f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target="2026-03-15") for n in range(1, 9)}
"""Eight records of one promise, which passes its date together."""

STAYS = {"其他/別的.md": record_text(id="9" * 8, title="別的", agency="教育部", target=LATE)}
"""A record that is there whatever else goes: a source without any is held."""


def some(count: int, entries: str = "", target: str = LATE, agency: str = "法務部") -> dict[str, str]:
    """So many records of an agency."""
    return {
        f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target=target, entries=entries, agency=agency)
        for n in range(1, count + 1)
    }


def titles(newsroom: Newsroom, at: datetime) -> list[str]:
    """The titles of what is due at home at a moment."""
    return [message.title for message in newsroom.due(at).get(str(HOME), [])]
