"""What the log says, of a process of its own."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import asyncio, logging, structlog
from bot import log
from store.engine import Database, DatabaseError

log.begin(["123456:SECRET"])

def fail():
    address = "https://api.telegram.org/bot" + "123456:" + "SECRET/sendMessage"  # as the libraries hold it
    raise ValueError("no answer from " + address)

try:
    fail()
except ValueError:
    structlog.get_logger().exception("send_failed", of="123456:" + "SECRET", chat="telegram:1")
    logging.getLogger("library").exception("it failed")
try:
    with Database("sqlite:////proc/none.sqlite3").write():
        pass
except DatabaseError:
    structlog.get_logger().exception("event_failed")
    logging.getLogger("scheduler").exception("a job failed")
try:
    raise asyncio.CancelledError
except asyncio.CancelledError:
    logging.getLogger("server").exception("a task failed")
logging.getLogger("httpx").warning("HTTP Request: POST getUpdates")
"""


def _logged() -> str:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return done.stderr


def test_a_secret_is_blotted_out_of_events_and_tracebacks() -> None:
    told = _logged()
    assert "123456:SECRET" not in told
    assert told.count("ValueError: no answer from https://api.telegram.org/bot********/sendMessage") == 2


def test_a_traceback_names_places_and_no_values() -> None:
    told = _logged()
    assert "in fail" in told
    assert "address = https" not in told and "address='" not in told
    assert "╭" not in told, "no box around every frame"


def test_an_event_tells_when_how_bad_and_of_whom() -> None:
    line = next(line for line in _logged().splitlines() if "send_failed" in line)
    assert "[error" in line and "chat=telegram:1" in line and line[:2] == "20"


def test_a_library_that_logs_every_poll_is_quiet() -> None:
    assert "getUpdates" not in _logged()


def test_what_a_library_logs_is_one_line_with_its_error() -> None:
    (line,) = [line for line in _logged().splitlines() if "library" in line]
    assert line.endswith(
        "[ERROR] library: it failed: ValueError: no answer from https://api.telegram.org/bot********/sendMessage"
    )


def test_a_database_that_is_away_is_told_in_a_line() -> None:
    told = _logged()
    for event in ("event_failed", "scheduler"):
        (line,) = [line for line in told.splitlines() if event in line]
        assert "database can't be reached: unable to open database file" in line
    assert "sqlite3" not in told


def test_what_is_cancelled_because_the_process_ends_is_no_failure() -> None:
    assert "a job failed" in _logged()
    assert "a task failed" not in _logged()
