"""What is over, was undone, or went and came back before it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers import review, undo
from handlers.message import plain
from handlers.preview import preview
from records.query import Query
from store import chats, proposals, queue
from store.watches import Options
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import CROSSING, FILE, LATE, STAYS, titles
from tests.sample import (
    HOME,
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
    write,
)


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


def test_a_letter_that_was_taken_back_before_it_was_told_is_named_as_cited_no_longer(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target=LATE)})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    on_sqlite.sync("2026-03-02", {FILE: record_text(target=LATE)}, at=clock_at("2026-03-02", "14:00"))
    (digest,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert "　公文　院臺專字第1139900021號（來源已不再引用）｜答復 2023-03-08｜編號 11111111\n　尚無結論" in plain(
        digest
    )


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
    assert titles(newsroom, clock_at("2026-03-16", "08:00")) == []
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, clock_at("2026-03-16", "08:05"))
    assert CROSSING in titles(newsroom, clock_at("2026-03-16", "08:21"))


def test_a_crossing_during_a_decision_that_is_undone_is_told_all_the_same(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部")
    decided = _accept(newsroom, clock_at("2026-03-15", "23:50"))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, clock_at("2026-03-16", "00:10"))
    assert titles(newsroom, clock_at("2026-03-16", "08:00")) == [CROSSING]
    assert titles(newsroom, clock_at("2026-03-17", "09:00")) == []


def test_a_deadline_that_was_long_over_when_it_was_decided_is_no_crossing_when_that_is_undone(
    newsroom: Newsroom,
) -> None:
    newsroom.sync("2026-03-20", {FILE: record_text()})
    newsroom.watch("法務部", "2026-03-20")
    decided = _accept(newsroom, noon("2026-03-20"))
    with newsroom.database.write() as tx:
        undo.take_back(tx, *decided, REVIEWER, newsroom.policy, noon("2026-03-20") + timedelta(minutes=5))
    assert CROSSING not in titles(newsroom, noon("2026-03-21"))


def test_a_crossing_that_nobody_was_told_is_news_again_when_the_date_moves_back(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部 逾期")
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:00"))
    newsroom.sync("2026-03-16", {FILE: record_text(target=LATE)}, at=clock_at("2026-03-16", "03:26"))
    assert CROSSING not in titles(newsroom, clock_at("2026-03-16", "08:00"))
    newsroom.sync("2026-03-17", {FILE: record_text()}, at=clock_at("2026-03-17", "03:26"))
    assert CROSSING in titles(newsroom, clock_at("2026-03-17", "08:00"))


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


def _gone_and_back(newsroom: Newsroom, days: list[tuple[str, str]], text: str = "法務部 每週") -> list[str]:
    """What a watch hears on two Mondays of a record that has a text, or none, on each day."""
    newsroom.watch(text, "2026-03-02")
    for day, content in days:
        newsroom.sync(day, {FILE: content})
    return [plain(one) for day in ("2026-03-09", "2026-03-16") for one in newsroom.due(noon(day)).get(str(HOME), [])]


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


def test_a_record_that_comes_back_is_not_called_new(newsroom: Newsroom) -> None:
    there = record_text(target=LATE)
    newsroom.sync("2026-03-01", {FILE: there, **STAYS})
    newsroom.sync("2026-03-02", {FILE: ""})
    newsroom.watch("法務部 即時", "2026-03-03")
    newsroom.sync("2026-03-04", {FILE: there})
    (told,) = newsroom.due(noon("2026-03-04"))[str(HOME)]
    assert told.title == "🔔 來源放回了這筆"
