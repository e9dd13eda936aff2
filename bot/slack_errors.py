"""What Slack refuses: whether it can be tried again, whether a chat is gone, and when a token is at fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.delivery import SendError

_TRANSIENT = ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
_REFUSED = (
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "account_inactive",
    "not_allowed_token_type",
    "token_expired",
)
"""The token is at fault, and with it every chat; `account_inactive` is a token "for a deleted user or workspace"."""

_OPERATORS = (*_REFUSED, "missing_scope", "messages_tab_disabled")
"""What only the operator can mend, in the app's settings; until then messages wait. Else as for _GONE."""

_GONE = (
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "ekm_access_denied",
    "user_disabled",
    "user_not_found",
    "cannot_dm_bot",
)
"""Nothing can be written to this channel or person: errors of docs.slack.dev/reference/methods/chat.postMessage and, for
the last three, conversations.open."""

BOT_TOKEN, APP_TOKEN = "SLACK_BOT_TOKEN (xoxb-…)", "SLACK_APP_TOKEN (xapp-…)"

_log = structlog.get_logger()


class TokenError(Exception):
    """Slack takes one of the tokens no more; the operator was told."""


@contextmanager
def naming(token: str) -> Iterator[None]:
    """Tell the operator which token it is that Slack refuses, and raise TokenError."""
    try:
        yield
    except SlackApiError as error:
        if (reason := reason_of(error)) not in _REFUSED:
            raise
        fix = f"{token}: copy it again from the app's pages, and start again"
        _log.error("slack_token_refused", reason=reason, fix=fix)
        raise TokenError from error


@contextmanager
def refusals() -> Iterator[None]:
    """What Slack or the network refuses, as a SendError."""
    try:
        yield
    except SlackApiError as error:
        raise _send_error(error) from error
    except (SlackRequestError, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise SendError(str(error) or type(error).__name__, permanent=False) from error


def _send_error(error: SlackApiError) -> SendError:
    """Slack's refusals are final, but for its own faults, its limits and what the operator can mend."""
    reason = reason_of(error)
    after = error.response.headers.get("Retry-After")
    waits = reason in (*_TRANSIENT, *_OPERATORS) or error.response.status_code >= 500
    return SendError(
        reason, permanent=not waits, retry_after=float(after) if after else None, gone=not waits and reason in _GONE
    )


def reason_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong; where its servers fail they answer with a page instead."""
    data = error.response.data
    return str(data["error"]) if isinstance(data, dict) and "error" in data else f"HTTP {error.response.status_code}"
