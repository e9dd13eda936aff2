"""Before and after → facts → who must hear. The one path for news: sync, decision and the day's turn all come here."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter

from handlers import found
from handlers.policy import Policy
from records.changes import Change
from records.query import Query
from records.status import DEADLINE_MOVED, NO_DEADLINE, NOT_PROMISED, Standing
from store import commitments, facts, recipients, state, watches
from store.engine import Transaction
from store.facts import Fact

DUE_DAYS = (1, 7, 30)
"""Days before a clear deadline on which it is announced."""

Stood = tuple[Standing, date] | None
"""How a commitment stood, and on which day; None where there was or is none."""

_SNAPSHOT = TypeAdapter(tuple[Stood, Stood])


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one commitment: how it stood on which day, before and after, and the news that makes."""

    before: Stood
    after: Stood
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How many new facts of each kind were kept, and how many messages they made due."""

    kinds: Mapping[str, int]
    queued: int


NOTHING = Published(kinds={}, queued=0)


def of_change(before: Standing, after: Standing, change: Change, at: datetime) -> tuple[Fact, ...]:
    """The news in a record's new reading: letters unseen, a moved target date, a crossing that the move caused.

    What can happen again, and on the same day, is known by its moment.
    """
    key, today = after.key, at.date()
    news = [
        Fact(
            key=f"evidence:{key}:{citation.letter.key}",
            commitment=key,
            kind="evidence",
            day=today,
            letter=citation.letter.key,
        )
        for citation in change.evidence
    ]
    # a date that a reviewer settled does not move when it is written into the file
    if change.target and before.target != after.target:
        news.append(moved(key, change.target, at))
        # from one passed date to another: who was told of the first hears that it was wrong, and nobody of the second else
        if after.is_overdue(today) and (after.has_clear_deadline or not before.is_overdue(today)):
            news.append(overdue(after, today))
    if change.rewritten:
        news.append(Fact(key=f"rewritten:{key}:{at.isoformat()}", commitment=key, kind="rewritten", day=today))
    return tuple(news)


def moved(commitment: int, target: tuple[date | None, date | None], at: datetime) -> Fact:
    """The source gives another target date (before, after); one move is known by its moment."""
    key = f"moved:{commitment}:{at.isoformat()}"
    before, after = (day.isoformat() if day else None for day in target)
    return Fact(key=key, commitment=commitment, kind="moved", day=at.date(), before=before, after=after)


def of_days(standing: Standing, last: date, today: date) -> tuple[Fact, ...]:
    """The news in the days after `last` up to `today`: a crossing, or the nearest of the announcements that fell due."""
    if standing.target is None:
        return ()
    if standing.is_overdue(today):
        return () if standing.target < last else (overdue(standing, today),)
    left = (standing.target - today).days
    was_left = (standing.target - last).days
    announced = next((days for days in DUE_DAYS if left <= days < was_left), None)
    if announced is None or not standing.has_clear_deadline or not standing.is_due_soon(today):
        return ()
    key = near_key(standing.key, str(standing.target), announced)
    return (Fact(key=key, commitment=standing.key, kind="due", day=today, after=standing.target.isoformat()),)


def of_moves(standing: Standing, moves: Sequence[Fact], today: date) -> tuple[Fact, ...]:
    """The crossing that the last move of a date would have caused, had no decision stood that was undone since."""
    if not moves or moves[-1].after != str(standing.target) or not standing.is_overdue(today):
        return ()
    before = moves[-1].before
    had_passed = before is not None and before < moves[-1].day.isoformat()
    return (overdue(standing, today),) if standing.has_clear_deadline or not had_passed else ()


DATED = ("overdue", "due")
"""Kinds of news that may be over when they are due."""

NO_CROSSING = (DEADLINE_MOVED, NO_DEADLINE, NOT_PROMISED)
"""Outcomes by which a date that passed was no deadline of a promise."""


def crossing_key(commitment: int, target: str) -> str:
    """The key of the news that a target date passed."""
    return f"overdue:{commitment}:{target}"


def near_key(commitment: int, target: str, days: int) -> str:
    """The key of the news that a target date is so many days ahead."""
    return f"due:{commitment}:{target}:{days}"


def overdue(standing: Standing, today: date) -> Fact:
    """The crossing of a target date, once for each date; told at once only where the deadline is clear."""
    return Fact(
        key=crossing_key(standing.key, str(standing.target)),
        commitment=standing.key,
        kind="overdue",
        day=today,
        urgent=standing.has_clear_deadline,
        after=str(standing.target),
    )


def as_they_stand(tx: Transaction, events: Sequence[Event], today: date) -> list[Event]:
    """Events whose crossings are told as the deadline stands by now: a letter's text that was read behind them may state it."""
    passed = [event.after[0].key for event in events if event.after and _tells_a_crossing(event)]
    now = {one.key: one for one in commitments.standings(tx, passed)}
    return [
        _as_it_stands(event, now[event.after[0].key], today) if event.after and _tells_a_crossing(event) else event
        for event in events
    ]


def _tells_a_crossing(event: Event) -> bool:
    return any(fact.kind == "overdue" for fact in event.facts)


def _as_it_stands(event: Event, standing: Standing, today: date) -> Event:
    told = tuple(overdue(standing, today) if one.kind == "overdue" else one for one in event.facts)
    return replace(event, after=(standing, today), facts=told)


