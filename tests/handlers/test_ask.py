"""Answers: counts that part clear from doubtful, folded lists, pages, and the words that may not be said."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import listing, review
from handlers.message import Message, RefusedError, plain
from handlers.policy import directory
from handlers.table import harmless
from records.query import Query
from records.question.meanings import QuestionError
from store import commitments, matching, proposals
from tests.handlers.conftest import Newsroom
from tests.sample import (
    NEWER_LETTER,
    OLDER_LETTER,
    REVIEWER,
    action_of,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)

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


def test_words_that_only_the_letters_hold_are_offered_there(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(reply="**主旨**：（三）質詢之書面答復。\n\n本部將增設攝影機。")})
    shown = on_sqlite.happens(asks("法務部 攝影機", "2026-03-20"))
    assert "或：公文全文提到（1 件）" in plain(shown)
    offered = action_of(shown, "公文全文提到（1 件）")
    assert "共 1 件" in plain(on_sqlite.happens(taps(offered, "2026-03-20")))
    assert "公文全文提到" not in plain(on_sqlite.happens(asks("攝影機", "2026-03-20"))), "all letters would be read"


@pytest.mark.parametrize("text", ["中油是民營的嗎", "台電是不是國營的嗎？"])
def test_a_question_that_no_commitment_answers_gets_the_help(on_sqlite: Newsroom, text: str) -> None:
    assert on_sqlite.happens(asks(text)).title.startswith("這裡只查得到承諾")


def test_a_list_tells_how_it_is_judged_and_can_be_pasted(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 7)
    shown = on_sqlite.happens(asks("法務部", "2026-03-20"))
    how = action_of(shown, "❓ 怎麼判斷的")
    assert "期限存疑" in plain(on_sqlite.happens(taps(how, "2026-03-20")))
    paste = action_of(shown, "📋 轉貼用文字")
    text = plain(on_sqlite.happens(taps(paste, "2026-03-20")))
    assert text.startswith("【諾言】法務部及所屬")
    assert "另有 2 筆" in text
    assert "公文收錄至" in text


@pytest.mark.parametrize("text", ["csv 法務布", "本週變化 法務布"])
def test_a_near_miss_is_suggested_whatever_was_asked_for(on_sqlite: Newsroom, text: str) -> None:
    _many(on_sqlite, 3)
    shown = on_sqlite.happens(asks(text, "2026-03-20"))
    assert shown.file is None
    assert "是要找「法務部」嗎？（3 件）" in plain(shown)


def test_a_committees_ministries_are_named_by_it(on_sqlite: Newsroom) -> None:
    for text, name in (
        ("衛環", "社會福利及衛生環境委員會"),
        ("外交國防", "外交及國防委員會"),
        ("司法委員會", "司法及法制委員會"),
    ):
        assert on_sqlite.happens(asks(text)).title.startswith(f"{name}的機關（")


def test_what_waits_besides_is_counted_for_the_agency_that_was_asked_about(on_sqlite: Newsroom) -> None:
    achieved = {"status": "已達成", "entries": verdict()}
    files = {"a.md": record_text(**achieved), "b.md": record_text(id="2" * 8, agency="教育部", **achieved)}
    on_sqlite.sync("2026-03-20", files)
    assert "另有 1 件既有的判定與已過的存疑期限待複核" in plain(on_sqlite.happens(asks("待複核 法務部", "2026-03-20")))
    assert "另有 2 件既有的判定與已過的存疑期限待複核" in plain(on_sqlite.happens(asks("待複核", "2026-03-20")))


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


def test_an_address_that_comes_with_words_is_the_gazette_files(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 2)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url
    assert "這是一個公報檔" in on_sqlite.happens(asks(f"看這個 {url} 謝謝", "2026-03-20")).title


def test_an_address_in_any_form_is_the_same_gazette_file(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 2)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url or ""
    shown = on_sqlite.happens(asks(url, "2026-03-20"))
    bare = url.removeprefix("https://")
    host, _, path = bare.partition("/")
    for form in (f"http://{bare}?x=1#y", f"HTTPS://{host.upper()}/{path}", f"這個連結{url}是什麼", f"<{url}>"):
        assert on_sqlite.happens(asks(form, "2026-03-20")).title == shown.title, form


def test_a_reply_is_found_as_the_records_write_it(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 2)
    for text in ("（行政院函　中華民國112年3月8日院臺專字第1129900001號）", "1129900001"):
        assert "院臺專字第1129900001號" in on_sqlite.happens(asks(text, "2026-03-20")).title


def test_why_asks_which_one_where_none_is_meant(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 2)
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


LATER_LETTER = "（行政院函　中華民國112年3月9日院臺專字第1129912345號）"
LONG = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n王委員就路燈問題所提質詢，查復如下："


def _press(newsroom: Newsroom, message: Message, label: str) -> Message:
    button = action_of(message, label)
    return newsroom.happens(taps(button, "2026-03-20"))


def test_pages_stay_as_they_were_first_shown_whatever_a_sync_brings(newsroom: Newsroom) -> None:
    _many(newsroom, 23)
    first = newsroom.happens(asks("法務部", "2026-03-20"))
    before = _press(newsroom, first, "下一頁")
    sooner = record_text(id="9" * 8, title="更早到期", target="2026-03-19", letter=LATER_LETTER)
    newsroom.sync("2026-03-21", {"其他/早.md": sooner})
    after = _press(newsroom, first, "下一頁")
    assert before.sections[1:] and [button.action for row in after.buttons[:2] for button in row] == [
        button.action for row in before.buttons[:2] for button in row
    ]
    assert "資料在這之間有更新" in plain(after)
    assert "資料在這之間有更新" not in plain(before)
    assert "更早到期" in plain(newsroom.happens(asks("法務部", "2026-03-21")))


def test_no_result_says_which_filter_to_drop_and_what_that_would_give(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    nothing = on_sqlite.happens(asks("法務部 捷運", "2026-03-20"))
    assert "拿掉「文字：捷運」有 1 件" in plain(nothing)
    dropped = _press(on_sqlite, nothing, "法務部（1 件）")
    assert dropped.place == "edit"
    assert "共 1 件" in plain(dropped)


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


@pytest.mark.parametrize("text", ["csv法務部", "csv 法務部", "法務部csv", "下載表格法務部"])
def test_a_table_is_asked_for_with_a_blank_or_without(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    assert "1 件" in on_sqlite.happens(asks(text, "2026-03-20")).title


def test_a_near_miss_is_offered_and_never_taken_for_the_name(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    missed = on_sqlite.happens(asks("法務布", "2026-03-20"))
    assert "共 0 件" in plain(missed)
    assert "共 1 件" in plain(_press(on_sqlite, missed, "是要找「法務部」嗎？（1 件）"))


def test_a_year_is_the_deadlines_and_the_text_is_a_button(on_sqlite: Newsroom) -> None:
    spoken = record_text(id="2" * 8, title="2026年路燈計畫", target="2027-12-31", letter="院臺專字第1129900099號")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": spoken})
    found = on_sqlite.happens(asks("2026", "2026-03-20"))
    assert "條件：期限在 2026 年（民國115年）" in plain(found)
    assert "2026年路燈計畫" in plain(_press(on_sqlite, found, "文字提到「2026」"))


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


def test_evidence_that_came_this_week_is_found_by_the_day_it_was_first_seen(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(entries=progress(NEWER_LETTER)), "b.md": record_text(id="2" * 8)})
    newsroom.sync("2026-03-18", {"b.md": record_text(id="2" * 8, entries=progress(NEWER_LETTER))})
    for question, day, total in (
        ("有新佐證 本週", "2026-03-20", 1),
        ("有新佐證 上週", "2026-03-25", 1),
        ("有新佐證 本週", "2026-03-25", 0),
        ("有新佐證", "2026-04-10", 1),
    ):
        assert f"共 {total} 件" in plain(newsroom.happens(asks(question, day))), question


def test_evidence_that_came_on_the_day_of_its_record_but_after_it_is_new(newsroom: Newsroom) -> None:
    another = "（行政院函　中華民國113年7月1日院臺專字第1139900022號）"
    newsroom.sync("2026-03-01", {"b.md": record_text(id="2" * 8)})
    newsroom.sync("2026-03-18", {"a.md": record_text(entries=progress(NEWER_LETTER))})
    assert "共 0 件" in plain(newsroom.happens(asks("有新佐證 本週", "2026-03-20")))
    newsroom.sync("2026-03-18", {"a.md": record_text(entries=progress(NEWER_LETTER) + progress(another))})
    assert "共 1 件" in plain(newsroom.happens(asks("有新佐證 本週", "2026-03-20")))


def test_a_table_opens_in_a_spreadsheet_with_its_caveats_and_without_formulas(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(title="=HYPERLINK(1)", status="已達成", entries=verdict())})
    for told in (
        on_sqlite.happens(asks("csv 法務部", "2026-03-20")),
        _press(on_sqlite, on_sqlite.happens(asks("法務部", "2026-03-20")), "CSV"),
    ):
        assert told.file
        assert told.file.name == "諾言_法務部_公文至2023-03-08_資料2026-02-20.csv"
        assert told.file.content.startswith("\ufeff")
        [head, row] = csv.reader(io.StringIO(told.file.content[1:]))
        cells = dict(zip(head, row, strict=True))
        assert "佐證不足不代表沒做到" in head[0]
        assert cells["標題"] == "'=HYPERLINK(1)"
        assert cells["判定狀態"] == "AI 判定達成·未經人工複核（佐證不足）"
        assert (cells["公文收錄至"], cells["資料版本"]) == ("2023-03-08", "2026-02-20")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "　=1", "\r=1"])
def test_no_cell_of_a_table_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_a_letters_number_shows_the_letter_with_its_promises_and_who_cites_it(on_sqlite: Newsroom) -> None:
    other = record_text(
        id="2" * 8,
        title="引用它的",
        letter="（行政院函　中華民國112年3月1日院臺專字第1129900055號）",
        entries=progress("（行政院函　中華民國112年3月8日院臺專字第1129900001號）"),
    )
    on_sqlite.sync("2026-03-20", {"a.md": record_text(reply=f"{LONG}{'增設路燈。' * 500}"), "b.md": other})
    shown = on_sqlite.happens(asks("院臺專字第1129900001號", "2026-03-20"))
    text = plain(shown)
    for part in (
        "日期　2023-03-08",
        "質詢　王大明委員",
        "從這件答復擷取的承諾（1）",
        "引用這件公文的其他紀錄（1）\n2 引用它的",
    ):
        assert part in text, part
    whole = _press(on_sqlite, shown, "公文全文")
    second = _press(on_sqlite, whole, "下一頁")
    assert (whole.place, second.place) == ("reply", "edit")
    assert "（2/2）" in second.title


def test_the_address_of_a_gazette_file_is_never_this_record(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    with on_sqlite.database.read() as tx:
        [standing] = matching.find(tx, Query(), noon("2026-03-20").date(), directory(), limit=1)
    shown = on_sqlite.happens(asks(standing.url or "", "2026-03-20"))
    assert shown.title == "這是一個公報檔，內含 1 件收錄的答復"


def test_a_pasted_sentence_finds_the_nearest_promises_with_the_words_they_share(on_sqlite: Newsroom) -> None:
    tomato = record_text(id="2" * 8, title="小果番茄納入補助", promise="配合將小果番茄非疫溫室納入補助。")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": tomato})
    near = on_sqlite.happens(asks("農業部宣布小果番茄非疫溫室今年全面納入補助範圍", "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "【小果番茄非疫溫室】" in plain(near)
    none = on_sqlite.happens(asks("今天天氣真好我們一起出去玩吧大家快來", "2026-03-20"))
    assert none.title == "沒有相符的承諾"


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


def test_the_changes_of_a_week_are_counted_by_kind_with_zeros(newsroom: Newsroom) -> None:
    files = {"a.md": record_text(), "b.md": record_text(id="2" * 8, title="內政部的", agency="內政部")}
    newsroom.sync("2026-03-10", files)
    newsroom.sync("2026-03-18", {**files, "a.md": record_text(entries=progress())})
    week = plain(newsroom.happens(asks("法務部 本週變化", "2026-03-19")))
    assert week.startswith("資料的變化｜法務部及所屬\n2026-03-16 至 2026-03-19")
    assert "AI 新引公文 1　來源移除 0" in week
    assert "AI 新引公文 0" in plain(newsroom.happens(asks("內政部 本週有什麼變", "2026-03-19")))
    assert "期限已過 2" in plain(newsroom.happens(asks("本週有什麼變化？", "2026-03-19")))
    assert "期限已過 2" in plain(newsroom.happens(asks("上週變化", "2026-03-25")))


def test_what_was_removed_counts_among_the_changes_of_what_it_answered(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-10", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    newsroom.sync("2026-03-18", {"a.md": ""})
    assert "來源移除 1" in plain(newsroom.happens(asks("法務部 本週變化", "2026-03-19")))
    assert "來源移除 0" in plain(newsroom.happens(asks("內政部 本週變化", "2026-03-19")))


def test_a_week_begins_with_the_night_of_its_first_day(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-10", {"a.md": record_text(), "b.md": record_text(id="2" * 8, agency="內政部")})
    on_sqlite.sync("2026-03-16", {"a.md": ""}, clock_at("2026-03-16", "03:30"))
    assert "來源移除 1" in plain(on_sqlite.happens(asks("法務部 本週變化", "2026-03-19")))


def test_a_text_that_a_record_holds_whole_is_said_to_be_there(on_sqlite: Newsroom) -> None:
    promise = "本部已於本（110）年11月10日規劃建置電子化巡邏箱系統，並將逐年汰換。"
    on_sqlite.sync("2026-03-10", {"a.md": record_text(promise=promise)})
    assert "第 1 筆收錄了這整段文字" in plain(on_sqlite.happens(asks(promise, "2026-03-10")))
    cut = "本部已於本110年11月10日規劃建置電子巡邏箱系統並將逐年汰換"
    assert "沒有完全相同的承諾" in plain(on_sqlite.happens(asks(cut, "2026-03-10")))


@pytest.mark.parametrize(
    "text", ["氣候變化", "本週 氣候變化", "因應氣候變化的影響", "法務部 人口變化", "下載 專區", "匯出"]
)
def test_words_that_only_look_like_a_command_are_looked_for(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    message = on_sqlite.happens(asks(text, "2026-03-20"))
    assert not message.title.startswith("資料的變化")
    assert message.file is None


@pytest.mark.parametrize(
    "text",
    [
        "本週變化",
        "本週有什麼變？",
        "法務部 這週的變化",
        "法務部本週變化",
        "本週變化法務部",
        "法務部 本週 變化",
        "本週 法務部 變化",
        "這週法務部有什麼變化",
        "這星期有什麼變化",
        "本週 有什麼變化",
        "法務部 本週 有什麼變化",
        "這週有什麼新消息",
        "本月變化",
        "法務部 這個月有什麼進展",
        "this month's changes",
        "yesterday's changes",
        "有什麼變化",
        "法務部 changes",
        "this week's changes MOJ",
        "weekly MOJ",
        "weekly changes MOJ",
    ],
)
def test_a_weeks_changes_are_asked_for_in_many_words(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks(text, "2026-03-20")).title.startswith("資料的變化")


def test_a_feed_that_is_silent_is_said_to_be(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-10", {"a.md": record_text()})
    assert "⚠️ 來源 10 天沒有新資料" in plain(on_sqlite.happens(asks("本週變化", "2026-03-20")))


def test_a_list_that_is_longer_than_its_pages_says_where_the_rest_is(
    on_sqlite: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 10)
    _many(on_sqlite, 12)
    assert "翻頁只到第 10 筆，另外 2 筆在 CSV 裡。" in plain(on_sqlite.happens(asks("法務部", "2026-03-20")))


def test_what_excludes_nothing_is_said_so(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    idle = "⚠️ 沒有一件提到要排除的字，等於沒有排除（文字：xyz）。"
    assert idle in plain(on_sqlite.happens(asks("法務部 -XYZ", "2026-03-20")))
    assert "等於沒有排除" not in plain(on_sqlite.happens(asks("法務部 -路燈", "2026-03-20")))


def test_what_has_no_conclusion_says_how_much_of_it_is_past_its_date(on_sqlite: Newsroom) -> None:
    later = record_text(id="2" * 8, title="之後", target="2026-12-31", letter="院臺專字第1號")
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": later})
    told = on_sqlite.happens(asks("法務部 還沒做到", "2026-03-20"))
    assert "其中期限已過 1 件，期限明確的 1 件" in plain(told)
    assert "共 1 件" in plain(_press(on_sqlite, told, "只看期限已過的"))


def test_a_verdict_named_beside_others_keeps_its_doubt(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(status="已達成", entries=verdict())})
    for question in ("院臺專字第1129900001號", "法務部承諾明年增設路燈二十盞並且換裝燈泡"):
        told = plain(on_sqlite.happens(asks(question, "2026-03-20")))
        assert "AI 判定達成·未經人工複核（佐證不足）" in told
        assert "這是在看 AI，不是在看機關，不代表沒做到" in told


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
    assert _press(on_sqlite, none, "1 件").title.startswith("法務部及所屬")


def test_a_card_that_is_pasted_back_is_shown(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(), "b.md": record_text(id="2" * 8, title="別筆")})
    card = on_sqlite.happens(asks("22222222", "2026-03-20"))
    for text in (plain(card), plain(card).splitlines()[-1], "編號22222222", "#22222222"):
        assert on_sqlite.happens(asks(text, "2026-03-20")).title == card.title, text


def test_a_gazette_file_shows_all_its_replies_page_by_page(on_sqlite: Newsroom) -> None:
    _many(on_sqlite, 45)
    with on_sqlite.database.read() as tx:
        url = commitments.standings(tx, [1])[0].url or ""
    first = on_sqlite.happens(asks(url, "2026-03-20"))
    second = _press(on_sqlite, first, "下一頁")
    third = _press(on_sqlite, second, "下一頁")
    shown = plain(first) + plain(second) + plain(third)
    assert all(f"院臺專字第11299{n:05d}號" in shown for n in range(45))
    assert ("第 41–45 件，共 45 件" in plain(third), third.place) == (True, "edit")
    assert plain(_press(on_sqlite, third, "上一頁")) == plain(second)


@pytest.mark.parametrize("question", ["法務部 統計", "法務部統計", "法務部的統計"])
def test_statistics_may_be_asked_for_behind(on_sqlite: Newsroom, question: str) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks(question, "2026-03-20")).title.startswith("統計｜法務部")


def test_a_word_that_ends_in_statistics_is_a_text(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text()})
    assert on_sqlite.happens(asks("人口統計", "2026-03-20")).title.startswith("文字：人口統計")


def test_a_table_counts_no_days_where_a_list_counts_none(on_sqlite: Newsroom) -> None:
    done = verdict(NEWER_LETTER).replace("[狀態變更]", "[進度更新]")
    company = record_text(id="2" * 8, title="第三方", agency="中國鋼鐵股份有限公司")
    files = {"a.md": record_text(title="已引用", entries=done), "b.md": company, "c.md": record_text(id="3" * 8)}
    on_sqlite.sync("2026-03-20", files)
    told = on_sqlite.happens(asks("csv 逾期", "2026-03-20"))
    assert told.file
    rows = list(csv.DictReader(io.StringIO(told.file.content[1:])))
    assert {row["標題"]: (row["已過天數（只算期限明確）"], row["疑點"]) for row in rows} == {
        "已引用": ("", "期限已過·AI 曾引用完成佐證，未複核"),
        "第三方": ("", "第三方，非行政機關"),
        "增設路燈": ("5", ""),
    }


def test_a_sentence_with_an_agency_in_front_is_looked_for_as_a_sentence(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-20", {"a.md": record_text(promise="將於2026年完成1000MW儲能。")})
    near = on_sqlite.happens(asks("法務部將於2027年完成1000MW儲能系統", "2026-03-20"))
    assert near.title == "最接近的承諾"
    assert "【1000mw】" in plain(near)


def test_before_anything_was_read_every_answer_says_so(newsroom: Newsroom) -> None:
    assert "還沒有讀到任何紀錄" in plain(newsroom.happens(asks("法務部 逾期")))
    newsroom.sync("2026-03-02", {"a.md": record_text()})
    assert "還沒有讀到任何紀錄" not in plain(newsroom.happens(asks("法務部 逾期")))


def test_a_list_shows_what_is_doubted_of_a_verdict_that_a_later_letter_supports(on_sqlite: Newsroom) -> None:
    both = verdict(OLDER_LETTER) + verdict(NEWER_LETTER)
    on_sqlite.sync("2026-03-01", {"其他/路燈.md": record_text(status="已達成", entries=both)})
    assert "⚠️ AI 引用的公文有疑點：公文早於答復。不代表沒做到。" in plain(on_sqlite.happens(asks("法務部 達成")))
