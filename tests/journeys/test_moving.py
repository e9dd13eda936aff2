"""A group goes on as a supergroup, and what it watches goes with it."""

from __future__ import annotations

from tests.journeys.conftest import Stage, soon
from tests.sample import progress, record_text, write

OLD, NEW = -900, -100901


async def test_a_group_that_became_a_supergroup_hears_its_news_under_its_new_id(stage: Stage) -> None:
    await stage.tg.chat(id=OLD, title="記者")
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31"))
    bot = await stage.start("2026-03-01")
    await stage.tg.say(OLD, 700, "/watch 法務部")
    await stage.tg.tap(await stage.tg.wait_reply(OLD, match="訂閱：法務部及所屬"), "訂閱", 700)
    await stage.tg.wait_reply(OLD, match="已訂閱：法務部")
    await stage.tg.migrate(chat_id=OLD, new_id=NEW)
    await stage.tg.say(NEW, 700, "/watches")
    await stage.tg.wait_reply(NEW, match="法務部")
    await stage.stop(bot)
    write(stage.folder, "其他/路燈.md", record_text(target="2027-12-31", entries=progress()))
    await stage.start("2026-03-02", DIGEST_AT=soon(), SYNC_EVERY="1s")
    assert "增設路燈" in stage.tg.text(await stage.tg.wait_reply(NEW, timeout=40, match="每日彙整"))
