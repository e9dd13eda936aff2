"""Texts to pass on: each stands alone, with its caveats inside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.answer import answer
from handlers.message import Message, plain
from tests.handlers.conftest import Newsroom
from tests.sample import NEWER_LETTER, action_of, asks, record_text, taps, verdict

DAY = "2026-03-20"


def _press(newsroom: Newsroom, label: str) -> Message:
    card = newsroom.happens(asks("11111111", DAY))
    return newsroom.happens(taps(action_of(card, label), DAY))


def test_a_text_to_paste_carries_its_caveats_both_dates_and_where_to_find_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(status="已達成", entries=verdict())})
    assert plain(_press(on_sqlite, "轉貼")).splitlines() == [
        "【諾言】法務部｜增設路燈",
        "",
        "AI 判定達成·未經人工複核；AI 引用的公文（2022-01-05）早於答復（2023-03-08），佐證不足，不代表沒做到。",
        "出處：院臺專字第1129900001號，公報檔第三案",
        "公文收錄至 2023-03-08·資料版本 2026-02-20",
        "公文收錄日之後的進度這裡查不到。",
        "編號 11111111",
    ]


def test_doubts_of_a_verdict_that_a_later_letter_supports_are_pasted_too(on_sqlite: Newsroom) -> None:
    both = verdict() + verdict(NEWER_LETTER, "2026-03-03")
    on_sqlite.sync(DAY, {"a.md": record_text(status="已達成", entries=both, target=None)})
    told = plain(_press(on_sqlite, "轉貼")).splitlines()[2]
    assert told.startswith("AI 判定達成·未經人工複核；AI 引用的公文有疑點（公文早於答復")
    assert told.endswith("），不代表沒做到；無期限。")


def test_a_deadline_on_the_day_of_the_reply_is_not_said_to_be_before_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(target="2023-03-08")})
    assert "期限 2023-03-08，期限就是答復日 2023-03-08，可能是既成事實，請先查證" in plain(_press(on_sqlite, "轉貼"))


def test_a_deadline_that_passed_is_not_pasted_without_its_tail(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    pasted = on_sqlite.happens(taps("paste:1:0", "2026-03-20"))
    assert "已過 5 天·未見完成紀錄，不代表沒做到。" in plain(pasted)


def test_where_the_bot_has_a_link_the_text_to_paste_ends_in_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text()})
    linked = replace(on_sqlite.policy, deep_link="https://t.me/nuoyan_bot?start=")
    with on_sqlite.database.write() as tx:
        pasted = plain(answer(taps("paste:1:0", DAY), tx, linked))
        assert pasted.splitlines()[-1] == "https://t.me/nuoyan_bot?start=r_11111111"
        assert answer(asks("/start r_11111111", DAY), tx, linked).title == "增設路燈"


def test_a_doubtful_deadline_is_never_pasted_without_its_doubt(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(promise="將增設。", reply="公文。")})
    pasted = plain(_press(on_sqlite, "轉貼"))
    assert "期限 2026-03-15，公文查無這個期限，請先查證" in pasted
    assert "已過" not in pasted


def test_a_request_asks_politely_and_of_a_clear_deadline_alone(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text()})
    asked = plain(_press(on_sqlite, "追問"))
    assert asked.startswith("法務部您好：")
    assert "民國112年3月8日院臺專字第1129900001號就王大明委員質詢之書面答復" in asked
    assert "整理的期限為民國115年3月15日（如有出入，請惠予指正）" in asked


def test_a_request_leaves_room_for_an_agency_that_nobody_named(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(agency="地方政府")})
    assert plain(_press(on_sqlite, "追問")).startswith("（機關）您好：")


def test_a_request_takes_no_doubtful_deadline_for_what_was_promised(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(promise="將增設。", reply="公文。")})
    assert "有無預定完成期程" in plain(_press(on_sqlite, "追問"))


def test_a_request_quotes_nothing_that_is_not_the_letters(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(promise="將增設許多路燈。")})
    shown = on_sqlite.happens(asks("11111111"))
    request = plain(on_sqlite.happens(taps(action_of(shown, "追問文字"))))
    assert "書面答復提到：\n將增設許多路燈。（AI 擷取，非公文逐字，以公文為準）" in request


@pytest.mark.parametrize(
    ("agency", "addressed"),
    [
        ("中央流行疫情指揮中心", "衛生福利部您好："),
        ("行政院農委會", "農業部您好："),
        ("原住民族事務委員會", "原住民族事務委員會（請確認機關）您好："),
    ],
)
def test_a_request_is_written_to_a_body_that_is_there(on_sqlite: Newsroom, agency: str, addressed: str) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(agency=agency)})
    assert plain(_press(on_sqlite, "追問")).startswith(addressed)


def test_what_a_company_promised_is_pasted_as_a_third_partys(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(DAY, {"a.md": record_text(agency="中國鋼鐵股份有限公司")})
    assert "（第三方，非行政機關）" in plain(_press(on_sqlite, "轉貼"))


def test_a_firms_promise_is_a_third_partys_whatever_agency_stands_there(on_sqlite: Newsroom) -> None:
    promise = "台塑公司將於115年3月15日前完成海水淡化廠。"
    on_sqlite.sync("2026-03-20", {"a.md": record_text(agency="經濟部", promise=promise)})
    card = plain(on_sqlite.happens(asks("11111111", "2026-03-20")))
    assert "經濟部（承諾的是台塑公司，第三方，非行政機關）" in card
    assert "已過" not in card.replace("期限已過", "")
