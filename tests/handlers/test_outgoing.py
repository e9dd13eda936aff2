"""What is due becomes messages: each fact once a chat, one digest a day, at decent hours, in any zone, after any death."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.post import LEASE, Sent
from handlers import copies
from handlers.message import Message, plain
from handlers.policy import Policy
from store import cards, chats, facts, queue, recipients
from store.cards import Card
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import FILE, LATE, MANY_ALIKE, some, titles
from tests.sample import (
    HOME,
    OLDER_LETTER,
    REVIEWER,
    action_of,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)


def test_more_than_five_alerts_at_once_become_one_message(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(7))
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", dict(list(some(7, progress()).items())[:5]))
    assert len(newsroom.due(noon("2026-03-02"))[str(HOME)]) == 5
    newsroom.sync("2026-03-03", some(7, progress(OLDER_LETTER) + progress()))
    (one,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert one.title == "9 則新消息"


@pytest.mark.parametrize(
    ("found_at", "told_at"),
    [
        ("2026-03-02 03:26", "2026-03-02 08:00"),
        ("2026-03-02 07:59", "2026-03-02 08:00"),
        ("2026-03-02 08:00", "2026-03-02 08:00"),
        ("2026-03-02 21:59", "2026-03-02 21:59"),
        ("2026-03-02 22:00", "2026-03-03 08:00"),
        ("2026-12-31 23:59", "2027-01-01 08:00"),
        ("2028-02-28 23:00", "2028-02-29 08:00"),
    ],
)
def test_the_quiet_hours_hold_an_alert_until_they_end(on_sqlite: Newsroom, found_at: str, told_at: str) -> None:
    day, clock = found_at.split()
    on_sqlite.sync("2026-02-01", {FILE: record_text(target="2029-12-31")})
    on_sqlite.watch("11111111", "2026-02-01")
    found, told = clock_at(day, clock), clock_at(*told_at.split())
    on_sqlite.sync(day, {FILE: record_text(target="2029-12-31", entries=progress())}, at=found)
    if found < told:
        assert on_sqlite.due(told - timedelta(seconds=1)) == {}
    assert list(on_sqlite.due(told)) == [str(HOME)]


def test_a_watch_marked_urgent_is_told_in_the_night(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("11111111")
    panel = on_sqlite.happens(taps(action_of(on_sqlite.happens(asks("訂閱清單")), "⚙️ 1")))
    on_sqlite.happens(taps(action_of(panel, "夜間也通知")))
    night = clock_at("2026-03-03", "03:26")
    on_sqlite.sync("2026-03-03", {FILE: record_text(target=LATE, entries=progress())}, at=night)
    assert list(on_sqlite.due(night)) == [str(HOME)]


def test_a_process_that_dies_before_any_step_sends_the_same_messages(newsroom: Newsroom) -> None:
    """Claimed and never sent, sent and never marked: only the one in flight comes twice."""
    newsroom.sync("2026-03-01", {FILE: record_text(), **some(3)})
    newsroom.watch("法務部")
    newsroom.watch("11111111")
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-16", {FILE: record_text(entries=progress()), **some(3, progress())})
    at = noon("2026-03-17")
    for died in range(4):
        moment = at + died * (LEASE + timedelta(seconds=1))
        ((chat, sendings),) = newsroom.service(moment).post.claim(("telegram", "slack"))
        titles = [sending.message.title for sending in sendings if sending.message]
        assert newsroom.service(moment).post.claim(("telegram", "slack")) == [], "somebody is sending to the chat"
        if died:  # one more of them was sent before the process died
            sent = Sent(sending=sendings[0], chat=chat, reference=str(died))
            newsroom.service(moment).post.sent_all([sent])
        if died == 1:
            assert titles == ["🔔 期限已過·未見完成紀錄", "🔔 AI 提出新佐證（未複核）", "每日彙整 2026-03-17"]
    assert newsroom.due(at + timedelta(days=1)) == {}


def test_what_comes_late_still_waits_for_the_morning(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert newsroom.due(clock_at("2026-03-03", "23:30")) == {}
    assert len(newsroom.due(clock_at("2026-03-04", "08:00"))[str(HOME)]) == 1


def test_review_cards_wait_for_the_morning_unless_their_room_chose_otherwise(
    on_sqlite: Newsroom, policy: Policy
) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    telegram_room, slack_room = policy.review_chats
    on_sqlite.happens(asks("複核 即時", person=REVIEWER, chat=telegram_room))
    night = clock_at("2026-03-02", "03:26")
    on_sqlite.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())}, at=night)
    assert list(on_sqlite.due(night)) == [str(telegram_room)]
    assert list(on_sqlite.due(clock_at("2026-03-02", "08:00"))) == [str(slack_room)]


def test_a_card_that_changed_several_times_is_edited_once(on_sqlite: Newsroom) -> None:
    at = noon("2026-03-02")
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=())
    on_sqlite.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())})
    with on_sqlite.database.write() as tx:
        (waiting,) = queue.waiting(tx)
        for chat, message in (("-1", "10"), ("-1", "11"), ("-2", "10")):
            cards.add(tx, waiting.id, Card(platform="telegram", chat=chat, message=message))
        for occasion in ("taken", "let_go"):
            copies.update(tx, waiting.id, at, occasion)
    claimed = on_sqlite.service(at).post.claim(("telegram",))
    edits = [(chat.id, [(s.effects[0].message, len(s.effects)) for s in sendings]) for chat, sendings in claimed]
    assert edits == [("-1", [("10", 2), ("11", 2)]), ("-2", [("10", 2)])]


def test_nothing_goes_to_a_chat_while_its_platform_asks_to_wait(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(2))
    newsroom.watch("法務部 即時")
    files, at = some(2, progress()), noon("2026-03-02")
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=at)
    ((_, (first,)),) = newsroom.service(at).post.claim(("telegram",))
    newsroom.sync("2026-03-02", {"其他/2.md": files["其他/2.md"]}, at=at + timedelta(seconds=1))
    newsroom.service(at + timedelta(seconds=2)).post.failed(first.effects, "flood", retry_after=60)
    assert titles(newsroom, at + timedelta(seconds=61)) == []
    assert len(titles(newsroom, at + timedelta(seconds=63))) == 2


def test_who_was_told_a_fact_is_not_told_it_again_when_the_group_goes_on_under_another_id(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert len(titles(newsroom, noon("2026-03-02"))) == 1
    with newsroom.database.write() as tx:
        chats.move(tx, HOME.platform, HOME.id, "-1009")
        [fact] = facts.between(tx, noon("2026-03-02").date(), noon("2026-03-02").date(), noon("2026-03-03"))
        recipients.owe(tx, [fact.id or 0], newsroom.policy.due_times(noon("2026-03-03")))
    assert newsroom.due(noon("2026-03-03")) == {}


def test_what_the_source_removed_is_shown_as_removed(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(), "其他/b.md": record_text(id="2" * 8)})
    (on_sqlite.folder / FILE).unlink()
    on_sqlite.sync("2026-03-02")
    told = plain(on_sqlite.happens(taps("show:2:0", "2026-03-02")))
    assert "⚠️ 來源已移除這筆，以下是最後的內容。" in told
    assert "剩" not in told


def test_near_duplicates_that_pass_their_date_together_are_one_alert(newsroom: Newsroom) -> None:
    same = {f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target="2026-03-15") for n in range(1, 4)}
    other = record_text(
        id="9" * 8, title="另一件", target="2026-03-15", promise="將於115年3月15日前修建步道十公里。", reply=""
    )
    newsroom.sync("2026-03-06", {**same, FILE: other})
    for text in ("法務部 即時", "第2件 即時"):
        newsroom.watch(text, "2026-03-06")
    newsroom.sync("2026-03-16")
    (first, second) = newsroom.due(noon("2026-03-16"))[str(HOME)]
    assert "第1件" in plain(first)
    assert "同段承諾另有 2 筆" in plain(first)
    assert "因為你訂閱了：法務部、第2件" in plain(first)
    assert "另一件" in plain(second)
    assert "同段承諾" not in plain(second)
    assert newsroom.waiting(noon("2026-03-16")) == 0
    seen = plain(newsroom.happens(asks("訂閱 法務部 即時", "2026-03-20")))
    assert "會收到 2 則訊息（4 筆消息" in seen
    with newsroom.database.read() as tx:
        told = [recipients.told(tx, fact.id or 0, noon("2026-03-17")) for fact in facts.of_record(tx, "")]
    assert [len(places) for places in told if places] == [1, 1, 1, 1]


def _alert_of_many(newsroom: Newsroom) -> Message:
    """The one alert of eight near-duplicates whose date passed."""
    newsroom.sync("2026-03-06", MANY_ALIKE)
    newsroom.watch("法務部 即時", "2026-03-06")
    newsroom.sync("2026-03-16")
    (alert,) = newsroom.due(noon("2026-03-16"))[str(HOME)]
    return alert


def test_many_near_duplicates_that_pass_their_date_together_are_still_one_alert(newsroom: Newsroom) -> None:
    alert = _alert_of_many(newsroom)
    assert "同段承諾另有 7 筆" in plain(alert)
    assert "▍承諾" in plain(alert)  # an alert tells the promise, a digest does not
    assert "會收到 1 則訊息（8 筆消息" in plain(newsroom.happens(asks("訂閱 法務部 即時", "2026-03-20")))


def test_an_alert_of_near_duplicates_comes_once_more_as_one(newsroom: Newsroom) -> None:
    alert = _alert_of_many(newsroom)
    asked = newsroom.happens(taps(action_of(alert, "⏰ 稍後提醒"), "2026-03-16"))
    newsroom.happens(taps(action_of(asked, "明天 08:30"), "2026-03-16"))
    (again,) = newsroom.due(noon("2026-03-17"))[str(HOME)]
    assert again.title.startswith("⏰ 你要的提醒｜")
    assert "同段承諾另有 7 筆" in plain(again)


def test_an_alert_of_near_duplicates_mutes_and_unmutes_them_together(newsroom: Newsroom) -> None:
    alert = _alert_of_many(newsroom)
    muted = newsroom.happens(taps(action_of(alert, "🔕 這筆和同段承諾靜音"), "2026-03-16"))
    assert "這裡不再收到這筆承諾和同段 7 筆的消息" in plain(muted)
    listed = newsroom.happens(taps(action_of(muted, "訂閱清單"), "2026-03-16"))
    assert "靜音的承諾（8）" in plain(listed)
    listed = newsroom.happens(taps(action_of(muted, "取消靜音"), "2026-03-16"))
    assert "靜音的承諾" not in plain(listed)


def test_new_evidence_tells_how_far_behind_a_clear_deadline_it_is(newsroom: Newsroom) -> None:
    clear = {"target": "2024-03-15", "promise": "將於113年3月15日前增設。", "reply": ""}
    newsroom.sync("2026-03-01", {FILE: record_text(**clear)})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-03-03", {FILE: record_text(entries=progress(), **clear)})
    assert "晚於答復 470 天、晚於期限 97 天" in plain(newsroom.due(noon("2026-03-03"))[str(HOME)][0])


def test_what_falls_due_after_a_pause_has_ended_is_told(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部", "2026-03-02")
    newsroom.happens(asks("暫停訂閱 1", "2026-03-02"))
    newsroom.sync(
        "2026-03-03", {FILE: record_text(target=LATE, entries=progress())}, at=clock_at("2026-03-03", "03:26")
    )
    assert newsroom.due(clock_at("2026-03-03", "12:00")) == {}
    newsroom.sync(
        "2026-03-04",
        {FILE: record_text(target=LATE, entries=progress() + verdict())},
        at=clock_at("2026-03-04", "03:26"),
    )
    resumed = replace(asks("恢復訂閱 1", "2026-03-04"), at=clock_at("2026-03-04", "07:55"))
    newsroom.happens(resumed)
    (told,) = newsroom.due(clock_at("2026-03-04", "12:00"))[str(HOME)]
    assert "AI 提出新佐證" in plain(told)
