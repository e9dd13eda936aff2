"""Several operating-system processes on one PostgreSQL: what each service does holds for all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from bot.service import Service
from handlers.message import Message, Person
from handlers.policy import Policy, Reviewer
from records.folder import Folder
from store import audit, decisions, outbox_state
from store.engine import Database
from tests.conftest import Server, SetClock
from tests.sample import REVIEW_ROOM, TAIPEI, noon, record_text, taps, verdict, write

PROCESSES = 3
DAY = "2026-03-02"
PEOPLE = [Person(platform="telegram", id=str(2001 + number)) for number in range(100)]
VERBS = ("accept", "partly", "not-a-promise", "older")

_together: Barrier


def _begin_together(barrier: Barrier) -> None:
    global _together  # noqa: PLW0603 - the one way to hand a barrier to a process of a pool
    _together = barrier


def _press(url: str, policy: Policy, folder: Path, share: int) -> list[Message | None]:
    """One process's share of the presses, from the moment at which all processes are ready."""
    database = Database(url)
    service = Service(database, policy, SetClock(zone=TAIPEI, moment=noon(DAY)), Folder(folder))
    service.reach_database()
    _together.wait(timeout=60)
    answers = []
    for number in range(share, len(PEOPLE), PROCESSES):
        action = f"{VERBS[number % len(VERBS)]}:1:1"
        answers.append(service.handle(taps(action, DAY, PEOPLE[number], REVIEW_ROOM), str(number)))
    database.close()
    return answers


def test_100_taps_from_three_processes_give_one_decision_one_audit_row_one_entry_and_99_polite_answers(
    postgres: Server, policy: Policy, folder: Path
) -> None:
    url = postgres()
    policy = replace(policy, reviewers=tuple(Reviewer(person=person) for person in PEOPLE))
    database = Database(url)
    write(folder, "a.md", record_text(status="已達成", entries=verdict()))
    Service(database, policy, SetClock(zone=TAIPEI, moment=noon("2026-03-01")), Folder(folder)).feed.sync()

    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, _begin_together, (context.Barrier(PROCESSES),)) as pool:
        shares: Sequence[list[Message | None]] = list(pool.map(partial(_press, url, policy, folder), range(PROCESSES)))
    answers = [answer for share in shares for answer in share if answer]
    assert len(answers) == 100
    polite = [answer.title for answer in answers if answer.place == "private"]
    assert len(polite) == 99
    assert [title for title in polite if not title.startswith("已由複核人甲於 03-02 12:00 決定：")] == []

    with database.read() as tx:
        (decision,) = decisions.since(tx, noon("2026-03-01"))
        rows, broken = audit.verify(tx)
        (row,) = audit.rows(tx, action="decide")
        owed = outbox_state.find_state(tx, f"write_back:{decision.decision_id}", TAIPEI)
    assert (rows, broken) == (1, [])
    assert (row.content["decision"], row.content["by"]) == (decision.decision_id, decision.decided_by)
    assert owed

    Service(database, policy, SetClock(zone=TAIPEI, moment=noon("2026-03-03")), Folder(folder)).feed.sync()
    assert (folder / "a.md").read_text("utf-8").count("[人工複核]") == 1
    database.close()
