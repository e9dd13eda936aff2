"""Doubtful deadlines that passed wait for a person; once settled they are clear, whatever is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import review
from handlers.language import Voice, speaking
from handlers.message import Message, RefusedError, plain
from store import commitments, decisions, facts, queue
from tests.handlers.conftest import Newsroom
from tests.sample import CITIZEN, HOME, REVIEWER, action_of, asks, noon, record_text, taps, verdict

FILE = "其他/路燈.md"
DAY = "2026-03-16"
TEXT = record_text(promise="將增設路燈。", reply="公文說：本部將於114年4月完成評估。另行公告。")


def _passed(newsroom: Newsroom, text: str = TEXT) -> Message:
    """A doubtful deadline has passed; its card."""
    newsroom.sync("2026-03-15", {FILE: text})
    newsroom.sync(DAY)
    return newsroom.happens(asks("複核 期限", DAY, REVIEWER))


def _press(newsroom: Newsroom, card: Message, label: str) -> Message:
    action = action_of(card, label)
    return newsroom.happens(taps(action, DAY, REVIEWER))


def _deadline(newsroom: Newsroom) -> tuple[str, str | None]:
    with newsroom.database.read() as tx:
        (standing,) = commitments.standings(tx, [1])
    return standing.deadline.kind, str(standing.target) if standing.target else None


def _move(newsroom: Newsroom, card: Message, date: str) -> Message:
    prompt = _press(newsroom, card, "改日期").prompt
    assert prompt
    return newsroom.happens(asks(date, DAY, REVIEWER, answers=prompt.action))


def test_the_card_shows_the_letters_sentences_that_name_a_date(newsroom: Newsroom) -> None:
    text = plain(_passed(newsroom))
    assert "期限待查證　2026-03-15（AI 擷取，存疑）" in text
    assert "・「公文說：本部將於114年4月完成評估。」" in text
    assert "另行公告" not in text
    assert "期限 0/1 已複核" in text


def test_a_right_deadline_is_clear_from_then_on_and_shows_its_days(newsroom: Newsroom) -> None:
    decided = _press(newsroom, _passed(newsroom), "期限正確")
    assert decided.title == "✅ 期限正確｜複核人甲·03-16 12:00"
    assert _deadline(newsroom) == ("clear", "2026-03-15")
    answer = plain(newsroom.happens(asks("法務部 逾期", DAY)))
    assert "期限明確 1　期限存疑 0" in answer
    assert "期限 2026-03-15（已人工複核）｜已過 1 天·未見完成紀錄" in answer


def test_a_corrected_deadline_holds_and_another_reading_of_the_file_keeps_it(newsroom: Newsroom) -> None:
    told = _move(newsroom, _passed(newsroom), "116年6月底")
    assert told.title == "📅 期限改為 2027-06-30｜複核人甲"
    assert _deadline(newsroom) == ("clear", "2027-06-30")
    silent = newsroom.sync(DAY, {FILE: TEXT + verdict(judgement="進度更新")})
    assert "moved" not in silent.news
    assert _deadline(newsroom) == ("clear", "2027-06-30")
    assert "（人工複核改正，資料原為「2026-03-15」）" in plain(newsroom.happens(asks("11111111", DAY)))


def test_what_is_no_deadline_is_late_no_longer(newsroom: Newsroom) -> None:
    _press(newsroom, _passed(newsroom), "不是期限")
    assert _deadline(newsroom) == ("none", None)
    assert "共 0 件" in plain(newsroom.happens(asks("法務部 逾期", DAY)))
    assert "無期限（資料裡的「2026-03-15」經人工複核不是期限）" in plain(newsroom.happens(asks("11111111", DAY)))


def test_undo_gives_the_doubt_back(newsroom: Newsroom) -> None:
    for label in ("期限正確", "不是期限"):
        card = _passed(newsroom)
        _press(newsroom, _press(newsroom, card, label), "復原")
        assert _deadline(newsroom) == ("doubtful", "2026-03-15")


def test_the_files_date_is_written_when_the_window_ends_and_is_no_news(newsroom: Newsroom) -> None:
    _move(newsroom, _passed(newsroom), "2027-06-30")
    newsroom.service(noon(DAY) + timedelta(minutes=31)).feed.write_back()
    written = (newsroom.folder / FILE).read_text("utf-8")
    assert 'target_date: "2027-06-30"' in written
    assert "**結果**：期限改正" in written
    assert "**期限**：2026-03-15 → 2027-06-30" in written
    assert 'status: "追蹤中"' in written
    silent = newsroom.sync("2026-03-17")
    assert (dict(silent.news), silent.proposals, silent.queued) == ({}, 0, 0)
    assert _deadline(newsroom) == ("clear", "2027-06-30")


def test_no_deadline_is_written_as_null_and_stays_none(newsroom: Newsroom) -> None:
    _press(newsroom, _passed(newsroom), "不是期限")
    newsroom.service(noon(DAY) + timedelta(minutes=31)).feed.write_back()
    assert "target_date: null" in (newsroom.folder / FILE).read_text("utf-8")
    silent = newsroom.sync("2026-03-17")
    assert (dict(silent.news), silent.proposals) == ({}, 0)
    assert _deadline(newsroom) == ("none", None)


def test_another_date_from_the_source_is_not_covered_by_the_decision(newsroom: Newsroom) -> None:
    _press(newsroom, _passed(newsroom), "期限正確")
    newsroom.sync("2026-03-17", {FILE: TEXT.replace("2026-03-15", "2026-03-16")})
    assert _deadline(newsroom) == ("doubtful", "2026-03-16")


def test_a_date_that_the_source_moves_into_the_future_waits_no_longer(newsroom: Newsroom) -> None:
    _passed(newsroom)
    newsroom.sync("2026-03-17", {FILE: TEXT.replace("2026-03-15", "2030-12-31")})
    with newsroom.database.read() as tx:
        assert queue.waiting(tx) == []


@pytest.mark.parametrize("date", ["很快", "", "2026-03-15"])
def test_a_date_that_is_none_or_changes_nothing_decides_nothing(on_sqlite: Newsroom, date: str) -> None:
    card = _passed(on_sqlite)
    with pytest.raises(RefusedError):
        _move(on_sqlite, card, date)
    assert _deadline(on_sqlite) == ("doubtful", "2026-03-15")


def test_a_verdicts_outcome_settles_no_deadline(on_sqlite: Newsroom) -> None:
    card = _passed(on_sqlite)
    for verb in ("accept", "partly", "not-a-promise", "dismiss", "unrelated", "no-conclusion"):
        with pytest.raises(RefusedError, match=r"不能用|沒有這個按鈕"):
            on_sqlite.happens(taps(f"{verb}:{card.proposal}:1", DAY, REVIEWER))
    assert _deadline(on_sqlite) == ("doubtful", "2026-03-15")


def test_subscribers_hear_how_a_deadline_was_settled(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    _press(newsroom, _passed(newsroom), "不是期限")
    told = [plain(message) for message in newsroom.due(noon("2026-03-17"))[str(HOME)]]
    assert any("AI 擷取的期限「2026-03-15」經人工複核：不是期限（複核人甲）。" in text for text in told)


def test_another_doubtful_date_of_the_past_waits_again_after_a_decision(on_sqlite: Newsroom) -> None:
    _press(on_sqlite, _passed(on_sqlite), "期限正確")
    on_sqlite.sync("2026-03-17", {FILE: TEXT.replace("2026-03-15", "2026-03-01")})
    assert "期限待查證　2026-03-01" in on_sqlite.happens(asks("複核 期限", "2026-03-17", REVIEWER)).title


def test_a_deadline_decided_anew_before_the_next_sync_holds_and_is_written(on_sqlite: Newsroom) -> None:
    card = _passed(on_sqlite)
    _move(on_sqlite, card, "2027-06-30")
    on_sqlite.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    with on_sqlite.database.write() as tx:
        later = noon(DAY) + timedelta(hours=2)
        review.reverse(tx, card.proposal or 0, "deadline-right", REVIEWER, "公文確有此日", on_sqlite.policy, later)
    on_sqlite.sync(DAY, at=noon(DAY) + timedelta(hours=2, minutes=10))
    assert _deadline(on_sqlite) == ("clear", "2026-03-15")
    on_sqlite.service(noon(DAY) + timedelta(hours=3)).feed.write_back()
    assert 'target_date: "2026-03-15"' in (on_sqlite.folder / FILE).read_text("utf-8")
    assert "**期限**：2027-06-30 → 2026-03-15" in (on_sqlite.folder / FILE).read_text("utf-8")
    on_sqlite.sync("2026-03-17")
    assert _deadline(on_sqlite) == ("clear", "2026-03-15")


def test_a_declined_verdict_leaves_its_doubtful_deadline_to_be_settled(newsroom: Newsroom) -> None:
    claimed = TEXT.replace('status: "追蹤中"', 'status: "已達成"') + verdict()
    newsroom.sync("2026-03-01", {FILE: claimed})
    newsroom.sync(DAY)
    assert "沒有待複核的" in newsroom.happens(asks("複核 期限", DAY, REVIEWER)).title
    declined = _press(newsroom, newsroom.happens(asks("複核 判定", DAY, REVIEWER)), "公文早於承諾")
    assert "期限待查證" in newsroom.happens(asks("複核 期限", DAY, REVIEWER)).title
    _press(newsroom, declined, "復原")
    assert "沒有待複核的" in newsroom.happens(asks("複核 期限", DAY, REVIEWER)).title


def test_a_reversal_to_the_right_deadline_after_the_file_was_written_is_the_first_date(newsroom: Newsroom) -> None:
    card = _passed(newsroom)
    _move(newsroom, card, "2027-06-30")
    newsroom.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    newsroom.sync("2026-03-17")
    assert _deadline(newsroom) == ("clear", "2027-06-30")
    with newsroom.database.write() as tx:
        later = noon("2026-03-17") + timedelta(hours=2)
        review.reverse(tx, card.proposal or 0, "deadline-right", REVIEWER, "原日期才對", newsroom.policy, later)
    assert _deadline(newsroom) == ("clear", "2026-03-15")
    newsroom.service(noon("2026-03-18")).feed.write_back()
    assert 'target_date: "2026-03-15"' in (newsroom.folder / FILE).read_text("utf-8")


def test_a_date_before_the_reply_is_no_deadline(on_sqlite: Newsroom) -> None:
    card = _passed(on_sqlite)
    with pytest.raises(RefusedError, match="2023-01-01 早於答復（2023-03-08）"):
        _move(on_sqlite, card, "2023-01-01")
    assert _deadline(on_sqlite) == ("doubtful", "2026-03-15")


def test_a_deadline_before_its_reply_is_asked_about_as_none_first(on_sqlite: Newsroom) -> None:
    def first(card: Message) -> str:
        return card.buttons[0][0].label

    assert first(_passed(on_sqlite, record_text(promise="將增設路燈。", reply=""))) == "✅ 期限正確"
    assert first(_passed(on_sqlite, record_text(target="2023-01-15"))) == "🚫 不是期限"


def test_a_date_that_its_letter_does_not_hold_is_not_first_asked_about_as_right(on_sqlite: Newsroom) -> None:
    said = "俟臺中市政府提送報告後，將增設路燈20盞。"
    reply = f"**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n{said}"
    card = _passed(on_sqlite, record_text(target="2026-03-15", promise=said, reply=reply))
    assert "公文查無這個期限" in plain(card)
    assert "承諾有條件：「俟臺中市政府提送報告後」" in plain(card)
    assert card.buttons[0][0].label == "🚫 不是期限"


@pytest.mark.parametrize("words", ["取消", "算了"])
def test_who_thinks_better_of_it_decides_nothing(on_sqlite: Newsroom, words: str) -> None:
    card = _passed(on_sqlite)
    assert "沒有決定" in _move(on_sqlite, card, words).title
    assert _deadline(on_sqlite) == ("doubtful", "2026-03-15")


def test_undoing_a_date_that_had_passed_takes_back_only_what_nobody_was_told(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部", "2026-03-14")).buttons[0][0].action, "2026-03-14"))
    moved = _move(newsroom, _passed(newsroom), "2026-03-10")
    assert "期限改為 2026-03-10" in moved.title
    with newsroom.database.read() as tx:
        (fact,) = [one for one in facts.of_record(tx, "11111111") if one.after == "2026-03-10"]
        (decided,) = decisions.of_commitment(tx, fact.commitment)
    newsroom.happens(taps(f"undo:{decided.id}:{decided.version}", DAY, REVIEWER))
    with newsroom.database.read() as tx:
        assert not [one for one in facts.of_record(tx, "11111111") if one.after == "2026-03-10"]
    again = _move(newsroom, newsroom.happens(asks("複核 期限", DAY, REVIEWER)), "2026-03-10")
    assert "2026-03-10" in again.title
    told = [plain(one) for one in newsroom.due(noon("2026-03-17"))[str(HOME)]]
    assert sum("期限 2026-03-10" in one and "未見完成紀錄" in one for one in told) == 1


def _write_reason(newsroom: Newsroom, card: Message, words: str) -> Message:
    prompt = _press(newsroom, card, "附理由決定").prompt
    assert prompt
    return newsroom.happens(asks(words, DAY, REVIEWER, answers=prompt.action))


def test_a_deadline_is_settled_with_a_reason_in_the_reviewers_words(newsroom: Newsroom) -> None:
    card = _passed(newsroom)
    asked = _press(newsroom, card, "附理由決定").prompt
    assert asked
    assert [choice.label for choice in asked.choices] == ["✅ 期限正確", "🚫 不是期限"]
    told = _write_reason(newsroom, card, "不是期限：那是會勘的日子")
    assert told.title == "🚫 不是期限：那是會勘的日子｜複核人甲"
    assert _deadline(newsroom) == ("none", None)


@pytest.mark.parametrize("words", ["那是會勘的日子", "不採認：公文較早"])
def test_a_reason_that_names_no_decision_of_the_card_decides_nothing_until_one_is_pressed(
    on_sqlite: Newsroom, words: str
) -> None:
    asked = _write_reason(on_sqlite, _passed(on_sqlite), words)
    assert _deadline(on_sqlite) == ("doubtful", "2026-03-15")
    assert _press(on_sqlite, asked, "不是期限").title == f"🚫 不是期限：{words}｜複核人甲"
    assert _deadline(on_sqlite) == ("none", None)


def test_a_decision_that_is_named_alone_has_no_reason(on_sqlite: Newsroom) -> None:
    assert _write_reason(on_sqlite, _passed(on_sqlite), "期限正確").title == "✅ 期限正確｜複核人甲"


def test_a_new_date_may_be_given_with_its_reason(newsroom: Newsroom) -> None:
    told = _move(newsroom, _passed(newsroom), "116年6月底，公文第三段")
    assert told.title == "📅 期限改為 2027-06-30：公文第三段｜複核人甲"


def test_a_card_says_what_a_right_deadline_brings(on_sqlite: Newsroom) -> None:
    assert "「期限正確」以 2026-03-15 為準：列入期限明確、已過 1 天。" in plain(_passed(on_sqlite))


def test_a_card_of_a_date_before_the_reply_says_which_button_is_for_what_was_done_already(on_sqlite: Newsroom) -> None:
    card = plain(_passed(on_sqlite, TEXT.replace("2026-03-15", "2023-01-01")))
    assert "2023-01-01 早於答復：承諾講的若是已經發生的事，請按「不是期限」。" in card


def test_a_date_that_the_source_gives_after_a_decision_is_asked_of_at_once(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    _move(newsroom, _passed(newsroom), "2027-06-30")
    newsroom.due(noon("2026-03-17"))
    newsroom.sync("2026-03-18", {FILE: TEXT.replace("2026-03-15", "2026-09-30")})
    assert _deadline(newsroom) == ("doubtful", "2026-09-30")
    newsroom.sync("2026-03-19")
    card = plain(newsroom.happens(asks("複核 期限", "2026-03-19", REVIEWER)))
    assert "期限待查證　2026-09-30（AI 擷取，存疑）" in card
    assert "2026-03-16　📅 期限改為 2027-06-30｜複核人甲" in card
    assert "來源之後又改了期限；重新決定之前，列的是來源的日期，存疑。" in card
    told = "\n".join(plain(message) for message in newsroom.due(noon("2026-03-20"))[str(HOME)])
    assert "2026-03-15 → 2026-09-30" in told


def test_the_letters_sentence_about_the_doubtful_date_is_shown_from_where_it_names_it(on_sqlite: Newsroom) -> None:
    long = "本部為改善道路照明、提升夜間行車安全並兼顧節能減碳之政策目標，經邀集各縣市政府及學者專家召開多次研商會議並彙整各界意見後，復經行政院核定及立法院審議通過年度預算，"
    others = "".join(f"本部於11{n}年1月辦理第{n}次說明會。" for n in range(5))
    reply = f"公文說：{others}{long}業依會議結論，1.112年2月15日前增設路燈20盞，另行公告。"
    card = plain(_passed(on_sqlite, record_text(promise="將增設路燈。", reply=reply, target="2023-02-15")))
    assert "・「…業依會議結論，1.112年2月15日前增設路燈20盞，另行公告。」" in card


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("116 年 6 月底，公文第三段", "📅 期限改為 2027-06-30：公文第三段｜複核人甲"),
        ("116年6月底（公文第三段）", "📅 期限改為 2027-06-30：公文第三段｜複核人甲"),
        ("2027年底 公文寫的", "📅 期限改為 2027-12-31：公文寫的｜複核人甲"),
        ("民國116年6月底；公文", "📅 期限改為 2027-06-30：公文｜複核人甲"),
    ],
)
def test_a_day_written_with_blanks_and_a_reason_is_read_whole(on_sqlite: Newsroom, words: str, told: str) -> None:
    assert _move(on_sqlite, _passed(on_sqlite), words).title == told


@pytest.mark.parametrize("words", ["2027 6 30", "2027 公文寫的", "116年 公文"])
def test_a_year_alone_with_something_behind_it_is_no_day(on_sqlite: Newsroom, words: str) -> None:
    card = _passed(on_sqlite)
    with pytest.raises(RefusedError, match="讀不出日期"):
        _move(on_sqlite, card, words)


def test_an_english_card_says_in_english_what_a_right_deadline_brings(on_sqlite: Newsroom) -> None:
    _passed(on_sqlite)
    on_sqlite.happens(asks("/lang en", DAY, REVIEWER))
    with speaking(Voice(language="en")):
        card = plain(on_sqlite.happens(asks("review deadlines", DAY, REVIEWER)))
    assert "“Deadline is right” takes" in card
    assert "期限正確" not in card


def test_what_is_sent_in_about_a_clear_deadline_can_correct_it(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=False)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-16", at=noon("2026-03-16"))
    assert any("期限已過" in one.title for one in newsroom.due(noon("2026-03-16"))[str(HOME)])
    newsroom.happens(asks("機關說明 11111111 核定本寫的是116年底", "2026-03-17", CITIZEN))
    card = newsroom.happens(asks("複核 更正", "2026-03-17", REVIEWER))
    with pytest.raises(RefusedError, match="只有複核人"):
        newsroom.happens(taps(action_of(card, "是期限有誤"), "2026-03-17", person=CITIZEN))
    about = newsroom.happens(taps(action_of(card, "是期限有誤"), "2026-03-17", person=REVIEWER))
    assert about.title == "期限待查證　2026-03-15（有人送來更正）"
    assert "｜核定本寫的是116年底" in plain(about)
    newsroom.sync("2026-03-18", at=noon("2026-03-18"))  # it goes on waiting
    asked = newsroom.happens(taps(action_of(about, "改日期"), "2026-03-18", person=REVIEWER))
    assert asked.prompt
    newsroom.happens(asks("116年底 依核定本", "2026-03-18", REVIEWER, answers=asked.prompt.action))
    told = newsroom.due(noon("2026-03-18") + timedelta(minutes=31))[str(HOME)]
    assert any("你送來的機關說明有結果了" in one.title for one in told)
    corrected = "\n".join(map(plain, told))
    assert "更正" in corrected
    assert "期限 2027-12-31（人工複核改正" in corrected
    assert "共 0 件" in plain(newsroom.happens(asks("法務部 逾期", "2026-03-19")))
    assert "沒有待複核的" in newsroom.happens(asks("複核", "2026-03-19", REVIEWER)).title


def test_a_corrected_deadline_that_is_undone_waits_with_what_was_sent_in(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    newsroom.happens(asks("更正 11111111 期限有誤", "2026-03-02", CITIZEN))
    card = newsroom.happens(asks("複核 更正", "2026-03-02", REVIEWER))
    about = newsroom.happens(taps(action_of(card, "是期限有誤"), "2026-03-02", person=REVIEWER))
    decided = newsroom.happens(taps(action_of(about, "不是期限"), "2026-03-02", person=REVIEWER))
    newsroom.happens(taps(action_of(decided, "復原"), "2026-03-02", person=REVIEWER))
    again = newsroom.happens(asks("複核", "2026-03-03", REVIEWER))
    assert again.title.startswith("期限待查證　2027-12-31")
    assert "｜期限有誤" in plain(again)
    assert not newsroom.due(noon("2026-03-03")).get(str(HOME))


def test_a_deadline_on_a_leap_day_passes_the_day_after_it(newsroom: Newsroom) -> None:
    leap = record_text(target="2028-02-29", promise="本部將於117年2月29日前增設路燈20盞。")
    passed = [
        newsroom.sync(day, {FILE: leap}, at=noon(day)).news.get("overdue", 0)
        for day in ("2028-02-28", "2028-02-29", "2028-03-01", "2028-03-02")
    ]
    assert passed == [0, 0, 1, 0]


def _object(newsroom: Newsroom, words: str, day: str) -> Message:
    """Somebody sends something in, and a reviewer finds that it is about the deadline; that one's card."""
    newsroom.happens(asks(f"更正 11111111 {words}", day, CITIZEN))
    card = newsroom.happens(asks("複核 更正", day, REVIEWER))
    return newsroom.happens(taps(action_of(card, "是期限有誤"), day, person=REVIEWER))


