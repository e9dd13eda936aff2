"""Telegram by long polling: an update is confirmed after the transaction that handled it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiolimiter import AsyncLimiter
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    Document,
    InputFile,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Update,
)
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ChatType, FloodLimit, MessageEntityType, ParseMode, UpdateType
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot import attached
from bot.attached import Upload
from bot.delivery import SendError
from bot.in_flight import InFlight
from bot.inbox import Inbox
from bot.paces import Paces
from bot.telegram_render import render_caption, render_keyboard, render_markup, render_notice, render_text
from handlers.answer import COMMANDS
from handlers.language import CHINESE, LANGUAGES, known, say_in
from handlers.message import Ask, Chat, Message, Person, Tap

PLATFORM = "telegram"
POLL_SECONDS = 25
LONGEST_PAUSE = 30.0
"""Seconds between two tries to reach Telegram, at most."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_MODIFIED = "message is not modified"
_GONE = (
    "chat not found",
    "peer_id_invalid",
    "channel_private",
    "user is deactivated",
    "group chat was deactivated",
    "have no rights to send a message",
    "not enough rights to send text messages",
    "chat_write_forbidden",
    "chat_restricted",
    "need administrator rights",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
)
"""Bad requests that any message to this chat or topic would be; blocked and kicked come as Forbidden.

The Bot API documents none of its descriptions: these stand in github.com/vrumger/telegram-errors, and the words in
capitals among the errors of core.telegram.org/method/messages.sendMessage, which it passes on. A group that allows no
documents refuses those alone ("not enough rights to send documents"), so that one is not among them.
"""

_log = structlog.get_logger()
_FIX = "TELEGRAM_BOT_TOKEN: Telegram refuses it; copy it again from @BotFather"


