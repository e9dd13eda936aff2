"""What is owed to chats: leased, put into words, and what became of it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock
from handlers import health, outgoing
from handlers.message import Chat
from handlers.outgoing import Claimed, Sending
from handlers.policy import Policy
from handlers.still_news import still_news
from store import chats, digests, leases, outbox
from store.engine import Database
from store.outbox import Effect

LEASE = timedelta(minutes=2)
"""How long a claimed effect is one process's: longer than a send with its time-outs."""

IN_TIME = 0.6 * LEASE
"""How long after a claim its next effect is begun: it may take its time-outs before another process may claim it."""

CHATS_AT_ONCE = 400
"""Chats that one claim leases: at Telegram's 30 messages a second they take 13 seconds, or 80 of the lease's 120 where each
is owed as much as goes out at one time (alerts.AT_ONCE and a digest)."""

FIRST_GAP = timedelta(seconds=5)
TRIED_FOR = timedelta(days=1)
"""How long a message is tried again before it is given up."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that went out, to which chat and as which message of the platform's."""

    sending: Sending
    chat: Chat
    reference: str


class Post:
    """What delivery may ask for, between the outbox and the platforms. Plain synchronous code, to be called from any thread."""

    def __init__(self, database: Database, policy: Policy, clock: Clock) -> None:
        self._database, self.policy, self._clock = database, policy, clock

    def claim(self, platforms: Sequence[str]) -> list[tuple[Chat, list[Sending]]]:
        """Lease what is due on these platforms, and put it into words: for each chat its messages, in order."""
        return self.compose(self.lease(platforms))

    def lease(self, platforms: Sequence[str], *, chats: int = CHATS_AT_ONCE) -> list[Claimed]:
        """Lease what is due on these platforms, of at most so many chats: for each its effects, in order."""
        now = self._clock.now()
        with self._database.write() as tx:
            leased = leases.claim(
                tx,
                now,
                LEASE,
                kinds=(outbox.SEND, outbox.EDIT),
                platforms=platforms,
                chats=chats,
                quiet=self.policy.is_quiet(now),
            )
            claimed: list[Claimed] = []
            for effects in still_news(tx, leased, self.policy, now):
                chat = Chat.of(effects[0].place)
                claimed.append((chat, outgoing.begin(tx, chat, effects, self.policy, now)))
        return claimed

    def compose(self, claimed: Sequence[Claimed]) -> list[tuple[Chat, list[Sending]]]:
        """Put what was leased into words. It only reads, so that it need not keep the writer from what people press."""
        try:
            composed = self._compose(claimed)
        except Exception:
            # one that can't be put into words must not hold up the others: each chat by itself, and that one is told of
            _log.exception("compose_failed", chats=len(claimed))
            composed = [sendings for one in claimed for sendings in self._compose_one(one)]
        return [(chat, sendings) for (chat, _), sendings in zip(claimed, composed, strict=True) if sendings]

    def sent_all(self, sent: Sequence[Sent]) -> None:
        """Messages were sent; cards that were brought up to date are remembered already."""
        now = self._clock.now()
        with self._database.write() as tx:
            leases.done(tx, [effect.id for one in sent for effect in one.sending.effects], now)
            ended = {one.sending.run: one.sending.pages for one in sent if one.sending.run is not None}
            digests.end(tx, ended, now)
            for one in sent:
                effect = one.sending.effects[0]
                if one.sending.message and (effect.kind == outbox.SEND or effect.body is not None):
                    outgoing.remember(tx, one.sending.message, one.chat, one.reference, now)

    def give_back(self, effects: Sequence[Effect]) -> None:
        """Effects that there was no time for: they are due as before."""
        with self._database.write() as tx:
            leases.give_back(tx, [effect.id for effect in effects])

    def refused(self, effects: Sequence[Effect], error: str) -> None:
        """A platform will never take this message: it is given up, and where it tells news the admins hear so."""
        now = self._clock.now()
        with self._database.write() as tx:
            leases.give_up(tx, [effect.id for effect in effects], now, error)
            if news := [effect.id for effect in effects if effect.fact is not None]:
                health.tell_given_up(tx, news, error, self.policy, now, refused=True)

    def failed(
        self,
        effects: Sequence[Effect],
        error: str,
        *,
        behind: Sequence[Effect] = (),
        retry_after: float | None = None,
    ) -> None:
        """A message did not go out for now: it is tried again later, and for a day; then the admins are told.

        What waits `behind` it in its chat waits as long, and counts as untried.
        """
        now = self._clock.now()
        again = now + gap(max(effect.attempts for effect in effects), retry_after)
        long = [effect.id for effect in effects if now - (effect.failing_since or now) >= TRIED_FOR]
        left = [effect.id for effect in effects if effect.id not in long]
        with self._database.write() as tx:
            if long:
                leases.give_up(tx, long, now, error)
                health.tell_given_up(tx, long, error, self.policy, now)
            if left:
                leases.retry(tx, left, again, error, failed_at=now)
            else:
                again = now
            leases.postpone(tx, [effect.id for effect in behind], again)
            if retry_after is not None and effects:
                leases.hold(tx, effects[0].platform, effects[0].chat, again)

    def gone(self, chat: Chat, effects: Sequence[Effect], error: str) -> None:
        """A chat can't be written to: what is due for it is kept until it writes again, answers aside."""
        now = self._clock.now()
        with self._database.write() as tx:
            chats.stop(tx, chat.place, error, now)
            leases.drop_replies(tx, [effect.id for effect in effects])
            leases.postpone(tx, [effect.id for effect in effects], now)

    def _compose(self, claimed: Sequence[Claimed]) -> list[list[Sending]]:
        with self._database.read() as tx:
            return outgoing.compose(tx, claimed, self.policy, self._clock.now())

    def _compose_one(self, one: Claimed) -> list[list[Sending]]:
        try:
            return self._compose([one])
        except Exception as fault:
            _log.exception("compose_failed", chat=str(one[0]))
            self.failed(one[1], f"{type(fault).__name__}: {fault}")
            return [[]]


def gap(attempts: int, retry_after: float | None) -> timedelta:
    """How long to wait after so many attempts: what the platform says, else doubling from five seconds to two hours."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    return min(timedelta(seconds=FIRST_GAP.total_seconds() * 2**attempts), timedelta(hours=2))
