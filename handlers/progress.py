"""What a sync has found so far, from batch to batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.breaker import Differences
from handlers.news import Event
from records.source import Reading
from store.commitments import Known


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

    restated: int = 0
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

    @property
    def removed(self) -> list[int]:
        """The commitments whose files are gone, once every file was read."""
        return [item.key for items in self.vanished.values() for item in items]

    @property
    def numbers(self) -> Mapping[str, int]:
        """How much differs of what the breaker weighs, by what it calls it."""
        return {
            "status": self.restated,
            "removed": len(self.removed),
            "added": len(self.added) + len(self.returned),
            "unreadable": self.unreadable,
        }
