"""Statistics: numbers with their denominators, what they measure, and no ranking of what nobody reviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.attached import uploads
from handlers.message import Message, plain
from tests.handlers.conftest import Newsroom
from tests.sample import REVIEWER, action_of, asks, record_text, taps, verdict

DAY = "2026-03-20"


def _press(newsroom: Newsroom, message: Message, label: str) -> Message:
    return newsroom.happens(taps(action_of(message, label), DAY))


def test_the_real_numbers_agree_with_those_that_were_counted_otherwise(
    newsroom: Newsroom, corpus: Callable[[int], Path]
) -> None:
    newsroom.folder = corpus(7)
    newsroom.sync("2026-01-28")
    whole = plain(newsroom.happens(asks("統計", "2026-01-28")))
    assert "AI 判定達成 431 件中，321 件所依據的公文不晚於答復；這是在看 AI，不是在看機關，不代表沒做到。" in whole
    assert "承諾 1587（1323）" in whole
    health = plain(newsroom.happens(asks("統計 衛福部", "2026-01-28")))
    assert "承諾 225（" in health
    assert "期限明確 28（23），其中已過、未列達成 21（17）" in health
    assert "期限存疑 91（78），其中已過、未列達成 59（51）" in health
    assert "AI 判定達成、未複核 81（78），其中佐證不足 61（59）" in health


def test_the_same_numbers_stand_in_the_picture_and_in_the_message(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(), "b.md": record_text(id="2" * 8, status="已達成", entries=verdict())})
    message = on_sqlite.happens(asks("統計 法務部", DAY))
    assert "2023 年答復　0／0／1／1" in plain(message)
    assert message.chart
    assert [(bar.label, bar.parts) for bar in message.chart.bars] == [("2023 年答復", (0, 0, 1, 1))]
    [picture] = uploads(message)
    assert picture.content.startswith(b"\x89PNG")
    assert "不代表沒做到" in picture.described
    assert uploads(Message(title="沒有圖")) == []


@pytest.mark.parametrize("text", ["統計 法務部", "統計圖 法務部", "法務部統計圖", "統計表 法務部"])
def test_numbers_are_asked_for_in_many_words(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    assert on_sqlite.happens(asks(text, DAY)).title == "統計｜法務部及所屬"


def test_passed_deadlines_are_never_counted_without_their_tail(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text()})
    counted = on_sqlite.happens(asks("統計 逾期", DAY))
    assert counted.chart
    for told in (counted, _press(on_sqlite, counted, "依機關")):
        assert counted.chart.caveat in plain(told)


def test_agencies_are_never_put_in_order_of_unreviewed_numbers(on_sqlite: Newsroom) -> None:
    files = {f"{n}.md": record_text(id=f"{n:08x}", agency="法務部") for n in range(3)}
    on_sqlite.sync(DAY, {**files, "x.md": record_text(id="f" * 8, agency="內政部")})
    agencies = _press(on_sqlite, on_sqlite.happens(asks("統計", DAY)), "依機關")
    assert agencies.chart
    assert [bar.label for bar in agencies.chart.bars] == ["內政部", "法務部"], "as the directory has them"
    assert "不排名次" in plain(agencies)


def test_agencies_are_set_side_by_side_from_twenty_reviewed_verdicts_on(on_sqlite: Newsroom) -> None:
    files = {
        f"{n}.md": record_text(
            id=f"{n:08x}", status="已達成", entries=verdict(), title=f"第{n}件", promise=f"第{n}件要做。"
        )
        for n in range(20)
    }
    on_sqlite.sync(DAY, files)
    for number in range(20):
        agencies = _press(on_sqlite, on_sqlite.happens(asks("統計", DAY)), "依機關")
        assert "法務部：複核" not in plain(agencies), number
        card = on_sqlite.happens(asks("複核", DAY, person=REVIEWER))
        accept = action_of(card, "採認達成")
        on_sqlite.happens(taps(accept, DAY, person=REVIEWER))
    agencies = _press(on_sqlite, on_sqlite.happens(asks("統計", DAY)), "依機關")
    assert "法務部：複核 20 件，採認達成 20 件" in plain(agencies)


def test_statistics_of_nothing_draw_nothing(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text()})
    message = on_sqlite.happens(asks("統計 捷運", DAY))
    assert (message.chart, message.buttons) == (None, ())
    assert "沒有相符的承諾" in plain(message)


def test_agencies_that_have_no_row_of_their_own_stand_in_one(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency=None, letter="院臺專字第1號")})
    first = on_sqlite.happens(asks("統計", DAY))
    action = action_of(first, "依機關")
    by_agency = plain(on_sqlite.happens(taps(action, DAY)))
    assert "法務部　0／0／0／1" in by_agency
    assert "其他機關、未載明　0／0／0／1" in by_agency


def test_a_question_for_a_ranking_tells_the_numbers_in_the_directorys_order(on_sqlite: Newsroom) -> None:
    late = {f"{n}.md": record_text(id=f"{n:08x}", target="2026-03-01") for n in range(3)}
    on_sqlite.sync(DAY, {**late, "x.md": record_text(id="f" * 8, agency="內政部", target="2026-03-02")})
    ranked = (
        "哪個部會逾期最多？",
        "逾期最多的部會",
        "which ministry has the most overdue promises",
        "most overdue ministry",
    )
    for asked in (*ranked, "統計 各機關 逾期", "逾期 各部會 統計"):
        told = on_sqlite.happens(asks(asked, DAY))
        assert told.chart
        assert told.chart.legend == ("期限明確", "期限存疑")
        assert [(bar.label, bar.parts) for bar in told.chart.bars] == [("內政部", (1, 0)), ("法務部", (3, 0))]
        assert "不排名次" in plain(told)
        assert "不是名次" in plain(told)
