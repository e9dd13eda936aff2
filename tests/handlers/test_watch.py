"""Watching: what was understood is said first, and saved at the button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from handlers import watch
from handlers.message import plain
from records.question.meanings import QuestionError
from store import watches
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    NEWSROOM,
    REVIEW_ROOM,
    REVIEWER,
    TAIPEI,
    action_of,
    asks,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)


def test_a_watch_is_saved_only_at_the_button(newsroom: Newsroom) -> None:
    offer = newsroom.happens(asks("訂閱 法務部 逾期"))
    assert offer.title == "訂閱：法務部及所屬·期限已過、未列達成"
    assert newsroom.happens(asks("訂閱清單")).title == "這裡沒有訂閱。"
    assert newsroom.happens(taps(offer.buttons[0][0].action)).title == "已訂閱：法務部·期限已過、未列達成"
    assert newsroom.happens(asks("訂閱清單")).title == "訂閱清單（1）"


def test_the_same_watch_twice_is_one(newsroom: Newsroom) -> None:
    save = newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action
    newsroom.happens(taps(save))
    assert newsroom.happens(taps(save)).title == "這裡已經訂閱：法務部"


def test_a_watch_ends_at_its_button_and_by_words(newsroom: Newsroom) -> None:
    saved = newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    assert newsroom.happens(taps(saved.buttons[0][0].action)).title == "已取消訂閱：法務部"
    newsroom.happens(taps(newsroom.happens(asks("訂閱 影像下架")).buttons[0][0].action))
    assert newsroom.happens(asks("取消訂閱 影像下架")).title == "已取消訂閱：影像下架"


def test_a_chat_can_not_end_another_chats_watch(newsroom: Newsroom) -> None:
    saved = newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    assert newsroom.happens(taps(saved.buttons[0][0].action, chat=NEWSROOM)).title == "這裡已經沒有這個訂閱。"
    assert newsroom.happens(asks("訂閱清單")).title == "訂閱清單（1）"


def test_watching_without_saying_what_is_answered_with_examples(newsroom: Newsroom) -> None:
    with pytest.raises(QuestionError, match="訂閱 法務部"):
        newsroom.happens(asks("訂閱"))


def test_two_watches_that_match_one_fact_bring_one_message_that_names_both(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    for text in ("訂閱 法務部", "訂閱 路燈"):
        newsroom.happens(taps(newsroom.happens(asks(text)).buttons[0][0].action))
    newsroom.sync("2026-03-02", {"a.md": record_text(target="2027-12-31", entries=progress())})
    (digest,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert "AI 新引用公文 1" in plain(digest)
    assert "因為你訂閱了：法務部、路燈" in digest.footer


def test_a_watch_of_one_commitment_is_told_at_once(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    card = newsroom.happens(asks("11111111"))
    offer = action_of(card, "訂閱這筆")
    newsroom.happens(taps(newsroom.happens(taps(offer)).buttons[0][0].action))
    newsroom.sync("2026-03-02", {"a.md": record_text(target="2027-12-31", entries=progress())})
    (alert,) = newsroom.due(noon("2026-03-02"))[str(HOME)]
    assert alert.title == "🔔 AI 提出新佐證（未複核）"
    text = plain(alert)
    assert "新公文　2024-06-20　院臺專字第1139900021號" in text
    assert "AI 摘要（非公文原文）：持續辦理。" in text
    assert "因為你訂閱了：這筆承諾" in text


def test_news_of_the_night_waits_for_the_morning(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    newsroom.happens(taps(newsroom.happens(asks("訂閱 11111111")).buttons[0][0].action))
    night = noon("2026-03-02").replace(hour=3, minute=26)
    newsroom.sync("2026-03-02", {"a.md": record_text(target="2027-12-31", entries=progress())}, at=night)
    assert newsroom.due(night.replace(hour=7, minute=59)) == {}
    assert list(newsroom.due(night.replace(hour=8, minute=0))) == [str(HOME)]


def test_the_bell_under_an_answer_offers_before_it_saves(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    answer = on_sqlite.happens(asks("法務部"))
    offer = on_sqlite.happens(taps(answer.buttons[-2][0].action))
    assert (offer.title, offer.place) == ("訂閱：法務部及所屬", "reply")
    assert on_sqlite.happens(asks("訂閱清單")).title == "這裡沒有訂閱。"


def test_an_alert_shows_the_reply_the_deadline_and_what_the_summary_invents(on_sqlite: Newsroom) -> None:
    held = record_text(
        id="2" * 8,
        title="另一件",
        letter=NEWER_LETTER,
        reply="主旨：路燈。\n\n路燈已增設12000盞。",
        promise="另一件事。",
    )
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31"), "b.md": held})
    on_sqlite.happens(taps(on_sqlite.happens(asks("訂閱 11111111")).buttons[0][0].action))
    entries = progress(summary="路燈已增設23800盞。")
    on_sqlite.sync("2026-03-02", {"a.md": record_text(target="2027-12-31", entries=entries)})
    (alert,) = on_sqlite.due(noon("2026-03-02"))[str(HOME)]
    text = plain(alert)
    assert "法務部｜增設路燈\n答復　2023-03-08　院臺專字第1129900001號" in text
    assert "⚠️ 摘要裡的「23800盞」不在公文裡" in text
    assert "期限 2027-12-31 ⚠️ 公文查無這個期限" in text


def _waits(newsroom: Newsroom, *questions: str) -> None:
    """The chat watches some questions, and from Tuesday on two letters wait for it."""
    files = {f"{n}.md": record_text(id=f"{n}" * 8, title=f"第{n}件", target="2027-12-31") for n in (1, 2)}
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", files)
    for question in questions:
        newsroom.happens(taps(newsroom.happens(asks(f"訂閱 {question}", "2026-03-01")).buttons[0][0].action))
    newsroom.sync("2026-03-03", {path: text + progress() for path, text in files.items()})


def _choose(newsroom: Newsroom, number: int, label: str, day: str = "2026-03-04") -> None:
    """Press a button of a watch of the list."""
    listed = newsroom.happens(asks("訂閱清單", day))
    panel = newsroom.happens(taps(listed.buttons[0][number - 1].action, day))
    action = next(b.action for row in panel.buttons for b in row if b.label.endswith(label))
    newsroom.happens(taps(action, day))


@pytest.mark.parametrize(
    ("label", "told_at", "titles"),
    [
        ("即時", "2026-03-04 12:00", ["🔔 AI 提出新佐證（未複核）"] * 2),
        ("每日", "2026-03-05 08:30", ["每日彙整 2026-03-05"]),
        ("每週", "2026-03-09 08:30", ["每週彙整 2026-03-09"]),
    ],
)
def test_what_waits_for_monday_is_told_as_soon_as_its_watch_wants_it_now(
    newsroom: Newsroom, label: str, told_at: str, titles: list[str]
) -> None:
    _waits(newsroom, "法務部 每週")
    _choose(newsroom, 1, label)
    told = datetime.fromisoformat(told_at).replace(tzinfo=TAIPEI)
    assert newsroom.due(told - timedelta(seconds=1)) == {}
    assert [message.title for message in newsroom.due(told)[str(HOME)]] == titles
    assert newsroom.due(noon("2026-03-20")) == {}


def test_a_watch_that_becomes_weekly_keeps_for_monday_what_waited_for_the_morning(newsroom: Newsroom) -> None:
    _waits(newsroom, "法務部")
    _choose(newsroom, 1, "每週", "2026-03-03")
    assert newsroom.due(noon("2026-03-08")) == {}
    assert [message.title for message in newsroom.due(noon("2026-03-09"))[str(HOME)]] == ["每週彙整 2026-03-09"]


def test_a_chats_other_weekly_watches_still_wait_for_monday(newsroom: Newsroom) -> None:
    _waits(newsroom, "第1件 每週", "第2件 每週")
    _choose(newsroom, 1, "每日")
    (digest,) = newsroom.due(noon("2026-03-05"))[str(HOME)]
    assert ("第1件" in plain(digest), "第2件" in plain(digest)) == (True, False)
    (digest,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    assert ("第1件" in plain(digest), "第2件" in plain(digest)) == (False, True)


def test_what_a_weekly_watch_wants_too_waits_for_monday_once_the_daily_one_ends(newsroom: Newsroom) -> None:
    _waits(newsroom, "法務部", "件 每週")
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    assert newsroom.due(noon("2026-03-08")) == {}
    (digest,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    assert "AI 新引用公文 2" in plain(digest)


def test_a_watch_that_is_saved_again_at_another_pace_takes_along_what_waited(newsroom: Newsroom) -> None:
    _waits(newsroom, "法務部 每週")
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部 每日", "2026-03-04")).buttons[0][0].action, "2026-03-04"))
    assert [message.title for message in newsroom.due(noon("2026-03-05"))[str(HOME)]] == ["每日彙整 2026-03-05"]


def test_a_watch_changed_inside_the_undo_window_hears_of_the_decision_after_it(newsroom: Newsroom) -> None:
    _waits(newsroom, "法務部 每週")
    judged = record_text(
        id="1" * 8, title="第1件", target="2027-12-31", status="已達成", entries=progress() + verdict()
    )
    newsroom.sync("2026-03-04", {"1.md": judged})
    card = newsroom.happens(asks("複核", "2026-03-04", person=REVIEWER))
    newsroom.happens(taps(f"older:{card.proposal}:1", "2026-03-04", person=REVIEWER, chat=REVIEW_ROOM))
    _choose(newsroom, 1, "即時")
    before, after = noon("2026-03-04") + timedelta(minutes=29), noon("2026-03-04") + timedelta(minutes=31)
    assert "🔔 人工複核結果" not in [message.title for message in newsroom.due(before)[str(HOME)]]
    assert [message.title for message in newsroom.due(after)[str(HOME)]] == ["🔔 人工複核結果"]


def test_who_watches_it_already_keeps_what_they_chose(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    on_sqlite.happens(
        taps(on_sqlite.happens(asks("訂閱 法務部 每週", "2026-03-02")).buttons[0][0].action, "2026-03-02")
    )
    with on_sqlite.database.read() as tx:
        (held,) = watches.of_chat(tx, HOME.place)
    for again in (taps(f"offer:{held.question}:0", "2026-03-02"), asks("訂閱 法務部", "2026-03-02")):
        on_sqlite.happens(taps(on_sqlite.happens(again).buttons[0][0].action, "2026-03-02"))
        with on_sqlite.database.read() as tx:
            assert watches.of_chat(tx, HOME.place) == [held]


def test_one_commitment_is_one_watch_however_it_is_named(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    card = on_sqlite.happens(asks("11111111", "2026-03-02"))
    button = action_of(card, "訂閱這筆")
    for offered in (
        on_sqlite.happens(asks("訂閱 11111111", "2026-03-02")),
        on_sqlite.happens(taps(button, "2026-03-02")),
    ):
        on_sqlite.happens(taps(offered.buttons[0][0].action, "2026-03-02"))
    with on_sqlite.database.read() as tx:
        assert len(watches.of_chat(tx, HOME.place)) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("訂閱 法務部 只收逾期", "只收：期限已過"),
        ("訂閱 法務部 只收複核結果、期限異動 每週", "只收：複核結果、期限改動"),
        ("訂閱法務部只收新佐證", "只收：AI 新引公文"),
        ("subscribe MOJ only overdue and reviews", "只收：複核結果、期限已過"),
        ("訂閱 法務部 一有消息就通知我", "有消息就通知"),
        ("訂閱 法務部 每天", "每日 08:30 彙整成一則"),
    ],
)
def test_kinds_of_news_and_how_often_are_said_in_words(on_sqlite: Newsroom, words: str, told: str) -> None:
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text()})
    offer = plain(on_sqlite.happens(asks(words)))
    assert offer.startswith("訂閱：法務部及所屬\n")
    assert told in offer


def test_a_question_that_days_will_answer_is_offered_without_a_warning(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(target="2029-03-15")})
    assert "目前沒有相符的承諾；之後有相符的就會通知。" in plain(on_sqlite.happens(asks("訂閱 即將到期")))
    warned = plain(on_sqlite.happens(asks("訂閱 核能")))
    assert "⚠️ 目前沒有相符的承諾，訂閱後可能一直沒有通知。\n" in warned
    assert "試著少用一個條件" in plain(on_sqlite.happens(asks("訂閱 法務部 核能")))


def test_a_watch_of_words_that_no_promise_holds_is_warned_of_whatever_else_is_asked(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(target="2029-03-15")})
    assert "可能一直沒有通知" in plain(on_sqlite.happens(asks("訂閱 核能廢料 逾期")))


def test_the_hours_that_are_told_are_those_of_the_settings(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    on_sqlite.policy = replace(on_sqlite.policy, digest_at=time(18), quiet=(time(0), time(0)))
    assert "每日 18:00 彙整成一則" in plain(on_sqlite.happens(asks("訂閱 法務部 每天晚上九點")))
    assert "全部彙整在每週一 18:00 的一則。" in plain(on_sqlite.happens(asks("訂閱 法務部 每週一早上九點")))
    told = plain(on_sqlite.happens(asks("訂閱 法務部 有變化就通知我")))
    assert "有消息就通知。" in told
    assert "等到" not in told
    on_sqlite.policy = replace(on_sqlite.policy, digest_at=time(6), quiet=(time(22), time(8)))
    assert "每日 08:00 彙整成一則" in plain(on_sqlite.happens(asks("訂閱 法務部 每日")))
    assert "22:00–08:00 的消息，等到 08:00 再通知。" in plain(on_sqlite.happens(asks("訂閱 法務部 即時")))


def test_a_question_that_an_older_version_kept_otherwise_stops_no_sync(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    with on_sqlite.database.write() as tx:
        question = watches.question_id(tx, "id:2027 A-1")
        watches.add(
            tx, HOME.place, question, watches.Options(pace="daily"), by="telegram:666", made_at=noon("2026-03-01")
        )
    assert on_sqlite.sync("2026-03-02", {"a.md": record_text(entries=progress())}).changed == 1


def test_who_subscribes_to_what_the_chat_had_muted_hears_of_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"其他/路燈.md": record_text()})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.happens(taps("mute:1:0", "2026-03-01"))
    offer = newsroom.happens(asks("訂閱 11111111", "2026-03-02"))
    assert "這裡把它靜音了；訂閱就會解除。" in plain(offer)
    saved = newsroom.happens(taps(offer.buttons[0][0].action, "2026-03-02"))
    assert "靜音已解除。" in plain(saved)
    newsroom.sync("2026-03-16", at=noon("2026-03-16"))
    assert any("期限已過" in one.title for one in newsroom.due(noon("2026-03-16"))[str(HOME)])


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("法務部 不要新佐證", {"evidence"}),
        ("法務部 不收新佐證、期限改動", {"evidence", "moved"}),
        ("法務部 不要逾期", {"overdue"}),
        ("法務部 除了新增承諾", {"added"}),
        ("MOJ without new evidence", {"evidence"}),
        ("法務部 不要新佐證。", {"evidence"}),
        ("法務部 不收 新增、移除", {"added", "removed"}),
        ("法務部 不要新佐證 不要期限變更", {"evidence", "moved"}),
        ("法務部 只收逾期、新佐證 不要新佐證", {"reviewed", "due", "moved", "evidence", "removed", "added"}),
    ],
)
def test_kinds_that_are_not_wanted_are_left_out_of_the_news(on_sqlite: Newsroom, words: str, left: set[str]) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    with on_sqlite.database.write() as tx:
        wanted = watch.read(tx, words)
    assert (str(wanted.query), set(watches.KINDS) - wanted.kinds) == ("agency:法務部", left)


@pytest.mark.parametrize("words", ["委員 王鴻薇", "立委王鴻薇", "王鴻薇委員", "質詢：王鴻薇"])
def test_a_legislator_is_watched_before_a_reply_names_them(newsroom: Newsroom, words: str) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text()})
    assert newsroom.watch(f"{words} 即時", "2026-03-01").title == "已訂閱：質詢：王鴻薇"
    asked = "**主旨**：（三）行政院函送王委員鴻薇就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，查復如下：本部將增設。"
    newsroom.sync("2026-03-02", {"b.md": record_text(id="2" * 8, title="新承諾", reply=asked)})
    told = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert any("新承諾" in plain(one) for one in told)


@pytest.mark.parametrize("words", ["政務委員", "調解委員會", "委員名單"])
def test_who_is_no_legislator_is_a_text(on_sqlite: Newsroom, words: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    with on_sqlite.database.write() as tx:
        assert watch.read(tx, words).query.legislators == ()


def test_a_legislator_of_the_records_is_watched_by_the_whole_name(on_sqlite: Newsroom) -> None:
    asked = (
        "**主旨**：（三）行政院函送伍委員麗華Saidhai Tahovecahe就路燈問題所提質詢之書面答復，請查照案。\n\n本部將增設。"
    )
    on_sqlite.sync("2026-03-01", {"a.md": record_text(reply=asked)})
    with on_sqlite.database.write() as tx:
        assert watch.read(tx, "伍麗華委員").query.legislators == ("伍麗華Saidhai Tahovecahe",)


def test_in_slack_a_thread_asks_for_its_channels_news(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"其他/路燈.md": record_text()})
    thread = replace(NEWSROOM, thread="1710000000.000100")
    newsroom.watch("法務部", "2026-03-01", thread)
    assert newsroom.happens(asks("訂閱清單", "2026-03-01", chat=NEWSROOM)).title == "訂閱清單（1）"
    newsroom.sync("2026-03-16", at=noon("2026-03-16"))
    assert list(newsroom.due(noon("2026-03-16"))) == [str(NEWSROOM)]


def test_a_channel_that_the_bot_is_not_in_is_told_so_when_it_subscribes(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    offer = on_sqlite.happens(asks("訂閱 法務部", chat=NEWSROOM))
    saved = on_sqlite.happens(replace(taps(offer.buttons[0][0].action, chat=NEWSROOM), reaches=False))
    assert "請先在這裡輸入 /invite 把我加入" in plain(saved)


def test_who_watches_near_duplicates_by_themselves_reads_both_titles(newsroom: Newsroom) -> None:
    files = {f"{n}.md": record_text(id=str(n) * 8, title=f"路燈{n}") for n in (1, 2)}
    newsroom.sync("2026-03-01", files)
    for id_ in ("11111111", "22222222"):
        newsroom.watch(id_, "2026-03-01")
    newsroom.sync("2026-03-16", at=noon("2026-03-16"))
    (told,) = newsroom.due(noon("2026-03-16"))[str(HOME)]
    assert "因為你訂閱了：路燈1、路燈2" in plain(told)


def test_an_alert_of_a_settled_verdict_names_its_letters_and_their_doubts(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31", status="已達成", entries=verdict())})
    newsroom.watch("法務部 即時", "2026-03-01")
    card = newsroom.happens(asks("複核", "2026-03-02", REVIEWER))
    newsroom.happens(taps(action_of(card, "採認達成"), "2026-03-02", REVIEWER))
    told = newsroom.due(noon("2026-03-02") + timedelta(minutes=31))[str(HOME)][-1]
    assert "AI 引用的公文　2022-01-05　院臺專字第1119900007號" in plain(told)
    assert "早於答復 427 天" in plain(told)
    assert "不代表沒做到" not in plain(told)


def test_an_alert_of_a_settled_verdict_names_no_letter_that_came_after_the_decision(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    record = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-03-01", {"a.md": record})
    newsroom.watch("法務部 即時", "2026-03-01")
    card = newsroom.happens(asks("複核", "2026-03-02", REVIEWER))
    newsroom.happens(taps(action_of(card, "採認達成"), "2026-03-02", REVIEWER))
    more = record_text(target="2027-12-31", status="已達成", entries=verdict() + verdict(NEWER_LETTER))
    newsroom.sync("2026-03-02", {"a.md": more}, noon("2026-03-02") + timedelta(minutes=10))
    told = newsroom.due(noon("2026-03-02") + timedelta(minutes=31))[str(HOME)]
    (settled,) = [plain(one) for one in told if "經人工複核" in plain(one)]
    assert "院臺專字第1119900007號" in settled
    assert "院臺專字第1139900021號" not in settled


def test_a_date_that_comes_today_is_said_to(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text()})
    assert "｜今天到期" in plain(newsroom.happens(asks("11111111", "2026-03-15")))


def test_a_condition_of_a_promise_stands_beside_the_days(newsroom: Newsroom) -> None:
    promise = "如經立法院通過預算，本部將於115年3月15日前增設路燈20盞。"
    newsroom.sync("2026-03-01", {"a.md": record_text(promise=promise)})
    assert "已過 5 天·未見完成紀錄·承諾有條件" in plain(newsroom.happens(asks("法務部 逾期", "2026-03-20")))
