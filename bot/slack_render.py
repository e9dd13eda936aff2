"""Message → Slack: Block Kit in plain_text, so that nothing in a record is ever markup; limits of slack_sdk's models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import ButtonElement, HeaderBlock, SectionBlock

from handlers.language import N_, say_in
from handlers.message import Button, Message, plain

MAX_BLOCKS = 50
_SECTION = SectionBlock.text_max_length
_HEADER = HeaderBlock.text_max_length
_BUTTON = ButtonElement.text_max_length
_CUT_HERE = N_("…（以下略）")


def render_blocks(message: Message) -> list[dict[str, Any]]:
    """The message as blocks: a header, sections, the footer, rows of buttons."""
    blocks: list[dict[str, Any]] = []
    cut_here = say_in(message.language, _CUT_HERE)
    title, *more = message.title.split("\n")
    if title:
        blocks.append({"type": "header", "text": _plain(_cut(title, _HEADER, cut_here))})
    texts = ["\n".join(more)] if more else []
    texts += [f"▍{s.heading}\n{s.text}" if s.heading else s.text for s in message.sections]
    rows = [
        {"type": "actions", "elements": [_button(button, at) for at, button in enumerate(row)]}
        for row in message.buttons
    ]
    room = MAX_BLOCKS - len(blocks) - len(rows) - 1
    pieces = [piece for text in texts for piece in _pieces(text, cut_here)]
    if len(pieces) > room:
        pieces = [*pieces[: room - 1], cut_here]
    blocks += [{"type": "section", "text": _plain(piece)} for piece in pieces]
    if message.footer:
        blocks.append({"type": "context", "elements": [_plain(_cut(message.footer, _SECTION, cut_here))]})
    return blocks + rows


def render_text(message: Message) -> str:
    """The message as the fallback text of a notification; Slack reads it as mrkdwn, so its three characters are escaped."""
    text = _cut(plain(message), _SECTION, say_in(message.language, _CUT_HERE))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _button(button: Button, at: int) -> dict[str, Any]:
    """A button, known by its place: two of one row may do the same, and Slack refuses a row where two action_ids are one."""
    element = {"type": "button", "action_id": str(at), "text": _plain(_cut(button.label, _BUTTON, "…"))}
    return {**element, "url": button.url} if button.url else {**element, "value": button.action}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def _cut(text: str, longest: int, mark: str) -> str:
    return text if len(text) <= longest else text[: longest - len(mark)] + mark


def _pieces(text: str, cut_here: str) -> Iterator[str]:
    """A section's text in pieces that fit one block, parted at lines."""
    piece: Sequence[str] = []
    for line in text.split("\n"):
        fitting = _cut(line, _SECTION, cut_here)
        if piece and sum(map(len, piece)) + len(piece) + len(fitting) > _SECTION:
            yield "\n".join(piece)
            piece = []
        piece = [*piece, fitting]
    if any(line.strip() for line in piece):
        yield "\n".join(piece)
