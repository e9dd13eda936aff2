"""The week without news, and what stays past its date."""

from __future__ import annotations

import pytest

from handlers.message import plain
from store import chats, leases
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import FILE, LATE, MANY_ALIKE, some
from tests.sample import HOME, action_of, asks, clock_at, noon, progress, record_text, taps
from tests.store.steps import claim


def _watch_reminded(newsroom: Newsroom, text: str, day: str = "2026-03-02") -> None:
    """A watch that is reminded weekly of what stays past its date."""
    newsroom.watch(text, day)
    panel = newsroom.happens(taps(action_of(newsroom.happens(asks("訂閱清單")), "⚙️ 1")))
    newsroom.happens(taps(action_of(panel, "逾期每週提醒")))


def test_the_week_without_news_is_told_only_to_those_who_want_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-09")
    assert newsroom.due(noon("2026-03-09")) == {}
    newsroom.happens(taps(action_of(newsroom.happens(asks("訂閱清單")), "沒有新消息也"), "2026-03-09"))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    assert newsroom.due(clock_at("2026-03-16", "08:29")) == {}
    (note,) = newsroom.due(clock_at("2026-03-16", "08:30"))[str(HOME)]
    assert note.title == "本週沒有新消息，公文收錄至 2023-03-08"
    newsroom.sync("2026-03-18", {FILE: record_text(target=LATE, entries=progress())})
    assert len(newsroom.due(noon("2026-03-19"))[str(HOME)]) == 1
    newsroom.sync("2026-03-23")
    assert newsroom.due(noon("2026-03-24")) == {}


