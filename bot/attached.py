"""Files that come along with messages: how one is read, and what is said where one could not be sent."""

from __future__ import annotations

from handlers.message import Message

LONGEST = 256 * 1024
"""Bytes of a file that is read; thousands of subscriptions are shorter."""

IMPORT = "匯入訂閱"
"""What a file asks for that comes without a word."""

NOT_SENT = Message(title="檔案沒有送出，請稍後再試一次。")


def read(content: bytes) -> str:
    """The text of a file; '' where it is too long or no UTF-8, with or without a byte order mark."""
    if len(content) > LONGEST:
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
