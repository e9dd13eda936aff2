"""The pages that `PORT` opens: whether the process lives, whether it can answer, and its figures for Prometheus.

They are plain HTTP without a password, so they tell numbers and fixed words only: no chat, no person, no address, no error.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from bot.service import Service
from bot.settings import SettingsError

Result = TypeVar("Result")

PATIENCE = 5
"""Seconds that a page waits for the database; who scrapes or probes gives up soon after."""

NOT_SYNCED = "the first sync was not tried yet"
STOPPING = "stopping"
SILENT = "the database does not answer"

_log = structlog.get_logger()


@dataclass(slots=True)
class Readiness:
    """What the process lacks to be ready, in a few words that anybody may read; None where that is nothing."""

    lacks: str | None = NOT_SYNCED


@asynccontextmanager
async def serve(service: Service, port: int | None) -> AsyncIterator[Readiness]:
    """Serve the pages for as long as the block runs, none without a port; raises SettingsError where it can't be had."""
    readiness = Readiness()
    if port is None:
        yield readiness
        return
    listening = _listen(port)
    # a thread of their own: pages wait neither for the writer nor hold it up, and take one connection however many ask
    reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="web")
    server = _Server(
        Config(
            _Pages(service, readiness, reader).app(),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
    serving = asyncio.create_task(server.serve([listening]))
    _log.info("web_listening", port=port)
    try:
        yield readiness
    finally:
        server.should_exit = True
        await serving
        reader.shutdown(wait=False, cancel_futures=True)


class _Server(Server):
    """Uvicorn's server, which leaves the signals to the process that it is a part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Pages:
    def __init__(self, service: Service, readiness: Readiness, reader: Executor) -> None:
        self._service, self._readiness, self._reader = service, readiness, reader
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(service))

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/healthz", self._health),
                Route("/readyz", self._ready),
                Route("/metrics", self._metrics),
            ]
        )

    async def _health(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _: Request) -> Response:
        if self._readiness.lacks:
            return _unready(self._readiness.lacks)
        return PlainTextResponse("ok\n") if await self._ask(self._service.reach_database) else _unready(SILENT)

    async def _metrics(self, _: Request) -> Response:
        text = await self._ask(partial(generate_latest, self._registry))
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4) if text else _unready(SILENT)

    async def _ask(self, question: Callable[[], Result]) -> Result | None:
        """What the database answers; None where it does not, and why goes to the log alone."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.get_running_loop().run_in_executor(self._reader, question)
        except Exception as fault:
            _log.warning("page_unanswered", reason=repr(fault), fix="check DATABASE_URL, and that the database runs")
            return None


class _Figures(Collector):
    """Counts anew at every scrape: all of it stands in the database, so no figure is lost in a restart."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """The figures as they stand."""
        figures = self._service.figures()
        tally = figures.outbox
        gauges: list[tuple[str, str, int | None]] = [
            ("outbox_waiting_effects", "Messages and file entries that wait, those tried before among them", tally.waiting),
            ("outbox_retrying_effects", "Of those that wait: tried before, to be tried again", tally.retrying),
            ("outbox_kept_effects", "Messages kept for chats that can't be written to", tally.kept),
            ("outbox_given_up_effects", "Messages and file entries that were given up", tally.given_up),
            ("outbox_oldest_age_seconds", "How long what is due longest waits; 0 where nothing does", tally.oldest_seconds),
            ("watches", "Subscriptions", figures.watches.watches),
            ("watching_chats", "Chats that hold a subscription", figures.watches.chats),
            ("stopped_chats", "Chats that can't be written to", figures.stopped),
            ("feed_silence_seconds", "How long ago the source last brought anything", figures.silent_seconds),
            ("records", "Records that the source holds", figures.records),
        ]  # fmt: skip
        for name, meaning, value in gauges:
            yield GaugeMetricFamily(f"nuoyan_{name}", f"{meaning}.", value=value)
        yield CounterMetricFamily(
            "nuoyan_outbox_sent_effects", "Messages sent and file entries written.", value=tally.sent
        )


def _listen(port: int) -> socket.socket:
    """The socket, taken before anything else starts: a taken port is told in one line, and nothing was sent yet."""
    try:
        # on every interface: nothing outside a container reaches the loopback inside it
        return socket.create_server(("", port))
    except OSError as reason:
        told = os.strerror(reason.errno) if reason.errno else str(reason)
        raise SettingsError(f"PORT: {port} can't be listened on: {told}") from reason


def _unready(reason: str) -> Response:
    return PlainTextResponse(f"{reason}\n", 503)
