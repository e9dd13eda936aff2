"""A double of Slack's Web API and Socket Mode that answers as Slack does and notes every mistake of the bot's."""

import asyncio
import base64
import copy
import itertools
import json
import re
import time
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from .blockkit import Check
from .double import Bucket, Double, Json

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-test", "xapp-test", "shhh"
TEAM, APP, BOT, BOT_USER = "T0BENCH", "A0BENCH", "B0BENCH", "U0BOT"

METHODS: dict[str, str] = {
    "api.test": "",
    "auth.test": "",
    "apps.connections.open": "",
    "bots.info": "",
    "team.info": "",
    "chat.postMessage": "channel",
    "chat.update": "channel ts",
    "chat.delete": "channel ts",
    "chat.postEphemeral": "channel user",
    "chat.getPermalink": "channel message_ts",
    "views.open": "view",
    "views.push": "view",
    "views.update": "view",
    "views.publish": "user_id view",
    "conversations.open": "",
    "conversations.info": "channel",
    "conversations.members": "channel",
    "conversations.replies": "channel ts",
    "users.info": "user",
    "files.getUploadURLExternal": "filename length",
    "files.completeUploadExternal": "files",
}
"""What is modelled, each with its required arguments."""


class SlackError(Exception):
    """Slack's refusal of a call."""

    def __init__(self, error: str, status: int = 200, retry_after: int = 0, **more: Any) -> None:
        super().__init__(error)
        self.error, self.status, self.retry_after, self.more = error, status, retry_after, more


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "1")


def _public(item: Json) -> Json:
    """A message or view as the bot sees it: without the double's own notes, which begin with an underscore."""
    return {name: copy.deepcopy(value) for name, value in item.items() if not name.startswith("_")}


