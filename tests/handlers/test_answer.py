"""The table of all it can do."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import press, watch
from handlers.answer import ANSWERS, VERBS, speaks_of_quoted
from handlers.message import Button, RefusedError, plain
from records.question.meanings import QuestionError
from tests.handlers.conftest import Newsroom
from tests.sample import REVIEWER, asks, record_text, taps, verdict


@pytest.mark.parametrize("text", ["說明", "/help", "/start", "help", "", "怎麼用"])
def test_help_is_shown_for_its_words_and_for_nothing_at_all(on_sqlite: Newsroom, text: str) -> None:
    assert on_sqlite.happens(asks(text)).title.startswith("諾言")


@pytest.mark.parametrize(
    ("typed", "near"), [("/reveiw", "/review"), ("/wacth 法務部", "/watch"), ("/HEPL", "/help"), ("/lnag en", "/lang")]
)
def test_a_mistyped_command_is_told_which_one_was_meant(on_sqlite: Newsroom, typed: str, near: str) -> None:
    told = on_sqlite.happens(asks(typed)).title
    assert told == f"沒有 {typed.split()[0].lower()} 這個指令。是不是 {near}？"


def test_a_command_that_is_like_none_leads_to_the_help(on_sqlite: Newsroom) -> None:
    told = on_sqlite.happens(asks("/qqqq"))
    assert (told.title, told.sections[0].text) == ("沒有 /qqqq 這個指令。", "輸入「說明」看可以怎麼問。")


def test_a_deep_link_opens_the_record(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    assert on_sqlite.happens(asks("/start r_11111111")).title == "增設路燈"


def test_a_word_that_only_begins_like_a_command_is_a_question(on_sqlite: Newsroom) -> None:
    assert "文字：查緝毒品" in on_sqlite.happens(asks("查緝毒品")).sections[0].text
    assert "文字：watching" in on_sqlite.happens(asks("watching")).sections[0].text


def test_a_command_needs_no_blank_behind_its_chinese_word(on_sqlite: Newsroom) -> None:
    assert on_sqlite.happens(asks("訂閱法務部")).title == "訂閱：法務部及所屬"


@pytest.mark.parametrize("action", ["", "nonsense", "show:1", "show:x:0", "drop:1:1", "show:99999999999999999999:0"])
def test_a_button_that_means_nothing_is_answered_in_private(on_sqlite: Newsroom, action: str) -> None:
    assert on_sqlite.happens(taps(action)).place == "private"


def test_every_verb_fits_a_button_with_the_largest_ids() -> None:
    for verb in VERBS:
        Button(label="x", action=f"{verb}:{10**12}:{10**6}")
    assert VERBS["accept"] is press.decide
    assert VERBS["watch"] is watch.save


@pytest.mark.parametrize(
    "text",
    [
        "語言治療師",
        "說明會 法務部",
        "說明書",
        "幫助弱勢學生",
        "審核機制",
        "更正戶籍",
        "訂閱制",
        "統計資料庫",
        "審核制度 法務部",
    ],
)
def test_a_word_that_only_begins_as_a_command_does_is_looked_for(on_sqlite: Newsroom, text: str) -> None:
    assert "文字：" in on_sqlite.happens(asks(text)).sections[0].text


@pytest.mark.parametrize(
    "text", ["說明如下：我國太陽光電至109年底累計裝置容量達5.8GW", "統計至本年10月，村里層級計有1084村里取得防災士認證"]
)
def test_a_pasted_sentence_that_begins_as_a_command_does_asks_for_the_nearest_promises(
    on_sqlite: Newsroom, text: str
) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    assert "承諾" in on_sqlite.happens(asks(text)).title


@pytest.mark.parametrize(
    ("text", "title"),
    [("統計法務部", "統計"), ("訂閱法務部逾期", "訂閱："), ("說明？", "諾言"), ("語言English", "Language")],
)
def test_a_command_needs_no_blank_before_what_it_is_about(on_sqlite: Newsroom, text: str, title: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    assert title in on_sqlite.happens(asks(text)).title


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1, 2**31, 10**18 - 1])
def test_no_invented_number_on_a_button_is_more_than_refused(newsroom: Newsroom, number: int) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31", status="已達成", entries=verdict())})
    newsroom.watch("法務部", "2026-03-01")
    for verb in VERBS:
        for action in (f"{verb}:1:{number}", f"{verb}:{number}:1"):
            with suppress(RefusedError, QuestionError):
                newsroom.happens(taps(action, person=REVIEWER))


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("幫我統計法務部", "統計｜法務部"),
        ("法務部達成率是多少", "統計｜法務部"),
        ("達成率", "統計｜全部承諾"),
        ("逾期排行", "統計｜期限已過、未列達成｜依機關"),
        ("哪個部最會跳票", "統計｜期限已過、未列達成｜依機關"),
        ("按機關 逾期", "統計｜期限已過、未列達成｜依機關"),
        ("下載 法務部 逾期", "CSV"),
        ("法務部逾期 excel", "CSV"),
        ("下一頁", "翻頁請按"),
        ("法務部 達成率", "統計｜法務部"),
        ("依機關 法務部", "統計｜法務部及所屬"),
        ("下載法務部逾期", "CSV"),
        ("匯出我的訂閱", "這裡沒有訂閱可以匯出"),
        ("佐證不足是什麼意思", "怎麼判斷的"),
        ("不要再傳了", "這裡沒有訂閱"),
        ("農業部 輸出", "農業部"),
        ("手冊 下載", "文字：手冊、下載"),
    ],
)
def test_numbers_and_files_are_asked_for_in_many_words(on_sqlite: Newsroom, text: str, begins: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2026-02-01")})
    shown = on_sqlite.happens(asks(text))
    assert shown.title.startswith(begins) or (begins == "CSV" and shown.file is not None)


def test_every_button_and_form_that_is_made_is_answered() -> None:
    source = "\n".join(file.read_text("utf-8") for file in (Path(__file__).parents[2] / "handlers").glob("*.py"))
    made = set(re.findall(r'(?:action=|action = |lambda to: )f?"([a-z-]+):[{0]', source))
    assert len(made) > 40
    assert made <= VERBS.keys() | ANSWERS.keys()


def test_whether_it_was_done_is_asked_of_the_card_that_is_replied_to(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-01", {"a.md": record_text(target="2027-12-31"), "b.md": record_text(id="2" * 8, agency="教育部")}
    )
    card = plain(on_sqlite.happens(asks("11111111")))
    for text in ("完成了嗎？", "進度如何"):
        assert speaks_of_quoted(asks(text))
        assert on_sqlite.happens(replace(asks(text), quotes=card)).title == "增設路燈"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/ask 訂閱 法務部", "訂閱：法務部及所屬"),
        ("/ask 訂閱清單", "這裡沒有訂閱。"),
        ("/ask 說明", "諾言"),
        ("/ask 法務部 逾期", "法務部及所屬｜期限已過、未列達成"),
    ],
)
def test_what_stands_behind_ask_is_read_like_a_message_of_its_own(on_sqlite: Newsroom, text: str, title: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks(text, "2026-03-20")).title.startswith(title)