class TelegramAdapter:
    """One bot, with a loop of its own over `get_updates`: the library's updater confirms before a handler is done."""

    def __init__(self, token: str, api_url: str, now: Callable[[], datetime]) -> None:
        root = api_url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=HTTPXRequest(connection_pool_size=64),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + 10),
        )
        self._now = now
        self.paces = Paces(_in_chat, [_limiter(int(FloodLimit.MESSAGES_PER_SECOND), 1, at_once=2)])
        self._replies = InFlight()

    async def run(self, inbox: Inbox) -> None:
        """Connect and handle updates until cancelled; an unreachable Telegram is tried again, a wrong token is not."""
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                for code in LANGUAGES:
                    menu = [BotCommand(name, say_in(code, told)) for name, told in COMMANDS.items()]
                    await self._bot.set_my_commands(menu, language_code=None if code == CHINESE else code)
                break
            except (InvalidToken, Forbidden):
                _log.error("telegram_token_refused", fix=_FIX)
                return
            except TelegramError as error:
                _log.warning("telegram_unreachable", reason=str(error), again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        inbox.linked(f"https://t.me/{self._bot.username}?start=")
        _log.info("telegram_connected", bot=self._bot.username)
        await self._poll(inbox)

    async def close(self) -> None:
        """Let replies in flight finish, then disconnect."""
        await self._replies.finish()
        await self._bot.shutdown()

    async def send(self, chat: Chat, message: Message) -> str:
        """Send a message and its file, no faster than Telegram allows for a chat and for all."""
        caption = render_caption(message) if message.file else None
        if message.file and caption and not message.chart:
            return await self._upload(chat, attached.uploads(message)[0], caption)
        await self.paces.take_turn(chat.id)
        with _refusals():
            sent = await self._bot.send_message(
                int(chat.id),
                render_text(message),
                parse_mode=ParseMode.HTML,
                reply_markup=render_markup(message),
                message_thread_id=int(chat.thread) if chat.thread else None,
                link_preview_options=_NO_PREVIEW,
            )
        await self._add_files(chat, message)
        return str(sent.message_id)

    async def edit(self, chat: Chat, reference: str, message: Message) -> None:
        """Show a message in place of one sent before; its file, if any, is left out. Telegram counts it as a message."""
        await self.paces.take_turn(chat.id)
        with _refusals():
            try:
                await self._bot.edit_message_text(
                    render_text(message),
                    chat_id=int(chat.id),
                    message_id=int(reference),
                    parse_mode=ParseMode.HTML,
                    reply_markup=render_keyboard(message),
                    link_preview_options=_NO_PREVIEW,
                )
            except BadRequest as error:
                if _NOT_MODIFIED not in str(error).casefold():
                    raise

    async def _upload(self, chat: Chat, upload: Upload, caption: str | None = None) -> str:
        """Send a file as a document, a picture as a photo with its words below it."""
        await self.paces.take_turn(chat.id)
        file = InputFile(upload.content, filename=upload.name)
        thread = int(chat.thread) if chat.thread else None
        with _refusals():
            sent = await (
                self._bot.send_photo(int(chat.id), file, caption=upload.described, message_thread_id=thread)
                if upload.described
                else self._bot.send_document(
                    int(chat.id), file, caption=caption, parse_mode=ParseMode.HTML, message_thread_id=thread
                )
            )
        return str(sent.message_id)

    async def _add_files(self, chat: Chat, message: Message) -> None:
        """Send the files of a message that is out; the message is not sent again for them, the person asks again."""
        try:
            for upload in await asyncio.to_thread(attached.uploads, message):
                await attached.patiently(partial(self._upload, chat, upload))
        except SendError as error:
            _log.warning("file_not_sent", chat=str(chat), reason=str(error))
            with suppress(SendError):
                await self.send(chat, attached.not_sent(message))

    async def _poll(self, inbox: Inbox) -> None:
        offset: int | None = None
        pause = 1.0
        while True:
            try:
                updates = await self._bot.get_updates(
                    offset=offset, timeout=POLL_SECONDS, allowed_updates=[UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY]
                )
            except TelegramError as error:
                if isinstance(error, (InvalidToken, Forbidden)):
                    # it was revoked while the bot ran, and may be given back
                    _log.error("telegram_token_refused", fix=_FIX, again_in=pause)
                else:
                    _log.warning("telegram_poll_failed", reason=str(error), again_in=pause)
                await asyncio.sleep(_seconds(error) if isinstance(error, RetryAfter) else pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            chats: dict[int, list[Update]] = {}
            for update in updates:
                chats.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)
            failed = [id_ for id_ in await asyncio.gather(*(self._in_turn(of, inbox) for of in chats.values())) if id_]
            if failed:
                # not confirmed, so Telegram keeps it and what came later: most likely the database is away for a moment
                offset = min(failed)
                _log.warning("telegram_updates_wait", first=offset, again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            elif updates:
                offset = updates[-1].update_id + 1
                pause = 1.0

    async def _in_turn(self, updates: Sequence[Update], inbox: Inbox) -> int | None:
        """Handle a chat's updates in order, while other chats' are handled too; the id of one that could not be."""
        for update in updates:
            try:
                await self._handle(update, inbox)
            except Exception:
                _log.exception("telegram_update_failed", update=update.update_id)
                return update.update_id
        return None

    async def _handle(self, update: Update, inbox: Inbox) -> None:
        if update.message and update.message.migrate_to_chat_id:
            # the new group says so too (migrate_from_chat_id), which adds nothing
            await inbox.moved(PLATFORM, str(update.message.chat.id), str(update.message.migrate_to_chat_id))
            return
        event = await self._event(update)
        if event is not None:
            if event.chat.id.startswith("-") and inbox.asks_for_manager(event):
                event = replace(event, manages=await self._manages(update, event))
            message = await inbox.handle(event, str(update.update_id))
            self._replies.start(self._reply(update, event, message, inbox))
        elif update.callback_query:
            self._replies.start(self._answer(update.callback_query, None))

    async def _reply(self, update: Update, event: Ask | Tap, message: Message | None, inbox: Inbox) -> None:
        if update.callback_query:
            await self._answer(update.callback_query, message)
        if message and message.place == "private" and update.callback_query:
            await self._add_files(Chat(platform=PLATFORM, id=event.person.id), message)
            await inbox.replied(event, str(update.update_id))
        elif message:
            await inbox.reply(event, str(update.update_id), message)

    async def _answer(self, query: CallbackQuery, message: Message | None) -> None:
        """Stop the button's spinner; a private word stands in the answer itself."""
        private = message is not None and message.place == "private"
        try:
            await query.answer(render_notice(message) if message and private else None, show_alert=private)
        except TelegramError as error:
            _log.warning("tap_not_answered", reason=str(error))

    async def _event(self, update: Update) -> Ask | Tap | None:
        """What happened, in our words; None where it is not for the bot."""
        if (query := update.callback_query) and query.data and query.message:
            # an old message comes without its text, but a button on it counts all the same
            return Tap(
                at=self._now(),
                chat=_chat(query.message),
                person=_person(query.from_user.id),
                action=query.data,
                message=str(query.message.message_id),
            )
        message = update.message
        if message is None or message.from_user is None or not (text := self._addressed(message)):
            return None
        return Ask(
            at=self._now(),
            chat=_chat(message),
            person=_person(message.from_user.id),
            text=text,
            language=known(message.from_user.language_code or ""),
            attached=await self._read(message.document) if message.document else "",
            replies_to=(replied := self._replied_to(message)),
            quotes=(message.reply_to_message.text or "") if replied and message.reply_to_message else "",
        )

    def _addressed(self, message: TelegramMessage) -> str:
        """The text that is meant for the bot: all in private; in a group a command, a mention or a reply to it.

        A file's text, or a picture's, is its caption; a file that comes without a word is to be imported. What comes without
        words in private (a sticker, a voice) is told what can be asked.
        """
        text = message.text or message.caption or ""
        name = f"@{self._bot.username}"
        if message.chat.type == ChatType.PRIVATE:
            instead = (
                attached.IMPORT
                if message.document
                else "/help"
                if message.effective_attachment and not message.media_group_id
                else ""
            )
            return text.replace(name, "", 1).strip() or instead
        command, _, rest = text.partition(" ")
        if command.startswith("/"):
            verb, at, whom = command.partition("@")
            return f"{verb} {rest}".strip() if not at or whom.casefold() == self._bot.username.casefold() else ""
        entities = message.parse_caption_entities if message.caption else message.parse_entities
        if any(mention.casefold() == name.casefold() for mention in entities([MessageEntityType.MENTION]).values()):
            return text.replace(name, "", 1).strip() or (attached.IMPORT if message.document else "/help")
        return text if self._replied_to(message) else ""

    def _replied_to(self, message: TelegramMessage) -> str:
        """The bot's message that a message replies to; '' where it replies to none, or to somebody else's."""
        replied = message.reply_to_message
        ours = replied is not None and replied.from_user is not None and replied.from_user.id == self._bot.id
        return str(replied.message_id) if replied is not None and ours else ""

    async def _read(self, document: Document) -> str:
        """The text of a file; '' where it is too long, no text, or can't be had."""
        if (document.file_size or 0) > attached.LONGEST:
            return ""
        try:
            file = await self._bot.get_file(document.file_id)
            return attached.read(bytes(await file.download_as_bytearray()))
        except TelegramError as error:
            _log.warning("telegram_file_not_read", reason=str(error))
            return ""

    async def _manages(self, update: Update, event: Ask | Tap) -> bool:
        """Whether the person is an admin of the group; one who stays anonymous writes as the group itself."""
        message = update.message
        if message and message.sender_chat and message.sender_chat.id == message.chat.id:
            return True
        try:
            member = await self._bot.get_chat_member(int(event.chat.id), int(event.person.id))
        except TelegramError as error:
            _log.warning("telegram_admins_unknown", chat=str(event.chat), reason=str(error))
            return False
        return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


def _in_chat(chat: str) -> Sequence[AsyncLimiter]:
    """One message a second in any chat; in a group twenty a minute besides."""
    in_groups = _limiter(int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP), 60, at_once=5)
    return (*((in_groups,) if chat.startswith("-") else ()), AsyncLimiter(1, 1))


def _limiter(most: int, seconds: float, *, at_once: int) -> AsyncLimiter:
    """A pace that puts `most` into no stretch of so many seconds, wherever it begins.

    A bucket lets through what it holds and then what drips in meanwhile: one that holds `at_once` may drip the rest.
    """
    return AsyncLimiter(at_once, at_once * seconds / (most - at_once))


def _chat(message: MaybeInaccessibleMessage) -> Chat:
    topic = message.message_thread_id if isinstance(message, TelegramMessage) and message.is_topic_message else None
    return Chat(platform=PLATFORM, id=str(message.chat.id), thread=str(topic) if topic else "")


def _person(number: int) -> Person:
    return Person(platform=PLATFORM, id=str(number))


@contextmanager
def _refusals() -> Iterator[None]:
    """What Telegram or the network refuses, as a SendError."""
    try:
        yield
    except TelegramError as error:
        raise _send_error(error) from error


def _send_error(error: TelegramError) -> SendError:
    """Refusals of this message or chat are final; what the network or the flood limit did is not."""
    reason = str(error)
    if isinstance(error, RetryAfter):
        return SendError(reason, permanent=False, retry_after=_seconds(error))
    if isinstance(error, ChatMigrated):
        return SendError(reason, permanent=False, moved_to=str(error.new_chat_id))
    refused = isinstance(error, BadRequest)
    gone = isinstance(error, Forbidden) or (refused and any(said in reason.casefold() for said in _GONE))
    return SendError(reason, permanent=gone or refused, gone=gone)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
