"""What a sync brings up to date behind all of its batches: what rests on letters that came, or went, with one of them."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

from handlers.derived import derive, doubts, letter_rows, letters_of, tells
from handlers.judged import keep_deadlines, queue_deadline
from handlers.progress import Progress
from handlers.taking import BATCH
from records import alike
from records.parse import parse
from store import commitments, letters, proposals, texts
from store.engine import Transaction, batched

AFTERWARDS = 1 << 30
"""The batch in which a letter's text came that was read anew behind all batches."""


def reread_letters(tx: Transaction, progress: Progress) -> None:
    """Put together anew the letters of which some record no longer says what it said."""
    removed = progress.removed
    progress.untold.update(
        key for _, path, text in texts.with_paths(tx, removed) for key, _, _ in tells(parse(path, text))
    )
    if not progress.untold:
        return
    telling = {key for key, _ in commitments.of_letters(tx, progress.untold)}
    telling |= {key for key, _ in letters.citing(tx, progress.untold)}
    held = sorted(texts.with_paths(tx, sorted(telling.difference(removed))), key=itemgetter(1))
    rows = [row for _, path, text in held for row in letter_rows(parse(path, text)) if row["key"] in progress.untold]
    progress.held.update(dict.fromkeys(letters.replace(tx, progress.untold, rows), AFTERWARDS))


def derive_again(tx: Transaction, progress: Progress, at: datetime) -> None:
    """Bring up to date the columns of records that were read before the text of one of their letters came."""
    came = [letter for letter, number in progress.held.items() if number > 0 or not progress.first_load]
    stale: set[int] = set()
    with_words: set[int] = set()
    for letters_ in batched(came):
        for key, letter in (*commitments.of_letters(tx, letters_), *letters.citing(tx, letters_)):
            if progress.taken.get(key, -1) < progress.held[letter]:
                stale.add(key)
                if letter not in progress.placed:
                    with_words.add(key)
    for some in batched(sorted(stale), BATCH):
        read = {key: parse(path, text) for key, path, text in texts.with_paths(tx, some)}
        held = letters.held(tx, {letter.key for record in read.values() for letter in letters_of(record) if letter.key})
        rows = keep_deadlines(tx, {key: derive(record, held) for key, record in read.items()})
        before = {standing.key: standing.deadline.kind for standing in commitments.standings(tx, some)}
        commitments.rewrite(tx, rows)
        if not progress.first_load:
            for standing in commitments.standings(tx, some):
                if standing.deadline.kind != before[standing.key]:
                    queue_deadline(tx, standing, at.date(), at, changed=True, backlog=progress.anew)
                    progress.cleared.append(standing.key)
        proposals.rate(tx, "verdict", {key: doubts(row) for key, row in rows.items()}, at)
        proposals.touch(tx, [key for key in some if key in with_words], at)  # a card shows them from now on


def group_alike(tx: Transaction, progress: Progress) -> None:
    """Group anew the records of every letter that a new or changed record was taken from."""
    promises = progress.promises
    touched = {letter for letter, _ in promises.values() if letter}
    others = {key: letter for key, letter in commitments.of_letters(tx, touched) if key not in promises}
    for some in batched(list(others), BATCH):
        held = texts.find(tx, some)
        promises |= {key: (others[key], parse("", held[key]).promise[: alike.COMPARED]) for key in some}
    groups = alike.groups((key, letter, promise) for key, (letter, promise) in sorted(promises.items()))
    grouped = {key: groups.get(key) for key in promises}
    for key in progress.added:
        if grouped[key] is None:
            del grouped[key]  # it is in no group yet
    commitments.set_alike(tx, grouped)
