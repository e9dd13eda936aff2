"""What reviewers go through: in which order, who looks at what, how far it is, and the random sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.message import Chat, Message, Person, RefusedError, plain
from handlers.policy import Reviewer
from store import cards, decisions
from store import queue as stored_queue
from store.cards import Card
from tests.handlers.conftest import Newsroom
from tests.sample import (
    HOME,
    NEWER_LETTER,
    OTHER_REVIEWER,
    OWN_LETTER,
    REVIEW_ROOM,
    REVIEWER,
    STRANGER,
    action_of,
    asks,
    clock_at,
    noon,
    record_text,
    taps,
    verdict,
)

DAY = "2026-03-02"
SECOND = Person(platform="telegram", id="222")


def _label(message: Message, label: str) -> str:
    return action_of(message, label)


def _backlog(newsroom: Newsroom) -> None:
    """Three verdicts of the first load: on an older letter, on a newer one, and on the reply itself, by two agencies."""
    letters = {"older": verdict(), "newer": verdict(NEWER_LETTER), "own": verdict(OWN_LETTER)}
    newsroom.sync(
        "2026-03-01",
        {
            f"其他/{name}.md": record_text(
                id=f"{number}" * 8,
                title=f"{name}的承諾",
                promise=f"承諾事項{name}。",
                status="已達成",
                target="2029-12-31",
                agency="交通部" if name == "own" else "法務部",
                entries=entries,
            )
            for number, (name, entries) in enumerate(letters.items(), 1)
        },
    )


def test_the_most_doubtful_comes_first_and_the_card_says_how_far_it_is(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    card = newsroom.happens(asks("複核 法務部", DAY, REVIEWER))
    assert "older的承諾" in plain(card)
    assert "法務部 0/2 已複核" in plain(card)
    newsroom.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    assert "法務部 1/2 已複核" in plain(newsroom.happens(asks("審核 法務部", DAY, REVIEWER)))


def test_a_queue_goes_by_agency_by_doubt_and_by_age(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    later = record_text(id="9" * 8, title="後來的承諾", promise="另一件。", target="2029-12-31")
    on_sqlite.sync(DAY, {"其他/later.md": later})
    judged = later.replace('status: "追蹤中"', 'status: "已達成"') + verdict(NEWER_LETTER)
    on_sqlite.sync("2026-03-03", {"其他/later.md": judged})
    for asked, title in (
        ("複核", "後來的承諾"),
        ("複核 交通部", "own的承諾"),
        ("複核 早於答復", "older的承諾"),
        ("複核 就是這件答復", "own的承諾"),
        ("複核 最舊", "newer的承諾"),
        ("複核 最新", "後來的承諾"),
        ("複核 判定 教育部", "沒有待複核的"),
    ):
        assert title in plain(on_sqlite.happens(asks(asked, "2026-03-03", REVIEWER))), asked


def test_skipping_goes_on_in_the_same_queue(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    card = on_sqlite.happens(asks("複核 法務部", DAY, REVIEWER))
    second = on_sqlite.happens(taps(_label(card, "先跳過"), DAY, REVIEWER))
    assert "newer的承諾" in plain(second)
    end = on_sqlite.happens(taps(_label(second, "先跳過"), DAY, REVIEWER))
    assert end.title == "「法務部」後面沒有待複核的了。輸入「複核」從頭看起。"
    on_sqlite.happens(taps(_label(second, "採認達成"), DAY, REVIEWER))
    (next_,) = on_sqlite.due(noon(DAY))[str(HOME)]
    assert "後面沒有待複核" in on_sqlite.happens(taps(_label(next_, "下一件"), DAY, REVIEWER)).title
    on_sqlite.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    assert "沒有待複核的" in on_sqlite.happens(asks("複核 法務部", DAY, REVIEWER)).title


def test_a_card_taken_by_one_is_offered_to_no_other_for_fifteen_minutes(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    newsroom.policy = replace(newsroom.policy, admins=newsroom.policy.admins | {SECOND})
    first = newsroom.happens(asks("複核", DAY, REVIEWER))
    assert "複核人甲處理中（到 12:15）" in plain(first)
    other = newsroom.happens(asks("複核", DAY, SECOND))
    assert other.proposal != first.proposal
    later = replace(asks("複核", DAY, SECOND), at=noon(DAY) + timedelta(minutes=16))
    newsroom.happens(taps(_label(other, "先跳過"), DAY, SECOND))
    assert newsroom.happens(later).proposal == first.proposal


def test_every_copy_of_a_card_shows_who_looks_at_it_and_for_how_long(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    first = newsroom.happens(asks("複核 法務部", DAY, REVIEWER))
    with newsroom.database.write() as tx:
        stored_queue.let_go(tx, first.proposal or 0, str(REVIEWER))
        cards.add(tx, first.proposal or 0, Card(platform="telegram", chat=REVIEW_ROOM.id, message="7"))
    newsroom.happens(asks("複核 法務部", DAY, REVIEWER))
    (taken,) = newsroom.due(noon(DAY))[str(REVIEW_ROOM)]
    assert "處理中" in plain(taken)
    (free,) = newsroom.due(noon(DAY) + timedelta(minutes=15))[str(REVIEW_ROOM)]
    assert "處理中" not in plain(free)


def test_who_finds_only_taken_cards_is_told_so(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    on_sqlite.policy = replace(on_sqlite.policy, admins=on_sqlite.policy.admins | {SECOND})
    on_sqlite.happens(asks("複核 交通部", DAY, REVIEWER))
    assert "剩下的 1 件都有人處理中" in on_sqlite.happens(asks("複核 交通部", DAY, SECOND)).title


def test_who_passed_free_cards_is_sent_back_to_the_front_where_the_last_one_is_taken(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    on_sqlite.policy = replace(on_sqlite.policy, admins=on_sqlite.policy.admins | {SECOND})
    on_sqlite.happens(asks("複核 交通部", DAY, SECOND))
    first = on_sqlite.happens(asks("複核", DAY, REVIEWER))
    passed = on_sqlite.happens(taps(_label(first, "先跳過"), DAY, REVIEWER))
    while passed.proposal:
        passed = on_sqlite.happens(taps(_label(passed, "先跳過"), DAY, REVIEWER))
    assert "輸入「複核」從頭看起" in passed.title
    assert "分鐘" not in passed.title


def test_the_random_sample_is_the_beginning_of_one_fixed_order(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    with newsroom.database.read() as tx:
        order = [one.id for one in stored_queue.in_order(tx, (), order=stored_queue.RANDOM, origin="verdict")]
    card = newsroom.happens(asks("複核 隨機", DAY, REVIEWER))
    assert card.proposal == order[0]
    assert "隨機抽樣：抽出 1 件，已複核 0 件" in plain(card)
    second = newsroom.happens(taps(_label(card, "先跳過"), DAY, REVIEWER))
    assert second.proposal == order[1]
    assert "隨機抽樣：抽出 2 件，已複核 0 件" in plain(second)
    with newsroom.database.read() as tx:
        assert stored_queue.count_drawn(tx) == 2
    assert newsroom.happens(asks("複核 隨機", DAY, REVIEWER)).proposal == order[0], "who is skipped is not left out"


def test_a_sample_of_what_one_chose_or_may_see_is_refused(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    with pytest.raises(RefusedError, match="不能再加條件"):
        on_sqlite.happens(asks("複核 隨機 法務部", DAY, REVIEWER))
    with pytest.raises(RefusedError, match="複核範圍有限"):
        on_sqlite.happens(asks("複核 隨機", DAY, OTHER_REVIEWER))


def test_a_reviewer_who_wants_them_gets_new_cards_of_their_scope_in_private(newsroom: Newsroom) -> None:
    own = Chat(platform="slack", id="D222")
    newsroom.happens(asks("複核 通知", DAY, OTHER_REVIEWER, own))
    files = {"a": "法務部", "b": "交通部"}
    texts = {
        name: record_text(id=name * 8, agency=agency, title=f"{agency}的承諾", target="2029-12-31")
        for name, agency in files.items()
    }
    newsroom.sync(DAY, {f"其他/{name}.md": text for name, text in texts.items()})
    judged = {
        f"其他/{name}.md": text.replace('status: "追蹤中"', 'status: "已達成"') + verdict()
        for name, text in texts.items()
    }
    newsroom.sync("2026-03-03", judged)
    (card,) = newsroom.due(noon("2026-03-03"))["slack:D222"]
    assert "法務部的承諾" in plain(card)
    newsroom.happens(asks("複核 不通知", DAY, OTHER_REVIEWER, own))
    with newsroom.database.write() as tx:
        assert stored_queue.take_unannounced(tx) == []


def test_cards_are_asked_for_in_private_only(on_sqlite: Newsroom) -> None:
    assert on_sqlite.happens(asks("複核 通知", DAY, REVIEWER, REVIEW_ROOM)).place == "private"


def test_a_stranger_sees_no_queue(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    for text in ("複核", "複核 隨機", "複核 通知", "/review 法務部"):
        refused = on_sqlite.happens(asks(text, DAY, STRANGER))
        assert refused.place == "private"
        assert str(STRANGER) in refused.title


def test_new_evidence_joins_the_open_card_which_says_so_and_asks_again(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    card = newsroom.happens(asks("複核 早於答復", DAY, REVIEWER))
    with newsroom.database.write() as tx:
        cards.add(tx, card.proposal or 0, Card(platform="telegram", chat=REVIEW_ROOM.id, message="7"))
    file = newsroom.folder / "其他/older.md"
    newsroom.sync("2026-03-03", {"其他/older.md": file.read_text("utf-8") + verdict(NEWER_LETTER, day="2026-03-03")})
    *_, edited = newsroom.due(noon("2026-03-03"))[str(REVIEW_ROOM)]
    assert "⚠️ 資料在 03-03 12:00 有更新" in plain(edited)
    assert "2024-06-20" in plain(edited)
    with pytest.raises(RefusedError, match="之後有更新"):
        newsroom.happens(taps(_label(card, "公文早於承諾"), "2026-03-03", REVIEWER))
    newsroom.happens(taps(_label(edited, "採認達成"), "2026-03-03", REVIEWER))


def test_a_new_letter_after_a_decision_against_the_verdict_opens_another(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    card = newsroom.happens(asks("複核 早於答復", DAY, REVIEWER))
    newsroom.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    file = newsroom.folder / "其他/older.md"
    opened = newsroom.sync(
        "2026-03-03", {"其他/older.md": file.read_text("utf-8") + verdict(NEWER_LETTER, day="2026-03-03")}
    )
    assert opened.proposals == 1
    again = newsroom.happens(asks("複核 法務部", "2026-03-03", REVIEWER))
    assert "▍先前的複核\n2026-03-02　❌ 不採認：公文早於承諾｜複核人甲" in plain(again)


def test_the_same_decision_is_offered_for_near_duplicates(newsroom: Newsroom) -> None:
    same = {"promise": "本部將於115年3月15日前增設路燈20盞。", "status": "已達成", "target": "2029-12-31"}
    newsroom.sync(
        "2026-03-01",
        {f"其他/{n}.md": record_text(id=str(n) * 8, title=f"路燈{n}", entries=verdict(), **same) for n in (1, 2, 3)},
    )
    card = newsroom.happens(asks("複核", DAY, REVIEWER))
    assert "▍同段承諾另有 2 筆" in plain(card)
    decided = newsroom.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    assert [button.label for row in decided.buttons for button in row] == ["↩️ 復原"]
    (next_,) = newsroom.due(noon(DAY))[str(HOME)]
    offer = _label(next_, "同段另 2 筆，同樣決定")
    with pytest.raises(RefusedError, match="作成決定的複核人"):
        newsroom.happens(taps(offer, DAY, OTHER_REVIEWER))
    shown = newsroom.happens(taps(offer, DAY, REVIEWER))
    assert shown.title == "同段 2 筆也決定了：❌ 不採認：公文早於承諾"
    assert sum("復原" in button.label for row in shown.buttons for button in row) == 2
    with newsroom.database.read() as tx:
        assert len(decisions.settled(tx, "verdict")) == 3
    assert "沒有待複核的" in newsroom.happens(asks("複核", DAY, REVIEWER)).title


def _near_duplicates(newsroom: Newsroom, **third: str) -> Message:
    """Three near-duplicates with a verdict each, the third with other fields; what a decision on the first one offers."""
    same = {"promise": "本部將於115年3月15日前增設路燈20盞。", "status": "已達成", "target": "2029-12-31"}
    fields = [same | {"entries": verdict()}, same | {"entries": verdict()}, same | {"entries": verdict()} | third]
    newsroom.sync(
        "2026-03-01",
        {f"其他/{n}.md": record_text(id=str(n) * 8, title=f"路燈{n}", **given) for n, given in enumerate(fields, 1)},
    )
    card = newsroom.happens(asks("複核", DAY, SECOND))
    newsroom.happens(taps(_label(card, "公文早於承諾"), DAY, SECOND))
    (offered,) = newsroom.due(noon(DAY))[str(HOME)]
    return offered


def test_the_offer_for_near_duplicates_names_only_those_that_wait(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND),))
    offered = plain(_near_duplicates(on_sqlite, status="追蹤中", entries=""))
    assert "・路燈2" in offered
    assert "路燈3" not in offered


def test_a_reviewer_of_one_agency_is_offered_only_its_near_duplicates(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND, agency="法務部"),))
    offered = _near_duplicates(on_sqlite, agency="交通部")
    decided = on_sqlite.happens(taps(_label(offered, "同段另 1 筆，同樣決定"), DAY, SECOND))
    assert decided.title.startswith("同段 1 筆也決定了")


@pytest.mark.parametrize(("label", "offered"), [("與承諾無關", 1), ("部分達成", 1), ("不是承諾", 2)])
def test_a_decision_is_offered_for_no_near_duplicate_that_cites_what_nobody_judged(
    on_sqlite: Newsroom, label: str, offered: int
) -> None:
    same = {"promise": "本部將於115年3月15日前增設路燈20盞。", "status": "已達成", "target": "2029-12-31"}
    letters = (verdict(), verdict(), verdict(OWN_LETTER))  # the third cites its own reply, which holds the promise
    texts = [record_text(id=str(n) * 8, title=f"路燈{n}", entries=one, **same) for n, one in enumerate(letters, 1)]
    on_sqlite.sync("2026-03-01", {f"其他/{n}.md": text for n, text in enumerate(texts, 1)})
    card = on_sqlite.happens(asks("複核 11111111", DAY, REVIEWER))
    on_sqlite.happens(taps(_label(card, label), DAY, REVIEWER))
    (next_,) = on_sqlite.due(noon(DAY))[str(HOME)]
    assert _label(next_, f"同段另 {offered} 筆，同樣決定")
    assert ("路燈3" in plain(next_)) is (offered == 2)


def test_what_is_accepted_is_offered_for_no_near_duplicate_with_more_doubts(on_sqlite: Newsroom) -> None:
    same = {"promise": "本部將於115年3月15日前增設路燈20盞。", "status": "已達成", "target": "2029-12-31"}
    both = verdict() + verdict(NEWER_LETTER)
    denied = verdict(summary="尚未完成。")
    texts = [
        record_text(id=str(n) * 8, title=f"路燈{n}", entries=one, **same)
        for n, one in enumerate((both, both, denied), 1)
    ]
    on_sqlite.sync("2026-03-01", {f"其他/{n}.md": text for n, text in enumerate(texts, 1)})
    card = on_sqlite.happens(asks("複核 11111111", DAY, REVIEWER))
    on_sqlite.happens(taps(_label(card, "採認達成"), DAY, REVIEWER))
    (next_,) = on_sqlite.due(noon(DAY))[str(HOME)]
    assert _label(next_, "同段另 1 筆，同樣決定")
    assert "路燈3" not in plain(next_)


def test_the_next_card_stands_behind_one_that_answers_the_question_no_longer(on_sqlite: Newsroom) -> None:
    files = {
        f"其他/{n}.md": record_text(
            id=str(n) * 8,
            title=f"承諾{n}",
            promise=f"{word}。",
            status="已達成",
            target="2029-12-31",
            entries=verdict(),
        )
        for n, word in enumerate(("增設路燈", "鋪設道路", "興建校舍", "改善水質"), 1)
    }
    on_sqlite.sync("2026-03-01", files)
    first = on_sqlite.happens(asks("複核 佐證不足", DAY, REVIEWER))
    second = on_sqlite.happens(taps(_label(first, "先跳過"), DAY, REVIEWER))
    on_sqlite.happens(taps(_label(second, "公文早於承諾"), DAY, REVIEWER))
    (next_,) = on_sqlite.due(noon(DAY))[str(HOME)]
    third = on_sqlite.happens(taps(_label(next_, "下一件"), DAY, REVIEWER))
    assert third.proposal not in (first.proposal, second.proposal)


def test_a_decision_puts_no_question_of_a_deadline_before_the_verdicts_that_wait(on_sqlite: Newsroom) -> None:
    same = {"status": "已達成", "target": "2026-02-01", "reply": "", "agency": "法務部"}
    files = {
        f"其他/{n}.md": record_text(id=str(n) * 8, title=f"承諾{n}", promise=f"{word}。", entries=verdict(), **same)
        for n, word in enumerate(("增設路燈", "鋪設道路", "興建校舍"), 1)
    }
    on_sqlite.sync("2026-03-01", files)
    card = on_sqlite.happens(asks("複核 法務部", DAY, REVIEWER))
    on_sqlite.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    for _ in range(2):
        card = on_sqlite.happens(asks("複核 法務部", DAY, REVIEWER))
        assert card.title.startswith("待複核　AI 判定「達成」"), card.title
        on_sqlite.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    assert "期限" in on_sqlite.happens(asks("複核 法務部", DAY, REVIEWER)).title


def test_undoing_one_of_several_near_duplicates_keeps_the_way_back_of_the_others(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND),))
    offered = _near_duplicates(on_sqlite)
    decided = on_sqlite.happens(taps(_label(offered, "同樣決定"), DAY, SECOND))
    for number in (2, 3):
        undone = on_sqlite.happens(taps(_label(decided, f"復原：路燈{number}"), DAY, SECOND))
        assert undone.place == "reply", "an edit would take the other button away"
        assert undone.title == "待複核　AI 判定「達成」（既有判定）"


@pytest.mark.parametrize("other", [{"title": "增設新路燈"}, {"agency": "交通部"}, {"category": "教育"}])
def test_when_the_record_changes_under_an_open_card_it_asks_again(on_sqlite: Newsroom, other: dict[str, str]) -> None:
    judged = {"status": "已達成", "entries": verdict()}
    on_sqlite.sync("2026-03-01", {"其他/1.md": record_text()})
    on_sqlite.sync(DAY, {"其他/1.md": record_text(**judged)})
    card = on_sqlite.happens(asks("複核 判定", DAY, REVIEWER))
    on_sqlite.sync("2026-03-03", {"其他/1.md": record_text(**judged | other)})
    with pytest.raises(RefusedError, match="之後有更新"):
        on_sqlite.happens(taps(_label(card, "採認達成"), "2026-03-03", REVIEWER))


def test_when_the_text_of_a_cited_letter_comes_the_open_card_asks_again(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {"其他/1.md": record_text()})
    on_sqlite.sync(DAY, {"其他/1.md": record_text(status="已達成", entries=verdict(NEWER_LETTER))})
    card = on_sqlite.happens(asks("複核 判定", DAY, REVIEWER))
    on_sqlite.sync("2026-03-03", {"其他/2.md": record_text(id="2" * 8, letter=NEWER_LETTER)})
    with pytest.raises(RefusedError, match="之後有更新"):
        on_sqlite.happens(taps(_label(card, "採認達成"), "2026-03-03", REVIEWER))


def test_a_card_that_somebody_just_took_is_not_taken_by_another(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    at, until = noon(DAY), noon(DAY) + timedelta(minutes=15)
    with newsroom.database.write() as tx:
        (first, *_) = stored_queue.in_order(tx, ())
        assert stored_queue.take(tx, first.id, str(REVIEWER), at, until, 0)
        assert not stored_queue.take(tx, first.id, str(SECOND), at, until, 0)
        assert stored_queue.take(tx, first.id, str(REVIEWER), at, until, 0), "who has it may take it again"
        assert stored_queue.take(tx, first.id, str(SECOND), until, until + timedelta(minutes=15), 0)


def test_a_reviewer_of_one_agency_sees_how_far_their_own_queue_is(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    assert "你的範圍 0/2 已複核" in plain(on_sqlite.happens(asks("複核", DAY, OTHER_REVIEWER)))


def test_the_letters_that_a_card_has_no_room_for_are_named_with_their_distances(on_sqlite: Newsroom) -> None:
    letters = [f"（行政院函　中華民國111年{month}月5日院臺專字第11199000{month:02}號）" for month in range(1, 6)]
    entries = "".join(verdict(letter) for letter in letters)
    on_sqlite.sync("2026-03-01", {"其他/a.md": record_text(status="已達成", target="2029-12-31", entries=entries)})
    text = plain(on_sqlite.happens(asks("複核", DAY, REVIEWER)))
    assert "▍AI 引用的公文 5 件，列 3 件" in text
    assert "其餘：2022-02-05（早於答復 396 天）、2022-01-05（早於答復 427 天）" in text


def test_a_reason_about_old_letters_is_not_given_to_one_with_a_later_letter(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND),))
    offered = plain(_near_duplicates(on_sqlite, entries=verdict(NEWER_LETTER)))
    assert "・路燈2" in offered
    assert "路燈3" not in offered


def test_what_changed_since_the_offer_is_not_decided_by_it(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND),))
    offered = _near_duplicates(on_sqlite)
    file = on_sqlite.folder / "其他/2.md"
    on_sqlite.sync("2026-03-03", {"其他/2.md": file.read_text("utf-8") + verdict(NEWER_LETTER, day="2026-03-03")})
    decided = on_sqlite.happens(taps(_label(offered, "同樣決定"), "2026-03-03", SECOND))
    assert "路燈3" in plain(decided)
    assert "路燈2" not in plain(decided)
    told = plain(on_sqlite.happens(asks("複核紀錄 33333333", "2026-03-03")))
    assert "比照同段承諾的案號" in told
    assert "卡片第" not in told


def test_the_same_is_never_offered_for_corrections(on_sqlite: Newsroom) -> None:
    same = {"promise": "本部將於115年3月15日前增設路燈20盞。", "target": "2029-12-31"}
    on_sqlite.sync("2026-03-01", {f"其他/{n}.md": record_text(id=str(n) * 8, **same) for n in (1, 2)})
    for number in (1, 2):
        on_sqlite.happens(asks(f"更正 {str(number) * 8} 做好了", DAY))
    card = on_sqlite.happens(asks("複核 更正", DAY, REVIEWER))
    on_sqlite.happens(taps(_label(card, "不採用"), DAY, REVIEWER))
    assert not [one for one in on_sqlite.due(noon(DAY)).get(str(HOME), []) if "同樣決定" in plain(one)]


def test_a_queue_by_doubt_counts_what_was_declined_from_it(on_sqlite: Newsroom) -> None:
    files = {
        f"其他/{n}.md": record_text(
            id=str(n) * 8, title=f"第{n}件", promise=f"第{n}件要做。", status="已達成", entries=verdict()
        )
        for n in (1, 2, 3)
    }
    on_sqlite.sync("2026-03-01", files)
    card = on_sqlite.happens(asks("複核 佐證不足", DAY, REVIEWER))
    assert "0/3 已複核" in plain(card)
    on_sqlite.happens(taps(_label(card, "公文早於承諾"), DAY, REVIEWER))
    assert "1/3 已複核" in plain(on_sqlite.happens(asks("複核 佐證不足", DAY, REVIEWER)))


def test_a_card_is_opened_by_its_number(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    card = on_sqlite.happens(asks("複核", DAY, REVIEWER))
    for asked in (
        f"複核 案號 {card.proposal}",
        f"複核 #{card.proposal}",
        f"複核 {card.proposal}",
        f"複核{card.proposal}",
    ):
        assert on_sqlite.happens(asks(asked, DAY, REVIEWER)).proposal == card.proposal
    with pytest.raises(RefusedError, match="沒有案號"):
        on_sqlite.happens(asks("複核 案號 9999", DAY, REVIEWER))


@pytest.mark.parametrize("before", [None, "2026-12-31", "2025-06-30"])
def test_a_record_that_comes_back_with_a_doubtful_date_that_passed_waits(
    newsroom: Newsroom, before: str | None
) -> None:
    def dated(target: str | None) -> str:
        return record_text(target=target, promise="將增設路燈。", reply="公文。")

    newsroom.sync("2025-05-01", {"其他/路燈.md": dated(before)})
    newsroom.sync("2025-05-02", {"其他/路燈.md": ""})
    newsroom.sync("2026-03-01", {"其他/路燈.md": dated("2025-06-30")})
    assert newsroom.happens(asks("複核", DAY, REVIEWER)).title == "期限待查證　2025-06-30（AI 擷取，存疑）"


def test_a_removed_record_is_asked_of_nobody_until_it_is_back(newsroom: Newsroom) -> None:
    _backlog(newsroom)
    card = newsroom.happens(asks("複核 早於答復", DAY, REVIEWER))
    text = (newsroom.folder / "其他/older.md").read_text("utf-8")
    newsroom.sync("2026-03-03", {"其他/older.md": ""})
    with pytest.raises(RefusedError, match="來源已移除"):
        newsroom.happens(taps(_label(card, "公文早於承諾"), "2026-03-03", REVIEWER))
    shown = newsroom.happens(asks(f"複核 案號 {card.proposal}", "2026-03-03", REVIEWER))
    assert "來源已移除這筆承諾" in plain(shown)
    assert not [button for row in shown.buttons for button in row if not button.url]
    newsroom.sync("2026-03-04", {"其他/older.md": text})
    again = newsroom.happens(asks(f"複核 案號 {card.proposal}", "2026-03-04", REVIEWER))
    newsroom.happens(taps(_label(again, "公文早於承諾"), "2026-03-04", REVIEWER))


def test_cards_that_wait_for_the_morning_do_not_reach_who_was_revoked_in_the_night(newsroom: Newsroom) -> None:
    person, chat = Person(platform="telegram", id="777"), Chat(platform="telegram", id="777")
    admins = Chat(platform="telegram", id=REVIEWER.id)
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    newsroom.happens(asks("/grant telegram:777", "2026-03-01", REVIEWER, admins))
    newsroom.happens(asks("複核 通知", "2026-03-01", person, chat))
    claimed = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-03-01", {"a.md": claimed}, at=clock_at("2026-03-01", "23:00"))
    assert newsroom.waiting(clock_at("2026-03-01", "23:30"))
    newsroom.happens(asks("/revoke telegram:777", "2026-03-01", REVIEWER, admins))
    assert str(chat) not in newsroom.due(clock_at("2026-03-02", "08:05"))


def test_a_queue_of_one_origin_that_is_empty_says_of_which(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31", status="已達成", entries=verdict())})
    assert newsroom.happens(asks("複核 更正", "2026-03-01", REVIEWER)).title == "「更正」沒有待複核的。"
    assert newsroom.happens(asks("複核 期限 法務部", "2026-03-01", REVIEWER)).title == "「法務部 期限」沒有待複核的。"


def test_a_queue_says_what_waits_outside_a_reviewers_scope(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, reviewers=(Reviewer(person=SECOND, agency="法務部"),))
    _backlog(on_sqlite)
    told = on_sqlite.happens(asks("複核 交通部", DAY, SECOND)).title
    assert told == "「交通部」你的複核範圍裡沒有待複核的；範圍之外有 1 件。"


def test_what_a_queue_leaves_out_is_left_out_as_in_any_question(on_sqlite: Newsroom) -> None:
    _backlog(on_sqlite)
    assert on_sqlite.happens(asks("複核 -交通部、法務部", DAY, REVIEWER)).title.endswith("沒有待複核的。")
    assert "own的承諾" in plain(on_sqlite.happens(asks("複核 交通部、最舊", DAY, REVIEWER)))


def test_of_verdicts_that_came_together_the_one_of_the_older_reply_is_the_oldest(newsroom: Newsroom) -> None:
    letter = "（行政院函　中華民國110年3月8日院臺專字第1109900001號）"
    older = record_text(id="22222222-2222-2222-2222-222222222222", letter=letter, status="已達成", entries=verdict())
    newer = record_text(target="2027-12-31", status="已達成", entries=verdict())
    newsroom.sync("2026-03-01", {"a.md": newer, "b.md": older})
    assert "編號 22222222" in plain(newsroom.happens(asks("複核 判定 最舊", "2026-03-01", REVIEWER)))
    assert "編號 11111111" in plain(newsroom.happens(asks("複核 判定 最新", "2026-03-01", OTHER_REVIEWER)))


def test_who_loses_one_of_several_scopes_gets_no_card_of_that_one(newsroom: Newsroom) -> None:
    person, chat = Person(platform="telegram", id="777"), Chat(platform="telegram", id="777")
    admins = Chat(platform="telegram", id=REVIEWER.id)
    other = {"id": "22222222", "agency": "教育部", "target": "2027-12-31"}
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31"), "b.md": record_text(**other)})
    for agency in ("法務部", "教育部"):
        newsroom.happens(asks(f"/grant telegram:777 {agency}", "2026-03-01", REVIEWER, admins))
    newsroom.happens(asks("複核 通知", "2026-03-01", person, chat))
    claimed = {"status": "已達成", "entries": verdict()}
    both = {"a.md": record_text(target="2027-12-31", **claimed), "b.md": record_text(**other, **claimed)}
    newsroom.sync("2026-03-01", both, at=clock_at("2026-03-01", "23:00"))
    newsroom.happens(asks("/revoke telegram:777 法務部", "2026-03-01", REVIEWER, admins))
    came = [plain(message) for message in newsroom.due(clock_at("2026-03-02", "08:05"))[str(chat)]]
    assert ["編號 22222222" in text for text in came] == [True]


def test_what_a_reviewer_sent_in_is_brought_to_the_others_and_not_to_themselves(newsroom: Newsroom) -> None:
    own = Chat(platform="slack", id="D222")
    newsroom.sync("2026-03-01", {"a.md": record_text(target="2027-12-31")})
    newsroom.happens(asks("複核 通知", DAY, OTHER_REVIEWER, own))
    newsroom.happens(asks("更正 11111111 已經裝好了", DAY, OTHER_REVIEWER, own))
    assert [chat for chat, _ in newsroom.due(noon("2026-03-03")).items() if chat == str(own)] == []
    told = newsroom.happens(asks("複核", "2026-03-03", OTHER_REVIEWER, own))
    assert told.title == "剩下的 1 件是你自己送的，要由別的複核人決定。"
    card = newsroom.happens(asks("複核", "2026-03-03", REVIEWER))  # nobody holds it back
    assert card.proposal == 1
    told = newsroom.happens(taps(_label(card, "跳過"), "2026-03-03", OTHER_REVIEWER))
    assert told.title == "後面沒有待複核的了。輸入「複核」從頭看起。"


def test_who_passes_on_to_what_they_sent_in_is_not_told_that_others_look_at_it(on_sqlite: Newsroom) -> None:
    other = record_text(id="22222222", title="另一條路", target="2027-12-31")
    on_sqlite.sync("2026-03-01", {"a.md": record_text(target="2027-12-31"), "b.md": other})
    on_sqlite.happens(asks("更正 11111111 已經裝好了", DAY))
    on_sqlite.happens(asks("更正 22222222 已經裝好了", DAY, OTHER_REVIEWER))
    card = on_sqlite.happens(asks("複核 更正", "2026-03-03", OTHER_REVIEWER))
    told = on_sqlite.happens(taps(_label(card, "跳過"), "2026-03-03", OTHER_REVIEWER))
    assert told.title == "後面剩下的是你自己送的，要由別的複核人決定。輸入「複核」從頭看起。"
