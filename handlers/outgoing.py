"""What is due becomes messages: kept ones and cards as they stand, single alerts, and one digest for a chat and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter

from handlers import agreement, alerts, copies, correct, digest, voices
from handlers.alerts import News
from handlers.card import card
from handlers.language import speaking
from handlers.message import MESSAGE, Chat, Message
from handlers.policy import Policy
from handlers.reach import read_reach
from store import cards, commitments, digests, facts, outbox, prompts, recipients
from store.cards import Card
from store.digests import Pages
from store.engine import Transaction
from store.outbox import Effect, Failure
from store.recipients import MISSED, Reason
from store.watches import WEEKLY

Claimed = tuple[Chat, Sequence[Effect]]
"""A chat, and what is due for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message to send, None where nothing is to be said; the effects and the digest, with its pages, that are done with it."""

    message: Message | None
    effects: tuple[Effect, ...]
    run: int | None = None
    pages: Pages | None = None


def remember(tx: Transaction, message: Message, chat: Chat, reference: str, at: datetime) -> None:
    """Remember which message of the platform's asks for words, and which shows a card."""
    if message.prompt and reference:
        prompts.keep(tx, chat.platform, chat.id, reference, message.prompt.action, at)
    if message.proposal is None or not reference or message.place == "private":
        return
    shown = Card(platform=chat.platform, chat=chat.id, message=reference)
    if message.place == "edit":  # it was composed after the decision
        cards.add(tx, message.proposal, shown)
    else:
        copies.remember(tx, message.proposal, message.version, shown, at)


def begin(tx: Transaction, chat: Chat, effects: Sequence[Effect], policy: Policy, at: datetime) -> Sequence[Effect]:
    """Decide what goes out as a digest, and begin its run; what is to be sent now.

    Where the day's digest was sent already, what came too late for it waits for the next.
    """
    joining = [effect for effect in effects if effect.joins]
    alone = [effect for effect in effects if effect.fact is not None and effect.body is None and not effect.joins]
    if len(alone) > alerts.AT_ONCE and _count_alerts(tx, alone) > alerts.AT_ONCE:
        joining += alone
    if not joining:
        return effects
    ids = [effect.id for effect in joining]
    # made up later it is still the digest of the day on which it was due, whatever comes along: the next day has its own
    of_a_day = [policy.local(effect.due_at).date() for effect in joining if effect.joins not in ("", MISSED)]
    day = max(of_a_day) if of_a_day and not any(effect.joins == MISSED for effect in joining) else None
    begun = next((effect.run for effect in joining if effect.run is not None), None)
    run = digests.go_on(tx, begun, ids) if begun is not None else digests.begin(tx, chat.place, day, ids, at)
    if run is None:
        late = {effect.id for effect in joining if effect.joins}
        weekly = [effect.id for effect in joining if effect.joins == WEEKLY]
        outbox.put_off(tx, weekly, policy.next_weekly(at + timedelta(seconds=1)))
        outbox.put_off(tx, sorted(late.difference(weekly)), policy.next_digest(at + timedelta(seconds=1)))
        return begin(tx, chat, [effect for effect in effects if effect.id not in late], policy, at)
    joined = set(ids)
    return [replace(effect, run=run) if effect.id in joined else effect for effect in effects]


def _count_alerts(tx: Transaction, effects: Sequence[Effect]) -> int:
    """How many messages tell some facts one by one: near-duplicates' common news is one, and so is its reminder."""
    kept = {fact.id: fact for fact in facts.find(tx, sorted({e.fact for e in effects if e.fact is not None}))}
    standings = {s.key: s for s in commitments.standings(tx, [fact.commitment for fact in kept.values()])}
    told = [(effect.is_reminder, kept[effect.fact]) for effect in effects if effect.fact is not None]
    return len({(again, *alerts.common(fact, standings[fact.commitment])) for again, fact in told})


def owe_reply(
    tx: Transaction,
    update: str,
    chat: Chat,
    tapped: str | None,
    message: Message,
    due_at: datetime,
    *,
    failed: Failure | None = None,
) -> None:
    """Owe a reply that its update's process could not send: an edit of the `tapped` message, or a message; at any hour."""
    edits = message.place == "edit" and tapped is not None
    outbox.put(
        tx,
        outbox.reply_key(update, chat.place),
        outbox.EDIT if edits else outbox.SEND,
        due_at,
        place=chat.place,
        message=tapped if edits else None,
        body=MESSAGE.dump_python(message, mode="json"),
        wakes=True,
        failed=failed,
    )


def compose(tx: Transaction, claimed: Sequence[Claimed], policy: Policy, at: datetime) -> list[list[Sending]]:
    """The messages of everything that is due for some chats, each chat's in order.

    A fact or a proposal is put into words once for each way of speaking, however many chats it goes to, and a message that
    is to be edited several times is edited once: each edit shows how things stand now.
    """
    spoken = voices.of_places(tx, [chat.place for chat, _ in claimed], policy)
    composed: dict[int, list[Sending]] = {}
    for voice in dict.fromkeys(spoken.values()):
        mine = [place for place, (chat, _) in enumerate(claimed) if spoken[chat.place] == voice]
        with speaking(voice):
            composer = _Composer(tx, [claimed[place] for place in mine], policy, at)
            composed |= {place: composer.sendings(*claimed[place]) for place in mine}
    return [composed[place] for place in range(len(claimed))]


