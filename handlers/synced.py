"""The records were read: take over what changed, open proposals for what a person must judge, and find the news."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from handlers import admins, agreement, breaker, copies, correct, queue, submit
from handlers.afterwards import derive_again, group_alike, reread_letters
from handlers.breaker import HeldSync
from handlers.derived import way_of_reading
from handlers.judged import queue_deadline
from handlers.language import N_, say, say_n
from handlers.message import Message, Section
from handlers.news import (
    DUE_DAYS,
    NOTHING,
    Event,
    Published,
    as_they_stand,
    moves_made_clear,
    of_days,
    publish,
    tell_cleared,
)
from handlers.policy import Policy
from handlers.preview import LOOKS_BACK
from handlers.progress import Progress
from handlers.taking import next_batch, take
from records.agencies import directory
from records.check import in_order, shared_ids, unknown_agencies
from records.problems import Problem
from records.source import Snapshot, name_revision
from records.status import Standing
from store import commitments, facts, files, outbox, proposals, recipients, state
from store.commitments import Known
from store.engine import Transaction
from store.facts import BACK, Fact

REWRITTEN_SHOWN = 10
"""Records that the admins are named at once whose past was rewritten."""

_UNREAD = "unread"
"""A digest that no content has."""


class OvertakenError(Exception):
    """Another process took records over since the source was read: read it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a source is compared with: the store's state when it is read; `anew` where every file is to be read over.

    `place` is where the source's paths begin.
    """

    place: str
    syncs: str | None
    revision: str | None
    digests: Mapping[str, str]
    anew: bool


LIVED_BEYOND = N_("資料庫曾以 {day} 的日期執行過，那天之前的新消息都先留著，不會送出。請檢查時鐘和 --today。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did: how many records there are and what happened to them, the problems, and what follows.

    `news` counts new facts by kind, `proposals` those opened, `queued` the effects owed. `lived_until` is the last day that
    the store has seen, where that is later than today: news is kept until then.
    """

    records: int
    added: int
    changed: int
    removed: int
    relocated: int
    problems: Sequence[Problem]
    news: Mapping[str, int]
    proposals: int
    queued: int
    held: HeldSync | None = None
    lived_until: date | None = None


def compared_with(tx: Transaction, place: str) -> Compared:
    """What a source at a place is to be compared with; where files are read otherwise than before, every one counts as changed.

    Another place's revision says nothing of which paths are there.
    """
    digests = files.digests(tx)
    same = state.read(tx, state.READING) == way_of_reading()
    return Compared(
        place=place,
        syncs=state.read(tx, state.SYNCS),
        revision=state.read(tx, state.REVISION) if same and state.read(tx, state.PLACE) == place else None,
        digests=digests if same else dict.fromkeys(digests, _UNREAD),
        anew=not same,
    )


def is_elsewhere(tx: Transaction, place: str) -> bool:
    """Whether what the store holds was read from another place."""
    return state.read(tx, state.PLACE) not in (None, place)


def take_over(
    tx: Transaction,
    base: Compared,
    snapshot: Snapshot,
    policy: Policy,
    at: datetime,
    *,
    turns: bool = True,
    release: bool = False,
) -> Synced:
    """Bring the store to a source's snapshot; `turns` lives through the days since the last one seen first.

    The first load makes no news; a day before the last one seen publishes nothing. Raises OvertakenError where the store
    is no longer what the snapshot was compared with, and HeldError where it changes too much; `release` lets through what
    is held already.
    """
    state.lock(tx)
    if state.read(tx, state.SYNCS) != base.syncs:
        raise OvertakenError
    before = commitments.total(tx)
    turned = turn_day(tx, policy, at) if turns else NOTHING
    progress = Progress(anew=base.anew, first_load=commitments.is_empty(tx), vanished=_vanished(tx, snapshot.gone))
    _take_all(tx, snapshot, progress, at)
    if not progress.first_load:
        elsewhere = is_elsewhere(tx, base.place)
        breaker.check(
            tx, progress.differences.key, before, progress.numbers, policy, release=release, elsewhere=elsewhere
        )
    _settle_in(tx, progress, policy, at)
    files.forget(tx, snapshot.gone)
    # before anything is told: a correction says of which data it is
    _remember(tx, base, snapshot, progress, at)
    published = _tell(tx, progress, policy, at)
    return Synced(
        records=commitments.total(tx),
        added=progress.numbers["added"],
        changed=progress.changed,
        removed=len(progress.removed),
        relocated=progress.relocated,
        problems=_problems(tx),
        news=Counter(turned.kinds) + Counter(published.kinds),
        proposals=progress.opened,
        queued=turned.queued + published.queued,
        lived_until=lived_beyond(tx, at.date()),
    )


