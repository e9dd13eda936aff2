"""What holds for a commitment on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.agencies import directory
from records.status import Standing
from tests.records.made import record, standing

DIRECTORY = directory()
TARGET = date(2026, 3, 15)


def due(target: str | None = "2026-03-15", status: str = "追蹤中", promise: str | None = None) -> Standing:
    made = record(target=target) if promise is None else record(target=target, promise=promise, reply="")
    return replace(standing(made), status=status)


def test_a_commitment_is_not_overdue_on_its_target_date() -> None:
    assert not due().is_overdue(TARGET)


def test_a_commitment_is_overdue_the_day_after_its_target_date() -> None:
    assert due().is_overdue(date(2026, 3, 16))


@pytest.mark.parametrize("status", ["已達成", "非承諾"])
def test_a_settled_commitment_is_never_overdue(status: str) -> None:
    assert not due(status=status).is_overdue(date(2030, 1, 1))


@pytest.mark.parametrize("status", ["追蹤中", "已延宕", "無更新", "部分達成"])
def test_any_other_status_leaves_the_deadline_running(status: str) -> None:
    assert due(status=status).is_overdue(date(2030, 1, 1))


def test_a_commitment_without_target_date_is_never_overdue() -> None:
    assert not due(None).is_overdue(date(2030, 1, 1))


def test_a_roc_deadline_that_the_source_took_for_passed_is_not_overdue() -> None:
    assert not due("116-10-31", status="已延宕").is_overdue(date(2026, 1, 28))


@pytest.mark.parametrize(("before", "soon"), [(31, False), (30, True), (1, True), (0, True), (-1, False)])
def test_a_deadline_is_due_soon_from_thirty_days_before_until_its_day(before: int, soon: bool) -> None:
    assert due().is_due_soon(TARGET - timedelta(days=before)) is soon


@pytest.mark.parametrize("status", ["已達成", "非承諾"])
def test_a_settled_commitment_is_never_due_soon(status: str) -> None:
    assert not due(status=status).is_due_soon(TARGET)


def test_a_clear_deadline_counts_the_days_since_it_passed() -> None:
    assert due().days_overdue(date(2026, 3, 20)) == 5


def test_a_deadline_that_has_not_passed_counts_no_days() -> None:
    assert due().days_overdue(TARGET) is None


def test_a_doubtful_deadline_counts_no_days() -> None:
    assert due(promise="將增設路燈。").days_overdue(date(2026, 3, 20)) is None


def test_a_doubtful_deadline_is_overdue_all_the_same() -> None:
    assert due(promise="將增設路燈。").is_overdue(date(2026, 3, 20))


@settings(max_examples=100)
@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_no_commitment_is_due_soon_and_overdue_on_one_day(today: date) -> None:
    assert not (due().is_due_soon(today) and due().is_overdue(today))
