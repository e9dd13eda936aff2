"""Slack's limits on Block Kit: what it refuses (`errors`) and what it lets through though it is wrong (`lapses`)."""

import re
from typing import Any

_SPECIAL = r"@[UW]\w+|#C\w+|!(?:here|channel|everyone|subteam\^|date\^)|(?:https?|mailto|tel):"
_LOOSE = re.compile(rf"<(?!(?:{_SPECIAL})[^<>]*>)|&(?!(?:amp|lt|gt);)")
_SELECTS = {f"{many}{of}_select" for many in ("", "multi_") for of in ("static", "users", "conversations", "channels")}
_PICKERS = {"checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"} | _SELECTS
_ACTIVE = {"button", "overflow"} | _PICKERS
_INPUTS = {"plain_text_input", "number_input", "email_text_input", "url_text_input"} | _PICKERS
_FIELDS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "divider": set(),
    "actions": {"elements"},
    "context": {"elements"},
    "image": {"alt_text", "image_url", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
}
_ELEMENT_FIELDS = {
    "button": {"text", "url", "value", "style", "confirm", "accessibility_label"},
    "overflow": {"options", "confirm"},
    "static_select": {"placeholder", "options", "option_groups", "initial_option", "confirm", "focus_on_load"},
}
_MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_VIEW_FIELDS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_MODAL_FIELDS = _VIEW_FIELDS | {"title", "submit", "close", "clear_on_close", "notify_on_close"}


