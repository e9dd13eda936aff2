from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import correct
from handlers.language import CHINESE, ENGLISH, is_chinese, known
from handlers.message import Ask, Chat, Message, Tap, plain
from store import chats
from tests.handlers.conftest import Newsroom
from tests.sample import CITIZEN, HOME, NEWSROOM, REVIEWER, action_of, asks, noon, progress, record_text, taps, verdict

FILE = "a.md"
ABROAD = Chat(platform="telegram", id="900")


@pytest.fixture
def spoken(on_sqlite: Newsroom) -> Newsroom:
    """A newsroom with one commitment."""
    on_sqlite.sync("2026-03-01", {FILE: record_text()})
    return on_sqlite


@pytest.fixture
def spoken_on_each(newsroom: Newsroom) -> Newsroom:
    """The same on each kind of database, for what is kept there."""
    newsroom.sync("2026-03-01", {FILE: record_text()})
    return newsroom


def _handled(newsroom: Newsroom, event: Ask | Tap, update: str = "") -> Message:
    message = newsroom.service(event.at).handle(event, update or f"u{next(_NUMBERS)}")
    assert message is not None
    return message


_NUMBERS = iter(range(10_000))


def _asks(text: str, language: str = "", chat: Chat = HOME) -> Ask:
    return replace(asks(text, chat=chat), language=language)


def test_who_writes_english_in_an_english_app_is_answered_in_english(spoken: Newsroom) -> None:
    assert (
        _handled(spoken, _asks("help", ENGLISH)).title
        == "Nuoyan: promises in the ministries' written replies to legislators"
    )
    assert "No commitments match." in plain(_handled(spoken, _asks("nowhere", ENGLISH)))


def test_who_writes_chinese_in_an_english_app_is_answered_in_chinese_from_then_on(spoken_on_each: Newsroom) -> None:
    assert "期限" in plain(_handled(spoken_on_each, _asks("法務部", ENGLISH)))
    assert _handled(spoken_on_each, _asks("help", ENGLISH)).title.startswith("諾言")
    assert "這裡沒有訂閱" in plain(_handled(spoken_on_each, taps("watches:0:0")))


def test_a_press_is_answered_as_the_chat_was_before(spoken: Newsroom) -> None:
    _handled(spoken, _asks("help", ENGLISH))
    assert _handled(spoken, taps("watches:0:0")).title == "There are no subscriptions here."


def test_a_language_that_the_bot_lacks_leaves_the_deployments(spoken: Newsroom) -> None:
    assert _handled(spoken, _asks("help", "")).title.startswith("諾言")
    spoken.policy = replace(spoken.policy, language=ENGLISH)
    assert _handled(spoken, _asks("help", "")).title.startswith("Nuoyan")
    assert "Understood" in plain(_handled(spoken, _asks("法務部", ""))), (
        "its operator speaks English, whatever names are asked for"
    )


def test_a_group_hears_what_it_chose_whoever_writes(spoken: Newsroom) -> None:
    assert _handled(spoken, _asks("help", ENGLISH, NEWSROOM)).title.startswith("諾言")
    _handled(spoken, _asks("/lang en", chat=NEWSROOM))
    assert _handled(spoken, _asks("說明", CHINESE, NEWSROOM)).title.startswith("Nuoyan")


def test_lang_shows_what_can_be_chosen_and_a_press_chooses_it(spoken: Newsroom) -> None:
    shown = _handled(spoken, _asks("/lang"))
    assert [button.label for button in shown.buttons[0]] == ["✓ 正體中文", "English"]
    assert [button.label for button in shown.buttons[1]] == [
        "✓ 2023-12-31（民國112年）",
        "2023-12-31",
        "民國112年12月31日",
    ]
    english = _handled(spoken, taps(shown.buttons[0][1].action))
    assert english.place == "edit"
    assert english.title == "Language and dates"
    assert [button.label for button in english.buttons[1]] == ["✓ 2023-12-31 (ROC 112)", "2023-12-31", "ROC 112-12-31"]
    back = _handled(spoken, taps(english.buttons[0][0].action))
    assert back.title == "語言與日期"


