"""What the admins are told, each in private."""

from __future__ import annotations

from datetime import datetime

from handlers.message import MESSAGE, Chat, Message
from handlers.policy import Policy
from store import outbox
from store.engine import Transaction


def tell(tx: Transaction, key: str, message: Message, policy: Policy, at: datetime) -> int:
    """Owe each admin of a chat platform a message, once for a key; how many messages that is."""
    body = MESSAGE.dump_python(message, mode="json")
    chats = [Chat(platform=admin.platform, id=admin.id) for admin in policy.admins if admin.platform != "terminal"]
    owed = 0
    for chat in sorted(chats, key=str):
        owed += outbox.send(tx, f"{key}:{chat}", chat.place, at, body=body)
    return owed
