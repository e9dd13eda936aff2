"""The preview of a watch: what it would have brought, as it would have brought it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from handlers import review
from handlers.found import understand
from handlers.message import plain
from handlers.preview import preview
from records.query import Query
from store import facts, watches
from store.places import Place
from store.watches import KINDS, PACES, Options, Pace
from tests.handlers.conftest import Newsroom
from tests.sample import (
    NEWER_LETTER,
    OLDER_LETTER,
    REVIEW_ROOM,
    REVIEWER,
    TAIPEI,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)

MANY = 8
QUIET = (time(22), time(8))


def _many(entries: str = "", target: str = "2026-03-15") -> dict[str, str]:
    return {
        f"其他/{n}.md": record_text(id=f"{n}" * 8, title=f"第 {n} 件", target=target, entries=entries)
        for n in range(1, MANY + 1)
    }


def _live(newsroom: Newsroom) -> None:
    """A fortnight in which letters come, deadlines pass, dates move and records vanish, at night and by day."""
    night = noon("2026-03-03").replace(hour=3, minute=26)
    newsroom.sync("2026-03-03", {"其他/1.md": record_text(id="1" * 8, title="第 1 件", entries=progress())}, at=night)
    newsroom.sync("2026-03-04", _many(progress()))
    newsroom.sync("2026-03-05", {**_many(progress()), "其他/2.md": record_text(id="2" * 8, target="2026-06-30")})
    newsroom.sync("2026-03-06", {"其他/3.md": ""})
    newsroom.sync("2026-03-10", {"其他/4.md": record_text(id="4" * 8, entries=progress() + verdict(OLDER_LETTER))})
    for day in ("2026-03-14", "2026-03-16", "2026-03-17"):
        newsroom.sync(day)
    evening = noon("2026-03-17").replace(hour=23)
    newsroom.sync(
        "2026-03-17",
        {"其他/5.md": record_text(id="5" * 8, entries=progress(NEWER_LETTER) + verdict(OLDER_LETTER))},
        at=evening,
    )


def _watch(newsroom: Newsroom, watched: Sequence[tuple[str, Options]], day: str) -> dict[str, tuple[Query, Options]]:
    """Each in a chat of its own."""
    chats = {}
    with newsroom.database.write() as tx:
        for number, (question, options) in enumerate(watched, 1):
            query = understand(tx, question)
            id_ = watches.question_id(tx, str(query))
            watches.add(tx, Place("telegram", str(number), ""), id_, options, by="telegram:700", made_at=noon(day))
            chats[f"telegram:{number}"] = (query, options)
    return chats


def _messages(newsroom: Newsroom) -> Counter[str]:
    """How many messages each chat got up to the morning after the fortnight, whenever something fell due."""
    count: Counter[str] = Counter()
    for day in range(3, 19):
        for hour, minute in ((7, 59), (8, 0), (8, 30), (12, 0), (23, 0)):
            at = noon(f"2026-03-{day:02}").replace(hour=hour, minute=minute)
            count.update({chat: len(messages) for chat, messages in newsroom.due(at).items()})
    return count


def _expected(newsroom: Newsroom, chats: Mapping[str, tuple[Query, Options]]) -> dict[str, int]:
    with newsroom.database.read() as tx:
        at = noon("2026-03-18").replace(hour=23)
        return {
            chat: preview(tx, query, options, newsroom.policy, at).messages for chat, (query, options) in chats.items()
        }


def test_the_preview_and_a_replay_of_those_days_agree(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=(), admins=frozenset())
    newsroom.sync("2026-03-01", _many())
    watched = [
        (question, Options(pace=pace, kinds=kinds, urgent=urgent))
        for question in ("法務部", "is:overdue", "11111111", "-燈 法務部", "is:clear")
        for pace in PACES
        for kinds in (frozenset(KINDS), frozenset(("overdue", "moved")))
        for urgent in (False, True)
    ]
    chats = _watch(newsroom, watched, "2026-03-01")
    _live(newsroom)
    came = _messages(newsroom)
    assert _expected(newsroom, chats) == {chat: came[chat] for chat in chats}
    assert sum(came[chat] > 0 for chat in chats) > 30


def test_news_of_a_deadline_that_is_over_when_it_would_be_told_is_not_counted(newsroom: Newsroom) -> None:
    """One date moves on before the morning, one commitment is settled, one date is met by neither."""
    newsroom.policy = replace(newsroom.policy, review_chats=(), admins=frozenset({REVIEWER}), quiet=QUIET)
    titles = ("改期的", "達成的", "照舊的")
    files = {f"其他/{n}.md": record_text(id=f"{n}" * 8, title=title) for n, title in enumerate(titles, 1)}
    newsroom.sync("2026-03-01", files)
    watched = [
        (question, Options(pace=pace, kinds=kinds))
        for question in titles
        for pace in PACES
        for kinds in (frozenset(("overdue", "due")), frozenset(KINDS))
    ]
    chats = _watch(newsroom, watched, "2026-03-01")
    newsroom.sync("2026-03-16", at=noon("2026-03-16").replace(hour=0, minute=1))
    moved = {"其他/1.md": record_text(id="1" * 8, title="改期的", target="2026-12-31")}
    judged = {"其他/2.md": record_text(id="2" * 8, title="達成的", status="已達成", entries=verdict())}
    night = noon("2026-03-16").replace(hour=3, minute=26)
    newsroom.sync("2026-03-16", moved | judged, at=night)
    card = newsroom.happens(asks("複核", "2026-03-16", person=REVIEWER))
    newsroom.happens(
        replace(
            taps(f"accept:{card.proposal}:1", person=REVIEWER, chat=REVIEW_ROOM), at=night.replace(hour=7, minute=50)
        )
    )
    came = _messages(newsroom)
    late = newsroom.due(noon("2026-03-23"))
    came.update({chat: len(messages) for chat, messages in late.items()})
    with newsroom.database.read() as tx:
        at = noon("2026-03-23")
        for chat, (query, options) in chats.items():
            assert preview(tx, query, options, newsroom.policy, at).messages == came[chat], (str(query), options)
    assert {chat for chat in chats if came[chat]} >= {"telegram:13", "telegram:14"}
    assert not any(came[f"telegram:{number}"] for number in (1, 3, 5, 7, 9, 11))


def test_the_preview_and_a_replay_of_the_real_days_agree(on_sqlite: Newsroom, corpus: Callable[[int], Path]) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=(), admins=frozenset())
    on_sqlite.folder = corpus(4)
    on_sqlite.sync("2026-03-01")
    questions = ("衛福部", "is:overdue", "教育部 疫情", "legislator:楊瓊瓔", "類別 交通建設")
    watched = [(question, Options(pace=pace)) for question in questions for pace in PACES]
    chats = _watch(on_sqlite, watched, "2026-03-01")
    for commit, day in ((5, "2026-03-03"), (6, "2026-03-04"), (7, "2026-03-05")):
        on_sqlite.folder = corpus(commit)
        on_sqlite.sync(day, at=noon(day).replace(hour=3, minute=26))
    came = _messages(on_sqlite)
    assert _expected(on_sqlite, chats) == {chat: came[chat] for chat in chats}
    assert came["telegram:1"] >= 2


def test_an_offer_says_what_the_last_days_would_have_brought(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _many())
    assert "消息從今天起收錄" in plain(on_sqlite.happens(asks("訂閱 法務部", "2026-03-01")))
    on_sqlite.sync("2026-03-02", _many(progress()))
    told = plain(on_sqlite.happens(asks("訂閱 法務部", "2026-03-05")))
    assert "最近 4 天會收到 1 則訊息（8 筆消息，消息從 2026-03-01 起收錄）" in told
    assert told.count("03-02 AI 新引公文｜") == 3
    at_once = plain(on_sqlite.happens(asks("訂閱 11111111 即時", "2026-03-05")))
    assert "最近 4 天會收到 1 則訊息（1 筆消息" in at_once


def test_too_much_is_warned_of_with_a_narrower_choice(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _many())
    third = "（行政院函　中華民國113年7月20日院臺專字第1139900099號）"
    on_sqlite.sync("2026-03-02", _many(progress(NEWER_LETTER) + progress(OLDER_LETTER) + progress(third)))
    assert "⚠️ 平均一天" not in plain(on_sqlite.happens(asks("訂閱 11111111", "2026-03-03")))
    offer = on_sqlite.happens(asks("訂閱 法務部", "2026-03-03"))
    assert "⚠️ 平均一天 12 筆消息，可能太多" in plain(offer)
    narrower = on_sqlite.happens(taps(offer.buttons[1][0].action, "2026-03-03"))
    assert "只收：複核結果、期限已過、即將到期" in plain(narrower)
    assert "⚠️ 平均一天" not in plain(narrower)


def test_what_lies_behind_the_preview_is_forgotten(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _many(target="2027-12-31"))
    on_sqlite.sync("2026-03-02", _many(progress(), target="2027-12-31"))
    on_sqlite.sync("2026-05-02")
    with on_sqlite.database.read() as tx:
        assert facts.moments_since(tx, noon("2026-01-01")) == []


@pytest.mark.parametrize(
    ("hours", "end"), [(1, "2026-03-16T12:00"), (30, "2026-03-16T12:00"), (142, "2026-03-09T12:00")]
)
def test_a_decision_that_was_taken_anew_counts_as_it_was_told(on_sqlite: Newsroom, hours: int, end: str) -> None:
    """Before the digest the second alone is told; after it the second comes as the correction of the first, at once."""
    last = datetime.fromisoformat(end).replace(tzinfo=TAIPEI)
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=(), admins=frozenset({REVIEWER}), quiet=QUIET)
    judged = record_text(id="1" * 8, status="已達成", target="2029-12-31", entries=verdict())
    on_sqlite.sync("2026-03-01", {"其他/1.md": judged})
    watched = [("法務部", Options(pace=pace, kinds=frozenset(KINDS))) for pace in PACES]
    chats = _watch(on_sqlite, watched, "2026-03-01")
    decided_at = noon("2026-03-03")
    with on_sqlite.database.write() as tx:
        first = review.settle(tx, 1, "accept", REVIEWER, "", on_sqlite.policy, decided_at).proposal
    came: Counter[str] = Counter()
    for when in (decided_at + timedelta(hours=hours), last):
        came.update({chat: len(messages) for chat, messages in on_sqlite.due(when).items()})
        if when == last:
            break
        with on_sqlite.database.write() as tx:
            review.reverse(tx, first.id, "decline", REVIEWER, "看錯了", on_sqlite.policy, when)
    with on_sqlite.database.read() as tx:
        for chat, (query, options) in chats.items():
            found = preview(tx, query, options, on_sqlite.policy, last)
            assert found.messages == came[chat], options
    assert all(came[chat] for chat in chats)


def test_two_reversals_of_one_night_are_one_correction(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=(), admins=frozenset({REVIEWER}), quiet=QUIET)
    judged = record_text(id="1" * 8, status="已達成", target="2029-12-31", entries=verdict())
    on_sqlite.sync("2026-03-01", {"其他/1.md": judged})
    watched = [("法務部", Options(pace=pace, kinds=frozenset(KINDS))) for pace in PACES]
    chats = _watch(on_sqlite, watched, "2026-03-01")
    with on_sqlite.database.write() as tx:
        last = review.settle(tx, 1, "accept", REVIEWER, "", on_sqlite.policy, noon("2026-03-02")).proposal
    for day in ("2026-03-02", "2026-03-03", "2026-03-09"):
        on_sqlite.due(noon(day) + timedelta(hours=1))
    with on_sqlite.database.write() as tx:
        for outcome, clock in (("decline", "22:30"), ("partly", "23:30")):
            at = clock_at("2026-03-09", clock)
            last = review.reverse(tx, last.id, outcome, REVIEWER, "看錯了", on_sqlite.policy, at).proposal
    corrected = Counter({chat: len(told) for chat, told in on_sqlite.due(clock_at("2026-03-10", "08:00")).items()})
    with on_sqlite.database.read() as tx:
        for chat, (query, options) in chats.items():
            found = preview(tx, query, options, on_sqlite.policy, clock_at("2026-03-10", "12:00"))
            assert (corrected[chat], found.messages) == (1, 2), options


def test_what_was_taken_back_once_is_not_counted_as_taken_back_again(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, review_chats=(), admins=frozenset({REVIEWER}), quiet=QUIET)
    promise = "本部將於115年3月、12月底前增設路燈。"
    text = record_text(id="1" * 8, target="2026-03-31", promise=promise, reply="")
    on_sqlite.sync("2026-03-20", {"其他/1.md": text})
    kinds = (frozenset(KINDS), frozenset(("overdue", "reviewed", "due")))
    watched = [("法務部", Options(pace="now", kinds=some)) for some in kinds]
    chats = _watch(on_sqlite, watched, "2026-03-20")
    came: Counter[str] = Counter()

    def lives(*times: datetime) -> None:
        for when in times:
            came.update({chat: len(messages) for chat, messages in on_sqlite.due(when).items()})

    on_sqlite.sync("2026-04-01", at=clock_at("2026-04-01", "00:05"))
    lives(clock_at("2026-04-01", "08:00"))
    kept = text.replace("追蹤中", "已達成") + verdict(NEWER_LETTER)
    on_sqlite.sync("2026-04-02", {"其他/1.md": kept}, at=clock_at("2026-04-02", "03:26"))
    lives(clock_at("2026-04-02", "08:00"))
    with on_sqlite.database.write() as tx:
        review.settle(tx, 1, "not-a-promise", REVIEWER, "", on_sqlite.policy, clock_at("2026-04-02", "10:00"))
    lives(clock_at("2026-04-02", "10:30"))
    moved = kept.replace("2026-03-31", "2026-12-31")
    on_sqlite.sync("2026-04-03", {"其他/1.md": moved}, at=clock_at("2026-04-03", "03:26"))
    last = clock_at("2026-04-03", "12:00")
    lives(clock_at("2026-04-03", "08:00"), last)
    with on_sqlite.database.read() as tx:
        for chat, (query, options) in chats.items():
            assert preview(tx, query, options, on_sqlite.policy, last).messages == came[chat], options
    assert all(came[chat] > 1 for chat in chats)


def test_news_that_is_to_be_told_yet_is_counted_apart_and_shown(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", _many())
    on_sqlite.sync("2026-03-03", _many(progress()))
    offer = plain(on_sqlite.happens(asks("訂閱 法務部 每週", "2026-03-06")))
    assert "沒有相符的消息" not in offer
    assert "會收到" not in offer
    assert f"有 {MANY} 筆新消息還沒到發送的時間；新的訂閱只收儲存之後的消息，不含這些。" in offer
    assert offer.count("03-03 ") == 3
    assert "沒有相符的消息" in plain(on_sqlite.happens(asks("訂閱 教育部 每週", "2026-03-06")))


@pytest.mark.parametrize("pace", PACES)
def test_a_date_that_passed_of_a_record_that_went_is_not_counted(on_sqlite: Newsroom, pace: Pace) -> None:
    on_sqlite.sync("2026-03-06", {"a.md": record_text()})
    query = Query(agencies=("法務部",))
    on_sqlite.sync("2026-03-16", at=noon("2026-03-16").replace(hour=0, minute=10))
    on_sqlite.sync("2026-03-16", {"a.md": ""}, at=noon("2026-03-16").replace(hour=3))
    with on_sqlite.database.read() as tx:
        seen = preview(tx, query, Options(pace=pace), on_sqlite.policy, noon("2026-03-30"))
    assert dict(seen.news) == {"removed": 1}


def test_what_a_chat_muted_is_not_counted_for_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    on_sqlite.sync("2026-03-03", {"a.md": record_text(target="2027-12-31", entries=progress())})
    assert "會收到 1 則訊息" in plain(on_sqlite.happens(asks("訂閱 法務部", "2026-03-05")))
    on_sqlite.happens(taps("mute:1:0", "2026-03-05"))
    assert "會收到 1 則訊息" not in plain(on_sqlite.happens(asks("訂閱 法務部", "2026-03-05")))