def lived_beyond(tx: Transaction, today: date) -> date | None:
    """The last day that the store has seen, where somebody ran it on a later one than today; None where nobody did."""
    last = state.read_day(tx, state.LAST_DAY)
    return last if last is not None and last > today else None


def _take_all(tx: Transaction, snapshot: Snapshot, progress: Progress, at: datetime) -> None:
    """Take over every file that differs, batch by batch."""
    remaining = iter(snapshot.readings)
    number = 0
    while take(tx, next_batch(remaining), progress, number, at):  # no name holds on to a batch
        number += 1
        gc.collect(0)  # Core's statements are cycles, and hold the batch's paths and letters
    take(tx, progress.put_off, progress, number, at, last=True)
    for path in snapshot.gone:
        progress.differences.add(path, "gone")


def _settle_in(tx: Transaction, progress: Progress, policy: Policy, at: datetime) -> None:
    """Bring up to date what rests on several files, and let go of what the source removed."""
    removed, returned = progress.removed, progress.returned
    reread_letters(tx, progress)
    derive_again(tx, progress, at)
    group_alike(tx, progress)
    _remove(tx, removed, policy, at)
    _put_back(tx, returned, at)
    proposals.touch(tx, [*removed, *returned], at)  # what is gone is asked of nobody until it is back
    if not progress.first_load:
        progress.events += _came_and_went(tx, progress.added, returned, removed, at)


def _tell(tx: Transaction, progress: Progress, policy: Policy, at: datetime) -> Published:
    """Publish what a sync found, as the deadlines stand by now, and owe what follows from it to everybody else."""
    today = at.date()
    progress.events = as_they_stand(tx, progress.events, today)
    first = publish(tx, progress.events, policy, at, today=today)
    # the moves themselves are kept by now
    then = publish(tx, moves_made_clear(tx, progress.cleared, today), policy, at, today=today)
    queued = first.queued + then.queued
    queued += correct.crossings(tx, progress.events, policy, at)
    queued += _tell_rewritten(tx, progress.events, policy, at)
    last = state.read_day(tx, state.LAST_DAY)
    if last is None or today >= last:
        tell_cleared(tx, progress.cleared, policy, at)
        queued += queue.announce(tx, policy, at)
        proposals.withdraw_deadlines(tx, today, at)
    for proposal in proposals.changed_since(tx, at):
        copies.update(tx, proposal, at, f"changed:{at.isoformat()}")
    return Published(kinds=Counter(first.kinds) + Counter(then.kinds), queued=queued)


def hold(tx: Transaction, held: HeldSync, policy: Policy, at: datetime, *, turns: bool) -> Synced:
    """Apply nothing of what was read: the admins are told, and the day turns all the same."""
    state.lock(tx)
    turned = turn_day(tx, policy, at) if turns else NOTHING
    state.write(tx, state.FED_AT, at.isoformat())  # the feed brought something, though it is not applied
    state.forget(tx, state.UNREAD_WHY)
    queued = turned.queued + breaker.hold(tx, held, policy, at)
    return Synced(
        records=commitments.total(tx),
        added=0,
        changed=0,
        removed=0,
        relocated=0,
        problems=_problems(tx),
        news=turned.kinds,
        proposals=0,
        queued=queued,
        held=held,
        lived_until=lived_beyond(tx, at.date()),
    )


def _tell_rewritten(tx: Transaction, events: Sequence[Event], policy: Policy, at: datetime) -> int:
    """Owe the admins a word about records whose past entries were edited or removed; nobody else hears of it."""
    rewritten = [
        (fact.key, event.after[0])
        for event in events
        for fact in event.facts
        if fact.kind == "rewritten" and event.after
    ]
    if not rewritten:
        return 0
    standings = [standing for _, standing in rewritten]
    return admins.tell(tx, rewritten[0][0], lambda: _rewritten(standings), policy, at)


def _rewritten(standings: Sequence[Standing]) -> Message:
    lines = [
        say("{title}（{record}）", title=standing.title, record=standing.id[:8])
        for standing in standings[:REWRITTEN_SHOWN]
    ]
    if len(standings) > REWRITTEN_SHOWN:
        lines.append(say_n("還有 {n} 筆", len(standings) - REWRITTEN_SHOWN))
    return Message(
        title=say_n("來源改寫了 {n} 筆紀錄的過往內容", len(standings)),
        sections=(Section(text=say("這些檔案裡，以前的紀錄被改過或刪掉了：")), Section(text="\n".join(lines))),
    )