def _move_on(newsroom: Newsroom, card: Message, to: str, day: str) -> None:
    asked = newsroom.happens(taps(action_of(card, "改日期"), day, person=REVIEWER))
    assert asked.prompt
    newsroom.happens(asks(to, day, REVIEWER, answers=asked.prompt.action))


def test_a_deadline_that_is_corrected_again_corrects_who_was_told_the_first_time(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=False)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    saved = newsroom.watch("法務部 即時", "2026-03-01")
    _move_on(newsroom, _object(newsroom, "應為 2026-12-31", "2026-03-02"), "2026-12-31", "2026-03-02")
    assert newsroom.due(noon("2026-03-02") + timedelta(minutes=31))[str(HOME)]
    newsroom.happens(taps(action_of(saved, "取消訂閱"), "2026-03-03"))
    _move_on(newsroom, _object(newsroom, "應為 2027-12-31", "2026-03-04"), "2027-12-31", "2026-03-04")
    told = newsroom.due(noon("2026-03-04") + timedelta(minutes=31))[str(HOME)]
    assert any(one.title.startswith("更正通知") and "2027-12-31" in plain(one) for one in told)
    listed = plain(newsroom.happens(asks("更正紀錄", "2026-03-05")))
    assert "期限改為 2027-12-31" in listed
    card = plain(newsroom.happens(asks("11111111", "2026-03-05")))
    assert "期限　2027-12-31" in card


