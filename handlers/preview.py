"""How many messages a watch would have brought: the news of the last thirty days is asked as the watch would have been."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter

from handlers import alerts, correct
from handlers.news import DATED, NO_CROSSING, Stood, matches, read_snapshot, still_holds
from handlers.policy import Policy
from handlers.still_news import undone
from records.query import Query
from records.status import Standing
from store import commitments, decisions, facts
from store.engine import Transaction
from store.facts import KeptFact, Moment
from store.proposals import Proposal
from store.recipients import due
from store.watches import Options

LOOKS_BACK = timedelta(days=30)
SAMPLES = 3
TOO_MANY_A_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a watch would have brought: messages, pieces of news by kind, the newest of them; `days` is how far that looks.

    `coming` is news that was found and is to be told yet; `since` is the first day of which news is known.
    """

    messages: int
    news: Counter[str]
    coming: int
    samples: tuple[tuple[KeptFact, Standing], ...]
    days: int
    since: date | None

    @property
    def is_too_much(self) -> bool:
        """Whether a day brings more than a person reads."""
        most = TOO_MANY_A_DAY * self.days
        return self.messages > most or self.news.total() + self.coming > most


def preview(
    tx: Transaction,
    query: Query,
    options: Options,
    policy: Policy,
    at: datetime,
    *,
    muted: Collection[int] = (),
) -> Preview:
    """What a watch of a question would have brought in the thirty days before `at` to a chat that muted some commitments."""
    moments = facts.moments_since(tx, at - LOOKS_BACK)
    replay = _Replay(
        options=options,
        policy=policy,
        at=at,
        changed=_changed(moments, policy),
        reversals=decisions.superseded_on(tx, sorted({moment.facts[0].commitment for moment in moments})),
        over=_undone(moments, query, options, policy),
    )
    for moment in moments:
        before, after = read_snapshot(moment.snapshot)
        is_heard = moment.facts[0].commitment not in muted and matches(query, before, after)
        replay.live_through(moment, before, after, is_heard=is_heard)
    since = commitments.first_day(tx)
    days = min(max((at.date() - since).days, 1), LOOKS_BACK.days) if since else LOOKS_BACK.days
    return Preview(
        messages=replay.messages,
        news=replay.news,
        coming=replay.coming,
        samples=_newest(replay.told),
        days=days,
        since=since,
    )


@dataclass(slots=True, kw_only=True)
class _Replay:
    """What a chat with one watch is told while it lives through moments, in order; `at` is now.

    `changed` is how commitments stood since when, `reversals` the decisions that took others' places, by those, and `over`
    the news that was undone before it was told.
    """

    options: Options
    policy: Policy
    at: datetime
    changed: Mapping[int, Sequence[tuple[datetime, Standing | None]]]
    reversals: Mapping[int, Proposal]
    over: Collection[int | None]
    alone: dict[datetime, list[tuple[KeptFact, Standing]]] = field(default_factory=lambda: defaultdict(list))
    joined: set[datetime] = field(default_factory=set)
    corrections: Counter[datetime] = field(default_factory=Counter)
    news: Counter[str] = field(default_factory=Counter)
    told: list[tuple[KeptFact, Standing]] = field(default_factory=list)
    coming: int = 0
    _said: dict[tuple[object, ...], datetime] = field(default_factory=dict)
    """What was said that may turn out wrong, and when."""

    @property
    def messages(self) -> int:
        """How many messages told it all: several alerts at one time become a digest, and so do several corrections."""
        at_once = {due_at: len(set(alerts.as_messages(told_then))) for due_at, told_then in self.alone.items()}
        digests = self.joined | {due_at for due_at, messages in at_once.items() if messages > alerts.AT_ONCE}
        single = sum(messages for messages in at_once.values() if messages <= alerts.AT_ONCE)
        return single + len(digests) + sum(map(correct.messages_of, self.corrections.values()))

    def live_through(self, moment: Moment, before: Stood, after: Stood, *, is_heard: bool) -> None:
        """Tell what a moment brought; its news `is_heard` where the question matches it."""
        stood = after or before
        if stood is None:
            return
        for fact in moment.facts:
            # who was told what turns out wrong is told so at once, whatever is asked
            # who is told that a decision was reversed is told nothing else of it
            said = {says for says, when in self._said.items() if when <= moment.at}
            if corrected := said & self._reversed(fact) or said & _no_crossings(fact, before, after):
                self._correct(fact, stood[0], corrected, self.policy.awake(moment.at))
            elif is_heard and fact.kind in self.options.kinds and fact.id not in self.over:
                self._tell(fact, stood[0], moment.at)

    def _correct(
        self, fact: KeptFact, standing: Standing, corrected: Collection[tuple[object, ...]], due_at: datetime
    ) -> None:
        if not self._is_told(fact, standing, due_at):
            return
        for says in corrected:
            del self._said[says]  # what was taken back once is not taken back again
        self.corrections[due_at] += 1
        self._keep(fact, standing, due_at)

    def _tell(self, fact: KeptFact, standing: Standing, found_at: datetime) -> None:
        times = self.policy.due_times(found_at)
        by_itself, due_at = due(times, self.options, kind=fact.kind, urgent=fact.urgent)
        if not self._is_told(fact, standing, due_at):
            return
        if fact.kind in DATED and not self._still_holds(fact, standing, found_at, due_at):
            return
        if by_itself:
            self.alone[due_at].append((fact, standing))
        else:
            self.joined.add(due_at)
        self._keep(fact, standing, due_at)

    def _is_told(self, fact: KeptFact, standing: Standing, due_at: datetime) -> bool:
        """Whether something is told by now: not what was decided anew before, and what comes yet is counted as such."""
        again = self.reversals.get(fact.proposal or 0) if fact.kind == "reviewed" else None
        if again and again.decided_at and again.decided_at < due_at:
            return False
        if due_at > self.at:
            self.coming += 1
            self.told.append((fact, standing))
            return False
        return True

    def _keep(self, fact: KeptFact, standing: Standing, due_at: datetime) -> None:
        self._said |= dict.fromkeys(_says(fact), due_at)
        self.news[fact.kind] += 1
        self.told.append((fact, standing))

    def _reversed(self, fact: KeptFact) -> set[tuple[object, ...]]:
        """The decisions that one reverses, the one before and those before that."""
        reversed_by = {again.id: earlier for earlier, again in self.reversals.items()}
        found: set[tuple[object, ...]] = set()
        earlier = fact.proposal if fact.kind == "reviewed" else None
        while earlier is not None and (earlier := reversed_by.get(earlier)) is not None:
            found.add(("decided", earlier))
        return found

    def _still_holds(self, fact: KeptFact, standing: Standing, found_at: datetime, due_at: datetime) -> bool:
        """Whether news of a deadline was still true when it was due."""
        later = [stood for when, stood in self.changed[fact.commitment] if found_at <= when <= due_at]
        now = later[-1] if later else standing
        return now is not None and still_holds(fact, now, self.policy.local(due_at).date())