def _problems(tx: Transaction) -> list[Problem]:
    unknown = [name for name in commitments.agencies(tx) if name not in directory()]
    named = commitments.naming(tx, unknown)
    return in_order(
        [
            *shared_ids(commitments.sharing_ids(tx)),
            *unknown_agencies(named),
            *files.problems(tx),
        ]
    )


def _remove(tx: Transaction, removed: Sequence[int], policy: Policy, at: datetime) -> None:
    commitments.remove(tx, removed, at.date())
    submit.tell_senders_of_removal(tx, commitments.standings(tx, removed), policy, at)


def _put_back(tx: Transaction, returned: Sequence[int], at: datetime) -> None:
    outbox.hasten_write_back(tx, returned, at)
    submit.tell_nothing_of_removal(tx, returned)


def _vanished(tx: Transaction, gone: Sequence[str]) -> dict[str, list[Known]]:
    """The commitments whose files are no longer where they were, by id: they were removed, or moved."""
    vanished: dict[str, list[Known]] = defaultdict(list)
    for item in commitments.known(tx, gone):
        if not item.removed:
            vanished[item.id].append(item)
    return vanished


def _remember(tx: Transaction, base: Compared, snapshot: Snapshot, progress: Progress, at: datetime) -> None:
    """Which data the store holds now, that it is no longer what others may have compared with, and that the feed lives."""
    today = at.date()
    moved_on = snapshot.revision != base.revision
    if progress.read or snapshot.gone or moved_on:
        state.write(tx, state.DATA_DATE, commitments.data_date(tx, today))
        state.write(tx, state.REVISION, snapshot.revision or name_revision(files.digests(tx)))
        state.write(tx, state.READING, way_of_reading())
        state.write(tx, state.SYNCS, str(int(base.syncs or 0) + 1))
    state.write(tx, state.PLACE, base.place)
    state.write(tx, state.SYNCED_ON, max(today.isoformat(), state.read(tx, state.SYNCED_ON) or ""))
    for name in (state.HELD, state.RELEASED, state.UNREAD_WHY):
        state.forget(tx, name)
    # our own decisions in the files are nothing that the feed brought
    brought = progress.read > progress.ours or bool(snapshot.gone)
    if brought or (moved_on and snapshot.revision and not progress.read):
        state.write(tx, state.FED_AT, at.isoformat())


def turn_day(tx: Transaction, policy: Policy, at: datetime) -> Published:
    """Live through the days since the last one seen: deadlines that passed, and those that come near."""
    state.lock(tx)
    if state.read(tx, state.FED_AT) is None and state.read(tx, state.AWAITED_SINCE) is None:
        state.write(tx, state.AWAITED_SINCE, at.isoformat())
    today = at.date()
    last = state.read_day(tx, state.LAST_DAY)
    if last is not None and today <= last:
        return NOTHING
    state.write(tx, state.LAST_DAY, today.isoformat())
    if last is None:
        return NOTHING
    facts.forget_moments(tx, at - LOOKS_BACK - timedelta(days=1))
    weekly = _owe_weekly(tx, policy, last, today)
    events = []
    for standing in commitments.by_target(tx, last, today + timedelta(days=max(DUE_DAYS))):
        if news := of_days(standing, last, today):
            events.append(Event(before=(standing, last), after=(standing, today), facts=news))
            queue_deadline(tx, standing, today, at)
    published = publish(tx, events, policy, at, today=today)
    return replace(published, queued=published.queued + weekly)


def _owe_weekly(tx: Transaction, policy: Policy, last: date, today: date) -> int:
    """Owe the weekly rounds of the newest Monday among the days after `last`; it makes up for earlier ones that were missed."""
    monday = today - timedelta(days=today.weekday())
    if monday <= last:
        return 0
    reviewers = agreement.owe_weekly(tx, last - timedelta(days=last.weekday()), monday, policy)
    due_at = policy.next_digest(datetime.combine(monday, time(0), policy.zone))
    return reviewers + recipients.owe_weekly(tx, monday.isoformat(), due_at)


def _came_and_went(
    tx: Transaction, added: Sequence[int], returned: Sequence[int], removed: Sequence[int], at: datetime
) -> list[Event]:
    today = at.date()

    def fact(kind: Literal["added", "removed"], key: int, after: str | None = None) -> Fact:
        return Fact(key=f"{kind}:{key}:{at.isoformat()}", commitment=key, kind=kind, day=today, after=after)

    came = [
        Event(
            before=None,
            after=(standing, today),
            facts=(fact("added", standing.key, BACK if standing.key in returned else None),),
        )
        for standing in commitments.standings(tx, [*added, *returned])
    ]
    went = [
        Event(before=(standing, today), after=None, facts=(fact("removed", standing.key),))
        for standing in commitments.standings(tx, removed)
    ]
    return came + went
