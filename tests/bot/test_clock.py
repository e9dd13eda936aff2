"""The one clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.clock import Clock
from tests.sample import TAIPEI


def test_another_day_keeps_the_time_of_day_and_the_zone() -> None:
    shown = Clock(zone=TAIPEI, today=date(2026, 1, 28)).now()
    real = datetime.now(TAIPEI)
    assert (shown.date(), shown.utcoffset()) == (date(2026, 1, 28), timedelta(hours=8))
    assert abs(real - datetime.combine(real.date(), shown.timetz())) < timedelta(seconds=5)