def _newest(news: Sequence[tuple[KeptFact, Standing]]) -> tuple[tuple[KeptFact, Standing], ...]:
    """The newest of some news in its order, one of each commitment."""
    newest: dict[int, tuple[KeptFact, Standing]] = {}
    for fact, standing in reversed(news):
        newest.setdefault(standing.key, (fact, standing))
    return tuple(newest.values())[:SAMPLES]


def _undone(moments: Sequence[Moment], query: Query, options: Options, policy: Policy) -> set[int | None]:
    """What would have been told at one time of commitments that went and came back, or came and went."""
    at_once: dict[datetime, list[KeptFact]] = defaultdict(list)
    for moment in moments:
        for fact in moment.facts:
            if (
                fact.kind in options.kinds
                and fact.kind in ("added", "removed")
                and matches(query, *read_snapshot(moment.snapshot))
            ):
                _, due_at = due(policy.due_times(moment.at), options, kind=fact.kind, urgent=fact.urgent)
                at_once[due_at].append(fact)
    return {id_ for facts_ in at_once.values() for id_ in undone(facts_)}


def _says(fact: KeptFact) -> set[tuple[object, ...]]:
    """What may turn out wrong of a fact that was told: a decision, a deadline that passed or came near."""
    if fact.kind == "reviewed":
        return {("decided", fact.proposal)}
    if fact.kind == "due":
        return {("near", fact.commitment, fact.after)}
    return {("passed", fact.commitment, fact.after, fact.urgent)} if fact.kind == "overdue" else set()


def _no_crossings(fact: KeptFact, before: Stood, after: Stood) -> set[tuple[object, ...]]:
    """The news told earlier that a move or a decision shows to be wrong."""
    found: set[tuple[object, ...]] = set()
    if fact.kind not in ("moved", "reviewed") or before is None or before[0].target is None:
        return found
    passed = before[0].target
    if fact.kind == "moved" or fact.after in NO_CROSSING or (after and after[0].target != passed):
        found.add(("passed", fact.commitment, str(passed), True))
        if passed >= fact.day:
            found.add(("near", fact.commitment, str(passed)))
        if before[0].has_clear_deadline:
            found.add(("passed", fact.commitment, str(passed), False))  # it was doubtful when it passed
    return found


def _changed(moments: Sequence[Moment], policy: Policy) -> Mapping[int, Sequence[tuple[datetime, Standing | None]]]:
    """How each commitment stood since a moment at which its date or status changed or it went: its deadline's news may end so."""
    changed: dict[int, list[tuple[datetime, Standing | None]]] = defaultdict(list)
    for moment in moments:
        kinds = {fact.kind for fact in moment.facts}
        if "removed" in kinds:
            changed[moment.facts[0].commitment].append((moment.at, None))
        if kinds & {"moved", "reviewed", "added"} and (after := read_snapshot(moment.snapshot)[1]):
            # a decision is told when its undo window ends, and counts from when it was taken
            since = moment.at - policy.undo_window if "reviewed" in kinds else moment.at
            changed[moment.facts[0].commitment].append((since, after[0]))
    for stood in changed.values():
        stood.sort(key=itemgetter(0))
    return changed
