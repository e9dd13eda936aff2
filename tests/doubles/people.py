"""The people who talk to the bot, and the bench that brings the doubles, the people and the bot together."""

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from . import slack, telegram
from .double import Double, Json

Process = asyncio.subprocess.Process


class People:
    """People on one platform. `seq` is how far they have read: acts and waits move it on, waits look past it."""

    replies: ClassVar[tuple[str, ...]] = ("sent",)

    def __init__(self, double: Double) -> None:
        self.double, self.seq = double, 0

    @property
    def url(self) -> str:
        """Where the platform is served."""
        return self.double.url

    async def ctl(self, verb: str, **given: Any) -> Any:
        """Asks the double; what comes back is a copy as JSON would carry it, and a refusal is a RuntimeError."""
        method = getattr(self.double, verb, None)
        if not asyncio.iscoroutinefunction(method) or verb in ("start", "close"):
            raise RuntimeError(f"{verb}: no such control verb")
        try:
            return json.loads(json.dumps(await method(**given)))
        except (LookupError, ValueError, TypeError) as error:
            raise RuntimeError(f"{verb}: {type(error).__name__}: {error}") from error

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[Any]]:
        """Any other verb of the double, such as `block`, `fault`, `calls`."""
        if verb.startswith("_"):
            raise AttributeError(verb)

        async def ask(**given: Any) -> Any:
            return await self.ctl(verb, **given)

        return ask

    async def act(self, verb: str, **given: Any) -> Any:
        """Does something as a person; arguments that are None are left out."""
        result = await self.ctl(verb, **{name: value for name, value in given.items() if value is not None})
        self.seq = max(self.seq, result.get("seq", 0))
        return result

    def text(self, message: Json) -> str:
        """Everything a person can read in it."""
        raise NotImplementedError

    async def _events(self, where: Any, kinds: Sequence[str], timeout: float, after: int) -> list[Json]:
        place = {} if where is None else {self.double.place: where}
        events: list[Json] = await self.ctl("wait", after=after, kinds=list(kinds), timeout=timeout, **place)
        return events

    async def wait(
        self,
        where: Any = None,
        kinds: Sequence[str] = ("sent",),
        timeout: float = 5,
        match: str | None = None,
        after: int | None = None,
    ) -> Json:
        """The first thing of these kinds there whose text matches, or an AssertionError."""
        deadline, at = time.monotonic() + timeout, self.seq if after is None else after
        while (left := deadline - time.monotonic()) > 0:
            for event in await self._events(where, kinds, left, at):
                at = event["seq"]
                found: Json = event.get("message") or event.get("view") or event
                if match is None or re.search(match, self.text(found), re.DOTALL):
                    self.seq = max(self.seq, at)
                    return found
        wanted = f"{'/'.join(kinds)} at {where}" + (f" matching {match!r}" if match else "")
        raise AssertionError(f"no {wanted} within {timeout} s; last calls: {await self.ctl('calls', limit=5)}")

    async def wait_reply(
        self, where: Any = None, timeout: float = 5, match: str | None = None, after: int | None = None
    ) -> Json:
        """What the bot says there next."""
        return await self.wait(where, self.replies, timeout, match, after)

    async def wait_edit(self, where: Any = None, timeout: float = 5, match: str | None = None) -> Json:
        """The next message the bot changes there."""
        return await self.wait(where, ("edited",), timeout, match)

    async def silence(self, where: Any = None, seconds: float = 1.0, kinds: Sequence[str] | None = None) -> None:
        """Asserts that the bot says nothing there for so long."""
        events = await self._events(where, kinds or (*self.replies, "edited"), seconds, self.seq)
        assert not events, f"expected silence, got {events}"

    async def violations(self, clear: bool = False, ignore: Sequence[str] = ()) -> list[Json]:
        """The bot's mistakes, except those of the kinds to ignore."""
        return [each for each in await self.ctl("violations", clear=clear) if each["kind"] not in ignore]


