"""While a decision can be undone the public hears nothing of it, and nobody loses what an undo would leave as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from handlers import review, undo
from handlers.message import Message, plain
from records.question.meanings import QuestionError
from records.status import DEADLINE_RIGHT, NO_DEADLINE
from store import proposals
from store.schema import watches
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    NEWSROOM,
    OWN_LETTER,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    clock_at,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)

FILE = "其他/路燈.md"
DATED = "本部將於115年3月10日前增設路燈20盞。"
UNDATED_REPLY = "**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n本部將增設路燈20盞。"


def _settle(newsroom: Newsroom, proposal: int, outcome: str, at: datetime) -> review.Decided:
    with newsroom.database.write() as tx:
        return review.settle(tx, proposal, outcome, REVIEWER, "", newsroom.policy, at)


def _undo(newsroom: Newsroom, decided: review.Decided, at: datetime) -> None:
    with newsroom.database.write() as tx:
        undo.take_back(tx, decided.proposal.id, decided.proposal.version, REVIEWER, newsroom.policy, at)


def _reverse(newsroom: Newsroom, proposal: int, outcome: str, at: datetime) -> int:
    with newsroom.database.write() as tx:
        return review.reverse(tx, proposal, outcome, REVIEWER, "查過了", newsroom.policy, at).proposal.id


def _titles(messages: dict[str, list[Message]], chat: object = HOME) -> list[str]:
    return [message.title for message in messages.get(str(chat), [])]


def _claimed(text: str) -> str:
    return text.replace("追蹤中", "已達成") + verdict(NEWER_LETTER)


def test_a_decision_that_leaves_a_promise_past_its_date_is_told_as_that_after_its_window(newsroom: Newsroom) -> None:
    kept = record_text(target="2026-03-10", status="已達成", entries=verdict(NEWER_LETTER), promise=DATED, reply="")
    newsroom.sync("2026-03-01", {FILE: kept})
    newsroom.watch("法務部 逾期", "2026-03-01")
    newsroom.watch("is:overdue 即時", "2026-03-01", NEWSROOM)
    newsroom.sync("2026-03-12", at=clock_at("2026-03-12", "00:05"))
    assert not _titles(newsroom.due(noon("2026-03-12")))
    slip = _settle(newsroom, 1, "partly", clock_at("2026-03-12", "13:00"))
    _undo(newsroom, slip, clock_at("2026-03-12", "13:10"))
    assert not _titles(newsroom.due(clock_at("2026-03-12", "13:40")))
    _settle(newsroom, 1, "partly", clock_at("2026-03-12", "14:00"))
    told = newsroom.due(clock_at("2026-03-12", "14:30"))
    for chat in (HOME, NEWSROOM):
        assert "🔔 期限已過·未見完成紀錄" in _titles(told, chat)


def test_a_decline_tells_of_no_date_that_passed(newsroom: Newsroom) -> None:
    kept = record_text(target="2026-03-10", status="已達成", entries=verdict(NEWER_LETTER), promise=DATED, reply="")
    newsroom.sync("2026-03-01", {FILE: kept})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-12", at=clock_at("2026-03-12", "00:05"))
    _settle(newsroom, 1, "decline", clock_at("2026-03-12", "14:00"))
    assert _titles(newsroom.due(clock_at("2026-03-12", "14:30"))) == ["🔔 人工複核結果"]


@pytest.mark.parametrize("reply", [UNDATED_REPLY, UNDATED_REPLY.replace("本部將", "本部將於115年3月1日前")])
def test_a_date_that_passed_only_while_a_decision_stood_never_passed(newsroom: Newsroom, reply: str) -> None:
    kept = record_text(target="2026-04-15", reply=reply, status="已達成", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-01", {FILE: kept})
    decided = _settle(newsroom, 1, "decline", clock_at("2026-03-03", "14:00"))
    newsroom.sync("", {FILE: kept.replace("2026-04-15", "2026-03-01")}, at=clock_at("2026-03-03", "14:08"))
    _undo(newsroom, decided, clock_at("2026-03-03", "14:18"))
    week = plain(newsroom.happens(asks("法務部 本週變化", "2026-03-04")))
    assert "期限已過 0" in week
    assert "期限改動 1" in week


def test_a_slip_that_is_undone_takes_no_overdue_notice_from_who_waits_for_it(newsroom: Newsroom) -> None:
    text = record_text(target="2026-03-17")
    newsroom.sync("2026-03-01", {FILE: text})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.watch("法務部 每週", "2026-03-01", NEWSROOM)
    newsroom.sync("2026-03-18", at=clock_at("2026-03-18", "00:05"))
    assert _titles(newsroom.due(clock_at("2026-03-18", "08:00"))) == ["🔔 期限已過·未見完成紀錄"]
    newsroom.sync("2026-03-18", {FILE: _claimed(text)}, at=clock_at("2026-03-18", "08:10"))
    slip = _settle(newsroom, 1, "not-a-promise", clock_at("2026-03-18", "09:00"))
    _undo(newsroom, slip, clock_at("2026-03-18", "09:05"))
    newsroom.sync("2026-03-23", at=clock_at("2026-03-23", "00:05"))
    (weekly,) = newsroom.due(clock_at("2026-03-23", "08:30"))[str(NEWSROOM)]
    assert "期限已過 1" in plain(weekly)


@pytest.mark.parametrize("unsubscribed", [True, False])
def test_a_correction_that_waits_gives_way_to_the_next_one_and_is_not_lost(
    newsroom: Newsroom, *, unsubscribed: bool
) -> None:
    text = record_text(target="2027-12-31")
    newsroom.sync("2026-03-01", {FILE: text})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-02", {FILE: _claimed(text)})
    _settle(newsroom, 1, "accept", clock_at("2026-03-02", "13:00"))
    assert "🔔 人工複核結果" in _titles(newsroom.due(clock_at("2026-03-02", "14:00")))
    if unsubscribed:
        newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    again = _reverse(newsroom, 1, "decline", clock_at("2026-03-03", "21:40"))
    newsroom.due(clock_at("2026-03-03", "22:11"))
    _reverse(newsroom, again, "partly", clock_at("2026-03-03", "22:30"))
    (correction,) = newsroom.due(clock_at("2026-03-04", "09:00"))[str(HOME)]
    assert "先前公布的人工複核：採認達成（複核人甲）\n改判：部分達成（" in plain(correction)
    assert newsroom.due(noon("2026-03-06")) == {}


def test_who_was_told_that_a_date_passed_hears_that_it_was_no_promise_by_a_reversal_too(on_sqlite: Newsroom) -> None:
    text = record_text(target="2026-03-15")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.watch("法務部", "2026-03-01")
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    on_sqlite.due(clock_at("2026-03-16", "08:00"))
    on_sqlite.happens(asks("取消訂閱 法務部", "2026-03-17"))
    on_sqlite.sync("2026-03-18", {FILE: _claimed(text)}, at=clock_at("2026-03-18", "03:26"))
    _settle(on_sqlite, 1, "decline", clock_at("2026-03-18", "09:00"))
    assert _titles(on_sqlite.due(clock_at("2026-03-18", "10:00"))) == []
    _reverse(on_sqlite, 1, "not-a-promise", clock_at("2026-03-19", "09:00"))
    (correction,) = on_sqlite.due(clock_at("2026-03-19", "10:00"))[str(HOME)]
    assert "的「期限已過」消息更正如下" in plain(correction)


def test_a_date_that_was_told_as_clear_once_it_was_settled_is_corrected_too(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-01", {FILE: record_text(target="2026-03-15", promise="本部將增設路燈20盞。", reply=UNDATED_REPLY)}
    )
    on_sqlite.watch("法務部", "2026-03-01")
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    _settle(on_sqlite, 1, DEADLINE_RIGHT, clock_at("2026-03-16", "07:00"))
    (digest,) = on_sqlite.due(clock_at("2026-03-16", "08:30"))[str(HOME)]
    assert "期限已過·未見完成紀錄｜增設路燈" in plain(digest)
    on_sqlite.happens(asks("取消訂閱 法務部", "2026-03-16"))
    _reverse(on_sqlite, 1, NO_DEADLINE, clock_at("2026-03-17", "09:00"))
    assert _titles(on_sqlite.due(clock_at("2026-03-17", "10:00"))) == ["更正通知：增設路燈"]


def test_a_digest_tells_of_no_decision_that_can_still_be_undone(newsroom: Newsroom) -> None:
    text = record_text(target="2027-12-31")
    newsroom.sync("2026-03-01", {FILE: text})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.sync("2026-03-02", {FILE: _claimed(text)}, at=clock_at("2026-03-02", "03:26"))
    _settle(newsroom, 1, "accept", clock_at("2026-03-02", "08:20"))
    (digest,) = newsroom.due(clock_at("2026-03-02", "08:30"))[str(HOME)]
    assert "AI 提出改列「達成」·待複核；目前尚無結論" in plain(digest)
    assert "已複核" not in plain(digest).replace("未複核", "")


def test_a_doubtful_date_is_told_as_doubtful_while_its_settling_can_be_undone(on_sqlite: Newsroom) -> None:
    on_sqlite.sync(
        "2026-03-01", {FILE: record_text(target="2026-03-15", promise="本部將增設路燈20盞。", reply=UNDATED_REPLY)}
    )
    on_sqlite.watch("法務部", "2026-03-01")
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    right = _settle(on_sqlite, 1, DEADLINE_RIGHT, clock_at("2026-03-16", "08:10"))
    (digest,) = on_sqlite.due(clock_at("2026-03-16", "08:30"))[str(HOME)]
    assert "期限存疑的日期已過，請先查證｜增設路燈" in plain(digest)
    _undo(on_sqlite, right, clock_at("2026-03-16", "08:35"))
    assert on_sqlite.due(noon("2026-03-18")) == {}


def test_an_announcement_that_fell_due_while_an_undone_decision_stood_is_told(on_sqlite: Newsroom) -> None:
    text = record_text(target="2026-03-17")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.sync("2026-03-02", {FILE: _claimed(text)})
    on_sqlite.watch("法務部 即時", "2026-03-01")
    slip = _settle(on_sqlite, 1, "accept", clock_at("2026-03-09", "23:50"))
    on_sqlite.sync("2026-03-10", at=clock_at("2026-03-10", "00:05"))
    _undo(on_sqlite, slip, clock_at("2026-03-10", "00:10"))
    assert any("7 天" in plain(message) for message in on_sqlite.due(clock_at("2026-03-10", "08:30"))[str(HOME)])


def test_what_was_undone_is_news_to_nobody_who_came_later(on_sqlite: Newsroom) -> None:
    text = record_text(target="2027-12-31")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.sync("2026-03-02", {FILE: _claimed(text)})
    _settle(on_sqlite, 1, "accept", clock_at("2026-03-02", "13:00"))
    on_sqlite.due(clock_at("2026-03-02", "14:00"))
    on_sqlite.watch("法務部 即時", "2026-03-01")
    with on_sqlite.database.write() as tx:
        again = review.reverse(tx, 1, "decline", REVIEWER, "查過了", on_sqlite.policy, clock_at("2026-03-11", "09:00"))
    _undo(on_sqlite, again, clock_at("2026-03-11", "09:05"))
    assert on_sqlite.due(clock_at("2026-03-12", "09:00")) == {}


def test_an_old_digests_page_leaves_out_what_was_corrected_since(on_sqlite: Newsroom) -> None:
    texts = {
        f"其他/{n}.md": record_text(
            id=f"{n:08x}", title=f"第{n}件", target="2026-03-15", letter=OWN_LETTER.replace("9900001", f"990010{n}")
        )
        for n in range(8)
    }
    on_sqlite.sync("2026-03-01", texts)
    on_sqlite.watch("法務部 每週", "2026-03-01")
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    (weekly,) = on_sqlite.due(clock_at("2026-03-23", "08:30"))[str(HOME)]
    turn = action_of(weekly, "還有")
    on_sqlite.sync("2026-03-24", {"其他/0.md": texts["其他/0.md"].replace("2026-03-15", "2026-09-30")})
    back = next(
        b.action for row in on_sqlite.happens(taps(turn, "2026-03-24")).buttons for b in row if "上一頁" in b.label
    )
    page = plain(on_sqlite.happens(taps(back, "2026-03-24")))
    assert "期限已過 7" in page
    assert "2026-09-30" not in page
    assert "後來有變或已更正的 1 則不再列出。" in page


def test_a_return_is_told_to_whom_the_removal_is_told_again(on_sqlite: Newsroom) -> None:
    text = record_text(target="2027-12-31")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.watch("法務部 即時", "2026-03-01")
    on_sqlite.sync("2026-03-02", {FILE: ""}, at=clock_at("2026-03-02", "21:00"))
    (removed,) = on_sqlite.due(clock_at("2026-03-02", "21:01"))[str(HOME)]
    later = action_of(removed, "稍後")
    on_sqlite.happens(taps(later.removesuffix("0") + "2", "2026-03-02"))
    on_sqlite.sync("2026-03-03", {FILE: text}, at=clock_at("2026-03-03", "03:26"))
    assert "🔔 來源放回了這筆" in _titles(on_sqlite.due(clock_at("2026-03-03", "09:00")))


def test_a_correction_says_of_which_data_it_is(on_sqlite: Newsroom) -> None:
    text = record_text(target="2026-03-15")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.watch("法務部 即時", "2026-03-01")
    on_sqlite.sync("2026-03-16")
    on_sqlite.due(noon("2026-03-16"))
    moved = text.replace("2026-03-15", "2026-09-30").replace('last_updated: "2026-02-20"', 'last_updated: "2026-03-20"')
    on_sqlite.sync("2026-03-20", {FILE: moved})
    told = [plain(message) for message in on_sqlite.due(noon("2026-03-21"))[str(HOME)]]
    assert all("資料版本 2026-03-20" in text for text in told if text.startswith("更正通知"))
    assert any(text.startswith("更正通知") for text in told)


def test_a_watch_whose_pause_ends_before_the_morning_is_told_in_the_morning(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.watch("增設路燈 每週", "2026-03-01")
    newsroom.happens(asks("暫停訂閱 法務部 到 2026-03-04", "2026-03-02"))
    changed = record_text(target="2028-12-31")
    newsroom.sync("2026-03-03", {FILE: changed}, at=clock_at("2026-03-03", "22:30"))
    assert len(newsroom.due(clock_at("2026-03-04", "08:00"))[str(HOME)]) == 1


def test_a_new_watch_is_not_promised_what_was_found_before_it(on_sqlite: Newsroom) -> None:
    text = record_text(target="2027-12-31")
    on_sqlite.sync("2026-03-01", {FILE: text})
    on_sqlite.sync("2026-03-02", {FILE: _claimed(text)}, at=clock_at("2026-03-02", "13:00"))
    offered = asks("訂閱 法務部", "2026-03-02")
    assert "新的訂閱只收儲存之後的消息" in plain(on_sqlite.happens(offered))
    on_sqlite.watch("法務部", "2026-03-01")
    on_sqlite.sync(
        "2026-03-02", {FILE: _claimed(text).replace("2027-12-31", "2028-12-31")}, at=clock_at("2026-03-02", "14:00")
    )
    seen = on_sqlite.happens(asks("訂閱 法務部", "2026-03-02"))
    assert "還沒到發送的時間。" in plain(seen)


def test_one_of_two_records_that_share_an_id_is_watched_by_itself(on_sqlite: Newsroom) -> None:
    one, other = (
        record_text(title=title, category=category) for title, category in (("夜間開放", "教育"), ("地方書房", "文化"))
    )
    on_sqlite.sync("2026-03-01", {"教育/甲.md": one, "文化/乙.md": other})
    card = on_sqlite.happens(taps("show:2:0"))
    offer = action_of(card, "訂閱這筆")
    offered = on_sqlite.happens(taps(offer))
    assert offered.title == f"訂閱：{card.title}"
    assert "目前相符 1 件" in plain(offered)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("暫停訂閱 全部", "已暫停：法務部"),
        ("pause all", "已暫停：法務部"),
        ("暫停訂閱 法務部 到 January 15", "已暫停：法務部"),
    ],
)
def test_pauses_are_understood(on_sqlite: Newsroom, words: str, told: str) -> None:
    on_sqlite.watch("法務部", "2026-03-01")
    assert told in plain(on_sqlite.happens(asks(words)))


def test_a_pause_until_today_is_none(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("法務部", "2026-03-01")
    with pytest.raises(QuestionError, match="明天以後"):
        on_sqlite.happens(asks("暫停訂閱 到 12月31日", "2026-12-31"))


def test_weekly_reminders_are_said_to_come_besides(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    offer = on_sqlite.happens(asks("訂閱 法務部"))
    choosing = on_sqlite.happens(taps(action_of(offer, "種類")))
    remind = action_of(choosing, "逾期每週提醒")
    assert "每週提醒另計" in plain(on_sqlite.happens(taps(remind)))


def test_a_date_that_passes_by_a_reversal_alone_is_told_when_that_can_not_be_undone_any_more(
    newsroom: Newsroom,
) -> None:
    text = record_text(target="2026-03-15")
    newsroom.sync("2026-03-01", {FILE: text})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.sync("2026-03-02", {FILE: _claimed(text)})
    _settle(newsroom, 1, "accept", clock_at("2026-03-02", "13:00"))
    newsroom.due(clock_at("2026-03-03", "09:00"))
    newsroom.sync("2026-03-15", at=clock_at("2026-03-15", "00:05"))
    reversed_ = _reverse(newsroom, 1, "partly", clock_at("2026-03-16", "10:00"))
    newsroom.sync("2026-03-16", at=clock_at("2026-03-16", "10:05"))
    assert _titles(newsroom.due(clock_at("2026-03-16", "10:05"))) == []
    with newsroom.database.write() as tx:
        decided = proposals.find(tx, reversed_)
        assert decided
        undo.take_back(tx, decided.id, decided.version, REVIEWER, newsroom.policy, clock_at("2026-03-16", "10:20"))
    assert _titles(newsroom.due(clock_at("2026-03-17", "11:00"))) == []


def test_a_day_that_was_just_set_is_announced_when_that_can_not_be_undone_any_more(newsroom: Newsroom) -> None:
    newsroom.sync(
        "2026-03-01", {FILE: record_text(target="2026-03-04", promise="將增設路燈20盞。", reply=UNDATED_REPLY)}
    )
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-05", at=clock_at("2026-03-05", "00:05"))
    newsroom.due(clock_at("2026-03-05", "09:00"))
    at = clock_at("2026-03-10", "23:50")
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "deadline-moved", REVIEWER, "", newsroom.policy, at, target=date(2026, 3, 18))
    newsroom.sync("2026-03-11", at=clock_at("2026-03-11", "00:05"))
    assert _titles(newsroom.due(clock_at("2026-03-11", "00:05"))) == []
    told = newsroom.due(clock_at("2026-03-11", "09:00"))[str(HOME)]
    assert [one.title for one in told] == ["🔔 人工複核結果", "🔔 即將到期"]
    assert "期限 2026-03-18" in plain(told[1])


def test_what_the_source_changed_while_a_decision_can_be_undone_is_told_as_it_is(newsroom: Newsroom) -> None:
    text = record_text(target="2026-12-31")
    newsroom.sync("2026-03-01", {FILE: text})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-02", {FILE: _claimed(text)}, at=clock_at("2026-03-02", "08:00"))
    newsroom.due(clock_at("2026-03-02", "09:00"))
    _settle(newsroom, 1, "partly", clock_at("2026-03-02", "10:00"))
    newsroom.sync("2026-03-02", {FILE: _claimed(record_text(target="2027-06-30"))}, at=clock_at("2026-03-02", "10:10"))
    (moved,) = newsroom.due(clock_at("2026-03-02", "10:10"))[str(HOME)]
    assert "期限 2026-12-31 → 2027-06-30" in plain(moved)
    assert "期限 2026-12-31 ⚠️" not in plain(moved)
    assert "部分達成" not in plain(moved)


def test_a_weekly_reminder_tells_no_decision_that_can_be_undone(on_sqlite: Newsroom) -> None:
    undated = {"promise": "將增設路燈20盞。", "reply": UNDATED_REPLY}
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2026-03-04", **undated)})
    on_sqlite.watch("法務部", "2026-03-01")
    with on_sqlite.database.write() as tx:
        tx.execute(update(watches).values(remind=True))
    on_sqlite.sync("2026-03-05", at=clock_at("2026-03-05", "00:05"))
    on_sqlite.due(clock_at("2026-03-05", "09:00"))
    on_sqlite.sync("2026-03-16", at=clock_at("2026-03-16", "00:05"))
    _settle(on_sqlite, 1, "deadline-right", clock_at("2026-03-16", "08:20"))
    told = on_sqlite.due(clock_at("2026-03-16", "08:30")).get(str(HOME), [])
    assert not [one for one in told if "未見完成紀錄" in plain(one)]


@pytest.mark.parametrize(("decided", "changed"), [("12:31", "12:33"), ("23:40", "23:45")])
def test_a_watch_that_is_added_inside_the_window_brings_no_decision_early(
    newsroom: Newsroom, decided: str, changed: str
) -> None:
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {"a.md": record_text(target=None)})
    with newsroom.database.write() as tx:
        tx.execute(update(watches).values(urgent=True))
    newsroom.sync("2026-03-03", {"a.md": record_text(target=None, status="已達成", entries=verdict())})
    newsroom.due(clock_at("2026-03-03", "12:01"))
    _settle(newsroom, 1, "accept", clock_at("2026-03-03", decided))
    offer = newsroom.happens(replace(asks("訂閱 交通部"), at=clock_at("2026-03-03", changed)))
    newsroom.happens(replace(taps(offer.buttons[0][0].action), at=clock_at("2026-03-03", changed)))
    assert str(HOME) not in newsroom.due(clock_at("2026-03-03", changed) + timedelta(minutes=5))
    assert str(HOME) in newsroom.due(clock_at("2026-03-04", "00:30"))


def test_a_digest_that_is_made_up_beside_the_next_days_alerts_leaves_that_day_its_own(on_sqlite: Newsroom) -> None:
    def text(number: int, entries: str = "") -> str:
        return record_text(
            id=f"{number:08d}",
            agency="法務部" if number < 6 else "交通部",
            target=None,
            promise=f"第{number}案{number * 7919}號工程",
            entries=entries,
        )

    on_sqlite.sync("2026-03-06", {f"{number}.md": text(number) for number in range(8)})
    on_sqlite.watch("法務部 即時", "2026-03-06")
    on_sqlite.watch("交通部 每日", "2026-03-06")
    on_sqlite.sync("", {"6.md": text(6, progress())}, at=clock_at("2026-03-09", "03:26"))
    many = {f"{number}.md": text(number, progress()) for number in (*range(6), 7)}
    on_sqlite.sync("", many, at=clock_at("2026-03-10", "03:26"))  # the process was down on Monday
    assert _titles(on_sqlite.due(clock_at("2026-03-10", "08:00"))) == ["每日彙整 2026-03-09（補送）"]
    assert _titles(on_sqlite.due(clock_at("2026-03-10", "08:31"))) == ["每日彙整 2026-03-10"]


@pytest.mark.parametrize("slip", ["not-a-promise", "accept"])
@pytest.mark.parametrize("news", ["AI 提出新佐證（未複核）", "資料裡的期限改了", "來源移除了這筆"])
def test_what_comes_while_a_decision_can_be_undone_is_told_as_if_it_had_not_been_taken(
    newsroom: Newsroom, slip: str, news: str
) -> None:
    claimed = record_text(target="2026-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-02-27", {FILE: record_text(target="2026-12-31")})
    newsroom.sync("2026-02-28", {FILE: claimed})
    newsroom.watch("法務部 還沒做到 即時", "2026-02-28")
    newsroom.due(noon("2026-02-28"))
    decided = _settle(newsroom, 1, slip, clock_at("2026-03-02", "12:10"))
    text = {
        "AI 提出新佐證（未複核）": claimed + progress(NEWER_LETTER),
        "資料裡的期限改了": claimed.replace('target_date: "2026-12-31"', 'target_date: "2027-12-31"'),
        "來源移除了這筆": "",
    }[news]
    newsroom.sync("2026-03-02", {FILE: text}, at=clock_at("2026-03-02", "12:15"))
    _undo(newsroom, decided, clock_at("2026-03-02", "12:20"))
    assert _titles(newsroom.due(clock_at("2026-03-02", "12:50"))) == [f"🔔 {news}"]


@pytest.mark.parametrize("asked", ["部分達成", "已複核"])
def test_no_watch_hears_of_news_by_a_decision_that_can_be_undone(newsroom: Newsroom, asked: str) -> None:
    claimed = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-02-27", {FILE: record_text(target="2027-12-31")})
    newsroom.sync("2026-02-28", {FILE: claimed})
    newsroom.watch(f"法務部 {asked} 即時", "2026-02-28")
    _settle(newsroom, 1, "partly", clock_at("2026-03-02", "12:10"))
    newsroom.sync("2026-03-02", {FILE: claimed + progress(NEWER_LETTER)}, at=clock_at("2026-03-02", "12:15"))
    assert not _titles(newsroom.due(clock_at("2026-03-02", "12:16")))
    assert _titles(newsroom.due(clock_at("2026-03-02", "12:41"))) == ["🔔 人工複核結果"]


@pytest.mark.parametrize("outcome", [NO_DEADLINE, DEADLINE_RIGHT])
def test_a_date_that_the_source_took_away_beside_an_undone_decision_is_told(newsroom: Newsroom, outcome: str) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2026-02-15")})
    newsroom.watch("法務部 即時", "2026-03-01")
    slip = _settle(newsroom, 1, outcome, noon("2026-03-02"))
    newsroom.sync("2026-03-02", {FILE: record_text(target=None)}, at=noon("2026-03-02") + timedelta(minutes=5))
    _undo(newsroom, slip, noon("2026-03-02") + timedelta(minutes=10))
    told = [plain(message) for message in newsroom.due(noon("2026-03-04")).get(str(HOME), [])]
    assert sum("2026-02-15 → 無可讀日期" in text for text in told) == 1


def test_an_undone_correction_leaves_no_question_that_only_the_date_raised(newsroom: Newsroom) -> None:
    newsroom.sync("2026-02-01", {FILE: record_text(target="2026-02-15")})
    newsroom.sync("2026-02-20", {FILE: record_text(target="2026-02-15", status="已延宕")})
    newsroom.happens(asks("更正 11111111 https://example.org/letter 有新公文", "2026-03-02", STRANGER))
    with newsroom.database.read() as tx:
        correction = proposals.open_of(tx, 1, "correction")
    assert correction is not None
    decided = _settle(newsroom, correction.id, "partly", noon("2026-03-02") + timedelta(minutes=1))
    newer = record_text(target="2026-02-15", status="已延宕", entries=verdict(NEWER_LETTER))
    newsroom.sync("2026-03-02", {FILE: newer}, at=noon("2026-03-02") + timedelta(minutes=5))
    _undo(newsroom, decided, noon("2026-03-02") + timedelta(minutes=10))
    with newsroom.database.read() as tx:
        assert proposals.open_of(tx, 1, "verdict") is None


def test_what_the_source_took_back_beside_an_undone_reversal_is_asked_as_that(newsroom: Newsroom) -> None:
    far = "2027-12-31"
    newsroom.sync("2026-03-01", {FILE: record_text(target=far)})
    newsroom.sync("2026-03-02", {FILE: record_text(target=far, status="已達成", entries=verdict())})
    _settle(newsroom, 1, "partly", noon("2026-03-02"))
    again = _reverse(newsroom, 1, "decline", noon("2026-03-03"))
    both = record_text(target=far, entries=verdict() + verdict(NEWER_LETTER, day="2026-03-03"))
    newsroom.sync("2026-03-03", {FILE: both}, at=noon("2026-03-03") + timedelta(minutes=5))
    with newsroom.database.write() as tx:
        reversed_ = proposals.find(tx, again)
        assert reversed_ is not None
        at = noon("2026-03-03") + timedelta(minutes=10)
        undo.take_back(tx, again, reversed_.version, REVIEWER, newsroom.policy, at)
    with newsroom.database.read() as tx:
        waits = proposals.open_of(tx, 1, "verdict")
    assert waits is not None
    assert (waits.from_status, waits.proposed) == ("部分達成", "追蹤中")
