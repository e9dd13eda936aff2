"""Files are taken over, batch by batch: what they hold goes into the store, and what that makes news of is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any

from handlers.breaker import Differences
from handlers.derived import derive, doubts, letters_of
from handlers.judged import claim, judge, keep_deadlines, queue_deadline
from handlers.news import Event, of_change, of_days
from handlers.policy import directory
from records import alike
from records.changes import Change, compare, unseen
from records.parse import parse
from records.record import ACHIEVED, Record
from records.source import Reading
from store import commitments, decisions, files, letters, proposals, search, texts
from store.commitments import Known
from store.engine import Transaction, batched

BATCH = 250
"""Files that are taken over together: 15,870 records then load in 144 MB (benchmarks/syncs.py).

With 1,000 they loaded in 160 MB, and a load of the corpus took 8 % less time.
"""

_BATCH_TEXT = 4_000_000
"""Characters from which a batch is full as well: 250 usual files have a fifth of that, 250 of a megabyte took 700 MB."""

AFTERWARDS = 1 << 30
"""The batch in which a letter's text came that was read anew behind all batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file that reads otherwise than before, moved, or came back: the commitment it is, and its new reading."""

    known: Known
    record: Record
    text: str
    row: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a sync has found so far."""

    anew: bool
    """Every file is read over, also those that are as they were."""

    first_load: bool
    """Nothing was in the store before."""

    vanished: dict[str, list[Known]]
    """The commitments whose files are gone from their paths, by id: removed, or moved."""

    added: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    """Commitments whose file is back after the source had removed it."""

    changed: int = 0
    ours: int = 0
    """Files in which nothing but our own decisions changed."""

    relocated: int = 0
    """Commitments whose file moved."""

    moved: int = 0
    """Changed statuses."""

    unreadable: int = 0
    """Files that were readable before."""

    events: list[Event] = field(default_factory=list)
    opened: int = 0
    """Proposals."""

    read: int = 0
    """Files that differ from those of the last sync."""

    differences: Differences = field(default_factory=Differences)
    """What those files are known by, so that the same sync is known again."""

    taken: dict[int, int] = field(default_factory=dict)
    """The number of the batch in which each commitment was read."""

    held: dict[str, int] = field(default_factory=dict)
    """The number of the batch in which each letter's text came."""

    promises: dict[int, tuple[str | None, str]] = field(default_factory=dict)
    """Each commitment that is to be grouped anew, with its letter and its promise."""

    untold: set[str] = field(default_factory=set)
    """Letters of which a record told something that it tells no more."""

    placed: set[str] = field(default_factory=set)
    """Letters of which the place in the gazette alone came."""

    cleared: list[int] = field(default_factory=list)
    """Commitments whose deadline became clear or doubtful while its date stayed."""

    paths: set[str] = field(default_factory=set)
    """The paths that were read."""

    put_off: list[Reading] = field(default_factory=list)
    """Files whose commitment may yet be found to have left its path."""


def next_batch(remaining: Iterator[Reading]) -> Sequence[Reading]:
    """The next of some readings that are to be taken over together; none where there are no more."""
    batch, size = [], 0
    for reading in islice(remaining, BATCH):
        batch.append(reading)
        size += len(reading.text)
        if size >= _BATCH_TEXT:
            break
    return batch


