"""The records of the source: taken over, and decisions written back into them."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import chain

import structlog

from bot.clock import Clock
from bot.post import IN_TIME, LEASE, Post
from handlers import breaker, synced, write_back
from handlers.breaker import HeldError
from handlers.policy import Policy
from handlers.synced import OvertakenError, Synced
from handlers.taking import next_batch
from records.edit import EditError, MissingFileError
from records.source import Snapshot, Source, SourceError
from store import answers, commitments, drafts, leases, outbox, prompts, state, updates
from store.engine import Database, without_collector

LONGEST_WHY = 300
"""Characters that are kept of why a source could not be read."""

UPDATES_KEPT = timedelta(days=7)
"""How long an update's id is remembered; Telegram delivers one again for a day, Slack for an hour."""

PROMPTS_KEPT = timedelta(days=30)
"""How long a reply to a message that asked for words is understood, and a list turns its pages as it was shown."""

ASKED_AGAIN = timedelta(days=1)
"""How long a decision waits to be written into a file that the source removed; where that comes back it is written at once."""

_log = structlog.get_logger()


class Feed:
    """What the clock and the command line may ask for of the source. Plain synchronous code, to be called from any thread."""

    def __init__(self, database: Database, policy: Policy, clock: Clock, source: Source, post: Post) -> None:
        self._database, self.policy, self._clock, self._source, self._post = database, policy, clock, source, post

    def is_of_elsewhere(self) -> bool:
        """Whether the store holds what was read from another place than the source."""
        with self._database.read() as tx:
            return synced.is_elsewhere(tx, self._source.place)

    def is_empty(self) -> bool:
        """Whether the store holds no records yet."""
        with self._database.read() as tx:
            return commitments.is_empty(tx)

    def load_if_empty(self) -> None:
        """Load the records into an empty store, so that a first question has an answer; moves no day."""
        if self.is_empty():
            self._take_over(turns=False)

    def sync(self, *, release: bool = False) -> Synced:
        """Turn the day and read the records once; due decisions are written back first. Raises SourceError.

        A sync that changes too much is held, unless an admin gives it `release`.
        """
        self.write_back()
        try:
            return self._take_over(turns=True, release=release)
        except SourceError as unreachable:
            self.turn_day()  # deadlines pass while the source is away, too
            with self._database.write() as tx:
                state.write(tx, state.UNREAD_WHY, str(unreachable)[:LONGEST_WHY])
            raise

    def is_released(self) -> bool:
        """Whether an admin released a sync that was held, and it waits to be applied."""
        with self._database.read() as tx:
            return breaker.is_released(tx)

    def turn_day(self) -> None:
        """Live through the days since the last one seen, and forget updates that no platform delivers again."""
        with self._database.write() as tx:
            synced.turn_day(tx, self.policy, self._clock.now())
            updates.forget(tx, self._clock.now() - UPDATES_KEPT)
            prompts.forget(tx, self._clock.now() - PROMPTS_KEPT)
            drafts.forget(tx, self._clock.now() - PROMPTS_KEPT)
            answers.forget(tx, self._clock.now() - PROMPTS_KEPT)

    def write_back(self) -> None:
        """Write the decisions whose undo window has ended into their files; those that there is no time for are due as before."""
        if not self.policy.writes_back:
            return
        with self._database.write() as tx:
            claimed = leases.claim(tx, self._clock.now(), LEASE, kinds=(outbox.WRITE_BACK,), platforms=("",))
        until = time.monotonic() + IN_TIME.total_seconds()
        effects = [effect for chat in claimed for effect in chat]
        for place, effect in enumerate(effects):
            if time.monotonic() > until:
                self._post.give_back(effects[place:])
                return
            with self._database.write() as tx:
                standing, decision = write_back.entry(tx, effect.proposal or 0, self.policy)
                if (first := outbox.find_earlier(tx, effect.proposal or 0)) is not None:
                    leases.postpone(tx, [effect.id], max(first, self._clock.now()))
                    continue
            try:
                self._source.write(standing.path, decision)
            except (EditError, SourceError) as reason:
                is_missing = isinstance(reason, MissingFileError)
                waits = isinstance(reason, SourceError) or (is_missing and not standing.is_removed)
                event = "write_back_waits" if waits else "write_back_refused"
                _log.warning(event, path=standing.path, decision=decision.id, reason=str(reason))
                if waits:
                    self._post.failed([effect], str(reason))  # a sync may find it where it is now
                    continue
                if not is_missing:
                    self._post.refused([effect], str(reason))
                now = self._clock.now()
                with self._database.write() as tx:
                    if is_missing:
                        leases.postpone(tx, [effect.id], now + ASKED_AGAIN)
                    write_back.tell_unwritten(tx, effect.proposal or 0, str(reason), self.policy, now)
            else:
                with self._database.write() as tx:
                    leases.done(tx, [effect.id], self._clock.now())

    def _take_over(self, *, turns: bool, release: bool = False) -> Synced:
        while True:
            try:
                with without_collector():
                    return self._take_over_once(turns=turns, release=release)
            except OvertakenError:
                _log.info("overtaken", by="another process")
            except HeldError as over:
                with self._database.write() as tx:
                    return synced.hold(tx, over.held, self.policy, self._clock.now(), turns=turns)

    def _take_over_once(self, *, turns: bool, release: bool) -> Synced:
        with self._database.read() as tx:
            base = synced.compared_with(tx, self._source.place)
        snapshot = self._source.read(base.revision, base.digests)
        # a night's files are read before the store is locked; only a load of thousands goes on reading inside
        remaining = iter(snapshot.readings)
        first = iter(next_batch(remaining))  # an iterator lets go of what was taken over
        read = Snapshot(revision=snapshot.revision, gone=snapshot.gone, readings=chain(first, remaining))
        with self._database.fill() if base.syncs is None else self._database.write() as tx:
            return synced.take_over(tx, base, read, self.policy, self._clock.now(), turns=turns, release=release)
