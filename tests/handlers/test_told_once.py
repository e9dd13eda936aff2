"""What was told turns out wrong, or its record is away when it is due: nothing is lost, and nothing is taken back twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from handlers import correct, review
from handlers.found import understand
from handlers.message import Message, plain
from handlers.preview import preview
from records.status import DEADLINE_MOVED, DEADLINE_RIGHT, NO_DEADLINE
from store import proposals
from store.watches import NOW, Options
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    NEWSROOM,
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

FILE = "其他/路燈.md"
STAYS = {"其他/別的.md": record_text(id="9" * 8, title="別的", agency="教育部", target="2027-12-31")}
PROMISE = "本部將於115年3月、5月、6月、9月底前增設路燈20盞。"
OVERDUE = "🔔 期限已過·未見完成紀錄"


def _told(newsroom: Newsroom, day: str, clock: str) -> list[Message]:
    return newsroom.due(clock_at(day, clock)).get(str(HOME), [])


def _due(target: str, **more: str) -> str:
    return record_text(target=target, promise=PROMISE, reply=PROMISE, **more)


@pytest.mark.parametrize(
    ("text", "away", "back", "asked"),
    [
        ("法務部", ("2026-03-16", "03:26"), ("2026-03-16", "08:15"), ("2026-03-16", "08:16")),
        ("法務部 即時", ("2026-03-16", "03:26"), ("2026-03-17", "03:26"), ("2026-03-17", "08:00")),
        ("法務部 每週", ("2026-03-16", "03:26"), ("2026-03-16", "12:00"), ("2026-03-23", "08:30")),
    ],
)
def test_a_crossing_is_told_though_its_file_was_away_when_it_was_due(
    newsroom: Newsroom, text: str, away: tuple[str, str], back: tuple[str, str], asked: tuple[str, str]
) -> None:
    there = record_text(target="2026-03-15")
    newsroom.sync("2026-03-02", {FILE: there, **STAYS})
    newsroom.watch(text, "2026-03-02")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    newsroom.sync(away[0], {FILE: ""}, at=clock_at(*away))
    assert not [one for one in _told(newsroom, "2026-03-16", "08:00") if "期限已過" in plain(one)]
    _told(newsroom, "2026-03-16", "08:30") if text.endswith("每週") else None
    newsroom.sync(back[0], {FILE: there}, at=clock_at(*back))
    told = [*_told(newsroom, *asked), *_told(newsroom, "2026-03-30", "08:30")]
    assert sum("期限已過·未見完成紀錄" in plain(one) for one in told) == 1


@pytest.mark.parametrize(
    ("away", "back", "left"),
    [
        (("2026-03-23", "03:26"), ("2026-03-24", "12:00"), 7),  # at midnight
        (("2026-03-24", "03:26"), ("2026-03-24", "12:00"), 7),  # when it is due
        (("2026-03-23", "03:26"), ("2026-03-26", "12:00"), 5),  # for days
    ],
)
def test_a_date_that_comes_near_is_told_once_though_its_file_was_away(
    newsroom: Newsroom, away: tuple[str, str], back: tuple[str, str], left: int
) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31"), **STAYS})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-03-20", at=noon("2026-03-20"))
    _told(newsroom, "2026-03-20", "13:00")
    for day in ("2026-03-21", "2026-03-22", "2026-03-23", "2026-03-24"):
        newsroom.sync(day, at=clock_at(day, "00:05"))
        if day == away[0]:
            newsroom.sync(day, {FILE: ""}, at=clock_at(*away))
        _told(newsroom, day, "08:30")
    newsroom.sync(back[0], {FILE: _due("2026-03-31")}, at=clock_at(*back))
    told = [plain(one) for one in _told(newsroom, back[0], "12:30")]
    assert [one for one in told if f"剩 {left} 天" in one], told
    newsroom.sync("2026-03-27", at=clock_at("2026-03-27", "00:05"))
    assert _told(newsroom, "2026-03-27", "08:30") == []


def test_a_correction_that_waits_is_owed_though_the_news_it_says_is_corrected_too(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-04-01", at=noon("2026-04-01"))
    assert [one.title for one in _told(newsroom, "2026-04-01", "12:01")] == [OVERDUE]
    newsroom.sync("2026-04-01", {FILE: _due("2026-05-31")}, at=clock_at("2026-04-01", "22:30"))
    with newsroom.database.write() as tx:
        correct.by_hand(tx, 2, "來源的筆誤", REVIEWER, newsroom.policy, clock_at("2026-04-01", "23:00"))
    assert "更正通知：增設路燈" in [one.title for one in _told(newsroom, "2026-04-02", "08:00")]


def test_news_that_was_corrected_by_hand_is_told_to_nobody_again(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-02", {FILE: _due("2026-03-31")})
    on_sqlite.watch("法務部 即時", "2026-03-02")
    on_sqlite.sync("2026-04-01", at=noon("2026-04-01"))
    [alert] = _told(on_sqlite, "2026-04-01", "12:01")
    with on_sqlite.database.write() as tx:
        correct.by_hand(tx, 1, "日期寫錯了", REVIEWER, on_sqlite.policy, clock_at("2026-04-01", "13:00"))
    later = action_of(alert, "稍後提醒")
    assert on_sqlite.happens(taps(later, "2026-04-02")).title == "這則消息已經更正了，不再提醒。"


def test_nobody_is_corrected_whom_the_wrong_news_never_reached(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-04-01", at=noon("2026-04-01"))
    ((_, (sending,)),) = newsroom.service(noon("2026-04-01")).post.claim(("telegram",))
    newsroom.sync("2026-04-01", {FILE: _due("2026-09-30")}, at=clock_at("2026-04-01", "12:01"))
    newsroom.service(clock_at("2026-04-01", "12:01")).post.failed(sending.effects, "429", retry_after=30)
    told = [one for clock in ("12:03", "13:03") for one in _told(newsroom, "2026-04-01", clock)]
    assert not [one for one in told if "更正通知" in one.title or one.title == OVERDUE]


def test_what_was_taken_back_is_not_taken_back_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-04-01", at=noon("2026-04-01"))
    [alert] = _told(newsroom, "2026-04-01", "12:01")
    claimed = _due("2026-03-31", status="已達成", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-04-02", {FILE: claimed})
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "not-a-promise", REVIEWER, "", newsroom.policy, noon("2026-04-03"))
    titles = [one.title for one in _told(newsroom, "2026-04-03", "12:40")]
    assert titles.count("更正通知：增設路燈") == 1
    end = action_of(alert, "取消訂閱")
    newsroom.happens(taps(end, "2026-04-04"))
    newsroom.sync("2026-04-05", {FILE: claimed.replace("2026-03-31", "2026-06-30")})
    assert _told(newsroom, "2026-04-05", "12:00") == []


def test_a_date_that_moves_to_and_fro_is_no_near_duplicate_of_itself(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-02", {FILE: _due("2026-05-31")})
    on_sqlite.watch("法務部 即時", "2026-03-02")
    for day, clock, target in (
        ("2026-03-02", "22:30", "2026-06-30"),
        ("2026-03-02", "23:30", "2026-05-31"),
        ("2026-03-03", "00:30", "2026-06-30"),
    ):
        on_sqlite.sync(day, {FILE: _due(target)}, at=clock_at(day, clock))
    with on_sqlite.database.read() as tx:
        seen = preview(
            tx, understand(tx, "法務部"), Options(pace=NOW), on_sqlite.policy, clock_at("2026-03-03", "08:00")
        )
    told = _told(on_sqlite, "2026-03-03", "08:00")
    assert "同段承諾" not in "".join(map(plain, told))
    assert "期限 2026-05-31 → 2026-06-30" in plain(told[-1])  # where it stands is told last
    assert len(told) == seen.messages == 3


def test_a_reminder_of_a_date_that_moved_on_is_not_sent(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-02", {FILE: _due("2026-05-31")})
    on_sqlite.watch("法務部 即時", "2026-03-02")
    on_sqlite.sync("2026-03-03", {FILE: _due("2026-09-30")})
    (alert,) = _told(on_sqlite, "2026-03-03", "12:30")
    later = on_sqlite.happens(taps(action_of(alert, "稍後提醒"), "2026-03-03"))
    on_sqlite.happens(taps(action_of(later, "明天 08:30"), "2026-03-03"))
    on_sqlite.sync("2026-03-03", {FILE: _due("2026-05-31")}, at=clock_at("2026-03-03", "15:00"))
    assert [one.title for one in _told(on_sqlite, "2026-03-03", "15:01")] == ["🔔 資料裡的期限改了"]
    assert _told(on_sqlite, "2026-03-04", "12:00") == []


def test_what_was_missed_is_counted_as_it_is_told(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-02", {FILE: _due("2026-05-31")})
    on_sqlite.watch("法務部 即時", "2026-03-02")
    on_sqlite.service(noon("2026-03-03")).post.gone(HOME, [], "blocked")
    for day, target in (
        ("2026-03-03", "2026-06-30"),
        ("2026-03-04", "2026-09-30"),
        ("2026-03-05", "2026-06-30"),
        ("2026-03-06", "2026-09-30"),
    ):
        on_sqlite.sync(day, {FILE: _due(target)})
    on_sqlite.service(noon("2026-03-07")).handle(asks("/start", "2026-03-07"), "9")
    [digest] = _told(on_sqlite, "2026-03-07", "12:00")
    assert digest.title == "之前送不到這裡的消息（1 則）"
    assert "資料裡的期限改了 1" in plain(digest)


def test_what_waits_is_told_at_once_where_an_imported_watch_wants_it_so(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: record_text(target="2027-12-31")})
    newsroom.watch("法務部 每週", "2026-03-02")
    offer = newsroom.happens(asks("訂閱 其他 即時", "2026-03-02", chat=NEWSROOM))
    newsroom.happens(taps(offer.buttons[0][0].action, "2026-03-02", chat=NEWSROOM))
    saved = newsroom.happens(asks("匯出訂閱", "2026-03-02", chat=NEWSROOM)).file
    newsroom.sync("2026-03-03", {FILE: record_text(target="2027-12-31", entries=progress())})
    assert _told(newsroom, "2026-03-03", "12:00") == []
    assert saved is not None
    newsroom.happens(asks(f"匯入訂閱 {saved.content}", "2026-03-03"))
    assert [one.title for one in _told(newsroom, "2026-03-03", "12:01")] == ["🔔 AI 提出新佐證（未複核）"]


def test_after_a_block_the_weeks_note_of_then_is_over(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-02", {FILE: record_text(target="2027-12-31")})
    on_sqlite.watch("法務部 每週", "2026-03-02")
    listing = on_sqlite.happens(asks("訂閱清單", "2026-03-02"))
    on_sqlite.happens(taps(action_of(listing, "沒有新消息"), "2026-03-02"))
    on_sqlite.service(noon("2026-03-03")).post.gone(HOME, [], "blocked")
    for day in ("2026-03-09", "2026-03-10"):
        on_sqlite.sync(day, at=noon(day))
    at = clock_at("2026-03-14", "23:00")
    on_sqlite.service(at).handle(replace(asks("/start"), at=at), "9")
    assert [*_told(on_sqlite, "2026-03-14", "23:00"), *_told(on_sqlite, "2026-03-15", "08:30")] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_corrections_told_together_fit_one_message_whole(on_sqlite: Newsroom, language: str) -> None:
    on_sqlite.happens(asks(f"/lang {language}", "2026-03-02"))
    files = {
        f"其他/{n}.md": record_text(
            id=f"{n:08x}",
            title=f"第{n}件" + "長" * 40,
            status="已達成",
            entries=verdict(NEWER_LETTER),
            target="2027-12-31",
        )
        for n in range(1, 9)
    }
    on_sqlite.sync("2026-03-02", files)
    on_sqlite.watch("法務部 即時", "2026-03-02")
    for outcome, day in (("decline", "2026-03-02"), ("partly", "2026-03-04")):
        for proposal in range(1, 9):
            with on_sqlite.database.write() as tx:
                decide = review.settle if outcome == "decline" else review.reverse
                decide(tx, proposal, outcome, REVIEWER, "由" * review.LONGEST_REASON, on_sqlite.policy, noon(day))
        told = _told(on_sqlite, day, "12:40")
        told += _told(on_sqlite, f"2026-03-{int(day[-2:]) + 1:02}", "08:30")
    together = [plain(one) for one in told if "由" * review.LONGEST_REASON in plain(one)]
    assert len(together) == 2
    assert all(len(text) < 4096 for text in together)
    assert sum(text.count(f"第{n}件") for text in together for n in range(1, 9)) >= 8


def _claim_again(newsroom: Newsroom, day: str, clock: str) -> list[Message]:
    """What a chat is told at a time, what was owed anew at that time too."""
    return [*_told(newsroom, day, clock), *_told(newsroom, day, clock)]


def test_a_correction_that_waited_says_where_the_date_is_now(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 逾期", "2026-03-02")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    assert [one.title for one in _told(newsroom, "2026-04-01", "08:00")] == [OVERDUE]
    newsroom.sync("2026-04-01", {FILE: _due("2026-05-31")}, at=clock_at("2026-04-01", "22:30"))
    newsroom.sync("2026-04-02", {FILE: _due("2026-06-30")}, at=clock_at("2026-04-02", "03:26"))
    (told,) = _claim_again(newsroom, "2026-04-02", "08:00")
    assert "來源現在的期限是 2026-06-30，不是 2026-03-31" in plain(told)
    assert "資料版本 2026-02-20" in plain(told) and "天前" not in plain(told)
    assert _claim_again(newsroom, "2026-04-02", "08:30") == []


def test_a_date_that_came_back_before_its_correction_went_out_needs_none(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 逾期", "2026-03-02")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    _told(newsroom, "2026-04-01", "08:00")
    newsroom.sync("2026-04-01", {FILE: _due("2026-05-31")}, at=clock_at("2026-04-01", "22:30"))
    newsroom.sync("2026-04-02", {FILE: _due("2026-03-31")}, at=clock_at("2026-04-02", "03:26"))
    told = [*_claim_again(newsroom, "2026-04-02", "08:00"), *_told(newsroom, "2026-04-02", "08:30")]
    assert not [one for one in told if "更正通知" in one.title]


def test_a_correction_that_waited_tells_of_the_data_as_they_are_when_it_goes_out(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 逾期", "2026-03-02")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    _told(newsroom, "2026-04-01", "08:00")
    newsroom.sync("2026-04-01", {FILE: _due("2026-05-31")}, at=clock_at("2026-04-01", "22:30"))
    (told,) = _told(newsroom, "2026-04-06", "08:00")
    assert "來源上次讀取 2026-04-01（5 天前）" in plain(told)


@pytest.mark.parametrize("outcome", [DEADLINE_RIGHT, NO_DEADLINE, None])
def test_who_was_told_that_a_reviewers_date_passed_hears_that_it_is_none(
    newsroom: Newsroom, outcome: str | None
) -> None:
    text = record_text(
        target="2026-03-31", promise="增設。", reply="**主旨**：（三）行政院函送王委員大明就路燈。\n\n將增設。"
    )
    newsroom.sync("2026-04-01", {FILE: text})
    with newsroom.database.write() as tx:
        at = clock_at("2026-04-01", "12:00")
        moved = date(2026, 4, 10)
        decided = review.settle(tx, 1, DEADLINE_MOVED, REVIEWER, "", newsroom.policy, at, target=moved).proposal
    newsroom.watch("法務部 逾期", "2026-04-02")
    newsroom.sync("2026-04-11", at=clock_at("2026-04-11", "00:05"))
    assert "期限 2026-04-10" in plain(_told(newsroom, "2026-04-11", "08:00")[0])
    if outcome:
        with newsroom.database.write() as tx:
            review.reverse(
                tx, decided.id, outcome, REVIEWER, "看過了", newsroom.policy, clock_at("2026-04-12", "10:00")
            )
    else:
        newsroom.sync(
            "2026-04-12", {FILE: text.replace("2026-03-31", "2026-12-31")}, at=clock_at("2026-04-12", "10:00")
        )
    (told,) = _told(newsroom, "2026-04-12", "10:30")
    assert told.title == "更正通知：增設路燈"


@pytest.mark.parametrize("watched", ["法務部 逾期", "法務部 即時"])
def test_who_was_told_that_a_date_comes_near_hears_that_it_does_not(newsroom: Newsroom, watched: str) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch(f"{watched} 即時" if "逾期" in watched else watched, "2026-03-02")
    if "逾期" in watched:
        newsroom.watch("11111111 即時", "2026-03-02")
    newsroom.sync("2026-03-24", at=clock_at("2026-03-24", "00:05"))
    assert ["即將到期" in one.title for one in _told(newsroom, "2026-03-24", "08:00")] == [True]
    newsroom.sync("2026-03-25", {FILE: _due("2026-06-30")}, at=clock_at("2026-03-25", "03:26"))
    (told,) = _told(newsroom, "2026-03-25", "08:00")
    assert told.title == "更正通知：增設路燈"
    assert "「即將到期」消息更正如下" in plain(told)
    assert "來源現在的期限是 2026-06-30，不是 2026-03-31" in plain(told)
    newsroom.sync("2026-03-26", {FILE: _due("2026-03-31")}, at=clock_at("2026-03-26", "03:26"))
    newsroom.sync("2026-03-30", at=clock_at("2026-03-30", "00:05"))
    assert any("即將到期" in one.title for one in _told(newsroom, "2026-03-30", "08:00"))


def test_that_a_date_came_near_is_not_taken_back_when_it_has_passed(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("11111111 即時", "2026-03-02")
    newsroom.sync("2026-03-24", at=clock_at("2026-03-24", "00:05"))
    _told(newsroom, "2026-03-24", "08:00")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    assert [one.title for one in _told(newsroom, "2026-04-01", "08:00")] == [OVERDUE]
    newsroom.sync("2026-04-02", {FILE: _due("2026-06-30")}, at=clock_at("2026-04-02", "03:26"))
    (told,) = _told(newsroom, "2026-04-02", "08:00")
    assert "「期限已過」消息更正如下" in plain(told)


def test_who_was_corrected_once_hears_later_news_of_it_like_anybody(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.watch("11111111 即時", "2026-03-02")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    assert [one.title for one in _told(newsroom, "2026-04-01", "08:00")] == [OVERDUE]
    claimed = {"status": "已達成", "entries": verdict(NEWER_LETTER)}
    newsroom.sync("2026-04-02", {FILE: _due("2026-03-31", **claimed)}, at=clock_at("2026-04-02", "03:26"))
    _told(newsroom, "2026-04-02", "08:00")
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "not-a-promise", REVIEWER, "", newsroom.policy, clock_at("2026-04-02", "10:00"))
    assert [one.title for one in _told(newsroom, "2026-04-02", "10:30")] == ["更正通知：增設路燈"]
    newsroom.sync("2026-04-03", {FILE: _due("2026-06-30", **claimed)}, at=clock_at("2026-04-03", "03:26"))
    assert [one.title for one in _told(newsroom, "2026-04-03", "08:00")] == ["🔔 資料裡的期限改了"]


def test_who_never_got_what_was_on_its_way_hears_what_is_right_as_news(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-02", {FILE: _due("2026-03-31")})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    ((_, (sending,)),) = newsroom.service(clock_at("2026-04-01", "08:00")).post.claim(("telegram",))
    newsroom.sync("2026-04-01", {FILE: _due("2026-06-30")}, at=clock_at("2026-04-01", "08:00"))
    newsroom.service(clock_at("2026-04-01", "08:00")).post.failed(sending.effects, "timeout")
    told = [*_told(newsroom, "2026-04-01", "08:40"), *_told(newsroom, "2026-04-01", "08:41")]
    assert [one.title for one in told] == ["🔔 資料裡的期限改了"]


def _passed_in_doubt(newsroom: Newsroom, **more: str) -> str:
    """A date that its promise does not name passes at midnight; the record."""
    text = record_text(target="2026-03-04", promise="本部將於期限前增設路燈20盞。", reply="")
    newsroom.sync("2026-03-01", {"a.md": text, **more})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.service(clock_at("2026-03-05", "00:00")).feed.turn_day()
    return text


@pytest.mark.parametrize("ends", [False, True])
def test_a_date_that_was_settled_before_it_was_told_is_corrected_where_it_moves(newsroom: Newsroom, ends: bool) -> None:
    text = _passed_in_doubt(newsroom)
    with newsroom.database.write() as tx:
        waits = proposals.open_of(tx, 1, "deadline")
        assert waits is not None
        review.settle(tx, waits.id, DEADLINE_RIGHT, REVIEWER, "", newsroom.policy, clock_at("2026-03-05", "06:00"))
    told = newsroom.due(clock_at("2026-03-05", "08:30"))[str(HOME)]
    assert any("期限已過·未見完成紀錄｜增設路燈" in plain(message) for message in told)
    if ends:
        newsroom.happens(taps("unwatch:1:0", "2026-03-05"))
    moved = text.replace("2026-03-04", "2026-12-31")
    newsroom.sync("2026-03-06", {"a.md": moved}, at=clock_at("2026-03-06", "03:26"))
    told = newsroom.due(clock_at("2026-03-06", "08:30"))[str(HOME)]
    assert [message.title for message in told] == ["更正通知：增設路燈"]


def test_a_date_that_a_letter_makes_clear_before_it_was_told_is_told_at_once(newsroom: Newsroom) -> None:
    _passed_in_doubt(newsroom)
    newsroom.watch("法務部 期限明確", "2026-03-01", NEWSROOM)
    said = "本部將於115年3月4日前增設路燈20盞。"
    reply = f"**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，經交據法務部查復如下：{said}"
    other = record_text(id="22222222", title="另一件", target=None, promise="另一件別的事情。", reply=reply)
    newsroom.sync("2026-03-05", {"b.md": other}, at=clock_at("2026-03-05", "03:26"))
    came = newsroom.due(clock_at("2026-03-05", "08:00"))
    for chat in (HOME, NEWSROOM):
        assert [message.title for message in came[str(chat)]] == ["🔔 期限已過·未見完成紀錄"]
    assert not any("期限已過" in plain(message) for message in newsroom.due(clock_at("2026-03-05", "08:30"))[str(HOME)])


def test_a_date_that_moves_in_the_night_in_which_its_letter_comes_to_state_it_is_told_at_once(
    newsroom: Newsroom,
) -> None:
    def stated(target: str, said: str) -> str:
        promise = f"本部將於{said}前增設路燈20盞。"
        subject = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。"
        return record_text(target=target, promise=promise, reply=f"{subject}\n\n查復如下：{promise}")

    newsroom.sync("2026-03-01", {"a.md": stated("2026-12-31", "近期")})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.sync("2026-03-05", {"a.md": stated("2026-03-02", "115年3月2日")}, at=clock_at("2026-03-05", "03:26"))
    told = newsroom.due(clock_at("2026-03-05", "08:00"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 期限已過·未見完成紀錄"]


def test_a_doubtful_date_of_the_past_that_took_anothers_place_is_told_once_a_letter_states_it(
    newsroom: Newsroom,
) -> None:
    promise = "本部將於115年2月28日前增設路燈20盞。"

    def stated(said: str, target: str) -> str:
        subject = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。"
        told = f"{subject}\n\n查復如下：本部將於{said}前增設路燈20盞。"
        return record_text(reply=told, target=target, promise=promise)

    newsroom.sync("2026-02-20", {"a.md": stated("115年2月28日", "2026-02-28")})
    newsroom.watch("法務部", "2026-02-20")
    newsroom.sync("2026-03-01")
    assert [one.title for one in newsroom.due(noon("2026-03-01"))[str(HOME)]] == ["🔔 期限已過·未見完成紀錄"]
    newsroom.sync("2026-03-06", {"a.md": stated("115年2月28日", "2026-03-05")})
    assert [one.title for one in newsroom.due(noon("2026-03-06"))[str(HOME)]] == ["更正通知：增設路燈"]
    newsroom.sync("2026-03-07", {"a.md": stated("115年2月28日，改為115年3月5日", "2026-03-05")})
    told = newsroom.due(noon("2026-03-07"))[str(HOME)]
    assert [one.title for one in told] == ["🔔 期限已過·未見完成紀錄"]
    assert "期限 2026-03-05｜已過 2 天" in plain(told[0])
    newsroom.sync("2026-03-08")
    assert newsroom.due(noon("2026-03-09")) == {}


@pytest.mark.parametrize("fails", [False, True])
def test_what_went_and_came_back_is_not_told_as_gone_afterwards(newsroom: Newsroom, fails: bool) -> None:
    kept = {"a.md": record_text(target=None), "b.md": record_text(id="2" * 8, title="另一件", target=None)}
    newsroom.sync("2026-03-01", kept)
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-03", {"a.md": ""})
    if fails:
        service = newsroom.service(noon("2026-03-03"))
        for _, sendings in service.post.claim(("telegram",)):
            service.post.failed(sendings[0].effects, "HTTP 502")
    else:
        [gone] = newsroom.due(noon("2026-03-03"))[str(HOME)]
        later = newsroom.happens(taps(action_of(gone, "稍後提醒"), "2026-03-03"))
        newsroom.happens(taps(action_of(later, "明天 08:30"), "2026-03-03"))
    newsroom.sync("", {"a.md": kept["a.md"]}, at=clock_at("2026-03-03", "12:30" if not fails else "12:00"))
    told = [
        one for day in ("2026-03-03", "2026-03-05") for one in newsroom.due(clock_at(day, "15:00")).get(str(HOME), [])
    ]
    assert not any("移除" in one.title for one in told)


def test_what_failed_for_now_is_sent_before_what_came_later(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-03", {"a.md": record_text(target="2027-10-31")})
    first = newsroom.service(noon("2026-03-03"))
    for _, sendings in first.post.claim(("telegram",)):
        first.post.failed(sendings[0].effects, "HTTP 429", retry_after=600)
    newsroom.sync("", {"a.md": record_text(target="2027-11-30")}, at=clock_at("2026-03-03", "12:05"))
    assert newsroom.due(clock_at("2026-03-03", "12:09")) == {}
    told = newsroom.due(clock_at("2026-03-03", "12:11"))[str(HOME)]
    moves = [re.search("期限 (.*) → (.*)", plain(message)) for message in told]
    assert [move.groups() for move in moves if move] == [("2027-12-31", "2027-10-31"), ("2027-10-31", "2027-11-30")]


def test_what_failed_and_is_no_news_yet_keeps_nothing_else_waiting(newsroom: Newsroom) -> None:
    passed = record_text(target="2026-03-02")
    other = {"id": "2" * 8, "title": "另一件", "letter": "（行政院函　中華民國112年3月8日院臺專字第1129999999號）"}
    newsroom.sync("2026-03-01", {"a.md": passed, "b.md": record_text(target="2027-12-31", **other)})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-03", at=clock_at("2026-03-03", "08:31"))
    service = newsroom.service(clock_at("2026-03-03", "08:31"))
    for _, sendings in service.post.claim(("telegram",)):
        service.post.failed(sendings[0].effects, "HTTP 502")
    undated = record_text(target="2026-03-02", promise="將增設路燈。", reply="")
    newsroom.sync("", {"a.md": undated}, at=clock_at("2026-03-03", "08:40"))
    newsroom.due(clock_at("2026-03-03", "08:50"))
    newsroom.sync("", {"b.md": record_text(target="2027-10-31", **other)}, at=clock_at("2026-03-03", "09:00"))
    told = newsroom.due(clock_at("2026-03-03", "09:05"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 資料裡的期限改了"]


def test_a_crossing_that_becomes_clear_is_told_whoever_heard_of_it_as_doubtful(newsroom: Newsroom) -> None:
    letter = "（行政院函　中華民國112年3月8日院臺專字第1129900050號）"
    there = record_text(target="2026-03-31", letter=letter, promise="增設路燈。", reply="")
    newsroom.sync("2026-03-01", {FILE: there, **STAYS})
    newsroom.watch("法務部", "2026-03-02")
    newsroom.watch("法務部 期限明確", "2026-03-02", chat=NEWSROOM)
    newsroom.sync("2026-04-01", at=clock_at("2026-04-01", "03:26"))
    assert [message.title for message in newsroom.due(clock_at("2026-04-01", "08:30"))[str(HOME)]]
    told = "本部將於115年3月31日前增設路燈20盞。"
    other = record_text(
        id="8" * 8, title="另一件", agency="教育部", target="2027-12-31", promise="別的。", letter=letter, reply=told
    )
    newsroom.sync("2026-04-02", {"其他/另一件.md": other})
    assert OVERDUE in [message.title for message in newsroom.due(clock_at("2026-04-02", "12:30"))[str(NEWSROOM)]]
    assert not newsroom.due(clock_at("2026-04-03", "08:30")).get(str(HOME))


def test_an_alert_of_a_date_that_the_data_moved_into_the_past_says_so(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: _due("2026-09-30")})
    newsroom.watch("法務部", "2026-03-02")
    newsroom.sync("2026-06-10", {FILE: _due("2026-05-31")}, at=clock_at("2026-06-10", "03:26"))
    told = [*_told(newsroom, "2026-06-10", "08:00"), *_told(newsroom, "2026-06-10", "08:30")]
    (alert,) = [one for one in told if one.title.startswith("🔔")]
    assert alert.title == OVERDUE
    assert "資料裡的期限 2026-06-10 從 2026-09-30 改成這一天，是來源更新，不是機關公告。" in plain(alert)