def take(
    tx: Transaction, batch: Sequence[Reading], progress: Progress, number: int, at: datetime, *, last: bool = False
) -> bool:
    """Take over a batch of files; whether there were any. The `last` batch is of those that were put off.

    A file is the commitment of its id: at its path, else one whose path vanished or holds another.

    One that moves so keeps its watches and decisions, as does one that comes back; an unreadable one keeps its last good
    reading.
    """
    if not batch:
        return False
    if not (last or progress.first_load):
        batch = _put_off(tx, batch, progress)
    unreadable = [reading.path for reading in batch if reading.record is None]
    progress.unreadable += len(unreadable) - len(files.unreadable(tx, unreadable))
    files.keep(tx, batch)
    progress.read += len(batch)
    for reading in batch:
        progress.differences.add(reading.path, reading.digest)
    read = [(reading.record, reading.text) for reading in batch if reading.record]
    came = _keep_letters(tx, [record for record, _ in read])
    progress.held.update(dict.fromkeys(came, number))
    progress.placed -= {letter for letter, has_text in came.items() if has_text}
    progress.placed |= {letter for letter, has_text in came.items() if not has_text}
    held = letters.held(tx, {letter.key for record, _ in read for letter in letters_of(record) if letter.key})
    known = _find_again(tx, read, progress)
    arrived: list[tuple[Record, str, Mapping[str, Any]]] = []
    matched: list[Match] = []
    for record, text in read:
        row = derive(record, held)
        same = known.get(record.path)
        if same is None:
            arrived.append((record, text, row))
        else:
            matched.append(Match(known=same, record=record, text=text, row=row))
    added = _arrive(tx, arrived, at)
    events, opened, changes = _change(tx, matched, progress, at)
    progress.moved += sum(change.status is not None and not change.is_only_ours for change in changes)
    progress.added += added
    progress.returned += [item.known.key for item in matched if item.known.removed]
    progress.relocated += sum(item.known.path != item.record.path for item in matched)
    progress.changed += sum(not item.known.removed and item.known.path == item.record.path for item in matched)
    progress.ours += sum(change.is_only_ours for change in changes)
    progress.events += events
    progress.opened += len(opened)
    taken = [
        *zip(added, (record for record, _, _ in arrived), strict=True),
        *((m.known.key, m.record) for m in matched),
    ]
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
    return True


def _put_off(tx: Transaction, batch: Sequence[Reading], progress: Progress) -> Sequence[Reading]:
    """A batch without the files at new paths whose commitment stands at another one that may hold another record by now."""
    progress.paths |= {reading.path for reading in batch}
    ids = {reading.record.id for reading in batch if reading.record}
    elsewhere: dict[str, list[str]] = {}
    here: set[tuple[str, str]] = set()
    for item in commitments.held(tx, sorted(ids)):
        here.add((item.path, item.id))
        if item.path not in progress.paths:
            elsewhere.setdefault(item.id, []).append(item.path)
    gone = {item.path for items in progress.vanished.values() for item in items}
    waits = {
        reading.path
        for reading in batch
        if reading.record
        and (reading.path, reading.record.id) not in here
        and any(path not in gone for path in elsewhere.get(reading.record.id, ()))
    }
    put_off = [reading for reading in batch if reading.path in waits]
    progress.put_off += put_off
    _make_way(tx, [reading.record for reading in put_off if reading.record], progress)
    return [reading for reading in batch if reading.path not in waits]


def _find_again(tx: Transaction, read: Sequence[tuple[Record, str]], progress: Progress) -> dict[str, Known]:
    """Which commitment each of some (record, file) is, by path; those that are new are left out.

    Of several that share an id and left their places each goes to the file that holds its text, else bears its name.
    """
    found = _make_way(tx, [record for record, _ in read], progress)
    gone = _gone(tx, [record.id for record, _ in read if record.path not in found])
    for pool in (progress.vanished, gone):
        wanted = [(record, text) for record, text in read if record.path not in found and pool.get(record.id)]
        shared = [item.key for record, _ in wanted for item in pool[record.id] if len(pool[record.id]) > 1]
        held = texts.find(tx, list(dict.fromkeys(shared)))
        for is_it in (_holds_its_text, _bears_its_name, _any_is):
            for record, text in wanted:
                same = next((one for one in pool[record.id] if is_it(one, record.path, text, held)), None)
                if same is not None and record.path not in found:
                    found[record.path] = same
                    pool[record.id].remove(same)
    return found


def _holds_its_text(known: Known, _path: str, text: str, held: Mapping[int, str]) -> bool:
    return held.get(known.key) == text


def _bears_its_name(known: Known, path: str, _text: str, _held: Mapping[int, str]) -> bool:
    return known.path.rpartition("/")[2] == path.rpartition("/")[2]


def _any_is(_known: Known, _path: str, _text: str, _held: Mapping[int, str]) -> bool:
    return True


def _make_way(tx: Transaction, records: Sequence[Record], progress: Progress) -> dict[str, Known]:
    """The commitments that are still at the paths of some records, by path.

    One whose path holds another id by now has vanished from there, and leaves the path to it.
    """
    ids = {record.path: record.id for record in records}
    known = commitments.known(tx, list(ids))
    displaced = [item for item in known if item.id != ids[item.path]]
    commitments.set_aside(tx, [item.key for item in displaced])
    for item in displaced:
        if not item.removed:
            progress.vanished[item.id].append(item)
    return {item.path: item for item in known if item.id == ids[item.path]}


