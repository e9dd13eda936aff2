"""What people send in: marked as no AI's word, decided by somebody else, and told to its sender."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import review, write_back
from handlers.message import Message, NotAllowedError, Person, RefusedError, plain
from handlers.submit import LONGEST
from store import queue, submissions
from tests.handlers.conftest import Newsroom
from tests.sample import (
    CITIZEN,
    HOME,
    OTHER_REVIEWER,
    REVIEW_ROOM,
    REVIEWER,
    action_of,
    asks,
    clock_at,
    noon,
    record_text,
    taps,
    verdict,
)

FILE = "其他/路燈.md"
DAY = "2026-03-02"


def _one(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})


def _card(newsroom: Newsroom) -> Message:
    return newsroom.happens(asks("複核 更正", DAY, REVIEWER))


def _press(newsroom: Newsroom, card: Message, label: str, person: Person = REVIEWER) -> Message:
    action = action_of(card, label)
    return newsroom.happens(taps(action, DAY, person, REVIEW_ROOM))


def test_a_correction_goes_to_the_queue_marked_as_no_ais_word(newsroom: Newsroom) -> None:
    _one(newsroom)
    told = newsroom.happens(asks("更正 11111111 https://example.org/a 路燈已設好 20 盞", DAY))
    assert told.title == "收到你的更正：增設路燈"
    (card,) = [message for message in newsroom.due(noon(DAY))[str(REVIEW_ROOM)] if message.proposal]
    assert card.title == "待複核　有人送來更正（不是 AI 判定）"
    assert "▍送來的更正　03-02 12:00\nhttps://example.org/a\n｜路燈已設好 20 盞" in plain(card)
    assert "狀態不變" in plain(card)
    assert str(CITIZEN) not in plain(card)


def test_a_colon_may_stand_behind_the_word_that_begins_a_message(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    told = on_sqlite.happens(asks("更正：11111111 https://example.org/a 路燈已設好 20 盞", DAY))
    assert told.title == "收到你的更正：增設路燈"
    assert "法務部" in on_sqlite.happens(asks("訂閱：法務部", DAY)).title
    assert on_sqlite.happens(asks("統計:法務部", DAY)).title.startswith("統計｜法務部")


def test_an_agencys_reply_is_shown_whole_and_its_sender_is_not_vouched_for(newsroom: Newsroom) -> None:
    _one(newsroom)
    words = "本部業於115年2月完成。" * 50
    newsroom.happens(asks(f"機關說明 11111111 https://example.org/b {words}", DAY))
    card = plain(_card(newsroom))
    assert "待複核　機關說明（不是 AI 判定）" in card
    assert "▍機關說明（送件人自述的身分，未經查核）" in card
    assert words in card


def test_the_button_on_a_card_asks_for_the_words(newsroom: Newsroom) -> None:
    _one(newsroom)
    shown = newsroom.happens(asks("11111111", DAY))
    action = action_of(shown, "提供佐證")
    prompt = newsroom.happens(taps(action, DAY)).prompt
    assert prompt
    assert prompt.person == CITIZEN
    newsroom.happens(asks("機關說明：已完成 https://example.org/c", DAY, answers=prompt.action))
    assert "機關說明（送件人自述" in plain(_card(newsroom))


def test_its_sender_cannot_settle_it(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY, OTHER_REVIEWER))
    card = _card(newsroom)
    with pytest.raises(RefusedError, match="你送的"):
        _press(newsroom, card, "採認達成", OTHER_REVIEWER)
    _press(newsroom, card, "採認達成")
    assert "達成（已複核）" in plain(newsroom.happens(asks("11111111", DAY)))


def test_dismissing_it_changes_nothing_and_its_sender_hears_so_after_the_window(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    before = plain(newsroom.happens(asks("11111111", DAY)))
    _press(newsroom, _card(newsroom), "不採用這份更正")
    assert plain(newsroom.happens(asks("11111111", DAY))) == before
    assert str(HOME) not in newsroom.due(noon(DAY) + timedelta(minutes=29))
    (told,) = newsroom.due(noon(DAY) + timedelta(minutes=31))[str(HOME)]
    assert told.title == "你送來的更正有結果了：增設路燈"
    assert "不採用這份更正（複核人甲）" in plain(told)


def test_an_undone_decision_is_told_to_nobody(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    decided = _press(newsroom, _card(newsroom), "採認達成")
    reopened = _press(newsroom, decided, "復原")
    assert reopened.title.startswith("待複核")
    assert str(HOME) not in newsroom.due(noon("2026-03-03"))
    assert "尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))


def test_no_conclusion_is_an_outcome_of_a_correction(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31", status="已達成")})
    newsroom.happens(asks("更正 11111111 其實沒有設", DAY))
    _press(newsroom, _card(newsroom), "改列尚無結論")
    assert "AI 判定不採認·尚無結論" in plain(newsroom.happens(asks("11111111", DAY)))


def test_a_correction_of_what_no_ai_judged_declines_no_verdict(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 還沒設", DAY))
    card = _card(newsroom)
    _press(newsroom, card, "改列尚無結論")
    shown = plain(newsroom.happens(asks("11111111", DAY)))
    assert "尚無結論（已複核）" in shown
    assert "不採認" not in shown
    assert "↺ 改列尚無結論" in plain(newsroom.happens(asks("複核紀錄 11111111", DAY)))
    with newsroom.database.read() as tx:
        _, decision = write_back.entry(tx, card.proposal or 0, newsroom.policy)
    assert decision.told == "改列尚無結論"


def test_two_peoples_corrections_of_one_record_share_a_card_which_asks_again(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    first = _card(newsroom)
    newsroom.happens(asks("更正 11111111 只做一半", DAY, Person(platform="telegram", id="701")))
    with pytest.raises(RefusedError, match="之後有更新"):
        _press(newsroom, first, "採認達成")
    both = plain(_card(newsroom))
    assert "做好了" in both
    assert "只做一半" in both


def test_a_person_has_at_most_five_waiting(newsroom: Newsroom) -> None:
    ids = [f"{number:08d}" for number in range(1, 8)]
    newsroom.sync("2026-03-01", {f"其他/{i}.md": record_text(id=i, target="2027-12-31") for i in ids})
    for i in ids[:5]:
        newsroom.happens(asks(f"更正 {i} 做好了", DAY))
    with pytest.raises(RefusedError, match="你已有 5 件在等複核"):
        newsroom.happens(asks(f"更正 {ids[5]} 做好了", DAY))
    newsroom.happens(asks(f"更正 {ids[5]} 做好了", DAY, OTHER_REVIEWER))
    _press(newsroom, _card(newsroom), "不採用這份更正")
    newsroom.happens(asks(f"更正 {ids[6]} 做好了", DAY))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("更正", "請附上承諾的編號"),
        ("更正 路燈 做好了", "請附上承諾的編號"),
        ("更正 22222222 做好了", "找不到"),
        ("更正 11111111", "請寫幾句說明"),
        ("更正 11111111 https://example.org/x", "請寫幾句說明"),
        ("更正 11111111 " + "長" * (LONGEST + 1), "最多"),
    ],
)
def test_what_can_not_be_taken_says_what_to_do_and_opens_nothing(on_sqlite: Newsroom, text: str, told: str) -> None:
    _one(on_sqlite)
    with pytest.raises(RefusedError, match=told):
        on_sqlite.happens(asks(text, DAY))
    with on_sqlite.database.read() as tx:
        assert queue.waiting(tx) == []


def test_what_waits_on_a_removed_record_is_not_counted_among_the_five(on_sqlite: Newsroom) -> None:
    files = {f"其他/{n}.md": record_text(id=str(n) * 8) for n in range(1, 7)}
    on_sqlite.sync("2026-03-01", files)
    for number in range(1, 6):
        on_sqlite.happens(asks(f"更正 {str(number) * 8} 做好了", DAY))
    on_sqlite.sync(DAY, {"其他/1.md": ""})
    assert on_sqlite.happens(asks("更正 66666666 做好了", DAY)).title.startswith("收到你的更正")


def test_a_sender_settles_nothing_by_reversing_what_was_decided(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY, OTHER_REVIEWER))
    card = _card(newsroom)
    _press(newsroom, card, "部分達成")
    with newsroom.database.write() as tx, pytest.raises(RefusedError, match="這份更正是你送的"):
        later = noon(DAY) + timedelta(hours=1)
        review.reverse(tx, card.proposal or 0, "accept", OTHER_REVIEWER, "我說了算", newsroom.policy, later)


def test_who_sent_it_in_hears_of_its_reversal(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    card = _card(newsroom)
    _press(newsroom, card, "採認達成")
    assert [one.title[:11] for one in newsroom.due(noon("2026-03-03"))[str(HOME)]] == ["你送來的更正有結果了："]
    with newsroom.database.write() as tx:
        review.reverse(tx, card.proposal or 0, "partly", REVIEWER, "只有一半", newsroom.policy, noon("2026-03-03"))
    (told,) = newsroom.due(noon("2026-03-04"))[str(HOME)]
    assert told.title == "你送來的更正改判了：增設路燈"


def test_nobody_sends_in_as_everybody(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    with pytest.raises(RefusedError, match="看不出是誰"):
        on_sqlite.happens(asks("更正 11111111 做好了", DAY, Person(platform="telegram", id="1087968824")))


def test_one_person_does_not_fill_a_record(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    on_sqlite.happens(asks("更正 11111111 垃圾", DAY))
    with pytest.raises(RefusedError, match="已經送過一份"):
        on_sqlite.happens(asks("更正 11111111 垃圾二", DAY))
    on_sqlite.happens(asks("機關說明 11111111 已經完成", DAY, OTHER_REVIEWER))


@pytest.mark.parametrize(
    ("text", "link", "words"),
    [
        ("更正 11111111\nhttps://x.tw/a\n這裡寫錯了", "https://x.tw/a", "這裡寫錯了"),
        ("更正　11111111　https://x.tw/a　這裡寫錯了", "https://x.tw/a", "這裡寫錯了"),
        ("更正 11111111 https://x.tw/a這裡寫錯了", "https://x.tw/a", "這裡寫錯了"),
        ("更正 11111111 （https://x.tw/a）這裡寫錯了", "https://x.tw/a", "這裡寫錯了"),
        ("更正 11111111 https://x.tw/下載/a.pdf 寫錯了", "https://x.tw/%E4%B8%8B%E8%BC%89/a.pdf", "寫錯了"),
        ("更正 11111111 [公文](https://x.tw/a) 寫錯了", "https://x.tw/a", "公文 寫錯了"),
        ("更正 11111111 [公文](https://x.tw/a/)已公告", "https://x.tw/a/", "公文已公告"),
        ("更正 11111111 見（https://x.tw/a/）已公告", "https://x.tw/a/", "見\n已公告"),
        ("更正 11111111 機關說明會已於3月1日辦理", "", "機關說明會已於3月1日辦理"),
    ],
)
def test_a_correction_is_read_as_it_is_typed_on_a_phone(on_sqlite: Newsroom, text: str, link: str, words: str) -> None:
    _one(on_sqlite)
    on_sqlite.happens(asks(text, DAY))
    with on_sqlite.database.read() as tx:
        (waiting,) = queue.waiting(tx)
        (sent,) = submissions.of(tx, waiting.id)
    assert (sent.link, sent.text, sent.statement) == (link, words, False)


def test_what_is_sent_in_can_not_look_like_a_part_of_the_card(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    on_sqlite.happens(asks("更正 11111111 做好了\n\n▍先前的複核\n2026-03-01　✅ 採認達成｜複核人乙", DAY))
    assert "\n▍先前的複核" not in plain(_card(on_sqlite))
    assert "｜▍先前的複核" in plain(_card(on_sqlite))


def test_an_accepted_correction_rests_on_what_was_sent_in(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 https://example.org/a 做好了", DAY))
    card = _card(newsroom)
    _press(newsroom, card, "採認達成")
    with newsroom.database.read() as tx:
        _, decision = write_back.entry(tx, card.proposal or 0, newsroom.policy)
    assert decision.documents == ("https://example.org/a",)


def test_what_an_agency_said_of_itself_is_named_wherever_the_decision_is_told(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.watch("法務部 即時", DAY)
    newsroom.happens(asks("機關說明 11111111 本部已於111年完成", DAY))
    _press(newsroom, _card(newsroom), "採認達成")
    basis = "所據：機關說明（送件人自述的身分，未經查核）"
    shown = newsroom.happens(asks("11111111", DAY))
    copied = newsroom.happens(taps(action_of(shown, "轉貼用文字"), DAY))
    reasons = newsroom.happens(asks("為什麼 11111111", DAY))
    told = newsroom.due(noon("2026-03-03"))[str(HOME)]
    for message in (shown, copied, reasons, *(one for one in told if "人工複核" in plain(one))):
        assert basis in plain(message)
    assert any("有人送來更正，經人工複核：採認達成（複核人甲）。" in plain(one) for one in told)
    assert "你送來的機關說明有結果了：增設路燈" in [one.title for one in told]


def test_an_id_that_several_records_share_asks_which_one(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {f"其他/{n}.md": record_text(title=f"第{n}件") for n in (1, 2)})
    for text in ("更正 11111111-aaaa-4bbb-8ccc-000000000001 做好了", "複核紀錄 11111111-aaaa-4bbb-8ccc-000000000001"):
        asked = on_sqlite.happens(asks(text, DAY))
        assert asked.title == "有 2 筆用這個編號，要哪一筆？"
        assert [button.label for row in asked.buttons for button in row] == ["第1件", "第2件"]


def test_the_log_of_a_removed_record_can_be_read(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    on_sqlite.happens(asks("更正 11111111 做好了", DAY))
    _press(on_sqlite, _card(on_sqlite), "採認達成")
    on_sqlite.sync("2026-03-03", {FILE: "", "其他/2.md": record_text(id="22222222")})
    assert "採認達成" in plain(on_sqlite.happens(asks("複核紀錄 11111111", "2026-03-03")))


def test_another_correction_blocks_neither_the_way_back_nor_a_reversal(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    decided = _press(newsroom, _card(newsroom), "採認達成")
    stranger = Person(platform="telegram", id="701")
    newsroom.happens(asks("更正 11111111 其實沒有", DAY, stranger))
    again = _press(newsroom, decided, "復原")
    assert "做好了" in plain(again)
    assert "其實沒有" in plain(again)
    with newsroom.database.read() as tx:
        assert [one.id for one in queue.waiting(tx)] == [again.proposal]
    decided = _press(newsroom, newsroom.happens(asks("複核 更正", DAY, REVIEWER)), "採認達成")
    newsroom.happens(asks("更正 11111111 只做一半", "2026-03-03", stranger))
    with newsroom.database.write() as tx:
        review.reverse(tx, decided.proposal or 0, "partly", REVIEWER, "一半", newsroom.policy, noon("2026-03-03"))
        assert len(queue.waiting(tx)) == 1


def test_an_agencys_statement_is_declined_with_a_reason_that_it_hears(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("機關說明 11111111 https://example.org/b 已完成", DAY))
    prompt = _press(newsroom, _card(newsroom), "附理由決定").prompt
    assert prompt
    newsroom.happens(asks("不採用這份更正：連結裡沒有這一案", DAY, REVIEWER, answers=prompt.action))
    (told,) = newsroom.due(noon(DAY) + timedelta(minutes=31))[str(HOME)]
    assert "不採用這份更正（連結裡沒有這一案；複核人甲）" in plain(told)


@pytest.mark.parametrize("verb", ["unrelated", "older", "itself"])
def test_an_invented_button_gives_a_correction_no_reason_against_a_verdict(on_sqlite: Newsroom, verb: str) -> None:
    _one(on_sqlite)
    on_sqlite.happens(asks("更正 11111111 做好了", DAY))
    card = _card(on_sqlite)
    with pytest.raises(RefusedError, match="沒有這個按鈕"):
        on_sqlite.happens(taps(f"{verb}:{card.proposal}:{card.version}", DAY, REVIEWER))
    assert _card(on_sqlite).proposal == card.proposal


def test_a_correction_that_settles_a_commitment_answers_what_waited_of_the_same_verdict(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31", status="已達成")})
    newsroom.happens(asks("更正 11111111 其實沒有設", DAY))
    decided = _press(newsroom, _card(newsroom), "改列尚無結論")
    with newsroom.database.read() as tx:
        assert queue.waiting(tx) == []
    _press(newsroom, decided, "復原")
    with newsroom.database.read() as tx:
        assert sorted(one.origin for one in queue.waiting(tx)) == ["correction", "verdict"]


def test_a_decision_beside_a_card_is_no_change_of_the_data(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31", status="已達成")})
    newsroom.happens(asks("更正 11111111 其實沒有設", DAY))
    _press(newsroom, _card(newsroom), "不採用這份更正")
    card = plain(newsroom.happens(asks("複核", DAY, REVIEWER)))
    assert "待複核　AI 判定「達成」（既有判定）" in card
    assert "有更新" not in card


def test_what_people_send_in_is_no_change_of_the_data(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2026-02-01", promise="將增設。", reply="公文。")})
    for number in (1, 2):
        newsroom.happens(asks(f"更正 11111111 期限有誤{number}", DAY, Person(platform="telegram", id=f"80{number}")))
    card = _card(newsroom)
    assert "期限有誤2" in plain(card)
    about = _press(newsroom, card, "是期限有誤")  # the doubtful date waited already
    back = _press(newsroom, about, "不是期限的事")
    left = newsroom.happens(asks("複核 期限", DAY, REVIEWER))
    assert not [plain(shown) for shown in (card, about, back, left) if "有更新" in plain(shown)]


def test_who_sent_something_in_hears_that_the_source_removed_the_commitment(newsroom: Newsroom) -> None:
    other = record_text(id="9" * 8, title="別的", target="2027-12-31")
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31"), "其他/別的.md": other})
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    (newsroom.folder / FILE).unlink()
    newsroom.sync("2026-03-03")
    (told,) = newsroom.due(noon("2026-03-03"))[str(HOME)]
    assert told.title == "你送來的更正先擱著：增設路燈"
    assert "放回來時會再請人複核，有結果會告訴你" in plain(told)


def test_who_sent_something_in_hears_of_no_removal_that_was_over_by_the_morning(newsroom: Newsroom) -> None:
    other = record_text(id="9" * 8, title="別的", target="2027-12-31")
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31"), "其他/別的.md": other})
    newsroom.happens(asks("更正 11111111 做好了", DAY))
    (newsroom.folder / FILE).unlink()
    newsroom.sync("2026-03-02", at=clock_at("2026-03-02", "23:00"))
    newsroom.sync("2026-03-03", {FILE: record_text(target="2027-12-31")}, at=clock_at("2026-03-03", "01:00"))
    assert str(HOME) not in newsroom.due(noon("2026-03-03"))


def test_of_several_that_were_sent_in_no_link_is_published_for_what_was_decided(newsroom: Newsroom) -> None:
    _one(newsroom)
    newsroom.happens(asks("機關說明 11111111 https://moj.example/a 已完成", DAY))
    newsroom.happens(asks("更正 11111111 https://vote.example/b 根本沒做", DAY, OTHER_REVIEWER))
    card = _card(newsroom)
    _press(newsroom, card, "採認達成")
    with newsroom.database.read() as tx:
        _, decision = write_back.entry(tx, card.proposal or 0, newsroom.policy)
    assert decision.documents == ("機關說明（送件人自述的身分，未經查核）", "送來的更正")
    shown = plain(newsroom.happens(asks("11111111", DAY)))
    assert "共 2 份，沒有指明採用哪一份" in shown
    assert "vote.example" not in shown


def test_a_record_that_others_filled_still_takes_an_agencys_statement_and_shows_it_first(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    for number in range(2):
        sender = Person(platform="telegram", id=str(800 + number))
        on_sqlite.happens(asks(f"更正 11111111 {'字' * 780}", DAY, sender))
    on_sqlite.happens(asks("機關說明 11111111 本部已完工。", DAY))
    card = plain(_card(on_sqlite))
    assert card.index("本部已完工。") < card.index("字字字")


def test_a_link_that_fills_a_card_is_refused(on_sqlite: Newsroom) -> None:
    _one(on_sqlite)
    with pytest.raises(RefusedError, match="最多 800 字"):
        on_sqlite.happens(asks(f"更正 11111111 https://x.tw/{'下' * 300} 寫錯了", DAY))


def test_a_verdicts_card_shows_an_agencys_statement_that_waits_beside_it_and_asks_again(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    old = newsroom.happens(asks("複核", DAY, REVIEWER))
    newsroom.happens(asks("機關說明 11111111 設備已於三月啟用", DAY, CITIZEN))
    with pytest.raises(RefusedError, match="有更新"):
        newsroom.happens(taps(action_of(old, "公文早於承諾"), DAY, REVIEWER))
    card = newsroom.happens(asks("複核 判定", DAY, REVIEWER))
    assert "📨 這筆另有 1 份更正或機關說明待複核（案號 2）" in plain(card)
    assert "｜設備已於三月啟用" in plain(card)


def test_who_sent_something_in_is_refused_in_private_before_words_are_asked_for(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    newsroom.happens(asks("更正 11111111 已經設好", DAY, REVIEWER))
    card = newsroom.happens(asks("複核 更正", DAY, OTHER_REVIEWER))
    with pytest.raises(RefusedError, match="這份更正是你送的"):
        newsroom.happens(taps(action_of(card, "附理由"), DAY, REVIEWER))


def test_what_somebody_sent_in_says_nothing_of_the_letters_that_the_ai_cited(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    newsroom.happens(taps(action_of(newsroom.happens(asks("複核", DAY, REVIEWER)), "公文早於承諾"), DAY, REVIEWER))
    told = plain(newsroom.happens(asks("統計 複核", DAY)))
    assert "一致 0/1" in told
    assert "依送來的更正採認" not in told
    newsroom.happens(asks("更正 11111111 https://example.org/a 已經設好", DAY, CITIZEN))
    card = newsroom.happens(asks("複核 更正", DAY, REVIEWER))
    newsroom.happens(taps(action_of(card, "採認達成"), DAY, REVIEWER))
    told = plain(newsroom.happens(asks("統計 複核", DAY)))
    assert "一致 0/1" in told
    assert "另有 1 件依送來的更正採認，那不是 AI 引的公文，不算在上面" in told


def test_a_correction_that_confirms_an_accepted_verdict_counts_with_it(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(status="已達成", entries=verdict())})
    newsroom.happens(taps(action_of(newsroom.happens(asks("複核", DAY, REVIEWER)), "採認達成"), DAY, REVIEWER))
    newsroom.happens(asks("更正 11111111 https://example.org/a 已經設好", DAY, CITIZEN))
    card = newsroom.happens(asks("複核 更正", DAY, REVIEWER))
    newsroom.happens(taps(action_of(card, "採認達成"), DAY, REVIEWER))
    told = plain(newsroom.happens(asks("統計 複核", DAY)))
    assert "一致 1/1" in told
    assert "依送來的更正採認" not in told


def test_an_agencys_statement_stands_in_the_file_as_one_that_nobody_verified(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.happens(asks("機關說明 11111111 https://example.org/a 已經設好", DAY, CITIZEN))
    _press(on_sqlite, on_sqlite.happens(asks("複核 更正", DAY, REVIEWER)), "採認達成")
    on_sqlite.service(noon(DAY) + timedelta(hours=1)).feed.write_back()
    written = (on_sqlite.folder / FILE).read_text("utf-8")
    assert "**依據**：機關說明（送件人自述的身分，未經查核） https://example.org/a" in written


def test_who_asks_what_waits_hears_of_what_people_sent_in(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    newsroom.happens(asks("機關說明 11111111 已經設好", DAY, CITIZEN))
    assert "更正 1 件待複核，不在這裡" in plain(newsroom.happens(asks("待複核 法務部", DAY, REVIEWER)))


def _take_back(newsroom: Newsroom, received: Message, person: Person = CITIZEN) -> Message:
    return newsroom.happens(taps(action_of(received, "收回"), DAY, person))


def test_what_was_sent_in_can_be_taken_back_by_its_sender_until_it_is_decided(newsroom: Newsroom) -> None:
    _one(newsroom)
    received = newsroom.happens(asks("更正 11111111 https://example.org/a 做好了", DAY))
    newsroom.due(noon(DAY))
    card = _card(newsroom)
    with pytest.raises(NotAllowedError, match="只有送件人能收回"):
        _take_back(newsroom, received, REVIEWER)
    assert _take_back(newsroom, received).title == "已收回你的更正：增設路燈"
    with pytest.raises(RefusedError, match="已經收回了"):
        _take_back(newsroom, received)
    with pytest.raises(RefusedError, match="不必再決定"):
        _press(newsroom, card, "採認達成")
    assert "沒有" in _card(newsroom).title
    log = plain(newsroom.happens(asks("複核紀錄 11111111", DAY)))
    assert "送件人　送來更正" in log
    assert "送件人　收回送件" in log
    again = newsroom.happens(asks("更正 11111111 只做一半", DAY))
    assert again.title == "收到你的更正：增設路燈"
    _press(newsroom, _card(newsroom), "採認達成")
    with pytest.raises(RefusedError, match="不在等複核"):
        _take_back(newsroom, again)


def test_a_card_goes_on_with_what_others_sent_and_asks_again(newsroom: Newsroom) -> None:
    _one(newsroom)
    received = newsroom.happens(asks("更正 11111111 做好了", DAY))
    newsroom.happens(asks("更正 11111111 只做一半", DAY, Person(platform="telegram", id="701")))
    card = _card(newsroom)
    _take_back(newsroom, received)
    with pytest.raises(RefusedError, match="之後有更新"):
        _press(newsroom, card, "採認達成")
    left = plain(_card(newsroom))
    assert "只做一半" in left
    assert "做好了" not in left


def test_whoever_took_one_back_may_send_another(on_sqlite: Newsroom) -> None:
    files = {f"其他/{n}.md": record_text(id=str(n) * 8, title=f"第{n}條路") for n in range(1, 7)}
    on_sqlite.sync("2026-03-01", files)
    received = [on_sqlite.happens(asks(f"更正 {str(n) * 8} 做好了", DAY)) for n in range(1, 6)]
    with pytest.raises(RefusedError, match="已有 5 件"):
        on_sqlite.happens(asks("更正 66666666 做好了", DAY))
    _take_back(on_sqlite, received[0])
    assert on_sqlite.happens(asks("更正 66666666 做好了", DAY)).title == "收到你的更正：第6條路"


def test_a_deadline_that_somebody_no_longer_objects_to_waits_only_where_it_did_before(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text()})
    received = newsroom.happens(asks("更正 11111111 期限不是這天", DAY))
    _press(newsroom, _card(newsroom), "是期限有誤")
    assert newsroom.happens(asks("複核 期限", DAY, REVIEWER)).proposal
    _take_back(newsroom, received)
    assert "沒有" in newsroom.happens(asks("複核 期限", DAY, REVIEWER)).title
