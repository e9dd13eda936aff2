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
    await stage.start("2026-03-02", DIGEST_AT=soon(), SYNC_EVERY="1s")
    digest = stage.tg.text(await stage.tg.wait_reply(700, timeout=40, match="每日彙整"))
    assert "AI 新引用公文 1" in digest
    assert "公文 2024-06-20" in digest
    assert "因為你訂閱了：法務部" in digest
    assert "增設路燈" in stage.slack.text(await stage.slack.wait_reply("CNEWS", timeout=40, match="每日彙整"))
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
    await stage.start("2026-03-02", DIGEST_AT=soon(), REVIEW_CHATS="off")
    digest = stage.tg.text(await stage.tg.wait_reply(700, timeout=40, match="每日彙整"))
    assert "人工複核結果" not in digest
    assert "AI 提出改列「達成」·待複核；目前尚無結論" in digest


async def test_a_group_whose_admins_alone_change_its_watches_refuses_the_others_in_private(stage: Stage) -> None:
    await stage.tg.chat(id=-100900, title="記者", roles={"111": "administrator"})
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    await stage.start("2026-03-01", GROUP_WATCHES="admins")
    await stage.tg.say(-100900, 700, "/watch 法務部")
    offer = await stage.tg.wait_reply(-100900, match="訂閱：法務部及所屬")
    refused = await stage.tg.wait_answer(await stage.tg.tap(offer, "🔔 訂閱", 700))
    assert "只有群組管理員能更改" in refused["text"]
    await stage.tg.tap(offer, "🔔 訂閱", 111)
    await stage.tg.wait_reply(-100900, match="已訂閱：法務部")


async def test_all_watches_end_with_a_file_that_brings_them_back(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    await stage.start("2026-03-01")
    await stage.tg.say(700, 700, "訂閱 法務部 每週")
    await stage.tg.tap(await stage.tg.wait_reply(700, match="訂閱：法務部及所屬"), "🔔 訂閱", 700)
    await stage.tg.wait_reply(700, match="已訂閱：法務部")
    await stage.tg.say(700, 700, "取消訂閱 全部")
    await stage.tg.tap(await stage.tg.wait_reply(700, match="要取消這裡全部 1 個訂閱嗎"), "取消全部", 700)
    ended = await stage.tg.wait_reply(700, match="已取消全部 1 個訂閱")
    await stage.tg.say(700, 700, None, extra={"document": ended["document"]})
    await stage.tg.wait_reply(700, match="已匯入 1 個訂閱")
    await stage.tg.say(700, 700, "訂閱清單")
    await stage.tg.wait_reply(700, match="法務部｜每週")


async def test_someone_who_blocked_the_bot_hears_what_was_missed_in_one_digest(stage: Stage) -> None:
    files = {f"其他/{n}.md": record_text(id=f"{n:08x}", title=f"第{n}件", target="2027-12-31") for n in (1, 2)}
    for path, text in files.items():
        write(stage.folder, path, text)
    bot = await stage.start("2026-03-01")
    await stage.tg.say(700, 700, "訂閱 法務部 即時")
    await stage.tg.tap(await stage.tg.wait_reply(700, match="訂閱：法務部及所屬"), "🔔 訂閱", 700)
    await stage.tg.wait_reply(700, match="已訂閱：法務部")
    await stage.tg.block(chat_id=700)
    await stage.stop(bot)
    for day, path in (("2026-03-02", "其他/1.md"), ("2026-03-03", "其他/2.md")):
        write(stage.folder, path, files[path] + progress())
        bot = await stage.start(day)
        await stage.until(lambda: _kept(stage), "the chat is gone")
        if day == "2026-03-02":
            await stage.stop(bot)
    await stage.tg.unblock(chat_id=700)
    await stage.tg.say(700, 700, "/start")
    missed = stage.tg.text(await stage.tg.wait_reply(700, timeout=15, match="之前送不到這裡的消息（2 則）"))
    assert "第1件" in missed
    assert "第2件" in missed
    assert (await stage.command("outbox", "--today", "2026-03-03"))["waiting"] == 0


async def _kept(stage: Stage) -> bool:
    told = await stage.command("outbox", "--today", "2026-03-03")
    return bool(told["stopped"]) and told["waiting"] == 0 and told["kept"] > 0
