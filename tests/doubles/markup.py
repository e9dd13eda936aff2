"""Telegram's formatted text: its HTML, parsed as strictly as Telegram does, and what it marks by itself."""

import re
from html.parser import HTMLParser
from typing import Any

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


class Markup(HTMLParser):
    """Telegram's HTML: a few tags, all closed in order; only lt, gt, amp, quot and numeric references."""

    _AMP = "\ue000"  # keeps the lenient parser's hands off references

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self._open: list[tuple[str, int, dict[str, Any]]] = []
        if source.rfind("<") > source.rfind(">"):
            raise ValueError("Unclosed start tag")
        self.feed(source.replace("&", self._AMP))
        self.close()
        if self._open:
            raise ValueError(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))

    def _plain(self, text: str) -> str:
        named = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

        def character(found: re.Match[str]) -> str:
            name = found[1]
            return named[name] if name in named else chr(int(f"0{name[1:]}", 16 if name[1] in "xX" else 10))

        pattern = rf"{self._AMP}(lt|gt|amp|quot|#\d{{1,6}}|#[xX][0-9a-fA-F]{{1,5}});"
        return re.sub(pattern, character, text).replace(self._AMP, "&")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if "<" in data:
            raise ValueError('Unsupported start tag ""')
        self.text += self._plain(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An entity begins."""
        given = {name: self._plain(value or "") for name, value in attrs}
        if tag not in _TAGS:
            raise ValueError(f'Unsupported start tag "{tag}"')
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise ValueError('Tag "span" must have class "tg-spoiler"')
        more: dict[str, Any] = {"url": given.get("href", "")} if tag == "a" else {}
        if tag == "tg-emoji":
            more = {"custom_emoji_id": given.get("emoji-id", "")}
        self._open.append((tag, units(self.text), more))

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        """There are no self-closing tags."""
        raise ValueError(f'Unsupported start tag "{tag}/"')

    def handle_endtag(self, tag: str) -> None:
        """An entity ends; it must be the innermost."""
        if not self._open:
            raise ValueError("Unexpected end tag")
        opened, start, more = self._open.pop()
        if opened != tag:
            raise ValueError(f'Unmatched end tag, expected "</{opened}>", found "</{tag}>"')
        length = units(self.text) - start
        if length and more.get("url") != "":
            self.entities.append({"type": _TAGS[tag], "offset": start, "length": length, **more})

    def _refuse(self, _: str) -> None:
        raise ValueError('Unsupported start tag "!"')

    handle_comment = handle_pi = unknown_decl = handle_decl = _refuse  # type: ignore[assignment]


def found_entities(text: str) -> list[dict[str, Any]]:
    """What Telegram marks in a message of its own accord: commands, mentions, addresses."""
    pattern = r"(?<!\S)(/\w{1,32}(?:@\w+)?)|(?<!\w)(@\w{3,32})|(https?://[^\s<>]+)"
    kinds = ("bot_command", "mention", "url")
    return [
        {"type": kinds[(m.lastindex or 1) - 1], "offset": units(text[: m.start()]), "length": units(m[0])}
        for m in re.finditer(pattern, text)
    ]
