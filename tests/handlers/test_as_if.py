"""An undone decision leaves nothing behind: what stands and waits afterwards is as if nobody had decided."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlers import review, undo
from handlers.policy import Policy
from records.status import DISMISS
from store import commitments, queue
from store.engine import Database
from tests.handlers.conftest import Newsroom
from tests.sample import CITIZEN, NEWER_LETTER, OLDER_LETTER, REVIEWER, asks, clock_at, record_text, verdict

DAY = "2026-03-02"
FILE = "a.md"
TRACKED = record_text(target="2027-12-31")
KEPT = record_text(target="2027-12-31", status="已達成", entries=verdict(OLDER_LETTER))
KEPT_ON_MORE = record_text(target="2027-12-31", status="已達成", entries=verdict(OLDER_LETTER) + verdict(NEWER_LETTER))
LATE = record_text(target="2027-12-31", status="已延宕")
TAKEN_BACK = record_text(target="2027-12-31", status="追蹤中", entries=verdict(OLDER_LETTER))
STALE = record_text(target="2027-12-31", status="無更新", entries=verdict(OLDER_LETTER))


@dataclass(frozen=True, slots=True)
class Waits:
    """How a commitment stands and what waits on it."""

    status: str
    reviewed: str
    proposed: str | None
    open: tuple[tuple[str, bool, str | None, str], ...]


def _waits(database: Database) -> Waits:
    with database.read() as tx:
        [standing] = commitments.standings(tx, [1])
        waiting = sorted((p.origin, p.backlog, p.from_status, p.proposed) for p in queue.waiting(tx))
    return Waits(standing.status, standing.reviewed, standing.proposed, tuple(waiting))


def _play(
    newsroom: Newsroom, files: list[str], sent: bool, meanwhile: list[str], origin: str, outcome: str | None
) -> Waits:
    for day, text in zip(("2026-02-27", "2026-02-28"), files, strict=False):
        newsroom.sync(day, {FILE: text})
    if sent:
        newsroom.happens(asks("更正 11111111 https://example.org/a 做好了", DAY, CITIZEN))
    decided = None
    if outcome:
        with newsroom.database.write() as tx:
            proposal = next(one for one in queue.waiting(tx) if one.origin == origin)
            at = clock_at(DAY, "13:00")
            decided = review.settle(tx, proposal.id, outcome, REVIEWER, "", newsroom.policy, at).proposal
    for minute, text in enumerate(meanwhile, 5):
        newsroom.sync(DAY, {FILE: text}, at=clock_at(DAY, f"13:{minute:02}"))
    if decided:
        with newsroom.database.write() as tx:
            undo.take_back(tx, decided.id, decided.version, REVIEWER, newsroom.policy, clock_at(DAY, "13:20"))
    return _waits(newsroom.database)


@pytest.mark.parametrize(
    "meanwhile",
    [[], [KEPT], [KEPT_ON_MORE], [TAKEN_BACK], [STALE], [LATE], [TAKEN_BACK, KEPT], [KEPT_ON_MORE, TAKEN_BACK]],
)
@pytest.mark.parametrize(
    ("files", "sent", "origin", "outcomes"),
    [
        ([KEPT], False, "verdict", ("accept", "decline", "partly", "not-a-promise")),
        ([TRACKED, KEPT], False, "verdict", ("accept", "decline", "partly")),
        ([KEPT, TAKEN_BACK], False, "verdict", ("accept", "decline")),
        ([TRACKED], True, "correction", ("accept", "decline", "partly", DISMISS)),
        ([TRACKED, KEPT], True, "correction", ("accept", "decline", DISMISS)),
        ([KEPT], True, "correction", ("accept", "decline", DISMISS)),
    ],
)
def test_after_an_undo_the_same_waits_as_if_nobody_had_decided(
    migrated: Path,
    policy: Policy,
    tmp_path: Path,
    files: list[str],
    sent: bool,
    origin: str,
    outcomes: tuple[str, ...],
    meanwhile: list[str],
) -> None:
    seen: dict[str | None, Waits] = {}
    for outcome in (None, *outcomes):
        place = tmp_path / str(outcome)
        place.mkdir()
        shutil.copy(migrated, place / "n.sqlite3")
        database = Database(f"sqlite:///{place / 'n.sqlite3'}")
        seen[outcome] = _play(Newsroom(database, place, policy), files, sent, meanwhile, origin, outcome)
        database.close()
    assert seen == dict.fromkeys(seen, seen[None])