@pytest.mark.parametrize("word", ["fr", "klingon", "日本語"])
def test_a_language_that_there_is_not_is_refused_with_those_there_are(spoken: Newsroom, word: str) -> None:
    assert "zh-TW、en" in _handled(spoken, _asks(f"/lang {word}")).title


@pytest.mark.parametrize("word", ["en", "English", "英文", "zh-hant", "正體中文", "中文", "zh_TW"])
def test_a_language_can_be_written(spoken: Newsroom, word: str) -> None:
    chosen = _handled(spoken, _asks(f"/lang {word}"))
    assert (chosen.title == "語言與日期") is (word not in ("en", "English", "英文"))


def test_dates_are_written_as_the_chat_wants_them(spoken: Newsroom) -> None:
    number = _handled(spoken, _asks("法務部")).buttons[0][0].action
    assert "期限　2026-03-15（民國115年）" in plain(_handled(spoken, taps(number)))
    _handled(spoken, taps("speak:0:2"))
    assert "期限　2026-03-15" in plain(_handled(spoken, taps(number)))
    assert "民國" not in plain(_handled(spoken, taps(number)))
    _handled(spoken, taps("speak:0:3"))
    assert "期限　民國115年3月15日" in plain(_handled(spoken, taps(number)))
    assert "期限 民國115年3月15日" in plain(_handled(spoken, _asks("法務部")))


@pytest.mark.parametrize("action", ["speak:9:0", "speak:0:9", "speak:99:99"])
def test_a_button_of_another_version_chooses_nothing(spoken: Newsroom, action: str) -> None:
    assert _handled(spoken, taps(action)).title == "語言與日期"


def test_where_only_admins_may_change_a_group_its_language_is_theirs_too(spoken: Newsroom) -> None:
    spoken.policy = replace(spoken.policy, groups_by_admins=True)
    stranger = replace(_asks("/lang en", chat=NEWSROOM), manages=False)
    assert "只有群組管理員能更改" in _handled(spoken, stranger).title


def test_news_comes_in_the_language_of_each_chat(spoken_on_each: Newsroom) -> None:
    for chat, language in ((HOME, ""), (ABROAD, ENGLISH)):
        _subscribes(spoken_on_each, chat, language)
    spoken_on_each.sync("2026-03-02", {FILE: record_text(entries=progress())})
    came = spoken_on_each.due(noon("2026-03-03"))
    assert came[str(HOME)][0].title.startswith("每日彙整")
    assert came[str(ABROAD)][0].title == "Daily digest 2026-03-03"
    assert not is_chinese(came[str(ABROAD)][0].title)
    assert "Because you subscribed to: " in plain(came[str(ABROAD)][0])


def test_a_correction_comes_in_the_language_of_each_chat(spoken: Newsroom) -> None:
    for chat, language in ((HOME, ""), (ABROAD, ENGLISH)):
        _subscribes(spoken, chat, language)
    spoken.sync("2026-03-02", {FILE: record_text(entries=progress())})
    spoken.due(noon("2026-03-03"))
    with spoken.database.write() as tx:
        correct.by_hand(tx, 1, "那份公文談的是別的事。", CITIZEN, spoken.policy, noon("2026-03-03"))
    came = spoken.due(noon("2026-03-04"))
    assert came[str(HOME)][0].title.startswith("更正通知：")
    assert came[str(ABROAD)][0].title.startswith("Correction: ")
    assert "那份公文談的是別的事。" in plain(came[str(ABROAD)][0]), "an admin's words are theirs"


def test_a_group_keeps_its_language_under_its_new_id(spoken_on_each: Newsroom) -> None:
    old, new = (Chat(platform="telegram", id=number) for number in ("-500", "-100999"))
    _handled(spoken_on_each, _asks("/lang en", chat=old))
    spoken_on_each.service(noon("2026-03-02")).move_chat("telegram", old.id, new.id)
    assert _handled(spoken_on_each, _asks("help", chat=new)).title.startswith("Nuoyan")


