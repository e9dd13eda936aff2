"""A list: what it shows of each commitment, how it counts, and its pages."""

from __future__ import annotations

import re

import pytest

from handlers import listing, review
from handlers.message import plain
from store import commitments, proposals
from tests.handlers.answers import many, press
from tests.handlers.conftest import Newsroom
from tests.sample import (
    NEWER_LETTER,
    OLDER_LETTER,
    REVIEWER,
    action_of,
    asks,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)


def test_an_overdue_list_parts_clear_deadlines_from_doubtful_ones(on_sqlite: Newsroom) -> None:
    doubtful = record_text(id="2" * 8, title="存疑", promise="將增設。", reply="公文。", letter=LATER_LETTER)
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
    assert "佐證不足：AI 判定所依據的公文都不晚於答復；這是在看 AI，不是在看機關，不代表沒做到" in text
    assert "⚠️ 佐證不足，不代表沒做到" in text


def test_pages_turn_in_place_and_keep_their_numbers(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 23)
    first = on_sqlite.happens(asks("法務部", "2026-03-20"))
    (forward,) = [button for row in first.buttons for button in row if button.label == "下一頁 ▶"]
    second = on_sqlite.happens(taps(forward.action, "2026-03-20"))
    assert second.place == "edit"
    assert [button.label for row in second.buttons[:2] for button in row] == [str(n) for n in range(11, 21)]
    back = [button.label for row in second.buttons for button in row]
    assert "◀ 上一頁" in back
    assert "下一頁 ▶" in back


def test_a_list_tells_how_it_is_judged_and_can_be_pasted(on_sqlite: Newsroom) -> None:
    many(on_sqlite, 7)
    shown = on_sqlite.happens(asks("法務部", "2026-03-20"))
    how = action_of(shown, "❓ 怎麼判斷的")
    assert "期限存疑" in plain(on_sqlite.happens(taps(how, "2026-03-20")))
    paste = action_of(shown, "📋 轉貼用文字")
    text = plain(on_sqlite.happens(taps(paste, "2026-03-20")))
    assert text.startswith("【諾言】法務部及所屬")
    assert "另有 2 筆" in text
    assert "公文收錄至" in text


def test_what_waits_besides_is_counted_for_the_agency_that_was_asked_about(on_sqlite: Newsroom) -> None:
    achieved = {"status": "已達成", "entries": verdict()}
    files = {"a.md": record_text(**achieved), "b.md": record_text(id="2" * 8, agency="教育部", **achieved)}
    on_sqlite.sync("2026-03-20", files)
    assert "另有既有的判定 1 件、期限 0 件、更正 0 件待複核" in plain(
        on_sqlite.happens(asks("待複核 法務部", "2026-03-20"))
    )
    assert "另有既有的判定 2 件、期限 0 件、更正 0 件待複核" in plain(on_sqlite.happens(asks("待複核", "2026-03-20")))


def test_a_deadline_that_came_to_wait_after_the_first_load_is_counted_too(on_sqlite: Newsroom) -> None:
    doubtful = record_text(promise="將增設。", reply="公文。", letter=NEWER_LETTER)
    on_sqlite.sync("2026-03-10", {"a.md": doubtful, "b.md": record_text(id="2" * 8)})
    on_sqlite.sync("2026-03-20")  # the one that is doubtful waits
    on_sqlite.happens(asks("更正 22222222 期限有誤", "2026-03-20"))
    card = on_sqlite.happens(asks("複核 更正", "2026-03-20", REVIEWER))
    on_sqlite.happens(taps(action_of(card, "是期限有誤"), "2026-03-20", REVIEWER))  # and this one is clear
    on_sqlite.happens(asks("更正 11111111 已經裝好了", "2026-03-20"))
    told = plain(on_sqlite.happens(asks("待複核", "2026-03-20")))
    assert "另有既有的判定 0 件、期限 2 件、更正 1 件待複核" in told
    assert "新判定 0、既有判定 0、期限 2、更正 1" in plain(on_sqlite.happens(asks("統計 複核", "2026-03-20")))