class TelegramPeople(People):
    """People on Telegram."""

    token = telegram.TOKEN
    double: telegram.Telegram

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls base_file_url."""
        return f"{self.url}/file/bot"

    def text(self, message: Json) -> str:
        """The text or caption."""
        return str(message.get("text") or message.get("caption") or "")

    @staticmethod
    def buttons(message: Json) -> list[str]:
        """The buttons' labels."""
        rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    async def say(
        self,
        chat: int,
        user: int | Json,
        text: str | None,
        thread: int | None = None,
        reply_to: int | None = None,
        extra: Json | None = None,
    ) -> Json:
        """Somebody writes; answers update_id, message, seq."""
        more = {"message_thread_id": thread, "reply_to": reply_to, "extra": extra}
        result: Json = await self.act("say", chat_id=chat, user=user, text=text, **more)
        return result

    async def tap(
        self,
        message: Json,
        label: str | None = None,
        user: int | Json | None = None,
        data: str | None = None,
        force: bool | None = None,
    ) -> Json:
        """Somebody presses a button; answers callback_id, button, seq."""
        chat = message["chat"]["id"]
        found = {"label": label if data is None else None, "data": data, "force": force}
        there = {"chat_id": chat, "message_id": message["message_id"]}
        result: Json = await self.act("tap", user=user or chat, **there, **found)
        return result

    async def wait_answer(self, tap: Json, timeout: float = 5) -> Json:
        """The bot's answer to this press."""
        deadline, at = time.monotonic() + timeout, tap["seq"]
        while (left := deadline - time.monotonic()) > 0:
            for event in await self._events(None, ("callback_answered",), left, at):
                at = event["seq"]
                if event["id"] == tap["callback_id"]:
                    return event
        raise AssertionError(f"callback {tap['button']} not answered within {timeout} s")

    async def wait_polling(self, timeout: float = 10) -> None:
        """Until the bot waits for updates."""
        for _ in range(int(timeout * 20)):
            if self.double.polling:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the bot does not poll")

    async def all(self, chat: int | None = None, from_bot: bool = True) -> list[Json]:
        """The messages in a chat as they stand."""
        messages: list[Json] = await self.ctl("messages", chat_id=chat, from_bot=from_bot)
        return messages


class SlackPeople(People):
    """People on Slack."""

    replies = ("sent", "ephemeral")
    bot_token, app_token, signing_secret = slack.BOT_TOKEN, slack.APP_TOKEN, slack.SIGNING_SECRET
    double: slack.Slack

    @property
    def base_url(self) -> str:
        """What slack_sdk calls base_url."""
        return f"{self.url}/api/"

    def text(self, message: Json) -> str:
        """The fallback text, every text in the blocks, and a view's title, a line each."""

        def within(item: Any) -> list[str]:
            if isinstance(item, list):
                return [text for each in item for text in within(each)]
            if not isinstance(item, dict):
                return []
            own = [item["text"]] if isinstance(item.get("text"), str) else []
            return own + [text for each in item.values() for text in within(each)]

        return "\n".join([message.get("text") or "", *within(message.get("blocks")), *within(message.get("title"))])

    @staticmethod
    def buttons(message: Json) -> list[str]:
        """The buttons' labels."""
        elements = [e for b in message.get("blocks", []) for e in [*(b.get("elements") or []), b.get("accessory")]]
        return [e["text"]["text"] for e in elements if isinstance(e, dict) and e.get("type") == "button"]

    async def slash(self, command: str, text: str, user: str | Json, channel: str) -> Json:
        """Somebody gives a command; answers acked, payload, ms, channel, seq."""
        result: Json = await self.act("slash", command=command, text=text, user=user, channel=channel)
        return result

    async def say(
        self,
        channel: str,
        user: str | Json,
        text: str,
        thread_ts: str | None = None,
        wait: bool | None = None,
        files: Sequence[Json] | None = None,
    ) -> Json:
        """Somebody writes; answers message, channel, seq, and with `wait` the acks."""
        more = {"thread_ts": thread_ts, "wait": wait, "files": files}
        result: Json = await self.act("say", channel=channel, user=user, text=text, **more)
        return result

    async def mention(self, channel: str, user: str | Json, text: str, **more: Any) -> Json:
        """Somebody speaks to the bot in a channel."""
        return await self.say(channel, user, f"@bot {text}", **more)

    async def dm(self, user: str | Json, text: str, **more: Any) -> Json:
        """Somebody writes to the bot alone."""
        return await self.say("im", user, text, **more)

    async def tap(
        self,
        message: Json,
        label: str | None = None,
        user: str | Json | None = None,
        action_id: str | None = None,
        value: str | None = None,
        selected: str | None = None,
        channel: str | None = None,
    ) -> Json:
        """Somebody uses a button or select of a message or view; answers acked, payload, ms, action, seq."""
        if "root_view_id" in message:
            there = {"view_id": message["id"]}
        else:
            where = channel or message.get("channel") or message.get("_channel") or await self.where(message)
            there = {"channel": where, "ts": message["ts"]}
        found = {
            "label": label if action_id is None and value is None else None,
            "action_id": action_id,
            "value": value,
        }
        result: Json = await self.act("tap", user=user, selected=selected, **found, **there)
        return result

    async def where(self, message: Json) -> str:
        """The channel a message is in."""
        return next(str(each["channel"]) for each in await self.ctl("messages") if each["ts"] == message["ts"])

    async def submit(self, view: Json, user: str | Json, values: Json | None = None, close: bool | None = None) -> Json:
        """Somebody sends a form off: {action id: value}; answers acked, payload, ms, seq."""
        result: Json = await self.act("submit", view_id=view["id"], user=user, values=values or {}, close=close)
        return result

    async def wait_view(self, timeout: float = 5, match: str | None = None) -> Json:
        """The next view the bot opens, changes or publishes."""
        return await self.wait(None, ("view",), timeout, match)

    async def wait_socket(self, timeout: float = 10) -> None:
        """Until the bot has a socket open."""
        for _ in range(int(timeout * 20)):
            if self.double.connected:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the bot opened no socket")

    async def all(self, channel: str | None = None, from_bot: bool = True) -> list[Json]:
        """The messages in a channel as they stand."""
        messages: list[Json] = await self.ctl("messages", channel=channel, from_bot=from_bot)
        return messages


