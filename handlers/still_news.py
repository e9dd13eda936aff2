"""What is due is asked once more whether it is news: not what nobody wants any more, what is over, or went and came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers import correct
from handlers.news import DATED, as_public, still_holds
from handlers.policy import Policy
from store import commitments, decisions, facts, outbox, recipients
from store.engine import Transaction
from store.facts import KeptFact
from store.outbox import Effect
from store.watches import DAILY

TURNS = ("added", "removed")
"""Kinds of news that the next of the other kind undoes."""

Facts = Mapping[int, KeptFact]
"""What effects tell, by id."""


@dataclass(slots=True, kw_only=True)
class _Doubted:
    """Of some facts, by id: those that are over, until when some are held, and those whose deadline is no more clear."""

    over: set[int] = field(default_factory=set)
    held: dict[int, datetime] = field(default_factory=dict)
    unclear: set[int] = field(default_factory=set)


def still_news(
    tx: Transaction, claimed: Sequence[Sequence[Effect]], policy: Policy, at: datetime
) -> list[list[Effect]]:
    """What is due without what nobody wants any more, and without news that is over.

    News is over when its deadline was met, moved, settled or is gone, when its commitment came back or went again, and when
    its decision is superseded. While the decision that says so can be undone, the news waits, and so does what is news by
    such a decision alone. A crossing that nobody was told of may be news again, where the date passes again. One whose
    deadline became doubtful waits for the digest. Nobody is corrected whom the wrong news never reached: they hear as news
    what is right. A correction that waited while the source's date moved on says where it is now.
    """
    every = [effect for some in claimed for effect in some]
    told = [effect for effect in every if effect.fact is not None and effect.body is None]
    dropped = recipients.drop_unwanted(tx, [effect.id for effect in told], at)
    asked = [effect for effect in (*told, *(one for one in every if one.is_instead)) if effect.id not in dropped]
    known = {fact.id: fact for fact in facts.find(tx, sorted({e.fact for e in asked if e.fact is not None}))}
    doubted = _doubt(tx, known, at)
    for_good = doubted.over - doubted.held.keys()
    late = {effect.id for effect in asked if effect.fact in for_good} | _of_dates_that_moved_on(tx, told, known)
    reaches = {(effect.fact, effect.place) for effect in told if effect.id not in late | dropped}
    needless = [
        effect
        for effect in every
        if effect.is_correction
        and (effect.corrects, effect.place) not in reaches
        and not recipients.reached_at(tx, effect.corrects, effect.place)
    ]
    late |= {effect.id for effect in needless}
    corrections = [effect for effect in every if effect.is_correction and effect.id not in late | dropped]
    anew = [(effect, correct.say_anew(tx, effect, policy, at)) for effect in corrections]
    said = {(fact, effect.place) for effect, fact in anew if fact}
    late |= {effect.id for effect, fact in anew if fact is not None}
    late |= {effect.id for effect in told if (effect.fact, effect.place) in said}
    late |= {effect.id for some in claimed for effect in _undone_by_another(some, known)} - dropped
    outbox.drop(tx, sorted(late))
    for effect in needless:
        if effect.is_instead and effect.fact is not None:  # who never heard what was wrong hears what is right as news
            recipients.owe_place(tx, effect.fact, effect.place, policy.due_times(at))
    facts.let_recur(tx, sorted(id_ for id_ in for_good if id_ is not None and known[id_].kind in DATED))
    dropped |= late
    for effect in asked:
        fact = known[effect.fact] if effect.fact is not None else None
        if fact and effect.id not in dropped and _puts_off(tx, effect, fact, doubted, policy, at):
            dropped.add(effect.id)
    left = [[effect for effect in some if effect.id not in dropped] for some in claimed]
    return [some for some in left if some]


def _of_dates_that_moved_on(tx: Transaction, told: Sequence[Effect], known: Facts) -> set[int]:
    """The reminders, asked for with 稍後提醒, of a date's move that is over: the date moved once more, which was told."""
    asked_for = [(one.id, known[one.fact]) for one in told if one.is_reminder and one.fact is not None]
    moves = [(id_, fact) for id_, fact in asked_for if fact.kind == "moved"]
    now = {one.key: one for one in commitments.standings(tx, sorted({fact.commitment for _, fact in moves}))}
    return {id_ for id_, fact in moves if (target := now[fact.commitment].target) is None or str(target) != fact.after}


