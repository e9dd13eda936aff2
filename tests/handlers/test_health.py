"""What admins hear of the bot itself: a silent source, lagging delivery, the status."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.message import RefusedError, plain
from records.source import SourceError
from store import chats, leases, outbox
from store.places import Place
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import FILE, LATE
from tests.sample import (
    CITIZEN,
    REVIEW_ROOM,
    REVIEWER,
    action_of,
    asks,
    clock_at,
    noon,
    record_text,
    taps,
    verdict,
)


def test_the_status_is_for_admins_and_tells_what_waits(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    with pytest.raises(RefusedError, match="只有管理員"):
        on_sqlite.happens(asks("/status", person=CITIZEN))
    with on_sqlite.database.write() as tx:
        outbox.put(tx, "x", outbox.SEND, noon("2026-03-02"), place=Place("telegram", "9", ""), body={"title": "x"})
        leases.give_up(tx, [1], noon("2026-03-02"), "Timed out")
        chats.stop(tx, Place("slack", "CGONE", ""), "is_archived", noon("2026-03-02"))
    told = plain(on_sqlite.happens(asks("/status", person=REVIEWER)))
    assert "訂閱 1（1 個對話、1 種條件）" in told
    assert "slack:CGONE　03-02 12:00　is_archived" in told
    assert "Timed out" in told


def test_the_admins_hear_of_a_silent_feed_and_of_lagging_delivery_once(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=())
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    fed = noon("2026-03-01")
    on_sqlite.service(fed + timedelta(hours=36)).watch_over()
    assert on_sqlite.waiting(fed + timedelta(hours=36)) == 0
    for minutes in (1, 2):
        on_sqlite.service(fed + timedelta(hours=36, minutes=minutes)).watch_over()
    (silent,) = on_sqlite.due(clock_at("2026-03-03", "08:00"))[f"telegram:{REVIEWER.id}"]
    assert silent.title == "來源已經 36 小時沒有新資料"
    with on_sqlite.database.write() as tx:
        outbox.put(tx, "x", outbox.SEND, noon("2026-03-03"), place=Place("telegram", "9", ""), body={"title": "x"})
    for minutes in (14, 16, 17):
        on_sqlite.service(noon("2026-03-03") + timedelta(minutes=minutes)).watch_over()
    lagging = on_sqlite.due(noon("2026-03-03") + timedelta(minutes=18))[f"telegram:{REVIEWER.id}"]
    assert [message.title for message in lagging] == ["送出延遲：最久的一則已等 16 分"]
    with on_sqlite.database.write() as tx:
        outbox.put(
            tx, "y", outbox.SEND, clock_at("2026-03-03", "15:00"), place=Place("telegram", "9", ""), body={"title": "y"}
        )
    for clock in ("15:05", "15:16", "15:18"):
        on_sqlite.service(clock_at("2026-03-03", clock)).watch_over()
    again = on_sqlite.due(clock_at("2026-03-03", "15:19"))[f"telegram:{REVIEWER.id}"]
    assert [message.title for message in again] == ["送出延遲：最久的一則已等 16 分"]


def test_a_folder_that_brings_nothing_is_silent_however_often_it_is_read(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    for day in ("2026-03-02", "2026-03-03"):
        on_sqlite.sync(day)
    on_sqlite.service(noon("2026-03-03")).watch_over()
    told = [m.title for messages in on_sqlite.due(noon("2026-03-03")).values() for m in messages]
    assert any("小時沒有新資料" in title for title in told)


def test_our_own_decision_in_the_file_is_no_news_of_the_feed(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, writes_back=True)
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", person=REVIEWER, chat=REVIEW_ROOM))
    on_sqlite.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    on_sqlite.service(clock_at("2026-03-02", "13:00")).feed.write_back()
    assert on_sqlite.sync("2026-03-03").changed == 1
    assert on_sqlite.service(noon("2026-03-03")).figures().fed_at == noon("2026-03-02")


def test_the_admins_hear_of_a_source_that_was_never_read(on_sqlite: Newsroom) -> None:
    on_sqlite.folder.rename(on_sqlite.folder.with_name("elsewhere"))
    with pytest.raises(SourceError):
        on_sqlite.sync("2026-03-01")
    since = noon("2026-03-01")
    for hours in (36, 37, 38):
        on_sqlite.service(since + timedelta(hours=hours)).watch_over()
    (unread,) = on_sqlite.due(clock_at("2026-03-03", "08:00"))[f"telegram:{REVIEWER.id}"]
    assert unread.title == "來源從 03-01 12:00 起還沒有讀到過"


def test_what_wakes_people_lags_at_night_too(on_sqlite: Newsroom) -> None:
    night = clock_at("2026-03-02", "23:00")
    on_sqlite.sync("2026-03-02", {FILE: record_text()})
    with on_sqlite.database.write() as tx:
        outbox.put(tx, "x", outbox.SEND, night, place=Place("telegram", "9", ""), body={"title": "x"})
    on_sqlite.service(night + timedelta(minutes=20)).watch_over()
    assert on_sqlite.waiting(night + timedelta(minutes=20)) == 1, "the night holds it"
    with on_sqlite.database.write() as tx:
        outbox.put(tx, "y", outbox.SEND, night, place=Place("telegram", "9", ""), body={"title": "y"}, wakes=True)
    on_sqlite.service(night + timedelta(minutes=20)).watch_over()
    told = on_sqlite.due(clock_at("2026-03-03", "08:30"))[f"telegram:{REVIEWER.id}"]
    assert [message.title for message in told] == ["送出延遲：最久的一則已等 20 分"]


def test_a_source_that_can_not_be_read_is_not_called_silent(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=())
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    away = on_sqlite.folder.rename(on_sqlite.folder.with_name("away"))
    with pytest.raises(SourceError):
        on_sqlite.sync("2026-03-04", at=noon("2026-03-04"))
    on_sqlite.service(noon("2026-03-04")).watch_over()
    (silent,) = on_sqlite.due(noon("2026-03-04"))[f"telegram:{REVIEWER.id}"]
    assert "⚠️ 來源讀不到：there is no folder" in plain(silent)
    assert "⚠️ 來源讀不到" in plain(on_sqlite.happens(asks("/status", "2026-03-04", REVIEWER)))
    away.rename(on_sqlite.folder)
    on_sqlite.sync("2026-03-05")
    assert "來源讀不到" not in plain(on_sqlite.happens(asks("/status", "2026-03-05", REVIEWER)))
