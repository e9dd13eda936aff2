"""What the log says: one event a line, a failure with the places it passed, and no secret."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from copy import copy
from traceback import walk_tb

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.typing import EventDict, Processor, WrappedLogger

from store.engine import DatabaseError

_QUIET = "httpx httpcore telegram apscheduler slack_bolt slack_sdk uvicorn".split()
"""Libraries that log what is no fault: httpx every poll, with the token in its address."""

_OURS = ("bot", "handlers", "store", "records")
_HIDDEN = "********"


def begin(secrets: Sequence[str]) -> None:
    """Log to standard error from here on, with `secrets` blotted out wherever they would stand.

    Tracebacks are plain: with the values of variables they would hold addresses with tokens, and what people wrote.
    """

    def without_secrets(_logger: WrappedLogger, _method: str, line: EventDict | str) -> str:
        return _blotted(str(line), secrets)

    processors: list[Processor] = [
        _in_words,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_traceback),
    ]
    structlog.configure(
        processors=[*processors, without_secrets], logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(secrets))
    handler.addFilter(_is_no_end)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def _is_no_end(record: logging.LogRecord) -> bool:
    """Not what a library says of a job that was cancelled because the process ends: that is no failure."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _Formatter(logging.Formatter):
    """Writes what libraries log, without secrets; a failure of their own as one line: nobody here can mend its places."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s [%(levelname)s] %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the error behind it, or the traceback below it where the error passed our own code."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and _passed_here(error):
            return _blotted(super().format(record), self._secrets)
        line = copy(record)
        line.exc_info = line.exc_text = None
        told = super().format(line) + (f": {type(error).__name__}: {error}" if error else "")
        return _blotted(" ".join(told.split()), self._secrets)


def _in_words(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A database that is away comes with every event, and is the operator's to mend: its error says all there is to know."""
    error = sys.exc_info()[1] if line.get("exc_info") is True else line.get("exc_info")
    if isinstance(error, DatabaseError):
        del line["exc_info"]
        line["reason"] = str(error)
    return line


def _passed_here(error: BaseException) -> bool:
    if isinstance(error, DatabaseError):
        return False
    places = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(place.partition(".")[0] in _OURS for place in places)


def _blotted(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text
