"""Who may settle a verdict, what a decision does, and the way back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.post import Sent
from handlers import card, review, undo, write_back
from handlers.message import Message, Person, RefusedError, plain
from store import cards, commitments, decisions, proposals, queue
from store.cards import Card
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    NEWSROOM,
    OLDER_LETTER,
    OTHER_REVIEWER,
    OWN_LETTER,
    REVIEW_ROOM,
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
DAY = "2026-03-02"
HOUSING = "**主旨**：（二）行政院函送何委員志偉就社會住宅問題所提質詢之書面答復，請查照案。\n\n社會住宅已達法定比率。"


def _judged(newsroom: Newsroom, file: str = FILE, **fields: str) -> Message:
    """A night after which one verdict waits; its card."""
    given = {"target": "2027-12-31", **fields}
    newsroom.sync("2026-03-01", {file: record_text(**{**given, "entries": ""})})
    entries = given.pop("entries", verdict())
    newsroom.sync(DAY, {file: record_text(**given, status="已達成", entries=entries)})
    return newsroom.happens(asks("複核", DAY, REVIEWER))


def _press(newsroom: Newsroom, card: Message, label: str, person: Person = REVIEWER) -> Message:
    button = action_of(card, label)
    return newsroom.happens(taps(button, DAY, person, REVIEW_ROOM))


def test_the_dates_stand_before_the_buttons_and_the_ais_words_are_called_so(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    text = plain(card)
    assert card.title == "待複核　尚無結論 → 達成（AI 判定）"
    for part in (
        "公文早於答復 427 天（公文 2022-01-05，答復 2023-03-08）",
        "AI 摘要（非公文原文）：已完成。",
        "不代表沒做到",
    ):
        assert part in text
    assert "不採認後改列「尚無結論」，不會因此發出逾期通知。" in text


def test_an_older_letter_is_shown_with_what_speaks_for_it(newsroom: Newsroom) -> None:
    text = plain(_judged(newsroom, promise="自110年7月1日起修正費率。"))
    assert "可能成立的理由：承諾講的事發生在 2021-07-01，公文晚於該日（2022-01-05）" in text
    assert "不代表沒做到" in text


def test_an_act_of_which_only_the_month_is_told_is_given_no_day(on_sqlite: Newsroom) -> None:
    assert "承諾講的事發生在 2021-07，公文晚於該月" in plain(_judged(on_sqlite, promise="於110年7月修正費率。"))


def test_a_letter_older_than_the_act_itself_is_the_first_doubt(newsroom: Newsroom) -> None:
    text = plain(_judged(newsroom, promise="自111年2月1日起修正費率。"))
    assert "1 公文早於答復，也早於承諾提到的 2022-02-01（公文 2022-01-05）" in text
    assert "可能成立的理由" not in text


def test_a_held_letter_that_speaks_of_something_else_is_doubted_with_the_words_looked_for(newsroom: Newsroom) -> None:
    other = record_text(id="2" * 8, title="社會住宅", promise="興建社會住宅。", letter=OLDER_LETTER, reply=HOUSING)
    newsroom.sync("2026-02-28", {"其他/社會住宅.md": other})
    text = plain(_judged(newsroom, value="20盞"))
    assert "公文沒談這件事（全文查無「增設路燈」）" in text
    assert "摘要沒提到「20盞」" in text


def test_one_letter_of_several_that_speaks_of_something_else_is_named_and_puts_no_decline_first(
    newsroom: Newsroom,
) -> None:
    other = record_text(id="2" * 8, title="社會住宅", promise="興建社會住宅。", letter=OLDER_LETTER, reply=HOUSING)
    newsroom.sync("2026-02-28", {"其他/社會住宅.md": other})
    newsroom.sync("2026-03-01", {FILE: record_text()})
    both = record_text(status="已達成", entries=verdict(OLDER_LETTER) + verdict(NEWER_LETTER))
    newsroom.sync(DAY, {FILE: both})
    card = newsroom.happens(asks("複核", DAY, REVIEWER))
    assert "2022-01-05 的公文沒談這件事（全文查無「增設路燈」）" in plain(card)
    assert card.buttons[0][0].label == "✅ 採認達成"


def test_each_outcome_has_its_effective_status(newsroom: Newsroom) -> None:
    for label, status in (
        ("採認達成", "達成（已複核）"),
        ("部分達成", "部分達成（已複核）"),
        ("不是承諾", "非承諾（已複核）"),
    ):
        card = _judged(newsroom)
        decided = _press(newsroom, card, label)
        assert status in plain(newsroom.happens(asks("11111111", DAY)))
        _press(newsroom, decided, "復原")


def test_what_is_no_promise_leaves_lists_and_counts_until_it_is_one_again(newsroom: Newsroom) -> None:
    another = record_text(id="2" * 8, title="鋪設道路", promise="鋪設道路。", reply="")
    newsroom.sync("2026-02-28", {"b.md": another})
    card = _judged(newsroom)

    def said(question: str) -> str:
        return plain(newsroom.happens(asks(question, DAY)))

    assert "共 2 件" in said("法務部")
    decided = _press(newsroom, card, "不是承諾")
    listed = newsroom.happens(asks("法務部", DAY))
    assert "共 1 件" in plain(listed)
    assert "另有 1 件經人工複核不是承諾，不計入" in plain(listed)
    assert "增設路燈" not in plain(listed)
    assert "增設路燈" in plain(_press(newsroom, listed, "看非承諾的（1 件）"))
    assert "承諾 1（1）" in said("統計 法務部")
    assert "共 1 件" in said(f"{DAY} 的 法務部")
    for question in ("已複核", "非承諾", "11111111", "院臺專字第1129900001號"):
        assert "增設路燈" in said(question), question
    _press(newsroom, decided, "復原")
    assert "共 2 件" in said("法務部")


def test_a_verdict_that_was_not_accepted_never_stands_without_its_tail(newsroom: Newsroom) -> None:
    _press(newsroom, _judged(newsroom), "公文早於承諾")
    shown = newsroom.happens(asks("11111111", DAY))
    listed = newsroom.happens(asks("法務部", DAY))
    for message in (shown, listed, _press(newsroom, shown, "轉貼"), _press(newsroom, listed, "轉貼")):
        assert "AI 判定不採認·尚無結論" in plain(message)
        assert "不代表沒做到" in plain(message)


def test_a_decline_leads_to_no_conclusion_and_no_late_notice(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    card = _judged(newsroom, target="2026-02-01", promise="將於115年2月1日前增設。")
    decided = _press(newsroom, card, "公文早於承諾")
    assert "❌ 不採認：公文早於承諾｜複核人甲·03-02 12:00" in plain(decided)
    assert "AI 判定不採認·尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))
    told = [message for messages in newsroom.due(noon("2026-03-04")).values() for message in messages]
    assert not any("期限已過" in message.title for message in told)


def test_an_older_letter_puts_the_decline_first_unless_grounds_stand_against_it(newsroom: Newsroom) -> None:
    assert _judged(newsroom).buttons[0][0].label == "❌ 公文早於承諾"
    newsroom.sync("2026-03-03", {FILE: record_text(target="2027-12-31")})
    restated = _judged(newsroom, promise="自110年7月1日起修正費率。")
    assert restated.buttons[0][0].label == "✅ 採認達成"


def test_the_reply_cited_for_itself_puts_the_decline_first(newsroom: Newsroom) -> None:
    assert _judged(newsroom, entries=verdict(OWN_LETTER)).buttons[0][0].label == "❌ 就是這件答復"


def test_a_later_letter_puts_the_acceptance_first(newsroom: Newsroom) -> None:
    assert _judged(newsroom, entries=verdict(NEWER_LETTER)).buttons[0][0].label == "✅ 採認達成"


def test_a_stranger_may_not_decide_nor_undo_nor_see_the_queue(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    with pytest.raises(RefusedError, match="telegram:666"):
        _press(newsroom, card, "採認達成", STRANGER)
    decided = _press(newsroom, card, "採認達成")
    with pytest.raises(RefusedError, match="telegram:666"):
        _press(newsroom, decided, "復原", STRANGER)
    assert newsroom.happens(asks("複核", DAY, STRANGER)).place == "private"


def test_a_reviewer_of_one_agency_decides_there_and_nowhere_else(newsroom: Newsroom) -> None:
    _press(newsroom, _judged(newsroom), "採認達成", OTHER_REVIEWER)
    other = _judged(newsroom, "交通建設/車站.md", agency="交通部", id="9" * 8)
    with pytest.raises(RefusedError):
        _press(newsroom, other, "採認達成", OTHER_REVIEWER)


def test_the_second_decision_is_told_who_was_first(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    _press(newsroom, card, "採認達成")
    with pytest.raises(RefusedError, match="已由複核人甲於 03-02 12:00 決定：✅ 採認達成"):
        _press(newsroom, card, "部分達成", OTHER_REVIEWER)


def test_a_card_that_new_evidence_overtook_decides_nothing(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    newer = verdict() + verdict(NEWER_LETTER)
    newsroom.sync("2026-03-03", {FILE: record_text(target="2027-12-31", status="已達成", entries=newer)})
    with pytest.raises(RefusedError, match="之後有更新"):
        _press(newsroom, card, "採認達成")


def test_an_invented_button_does_nothing(newsroom: Newsroom) -> None:
    _judged(newsroom)
    for action in ("accept:999:1", "accept:1:99", "reign:1:1", "accept:1", "accept:-1:1", ""):
        try:
            shown = newsroom.happens(taps(action or "x", DAY, REVIEWER))
        except RefusedError:
            continue
        assert shown.place == "private"
    with newsroom.database.read() as tx:
        assert [proposal.outcome for proposal in queue.waiting(tx, backlog=False)] == [None]


def test_undo_inside_the_window_takes_everything_back(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    card = _judged(newsroom)
    before = newsroom.waiting(noon(DAY))
    reopened = _press(newsroom, _press(newsroom, card, "採認達成"), "復原")
    assert reopened.title.startswith("待複核")
    assert newsroom.waiting(noon(DAY)) == before
    assert _press(newsroom, reopened, "採認達成").title.startswith("✅ 採認達成｜複核人甲")


def test_undo_after_the_window_is_refused(newsroom: Newsroom) -> None:
    decided = _press(newsroom, _judged(newsroom), "採認達成")
    undo = decided.buttons[0][0].action
    with pytest.raises(RefusedError, match="復原期限已過（03-02 12:30）"):
        newsroom.happens(taps(undo, "2026-03-03", REVIEWER))


def test_of_two_decisions_the_newer_one_is_undone_first(newsroom: Newsroom) -> None:
    accepted = _press(newsroom, _judged(newsroom), "採認達成")
    newsroom.happens(asks("更正 11111111 只做一半", DAY))
    partly = _press(newsroom, newsroom.happens(asks("複核 更正", DAY, REVIEWER)), "部分達成")
    shown = "部分達成（已複核）"
    assert shown in plain(newsroom.happens(asks("11111111", DAY)))
    with pytest.raises(RefusedError, match="請先復原那一個"):
        _press(newsroom, accepted, "復原")
    assert shown in plain(newsroom.happens(asks("11111111", DAY)))
    _press(newsroom, partly, "復原")
    assert "達成（已複核）" in plain(newsroom.happens(asks("11111111", DAY)))
    reopened = _press(newsroom, accepted, "復原")
    assert "資料在" not in plain(reopened), "an undo is no change of the data"
    assert "AI 提出改列「達成」·待複核；目前尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))


def test_the_public_hears_after_the_window_in_the_digest(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    card = _judged(newsroom)
    _press(newsroom, card, "與承諾無關")
    assert str(HOME) not in newsroom.due(noon(DAY) + timedelta(minutes=29))
    (digest,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert "AI 判定的「達成」經人工複核不採認（與承諾無關；" in plain(digest)
    assert "不代表沒做到" in plain(digest)


def test_the_entry_is_written_when_the_window_ends_and_the_next_sync_is_silent(newsroom: Newsroom) -> None:
    _press(newsroom, _judged(newsroom), "公文早於承諾")
    before = (newsroom.folder / FILE).read_text("utf-8")
    newsroom.service(noon(DAY) + timedelta(minutes=29)).feed.write_back()
    assert (newsroom.folder / FILE).read_text("utf-8") == before
    newsroom.service(noon(DAY) + timedelta(minutes=31)).feed.write_back()
    after = (newsroom.folder / FILE).read_text("utf-8")
    assert 'status: "追蹤中"' in after
    assert after.count("[人工複核]") == 1
    silent = newsroom.sync("2026-03-03")
    assert (dict(silent.news), silent.proposals, silent.queued) == ({}, 0, 0)


def test_a_file_that_changed_meanwhile_is_not_written(newsroom: Newsroom) -> None:
    _press(newsroom, _judged(newsroom), "公文早於承諾")
    changed = record_text(target="2027-12-31", status="無更新", entries=verdict())
    (newsroom.folder / FILE).write_text(changed, "utf-8")
    newsroom.service(noon("2026-03-03")).feed.write_back()
    assert (newsroom.folder / FILE).read_text("utf-8") == changed
    with newsroom.database.read() as tx:
        proposal = proposals.find(tx, 1)
        assert proposal
        assert "檔案的狀態已改為「無更新」" in write_back.state_of(tx, proposal, newsroom.policy)


@pytest.mark.parametrize("meanwhile", ["---\nstat", ""], ids=["half written", "empty"])
def test_a_file_that_is_unreadable_for_a_moment_gains_its_entry_later(newsroom: Newsroom, meanwhile: str) -> None:
    _press(newsroom, _judged(newsroom), "公文早於承諾")
    whole = (newsroom.folder / FILE).read_text("utf-8")
    (newsroom.folder / FILE).write_text(meanwhile, "utf-8")
    newsroom.service(noon(DAY) + timedelta(minutes=31)).feed.write_back()
    assert (newsroom.folder / FILE).read_text("utf-8") == meanwhile
    (newsroom.folder / FILE).write_text(whole, "utf-8")
    newsroom.service(noon(DAY) + timedelta(hours=2)).feed.write_back()
    assert (newsroom.folder / FILE).read_text("utf-8").count("[人工複核]") == 1


def test_at_most_ten_cards_go_to_a_review_room_at_once(newsroom: Newsroom) -> None:
    ids = [f"{number:08d}" for number in range(12)]
    newsroom.sync("2026-03-01", {f"其他/{i}.md": record_text(id=i, title=f"第{i}件") for i in ids})
    newsroom.sync(
        DAY, {f"其他/{i}.md": record_text(id=i, title=f"第{i}件", status="已達成", entries=verdict()) for i in ids}
    )
    told = newsroom.due(noon(DAY))[str(REVIEW_ROOM)]
    assert len([message for message in told if message.proposal]) == 10
    assert [message.title for message in told if not message.proposal] == ["這次另有 2 件新的待複核"]


def test_a_backlog_verdict_is_settled_like_any_other(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核 法務部", DAY, REVIEWER))
    assert card.title == "待複核　AI 判定「達成」（既有判定）"
    decided = _press(newsroom, card, "公文早於承諾")
    assert "AI 判定不採認·尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))
    _press(newsroom, decided, "復原")
    assert "AI 判定達成·未經人工複核" in plain(newsroom.happens(asks("11111111", DAY)))


def test_of_two_rooms_with_the_same_message_number_the_other_one_is_edited(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    with newsroom.database.write() as tx:
        for room in ("-100500", "-100501"):
            cards.add(tx, 1, Card(platform="telegram", chat=room, message="7"))
    button = next(b for row in card.buttons for b in row if "採認達成" in b.label)
    newsroom.due(noon(DAY))
    newsroom.happens(taps(button.action, DAY, REVIEWER, REVIEW_ROOM, message="7"))
    edited = [chat for chat, messages in newsroom.due(noon(DAY)).items() if any(m.proposal for m in messages)]
    assert edited == ["telegram:-100501"]


def test_the_cards_lose_their_undo_when_the_window_ends(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    with newsroom.database.write() as tx:
        cards.add(tx, 1, Card(platform="telegram", chat="-100500", message="7"))
    _press(newsroom, card, "採認達成")
    newsroom.due(noon(DAY))
    (final,) = [m for m in newsroom.due(noon(DAY) + timedelta(minutes=31))["telegram:-100500"] if m.proposal]
    assert final.buttons == ()
    assert "可復原" not in plain(final)


def test_a_reviewer_of_another_agency_is_told_whose_it_is(newsroom: Newsroom) -> None:
    card = _judged(newsroom, agency="交通部")
    with pytest.raises(RefusedError, match="你的範圍是法務部及所屬"):
        _press(newsroom, card, "採認達成", OTHER_REVIEWER)


def test_a_decision_on_a_day_before_the_last_one_is_told_with_the_next_news(newsroom: Newsroom) -> None:
    newsroom.happens(taps(newsroom.happens(asks("訂閱 法務部")).buttons[0][0].action))
    card = _judged(newsroom)
    newsroom.due(noon("2026-03-03"))
    button = next(b for row in card.buttons for b in row if "採認達成" in b.label)
    newsroom.happens(taps(button.action, "2026-02-01", REVIEWER, REVIEW_ROOM))
    assert str(HOME) not in newsroom.due(noon("2026-03-02"))
    assert dict(newsroom.sync("2026-03-03").news) == {"reviewed": 1}


def test_a_card_that_arrives_after_the_decision_is_brought_up_to_date(newsroom: Newsroom) -> None:
    card = _judged(newsroom)
    service = newsroom.service(noon(DAY))
    claimed = service.post.claim(("slack",))
    _press(newsroom, card, "採認達成")
    for chat, sendings in claimed:
        service.post.sent_all([Sent(sending=sending, chat=chat, reference="77") for sending in sendings])
    (edited,) = newsroom.due(noon(DAY))["slack:CREVIEW"]
    assert edited.title.startswith("✅ 採認達成｜複核人甲")


def test_two_decisions_before_the_next_sync_are_both_written(on_sqlite: Newsroom) -> None:
    _judged(on_sqlite)
    on_sqlite.happens(asks("更正 11111111 只設好 10 盞", DAY))
    _press(on_sqlite, on_sqlite.happens(asks("複核 判定", DAY, REVIEWER)), "公文早於承諾")
    _press(on_sqlite, on_sqlite.happens(asks("複核 更正", DAY, REVIEWER)), "採認達成")
    on_sqlite.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    written = (on_sqlite.folder / FILE).read_text("utf-8")
    assert written.count("[人工複核]") == 2
    assert "**狀態**：追蹤中 → 已達成" in written
    silent = on_sqlite.sync("2026-03-03")
    assert (dict(silent.news), silent.proposals) == ({}, 0)


def test_a_reversal_before_the_next_sync_is_written(on_sqlite: Newsroom) -> None:
    _press(on_sqlite, _judged(on_sqlite), "公文早於承諾")
    on_sqlite.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    with on_sqlite.database.write() as tx:
        later = noon(DAY) + timedelta(hours=2)
        review.reverse(tx, 1, "accept", REVIEWER, "後來查到完工公告", on_sqlite.policy, later)
    on_sqlite.service(noon(DAY) + timedelta(hours=3)).feed.write_back()
    written = (on_sqlite.folder / FILE).read_text("utf-8")
    assert written.count("[人工複核]") == 2
    assert 'status: "已達成"' in written


def test_the_public_hears_what_the_ai_proposes_whatever_the_file_says(newsroom: Newsroom) -> None:
    _press(newsroom, _judged(newsroom), "部分達成")
    newsroom.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    newsroom.sync("2026-03-03")
    written = (newsroom.folder / FILE).read_text("utf-8")
    newsroom.sync("2026-03-04", {FILE: written + verdict(NEWER_LETTER, day="2026-03-04")})
    assert "AI 提出改列「達成」·待複核；目前部分達成" in plain(newsroom.happens(asks("11111111", "2026-03-04")))


def test_an_ai_that_takes_its_verdict_back_is_asked_about_in_words_that_fit(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31", status="已達成", entries=verdict())})
    newsroom.sync(DAY, {FILE: record_text(target="2027-12-31", status="追蹤中", entries=verdict() + progress())})
    card = newsroom.happens(asks("複核", DAY, REVIEWER))
    assert card.title == "待複核　達成 → 尚無結論（AI 判定）"
    labels = [button.label for row in card.buttons for button in row]
    assert "↺ 改列尚無結論" in labels
    assert not any("❌" in label for label in labels)
    assert "AI 收回了先前的判定" in plain(card)
    decided = _press(newsroom, card, "改列尚無結論")
    assert decided.title.startswith("↺ 改列尚無結論｜複核人甲")
    assert "尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))


def test_a_verdict_on_a_new_letter_is_asked_whatever_else_is_said_of_that_letter(newsroom: Newsroom) -> None:
    far = "2027-12-31"
    newsroom.sync("2026-03-01", {"a.md": record_text(target=far)})
    newsroom.sync("2026-03-02", {"a.md": record_text(target=far, status="已達成", entries=verdict())})
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "decline", REVIEWER, "公文早於承諾", newsroom.policy, noon("2026-03-02"))
    more = verdict() + verdict(NEWER_LETTER, day="2026-03-04") + progress(NEWER_LETTER, day="2026-03-04")
    synced = newsroom.sync("2026-03-04", {"a.md": record_text(target=far, status="已達成", entries=more)})
    assert synced.proposals == 1


def test_a_decision_that_a_correction_set_aside_is_corrected_wherever_it_was_told(newsroom: Newsroom) -> None:
    far = "2027-12-31"
    newsroom.sync("2026-03-01", {"a.md": record_text(target=far)})
    newsroom.watch("法務部", "2026-03-01")
    newsroom.watch("法務部", "2026-03-01", NEWSROOM)
    newsroom.sync("2026-03-02", {"a.md": record_text(target=far, status="已達成", entries=verdict())})
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, noon("2026-03-02"))
    assert {str(HOME), str(NEWSROOM)} <= newsroom.due(noon("2026-03-03")).keys()
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03"))
    newsroom.happens(asks("更正 11111111 https://example.org/letter 公文沒有寫到完成", "2026-03-03", STRANGER))
    with newsroom.database.write() as tx:
        correction = proposals.open_of(tx, 1, "correction")
        assert correction is not None
        review.settle(tx, correction.id, "decline", REVIEWER, "", newsroom.policy, noon("2026-03-03"))
        first = card.card(tx, 1, newsroom.policy, noon("2026-03-03"))
    assert "（已改判）" in first.title
    told = newsroom.due(noon("2026-03-05"))
    for chat in (HOME, NEWSROOM):
        [notice] = [message for message in told[str(chat)] if not message.title.startswith("你送來的更正")]
        assert notice.title == "更正通知：增設路燈"
        assert "改判：改列尚無結論（" in plain(notice)


def test_a_decision_that_a_correction_confirmed_is_corrected_with_it(newsroom: Newsroom) -> None:
    far = "2027-12-31"
    newsroom.sync("2026-03-01", {"a.md": record_text(target=far)})
    newsroom.watch("法務部", "2026-03-01", NEWSROOM)
    newsroom.sync("2026-03-02", {"a.md": record_text(target=far, status="已達成", entries=verdict())})

    def settles(proposal: int, outcome: str, day: str) -> None:
        with newsroom.database.write() as tx:
            review.settle(tx, proposal, outcome, REVIEWER, "", newsroom.policy, noon(day))

    def corrects(text: str, day: str) -> int:
        newsroom.happens(asks(f"更正 11111111 https://example.org/letter {text}", day, STRANGER))
        with newsroom.database.read() as tx:
            correction = proposals.open_of(tx, 1, "correction")
        assert correction is not None
        return correction.id

    settles(1, "accept", "2026-03-02")
    assert str(NEWSROOM) in newsroom.due(noon("2026-03-03"))
    newsroom.happens(asks("取消訂閱 法務部", "2026-03-03", chat=NEWSROOM))
    settles(corrects("確實做到了", "2026-03-03"), "accept", "2026-03-03")
    assert str(NEWSROOM) not in newsroom.due(noon("2026-03-04"))
    settles(corrects("其實沒有做到", "2026-03-04"), "decline", "2026-03-04")
    told = newsroom.due(noon("2026-03-05"))[str(NEWSROOM)]
    assert [message.title for message in told] == ["更正通知：增設路燈"]
    agreement = plain(newsroom.happens(asks("統計 複核", "2026-03-05")))
    assert "✅ 採認達成 0" in agreement
    assert "❌ 不採認 1" in agreement


WORDS_WITHOUT_A_DECISION = [
    "公文談的是橋梁",
    "屬實",
    "無關",
    "我再看看",
    "是承諾嗎",
    "應為部分達成",
    "採認達成，公文113年5月已公告",
    "採認達成公文已公告",
    "不是承諾，只是委員要求",
    "Accept - letter says so",
    "達成率只有三成：還有三處沒設",
    "達成：僅三成",
    "達成",
]


@pytest.mark.parametrize("words", WORDS_WITHOUT_A_DECISION)
def test_words_that_name_no_decision_decide_nothing_until_one_is_pressed(on_sqlite: Newsroom, words: str) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    asked = on_sqlite.happens(asks(words, DAY, REVIEWER, answers=prompt.action))
    assert (asked.title, asked.sections[0].text) == ("這是哪個決定的理由？", f"「{words}」")
    labels = [button.label for row in asked.buttons for button in row]
    assert labels == ["✅ 採認達成", "🟡 部分達成", "❌ 不採認", "➖ 不是承諾"]
    assert "待複核" in plain(on_sqlite.happens(asks("11111111", DAY)))
    told = _press(on_sqlite, asked, "不採認")
    assert told.title == f"❌ 不採認：{words}｜複核人甲"


@pytest.mark.parametrize("outcome", ["accept", "partly", "decline", "not-a-promise"])
def test_a_reason_and_the_decision_chosen_with_it_in_a_form_decide_at_once(on_sqlite: Newsroom, outcome: str) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    label = {choice.value: choice.label for choice in prompt.choices}[outcome]
    filled = replace(asks("公文談的是橋梁", DAY, REVIEWER, answers=prompt.action), chosen=outcome)
    assert on_sqlite.happens(filled).title == f"{label}：公文談的是橋梁｜複核人甲"


def test_a_form_that_names_two_decisions_decides_none(on_sqlite: Newsroom) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    filled = asks("不採認：公文談的是橋梁", DAY, REVIEWER, answers=prompt.action)
    with pytest.raises(RefusedError, match="選的決定和寫的不一樣"):
        on_sqlite.happens(replace(filled, chosen="accept"))
    with pytest.raises(RefusedError, match="沒有這個按鈕"):
        on_sqlite.happens(replace(filled, text="公文談的是橋梁", chosen="deadline-moved"))
    told = on_sqlite.happens(replace(filled, chosen="decline"))
    assert told.title == "❌ 不採認：公文談的是橋梁｜複核人甲"


def test_a_reason_is_its_writers_alone_and_of_the_card_that_they_saw(on_sqlite: Newsroom) -> None:
    other = Person(platform="telegram", id="777")
    on_sqlite.happens(asks("/grant telegram:777", DAY, REVIEWER))
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    on_sqlite.happens(asks("公文第三段寫明已完工", DAY, other, answers=prompt.action))
    asked = on_sqlite.happens(asks("公文談的是橋梁", DAY, REVIEWER, answers=prompt.action))
    with pytest.raises(RefusedError, match="這個理由是別人寫的"):
        on_sqlite.happens(taps(action_of(asked, "不採認"), DAY, other))
    with pytest.raises(RefusedError, match="只有複核人能決定"):
        on_sqlite.happens(taps(action_of(asked, "不採認"), DAY))
    later = record_text(target="2027-12-31", status="已達成", entries=verdict() + verdict(NEWER_LETTER))
    on_sqlite.sync("2026-03-03", {FILE: later})
    with pytest.raises(RefusedError, match="這張卡片之後有更新"):
        _press(on_sqlite, asked, "不採認")


def test_each_button_decides_with_the_words_that_stand_above_it(on_sqlite: Newsroom) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    first = on_sqlite.happens(asks("《礦業法》-30%，不是增加", DAY, REVIEWER, answers=prompt.action))
    on_sqlite.happens(asks("公文第三段寫明已完工", DAY, REVIEWER, answers=prompt.action))
    assert _press(on_sqlite, first, "不採認").title == "❌ 不採認：《礦業法》-30%，不是增加｜複核人甲"


def test_a_reason_that_is_too_long_is_kept_for_no_decision(on_sqlite: Newsroom) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    with pytest.raises(RefusedError, match="最多 200 字"):
        on_sqlite.happens(asks("長" * 201, DAY, REVIEWER, answers=prompt.action))


def test_words_whose_decision_nobody_pressed_are_forgotten_after_a_month(on_sqlite: Newsroom) -> None:
    prompt = _press(on_sqlite, _judged(on_sqlite), "其他理由").prompt
    assert prompt
    asked = on_sqlite.happens(asks("公文談的是橋梁", DAY, REVIEWER, answers=prompt.action))
    on_sqlite.service(noon(DAY) + timedelta(days=31)).feed.turn_day()
    with pytest.raises(RefusedError, match="請再按卡片上的 ✍️"):
        _press(on_sqlite, asked, "不採認")


def test_the_entry_names_the_letters_that_the_card_showed_and_none_that_came_since(on_sqlite: Newsroom) -> None:
    _press(on_sqlite, _judged(on_sqlite), "公文早於承諾")
    later = record_text(target="2027-12-31", status="已達成", entries=verdict() + verdict(NEWER_LETTER))
    on_sqlite.sync(DAY, {FILE: later})
    on_sqlite.service(noon(DAY) + timedelta(minutes=31)).feed.write_back()
    (named,) = re.findall(r"\*\*依據\*\*：(.*)", (on_sqlite.folder / FILE).read_text("utf-8"))
    shown, _ = OLDER_LETTER.split("院臺專字第")[1].split("號")
    assert shown in named
    assert "、" not in named


def test_lateness_that_the_source_takes_back_waits_for_nobody(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已延宕", target="2027-10-31")})
    found = newsroom.sync(DAY, {FILE: record_text(target="2027-10-31")})
    assert found.proposals == 0
    with newsroom.database.read() as tx:
        [standing] = commitments.standings(tx, [1])
    assert (standing.status, standing.reviewed) == ("追蹤中", "none")


def test_what_the_ai_never_called_kept_is_not_said_to_be_taken_back(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.sync(DAY, {FILE: record_text(target="2027-12-31", status="無更新")})
    told = plain(on_sqlite.happens(asks("複核", DAY, REVIEWER)))
    assert "AI 改列「無更新」，沒有說達成。" in told
    assert "收回" not in told


def _decided_and_asked_anew(newsroom: Newsroom, label: str) -> Message:
    """The card of a verdict on a new letter, a week after people settled an earlier one."""
    _press(newsroom, _judged(newsroom), label)
    entries = verdict() + verdict(NEWER_LETTER, "2026-03-09")
    newsroom.sync("2026-03-10", {FILE: record_text(target="2027-12-31", status="已達成", entries=entries)})
    return newsroom.happens(asks("複核", "2026-03-10", REVIEWER))


@pytest.mark.parametrize(("label", "stands"), [("不是承諾", "not-a-promise"), ("部分達成", "partly")])
def test_a_decline_of_a_new_letter_leaves_what_people_had_found(newsroom: Newsroom, label: str, stands: str) -> None:
    newsroom.watch("法務部 即時")
    card = _decided_and_asked_anew(newsroom, label)
    assert f"不採認的話，先前複核的「{label}」不變。" in plain(card)
    assert "改列「尚無結論」" not in plain(card)
    decided = newsroom.happens(taps(action_of(card, "與承諾無關"), "2026-03-10", REVIEWER))
    assert "❌ 不採認：與承諾無關｜複核人甲" in plain(decided)
    with newsroom.database.read() as tx:
        [standing] = commitments.standings(tx, [1])
    assert (standing.reviewed, standing.proposed) == (stands, None)
    assert f"人工複核：{label}（複核人甲）" in plain(newsroom.happens(asks("11111111", "2026-03-10")))
    told = "\n".join(map(plain, newsroom.due(noon("2026-03-11"))[str(HOME)]))
    declined = f"AI 判定的「達成」經人工複核不採認（與承諾無關；複核人甲）。先前複核的「{label}」不變。"
    assert (declined in told) == (label == "部分達成")  # of what is no promise nobody hears
    assert "目前尚無結論" not in told
    newsroom.sync("2026-03-12")
    assert "沒有" in newsroom.happens(asks("複核", "2026-03-12", REVIEWER)).title


def test_what_a_decline_left_is_undone_only_after_it_and_reversed_with_it(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, undo_window=timedelta(days=30))
    card = _decided_and_asked_anew(newsroom, "部分達成")
    newsroom.happens(taps(action_of(card, "與承諾無關"), "2026-03-10", REVIEWER))
    at = noon("2026-03-10")
    with newsroom.database.write() as tx:
        first, second = proposals.find(tx, 1), proposals.find(tx, 2)
        assert first and second
        with pytest.raises(RefusedError, match="案號 2）生效中：請先復原那一個"):
            undo.take_back(tx, 1, first.version, REVIEWER, newsroom.policy, at)
        with pytest.raises(RefusedError, match="nuoyan decide 2 undo"):
            review.reverse(tx, 1, "accept", REVIEWER, "看過公文", newsroom.policy, at)
        _, standing = undo.take_back(tx, 2, second.version, REVIEWER, newsroom.policy, at)
    assert (standing.reviewed, standing.proposed) == ("partly", "已達成")


@pytest.mark.parametrize("number", [1, 2])
def test_a_decline_and_what_it_left_are_reversed_by_either_number(newsroom: Newsroom, number: int) -> None:
    newsroom.watch("法務部 即時")
    card = _decided_and_asked_anew(newsroom, "部分達成")
    newsroom.happens(taps(action_of(card, "與承諾無關"), "2026-03-10", REVIEWER))
    newsroom.due(noon("2026-03-11"))
    at = noon("2026-03-12")
    with newsroom.database.write() as tx:
        with pytest.raises(RefusedError, match="原本就是「🟡 部分達成」"):
            review.reverse(tx, number, "partly", REVIEWER, "看過公文", newsroom.policy, at)
        reversed_ = review.reverse(tx, number, "accept", REVIEWER, "看過公文", newsroom.policy, at)
        aside = decisions.superseded(decisions.of_commitment(tx, 1))
    assert (reversed_.standing.reviewed, sorted(aside)) == ("accept", [1, 2])
    told = "\n".join(map(plain, newsroom.due(noon("2026-03-13"))[str(HOME)]))
    assert "改判：採認達成（看過公文；複核人甲）" in told
    assert "人工複核：採認達成" in plain(newsroom.happens(asks("11111111", "2026-03-13")))


def test_a_decision_counts_as_one_while_what_the_source_made_of_it_waits(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=False)
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    judged = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-03-02", {FILE: judged})
    _press(newsroom, newsroom.happens(asks("複核", DAY, REVIEWER)), "採認達成")
    newsroom.sync("2026-03-03", {FILE: judged.replace('status: "已達成"', 'status: "追蹤中"')})
    card = plain(newsroom.happens(asks("11111111", "2026-03-03")))
    assert "AI 提出改列「尚無結論」·待複核；目前達成（已複核）" in card
    told = plain(newsroom.happens(asks("統計 法務部", "2026-03-03")))
    assert "AI 判定達成、未複核　0" in told.replace(" ", "　") or "AI 判定達成、未複核 0" in told
    assert "其中採認達成 1" in told
    assert "共 1 件" in plain(newsroom.happens(asks("法務部 已複核", "2026-03-03")))
    assert "共 1 件" in plain(newsroom.happens(asks("法務部 待複核", "2026-03-03", REVIEWER)))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("採認達成：2026-03-10 完成，公告上網", "如期達成（已複核，2026-03-10 完成）"),
        ("採認達成：於 115年3月20日 完工，公告上網", "逾期達成（已複核，2026-03-20 完成）"),
        ("採認達成：公告上網", "達成（已複核）"),
        ("採認達成：2026-03-01 達成率80%，公告上網", "達成（已複核）"),
        ("採認達成：2026年完成，公告上網", "達成（已複核）"),
    ],
)
def test_a_verdict_is_accepted_with_the_day_on_which_it_was_done(newsroom: Newsroom, said: str, told: str) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    asked = newsroom.happens(
        taps(action_of(newsroom.happens(asks("複核", "2026-04-01", REVIEWER)), "其他理由"), "2026-04-01", REVIEWER)
    )
    assert asked.prompt
    newsroom.happens(asks(said, "2026-04-01", REVIEWER, answers=asked.prompt.action))
    card = plain(newsroom.happens(asks("11111111", "2026-04-01")))
    assert f"\n{told}\n" in card
    assert "公告上網" in card


def test_a_day_of_completion_that_is_to_come_is_refused_and_an_undo_forgets_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    with newsroom.database.write() as tx:
        with pytest.raises(RefusedError, match="還沒到"):
            review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, noon("2026-03-02"), target=date(2026, 3, 3))
        with pytest.raises(RefusedError, match="採認達成可以附完成日"):
            review.settle(tx, 1, "decline", REVIEWER, "", newsroom.policy, noon("2026-03-02"), target=date(2026, 3, 1))
        at = noon("2026-03-02")
        decided = review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, at, target=date(2026, 3, 1)).proposal
    assert "如期達成" in plain(newsroom.happens(asks("11111111", "2026-03-02")))
    with newsroom.database.write() as tx:
        undo.take_back(tx, decided.id, decided.version, REVIEWER, newsroom.policy, at)
    assert "AI 判定達成·未經人工複核" in plain(newsroom.happens(asks("11111111", "2026-03-02")))


def test_the_day_on_which_it_was_done_stands_in_the_file(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    with on_sqlite.database.write() as tx:
        review.settle(tx, 1, "accept", REVIEWER, "", on_sqlite.policy, noon("2026-03-02"), target=date(2026, 3, 1))
    on_sqlite.service(noon("2026-03-02") + timedelta(hours=1)).feed.write_back()
    written = (on_sqlite.folder / FILE).read_text("utf-8")
    assert "**結果**：採認達成（2026-03-01 完成）" in written
    assert 'target_date: "2026-03-15"' in written


def test_undoing_what_was_done_on_its_deadline_keeps_the_news_that_it_passed(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=())
    newsroom.sync("2026-03-14", {FILE: record_text()})
    newsroom.watch("法務部 即時", "2026-03-14")
    judged = record_text(status="已達成", entries=verdict())
    newsroom.sync("2026-03-16", {FILE: judged}, at=clock_at("2026-03-16", "03:26"))
    at = clock_at("2026-03-16", "07:02")
    with newsroom.database.write() as tx:
        decided = review.settle(tx, 1, "accept", REVIEWER, "", newsroom.policy, at, target=date(2026, 3, 15)).proposal
        undo.take_back(tx, decided.id, decided.version, REVIEWER, newsroom.policy, clock_at("2026-03-16", "07:10"))
    told = newsroom.due(clock_at("2026-03-16", "08:30"))[str(HOME)]
    assert any("期限已過" in one.title for one in told)


@pytest.mark.parametrize(
    "said", ["取消", "取消。", "先不要", "等一下", "跳過", "略過", "先不決定", "skip", "復原", "Cancel!"]
)
def test_who_takes_back_that_they_had_a_reason_decides_nothing(on_sqlite: Newsroom, said: str) -> None:
    card = _judged(on_sqlite)
    asked = on_sqlite.happens(taps(action_of(card, "其他理由"), DAY, REVIEWER))
    assert asked.prompt
    told = on_sqlite.happens(asks(said, DAY, REVIEWER, answers=asked.prompt.action))
    assert told.title == "好，沒有決定。卡片還在，可以再按一次。"


def test_a_day_of_completion_that_no_calendar_has_is_refused(on_sqlite: Newsroom) -> None:
    asked = on_sqlite.happens(taps(action_of(_judged(on_sqlite), "其他理由"), DAY, REVIEWER))
    assert asked.prompt
    with pytest.raises(RefusedError, match="115年2月30日"):
        on_sqlite.happens(asks("採認達成：115年2月30日完成，公告上網", DAY, REVIEWER, answers=asked.prompt.action))


@pytest.mark.parametrize("said", ["✅ 採認達成：公文已公告", "採認達成：公文已公告"])
def test_an_outcome_is_named_as_its_button_says_with_its_sign_or_without(on_sqlite: Newsroom, said: str) -> None:
    asked = on_sqlite.happens(taps(action_of(_judged(on_sqlite), "其他理由"), DAY, REVIEWER))
    assert asked.prompt
    told = on_sqlite.happens(asks(said, DAY, REVIEWER, answers=asked.prompt.action))
    assert "✅ 採認達成：公文已公告" in plain(told)


@pytest.mark.parametrize("said", ["屬實", "取消", "公文談的是別的路段"])
def test_who_writes_after_somebody_else_decided_is_told_by_whom(on_sqlite: Newsroom, said: str) -> None:
    card = _judged(on_sqlite)
    asked = on_sqlite.happens(taps(action_of(card, "其他理由"), DAY, REVIEWER))
    on_sqlite.happens(taps(action_of(card, "採認達成"), DAY, REVIEWER))
    assert asked.prompt
    with pytest.raises(RefusedError, match="已由複核人甲"):
        on_sqlite.happens(asks(said, DAY, REVIEWER, answers=asked.prompt.action))


def test_who_lost_the_authority_for_a_decision_can_not_undo_it(newsroom: Newsroom) -> None:
    for agency in ("法務部", "教育部"):
        newsroom.happens(asks(f"/grant telegram:777 {agency}", DAY, REVIEWER))
    person = Person(platform="telegram", id="777")
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    card = newsroom.happens(asks("複核", DAY, person))
    decided = newsroom.happens(taps(action_of(card, "採認達成"), DAY, person))
    newsroom.happens(asks("/revoke telegram:777 法務部", DAY, REVIEWER))
    with pytest.raises(RefusedError, match="複核範圍"):
        newsroom.happens(taps(action_of(decided, "復原"), DAY, person))
    assert "待複核" in newsroom.happens(taps(action_of(decided, "復原"), DAY, REVIEWER)).title
