"""What happens meanwhile: the source changes while a decision can be undone, a card is on its way, a file is away."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.post import LEASE, Sent
from handlers import authority, review, undo
from handlers.message import RefusedError, plain
from handlers.policy import Reviewer
from handlers.submit import OPEN_AT_ONCE
from store import audit, leases, outbox, proposals, queue, state, submissions
from tests.handlers.conftest import Newsroom
from tests.sample import (
    CITIZEN,
    HOME,
    NEWER_LETTER,
    OLDER_LETTER,
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

FILE = "a.md"
STATED = "本部將於115年2月20日前增設路燈20盞。"


def _claimed(newsroom: Newsroom) -> str:
    """A night after which one verdict waits; the record's text by then."""
    newsroom.sync("2026-03-01", {FILE: record_text(target=None)})
    text = record_text(target=None, status="已達成", entries=verdict())
    newsroom.sync("2026-03-02", {FILE: text})
    return text


def _decided(newsroom: Newsroom, outcome: str = "accept", at: str = "12:01", day: str = "2026-03-02") -> None:
    with newsroom.database.write() as tx:
        review.settle(tx, 1, outcome, REVIEWER, "", newsroom.policy, clock_at(day, at))


def _undone(newsroom: Newsroom, at: str = "12:20", day: str = "2026-03-02", proposal: int = 1) -> None:
    with newsroom.database.write() as tx:
        decided = proposals.find(tx, proposal)
        assert decided
        undo.take_back(tx, proposal, decided.version, REVIEWER, newsroom.policy, clock_at(day, at))


@pytest.mark.parametrize("decides", [False, True])
def test_a_date_that_the_source_gave_while_an_undone_decision_stood_is_told_as_if_nobody_had_decided(
    newsroom: Newsroom, decides: bool
) -> None:
    given = {
        "promise": STATED,
        "reply": f"**主旨**：（三）行政院函送王委員大明就路燈問題所提質詢之書面答復，請查照案。\n\n{STATED}",
    }
    newsroom.sync("2026-03-01", {FILE: record_text(**given, target=None)})
    newsroom.watch("法務部", "2026-03-01")
    claimed = {**given, "status": "已達成", "entries": verdict()}
    newsroom.sync("2026-03-02", {FILE: record_text(**claimed, target=None)})
    if decides:
        _decided(newsroom)
    newsroom.sync("", {FILE: record_text(**claimed, target="2026-02-20")}, at=clock_at("2026-03-02", "12:10"))
    if decides:
        _undone(newsroom)
    told = newsroom.due(clock_at("2026-03-02", "12:40"))[str(HOME)]
    assert [message.title for message in told] == ["🔔 期限已過·AI 提出完成佐證，待複核"]


@pytest.mark.parametrize("decides", [False, True])
def test_a_baseline_verdict_that_came_back_while_an_undone_decision_stood_waits_again(
    newsroom: Newsroom, decides: bool
) -> None:
    kept, open_ = record_text(status="已達成", entries=verdict()), record_text(entries=verdict())
    newsroom.sync("2026-03-01", {FILE: kept})
    newsroom.sync("2026-03-02", {FILE: open_})
    newsroom.happens(asks("更正 11111111 https://example.org/x 有誤", "2026-03-02", chat=HOME))
    with newsroom.database.read() as tx:
        sent = next(one.id for one in queue.waiting(tx) if one.origin == "correction")
    if decides:
        with newsroom.database.write() as tx:
            review.settle(tx, sent, "accept", REVIEWER, "", newsroom.policy, clock_at("2026-03-02", "12:01"))
    newsroom.sync("", {FILE: kept}, at=clock_at("2026-03-02", "12:10"))
    if decides:
        _undone(newsroom, proposal=sent)
    with newsroom.database.read() as tx:
        waits = [(one.origin, one.backlog) for one in queue.waiting(tx)]
    assert sorted(waits) == [("correction", False), ("verdict", True)]


def test_an_undone_decision_leaves_its_verdict_as_doubtful_as_its_letters_are_by_then(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=None)})
    newsroom.sync("2026-03-02", {FILE: record_text(target=None, status="已達成", entries=verdict(NEWER_LETTER))})
    _decided(newsroom)
    older = record_text(target=None, status="已達成", entries=verdict(OLDER_LETTER))
    newsroom.sync("", {FILE: older}, at=clock_at("2026-03-02", "12:10"))
    _undone(newsroom)
    with newsroom.database.read() as tx:
        waits = proposals.find(tx, 1)
    assert waits
    assert waits.is_open
    assert waits.doubts > 200