def test_who_speaks_as_the_deployment_does_leaves_nothing_in_the_store(spoken: Newsroom) -> None:
    _handled(spoken, _asks("法務部", CHINESE))
    _handled(spoken, _asks("法務部", ""))
    with spoken.database.read() as tx:
        assert chats.manner(tx, HOME.platform, HOME.id) == chats.NO_MANNER


def test_what_failed_is_said_in_the_chats_language(spoken: Newsroom) -> None:
    _handled(spoken, _asks("/lang en"))
    assert "can't be read" in _handled(spoken, _asks("due:<whenever")).title
    assert "no longer works" in _handled(spoken, taps("nonsense:1:1")).title


@pytest.mark.parametrize(("code", "meant"), [("zh-tw", CHINESE), ("EN", ENGLISH), ("zh_TW", CHINESE), ("pt-br", "")])
def test_a_platforms_code_means_a_language_in_any_case(code: str, meant: str) -> None:
    assert known(code) == meant


def test_who_can_not_be_spoken_to_is_told_so_all_the_same(spoken: Newsroom) -> None:
    apology = _handled(spoken, _asks("/start", "there-is-none"))
    assert apology.title.startswith("抱歉，這個動作沒有完成")


def test_the_words_to_an_agency_stay_in_its_language(spoken: Newsroom) -> None:
    _handled(spoken, _asks("/lang en"))
    number = _handled(spoken, _asks("MOJ")).buttons[0][0].action
    card = _handled(spoken, taps(number))
    asks_agency = action_of(card, "✉️ Text to ask")
    request = _handled(spoken, taps(asks_agency))
    assert request.title == "法務部您好："
    assert "in Chinese" in request.footer


def test_a_presets_reason_is_kept_in_chinese_and_shown_in_each_language(spoken: Newsroom) -> None:
    room = spoken.policy.review_chats[0]
    for chat, language in ((HOME, ""), (ABROAD, ENGLISH)):
        _subscribes(spoken, chat, language)
    spoken.sync("2026-03-02", {FILE: record_text(status="已達成", entries=verdict())})
    _handled(spoken, _asks("/lang en", chat=room))
    card = _handled(spoken, asks("/review", person=REVIEWER, chat=room))
    older = action_of(card, "❌ letter older than the reply")
    decided = _handled(spoken, taps(older, person=REVIEWER, chat=room))
    assert decided.title.startswith("❌ Evidence not accepted: letter older than the reply | ")
    came = spoken.due(noon("2026-03-03"))
    assert "不採認（公文早於承諾；複核人甲）" in plain(came[str(HOME)][0])
    assert "Evidence not accepted (letter older than the reply; " in plain(came[str(ABROAD)][0])


def _subscribes(newsroom: Newsroom, chat: Chat, language: str) -> None:
    _handled(newsroom, _asks("help", language, chat))
    number = _handled(newsroom, _asks("/watch MOJ", language, chat)).buttons[0][0].action
    _handled(newsroom, replace(taps(number), chat=chat))


def test_who_wrote_chinese_is_spoken_to_in_english_again_by_a_sentence_of_it_and_by_nothing_less(
    spoken: Newsroom,
) -> None:
    for text, in_english in (
        ("MOJ overdue", True),
        ("法務部 overdue", False),
        ("NCC csv overdue", False),
        ("https://lci.ly.gov.tw/LyLCEW/some/long/path.doc", False),
        ("is:overdue due:this-month", False),
        ("show me what is overdue", True),
    ):
        told = _handled(spoken, replace(asks(text), language=ENGLISH))
        assert ("Ministry of Justice" in plain(told) or "Letters up to" in plain(told)) is in_english, text


def test_slack_is_told_of_the_one_command_that_it_knows(spoken: Newsroom) -> None:
    help_there = plain(_handled(spoken, asks("說明", chat=NEWSROOM)))
    assert "/nuoyan lang" in help_there
    assert "\n/lang" not in help_there
    assert _handled(spoken, asks("lang en", chat=NEWSROOM)).title == "Language and dates"
