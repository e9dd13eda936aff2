"""The running process: everything is made and joined here, started, and stopped in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.delivery import Delivery, Platform
from bot.inbox import Inbox
from bot.service import Service
from bot.settings import Settings
from bot.slack_adapter import PLATFORM as SLACK
from bot.slack_adapter import SlackAdapter
from bot.telegram_adapter import PLATFORM as TELEGRAM
from bot.telegram_adapter import TelegramAdapter
from records.folder import SourceError

SWEEP = timedelta(seconds=2)
"""How often delivery looks for what fell due by the clock alone: the end of an undo window, a digest, a retry."""

_log = structlog.get_logger()


async def run(settings: Settings, service: Service) -> None:
    """Run both platforms, the clock and delivery in this loop until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
    adapters = _adapters(settings, service.clock.now)
    platforms: dict[str, Platform] = dict(adapters)
    delivery = Delivery(service, platforms, writer)
    inbox = Inbox(service, delivery, writer)
    clock = _clock(settings, service, delivery, writer)
    jobs: list[Coroutine[None, None, None]] = [delivery.run(), *(adapter.run(inbox) for adapter in adapters.values())]
    tasks = [asyncio.create_task(job) for job in jobs]
    clock.start()
    try:
        await stopping.wait()
    finally:
        clock.shutdown(wait=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for adapter in adapters.values():
            await adapter.close()
        writer.shutdown()


def _adapters(settings: Settings, now: Callable[[], datetime]) -> dict[str, TelegramAdapter | SlackAdapter]:
    adapters: dict[str, TelegramAdapter | SlackAdapter] = {}
    if settings.telegram_bot_token:
        token = settings.telegram_bot_token.get_secret_value()
        adapters[TELEGRAM] = TelegramAdapter(token, settings.telegram_api_url, now)
    if settings.slack_bot_token and settings.slack_app_token:
        tokens = settings.slack_bot_token.get_secret_value(), settings.slack_app_token.get_secret_value()
        adapters[SLACK] = SlackAdapter(*tokens, settings.slack_api_url, now)
    return adapters


def _clock(settings: Settings, service: Service, delivery: Delivery, writer: ThreadPoolExecutor) -> AsyncIOScheduler:
    """Sync, the day's turn and delivery's sweep. A run that was missed is made up once, however late."""
    loop = asyncio.get_running_loop()

    async def sync() -> None:
        try:
            result = await loop.run_in_executor(writer, service.sync)
        except SourceError as unreachable:
            _log.error("records_unreachable", reason=str(unreachable))
            return
        _log.info(
            "synced", records=result.records, news=dict(result.news), proposals=result.proposals, queued=result.queued
        )
        delivery.wake()

    async def turn_day() -> None:
        await loop.run_in_executor(writer, service.turn_day)
        delivery.wake()

    async def sweep() -> None:
        delivery.wake()

    scheduler = AsyncIOScheduler(
        timezone=settings.timezone,
        executors={"default": AsyncIOExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    if settings.sync_every:
        every = IntervalTrigger(seconds=int(settings.sync_every.total_seconds()), timezone=settings.timezone)
        scheduler.add_job(sync, every, next_run_time=datetime.now(settings.timezone))
    scheduler.add_job(turn_day, CronTrigger(hour=0, minute=0, timezone=settings.timezone))
    scheduler.add_job(sweep, IntervalTrigger(seconds=int(SWEEP.total_seconds()), timezone=settings.timezone))
    return scheduler
