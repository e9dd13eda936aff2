"""How commitments stood on a day, from the entries and the decisions up to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handlers import as_of, listing
from handlers.message import Message, plain
from records.query import IN_DOUBT, Query
from records.question.meanings import QuestionError
from records.status import Standing
from store import matching
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, REVIEWER, action_of, asks, noon, progress, record_text, taps, verdict

DAY = "2026-03-20"


def _press(newsroom: Newsroom, message: Message, label: str) -> Message:
    action = action_of(message, label)
    return newsroom.happens(taps(action, DAY, person=REVIEWER))


def _told(newsroom: Newsroom, text: str) -> str:
    return plain(newsroom.happens(asks(text, DAY)))


def test_the_real_records_of_the_last_day_tell_what_those_of_the_day_before_said(
    newsroom: Newsroom, corpus: Callable[[int], Path]
) -> None:
    def recorded(standings: list[Standing]) -> set[tuple[str, str]]:
        return {(one.path, one.recorded) for one in standings}

    before = noon("2026-01-27").date()
    newsroom.folder = corpus(6)  # the last commit of that day
    newsroom.sync("2026-01-27")
    with newsroom.database.read() as tx:
        said = matching.find(tx, Query(), before, limit=None)
    newsroom.folder = corpus(7)
    newsroom.sync("2026-01-28")
    with newsroom.database.read() as tx:
        now = matching.find(tx, Query(), noon("2026-01-28").date(), limit=None)
        told = as_of.stood(tx, now, before, newsroom.policy)
    assert recorded(told) == recorded(said)
    assert recorded(now) != recorded(said)
    assert {(one.path, one.unsupported) for one in told} == {(one.path, one.unsupported) for one in said}


@pytest.mark.parametrize("query", [Query(), Query(conditions=(IN_DOUBT,))], ids=str)
def test_a_list_of_an_earlier_day_has_the_order_of_todays(
    on_sqlite: Newsroom, corpus: Callable[[int], Path], query: Query
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-01-28")
    day = noon("2026-01-28").date()
    with on_sqlite.database.read() as tx:
        as_stored = matching.find(tx, query, day, limit=None)
    assert [one.key for one in sorted(as_stored, key=listing.order(query, day))] == [one.key for one in as_stored]


def test_a_verdict_counts_from_its_entry_on_and_a_decision_from_its_day_on(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-03-15",
        {"a.md": record_text(status="已達成", target="2026-01-15", entries=verdict(NEWER_LETTER, "2026-03-02"))},
    )
    _press(newsroom, newsroom.happens(asks("複核", DAY, person=REVIEWER)), "採認達成")
    assert "AI 判定" not in _told(newsroom, "2026-02-20 的 法務部")
    assert "AI 判定達成·未經人工複核" in _told(newsroom, "2026-03-10 的 法務部")
    assert "達成（已複核）" in _told(newsroom, "2026-03-20 的 法務部")
    assert "共 0 件" in _told(newsroom, "2026-02-20 的 已達成")


def test_what_was_not_in_the_data_yet_is_left_out(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text().replace("2026-02-20", "2026-03-10")})
    assert "共 0 件" in _told(on_sqlite, "2026-03-09 的 法務部")
    assert "共 1 件" in _told(on_sqlite, "2026-03-10 的 法務部")


def test_what_was_removed_later_was_there_on_that_day(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    newsroom.sync("2026-03-04", {"a.md": ""})
    assert "共 1 件" in _told(newsroom, "2026-03-03 的 法務部")
    assert "共 0 件" in _told(newsroom, "2026-03-04 的 法務部")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-15 的 法務部 逾期",
        "2026/3/15當時的法務部逾期",
        "截至 115-03-15 的 法務部 逾期",
        "民國115年3月15日 的 法務部 逾期",
        "法務部 逾期 截至 2026-03-15",
        "法務部逾期截至115年3月15日止",
        "MOJ overdue as of 2026-03-15",
        "MOJ as of 2026-03-15 overdue",
        "法務部 2026-03-15 當時 逾期",
        "2026-03-15 當時｜法務部及所屬｜期限已過、未列達成",
    ],
)
def test_a_day_is_read_in_every_form(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text()})
    assert _told(on_sqlite, text).startswith("2026-03-15 當時｜法務部及所屬｜期限已過、未列達成")


@pytest.mark.parametrize("text", ["昨天的 法務部", "昨日的法務部", "昨天的 MOJ"])
def test_yesterday_is_a_day_too(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text()})
    assert _told(on_sqlite, text).startswith("2026-03-19 當時｜法務部及所屬")


def test_a_sentence_that_ends_with_a_day_is_no_question_of_that_day(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text()})
    assert "當時" not in _told(on_sqlite, "本部辦理路燈增設，已完成二十盞，截至115年3月15日止")


@pytest.mark.parametrize(
    "text",
    ["csv 2026-03-15 的 法務部", "2026-03-15 的 法務部 統計", "昨天的 統計 法務部", "昨天的變化", "昨天的 本週變化"],
)
def test_only_lists_can_be_of_an_earlier_day(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text()})
    with pytest.raises(QuestionError, match="以前某一天的樣子只有清單"):
        on_sqlite.happens(asks(text, DAY))


@pytest.mark.parametrize(
    "text", ["2026-03-21 的 法務部", "2026-02-30 的 法務部", "2026-03-01 的 全文:路燈", "2026-03-01 的 有新佐證"]
)
def test_what_no_day_can_answer_is_said_with_an_example(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-15", {"a.md": record_text()})
    with pytest.raises(QuestionError, match="例如"):
        on_sqlite.happens(asks(text, DAY))


def test_a_day_before_anything_was_recorded_is_said_to_be_one(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(entries=verdict(day="2026-03-02"))})
    told = plain(on_sqlite.happens(asks("2026-02-19 的 法務部", "2026-03-20")))
    assert "這些承諾從 2026-02-20 起才有紀錄，那天還沒有。" in told


def test_an_earlier_days_list_is_turned_page_by_page(on_sqlite: Newsroom) -> None:
    files = {
        f"{n:02}.md": record_text(id=f"{n:08d}", title=f"第{n}件", letter=f"院臺專字第{n + 1}號") for n in range(12)
    }
    on_sqlite.sync(DAY, files)
    first = on_sqlite.happens(asks("2026-03-01 的 法務部", DAY))
    (forward,) = first.buttons[-1]
    second = on_sqlite.happens(taps(forward.action, DAY))
    assert second.place == "edit"
    assert second.title.startswith("2026-03-01 當時｜")
    assert "11 第10件" in plain(second)
    assert [button.label for button in second.buttons[-1]] == ["◀ 上一頁"]


def test_what_waited_for_review_stood_as_before_on_that_day_too(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2026-03-02")})
    newsroom.sync(
        "2026-03-04", {"a.md": record_text(target="2026-03-02", status="已達成", entries=verdict(day="2026-03-04"))}
    )
    now = newsroom.happens(asks("法務部 逾期", "2026-03-05"))
    then = newsroom.happens(asks("2026-03-05 的 法務部 逾期", "2026-03-05"))
    for told in map(plain, (now, then)):
        assert "共 1 件" in told
        assert "其中 1 件待複核" in told
    assert "共 0 件" in plain(newsroom.happens(asks("2026-03-05 的 法務部 達成", "2026-03-05")))


def test_a_verdict_that_denies_is_none_of_a_kept_promise(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-15",
        {"a.md": record_text(entries=verdict(NEWER_LETTER, "2026-03-02", judgement="未達成") + progress())},
    )
    assert "達成" not in _told(on_sqlite, "2026-03-10 的 路燈").replace("未列達成", "")


def test_a_decision_is_in_force_beside_what_waits_from_before_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2026-03-02")})
    judged = record_text(target="2026-03-02", status="已達成", entries=verdict(day="2026-03-04"))
    newsroom.sync("2026-03-04", {"a.md": judged})  # this waits
    newsroom.happens(asks("更正 11111111 已經裝好了", "2026-03-05"))
    card = newsroom.happens(asks("複核 更正", "2026-03-05", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "不是承諾"), "2026-03-05", person=REVIEWER))
    for question in ("法務部 非承諾", "2026-03-05 的 法務部 非承諾"):
        assert "共 1 件" in plain(newsroom.happens(asks(question, "2026-03-06"))), question
