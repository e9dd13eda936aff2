"""One event, one transaction: what happened goes in, the reply comes out committed, and is kept until it is sent."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

import structlog

from bot.clock import Clock
from handlers import ask as asking
from handlers import breaker, copies, outgoing, settled, status, synced, voices
from handlers.answer import answer
from handlers.breaker import HeldError
from handlers.language import Voice, say, speaking
from handlers.message import MESSAGE, Ask, Chat, Message, NotAllowedError, RefusedError, Tap, private
from handlers.outgoing import Claimed, Sending
from handlers.policy import Policy
from handlers.status import Figures
from handlers.still_news import still_news
from handlers.synced import OvertakenError, Synced
from handlers.taking import next_batch
from records.edit import EditError, MissingFileError
from records.meanings import QuestionError
from records.source import Snapshot, Source, SourceError
from store import answers, cards, chats, commitments, digests, outbox, prompts, recipients, state, updates
from store.cards import Card
from store.engine import Database, Transaction, without_collector
from store.outbox import Effect
from store.updates import Handled

ATTEMPTS = 3
LEASE = timedelta(minutes=2)
"""How long a claimed effect is one process's: longer than a send with its time-outs."""

UPDATES_KEPT = timedelta(days=7)
"""How long an update's id is remembered; Telegram delivers one again for a day, Slack for an hour."""

ASKED_AGAIN = timedelta(days=1)
"""How long a decision waits to be written into a file that the source removed; where that comes back it is written at once."""

PROMPTS_KEPT = timedelta(days=30)
"""How long a reply to a message that asked for words is understood, and a list turns its pages as it was shown."""

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


