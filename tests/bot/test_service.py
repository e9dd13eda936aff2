"""One event, one transaction; a reply that is kept until it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.post import Sent
from bot.service import Service
from handlers.message import Ask, Chat, Message, Prompt, Tap
from handlers.policy import Policy
from records.folder import Folder
from store import chats, outbox, outbox_state, prompts, updates
from store.engine import Database
from store.outbox import Failure
from store.places import Place
from tests.conftest import SetClock
from tests.sample import (
    CITIZEN,
    HOME,
    NEWSROOM,
    REVIEWER,
    STRANGER,
    TAIPEI,
    asks,
    noon,
    record_text,
    taps,
    verdict,
    write,
)


def _service(database: Database, policy: Policy, folder: Path, day: str = "2026-03-02") -> Service:
    return Service(database, policy, SetClock(zone=TAIPEI, moment=noon(day)), Folder(folder))


def test_an_update_is_handled_once_and_its_reply_kept_until_sent(
    database: Database, policy: Policy, folder: Path
) -> None:
    service = _service(database, policy, folder)
    first = service.handle(asks("說明"), "7")
    assert first
    assert service.handle(asks("說明"), "7") == first
    service.sent("telegram", "7", first, HOME, "99")
    assert service.handle(asks("說明"), "7") is None


def test_a_reply_owed_by_a_dead_process_is_found_after_the_lease(
    database: Database, policy: Policy, folder: Path
) -> None:
    service = _service(database, policy, folder)
    reply = service.handle(asks("說明"), "7")
    service.adopt_replies(("telegram",))
    assert service.post.claim(("telegram",)) == []
    night = noon("2026-03-02") + timedelta(hours=11)  # an answer waits for no quiet hours
    later = Service(database, policy, SetClock(zone=TAIPEI, moment=night), Folder(folder))
    for _ in range(2):
        later.adopt_replies(("telegram",))
    ((chat, (sending,)),) = later.post.claim(("telegram",))
    assert (chat, sending.message) == (HOME, reply)
    later.post.sent_all([Sent(sending=sending, chat=chat, reference="99")])
    assert service.handle(asks("說明"), "7") is None


def test_a_reply_that_fails_for_now_waits_as_long_as_it_is_told_and_is_listed_when_it_is_given_up(
    database: Database, policy: Policy, folder: Path
) -> None:
    at = noon("2026-03-02")
    service = _service(database, policy, folder)
    reply = service.handle(asks("說明"), "7")
    assert reply
    service.reply_failed("7", HOME, None, reply, "flood", retry_after=40)
    with database.read() as tx:
        assert outbox_state.tally(tx, at).retrying == 1
    for after in (timedelta(seconds=39), timedelta(seconds=41), timedelta(days=1, seconds=1)):
        later = Service(database, policy, SetClock(zone=TAIPEI, moment=at + after), Folder(folder))
        later.adopt_replies(("telegram",))
        claimed = later.post.claim(("telegram",))
        assert bool(claimed) == (after.total_seconds() > 40)
    later.post.failed(claimed[0][1][0].effects, "still flooded")
    with database.read() as tx:
        assert [(given.chat, given.error) for given in outbox_state.given_up(tx)] == [(HOME.id, "still flooded")]


def test_a_page_that_could_not_be_turned_is_turned_in_its_message_later(
    database: Database, policy: Policy, folder: Path
) -> None:
    service = _service(database, policy, folder)
    page = Message(title="第二頁", place="edit")
    service.reply_failed("7", HOME, "99", page, "flood", retry_after=0)
    ((_, (sending,)),) = service.post.claim(("telegram",))
    assert (sending.effects[0].kind, sending.effects[0].message, sending.message) == (outbox.EDIT, "99", page)


def test_a_prompt_that_went_out_late_is_answered_like_any_other(
    database: Database, policy: Policy, folder: Path
) -> None:
    service = _service(database, policy, folder)
    asking = Message(title="理由？", prompt=Prompt(action="reason:1:1", person=REVIEWER))
    service.reply_failed("7", HOME, None, asking, "flood", retry_after=0)
    ((chat, (sending,)),) = service.post.claim(("telegram",))
    service.post.sent_all([Sent(sending=sending, chat=chat, reference="99")])
    with database.read() as tx:
        assert prompts.find(tx, "telegram", HOME.id, "99") == "reason:1:1"


def test_a_refusal_leaves_nothing_behind_but_its_reply(database: Database, policy: Policy, folder: Path) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    service = _service(database, policy, folder)
    service.feed.sync()
    refused = service.handle(taps("accept:1:1", person=STRANGER), "8")
    assert refused
    assert refused.place == "private"
    assert "telegram:666" in refused.title
    with database.read() as tx:
        handled = updates.find(tx, "telegram", "8")
    assert handled
    assert handled.reply["place"] == "private"


@pytest.mark.parametrize(
    "event",
    [
        replace(asks("說明", person=STRANGER), chat=NEWSROOM, aside=True),
        replace(taps("watches:0:0", person=STRANGER), chat=NEWSROOM, aside=True),
        replace(taps("export:0:0", person=STRANGER), chat=NEWSROOM),
    ],
    ids=["a command that nobody else saw", "a press on a message that nobody else sees", "a private word to a press"],
)
def test_what_one_person_alone_may_see_is_owed_to_them_and_not_to_the_chat(
    database: Database, policy: Policy, folder: Path, event: Ask | Tap
) -> None:
    _service(database, policy, folder).handle(event, "7")
    with database.read() as tx:
        [owed] = updates.unsent(tx, noon("2026-03-03"), ("slack",))
    assert (owed.chat, owed.thread, owed.message, owed.reply["place"]) == (STRANGER.id, "", None, "private")


def test_what_was_asked_before_everybody_is_answered_there(database: Database, policy: Policy, folder: Path) -> None:
    shown = _service(database, policy, folder).handle(asks("更正 編號", person=STRANGER, chat=NEWSROOM), "7")
    assert shown
    assert shown.place == "reply"
    with database.read() as tx:
        [owed] = updates.unsent(tx, noon("2026-03-03"), ("slack",))
    assert (owed.chat, owed.reply["place"]) == (NEWSROOM.id, "reply")


def test_a_handler_that_fails_is_answered_with_a_reference_and_others_go_on(
    database: Database, policy: Policy, folder: Path
) -> None:
    service = _service(database, policy, folder)
    broken = Ask(at=noon("2026-03-02"), chat=Chat(platform="telegram", id="1"), person=CITIZEN, text="\0")
    reply = service.handle(broken, "9")
    assert reply
    assert service.handle(asks("說明"), "10")


def test_a_decision_of_an_admin_is_written_back_by_sync_after_the_window(
    database: Database, policy: Policy, folder: Path
) -> None:
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    _service(database, policy, folder).feed.sync()
    _service(database, policy, folder).handle(taps("older:1:1", person=REVIEWER), "11")
    _service(database, policy, folder).feed.sync()
    assert "人工複核" not in (folder / "a.md").read_text("utf-8")
    done = _service(database, policy, folder, "2026-03-03").feed.sync()
    assert "[人工複核]" in (folder / "a.md").read_text("utf-8")
    assert (dict(done.news), done.proposals) == ({}, 0)


def test_an_effect_is_tried_again_with_growing_gaps_and_after_a_day_given_up_and_told(
    database: Database, policy: Policy, folder: Path
) -> None:
    policy = replace(policy, quiet=(time(0), time(0)))
    at = noon("2026-03-02")
    with database.write() as tx:
        outbox.put(tx, "one", outbox.SEND, at, place=Place("telegram", "7", ""), body={"title": "路燈"})
    gaps, last = [], at
    while True:
        service = Service(database, policy, SetClock(zone=TAIPEI, moment=at), Folder(folder))
        claimed = service.post.claim(("telegram",))
        if not claimed:
            at += max(timedelta(seconds=5), (at - last) / 20)
            continue
        ((_, (sending,)),) = claimed
        if at > last:
            gaps.append(at - last)
        last = at
        service.post.failed(sending.effects, "away")
        with database.read() as tx:
            if outbox_state.tally(tx, at).given_up:
                break
    assert gaps[:3] == [timedelta(seconds=s) for s in (5, 10, 20)]
    assert timedelta(hours=2) <= max(gaps) <= timedelta(hours=2, minutes=6)
    assert timedelta(hours=24) <= sum(gaps, timedelta()) < timedelta(hours=27)
    ((chat, (told,)),) = service.post.claim(("telegram",))
    assert (chat.id, told.message and told.message.title) == (REVIEWER.id, "1 筆消息試了一天仍送不出去")


def test_what_is_new_is_not_given_up_with_what_failed_for_a_day(
    database: Database, policy: Policy, folder: Path
) -> None:
    at = noon("2026-03-02")
    with database.write() as tx:
        for key, failed in (("old", Failure(at=at - timedelta(days=1), error="")), ("new", None)):
            outbox.put(tx, key, outbox.SEND, at, place=Place("telegram", "7", ""), body={"title": key}, failed=failed)
    service = Service(database, policy, SetClock(zone=TAIPEI, moment=at), Folder(folder))
    ((_, sendings),) = service.post.claim(("telegram",))
    service.post.failed([effect for sending in sendings for effect in sending.effects], "away")
    with database.read() as tx:
        assert (outbox_state.tally(tx, at).given_up, outbox_state.tally(tx, at).retrying) == (1, 1)


def test_a_platform_that_asks_to_wait_again_and_again_is_not_given_up(
    database: Database, policy: Policy, folder: Path
) -> None:
    at = noon("2026-03-02")
    with database.write() as tx:
        for key in "ab":
            outbox.put(tx, key, outbox.SEND, at, place=Place("telegram", "7", ""), body={"title": key})
    for _ in range(50):
        service = Service(database, policy, SetClock(zone=TAIPEI, moment=at), Folder(folder))
        ((_, sendings),) = service.post.claim(("telegram",))
        assert [sending.message and sending.message.title for sending in sendings] == ["a", "b"]
        service.post.failed(sendings[0].effects, "flood", behind=sendings[1].effects, retry_after=2)
        at += timedelta(seconds=2)
    with database.read() as tx:
        assert (outbox_state.tally(tx, at).given_up, outbox_state.tally(tx, at).retrying) == (0, 1)
        assert outbox_state.tally(tx, at).oldest_seconds == 100


def test_what_a_platform_asks_to_wait_is_waited(database: Database, policy: Policy, folder: Path) -> None:
    at = noon("2026-03-02")
    service = _service(database, policy, folder)
    with database.write() as tx:
        outbox.put(tx, "one", outbox.SEND, at, place=Place("telegram", "7", ""), body={"title": "路燈"})
    ((_, (sending,)),) = service.post.claim(("telegram",))
    service.post.failed(sending.effects, "flood", retry_after=40)
    for seconds, due in ((39, 0), (41, 1)):
        later = Service(database, policy, SetClock(zone=TAIPEI, moment=at + timedelta(seconds=seconds)), Folder(folder))
        assert len(later.post.claim(("telegram",))) == due


def test_an_old_update_is_forgotten_when_the_day_turns(database: Database, policy: Policy, folder: Path) -> None:
    service = _service(database, policy, folder)
    reply = service.handle(asks("說明"), "7")
    assert reply
    service.sent("telegram", "7", reply, HOME, "99")
    _service(database, policy, folder, "2026-03-08").feed.turn_day()
    with database.read() as tx:
        assert updates.find(tx, "telegram", "7")
    _service(database, policy, folder, "2026-03-10").feed.turn_day()
    with database.read() as tx:
        assert updates.find(tx, "telegram", "7") is None


@pytest.mark.parametrize("text", ["說明", "status:沒有", "/status", "訂閱"])
def test_whoever_writes_can_be_written_to_again_whatever_the_answer(
    database: Database, policy: Policy, folder: Path, text: str
) -> None:
    service = _service(database, policy, folder)
    with database.write() as tx:
        chats.stop(tx, HOME.place, "blocked", noon("2026-03-01"))
    assert service.handle(asks(text), "7")
    with database.read() as tx:
        assert chats.stopped(tx) == []
