"""Delivery: claims what is due, chat by chat, sends it in order, and says what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from bot.post import CHATS_AT_ONCE, IN_TIME, Sent
from bot.service import Service
from handlers.message import Chat, Message
from handlers.outgoing import Sending
from store.engine import DatabaseError
from store.outbox import EDIT, Effect

Result = TypeVar("Result")

GATHERS = 0.1
"""Seconds that delivery waits when woken: what several presses owe goes out together, and the writer is asked once for it."""

MARKED_AGAIN = 1.0
"""Seconds after which it is tried again to mark what was sent, while the database is away."""

_log = structlog.get_logger()


class SendError(Exception):
    """A message that did not go out; `permanent` where trying again can't help, else maybe after `retry_after` seconds.

    `gone` says that the chat itself can't be written to (blocked, kicked, archived), whatever the message; `moved_to` is
    the id that the chat has now.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        gone: bool = False,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.gone = gone
        self.moved_to = moved_to


class LateError(SendError):
    """The pace of a chat leaves no room yet: the message was not tried, and waits in the outbox rather than in a process."""

    def __init__(self) -> None:
        super().__init__("more is owed there than its platform's pace lets out", permanent=False)


class Platform(Protocol):
    """What delivery asks of an adapter. Both raise SendError."""

    async def send(self, chat: Chat, message: Message) -> str:
        """Send a message; the platform's id of it."""

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Show a message in place of one sent before; no change is no error."""


class Delivery:
    """The one way out for what is owed. `wake` after a commit; the clock's sweep finds what was left."""

    def __init__(self, service: Service, platforms: Mapping[str, Platform], writer: Executor) -> None:
        self._service = service
        self._platforms = platforms
        self._writer = writer
        self._woken = asyncio.Event()
        self._sent: list[tuple[Sent, asyncio.Future[None]]] = []
        self._marking: asyncio.Task[None] | None = None
        self._is_store_away = False  # since something was sent that could not be marked
        self._held: dict[tuple[str, str], float] = {}

    @property
    def platforms(self) -> Sequence[str]:
        """The platforms that are delivered to."""
        return tuple(self._platforms)

    def wake(self) -> None:
        """Look for due effects now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver whenever woken, until cancelled."""
        while True:
            await self._woken.wait()
            await asyncio.sleep(GATHERS)
            self._woken.clear()
            try:
                await self._drain()
            except Exception:
                # the effects stay owed and their leases end; the next sweep tries again
                _log.exception("delivery_failed")

    async def say(self, chat: Chat, message: Message) -> str:
        """Say something in passing that is owed to nobody; its reference, '' where it did not go out."""
        try:
            return await self._platforms[chat.platform].send(chat, message)
        except SendError as error:
            _log.info("progress_not_said", chat=str(chat), reason=str(error))
            return ""

    async def reply(self, platform: str, update: str, chat: Chat, reference: str | None, message: Message) -> bool:
        """Send the reply that an update is owed, an edit to the tapped message `reference`; False where it is refused for good."""
        try:
            sent = await self._attempt(chat, reference if message.place == "edit" else None, message)
        except LateError:
            await self._call(partial(self._service.owe_reply, update, chat, reference, message))
            self.wake()
            return True
        except SendError as error:
            _log.warning(
                "reply_not_sent", platform=platform, update=update, reason=str(error), permanent=error.permanent
            )
            self._hold(chat, error)
            await self._call(partial(self._keep_reply, platform, update, chat, reference, message, error))
            return not error.permanent
        await self._call(lambda: self._service.sent(platform, update, message, chat, sent))
        return True

    def _hold(self, chat: Chat, error: SendError) -> None:
        """Remember how long a platform wants no message to a chat."""
        if error.retry_after:
            loop = asyncio.get_running_loop()
            loop.call_later(error.retry_after, self.wake)  # the sweep would come up to two seconds later
            now = loop.time()
            self._held = {place: until for place, until in self._held.items() if until > now}
            self._held[chat.platform, chat.id] = now + error.retry_after

    def _obey(self, chat: Chat) -> None:
        """Raise SendError where a platform wants no message to a chat yet."""
        left = self._held.get((chat.platform, chat.id), 0) - asyncio.get_running_loop().time()
        if left > 0:
            raise SendError("the platform asked to wait", permanent=False, retry_after=left)

    async def _drain(self) -> None:
        """Deliver until nothing is due. What was sent is marked first, and what is being sent ends: else it would come again."""
        delivering: set[asyncio.Task[None]] = set()
        try:
            while True:
                while self._is_store_away:
                    await asyncio.sleep(MARKED_AGAIN)
                room = CHATS_AT_ONCE - len(delivering)
                leased = await self._call(partial(self._service.post.lease, self.platforms, chats=room)) if room else []
                claimed = await asyncio.to_thread(self._service.post.compose, leased) if leased else []
                delivering |= {asyncio.create_task(self._deliver(chat, sendings)) for chat, sendings in claimed}
                if not delivering:
                    if not leased:
                        return
                    continue
                delivering = await self._until_room(delivering)
        except Exception:
            if delivering:
                _report_failures((await asyncio.wait(delivering))[0])
            raise
        finally:
            for task in delivering:
                task.cancel()

    async def _until_room(self, delivering: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Wait until half the chats were served, or something new is owed; those that are not served yet.

        A chat that takes long (a group hears twenty messages a minute) keeps nobody else waiting.
        """
        most = len(delivering) // 2
        woken = asyncio.create_task(self._woken.wait())
        try:
            while len(delivering) > most and not woken.done():
                done, _ = await asyncio.wait({*delivering, woken}, return_when=asyncio.FIRST_COMPLETED)
                _report_failures(done & delivering)
                delivering = {task for task in delivering if not task.done()}
            if woken.done():
                await asyncio.sleep(GATHERS)
                self._woken.clear()
        finally:
            woken.cancel()
        return delivering

    async def _deliver(self, chat: Chat, sendings: Sequence[Sending]) -> None:
        """Send a chat's messages in order; where one fails for now, or the chat is gone, those behind it wait too.

        What its pace leaves no time for within the lease is given back, and claimed anew in its order.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + IN_TIME.total_seconds()
        for place, sending in enumerate(sendings):
            if place and loop.time() > until:
                await self._give_back(sendings[place:])
                return
            try:
                reference = await self._send(chat, sending)
            except LateError:
                await self._give_back(sendings[place:])
                return
            except SendError as error:
                self._hold(chat, error)
                if not error.permanent or error.gone:
                    behind = [effect for other in sendings[place + 1 :] for effect in other.effects]
                    await self._call(partial(self._wait, chat, sending.effects, behind, error))
                    return
                _log.error("message_refused", chat=str(chat), reason=str(error))
                await self._call(partial(self._service.post.refused, sending.effects, str(error)))
            else:
                await self._mark(Sent(sending=sending, chat=chat, reference=reference))

    async def _give_back(self, rest: Sequence[Sending]) -> None:
        await self._call(partial(self._service.post.give_back, [effect for one in rest for effect in one.effects]))
        self.wake()

    async def _mark(self, sent: Sent) -> None:
        """Say that a message was sent, before its chat's next is; those that go out meanwhile share a transaction."""
        marked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sent.append((sent, marked))
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark_all())
        await marked

    async def _mark_all(self) -> None:
        await asyncio.sleep(0)  # what was sent in the same turn of the loop comes along
        while self._sent:
            some, self._sent = self._sent, []
            try:
                await self._call(partial(self._service.post.sent_all, [sent for sent, _ in some]))
            except DatabaseError as away:
                # the messages went out all the same, and must not go out again when the database is back
                self._is_store_away = True
                _log.warning("sent_and_not_marked", messages=len(some), reason=str(away))
                self._sent = [*some, *self._sent]
                await asyncio.sleep(MARKED_AGAIN)
            except Exception as failure:  # whoever waits for the mark is told; the rows come back when their lease ends
                self._is_store_away = False
                for marked in _waiting(some):
                    marked.set_exception(failure)
            else:
                self._is_store_away = False
                for marked in _waiting(some):
                    marked.set_result(None)

    async def _send(self, chat: Chat, sending: Sending) -> str:
        if sending.message is None:
            return ""
        effect = sending.effects[0]
        return await self._attempt(chat, effect.message if effect.kind == EDIT else None, sending.message)

    async def _attempt(self, chat: Chat, reference: str | None, message: Message) -> str:
        """Send a message, or edit the one of that reference; the reference. Raises SendError, for a fault of ours as well."""
        platform = self._platforms[chat.platform]
        self._obey(chat)
        try:
            if reference:
                await platform.edit(chat, reference, message)
                return reference
            return await platform.send(chat, message)
        except SendError:
            raise
        except Exception as fault:
            # it must count as a try: otherwise the row would come back for ever and be listed nowhere
            _log.exception("send_failed", platform=chat.platform)
            raise SendError(f"{type(fault).__name__}: {fault}", permanent=False) from fault

    def _keep_reply(
        self, platform: str, update: str, chat: Chat, reference: str | None, message: Message, error: SendError
    ) -> None:
        """A reply that failed for now waits in the outbox like all else; one that is refused for good is let go."""
        if error.permanent:
            self._service.sent(platform, update, message, chat, "")
            return
        after = 0 if error.moved_to is not None else error.retry_after
        self._service.reply_failed(update, chat, reference, message, str(error), retry_after=after)
        if error.moved_to is not None:
            self._service.move_chat(platform, chat.id, error.moved_to)

    def _wait(self, chat: Chat, effects: Sequence[Effect], behind: Sequence[Effect], error: SendError) -> None:
        if error.moved_to is not None:
            self._service.move_chat(chat.platform, chat.id, error.moved_to)
            self._service.post.failed(effects, str(error), behind=behind, retry_after=0)
        elif error.gone:
            _log.warning("chat_gone", chat=str(chat), reason=str(error))
            self._service.post.gone(chat, [*effects, *behind], str(error))
        else:
            self._service.post.failed(effects, str(error), behind=behind, retry_after=error.retry_after)

    async def _call(self, function: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, function)


def _report_failures(done: Iterable[asyncio.Task[Any]]) -> None:
    """Log why chats were not served: the effects stay owed and their leases end; the next sweep tries again."""
    for task in done:
        if failure := task.exception():
            _log.error("delivery_failed", exc_info=failure)


def _waiting(some: Sequence[tuple[Sent, asyncio.Future[None]]]) -> list[asyncio.Future[None]]:
    """The marks that somebody waits for: at the end of the process a delivery is cancelled while its mark is made."""
    return [marked for _, marked in some if not marked.done()]
