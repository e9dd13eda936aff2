"""Answers: counts that part clear from doubtful, folded lists, pages, and the words that may not be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.message import RefusedError, plain
from records.question.meanings import QuestionError
from tests.handlers.answers import LONG, many
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, action_of, asks, progress, record_text, taps, verdict

ACCUSING = (
    "延宕",
    "跳票",
    "未履行",
    "擺爛",
    "駁回",
    "核准",
    "證據",
    "一切正常",
    "數據",
    "信息",
    "默認",
    "用戶",
    "推送",
)


def test_nothing_found_says_so_and_what_was_understood(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    text = plain(on_sqlite.happens(asks("法務部 捷運", "2026-03-20")))
    assert "共 0 件" in text
    assert "條件：法務部及所屬·文字：捷運" in text


def test_a_wrong_question_is_answered_with_an_example(on_sqlite: Newsroom) -> None:
    with pytest.raises(QuestionError, match="例如：status:已達成"):
        on_sqlite.happens(asks("status:完成了"))


def test_a_former_name_shows_both_names(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(agency="行政院農委會")})
    assert "農業部（當時為行政院農委會）" in plain(on_sqlite.happens(asks("農業部", "2026-03-20")))
    assert "共 1 件" in plain(on_sqlite.happens(asks("農委會", "2026-03-20")))


def test_a_body_that_was_renamed_says_what_it_was_until_when(on_sqlite: Newsroom) -> None:
    assert "環境部（2023-08-22 前為環境保護署）" in on_sqlite.happens(asks("環保署")).title
    assert "國營臺灣鐵路股份有限公司（2024-01-01 前為臺灣鐵路管理局）" in on_sqlite.happens(asks("台鐵")).title
    assert on_sqlite.happens(asks("勞動部")).title == "勞動部及所屬", "no letter is as old as its former name"


def test_a_task_force_is_named_apart_from_the_agency_that_leads_it(on_sqlite: Newsroom) -> None:
    centre = record_text(id="2" * 8, agency="中央流行疫情指揮中心")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(agency="衛福部"), "b.md": centre})
    shown = on_sqlite.happens(asks("衛福部", "2026-03-20"))
    assert "共 1 件" in plain(shown)
    assert "不含中央流行疫情指揮中心 1 件" in plain(shown)
    force = action_of(shown, "中央流行疫情指揮中心（1 件）")
    assert on_sqlite.happens(taps(force, "2026-03-20")).title == "中央流行疫情指揮中心"


@pytest.mark.parametrize("text", ["中油是民營的嗎", "台電是不是國營的嗎？"])
def test_a_question_that_no_commitment_answers_gets_the_help(on_sqlite: Newsroom, text: str) -> None:
    assert on_sqlite.happens(asks(text)).title.startswith("這裡只查得到承諾")


def test_a_committees_ministries_are_named_by_it(on_sqlite: Newsroom) -> None:
    for text, name in (
        ("衛環", "社會福利及衛生環境委員會"),
        ("外交國防", "外交及國防委員會"),
        ("司法委員會", "司法及法制委員會"),
    ):
        assert on_sqlite.happens(asks(text)).title.startswith(f"{name}的機關（")


def test_why_asks_which_one_where_none_is_meant(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 2)
    for text in ("為什麼說達成？", "為什麼？", "why"):
        with pytest.raises(QuestionError, match="例如：為什麼 5d6747b3"):
            on_sqlite.happens(asks(text, "2026-03-20"))
    assert on_sqlite.happens(asks("00000001 為什麼說達成", "2026-03-20")).title.startswith("AI 為什麼這樣判定")


def test_no_message_over_the_real_records_uses_an_accusing_word_of_its_own(
    on_sqlite: Newsroom, corpus: Callable[[int], Path]
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-01-28")
    for question in (
        "法務部 overdue",
        "衛福部 逾期",
        "待複核",
        "佐證不足",
        "沒有期限",
        "農業部 即將到期",
        "說明",
        "訂閱 教育部",
    ):
        message = on_sqlite.happens(asks(question, "2026-01-28"))
        own = plain(message)
        for section in message.sections:
            own = own.replace(section.text, "") if section.heading else own
        assert not [word for word in ACCUSING if word in own], question


def test_both_spellings_of_a_ministry_give_the_same_real_answer(
    on_sqlite: Newsroom, corpus: Callable[[int], Path]
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-01-28")
    short, full = (plain(on_sqlite.happens(asks(name, "2026-01-28"))) for name in ("衛福部", "衛生福利部"))
    assert short == full
    assert "共 225 件" in short


def test_evidence_that_came_on_the_day_of_its_record_but_after_it_is_new(newsroom: Newsroom) -> None:
    another = "（行政院函　中華民國113年7月1日院臺專字第1139900022號）"
    newsroom.sync("2026-03-01", {"b.md": record_text(id="2" * 8)})
    newsroom.sync("2026-03-18", {"a.md": record_text(entries=progress(NEWER_LETTER))})
    assert "共 0 件" in plain(newsroom.happens(asks("有新佐證 本週", "2026-03-20")))
    newsroom.sync("2026-03-18", {"a.md": record_text(entries=progress(NEWER_LETTER) + progress(another))})
    assert "共 1 件" in plain(newsroom.happens(asks("有新佐證 本週", "2026-03-20")))


def test_the_words_of_letters_are_found_where_they_are_asked_for(newsroom: Newsroom) -> None:
    spoken = record_text(reply=f"{LONG}臺電將更換燈桿。")
    newsroom.sync("2026-03-20", {"a.md": spoken, "b.md": record_text(id="2" * 8, letter="院臺專字第1129900077號")})
    for question, total in (
        ("燈桿", 0),
        ("全文:燈桿", 1),
        ("全文：台電", 1),
        ("法務部 全文:燈桿|水溝", 1),
        ("內政部 全文:燈桿", 0),
    ):
        assert f"共 {total} 件" in plain(newsroom.happens(asks(question, "2026-03-20"))), question


def test_what_stands_only_in_letters_can_not_be_watched(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    with pytest.raises(QuestionError, match="不能訂閱"):
        on_sqlite.happens(asks("訂閱 全文:路燈", "2026-03-20"))
    labels = [b.label for row in on_sqlite.happens(asks("全文:路燈", "2026-03-20")).buttons for b in row]
    assert not any("訂閱" in label for label in labels)
    saved = (
        '{"nuoyan_watches": 1, "watches": [{"query": "fulltext:\\"路燈\\"", "pace": "daily", "kinds": ["overdue"]}]}'
    )
    with pytest.raises(RefusedError, match="什麼都沒有匯入"):
        on_sqlite.happens(replace(asks("匯入訂閱", "2026-03-20"), attached=saved))


@pytest.mark.parametrize(
    "text", ["氣候變化", "本週 氣候變化", "因應氣候變化的影響", "法務部 人口變化", "下載 專區", "匯出"]
)
def test_words_that_only_look_like_a_command_are_looked_for(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    message = on_sqlite.happens(asks(text, "2026-03-20"))
    assert not message.title.startswith("資料的變化")
    assert message.file is None


def test_a_verdict_named_beside_others_keeps_its_doubt(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(status="已達成", entries=verdict())})
    for question in ("院臺專字第1129900001號", "法務部承諾明年增設路燈二十盞並且換裝燈泡"):
        told = plain(on_sqlite.happens(asks(question, "2026-03-20")))
        assert "AI 判定達成·未經人工複核（佐證不足）" in told
        assert "這是在看 AI，不是在看機關，不代表沒做到" in told


@pytest.mark.parametrize("question", ["法務部 統計", "法務部統計", "法務部的統計"])
def test_statistics_may_be_asked_for_behind(on_sqlite: Newsroom, question: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks(question, "2026-03-20")).title.startswith("統計｜法務部")


def test_a_word_that_ends_in_statistics_is_a_text(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks("人口統計", "2026-03-20")).title.startswith("文字：人口統計")


def test_before_anything_was_read_every_answer_says_so(newsroom: Newsroom) -> None:
    assert "還沒有讀到任何紀錄" in plain(newsroom.happens(asks("法務部 逾期")))
    newsroom.sync("2026-03-02", {"a.md": record_text()})
    assert "還沒有讀到任何紀錄" not in plain(newsroom.happens(asks("法務部 逾期")))
