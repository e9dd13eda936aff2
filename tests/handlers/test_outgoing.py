"""What is due becomes messages: each fact once a chat, one digest a day, at decent hours, in any zone, after any death."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.post import LEASE, Sent
from bot.telegram_render import render_text
from handlers import copies, correct, review, undo
from handlers.message import Message, RefusedError, plain
from handlers.policy import Policy
from handlers.preview import preview
from records.query import Query
from records.source import SourceError
from store import cards, chats, facts, outbox, outbox_state, proposals, queue, recipients, watches
from store.cards import Card
from store.engine import Transaction
from store.places import Place
from store.proposals import Proposal
from store.watches import Options
from tests.handlers.conftest import Newsroom
from tests.sample import (
    CITIZEN,
    HOME,
    NEWER_LETTER,
    NEWSROOM,
    OLDER_LETTER,
    REVIEW_ROOM,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    taps,
    verdict,
    write,
)

FILE = "其他/路燈.md"
LATE = "2027-12-31"
TELEGRAM_LIMIT = 4096


def _some(count: int, entries: str = "", target: str = LATE, agency: str = "法務部") -> dict[str, str]:
    return {
        f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target=target, entries=entries, agency=agency)
        for n in range(1, count + 1)
    }


def _reverse(tx: Transaction, newsroom: Newsroom, proposal: int) -> Proposal:
    at, why = noon("2026-03-04"), "後來查到完工公告"
    return review.reverse(tx, proposal, "accept", REVIEWER, why, newsroom.policy, at).proposal


def test_more_than_five_alerts_at_once_become_one_message(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(7))
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", dict(list(_some(7, progress()).items())[:5]))
    assert len(newsroom.due(noon("2026-03-02"))[str(HOME)]) == 5
    newsroom.sync("2026-03-03", _some(7, progress(OLDER_LETTER) + progress()))
    (one,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert one.title == "9 則新消息"


def test_more_than_five_corrections_at_once_become_few_messages(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-06", _some(20, target="2026-03-15"))
    newsroom.watch("法務部")
    newsroom.sync("2026-03-16")
    assert newsroom.due(noon("2026-03-16"))[str(HOME)]
    newsroom.sync("2026-03-18", dict(list(_some(20, target="2026-06-30").items())[:5]))
    told = newsroom.due(noon("2026-03-18"))[str(HOME)]
    assert [one.title.partition("：")[0] for one in told] == ["更正通知"] * 5
    newsroom.sync("2026-03-19", _some(20, target="2026-06-30"))
    told = newsroom.due(noon("2026-03-19"))[str(HOME)]
    assert [one.title for one in told] == ["更正通知（4 則）"] * 3 + ["更正通知（3 則）"]
    assert "▍第10件\n法務部\n答復" in plain(told[0])
    assert "來源現在的期限是 2026-06-30，不是 2026-03-15。" in plain(told[0])
    labels = [button.label for one in told for row in one.buttons for button in row]
    assert sorted(labels) == sorted(f"📄 第{n}件" for n in range(6, 21))
    assert all(len(plain(one)) < 4096 for one in told)
    assert newsroom.due(noon("2026-03-20")) == {}


def test_a_digest_puts_the_reviewed_first_counts_all_and_pages_the_rest(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE), **_some(30, agency="教育部")})
    for name in ("法務部", "教育部"):
        on_sqlite.watch(name)
    judged = record_text(target=LATE, status="已達成", entries=verdict())
    on_sqlite.sync("2026-03-02", {FILE: judged, **_some(30, progress(), agency="教育部")})
    card = on_sqlite.happens(asks("複核", person=REVIEWER, chat=REVIEW_ROOM))
    on_sqlite.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    (first,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    text = plain(first)
    assert text.index("▍人工複核結果（1）") < text.index("▍教育部（30）")
    assert "人工複核結果 1　AI 新引用公文 31" in text
    assert "還有 25 則" in text
    seen = [line for line in text.split("\n") if "第" in line and "件" in line]
    page = first
    while any("▶" in b.label for row in page.buttons for b in row):
        page = on_sqlite.happens(taps(action_of(page, "▶"), "2026-03-04"))
        assert page.place == "edit"
        seen += [line for line in plain(page).split("\n") if "第" in line and "件" in line]
    assert sorted({line.rpartition("｜")[2] for line in seen}) == sorted(f"第{n}件" for n in range(1, 31))
    assert on_sqlite.happens(taps(action_of(first, "▶"), "2026-03-04", chat=NEWSROOM)).place == "private"


def test_a_digest_keeps_its_pages_whatever_happens_after_it_was_sent(newsroom: Newsroom) -> None:
    bodies = ("法務部", "教育部", "內政部", "交通部", "經濟部", "農業部")

    def files(entries: str = "", status: str = "追蹤中") -> dict[str, str]:
        return {
            f"其他/{body}{n}.md": record_text(
                id=f"{at}{n}000000", title=f"{body}第{n}件", target=LATE, agency=body, entries=entries, status=status
            )
            for at, body in enumerate(bodies, 1)
            for n in range(7)
        }

    newsroom.sync("2026-03-01", files())
    for body in bodies:
        newsroom.watch(body)
    newsroom.sync("2026-03-02", files(progress()))
    (page,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    newsroom.sync("2026-03-04", files(progress() + verdict(), status="已達成"))
    for _ in range(20):
        card = newsroom.happens(asks("複核", "2026-03-04", person=REVIEWER, chat=REVIEW_ROOM))
        newsroom.happens(taps(action_of(card, "公文早於承諾"), "2026-03-04", person=REVIEWER, chat=REVIEW_ROOM))
    shown = plain(page)
    while any("▶" in b.label for row in page.buttons for b in row):
        page = newsroom.happens(taps(action_of(page, "▶"), "2026-03-04"))
        shown += plain(page)
    titles = re.findall(r"[^｜\s]{3}第\d件", shown)
    assert sorted(titles) == sorted(f"{body}第{n}件" for body in bodies for n in range(7))


def test_every_digest_of_the_real_days_fits_a_message(on_sqlite: Newsroom, corpus: Callable[[int], Path]) -> None:
    on_sqlite.folder = corpus(4)
    on_sqlite.sync("2026-03-01")
    for text in ("衛福部", "交通部", "經濟部", "教育部", "內政部", "即將到期", "楊瓊瓔"):
        on_sqlite.watch(text, "2026-03-01")
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-03-02", at=clock_at("2026-03-02", "03:26"))
    (first,) = on_sqlite.due(noon("2026-03-02"))[str(HOME)]
    page = first
    for _ in range(60):
        assert "以下略）\n\n公文收錄" not in render_text(page)
        assert len(plain(page)) < TELEGRAM_LIMIT
        if not any("▶" in b.label for row in page.buttons for b in row):
            break
        page = on_sqlite.happens(taps(action_of(page, "▶"), "2026-03-02"))
    else:
        pytest.fail("the pages never end")


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


@pytest.mark.parametrize(
    ("found_at", "told_at"),
    [
        ("2026-03-02 03:26", "2026-03-02 08:30"),
        ("2026-03-02 08:31", "2026-03-03 08:30"),
        ("2026-12-31 12:00", "2027-01-01 08:30"),
    ],
)
def test_the_digest_comes_at_its_hour(on_sqlite: Newsroom, found_at: str, told_at: str) -> None:
    day, clock = found_at.split()
    on_sqlite.sync("2026-02-01", {FILE: record_text(target="2029-12-31")})
    on_sqlite.watch("法務部", "2026-02-01")
    on_sqlite.sync(day, {FILE: record_text(target="2029-12-31", entries=progress())}, at=clock_at(day, clock))
    told = clock_at(*told_at.split())
    assert on_sqlite.due(told - timedelta(seconds=1)) == {}
    assert on_sqlite.due(told)[str(HOME)][0].title == f"每日彙整 {told.date().isoformat()}"


@pytest.fixture
def far_away() -> Iterator[None]:
    """The machine stands in New York."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize("hour", ["22:30", "03:00", "08:00"])
