"""The records were read: take over what changed, open proposals for what a person must judge, and find the news."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from handlers import admins, breaker, review
from handlers.breaker import Held
from handlers.derived import derive, doubts, letters_of, way_of_reading
from handlers.message import Message, Section
from handlers.news import DUE_DAYS, Event, Published, of_change, of_days, publish
from handlers.policy import Policy, directory
from records import alike
from records.changes import Change, compare, unseen
from records.parse import parse
from records.problems import in_order, shared_ids, unknown_agencies
from records.record import ACHIEVED, HUMAN_REVIEW, Problem, Record
from records.source import Reading, Snapshot, name_revision
from records.status import OUTCOMES, Standing
from store import commitments, files, letters, proposals, search, state
from store.commitments import Known
from store.engine import Transaction, batched
from store.facts import Fact
from store.proposals import Proposal

BATCH = 1000
"""Files that are taken over together: 15,870 records then load within 150 MB (benchmarks/syncs.py)."""

REWRITTEN_SHOWN = 10
"""Records that the admins are named at once whose past was rewritten."""

_UNREAD = "unread"
"""A digest that no content has."""


class OvertakenError(Exception):
    """Another process took records over since the source was read: read it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a source is compared with: the store's state when it is read; `anew` where every file is to be read over."""

    syncs: str | None
    revision: str | None
    digests: Mapping[str, str]
    anew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did: how many records there are and what happened to them, the problems, and what follows.

    `news` counts new facts by kind, `proposals` those opened, `queued` the effects owed.
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
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A file that reads otherwise than before, moved, or came back: the commitment it is, and its new reading."""

    known: Known
    record: Record
    row: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class _Progress:
    """What a sync has found so far.

    `anew` says that every file is read over; `read` holds (path, digest) of every file that differs, `moved` counts
    changed statuses, `unreadable` files that were readable before; `taken` tells in which batch a commitment was read,
    `held` in which a letter's text came; `promises` are those to be grouped anew, with their letters.
    """

    anew: bool
    vanished: dict[str, list[Known]]
    added: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    changed: int = 0
    relocated: int = 0
    moved: int = 0
    unreadable: int = 0
    events: list[Event] = field(default_factory=list)
    opened: int = 0
    read: list[tuple[str, str]] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    promises: dict[int, tuple[str | None, str]] = field(default_factory=dict)


def basis(tx: Transaction) -> Basis:
    """What the source is to be compared with; where files are read otherwise than before, every one counts as changed."""
    digests = files.digests(tx)
    same = state.read(tx, state.READING) == way_of_reading()
    return Basis(
        syncs=state.read(tx, state.SYNCS),
        revision=state.read(tx, state.REVISION) if same else None,
        digests=digests if same else dict.fromkeys(digests, _UNREAD),
        anew=not same,
    )


def take_over(
    tx: Transaction,
    base: Basis,
    snapshot: Snapshot,
    policy: Policy,
    at: datetime,
    *,
    turns: bool = True,
    release: bool = False,
) -> Synced:
    """Bring the store to a source's snapshot; `turns` lives through the days since the last one seen first.

    The first load makes no news; a day before the last one seen publishes nothing. Raises OvertakenError where the store
    is no longer what the snapshot was compared with, and HeldError where it changes too much and nobody gave `release`.
    """
    state.lock(tx)
    if state.read(tx, state.SYNCS) != base.syncs:
        raise OvertakenError
    today = at.date()
    before = commitments.total(tx)
    first_load = commitments.is_empty(tx)
    turned = turn_day(tx, policy, at) if turns else Published(kinds={}, queued=0)
    progress = _Progress(anew=base.anew, vanished=_vanished(tx, snapshot.gone))
    for number, batch in enumerate(_batches(snapshot.readings)):
        _take(tx, batch, progress, number, at)
    removed = [item.key for items in progress.vanished.values() for item in items]
    if before and not release:
        numbers = {
            "status": progress.moved,
            "removed": len(removed),
            "added": len(progress.added) + len(progress.returned),
            "unreadable": progress.unreadable,
        }
        key = breaker.name([*progress.read, *((path, "gone") for path in snapshot.gone)])
        breaker.check(tx, key, before, numbers, policy)
    _derive_again(tx, progress, first_load=first_load)
    _group_alike(tx, progress)
    commitments.remove(tx, removed, today)
    files.forget(tx, snapshot.gone)
    if not first_load:
        progress.events += _came_and_went(tx, [*progress.added, *progress.returned], removed, today)
    published = publish(tx, progress.events, policy, at, today=today)
    told = _tell_rewritten(tx, progress.events, policy, at)
    last = state.read_day(tx, state.LAST_DAY)
    announced = 0 if last is not None and today < last else review.announce(tx, policy, at)
    if progress.read or snapshot.gone or snapshot.revision != base.revision:
        _remember(tx, base, snapshot)
    state.write(tx, state.SYNCED_ON, max(today.isoformat(), state.read(tx, state.SYNCED_ON) or ""))
    for name in (state.HELD, state.RELEASED):
        state.forget(tx, name)
    return Synced(
        records=commitments.total(tx),
        added=len(progress.added) + len(progress.returned),
        changed=progress.changed,
        removed=len(removed),
        relocated=progress.relocated,
        problems=_problems(tx),
        news=Counter(turned.kinds) + Counter(published.kinds),
        proposals=progress.opened,
        queued=turned.queued + published.queued + announced + told,
    )


def hold(tx: Transaction, held: Held, policy: Policy, at: datetime, *, turns: bool) -> Synced:
    """Apply nothing of what was read: the admins are told, and the day turns all the same."""
    state.lock(tx)
    turned = turn_day(tx, policy, at) if turns else Published(kinds={}, queued=0)
    queued = turned.queued + breaker.hold(tx, held, policy, at)
    nothing = dict.fromkeys(("added", "changed", "removed", "relocated", "proposals"), 0)
    return Synced(
        records=commitments.total(tx), problems=_problems(tx), news=turned.kinds, queued=queued, held=held, **nothing
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
    lines = [f"{standing.title}（{standing.id[:8]}）" for _, standing in rewritten[:REWRITTEN_SHOWN]]
    if len(rewritten) > REWRITTEN_SHOWN:
        lines.append(f"還有 {len(rewritten) - REWRITTEN_SHOWN} 筆")
    message = Message(
        title=f"來源改寫了 {len(rewritten)} 筆紀錄的過往內容",
        sections=(Section(text="這些檔案裡，以前的紀錄被改過或刪掉了："), Section(text="\n".join(lines))),
    )
    return admins.tell(tx, rewritten[0][0], message, policy, at)


def _problems(tx: Transaction) -> list[Problem]:
    unknown = [name for name in commitments.agencies(tx) if name not in directory()]
    named = commitments.naming(tx, unknown)
    return in_order(
        [
            *shared_ids(commitments.sharing_ids(tx)),
            *unknown_agencies(named, directory()),
            *files.problems(tx),
        ]
    )


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    remaining = iter(readings)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _vanished(tx: Transaction, gone: Sequence[str]) -> dict[str, list[Known]]:
    """The commitments whose files are no longer where they were, by id: they were removed, or moved."""
    vanished: dict[str, list[Known]] = defaultdict(list)
    for item in commitments.known(tx, gone):
        if not item.removed:
            vanished[item.id].append(item)
    return vanished


def _remember(tx: Transaction, base: Basis, snapshot: Snapshot) -> None:
    """Which data the store holds now, and that it is no longer what others may have compared with."""
    state.write(tx, state.DATA_DATE, commitments.data_date(tx))
    state.write(tx, state.REVISION, snapshot.revision or name_revision(files.digests(tx)))
    state.write(tx, state.READING, way_of_reading())
    state.write(tx, state.SYNCS, str(int(base.syncs or 0) + 1))


def _take(tx: Transaction, batch: Sequence[Reading], progress: _Progress, number: int, at: datetime) -> None:
    """Take over a batch of files. Files match by path, then by id among vanished paths.

    A file that moves so keeps its watches and decisions; an unreadable one keeps its last good reading.
    """
    files.keep(tx, batch)
    progress.read += [(reading.path, reading.digest) for reading in batch]
    unreadable = [reading.path for reading in batch if reading.record is None]
    progress.unreadable += sum(not item.removed for item in commitments.known(tx, unreadable))
    read = [(reading.record, reading.text) for reading in batch if reading.record]
    progress.held.update(dict.fromkeys(_keep_letters(tx, [record for record, _ in read]), number))
    held = letters.held(tx, {letter.key for record, _ in read for letter in letters_of(record) if letter.key})
    known = {item.path: item for item in commitments.known(tx, [record.path for record, _ in read])}
    arrived: list[tuple[Record, Mapping[str, Any]]] = []
    matched: list[_Match] = []
    for record, text in read:
        row = derive(record, text, held)
        same = known.get(record.path)
        if same is None and progress.vanished[record.id]:
            same = progress.vanished[record.id].pop()
        if same is None:
            arrived.append((record, row))
        else:
            matched.append(_Match(known=same, record=record, row=row))
    added = _arrive(tx, arrived, at)
    events, opened, changes = _change(tx, matched, at)
    progress.moved += sum(change.status is not None for change in changes)
    progress.added += added
    progress.returned += [item.known.key for item in matched if item.known.removed]
    progress.relocated += sum(item.known.path != item.record.path for item in matched)
    progress.changed += sum(not item.known.removed and item.known.path == item.record.path for item in matched)
    progress.events += events
    progress.opened += len(opened)
    taken = [*zip(added, (record for record, _ in arrived), strict=True), *((m.known.key, m.record) for m in matched)]
    progress.taken.update(dict.fromkeys((key for key, _ in taken), number))
    retold = [
        *added,
        *(
            item.known.key
            for item, change in zip(matched, changes, strict=True)
            if change.retold or item.known.removed or progress.anew
        ),
    ]
    records = dict(taken)
    progress.promises.update((key, (records[key].letter.key, records[key].promise)) for key in retold)


def _derive_again(tx: Transaction, progress: _Progress, *, first_load: bool) -> None:
    """Bring up to date the columns of records that were read before the text of one of their letters came."""
    came = [letter for letter, number in progress.held.items() if number > 0 or not first_load]
    resting = [*commitments.of_letters(tx, came), *letters.citing(tx, came)]
    stale = {key for key, letter in resting if progress.taken.get(key, -1) < progress.held[letter]}
    for some in batched(sorted(stale), BATCH):
        read = [(key, parse(path, text)[0], text) for key, path, text in commitments.present(tx, some)]
        held = letters.held(tx, {letter.key for _, record, _ in read for letter in letters_of(record) if letter.key})
        rows = {key: derive(record, text, held) for key, record, text in read}
        commitments.rewrite(tx, rows)
        proposals.rate(tx, "verdict", {key: doubts(row) for key, row in rows.items()})


def turn_day(tx: Transaction, policy: Policy, at: datetime) -> Published:
    """Live through the days since the last one seen: deadlines that passed, and those that come near."""
    state.lock(tx)
    today = at.date()
    last = state.read_day(tx, state.LAST_DAY)
    if last is not None and today <= last:
        return Published(kinds={}, queued=0)
    state.write(tx, state.LAST_DAY, today.isoformat())
    if last is None:
        return Published(kinds={}, queued=0)
    events = []
    for standing in commitments.by_target(tx, last, today + timedelta(days=max(DUE_DAYS))):
        if news := of_days(standing, last, today):
            events.append(Event(before=(standing, last), after=(standing, today), facts=news))
            _queue_deadline(tx, standing, today, at)
    return publish(tx, events, policy, at, today=today)


def _keep_letters(tx: Transaction, records: Iterable[Record]) -> set[str]:
    """Keep what records tell of their letters; the letters whose text was not held before."""
    return letters.add(
        tx,
        [
            {"key": letter.key, "date": letter.date, "url": letter.url, "subject": letter.subject, "text": letter.text}
            for record in records
            for letter in letters_of(record)
            if letter.key
        ],
    )


def _arrive(tx: Transaction, arrived: Sequence[tuple[Record, Mapping[str, Any]]], at: datetime) -> list[int]:
    """Take in new records: their letters count as seen, their verdicts and passed doubtful deadlines join the backlog."""
    today = at.date()
    columns = [
        {**row, "status": record.status, "reviewed": _claim(record), "arrived_on": today} for record, row in arrived
    ]
    keys = commitments.add(tx, columns)
    records = list(zip(keys, (record for record, _ in arrived), strict=True))
    commitments.add_agencies(tx, [(key, directory().resolve(record.agency_text)) for key, record in records])
    search.index(tx, list(zip(keys, (row["searched"] for _, row in arrived), strict=True)))
    seen = [(key, citation.letter.key) for key, record in records for citation in unseen(record, frozenset())]
    letters.see(tx, [(key, letter) for key, letter in seen if letter], today)
    rows = zip(keys, columns, strict=True)
    verdicts = [(key, doubts(row)) for key, row in rows if row["recorded"] == ACHIEVED]
    proposals.open_backlog(tx, "verdict", verdicts, at)
    doubtful = commitments.with_deadline_doubts(tx, today, keys)
    proposals.open_backlog(tx, "deadline", [(key, 1) for key in doubtful], at)
    return keys


def _claim(record: Record) -> str:
    """What a file says of its review is its source's claim: it is shown, and settles nothing."""
    return "source" if any(entry.heading == HUMAN_REVIEW for entry in record.entries) else "none"