def test_what_waits_is_listed_to_reviewers_and_others_are_told_the_numbers(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    on_sqlite.sync("2026-03-20", {"a.md": record_text(status="已達成", entries=verdict())})
    told = on_sqlite.happens(asks("待複核 法務部", "2026-03-20"))
    assert "共 1 件" in plain(told)
    assert "AI 的判定已複核 0/1" in plain(told)
    assert "增設路燈" not in plain(told)
    assert told.buttons == ()
    assert "1 增設路燈" in plain(on_sqlite.happens(asks("待複核 法務部", "2026-03-20", person=REVIEWER)))


def test_what_waits_is_listed_with_the_most_doubtful_verdict_first(newsroom: Newsroom) -> None:
    first, second = {"title": "較可信"}, {"id": "2" * 8, "title": "較可疑", "promise": "將增設。"}
    newsroom.sync("2026-03-01", {"a.md": record_text(**first), "b.md": record_text(**second)})
    changed = {
        "a.md": record_text(status="已達成", entries=verdict(NEWER_LETTER), **first),
        "b.md": record_text(status="已達成", entries=verdict(OLDER_LETTER), **second),
    }
    newsroom.sync("2026-03-20", changed)
    text = plain(newsroom.happens(asks("待複核", "2026-03-20", person=REVIEWER)))
    assert re.findall("▍.*|^[0-9] .*", text, re.MULTILINE) == [
        "▍待複核，疑點最重的在前（2）",
        "1 較可疑",
        "2 較可信",
    ]


LATER_LETTER = "（行政院函　中華民國112年3月9日院臺專字第1129912345號）"


def test_pages_stay_as_they_were_first_shown_whatever_a_sync_brings(newsroom: Newsroom) -> None:
    many(newsroom, 23)
    first = newsroom.happens(asks("法務部", "2026-03-20"))
    before = press(newsroom, first, "下一頁")
    sooner = record_text(id="9" * 8, title="更早到期", target="2026-03-19", letter=LATER_LETTER)
    newsroom.sync("2026-03-21", {"其他/早.md": sooner})
    after = press(newsroom, first, "下一頁")
    assert before.sections[1:] and [button.action for row in after.buttons[:2] for button in row] == [
        button.action for row in before.buttons[:2] for button in row
    ]
    assert "資料在這之間有更新" in plain(after)
    assert "資料在這之間有更新" not in plain(before)
    assert "更早到期" in plain(newsroom.happens(asks("法務部", "2026-03-21")))


def test_doubts_of_verdicts_and_of_deadlines_are_counted_apart(on_sqlite: Newsroom) -> None:
    doubted = record_text(status="已達成", entries=verdict())
    unclear = record_text(id="2" * 8, title="存疑", promise="將增設。", reply="公文。", letter="院臺專字第1號")
    on_sqlite.sync("2026-03-20", {"a.md": doubted, "b.md": unclear})
    text = plain(on_sqlite.happens(asks("存疑", "2026-03-20")))
    assert "判定存疑 1（AI 判定達成、未複核的 1 件之中）" in text
    assert "期限存疑 1（有期限的 2 件之中）" in text


def test_a_list_of_what_is_in_doubt_names_doubtful_verdicts_before_dates_that_alone_are(newsroom: Newsroom) -> None:
    words = {"promise": "將增設。", "reply": "公文。"}
    letter = "（行政院函　中華民國112年5月8日院臺專字第1129900002號）"
    other = "（行政院函　中華民國112年5月9日院臺專字第1129900003號）"
    newsroom.sync(
        "2026-03-20",
        {
            "a.md": record_text(id="1" * 8, title="只有期限", letter=letter, **words),
            "b.md": record_text(
                id="2" * 8, title="判定與期限", status="已達成", letter=other, entries=verdict(), **words
            ),
            "c.md": record_text(id="3" * 8, title="只有判定", status="已達成", entries=verdict()),
            "d.md": record_text(id="4" * 8, title="已由人看過", promise="另一件。", status="已達成", entries=verdict()),
        },
    )
    with newsroom.database.write() as tx:
        (seen,) = (one.key for one in commitments.standings(tx, range(1, 5)) if one.title == "已由人看過")
        proposal = proposals.open_among(tx, [seen], "verdict")[seen]
        review.settle(tx, proposal.id, "accept", REVIEWER, "", newsroom.policy, noon("2026-03-20"))
    text = plain(newsroom.happens(asks("存疑", "2026-03-20")))
    assert re.findall("▍.*|^[0-9] .*|　⚠️ 期限存疑.*", text, re.MULTILINE) == [
        "▍判定存疑（2）",
        "1 只有判定",
        "2 判定與期限",
        "　⚠️ 期限存疑：公文查無這個期限",
        "▍只有期限存疑",
        "3 只有期限",
        "　⚠️ 期限存疑：公文查無這個期限",
        "▍已複核",
        "4 已由人看過",
    ]


def test_a_list_that_is_longer_than_its_pages_says_where_the_rest_is(
    on_sqlite: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 10)
    many(on_sqlite, 12)
    assert "翻頁只到第 10 筆，另外 2 筆在 CSV 裡。" in plain(on_sqlite.happens(asks("法務部", "2026-03-20")))


def test_what_has_no_conclusion_says_how_much_of_it_is_past_its_date(on_sqlite: Newsroom) -> None:
    later = record_text(id="2" * 8, title="之後", target="2026-12-31", letter="院臺專字第1號")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": later})
    told = on_sqlite.happens(asks("法務部 還沒做到", "2026-03-20"))
    assert "其中期限已過 1 件，期限明確的 1 件" in plain(told)
    assert "共 1 件" in plain(press(on_sqlite, told, "只看期限已過的"))


def test_a_list_shows_what_is_doubted_of_a_verdict_that_a_later_letter_supports(on_sqlite: Newsroom) -> None:
    both = verdict(OLDER_LETTER) + verdict(NEWER_LETTER)
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(status="已達成", entries=both)})
    assert "⚠️ AI 引用的公文有疑點：公文早於答復。不代表沒做到。" in plain(on_sqlite.happens(asks("法務部 達成")))