def test_a_digest_whose_hour_is_quiet_comes_when_the_quiet_ends_and_is_not_late(on_sqlite: Newsroom, hour: str) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, digest_at=clock_at("2026-03-02", hour).time())
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert on_sqlite.due(clock_at("2026-03-03", "07:59")) == {}
    (digest,) = on_sqlite.due(clock_at("2026-03-03", "08:01"))[str(HOME)]
    assert digest.title == "每日彙整 2026-03-03"
    on_sqlite.sync("2026-03-03", {FILE: record_text(target=LATE, entries=progress() + progress(OLDER_LETTER))})
    assert on_sqlite.due(clock_at("2026-03-03", "23:00")) == {}
    (digest,) = on_sqlite.due(clock_at("2026-03-04", "08:01"))[str(HOME)]
    assert digest.title == "每日彙整 2026-03-04"


def test_hours_and_days_are_taipeis_whatever_the_machines_zone(on_sqlite: Newsroom) -> None:
    test_the_digest_comes_at_its_hour(on_sqlite, "2026-03-02 03:26", "2026-03-02 08:30")
    (on_sqlite.folder / FILE).write_text(record_text(target="2026-03-20"), "utf-8")
    on_sqlite.sync("2026-03-20")
    assert dict(on_sqlite.sync("2026-03-21", at=clock_at("2026-03-21", "00:01")).news) == {"overdue": 1}


def test_a_digest_that_was_missed_is_made_up_once(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert [m.title for m in newsroom.due(clock_at("2026-03-05", "15:00"))[str(HOME)]] == [
        "每日彙整 2026-03-03（補送）"
    ]
    assert newsroom.due(clock_at("2026-03-06", "15:00")) == {}


def test_what_comes_after_the_days_digest_was_sent_waits_for_the_next(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(2))
    newsroom.watch("法務部")
    files = _some(2, progress())
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=clock_at("2026-03-02", "03:26"))
    assert len(newsroom.due(clock_at("2026-03-02", "08:30"))[str(HOME)]) == 1
    newsroom.sync("2026-03-02", {"其他/2.md": files["其他/2.md"]}, at=clock_at("2026-03-02", "08:30"))
    assert newsroom.due(clock_at("2026-03-02", "20:00")) == {}
    assert len(newsroom.due(clock_at("2026-03-03", "08:30"))[str(HOME)]) == 1


