"""Slack over Socket Mode: a press is acknowledged after the transaction that handled it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from aiolimiter import AsyncLimiter
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SendError
from bot.inbox import Inbox
from bot.slack_render import render_blocks, render_text
from handlers.message import Ask, Chat, Message, Person, Tap

PLATFORM = "slack"
LONGEST_PAUSE = 30.0
KEPT_LIMITERS = 10_000
PING_SECONDS = 5
"""How soon a cut socket is noticed."""

_TRANSIENT = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
_REFUSED = (
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "account_inactive",
    "not_allowed_token_type",
    "token_expired",
)
_ANY = re.compile(".*", re.DOTALL)
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")

_log = structlog.get_logger()


class SlackAdapter:
    """One app: slash commands, mentions, direct messages and buttons come in over a socket that it opened."""

    def __init__(self, bot_token: str, app_token: str, api_url: str, now: Callable[[], datetime]) -> None:
        self._client = AsyncWebClient(token=bot_token, base_url=api_url)
        self._app_token = app_token
        self._now = now
        self._socket: AsyncSocketModeHandler | None = None
        self._chats: dict[str, AsyncLimiter] = {}
        self._replies: set[asyncio.Task[None]] = set()

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
                who = await self._client.auth_test()
                await self._socket.connect_async()
                break
            except SlackApiError as error:
                reason = str(error.response["error"])
                if reason in _REFUSED:
                    fix = "SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…): copy both again from the app's pages"
                    _log.error("slack_token_refused", reason=reason, fix=fix)
                    return
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                reason = str(error)
            _log.warning("slack_unreachable", reason=reason, again_in=pause)
            await self._socket.close_async()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        _log.info("slack_connected", bot=who["user"])
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Let replies in flight finish, then disconnect."""
        if self._replies:
            await asyncio.wait(self._replies, timeout=5)
        if self._socket:
            await self._socket.close_async()

    async def send(self, chat: Chat, message: Message) -> str:
        """Post a message, one a second in a channel."""
        await self._pace(chat.id).acquire()
        try:
            sent = await self._client.chat_postMessage(
                channel=chat.id,
                thread_ts=chat.thread or None,
                text=render_text(message),
                blocks=render_blocks(message),
                unfurl_links=False,
            )
        except SlackApiError as error:
            raise _send_error(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SendError(str(error), permanent=False) from error
        return str(sent["ts"])

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Show a message in place of one posted before."""
        try:
            await self._client.chat_update(
                channel=chat.id, ts=reference, text=render_text(message), blocks=render_blocks(message)
            )
        except SlackApiError as error:
            raise _send_error(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SendError(str(error), permanent=False) from error

    def _listen(self, app: AsyncApp, inbox: Inbox) -> None:
        async def command(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            event = Ask(
                at=self._now(),
                chat=_chat(body["channel_id"]),
                person=_person(body["user_id"]),
                text=body.get("text", ""),
            )
            message = await inbox.handle(event, body["trigger_id"])
            await ack()
            self._spawn(self._answer(event, body["trigger_id"], message, inbox, respond))

        async def press(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            event = self._tap(body)
            message = await inbox.handle(event, body["trigger_id"]) if event else None
            await ack()
            if event:
                ephemeral = bool(body["container"].get("is_ephemeral"))
                self._spawn(self._answer(event, body["trigger_id"], message, inbox, respond, ephemeral=ephemeral))

        async def mention(body: dict[str, Any]) -> None:
            await self._written(body, inbox, body["event"]["channel"])

        async def direct(body: dict[str, Any]) -> None:
            if body["event"].get("channel_type") == "im" and not body["event"].get("subtype"):
                await self._written(body, inbox, body["event"]["channel"])

        app.command(_ANY)(command)
        app.action(_ANY)(press)
        app.event("app_mention")(mention)
        app.event("message")(direct)

    async def _written(self, body: dict[str, Any], inbox: Inbox, channel: str) -> None:
        said = body["event"]
        if said.get("bot_id") or "user" not in said:
            return
        text = _unescape(_MENTION.sub("", said.get("text", ""))).strip()
        event = Ask(at=self._now(), chat=_chat(channel, said.get("thread_ts")), person=_person(said["user"]), text=text)
        message = await inbox.handle(event, body["event_id"])
        if message:
            self._spawn(inbox.reply(event, body["event_id"], message))

    def _tap(self, body: dict[str, Any]) -> Tap | None:
        """The press, in our words; None for a button that only opened a page."""
        action = body["actions"][0].get("value")
        if not action or "channel" not in body:
            return None
        thread = (body.get("message") or {}).get("thread_ts")
        return Tap(
            at=self._now(),
            chat=_chat(body["channel"]["id"], thread),
            person=_person(body["user"]["id"]),
            action=action,
            message=body["container"]["message_ts"],
        )

    async def _answer(
        self,
        event: Ask | Tap,
        update: str,
        message: Message | None,
        inbox: Inbox,
        respond: AsyncRespond,
        *,
        ephemeral: bool = False,
    ) -> None:
        """Reply in the channel, but to a command, in private and on a private message through Slack's own URL for it.

        That URL also works in channels that the bot is no member of.
        """
        if message is None:
            return
        to_person = message.place == "private" or ephemeral or isinstance(event, Ask)
        if not to_person:
            await inbox.reply(event, update, message)
            return
        replaces = ephemeral and message.place == "edit"
        try:
            await respond(
                text=render_text(message),
                blocks=render_blocks(message),
                response_type="ephemeral",
                replace_original=replaces,
            )
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.warning("slack_respond_failed", reason=str(error))
            inbox.let_go(event, update)
            return
        await inbox.replied(event, update)

    def _pace(self, chat: str) -> AsyncLimiter:
        if chat not in self._chats:
            if len(self._chats) > KEPT_LIMITERS:
                self._chats.clear()
            self._chats[chat] = AsyncLimiter(3, 3)
        return self._chats[chat]

    def _spawn(self, reply: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(reply)
        self._replies.add(task)
        task.add_done_callback(self._replies.discard)


def _chat(channel: str, thread: str | None = None) -> Chat:
    return Chat(platform=PLATFORM, id=channel, thread=thread or "")


def _person(user: str) -> Person:
    return Person(platform=PLATFORM, id=user)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _send_error(error: SlackApiError) -> SendError:
    """Slack's refusals are final, but for its own faults and its limits."""
    reason = str(error.response["error"]) if error.response else str(error)
    after = error.response.headers.get("Retry-After") if error.response else None
    transient = reason in _TRANSIENT or (error.response and error.response.status_code >= 500)
    return SendError(reason, permanent=not transient, retry_after=float(after) if after else None)