def test_what_the_ais_summaries_alone_speak_of_is_said_to_be_so(on_sqlite: Newsroom) -> None:
    cited = record_text(id="2" * 8, title="別的事", promise="將辦理別的事。", entries=progress(summary="已增設路燈。"))
    on_sqlite.sync("2026-03-01", {"a.md": record_text(), "b.md": cited})
    listed = plain(on_sqlite.happens(asks("路燈", "2026-03-20")))
    assert listed.count("⚠️ 這些字只出現在 AI 摘要裡，不在承諾裡") == 1
    assert listed.index("別的事") < listed.index("只出現在 AI 摘要裡")


def test_an_open_item_says_that_a_near_duplicate_counts_as_kept(newsroom: Newsroom) -> None:
    kept = record_text(id="2" * 8, title="增設路燈完成", status="已達成", entries=verdict())
    newsroom.sync("2026-03-20", {"a.md": record_text(), "b.md": kept})
    overdue = newsroom.happens(asks("法務部 逾期", "2026-03-20"))
    assert "\n　同段另 1 筆，AI 判定「達成」" in plain(overdue)
    assert "同段另 1 筆，AI 判定「達成」" in plain(press(newsroom, overdue, "轉貼用文字"))
    assert "同段另 1 筆，AI 判定「達成」" in plain(press(newsroom, press(newsroom, overdue, "1"), "轉貼用文字"))
    table = press(newsroom, overdue, "CSV").file
    assert table
    assert "同段另 1 筆，AI 判定「達成」" in table.content
    assert "同段另" not in plain(newsroom.happens(asks("法務部 達成", "2026-03-20")))


def test_a_near_duplicate_that_counts_as_kept_is_told_once(on_sqlite: Newsroom) -> None:
    kept = record_text(id="2" * 8, title="增設路燈完成", status="已達成", entries=verdict())
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": kept, "c.md": record_text(id="3" * 8, title="路燈三")})
    listed = plain(on_sqlite.happens(asks("法務部", "2026-03-20")))
    assert "　同段承諾另有 1 筆\n　同段另 1 筆，AI 判定「達成」" in listed


def test_several_words_that_find_nothing_say_which_to_drop(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(promise="社會住宅包租代管將擴大辦理。", reply="")})
    nothing = plain(on_sqlite.happens(asks("社會住宅 包租代管 房東稅賦減免", "2026-03-20")))
    assert "條件：文字：社會住宅、包租代管、房東稅賦減免" in nothing
    assert "拿掉「文字：房東稅賦減免」有 1 件" in nothing