def test_news_on_a_monday_behind_the_digest_is_of_the_week_that_begins(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部 即時")
    on_sqlite.happens(taps(action_of(on_sqlite.happens(asks("訂閱清單")), "沒有新消息也")))
    on_sqlite.sync("2026-03-09", at=clock_at("2026-03-09", "00:00"))
    [note] = on_sqlite.due(noon("2026-03-09"))[str(HOME)]
    assert note.title.startswith("本週沒有新消息")
    on_sqlite.sync(
        "2026-03-09", {FILE: record_text(target=LATE, entries=progress())}, at=clock_at("2026-03-09", "14:00")
    )
    assert len(on_sqlite.due(clock_at("2026-03-09", "15:00"))[str(HOME)]) == 1
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    assert on_sqlite.due(noon("2026-03-16")) == {}
    on_sqlite.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    [note] = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert note.title.startswith("本週沒有新消息"), "the news of the week before was told the week before"


def test_what_stays_overdue_is_reminded_of_weekly_where_it_is_wanted(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _watch_reminded(on_sqlite, "法務部")
    on_sqlite.sync("2026-03-17")
    assert [m.title for m in on_sqlite.due(noon("2026-03-17"))[str(HOME)]] == ["🔔 期限已過·未見完成紀錄"]
    on_sqlite.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert (
        "▍期限已過·未見完成紀錄（1）\n1 增設路燈\n　法務部｜答復 2023-03-08｜編號 11111111\n　期限 2026-03-15｜已過 8 天·未見完成紀錄\n公文收錄日之後的進度這裡查不到，不代表沒做到。\n\n因為你訂閱了：法務部\n"
    ) in plain(reminder)
    assert "增設路燈" in on_sqlite.happens(taps(action_of(reminder, "1"), "2026-03-23")).title
    assert "共 1 件" in plain(on_sqlite.happens(taps(action_of(reminder, "🔎 法務部"), "2026-03-23")))
    on_sqlite.sync("2026-03-24")
    assert on_sqlite.due(noon("2026-03-25")) == {}


def test_a_weekly_reminder_tells_near_duplicates_as_one(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-06", MANY_ALIKE)
    _watch_reminded(on_sqlite, "法務部", "2026-03-06")
    on_sqlite.sync("2026-03-16")
    on_sqlite.due(noon("2026-03-16"))
    on_sqlite.sync("2026-03-30", at=clock_at("2026-03-30", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-03-30"))[str(HOME)]
    assert (
        "▍期限已過·未見完成紀錄（8）\n1 第1件\n　法務部｜答復 2023-03-08｜編號 00000001\n　期限 2026-03-15｜已過 15 天·未見完成紀錄\n　同段承諾另有 7 筆\n公文收錄日之後的進度這裡查不到，不代表沒做到。\n\n"
    ) in plain(reminder)


def test_a_weekly_watch_is_told_on_monday_in_one_message(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", some(2))
    on_sqlite.watch("法務部 每週")
    files = some(2, progress())
    on_sqlite.sync("2026-03-03", {"其他/1.md": files["其他/1.md"]})
    on_sqlite.sync("2026-03-07", {"其他/2.md": files["其他/2.md"]})
    assert on_sqlite.due(noon("2026-03-08")) == {}
    (weekly,) = on_sqlite.due(noon("2026-03-09"))[str(HOME)]
    assert weekly.title == "每週彙整 2026-03-09"
    assert "AI 新引用公文 2" in plain(weekly)


def test_the_pages_of_a_weekly_digest_with_a_reminder_hold_every_piece_of_news(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-02-20",
        {**some(48), "其他/逾期.md": record_text(target="2026-02-21", promise="將於115年2月21日前增設。")},
    )
    _watch_reminded(newsroom, "法務部 每週", "2026-02-20")
    newsroom.sync("2026-03-06", some(48, progress()))
    newsroom.sync("2026-03-09", at=clock_at("2026-03-09", "00:00"))
    (page,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    shown = plain(page)
    while forward := [b for row in page.buttons for b in row if b.label.startswith("還有")]:
        page = newsroom.happens(taps(forward[0].action, "2026-03-09"))
        shown += plain(page)
        assert "因為你訂閱了" in plain(page)
    assert [n for n in range(1, 49) if f"第{n}件" not in shown] == []


def test_a_week_with_an_alert_is_not_called_one_without_news(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時", "2026-03-02")
    with newsroom.database.write() as tx:
        chats.choose(tx, HOME.place, weekly_note=True)
    newsroom.sync(
        "2026-03-09", {FILE: record_text(target=LATE, entries=progress())}, at=clock_at("2026-03-09", "03:26")
    )
    titles = [one.title for one in newsroom.due(noon("2026-03-09"))[str(HOME)]]
    assert not [title for title in titles if "沒有新消息" in title]
    assert titles


def test_a_weeks_note_that_is_made_up_late_does_not_deny_what_waits(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部", "2026-03-02")
    with newsroom.database.write() as tx:
        chats.choose(tx, HOME.place, weekly_note=True)
    newsroom.sync("2026-03-07")
    new = record_text(target=LATE, entries=progress())  # on Monday nothing ran
    newsroom.sync("2026-03-10", {FILE: new}, at=clock_at("2026-03-10", "03:26"))
    assert str(HOME) not in newsroom.due(clock_at("2026-03-10", "08:00"))
    (digest,) = newsroom.due(clock_at("2026-03-10", "08:30"))[str(HOME)]
    assert digest.title.startswith("每日彙整")


def test_a_reminder_of_what_the_ai_calls_done_does_not_say_that_nothing_is_on_file(on_sqlite: Newsroom) -> None:
    claimed = record_text(entries=progress(summary="已全數完成。").replace("進度更新\n", "達成證據\n"))
    on_sqlite.sync("2026-03-01", {FILE: claimed})
    _watch_reminded(on_sqlite, "法務部")
    on_sqlite.sync("2026-03-17")
    on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert "▍期限已過（1）\n1 增設路燈" in plain(reminder)
    assert "未見完成紀錄" not in plain(reminder)


def test_news_of_before_somebody_subscribed_keeps_the_note_from_saying_that_there_was_none(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.sync("2026-03-11", {FILE: record_text(target=LATE, entries=progress())})
    newsroom.watch("法務部", "2026-03-15")
    newsroom.happens(taps(action_of(newsroom.happens(asks("訂閱清單")), "沒有新消息也"), "2026-03-15"))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    assert newsroom.due(noon("2026-03-16")) == {}
    newsroom.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    (note,) = newsroom.due(noon("2026-03-23"))[str(HOME)]
    assert "因為你訂閱了：法務部" in plain(note)


@pytest.mark.parametrize("asked", ["法務部 即將到期", "法務部 本月到期"])
def test_what_was_to_be_due_is_reminded_of_when_it_is_past(on_sqlite: Newsroom, asked: str) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _watch_reminded(on_sqlite, asked)
    on_sqlite.sync("2026-03-17")
    on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-04-06", at=clock_at("2026-04-06", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-04-06"))[str(HOME)]
    assert "已過 22 天" in plain(reminder)


def test_what_was_news_the_day_before_is_no_reminder_yet(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-01", {FILE: record_text(target="2027-03-15", promise="於115年3月15日或116年3月15日前增設。")}
    )
    _watch_reminded(on_sqlite, "法務部")
    on_sqlite.sync("2026-04-19", {FILE: record_text(promise="於115年3月15日或116年3月15日前增設。")})
    assert on_sqlite.due(noon("2026-04-19"))
    on_sqlite.sync("2026-04-20", at=clock_at("2026-04-20", "00:00"))
    told = on_sqlite.due(noon("2026-04-20")).get(str(HOME), [])
    assert not [one for one in told if "▍期限已過" in plain(one)]


def test_who_never_heard_of_it_is_reminded_all_the_same(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _watch_reminded(on_sqlite, "法務部")
    on_sqlite.sync("2026-03-17")
    with on_sqlite.database.write() as tx:
        owed = [effect.id for some in claim(tx, noon("2026-03-17")) for effect in some]
        leases.give_up(tx, owed, noon("2026-03-17"), "message too odd")
    on_sqlite.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    assert "已過 8 天" in plain(on_sqlite.due(noon("2026-03-23"))[str(HOME)][0])