def moves_made_clear(tx: Transaction, keys: Sequence[int], today: date) -> list[Event]:
    """The crossings of dates that the source had moved, doubtful, from one passed day to another, and that are clear by now.

    Nobody was told of them when they moved (`of_change`).
    """
    events = []
    for standing in commitments.standings(tx, keys):
        if standing.is_removed or not (standing.has_clear_deadline and standing.is_overdue(today)):
            continue
        moves = [fact for fact in facts.of(tx, [standing.key]) if fact.kind == "moved"]
        if moves and moves[-1].after == str(standing.target):
            moment = (standing, today)
            events.append(Event(before=moment, after=moment, facts=(overdue(standing, today),)))
    return events


def tell_cleared(tx: Transaction, keys: Sequence[int], policy: Policy, at: datetime) -> None:
    """Tell at once that a date passed which was doubtful then and is clear by now, to each chat that was not told it yet."""
    for standing in commitments.standings(tx, keys):
        if standing.is_removed or not (standing.has_clear_deadline and standing.is_overdue(at.date())):
            continue
        crossing = facts.find_id(tx, crossing_key(standing.key, str(standing.target)))
        if crossing is None:
            continue
        facts.make_urgent(tx, crossing)
        recipients.owe_no_longer(tx, crossing, at)
        # who watches clear dates alone did not hear of it before
        moment = (standing, at.date())
        cleared = Event(before=moment, after=moment, facts=tuple(facts.find(tx, [crossing])))
        heard = _heard(tx, _seen_by_public(tx, [cleared], at), {cleared.facts[0].key: crossing})
        facts.answer(tx, set(heard).difference(facts.answered(tx, crossing)))
        recipients.owe(tx, [crossing], policy.due_times(at))


def publish(tx: Transaction, events: Sequence[Event], policy: Policy, at: datetime, *, today: date) -> Published:
    """Keep what is new, find who hears it, and owe them messages from `at` on, outside the quiet hours.

    It is heard by whom it concerns as if nobody had decided what can still be undone. A day before the last one seen
    publishes nothing: what it kept is told with the next day's news.
    """
    kept = facts.keep(tx, [fact for event in events for fact in event.facts])
    if kept:
        public = _seen_by_public(tx, events, at)
        facts.answer(tx, _heard(tx, public, kept))
        _remember(tx, public, kept, at)
    last = state.read_day(tx, state.LAST_DAY)
    if last is not None and today < last:
        return NOTHING
    news = facts.take_unpublished(tx)
    queued = recipients.owe(tx, [fact.id for fact in news if fact.id], policy.due_times(at))
    return Published(kinds=Counter(fact.kind for fact in news), queued=queued)


def matches(query: Query, before: Stood, after: Stood) -> bool:
    """Whether a question hears what happened: it matched before or does now."""
    return any(query.matches(standing, day) for standing, day in filter(None, (before, after)))


def as_public(tx: Transaction, standings: Sequence[Standing], at: datetime) -> dict[int, Standing]:
    """How those of some commitments stand for the public on which a decision can still be undone: as if nobody had decided.

    What the source changed since is public.
    """
    now = {one.key: one for one in standings}
    public: dict[int, Standing] = {}
    for key, origin, snapshot in facts.undecided(tx, list(now), at):
        before, _ = read_snapshot(snapshot)
        if before is None:
            continue
        public.setdefault(key, now[key])
        was = before[0]
        if origin != "deadline":
            public[key] = replace(
                public[key],
                status=was.status,
                reviewed=was.reviewed,
                proposed=was.proposed,
                completed_on=was.completed_on,
            )
        elif now[key].deadline.settled is not None:
            public[key] = replace(public[key], target=was.target, target_text=was.target_text, deadline=was.deadline)
    return public


def _seen_by_public(tx: Transaction, events: Sequence[Event], at: datetime) -> list[Event]:
    """Events as the public sees them: how their commitments stood and stand is told without what can still be undone."""
    before = as_public(tx, [event.before[0] for event in events if event.before], at)
    after = as_public(tx, [event.after[0] for event in events if event.after], at)

    def seen(moment: Stood, public: Mapping[int, Standing]) -> Stood:
        return (public.get(moment[0].key, moment[0]), moment[1]) if moment else None

    return [replace(event, before=seen(event.before, before), after=seen(event.after, after)) for event in events]


def still_holds(fact: Fact, standing: Standing, today: date) -> bool:
    """Whether news of a deadline is still true of a commitment on the day when it is told."""
    if standing.is_removed or standing.target is None or standing.target.isoformat() != fact.after:
        return False
    if fact.kind == "overdue":
        return standing.is_overdue(today)
    return standing.target >= today and standing.is_due_soon(today) and standing.has_clear_deadline


def read_snapshot(snapshot: bytes) -> tuple[Stood, Stood]:
    """How a commitment stood before and after, as it was kept."""
    return _SNAPSHOT.validate_json(zlib.decompress(snapshot))


def _remember(tx: Transaction, events: Sequence[Event], kept: Mapping[str, int], at: datetime) -> None:
    """Keep how commitments stood when there was news of them: a preview asks other questions of it."""
    for event in events:
        if new := [kept[fact.key] for fact in event.facts if fact.key in kept and fact.kind != "rewritten"]:
            snapshot = zlib.compress(_SNAPSHOT.dump_json((event.before, event.after)))
            facts.keep_moment(tx, new, snapshot, at)


def _heard(tx: Transaction, events: Sequence[Event], kept: Mapping[str, int]) -> list[tuple[int, int]]:
    """Which (fact, question) belong together: each watched question is asked once of each event."""
    questions = {id_: found.read_back(text) for id_, text in watches.watched_questions(tx).items()}
    return [
        (kept[fact.key], question)
        for event in events
        if (new := [fact for fact in event.facts if fact.key in kept and fact.kind != "rewritten"])
        for question, query in questions.items()
        if matches(query, event.before, event.after)
        for fact in new
    ]