def test_a_process_that_dies_before_any_step_sends_the_same_messages(newsroom: Newsroom) -> None:
    """Claimed and never sent, sent and never marked: only the one in flight comes twice."""
    newsroom.sync("2026-03-01", {FILE: record_text(), **_some(3)})
    newsroom.watch("法務部")
    newsroom.watch("11111111")
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-16", {FILE: record_text(entries=progress()), **_some(3, progress())})
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
    on_sqlite.watch("法務部")
    panel = on_sqlite.happens(taps(action_of(on_sqlite.happens(asks("訂閱清單")), "⚙️ 1")))
    on_sqlite.happens(taps(action_of(panel, "逾期每週提醒")))
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
    on_sqlite.watch("法務部", "2026-03-06")
    panel = on_sqlite.happens(taps(action_of(on_sqlite.happens(asks("訂閱清單")), "⚙️ 1")))
    on_sqlite.happens(taps(action_of(panel, "逾期每週提醒")))
    on_sqlite.sync("2026-03-16")
    on_sqlite.due(noon("2026-03-16"))
    on_sqlite.sync("2026-03-30", at=clock_at("2026-03-30", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-03-30"))[str(HOME)]
    assert (
        "▍期限已過·未見完成紀錄（8）\n1 第1件\n　法務部｜答復 2023-03-08｜編號 00000001\n　期限 2026-03-15｜已過 15 天·未見完成紀錄\n　同段承諾另有 7 筆\n公文收錄日之後的進度這裡查不到，不代表沒做到。\n\n"
    ) in plain(reminder)


def test_a_weekly_watch_is_told_on_monday_in_one_message(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _some(2))
    on_sqlite.watch("法務部 每週")
    files = _some(2, progress())
    on_sqlite.sync("2026-03-03", {"其他/1.md": files["其他/1.md"]})
    on_sqlite.sync("2026-03-07", {"其他/2.md": files["其他/2.md"]})
    assert on_sqlite.due(noon("2026-03-08")) == {}
    (weekly,) = on_sqlite.due(noon("2026-03-09"))[str(HOME)]
    assert weekly.title == "每週彙整 2026-03-09"
    assert "AI 新引用公文 2" in plain(weekly)


def test_a_chat_that_was_gone_hears_what_it_missed_in_one_digest(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(3))
    newsroom.watch("法務部 即時")
    service = newsroom.service(noon("2026-03-02"))
    newsroom.sync("2026-03-02", {"其他/1.md": _some(1, progress())["其他/1.md"]})
    ((chat, (sending,)),) = service.post.claim(("telegram",))
    service.post.gone(chat, sending.effects, "Forbidden: bot was blocked by the user")
    newsroom.sync("2026-03-04", _some(3, progress()))
    assert newsroom.due(noon("2026-03-05")) == {}
    with newsroom.database.read() as tx:
        assert [(item.chat, item.reason) for item in chats.stopped(tx)] == [
            (HOME.id, "Forbidden: bot was blocked by the user")
        ]
        assert len(watches.of_chat(tx, HOME.place)) == 1
    newsroom.service(noon("2026-03-06")).handle(asks("/start", "2026-03-06"), "9")
    (missed,) = newsroom.due(noon("2026-03-06"))[str(HOME)]
    assert missed.title == "之前送不到這裡的消息（3 則）"
    assert "公文收錄至" in missed.footer


def test_a_correction_reaches_exactly_those_who_were_told(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.watch("法務部", chat=NEWSROOM)
    judged = record_text(target=LATE, status="已達成", entries=verdict())
    newsroom.sync("2026-03-02", {FILE: judged})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    proposal = card.proposal or 0
    assert len(newsroom.due(noon("2026-03-03"))) >= 2
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    newsroom.happens(asks("訂閱 路燈", "2026-03-03", person=STRANGER))
    with newsroom.database.write() as tx:
        _reverse(tx, newsroom, proposal)
    came = newsroom.due(noon("2026-03-04") + timedelta(minutes=31))
    for chat in (str(HOME), str(NEWSROOM)):
        (correction,) = [message for message in came[chat] if message.proposal is None]
        assert correction.title == "更正通知：增設路燈"
        assert "答復　2023-03-08　院臺專字第1129900001號" in plain(correction)
        assert "先前公布的人工複核：不採認（公文早於承諾；" in plain(correction)
        assert "改判：採認達成（後來查到完工公告；" in plain(correction)
    assert newsroom.due(noon("2026-03-06")) == {}, "the correction said it"


def test_a_reversal_that_is_undone_corrects_nothing(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    newsroom.due(noon("2026-03-03"))
    with newsroom.database.write() as tx:
        again = _reverse(tx, newsroom, card.proposal or 0)
        undo.take_back(tx, again.id, again.version, REVIEWER, newsroom.policy, noon("2026-03-04"))
    assert str(HOME) not in newsroom.due(noon("2026-03-06"))
    assert "AI 判定不採認·尚無結論" in plain(newsroom.happens(asks("11111111")))


def test_news_that_is_over_when_it_is_due_is_not_told(newsroom: Newsroom) -> None:
    """A deadline passed at midnight; by the morning the commitment is settled, or the date has moved."""
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-14", {FILE: record_text(), "其他/橋.md": record_text(id="2" * 8, title="修橋")})
    newsroom.watch("法務部 即時", "2026-03-14")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:01"))
    files = {
        FILE: record_text(status="已達成", entries=verdict()),
        "其他/橋.md": record_text(id="2" * 8, title="修橋", target="2026-12-31"),
    }
    newsroom.sync("2026-03-16", files, at=clock_at("2026-03-16", "03:26"))
    card = newsroom.happens(asks("複核", "2026-03-16", person=REVIEWER))
    newsroom.happens(
        replace(
            taps(action_of(card, "採認達成"), person=REVIEWER, chat=REVIEW_ROOM), at=clock_at("2026-03-16", "04:00")
        )
    )
    titles = [message.title for message in newsroom.due(clock_at("2026-03-16", "08:00"))[str(HOME)]]
    assert "🔔 期限已過·未見完成紀錄" not in titles
    assert not any("期限存疑的日期已過" in title for title in titles)
    assert titles.count("🔔 人工複核結果") == 1


@pytest.mark.parametrize("text", ["法務部 即時", "法務部 每週"])
def test_a_date_that_passed_is_not_told_of_a_record_that_the_source_withdrew(newsroom: Newsroom, text: str) -> None:
    newsroom.sync("2026-03-06", {FILE: record_text(target="2026-03-15")})
    newsroom.watch(text, "2026-03-06")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:10"))
    newsroom.sync("2026-03-16", {FILE: ""}, at=clock_at("2026-03-16", "03:26"))
    told = [plain(one) for day in ("2026-03-16", "2026-03-23") for one in newsroom.due(noon(day)).get(str(HOME), [])]
    assert [one for one in told if "來源移除" in one]
    assert not [one for one in told if "期限已過" in one]


def test_a_letter_that_was_taken_back_before_it_was_told_is_said_to_be_gone(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE)}, at=clock_at("2026-03-02", "14:00"))
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert "　這份公文已不在紀錄裡｜答復 2023-03-08｜編號 11111111\n　尚無結論" in plain(digest)


def test_a_digest_shows_the_decision_in_force_and_a_date_that_moved_twice_once(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=())
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部 每週")
    on_sqlite.sync("2026-03-03", {FILE: record_text(target="2028-06-30", status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", person=REVIEWER))
    on_sqlite.happens(taps(action_of(card, "採認達成"), "2026-03-03", person=REVIEWER, chat=REVIEW_ROOM))
    with on_sqlite.database.write() as tx:
        at, why = noon("2026-03-05"), "後來查到沒有完工"
        review.reverse(tx, card.proposal or 0, "decline", REVIEWER, why, on_sqlite.policy, at)
    on_sqlite.sync("2026-03-06", {FILE: record_text(target="2029-06-30", status="已達成", entries=verdict())})
    (digest,) = on_sqlite.due(noon("2026-03-09"))[str(HOME)]
    text = plain(digest)
    assert "人工複核結果 1" in text
    assert "不採認（後來查到沒有完工；" in text
    assert "採認達成" not in text.replace("不採認", "")
    assert "2027-12-31 → 2029-06-30（來源更新，不是機關公告）" in text


def test_a_digest_says_of_a_date_that_moved_and_moved_back_that_it_is_as_it_was(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    for clock, target in (("09:00", "2028-06-30"), ("10:00", LATE)):
        on_sqlite.sync("2026-03-02", {FILE: record_text(target=target)}, at=clock_at("2026-03-02", clock))
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert "資料裡的期限改了｜增設路燈\n　改過，又改回 2027-12-31（來源更新，不是機關公告）" in plain(digest)


def test_a_second_reversal_corrects_those_who_were_corrected(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    newsroom.due(noon("2026-03-03"))
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    with newsroom.database.write() as tx:
        second = _reverse(tx, newsroom, card.proposal or 0)
    assert len(newsroom.due(noon("2026-03-05"))[str(HOME)]) == 1
    with newsroom.database.write() as tx:
        review.reverse(tx, second.id, "partly", REVIEWER, "只完成一半", newsroom.policy, noon("2026-03-06"))
    (again,) = newsroom.due(noon("2026-03-07"))[str(HOME)]
    assert "先前公布的人工複核：採認達成（" in plain(again)
    assert "改判：部分達成（只完成一半；" in plain(again)


def test_a_decision_reversed_before_it_was_told_is_told_once_and_as_it_stands(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 每週")
    newsroom.sync("2026-03-03", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), "2026-03-03", person=REVIEWER, chat=REVIEW_ROOM))
    with newsroom.database.write() as tx:
        again = _reverse(tx, newsroom, card.proposal or 0)
        undo.take_back(tx, again.id, again.version, REVIEWER, newsroom.policy, noon("2026-03-04"))
    (weekly,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    assert "不採認（公文早於承諾；" in plain(weekly), "the reversal was taken back: the first decision is told"


def test_a_chat_that_comes_back_hears_no_decision_before_its_undo_window_ends(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    with newsroom.database.write() as tx:
        chats.stop(tx, HOME.place, "blocked", noon("2026-03-01"))
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "採認達成"), person=REVIEWER, chat=REVIEW_ROOM))
    newsroom.service(noon("2026-03-02")).handle(asks("/start"), "7")
    (missed,) = newsroom.due(noon("2026-03-02") + timedelta(minutes=29))[str(HOME)]
    assert "採認" not in plain(missed)
    (reviewed,) = newsroom.due(noon("2026-03-02") + timedelta(minutes=31))[str(HOME)]
    assert reviewed.title == "🔔 人工複核結果"


def test_what_comes_late_still_waits_for_the_morning(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert newsroom.due(clock_at("2026-03-03", "23:30")) == {}
    assert len(newsroom.due(clock_at("2026-03-04", "08:00"))[str(HOME)]) == 1


def test_an_agency_is_one_section_whatever_its_records_call_it(on_sqlite: Newsroom) -> None:
    names = ("行政院環境保護署", "環保署", "環境部")
    files = {
        f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target=LATE, agency=a) for n, a in enumerate(names)
    }
    on_sqlite.sync("2026-03-01", files)
    on_sqlite.watch("環境部")
    on_sqlite.sync("2026-03-02", {path: text + progress() for path, text in files.items()})
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert [section.heading for section in digest.sections if section.heading] == ["環境部（3）"]


def test_a_correction_needs_a_fact_that_was_kept(on_sqlite: Newsroom) -> None:
    with on_sqlite.database.write() as tx, pytest.raises(RefusedError, match="沒有編號 7 的消息"):
        correct.correct(tx, 7, "x", lambda: "說明", on_sqlite.policy, noon("2026-03-02"))


def test_the_status_is_for_admins_and_tells_what_waits(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    with pytest.raises(RefusedError, match="只有管理員"):
        on_sqlite.happens(asks("/status", person=CITIZEN))
    with on_sqlite.database.write() as tx:
        outbox.put(tx, "x", outbox.SEND, noon("2026-03-02"), place=Place("telegram", "9", ""), body={"title": "x"})
        outbox.give_up(tx, [1], noon("2026-03-02"), "Timed out")
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


def test_news_that_was_given_up_and_then_corrected_is_not_sent_when_it_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    at = noon("2026-03-02")
    ((_, (sending,)),) = newsroom.service(at).post.claim(("telegram",))
    newsroom.service(at).post.refused(sending.effects, "too long")
    with newsroom.database.write() as tx:
        correct.by_hand(tx, sending.effects[0].fact or 0, "日期寫錯了", REVIEWER, newsroom.policy, at)
        assert outbox_state.take_up(tx, [effect.id for effect in sending.effects], at) == 0
    told = newsroom.due(at)
    assert str(HOME) not in told
    [[admin]] = told.values()
    assert (admin.title, "too long" in plain(admin)) == ("平台拒收 1 筆消息", True)


CROSSING = "🔔 期限已過·未見完成紀錄"


def _titles(newsroom: Newsroom, at: datetime) -> list[str]:
    return [message.title for message in newsroom.due(at).get(str(HOME), [])]


def _accept(newsroom: Newsroom, at: datetime) -> tuple[int, int]:
    """Send in a correction that a reviewer takes; its proposal and version."""
    newsroom.happens(replace(asks("更正 11111111 已經做好了"), at=at))
    with newsroom.database.write() as tx:
        [waiting] = [one for one in queue.waiting(tx, backlog=False) if one.origin == "correction"]
        review.settle(tx, waiting.id, "accept", REVIEWER, "看過", newsroom.policy, at)
        settled = proposals.find(tx, waiting.id)
    assert settled
    return settled.id, settled.version


def test_a_crossing_waits_while_the_decision_that_settles_it_can_be_undone(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    decided = _accept(newsroom, clock_at("2026-03-16", "07:50"))
    assert _titles(newsroom, clock_at("2026-03-16", "08:00")) == []
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, clock_at("2026-03-16", "08:05"))
    assert CROSSING in _titles(newsroom, clock_at("2026-03-16", "08:21"))


def test_a_crossing_during_a_decision_that_is_undone_is_told_all_the_same(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部")
    decided = _accept(newsroom, clock_at("2026-03-15", "23:50"))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, clock_at("2026-03-16", "00:10"))
    assert _titles(newsroom, clock_at("2026-03-16", "08:00")) == [CROSSING]
    assert _titles(newsroom, clock_at("2026-03-17", "09:00")) == []


def test_a_deadline_that_was_long_over_when_it_was_decided_is_no_crossing_when_that_is_undone(
    newsroom: Newsroom,
) -> None:
    newsroom.sync("2026-03-20", {FILE: record_text()})
    newsroom.watch("法務部", "2026-03-20")
    decided = _accept(newsroom, noon("2026-03-20"))
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, noon("2026-03-20") + timedelta(minutes=5))
    assert CROSSING not in _titles(newsroom, noon("2026-03-21"))


def test_a_crossing_that_nobody_was_told_is_news_again_when_the_date_moves_back(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部 逾期")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    newsroom.sync("2026-03-16", {FILE: record_text(target=LATE)}, at=clock_at("2026-03-16", "03:26"))
    assert CROSSING not in _titles(newsroom, clock_at("2026-03-16", "08:00"))
    newsroom.sync("2026-03-17", {FILE: record_text()}, at=clock_at("2026-03-17", "03:26"))
    assert CROSSING in _titles(newsroom, clock_at("2026-03-17", "08:00"))


def test_a_deadline_that_became_doubtful_before_it_was_told_waits_for_the_digest(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部 逾期")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    doubtful = record_text(promise="將增設。", reply="公文。", letter="院臺專字第1129900099號")
    newsroom.sync("2026-03-16", {FILE: doubtful}, at=clock_at("2026-03-16", "03:26"))
    assert CROSSING not in _titles(newsroom, clock_at("2026-03-16", "08:00"))
    assert any("每日彙整" in title for title in _titles(newsroom, clock_at("2026-03-16", "08:30")))


def test_a_digest_that_is_made_up_leaves_the_next_day_its_own(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(2))
    newsroom.watch("法務部")
    files = _some(2, progress())
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=clock_at("2026-03-02", "03:26"))
    newsroom.sync("2026-03-03", {"其他/2.md": files["其他/2.md"]}, at=clock_at("2026-03-03", "03:26"))
    assert len(_titles(newsroom, clock_at("2026-03-03", "08:10"))) == 1
    assert len(_titles(newsroom, clock_at("2026-03-03", "08:30"))) == 1
    assert _titles(newsroom, clock_at("2026-03-04", "08:30")) == []


def test_nothing_goes_to_a_chat_while_its_platform_asks_to_wait(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(2))
    newsroom.watch("法務部 即時")
    files, at = _some(2, progress()), noon("2026-03-02")
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=at)
    ((_, (first,)),) = newsroom.service(at).post.claim(("telegram",))
    newsroom.sync("2026-03-02", {"其他/2.md": files["其他/2.md"]}, at=at + timedelta(seconds=1))
    newsroom.service(at + timedelta(seconds=2)).post.failed(first.effects, "flood", retry_after=60)
    assert _titles(newsroom, at + timedelta(seconds=61)) == []
    assert len(_titles(newsroom, at + timedelta(seconds=63))) == 2


def test_the_pages_of_a_weekly_digest_with_a_reminder_hold_every_piece_of_news(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-02-20",
        {**_some(48), "其他/逾期.md": record_text(target="2026-02-21", promise="將於115年2月21日前增設。")},
    )
    newsroom.watch("法務部 每週", "2026-02-20")
    panel = newsroom.happens(taps(action_of(newsroom.happens(asks("訂閱清單")), "⚙️ 1")))
    newsroom.happens(taps(action_of(panel, "逾期每週提醒")))
    newsroom.sync("2026-03-06", _some(48, progress()))
    newsroom.sync("2026-03-09", at=clock_at("2026-03-09", "00:00"))
    (page,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    shown = plain(page)
    while forward := [b for row in page.buttons for b in row if b.label.startswith("還有")]:
        page = newsroom.happens(taps(forward[0].action, "2026-03-09"))
        shown += plain(page)
        assert "因為你訂閱了" in plain(page)
    assert [n for n in range(1, 49) if f"第{n}件" not in shown] == []


def test_a_digest_names_the_commitments_that_are_watched_one_by_one(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(6))
    for number in range(1, 7):
        card = newsroom.happens(asks(f"{number:08x}"))
        newsroom.happens(taps(newsroom.happens(taps(action_of(card, "訂閱這筆"))).buttons[0][0].action))
    newsroom.sync("2026-03-02", _some(6, progress()))
    (digest,) = newsroom.due(noon("2026-03-02"))[str(HOME)]
    assert "因為你訂閱了：第1件、第2件" in plain(digest)


def test_what_was_missed_is_one_digest_at_any_hour(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", _some(3))
    newsroom.watch("法務部")
    with newsroom.database.write() as tx:
        chats.stop(tx, HOME.place, "blocked", noon("2026-03-01"))
    newsroom.sync("2026-03-02", _some(3, progress()))
    late = clock_at("2026-03-04", "23:00")
    newsroom.service(late).handle(replace(asks("/start"), at=late), "9")
    assert _titles(newsroom, late) == ["之前送不到這裡的消息（3 則）"]


def test_who_was_told_a_fact_is_not_told_it_again_when_the_group_goes_on_under_another_id(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    assert len(_titles(newsroom, noon("2026-03-02"))) == 1
    with newsroom.database.write() as tx:
        chats.move(tx, HOME.platform, HOME.id, "-1009")
        [fact] = facts.between(tx, noon("2026-03-02").date(), noon("2026-03-02").date())
        recipients.owe(tx, [fact.id or 0], newsroom.policy.due_times(noon("2026-03-03")))
    assert newsroom.due(noon("2026-03-03")) == {}


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


def test_a_correction_does_not_overtake_an_alert_that_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    at = noon("2026-03-02")
    ((_, (sending,)),) = newsroom.service(at).post.claim(("telegram",))
    with newsroom.database.write() as tx:
        correct.by_hand(tx, 1, "那份公文談的是別的事。", REVIEWER, newsroom.policy, at)
    newsroom.service(at).post.failed(sending.effects, "Timed out", retry_after=60)
    assert newsroom.due(at + timedelta(seconds=59)) == {}
    came = newsroom.due(at + timedelta(seconds=61))[str(HOME)]
    assert [message.title for message in came] == ["🔔 AI 提出新佐證（未複核）", "更正通知：增設路燈"]


@pytest.mark.parametrize("back", [True, False])
def test_what_went_and_came_back_before_anybody_was_told_is_no_news(newsroom: Newsroom, back: bool) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE), "b.md": record_text(id="2" * 8, target=LATE)})
    newsroom.watch("法務部")
    (newsroom.folder / FILE).unlink()
    night = clock_at("2026-03-03", "03:26")
    newsroom.service(night).feed.sync(release=True)
    if back:
        write(newsroom.folder, FILE, record_text(target=LATE))
        newsroom.service(night + timedelta(minutes=15)).feed.sync()
    came = newsroom.due(clock_at("2026-03-03", "09:00"))
    assert came == {} if back else "來源移除了這筆 1" in plain(came[str(HOME)][0])


def test_a_digest_counts_doubtful_dates_apart_and_behind_the_clear_ones(on_sqlite: Newsroom) -> None:
    doubtful = {"promise": "將增設。", "reply": "公文。", "letter": "院臺專字第1號"}
    files = {f"其他/{n}.md": record_text(id=f"{n:08d}", title=f"甲{n}", **doubtful) for n in range(2)}
    on_sqlite.sync("2026-03-01", {**files, FILE: record_text(title="乙")})
    on_sqlite.watch("法務部 每週")
    on_sqlite.sync("2026-03-17")
    (digest,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    told = plain(digest)
    assert "期限已過 1　期限存疑的日期已過 2" in told
    assert "1 期限已過·未見完成紀錄｜乙" in told


def test_near_duplicates_are_one_item_of_a_digest(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {f"其他/{n}.md": record_text(id=f"{n:08d}", title=f"第{n}件") for n in range(3)})
    on_sqlite.watch("法務部 每週")
    on_sqlite.sync("2026-03-17")
    (digest,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert "期限已過 3" in plain(digest)
    assert plain(digest).count("期限已過·未見完成紀錄｜") == 1
    assert "同段承諾另有 2 筆" in plain(digest)


def test_a_decision_in_a_digest_names_the_agency_and_the_day_of_the_reply(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", "2026-03-03", person=REVIEWER))
    on_sqlite.happens(taps(action_of(card, "採認達成"), "2026-03-03", person=REVIEWER))
    told = "\n".join(plain(message) for message in on_sqlite.due(noon("2026-03-04"))[str(HOME)])
    assert "人工複核結果｜增設路燈\n　法務部｜答復 2023-03-08｜編號 11111111\n" in told


def test_what_the_source_removed_is_shown_as_removed(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(), "其他/b.md": record_text(id="2" * 8)})
    (on_sqlite.folder / FILE).unlink()
    on_sqlite.sync("2026-03-02")
    told = plain(on_sqlite.happens(taps("show:2:0", "2026-03-02")))
    assert "⚠️ 來源已移除這筆，以下是最後的內容。" in told
    assert "剩" not in told


def test_a_date_that_passed_and_was_none_is_corrected_to_all_who_were_told(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.watch("法務部", chat=NEWSROOM)
    on_sqlite.sync("2026-03-17")
    assert set(on_sqlite.due(noon("2026-03-17"))) == {str(HOME), str(NEWSROOM)}
    on_sqlite.happens(asks("取消訂閱 法務部", "2026-03-17", chat=NEWSROOM))
    on_sqlite.sync("2026-03-18", {FILE: record_text(target="2027-12-31")})
    told = on_sqlite.due(noon("2026-03-19"))
    assert {chat: [message.title for message in messages] for chat, messages in told.items()} == {
        chat: ["更正通知：增設路燈"] for chat in (str(HOME), str(NEWSROOM))
    }
    assert "來源現在的期限是 2027-12-31，不是 2026-03-15。" in plain(told[str(HOME)][0])


@pytest.mark.parametrize("undone", [False, True])
def test_a_promise_that_is_none_corrects_the_alert_unless_the_decision_is_undone(
    on_sqlite: Newsroom, undone: bool
) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-17")
    on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-03-18", {FILE: record_text(status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", "2026-03-18", person=REVIEWER))
    decided = on_sqlite.happens(taps(action_of(card, "不是承諾"), "2026-03-18", person=REVIEWER))
    if undone:
        on_sqlite.happens(taps(action_of(decided, "復原"), "2026-03-18", person=REVIEWER))
    told = [plain(message) for message in on_sqlite.due(noon("2026-03-19")).get(str(HOME), [])]
    corrections = [text for text in told if text.startswith("更正通知")]
    assert len(corrections) == (0 if undone else 1)
    assert all("人工複核：不是承諾（" in text for text in corrections)


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


MANY_ALIKE = {f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target="2026-03-15") for n in range(1, 9)}


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
    newsroom.happens(taps(action_of(asked, "明天早上"), "2026-03-16"))
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


def _gone_and_back(newsroom: Newsroom, days: list[tuple[str, str]], text: str = "法務部 每週") -> list[str]:
    """What a watch hears on two Mondays of a record that has a text, or none, on each day."""
    newsroom.watch(text, "2026-03-02")
    for day, content in days:
        newsroom.sync(day, {FILE: content})
    return [plain(one) for day in ("2026-03-09", "2026-03-16") for one in newsroom.due(noon(day)).get(str(HOME), [])]


STAYS = {"其他/別的.md": record_text(id="9" * 8, title="別的", agency="教育部", target=LATE)}


def test_what_went_came_back_and_went_again_is_told_as_gone(newsroom: Newsroom) -> None:
    there = record_text(target=LATE)
    newsroom.sync("2026-03-01", {FILE: there, **STAYS})
    (told,) = _gone_and_back(newsroom, [("2026-03-03", ""), ("2026-03-05", there), ("2026-03-07", "")])
    assert "來源移除了這筆 1" in told
    with newsroom.database.read() as tx:
        seen = preview(tx, Query(agencies=("法務部",)), Options(pace="weekly"), newsroom.policy, noon("2026-03-20"))
    assert (seen.messages, dict(seen.news)) == (1, {"removed": 1})


def test_what_came_went_and_came_again_is_told_once(newsroom: Newsroom) -> None:
    there = record_text(target=LATE)
    newsroom.sync("2026-03-01", STAYS)
    (told,) = _gone_and_back(newsroom, [("2026-03-03", there), ("2026-03-04", ""), ("2026-03-05", there)])
    assert "來源放回 1" in told


def test_what_came_back_otherwise_tells_what_differs(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE), **STAYS})
    back = record_text(target="2026-12-31", entries=progress())
    (told,) = _gone_and_back(newsroom, [("2026-03-03", ""), ("2026-03-05", back)])
    assert "2027-12-31 → 2026-12-31" in told
    assert "AI 新引用公文 1" in told
    assert "來源移除" not in told


@pytest.mark.parametrize("text", ["法務部 每週", "法務部 即時"])
def test_a_date_that_passed_while_its_record_was_gone_is_told_when_it_is_back(newsroom: Newsroom, text: str) -> None:
    there = record_text(target="2026-03-04", promise="本部將於115年3月4日前增設路燈20盞。")
    there = there.replace("115年3月15日", "115年3月4日")
    newsroom.sync("2026-03-01", {FILE: there, **STAYS})
    told = _gone_and_back(newsroom, [("2026-03-03", ""), ("2026-03-06", there)], text)
    assert sum("期限已過·未見完成紀錄" in one for one in told) == 1


def test_a_date_that_was_corrected_and_moves_back_passes_once_more(newsroom: Newsroom) -> None:
    there = record_text()
    newsroom.sync("2026-03-06", {FILE: there})
    newsroom.watch("法務部", "2026-03-06")
    titles = []
    for day, text in (("2026-03-16", there), ("2026-03-18", record_text(target="2026-06-30")), ("2026-03-20", there)):
        newsroom.sync(day, {FILE: text})
        titles += [message.title for message in newsroom.due(noon(day)).get(str(HOME), [])]
    assert titles == ["🔔 期限已過·未見完成紀錄", "更正通知：增設路燈", "🔔 期限已過·未見完成紀錄"]
    newsroom.sync("2026-03-23", {FILE: record_text(target="2026-07-30")})
    assert [one.title for one in newsroom.due(noon("2026-03-23"))[str(HOME)]].count("更正通知：增設路燈") == 1


def test_a_date_that_moved_while_its_record_was_gone_corrects_the_alert(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-06", {FILE: record_text(), **STAYS})
    newsroom.watch("法務部", "2026-03-06")
    newsroom.sync("2026-03-16")
    assert [one.title for one in newsroom.due(noon("2026-03-16"))[str(HOME)]] == ["🔔 期限已過·未見完成紀錄"]
    newsroom.sync("2026-03-17", {FILE: ""})
    newsroom.due(noon("2026-03-18"))
    newsroom.sync("2026-03-20", {FILE: record_text(target="2026-06-30")})
    assert "更正通知：增設路燈" in [one.title for one in newsroom.due(noon("2026-03-20"))[str(HOME)]]


CLEAR_ON_THE_TENTH = "本部將於115年3月10日前增設路燈20盞，或於115年3月9日前完成。"


def test_a_date_that_moves_to_another_passed_one_is_told_as_passed(newsroom: Newsroom) -> None:
    """Whoever was not told of the first crossing hears of the second one; nobody hears of none."""

    def on(day: str) -> dict[str, str]:
        reply = f"**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n{CLEAR_ON_THE_TENTH}"
        return {FILE: record_text(target=day, promise=CLEAR_ON_THE_TENTH, reply=reply)}

    newsroom.sync("2026-03-06", on("2026-03-10"))
    newsroom.watch("法務部", "2026-03-06")
    newsroom.sync("2026-03-11", on("2026-03-09"), at=clock_at("2026-03-11", "03:26"))
    told = [plain(one) for one in newsroom.due(noon("2026-03-11"))[str(HOME)]]
    assert any("期限已過·未見完成紀錄" in one and "2026-03-09" in one for one in told)


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


def test_a_digest_says_what_thin_evidence_means_where_it_stands_in_it(newsroom: Newsroom) -> None:
    thin = {"status": "已達成", "target": "2029-12-31"}
    newsroom.sync("2026-03-01", {FILE: record_text(entries=verdict(), **thin)})
    newsroom.watch("法務部", "2026-03-02")
    newsroom.sync("2026-03-03", {FILE: record_text(entries=verdict() + progress(), **thin)})
    told = plain(newsroom.due(clock_at("2026-03-04", "08:30"))[str(HOME)][0])
    assert "佐證不足：AI 判定所依據的公文都不晚於答復" in told and "不代表沒做到" in told


def test_new_evidence_tells_how_far_behind_a_clear_deadline_it_is(newsroom: Newsroom) -> None:
    clear = {"target": "2024-03-15", "promise": "將於113年3月15日前增設。", "reply": ""}
    newsroom.sync("2026-03-01", {FILE: record_text(**clear)})
    newsroom.watch("法務部 即時", "2026-03-02")
    newsroom.sync("2026-03-03", {FILE: record_text(entries=progress(), **clear)})
    assert "晚於答復 470 天、晚於期限 97 天" in plain(newsroom.due(noon("2026-03-03"))[str(HOME)][0])


def test_near_duplicates_of_different_dates_are_told_apart_in_a_digest(newsroom: Newsroom) -> None:
    def files(first: str, second: str) -> dict[str, str]:
        return {
            f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target=day)
            for n, day in ((1, first), (2, second))
        }

    newsroom.sync("2026-03-01", files("2027-01-01", "2027-01-01"))
    newsroom.watch("法務部", "2026-03-02")
    newsroom.sync("2026-03-03", files("2027-03-01", "2027-08-01"))
    (digest,) = newsroom.due(noon("2026-03-04"))[str(HOME)]
    for part in ("第1件", "2027-01-01 → 2027-03-01", "第2件", "2027-01-01 → 2027-08-01", "公文查無這個期限"):
        assert part in plain(digest)


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


def test_a_record_that_comes_back_is_not_called_new(newsroom: Newsroom) -> None:
    there = record_text(target=LATE)
    newsroom.sync("2026-03-01", {FILE: there, **STAYS})
    newsroom.sync("2026-03-02", {FILE: ""})
    newsroom.watch("法務部 即時", "2026-03-03")
    newsroom.sync("2026-03-04", {FILE: there})
    (told,) = newsroom.due(noon("2026-03-04"))[str(HOME)]
    assert told.title == "🔔 來源放回了這筆"


def test_news_of_a_letter_about_something_else_says_so_in_an_alert_and_in_a_digest(on_sqlite: Newsroom) -> None:
    housing = "**主旨**：（四）行政院函送書面答復。\n\n本部興建社會住宅三千戶。"
    other = record_text(id="2" * 8, title="社會住宅", promise="興建社會住宅。", letter=OLDER_LETTER, reply=housing)
    on_sqlite.sync("2026-03-01", {"其他/社會住宅.md": other, FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    on_sqlite.watch("11111111", chat=NEWSROOM)
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict(OLDER_LETTER))})
    told = on_sqlite.due(noon("2026-03-03"))
    (alert,), (digest,) = told[str(NEWSROOM)], told[str(HOME)]
    assert "⚠️ 公文沒談這件事（全文查無「增設路燈」）" in plain(alert)
    assert "⚠️ 公文沒談這件事、公文早於答復 427 天，不代表沒做到" in plain(digest)


def test_a_digest_says_of_dates_that_passed_what_an_alert_says(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(entries=progress())})
    on_sqlite.watch("法務部 每週")
    on_sqlite.sync("2026-03-17")
    (digest,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert "最近一份引用的公文　2024-06-20　院臺專字第1139900021號" in plain(digest)
    assert "公文收錄日之後的進度這裡查不到，不代表沒做到。" in plain(digest)


def test_a_reminder_of_what_the_ai_calls_done_does_not_say_that_nothing_is_on_file(on_sqlite: Newsroom) -> None:
    claimed = record_text(entries=progress(summary="已全數完成。").replace("進度更新\n", "達成證據\n"))
    on_sqlite.sync("2026-03-01", {FILE: claimed})
    on_sqlite.watch("法務部")
    panel = on_sqlite.happens(taps(action_of(on_sqlite.happens(asks("訂閱清單")), "⚙️ 1")))
    on_sqlite.happens(taps(action_of(panel, "逾期每週提醒")))
    on_sqlite.sync("2026-03-17")
    on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-03-23", at=clock_at("2026-03-23", "00:00"))
    (reminder,) = on_sqlite.due(noon("2026-03-23"))[str(HOME)]
    assert "▍期限已過（1）\n1 增設路燈" in plain(reminder)
    assert "未見完成紀錄" not in plain(reminder)


def test_of_letters_a_digest_tells_first_what_would_change_a_status(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _some(3))
    on_sqlite.watch("法務部")
    last = record_text(id=f"{3:08x}", title="第3件", target=LATE, status="已達成", entries=verdict(NEWER_LETTER))
    on_sqlite.sync("2026-03-02", {**_some(2, entries=progress()), "其他/3.md": last})
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert "1 AI 提出新佐證（未複核）｜第3件" in plain(digest)


def test_a_correction_of_one_of_several_near_duplicates_says_that_the_news_may_bear_anothers_title(
    newsroom: Newsroom,
) -> None:
    newsroom.sync("2026-03-06", MANY_ALIKE)
    newsroom.watch("法務部", "2026-03-06")
    newsroom.sync("2026-03-16")
    newsroom.due(noon("2026-03-16"))
    path, text = list(MANY_ALIKE.items())[-1]
    newsroom.sync("2026-03-17", {path: text.replace("2026-03-15", "2026-12-31")})
    told = [plain(message) for message in newsroom.due(noon("2026-03-17"))[str(HOME)]]
    (correction,) = [one for one in told if one.startswith("更正通知")]
    assert "同段承諾是併成一則通知的，原消息的標題可能是同段的另一筆。" in correction
