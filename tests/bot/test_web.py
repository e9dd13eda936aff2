"""The pages of `PORT`, over real HTTP: what lives, what is ready, and the figures; no page names a chat or a secret."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.process import run
from bot.service import Service
from bot.settings import Settings, SettingsError
from bot.web import NOT_SYNCED, PATIENCE, SILENT, STOPPING, serve
from handlers.message import plain
from handlers.policy import Policy
from records.folder import Folder
from store import chats, leases, outbox, watches
from store.engine import Database
from store.places import Place
from tests.conftest import SetClock
from tests.doubles.people import Bench
from tests.sample import REVIEWER, TAIPEI, asks, noon, record_text, write

ServiceAt = Callable[[Database, datetime], Service]

NOW = noon("2026-03-02")


@pytest.fixture
def port(unused_tcp_port: int) -> int:
    """A port that nobody listens on."""
    return unused_tcp_port


async def _get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", timeout=20)


async def _until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.05)


def _samples(text: str) -> dict[str, float]:
    return {
        name: float(value) for name, value in (line.split() for line in text.splitlines() if not line.startswith("#"))
    }


def _fill(service: Service) -> None:
    """Two subscriptions in two chats, one of them gone; one effect of every fate."""
    with service.database.write() as tx:
        question = watches.question_id(tx, "agency:法務部")
        for chat in ("700", "-100SECRETROOM"):
            watches.add(
                tx, Place("telegram", chat, ""), question, watches.Options(pace=watches.DAILY), by="x", made_at=NOW
            )
        chats.stop(tx, Place("telegram", "-100SECRETROOM", ""), "Forbidden: bot was kicked", NOW)
        ids = {}
        for key, chat in {**dict.fromkeys("abcde", "700"), "f": "-100SECRETROOM"}.items():
            due = NOW - timedelta(seconds=90) if key == "a" else NOW
            outbox.put(tx, key, outbox.SEND, due, place=Place("telegram", chat, ""), body={"title": "私下的話"})
        for effects in leases.claim(tx, NOW, timedelta(0), kinds=(outbox.SEND,), platforms=("telegram",)):
            ids = dict(zip("abcde", [effect.id for effect in effects], strict=True))
        leases.retry(tx, [ids["b"]], NOW, "flood", failed_at=NOW)
        leases.give_up(tx, [ids["c"]], NOW, "Bad Request: SECRETERROR")
        leases.done(tx, [ids["d"], ids["e"]], NOW)


async def test_the_figures_are_the_outbox_the_subscriptions_and_the_feed(
    database: Database, folder: Path, service_at: ServiceAt, port: int
) -> None:
    write(folder, "a.md", record_text())
    service_at(database, NOW - timedelta(hours=2)).feed.sync()
    service = service_at(database, NOW)
    _fill(service)
    async with serve(service, port):
        page = await _get(port, "/metrics")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert _samples(page.text) == {
        "nuoyan_outbox_waiting_effects": 2,
        "nuoyan_outbox_retrying_effects": 1,
        "nuoyan_outbox_kept_effects": 1,
        "nuoyan_outbox_given_up_effects": 1,
        "nuoyan_outbox_oldest_age_seconds": 90,
        "nuoyan_outbox_sent_effects_total": 2,
        "nuoyan_watches": 2,
        "nuoyan_watching_chats": 2,
        "nuoyan_stopped_chats": 1,
        "nuoyan_feed_silence_seconds": 7200,
        "nuoyan_records": 1,
    }
    assert not re.search("SECRET|700|telegram|Forbidden|私下|法務部", page.text)
    told = service.handle(asks("/status", person=REVIEWER), "1")
    assert told
    assert re.search(
        "待送 2　重試中 1　已送 2　放棄 1.*訂閱 2（2 個對話、1 種條件）.*紀錄 1 件", plain(told), re.DOTALL
    )


async def test_every_figure_has_its_help_and_type(sqlite: Database, service_at: ServiceAt, port: int) -> None:
    async with serve(service_at(sqlite, NOW), port):
        text = (await _get(port, "/metrics")).text
    helped = re.findall(r"^# HELP (nuoyan_\S+) \S.*\.$", text, re.MULTILINE)
    typed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert helped == list(typed)
    assert {name for name, kind in typed.items() if kind == "counter"} == {"nuoyan_outbox_sent_effects_total"}
    # a source that never brought anything has no age: an alert on it must not fire, nor believe it fresh
    assert typed.keys() - _samples(text).keys() == {"nuoyan_feed_silence_seconds"}


async def test_ready_is_only_who_has_tried_a_sync_and_is_not_stopping(
    database: Database, service_at: ServiceAt, port: int
) -> None:
    async with serve(service_at(database, NOW), port) as readiness:
        for lacks, status, told in ((NOT_SYNCED, 503, NOT_SYNCED), (None, 200, "ok"), (STOPPING, 503, STOPPING)):
            readiness.lacks = lacks
            page = await _get(port, "/readyz")
            assert (page.status_code, page.text) == (status, f"{told}\n")
            assert (await _get(port, "/healthz")).status_code == 200


@pytest.mark.parametrize("listens", [False, True])
async def test_a_database_that_does_not_answer_is_told_without_its_address(
    listens: bool, policy: Policy, folder: Path, port: int, unused_tcp_port_factory: Callable[[], int]
) -> None:
    place = ("127.0.0.1", unused_tcp_port_factory())
    database = Database(f"postgresql+psycopg://nuoyan:SECRET@{place[0]}:{place[1]}/nuoyan")
    service = Service(database, policy, SetClock(zone=TAIPEI, moment=NOW), Folder(folder))
    with closing(socket.create_server(place)) if listens else nullcontext():
        async with serve(service, port) as readiness:
            readiness.lacks = None
            asking = asyncio.gather(_get(port, "/readyz"), _get(port, "/metrics"))
            assert (await asyncio.wait_for(_get(port, "/healthz"), 2)).status_code == 200
            pages = await asyncio.wait_for(asking, PATIENCE + 2)
    assert [(page.status_code, page.text) for page in pages] == [(503, f"{SILENT}\n")] * 2


async def test_nothing_else_is_served_and_nothing_is_taken(sqlite: Database, service_at: ServiceAt, port: int) -> None:
    async with serve(service_at(sqlite, NOW), port):
        assert [(await _get(port, path)).status_code for path in ("/", "/metrics/x", "/docs", "/.env")] == [404] * 4
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(f"http://127.0.0.1:{port}/metrics")).status_code == 405
            assert "server" not in (await client.head(f"http://127.0.0.1:{port}/healthz")).headers


async def test_without_a_port_nothing_is_opened(sqlite: Database, service_at: ServiceAt) -> None:
    before = threading.active_count()
    async with serve(service_at(sqlite, NOW), None) as readiness:
        assert readiness.lacks == NOT_SYNCED
        assert (threading.active_count(), len(asyncio.all_tasks())) == (before, 1)


async def test_a_port_in_use_is_refused_by_name_before_anything_starts(
    sqlite: Database, service_at: ServiceAt, port: int
) -> None:
    refused = pytest.raises(SettingsError, match=f"^PORT: {port} can't be listened on: Address already in use$")
    with closing(socket.create_server(("127.0.0.1", port))), refused:
        await run(Settings(port=port), service_at(sqlite, NOW))
    async with serve(service_at(sqlite, NOW), port):  # nothing of the failed try holds it
        assert (await _get(port, "/healthz")).status_code == 200


async def test_pages_answer_while_the_writer_waits_and_ready_comes_after_it(
    sqlite: Database, policy: Policy, folder: Path, port: int, tmp_path: Path
) -> None:
    write(folder, "a.md", record_text())
    service = Service(sqlite, policy, SetClock(zone=TAIPEI, moment=NOW), Folder(folder))
    with closing(sqlite3.connect(tmp_path / "nuoyan.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process = asyncio.create_task(run(Settings(port=port), service))
        try:
            async with asyncio.timeout(4):  # less than the writer waits for the other
                assert (await _get(port, "/healthz")).status_code == 200
                assert (await _get(port, "/readyz")).text == f"{NOT_SYNCED}\n"
                assert _samples((await _get(port, "/metrics")).text)["nuoyan_records"] == 0
            other.execute("ROLLBACK")
            await _until(lambda: _is_ready(port))
            assert _samples((await _get(port, "/metrics")).text)["nuoyan_records"] == 1
        finally:
            process.cancel()
            await asyncio.gather(process, return_exceptions=True)
    with pytest.raises(httpx.ConnectError):
        await _get(port, "/healthz")


async def _is_ready(port: int) -> bool:
    try:
        return (await _get(port, "/readyz")).status_code == 200
    except httpx.ConnectError:
        return False


async def test_a_slow_reader_does_not_keep_the_process_from_going(
    sqlite: Database, service_at: ServiceAt, port: int
) -> None:
    async with asyncio.timeout(8):
        async with serve(service_at(sqlite, NOW), port):
            _, silent = await asyncio.open_connection("127.0.0.1", port)
            _, half = await asyncio.open_connection("127.0.0.1", port)
            half.write(b"GET /metrics HTTP/1.1\r\n")
            await half.drain()
            assert (await _get(port, "/healthz")).status_code == 200
    for writer in (silent, half):
        writer.close()


async def test_the_running_process_serves_its_pages_and_goes_in_peace(port: int, folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md", record_text())
    env = {
        "RECORDS": str(folder),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'nuoyan.sqlite3'}",
        "PORT": str(port),
        "SYNC_EVERY": "off",
    }
    argv = [sys.executable, "-m", "bot", "run"]
    log = tmp_path / "bot.log"
    async with Bench() as bench:
        bot = await bench.start_bot(argv, env, log=str(log))
        await _until(lambda: _is_ready(port))
        assert _samples((await _get(port, "/metrics")).text)["nuoyan_records"] == 1
        second = await bench.start_bot(argv, env, log=str(tmp_path / "second.log"), wait=False)
        assert await asyncio.wait_for(second.wait(), 20) == 2
        assert await bench.stop_bot(bot) < 10
        assert bot.returncode == 0
    told = [line for line in (tmp_path / "second.log").read_text("utf-8").splitlines() if "PORT" in line]
    assert told == [
        f"nuoyan: PORT: {port} can't be listened on: Address already in use"
        " (set it right in the environment or in .env)"
    ]
    assert "Traceback" not in log.read_text("utf-8") + (tmp_path / "second.log").read_text("utf-8")
    assert "/metrics" not in log.read_text("utf-8")


def test_a_question_in_the_shell_loads_no_web_server() -> None:
    code = (
        "import sys, bot.cli; assert not {'starlette', 'uvicorn', 'prometheus_client', 'bot.web'} & sys.modules.keys()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