def undone(facts_: Sequence[KeptFact]) -> set[int]:
    """Of what is told at one time, by id, what tells of a commitment that went and came back, or came and went.

    Where it went once more, that alone is left.
    """
    turns: dict[int, list[KeptFact]] = defaultdict(list)
    for fact in sorted(facts_, key=lambda one: one.id):
        if fact.kind in TURNS:
            turns[fact.commitment].append(fact)
    left = {some[-1].id for some in turns.values() if some[0].kind == some[-1].kind}
    return {fact.id for some in turns.values() for fact in some} - left


def _doubt(tx: Transaction, known: Facts, at: datetime) -> _Doubted:
    doubted = _Doubted()
    dated = {id_: fact for id_, fact in known.items() if fact.kind in DATED}
    turns = {id_: fact for id_, fact in known.items() if fact.kind in TURNS}
    asked = {fact.commitment for fact in (*dated.values(), *turns.values())}
    standings = {s.key: s for s in commitments.standings(tx, sorted(asked))}
    public = as_public(tx, [standings[key] for key in sorted({fact.commitment for fact in dated.values()})], at)
    early: set[int] = set()  # news of a date that holds by a decision alone which can still be undone
    for id_, fact in dated.items():
        standing = standings[fact.commitment]
        if not still_holds(fact, standing, at.date()):
            doubted.over.add(id_)
        elif fact.commitment in public and not still_holds(fact, public[fact.commitment], at.date()):
            early.add(id_)
        elif fact.urgent and not standing.has_clear_deadline:
            doubted.unclear.add(id_)
    waiting = doubted.over | early
    until = decisions.undoable(tx, sorted({dated[id_].commitment for id_ in waiting}), at)
    doubted.held |= {id_: until[dated[id_].commitment] for id_ in waiting if dated[id_].commitment in until}
    settled = sorted({fact.commitment for fact in known.values() if fact.proposal is not None})
    again = decisions.superseded_on(tx, settled)
    for id_, fact in known.items():
        if fact.proposal is not None and (by := again.get(fact.proposal)):
            doubted.over.add(id_)
            if by.public_at and by.public_at > at:
                doubted.held[id_] = by.public_at
    doubted.over |= {
        id_ for id_, fact in turns.items() if standings[fact.commitment].is_removed != (fact.kind == "removed")
    }
    return doubted


def _puts_off(tx: Transaction, effect: Effect, fact: KeptFact, doubted: _Doubted, policy: Policy, at: datetime) -> bool:
    """Let an effect wait: for the end of an undo window, or for the digest that alone tells of doubtful deadlines."""
    if until := doubted.held.get(fact.id):
        outbox.put_off(tx, [effect.id], until)
        if effect.joins:  # what waited for a digest is not to wait for another one, but for what digests alone tell
            alone = fact.kind != "overdue" or fact.urgent
            outbox.join_digest(tx, [effect.id], "" if alone else DAILY, until)
        return True
    if fact.id in doubted.unclear and not effect.joins:
        outbox.join_digest(tx, [effect.id], DAILY, policy.next_digest(at + timedelta(seconds=1)))
        return True
    return False


def _undone_by_another(effects: Sequence[Effect], known: Facts) -> list[Effect]:
    told = [effect for effect in effects if effect.body is None and effect.fact in known and not effect.is_reminder]
    over = undone([known[effect.fact] for effect in told if effect.fact is not None])
    return [effect for effect in told if effect.fact in over]
