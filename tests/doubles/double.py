"""What both doubles share: a local HTTP server, a log of events to wait on, faults to inject, the bot's mistakes."""

import asyncio
import re
import time
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from aiohttp import web

Json = dict[str, Any]


class Bucket:
    """A leaky bucket: `take` answers 0 when there is room, otherwise the seconds until there is."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.level, self.at = rate, burst, burst, time.monotonic()

    def wait(self) -> float:
        """The seconds until one more fits."""
        now = time.monotonic()
        self.level, self.at = min(self.burst, self.level + (now - self.at) * self.rate), now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate

    def take(self) -> float:
        """Takes a place if there is one."""
        wait = self.wait()
        if not wait:
            self.level -= 1
        return wait


class Double:
    """One platform, served on 127.0.0.1 by the loop it is started in.

    Public coroutines are control verbs: what a test may ask of the platform. Everything else is the platform itself.
    """

    place: ClassVar[str]
    """The argument that names a conversation."""
    polling_methods: ClassVar[tuple[str, ...]] = ()
    """Methods too frequent to be logged or hit by a fault for every method."""
    defaults: ClassVar[Json] = {}

    def __init__(self, **settings: Any) -> None:
        self.settings = dict(self.defaults)
        self._set(settings)
        self.url = ""
        self.seq = 0
        self._events: list[Json] = []
        self._violations: list[Json] = []
        self._faults: list[Json] = []
        self._calls: list[tuple[Any, ...]] = []
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._runner: web.AppRunner | None = None

    def routes(self) -> list[web.RouteDef]:
        """The platform's addresses."""
        raise NotImplementedError

    async def start(self) -> None:
        """Serves on a free port; `url` says where."""
        app = web.Application(client_max_size=2**26, middlewares=[self._guard])
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        """Stops serving and forgets what was under way."""
        for timer in self._timers:
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            answer: web.StreamResponse = await handler(request)
            return answer
        except web.HTTPException:
            raise
        except Exception as error:
            self.violate("double_error", error=repr(error), path=request.path)
            raise

    def _set(self, settings: Json) -> None:
        if unknown := settings.keys() - self.defaults.keys():
            raise KeyError(f"no such setting: {', '.join(sorted(unknown))}")
        self.settings.update(settings)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def violate(self, kind: str, **what: Any) -> None:
        """Notes a mistake of the bot's."""
        self._violations.append({"kind": kind, "t": time.time(), **what})

    def record(self, kind: str, **what: Any) -> None:
        """Adds an event to the log and wakes whoever waits for one."""
        self.seq += 1
        self._events.append({"seq": self.seq, "t": time.time(), "kind": kind, **what})
        self._ring()

    def _ring(self) -> None:
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def _rung(self, deadline: float) -> bool:
        """Waits for the next change; False once the (monotonic) deadline has passed."""
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                await self._bell.wait()
        except TimeoutError:
            return False
        return True

    def _now_standing(self, event: Json) -> Json:
        """The event with the message or view it is about, as that stands now."""
        return event

    def _take_fault(self, method: str, place: Any) -> Json | None:
        for fault in self._faults:
            named = fault["method"].lower() == method.lower()
            anything = fault["method"] == "*" and method not in self.polling_methods
            if fault["times"] and (named or anything) and fault.get(self.place) in (None, place):
                fault["times"] -= 1
                return fault
        return None

    @staticmethod
    def _hang_up(request: web.Request) -> web.Response:
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _log_call(self, method: str, place: Any, status: int, error: str | None) -> None:
        if method not in self.polling_methods:
            self._calls.append((time.time(), method, place, status, error))

    @staticmethod
    def _find(pattern: str, text: str) -> bool:
        return re.search(pattern, text) is not None

    # What a test may ask ---------------------------------------------------------------------------------------

    async def wait(self, after: int = 0, kinds: Sequence[str] = (), timeout: float = 5, **place: Any) -> list[Json]:
        """The events after `after`, of these kinds and at this place, as soon as there are any."""
        deadline = time.monotonic() + timeout
        where = place.get(self.place)
        while True:
            found = [
                self._now_standing(event)
                for event in self._events[after:]  # event n is number n of the list
                if (not kinds or event["kind"] in kinds) and where in (None, event.get(self.place))
            ]
            if found or not await self._rung(deadline):
                return found

    async def violations(self, clear: bool = False) -> list[Json]:
        """The bot's mistakes so far."""
        found = list(self._violations)
        if clear:
            self._violations.clear()
        return found

    async def fault(self, method: str = "*", kind: str = "500", times: int = 1, **more: Any) -> Json:
        """Makes the next `times` calls fail (-1: all): 429, 500, 502, error, drop, drop_after (handled), delay."""
        fault = {"method": method, "kind": kind, "times": times, **more}
        self._faults.append(fault)
        return fault

    async def faults(self, clear: bool = False) -> list[Json]:
        """The faults set so far."""
        found = list(self._faults)
        if clear:
            self._faults.clear()
        return found

    async def calls(self, method: str | None = None, limit: int = 1000) -> list[tuple[Any, ...]]:
        """The bot's calls: time, method, conversation, HTTP status, error."""
        return [call for call in self._calls if method is None or call[1].lower() == method.lower()][-limit:]

    async def config(self, **settings: Any) -> Json:
        """Changes settings while it runs."""
        self._set(settings)
        return self.settings
