"""Watching: what was understood is said first, and saved at the button."""

from __future__ import annotations

import pytest

from handlers.message import plain
from records.query import QuestionError
from tests.handlers.conftest import Newsroom
from tests.sample import HOME, NEWER_LETTER, NEWSROOM, asks, noon, progress, record_text, taps


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
    newsroom.happens(taps(newsroom.happens(taps(card.buttons[-1][0].action)).buttons[0][0].action))
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
    offer = on_sqlite.happens(taps(answer.buttons[-1][0].action))
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
