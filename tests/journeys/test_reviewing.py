"""A reviewer settles an AI verdict with one tap, and everyone can see why."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from tests.journeys.conftest import Stage
from tests.sample import record_text, verdict, write

BEFORE = record_text(target="2027-12-31")
AFTER = record_text(target="2027-12-31", status="已達成", entries=verdict())
FILE = "其他/路燈.md"
TYPING = 0.5
"""Seconds that a person takes to write at the very least; the bot notes meanwhile which of its messages asked."""


async def _judged(stage: Stage, undo_window: str = "2s") -> tuple[dict[str, Any], dict[str, Any]]:
    """The night after which a verdict waits: its card in Telegram and in Slack."""
    write(stage.folder, FILE, BEFORE)
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, FILE, AFTER)
    await stage.start("2026-03-02", UNDO_WINDOW=undo_window)
    in_telegram = await stage.tg.wait_reply(-100500, timeout=15, match="待複核")
    in_slack = await stage.slack.wait_reply("CREVIEW", timeout=15, match="待複核")
    return in_telegram, in_slack


def _text(stage: Stage) -> str:
    return (stage.folder / FILE).read_text("utf-8")


async def test_one_tap_settles_it_on_both_platforms_and_in_the_file(stage: Stage) -> None:
    card, _ = await _judged(stage)
    assert "公文早於答復 427 天" in stage.tg.text(card)
    tap = await stage.tg.tap(card, "公文早於承諾", 111)
    await stage.tg.wait_answer(tap)
    decided = stage.tg.text(await stage.tg.wait_edit(-100500, match="不採認"))
    assert "❌ 不採認：公文早於承諾｜複核人甲" in decided
    assert "複核人甲" in stage.slack.text(await stage.slack.wait_edit("CREVIEW", match="不採認"))
    assert "人工複核" not in _text(stage)

    async def written() -> bool:
        return "[人工複核]" in _text(stage)

    await stage.until(written, "the file gains its entry when the undo window ends")
    text = _text(stage)
    assert 'status: "追蹤中"' in text
    assert "**理由**：公文早於承諾" in text
    again = await stage.command("sync", "--today", "2026-03-02")
    assert (again["news"], again["proposals"], again["queued"]) == ({}, 0, 0)
    answer = await stage.command("ask", "id:11111111", "--today", "2026-03-02")
    assert (answer["items"][0]["status"], answer["items"][0]["reviewed"]) == ("追蹤中", "decline")


async def test_a_tap_in_slack_settles_it_in_telegram_too(stage: Stage) -> None:
    _, in_slack = await _judged(stage)
    pressed = await stage.slack.tap(in_slack, "採認達成", "U222", channel="CREVIEW")
    assert pressed["acked"]
    assert "✅ 採認達成｜複核人甲" in stage.slack.text(await stage.slack.wait_edit("CREVIEW", match="採認達成｜"))
    assert "✅ 採認達成｜複核人甲" in stage.tg.text(await stage.tg.wait_edit(-100500, match="採認達成｜"))


async def test_undo_inside_the_window_leaves_no_trace_in_the_file(stage: Stage) -> None:
    card, _ = await _judged(stage, undo_window="5s")
    await stage.tg.tap(card, "採認達成", 111)
    decided = await stage.tg.wait_edit(-100500, match="復原")
    await stage.tg.tap(decided, "復原", 111)
    reopened = await stage.tg.wait_edit(-100500, match="待複核")
    assert "✅ 採認達成" in stage.tg.buttons(reopened)
    await stage.slack.wait_edit("CREVIEW", match="待複核")
    await asyncio.sleep(6)
    assert _text(stage) == AFTER
    waiting = await stage.command("proposals", "--today", "2026-03-02")
    assert [item["state"] for item in waiting["proposals"]] == ["waiting"]


async def test_a_strangers_tap_is_refused_in_private_and_changes_nothing(stage: Stage) -> None:
    card, in_slack = await _judged(stage)
    tap = await stage.tg.tap(card, "採認達成", 666)
    refusal = await stage.tg.wait_answer(tap)
    assert refusal["show_alert"]
    assert "只有複核人能決定" in refusal["text"]
    assert "telegram:666" in refusal["text"]
    await stage.tg.silence(-100500, seconds=1)
    await stage.slack.tap(in_slack, "採認達成", "U700", channel="CREVIEW")
    refused = await stage.slack.wait_reply("CREVIEW", match="只有複核人能決定")
    assert refused["is_ephemeral"]
    assert len((await stage.command("proposals", "--today", "2026-03-02"))["proposals"]) == 1
    assert _text(stage) == AFTER


async def test_two_taps_at_once_give_one_decision_and_the_second_is_told_by_whom(stage: Stage) -> None:
    card, _ = await _judged(stage)
    first, second = await asyncio.gather(stage.tg.tap(card, "採認達成", 111), stage.tg.tap(card, "部分達成", 111))
    answers = await asyncio.gather(stage.tg.wait_answer(first), stage.tg.wait_answer(second))
    refusals = [answer["text"] for answer in answers if answer.get("show_alert")]
    assert len(refusals) == 1
    assert "已由複核人甲於 03-02" in refusals[0]

    async def written() -> bool:
        return "[人工複核]" in _text(stage)

    await stage.until(written, "the one decision is written")
    assert _text(stage).count("[人工複核]") == 1


async def test_the_shell_decides_too_and_a_second_decision_shows_the_first(stage: Stage) -> None:
    await _judged(stage)
    waiting = (await stage.command("proposals", "--today", "2026-03-02"))["proposals"][0]
    decided = await stage.command(
        "decide",
        str(waiting["id"]),
        "not-a-promise",
        "--reason",
        "既成事實",
        "--as",
        "telegram:111",
        "--today",
        "2026-03-02",
    )
    assert (decided["outcome"], decided["by"], decided["effective"]) == ("not-a-promise", "telegram:111", "非承諾")
    assert "➖ 不是承諾：既成事實" in stage.tg.text(await stage.tg.wait_edit(-100500, match="不是承諾：", timeout=10))
    again = await stage.command(
        "decide", str(waiting["id"]), "accept", "--as", "telegram:111", "--today", "2026-03-02", status=1
    )
    assert (again["outcome"], again["reason"]) == ("not-a-promise", "既成事實")


async def test_a_decline_in_ones_own_words_is_written_as_a_reply_in_telegram(stage: Stage) -> None:
    card, _ = await _judged(stage, undo_window="30s")
    await stage.tg.tap(card, "其他理由", 111)
    prompt = await stage.tg.wait_reply(-100500, match="先寫理由，再選決定")
    (shown,) = [each for each in await stage.tg.all(-100500) if each["message_id"] == prompt["message_id"]]
    assert shown["_reply_markup"] == {"force_reply": True, "selective": True}
    await asyncio.sleep(TYPING)
    await stage.tg.say(-100500, 111, "路燈\n只設了 <十盞> & 其餘未設", reply_to=prompt["message_id"])
    asked = await stage.tg.wait_reply(-100500, match="這是哪個決定的理由")
    await stage.tg.tap(asked, "不採認", 111)
    await stage.tg.wait_edit(-100500, match="不採認：路燈 只設了 <十盞> & 其餘未設｜複核人甲")
    decided = await stage.slack.wait_edit("CREVIEW", match="不採認：路燈 只設了")
    assert "複核人甲" in stage.slack.text(decided)


async def test_a_decline_in_ones_own_words_is_written_in_a_form_in_slack(stage: Stage) -> None:
    _, in_slack = await _judged(stage, undo_window="30s")
    await stage.slack.tap(in_slack, "其他理由", "U222", channel="CREVIEW")
    form = await stage.slack.wait_view(match="先寫理由，再選決定")
    too_long = await stage.slack.submit(form, "U222", {"words": "長" * 201, "chosen": "decline"})
    assert too_long["payload"]["response_action"] == "errors"
    assert "最多 200 字" in str(too_long["payload"]["errors"])
    sent = await stage.slack.submit(form, "U222", {"words": "公文講的是別條路", "chosen": "decline"})
    assert sent["acked"]
    told = await stage.slack.wait_reply("CREVIEW", match="不採認：公文講的是別條路｜複核人甲")
    assert told["is_ephemeral"]
    assert "不採認：公文講的是別條路" in stage.tg.text(
        await stage.tg.wait_edit(-100500, match="不採認：公文講的是別條路")
    )


async def test_the_reply_of_somebody_else_to_a_prompt_decides_nothing(stage: Stage) -> None:
    card, _ = await _judged(stage)
    await stage.tg.tap(card, "其他理由", 111)
    prompt = await stage.tg.wait_reply(-100500, match="先寫理由，再選決定")
    await asyncio.sleep(TYPING)
    await stage.tg.say(-100500, 666, "我說不行", reply_to=prompt["message_id"])
    await stage.tg.wait_reply(666, match="只有複核人能決定")
    assert len((await stage.command("proposals", "--today", "2026-03-02"))["proposals"]) == 1


async def test_a_passed_doubtful_deadline_is_corrected_and_written(stage: Stage) -> None:
    write(stage.folder, FILE, record_text(promise="將增設路燈。", reply="公文沒有寫日期。"))
    await stage.command("sync", "--today", "2026-03-15")
    await stage.start("2026-03-16")
    await stage.tg.say(111, 111, "複核 期限")
    card = await stage.tg.wait_reply(111, match="期限待查證")
    await stage.tg.tap(card, "改日期", 111)
    prompt = await stage.tg.wait_reply(111, match="正確的期限")
    await asyncio.sleep(TYPING)
    await stage.tg.say(111, 111, "很快", reply_to=prompt["message_id"])
    await stage.tg.wait_reply(111, match="讀不出日期")
    await stage.tg.say(111, 111, "116年6月底", reply_to=prompt["message_id"])
    await stage.tg.wait_reply(111, match="期限改為 2027-06-30")
    await stage.tg.wait_edit(111, match="期限改為 2027-06-30")

    async def is_written() -> bool:
        return 'target_date: "2027-06-30"' in _text(stage)

    await stage.until(is_written, "the file gains the date when the undo window ends")
    again = await stage.command("sync", "--today", "2026-03-16")
    assert (again["news"], again["proposals"], again["queued"]) == ({}, 0, 0)
    answer = await stage.command("ask", "id:11111111", "--today", "2026-03-16")
    assert (answer["items"][0]["target_date"], answer["items"][0]["deadline"]) == ("2027-06-30", "clear")


async def test_a_revoked_reviewer_decides_nothing_a_second_later(stage: Stage) -> None:
    card, _ = await _judged(stage)
    await stage.tg.say(111, 111, "/grant telegram:666 法務部")
    await stage.tg.wait_reply(111, match="telegram:666 現在可以複核：法務部及所屬")
    await stage.tg.say(666, 666, "複核")
    pulled = await stage.tg.wait_reply(666, match="待複核")
    await stage.tg.say(111, 111, "/revoke telegram:666")
    await stage.tg.wait_reply(111, match="已取消 telegram:666 的複核授權")
    for shown in (pulled, card):
        refusal = await stage.tg.wait_answer(await stage.tg.tap(shown, "採認達成", 666))
        assert "只有複核人能決定" in refusal["text"]
    assert len((await stage.command("proposals", "--today", "2026-03-02"))["proposals"]) == 1


async def test_what_somebody_sends_in_is_decided_by_another_and_told_to_the_sender(stage: Stage) -> None:
    write(stage.folder, FILE, BEFORE)
    await stage.command("sync", "--today", "2026-03-01")
    await stage.start("2026-03-02")
    await stage.tg.say(666, 666, "更正 11111111 https://example.org/done 路燈都設好了")
    await stage.tg.wait_reply(666, match="收到你的更正")
    card = await stage.slack.wait_reply("CREVIEW", match="有人送來更正")
    assert "https://example.org/done" in stage.slack.text(card)
    await stage.slack.tap(card, "採認達成", "U222", channel="CREVIEW")
    await stage.tg.wait_edit(-100500, match="採認達成")
    assert "採認達成" in stage.tg.text(await stage.tg.wait_reply(666, match="你送來的更正有結果了", timeout=10))


async def test_a_tap_that_came_while_the_process_was_down_is_handled_after_it(stage: Stage) -> None:
    write(stage.folder, FILE, BEFORE)
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, FILE, AFTER)
    bot = await stage.start("2026-03-02")
    card = await stage.tg.wait_reply(-100500, timeout=15, match="待複核")
    await stage.bench.stop_bot(bot, sig=signal.SIGKILL)
    tap = await stage.tg.tap(card, "採認達成", 111)
    await stage.start("2026-03-02")
    await stage.tg.wait_answer(tap, timeout=15)
    assert "✅ 採認達成｜複核人甲" in stage.tg.text(await stage.tg.wait_edit(-100500, match="採認達成｜"))


async def test_a_press_in_slack_while_the_process_was_down_may_be_repeated_after_it(stage: Stage) -> None:
    write(stage.folder, FILE, BEFORE)
    await stage.command("sync", "--today", "2026-03-01")
    write(stage.folder, FILE, AFTER)
    bot = await stage.start("2026-03-02")
    card = await stage.slack.wait_reply("CREVIEW", timeout=15, match="待複核")
    await stage.bench.stop_bot(bot, sig=signal.SIGKILL)
    lost = await stage.slack.tap(card, "採認達成", "U222", channel="CREVIEW")
    assert not lost["acked"]
    await stage.slack.violations(clear=True)  # nobody was there to acknowledge it
    await stage.start("2026-03-02")
    assert (await stage.slack.tap(card, "採認達成", "U222", channel="CREVIEW"))["acked"]
    await stage.slack.wait_edit("CREVIEW", match="採認達成｜複核人甲")


async def test_a_card_that_a_command_brings_is_brought_up_to_date_like_any_other(stage: Stage) -> None:
    card, _ = await _judged(stage)
    await stage.slack.slash("/nuoyan", "複核", "U222", "CNEWS")
    assert "待複核" in stage.slack.text(await stage.slack.wait_reply("D222", timeout=15, match="待複核"))
    await stage.tg.tap(card, "採認達成", 111)
    assert "採認達成｜" in stage.slack.text(await stage.slack.wait_edit("D222", match="採認達成｜"))