class Service:
    """What the adapters, the clock and the command line may ask for. Plain synchronous code, to be called from any thread."""

    def __init__(self, database: Database, policy: Policy, clock: Clock, source: Source) -> None:
        self.database = database
        self.policy = policy
        self.clock = clock
        self.source = source

    def handle(self, event: Ask | Tap, update: str) -> Message | None:
        """Handle an update once, by its id; one handled before gives its kept reply again, or None where that was sent.

        A handler that fails is tried three times; then the person is told a reference id that stands in the log.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._handle(event, update)
            except Exception:
                reference = secrets.token_hex(4)
                _log.exception("event_failed", update=update, attempt=attempt, reference=reference)
        with self.database.write() as tx, speaking(voices.of(tx, event, self.policy)):
            told = say("抱歉，這個動作沒有完成。請稍後再試，或把編號 {reference} 告訴管理員。", reference=reference)
            return self._record(tx, event, update, Message(title=told))

    def progress(self, event: Ask | Tap) -> Message | None:
        """What is said while an event is handled for longer than a second; None where nothing is."""
        if not isinstance(event, Ask) or not asking.is_slow(event.text):
            return None
        with self.database.read() as tx, speaking(voices.of(tx, event, self.policy)):
            return Message(title=say("⏳ 還在找公文全文…"))

    def sent(self, platform: str, update: str, message: Message, chat: Chat, reference: str) -> None:
        """A reply was sent as the platform's message `reference`."""
        with self.database.write() as tx:
            updates.mark_sent(tx, platform, update, self.clock.now())
            if message.place == "edit":
                outbox.drop_edits(tx, platform, chat.id, reference)
            self._remember(tx, message, chat, reference)

    def reply_failed(
        self, update: str, chat: Chat, tapped: str | None, message: Message, error: str, *, retry_after: float | None
    ) -> None:
        """A reply did not go out for now: from here on it is owed, tried and listed like any other message."""
        now = self.clock.now()
        with self.database.write() as tx:
            updates.mark_sent(tx, chat.platform, update, now)
            failed = {"attempts": 1, "failing_since": now, "error": error}
            outgoing.owe_reply(tx, update, chat, tapped, message, now + _gap(0, retry_after), **failed)

    def owe_reply(self, update: str, chat: Chat, tapped: str | None, message: Message) -> None:
        """A reply must wait for its chat's turn: from here on it is owed like any other message."""
        now = self.clock.now()
        with self.database.write() as tx:
            updates.mark_sent(tx, chat.platform, update, now)
            outgoing.owe_reply(tx, update, chat, tapped, message, now)

    def adopt_replies(self, platforms: Sequence[str]) -> None:
        """Owe the replies that a process owed on these platforms when it died like any other message."""
        now = self.clock.now()
        with self.database.read() as tx:
            if not updates.unsent(tx, now - LEASE, platforms):
                return
        with self.database.write() as tx:
            for owed in updates.unsent(tx, now - LEASE, platforms):
                chat = Chat(platform=owed.platform, id=owed.chat, thread=owed.thread)
                updates.mark_sent(tx, owed.platform, owed.update, now)
                outgoing.owe_reply(tx, owed.update, chat, owed.message, MESSAGE.validate_python(owed.reply), now)

    def is_of_elsewhere(self) -> bool:
        """Whether the store holds what was read from another place than the source."""
        with self.database.read() as tx:
            return synced.is_elsewhere(tx, self.source.place)

    def load_if_empty(self) -> None:
        """Load the records into an empty store, so that a first question has an answer; moves no day."""
        with self.database.read() as tx:
            empty = commitments.is_empty(tx)
        if empty:
            self._take_over(turns=False)

    def sync(self, *, release: bool = False) -> Synced:
        """Turn the day and read the records once; due decisions are written back first. Raises SourceError.

        A sync that changes too much is held, unless an admin gives it `release`.
        """
        self.write_back()
        try:
            return self._take_over(turns=True, release=release)
        except SourceError:
            self.turn_day()  # deadlines pass while the source is away, too
            raise

    def is_released(self) -> bool:
        """Whether an admin released a sync that was held, and it waits to be applied."""
        with self.database.read() as tx:
            return breaker.is_released(tx)

    def turn_day(self) -> None:
        """Live through the days since the last one seen, and forget updates that no platform delivers again."""
        with self.database.write() as tx:
            synced.turn_day(tx, self.policy, self.clock.now())
            updates.forget(tx, self.clock.now() - UPDATES_KEPT)
            prompts.forget(tx, self.clock.now() - PROMPTS_KEPT)
            answers.forget(tx, self.clock.now() - PROMPTS_KEPT)

    def claim(self, platforms: Sequence[str]) -> list[tuple[Chat, list[Sending]]]:
        """Lease what is due on these platforms, and put it into words: for each chat its messages, in order."""
        return self.compose(self.lease(platforms))

    def lease(self, platforms: Sequence[str], *, chats: int = CHATS_AT_ONCE) -> list[Claimed]:
        """Lease what is due on these platforms, of at most so many chats: for each its effects, in order."""
        now = self.clock.now()
        with self.database.write() as tx:
            leased = outbox.claim(
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
                chat = Chat(platform=effects[0].platform, id=effects[0].chat, thread=effects[0].thread)
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
        now = self.clock.now()
        with self.database.write() as tx:
            outbox.done(tx, [effect.id for one in sent for effect in one.sending.effects], now)
            ended = {one.sending.run: one.sending.pages for one in sent if one.sending.run is not None}
            digests.end(tx, ended, now)
            for one in sent:
                effect = one.sending.effects[0]
                if one.sending.message and (effect.kind == outbox.SEND or effect.body is not None):
                    self._remember(tx, one.sending.message, one.chat, one.reference)

    def give_back(self, effects: Sequence[Effect]) -> None:
        """Effects that there was no time for: they are due as before."""
        with self.database.write() as tx:
            outbox.give_back(tx, [effect.id for effect in effects])

    def refused(self, effects: Sequence[Effect], error: str) -> None:
        """A platform will never take this message: it is given up, and where it tells news the admins hear so."""
        now = self.clock.now()
        with self.database.write() as tx:
            outbox.give_up(tx, [effect.id for effect in effects], now, error)
            if news := [effect.id for effect in effects if effect.fact is not None]:
                status.tell_given_up(tx, news, error, self.policy, now, refused=True)

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
        now = self.clock.now()
        again = now + _gap(max(effect.attempts for effect in effects), retry_after)
        long = [effect.id for effect in effects if now - (effect.failing_since or now) >= TRIED_FOR]
        left = [effect.id for effect in effects if effect.id not in long]
        with self.database.write() as tx:
            if long:
                outbox.give_up(tx, long, now, error)
                status.tell_given_up(tx, long, error, self.policy, now)
            if left:
                outbox.retry(tx, left, again, error, failed_at=now)
            else:
                again = now
            outbox.postpone(tx, [effect.id for effect in behind], again)
            if retry_after is not None and effects:
                outbox.hold(tx, effects[0].platform, effects[0].chat, again)

    def gone(self, chat: Chat, effects: Sequence[Effect], error: str) -> None:
        """A chat can't be written to: what is due for it is kept until it writes again, answers aside."""
        now = self.clock.now()
        with self.database.write() as tx:
            chats.stop(tx, chat.platform, chat.id, chat.thread, error, now)
            outbox.drop_replies(tx, [effect.id for effect in effects])
            outbox.postpone(tx, [effect.id for effect in effects], now)

    def watch_over(self) -> None:
        """Tell the admins where the feed fell silent or delivery lags."""
        with self.database.write() as tx:
            status.watch_over(tx, self.policy, self.clock.now())

    def figures(self) -> Figures:
        """How the bot is doing, in numbers."""
        with self.database.read() as tx:
            return status.figures(tx, self.clock.now())

    def reach_database(self) -> bool:
        """Whether the database answers; raises where it does not."""
        with self.database.read() as tx:
            state.read(tx, state.SYNCED_ON)
        return True

    def move_chat(self, platform: str, old: str, new: str) -> None:
        """A group goes on under another id."""
        with self.database.write() as tx:
            chats.move(tx, platform, old, new)

    def write_back(self) -> None:
        """Write every decision whose undo window has ended into its file."""
        if not self.policy.writes_back:
            return
        with self.database.write() as tx:
            claimed = outbox.claim(tx, self.clock.now(), LEASE, kinds=(outbox.WRITE_BACK,), platforms=("",))
        for effect in (effect for effects in claimed for effect in effects):
            with self.database.write() as tx:
                standing, decision = settled.entry(tx, effect.proposal or 0, self.policy)
                if (first := outbox.find_earlier(tx, effect.proposal or 0)) is not None:
                    outbox.postpone(tx, [effect.id], max(first, self.clock.now()))
                    continue
            try:
                self.source.write(standing.path, decision)
            except (EditError, SourceError) as reason:
                _log.warning("write_back_refused", path=standing.path, decision=decision.id, reason=str(reason))
                is_missing = isinstance(reason, MissingFileError)
                if isinstance(reason, SourceError) or (is_missing and not standing.is_removed):
                    self.failed([effect], str(reason))  # a sync may find it where it is now
                    continue
                if not is_missing:
                    self.refused([effect], str(reason))
                now = self.clock.now()
                with self.database.write() as tx:
                    if is_missing:
                        outbox.postpone(tx, [effect.id], now + ASKED_AGAIN)
                    settled.tell_unwritten(tx, effect.proposal or 0, str(reason), self.policy, now)
            else:
                with self.database.write() as tx:
                    outbox.done(tx, [effect.id], self.clock.now())

    def _compose(self, claimed: Sequence[Claimed]) -> list[list[Sending]]:
        with self.database.read() as tx:
            return outgoing.compose(tx, claimed, self.policy, self.clock.now())

    def _compose_one(self, one: Claimed) -> list[list[Sending]]:
        try:
            return self._compose([one])
        except Exception as fault:
            _log.exception("compose_failed", chat=str(one[0]))
            self.failed(one[1], f"{type(fault).__name__}: {fault}")
            return [[]]

    def _take_over(self, *, turns: bool, release: bool = False) -> Synced:
        while True:
            try:
                with without_collector():
                    return self._take_over_once(turns=turns, release=release)
            except OvertakenError:
                _log.info("overtaken", by="another process")
            except HeldError as over:
                with self.database.write() as tx:
                    return synced.hold(tx, over.held, self.policy, self.clock.now(), turns=turns)

    def _take_over_once(self, *, turns: bool, release: bool) -> Synced:
        with self.database.read() as tx:
            base = synced.basis(tx, self.source.place)
        snapshot = self.source.read(base.revision, base.digests)
        # a night's files are read before the store is locked; only a load of thousands goes on reading inside
        remaining = iter(snapshot.readings)
        first = iter(next_batch(remaining))  # an iterator lets go of what was taken over
        read = Snapshot(revision=snapshot.revision, gone=snapshot.gone, readings=chain(first, remaining))
        with self.database.fill() if base.syncs is None else self.database.write() as tx:
            return synced.take_over(tx, base, read, self.policy, self.clock.now(), turns=turns, release=release)

    def _handle(self, event: Ask | Tap, update: str) -> Message | None:
        with ExitStack() as spoken:
            try:
                with self.database.write() as tx:
                    if handled := updates.find(tx, event.chat.platform, update):
                        return MESSAGE.validate_python(handled.reply) if handled.sent_at is None else None
                    spoken.enter_context(speaking(self._listen(tx, event)))
                    return self._record(tx, event, update, answer(event, tx, self.policy))
            except RefusedError as refused:
                # who asks before everybody is refused before everybody, but for what is about the person; so is a press
                asked_aloud = isinstance(event, Ask) and not event.aside and not isinstance(refused, NotAllowedError)
                reply = Message(title=str(refused)) if asked_aloud else private(str(refused))
            except QuestionError as unclear:
                reply = Message(title=say(unclear.text, **unclear.values))
            with self.database.write() as tx:
                self._listen(tx, event)
                return self._record(tx, event, update, reply)

    def _listen(self, tx: Transaction, event: Ask | Tap) -> Voice:
        """How to answer what happened. Where somebody writes, the bot can write again: what the chat missed is due."""
        manner = chats.manner(tx, event.chat.platform, event.chat.id)
        if manner.is_stopped:
            for thread in chats.resume(tx, event.chat.platform, event.chat.id):
                recipients.owe_missed(tx, event.chat.platform, event.chat.id, thread, event.at)
        return voices.listen(tx, event, self.policy, manner)

    def _record(self, tx: Transaction, event: Ask | Tap, update: str, reply: Message) -> Message:
        """Keep a reply until it is sent, and give it back.

        What one person alone may see is owed to that person's own chat: whoever sends it later can put it nowhere else.
        """
        alone = event.aside or reply.place == "private"
        chat = Chat(platform=event.chat.platform, id=event.person.id) if alone else event.chat
        kept = reply.placed("private") if alone else reply
        handled = Handled(
            platform=chat.platform,
            update=update,
            chat=chat.id,
            thread=chat.thread,
            message=event.message if isinstance(event, Tap) and not alone else None,
            reply=MESSAGE.dump_python(kept, mode="json"),
            sent_at=None,
        )
        updates.record(tx, handled, event.at)
        return reply

    def _remember(self, tx: Transaction, message: Message, chat: Chat, reference: str) -> None:
        """Remember which message of the platform's asks for words, and which shows a card."""
        if message.prompt and reference:
            prompts.keep(tx, chat.platform, chat.id, reference, message.prompt.action, self.clock.now())
        if message.proposal is None or not reference or message.place == "private":
            return
        shown = Card(platform=chat.platform, chat=chat.id, message=reference)
        if message.place == "edit":  # it was composed after the decision
            cards.add(tx, message.proposal, shown)
        else:
            copies.remember(tx, message.proposal, message.version, shown, self.clock.now())


def spare_what_lasts() -> None:
    """Keep the cycle collector from what a start made and the process keeps until its end: the libraries, the directory.

    To look through these 350,000 objects took 0.1 to 0.2 s at a time, in the midst of an answer.
    """
    gc.collect()
    gc.freeze()


def _gap(attempts: int, retry_after: float | None) -> timedelta:
    """How long to wait after so many attempts: what the platform says, else doubling from five seconds to two hours."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    return min(timedelta(seconds=FIRST_GAP.total_seconds() * 2**attempts), timedelta(hours=2))
