"""Delivery: what one person alone may see reaches nobody else, even where it is sent later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from bot import paces, post
from bot.clock import Clock
from bot.delivery import Delivery, Platform, SendError
from bot.inbox import PATIENCE, UNREACHED, Inbox
from bot.service import Service
from bot.slack_adapter import SlackAdapter
from bot.telegram_adapter import TelegramAdapter
from handlers.message import MESSAGE, Chat, Message, Person
from handlers.policy import Policy
from records.folder import Folder
from store import outbox, outbox_state, updates
from store.engine import Database
from store.places import Place
from tests.conftest import SetClock
from tests.doubles.people import Bench
from tests.sample import TAIPEI, asks, noon, record_text, taps, write

NOON = noon("2026-03-02")
GROUP = Chat(platform="telegram", id="-100900")


def service(database: Database, policy: Policy, folder: Path, *, later: bool = False) -> Service:
    """The bot at noon, or when a reply of noon is nobody's any more."""
    moment = NOON + timedelta(minutes=3) if later else NOON
    return Service(database, policy, SetClock(zone=TAIPEI, moment=moment), Folder(folder))


@asynccontextmanager
async def running(
    made: Service, name: str, adapter: SlackAdapter | TelegramAdapter, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """The bot on one platform: what is owed goes out at once."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        delivery = Delivery(made, {name: adapter}, writer)
        made.adopt_replies(delivery.platforms)
        loops = [
            asyncio.create_task(job)
            for job in (delivery.run(), adapter.run(Inbox(made, delivery, [writer], patience=patience)))
        ]
        delivery.wake()
        try:
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await adapter.close()


def owed(database: Database) -> bool:
    """Whether a reply or anything else is still to be sent."""
    with database.read() as tx:
        figures = outbox_state.tally(tx, NOON + timedelta(minutes=3))
        return bool(updates.unsent(tx, NOON + timedelta(hours=1), ("telegram",)) or figures.waiting or figures.kept)


def on_slack(bench: Bench) -> SlackAdapter:
    """An adapter for a workspace."""
    env = bench.env()
    return SlackAdapter(env["SLACK_BOT_TOKEN"], env["SLACK_APP_TOKEN"], env["SLACK_API_URL"], lambda: NOON)


def on_telegram(bench: Bench) -> TelegramAdapter:
    """An adapter for a bot."""
    return TelegramAdapter(bench.env()["TELEGRAM_BOT_TOKEN"], bench.tg.url, lambda: NOON)


async def test_an_answer_that_slack_would_not_show_in_private_reaches_the_person_and_not_the_channel(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    write(folder, "a.md", record_text())
    room = Chat(platform="slack", id="CNEWS")
    at_noon = service(sqlite, policy, folder)
    at_noon.feed.sync()
    journalist = Person(platform="slack", id="U700")
    offer = at_noon.handle(asks("訂閱 法務部", chat=room, person=journalist), "1")
    assert offer
    at_noon.handle(taps(offer.buttons[0][0].action, chat=room, person=journalist), "2")
    for update in ("1", "2"):
        at_noon.sent("slack", update, offer, room, "")
    async with Bench(slack={"url_ttl": 0}) as bench:
        await bench.slack.channel(id="CNEWS")
        await bench.slack.user(id="U700")
        async with running(at_noon, "slack", on_slack(bench)):
            await bench.slack.wait_socket()
            await bench.slack.slash("/nuoyan", "匯出訂閱", "U700", "CNEWS")
        async with running(service(sqlite, policy, folder, later=True), "slack", on_slack(bench)):
            upload = await bench.slack.wait_reply("D700", match="^$")
        assert [file["name"] for file in upload["files"]] == ["nuoyan-watches-2026-03-02.json"]
        assert "1 個訂閱" in bench.slack.text((await bench.slack.all("D700"))[0])
        assert await bench.slack.all("CNEWS") == []
        assert await bench.violations() == []


async def test_a_private_word_that_telegram_was_not_given_reaches_the_person_and_not_the_group(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    service(sqlite, policy, folder).handle(replace(taps("export:0:0"), chat=GROUP), "7")
    async with Bench() as bench:
        await bench.tg.chat(ids=(700, int(GROUP.id)))
        async with running(service(sqlite, policy, folder, later=True), "telegram", on_telegram(bench)):
            assert "這裡沒有訂閱可以匯出" in bench.tg.text(await bench.tg.wait_reply(700))
        assert await bench.tg.all(int(GROUP.id)) == []


async def test_a_private_word_to_somebody_who_never_wrote_to_the_bot_is_dropped(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    service(sqlite, policy, folder).handle(replace(taps("export:0:0"), chat=GROUP), "7")
    later = service(sqlite, policy, folder, later=True)
    async with Bench() as bench:
        await bench.tg.chat(ids=(700, int(GROUP.id)))
        said = "Forbidden: bot can't initiate conversation with a user"
        await bench.tg.fault(method="sendMessage", kind="error", code=403, description=said)
        async with running(later, "telegram", on_telegram(bench)), asyncio.timeout(10):
            while owed(sqlite):
                await asyncio.sleep(0.05)
        assert (await bench.tg.all(700), await bench.tg.all(int(GROUP.id))) == ([], [])


async def test_an_answer_waits_as_long_as_the_platform_asked_for_another_message(
    sqlite: Database, policy: Policy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns of the older kind
    write(folder, "a.md", record_text())
    made = service(sqlite, policy, folder)
    made.feed.sync()
    with sqlite.write() as tx:
        outbox.send(
            tx, "x", Place("telegram", "700", ""), NOON, body=MESSAGE.dump_python(Message(title="先"), mode="json")
        )
    async with Bench() as bench:
        await bench.tg.chat(ids=(700,))
        await bench.tg.fault(method="sendMessage", kind="429", retry_after=3, times=1)
        begun = asyncio.get_running_loop().time()
        async with running(made, "telegram", on_telegram(bench)), asyncio.timeout(20):
            while not await bench.tg.all(700) and asyncio.get_running_loop().time() - begun < 1:
                await asyncio.sleep(0.05)
            await bench.tg.say(700, 700, "法務部")
            await asyncio.sleep(1)
            assert [one for one in await bench.tg.all(700) if one["from"]["is_bot"]] == []
        with sqlite.read() as tx:
            assert outbox_state.tally(tx, NOON).waiting == 2


async def test_a_private_answer_to_what_was_asked_in_a_group_goes_to_who_asked(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    async with Bench() as bench:
        await bench.tg.chat(ids=(700, int(GROUP.id)))
        async with running(service(sqlite, policy, folder), "telegram", on_telegram(bench)):
            await bench.tg.say(int(GROUP.id), 700, "/export")
            assert "這裡沒有訂閱可以匯出" in bench.tg.text(await bench.tg.wait_reply(700))
        assert await bench.tg.all(int(GROUP.id)) == []


async def test_who_cannot_be_written_to_in_private_is_told_so_in_the_group_and_nothing_else(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    async with Bench() as bench:
        await bench.tg.chat(ids=(700, int(GROUP.id)))
        said = "Forbidden: bot can't initiate conversation with a user"
        await bench.tg.fault(method="sendMessage", kind="error", code=403, description=said)
        async with running(service(sqlite, policy, folder), "telegram", on_telegram(bench)):
            await bench.tg.say(int(GROUP.id), 700, "/export")
            assert bench.tg.text(await bench.tg.wait_reply(int(GROUP.id))) == UNREACHED
        assert len(await bench.tg.all(int(GROUP.id))) == 1


async def test_a_question_that_takes_long_is_said_to_be_looked_into_and_the_answer_takes_its_place(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    write(folder, "a.md", record_text())
    made = service(sqlite, policy, folder)
    made.feed.sync()
    async with Bench() as bench:
        async with running(made, "telegram", on_telegram(bench), patience=0):
            await bench.tg.say(700, 700, "全文:路燈")
            assert bench.tg.text(await bench.tg.wait_reply(700)) == "⏳ 還在找公文全文…"
            assert "共 1 件" in bench.tg.text(await bench.tg.wait_edit(700))
        assert len(await bench.tg.all(700)) == 1


async def test_a_question_that_needs_no_letter_is_answered_without_a_word_before(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    write(folder, "a.md", record_text())
    made = service(sqlite, policy, folder)
    made.feed.sync()
    async with Bench() as bench:
        async with running(made, "telegram", on_telegram(bench), patience=0):
            await bench.tg.say(700, 700, "路燈")
            assert "共 1 件" in bench.tg.text(await bench.tg.wait_reply(700))
        assert len(await bench.tg.all(700)) == 1


class _SlowGroup:
    """A platform on which messages to a group take their time; it remembers what went out, in order."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, chat: Chat, message: Message) -> str:
        if chat.id == GROUP.id:
            await asyncio.sleep(0.2)
        self.sent.append(message.title)
        return "1"

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        await self.send(chat, message)


async def test_a_chat_that_takes_long_keeps_nobody_else_waiting(sqlite: Database, policy: Policy, folder: Path) -> None:
    made, slow = service(sqlite, policy, folder), _SlowGroup()

    def owe(key: str, chat: str) -> None:
        with sqlite.write() as tx:
            outbox.put(tx, key, outbox.SEND, NOON, place=Place("telegram", chat, ""), body={"title": key})

    for number in range(12):
        owe(f"group {number:02d}", GROUP.id)
    with ThreadPoolExecutor(max_workers=1) as writer:
        delivery = Delivery(made, {"telegram": slow}, writer)
        loop = asyncio.create_task(delivery.run())
        delivery.wake()
        async with asyncio.timeout(10):
            while len(slow.sent) < 2:
                await asyncio.sleep(0.02)
            await asyncio.get_running_loop().run_in_executor(writer, owe, "alert", "700")
            delivery.wake()
            while len(slow.sent) < 13:
                await asyncio.sleep(0.02)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    assert slow.sent.index("alert") < 8
    assert [title for title in slow.sent if title != "alert"] == [f"group {number:02d}" for number in range(12)]


async def test_answers_that_must_wait_for_their_turn_go_out_once_whoever_looks_for_those_of_a_dead_process(
    sqlite: Database, policy: Policy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, "TURN_WITHIN", 0.3)
    write(folder, "a.md", record_text())
    made = service(sqlite, policy, folder)
    made.feed.sync()
    async with Bench() as bench:
        await bench.tg.chat(ids=(700,))
        async with running(made, "telegram", on_telegram(bench)), asyncio.timeout(20):
            for number in range(5):
                await bench.tg.say(700, 700, f"路燈 第{number}問")
            while len(await bench.tg.all(700)) < 2:
                await asyncio.sleep(0.05)
            service(sqlite, policy, folder, later=True).adopt_replies(["telegram"])
            while owed(sqlite):
                await asyncio.sleep(0.05)
        answers = [bench.tg.text(one) for one in await bench.tg.all(700)]
    assert sorted(f"第{number}問" for number in range(5) for told in answers if f"第{number}問" in told) == [
        f"第{number}問" for number in range(5)
    ]


class _WhileAway(_SlowGroup):
    """A platform whose first message goes out just when the database can't be reached any more."""

    def __init__(self, url: URL) -> None:
        super().__init__()
        self._server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        self._name = url.database

    async def send(self, chat: Chat, message: Message) -> str:
        if not self.sent:
            self.let_in(False)
        return await super().send(chat, message)

    def let_in(self, is_open: bool) -> None:
        """Open the database to the bot, or end what it has there and let nobody in."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(Identifier(self._name or ""), Literal(is_open))
            )
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ended, [self._name])


async def test_what_went_out_while_the_database_was_away_goes_out_once(
    postgres: Callable[[], str], policy: Policy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "LEASE", timedelta(seconds=0.5))
    url = postgres()
    database, platform = Database(url), _WhileAway(make_url(url))
    made = Service(database, policy, Clock(zone=TAIPEI), Folder(folder))
    with database.write() as tx:
        for chat in ("700", "701", "702"):
            outbox.send(tx, chat, Place("telegram", chat, ""), NOON, body={"title": chat}, wakes=True)
    with ThreadPoolExecutor(max_workers=1) as writer:
        delivery = Delivery(made, {"telegram": platform}, writer)
        loop = asyncio.create_task(delivery.run())
        delivery.wake()
        async with asyncio.timeout(20):
            while len(platform.sent) < 3:
                await asyncio.sleep(0.02)
            delivery.wake()
            await asyncio.sleep(1.5)
            platform.let_in(True)
            while owed(database):
                await asyncio.sleep(0.05)
            delivery.wake()
            await asyncio.sleep(0.5)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    database.close()
    assert sorted(platform.sent) == ["700", "701", "702"]


class _Panel(_SlowGroup):
    """A chat whose first edit fails for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        if not self.sent:
            self.sent.append("failed")
            raise SendError("timed out", permanent=False)
        self.shown = message.title


async def test_an_answer_that_failed_for_a_moment_does_not_overwrite_a_newer_one(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    made, panel, chat = service(sqlite, policy, folder), _Panel(), Chat(platform="telegram", id="700")
    with ThreadPoolExecutor(max_workers=1) as writer:
        delivery = Delivery(made, {"telegram": panel}, writer)
        for update, title in (("1", "每週"), ("2", "即時")):
            await delivery.reply("telegram", update, chat, "102", Message(title=title, place="edit"))
        later = Delivery(service(sqlite, policy, folder, later=True), {"telegram": panel}, writer)
        loop = asyncio.create_task(later.run())
        later.wake()
        await asyncio.sleep(0.5)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    assert panel.shown == "即時"


async def test_what_is_given_back_is_due_since_when_it_was(sqlite: Database, policy: Policy, folder: Path) -> None:
    with sqlite.write() as tx:
        outbox.put(tx, "x", outbox.SEND, NOON, place=Place("telegram", "700", ""), body={"title": "x"})
    later = service(sqlite, policy, folder, later=True)
    (leased,) = later.post.lease(["telegram"])
    later.post.give_back(leased[1])
    with sqlite.read() as tx:
        assert outbox_state.tally(tx, NOON + timedelta(minutes=3)).oldest_seconds == 180


@contextmanager
def inbox_of(made: Service, platforms: dict[str, Platform]) -> Iterator[Inbox]:
    """The inbox of a bot that nothing but these platforms is connected to."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        yield Inbox(made, Delivery(made, platforms, writer), [writer])


async def test_an_event_delivered_again_while_it_is_handled_is_answered_once(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    asked = asks("法務部", "2026-03-02")
    with inbox_of(service(sqlite, policy, folder), {}) as inbox:
        first, again = await asyncio.gather(inbox.handle(asked, "Ev1"), inbox.handle(asked, "Ev1"))
    assert first is not None and again is None


class Faulty:
    """A platform whose messages can't be put into its form."""

    async def send(self, chat: Chat, message: Message) -> str:
        """Fail as a fault of ours does."""
        raise ValueError(f"no form for {message.title} in {chat}")

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Fail as a fault of ours does."""
        raise ValueError(f"no form for {message.title} in {chat} at {reference}")


async def test_a_reply_that_a_fault_of_ours_stops_is_owed_and_tried_again(
    sqlite: Database, policy: Policy, folder: Path
) -> None:
    asked = asks("法務部", "2026-03-02")
    with inbox_of(service(sqlite, policy, folder), {"telegram": Faulty()}) as inbox:
        message = await inbox.handle(asked, "7")
        assert message is not None
        await inbox.reply(asked, "7", message)
    assert owed(sqlite)
