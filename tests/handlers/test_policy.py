"""When people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from hypothesis import given
from hypothesis import strategies as st

from handlers.policy import Policy
from tests.sample import TAIPEI, noon

POLICY = Policy(zone=TAIPEI)


def test_the_quiet_hours_end_in_the_morning_across_midnight() -> None:
    late, early = noon("2026-12-31").replace(hour=23), noon("2027-01-01").replace(hour=3, minute=26)
    morning = noon("2027-01-01").replace(hour=8)
    assert POLICY.awake(late) == morning
    assert POLICY.awake(early) == morning
    assert POLICY.awake(noon("2026-03-02")) == noon("2026-03-02")


def test_no_quiet_hours_hold_nothing() -> None:
    awake = replace(POLICY, quiet=(time(0), time(0)))
    assert awake.awake(noon("2026-03-02").replace(hour=0)) == noon("2026-03-02").replace(hour=0)


def test_the_digest_is_todays_until_its_time_and_then_tomorrows() -> None:
    assert POLICY.next_digest(noon("2026-03-02").replace(hour=8)) == noon("2026-03-02").replace(hour=8, minute=30)
    assert POLICY.next_digest(noon("2026-12-31")) == noon("2027-01-01").replace(hour=8, minute=30)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(TAIPEI)),  # noqa: DTZ001
    st.times(),
    st.times(),
)
def test_awake_is_never_earlier_and_never_quiet(at: datetime, start: time, end: time) -> None:
    policy = replace(POLICY, quiet=(start, end))
    woken = policy.awake(at)
    assert woken >= at
    assert policy.awake(woken) == woken
