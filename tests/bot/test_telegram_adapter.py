"""Telegram: an update is confirmed after it was handled; files, admins, chats that are gone or go on elsewhere."""

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
from bot.telegram_adapter import TelegramAdapter
from handlers.message import Ask, Attachment, Bar, Button, Chart, Chat, Message, Section
from tests.doubles.inbox import AwayInbox, KeepingInbox
from tests.doubles.people import Bench
from tests.sample import HOME, noon

GROUP = -100900
FILE = Attachment(name="訂閱.txt", content="法務部\n逾期")
LONG = Message(title="訂閱清單", sections=(Section(text="一件承諾\n" * 300),), file=FILE)


class _QuickLoop(asyncio.SelectorEventLoop):
    """A loop that need not wait: its clock jumps to whatever is due next.

    asyncio has no public way to turn a loop's clock, so its own names are used, which its types do not tell.
    """

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def time(self) -> float:
        return self.passed

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.passed = max(self.passed + 0.001, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


@asynccontextmanager
async def connected(bench: Bench, inbox: KeepingInbox) -> AsyncIterator[TelegramAdapter]:
    """An adapter that polls; afterwards the platform may have nothing to complain of."""
    await bench.tg.chat(ids=(700, GROUP))
    adapter = TelegramAdapter(bench.env()["TELEGRAM_BOT_TOKEN"], bench.tg.url, lambda: noon("2026-03-02"))
    loop = asyncio.create_task(adapter.run(cast(Inbox, inbox)))
    await bench.tg.wait_polling()
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


async def given_file(bench: Bench, content: bytes, **more: Any) -> dict[str, Any]:
    """What a message carries that brings a file."""
    number = await bench.tg.file(data=base64.b64encode(content).decode(), name="訂閱.txt")
    return {"document": {"file_id": number, "file_unique_id": "u", "file_size": len(content)}, **more}


async def test_an_update_that_could_not_be_handled_is_not_confirmed_and_comes_again() -> None:
    inbox = AwayInbox(failures=2)
    async with Bench() as bench, connected(bench, inbox):
        await bench.tg.say(700, 700, "法務部 逾期")
        await bench.tg.say(700, 700, "說明")
        await until(lambda: len(inbox.replied_to) == 2)
        assert [event.text for event in inbox.events if isinstance(event, Ask)] == ["法務部 逾期", "說明"]


async def test_a_file_goes_out_as_a_document_with_the_text_below_it() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(HOME, Message(title="R&D <試辦>", file=FILE))
        [document] = await bench.tg.all(700)
        assert (str(document["message_id"]), document["caption"]) == (sent, "R&D <試辦>")
        assert document["document"]["file_name"] == "訂閱.txt"
        assert await bench.tg.content(file_id=document["document"]["file_id"]) == "法務部\n逾期"


async def test_a_chart_goes_out_as_a_photo_below_its_text() -> None:
    chart = Chart(title="統計", legend=("甲",), bars=(Bar(label="2021", parts=(3,)),), caveat="請注意", source="諾言")
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(HOME, Message(title="統計｜法務部", chart=chart))
        text, photo = await bench.tg.all(700)
        assert (str(text["message_id"]), text["text"]) == (sent, "統計｜法務部")
        assert "請注意" in photo["caption"]
        assert photo["photo"]


async def test_a_text_too_long_for_a_caption_goes_first_and_its_file_after_it() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(HOME, LONG)
        text, document = await bench.tg.all(700)
        assert (str(text["message_id"]), "caption" in document) == (sent, False)
        assert await bench.tg.content(file_id=document["document"]["file_id"]) == "法務部\n逾期"


async def test_a_message_with_buttons_stays_a_text_that_can_be_changed_above_its_file() -> None:
    rows = ((Button(label="訂閱清單", action="watches:0:0"),),)
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(HOME, Message(title="匯出", buttons=rows, file=FILE))
        await adapter.edit(HOME, sent, Message(title="改了", file=FILE))
        text, document = await bench.tg.all(700)
        assert (text["text"], document["document"]["file_name"]) == ("改了", "訂閱.txt")


async def test_a_file_refused_behind_its_text_is_said_and_the_text_is_not_sent_again() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.tg.fault(method="sendDocument", kind="500", times=TRIES)
        await adapter.send(HOME, LONG)
        texts = [message["text"].partition("\n")[0] for message in await bench.tg.all(700)]
        assert texts == ["訂閱清單", not_sent(Message(title="")).title]


async def test_the_file_of_a_private_answer_goes_to_the_persons_own_chat() -> None:
    inbox = KeepingInbox(Message(title="請看私訊", place="private", file=FILE))
    rows = ((Button(label="匯出", action="export:0:0"),),)
    async with Bench() as bench, connected(bench, inbox) as adapter:
        await adapter.send(Chat(platform="telegram", id=str(GROUP)), Message(title="訂閱清單", buttons=rows))
        tap = await bench.tg.tap(await bench.tg.wait_reply(GROUP), "匯出", 700)
        assert (await bench.tg.wait_answer(tap))["text"] == "請看私訊"
        assert (await bench.tg.wait_reply(700))["document"]["file_name"] == "訂閱.txt"
        assert len(await bench.tg.all(GROUP)) == 1


@pytest.mark.parametrize(
    ("content", "caption", "text", "attached"),
    [
        ("法務部".encode("utf-8-sig"), "匯入訂閱", "匯入訂閱", "法務部"),
        ("法務部".encode(), None, IMPORT, "法務部"),
        ("法務部".encode("big5"), "匯入", "匯入", ""),
        (b"x" * LONGEST, "匯入", "匯入", "x" * LONGEST),
        (b"x" * (LONGEST + 1), "匯入", "匯入", ""),
    ],
    ids=["with a word", "without a word", "no UTF-8", "just short enough", "too long"],
)
async def test_a_file_in_private_comes_with_its_text(
    content: bytes, caption: str | None, text: str, attached: str
) -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        more = {"caption": caption} if caption else {}
        await bench.tg.say(700, 700, None, extra=await given_file(bench, content, **more))
        await until(lambda: bool(inbox.events))
        assert [(e.text, e.attached) for e in inbox.events if isinstance(e, Ask)] == [(text, attached)]


async def test_a_file_that_cannot_be_had_is_handed_over_without_its_text() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.tg.fault(method="getFile", kind="error", description="Bad Request: file is temporarily unavailable")
        await bench.tg.say(700, 700, None, extra=await given_file(bench, b"x"))
        await until(lambda: bool(inbox.events))
        assert [(e.text, e.attached) for e in inbox.events if isinstance(e, Ask)] == [(IMPORT, "")]


async def test_a_group_hands_over_only_files_that_are_meant_for_the_bot() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        for caption in (None, "大家看看", "@bench1_bot", "@bench1_bot 匯入訂閱", "/import@bench1_bot", "/import@other"):
            more = {"caption": caption} if caption else {}
            await bench.tg.say(GROUP, 700, None, extra=await given_file(bench, b"x", **more))
        await bench.tg.say(GROUP, 700, "/help")
        await until(lambda: len(inbox.events) == 4)
        assert [(e.text, e.attached) for e in inbox.events if isinstance(e, Ask)] == [
            (IMPORT, "x"),
            ("匯入訂閱", "x"),
            ("/import", "x"),
            ("/help", ""),
        ]


async def test_a_caption_is_a_question_and_what_has_no_words_gets_the_help() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        photo = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]}
        await bench.tg.say(700, 700, None, extra={**photo, "caption": "法務部 逾期"})
        await bench.tg.say(700, 700, None, extra=photo)
        await bench.tg.say(GROUP, 700, None, extra=photo)
        await bench.tg.say(700, 700, "說明")
        await until(lambda: len(inbox.events) == 3)
        assert [e.text for e in inbox.events if isinstance(e, Ask)] == ["法務部 逾期", "/help", "說明"]


