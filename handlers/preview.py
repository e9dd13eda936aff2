"""How many messages a watch would have brought: the news of the last thirty days is asked as the watch would have been."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.news import matches, read_snapshot
from handlers.outgoing import ALERTS_AT_ONCE
from handlers.policy import Policy
from records.query import Query
from records.status import Standing
from store import commitments, facts
from store.engine import Transaction
from store.facts import Fact
from store.recipients import due
from store.watches import Options

LOOKS_BACK = timedelta(days=30)
SAMPLES = 3
TOO_MANY_A_DAY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a watch would have brought: messages, pieces of news by kind, the newest of them; `days` is how far that looks.

    `since` is the first day of which news is known.
    """

    messages: int
    news: Counter[str]
    samples: tuple[tuple[Fact, Standing], ...]
    days: int
    since: date | None

    @property
    def is_too_much(self) -> bool:
        """Whether a day brings more than a person reads."""
        return self.messages > TOO_MANY_A_DAY * self.days or self.news.total() > TOO_MANY_A_DAY * self.days


def _is_over(fact: Fact, day: date) -> bool:
    """Whether a date that was announced had passed when the announcement fell due: nobody is told of it then."""
    return fact.kind == "due" and fact.after is not None and date.fromisoformat(fact.after) < day


def preview(tx: Transaction, query: Query, options: Options, policy: Policy, at: datetime) -> Preview:
    """What a watch of a question would have brought in the thirty days before `at`."""
    alone: Counter[datetime] = Counter()
    joined: set[datetime] = set()
    kinds: Counter[str] = Counter()
    samples: list[tuple[Fact, Standing]] = []
    for moment in facts.moments_since(tx, at - LOOKS_BACK):
        wanted = [fact for fact in moment.facts if fact.kind in options.kinds]
        if not wanted:
            continue
        before, after = read_snapshot(moment.snapshot)
        if not matches(query, before, after):
            continue
        for fact in wanted:
            by_itself, due_at = due(policy.moments(moment.at), options, kind=fact.kind, urgent=fact.urgent)
            if due_at > at or _is_over(fact, due_at.astimezone(policy.zone).date()):
                continue
            if by_itself:
                alone[due_at] += 1
            else:
                joined.add(due_at)
            kinds[fact.kind] += 1
            standing = after or before
            if standing:
                samples.append((fact, standing[0]))
    joined |= {due_at for due_at, count in alone.items() if count > ALERTS_AT_ONCE}
    single = sum(count for count in alone.values() if count <= ALERTS_AT_ONCE)
    since = commitments.first_day(tx)
    days = min(max((at.date() - since).days, 1), LOOKS_BACK.days) if since else LOOKS_BACK.days
    return Preview(
        messages=single + len(joined), news=kinds, samples=tuple(samples[: -SAMPLES - 1 : -1]), days=days, since=since
    )