class Bench:
    """Both doubles with their people and, if wanted, the bot as a child process."""

    def __init__(self, tg: Json | None = None, slack: Json | None = None) -> None:
        self._settings = tg or {}, slack or {}
        self.bots: list[Process] = []

    async def __aenter__(self) -> Self:
        self.tg = TelegramPeople(telegram.Telegram(**self._settings[0]))
        self.slack = SlackPeople(slack.Slack(**self._settings[1]))
        await asyncio.gather(self.tg.double.start(), self.slack.double.start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bot in list(self.bots):
            await self.stop_bot(bot)
        await asyncio.gather(self.tg.double.close(), self.slack.double.close())

    def env(self) -> dict[str, str]:
        """What tells the bot where the platforms are and who it is."""
        return {
            "TELEGRAM_BOT_TOKEN": telegram.TOKEN,
            "TELEGRAM_API_URL": self.tg.url,
            "SLACK_BOT_TOKEN": slack.BOT_TOKEN,
            "SLACK_APP_TOKEN": slack.APP_TOKEN,
            "SLACK_SIGNING_SECRET": slack.SIGNING_SECRET,
            "SLACK_API_URL": self.slack.base_url,
        }

    async def start_bot(
        self,
        argv: Sequence[str],
        env: dict[str, str] | None = None,
        log: str | os.PathLike[str] | None = None,
        wait: bool = True,
    ) -> Process:
        """Starts the bot, its output appended to `log`, and waits until it is connected to both platforms."""
        proxies = ("http_proxy", "https_proxy", "all_proxy")
        inherited = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
        whole = inherited | {"NO_PROXY": "127.0.0.1,localhost"} | self.env() | (env or {})
        with ExitStack() as opened:
            output = opened.enter_context(Path(log).open("ab")) if log else None
            bot = await asyncio.create_subprocess_exec(*argv, env=whole, stdout=output, stderr=output)
        self.bots.append(bot)
        if wait:
            await asyncio.gather(self.tg.wait_polling(20), self.slack.wait_socket(20))
        return bot

    async def stop_bot(self, p: Process, sig: int = signal.SIGTERM, timeout: float = 15) -> float:
        """Stops the bot, by force after the timeout; answers how many seconds it took."""
        begun = time.monotonic()
        if p.returncode is None:
            p.send_signal(sig)
            try:
                await asyncio.wait_for(p.wait(), timeout)
            except TimeoutError:
                p.kill()
                await p.wait()
        if p in self.bots:
            self.bots.remove(p)
        return time.monotonic() - begun

    async def violations(self, clear: bool = False, ignore: Sequence[str] = ()) -> list[Json]:
        """The bot's mistakes on both platforms; `on` says which."""
        sides = (("telegram", self.tg), ("slack", self.slack))
        return [{**each, "on": name} for name, side in sides for each in await side.violations(clear, ignore)]
