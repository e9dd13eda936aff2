"""The records were read: take over what changed, open proposals for what a person must judge, and find the news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers import review
from handlers.news import DUE_DAYS, Event, Published, of_change, of_days, publish
from handlers.policy import Policy, directory
from handlers.prepared import Arrived, Changed, Prepared, prepare, revision
from records import alike
from records.changes import Change, unseen
from records.flags import doubt_score
from records.record import ACHIEVED, HUMAN_REVIEW, Problem, Record
from records.source import find_problems
from records.status import OUTCOMES, Standing
from store import commitments, proposals, search, state
from store.engine import Transaction
from store.facts import Fact


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


def take_over(tx: Transaction, prepared: Prepared, policy: Policy, at: datetime, *, turns: bool = True) -> Synced:
    """Bring the store to what was read; `turns` lives through the days since the last one seen first.

    The first load makes no news; a day before the last one seen publishes nothing.
    """
    state.lock(tx)
    if commitments.known(tx) != prepared.known:  # another process was first: what was compared is out of date
        prepared = prepare(tx, prepared.readings)
    today = at.date()
    turned = turn_day(tx, policy, at) if turns else Published(kinds={}, queued=0)
    _keep_letters(tx, prepared.taken)
    events, opened = _change(tx, prepared.changed, at)
    arrivals = _arrive(tx, prepared.arrived, at)
    _group_alike(tx, prepared)
    commitments.remove(tx, [item.key for item in prepared.removed], today)
    if prepared.known:
        returned = [item.known.key for item in prepared.changed if item.known.removed]
        events += _came_and_went(tx, [*arrivals, *returned], [item.key for item in prepared.removed], today)
    published = publish(tx, events, policy, at, today=today)
    last = state.read_day(tx, state.LAST_DAY)
    announced = 0 if last is not None and today < last else review.announce(tx, policy, at)
    records = [reading.record for reading in prepared.readings if reading.record]
    state.write(tx, state.DATA_DATE, max((record.last_updated for record in records), default=""))
    state.write(tx, state.REVISION, revision(prepared.readings))
    returns = sum(item.known.removed for item in prepared.changed)
    return Synced(
        records=len(records),
        added=len(prepared.arrived) + returns,
        changed=len(prepared.changed) - prepared.relocated - returns,
        removed=len(prepared.removed),
        relocated=prepared.relocated,
        problems=find_problems(prepared.readings),
        news=Counter(turned.kinds) + Counter(published.kinds),
        proposals=len(opened),
        queued=turned.queued + published.queued + announced,
    )


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


def _keep_letters(tx: Transaction, records: Iterable[Record]) -> None:
    letters = [
        letter for record in records for letter in (record.letter, *(citation.letter for citation in record.citations))
    ]
    commitments.add_letters(
        tx,
        [
            {"key": letter.key, "date": letter.date, "url": letter.url, "subject": letter.subject, "text": letter.text}
            for letter in letters
            if letter.key
        ],
    )


def _arrive(tx: Transaction, arrived: Sequence[Arrived], at: datetime) -> list[int]:
    """Take in new records: their letters count as seen, their verdicts and passed doubtful deadlines join the backlog."""
    today = at.date()
    keys = commitments.add(
        tx,
        [
            {**item.row, "status": item.record.status, "reviewed": _claim(item.record), "arrived_on": today}
            for item in arrived
        ],
    )
    both = list(zip(keys, arrived, strict=True))
    commitments.set_agencies(tx, {key: directory().resolve(item.record.agency_text) for key, item in both})
    search.index(tx, [(key, item.row["searched"]) for key, item in both])
    seen = [(key, citation.letter.key) for key, item in both for citation in unseen(item.record, frozenset())]
    commitments.add_evidence(tx, [(key, letter) for key, letter in seen if letter], today)
    verdicts = [(key, doubt_score(item.record)) for key, item in both if item.record.status == ACHIEVED]
    proposals.open_backlog(tx, "verdict", verdicts, at)
    doubtful = commitments.with_deadline_doubts(tx, today, keys)
    proposals.open_backlog(tx, "deadline", [(key, 1) for key in doubtful], at)
    return keys


def _claim(record: Record) -> str:
    """What a file says of its review is its source's claim: it is shown, and settles nothing."""
    return "source" if any(entry.heading == HUMAN_REVIEW for entry in record.entries) else "none"


def _change(tx: Transaction, changed: Sequence[Changed], at: datetime) -> tuple[list[Event], list[int]]:
    """Take over changed records; the events they make, and the proposals they open."""
    keys = [item.known.key for item in changed]
    before = {standing.key: standing for standing in commitments.standings(tx, keys)}
    today = at.date()
    opened: list[int] = []
    for item in changed:
        commitments.change(tx, item.known.key, **item.row, removed_on=None)
        if (proposal := _judge(tx, before[item.known.key], item.record, item.change, at)) is not None:
            opened.append(proposal)
    commitments.set_agencies(tx, {item.known.key: directory().resolve(item.record.agency_text) for item in changed})
    seen = [(item.known.key, citation.letter.key) for item in changed for citation in item.change.evidence]
    commitments.add_evidence(tx, [(key, letter) for key, letter in seen if letter], today)
    after = {standing.key: standing for standing in commitments.standings(tx, keys)}
    search.index(tx, [(key, standing.searched) for key, standing in after.items()])
    events = []
    for item in changed:
        old, new = before[item.known.key], after[item.known.key]
        news = () if item.known.removed else of_change(old, new, item.change, len(item.record.entries), today)
        if news:
            events.append(Event(before=(old, today), after=(new, today), facts=news))
        if any(fact.kind == "overdue" for fact in news):
            _queue_deadline(tx, new, today, at)
    return events, opened


def _judge(tx: Transaction, before: Standing, record: Record, change: Change, at: datetime) -> int | None:
    """Open a proposal where the AI changed the status, or found a new letter after a decision against it.

    The effective status stays until a person decides. Returns the proposal's id where one was opened.
    """
    waiting = proposals.open_of(tx, before.key, "verdict")
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
                doubts=doubt_score(record),
                to_status=waiting.to_status,
                backlog=waiting.backlog,
            )
        return None
    proposal = proposals.open_(
        tx,
        before.key,
        "verdict",
        at,
        doubts=doubt_score(record),
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


def _group_alike(tx: Transaction, prepared: Prepared) -> None:
    """Group anew the records of every letter that a new or changed record was taken from."""
    touched = {record.letter.key for record in prepared.taken}
    if not touched:
        return
    keys = {item.path: item.key for item in commitments.known(tx)}
    members = [
        (keys[reading.path], reading.record.letter.key, reading.record.promise)
        for reading in prepared.readings
        if reading.record and reading.record.letter.key in touched
    ]
    groups = alike.groups(members)
    held = {item.known.key for item in prepared.changed}
    commitments.set_alike(tx, {key: groups.get(key) for key, _, _ in members if key in groups or key in held})


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
