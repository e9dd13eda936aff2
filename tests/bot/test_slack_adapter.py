"""Slack: files, who manages a channel, channels that are gone, and what only the operator can mend."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.attached import IMPORT, LONGEST, TRIES, not_sent
from bot.delivery import SendError
from bot.inbox import Inbox
from bot.slack_adapter import SlackAdapter
from handlers.message import Ask, Attachment, Button, Chat, Message
from tests.doubles.inbox import KeepingInbox
from tests.doubles.people import Bench
from tests.sample import NEWSROOM, noon

FILE = Attachment(name="訂閱.txt", content="法務部\n逾期")


@asynccontextmanager
async def connected(bench: Bench, inbox: KeepingInbox) -> AsyncIterator[SlackAdapter]:
    """An adapter with a socket open; afterwards the platform may have nothing to complain of."""
    await bench.slack.channel(id="CNEWS", creator="U222")
    for user in ("U222", "U700"):
        await bench.slack.user(id=user)
    env = bench.env()
    tokens = env["SLACK_BOT_TOKEN"], env["SLACK_APP_TOKEN"]
    adapter = SlackAdapter(*tokens, env["SLACK_API_URL"], lambda: noon("2026-03-02"))
    loop = asyncio.create_task(adapter.run(cast(Inbox, inbox)))
    await bench.slack.wait_socket()
    try:
        yield adapter
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
        await adapter.close()
    assert await bench.violations() == []


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for ten seconds at most."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.05)


async def refused(sending: Awaitable[Any]) -> SendError:
    """The error of a message that does not go out."""
    with pytest.raises(SendError) as caught:
        await sending
    return caught.value


async def shared(bench: Bench, content: bytes, **more: Any) -> list[dict[str, Any]]:
    """What a message carries that shares a file."""
    file = await bench.slack.file(data=base64.b64encode(content).decode(), name="訂閱.txt")
    return [{**file, **more}]


async def test_a_file_goes_out_below_its_message_in_the_same_thread() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        said = await bench.slack.say("CNEWS", "U700", "匯出訂閱")
        thread = said["message"]["ts"]
        sent = await adapter.send(Chat(platform="slack", id="CNEWS", thread=thread), Message(title="匯出", file=FILE))
        text, upload = await bench.slack.all("CNEWS")
        assert (text["ts"], text["thread_ts"], upload["thread_ts"]) == (sent, thread, thread)
        assert "匯出" in bench.slack.text(text)
        [file] = upload["files"]
        assert file["name"] == "訂閱.txt"
        assert await bench.slack.content(file_id=file["id"]) == "法務部\n逾期"


async def test_a_file_that_is_refused_is_said_and_its_message_is_not_posted_again() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.slack.fault(method="files.completeUploadExternal", kind="error", error="missing_scope", times=TRIES)
        await adapter.send(NEWSROOM, Message(title="匯出", file=FILE))
        assert [message["text"] for message in await bench.slack.all("CNEWS")] == [
            "匯出",
            not_sent(Message(title="")).title,
        ]


async def test_a_file_that_must_wait_is_sent_after_it_waited() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.slack.fault(method="files.getUploadURLExternal", kind="429", retry_after=1, times=1)
        await adapter.send(NEWSROOM, Message(title="匯出", file=FILE))
        told, upload = await bench.slack.all("CNEWS")
        assert (told["text"], upload["files"][0]["name"]) == ("匯出", FILE.name)


async def test_a_message_changed_in_its_place_leaves_its_file_out() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(NEWSROOM, Message(title="匯出"))
        await adapter.edit(NEWSROOM, sent, Message(title="改了", file=FILE))
        assert [message["text"] for message in await bench.slack.all("CNEWS")] == ["改了"]


async def test_the_file_of_an_answer_that_only_one_person_sees_goes_to_their_direct_messages() -> None:
    inbox = KeepingInbox(Message(title="請看私訊", file=FILE))
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.slash("/nuoyan", "匯出訂閱", "U700", "CNEWS")
        assert (await bench.slack.wait_reply("CNEWS"))["is_ephemeral"]
        upload = await bench.slack.wait_reply("D700")
        assert [file["name"] for file in upload["files"]] == ["訂閱.txt"]
        assert await bench.slack.all("CNEWS") == []
        await until(lambda: len(inbox.replied_to) == 1)


async def test_a_person_who_cannot_be_sent_a_file_is_told() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox(Message(title="請看私訊", file=FILE))):
        await bench.slack.fault(method="conversations.open", kind="error", error="user_disabled")
        await bench.slack.slash("/nuoyan", "匯出訂閱", "U700", "CNEWS")
        await bench.slack.wait_reply("CNEWS", match="請看私訊")
        await bench.slack.wait_reply("CNEWS", match=not_sent(Message(title="")).title)


@pytest.mark.parametrize(
    ("content", "said", "text", "attached"),
    [
        ("法務部".encode("utf-8-sig"), "匯入訂閱", "匯入訂閱", "法務部"),
        ("法務部".encode(), "", IMPORT, "法務部"),
        ("法務部".encode("big5"), "匯入", "匯入", ""),
        (b"x" * LONGEST, "匯入", "匯入", "x" * LONGEST),
        (b"x" * (LONGEST + 1), "匯入", "匯入", ""),
    ],
    ids=["with a word", "without a word", "no UTF-8", "just short enough", "too long"],
)
async def test_a_file_in_a_direct_message_comes_with_its_text(
    content: bytes, said: str, text: str, attached: str
) -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.dm("U700", said, files=await shared(bench, content))
        await until(lambda: bool(inbox.events))
        assert [(e.text, e.attached) for e in inbox.events if isinstance(e, Ask)] == [(text, attached)]


async def test_a_file_comes_with_a_mention_too() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.mention("CNEWS", "U700", "匯入訂閱", files=await shared(bench, b"x"))
        await until(lambda: bool(inbox.events))
        assert [(e.text, e.attached) for e in inbox.events if isinstance(e, Ask)] == [("匯入訂閱", "x")]


async def test_a_file_kept_elsewhere_is_not_asked_for_with_the_token() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        [file] = await shared(bench, b"x")
        elsewhere = file["url_private_download"].replace("127.0.0.1", "localhost")
        for url in (elsewhere, None):
            await bench.slack.dm("U700", "匯入", files=[{**file, "url_private_download": url}])
        await until(lambda: len(inbox.events) == 2)
        assert [e.attached for e in inbox.events if isinstance(e, Ask)] == ["", ""]


async def test_slacks_page_to_sign_in_is_not_taken_for_the_file() -> None:
    inbox = KeepingInbox()
    async with Bench(slack={"reads_files": False}) as bench, connected(bench, inbox):
        await bench.slack.dm("U700", "匯入", files=await shared(bench, b"x"))
        await until(lambda: bool(inbox.events))
        assert [e.attached for e in inbox.events if isinstance(e, Ask)] == [""]


async def test_an_address_comes_as_it_was_typed() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        for sent in ("<https://a.tw/b.doc>", "更正 5d6747b3 <https://a.tw/b.doc|a.tw/b.doc> 說明 &lt;一&gt;"):
            await bench.slack.dm("U700", sent)
        await until(lambda: len(inbox.events) == 2)
        assert [event.text for event in inbox.events if isinstance(event, Ask)] == [
            "https://a.tw/b.doc",
            "更正 5d6747b3  https://a.tw/b.doc  說明 <一>",
        ]


async def test_who_asks_why_below_a_card_asks_about_that_card() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox) as adapter:
        card = await adapter.send(NEWSROOM, Message(title="增設路燈", footer="編號 5d6747b3"))
        for asked in ("為什麼說達成？", "訂閱 這筆", "法務部"):
            await bench.slack.mention("CNEWS", "U700", asked, thread_ts=card)
        await until(lambda: len(inbox.events) == 3)
        shown = {event.text: "編號 5d6747b3" in event.quotes for event in inbox.events if isinstance(event, Ask)}
        assert shown == {"為什麼說達成？": True, "訂閱 這筆": True, "法務部": False}


async def test_a_thread_that_slack_does_not_show_is_asked_about_all_the_same() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox) as adapter:
        card = await adapter.send(NEWSROOM, Message(title="增設路燈", footer="編號 5d6747b3"))
        await bench.slack.fault(method="conversations.replies", kind="error", error="missing_scope")
        await bench.slack.mention("CNEWS", "U700", "為什麼", thread_ts=card)
        await until(lambda: bool(inbox.events))
        assert [event.quotes for event in inbox.events if isinstance(event, Ask)] == [""]


async def test_a_press_on_a_message_with_a_thread_below_it_is_the_channels() -> None:
    inbox = KeepingInbox()
    rows = ((Button(label="靜音", action="mute:1:0"),),)
    async with Bench() as bench, connected(bench, inbox) as adapter:
        card = await adapter.send(NEWSROOM, Message(title="增設路燈", buttons=rows))
        below = await adapter.send(
            Chat(platform="slack", id="CNEWS", thread=card), Message(title="在串裡", buttons=rows)
        )
        for message in (card, below):
            await bench.slack.ctl("tap", user="U700", channel="CNEWS", ts=message, label="靜音")
        await until(lambda: len(inbox.events) == 2)
        assert [event.chat.thread for event in inbox.events] == ["", card]


async def test_a_channel_is_managed_by_its_creator_and_the_workspaces_admins() -> None:
    inbox = KeepingInbox(asks=True)
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.user(id="U1", is_admin=True)
        await bench.slack.user(id="U2", is_owner=True)
        for person in ("U222", "U1", "U2", "U700"):
            await bench.slack.slash("/nuoyan", "訂閱 法務部", person, "CNEWS")
        assert [event.manages for event in inbox.events] == [True, True, True, False]
        await bench.slack.mention("CNEWS", "U700", "訂閱 法務部")
        await bench.slack.dm("U700", "訂閱 法務部")
        await until(lambda: len(inbox.events) == 6)
        assert {event.chat.id: event.manages for event in inbox.events[4:]} == {"CNEWS": False, "D700": True}


async def test_a_press_says_whether_the_person_manages_the_channel() -> None:
    inbox = KeepingInbox(asks=True)
    rows = ((Button(label="訂閱", action="watch:1:0"),),)
    async with Bench() as bench, connected(bench, inbox) as adapter:
        await adapter.send(NEWSROOM, Message(title="訂閱：法務部", buttons=rows))
        card = await bench.slack.wait_reply("CNEWS")
        for person in ("U222", "U700"):
            await bench.slack.tap(card, "訂閱", person, channel="CNEWS")
        assert [event.manages for event in inbox.events] == [True, False]


async def test_a_press_that_subscribes_says_whether_the_bot_is_in_the_channel() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.channel(id="COUT", name="out", is_member=False)
        for channel in ("CNEWS", "COUT"):
            await bench.slack.slash("/nuoyan", "恢復訂閱 法務部", "U700", channel)
        await bench.slack.slash("/nuoyan", "法務部 逾期", "U700", "COUT")  # an answer needs no news
        await bench.slack.fault(method="conversations.info", kind="error", error="missing_scope")
        await bench.slack.slash("/nuoyan", "恢復訂閱 法務部", "U700", "COUT")
        await bench.slack.fault(method="conversations.info", kind="error", error="channel_not_found")
        await bench.slack.slash("/nuoyan", "恢復訂閱 法務部", "U700", "COUT")
        assert [event.reaches for event in inbox.events] == [True, False, True, True, False]


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("conversations.info", {"kind": "error", "error": "missing_scope"}),
        ("users.info", {"kind": "500"}),
        ("users.info", {"kind": "delay", "delay": 2.5}),
    ],
)
async def test_nobody_manages_a_channel_while_slack_does_not_say_who_does(method: str, fault: dict[str, Any]) -> None:
    inbox = KeepingInbox(asks=True)
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.user(id="U1", is_admin=True)
        await bench.slack.fault(method=method, **fault)
        await bench.slack.slash("/nuoyan", "訂閱 法務部", "U1", "CNEWS")
        assert [event.manages for event in inbox.events] == [False]


@pytest.mark.parametrize(
    ("reason", "gone", "permanent"),
    [
        ("channel_not_found", True, True),
        ("is_archived", True, True),
        ("not_in_channel", True, True),
        ("restricted_action", True, True),
        ("user_disabled", True, True),
        ("cannot_dm_bot", True, True),
        ("invalid_blocks", False, True),
        ("msg_too_long", False, True),
        ("invalid_auth", False, False),
        ("not_authed", False, False),
        ("token_revoked", False, False),
        ("token_expired", False, False),
        ("account_inactive", False, False),
        ("messages_tab_disabled", False, False),
        ("internal_error", False, False),
    ],
)
async def test_what_slack_refuses_is_the_channels_the_messages_or_the_operators(
    reason: str, gone: bool, permanent: bool
) -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.slack.fault(method="chat.postMessage", kind="error", error=reason)
        error = await refused(adapter.send(NEWSROOM, Message(title="題")))
        assert (error.gone, error.permanent) == (gone, permanent)


async def test_what_the_network_or_the_limit_stopped_is_tried_again() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.slack.fault(method="chat.postMessage", kind="429", retry_after=7)
        error = await refused(adapter.send(NEWSROOM, Message(title="題")))
        assert (error.gone, error.permanent, error.retry_after) == (False, False, 7)
        await bench.slack.fault(method="chat.update", kind="503")
        error = await refused(adapter.edit(NEWSROOM, "1", Message(title="題")))
        assert (error.gone, error.permanent, error.retry_after) == (False, False, None)
        await bench.slack.fault(method="chat.postMessage", kind="drop", times=2)  # the library tries twice
        error = await refused(adapter.send(NEWSROOM, Message(title="題")))
        assert (error.gone, error.permanent) == (False, False)


async def test_a_channel_hears_one_message_a_second() -> None:
    async with Bench(slack={"limits": True, "msg_burst": 2}) as bench, connected(bench, KeepingInbox()) as adapter:
        await asyncio.gather(*(adapter.send(NEWSROOM, Message(title=str(n))) for n in range(3)))
        assert len(await bench.slack.all("CNEWS")) == 3


async def test_a_workspace_sees_no_more_changes_a_minute_than_slack_allows() -> None:
    async with Bench(slack={"limits": True, "edit_burst": 46}) as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(NEWSROOM, Message(title="0"))
        await asyncio.gather(*(adapter.edit(NEWSROOM, sent, Message(title=str(n))) for n in range(1, 49)))
        assert (await bench.slack.all("CNEWS"))[0]["text"] == "48"


async def test_the_language_of_a_persons_slack_is_known_in_private() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        for person, locale in (("U700", "en-GB"), ("U701", "zh-TW"), ("U702", "ja-JP")):
            await bench.slack.user(id=person, locale=locale)
            await bench.slack.dm(person, "help")
        await bench.slack.dm("U700", "help again")
        await until(lambda: len(inbox.events) == 4)
        spoken = {(event.person.id, event.language) for event in inbox.events}
        assert spoken == {("U700", "en"), ("U701", "zh-TW"), ("U702", "")}


async def test_where_slack_does_not_say_the_language_the_question_is_answered_all_the_same() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.slack.fault(method="users.info", kind="error", error="missing_scope")
        await bench.slack.dm("U700", "help")
        await until(lambda: len(inbox.events) == 1)
        assert inbox.events[0].language == ""


async def test_a_token_that_is_revoked_later_is_named_and_ends_the_adapter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.slack_adapter.LONGEST_PAUSE", 0.5)
    async with Bench() as bench:
        env = bench.env()
        tokens = env["SLACK_BOT_TOKEN"], env["SLACK_APP_TOKEN"]
        adapter = SlackAdapter(*tokens, env["SLACK_API_URL"], lambda: noon("2026-03-02"))
        running = asyncio.create_task(adapter.run(cast(Inbox, KeepingInbox())))
        await bench.slack.wait_socket()
        await bench.slack.fault(method="apps.connections.open", kind="error", error="token_revoked", times=1000)
        await bench.slack.disconnect(drop=True)
        await asyncio.wait_for(running, timeout=20)
        assert "SLACK_APP_TOKEN (xapp-…): copy it again" in capsys.readouterr().out
        await adapter.close()
