"""Replies that an adapter sends while it goes on: nobody waits for them until it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

FINISH_WITHIN = 5.0
"""Seconds that replies in flight have to finish; one that is late is sent again by the next process."""


class InFlight:
    """The replies of one adapter that are on their way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, reply: Coroutine[None, None, None]) -> None:
        """Let a reply go out."""
        task = asyncio.create_task(reply)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for those on their way, FINISH_WITHIN seconds at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_WITHIN)