def _change(tx: Transaction, changed: Sequence[_Match], at: datetime) -> tuple[list[Event], list[int], list[Change]]:
    """Take over changed records; the events they make, the proposals they open, and what differs in each."""
    keys = [item.known.key for item in changed]
    before = {standing.key: standing for standing in commitments.standings(tx, keys)}
    waiting = proposals.open_among(tx, keys, "verdict")
    changes = _compare(tx, changed)
    today = at.date()
    opened: list[int] = []
    commitments.rewrite(tx, {item.known.key: item.row for item in changed})
    for item, change in zip(changed, changes, strict=True):
        if (proposal := _judge(tx, before[item.known.key], waiting.get(item.known.key), item, change, at)) is not None:
            opened.append(proposal)
    commitments.forget_agencies(tx, keys)
    commitments.add_agencies(tx, [(item.known.key, directory().resolve(item.record.agency_text)) for item in changed])
    seen = [
        (item.known.key, citation.letter.key)
        for item, change in zip(changed, changes, strict=True)
        for citation in change.evidence
    ]
    letters.see(tx, [(key, letter) for key, letter in seen if letter], today)
    after = {standing.key: standing for standing in commitments.standings(tx, keys)}
    search.forget(tx, keys)
    search.index(tx, [(key, standing.searched) for key, standing in after.items()])
    events = []
    for item, change in zip(changed, changes, strict=True):
        old, new = before[item.known.key], after[item.known.key]
        news = () if item.known.removed else of_change(old, new, change, len(item.record.entries), today)
        if news:
            events.append(Event(before=(old, today), after=(new, today), facts=news))
        if any(fact.kind == "overdue" for fact in news):
            _queue_deadline(tx, new, today, at)
    return events, opened, changes


