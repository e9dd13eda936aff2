"""The digest: its hour, its pages, and how each piece of news stands in it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.telegram_render import render_text
from handlers import review
from handlers.message import plain
from store import chats, watches
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import CROSSING, FILE, LATE, some, titles
from tests.sample import (
    HOME,
    NEWER_LETTER,
    NEWSROOM,
    OLDER_LETTER,
    REVIEW_ROOM,
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

TELEGRAM_LIMIT = 4096


def test_a_digest_puts_the_reviewed_first_counts_all_and_pages_the_rest(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE), **some(30, agency="教育部")})
    for name in ("法務部", "教育部"):
        on_sqlite.watch(name)
    judged = record_text(target=LATE, status="已達成", entries=verdict())
    on_sqlite.sync("2026-03-02", {FILE: judged, **some(30, progress(), agency="教育部")})
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
    newsroom.sync("2026-03-01", some(2))
    newsroom.watch("法務部")
    files = some(2, progress())
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=clock_at("2026-03-02", "03:26"))
    assert len(newsroom.due(clock_at("2026-03-02", "08:30"))[str(HOME)]) == 1
    newsroom.sync("2026-03-02", {"其他/2.md": files["其他/2.md"]}, at=clock_at("2026-03-02", "08:30"))
    assert newsroom.due(clock_at("2026-03-02", "20:00")) == {}
    assert len(newsroom.due(clock_at("2026-03-03", "08:30"))[str(HOME)]) == 1


def test_a_chat_that_was_gone_hears_what_it_missed_in_one_digest(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(3))
    newsroom.watch("法務部 即時")
    service = newsroom.service(noon("2026-03-02"))
    newsroom.sync("2026-03-02", {"其他/1.md": some(1, progress())["其他/1.md"]})
    ((chat, (sending,)),) = service.post.claim(("telegram",))
    service.post.gone(chat, sending.effects, "Forbidden: bot was blocked by the user")
    newsroom.sync("2026-03-04", some(3, progress()))
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


def test_a_deadline_that_became_doubtful_before_it_was_told_waits_for_the_digest(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部 逾期")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    doubtful = record_text(promise="將增設。", reply="公文。", letter="院臺專字第1129900099號")
    newsroom.sync("2026-03-16", {FILE: doubtful}, at=clock_at("2026-03-16", "03:26"))
    assert CROSSING not in titles(newsroom, clock_at("2026-03-16", "08:00"))
    assert any("每日彙整" in title for title in titles(newsroom, clock_at("2026-03-16", "08:30")))


def test_a_digest_that_is_made_up_leaves_the_next_day_its_own(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(2))
    newsroom.watch("法務部")
    files = some(2, progress())
    newsroom.sync("2026-03-02", {"其他/1.md": files["其他/1.md"]}, at=clock_at("2026-03-02", "03:26"))
    newsroom.sync("2026-03-03", {"其他/2.md": files["其他/2.md"]}, at=clock_at("2026-03-03", "03:26"))
    assert len(titles(newsroom, clock_at("2026-03-03", "08:10"))) == 1
    assert len(titles(newsroom, clock_at("2026-03-03", "08:30"))) == 1
    assert titles(newsroom, clock_at("2026-03-04", "08:30")) == []


def test_a_digest_names_the_commitments_that_are_watched_one_by_one(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(6))
    for number in range(1, 7):
        card = newsroom.happens(asks(f"{number:08x}"))
        newsroom.happens(taps(newsroom.happens(taps(action_of(card, "訂閱這筆"))).buttons[0][0].action))
    newsroom.sync("2026-03-02", some(6, progress()))
    (digest,) = newsroom.due(noon("2026-03-02"))[str(HOME)]
    assert "因為你訂閱了：第1件、第2件" in plain(digest)


def test_what_was_missed_is_one_digest_at_any_hour(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", some(3))
    newsroom.watch("法務部")
    with newsroom.database.write() as tx:
        chats.stop(tx, HOME.place, "blocked", noon("2026-03-01"))
    newsroom.sync("2026-03-02", some(3, progress()))
    late = clock_at("2026-03-04", "23:00")
    newsroom.service(late).handle(replace(asks("/start"), at=late), "9")
    assert titles(newsroom, late) == ["之前送不到這裡的消息（3 則）"]


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


def test_a_digest_says_what_thin_evidence_means_where_it_stands_in_it(newsroom: Newsroom) -> None:
    thin = {"status": "已達成", "target": "2029-12-31"}
    newsroom.sync("2026-03-01", {FILE: record_text(entries=verdict(), **thin)})
    newsroom.watch("法務部", "2026-03-02")
    newsroom.sync("2026-03-03", {FILE: record_text(entries=verdict() + progress(), **thin)})
    told = plain(newsroom.due(clock_at("2026-03-04", "08:30"))[str(HOME)][0])
    assert "佐證不足：AI 判定所依據的公文都不晚於答復" in told and "不代表沒做到" in told


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


def test_of_letters_a_digest_tells_first_what_would_change_a_status(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", some(3))
    on_sqlite.watch("法務部")
    last = record_text(id=f"{3:08x}", title="第3件", target=LATE, status="已達成", entries=verdict(NEWER_LETTER))
    on_sqlite.sync("2026-03-02", {**some(2, entries=progress()), "其他/3.md": last})
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert "1 AI 提出新佐證（未複核）｜第3件" in plain(digest)
