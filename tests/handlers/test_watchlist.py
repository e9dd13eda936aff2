"""The list of a chat's watches: each to change, pause and end; the muted; all of it as a file and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from handlers.message import Message, RefusedError, plain
from handlers.watch import MOST
from records.question.meanings import QuestionError
from store import outbox_state, watches
from store.watches import DAILY, KINDS, Options
from tests.handlers.conftest import Newsroom
from tests.sample import HOME, NEWSROOM, action_of, asks, noon, progress, record_text, taps

FILE = "其他/路燈.md"


def _press(newsroom: Newsroom, message: Message, label: str, day: str = "2026-03-02") -> Message:
    button = action_of(message, label)
    return newsroom.happens(taps(button, day))


def _options(newsroom: Newsroom) -> Options:
    with newsroom.database.read() as tx:
        return watches.of_chat(tx, HOME.place)[0].options


def _panel(newsroom: Newsroom) -> Message:
    return _press(newsroom, newsroom.happens(asks("訂閱清單")), "⚙️ 1")


@pytest.mark.parametrize(
    ("words", "pace"),
    [
        ("即時", "now"),
        ("即時通知", "now"),
        ("每天早上", "daily"),
        ("每日", "daily"),
        ("每日彙整", "daily"),
        ("每週", "weekly"),
        ("每週彙整", "weekly"),
        ("每週一早上", "weekly"),
        ("weekly", "weekly"),
        ("weekly digest", "weekly"),
    ],
)
def test_a_pace_may_stand_behind_the_question(on_sqlite: Newsroom, words: str, pace: str) -> None:
    offer = on_sqlite.happens(asks(f"訂閱 法務部 {words}"))
    assert offer.title == "訂閱：法務部及所屬"
    on_sqlite.happens(taps(offer.buttons[0][0].action))
    assert _options(on_sqlite).pace == pace


def test_pace_and_kinds_are_chosen_before_saving(on_sqlite: Newsroom) -> None:
    offer = _press(on_sqlite, on_sqlite.happens(asks("訂閱 法務部")), "每週")
    offer = _press(on_sqlite, offer, "選消息種類")
    offer = _press(on_sqlite, offer, "AI 新引公文")
    assert offer.place == "edit"
    assert "只收：複核結果、期限已過、即將到期、期限改動、來源移除、新增承諾" in plain(offer)
    _press(on_sqlite, offer, "🔔 訂閱")
    assert _options(on_sqlite) == Options(pace="weekly", kinds=frozenset(KINDS) - {"evidence"})


def test_a_watch_is_changed_in_its_panel(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("法務部")
    panel = _press(on_sqlite, _panel(on_sqlite), "夜間也通知")
    panel = _press(on_sqlite, panel, "逾期每週提醒")
    _press(on_sqlite, panel, "即時")
    assert _options(on_sqlite) == Options(pace="now", urgent=True, remind=True)


def test_a_pace_may_stand_in_the_midst_of_the_question(on_sqlite: Newsroom) -> None:
    offer = on_sqlite.happens(asks("訂閱 法務部 每週 逾期"))
    assert offer.title == "訂閱：法務部及所屬·期限已過、未列達成"
    assert "全部彙整在每週一 08:30 的一則。" in plain(offer)


@pytest.mark.parametrize("named", ["11111111", "增設路燈", "1"])
def test_a_watch_of_one_commitment_is_ended_by_its_number_or_its_name(on_sqlite: Newsroom, named: str) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    _press(on_sqlite, on_sqlite.happens(asks("訂閱 11111111")), "🔔 訂閱")
    assert on_sqlite.happens(asks(f"暫停訂閱 {named}")).title == "已暫停：增設路燈"
    assert on_sqlite.happens(asks(f"取消訂閱 {named}")).title == "已取消訂閱：增設路燈"


def test_a_watch_is_ended_by_its_question_with_its_pace(on_sqlite: Newsroom) -> None:
    _press(on_sqlite, on_sqlite.happens(asks("訂閱 法務部 每週")), "🔔 訂閱")
    assert on_sqlite.happens(asks("取消訂閱 法務部 每週")).title == "已取消訂閱：法務部"


def test_the_last_kind_of_a_watch_can_not_be_taken_away(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("法務部")
    panel = _panel(on_sqlite)
    for label in ("複核結果", "即將到期", "期限改動", "AI 新引公文", "來源移除", "新增承諾", "期限已過"):
        panel = _press(on_sqlite, panel, label)
    assert _options(on_sqlite).kinds == {"overdue"}


def test_a_paused_watch_is_silent_until_it_is_woken(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.watch("法務部")
    assert "暫停到 2026-03-09" in plain(_press(on_sqlite, _panel(on_sqlite), "暫停 7 天"))
    on_sqlite.sync("2026-03-03", {FILE: record_text(target="2027-12-31", entries=progress())})
    assert on_sqlite.due(noon("2026-03-05")) == {}
    _press(on_sqlite, _panel(on_sqlite), "恢復")
    on_sqlite.sync("2026-03-06", {FILE: record_text(target="2028-12-31", entries=progress())})
    assert list(on_sqlite.due(noon("2026-03-07"))) == [str(HOME)]


def test_what_waits_for_the_digest_is_not_sent_once_the_watch_rests(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target="2027-12-31", entries=progress())})
    on_sqlite.happens(asks("暫停訂閱"))
    assert on_sqlite.due(noon("2026-03-03")) == {}


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("暫停訂閱 法務部 到 2026-12-31", "2026-12-31"),
        ("暫停訂閱 1 到 12/31", "2026-12-31"),
        ("暫停訂閱 到 115年12月31日", "2026-12-31"),
        ("暫停訂閱 法務部 到 2/1", "2027-02-01"),
        ("暫停訂閱 法務部 到 3月10日", "2026-03-10"),
        ("暫停訂閱 法務部 到下週一", "2026-03-09"),
        ("暫停訂閱 法務部 到 下個月", "2026-04-01"),
        ("暫停訂閱 到 年底", "2026-12-31"),
        ("暫停訂閱 法務部 到 明年底", "2027-12-31"),
        ("暫停訂閱 法務部 到 116年底", "2027-12-31"),
        ("暫停訂閱 法務部 7 天", "2026-03-09"),
        ("暫停訂閱 法務部 一週", "2026-03-09"),
        ("/pause 1 until 2026-12-31", "2026-12-31"),
    ],
)
def test_a_pause_may_end_on_a_day(on_sqlite: Newsroom, words: str, until: str) -> None:
    on_sqlite.watch("法務部")
    assert f"暫停到 {until}，那天起恢復" in plain(on_sqlite.happens(asks(words)))
    assert "恢復" in on_sqlite.happens(asks("恢復訂閱 法務部")).title


def test_a_question_that_ends_like_a_pause_is_paused_as_a_question(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("即將到期")
    assert on_sqlite.happens(asks("暫停訂閱 即將到期")).title == "已暫停：30 天內到期、未列達成"
    assert "暫停到 2026-12-31" in plain(on_sqlite.happens(asks("暫停訂閱 即將到期 到 2026-12-31")))
    assert "暫停到 2026-12-31" in plain(on_sqlite.happens(asks("暫停訂閱 即將到期到12/31")))


def test_what_was_switched_off_and_on_again_before_it_was_due_is_told(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-14", {FILE: record_text()})
    on_sqlite.watch("法務部", "2026-03-14")
    night = noon("2026-03-16").replace(hour=0)
    on_sqlite.sync("2026-03-16", at=night)
    for label in ("期限已過", "期限已過"):
        _press(on_sqlite, _panel(on_sqlite), label)
    on_sqlite.happens(asks("暫停訂閱"))
    on_sqlite.happens(asks("恢復訂閱"))
    assert [m.title for m in on_sqlite.due(noon("2026-03-16"))[str(HOME)]] == ["🔔 期限已過·未見完成紀錄"]


@pytest.mark.parametrize("day", ["2026-02-30", "改天", "2020-01-01"])
def test_a_pause_until_no_day_or_a_past_one_is_refused_with_an_example(on_sqlite: Newsroom, day: str) -> None:
    on_sqlite.watch("法務部")
    with pytest.raises(QuestionError, match="暫停訂閱 法務部 到 2026-12-31"):
        on_sqlite.happens(asks(f"暫停訂閱 法務部 到 {day}"))


def test_a_card_mutes_its_commitment_where_something_is_watched_and_unmutes_it(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    labels = [button.label for row in on_sqlite.happens(asks("11111111")).buttons for button in row]
    assert not any("靜音" in label for label in labels)
    on_sqlite.watch("法務部 即時")
    _press(on_sqlite, on_sqlite.happens(asks("11111111")), "🔕 這筆靜音")
    on_sqlite.sync("2026-03-03", {FILE: record_text(entries=progress())})
    assert on_sqlite.due(noon("2026-03-03")) == {}
    _press(on_sqlite, on_sqlite.happens(asks("11111111")), "取消靜音")
    on_sqlite.sync("2026-03-17")
    assert len(on_sqlite.due(noon("2026-03-17"))[str(HOME)]) == 1


def test_a_chat_with_hundreds_of_watches_takes_its_own_file_again(on_sqlite: Newsroom) -> None:
    with on_sqlite.database.write() as tx:
        for number in range(MOST):
            question = watches.question_id(tx, f"id:{number:08x}")
            watches.add(tx, HOME.place, question, Options(pace=DAILY), by="telegram:700", made_at=noon("2026-03-02"))
    exported = on_sqlite.happens(asks("匯出訂閱")).file
    assert exported
    back = on_sqlite.happens(replace(asks("匯入訂閱"), attached=exported.content))
    assert back.title == "已匯入 0 個訂閱"
    one_more = exported.content.replace("00000000", "ffffffff")
    with pytest.raises(RefusedError, match="最多"):
        on_sqlite.happens(replace(asks("匯入訂閱"), attached=one_more))


def test_a_watch_of_everything_is_restored_with_the_others(on_sqlite: Newsroom) -> None:
    for text in ("全部", "法務部"):
        on_sqlite.watch(text)
    ended = _press(on_sqlite, on_sqlite.happens(asks("取消訂閱 全部")), "取消全部")
    assert ended.file
    assert on_sqlite.happens(replace(asks("匯入訂閱"), attached=ended.file.content)).title == "已匯入 2 個訂閱"


def test_ending_all_asks_first_and_gives_a_file_that_restores_them(newsroom: Newsroom) -> None:
    newsroom.watch("法務部 每週")
    newsroom.watch("影像下架 -捷運")
    newsroom.happens(asks("暫停訂閱 1 到 2026-12-31"))
    asked = _press(newsroom, newsroom.happens(asks("訂閱清單")), "全部取消")
    assert asked.title == "要取消這裡全部 2 個訂閱嗎？"
    assert newsroom.happens(asks("訂閱清單")).title == "訂閱清單（2）"
    ended = _press(newsroom, asked, "取消全部 2 個")
    assert newsroom.happens(asks("訂閱清單")).title == "這裡沒有訂閱。"
    assert ended.file is not None
    back = newsroom.happens(replace(asks("匯入訂閱", chat=NEWSROOM), attached=ended.file.content))
    assert back.title == "已匯入 2 個訂閱"
    listed = plain(newsroom.happens(asks("訂閱清單", chat=NEWSROOM)))
    assert "1 法務部｜每週｜⏸ 暫停到 2026-12-31" in listed
    assert "2 影像下架·不含：捷運｜每日" in listed
    again = newsroom.happens(asks(f"匯入訂閱 {ended.file.content}", chat=NEWSROOM))
    assert "另有 2 個這裡本來就訂閱了" in plain(again)


def test_a_list_that_changed_is_not_ended_by_an_old_button(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("法務部")
    asked = on_sqlite.happens(asks("取消訂閱 全部"))
    on_sqlite.watch("教育部")
    with pytest.raises(RefusedError, match="有變動"):
        _press(on_sqlite, asked, "取消全部")


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        '{"nuoyan_watches": 2, "watches": []}',
        '{"nuoyan_watches": 1, "watches": [{"query": 7, "pace": "now", "kinds": ["due"]}]}',
        '{"nuoyan_watches": 1, "watches": [{"query": "is:overdue", "pace": "hourly", "kinds": ["due"]}]}',
        '{"nuoyan_watches": 1, "watches": [{"query": "is:overdue", "pace": "now", "kinds": []}]}',
        '{"nuoyan_watches": 1, "watches": [{"query": "is:nonsense", "pace": "now", "kinds": ["due"]}]}',
        '{"nuoyan_watches": 1, "watches": [{"query": "' + "x" * 2001 + '", "pace": "now", "kinds": ["due"]}]}',
        json.dumps({"nuoyan_watches": 1, "watches": [{"query": "路燈", "pace": "now", "kinds": ["due"]}] * 501}),
        "[" * 100_000,
    ],
)
def test_a_file_that_can_not_be_read_whole_brings_nothing(on_sqlite: Newsroom, content: str) -> None:
    with pytest.raises(RefusedError, match="什麼都沒有匯入"):
        on_sqlite.happens(replace(asks("匯入訂閱"), attached=content))
    assert on_sqlite.happens(asks("訂閱清單")).title == "這裡沒有訂閱。"


def test_a_muted_commitment_is_listed_and_comes_back(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.watch("11111111")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target="2027-12-31", entries=progress())})
    (alert,) = on_sqlite.due(noon("2026-03-02"))[str(HOME)]
    assert _press(on_sqlite, alert, "這筆靜音").title == "已靜音：增設路燈"
    on_sqlite.sync("2026-03-03", {FILE: record_text(target="2028-12-31", entries=progress())})
    assert on_sqlite.due(noon("2026-03-04")) == {}
    listed = on_sqlite.happens(asks("訂閱清單"))
    assert "▍靜音的承諾（1）\n增設路燈" in plain(listed)
    assert "靜音的承諾" not in plain(_press(on_sqlite, listed, "取消靜音"))


def test_an_alert_comes_once_more_when_it_is_asked_to(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text(target="2027-12-31")})
    on_sqlite.watch("11111111")
    on_sqlite.sync("2026-03-02", {FILE: record_text(target="2027-12-31", entries=progress())})
    (alert,) = on_sqlite.due(noon("2026-03-02"))[str(HOME)]
    asked = _press(on_sqlite, alert, "稍後提醒")
    assert _press(on_sqlite, asked, "明天 08:30").title == "⏰ 2026-03-03 08:30 再提醒你。"
    assert on_sqlite.due(noon("2026-03-03").replace(hour=8)) == {}
    (again,) = on_sqlite.due(noon("2026-03-03"))[str(HOME)]
    assert again.title == f"⏰ 你要的提醒｜{alert.title.removeprefix('🔔 ')}"
    assert again.sections == alert.sections
    elsewhere = next(b for row in alert.buttons for b in row if "稍後提醒" in b.label)
    assert on_sqlite.happens(taps(elsewhere.action, chat=NEWSROOM)).place == "private"


def test_only_those_who_manage_a_group_change_its_watches_where_it_is_so_set(on_sqlite: Newsroom) -> None:
    on_sqlite.policy = replace(on_sqlite.policy, groups_by_admins=True)
    offer = on_sqlite.happens(replace(asks("訂閱 法務部"), manages=False))
    save = taps(offer.buttons[0][0].action)
    with pytest.raises(RefusedError, match="只有群組管理員"):
        on_sqlite.happens(replace(save, manages=False))
    on_sqlite.happens(save)
    assert on_sqlite.happens(replace(asks("訂閱清單"), manages=False)).title == "訂閱清單（1）"
    for words in ("取消訂閱 法務部", "暫停訂閱", "恢復訂閱", "匯入訂閱 {}"):
        with pytest.raises(RefusedError, match="只有群組管理員"):
            on_sqlite.happens(replace(asks(words), manages=False))


def test_to_watch_again_wakes_what_rests_and_says_so(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("法務部")
    on_sqlite.happens(asks("暫停訂閱 法務部"))
    assert "暫停已解除。" in plain(on_sqlite.watch("法務部 即時"))
    assert "⏸" not in plain(on_sqlite.happens(asks("訂閱清單")))


@pytest.mark.parametrize("words", ["訂閱 每週 法務部", "訂閱法務部每週", "訂閱 法務部，每週"])
def test_a_pace_is_understood_wherever_it_stands(on_sqlite: Newsroom, words: str) -> None:
    offer = on_sqlite.happens(asks(words))
    assert offer.title == "訂閱：法務部及所屬"
    on_sqlite.happens(taps(offer.buttons[0][0].action))
    assert _options(on_sqlite).pace == "weekly"


@pytest.mark.parametrize("words", ["取消訂閱 財政部", "暫停訂閱 財政部", "恢復訂閱 9"])
def test_words_that_name_no_watch_are_said_to_have_changed_nothing(on_sqlite: Newsroom, words: str) -> None:
    on_sqlite.watch("法務部")
    assert "什麼都沒有改" in plain(on_sqlite.happens(asks(words)))


def test_a_long_list_of_watches_is_turned_page_by_page(on_sqlite: Newsroom) -> None:
    for number in range(25):
        on_sqlite.watch(f'"詞{number}"')
    first = on_sqlite.happens(asks("訂閱清單"))
    assert "⚙️ 20" in [b.label for row in first.buttons for b in row]
    second = _press(on_sqlite, first, "下一頁")
    assert plain(second).count("詞") == 5
    assert "⚙️ 25" in [b.label for row in second.buttons for b in row]


def test_to_mute_a_commitment_ends_what_was_to_be_told_again(on_sqlite: Newsroom) -> None:
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    on_sqlite.watch("法務部")
    on_sqlite.sync("2026-03-17")
    (alert,) = on_sqlite.due(noon("2026-03-17"))[str(HOME)]
    for when in ("3 小時後", "明天 08:30"):
        _press(on_sqlite, _press(on_sqlite, alert, "稍後提醒", "2026-03-17"), when, "2026-03-17")
    with on_sqlite.database.read() as tx:
        assert outbox_state.tally(tx, noon("2026-03-20")).waiting == 1, "the last choice counts"
    _press(on_sqlite, alert, "靜音", "2026-03-17")
    assert on_sqlite.due(noon("2026-03-20")) == {}


def test_a_watched_committee_is_called_by_its_name(on_sqlite: Newsroom) -> None:
    on_sqlite.watch("衛環")
    assert "1 社會福利及衛生環境委員會｜每日" in plain(on_sqlite.happens(asks("訂閱清單")))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("pause 1 until friday", "2026-03-06"),
        ("pause 1 for 3 days", "2026-03-05"),
        ("pause 1 until next monday", "2026-03-09"),
    ],
)
def test_a_pause_is_understood_in_english(on_sqlite: Newsroom, words: str, day: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    on_sqlite.happens(taps(on_sqlite.happens(asks("訂閱 法務部", "2026-03-02")).buttons[0][0].action, "2026-03-02"))
    assert day in plain(on_sqlite.happens(asks(words, "2026-03-02")))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *(
            (text, "訂閱清單（1）")
            for text in ("訂閱列表", "我訂閱了什麼", "我的訂閱清單", "my subscriptions", "編輯訂閱 1")
        ),
        *((text, "已取消訂閱：法務部") for text in ("取消訂閱1", "刪除訂閱 1", "取消法務部的訂閱", "不要訂閱法務部了")),
        *((text, "已取消訂閱：法務部") for text in ("我要取消訂閱 法務部", "unsubscribe from MOJ")),
        *(
            (text, "要取消這裡全部 1 個訂閱嗎")
            for text in ("全部取消", "取消全部訂閱", "全部刪除", "delete all", "unsubscribe from all", "/stop")
        ),
        *((text, "暫停") for text in ("暫停", "請幫我暫停訂閱", "暫停所有通知", "pause")),
        *((text, "恢復") for text in ("恢復", "恢復通知", "unpause")),
        *((text, "訂閱：法務部及所屬") for text in ("我要訂閱法務部", "subscribe to MOJ", "請幫我訂閱法務部 立即")),
    ],
)
def test_watches_are_asked_for_in_many_words(on_sqlite: Newsroom, text: str, told: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    on_sqlite.watch("法務部", "2026-03-01")
    said = plain(on_sqlite.happens(asks(text)))
    assert told in said
    assert "文字：" not in said


@pytest.mark.parametrize("text", ["暫停營業", "恢復原狀", "取消", "取消文資"])
def test_what_only_begins_like_that_is_a_question(on_sqlite: Newsroom, text: str) -> None:
    on_sqlite.sync("2026-03-01", {"a.md": record_text()})
    assert f"文字：{text}" in plain(on_sqlite.happens(asks(text)))


def test_watches_that_share_a_name_are_told_apart_and_ended_by_number(on_sqlite: Newsroom) -> None:
    ids = ("11111111-aaaa-4bbb-8ccc-000000000001", "22222222-aaaa-4bbb-8ccc-000000000001")
    on_sqlite.sync("2026-03-01", {f"{id_[0]}.md": record_text(id=id_) for id_ in ids})
    for id_ in ids:
        on_sqlite.watch(id_, "2026-03-01")
    listed = plain(on_sqlite.happens(asks("取消訂閱 增設路燈", "2026-03-02")))
    assert "這裡有 2 個訂閱都叫「增設路燈」，什麼都沒有改。" in listed
    assert "1 增設路燈（編號 11111111）" in listed
    assert "2 增設路燈（編號 22222222）" in listed
    assert on_sqlite.happens(asks("取消訂閱 2", "2026-03-02")).title == "已取消訂閱：增設路燈"
