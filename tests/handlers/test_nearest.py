"""A sentence that was pasted: the promises nearest to it."""

from __future__ import annotations

from handlers.message import plain
from tests.handlers.answers import press
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, asks, record_text


def test_a_pasted_sentence_finds_the_nearest_promises_with_the_words_they_share(on_sqlite: Newsroom) -> None:
    tomato = record_text(id="2" * 8, title="小果番茄納入補助", promise="配合將小果番茄非疫溫室納入補助。")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": tomato})
    near = on_sqlite.happens(asks("農業部宣布小果番茄非疫溫室今年全面納入補助範圍", "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "【小果番茄非疫溫室】" in plain(near)
    none = on_sqlite.happens(asks("今天天氣真好我們一起出去玩吧大家快來", "2026-03-20"))
    assert none.title == "沒有相符的承諾"


def test_a_text_that_a_record_holds_whole_is_said_to_be_there(on_sqlite: Newsroom) -> None:
    promise = "本部已於本（110）年11月10日規劃建置電子化巡邏箱系統，並將逐年汰換。"
    on_sqlite.sync("2026-03-10", {"a.md": record_text(promise=promise)})
    assert "第 1 筆收錄了這整段文字" in plain(on_sqlite.happens(asks(promise, "2026-03-10")))
    cut = "本部已於本110年11月10日規劃建置電子巡邏箱系統並將逐年汰換"
    assert "沒有完全相同的承諾" in plain(on_sqlite.happens(asks(cut, "2026-03-10")))


def test_a_number_in_a_sentence_is_shared_only_as_a_whole(on_sqlite: Newsroom) -> None:
    homes = record_text(id="2" * 8, title="社會住宅20萬戶", promise="於2024年底前興建社會住宅20萬戶。")
    meters = record_text(title="智慧電表320萬戶", promise="於2024年底前累計完成320萬戶智慧電表。")
    on_sqlite.sync("2026-03-20", {"a.md": meters, "b.md": homes})
    near = plain(on_sqlite.happens(asks("政府將於2024年底前完成20萬戶社會住宅，讓青年安居樂業", "2026-03-20")))
    assert "1 社會住宅20萬戶" in near
    assert "【20萬戶】" in near
    assert "【24】" not in near
    assert "智慧電表" not in near


def test_a_sentence_offers_what_its_agencies_and_keywords_ask_for(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    none = on_sqlite.happens(asks("我想知道法務部承諾過哪些還沒做到的事情", "2026-03-20"))
    assert none.title == "沒有相符的承諾"
    assert "或：法務部·狀態：尚無結論（1 件）" in plain(none)
    assert press(on_sqlite, none, "1 件").title.startswith("法務部及所屬")


def test_a_card_that_is_pasted_back_is_shown(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, title="別筆")})
    card = on_sqlite.happens(asks("22222222", "2026-03-20"))
    for text in (plain(card), plain(card).splitlines()[-1], "編號22222222", "#22222222"):
        assert on_sqlite.happens(asks(text, "2026-03-20")).title == card.title, text


def test_a_sentence_with_an_agency_in_front_is_looked_for_as_a_sentence(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(promise="將於2026年完成1000MW儲能。")})
    near = on_sqlite.happens(asks("法務部將於2027年完成1000MW儲能系統", "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "【1000mw】" in plain(near)


def test_a_rare_word_of_three_characters_finds_its_promise_in_a_long_sentence(on_sqlite: Newsroom) -> None:
    smoke = record_text(title="查緝電子煙", promise="將加強查緝電子煙。")
    other = record_text(id="2" * 8, title="增設路燈", promise="將增設路燈。", agency="內政部")
    on_sqlite.sync("2026-03-20", {"a.md": smoke, "b.md": other})
    sentence = "衛生單位昨天召開記者會，說明校園周邊商家販售狀況，並將全面取締違規廣告以及電子煙。"
    near = on_sqlite.happens(asks(sentence, "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "【電子菸】" in plain(near)
    assert "增設路燈" not in plain(near)


def test_a_long_word_beside_conditions_says_them_and_what_they_find_without_it(on_sqlite: Newsroom) -> None:
    other = record_text(id="2" * 8, agency="內政部", promise="本部將訂定少子女化對策計畫。")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": other})
    near = on_sqlite.happens(asks("法務部的少子女化對策計畫逾期了沒", "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "讀成的條件沒有找到：法務部及所屬·期限已過、未列達成·文字：少子女化對策計畫" in plain(near)
    assert "共 1 件" in plain(press(on_sqlite, near, "法務部"))


def test_what_meets_the_conditions_of_a_long_question_stands_first(on_sqlite: Newsroom) -> None:
    ours = record_text(id="3" * 8, title="少子女化", promise="本部將訂定少子女化對策。", letter=NEWER_LETTER)
    other = record_text(id="2" * 8, title="少子女化對策計畫", agency="內政部", promise="本部將訂定少子女化對策計畫。")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": other, "c.md": ours})
    near = plain(on_sqlite.happens(asks("法務部的少子女化對策計畫進度報告", "2026-03-20")))
    assert near.index("法務部｜") < near.index("內政部｜")


def test_a_piece_that_is_no_word_is_not_near(on_sqlite: Newsroom) -> None:
    cars = record_text(title="新車安全評等", promise="本部將於下季開始辦理新車安全評等，並公布結果，供民眾購車時參考。")
    on_sqlite.sync("2026-03-20", {"a.md": cars})
    told = on_sqlite.happens(asks("國稅局提醒，五月報稅季開始，民眾可以用手機報稅", "2026-03-20"))
    assert told.title == "沒有相符的承諾"