async def test_only_admins_manage_a_group_and_everyone_their_own_chat() -> None:
    inbox = KeepingInbox(asks=True)
    async with Bench() as bench, connected(bench, inbox):
        await bench.tg.chat(id=GROUP, roles={1: "creator", 2: "administrator"})
        for person in (1, 2, 3):
            await bench.tg.say(GROUP, person, "/watch 法務部")
        await bench.tg.say(700, 700, "訂閱 法務部")
        await until(lambda: len(inbox.events) == 4)
        in_group = [event.manages for event in inbox.events if event.chat.id == str(GROUP)]
        assert in_group == [True, True, False]
        assert [event.manages for event in inbox.events if event.chat.id == "700"] == [True]


async def test_what_a_chat_says_is_handled_in_order_and_no_other_chat_waits_for_it() -> None:
    inbox = AwayInbox(failures=1)
    async with Bench() as bench, connected(bench, inbox):
        for text in ("甲", "乙", "丙"):
            await bench.tg.say(700, 700, text)
            await bench.tg.say(701, 701, text)
        await until(lambda: len(inbox.replied_to) == 9)  # the other chat hears its three again, by their ids
        for chat in ("700", "701"):
            said = [event.text for event in inbox.events if isinstance(event, Ask) and event.chat.id == chat]
            assert list(dict.fromkeys(said)) == ["甲", "乙", "丙"]