def test_a_card_that_was_on_its_way_while_its_record_changed_is_brought_up_to_date(newsroom: Newsroom) -> None:
    _claimed(newsroom)
    service = newsroom.service(noon("2026-03-02"))
    under_way = service.post.claim(("telegram", "slack"))
    both = verdict() + verdict(NEWER_LETTER)
    newsroom.sync(
        "", {FILE: record_text(target=None, status="已達成", entries=both)}, at=clock_at("2026-03-02", "12:05")
    )
    for chat, sendings in under_way:
        service.post.sent_all([Sent(sending=one, chat=chat, reference="77") for one in sendings])
    edited = newsroom.due(clock_at("2026-03-02", "12:06"))[str(REVIEW_ROOM)]
    assert any("資料在 03-02 12:05 有更新" in plain(message) for message in edited)


def test_a_public_decision_on_a_record_that_was_removed_can_be_reversed(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=None)})
    newsroom.watch("法務部")
    newsroom.sync("2026-03-02", {FILE: record_text(target=None, status="已達成", entries=verdict())})
    _decided(newsroom)
    newsroom.due(noon("2026-03-03"))
    newsroom.sync("2026-03-04", {FILE: ""})
    with newsroom.database.write() as tx:
        review.reverse(tx, 1, "decline", REVIEWER, "查過了", newsroom.policy, noon("2026-03-04"))
    told = newsroom.due(clock_at("2026-03-04", "13:00"))[str(HOME)]
    assert any("先前公布的人工複核" in plain(message) for message in told)


