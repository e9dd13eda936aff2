"""What must outlast a crash, a wrong token and a redelivery."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys

import pytest

from tests.journeys.conftest import SETTINGS, Stage
from tests.sample import progress, record_text, verdict, write


async def test_a_tap_that_arrived_while_the_process_was_dead_is_handled_after_it(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31", status="已達成", entries=verdict()))
    bot = await stage.start("2026-03-02")
    card = await stage.tg.wait_reply(-100500, timeout=15, match="待複核")
    await stage.bench.stop_bot(bot, sig=signal.SIGKILL)
    tap = await stage.tg.tap(card, "採認達成", 111)
    await stage.start("2026-03-02")
    await stage.tg.wait_answer(tap, timeout=10)
    assert "複核人甲" in stage.tg.text(await stage.tg.wait_edit(-100500, match="採認達成｜"))


async def test_a_process_killed_while_it_delivers_loses_nothing_and_repeats_at_most_the_one_in_flight(
    stage: Stage,
) -> None:
    files = {f"其他/{n}.md": record_text(id=f"{n}" * 8, title=f"第{n}件", target="2027-12-31") for n in range(1, 5)}
    for path, text in files.items():
        write(stage.folder, path, text)
    bot = await stage.start("2026-03-01")
    for chat in (700, 666):
        await stage.tg.say(chat, chat, "訂閱 法務部 即時")
        await stage.tg.tap(await stage.tg.wait_reply(chat, match="訂閱：法務部及所屬"), "🔔 訂閱", chat)
        await stage.tg.wait_reply(chat, match="已訂閱：法務部")
    await stage.stop(bot)
    for path, text in files.items():
        write(stage.folder, path, text + progress())
    bot = await stage.start("2026-03-02")
    for _ in range(2):
        await stage.tg.wait_reply(700, timeout=15, match="AI 提出新佐證")
    await stage.bench.stop_bot(bot, sig=signal.SIGKILL)
    told = [text for chat in (700, 666) for text in await _alerts(stage, chat)]
    assert 0 < len(told) < 8, "it died in the middle"
    # what the dead process had claimed is free again two minutes later; a day later is enough
    await stage.start("2026-03-03")
    await stage.until(lambda: _is_all_sent(stage), "everything is sent", 20)
    for chat in (700, 666):
        came = await _alerts(stage, chat)
        assert set(came) == {f"第{n}件" for n in range(1, 5)}, "nothing is lost"
        assert len(came) <= 5, "at most the one in flight came twice"


async def _alerts(stage: Stage, chat: int) -> list[str]:
    """The titles of the commitments that a chat got an alert of."""
    texts = [stage.tg.text(message) for message in await stage.tg.all(chat)]
    return [title[1] for text in texts if (title := re.search("AI 提出新佐證.*?｜(第.件)", text, re.DOTALL))]


async def _is_all_sent(stage: Stage) -> bool:
    outbox = await stage.command("outbox", "--today", "2026-03-03")
    return bool(outbox["waiting"] == 0)


async def test_a_redelivered_update_is_not_handled_twice(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    await stage.start("2026-03-20")
    said = await stage.tg.say(700, 700, "法務部 逾期")
    await stage.tg.wait_reply(700)
    update = {"update_id": said["update_id"], "message": said["message"]}
    await stage.tg.redeliver(updates=[update])
    await stage.tg.silence(700, seconds=2)


async def test_a_source_that_takes_the_call_and_does_not_answer_keeps_nobody_waiting(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    await stage.command("sync", "--today", "2026-03-20")

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1") as stuck:
        port = stuck.sockets[0].getsockname()[1]
        records = f"git+https://127.0.0.1:{port}/records.git#docs"
        bot = await stage.start("2026-03-20", RECORDS=records, SYNC_EVERY="1s", WRITE_BACK="off")
        for _ in range(3):
            await stage.tg.say(700, 700, "法務部 逾期")
            assert "增設路燈" in stage.tg.text(await stage.tg.wait_reply(700, timeout=3))
        assert "sync_goes_on" in stage.log()
        await stage.bench.stop_bot(bot, sig=signal.SIGKILL)


async def test_a_reply_refused_for_a_moment_is_sent_after_it_and_once(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31", status="已達成", entries=verdict()))
    await stage.tg.fault(method="sendMessage", kind="429", retry_after=2, times=1)
    await stage.start("2026-03-02")
    await stage.tg.wait_reply(-100500, timeout=20, match="待複核")
    await stage.tg.silence(-100500, seconds=3)


async def test_a_wrong_token_is_one_clear_line_and_the_other_platform_runs(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    await stage.start("2026-03-20", wait=False, TELEGRAM_BOT_TOKEN="123456:WRONG")
    await stage.slack.wait_socket(20)
    said = await stage.slack.dm("U700", "法務部 逾期")
    assert "期限明確 1" in stage.slack.text(await stage.slack.wait_reply(said["channel"]))
    refusals = [line for line in stage.log().splitlines() if "telegram_token_refused" in line]
    assert len(refusals) == 1
    assert "TELEGRAM_BOT_TOKEN" in refusals[0]
    assert "BotFather" in refusals[0]
    assert "123456:WRONG" not in stage.log()
    await stage.bench.violations(clear=True)


@pytest.mark.parametrize(("token", "wrong"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")])
async def test_a_wrong_slack_token_is_one_clear_line_and_telegram_runs(stage: Stage, token: str, wrong: str) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    await stage.start("2026-03-20", wait=False, **{token: wrong})
    await stage.tg.wait_polling(20)
    await stage.tg.say(700, 700, "法務部 逾期")
    await stage.tg.wait_reply(700, match="期限明確 1")
    told = [line for line in stage.log().splitlines() if "slack" in line.lower()]
    assert len(told) == 1
    assert "slack_token_refused" in told[0]
    assert f"{token} (" in told[0]
    assert wrong not in stage.log()
    await stage.bench.violations(clear=True)


async def test_a_bot_that_no_platform_lets_in_ends_and_does_not_only_seem_to_run(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    bot = await stage.start("2026-03-20", wait=False, TELEGRAM_BOT_TOKEN="123456:WRONG", SLACK_BOT_TOKEN="xoxb-wrong")
    assert await asyncio.wait_for(bot.wait(), 20) == 2
    assert [stage.log().count(f"{platform}_token_refused") for platform in ("telegram", "slack")] == [1, 1]
    assert "Traceback" not in stage.log()
    await stage.bench.violations(clear=True)


async def test_without_tokens_run_is_a_terminal_chat_that_says_how_to_connect(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    env = {name: value for name, value in os.environ.items() if "TOKEN" not in name}
    env |= SETTINGS | {
        "RECORDS": str(stage.folder),
        "DATABASE_URL": f"sqlite:///{stage.folder.parent / 'chat.sqlite3'}",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--today", "2026-03-20"),
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate("法務部 逾期\n1\n".encode())
    assert process.returncode == 0
    told = out.decode()
    assert "TELEGRAM_BOT_TOKEN" in told
    assert "期限 2026-03-15｜已過 5 天·未見完成紀錄" in told
    assert "編號 11111111" in told
