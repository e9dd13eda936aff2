"""The card of one commitment, complete within both platforms' limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.slack_render import render_blocks
from bot.telegram_render import render_text
from handlers import cutting, show
from handlers.answer import answer
from handlers.message import plain
from store import commitments
from tests.handlers.conftest import Newsroom
from tests.sample import HOME, NEWER_LETTER, asks, noon, progress, record_text, taps, verdict


def test_a_card_tells_who_set_the_status_and_both_dates(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(entries=progress(NEWER_LETTER))})
    text = plain(on_sqlite.happens(asks("11111111", "2026-03-20")))
    for part in (
        "承諾（與公文逐字相符）",
        "質詢　王大明委員",
        "答復　2023-03-08（民國112年）",
        "期限　2026-03-15（民國115年）｜已過 5 天·未見完成紀錄",
        "① 2024-06-20　院臺專字第1139900021號",
        "晚於答復 470 天",
        "公文全文尚未收錄",
        "AI 摘要（非公文原文）：持續辦理。",
        "公文收錄至 2024-06-20·資料版本 2026-02-20",
        "編號 11111111",
    ):
        assert part in text, part


def test_a_letter_cited_twice_is_one_letter_and_only_the_last_three_are_shown(on_sqlite: Newsroom) -> None:
    letters = [f"（行政院函　中華民國111年1月{n}日院臺專字第11199000{n:02d}號）" for n in range(1, 6)]
    on_sqlite.sync("2026-03-20", {"a.md": record_text(entries="".join(map(verdict, [*letters, letters[4]])))})
    text = plain(on_sqlite.happens(asks("11111111", "2026-03-20")))
    assert "AI 引用的公文 5 件，列 3 件" in text
    assert text.count("院臺專字第111990") == 3


def test_an_unreadable_date_is_shown_as_it_stands(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(target="YYYY-05-31")})
    assert "期限無法判讀（原文「YYYY-05-31」）" in plain(on_sqlite.happens(asks("11111111", "2026-03-20")))


def test_a_roc_date_is_shown_as_written_and_as_read(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(target="116-10-31")})
    assert "2027-10-31（民國116年）（原文「116-10-31」）" in plain(on_sqlite.happens(asks("11111111", "2026-03-20")))


def test_every_real_record_fits_both_platforms(on_sqlite: Newsroom, corpus: Callable[[int], Path]) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync("2026-01-28")
    with on_sqlite.database.write() as tx:
        keys = [item.key for item in commitments.known(tx)]
        cards = [
            show.card(tx, standing, HOME, noon("2026-01-28").date()) for standing in commitments.standings(tx, keys)
        ]
        standings = commitments.standings(tx, keys)
        for verb in ("log", "paste", "inquire"):
            cards += [answer(taps(f"{verb}:{key}:0", "2026-01-28"), tx, on_sqlite.policy) for key in keys[::9]]
        cards += [
            answer(asks(f"為什麼 {standing.id[:8]}", "2026-01-28"), tx, on_sqlite.policy) for standing in standings[::9]
        ]
        numbers = {standing.letter_number for standing in standings if standing.letter_number}
        cards += [answer(asks(number, "2026-01-28"), tx, on_sqlite.policy) for number in sorted(numbers)[::9]]
    for message in cards:
        assert "…（以下略）" not in render_text(message).split("\n")[-1]
        assert len(render_blocks(message)) <= 50
    assert len(cards) > 1587 + 4 * 176
    assert max(len(plain(message)) for message in cards) <= 4096


def test_a_card_names_the_doubts_of_the_ais_citations_with_their_tail(on_sqlite: Newsroom) -> None:
    entries = verdict() + verdict(NEWER_LETTER, summary="於2025年1月1日完成。")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(status="已達成", entries=entries)})
    told = plain(on_sqlite.happens(asks("11111111", "2026-03-20")))
    assert "⚠️ AI 引用的公文有疑點：摘要提到公文之後的事、公文早於答復。不代表沒做到。" in told


def test_a_long_text_is_cut_behind_a_sentence_else_behind_a_clause() -> None:
    assert cutting.cut("一句。" * 4, 10) == "一句。一句。一句。…（以下略）"
    assert cutting.cut("一個子句，又一個子句接著一長串", 10) == "一個子句，…（以下略）"
    assert cutting.cut("沒有標點的一長串文字在這裡", 5) == "沒有標點的…（以下略）"


def test_a_deadline_of_another_year_than_the_promise_names_is_told_beside_it(on_sqlite: Newsroom) -> None:
    reply = "**主旨**：（三）行政院函送王委員大明就消防人力問題所提質詢之書面答復，請查照案。\n\n至114年底前完成另一件事。112年達1：1300。"
    promise = "服務人口數比於112年底達1：1300。"
    on_sqlite.sync("2026-03-20", {"a.md": record_text(target="2025-12-31", promise=promise, reply=reply)})
    card = plain(on_sqlite.happens(asks("11111111", "2026-03-20")))
    assert "期限　2025-12-31（民國114年）｜⚠️ 承諾原文提到的是 2023 年，和這個期限不同年，請先核對公文" in card
    pasted = plain(on_sqlite.happens(taps("paste:1:0", "2026-03-20")))
    assert "承諾原文提到的是 2023 年" in pasted
