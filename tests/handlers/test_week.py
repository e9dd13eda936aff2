"""What changed in a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.message import RefusedError, plain
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import LATE
from tests.sample import (
    NEWER_LETTER,
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


def test_evidence_that_came_this_week_is_found_by_the_day_it_was_first_seen(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(entries=progress(NEWER_LETTER)), "b.md": record_text(id="2" * 8)})
    newsroom.sync("2026-03-18", {"b.md": record_text(id="2" * 8, entries=progress(NEWER_LETTER))})
    for question, day, total in (
        ("有新佐證 本週", "2026-03-20", 1),
        ("有新佐證 上週", "2026-03-25", 1),
        ("有新佐證 本週", "2026-03-25", 0),
        ("有新佐證", "2026-04-10", 1),
    ):
        assert f"共 {total} 件" in plain(newsroom.happens(asks(question, day))), question


def test_the_changes_of_a_week_are_counted_by_kind_with_zeros(newsroom: Newsroom) -> None:
    files = {"a.md": record_text(), "b.md": record_text(id="2" * 8, title="內政部的", agency="內政部")}
    newsroom.sync("2026-03-10", files)
    newsroom.sync("2026-03-18", {**files, "a.md": record_text(entries=progress())})
    week = plain(newsroom.happens(asks("法務部 本週變化", "2026-03-19")))
    assert week.startswith("資料的變化｜法務部及所屬\n2026-03-16 至 2026-03-19")
    assert "AI 新引公文 1　來源移除 0" in week
    assert "AI 新引公文 0" in plain(newsroom.happens(asks("內政部 本週有什麼變", "2026-03-19")))
    assert "期限已過 2" in plain(newsroom.happens(asks("本週有什麼變化？", "2026-03-19")))
    assert "期限已過 2" in plain(newsroom.happens(asks("上週變化", "2026-03-25")))


def test_what_was_removed_counts_among_the_changes_of_what_it_answered(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    newsroom.sync("2026-03-18", {"a.md": ""})
    assert "來源移除 1" in plain(newsroom.happens(asks("法務部 本週變化", "2026-03-19")))
    assert "來源移除 0" in plain(newsroom.happens(asks("內政部 本週變化", "2026-03-19")))


def test_a_week_begins_with_the_night_of_its_first_day(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-10", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    on_sqlite.sync("2026-03-16", {"a.md": ""}, clock_at("2026-03-16", "03:30"))
    assert "來源移除 1" in plain(on_sqlite.happens(asks("法務部 本週變化", "2026-03-19")))


@pytest.mark.parametrize(
    "text",
    [
        "本週變化",
        "本週有什麼變？",
        "法務部 這週的變化",
        "法務部本週變化",
        "本週變化法務部",
        "法務部 本週 變化",
        "本週 法務部 變化",
        "這週法務部有什麼變化",
        "這星期有什麼變化",
        "本週 有什麼變化",
        "法務部 本週 有什麼變化",
        "這週有什麼新消息",
        "本月變化",
        "法務部 這個月有什麼進展",
        "this month's changes",
        "yesterday's changes",
        "有什麼變化",
        "法務部 changes",
        "this week's changes MOJ",
        "weekly MOJ",
        "weekly changes MOJ",
        "what changed at the MOJ this week",
    ],
)
def test_a_weeks_changes_are_asked_for_in_many_words(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks(text, "2026-03-20")).title.startswith("資料的變化")


def test_a_feed_that_is_silent_is_said_to_be(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-10", {"a.md": record_text()})
    assert "⚠️ 來源 10 天沒有新資料" in plain(on_sqlite.happens(asks("本週變化", "2026-03-20")))


def test_a_week_with_much_news_is_told_in_pages_and_each_commitments_letters_once(on_sqlite: Newsroom) -> None:
    ids = [f"{number:08d}" for number in range(1, 13)]
    on_sqlite.sync("2026-03-10", {f"{id_}.md": record_text(id=id_, title=f"第{id_}件", target=LATE) for id_ in ids})
    letters = progress(NEWER_LETTER) + progress(OLDER_LETTER)
    changed = {f"{id_}.md": record_text(id=id_, title=f"第{id_}件", target=LATE, entries=letters) for id_ in ids}
    on_sqlite.sync("2026-03-18", changed)
    first = on_sqlite.happens(asks("本週變化", "2026-03-19"))
    assert "AI 新引公文 24" in plain(first)
    assert plain(first).count("公文 2 份") == 10
    second = on_sqlite.happens(taps(action_of(first, "下一頁"), "2026-03-19"))
    assert "\n11 " in plain(second)
    assert "\n12 " in plain(second)
    told = {
        line.split("編號 ")[1] for page in (first, second) for line in plain(page).splitlines() if "公文 2 份" in line
    }
    assert told == set(ids)
    on_sqlite.sync("2026-03-19", {"13.md": record_text(id="99999999", title="第十三件")})
    assert plain(on_sqlite.happens(taps(action_of(second, "上一頁"), "2026-03-19"))).count("公文 2 份") == 10


def test_a_page_of_days_that_no_calendar_has_is_refused(on_sqlite: Newsroom) -> None:
    ids = [f"{number:08d}" for number in range(1, 13)]
    on_sqlite.sync("2026-03-10", {f"{ids[0]}.md": record_text(id=ids[0])})
    on_sqlite.sync("2026-03-18", {f"{id_}.md": record_text(id=id_, title=f"第{id_}件") for id_ in ids[1:]})
    week = on_sqlite.happens(asks("本週變化", "2026-03-19"))
    verb, answer, _ = action_of(week, "下一頁").split(":")
    with pytest.raises(RefusedError):
        on_sqlite.happens(taps(f"{verb}:{answer}:0", "2026-03-19"))


def test_doubtful_deadlines_that_passed_are_counted_apart(newsroom: Newsroom) -> None:
    unsaid = record_text(id="2" * 8, promise="將增設。", reply="公文。", letter=NEWER_LETTER)
    newsroom.sync("2026-03-10", {"a.md": record_text(), "b.md": unsaid})
    newsroom.sync("2026-03-18")
    week = plain(newsroom.happens(asks("本週變化", "2026-03-19")))
    assert "期限已過 1　" in week
    assert "期限存疑的日期已過 1" in week


def test_a_decision_that_can_still_be_undone_is_no_change_of_the_week_yet(newsroom: Newsroom) -> None:
    passed = record_text(target="2026-03-15")
    newsroom.sync("2026-03-10", {"a.md": passed})
    newsroom.sync("2026-03-17", {"a.md": passed.replace("追蹤中", "已達成") + verdict()})
    card = newsroom.happens(asks("複核", "2026-03-18", REVIEWER))
    newsroom.happens(taps(action_of(card, "部分達成"), "2026-03-18", REVIEWER))
    for minutes, told in ((29, "複核結果 0"), (31, "複核結果 1")):
        at = noon("2026-03-18") + timedelta(minutes=minutes)
        week = plain(newsroom.happens(replace(asks("本週變化"), at=at)))
        assert told in week
        assert ("經人工複核" in week) == (minutes > 30)


def test_a_date_that_passed_by_a_decision_that_can_still_be_undone_is_no_change_either(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {"a.md": record_text(target="2025-12-31")})
    late, early = clock_at("2026-03-17", "23:50"), clock_at("2026-03-18", "00:05")
    card = newsroom.happens(replace(asks("複核 期限", person=REVIEWER), at=late))
    asked = newsroom.happens(replace(taps(action_of(card, "改日期"), person=REVIEWER), at=late))
    assert asked.prompt
    newsroom.happens(replace(asks("2026-03-17", person=REVIEWER, answers=asked.prompt.action), at=late))
    newsroom.sync("2026-03-18", at=early)
    for minutes, passed in ((1, "期限已過 0"), (16, "期限已過 1")):
        week = plain(newsroom.happens(replace(asks("本週變化"), at=early + timedelta(minutes=minutes))))
        assert passed in week


def test_what_is_public_is_listed_though_another_decision_can_still_be_undone(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {"a.md": record_text()})
    newsroom.happens(asks("更正 11111111 還沒有裝好", "2026-03-14"))
    card = newsroom.happens(asks("複核 更正", "2026-03-14", REVIEWER))
    newsroom.happens(taps(action_of(card, "部分達成"), "2026-03-14", REVIEWER))
    newsroom.happens(asks("更正 11111111 已經裝好了", "2026-03-15"))
    card = newsroom.happens(asks("複核 更正", "2026-03-15", REVIEWER))
    newsroom.happens(replace(taps(action_of(card, "不採用"), person=REVIEWER), at=clock_at("2026-03-15", "23:50")))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    week = plain(newsroom.happens(replace(asks("上週 變化"), at=clock_at("2026-03-16", "00:10"))))
    assert "複核結果 1　" in week
    week = plain(newsroom.happens(replace(asks("本週變化"), at=clock_at("2026-03-16", "00:10"))))
    assert "期限已過 1　" in week


def test_a_date_that_passed_by_a_verdict_that_was_only_just_decided_is_none_either(newsroom: Newsroom) -> None:
    judged = record_text(target="2026-03-17").replace("追蹤中", "已達成") + verdict()
    newsroom.sync("2026-03-10", {"a.md": judged})
    late, early = clock_at("2026-03-17", "23:50"), clock_at("2026-03-18", "00:05")
    card = newsroom.happens(replace(asks("複核", person=REVIEWER), at=late))
    newsroom.happens(replace(taps(action_of(card, "部分達成"), person=REVIEWER), at=late))
    newsroom.sync("2026-03-18", at=early)
    for minutes, passed in ((1, "期限已過 0"), (16, "期限已過 1")):
        week = plain(newsroom.happens(replace(asks("本週變化"), at=early + timedelta(minutes=minutes))))
        assert passed in week