class _Composer:
    """Puts into words what is due for chats that are spoken to alike: what several of them hear is composed once."""

    def __init__(self, tx: Transaction, claimed: Sequence[Claimed], policy: Policy, at: datetime) -> None:
        self._tx, self._policy, self._at = tx, policy, at
        every = [effect for _, effects in claimed for effect in effects]
        ids = sorted(
            {effect.fact for effect in every if effect.fact is not None}
            | {effect.corrects for effect in every if effect.is_correction}
        )
        self._news = news = alerts.gather(tx, ids, at)
        self._reasons = recipients.reasons(tx, ids, [chat.place for chat, _ in claimed], at)
        queries = {reason.query for some in self._reasons.values() for reason in some}
        self._names = alerts.names(tx, queries)
        self._titles = alerts.names(tx, queries, titles=True)
        self._reach = reach = str(read_reach(tx, at.date())) if ids else ""
        self._alert = cache(lambda fact, others: alerts.alert(tx, news[fact], reach, at.date(), others=others))
        self._card = cache(lambda proposal: card(tx, proposal, policy, at))
        self._summary = cache(lambda first, end: agreement.summary(tx, first, end, policy))

    def sendings(self, chat: Chat, leased: Sequence[Effect]) -> list[Sending]:
        """A chat's messages, in order, the digest last."""
        # PostgreSQL numbers the rows that one statement makes in no order of its own
        effects = sorted(leased, key=lambda effect: effect.fact or 0)
        joining = [effect for effect in effects if effect.run is not None]
        alone = _by_message([effect for effect in effects if effect.run is None], self._news)
        sendings = [Sending(message=self._message(chat, same), effects=same) for same in alone]
        return [*sendings, self._digest(chat, joining)] if joining else sendings

    def _message(self, chat: Chat, same: tuple[Effect, ...]) -> Message:
        """What some effects say that are one message."""
        effect = same[0]
        if effect.fact is not None and effect.body is None:
            return self._told(chat, same, effect.fact)
        if effect.proposal is not None:
            return self._card(effect.proposal)
        if days := effect.sums_up:
            return self._summary(*days)
        if effect.is_correction:
            return _correction(self._tx, same, self._news, self._reach, self._policy)
        return MESSAGE.validate_python(effect.body)

    def _told(self, chat: Chat, same: tuple[Effect, ...], fact: int) -> Message:
        others = len({self._news[one.fact or 0].standing.key for one in same}) - 1
        heard = list(dict.fromkeys(why for one in same for why in self._heard(chat, one.fact)))
        names = self._titles if len(heard) > 1 else self._names
        message = alerts.addressed(self._alert(fact, others), heard, names)
        return alerts.again(message, self._news[fact]) if same[0].is_reminder else message

    def _digest(self, chat: Chat, joining: Sequence[Effect]) -> Sending:
        told = [effect.fact for effect in joining if effect.fact is not None]
        why = sorted((reason for fact in told for reason in self._heard(chat, fact)), key=attrgetter("watch"))
        called = [self._titles[query] for query in dict.fromkeys(reason.query for reason in why)]
        news = [self._news[fact] for fact in told]
        message, pages = digest.compose(self._tx, chat, joining, news, called, self._reach, self._at)
        return Sending(message=message, effects=tuple(joining), run=joining[0].run, pages=pages)

    def _heard(self, chat: Chat, fact: int | None) -> Sequence[Reason]:
        """Because of which of its watches a chat hears a fact."""
        return self._reasons.get((fact or 0, *chat.place), [])


def _correction(
    tx: Transaction, effects: Sequence[Effect], news: Mapping[int, News], reach: str, policy: Policy
) -> Message:
    """Corrections for one chat as one message, each with the day on which it was told there what was wrong."""
    composed = []
    for effect in effects:
        wrong = news[effect.corrects]
        told = recipients.reached_at(tx, effect.corrects, effect.place)
        told_on = policy.local(told).date() if told else wrong.fact.day
        kept = MESSAGE.validate_python(effect.body)
        composed.append((wrong.standing, correct.compose(wrong, kept, reach, told_on)))
    return correct.together(composed)


def _by_message(effects: Sequence[Effect], news: Mapping[int, News]) -> list[tuple[Effect, ...]]:
    """Effects in order, together those that are one message.

    These are the edits that show one proposal in one message, near-duplicates' common news, and many corrections.
    """
    told = [effect for effect in effects if effect.fact is not None and effect.body is None]
    keys = alerts.as_messages((news[effect.fact or 0].fact, news[effect.fact or 0].standing) for effect in told)
    message_of = dict(zip((effect.id for effect in told), keys, strict=True))
    found_: dict[tuple[object, ...], list[Effect]] = {}
    corrections = [effect.id for effect in effects if effect.is_correction]
    many = {id_: at // correct.TOGETHER for at, id_ in enumerate(corrections) if len(corrections) > alerts.AT_ONCE}
    for effect in effects:
        one: tuple[object, ...] = ("itself", effect.id)
        if effect.kind == outbox.EDIT and effect.proposal is not None:
            one = ("card", effect.message, effect.proposal)
        elif effect.id in message_of:
            one = (effect.is_reminder, *message_of[effect.id])
        elif effect.id in many:
            one = ("corrections", many[effect.id])
        found_.setdefault(one, []).append(effect)
    return [tuple(same) for same in found_.values()]
