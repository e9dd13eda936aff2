"""Which commitment a file is: the one at its path, one that moved there, or one that comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.progress import Progress
from records.record import Record
from records.source import Reading
from store import commitments, texts
from store.commitments import Known
from store.engine import Transaction


def put_off(tx: Transaction, batch: Sequence[Reading], progress: Progress) -> Sequence[Reading]:
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


def find_again(tx: Transaction, read: Sequence[tuple[Record, str]], progress: Progress) -> dict[str, Known]:
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
