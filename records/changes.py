"""What differs between two readings of a record. Only what means something: an entry that changes nothing is no change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from records.record import DELAYED, STATUS_CHANGE, TRACKING, Citation, Entry, Record

BY_DATE = frozenset(((TRACKING, DELAYED), (DELAYED, TRACKING)))
"""Changes that a date alone makes: it passed, or the source reads it otherwise (20 real ROC years were read as long past)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new reading brings.

    `status` is (before, after) of the recorded status as the source changed it, None where it stayed or a decision of this
    store that was written back says the same; `by_date` says that it only fell due, or not after all, `ours` that such a
    decision was written back; `target` is (before, after) of the target date; `evidence` holds one citation for each letter
    unseen on this record so far; `fresh` says that there are entries that were not there, `rewritten` that entries of the
    past are gone or edited, `retold` that what a card says of the promise is told otherwise: its title, agency, category,
    words, target as written, or its letter.
    """

    status: tuple[str, str] | None
    by_date: bool
    ours: bool
    target: tuple[date | None, date | None] | None
    evidence: tuple[Citation, ...]
    fresh: bool
    rewritten: bool
    retold: bool

    @property
    def is_seen(self) -> bool:
        """Whether it shows on a review card: not where it is only our own decision, written back."""
        if self.ours and not self.status:
            return False
        return bool(self.status or self.target or self.fresh or self.rewritten or self.retold)

    @property
    def is_only_ours(self) -> bool:
        """Whether it is our own decision, written back, and nothing that the source brought."""
        return self.ours and not (self.status or self.evidence or self.rewritten or self.retold)

    @property
    def judged(self) -> tuple[str, str] | None:
        """The status change that waits for a person: not by date."""
        return None if self.by_date else self.status


def compare(old: Record, new: Record, *, seen: Set[str], left: Mapping[str, str | None]) -> Change:
    """Compare two readings; `seen` are the letters already known on this record.

    `left` are the ids of this store's decisions on the record with the status that each leaves in the file, None for a deadline's.
    """
    written = [id_ for id_ in new.decision_ids if id_ in left and id_ not in old.decision_ids]
    before_source = next((left[id_] for id_ in reversed(written) if left[id_]), None) or old.status
    status = (before_source, new.status) if before_source != new.status else None
    kept = _in_common(old.entries, new.entries)  # nearly always all of the old ones
    entries, before = _by_content(new.entries[kept:]), _by_content(old.entries[kept:])
    return Change(
        status=status,
        by_date=status in BY_DATE and not any(map(is_judged, entries - before)),
        ours=bool(written),
        target=(old.target, new.target) if old.target != new.target else None,
        evidence=_news(old, new, seen),
        fresh=bool(entries - before),
        rewritten=bool(before - entries),
        retold=_told(old) != _told(new),
    )


def _in_common(some: Sequence[Entry], others: Sequence[Entry]) -> int:
    """With how many equal entries both begin."""
    pairs = zip(some, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _by_content(entries: Iterable[Entry]) -> Counter[Entry]:
    """Entries without their layout: blank lines, and blanks behind a line, say nothing. The same may stand there twice."""
    return Counter(
        replace(entry, text="\n".join(filter(None, map(str.rstrip, entry.text.split("\n"))))) for entry in entries
    )


def is_judged(entry: Entry) -> bool:
    """Whether the AI changed the status by an entry; a report of progress of the same night did not."""
    return entry.heading == STATUS_CHANGE and bool(entry.field("AI 判斷"))


def _told(record: Record) -> tuple[object, ...]:
    """What a review card says of a record, its entries and its status aside."""
    said = (record.title, record.agency_text, record.category, record.promise, record.target_text)
    return (*said, record.letter)


def _news(old: Record, new: Record, seen: Set[str]) -> tuple[Citation, ...]:
    """The letters that were not cited before; one that lost its number is known by its file, which was cited then."""
    before = {citation.letter.url for citation in old.citations}
    return tuple(one for one in unseen(new, seen) if one.letter.number or one.letter.url not in before)


def unseen(record: Record, seen: Set[str]) -> tuple[Citation, ...]:
    """One citation for each letter that is not in `seen` and is not the record's own.

    It is the newest, but for one that says the promise was kept: a report of progress on the same letter takes nothing back.
    """
    found: dict[str, Citation] = {}
    for citation in record.citations:
        key = citation.letter.key
        if not key or key == record.letter.key or key in seen:
            continue
        if key not in found or citation.says_kept or not found[key].says_kept:
            found[key] = citation
    return tuple(found.values())
