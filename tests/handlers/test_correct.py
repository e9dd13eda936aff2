"""What was told and is wrong is corrected, to everybody who was told it and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import correct, review, undo
from handlers.message import RefusedError, plain
from store import outbox_state
from store.engine import Transaction
from store.proposals import Proposal
from tests.handlers.conftest import Newsroom
from tests.handlers.nights import FILE, LATE, MANY_ALIKE, STAYS, some
from tests.sample import (
    HOME,
    NEWSROOM,
    REVIEW_ROOM,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    noon,
    progress,
    record_text,
    taps,
    verdict,
)


def _reverse(tx: Transaction, newsroom: Newsroom, proposal: int) -> Proposal:
    at, why = noon("2026-03-04"), "後來查到完工公告"
    return review.reverse(tx, proposal, "accept", REVIEWER, why, newsroom.policy, at).proposal


def test_more_than_five_corrections_at_once_become_few_messages(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-06", some(20, target="2026-03-15"))
    newsroom.watch("法務部")
    newsroom.sync("2026-03-16")
    assert newsroom.due(noon("2026-03-16"))[str(HOME)]
    newsroom.sync("2026-03-18", dict(list(some(20, target="2026-06-30").items())[:5]))
    told = newsroom.due(noon("2026-03-18"))[str(HOME)]
    assert [one.title.partition("：")[0] for one in told] == ["更正通知"] * 5
    newsroom.sync("2026-03-19", some(20, target="2026-06-30"))
    told = newsroom.due(noon("2026-03-19"))[str(HOME)]
    assert [one.title for one in told] == ["更正通知（4 則）"] * 3 + ["更正通知（3 則）"]
    assert "▍第10件\n法務部\n答復" in plain(told[0])
    assert "來源現在的期限是 2026-06-30，不是 2026-03-15。" in plain(told[0])
    labels = [button.label for one in told for row in one.buttons for button in row]
    assert sorted(labels) == sorted(f"📄 第{n}件" for n in range(6, 21))
    assert all(len(plain(one)) < 4096 for one in told)
    assert newsroom.due(noon("2026-03-20")) == {}


def test_a_correction_reaches_exactly_those_who_were_told(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.watch("法務部", chat=NEWSROOM)
    judged = record_text(target=LATE, status="已達成", entries=verdict())
    newsroom.sync("2026-03-02", {FILE: judged})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    proposal = card.proposal or 0
    assert len(newsroom.due(noon("2026-03-03"))) >= 2
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    newsroom.happens(asks("訂閱 路燈", "2026-03-03", person=STRANGER))
    with newsroom.database.write() as tx:
        _reverse(tx, newsroom, proposal)
    came = newsroom.due(noon("2026-03-04") + timedelta(minutes=31))
    for chat in (str(HOME), str(NEWSROOM)):
        (correction,) = [message for message in came[chat] if message.proposal is None]
        assert correction.title == "更正通知：增設路燈"
        assert "答復　2023-03-08　院臺專字第1129900001號" in plain(correction)
        assert "先前公布的人工複核：不採認（公文早於承諾；" in plain(correction)
        assert "改判：採認達成（後來查到完工公告；" in plain(correction)
    assert newsroom.due(noon("2026-03-06")) == {}, "the correction said it"


def test_a_reversal_that_is_undone_corrects_nothing(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    newsroom.due(noon("2026-03-03"))
    with newsroom.database.write() as tx:
        again = _reverse(tx, newsroom, card.proposal or 0)
        undo.take_back(tx, again.id, again.version, REVIEWER, newsroom.policy, noon("2026-03-04"))
    assert str(HOME) not in newsroom.due(noon("2026-03-06"))
    assert "AI 判定不採認·尚無結論" in plain(newsroom.happens(asks("11111111")))


def test_a_second_reversal_corrects_those_who_were_corrected(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), person=REVIEWER, chat=REVIEW_ROOM))
    newsroom.due(noon("2026-03-03"))
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    with newsroom.database.write() as tx:
        second = _reverse(tx, newsroom, card.proposal or 0)
    assert len(newsroom.due(noon("2026-03-05"))[str(HOME)]) == 1
    with newsroom.database.write() as tx:
        review.reverse(tx, second.id, "partly", REVIEWER, "只完成一半", newsroom.policy, noon("2026-03-06"))
    (again,) = newsroom.due(noon("2026-03-07"))[str(HOME)]
    assert "先前公布的人工複核：採認達成（" in plain(again)
    assert "改判：部分達成（只完成一半；" in plain(again)


def test_a_decision_reversed_before_it_was_told_is_told_once_and_as_it_stands(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 每週")
    newsroom.sync("2026-03-03", {FILE: record_text(target=LATE, status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", person=REVIEWER))
    newsroom.happens(taps(action_of(card, "公文早於承諾"), "2026-03-03", person=REVIEWER, chat=REVIEW_ROOM))
    with newsroom.database.write() as tx:
        again = _reverse(tx, newsroom, card.proposal or 0)
        undo.take_back(tx, again.id, again.version, REVIEWER, newsroom.policy, noon("2026-03-04"))
    (weekly,) = newsroom.due(noon("2026-03-09"))[str(HOME)]
    assert "不採認（公文早於承諾；" in plain(weekly), "the reversal was taken back: the first decision is told"


def test_a_correction_needs_a_fact_that_was_kept(on_sqlite: Newsroom) -> None:
    with on_sqlite.database.write() as tx, pytest.raises(RefusedError, match="沒有編號 7 的消息"):
        correct.correct(tx, 7, "x", lambda: "說明", on_sqlite.policy, noon("2026-03-02"))


def test_news_that_was_given_up_and_then_corrected_is_not_sent_when_it_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    at = noon("2026-03-02")
    ((_, (sending,)),) = newsroom.service(at).post.claim(("telegram",))
    newsroom.service(at).post.refused(sending.effects, "too long")
    with newsroom.database.write() as tx:
        correct.by_hand(tx, sending.effects[0].fact or 0, "日期寫錯了", REVIEWER, newsroom.policy, at)
        assert outbox_state.take_up(tx, [effect.id for effect in sending.effects], at) == 0
    told = newsroom.due(at)
    assert str(HOME) not in told
    [[admin]] = told.values()
    assert (admin.title, "too long" in plain(admin)) == ("平台拒收 1 筆消息", True)


def test_a_correction_does_not_overtake_an_alert_that_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=LATE)})
    newsroom.watch("法務部 即時")
    newsroom.sync("2026-03-02", {FILE: record_text(target=LATE, entries=progress())})
    at = noon("2026-03-02")
    ((_, (sending,)),) = newsroom.service(at).post.claim(("telegram",))
    with newsroom.database.write() as tx:
        correct.by_hand(tx, 1, "那份公文談的是別的事。", REVIEWER, newsroom.policy, at)
    newsroom.service(at).post.failed(sending.effects, "Timed out", retry_after=60)
    assert newsroom.due(at + timedelta(seconds=59)) == {}
    came = newsroom.due(at + timedelta(seconds=61))[str(HOME)]
    assert [message.title for message in came] == ["🔔 AI 提出新佐證（未複核）", "更正通知：增設路燈"]


def test_a_date_that_passed_and_was_none_is_corrected_to_all_who_were_told(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.watch("法務部", chat=NEWSROOM)
    on_sqlite.sync("2026-03-17")
    assert set(on_sqlite.due(noon("2026-03-17"))) == {str(HOME), str(NEWSROOM)}
    on_sqlite.happens(asks("取消訂閱 法務部", "2026-03-17", chat=NEWSROOM))
    on_sqlite.sync("2026-03-18", {FILE: record_text(target="2027-12-31")})
    told = on_sqlite.due(noon("2026-03-19"))
    assert {chat: [message.title for message in messages] for chat, messages in told.items()} == {
        chat: ["更正通知：增設路燈"] for chat in (str(HOME), str(NEWSROOM))
    }
    assert "來源現在的期限是 2027-12-31，不是 2026-03-15。" in plain(told[str(HOME)][0])


@pytest.mark.parametrize("target", [None, "YYYY-05-31"])
def test_a_date_that_passed_and_that_nobody_can_read_any_more_is_not_said_to_be_none(
    on_sqlite: Newsroom, target: str | None
) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-17")
    assert on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-03-18", {FILE: record_text(target=target)})
    told = plain(on_sqlite.due(noon("2026-03-18"))[str(HOME)][0])
    assert "來源現在沒有可讀的期限，不再是 2026-03-15。" in told
    week = plain(on_sqlite.happens(asks("本週變化", "2026-03-18")))
    assert "2026-03-15 → 無可讀日期" in week


@pytest.mark.parametrize("undone", [False, True])
def test_a_promise_that_is_none_corrects_the_alert_unless_the_decision_is_undone(
    on_sqlite: Newsroom, undone: bool
) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-17")
    on_sqlite.due(noon("2026-03-17"))
    on_sqlite.sync("2026-03-18", {FILE: record_text(status="已達成", entries=verdict())})
    card = on_sqlite.happens(asks("複核", "2026-03-18", person=REVIEWER))
    decided = on_sqlite.happens(taps(action_of(card, "不是承諾"), "2026-03-18", person=REVIEWER))
    if undone:
        on_sqlite.happens(taps(action_of(decided, "復原"), "2026-03-18", person=REVIEWER))
    told = [plain(message) for message in on_sqlite.due(noon("2026-03-19")).get(str(HOME), [])]
    corrections = [text for text in told if text.startswith("更正通知")]
    assert len(corrections) == (0 if undone else 1)
    assert all("人工複核：不是承諾（" in text for text in corrections)


def test_a_date_that_moved_while_its_record_was_gone_corrects_the_alert(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-06", {FILE: record_text(), **STAYS})
    newsroom.watch("法務部", "2026-03-06")
    newsroom.sync("2026-03-16")
    assert [one.title for one in newsroom.due(noon("2026-03-16"))[str(HOME)]] == ["🔔 期限已過·未見完成紀錄"]
    newsroom.sync("2026-03-17", {FILE: ""})
    newsroom.due(noon("2026-03-18"))
    newsroom.sync("2026-03-20", {FILE: record_text(target="2026-06-30")})
    assert "更正通知：增設路燈" in [one.title for one in newsroom.due(noon("2026-03-20"))[str(HOME)]]


def test_a_correction_of_one_of_several_near_duplicates_says_that_the_news_may_bear_anothers_title(
    newsroom: Newsroom,
) -> None:
    newsroom.sync("2026-03-06", MANY_ALIKE)
    newsroom.watch("法務部", "2026-03-06")
    newsroom.sync("2026-03-16")
    newsroom.due(noon("2026-03-16"))
    path, text = list(MANY_ALIKE.items())[-1]
    newsroom.sync("2026-03-17", {path: text.replace("2026-03-15", "2026-12-31")})
    told = [plain(message) for message in newsroom.due(noon("2026-03-17"))[str(HOME)]]
    (correction,) = [one for one in told if one.startswith("更正通知")]
    assert "同段承諾是併成一則通知的，原消息的標題可能是同段的另一筆。" in correction
