"""A prompt as Slack's modal: a field for words, and what to choose from; what it asks comes back with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from slack_sdk.models.blocks import InputBlock

from handlers.cutting import cut_to
from handlers.language import N_, say_in
from handlers.message import Chat, Message, Prompt

FORM = "prompt"
"""The modal's callback id."""

BLOCK, FIELD = "answer", "words"
CHOOSING, CHOSEN = "choosing", "chosen"
FORM_NOT_OPENED = N_("表單沒有打開，請再按一次按鈕。")
CARD_IN_DIRECT = N_("卡片在你的私訊裡：那裡的卡片會跟著更新。")

_LONGEST = 3000
_TITLE = "諾言"
_LABEL, _HINT = InputBlock.label_max_length, InputBlock.hint_max_length
_REFUSAL = 150
"""Characters of an error below a field that a phone shows whole."""


def render_view(message: Message, prompt: Prompt, chat: Chat) -> dict[str, Any]:
    """The modal that asks for words; where it was opened stands in it, for the answer."""
    hint = "\n".join(section.text for section in message.sections)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps({"action": prompt.action, "channel": chat.id, "thread": chat.thread}),
        "title": _plain(_TITLE),
        "submit": _plain(say_in(message.language, "送出")),
        "close": _plain(say_in(message.language, "取消")),
        "blocks": [
            {
                "type": "input",
                "block_id": BLOCK,
                "label": _plain(cut_to(message.title, _LABEL - 1)),
                "element": {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "max_length": _LONGEST},
                **({"hint": _plain(cut_to(hint, _HINT - 1))} if hint else {}),
            },
            *_choosing(message, prompt),
        ],
    }


def _choosing(message: Message, prompt: Prompt) -> list[Mapping[str, Any]]:
    if not prompt.choices:
        return []
    options = [{"text": _plain(choice.label), "value": choice.value} for choice in prompt.choices]
    return [
        {
            "type": "input",
            "block_id": CHOOSING,
            "label": _plain(say_in(message.language, "哪個決定")),
            "element": {"type": "radio_buttons", "action_id": CHOSEN, "options": options},
        }
    ]


class Filled(NamedTuple):
    """A modal that was sent off: what it asked, where it was opened, the words, and what was chosen ('' where nothing was)."""

    action: str
    channel: str
    thread: str
    words: str
    chosen: str


def read_view(view: Mapping[str, Any]) -> Filled:
    """What came back in a modal."""
    kept, given = json.loads(view["private_metadata"]), view["state"]["values"]
    chosen = given.get(CHOOSING, {}).get(CHOSEN, {}).get("selected_option") or {}
    return Filled(
        action=kept["action"],
        channel=kept["channel"],
        thread=kept["thread"],
        words=given[BLOCK][FIELD].get("value") or "",
        chosen=chosen.get("value", ""),
    )


def refusal(reason: str) -> dict[str, str]:
    """What keeps the modal open and says why the words were not taken."""
    return {BLOCK: cut_to(reason, _REFUSAL - 1)}


def _plain(text: str) -> Mapping[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
