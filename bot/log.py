"""What the log says: one event a line, a failure with the places it passed, and no secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.typing import EventDict, Processor, WrappedLogger

_QUIET = "httpx httpcore telegram apscheduler slack_bolt slack_sdk uvicorn".split()
"""Libraries that log what is no fault: httpx every poll, with the token in its address."""

_HIDDEN = "********"


def begin(secrets: Sequence[str]) -> None:
    """Log to standard error from here on, with `secrets` blotted out wherever they would stand.

    Tracebacks are plain: with the values of variables they would hold addresses with tokens, and what people wrote.
    """

    def without_secrets(_logger: WrappedLogger, _method: str, line: EventDict | str) -> str:
        return _blotted(str(line), secrets)

    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain_traceback),
    ]
    structlog.configure(
        processors=[*processors, without_secrets], logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


class _Formatter(logging.Formatter):
    """Writes what a library logs as one line, without secrets: whoever runs the bot can do nothing with its traceback."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s [%(levelname)s] %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the error behind it where there is one."""
        record.exc_text = None
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = None
        told = super().format(record) + (f": {type(error).__name__}: {error}" if error else "")
        return _blotted(" ".join(told.split()), self._secrets)


def _blotted(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text