def _compare(tx: Transaction, changed: Sequence[_Match]) -> list[Change]:
    keys = [item.known.key for item in changed]
    old_texts = commitments.texts(tx, keys)
    seen = letters.seen(tx, keys)
    ours = proposals.decision_ids(tx) if changed else frozenset()
    return [
        compare(
            parse(item.known.path, old_texts[item.known.key])[0],
            item.record,
            seen=seen.get(item.known.key, frozenset()),
            decision_ids=ours,
        )
        for item in changed
    ]


def _judge(
    tx: Transaction, before: Standing, waiting: Proposal | None, item: _Match, change: Change, at: datetime
) -> int | None:
    """Open a proposal where the AI changed the status, or found a new letter after a decision against it.

    The effective status stays until a person decides. Returns the proposal's id where one was opened.
    """
    record = item.record
    against = before.reviewed in OUTCOMES and before.reviewed != "accept"
    verdict_on_new_letter = any(citation.is_verdict for citation in change.evidence)
    if change.judged and record.status == before.status:
        if waiting and not waiting.backlog:
            proposals.withdraw(tx, waiting.id, at)
            _settle(tx, before.key, record)
        return None
    if not change.judged and not (against and verdict_on_new_letter):
        if waiting and change.evidence:
            proposals.open_(
                tx,
                before.key,
                "verdict",
                at,
                doubts=doubts(item.row),
                to_status=waiting.to_status,
                backlog=waiting.backlog,
            )
        return None
    proposal = proposals.open_(
        tx,
        before.key,
        "verdict",
        at,
        doubts=doubts(item.row),
        from_status=before.status,
        to_status=record.status if change.judged else ACHIEVED,
    )
    commitments.change(tx, before.key, reviewed="waiting")
    return None if waiting and not waiting.backlog else proposal