async def test_an_admin_who_stays_anonymous_manages_the_group() -> None:
    inbox = KeepingInbox(asks=True)
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    async with Bench() as bench, connected(bench, inbox):
        for writer in (GROUP, -100777):
            chat = {"id": writer, "type": "supergroup", "title": "記者"}
            await bench.tg.say(GROUP, anonymous, "/watch 法務部", extra={"sender_chat": chat})
        await until(lambda: len(inbox.events) == 2)
        assert [event.manages for event in inbox.events] == [True, False]


async def test_nobody_manages_a_group_while_telegram_does_not_say_who_does() -> None:
    inbox = KeepingInbox(asks=True)
    async with Bench() as bench, connected(bench, inbox):
        await bench.tg.chat(id=GROUP, roles={1: "creator"})
        await bench.tg.fault(method="getChatMember", kind="500")
        await bench.tg.say(GROUP, 1, "/watch 法務部")
        await until(lambda: bool(inbox.events))
        assert [event.manages for event in inbox.events] == [False]


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot is not a member of the channel chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: PEER_ID_INVALID"),
        (400, "Bad Request: group chat was deactivated"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: message thread not found"),
        (400, "Bad Request: TOPIC_CLOSED"),
    ],
)
async def test_a_chat_that_nothing_can_be_sent_to_is_gone(code: int, description: str) -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.tg.fault(method="sendMessage", kind="error", code=code, description=description)
        error = await refused(adapter.send(HOME, Message(title="題")))
        assert (error.gone, error.permanent) == (True, True)


async def test_a_message_refused_for_what_it_is_leaves_the_chat_standing() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.tg.fault(method="sendMessage", kind="error", description="Bad Request: message is too long")
        error = await refused(adapter.send(HOME, Message(title="題")))
        assert (error.gone, error.permanent) == (False, True)
        error = await refused(adapter.edit(HOME, "999", Message(title="題")))
        assert (error.gone, error.permanent) == (False, True)


@pytest.mark.filterwarnings("ignore:.*retry_after.*timedelta")  # of the library, when it makes the error
async def test_what_the_network_or_the_flood_limit_stopped_is_tried_again() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.tg.fault(method="sendMessage", kind="429", retry_after=7)
        error = await refused(adapter.send(HOME, Message(title="題")))
        assert (error.gone, error.permanent, error.retry_after) == (False, False, 7)
        await bench.tg.fault(method="editMessageText", kind="502")
        error = await refused(adapter.edit(HOME, "1", Message(title="題")))
        assert (error.gone, error.permanent, error.retry_after) == (False, False, None)