def test_a_decision_whose_file_was_away_is_written_when_it_comes_back(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    claimed = _claimed(newsroom)
    _decided(newsroom, "decline")
    newsroom.sync("", {FILE: ""}, at=clock_at("2026-03-02", "12:10"))
    newsroom.service(clock_at("2026-03-02", "13:00")).feed.write_back()
    told = newsroom.due(clock_at("2026-03-02", "13:01"))[str(REVIEW_ROOM)]
    assert any("沒有寫回檔案" in message.title for message in told)
    newsroom.sync("", {FILE: claimed}, at=clock_at("2026-03-02", "14:00"))
    newsroom.service(clock_at("2026-03-02", "14:01")).feed.write_back()
    assert (newsroom.folder / FILE).read_text("utf-8").count("[人工複核]") == 1


def test_a_decision_in_its_window_is_not_written_early_where_its_file_comes_back(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    claimed = _claimed(newsroom)
    _decided(newsroom, "decline")
    newsroom.sync("", {FILE: ""}, at=clock_at("2026-03-02", "12:10"))
    newsroom.sync("", {FILE: claimed}, at=clock_at("2026-03-02", "12:15"))
    newsroom.service(clock_at("2026-03-02", "12:16")).feed.write_back()
    assert "[人工複核]" not in (newsroom.folder / FILE).read_text("utf-8")


def test_who_decided_can_undo_it_though_the_record_moved_out_of_their_scope(newsroom: Newsroom) -> None:
    reviewers = (Reviewer(person=REVIEWER, agency="法務部"),)
    newsroom.policy = replace(newsroom.policy, admins=frozenset(), reviewers=reviewers)
    _claimed(newsroom)
    _decided(newsroom)
    moved = record_text(target=None, status="已達成", entries=verdict(), agency="內政部")
    newsroom.sync("", {FILE: moved}, at=clock_at("2026-03-02", "12:10"))
    with newsroom.database.read() as tx:
        assert authority.is_reviewer(tx, newsroom.policy, REVIEWER)
    _undone(newsroom)
    with pytest.raises(RefusedError):
        _decided(newsroom, at="12:21")


def test_a_press_waits_for_a_sync_that_is_under_way_and_goes_by_what_that_brought(newsroom: Newsroom) -> None:
    _claimed(newsroom)
    card = newsroom.happens(asks("複核", "2026-03-02", REVIEWER))
    accept = taps(action_of(card, "採認達成"), "2026-03-02", REVIEWER, REVIEW_ROOM)
    told: list[str] = []

    def press() -> None:
        try:
            told.append(newsroom.happens(accept).title)
        except RefusedError as refused:
            told.append(str(refused))

    with newsroom.database.write() as tx:
        state.lock(tx)
        pressing = threading.Thread(target=press)
        pressing.start()
        pressing.join(0.3)
        assert told == []
        proposals.touch(tx, [1], clock_at("2026-03-02", "12:05"))
    pressing.join(20)
    assert told == ["這張卡片之後有更新，請輸入「複核」看新的卡片再決定。"]


def test_a_press_that_waited_until_the_decision_was_told_and_written_undoes_nothing(newsroom: Newsroom) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=True)
    newsroom.sync("2026-03-01", {FILE: record_text(target=None)})
    newsroom.watch("法務部 即時", "2026-03-01")
    newsroom.sync("2026-03-02", {FILE: record_text(target=None, status="已達成", entries=verdict())})
    _decided(newsroom, at="12:00")
    public = clock_at("2026-03-02", "12:31")
    newsroom.service(public).feed.write_back()
    assert "🔔 人工複核結果" in [one.title for one in newsroom.due(public)[str(HOME)]]
    with pytest.raises(RefusedError, match="復原期限已過"):
        _undone(newsroom, at="12:29")
    with newsroom.database.read() as tx:
        decided = proposals.find(tx, 1)
    assert decided
    assert decided.outcome == "accept"


@pytest.mark.parametrize("claims", ["told", "written"])
def test_a_press_while_the_decision_is_on_its_way_undoes_nothing(newsroom: Newsroom, claims: str) -> None:
    newsroom.policy = replace(newsroom.policy, writes_back=claims == "written")
    _claimed(newsroom)
    newsroom.watch("法務部 即時")
    _decided(newsroom, at="12:00")
    kinds, platforms = ((outbox.WRITE_BACK,), ("",)) if claims == "written" else ((outbox.SEND,), ("telegram",))
    with newsroom.database.write() as tx:
        assert leases.claim(tx, clock_at("2026-03-02", "12:31"), LEASE, kinds=kinds, platforms=platforms)
    with pytest.raises(RefusedError, match="復原期限已過"):
        _undone(newsroom, at="12:29")


def test_a_person_whose_authority_is_taken_back_while_they_decide_decides_that_one(newsroom: Newsroom) -> None:
    _claimed(newsroom)
    newsroom.happens(asks(f"/grant {CITIZEN}", "2026-03-02", REVIEWER))
    newsroom.happens(asks("複核", "2026-03-02", CITIZEN))
    told: list[str] = []
    revoking = threading.Thread(
        target=lambda: told.append(newsroom.happens(asks(f"/revoke {CITIZEN}", "2026-03-02", REVIEWER)).title)
    )
    with newsroom.database.write() as tx:
        audit.lock(tx)
        revoking.start()
        revoking.join(0.3)
        review.settle(tx, 1, "accept", CITIZEN, "", newsroom.policy, clock_at("2026-03-02", "12:01"))
    revoking.join(20)
    assert told == [f"已取消 {CITIZEN} 的複核授權：全部。"]
    with newsroom.database.read() as tx:
        assert not authority.is_reviewer(tx, newsroom.policy, CITIZEN)


def test_a_correction_that_comes_while_another_is_decided_waits_on_a_card_of_its_own(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {FILE: record_text(target=None)})
    newsroom.happens(asks("更正 11111111 第一份", "2026-03-02"))
    another = asks("更正 11111111 第二份", "2026-03-02", OTHER_REVIEWER)
    with newsroom.database.write() as tx:
        review.settle(tx, 1, "decline", REVIEWER, "查無此事", newsroom.policy, clock_at("2026-03-02", "12:01"))
        sending = threading.Thread(target=newsroom.happens, args=(another,))
        sending.start()
        sending.join(0.3)
    sending.join(20)
    with newsroom.database.read() as tx:
        [waits] = queue.waiting(tx)
        assert [[one.text for one in submissions.of(tx, card)] for card in (1, waits.id)] == [["第一份"], ["第二份"]]


def test_a_person_has_at_most_five_waiting_though_many_come_at_once(newsroom: Newsroom) -> None:
    ids = [f"{number}" * 8 for number in range(1, 9)]
    newsroom.sync("2026-03-01", {f"{id_}.md": record_text(id=id_, title=id_, target=None) for id_ in ids})

    def send(id_: str) -> None:
        with suppress(RefusedError):
            newsroom.happens(asks(f"更正 {id_} 有誤", "2026-03-02"))

    sending = [threading.Thread(target=send, args=(id_,)) for id_ in ids]
    for one in sending:
        one.start()
    for one in sending:
        one.join(20)
    with newsroom.database.read() as tx:
        assert submissions.count_open(tx, str(CITIZEN)) == OPEN_AT_ONCE
