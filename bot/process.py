"""The running process: everything is made and joined here, started, and stopped in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import web
from bot.delivery import Delivery, Platform
from bot.inbox import Inbox
from bot.service import Service, spare_what_lasts
from bot.settings import Settings
from bot.slack_adapter import PLATFORM as SLACK
from bot.slack_adapter import SlackAdapter
from bot.telegram_adapter import PLATFORM as TELEGRAM
from bot.telegram_adapter import TelegramAdapter
from records.source import SourceError
from store.engine import DatabaseError

SWEEP = timedelta(seconds=2)
"""How often delivery looks for what fell due by the clock alone: the end of an undo window, a digest, a retry."""

READ_FIRST = timedelta(seconds=5)
"""How long people wait at the start for the first sync where there is older data to answer from: a source may be stuck."""

WRITERS = 5
"""Threads that write to PostgreSQL: one for the clock and delivery, the others for what people do.

SQLite has one writer at a time, and one thread. With two threads for people PostgreSQL answered 99 of 100 presses, 50 a
second, within 1.2 to 1.8 s, with four within 0.2 to 0.6 s (benchmarks/reviewing.py).
"""

_log = structlog.get_logger()


async def run(settings: Settings, service: Service) -> bool:
    """Run both platforms, the clock and delivery in this loop until SIGTERM or SIGINT; the records are read first.

    False where every platform refused its token: there is nobody to serve, and whoever watches the process must see it.

    The pages of `PORT` come before everything and go after it, so that they tell of the start and of the end too.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with web.serve(service, settings.port) as readiness:
        return await _run(settings, service, readiness, stopping)


async def _run(settings: Settings, service: Service, readiness: web.Readiness, stopping: asyncio.Event) -> bool:
    writer, *more = (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        for _ in range(1 if service.database.is_sqlite else WRITERS)
    )
    adapters = _adapters(settings, service.clock.now)
    platforms: dict[str, Platform] = dict(adapters)
    delivery = Delivery(service, platforms, writer)
    inbox = Inbox(service, delivery, more or [writer])
    # of its own: a git remote that takes the call and does not answer keeps nobody else waiting
    source = ThreadPoolExecutor(max_workers=1, thread_name_prefix="source")
    work = _Work(service, delivery, writer, source)
    reading = asyncio.create_task(_read_first(work, readiness))
    stopped = asyncio.create_task(stopping.wait())
    is_empty = await asyncio.get_running_loop().run_in_executor(writer, service.feed.is_empty)
    patience = None if is_empty else READ_FIRST.total_seconds()
    await asyncio.wait({reading, stopped}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    if not reading.done():
        _log.warning("sync_goes_on", fix="check that RECORDS can be reached; people are answered from the last data")
    serving = {asyncio.create_task(adapter.run(inbox)) for adapter in adapters.values()}
    tasks = [asyncio.create_task(delivery.run()), reading, *serving]
    failed: list[BaseException] = []

    def ended(task: asyncio.Task[None]) -> None:
        # an adapter whose token is refused ends in peace; one that fails must not leave a process that only seems to run
        if not task.cancelled() and (failure := task.exception()):
            failed.append(failure)
        was_serving = task in serving
        serving.discard(task)
        if failed or (was_serving and not serving):
            stopping.set()

    for task in tasks:
        task.add_done_callback(ended)
    clock = _clock(settings, work)
    clock.start()
    try:
        await stopping.wait()
        is_alone = not serving
    finally:
        readiness.lacks = web.STOPPING
        clock.shutdown(wait=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for adapter in adapters.values():
            await adapter.close()
        stopped.cancel()
        for each in (writer, *more, source):
            each.shutdown()
    if failed:
        raise failed[0]
    return not is_alone


async def _read_first(work: _Work, readiness: web.Readiness) -> None:
    await work.sync()
    spare_what_lasts()
    readiness.lacks = None


class _Work:
    """What the clock does, in the thread of a writer or, where a source that does not answer may hold it up, of the source."""

    def __init__(
        self, service: Service, delivery: Delivery, writer: ThreadPoolExecutor, source: ThreadPoolExecutor
    ) -> None:
        self._service, self._delivery, self._writer, self._source = service, delivery, writer, source

    async def sync(self) -> None:
        """Read the records; where they can't be reached the last data stays in use."""
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._source, self._service.feed.sync)
        except (SourceError, DatabaseError) as unreachable:
            _log.error("sync_failed", reason=str(unreachable), fix="check RECORDS and DATABASE_URL; it is tried again")
            return
        if result.held:
            _log.warning("sync_held", reason=result.held.reason, fix="look at the source, then release it")
        counts = {"records": result.records, "problems": len(result.problems), "news": dict(result.news)}
        if result.lived_until:
            _log.warning("day_is_past", lived_until=result.lived_until.isoformat(), fix="check the clock and --today")
        _log.info("synced", **counts, proposals=result.proposals, queued=result.queued)
        self._delivery.wake()

    async def turn_day(self) -> None:
        """Live through midnight."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._service.feed.turn_day)
        self._delivery.wake()

    async def sweep(self) -> None:
        """Look for what fell due by the clock alone: messages, and replies of a process that died."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writer, self._service.adopt_replies, self._delivery.platforms)
        finally:
            self._delivery.wake()

    async def tend_source(self) -> None:
        """Do what waits for the source: a sync that was released, decisions that are due in their files."""
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(self._source, self._service.feed.is_released):
            await self.sync()
        await loop.run_in_executor(self._source, self._service.feed.write_back)
        self._delivery.wake()

    async def watch_over(self) -> None:
        """Look whether the feed fell silent or delivery lags."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._service.watch_over)


def _adapters(settings: Settings, now: Callable[[], datetime]) -> dict[str, TelegramAdapter | SlackAdapter]:
    adapters: dict[str, TelegramAdapter | SlackAdapter] = {}
    if settings.telegram_bot_token:
        token = settings.telegram_bot_token.get_secret_value()
        adapters[TELEGRAM] = TelegramAdapter(token, settings.telegram_api_url, now)
    if settings.slack_bot_token and settings.slack_app_token:
        tokens = settings.slack_bot_token.get_secret_value(), settings.slack_app_token.get_secret_value()
        adapters[SLACK] = SlackAdapter(*tokens, settings.slack_api_url, now)
    return adapters


def _clock(settings: Settings, work: _Work) -> AsyncIOScheduler:
    """Sync, the day's turn and delivery's sweep. A run that was missed is made up once, however late."""
    zone = settings.timezone
    scheduler = AsyncIOScheduler(
        timezone=zone, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    if settings.sync_every:
        scheduler.add_job(work.sync, IntervalTrigger(seconds=int(settings.sync_every.total_seconds()), timezone=zone))
    scheduler.add_job(work.turn_day, CronTrigger(hour=0, minute=0, timezone=zone))
    scheduler.add_job(work.watch_over, CronTrigger(minute="*", timezone=zone))
    for job in (work.sweep, work.tend_source):
        scheduler.add_job(job, IntervalTrigger(seconds=int(SWEEP.total_seconds()), timezone=zone))
    return scheduler
