"""Reviewing at its pace: `python -m benchmarks.reviewing`, on SQLite and on PostgreSQL.

A running bot, reviewers of both platforms who go through the waiting cards, and 50 presses a second: how long a button spins
before Telegram is answered, and how long Slack waits for its ack. Beside them, in the same run, a bot that answers each press
at once and does nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.__main__ import CORPUS, records
from benchmarks.databases import Kind, kinds
from tests.doubles import telegram
from tests.doubles.people import Bench, SlackPeople, TelegramPeople

TODAY = "2026-01-28"
PACE = 50
"""Presses a second, half of them on each platform."""

SECONDS = 20
WARM_UP = 3
"""Seconds of presses before those that count."""

CARDS_WITHIN = 60
"""Seconds in which every reviewer must have a first card: without it nothing can be pressed."""

EACH = 20
"""Reviewers on each platform, every one in a chat of their own."""

QUEUES = tuple(
    f"複核 {what}".strip()
    for what in ("", "隨機", "期限", "最舊", "佐證不足", "衛福部", "交通部", "農業部", "經濟部", "內政部")
)
"""What they go through."""

STRANGERS = 0.15
"""The share of presses that come from somebody who may not."""

GOAL = 0.2
"""Seconds within which 99 of 100 presses are answered."""

Message = dict[str, Any]

_OUTCOMES = frozenset("accept partly not-a-promise unrelated older itself deadline-right no-deadline".split())


@dataclass
class Desk:
    """One reviewer's chat: the newest message there that has buttons, with the actions of its buttons."""

    person: Any
    chat: Any
    message: Message = field(default_factory=dict)
    actions: Sequence[str] = ()


