"""Recipients: who hears of a fact, when, and why; found, owed and taken back by one condition."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.policy import Policy
from store import chats, digests, facts, leases, outbox, outbox_state, recipients, watches
from store.engine import Database, Transaction
from store.facts import Fact
from store.outbox import Effect
from store.places import Place
from store.recipients import DueTimes, Reason
from store.watches import DAILY, FOR_EVER, KINDS, NOW, WEEKLY, Options
from tests.store.steps import LATER, START, TODAY, load

LEASE = timedelta(minutes=2)
NIGHT = START - timedelta(hours=9)
WEEK = LATER + timedelta(days=6)
DAILY_OPTIONS = Options(pace=DAILY)
MOMENTS = DueTimes(at=NIGHT, awake=START, daily=LATER, weekly=WEEK)


def claim(tx: Transaction, at: datetime = START) -> list[list[Effect]]:
    """What is due on Telegram."""
    return leases.claim(tx, at, LEASE, kinds=(outbox.SEND, outbox.EDIT), platforms=("telegram",))


def watch(tx: Transaction, query: str, chat: str = "700", options: Options = DAILY_OPTIONS) -> int:
    """A chat watches a question."""
    question = watches.question_id(tx, query)
    watches.add(tx, Place("telegram", chat, ""), question, options, by="telegram:700", made_at=START)
    return question


def told(
    tx: Transaction,
    commitment: int,
    *questions: int,
    key: str = "a",
    urgent: bool = False,
    kind: facts.Kind = "evidence",
) -> int:
    """A fact that answers some questions is owed to those who watch them: at once from START on, in a daily digest at LATER."""
    kept = facts.keep(tx, [Fact(key=key, commitment=commitment, kind=kind, day=TODAY, urgent=urgent)])
    facts.answer(tx, [(kept[key], question) for question in questions])
    return recipients.owe(tx, list(kept.values()), MOMENTS)


def test_a_fact_is_owed_once_a_chat_however_many_watches_match(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        questions = [watch(tx, query) for query in ("agency:法務部", "is:clear", "category:其他")]
        watch(tx, "is:clear", "701")
        assert told(tx, key, *questions) == 2
        assert sorted(effects[0].chat for effects in claim(tx, LATER)) == ["700", "701"]


def test_a_fact_owed_already_makes_no_row(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        kept = facts.keep(tx, [Fact(key="a", commitment=key, kind="evidence", day=TODAY)])
        facts.answer(tx, [(kept["a"], watch(tx, "is:clear"))])
        made = [recipients.owe(tx, list(kept.values()), MOMENTS) for _ in range(2)]
    assert made == [1, 0]


def test_a_fact_that_no_watch_hears_is_owed_to_nobody(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        watch(tx, "is:overdue")
        assert told(tx, key) == 0


def test_topics_of_a_chat_are_told_apart(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear")
        watches.add(tx, Place("telegram", "700", "5"), question, Options(pace=DAILY), by="telegram:700", made_at=START)
        assert told(tx, key, question) == 2
        assert sorted(effects[0].thread for effects in claim(tx, LATER)) == ["", "5"]


@pytest.mark.parametrize(("urgent", "pace"), [(True, DAILY), (False, NOW), (True, NOW)])
def test_urgent_facts_and_watches_told_at_once_are_due_at_once(
    database: Database, folder: Path, policy: Policy, urgent: bool, pace: watches.Pace
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        told(tx, key, watch(tx, "id:00000001", options=Options(pace=pace)), urgent=urgent)
        [[effect]] = claim(tx, START)
    assert effect.joins == ""


def test_the_rest_is_due_with_the_digest(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        told(tx, key, watch(tx, "is:clear"))
        assert claim(tx, LATER - timedelta(seconds=1)) == []
        [[effect]] = claim(tx, LATER)
    assert effect.joins == DAILY


def test_a_chat_that_has_one_watch_at_once_among_others_is_told_at_once(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        questions = [watch(tx, "is:clear"), watch(tx, "id:00000001", options=Options(pace=NOW))]
        watch(tx, "is:clear", "701")
        assert told(tx, key, *questions) == 2
        [[effect]] = claim(tx, START)
    assert (effect.chat, effect.joins) == ("700", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_watch_hears_only_the_kinds_that_it_wants(
    database: Database, folder: Path, policy: Policy, kind: facts.Kind
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear", "700", Options(pace=DAILY, kinds=frozenset((kind,))))
        watch(tx, "is:clear", "701", Options(pace=DAILY, kinds=frozenset(KINDS) - {kind}))
        told(tx, key, question, kind=kind)
        assert [effects[0].chat for effects in claim(tx, LATER)] == ["700"]


def test_a_weekly_watch_is_told_on_its_day_urgent_or_not(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        told(tx, key, watch(tx, "is:clear", "700", Options(pace=WEEKLY)), urgent=True)
        assert claim(tx, WEEK - timedelta(seconds=1)) == []
        [[effect]] = claim(tx, WEEK)
    assert effect.joins == WEEKLY


def test_only_a_watch_marked_urgent_is_told_in_the_quiet_hours(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear", "700", Options(pace=NOW, urgent=True))
        watch(tx, "is:clear", "701", Options(pace=NOW))
        told(tx, key, question)
        [[at_night]] = claim(tx, NIGHT)
        leases.done(tx, [at_night.id], NIGHT)
        [[in_the_morning]] = claim(tx, START)
    assert (at_night.chat, in_the_morning.chat) == ("700", "701")


@pytest.mark.parametrize("pace", [NOW, DAILY, WEEKLY])
@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize("at_night", [True, False])
@pytest.mark.parametrize("kind", ["evidence", "overdue"])
def test_what_one_watch_brings_is_the_same_in_words_as_in_sql(
    sqlite: Database, folder: Path, policy: Policy, pace: watches.Pace, urgent: bool, at_night: bool, kind: facts.Kind
) -> None:
    [key] = load(sqlite, folder, policy)
    options = Options(pace=pace, urgent=at_night)
    alone, due_at = recipients.due(MOMENTS, options, kind=kind, urgent=urgent)
    with sqlite.write() as tx:
        told(tx, key, watch(tx, "is:clear", "700", options), urgent=urgent, kind=kind)
        assert claim(tx, due_at - timedelta(seconds=1)) == []
        [[effect]] = claim(tx, due_at)
    assert (effect.joins == "") == alone


def test_a_paused_watch_hears_nothing_until_its_day(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear")
        [held] = watches.of_chat(tx, Place("telegram", "700", ""))
        watches.pause(tx, [held.id], FOR_EVER)
        assert told(tx, key, question) == 0
        watches.pause(tx, [held.id], NIGHT)
        assert told(tx, key, question, key="b") == 1


def test_a_muted_commitment_is_not_told_whatever_is_watched(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        questions = [watch(tx, "is:clear"), watch(tx, "agency:法務部")]
        watches.mute(tx, Place("telegram", "700", ""), key, START)
        watch(tx, "is:clear", "701")
        assert told(tx, key, *questions) == 1


def unwanted(tx: Transaction, at: datetime = LATER) -> set[tuple[str, int | None]]:
    """What is due and nobody wants any more, as (chat, fact)."""
    due = [effect for effects in claim(tx, at) for effect in effects]
    dropped = recipients.drop_unwanted(tx, [effect.id for effect in due], at)
    leases.postpone(tx, [effect.id for effect in due], at)
    return {(effect.chat, effect.fact) for effect in due if effect.id in dropped}


def test_what_no_watch_wants_when_it_is_due_is_owed_no_longer(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear")
        watch(tx, "is:clear", "701")
        told(tx, key, question)
        told(tx, key, question, key="b", kind="overdue")
        [held] = watches.of_chat(tx, Place("telegram", "700", ""))
        watches.change(tx, held.id, Options(pace=DAILY, kinds=frozenset(("overdue",))))
        assert unwanted(tx) == {("700", 1)}
        watches.drop(tx, [held.id])
        assert unwanted(tx) == {("700", 2)}
        assert outbox_state.tally(tx, LATER).waiting == 2


def test_who_changes_their_mind_before_it_is_due_loses_nothing(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear")
        told(tx, key, question)
        watches.drop(tx, [watches.of_chat(tx, Place("telegram", "700", ""))[0].id])
        watch(tx, "is:clear")
        assert unwanted(tx) == set()


def test_what_another_watch_still_wants_stays_owed(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        questions = [watch(tx, "is:clear"), watch(tx, "agency:法務部")]
        told(tx, key, *questions)
        watches.drop(tx, [watches.of_chat(tx, Place("telegram", "700", ""))[0].id])
        assert unwanted(tx) == set()


def test_a_doubtful_deadline_that_passed_waits_for_the_digest_however_it_is_watched(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        told(tx, key, watch(tx, "is:clear", "700", Options(pace=NOW, urgent=True)), kind="overdue")
        assert claim(tx, LATER - timedelta(seconds=1)) == []
        [[effect]] = claim(tx, LATER)
    assert effect.joins == DAILY


def test_in_the_quiet_hours_only_what_wakes_people_and_edits_are_claimed(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear", "700", Options(pace=NOW, urgent=True))
        watch(tx, "is:clear", "701", Options(pace=NOW))
        told(tx, key, question)
        outbox.put(tx, "e", outbox.EDIT, START, place=Place("telegram", "702", ""), message="1", body={})
        kinds, late = (outbox.SEND, outbox.EDIT), START + timedelta(hours=12)
        claimed = leases.claim(tx, late, LEASE, kinds=kinds, platforms=("telegram",), quiet=True)
        assert sorted(effects[0].chat for effects in claimed) == ["700", "702"]


def test_a_chat_is_told_by_which_of_its_watches_it_hears(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        questions = [watch(tx, query) for query in ("agency:法務部", "is:clear", "is:overdue")]
        watch(tx, "agency:法務部", "701")
        watch(tx, "category:其他", "700", Options(pace=DAILY, kinds=frozenset(("added",))))
        kept = facts.keep(tx, [Fact(key="a", commitment=key, kind="evidence", day=TODAY)])
        other = watches.question_id(tx, "category:其他")
        facts.answer(tx, [(kept["a"], question) for question in (*questions[:2], other)])
        found = recipients.reasons(tx, list(kept.values()), [Place("telegram", "700", "")], START)
    assert list(found) == [(kept["a"], "telegram", "700", "")]
    assert [reason.query for reason in found[kept["a"], "telegram", "700", ""]] == ["agency:法務部", "is:clear"]
    assert isinstance(found[kept["a"], "telegram", "700", ""][0], Reason)


def test_a_weekly_round_is_owed_to_those_who_want_one_and_once(database: Database) -> None:
    with database.write() as tx:
        watch(tx, "is:overdue", "700", Options(pace=DAILY, remind=True))
        watch(tx, "is:clear", "700", Options(pace=DAILY, remind=True))
        watch(tx, "is:overdue", "701")
        watch(tx, "is:clear", "702")
        for chat in ("702", "703"):  # who wants the note and watches nothing is told nothing
            chats.choose(tx, Place("telegram", chat, ""), weekly_note=True)
        assert [recipients.owe_weekly(tx, "2026-03-02", START) for _ in range(2)] == [2, 0]
        assert sorted(effects[0].chat for effects in claim(tx)) == ["700", "702"]


def test_a_chat_that_can_not_be_written_to_keeps_what_it_is_owed(
    database: Database, folder: Path, policy: Policy
) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear")
        chats.stop(tx, Place("telegram", "700", ""), "bot was blocked by the user", START)
        assert told(tx, key, question) == 1
        assert claim(tx, LATER) == []
        assert (outbox_state.tally(tx, LATER).waiting, outbox_state.tally(tx, LATER).kept) == (0, 1)
        assert chats.resume(tx, "telegram", "700") == [""]
        assert chats.resume(tx, "telegram", "700") == []
        assert recipients.owe_missed(tx, Place("telegram", "700", ""), START) == 0, "it is not due yet"
        assert recipients.owe_missed(tx, Place("telegram", "700", ""), LATER) == 1
        [[effect]] = claim(tx, LATER)
    assert effect.joins == recipients.MISSED


def test_a_days_digest_is_begun_again_until_it_was_sent_and_never_afterwards(database: Database) -> None:
    place = Place("telegram", "700", "")
    with database.write() as tx:
        first = digests.begin(tx, place, TODAY, [], START)
        assert first is not None
        assert digests.begin(tx, place, TODAY, [], LATER) == first
        digests.end(tx, {first: None}, LATER)
        assert digests.begin(tx, place, TODAY, [], LATER) is None
        assert digests.begin(tx, place, None, [], LATER) not in (None, first)


def test_a_group_that_moves_keeps_everything(database: Database, folder: Path, policy: Policy) -> None:
    [key] = load(database, folder, policy)
    with database.write() as tx:
        question = watch(tx, "is:clear", "-1", Options(pace=NOW))
        watch(tx, "is:overdue", "-1")
        watch(tx, "is:overdue", "-1002")
        watches.mute(tx, Place("telegram", "-1", ""), key + 0, START)
        watches.unmute(tx, Place("telegram", "-1", ""), key)
        chats.choose(tx, Place("telegram", "-1", ""), weekly_note=True)
        told(tx, key, question)
        chats.move(tx, "telegram", "-1", "-1002")
        assert [held.query for held in watches.of_chat(tx, Place("telegram", "-1", ""))] == []
        assert sorted(held.query for held in watches.of_chat(tx, Place("telegram", "-1002", ""))) == [
            "is:clear",
            "is:overdue",
        ]
        assert chats.chose(tx, Place("telegram", "-1002", ""), "weekly_note")
        assert chats.now(tx, Place("telegram", "-1", "")).chat == "-1002"
        assert [effects[0].chat for effects in claim(tx)] == ["-1002"]
        other = watch(tx, "agency:法務部", "-7", Options(pace=NOW))
        watch(tx, "agency:法務部", "-1002", Options(pace=NOW))
        told(tx, key, other, key="b")
        chats.move(tx, "telegram", "-7", "-1002")
        assert outbox_state.tally(tx, LATER).waiting == 2, "each fact once"
        chats.move(tx, "telegram", "-1002", "-1003")
        assert chats.now(tx, Place("telegram", "-1", "")).chat == "-1003"
