"""Answers: counts that part clear from doubtful, folded lists, pages, and the words that may not be said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.message import plain
from records.question import QuestionError
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, asks, record_text, taps, verdict

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


def _many(newsroom: Newsroom, count: int) -> None:
    files = {
        f"其他/{n:02}.md": record_text(
            id=f"{n:08d}", title=f"第{n}件", letter=f"（行政院函　中華民國112年3月8日院臺專字第11299{n:05d}號）"
        )
        for n in range(count)
    }
    newsroom.sync("2026-03-20", files)


def test_an_overdue_list_parts_clear_deadlines_from_doubtful_ones(on_sqlite: Newsroom) -> None:
    doubtful = record_text(id="2" * 8, title="存疑", promise="將增設。", reply="公文。", letter="院臺專字第1號")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": doubtful})
    text = plain(on_sqlite.happens(asks("法務部 overdue", "2026-03-20")))
    assert text.startswith("法務部及所屬｜期限已過、未列達成")
    assert "期限明確 1　期限存疑 1" in text
    assert "⚠️ 1 件的期限要先查證，請勿直接寫成「逾期」。" in text
    assert text.index("▍期限明確（1）") < text.index("▍公文查無這個期限（1）")
    assert text.count("已過 5 天") == 1


def test_what_the_ai_cites_as_done_in_a_later_letter_is_not_called_without_a_record(on_sqlite: Newsroom) -> None:
    done = verdict(NEWER_LETTER).replace("[狀態變更]", "[進度更新]")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(entries=done)})
    text = plain(on_sqlite.happens(asks("法務部 overdue", "2026-03-20")))
    assert "期限已過·AI 曾引用完成佐證，未複核" in text
    assert "未見完成紀錄" not in text


def test_records_of_one_letter_that_say_the_same_are_one_line(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, title="增設路燈二十盞")})
    text = plain(on_sqlite.happens(asks("路燈", "2026-03-20")))
    assert "共 2 件（同段承諾併計為 1 筆）" in text
    assert "同段承諾另有 1 筆" in text


def test_an_unreviewed_verdict_never_stands_without_its_doubt(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(status="已達成", entries=verdict())})
    text = plain(on_sqlite.happens(asks("路燈", "2026-03-20")))
    assert "AI 判定達成·未經人工複核" in text
    assert "佐證不足：AI 引用的公文都不晚於答復；這是在看 AI，不是在看機關，不代表沒做到" in text
    assert "⚠️ 佐證不足，不代表沒做到" in text


def test_pages_turn_in_place_and_keep_their_numbers(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 23)
    first = on_sqlite.happens(asks("法務部", "2026-03-20"))
    (forward,) = [button for row in first.buttons for button in row if button.label == "下一頁 ▶"]
    second = on_sqlite.happens(taps(forward.action, "2026-03-20"))
    assert second.place == "edit"
    assert [button.label for row in second.buttons[:2] for button in row] == [str(n) for n in range(11, 21)]
    back = [button.label for row in second.buttons for button in row]
    assert "◀ 上一頁" in back
    assert "下一頁 ▶" in back


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
