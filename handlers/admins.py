"""What the admins are told, each in private."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers import voices
from handlers.message import Chat, Message
from handlers.policy import Policy
from store import outbox
from store.engine import Transaction


def tell(tx: Transaction, key: str, compose: Callable[[], Message], policy: Policy, at: datetime) -> int:
    """Owe each admin of a chat platform a message, which `compose` puts into words, once for a key; how many messages that is."""
    chats = [Chat(platform=admin.platform, id=admin.id) for admin in policy.admins if admin.platform != "terminal"]
    owed = 0
    for place, body in voices.worded(tx, [chat.place for chat in sorted(chats, key=str)], policy, compose):
        owed += outbox.send(tx, f"{key}:{place[0]}:{place[1]}", place, at, body=body)
    return owed
