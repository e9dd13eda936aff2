"""A double of Telegram's Bot API (long polling) that answers as Telegram does and notes every mistake of the bot's."""

import asyncio
import base64
import copy
import itertools
import json
import math
import re
import time
from typing import Any, ClassVar

from aiohttp import web

from .double import Bucket, Double, Json
from .markup import Markup, found_entities

TOKEN = "123456:TEST-TOKEN"
ME: Json = {"id": 123456, "is_bot": True, "first_name": "Bench Bot 1", "username": "bench1_bot"}

_SENDING = (
    "message_thread_id parse_mode disable_notification protect_content reply_parameters reply_markup "
    "message_effect_id allow_paid_broadcast business_connection_id"
)
_COMMANDS = "scope language_code"
METHODS: dict[str, tuple[str, str]] = {
    "getMe": ("", ""),
    "getUpdates": ("", "offset limit timeout allowed_updates"),
    "deleteWebhook": ("", "drop_pending_updates"),
    "getWebhookInfo": ("", ""),
    "sendMessage": ("chat_id text", f"entities link_preview_options {_SENDING}"),
    "sendDocument": (
        "chat_id document",
        f"caption caption_entities thumbnail disable_content_type_detection {_SENDING}",
    ),
    "sendPhoto": ("chat_id photo", f"caption caption_entities {_SENDING}"),
    "sendChatAction": ("chat_id action", "message_thread_id"),
    "editMessageText": ("chat_id message_id text", "parse_mode entities link_preview_options reply_markup"),
    "editMessageReplyMarkup": ("chat_id message_id", "reply_markup"),
    "deleteMessage": ("chat_id message_id", ""),
    "answerCallbackQuery": ("callback_query_id", "text show_alert url cache_time"),
    "setMyCommands": ("commands", _COMMANDS),
    "getMyCommands": ("", _COMMANDS),
    "deleteMyCommands": ("", _COMMANDS),
    "setMyDescription": ("", "description language_code"),
    "setMyShortDescription": ("", "short_description language_code"),
    "getChat": ("chat_id", ""),
    "getChatMember": ("chat_id user_id", ""),
    "getChatAdministrators": ("chat_id", ""),
    "getFile": ("file_id", ""),
}
"""What is modelled, each with its required and its optional parameters."""
_BY_LOWER = {name.lower(): name for name in METHODS}
_NUMBERS = {"chat_id", "user_id", "message_id", "message_thread_id", "offset", "limit", "timeout"}
_NESTED = {
    *("reply_markup", "entities", "caption_entities", "reply_parameters", "link_preview_options"),
    *("commands", "scope", "allowed_updates"),
}
_STALE_QUERY = "query is too old and response timeout expired or query ID is invalid"
_ABSENT = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "callback_query_id": _STALE_QUERY,
    "document": "there is no document in the request",
}
_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)


class ApiError(Exception):
    """Telegram's refusal of a call."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def _bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def _public(item: Json) -> Json:
    """A message as the bot sees it: without the double's own notes, which begin with an underscore."""
    return {name: copy.deepcopy(value) for name, value in item.items() if not name.startswith("_")}