async def test_a_message_to_a_group_that_moved_says_where_it_is_now() -> None:
    async with Bench() as bench, connected(bench, KeepingInbox()) as adapter:
        await bench.tg.chat(id=-900, migrated_to=-100901)
        old = Chat(platform="telegram", id="-900")
        for error in (
            await refused(adapter.send(old, Message(title="題"))),
            await refused(adapter.send(old, Message(title="題", file=FILE))),
            await refused(adapter.edit(old, "1", Message(title="題"))),
        ):
            assert (error.moved_to, error.permanent, error.gone) == ("-100901", False, False)


async def test_a_group_that_moves_is_moved_once() -> None:
    inbox = KeepingInbox()
    async with Bench() as bench, connected(bench, inbox):
        await bench.tg.migrate(chat_id=-900, new_id=-100901)
        await bench.tg.say(700, 700, "說明")
        await until(lambda: bool(inbox.events))
        assert inbox.moves == [("telegram", "-900", "-100901")]
        assert [event.chat.id for event in inbox.events] == ["700"]


async def test_a_chat_hears_one_message_a_second() -> None:
    async with Bench(tg={"limits": True, "chat_burst": 2}) as bench, connected(bench, KeepingInbox()) as adapter:
        await asyncio.gather(*(adapter.send(HOME, Message(title=str(n))) for n in range(3)))
        assert len(await bench.tg.all(700)) == 3


async def test_a_change_of_a_message_counts_as_a_message() -> None:
    async with Bench(tg={"limits": True, "chat_burst": 2}) as bench, connected(bench, KeepingInbox()) as adapter:
        sent = await adapter.send(HOME, Message(title="0"))
        await asyncio.gather(*(adapter.edit(HOME, sent, Message(title=str(n))) for n in range(1, 4)))
        assert (await bench.tg.all(700))[0]["text"] == "3"


@pytest.mark.parametrize(
    ("chats", "messages", "seconds", "most"),
    [([str(GROUP)], 70, 60, 20), (["700"], 20, 1, 1), ([str(number) for number in range(300)], 1, 1, 30)],
    ids=["a group, in any minute", "a chat, in any second", "all chats, in any second"],
)
def test_no_more_messages_go_out_in_any_stretch_of_time_than_telegram_allows(
    chats: list[str], messages: int, seconds: float, most: int
) -> None:
    sent: list[float] = []

    async def send(adapter: TelegramAdapter, chat: str) -> None:
        for _ in range(messages):
            await adapter.paces.take_turn(chat)
            sent.append(asyncio.get_running_loop().time())

    async def everybody() -> None:
        adapter = TelegramAdapter("1:x", "http://127.0.0.1:1", lambda: noon("2026-03-02"))
        await asyncio.gather(*(send(adapter, chat) for chat in chats))

    with asyncio.Runner(loop_factory=_QuickLoop) as runner:
        runner.run(everybody())
    assert len(sent) == messages * len(chats)
    together = max(sum(begin <= at < begin + seconds - 1e-6 for at in sent) for begin in sent)
    assert most * 0.6 < together <= most


async def test_a_token_that_is_refused_while_the_bot_runs_says_what_to_do_and_is_tried_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with Bench() as bench:
        inbox = KeepingInbox()
        async with connected(bench, inbox):
            await bench.tg.fault(method="getUpdates", kind="error", code=401, description="Unauthorized", times=1)
            for text in ("法務部", "教育部"):
                await bench.tg.say(700, 700, text)
            await until(lambda: len(inbox.events) == 2)
        assert "TELEGRAM_BOT_TOKEN: Telegram refuses it; copy it again from @BotFather" in capsys.readouterr().out
