"""All entries of a log by pages, and why the AI says that a promise was kept."""

from __future__ import annotations

from dataclasses import replace

from handlers.message import Message, plain
from tests.handlers.conftest import Newsroom
from tests.sample import action_of, asks, progress, record_text, taps, verdict

DAY = "2026-03-20"


def _log(newsroom: Newsroom) -> Message:
    card = newsroom.happens(asks("11111111", DAY))
    return newsroom.happens(taps(action_of(card, "全部紀錄"), DAY))


def test_a_log_is_shown_whole_by_pages_the_newest_first(on_sqlite: Newsroom) -> None:
    letters = [f"（行政院函　中華民國113年1月{n}日院臺專字第11399000{n:02d}號）" for n in range(1, 8)]
    entries = "".join(progress(letter, day=f"2026-03-{n:02d}") for n, letter in enumerate(letters, 1))
    on_sqlite.sync(DAY, {"a.md": record_text(entries=entries)})
    first = _log(on_sqlite)
    assert "（1/2）" in first.title
    assert first.sections[0].text.startswith("2026-03-07　進度更新\n　公文 2024-01-07")
    second = on_sqlite.happens(taps(first.buttons[0][0].action, DAY))
    assert (second.place, "（2/2）" in second.title) == ("edit", True)
    shown = plain(first) + plain(second)
    assert all(f"院臺專字第11399000{n:02d}號" in shown for n in range(1, 8))


def test_what_a_source_says_of_review_is_shown_as_its_note(on_sqlite: Newsroom) -> None:
    claimed = "\n### 2026-03-02 [人工複核]\n**結果**：已確認\n"
    on_sqlite.sync(DAY, {"a.md": record_text(entries=claimed)})
    assert "來源註記：人工複核" in plain(_log(on_sqlite))


def test_why_is_answered_about_the_card_that_is_replied_to(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(status="已達成", entries=verdict())})
    card = plain(on_sqlite.happens(asks("11111111", DAY)))
    for ask in (replace(asks("為什麼說達成？", DAY), quotes=card), asks("為什麼說達成 11111111", DAY)):
        told = plain(on_sqlite.happens(ask))
        assert told.startswith("AI 為什麼這樣判定｜增設路燈")
        assert told.index("▍疑點") < told.index("▍AI 引用的公文") < told.index("▍什麼可以算佐證")
        assert "公文早於答復" in told


def test_eight_digits_that_are_no_id_may_be_a_day(on_sqlite: Newsroom) -> None:
    files = {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="教育部", target="2023-12-31")}
    on_sqlite.sync(DAY, files)
    assert "條件：教育部及所屬·期限是 2023-12-31" in plain(on_sqlite.happens(asks("為什麼 教育部 20231231到期", DAY)))


def test_why_about_nothing_in_particular_is_a_question(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text()})
    assert "條件：" in plain(on_sqlite.happens(asks("為什麼路燈還沒好", DAY)))
