"""Files are taken over, batch by batch: what they hold goes into the store, and what that makes news of is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from handlers.derived import derive, doubts, letter_rows, letters_of, tells
from handlers.identity import find_again, put_off
from handlers.judged import claim, judge, keep_deadlines, queue_deadline
from handlers.news import Event, of_change, of_days
from handlers.progress import Progress
from records.agencies import directory
from records.alike import COMPARED
from records.changes import Change, compare, unseen
from records.parse import parse
from records.record import ACHIEVED, Record
from records.source import Reading
from store import commitments, decisions, files, letters, proposals, search, texts
from store.commitments import Known, NewColumns, RecordColumns
from store.engine import Transaction

BATCH = 250
"""Files that are taken over together: 15,870 records then load in 144 MB (benchmarks/syncs.py).

With 1,000 they loaded in 160 MB, and a load of the corpus took 8 % less time.
"""

_BATCH_TEXT = 4_000_000
"""Characters from which a batch is full as well: 250 usual files have a fifth of that, 250 of a megabyte took 700 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A file that reads otherwise than before, moved, or came back: the commitment it is, and its new reading."""

    known: Known
    record: Record
    text: str
    row: RecordColumns


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
        batch = put_off(tx, batch, progress)
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
    known = find_again(tx, read, progress)
    arrived: list[tuple[Record, str, RecordColumns]] = []
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
    progress.restated += sum(change.status is not None and not change.is_only_ours for change in changes)
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
    progress.promises.update((key, (records[key].letter.key, records[key].promise[:COMPARED])) for key in retold)
    return True


def _keep_letters(tx: Transaction, records: Iterable[Record]) -> dict[str, bool]:
    """Keep what records tell of their letters; the letters whose text, or place, was not held before."""
    return letters.add(tx, [row for record in records for row in letter_rows(record)])


def _arrive(tx: Transaction, arrived: Sequence[tuple[Record, str, RecordColumns]], at: datetime) -> list[int]:
    """Take in new records: their letters count as seen, their verdicts and passed doubtful deadlines join the backlog."""
    today = at.date()
    columns: list[NewColumns] = [
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
            queue_deadline(tx, new, today, at, changed=True, backlog=progress.anew and not change.target)
    return events, opened, changes


def _compare(tx: Transaction, changed: Sequence[Match], progress: Progress) -> list[Change]:
    keys = [item.known.key for item in changed]
    old_texts = texts.find(tx, keys)
    seen = letters.seen(tx, keys)
    ours = decisions.left_in_files(tx, keys)
    changes = []
    for item in changed:
        old = parse(item.known.path, old_texts[item.known.key])
        changes.append(
            compare(old, item.record, seen=seen.get(item.known.key, frozenset()), left=ours.get(item.known.key, {}))
        )
        progress.untold |= {key for key, _, _ in tells(old) - tells(item.record)}
    return changes
