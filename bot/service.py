"""One event, one transaction: what happened goes in, the reply comes out committed, and is kept until it is sent."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.feed import Feed
from bot.post import LEASE, Post, gap
from handlers import ask as asking
from handlers import health, outgoing, voices
from handlers.answer import answer
from handlers.health import Figures
from handlers.language import N_, Voice, say, speaking
from handlers.message import MESSAGE, Ask, Chat, Message, NotAllowedError, RefusedError, Tap, private
from handlers.policy import Policy
from records.question.meanings import QuestionError
from records.source import Source
from store import chats, outbox, recipients, state, updates
from store.engine import Database, Transaction
from store.outbox import Failure
from store.places import Place
from store.updates import Handled

ATTEMPTS = 3
_log = structlog.get_logger()


class Service:
    """What happened goes in here, and its reply comes out; `post` sends what is owed, `feed` reads and writes the source.

    Plain synchronous code, to be called from any thread.
    """

    def __init__(self, database: Database, policy: Policy, clock: Clock, source: Source) -> None:
        self.database = database
        self.policy = policy
        self.clock = clock
        self.source = source
        self.post = Post(database, policy, clock)
        self.feed = Feed(database, policy, clock, source, self.post)

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
        with self.database.write() as tx:
            return self._record(tx, event, update, self._apology(tx, event, reference))

    def _apology(self, tx: Transaction, event: Ask | Tap, reference: str) -> Message:
        text = N_("抱歉，這個動作沒有完成。請稍後再試，或把編號 {reference} 告訴管理員。")
        try:
            with speaking(voices.of(tx, event, self.policy)):
                return Message(title=say(text, reference=reference))
        except Exception:
            _log.exception("voice_failed", reference=reference)  # whoever can't be spoken to is told so all the same
            return Message(title=text.format(reference=reference))

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
            outgoing.remember(tx, message, chat, reference, self.clock.now())

    def reply_failed(
        self, update: str, chat: Chat, tapped: str | None, message: Message, error: str, *, retry_after: float | None
    ) -> None:
        """A reply did not go out for now: from here on it is owed, tried and listed like any other message."""
        now = self.clock.now()
        with self.database.write() as tx:
            updates.mark_sent(tx, chat.platform, update, now)
            failed = Failure(at=now, error=error)
            outgoing.owe_reply(tx, update, chat, tapped, message, now + gap(0, retry_after), failed=failed)

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

    def watch_over(self) -> None:
        """Tell the admins where the feed fell silent or delivery lags."""
        with self.database.write() as tx:
            health.watch_over(tx, self.policy, self.clock.now())

    def figures(self) -> Figures:
        """How the bot is doing, in numbers."""
        with self.database.read() as tx:
            return health.figures(tx, self.clock.now())

    def reach_database(self) -> bool:
        """Whether the database answers; raises where it does not."""
        with self.database.read() as tx:
            state.read(tx, state.SYNCED_ON)
        return True

    def link(self, link: str) -> None:
        """Whatever is said from here on may lead to the bot by a link."""
        self.policy = self.post.policy = self.feed.policy = replace(self.policy, deep_link=link)

    def move_chat(self, platform: str, old: str, new: str) -> None:
        """A group goes on under another id."""
        with self.database.write() as tx:
            chats.move(tx, platform, old, new)

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
                recipients.owe_missed(tx, Place(event.chat.platform, event.chat.id, thread), event.at)
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


def spare_what_lasts() -> None:
    """Keep the cycle collector from what a start made and the process keeps until its end: the libraries, the directory.

    To look through these 350,000 objects took 0.1 to 0.2 s at a time, in the midst of an answer.
    """
    gc.collect()
    gc.freeze()
