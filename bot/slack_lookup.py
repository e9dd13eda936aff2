"""What Slack is asked while an event is handled: a thread's beginning, a person's language, a file, who manages a channel."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import attached
from bot.delivery import SendError
from bot.slack_errors import refusals
from handlers.language import known

KEPT_LANGUAGES = 10_000
ASK_SECONDS = 2
"""How long Slack may take to answer what must be known before a press is acknowledged, within three seconds."""

_log = structlog.get_logger()


class SlackLookup:
    """Questions to Slack, each answered in time or not at all: what is not known is taken to be nothing."""

    def __init__(self, client: AsyncWebClient, token: str) -> None:
        self._client = client
        self._token = token
        self._languages: dict[str, str] = {}

    async def quoted(self, channel: str, thread: str) -> str:
        """What stands in the message that a thread began with, its blocks too; '' where it can't be had."""
        try:
            with refusals():
                async with asyncio.timeout(ASK_SECONDS):
                    told = await self._client.conversations_replies(channel=channel, ts=thread, limit=1)
        except SendError as error:
            fix = "the app needs the scopes channels:history, groups:history, im:history and mpim:history"
            _log.warning("slack_thread_not_read", chat=channel, reason=str(error), fix=fix)
            return ""
        return "\n".join(str(message) for message in told["messages"][:1])

    async def language(self, user: str) -> str:
        """The language that a person uses Slack in; '' where it is none of ours, or can't be had."""
        if user not in self._languages:
            try:
                with refusals():
                    async with asyncio.timeout(ASK_SECONDS):
                        told = await self._client.users_info(user=user, include_locale=True)
            except SendError as error:
                _log.warning("slack_language_unknown", reason=str(error), fix="the app needs the scope users:read")
                return ""
            if len(self._languages) >= KEPT_LANGUAGES:
                self._languages.clear()
            self._languages[user] = known(told["user"].get("locale") or "")
        return self._languages[user]

    async def read(self, file: dict[str, Any]) -> str:
        """The text of a file that Slack keeps; '' where it is too long, no text, or can't be had."""
        url = file.get("url_private_download") or ""
        if (file.get("size") or 0) > attached.LONGEST or not self._is_slacks(url):
            return ""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_SECONDS)) as session,
                session.get(
                    url,
                    headers={"Authorization": f"Bearer {self._token}"},
                    proxy=self._client.proxy,
                    allow_redirects=False,
                ) as answer,
            ):
                if answer.status == 200 and answer.content_type != "text/html":
                    return attached.read(await answer.read())
                reason = f"Slack answers with {answer.status} and {answer.content_type}"
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            reason = str(error)
        _log.warning("slack_file_not_read", reason=reason, fix="the app needs the scope files:read")
        return ""

    async def standing(self, channel_id: str, person: str) -> tuple[bool, bool]:
        """Whether a person made a channel, or is one of the workspace's admins; and whether the bot is in it.

        Nobody in particular ('') may do as they like. Where it can't be had, nobody manages the channel, and the bot is taken
        to be in it, which a slash command does not need.
        """
        try:
            with refusals():
                async with asyncio.timeout(ASK_SECONDS):
                    channel = (await self._client.conversations_info(channel=channel_id))["channel"]
                    is_member = bool(channel.get("is_member", True))
                    if not person or channel.get("creator") == person:
                        return True, is_member
                    user = (await self._client.users_info(user=person))["user"]
        except SendError as error:
            fix = "the app needs the scopes channels:read, groups:read and users:read"
            if not error.gone:
                _log.warning("slack_channel_unknown", chat=channel_id, reason=str(error), fix=fix)
            return not person, not error.gone  # of a private channel it is not in, Slack says that there is none
        return bool(user.get("is_admin") or user.get("is_owner")), is_member

    def _is_slacks(self, url: str) -> bool:
        """Whether the token may be shown there: a file can also be kept elsewhere, with only its address in Slack."""
        host, slack = urlsplit(url).hostname or "", urlsplit(self._client.base_url).hostname or ""
        return host == slack or host.endswith(f".{slack}")