class Check:
    """Collects what is wrong with the blocks or the view it is given."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.lapses: list[tuple[str, str]] = []

    def _error(self, what: str, at: str) -> None:
        self.errors.append(f"{what} [json-pointer:{at}]")

    def _string(self, value: Any, most: int, at: str, least: int = 1) -> None:
        if not isinstance(value, str):
            self._error("must be a string", at)
        elif len(value) < least:
            self._error(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            self._error(f"must be less than {most + 1} characters", at)

    def _known(self, item: Any, allowed: set[str], at: str) -> None:
        for name in sorted(item.keys() - allowed):
            self._error(f"invalid additional property: {name}", at)

    def _count(self, items: Any, most: int, at: str, least: int = 1) -> list[Any]:
        if not isinstance(items, list) or len(items) < least:
            self._error(f"must provide at least {least} item", at)
            return []
        if len(items) > most:
            self._error(f"no more than {most} items allowed", at)
        return items

    def mrkdwn(self, text: Any, at: str) -> None:
        """Marked-up text: &, < and > must be escaped, and nobody shouts at a whole channel."""
        if isinstance(text, str) and (found := _LOOSE.search(text)):
            self.lapses.append(("unescaped_mrkdwn", f"{at}: {text[max(0, found.start() - 20) : found.start() + 20]}"))
        if isinstance(text, str) and re.search(r"<!(here|channel|everyone)", text):
            self.lapses.append(("broadcast_mention", f"{at}: {text[:80]}"))

    def _text(self, item: Any, most: int, at: str, plain: bool = True) -> None:
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if not isinstance(item, dict) or item.get("type") not in kinds:
            self._error(f"must be a text object of type {' or '.join(kinds)}", at)
            return
        self._known(item, {"type", "text", "emoji", "verbatim"}, at)
        self._string(item.get("text"), most, f"{at}/text")
        if item["type"] == "mrkdwn":
            self.mrkdwn(item.get("text"), at)

    def _option(self, item: Any, at: str, plain: bool) -> None:
        if not isinstance(item, dict):
            self._error("must be a valid option", at)
            return
        self._text(item.get("text"), 75, f"{at}/text", plain)
        self._string(item.get("value"), 150, f"{at}/value")
        if "description" in item:
            self._text(item["description"], 75, f"{at}/description", plain)

    def _element(self, item: Any, allowed: set[str], at: str) -> None:
        kind = item.get("type") if isinstance(item, dict) else None
        if kind not in allowed:
            self._error(f"unsupported type: {kind}", at)
            return
        if kind in _ELEMENT_FIELDS:
            self._known(item, _ELEMENT_FIELDS[kind] | {"type", "action_id"}, at)
        if "action_id" in item:
            self._string(item["action_id"], 255, f"{at}/action_id")
        if "placeholder" in item:
            self._text(item["placeholder"], 150, f"{at}/placeholder")
        if "confirm" in item:
            for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
                self._text(item["confirm"].get(name), most, f"{at}/confirm/{name}", plain=name != "text")
        if kind == "image":
            self._string(item.get("alt_text"), 2000, f"{at}/alt_text")
        elif kind == "button":
            self._text(item.get("text"), 75, f"{at}/text")
            self._string(item.get("value", ""), 2000, f"{at}/value", least=0)
            self._string(item.get("url", ""), 3000, f"{at}/url", least=0)
            if item.get("style", "primary") not in ("primary", "danger"):
                self._error("must be a valid enum value", f"{at}/style")
        elif kind in _MOST_OPTIONS or kind.endswith("static_select"):
            self._options(item, kind, at)
        elif kind == "plain_text_input" and not 1 <= item.get("max_length", 1) <= 3000:
            self._error("must be less than 3001", f"{at}/max_length")

    def _options(self, item: Any, kind: str, at: str) -> None:
        plain = kind not in ("checkboxes", "radio_buttons")
        groups = self._count(item["option_groups"], 100, f"{at}/option_groups") if "option_groups" in item else [item]
        options = [
            o for g in groups for o in self._count(g.get("options"), _MOST_OPTIONS.get(kind, 100), f"{at}/options")
        ]
        for n, option in enumerate(options):
            self._option(option, f"{at}/options/{n}", plain)
        values = [option.get("value") for option in options if isinstance(option, dict)]
        if len(set(values)) < len(values):
            self.lapses.append(("duplicate_option_value", at))
        if "initial_option" in item and item["initial_option"] not in options:
            self._error("must be one of the options", f"{at}/initial_option")

    def blocks(self, blocks: Any, at: str = "/blocks", most: int = 50) -> "Check":
        """A message's or a view's blocks."""
        seen: set[str] = set()
        for n, block in enumerate(self._count(blocks, most, at, least=0)):
            where, kind = f"{at}/{n}", block.get("type") if isinstance(block, dict) else None
            if kind not in _FIELDS:
                self._error(f"unsupported type: {kind}", where)
                continue
            self._known(block, _FIELDS[kind] | {"type", "block_id"}, where)
            if block_id := block.get("block_id"):
                self._string(block_id, 255, f"{where}/block_id")
                if block_id in seen:
                    self._error(f"`block_id` must be unique: {block_id}", where)
                seen.add(block_id)
            if check := getattr(self, f"_block_{kind}", None):
                check(block, where)
        return self

    def _block_section(self, block: Any, at: str) -> None:
        if not block.get("text") and not block.get("fields"):
            self._error("missing required field: text or fields", at)
        if "text" in block:
            self._text(block["text"], 3000, f"{at}/text", plain=False)
        for n, field in enumerate(self._count(block.get("fields", []), 10, f"{at}/fields", least=0)):
            self._text(field, 2000, f"{at}/fields/{n}", plain=False)
        if "accessory" in block:
            self._element(block["accessory"], _ACTIVE | {"image"}, f"{at}/accessory")

    def _block_header(self, block: Any, at: str) -> None:
        self._text(block.get("text"), 150, f"{at}/text")

    def _block_actions(self, block: Any, at: str) -> None:
        elements = self._count(block.get("elements"), 25, f"{at}/elements")
        ids = [e["action_id"] for e in elements if isinstance(e, dict) and "action_id" in e]
        for twice in sorted({each for each in ids if ids.count(each) > 1}):
            self._error(f"`action_id` {twice} already exists", f"{at}/elements")
        for n, element in enumerate(elements):
            self._element(element, _ACTIVE, f"{at}/elements/{n}")

    def _block_context(self, block: Any, at: str) -> None:
        for n, element in enumerate(self._count(block.get("elements"), 10, f"{at}/elements")):
            if isinstance(element, dict) and element.get("type") == "image":
                self._element(element, {"image"}, f"{at}/elements/{n}")
            else:
                self._text(element, 3000, f"{at}/elements/{n}", plain=False)

    def _block_image(self, block: Any, at: str) -> None:
        self._string(block.get("alt_text"), 2000, f"{at}/alt_text")
        self._string(block.get("image_url"), 3000, f"{at}/image_url")

    def _block_input(self, block: Any, at: str) -> None:
        self._text(block.get("label"), 2000, f"{at}/label")
        if "hint" in block:
            self._text(block["hint"], 2000, f"{at}/hint")
        self._element(block.get("element"), _INPUTS, f"{at}/element")

    def view(self, view: Any) -> "Check":
        """A modal or a home tab."""
        kind = view.get("type") if isinstance(view, dict) else None
        if kind not in ("modal", "home"):
            self._error("must be a valid enum value", "/view/type")
            return self
        self._known(view, _MODAL_FIELDS if kind == "modal" else _VIEW_FIELDS, "/view")
        blocks = view.get("blocks")
        if kind == "modal":
            self._text(view.get("title"), 24, "/view/title")
            for name in ("submit", "close"):
                if name in view:
                    self._text(view[name], 24, f"/view/{name}")
            if "submit" not in view and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks or []):
                self._error("missing required field: submit", "/view")
        for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
            self._string(view.get(name) or "", most, f"/view/{name}", least=0)
        return self.blocks(blocks, "/view/blocks", most=100)
