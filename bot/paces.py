"""How fast messages may go out: in one chat, and to all chats, no faster than a platform allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from aiolimiter import AsyncLimiter

from bot.delivery import LateError

KEPT = 10_000
"""Chats whose pace is remembered; beyond that all are forgotten, which costs at most a 429."""

TURN_WITHIN = 30.0
"""Seconds that a message waits for its turn at most: with its time-outs it is out well within a lease (post.LEASE)."""


class Paces:
    """The paces of one platform: those of each chat by its id, and those that all messages share."""

    def __init__(
        self, in_chat: Callable[[str], Sequence[AsyncLimiter]], everywhere: Sequence[AsyncLimiter] = ()
    ) -> None:
        self._in_chat = in_chat
        self._everywhere = everywhere
        self._chats: dict[str, Sequence[AsyncLimiter]] = {}

    async def take_turn(self, chat: str) -> None:
        """Wait until a message to a chat may go out: its own pace first, so that nobody else waits meanwhile.

        Raises LateError where that is not within TURN_WITHIN.
        """
        if chat not in self._chats:
            if len(self._chats) > KEPT:
                self._chats.clear()
            self._chats[chat] = self._in_chat(chat)
        await take_turn(*self._chats[chat], *self._everywhere)


async def take_turn(*limiters: AsyncLimiter) -> None:
    """Wait for the turn of some paces, one after another; raises LateError where that is not within TURN_WITHIN."""
    try:
        async with asyncio.timeout(TURN_WITHIN):
            for limiter in limiters:
                await limiter.acquire()
    except TimeoutError as late:
        raise LateError from late
