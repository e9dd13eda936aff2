"""When a letter older than the promise can be right."""

from __future__ import annotations

from datetime import date

import pytest

from records.flags import unsupported
from records.grounds import Grounds, act_told, verdict_grounds
from records.record import Record
from tests.records.made import record
from tests.sample import NEWER_LETTER, OLDER_LETTER, OWN_LETTER, verdict

OLDER_DAY = date(2022, 1, 5)


def told_of(of: Record) -> tuple[date, date] | None:
    return act_told(of, of.letter.text)


def found(promise: str, letter: str = OLDER_LETTER, **fields: str) -> Grounds | None:
    of = record(promise=promise, entries=verdict(letter), **fields)
    return next(iter(verdict_grounds(of, of.letter.text)), None)


@pytest.mark.parametrize(
    ("promise", "act"),
    [
        ("自110年7月1日起修正費率。", date(2021, 7, 1)),
        ("業於民國110年8月16日核定補助。", date(2021, 8, 16)),
        ("已於2021年12月1日宣布。", date(2021, 12, 1)),
        ("於110年9月成立小組。", date(2021, 9, 30)),
        ("109年1月15日公布，110年5月1日施行。", date(2021, 5, 1)),
    ],
)
def test_an_older_letter_can_tell_of_an_act_that_is_older_still(promise: str, act: date) -> None:
    known = found(promise)
    assert known and known.hold
    assert (known.act, known.document) == (act, OLDER_DAY)
    assert known.begun == (act if act.day != 30 else act.replace(day=1))


def test_a_letter_older_than_the_act_can_not() -> None:
    known = found("自111年2月1日起實施。")
    assert known == Grounds(begun=date(2022, 2, 1), act=date(2022, 2, 1), document=OLDER_DAY)
    assert known and not known.hold


def test_a_letter_of_the_acts_own_month_may_or_may_not_tell_of_it() -> None:
    assert found("於111年1月成立小組。") is None


def test_a_relative_year_counts_from_the_commitments_own_letter() -> None:
    assert told_of(record(promise="自本（112）年1月1日起實施。")) == (date(2023, 1, 1),) * 2
    assert told_of(record(promise="自去年1月1日起實施。")) == (date(2022, 1, 1),) * 2


@pytest.mark.parametrize("draft", ["擬具", "研議", "規劃", "預計", "預定"])
def test_a_draft_is_no_act(draft: str) -> None:
    assert found(f"業於110年7月1日{draft}修正草案。", reply="") is None


@pytest.mark.parametrize("promise", ["將於112年7月1日實施。", "自7月1日起實施。", "110年度完成。", "持續辦理。"])
def test_what_is_to_come_or_has_no_day_with_its_year_is_no_act(promise: str) -> None:
    assert found(promise, reply="") is None


@pytest.mark.parametrize("letter", [OWN_LETTER, NEWER_LETTER, "院臺專字第1129900055號"])
def test_a_letter_that_is_not_older_needs_no_grounds(letter: str) -> None:
    assert found("自110年7月1日起修正費率。", letter) is None


def test_the_letters_own_sentence_tells_of_the_act_where_the_promise_names_no_day() -> None:
    reply = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n依110年4月13日會議決議增設路燈。另於110年9月1日召開會議。"
    day = date(2021, 4, 13)
    assert found("增設路燈。", reply=reply) == Grounds(begun=day, act=day, document=OLDER_DAY, in_letter=True)


def test_grounds_do_not_make_a_verdict_supported() -> None:
    assert unsupported(record(promise="自110年7月1日起修正費率。", entries=verdict(OLDER_LETTER)))