def _gone(tx: Transaction, ids: Sequence[str]) -> dict[str, list[Known]]:
    """The commitments of some ids that the source held once, by id: one of these comes back at another path."""
    gone: dict[str, list[Known]] = {}
    for item in commitments.removed(tx, ids):
        gone.setdefault(item.id, []).append(item)
    return gone


def _keep_letters(tx: Transaction, records: Iterable[Record]) -> dict[str, bool]:
    """Keep what records tell of their letters; the letters whose text, or place, was not held before."""
    return letters.add(tx, [row for record in records for row in _letter_rows(record)])


def _letter_rows(record: Record) -> list[dict[str, Any]]:
    """What a record tells of its letters, as the store keeps it."""
    return [
        {
            "key": letter.key,
            "date": letter.date,
            "url": letter.url,
            "subject": letter.subject,
            "text": letter.text,
            "ordinal": letter.ordinal,
        }
        for letter in letters_of(record)
        if letter.key
    ]


def _arrive(tx: Transaction, arrived: Sequence[tuple[Record, str, Mapping[str, Any]]], at: datetime) -> list[int]:
    """Take in new records: their letters count as seen, their verdicts and passed doubtful deadlines join the backlog."""
    today = at.date()
    columns = [
        {**row, "status": record.status, "reviewed": claim(record), "arrived_on": today} for record, _, row in arrived
    ]
    keys = commitments.add(tx, columns)
    texts.add(tx, dict(zip(keys, (text for _, text, _ in arrived), strict=True)))
    records = list(zip(keys, (record for record, _, _ in arrived), strict=True))
    commitments.add_agencies(tx, [(key, directory().resolve(record.agency_text)) for key, record in records])
    search.index(tx, list(zip(keys, (row["searched"] for _, _, row in arrived), strict=True)))
    seen = [(key, citation.letter.key) for key, record in records for citation in unseen(record, frozenset())]
    letters.see(tx, [(key, letter) for key, letter in seen if letter], None)
    rows = zip(keys, columns, strict=True)
    verdicts = [(key, doubts(row)) for key, row in rows if row["recorded"] == ACHIEVED]
    proposals.open_backlog(tx, "verdict", verdicts, at)
    doubtful = commitments.with_deadline_doubts(tx, today, keys)
    proposals.open_backlog(tx, "deadline", [(key, 1) for key in doubtful], at)
    return keys


def _change(
    tx: Transaction, changed: Sequence[Match], progress: Progress, at: datetime
) -> tuple[list[Event], list[int], list[Change]]:
    """Take over changed records; the events they make, the proposals they open, and what differs in each."""
    keys = [item.known.key for item in changed]
    before = {standing.key: standing for standing in commitments.standings(tx, keys)}
    waiting = proposals.open_among(tx, keys, "verdict")
    changes = _compare(tx, changed, progress)
    today = at.date()
    opened: list[int] = []
    commitments.rewrite(tx, keep_deadlines(tx, {item.known.key: item.row for item in changed}))
    texts.change(tx, {item.known.key: item.text for item in changed})
    for item, change in zip(changed, changes, strict=True):
        if (
            proposal := judge(
                tx, before[item.known.key], waiting.get(item.known.key), item.record, item.row, change, at
            )
        ) is not None:
            opened.append(proposal)
    proposals.rate(tx, "verdict", {item.known.key: doubts(item.row) for item in changed}, at)
    shown = [item.known.key for item, change in zip(changed, changes, strict=True) if change.is_seen]
    proposals.touch(tx, shown, at)
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
        news = of_change(old, new, change, at)
        if item.known.removed_on:
            # its date may have passed or come near while it was gone, or just before, and nobody was told
            missed = of_days(new, item.known.removed_on - timedelta(days=1), today)
            news = tuple({fact.key: fact for fact in (*news, *missed)}.values())
        if news:
            events.append(Event(before=(old, today), after=(new, today), facts=news))
        if new.deadline.kind != old.deadline.kind and not change.target:
            progress.cleared.append(new.key)
        if change.target or new.deadline.kind != old.deadline.kind or item.known.removed:
            # also where one doubtful date of the past took another's place, or passed while the file was gone
            queue_deadline(tx, new, today, at, backlog=progress.anew and not change.target)
    return events, opened, changes