def main() -> None:
    """Measure on both kinds and print what was seen."""
    if sys.argv[1:2] == ["echo"]:
        asyncio.run(echo(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory(prefix="nuoyan-bench-") as name, kinds(Path(name)) as both:
        place = Path(name)
        folder = Path(shutil.copytree(records(place), place / "records"))
        where = "the corpus" if CORPUS.exists() else "the samples"
        print(f"reviewing, on the cards of {where}: {PACE} presses a second for {SECONDS} s")
        print(f"\na bot that only answers\n{_told('Telegram, to the answer', asyncio.run(_anchor()))}")
        for kind in both:
            print(f"\n{kind.name}")
            asyncio.run(_review(kind, folder, place))


async def echo(root: str) -> None:
    """The anchor: every press is answered as soon as it is read."""
    waiting = HTTPXRequest(connection_pool_size=1, read_timeout=60)
    bot = Bot(telegram.TOKEN, base_url=f"{root}/bot", request=HTTPXRequest(64), get_updates_request=waiting)
    offset = None
    answering: set[asyncio.Task[bool]] = set()
    async with bot:
        while True:
            for update in await bot.get_updates(offset=offset, timeout=25):
                offset = update.update_id + 1
                if update.callback_query:
                    task = asyncio.create_task(update.callback_query.answer())
                    answering.add(task)
                    task.add_done_callback(answering.discard)


async def _anchor() -> list[float]:
    """Seconds to the answer of a bot that does nothing else, at the same pace."""
    async with Bench() as bench:
        argv = [sys.executable, "-m", "benchmarks.reviewing", "echo", bench.tg.url]
        await bench.tg.chat(ids=[1])
        await bench.start_bot(argv, wait=False)
        await bench.tg.wait_polling(20)
        sent = await bench.tg.say(1, 1, "複核")

        async def press(_: int) -> None:
            await bench.tg.tap(sent["message"], user=1, data="next:1:0", force=True)

        await _at_pace(press, SECONDS // 2)
        await asyncio.sleep(1)
        answers = await bench.tg.ctl("wait", kinds=["callback_answered"], timeout=5)
        return [answer["after_s"] for answer in answers]


async def _review(kind: Kind, folder: Path, place: Path) -> None:
    """Seconds to the answer and to the ack of a bot that reviews on a database of this kind, and what was pressed."""
    async with Bench() as bench:
        in_telegram = [Desk(2001 + n, 2001 + n) for n in range(EACH)]
        in_slack = [Desk(f"U{3001 + n}", f"D{3001 + n}") for n in range(EACH)]
        await bench.tg.chat(ids=[desk.chat for desk in in_telegram])
        reviewers = [f"telegram:{desk.person}" for desk in in_telegram] + [f"slack:{desk.person}" for desk in in_slack]
        env = {
            "RECORDS": str(folder),
            "DATABASE_URL": kind.new(),
            "REVIEWERS": ",".join(reviewers),
            "SYNC_EVERY": "off",
            "WRITE_BACK": "file",
            "QUIET_HOURS": "off",
        }
        log = place / f"{kind.name}.log"
        await bench.start_bot([sys.executable, "-m", "bot", "run", "--today", TODAY], env, log=log)
        for at, (one, other) in enumerate(zip(in_telegram, in_slack, strict=True)):
            await bench.tg.say(one.chat, one.person, QUEUES[at % len(QUEUES)])
            await bench.slack.dm(other.person, QUEUES[at % len(QUEUES)])
        run = _Run(bench.tg, bench.slack, in_telegram, in_slack)
        watching = [asyncio.create_task(run.watch_telegram()), asyncio.create_task(run.watch_slack())]
        async with asyncio.timeout(CARDS_WITHIN):
            while not all(desk.message for desk in (*in_telegram, *in_slack)):
                await asyncio.sleep(0.1)
        await _at_pace(run.press, WARM_UP)
        await asyncio.sleep(2)
        run.forget()
        await _at_pace(run.press, SECONDS)
        await asyncio.sleep(5)
        for task in watching:
            task.cancel()
        unanswered = max(0, SECONDS * PACE // 2 - len(run.answered))
        print(_told("Telegram, to the answer", [*run.answered, *[math.inf] * unanswered]))
        print(_told("Slack, to the ack", run.acked))
        print("pressed: " + ", ".join(f"{count} {verb}" for verb, count in run.pressed.most_common()))
        wrong = Counter(each["kind"] for each in await bench.violations())
        print(
            "what the platforms complain of: " + (", ".join(f"{n} {kind_}" for kind_, n in wrong.items()) or "nothing")
        )
        assert "event_failed" not in log.read_text("utf-8"), log.read_text("utf-8")[-2000:]


class _Run:
    """Reviewers who press whatever their newest card offers."""

    def __init__(
        self, tg: TelegramPeople, slack: SlackPeople, in_telegram: Sequence[Desk], in_slack: Sequence[Desk]
    ) -> None:
        self._tg, self._slack = tg, slack
        self._desks = {"telegram": {d.chat: d for d in in_telegram}, "slack": {d.chat: d for d in in_slack}}
        self._chance = random.Random(20260128)
        self._turns = itertools.cycle(zip(in_telegram, in_slack, strict=True))
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.answered: list[float] = []
        self.acked: list[float] = []
        self.pressed: Counter[str] = Counter()

    async def press(self, number: int) -> None:
        """One press: in Telegram and in Slack by turns, by each reviewer in turn."""
        if number % 2 == 0:
            self._pair = next(self._turns)
        desk = self._pair[number % 2]
        action = self._choose(desk.actions)
        verb = action.partition(":")[0]
        is_stranger = self._chance.random() < STRANGERS
        self.pressed["by a stranger" if is_stranger else verb] += 1
        if number % 2 == 0:
            person = 666 if is_stranger else desk.person
            await self._tg.tap(desk.message, user=person, data=action, force=True)
            return
        person = "U666" if is_stranger else desk.person
        try:
            done = await self._slack.tap(desk.message, user=person, value=action, channel=desk.chat)
        except RuntimeError:  # the card changed a moment ago, and the button is gone
            self.pressed["too late"] += 1
            return
        self.acked.append(done["ms"] / 1000 if done["acked"] else math.inf)

    def _choose(self, actions: Sequence[str]) -> str:
        """An open card is skipped or decided, a decision left or taken back, half of them each."""
        skips = [action for action in actions if action.startswith("next:")]
        others = [action for action in actions if action.startswith("undo:") or action.partition(":")[0] in _OUTCOMES]
        first, second = self._chance.sample((skips, others), 2)
        return self._chance.choice(first or second)

    async def watch_telegram(self) -> None:
        """Keep what the reviewers have before them, and how long each press took."""
        after = 0
        while True:
            kinds_ = ["sent", "edited", "callback_answered"]
            for event in await self._tg.ctl("wait", after=after, kinds=kinds_, timeout=5):
                after = event["seq"]
                if event["kind"] == "callback_answered":
                    self.answered.append(event["after_s"])
                elif event["chat_id"] in self._desks["telegram"] and "message" in event:
                    rows = event["message"].get("reply_markup", {}).get("inline_keyboard", [])
                    actions = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
                    self._keep(self._desks["telegram"][event["chat_id"]], event["message"], actions)

    async def watch_slack(self) -> None:
        """Keep what the reviewers have before them."""
        after = 0
        while True:
            for event in await self._slack.ctl("wait", after=after, kinds=["sent", "edited"], timeout=5):
                after = event["seq"]
                if event["channel"] in self._desks["slack"] and "message" in event:
                    blocks = event["message"].get("blocks", [])
                    elements = [element for block in blocks for element in block.get("elements", [])]
                    actions = [element["value"] for element in elements if "value" in element]
                    self._keep(self._desks["slack"][event["channel"]], event["message"], actions)

    @staticmethod
    def _keep(desk: Desk, message: Message, actions: Sequence[str]) -> None:
        newest = ("message_id", "ts")
        older = any(str(message.get(key, "")) < str(desk.message.get(key, "")) for key in newest)
        if not older and any(action.startswith(("next:", "undo:")) for action in actions):
            desk.message, desk.actions = message, actions


async def _at_pace(press: Callable[[int], Coroutine[Any, Any, None]], seconds: float) -> None:
    """Press at the pace, however long each answer takes."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    pressing: list[asyncio.Task[None]] = []
    for number in range(int(seconds * PACE)):
        await asyncio.sleep(max(0.0, begun + number / PACE - loop.time()))
        pressing.append(asyncio.create_task(press(number)))
    await asyncio.gather(*pressing)


def _told(name: str, seconds: Sequence[float]) -> str:
    """The middle one and the one that 99 of 100 are within; infinite where they were not answered in the platform's time."""
    ordered = sorted(seconds)
    p50, p99 = (1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return f"{name}: p50 {p50:.0f} ms, p99 {p99:.0f} ms of {len(ordered)} (at most {1000 * GOAL:.0f} ms)"


if __name__ == "__main__":
    main()