class Telegram(Double):
    """The Bot API for one bot, and what people do in its chats."""

    place = "chat_id"
    polling_methods = ("getUpdates",)
    defaults: ClassVar[Json] = {
        "answer_deadline": 15.0,
        "long_poll_max": 50.0,
        "limits": False,
        "chat_rate": 1.0,
        "chat_burst": 3,
        "group_per_min": 20,
        "global_rate": 30.0,
        "global_burst": 30,
    }

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._users: dict[int, Json] = {}
        self._chats: dict[int, Json] = {}
        self._messages: dict[tuple[int, int], Json] = {}
        self._queries: dict[str, Json] = {}
        self._files: dict[str, tuple[Json, bytes]] = {}
        self._commands: dict[str, Any] = {}
        self._queue: dict[int, Json] = {}
        self._update_ids, self._ids = itertools.count(1000), itertools.count(1)
        self._allowed: list[str] | None = None
        self._poller: object | None = None
        self._penalties: dict[tuple[str, Any], float] = {}
        self._buckets: dict[Any, Bucket] = {}

    @property
    def polling(self) -> bool:
        """Whether the bot waits for updates right now."""
        return self._poller is not None

    def routes(self) -> list[web.RouteDef]:
        """`/bot<token>/<method>` and `/file/bot<token>/<path>`."""
        file = "/file/bot{token}/{path:.+}"
        return [web.route("*", "/bot{token}/{method}", self._serve), web.get(file, self._download)]

    # The server ------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.Response:
        method = _BY_LOWER.get(request.match_info["method"].lower(), request.match_info["method"])
        place, fault, body, status, headers = None, None, {}, 200, {}
        try:
            if request.match_info["token"] != TOKEN:
                self.violate("bad_token")
                raise ApiError(401, "Unauthorized")
            if method not in METHODS:
                self.violate("unknown_method", method=method)
                raise ApiError(404, "Not Found: method not found")
            given = await self._parameters(method, request)
            place = given.get("chat_id")
            self._heed_penalty(method, place)
            if fault := self._take_fault(method, place):
                if fault["kind"] == "drop":
                    return self._hang_up(request)
                await self._suffer(fault, method, place)
            handler = getattr(self, re.sub(r"(?=[A-Z])", "_", "_" + method).lower())
            result = handler(given)
            body = {"ok": True, "result": await result if asyncio.iscoroutine(result) else result}
            if fault and fault["kind"] == "drop_after":
                return self._hang_up(request)
        except ApiError as error:
            status = error.code
            body = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            if "retry_after" in error.parameters:
                headers["Retry-After"] = str(error.parameters["retry_after"])
        self._log_call(method, place, status, body.get("description"))
        return web.json_response(body, status=status, headers=headers)

    async def _suffer(self, fault: Json, method: str, place: Any) -> None:
        kind = fault["kind"]
        if kind == "delay":
            await asyncio.sleep(fault.get("delay", 1))
        elif kind == "429":
            raise self._too_many(method, place, fault.get("retry_after", 1))
        elif kind in ("500", "502"):
            raise ApiError(int(kind), "Internal Server Error" if kind == "500" else "Bad Gateway")
        elif kind == "error":
            description = fault.get("description", "Bad Request: injected")
            raise ApiError(fault.get("code", 400), description, **fault.get("parameters", {}))

    async def _parameters(self, method: str, request: web.Request) -> Json:
        """The call's arguments, whichever way they were sent; uploads are (name, content)."""
        raw: Json = dict(request.query)
        try:
            if request.content_type == "application/json":
                raw |= await request.json()
            for name, value in (await request.post()).items():
                raw[name] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
            given = {k: self._typed(k, v) for k, v in raw.items() if v is not None and v != ""}
        except ValueError as error:
            self.violate("ill_typed_parameter", method=method, why=str(error))
            raise _bad(str(error)) from None
        required, optional = (names.split() for names in METHODS[method])
        for name in required:
            if name not in given:
                self.violate("missing_parameter", method=method, parameter=name)
                raise _bad(_ABSENT.get(name, f'parameter "{name}" is required'))
        for name in given.keys() - {*required, *optional}:
            if not isinstance(given[name], tuple):  # an upload may have any name: attach://<name> refers to it
                self.violate("unknown_parameter", method=method, parameter=name)
        return given

    @staticmethod
    def _typed(name: str, value: Any) -> Any:
        if name in _NUMBERS and isinstance(value, str) and not (name == "chat_id" and value.startswith("@")):
            if not re.fullmatch(r"-?\d+", value):
                raise ValueError(f"invalid {name} specified")
            return int(value)
        if name in _NESTED and isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise ValueError(f"can't parse {name}: can't parse JSON object") from None
        return value.lower() in ("true", "1") if name == "show_alert" and isinstance(value, str) else value

    async def _download(self, request: web.Request) -> web.Response:
        _, content = self._files.get(request.match_info["path"].rsplit("/", 1)[-1], ({}, None))
        if request.match_info["token"] != TOKEN or content is None:
            raise web.HTTPNotFound
        return web.Response(body=content)

    # Rate limits -----------------------------------------------------------------------------------------------

    def _too_many(self, method: str, place: Any, seconds: float) -> ApiError:
        retry_after = max(1, math.ceil(seconds))
        until = time.monotonic() + retry_after - 0.05
        self._penalties.setdefault((method, place), until)
        return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)

    def _heed_penalty(self, method: str, place: Any) -> None:
        left = self._penalties.get((method, place), 0.0) - time.monotonic()
        if left > 0:
            self.violate("retry_after_ignored", method=method, chat_id=place, early_s=round(left, 2))
            raise self._too_many(method, place, left)
        self._penalties.pop((method, place), None)

    def _throttle(self, method: str, chat_id: int) -> None:
        """Telegram's flood limits, where the test asked for them."""
        s = self.settings
        if not s["limits"]:
            return
        rates = {"all": (s["global_rate"], s["global_burst"]), chat_id: (s["chat_rate"], s["chat_burst"])}
        if chat_id < 0:
            rates[f"{chat_id} a minute"] = (s["group_per_min"] / 60, s["group_per_min"])
        buckets = [self._buckets.setdefault(key, Bucket(*rate)) for key, rate in rates.items()]
        if wait := max(bucket.wait() for bucket in buckets):
            self.violate("rate_limited", chat_id=chat_id, retry_after=math.ceil(wait))
            raise self._too_many(method, chat_id, wait)
        for bucket in buckets:
            bucket.take()

    # Chats, texts, keyboards -----------------------------------------------------------------------------------

    def _user(self, user: int | Json) -> Json:
        given = user if isinstance(user, dict) else {"id": user}
        name = f"User{given['id']}"
        new = {"id": given["id"], "is_bot": False, "first_name": name, "username": name.lower(), "language_code": "en"}
        known = self._users.setdefault(given["id"], new)
        known.update(given)
        return dict(known)

    def _chat(self, chat_id: int, **more: Any) -> Json:
        chat = self._chats.get(chat_id)
        if chat is None:
            kind = "private" if chat_id > 0 else "supergroup" if str(chat_id).startswith("-100") else "group"
            chat = self._chats[chat_id] = {"id": chat_id, "type": kind, "topics": [], "roles": {}}
            if chat_id > 0:
                chat |= {key: self._user(chat_id)[key] for key in ("first_name", "username")}
            else:
                chat["title"] = f"Group {chat_id}"
        chat.update(more)
        return chat

    @staticmethod
    def _shown(chat: Json) -> Json:
        return {k: chat[k] for k in ("id", "type", "title", "username", "first_name", "is_forum") if k in chat}

    def _known(self, chat_id: Any) -> Json:
        for chat in self._chats.values():
            if chat["id"] == chat_id or f"@{chat.get('username')}" == chat_id:
                return chat
        raise _bad("chat not found")

    def _writable(self, chat_id: Any) -> Json:
        chat = self._known(chat_id)
        if chat.get("migrated_to"):
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, text, migrate_to_chat_id=chat["migrated_to"])
        if chat.get("blocked"):
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat.get("deactivated"):
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat.get("kicked"):
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat['type']} chat")
        if chat.get("readonly"):
            raise _bad("not enough rights to send text messages to the chat")
        return chat

    def _text(self, given: Json, name: str, limit: int) -> Json:
        """The text and its entities under this parameter, checked; `name` is text or caption."""
        text = given.get(name)
        if text is None:
            return {}
        key = "entities" if name == "text" else "caption_entities"
        entities = given.get(key) or []
        mode = given.get("parse_mode", "").lower()
        if mode == "html":
            try:
                parsed = Markup(text)
            except ValueError as error:
                self.violate("parse_entities", text=text[:300], why=str(error))
                raise _bad(f"can't parse entities: {error}") from None
            text, entities = parsed.text, parsed.entities
        elif mode:
            self.violate("parse_mode_not_modelled", parse_mode=mode)
            raise _bad("unsupported parse_mode")
        if name == "text" and not text.strip():
            self.violate("empty_text")
            raise _bad("text must be non-empty" if text else "message text is empty")
        if len(text) > limit:
            self.violate("too_long", what=name, length=len(text))
            raise _bad("message is too long" if name == "text" else "message caption is too long")
        if len(entities) > 100:
            self.violate("too_many_entities", count=len(entities))  # Telegram drops the rest without a word
        return {name: text, **({key: entities[:100]} if entities else {})}

    def _keyboard(self, given: Json) -> Json:
        """The inline keyboard, checked, as the message will carry it."""
        markup = given.get("reply_markup")
        if markup is not None and not isinstance(markup, dict):
            raise _bad("object expected as reply markup")
        rows = (markup or {}).get("inline_keyboard") or []
        buttons = [button for row in rows for button in row]
        for button in buttons:
            actions = [key for key in button if key not in ("text", "style", "icon_custom_emoji_id")]
            size = len(button.get("callback_data", "-").encode())
            if not button.get("text"):
                self._refuse_button("empty text", "can't parse inline keyboard button: Text is empty")
            if not actions or not size:
                text = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                self._refuse_button("no action", text)
            if size > 64:
                self._refuse_button("callback_data over 64 bytes", "BUTTON_DATA_INVALID")
            if len(actions) > 1:
                self._refuse_button(f"several actions: {actions}", "BUTTON_TYPE_INVALID")
            if "url" in button and not re.match(r"(https?|tg)://\S+$", button["url"]):
                self._refuse_button("url", f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        if len(buttons) > 100:
            self._refuse_button(f"{len(buttons)} buttons", "reply markup is too long")
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

    def _refuse_button(self, why: str, answer: str) -> None:
        self.violate("button", why=why)
        raise _bad(answer)

    def _message(self, chat: Json, sender: Json, **body: Any) -> Json:
        number = next(self._ids)
        head = {"message_id": number, "from": sender, "chat": self._shown(chat), "date": int(time.time())}
        message = self._messages[chat["id"], number] = {**head, **body}
        return message

    # Methods: messages -----------------------------------------------------------------------------------------

    def _send(self, given: Json, method: str, body: Json) -> Json:
        body |= self._keyboard(given)
        chat = self._writable(given["chat_id"])
        self._throttle(method, chat["id"])
        if thread := given.get("message_thread_id"):
            if thread not in chat["topics"]:
                raise _bad("message thread not found")
            body |= {"message_thread_id": thread, "is_topic_message": True}
        reply = given.get("reply_parameters") or {}
        if number := reply.get("message_id"):
            original = self._messages.get((chat["id"], number))
            if original:
                body["reply_to_message"] = {k: v for k, v in _public(original).items() if k != "reply_to_message"}
            elif not reply.get("allow_sending_without_reply"):
                raise _bad("message to be replied not found")
        notes = {"_bot": TOKEN, "_method": method, "_edits": 0, "_reply_markup": given.get("reply_markup")}
        message = self._message(chat, ME, **body, **notes)
        self.record("sent", method=method, chat_id=chat["id"], message_id=message["message_id"])
        return _public(message)

    def _send_message(self, given: Json) -> Json:
        return self._send(given, "sendMessage", self._text(given, "text", 4096))

    def _send_document(self, given: Json) -> Json:
        document = given["document"]
        if isinstance(document, str):
            document = given.get(document.removeprefix("attach://")) or self._files.get(document)
        if not isinstance(document, tuple):
            self.violate("bad_file", value=str(given["document"])[:100])
            raise _bad("wrong remote file identifier specified")
        name, content = document
        if isinstance(name, str):  # an upload; a file id stands for what was stored before
            if not content:
                self.violate("bad_file", value="empty")
                raise _bad("file must be non-empty")
            name = self._stored(name, content)
        return self._send(given, "sendDocument", {"document": name, **self._text(given, "caption", 1024)})

    def _send_photo(self, given: Json) -> Json:
        name, content = given["photo"]
        if not content.startswith(b"\x89PNG"):
            self.violate("bad_file", value="no picture")
            raise _bad("IMAGE_PROCESS_FAILED")
        photo = {**self._stored(name, content), "width": 800, "height": 533}
        return self._send(given, "sendPhoto", {"photo": [photo], **self._text(given, "caption", 1024)})

    def _stored(self, name: str, content: bytes) -> Json:
        key = f"document{next(self._ids)}"
        file = {"file_id": key, "file_unique_id": f"u{key}", "file_size": len(content), "file_name": name}
        self._files[key] = file, content
        return file

    def _send_chat_action(self, given: Json) -> bool:
        self._writable(given["chat_id"])
        self.record("action", chat_id=given["chat_id"], action=given["action"])
        return True

    def _edit(self, given: Json, method: str, change: Json) -> Json:
        change |= self._keyboard(given)
        chat = self._writable(given["chat_id"])
        self._throttle(method, chat["id"])
        key = chat["id"], given["message_id"]
        old = self._messages.get(key)
        if old is None:
            raise _bad("message to edit not found")
        if "_bot" not in old:
            raise _bad("message can't be edited")
        if "text" in change and "text" not in old:
            raise _bad("there is no text in the message to edit")
        replaced = {"reply_markup", "edit_date", *(("entities",) if "text" in change else ())}
        new = {k: v for k, v in old.items() if k not in replaced} | change
        if new == {k: v for k, v in old.items() if k != "edit_date"}:
            self.record("not_modified", chat_id=chat["id"], message_id=key[1])
            text = "specified new message content and reply markup are exactly the same as a current content"
            raise _bad(f"message is not modified: {text} and reply markup of the message")
        new |= {"edit_date": int(time.time()), "_edits": old["_edits"] + 1}
        self._messages[key] = new
        self.record("edited", method=method, chat_id=chat["id"], message_id=key[1])
        return _public(new)

    def _edit_message_text(self, given: Json) -> Json:
        return self._edit(given, "editMessageText", self._text(given, "text", 4096))

    def _edit_message_reply_markup(self, given: Json) -> Json:
        return self._edit(given, "editMessageReplyMarkup", {})

    def _delete_message(self, given: Json) -> bool:
        key = self._writable(given["chat_id"])["id"], given["message_id"]
        if self._messages.pop(key, None) is None:
            raise _bad("message to delete not found")
        self.record("deleted", chat_id=key[0], message_id=key[1])
        return True

    def _answer_callback_query(self, given: Json) -> bool:
        number, text = given["callback_query_id"], given.get("text", "")
        query = self._queries.get(number)
        if query is None or time.monotonic() - query["at"] > self.settings["answer_deadline"]:
            self.violate("late_or_unknown_callback_answer", id=number)
            raise _bad(_STALE_QUERY)
        if len(text) > 200:
            self.violate("too_long", what="callback answer", length=len(text))
            raise _bad("MESSAGE_TOO_LONG")
        query["answered"] = True
        more = {"text": text or None, "show_alert": given.get("show_alert", False), "url": given.get("url")}
        after = round(time.monotonic() - query["at"], 3)
        self.record("callback_answered", id=number, chat_id=query["chat_id"], after_s=after, **more)
        return True

    # Methods: the bot and its chats ----------------------------------------------------------------------------

    def _get_me(self, _: Json) -> Json:
        more = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
        return {**ME, "can_join_groups": True, "can_read_all_group_messages": True, **dict.fromkeys(more, False)}

    def _set_my_commands(self, given: Json) -> bool:
        for command in given["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                self.violate("bot_command", command=command["command"])
                raise _bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                self.violate("bot_command", description=command["description"])
                raise _bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(given["commands"]) > 100:
            raise _bad("BOT_COMMANDS_TOO_MUCH")
        self._commands[self._scope(given)] = given["commands"]
        return True

    @staticmethod
    def _scope(given: Json) -> str:
        return json.dumps([given.get("scope") or {"type": "default"}, given.get("language_code", "")], sort_keys=True)

    def _get_my_commands(self, given: Json) -> Any:
        return self._commands.get(self._scope(given), [])

    def _delete_my_commands(self, given: Json) -> bool:
        self._commands.pop(self._scope(given), None)
        return True

    def _set_my_description(self, _: Json) -> bool:
        return True

    _set_my_short_description = _set_my_description

    def _get_chat(self, given: Json) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
        return {**self._shown(self._known(given["chat_id"])), **more}

    def _member(self, chat: Json, user_id: int) -> Json:
        status = chat["roles"].get(str(user_id), "member")
        special: dict[str, Json] = {"creator": {"is_anonymous": False}, "kicked": {"until_date": 0}}
        more = special.get(status, {})
        if status == "administrator":
            more = {**dict.fromkeys(_RIGHTS.split(), True), "can_be_edited": False, "is_anonymous": False}
        return {"status": status, "user": ME if user_id == ME["id"] else self._user(user_id), **more}

    def _get_chat_member(self, given: Json) -> Json:
        return self._member(self._known(given["chat_id"]), given["user_id"])

    def _get_chat_administrators(self, given: Json) -> list[Json]:
        chat = self._known(given["chat_id"])
        if chat["type"] == "private":
            raise _bad("there are no administrators in the private chat")
        return [self._member(chat, int(u)) for u, r in chat["roles"].items() if r in ("creator", "administrator")]

    def _get_file(self, given: Json) -> Json:
        if given["file_id"] not in self._files:
            raise _bad("invalid file_id")
        file = self._files[given["file_id"]][0]
        return {k: v for k, v in file.items() if k != "file_name"} | {"file_path": f"documents/{file['file_id']}"}

    # Methods: updates ------------------------------------------------------------------------------------------

    async def _get_updates(self, given: Json) -> list[Json]:
        if "allowed_updates" in given:
            self._allowed = given["allowed_updates"] or None
        offset = given.get("offset", 0)
        for number in [n for n in self._queue if n < offset]:
            del self._queue[number]
        if self._poller:
            self.violate("conflict_two_pollers")
        self._poller = me = object()
        self._ring()
        deadline = time.monotonic() + min(given.get("timeout", 0), self.settings["long_poll_max"])
        try:
            while not self._queue and await self._rung(deadline):
                if self._poller is not me:
                    text = "terminated by other getUpdates request; make sure that only one bot instance is running"
                    raise ApiError(409, f"Conflict: {text}")
        finally:
            if self._poller is me:
                self._poller = None
        return list(itertools.islice(self._queue.values(), max(1, min(100, given.get("limit", 100)))))

    def _delete_webhook(self, given: Json) -> bool:
        if str(given.get("drop_pending_updates")).lower() in ("true", "1"):
            self._queue.clear()
        return True

    def _get_webhook_info(self, _: Json) -> Json:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._queue)}

    def _push(self, kind: str, item: Json) -> int | None:
        if self._allowed and kind not in self._allowed:
            return None
        number = next(self._update_ids)
        self._queue[number] = {"update_id": number, kind: item}
        self._ring()
        return number

    # What people do --------------------------------------------------------------------------------------------

    def _now_standing(self, event: Json) -> Json:
        message = self._messages.get((event.get("chat_id", 0), event.get("message_id", 0)))
        return {**event, "message": message} if message else event

    async def say(
        self,
        chat_id: int,
        user: int | Json,
        text: str | None = None,
        message_thread_id: int | None = None,
        reply_to: int | None = None,
        extra: Json | None = None,
    ) -> Json:
        """Somebody writes in a chat."""
        sender, chat, seq = self._user(user), self._chat(chat_id), self.seq
        body = dict(extra or {})
        if text:
            found = found_entities(text)
            body |= {"text": text, **({"entities": found} if found else {})}
        if found := found_entities(body.get("caption", "")):
            body |= {"caption_entities": found}
        if message_thread_id:
            chat["topics"] = sorted({*chat["topics"], message_thread_id})
            chat["is_forum"] = True
            body |= {"message_thread_id": message_thread_id, "is_topic_message": True}
        if original := self._messages.get((chat_id, reply_to or 0)):
            body["reply_to_message"] = {k: v for k, v in _public(original).items() if k != "reply_to_message"}
        message = self._message(chat, sender, **body)
        return {"update_id": self._push("message", _public(message)), "message": message, "seq": seq}

    async def file(self, data: str, name: str = "file.txt") -> str:
        """A file (its content in base64) for somebody to send; its id."""
        return str(self._stored(name, base64.b64decode(data))["file_id"])

    async def content(self, file_id: str) -> str:
        """The text of a file."""
        return self._files[file_id][1].decode()

    async def tap(
        self,
        chat_id: int,
        message_id: int,
        user: int | Json,
        label: str | None = None,
        data: str | None = None,
        force: bool = False,
    ) -> Json:
        """Somebody presses a button, found by label (a pattern) or data; `force`: one the message no longer has."""
        message, seq = self._messages[chat_id, message_id], self.seq
        there = [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
        wanted = [b for b in there if (b.get("callback_data") == data if data else self._find(label or "", b["text"]))]
        button = {"callback_data": data} if force else next(iter(wanted), {})
        if "callback_data" not in button:
            raise LookupError(f"no such callback button; there are {[b['text'] for b in there]}")
        number = str(4 * 10**18 + next(self._ids))
        query = self._queries[number] = {"at": time.monotonic(), "chat_id": chat_id, "answered": False}
        update = {"id": number, "from": self._user(user), "message": _public(message), "chat_instance": str(chat_id)}
        self._push("callback_query", {**update, "data": button["callback_data"]})

        def check() -> None:
            if not query["answered"]:
                self.violate("callback_not_answered", id=number, data=button["callback_data"], chat_id=chat_id)

        self._timers.append(asyncio.get_running_loop().call_later(self.settings["answer_deadline"], check))
        return {"callback_id": number, "button": button, "seq": seq}

    def _membership(self, chat_id: int, user: int, old: str, new: str) -> int | None:
        def standing(status: str) -> Json:
            return {"status": status, "user": ME, **({"until_date": 0} if status == "kicked" else {})}

        who = {"chat": self._shown(self._chat(chat_id)), "from": self._user(user), "date": int(time.time())}
        change = {"old_chat_member": standing(old), "new_chat_member": standing(new)}
        return self._push("my_chat_member", {**who, **change})

    async def block(self, chat_id: int) -> int | None:
        """Somebody blocks the bot."""
        self._chat(chat_id, blocked=True)
        return self._membership(chat_id, chat_id, "member", "kicked")

    async def unblock(self, chat_id: int) -> int | None:
        """Somebody lets the bot in again."""
        self._chat(chat_id, blocked=False)
        return self._membership(chat_id, chat_id, "kicked", "member")

    async def join(self, chat_id: int, user: int) -> int | None:
        """The creator of a group adds the bot."""
        self._chat(chat_id, kicked=False)["roles"][str(user)] = "creator"
        return self._membership(chat_id, user, "left", "member")

    async def kick(self, chat_id: int, user: int) -> int | None:
        """Somebody removes the bot from a group."""
        self._chat(chat_id, kicked=True)
        return self._membership(chat_id, user, "member", "kicked")

    async def migrate(self, chat_id: int, new_id: int, user: int = 1) -> bool:
        """A group becomes a supergroup under a new id."""
        old = self._chat(chat_id, migrated_to=new_id)
        new = self._chat(new_id, title=old.get("title"))
        self._push("message", _public(self._message(old, self._user(user), migrate_to_chat_id=new_id)))
        self._push("message", _public(self._message(new, self._user(user), migrate_from_chat_id=chat_id)))
        return True

    async def chat(self, id: int | None = None, ids: tuple[int, ...] = (), **more: Any) -> Json | int:
        """Makes or changes a chat: title, type, roles {user: status}, readonly, blocked, …; or makes several."""
        for each in ids:
            self._chat(each)
        if "roles" in more:
            more["roles"] = {str(user): role for user, role in more["roles"].items()}
        return self._chat(id, **more) if id is not None else len(self._chats)

    async def user(self, id: int, **more: Any) -> Json:
        """Makes or changes a person: first_name, username, language_code, …"""
        return self._user({"id": id, **more})

    async def update(self, kind: str, object: Json) -> int | None:
        """Sends the bot any other update."""
        return self._push(kind, object)

    async def redeliver(self, updates: list[Json]) -> int:
        """Puts updates back as if the bot had never confirmed them."""
        self._queue = dict(sorted({**self._queue, **{u["update_id"]: u for u in updates}}.items()))
        self._ring()
        return len(self._queue)

    async def messages(self, chat_id: int | None = None, from_bot: bool = False, limit: int = 1000) -> list[Json]:
        """The messages as they stand."""
        mine = [m for (chat, _), m in self._messages.items() if chat_id in (None, chat)]
        return [m for m in mine if "_bot" in m or not from_bot][-limit:]
