"""A citizen and a newsroom watch 法務部: each hears its news once."""

from __future__ import annotations

from tests.journeys.conftest import Stage, soon
from tests.sample import NEWER_LETTER, progress, record_text, verdict, write


async def test_evidence_comes_once_in_the_daily_digest_on_each_platform(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    bot = await stage.start("2026-03-01")
    await stage.tg.say(700, 700, "訂閱 法務部")
    await stage.tg.tap(await stage.tg.wait_reply(700, match="訂閱：法務部及所屬"), "訂閱", 700)
    await stage.tg.wait_reply(700, match="已訂閱：法務部")
    said = await stage.slack.mention("CNEWS", "U700", "訂閱 法務部")
    offered = await stage.slack.wait_reply(said["channel"], match="訂閱：法務部及所屬")
    await stage.slack.tap(offered, "訂閱", "U700", channel="CNEWS")
    await stage.slack.wait_reply("CNEWS", match="已訂閱：法務部")
    await stage.stop(bot)
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31", entries=progress()))
    await stage.start("2026-03-02", DIGEST_AT=soon(6), SYNC_EVERY="1s")
    digest = stage.tg.text(await stage.tg.wait_reply(700, timeout=20, match="每日彙整"))
    assert "AI 新引用公文 1" in digest
    assert "公文 2024-06-20" in digest
    assert "因為你訂閱了：法務部" in digest
    assert "增設路燈" in stage.slack.text(await stage.slack.wait_reply("CNEWS", timeout=20, match="每日彙整"))
    await stage.tg.silence(700, seconds=3)
    assert (await stage.command("sync", "--today", "2026-03-02"))["news"] == {}


async def test_a_clear_deadline_that_passes_is_told_at_once_and_once(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    write(
        stage.folder,
        "其他/存疑.md",
        record_text(
            id="33333333-aaaa-4bbb-8ccc-000000000003",
            title="期限存疑的一件",
            promise="將增設路燈。",
            letter=NEWER_LETTER,
            reply="無主旨的公文。",
        ),
    )
    bot = await stage.start("2026-03-15")
    await stage.tg.say(700, 700, "訂閱 法務部")
    await stage.tg.tap(await stage.tg.wait_reply(700), "訂閱", 700)
    await stage.tg.wait_reply(700, match="已訂閱")
    await stage.stop(bot)
    await stage.start("2026-03-16")
    alert = stage.tg.text(await stage.tg.wait_reply(700, timeout=15, match="期限已過·未見完成紀錄"))
    assert "增設路燈" in alert
    assert "已過 1 天" in alert
    assert "公文收錄至" in alert
    await stage.tg.silence(700, seconds=3)
    outbox = await stage.command("outbox", "--today", "2026-03-16")
    assert outbox["waiting"] == 1, "the doubtful one waits for the digest"


async def test_a_verdict_that_changes_the_status_tells_subscribers_nothing_before_a_person_decides(
    stage: Stage,
) -> None:
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    bot = await stage.start("2026-03-01", REVIEW_CHATS="off")
    await stage.tg.say(700, 700, "訂閱 法務部")
    await stage.tg.tap(await stage.tg.wait_reply(700), "訂閱", 700)
    await stage.tg.wait_reply(700, match="已訂閱")
    await stage.stop(bot)
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31", status="已達成", entries=verdict()))
    await stage.start("2026-03-02", DIGEST_AT=soon(5), REVIEW_CHATS="off")
    digest = stage.tg.text(await stage.tg.wait_reply(700, timeout=20, match="每日彙整"))
    assert "人工複核結果" not in digest
    assert "AI 提出改列「達成」·待複核；目前尚無結論" in digest