def test_the_date_that_a_card_shows_is_what_is_right_about_it(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=False)
    newsroom.sync("2026-03-01", {FILE: record_text()})
    _move_on(newsroom, _object(newsroom, "應為 2026-12-31", "2026-03-02"), "2026-12-31", "2026-03-02")
    card = _object(newsroom, "不對，應為 2027-12-31", "2026-03-05")
    assert "來源之後又改了期限" not in plain(card)
    newsroom.happens(taps(action_of(card, "期限正確"), "2026-03-05", person=REVIEWER))
    shown = plain(newsroom.happens(asks("11111111", "2026-03-06")))
    assert "期限　2026-12-31" in shown
    assert "所據" not in shown.split("期限改為 2026-12-31")[0]


def test_what_turns_an_objection_down_does_not_rest_on_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    card = _object(newsroom, "https://example.org/wrong 應為 2027-12-31", "2026-03-02")
    newsroom.happens(taps(action_of(card, "期限正確"), "2026-03-02", person=REVIEWER))
    assert "example.org/wrong" not in plain(newsroom.happens(asks("11111111", "2026-03-02")))


def test_what_is_not_about_the_deadline_goes_back_to_be_a_correction_and_the_log_says_both(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    card = _object(newsroom, "已經設好了", "2026-03-02")
    back = newsroom.happens(taps(action_of(card, "不是期限的事"), "2026-03-02", person=REVIEWER))
    assert back.title.startswith("待複核　有人送來更正")
    assert "｜已經設好了" in plain(back)
    assert "沒有待複核的" in newsroom.happens(asks("複核 期限", "2026-03-02", REVIEWER)).title
    log = plain(newsroom.happens(asks("複核紀錄 11111111", "2026-03-02")))
    assert "改問期限" in log
    assert "改回更正" in log


def test_a_deadline_that_the_source_takes_away_while_somebody_objects_is_not_right(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    _object(newsroom, "期限有誤", "2026-03-02")
    newsroom.sync("2026-03-03", {FILE: record_text(target=None)})
    card = newsroom.happens(asks("複核 期限", "2026-03-03", REVIEWER))
    assert card.title == "期限待查證　來源已刪去期限（有人送來更正）"
    assert "期限正確" not in [button.label for row in card.buttons for button in row]
    with newsroom.database.write() as tx, pytest.raises(RefusedError, match="來源已刪去期限"):
        review.settle(tx, card.proposal or 0, "deadline-right", REVIEWER, "", newsroom.policy, noon("2026-03-03"))


def test_a_deadline_is_not_decided_in_place_of_a_decision_that_can_still_be_undone(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    _move_on(newsroom, _object(newsroom, "應為 2026-12-31", "2026-03-02"), "2026-12-31", "2026-03-02")
    card = _object(newsroom, "應為 2027-12-31", "2026-03-02")
    with pytest.raises(RefusedError, match="前一個決定還在復原期限內"):
        _move_on(newsroom, card, "2027-12-31", "2026-03-02")
    _move_on(newsroom, card, "2027-12-31", "2026-03-03")
    assert "期限　2027-12-31" in plain(newsroom.happens(asks("11111111", "2026-03-03")))


def test_an_objection_to_a_deadline_that_the_source_took_away_is_refused(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.happens(asks("更正 11111111 期限有誤", "2026-03-02", CITIZEN))
    card = newsroom.happens(asks("複核 更正", "2026-03-02", REVIEWER))
    verb, proposal, version = action_of(card, "是期限有誤").split(":")
    newsroom.sync("2026-03-03", {FILE: record_text(target=None)})
    shown = newsroom.happens(asks("複核 更正", "2026-03-03", REVIEWER))
    assert "是期限有誤" not in [button.label for row in shown.buttons for button in row]
    for number in range(int(version), int(version) + 3):  # the last ones invented: one of them is the card's now
        with pytest.raises(RefusedError):
            newsroom.happens(taps(f"{verb}:{proposal}:{number}", "2026-03-03", person=REVIEWER))


def test_a_deadline_settled_for_another_date_than_the_sources_new_one_is_no_word_on_that(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2025-12-31")})
    card = newsroom.happens(asks("複核 期限", "2026-03-02", REVIEWER))
    newsroom.happens(taps(action_of(card, "不是期限"), "2026-03-02", REVIEWER))
    assert "人工複核：不是期限" in plain(newsroom.happens(asks("11111111", "2026-03-03")))
    newsroom.sync("2026-03-04", {FILE: record_text()})
    told = plain(newsroom.happens(asks("11111111", "2026-03-04")))
    assert "人工複核" not in told
    assert "期限　2026-03-15" in told
