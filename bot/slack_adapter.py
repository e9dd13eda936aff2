"""Slack over Socket Mode: a press is acknowledged after the transaction that handled it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
import structlog
from aiolimiter import AsyncLimiter
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot import attached
from bot.attached import Upload
from bot.delivery import SendError
from bot.in_flight import InFlight
from bot.inbox import Inbox
from bot.paces import Paces, take_turn
from bot.slack_errors import APP_TOKEN, BOT_TOKEN, TokenError, naming, reason_of, refusals
from bot.slack_form import CARD_IN_DIRECT, FORM, FORM_NOT_OPENED, read_view, refusal, render_view
from bot.slack_lookup import SlackLookup
from bot.slack_render import render_blocks, render_text
from handlers.language import say_in
from handlers.message import Ask, Chat, Message, Person, Tap

PLATFORM = "slack"
LONGEST_PAUSE = 30.0
EDITS_A_MINUTE = 45
"""In a whole workspace: Slack allows chat.update, of its third tier, fifty times and somewhat more."""

PING_SECONDS = 5
"""How soon a cut socket is noticed."""

_PEOPLE = ("U", "W")
"""What the ids of people begin with."""

_ANY = re.compile(".*", re.DOTALL)
_LINK = re.compile(r"<(?P<url>https?://[^|>]+)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")

_log = structlog.get_logger()


class SlackAdapter:
    """One app: slash commands, mentions, direct messages and buttons come in over a socket that it opened."""

    def __init__(self, bot_token: str, app_token: str, api_url: str, now: Callable[[], datetime]) -> None:
        self._client = AsyncWebClient(token=bot_token, base_url=api_url)
        self._app_token = app_token
        self._now = now
        self._socket: AsyncSocketModeHandler | None = None
        self._paces = Paces(lambda _: [AsyncLimiter(1, 1)])
        self._lookup = SlackLookup(self._client, bot_token)
        self._edits = AsyncLimiter(EDITS_A_MINUTE, 60)
        self._replies = InFlight()

    async def run(self, inbox: Inbox) -> None:
        """Connect and handle events until cancelled; an unreachable Slack is tried again, a wrong token is not."""
        app = AsyncApp(client=self._client, process_before_response=True, logger=logging.getLogger("slack_bolt"))
        self._listen(app, inbox)
        pause = 1.0
        while True:
            self._socket = AsyncSocketModeHandler(
                app, self._app_token, web_client=self._client, ping_interval=PING_SECONDS
            )
            try:
                with naming(BOT_TOKEN):
                    who = await self._client.auth_test()
                with naming(APP_TOKEN):
                    opened = await self._client.apps_connections_open(app_token=self._app_token)
                # without an endpoint the library asks for one itself, and tries a refused token for ever
                self._socket.client.wss_uri = opened["url"]
                await self._socket.connect_async()
                break
            except TokenError:
                return
            except SlackApiError as error:
                reason = reason_of(error)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                reason = str(error)
            _log.warning("slack_unreachable", reason=reason, again_in=pause)
            await self._socket.close_async()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        _log.info("slack_connected", bot=who["user"])
        try:
            await self._stay(self._socket.client)
        except TokenError:
            await self._socket.close_async()

    async def _stay(self, socket: SocketModeClient) -> None:
        """Let the library keep the connection; raises TokenError where that is lost for a token that Slack takes no more."""
        while True:
            await asyncio.sleep(LONGEST_PAUSE)
            if not await socket.is_connected():
                with suppress(SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
                    with naming(BOT_TOKEN):
                        await self._client.auth_test()
                    with naming(APP_TOKEN):
                        await self._client.apps_connections_open(app_token=self._app_token)

    async def close(self) -> None:
        """Let replies in flight finish, then disconnect."""
        await self._replies.finish()
        if self._socket:
            await self._socket.close_async()

    async def send(self, chat: Chat, message: Message) -> str:
        """Post a message, one a second in a channel, and its file below it."""
        await self._paces.take_turn(chat.id)
        with refusals():
            sent = await self._client.chat_postMessage(
                channel=chat.id,
                thread_ts=chat.thread or None,
                text=render_text(message),
                blocks=render_blocks(message),
                unfurl_links=False,
            )
        try:
            await self._add_files(chat, message)
        except SendError as error:
            # the message is out and is not posted again for its files; the person asks again
            _log.warning("file_not_sent", chat=str(chat), reason=str(error))
            with suppress(SendError):
                await self.send(chat, attached.not_sent(message))
        return str(sent["ts"])

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Show a message in place of one posted before; its file, if any, is left out."""
        await take_turn(self._edits)
        with refusals():
            await self._client.chat_update(
                channel=chat.id, ts=reference, text=render_text(message), blocks=render_blocks(message)
            )

    async def _add_files(self, chat: Chat, message: Message) -> None:
        """Upload what comes along with a message; raises SendError."""
        for upload in await asyncio.to_thread(attached.uploads, message):
            await attached.patiently(partial(self._upload, chat, upload))

    async def _upload(self, chat: Chat, upload: Upload) -> None:
        await self._paces.take_turn(chat.id)
        with refusals():
            place = chat.id
            if place.startswith(_PEOPLE):  # a message may be posted to a person, a file only to a conversation
                place = (await self._client.conversations_open(users=place))["channel"]["id"]
            await self._client.files_upload_v2(
                filename=upload.name,
                content=upload.content,
                alt_txt=upload.described or None,
                channel=place,
                thread_ts=chat.thread or None,
            )

    async def _hand(self, person: Person, message: Message) -> bool:
        """Send a person an answer's files in their direct messages, for an answer that only they see can't carry one."""
        try:
            await self._add_files(_chat(person.id), message)
        except SendError as error:
            _log.warning("file_not_sent", person=str(person), reason=str(error))
            return False
        return True

    def _listen(self, app: AsyncApp, inbox: Inbox) -> None:
        async def command(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            asked = Ask(
                at=self._now(),
                chat=_chat(body["channel_id"]),
                person=_person(body["user_id"]),
                text=body.get("text", ""),
                aside=True,
            )
            event = await self._with_standing(asked, inbox)
            message = await inbox.handle(event, body["trigger_id"])
            await ack()
            self._replies.start(self._answer(event, body["trigger_id"], message, inbox, respond))

        async def press(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            tap = self._tap(body)
            event = await self._with_standing(tap, inbox) if tap else None
            message = await inbox.handle(event, body["trigger_id"]) if event else None
            await ack()
            if isinstance(event, Tap) and message and message.prompt:
                self._replies.start(self._open_form(event, body["trigger_id"], message, inbox, respond))
            elif event:
                self._replies.start(self._answer(event, body["trigger_id"], message, inbox, respond))

        async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
            filled = read_view(body["view"])
            asked = Ask(
                at=self._now(),
                chat=_chat(filled.channel, filled.thread),
                person=_person(body["user"]["id"]),
                text=filled.words,
                answers=filled.action,
                chosen=filled.chosen,
                aside=True,
            )
            message = await inbox.handle(asked, body["trigger_id"])
            if message and message.place == "private":
                await ack(response_action="errors", errors=refusal(message.title))
                self._replies.start(inbox.replied(asked, body["trigger_id"]))
                return
            await ack()
            if message:
                self._replies.start(self._tell(asked, body["trigger_id"], message, inbox))

        async def mention(body: dict[str, Any]) -> None:
            await self._written(body, inbox, body["event"]["channel"])

        async def direct(body: dict[str, Any]) -> None:
            if body["event"].get("channel_type") == "im" and body["event"].get("subtype") in (None, "file_share"):
                await self._written(body, inbox, body["event"]["channel"])

        async def nothing() -> None:
            return None

        app.command(_ANY)(command)
        app.action(_ANY)(press)
        app.view(FORM)(submitted)
        app.event("app_mention")(mention)
        app.event("message")(direct)
        app.event("app_home_opened")(nothing)  # Slack sends it again until somebody takes it

    async def _written(self, body: dict[str, Any], inbox: Inbox, channel: str) -> None:
        said = body["event"]
        if said.get("bot_id") or "user" not in said:
            return
        text = _unescape(_LINK.sub(r" \g<url> ", _MENTION.sub("", said.get("text", "")))).strip()
        files = said.get("files") or []
        asked = Ask(
            at=self._now(),
            chat=_chat(channel, said.get("thread_ts")),
            person=_person(said["user"]),
            text=text or (attached.IMPORT if files else ""),
            attached=await self._lookup.read(files[0]) if files else "",
            language=await self._lookup.language(said["user"]) if channel.startswith("D") else "",
        )
        if "thread_ts" in said and inbox.speaks_of_quoted(asked):
            asked = replace(asked, quotes=await self._lookup.quoted(channel, said["thread_ts"]))
        event = await self._with_standing(asked, inbox)
        message = await inbox.handle(event, body["event_id"])
        if message:
            self._replies.start(inbox.reply(event, body["event_id"], message))

    async def _with_standing(self, event: Ask | Tap, inbox: Inbox) -> Ask | Tap:
        """The event, in a channel with whether the person manages it and the bot is in it, where that decides."""
        if event.chat.id.startswith("D") or not inbox.asks_for_news(event):
            return event
        asked = inbox.asks_for_manager(event)
        manages, reaches = await self._lookup.standing(event.chat.id, event.person.id if asked else "")
        return replace(event, manages=manages, reaches=reaches)

    def _tap(self, body: dict[str, Any]) -> Tap | None:
        """The press, in our words; None for a button that only opened a page."""
        action = body["actions"][0].get("value")
        if not action or "channel" not in body:
            return None
        pressed = body.get("message") or {}
        # a message that a thread hangs below bears its own ts as the thread's: it stands in the channel all the same
        thread = None if pressed.get("thread_ts") == pressed.get("ts") else pressed.get("thread_ts")
        return Tap(
            at=self._now(),
            chat=_chat(body["channel"]["id"], thread),
            person=_person(body["user"]["id"]),
            action=action,
            message=body["container"]["message_ts"],
            aside=bool(body["container"].get("is_ephemeral")),
        )

    async def _open_form(self, tap: Tap, update: str, message: Message, inbox: Inbox, respond: AsyncRespond) -> None:
        """Open the modal that asks for words; its press must be fresh, so it is never opened later."""
        try:
            with refusals():
                view = render_view(message, message.prompt, tap.chat) if message.prompt else {}
                await self._client.views_open(trigger_id=update, view=view)
        except SendError as error:
            _log.warning("slack_form_not_opened", reason=str(error))
            with suppress(SendError):
                await _respond(respond, Message(title=say_in(message.language, FORM_NOT_OPENED)))
        await inbox.replied(tap, update)

    async def _tell(self, ask: Ask, update: str, message: Message, inbox: Inbox) -> None:
        """Tell a person, where they sent a form off, what came of it; nobody else sees it."""
        try:
            with refusals():
                await self._client.chat_postEphemeral(
                    channel=ask.chat.id,
                    user=ask.person.id,
                    thread_ts=ask.chat.thread or None,
                    text=render_text(message),
                    blocks=render_blocks(message),
                )
        except SendError as error:
            _log.warning("slack_answer_not_shown", person=str(ask.person), reason=str(error))
            inbox.let_go(ask, update)
            return
        await inbox.replied(ask, update)

    async def _answer(
        self, event: Ask | Tap, update: str, message: Message | None, inbox: Inbox, respond: AsyncRespond
    ) -> None:
        """Reply in the channel, but what one person alone may see through Slack's own URL for it.

        That URL also works in channels that the bot is no member of. Where it fails, a later sweep writes to the person.
        """
        if message is None:
            return
        if isinstance(event, Ask) and event.aside and message.proposal is not None:
            if await self._bring(event, update, message, inbox, respond):
                return
        elif not event.aside and message.place != "private":
            await inbox.reply(event, update, message)
            return
        try:
            await _respond(respond, message, replaces=event.aside and message.place == "edit")
        except SendError as error:
            _log.warning("slack_respond_failed", reason=str(error))
            inbox.let_go(event, update)
            return
        if not await self._hand(event.person, message):
            with suppress(SendError):
                await _respond(respond, attached.not_sent(message))
        await inbox.replied(event, update)

    async def _bring(self, ask: Ask, update: str, message: Message, inbox: Inbox, respond: AsyncRespond) -> bool:
        """Send a card that a command asked for to the person's direct messages: what only they see can't be brought up to date."""
        try:
            with refusals():
                direct = (await self._client.conversations_open(users=ask.person.id))["channel"]["id"]
        except SendError as error:
            _log.warning("slack_direct_not_opened", person=str(ask.person), reason=str(error))
            return False
        await inbox.reply(replace(ask, chat=_chat(direct), aside=False), update, message)
        with suppress(SendError):
            await _respond(respond, Message(title=say_in(message.language, CARD_IN_DIRECT)))
        return True


def _chat(channel: str, thread: str | None = None) -> Chat:
    return Chat(platform=PLATFORM, id=channel, thread=thread or "")


def _person(user: str) -> Person:
    return Person(platform=PLATFORM, id=user)


async def _respond(respond: AsyncRespond, message: Message, *, replaces: bool = False) -> None:
    """Show a message to whoever gave the command or pressed, and to nobody else; raises SendError."""
    with refusals():
        said = await respond(
            text=render_text(message),
            blocks=render_blocks(message),
            response_type="ephemeral",
            replace_original=replaces,
        )
    if said.status_code != 200 or said.body.replace(" ", "").startswith('{"ok":false'):
        raise SendError(f"HTTP {said.status_code}: {said.body}", permanent=False)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