def _elements(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Every interactive element with its block."""
    nested = [(b, e) for b in blocks for e in [*(b.get("elements") or []), b.get("accessory"), b.get("element")]]
    return [(b, e) for b, e in nested if isinstance(e, dict) and e.get("type") not in ("plain_text", "mrkdwn", "image")]


class Slack(Double):
    """One workspace with one app, and what people do in it."""

    place = "channel"
    defaults: ClassVar[Json] = {
        "ack_deadline": 3.0,
        "retry_delays": (0.1, 3, 10),
        "trigger_ttl": 3.0,
        "url_uses": 5,
        "url_ttl": 1800,
        "events": ("app_mention", "message.im", "message.mpim", "app_home_opened"),
        "limits": False,
        "msg_rate": 1.0,
        "msg_burst": 3,
        "edit_rate": 50 / 60,
        "edit_burst": 50,
        "reads_files": True,
    }

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._users: dict[str, Json] = {}
        self._channels: dict[str, Json] = {}
        self._messages: dict[tuple[str, str], Json] = {}
        self._whispers: list[Json] = []
        self._views: dict[str, Json] = {}
        self._triggers: dict[str, Json] = {}
        self._response_urls: dict[str, Json] = {}
        self._files: dict[str, tuple[Json, bytes | None]] = {}
        self._tickets: set[str] = set()
        self._sockets: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._unacked: dict[str, tuple[asyncio.Future[Any], web.WebSocketResponse, bool]] = {}
        self._buckets: dict[str, Bucket] = {}
        self._ids, self._last = itertools.count(1), 0.0
        self._user(BOT_USER, name="benchbot", is_bot=True)

    @property
    def connected(self) -> bool:
        """Whether the bot has a socket open."""
        return bool(self._sockets)

    def routes(self) -> list[web.RouteDef]:
        """`/api/<method>`, the sockets, the response URLs and the files."""
        link, response = web.get("/link/", self._link), web.post("/response/{number}", self._response)
        files = web.post("/upload/{number}", self._upload), web.get("/files/{number}", self._download)
        return [web.route("*", "/api/{method}", self._serve), link, response, *files]

    async def close(self) -> None:
        """Cuts the sockets, then as ever."""
        for socket in list(self._sockets):
            await socket.close()
        await super().close()

    # The Web API -----------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.Response:
        method, place, status, headers, error = request.match_info["method"], None, 200, {}, None
        try:
            given, token = await self._arguments(request)
            place = given.get("channel")
            fault = self._take_fault(method, place)
            if fault and fault["kind"] == "drop":
                return self._hang_up(request)
            if fault and fault["kind"] in ("500", "502", "503"):
                self._log_call(method, place, int(fault["kind"]), "fault")
                return web.Response(status=int(fault["kind"]), text="error")
            if fault:
                await self._suffer(fault)
            self._authorize(method, token)
            if method not in METHODS:
                self.violate("unknown_method", method=method)
                raise SlackError("unknown_method", req_method=method)
            for name in METHODS[method].split():
                if name not in given:
                    self.violate("missing_argument", method=method, argument=name)
                    raise SlackError("channel_not_found" if name == "channel" else "invalid_arguments")
            if self.settings["limits"]:
                self._throttle(method, str(place))
            handler = getattr(self, "_" + re.sub(r"(?=[A-Z])", "_", method.replace(".", "_")).lower())
            body = {"ok": True, **(handler(given) or {})}
            if fault and fault["kind"] == "drop_after":
                return self._hang_up(request)
        except SlackError as refusal:
            status, error = refusal.status, refusal.error
            body = {"ok": False, "error": error, **refusal.more}
            if refusal.retry_after:
                headers["Retry-After"] = str(refusal.retry_after)
        self._log_call(method, place, status, error)
        return web.json_response(body, status=status, headers=headers)

    async def _suffer(self, fault: Json) -> None:
        if fault["kind"] == "delay":
            await asyncio.sleep(fault.get("delay", 1))
        elif fault["kind"] == "429":
            raise SlackError("ratelimited", 429, fault.get("retry_after", 1))
        elif fault["kind"] == "error":
            raise SlackError(fault.get("error", "internal_error"))

    async def _arguments(self, request: web.Request) -> tuple[Json, str]:
        given: Json = dict(request.query)
        try:
            if request.content_type == "application/json":
                given |= json.loads(await request.text() or "{}")
            given |= await request.post()
            for name in {"blocks", "view", "attachments", "metadata", "files"} & given.keys():
                if isinstance(given[name], str) and given[name]:
                    given[name] = json.loads(given[name])
        except ValueError:
            self.violate("bad_json_argument", path=request.path)
            raise SlackError("invalid_json") from None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.pop("token", "")
        return {name: value for name, value in given.items() if value is not None and value != ""}, token

    def _authorize(self, method: str, token: str) -> None:
        if method == "api.test":
            return
        if not token:
            raise SlackError("not_authed")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            self.violate("bad_token", method=method)
            raise SlackError("not_allowed_token_type" if token in (APP_TOKEN, BOT_TOKEN) else "invalid_auth")

    def _throttle(self, method: str, channel: str) -> None:
        """Slack's limits, where the test asked for them: of messages in a channel, of changes in the workspace."""
        s = self.settings
        if method == "chat.postMessage":
            bucket = self._buckets.setdefault(channel, Bucket(s["msg_rate"], s["msg_burst"]))
        elif method == "chat.update":
            bucket = self._buckets.setdefault(method, Bucket(s["edit_rate"], s["edit_burst"]))
        else:
            return
        if wait := bucket.take():
            self.violate("rate_limited", method=method, channel=channel)
            raise SlackError("ratelimited", 429, int(wait) + 1)

    def _api_test(self, given: Json) -> Json:
        return {"args": given}

    def _auth_test(self, _: Json) -> Json:
        who = {"user": "benchbot", "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": False}
        return {"url": "https://bench.slack.com/", "team": "Bench", "team_id": TEAM, **who}

    def _apps_connections_open(self, _: Json) -> Json:
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return {"url": f"ws{self.url.removeprefix('http')}/link/?ticket={ticket}&app_id={APP}"}

    def _bots_info(self, _: Json) -> Json:
        return {"bot": {"id": BOT, "deleted": False, "name": "benchbot", "app_id": APP, "user_id": BOT_USER}}

    def _team_info(self, _: Json) -> Json:
        return {"team": {"id": TEAM, "name": "Bench", "domain": "bench"}}

    def _users_info(self, given: Json) -> Json:
        if given["user"] not in self._users:
            raise SlackError("user_not_found")
        return {"user": self._users[given["user"]]}

    # The workspace ---------------------------------------------------------------------------------------------

    def _ts(self) -> str:
        self._last = max(time.time(), self._last + 1e-5)
        return f"{self._last:.6f}"

    def _user(self, user: str | Json, **more: Any) -> Json:
        given = {**({"id": user} if isinstance(user, str) else user), **more}
        if given["id"] not in self._users:
            name = given.get("name", given["id"].lower())
            real = given.get("real_name", name.title())
            no = dict.fromkeys(("deleted", "is_bot", "is_app_user", "is_admin", "is_restricted"), False)
            zone = {"tz": "Europe/Berlin", "tz_offset": 3600, "locale": "en-US"}
            profile = {"real_name": real, "display_name": name, "email": f"{name}@example.org"}
            new = {
                "id": given["id"],
                "team_id": TEAM,
                "name": name,
                "real_name": real,
                **no,
                **zone,
                "profile": profile,
            }
            self._users[given["id"]] = new
        self._users[given["id"]].update(given)
        return self._users[given["id"]]

    def _channel(self, channel: str, **more: Any) -> Json:
        if channel not in self._channels:
            kinds = {"is_channel": "C", "is_group": "G", "is_im": "D"}
            new = {"id": channel, **{name: channel[0] == letter for name, letter in kinds.items()}, "is_mpim": False}
            new |= {"is_private": channel[0] != "C", "is_archived": False, "is_member": True, "members": [BOT_USER]}
            self._channels[channel] = new | ({} if channel[0] == "D" else {"name": channel.lower()})
        self._channels[channel].update(more)
        return self._channels[channel]

    def _im(self, user: str) -> Json:
        return self._channel("D" + user[1:], user=user, members=[BOT_USER, user])

    def _known(self, channel: str, write: bool = False) -> Json:
        if write and channel[0] in "UW" and channel in self._users and not self._users[channel]["deleted"]:
            return self._im(channel)
        found = next((c for c in self._channels.values() if channel.lstrip("#") in (c["id"], c.get("name"))), None)
        if found is None or (found["is_private"] and not found["is_im"] and not found["is_member"]):
            raise SlackError("channel_not_found")
        if write and found["is_archived"]:
            raise SlackError("is_archived")
        if write and not found["is_member"]:
            raise SlackError("not_in_channel")
        return found

    def _conversations_open(self, given: Json) -> Json:
        if "channel" in given:
            return {"channel": self._known(given["channel"])}
        users = [user for user in str(given.get("users", "")).split(",") if user]
        if not users:
            raise SlackError("users_list_not_supplied")
        for user in users:
            if user not in self._users:
                raise SlackError("user_not_found")
        several = "G" + "".join(sorted(user[1:] for user in users))[:10]
        channel = self._channel(several, is_mpim=True, members=[BOT_USER, *users]) if users[1:] else self._im(users[0])
        return {"channel": channel if _true(given.get("return_im")) else {"id": channel["id"]}}

    def _conversations_info(self, given: Json) -> Json:
        return {"channel": self._known(given["channel"])}

    def _conversations_members(self, given: Json) -> Json:
        return {"members": self._known(given["channel"])["members"], "response_metadata": {"next_cursor": ""}}

    def _conversations_replies(self, given: Json) -> Json:
        channel = self._known(given["channel"])["id"]
        thread = [
            _public(message)
            for (where, ts), message in self._messages.items()
            if where == channel and given["ts"] in (ts, message.get("thread_ts"))
        ]
        if not thread:
            raise SlackError("thread_not_found")
        return {"messages": thread[: int(given.get("limit", 1000))], "has_more": False}

    # Messages --------------------------------------------------------------------------------------------------

    def _lapses(self, check: Check) -> None:
        for kind, where in check.lapses:
            self.violate(kind, at=where)

    def _content(self, given: Json) -> Json:
        """The text and blocks of a message, checked, with the ids Slack adds."""
        text, blocks = given.get("text") or "", given.get("blocks") or []
        check = Check().blocks(blocks)
        if given.get("mrkdwn", True) not in (False, "false", "0"):
            check.mrkdwn(text, "/text")
        self._lapses(check)
        if check.errors:
            self.violate("invalid_blocks", errors=check.errors)
            raise SlackError("invalid_blocks", errors=check.errors, response_metadata={"messages": check.errors})
        if not text and not blocks:
            self.violate("no_text")
            raise SlackError("no_text")
        if len(text) > 40_000:
            self.violate("msg_too_long", length=len(text))
            raise SlackError("msg_too_long")
        if not text:
            self.violate("no_fallback_text")
        return {"text": text, **({"blocks": self._named(blocks)} if blocks else {})}

    def _named(self, blocks: list[Json]) -> list[Json]:
        blocks = copy.deepcopy(blocks)
        for block in blocks:
            block.setdefault("block_id", f"b{next(self._ids)}")
        for _, element in _elements(blocks):
            element.setdefault("action_id", f"a{next(self._ids)}")
        return blocks

    def _post(self, channel: Json, given: Json) -> Json:
        content, ts, thread = self._content(given), self._ts(), given.get("thread_ts")
        head = {"type": "message", "ts": ts, "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": TEAM}
        message = self._messages[channel["id"], ts] = {**head, **content, **({"thread_ts": thread} if thread else {})}
        if thread and (channel["id"], thread) not in self._messages:
            self.violate("thread_not_found", channel=channel["id"], thread_ts=thread)
        elif thread:
            # a message with a thread below it bears its own ts as the thread's
            self._messages[channel["id"], thread]["thread_ts"] = thread
        self.record("sent", channel=channel["id"], ts=ts)
        return message

    def _whisper(self, channel: Json, user: str, given: Json) -> Json:
        head = {"type": "message", "ts": self._ts(), "user": BOT_USER, "bot_id": BOT, "is_ephemeral": True}
        message = {**head, **self._content(given), "_channel": channel["id"], "_to": user}
        self._whispers.append(message)
        self.record("ephemeral", channel=channel["id"], ts=message["ts"], user=user)
        return message

    def _chat_post_message(self, given: Json) -> Json:
        channel = self._known(given["channel"], write=True)
        message = self._post(channel, given)
        return {"channel": channel["id"], "ts": message["ts"], "message": message}

    def _chat_post_ephemeral(self, given: Json) -> Json:
        channel = self._known(given["channel"], write=True)
        if given["user"] not in channel["members"]:
            raise SlackError("user_not_in_channel")
        return {"message_ts": self._whisper(channel, given["user"], given)["ts"]}

    def _mine(self, given: Json, refusal: str) -> tuple[str, str]:
        key = self._known(given["channel"])["id"], given["ts"]
        if key not in self._messages:
            raise SlackError("message_not_found")
        if "bot_id" not in self._messages[key]:
            raise SlackError(refusal)
        return key

    def _chat_update(self, given: Json) -> Json:
        key = self._mine(given, "cant_update_message")
        old, content = self._messages[key], self._content(given)
        kept = {k: v for k, v in old.items() if k != "blocks"}
        if "text" not in given:
            content.pop("text")
        new = self._messages[key] = {**kept, **content, "edited": {"user": BOT_USER, "ts": self._ts()}}
        self.record("edited", channel=key[0], ts=key[1])
        return {"channel": key[0], "ts": key[1], "text": new["text"], "message": new}

    def _chat_delete(self, given: Json) -> Json:
        key = self._mine(given, "cant_delete_message")
        del self._messages[key]
        self.record("deleted", channel=key[0], ts=key[1])
        return {"channel": key[0], "ts": key[1]}

    def _chat_get_permalink(self, given: Json) -> Json:
        key = self._known(given["channel"])["id"], given["message_ts"]
        if key not in self._messages:
            raise SlackError("message_not_found")
        path = f"{key[0]}/p{key[1].replace('.', '')}"
        return {"channel": key[0], "permalink": f"https://bench.slack.com/archives/{path}"}

    # Files -----------------------------------------------------------------------------------------------------

    def _filed(self, name: str, size: int) -> Json:
        number = f"F{next(self._ids):08d}"
        url = f"{self.url}/files/{number}"
        file = {"id": number, "name": name, "title": name, "size": size, "mode": "hosted", "is_external": False}
        self._files[number] = {**file, "url_private": url, "url_private_download": url}, None
        return self._files[number][0]

    def _files_get_upload_u_r_l_external(self, given: Json) -> Json:
        file = self._filed(given["filename"], int(given["length"]))
        return {"upload_url": f"{self.url}/upload/{file['id']}", "file_id": file["id"]}

    async def _upload(self, request: web.Request) -> web.Response:
        number, content = request.match_info["number"], await request.read()
        file, _ = self._files[number]
        if len(content) != file["size"]:
            self.violate("upload_length", said=file["size"], got=len(content))
        self._files[number] = file, content
        return web.Response(text=f"OK - {len(content)}")

    def _files_complete_upload_external(self, given: Json) -> Json:
        files = []
        for each in given["files"]:
            file, content = self._files.get(each["id"], ({}, None))
            if content is None:
                raise SlackError("file_not_found")
            files.append({**file, "title": each.get("title", file["name"])})
        if where := given.get("channel_id"):
            channel, ts, thread = self._known(where, write=True), self._ts(), given.get("thread_ts")
            head = {"type": "message", "subtype": "file_share", "ts": ts, "user": BOT_USER, "bot_id": BOT}
            more = {"text": given.get("initial_comment", ""), **({"thread_ts": thread} if thread else {})}
            self._messages[channel["id"], ts] = {**head, **more, "files": files}
            self.record("sent", channel=channel["id"], ts=ts)
        return {"files": files}

    async def _download(self, request: web.Request) -> web.Response:
        _, content = self._files.get(request.match_info["number"], ({}, None))
        if content is None:
            raise web.HTTPNotFound
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or not self.settings["reads_files"]:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.Response(body=content)

    # Views -----------------------------------------------------------------------------------------------------

    def _show(self, view: Json, user: str, replaces: str | None = None) -> Json:
        check = Check().view(view)
        self._lapses(check)
        if check.errors:
            self.violate("invalid_view", errors=check.errors)
            raise SlackError("invalid_arguments", response_metadata={"messages": check.errors})
        number = replaces or f"V{next(self._ids):08d}"
        blank = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
        ids = {"id": number, "root_view_id": number, "previous_view_id": None, "hash": f"h{next(self._ids)}"}
        own: Json = {"team_id": TEAM, "app_id": APP, "bot_id": BOT, "state": {"values": {}}, "_user": user, **ids}
        shown = self._views[number] = {**blank, **view, "blocks": self._named(view["blocks"]), **own}
        self.record("view", view_id=number, user=user, type=view["type"])
        return {"view": _public(shown)}

    def _trigger(self, user: str) -> str:
        trigger = f"{next(self._ids)}.{uuid.uuid4().hex}"
        self._triggers[trigger] = {"user": user, "at": time.monotonic(), "used": False}
        return trigger

    def _views_open(self, given: Json) -> Json:
        trigger = self._triggers.get(given.get("trigger_id", ""))
        if trigger is None:
            self.violate("invalid_trigger_id")
            raise SlackError("invalid_trigger_id")
        if trigger["used"]:
            self.violate("exchanged_trigger_id")
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger["at"] > self.settings["trigger_ttl"]:
            self.violate("expired_trigger_id")
            raise SlackError("expired_trigger_id")
        trigger["used"] = True
        return self._show(given["view"], trigger["user"])

    _views_push = _views_open

    def _views_update(self, given: Json) -> Json:
        for view in self._views.values():
            if view["id"] == given.get("view_id") or (given.get("external_id") or 0) == view["external_id"]:
                self._same_hash(given, view)
                return self._show(given["view"], view["_user"], view["id"])
        raise SlackError("not_found")

    def _views_publish(self, given: Json) -> Json:
        if given["user_id"] not in self._users:
            raise SlackError("user_not_found")
        if given["view"].get("type") != "home":
            raise SlackError("invalid_arguments")
        home = self._home(given["user_id"])
        if home:
            self._same_hash(given, home)
        return self._show(given["view"], given["user_id"], home["id"] if home else None)

    def _home(self, user: str) -> Json | None:
        return next((v for v in self._views.values() if v["type"] == "home" and v["_user"] == user), None)

    @staticmethod
    def _same_hash(given: Json, view: Json) -> None:
        if given.get("hash") not in (None, view["hash"]):
            raise SlackError("hash_conflict")

    # Response URLs ---------------------------------------------------------------------------------------------

    def _response_url(self, channel: Json, user: str, message: Json | None = None) -> str:
        number, fresh = uuid.uuid4().hex, {"left": self.settings["url_uses"], "at": time.monotonic()}
        self._response_urls[number] = {"channel": channel, "user": user, "message": message, **fresh}
        return f"{self.url}/response/{number}"

    async def _response(self, request: web.Request) -> web.Response:
        url = self._response_urls.get(request.match_info["number"])
        if url is None or time.monotonic() - url["at"] > self.settings["url_ttl"]:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if not url["left"]:
            self.violate("response_url_overused")
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        url["left"] -= 1
        try:
            self._respond(url, await request.json())
        except SlackError as refusal:
            status = 400 if refusal.error == "invalid_blocks" else 200
            return web.json_response({"ok": False, "error": refusal.error}, status=status)
        return web.Response(text="ok")

    def _respond(self, url: Json, given: Json) -> None:
        channel, message = url["channel"], url["message"]
        key = channel["id"], message["ts"] if message else ""
        whispered = next((w for w in self._whispers if (w["_channel"], w["ts"]) == key), None)
        if given.get("delete_original"):
            self._messages.pop(key, None)
            self._whispers = [w for w in self._whispers if w is not whispered]
            self.record("deleted", channel=key[0], ts=key[1])
        elif given.get("replace_original"):
            target = whispered or self._messages.get(key)
            if target is None:
                raise SlackError("message_not_found")
            content = self._content(given)
            target.pop("blocks", None)
            target.update(content)
            self.record("edited", channel=key[0], ts=key[1])
        elif given.get("response_type") == "in_channel":
            self._post(channel, given)
        else:
            self._whisper(channel, url["user"], given)

    # Socket Mode -----------------------------------------------------------------------------------------------

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self.violate("bad_socket_ticket")
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = request.transport
        about = {"connection_info": {"app_id": APP}, "debug_info": {"host": "double"}}
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets), **about})
        self.record("socket_open")
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acked(frame.data)
        finally:
            self._sockets.pop(socket, None)
            for answer, link, _ in self._unacked.values():
                if link is socket and not answer.done():
                    answer.set_exception(ConnectionError("socket closed"))
            self.record("socket_close")
        return socket

    def _acked(self, frame: str) -> None:
        try:
            ack = json.loads(frame)
        except ValueError:
            self.violate("bad_socket_frame", data=frame[:200])
            return
        envelope = self._unacked.pop(ack.get("envelope_id"), None)
        if envelope is None:
            self.violate("ack_of_nothing", envelope_id=ack.get("envelope_id"))
            return
        answer, _, takes_payload = envelope
        if ack.get("payload") and not takes_payload:
            self.violate("payload_not_accepted", payload=ack["payload"])
        if not answer.done():
            answer.set_result(ack.get("payload"))

    async def _attempt(self, kind: str, payload: Json, attempt: int, reason: str) -> tuple[bool, Any, str]:
        """Sends one envelope: whether it was acked, with what, and why not."""
        live = [socket for socket in self._sockets if not socket.closed]
        if not live:
            return False, None, "no_connection"
        envelope, answer = str(uuid.uuid4()), asyncio.get_running_loop().create_future()
        takes = kind == "slash_commands" or payload["type"].startswith("view_")
        body: Json = {"envelope_id": envelope, "type": kind, "accepts_response_payload": takes, "payload": payload}
        if kind == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": reason}
        self._unacked[envelope] = answer, live[next(self._ids) % len(live)], takes
        try:
            await self._unacked[envelope][1].send_json(body)
            return True, await asyncio.wait_for(answer, self.settings["ack_deadline"]), ""
        except TimeoutError:
            return False, None, "timeout"
        except OSError:
            return False, None, "connection_lost"
        finally:
            self._unacked.pop(envelope, None)

    async def _deliver(self, kind: str, payload: Json) -> Json:
        """Sends until acked: an event several times, a press or a command once."""
        begun, why, acked, answer, attempt = time.monotonic(), "", False, None, 0
        for attempt, delay in enumerate((0, *(self.settings["retry_delays"] if kind == "events_api" else ()))):
            await asyncio.sleep(delay)
            acked, answer, why = await self._attempt(kind, payload, attempt, why)
            what = {"type": kind, "attempt": attempt, "event_id": payload.get("event_id")}
            if acked:
                self.record("ack", **what)
                break
            self.violate("missed_ack", why=why, what=payload.get("command") or payload.get("type"), **what)
        spent = round((time.monotonic() - begun) * 1000, 1)
        return {"acked": acked, "payload": answer, "ms": spent, "attempt": attempt, **({"why": why} if why else {})}

    def _fire(self, event: Json, subscription: str) -> asyncio.Task[Any] | None:
        if subscription not in self.settings["events"]:
            return None
        number = f"Ev{next(self._ids):08d}"
        head = {"type": "event_callback", "team_id": TEAM, "api_app_id": APP, "token": "v", "event_id": number}
        who = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        whole = {"event": {"event_ts": event.get("ts") or self._ts(), **event}, "authorizations": [who]}
        return self._spawn(self._deliver("events_api", {**head, "event_time": int(time.time()), **whole}))

    # What people do --------------------------------------------------------------------------------------------

    def _now_standing(self, event: Json) -> Json:
        if "view_id" in event:
            return {**event, "view": self._views.get(event["view_id"])}
        key = event.get("channel", ""), event.get("ts", "")
        message = self._messages.get(key) or next((w for w in self._whispers if (w["_channel"], w["ts"]) == key), None)
        return {**event, "message": message} if message else event

    def _at(self, user: str | Json, channel: str | None) -> tuple[str, Json]:
        """The acting person and the channel, which they join."""
        number = self._user(user)["id"]
        where = self._im(number) if channel in (None, "im") else self._channel(str(channel))
        if number not in where["members"]:
            where["members"].append(number)
        return number, where

    def _person(self, user: str) -> Json:
        """The parts of an interactive payload that say who and where from."""
        name = self._users[user]["name"]
        who = {"id": user, "username": name, "name": name, "team_id": TEAM}
        app = {"api_app_id": APP, "token": "v", "enterprise": None, "is_enterprise_install": False}
        return {"user": who, "team": {"id": TEAM, "domain": "bench"}, "trigger_id": self._trigger(user), **app}

    async def say(
        self,
        user: str | Json,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        wait: bool = False,
        files: Sequence[Json] = (),
    ) -> Json:
        """Somebody writes in a channel ("im": to the bot); "@bot" mentions the bot."""
        person, where = self._at(user, channel)
        seq, text, ts = self.seq, text.replace("@bot", f"<@{BOT_USER}>"), self._ts()
        message = {"type": "message", "user": person, "ts": ts, "text": text, "team": TEAM, "channel": where["id"]}
        message |= {"client_msg_id": str(uuid.uuid4()), **({"thread_ts": thread_ts} if thread_ts else {})}
        message |= {"files": list(files)} if files else {}
        shared = {"subtype": "file_share"} if files else {}
        self._messages[where["id"], ts] = message
        kinds = (("is_im", "im", "im"), ("is_mpim", "mpim", "mpim"), ("is_private", "group", "groups"))
        kind, name = next(((k, n) for flag, k, n in kinds if where[flag]), ("channel", "channels"))
        sent = [self._fire({**message, **shared, "channel_type": kind}, f"message.{name}")]
        if f"<@{BOT_USER}>" in text and not where["is_im"] and where["is_member"]:
            sent.append(self._fire({**message, "type": "app_mention"}, "app_mention"))
        acks = {"acks": [await task for task in sent if task]} if wait else {}
        return {"message": message, "channel": where["id"], "seq": seq, **acks}

    async def file(self, data: str, name: str = "file.txt") -> Json:
        """A file (its content in base64) for somebody to share."""
        content = base64.b64decode(data)
        file = self._filed(name, len(content))
        self._files[file["id"]] = file, content
        return file

    async def content(self, file_id: str) -> str:
        """The text of a file."""
        return (self._files[file_id][1] or b"").decode()

    async def slash(self, command: str, user: str | Json, channel: str | None = None, text: str = "") -> Json:
        """Somebody gives a slash command."""
        (person, where), seq = self._at(user, channel), self.seq
        who = {"user_id": person, "user_name": self._users[person]["name"], "trigger_id": self._trigger(person)}
        place = {"channel_id": where["id"], "channel_name": where.get("name", "directmessage")}
        head = {"token": "v", "team_id": TEAM, "team_domain": "bench", "api_app_id": APP}
        url = self._response_url(where, person)
        asked = {"command": command, "text": text, "response_url": url, "is_enterprise_install": "false"}
        answer = await self._deliver("slash_commands", {**head, **who, **place, **asked})
        said = answer["payload"]
        if isinstance(said, dict) and (said.get("text") or said.get("blocks")):
            self._respond(self._response_urls[url.rsplit("/", 1)[1]], said)
        return {**answer, "seq": seq, "channel": where["id"]}

    async def tap(
        self,
        user: str | Json,
        channel: str = "",
        ts: str = "",
        view_id: str = "",
        label: str | None = None,
        action_id: str | None = None,
        value: str | None = None,
        selected: str | None = None,
    ) -> Json:
        """Somebody uses a button or a select, found by action id, value or label (a pattern)."""
        person, seq, source = self._user(user)["id"], self.seq, self._views.get(view_id)
        if source is None:
            source = self._now_standing({"channel": channel, "ts": ts})["message"]

        def wanted(element: Json) -> bool:
            if action_id is not None or value is not None:
                return value in (None, element.get("value")) if action_id is None else action_id == element["action_id"]
            caption = element.get("text") or element.get("placeholder") or {}
            return self._find(label or "", caption.get("text", ""))

        there = _elements(source.get("blocks", []))
        block, element = next(((b, e) for b, e in there if wanted(e)), (None, None))
        if block is None or element is None:
            raise LookupError(f"no such element; there are {[e['action_id'] for _, e in there]}")
        action: Json = {key: element[key] for key in ("action_id", "type", "text", "value", "style") if key in element}
        action |= {"block_id": block["block_id"], "action_ts": self._ts()}
        if selected is not None:
            groups = element.get("option_groups") or [element]
            options = [option for group in groups for option in group.get("options", [])]
            unknown = {"value": selected, "text": {"type": "plain_text", "text": selected}}
            action["selected_option"] = next((o for o in options if o["value"] == selected), unknown)
        payload = {"type": "block_actions", "actions": [action], **self._person(person)}
        if view_id:
            payload |= {"container": {"type": "view", "view_id": view_id}, "view": _public(source)}
        else:
            where, whispered = self._channels[channel], "_to" in source
            box = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": whispered}
            place = {"id": channel, "name": where.get("name", "directmessage")}
            url = self._response_url(where, person, source)
            payload |= {"container": box, "channel": place, "response_url": url, "state": {"values": {}}}
            payload |= {} if whispered else {"message": _public(source)}
        return {**await self._deliver("interactive", payload), "seq": seq, "action": action}

    @staticmethod
    def _state(view: Json, values: Json) -> Json:
        """A form's state from {action id: text or option} or Slack's own {block id: {action id: state}}."""
        blocks = {block["block_id"] for block in view["blocks"]}
        state: Json = {key: value for key, value in values.items() if key in blocks}
        for action, value in values.items():
            if action not in blocks:
                found = [(b, e) for b, e in _elements(view["blocks"]) if e["action_id"] == action]
                block, element = found[0]
                given = {"type": element["type"], "value": value}
                if element["type"] in ("static_select", "radio_buttons"):
                    option = next(option for option in element["options"] if option["value"] == value)
                    given = {"type": element["type"], "selected_option": option}
                state[block["block_id"]] = {action: value if isinstance(value, dict) else given}
        return {"values": state}

    async def submit(self, view_id: str, user: str | Json, values: Json | None = None, close: bool = False) -> Json:
        """Somebody sends a form off, or closes it."""
        view, person, seq = self._views[view_id], self._user(user)["id"], self.seq
        view["state"] = self._state(view, values or {})
        kind = "view_closed" if close else "view_submission"
        more: Json = {"is_cleared": False} if close else {"response_urls": []}
        answer = await self._deliver(
            "interactive", {"type": kind, "view": _public(view), **self._person(person), **more}
        )
        said = answer["payload"] or {}
        if said.get("response_action") in ("update", "push"):
            self._show(said["view"], person, view_id if said["response_action"] == "update" else None)
        elif answer["acked"] and said.get("response_action") != "errors":
            self._views.pop(view_id, None)
        return {**answer, "seq": seq}

    async def home(self, user: str | Json, tab: str = "home") -> Json:
        """Somebody opens the app's home."""
        person, seq = self._user(user)["id"], self.seq
        view = self._home(person)
        event = {"type": "app_home_opened", "user": person, "channel": self._im(person)["id"], "tab": tab}
        self._fire({**event, **({"view": _public(view)} if view else {})}, "app_home_opened")
        return {"seq": seq}

    async def channel(self, id: str, **more: Any) -> Json:
        """Makes or changes a channel: name, is_member, is_archived, members, …"""
        return self._channel(id, **more)

    async def user(self, id: str, **more: Any) -> Json:
        """Makes or changes a person: name, real_name, locale, deleted, …"""
        return self._user(id, **more)

    async def disconnect(self, drop: bool = False, reason: str = "refresh_requested", close_after: float = 1) -> int:
        """Asks the bot to connect anew, then closes; or cuts the line without a word."""
        sockets = dict(self._sockets)
        for socket, transport in sockets.items():
            del self._sockets[socket]  # nothing more is sent down this line
            if not drop:
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "double"}})
                self._spawn(self._close_later(socket, close_after))
            elif transport:
                transport.abort()
        return len(sockets)

    @staticmethod
    async def _close_later(socket: web.WebSocketResponse, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await socket.close()

    async def info(self) -> Json:
        """How many presses, commands and events wait for their ack."""
        return {"pending_acks": len(self._unacked)}

    async def messages(self, channel: str | None = None, from_bot: bool = False, limit: int = 1000) -> list[Json]:
        """The messages as they stand."""
        mine = [{**m, "channel": where} for (where, _), m in self._messages.items() if channel in (None, where)]
        return [m for m in mine if "bot_id" in m or not from_bot][-limit:]

    async def ephemeral(self, channel: str | None = None, user: str | None = None) -> list[Json]:
        """What the bot said to one person only."""
        return [w for w in self._whispers if channel in (None, w["_channel"]) and user in (None, w["_to"])]

    async def views(self, user: str | None = None) -> list[Json]:
        """The views people have before them."""
        return [view for view in self._views.values() if user in (None, view["_user"])]