def _settle(tx: Transaction, key: int, record: Record) -> None:
    decided = proposals.last_decided(tx, key)
    commitments.change(tx, key, reviewed=decided.outcome if decided else _claim(record))


def _queue_deadline(tx: Transaction, standing: Standing, today: date, at: datetime) -> None:
    """A doubtful deadline that passed waits for a person; nobody is told that it is late."""
    if standing.deadline.kind == "doubtful" and standing.is_overdue(today):
        proposals.open_(tx, standing.key, "deadline", at, doubts=1)


def _group_alike(tx: Transaction, progress: _Progress) -> None:
    """Group anew the records of every letter that a new or changed record was taken from."""
    touched = {letter for letter, _ in progress.promises.values() if letter}
    promises = dict(progress.promises)
    others = [(key, letter) for key, letter in commitments.of_letters(tx, touched) if key not in promises]
    texts = commitments.texts(tx, [key for key, _ in others])
    promises |= {key: (letter, parse("", texts[key])[0].promise) for key, letter in others}
    groups = alike.groups((key, letter, promise) for key, (letter, promise) in sorted(promises.items()))
    grouped = {key: groups.get(key) for key in promises}
    for key in progress.added:
        if grouped[key] is None:
            del grouped[key]  # it is in no group yet
    commitments.set_alike(tx, grouped)


def _came_and_went(tx: Transaction, added: Sequence[int], removed: Sequence[int], today: date) -> list[Event]:
    def fact(kind: str, key: int) -> Fact:
        return Fact(key=f"{kind}:{key}:{today}", commitment=key, kind=kind, day=today)

    came = [
        Event(before=None, after=(standing, today), facts=(fact("added", standing.key),))
        for standing in commitments.standings(tx, added)
    ]
    went = [
        Event(before=(standing, today), after=None, facts=(fact("removed", standing.key),))
        for standing in commitments.standings(tx, removed)
    ]
    return came + went