def _compare(tx: Transaction, changed: Sequence[Match], progress: Progress) -> list[Change]:
    keys = [item.known.key for item in changed]
    old_texts = texts.find(tx, keys)
    seen = letters.seen(tx, keys)
    ours = decisions.left_in_files(tx, keys)
    changes = []
    for item in changed:
        old = parse(item.known.path, old_texts[item.known.key])[0]
        changes.append(
            compare(old, item.record, seen=seen.get(item.known.key, frozenset()), left=ours.get(item.known.key, {}))
        )
        progress.untold |= {key for key, _, _ in _tells(old) - _tells(item.record)}
    return changes


def _tells(record: Record) -> set[tuple[str, str, object]]:
    """All that a record tells of its letters, as (letter, column, value)."""
    return {(row["key"], name, value) for row in _letter_rows(record) for name, value in row.items() if value}


def reread_letters(tx: Transaction, progress: Progress, removed: Sequence[int]) -> None:
    """Put together anew the letters of which some record no longer says what it said."""
    progress.untold.update(
        key for _, path, text in texts.with_paths(tx, removed) for key, _, _ in _tells(parse(path, text)[0])
    )
    if not progress.untold:
        return
    telling = {key for key, _ in commitments.of_letters(tx, progress.untold)}
    telling |= {key for key, _ in letters.citing(tx, progress.untold)}
    held = sorted(texts.with_paths(tx, sorted(telling.difference(removed))), key=itemgetter(1))
    rows = [
        row for _, path, text in held for row in _letter_rows(parse(path, text)[0]) if row["key"] in progress.untold
    ]
    progress.held.update(dict.fromkeys(letters.replace(tx, progress.untold, rows), AFTERWARDS))


def derive_again(tx: Transaction, progress: Progress, at: datetime, *, first_load: bool) -> None:
    """Bring up to date the columns of records that were read before the text of one of their letters came."""
    came = [letter for letter, number in progress.held.items() if number > 0 or not first_load]
    stale: set[int] = set()
    with_words: set[int] = set()
    for letters_ in batched(came):
        for key, letter in (*commitments.of_letters(tx, letters_), *letters.citing(tx, letters_)):
            if progress.taken.get(key, -1) < progress.held[letter]:
                stale.add(key)
                if letter not in progress.placed:
                    with_words.add(key)
    for some in batched(sorted(stale), BATCH):
        read = {key: parse(path, text)[0] for key, path, text in texts.with_paths(tx, some)}
        held = letters.held(tx, {letter.key for record in read.values() for letter in letters_of(record) if letter.key})
        rows = keep_deadlines(tx, {key: derive(record, held) for key, record in read.items()})
        before = {standing.key: standing.deadline.kind for standing in commitments.standings(tx, some)}
        commitments.rewrite(tx, rows)
        if not first_load:
            for standing in commitments.standings(tx, some):
                if standing.deadline.kind != before[standing.key]:
                    queue_deadline(tx, standing, at.date(), at, backlog=progress.anew)
                    progress.cleared.append(standing.key)
        proposals.rate(tx, "verdict", {key: doubts(row) for key, row in rows.items()}, at)
        proposals.touch(tx, [key for key in some if key in with_words], at)  # a card shows them from now on


def group_alike(tx: Transaction, progress: Progress) -> None:
    """Group anew the records of every letter that a new or changed record was taken from."""
    promises = progress.promises
    touched = {letter for letter, _ in promises.values() if letter}
    others = [(key, letter) for key, letter in commitments.of_letters(tx, touched) if key not in promises]
    held = texts.find(tx, [key for key, _ in others])
    promises |= {key: (letter, parse("", held[key])[0].promise) for key, letter in others}
    groups = alike.groups((key, letter, promise) for key, (letter, promise) in sorted(promises.items()))
    grouped = {key: groups.get(key) for key in promises}
    for key in progress.added:
        if grouped[key] is None:
            del grouped[key]  # it is in no group yet
    commitments.set_alike(tx, grouped)
