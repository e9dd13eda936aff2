"""A hundred reviewers press the buttons of one card at one moment, on both platforms."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from typing import Any

from store import audit
from store.engine import Database
from tests.journeys.conftest import Stage
from tests.sample import TAIPEI, record_text, verdict, write

EACH = 50
"""Reviewers on each platform."""

IN_TELEGRAM = [2001 + number for number in range(EACH)]
IN_SLACK = [f"U{3001 + number}" for number in range(EACH)]
REVIEWERS = ",".join([*(f"telegram:{person}" for person in IN_TELEGRAM), *(f"slack:{person}" for person in IN_SLACK)])
LABELS = ("採認達成", "部分達成", "不是承諾", "公文早於承諾")
FILE = "其他/路燈.md"


def _sealed_rows(database_url: str) -> list[audit.Row]:
    database = Database(database_url)
    with database.read() as tx:
        assert audit.verify(tx)[1] == []
        found = list(audit.rows(tx))
    database.close()
    return found


async def _press_at_once(stage: Stage, bot: Any) -> tuple[list[dict[str, Any]], list[asyncio.Task[dict[str, Any]]]]:
    """Everybody presses while the process stands still, so that it finds all presses together when it goes on.

    The presses in Telegram, and those in Slack, which end when they are acknowledged.
    """
    card = await stage.tg.wait_reply(-100500, timeout=15, match="待複核")
    in_slack = await stage.slack.wait_reply("CREVIEW", timeout=15, match="待複核")
    labels = [LABELS[number % len(LABELS)] for number in range(EACH)]
    bot.send_signal(signal.SIGSTOP)
    pressing = [
        asyncio.create_task(stage.slack.tap(in_slack, label, person, channel="CREVIEW"))
        for label, person in zip(labels, IN_SLACK, strict=True)
    ]
    taps = await asyncio.gather(
        *(stage.tg.tap(card, label, person) for label, person in zip(labels, IN_TELEGRAM, strict=True))
    )

    async def all_wait() -> bool:
        unanswered: int = (await stage.slack.info())["pending_acks"]
        return unanswered == EACH

    await stage.until(all_wait, "every press in Slack waits for its ack")
    bot.send_signal(signal.SIGCONT)
    return list(taps), pressing


async def test_100_concurrent_taps_on_one_proposal_give_one_decision_one_audit_row_one_entry_and_99_polite_answers(
    stage: Stage, database_url: str
) -> None:
    stage.keep_in(database_url)
    # how soon each is answered is measured by benchmarks/reviewing.py, not on a machine that runs other tests meanwhile
    await asyncio.gather(stage.tg.config(answer_deadline=60), stage.slack.config(ack_deadline=60))
    write(stage.folder, FILE, record_text(target="2027-12-31"))
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, FILE, record_text(target="2027-12-31", status="已達成", entries=verdict()))
    bot = await stage.start("2026-03-02", REVIEWERS=REVIEWERS)
    taps, pressing = await _press_at_once(stage, bot)
    answers = await asyncio.gather(*(stage.tg.wait_answer(tap, timeout=60) for tap in taps))
    presses = await asyncio.gather(*pressing)
    assert all(press["acked"] for press in presses)

    decided = [row for row in _sealed_rows(database_url) if row.content["action"] == "decide"]
    assert len(decided) == 1
    at = datetime.fromisoformat(decided[0].content["at"]).astimezone(TAIPEI)
    told = f"已由複核人甲於 {at:%m-%d %H:%M} 決定"

    by = decided[0].content["by"]
    told_in_telegram = [answer["text"] for answer in answers if answer["show_alert"]]
    losers = [person for person in IN_SLACK if f"slack:{person}" != by]

    async def all_told() -> bool:
        return len(await stage.slack.ephemeral(channel="CREVIEW")) == len(losers)

    await stage.until(all_told, "whoever came too late in Slack is told", seconds=20)
    whispers = await stage.slack.ephemeral(channel="CREVIEW")
    assert {whisper["_to"] for whisper in whispers} == set(losers)
    polite = [*told_in_telegram, *map(stage.slack.text, whispers)]
    assert len(polite) == 99
    assert [text for text in polite if told not in text] == []

    async def written() -> bool:
        return "[人工複核]" in (stage.folder / FILE).read_text("utf-8")

    await stage.until(written, "the decision is written", seconds=20)
    assert (stage.folder / FILE).read_text("utf-8").count("[人工複核]") == 1
    assert len(_sealed_rows(database_url)) == 1
