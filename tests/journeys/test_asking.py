"""A citizen asks: the same answer in Telegram and in Slack, in private, in a group and in a thread."""

from __future__ import annotations

from tests.journeys.conftest import Stage
from tests.sample import record_text, verdict, write


def _records(stage: Stage) -> None:
    write(stage.folder, "其他/路燈.md", record_text())
    write(
        stage.folder,
        "司法/觀護.md",
        record_text(
            id="22222222-aaaa-4bbb-8ccc-000000000002",
            title="R&D <試辦> *觀護* _計畫_",
            status="已達成",
            target="2023-01-31",
            entries=verdict(),
            promise="本部將試辦觀護計畫。",
        ),
    )


async def test_a_question_is_answered_alike_on_both_platforms(stage: Stage) -> None:
    _records(stage)
    await stage.start("2026-03-20")
    await stage.tg.say(700, 700, "法務部 overdue")
    told = stage.tg.text(await stage.tg.wait_reply(700, match="法務部"))
    assert "期限明確 1　期限存疑 0" in told
    assert "期限 2026-03-15｜已過 5 天·未見完成紀錄" in told
    assert "公文收錄至 2023-03-08·資料版本 2026-02-20" in told
    await stage.slack.slash("/nuoyan", "法務部 overdue", "U700", "CNEWS")
    in_slack = stage.slack.text(await stage.slack.wait_reply("CNEWS"))
    assert "期限 2026-03-15｜已過 5 天·未見完成紀錄" in in_slack
    for seek in (stage.slack.dm("U700", "法務部逾期"), stage.slack.mention("CNEWS", "U700", "法務部 逾期")):
        said = await seek
        answer = await stage.slack.wait_reply(said["channel"])
        assert "期限 2026-03-15｜已過 5 天·未見完成紀錄" in stage.slack.text(answer)


async def test_a_number_opens_the_card_with_the_doubt_beside_the_status(stage: Stage) -> None:
    _records(stage)
    await stage.start("2026-03-20")
    await stage.tg.say(700, 700, "觀護")
    listed = await stage.tg.wait_reply(700)
    tap = await stage.tg.tap(listed, "^1$", 700)
    await stage.tg.wait_answer(tap)
    card = stage.tg.text(await stage.tg.wait_reply(700, match="編號"))
    assert "R&D <試辦> *觀護* _計畫_" in card
    assert "AI 判定達成·未經人工複核" in card
    assert "佐證不足" in card
    assert "不代表沒做到" in card
    assert "早於答復 427 天" in card


async def test_a_group_hears_only_answers_to_what_is_said_to_the_bot(stage: Stage) -> None:
    _records(stage)
    await stage.tg.chat(id=-100900, title="記者")
    await stage.start("2026-03-20")
    await stage.tg.say(-100900, 700, "法務部 overdue 是什麼")
    await stage.tg.silence(-100900, seconds=1)
    await stage.tg.say(-100900, 700, "/ask 法務部 overdue")
    assert "期限明確 1" in stage.tg.text(await stage.tg.wait_reply(-100900))


async def test_a_question_that_cannot_be_read_is_answered_with_one_that_can(stage: Stage) -> None:
    _records(stage)
    await stage.start("2026-03-20")
    await stage.tg.say(700, 700, "due:明天")
    assert "例如：due:<2026-12-31" in stage.tg.text(await stage.tg.wait_reply(700))


async def test_a_table_and_a_picture_come_along_on_both_platforms(stage: Stage) -> None:
    _records(stage)
    await stage.start("2026-03-20")
    await stage.tg.say(700, 700, "csv 法務部")
    table = await stage.tg.wait_reply(700)
    assert table["document"]["file_name"].startswith("諾言_法務部_公文至2023-03-08")
    await stage.tg.say(700, 700, "統計 法務部")
    assert "承諾 2（2）" in stage.tg.text(await stage.tg.wait_reply(700, match="統計"))
    picture = await stage.tg.wait_reply(700)
    assert picture["photo"]
    assert "不代表沒做到" in picture["caption"]
    said = await stage.slack.dm("U700", "統計 法務部")
    told = await stage.slack.wait_reply(said["channel"])
    assert "承諾 2（2）" in stage.slack.text(told)
    upload = await stage.slack.wait_reply(said["channel"], match="^$")
    assert [file["name"] for file in upload["files"]] == ["nuoyan.png"]


async def test_other_readings_and_the_texts_of_a_card_are_a_tap_away(stage: Stage) -> None:
    _records(stage)
    await stage.start("2026-03-20")
    await stage.tg.say(700, 700, "法務布")
    missed = await stage.tg.wait_reply(700)
    assert "沒有相符的承諾" in stage.tg.text(missed)
    tap = await stage.tg.tap(missed, "是要找「法務部」嗎", 700)
    await stage.tg.wait_answer(tap)
    await stage.tg.say(700, 700, "11111111")
    card = await stage.tg.wait_reply(700, match="編號")
    for label, told in (
        ("全部紀錄", r"全部紀錄 \d 筆"),
        ("公文全文", "公文全文（1/1）"),
        ("轉貼用文字", "【諾言】法務部｜增設路燈"),
        ("追問", "法務部您好"),
    ):
        tap = await stage.tg.tap(card, label, 700)
        await stage.tg.wait_answer(tap)
        text = stage.tg.text(await stage.tg.wait_reply(700, match=told))
        if label == "轉貼用文字":
            assert "?start=r_11111111" in text
