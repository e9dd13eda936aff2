"""What a question may have meant besides, and which filter to drop."""

from __future__ import annotations

import pytest

from handlers.message import plain
from tests.handlers.answers import many, press
from tests.handlers.conftest import Newsroom
from tests.sample import action_of, asks, record_text, taps


def test_words_that_only_the_letters_hold_are_offered_there(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(reply="**主旨**：（三）質詢之書面答復。\n\n本部將增設攝影機。")})
    shown = on_sqlite.happens(asks("法務部 攝影機", "2026-03-20"))
    assert "或：公文全文提到（1 件）" in plain(shown)
    offered = action_of(shown, "公文全文提到（1 件）")
    assert "共 1 件" in plain(on_sqlite.happens(taps(offered, "2026-03-20")))
    assert "公文全文提到" not in plain(on_sqlite.happens(asks("攝影機", "2026-03-20"))), "all letters would be read"


@pytest.mark.parametrize("text", ["csv 法務布", "本週變化 法務布"])
def test_a_near_miss_is_suggested_whatever_was_asked_for(on_sqlite: Newsroom, text: str) -> None:
    many(on_sqlite, 3)
    shown = on_sqlite.happens(asks(text, "2026-03-20"))
    assert shown.file is None
    assert "是要找「法務部」嗎？（3 件）" in plain(shown)


def test_no_result_says_which_filter_to_drop_and_what_that_would_give(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    nothing = on_sqlite.happens(asks("法務部 捷運", "2026-03-20"))
    assert "拿掉「文字：捷運」有 1 件" in plain(nothing)
    dropped = press(on_sqlite, nothing, "法務部（1 件）")
    assert dropped.place == "edit"
    assert "共 1 件" in plain(dropped)


def test_words_that_nobody_wrote_so_are_all_dropped_at_once(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    nothing = on_sqlite.happens(asks("ok 法務部 overdue thx", "2026-03-20"))
    assert "拿掉「文字：ok、thx（都要有）」有 1 件" in plain(nothing)


def test_the_ministry_beside_its_body_is_offered_as_well(on_sqlite: Newsroom) -> None:
    prisons = record_text(id="2" * 8, agency="法務部矯正署")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": prisons})
    body = on_sqlite.happens(asks("法務部 矯正署", "2026-03-20"))
    assert "共 1 件" in plain(body)
    assert "共 2 件" in plain(press(on_sqlite, body, "連同「法務部」（2 件）"))


def test_a_near_miss_is_suggested_though_it_finds_nothing_either(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert "是要找「法務部」嗎？（0 件）" in plain(on_sqlite.happens(asks("法務布 下個月到期", "2026-03-20")))


@pytest.mark.parametrize("text", ["逾期最久的法務部承諾", "法務部 過期最久", "longest overdue MOJ"])
def test_a_list_in_another_order_than_was_asked_for_says_so(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert "清單不照過期多久排" in plain(on_sqlite.happens(asks(text, "2026-03-20")))


def test_a_place_beside_an_agency_is_offered_as_no_other_agency(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(promise="於屏東增設。"), "b.md": record_text(id="2" * 8)})
    assert "屏東縣政府" not in plain(on_sqlite.happens(asks("屏東 法務部", "2026-03-20")))


def test_where_two_filters_find_nothing_together_each_is_offered_alone(on_sqlite: Newsroom) -> None:
    lamps, roads = record_text(), record_text(id="2" * 8, title="道路", promise="本部將鋪設道路。", reply="")
    on_sqlite.sync("2026-03-20", {"a.md": lamps, "b.md": roads})
    nothing = plain(on_sqlite.happens(asks("路燈 道路 捷運", "2026-03-20")))
    assert "單獨問：路燈（1 件）、道路（1 件）" in nothing


def test_a_near_miss_is_offered_and_never_taken_for_the_name(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    missed = on_sqlite.happens(asks("法務布", "2026-03-20"))
    assert "共 0 件" in plain(missed)
    assert "共 1 件" in plain(press(on_sqlite, missed, "是要找「法務部」嗎？（1 件）"))


def test_a_year_is_the_deadlines_and_the_text_is_a_button(on_sqlite: Newsroom) -> None:
    spoken = record_text(id="2" * 8, title="2026年路燈計畫", target="2027-12-31", letter="院臺專字第1129900099號")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": spoken})
    found = on_sqlite.happens(asks("2026", "2026-03-20"))
    assert "條件：期限在 2026 年（民國115年）" in plain(found)
    assert "2026年路燈計畫" in plain(press(on_sqlite, found, "文字提到「2026」"))


def test_what_excludes_nothing_is_said_so(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    idle = "⚠️ 沒有一件提到要排除的字，等於沒有排除（文字：xyz）。"
    assert idle in plain(on_sqlite.happens(asks("法務部 -XYZ", "2026-03-20")))
    assert "等於沒有排除" not in plain(on_sqlite.happens(asks("法務部 -路燈", "2026-03-20")))


def test_a_name_that_may_mean_the_agency_is_told_of_and_not_counted(newsroom: Newsroom) -> None:
    files = {
        "a.md": record_text(agency="原住民族委員會"),
        "b.md": record_text(id="2" * 8, agency="原住民族事務委員會"),
        "c.md": record_text(id="3" * 8, agency="經濟部標準局"),
    }
    newsroom.sync("2026-03-01", files)
    listed = newsroom.happens(asks("原民會"))
    assert "共 1 件" in plain(listed)
    assert "另有 1 件的機關寫作「原住民族事務委員會」，沒有對應到機關，不計入" in plain(listed)
    assert "共 1 件" in plain(newsroom.happens(taps(action_of(listed, "「原住民族事務委員會」"))))
    assert "「經濟部標準局」" in plain(newsroom.happens(asks("經濟部")))
    assert "沒有對應到機關" not in plain(newsroom.happens(asks("法務部")))


def test_where_a_source_names_many_unknown_bodies_none_of_them_is_told_of(on_sqlite: Newsroom) -> None:
    files = {f"{n}.md": record_text(id=f"{n:08d}", agency=f"法務部第{n}小組") for n in range(60)}
    on_sqlite.sync("2026-03-01", {**files, "a.md": record_text(id="9" * 8)})
    assert "沒有對應到機關" not in plain(on_sqlite.happens(asks("法務部")))
