"""A prompt as Slack's modal: one field for words; what it asks comes back with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import InputBlock

from handlers.cutting import cut_to
from handlers.language import N_, say_in
from handlers.message import Chat, Message, Prompt

FORM = "prompt"
"""The modal's callback id."""

BLOCK, FIELD = "answer", "words"
FORM_NOT_OPENED = N_("表單沒有打開，請再按一次按鈕。")
CARD_IN_DIRECT = N_("卡片在你的私訊裡：那裡的卡片會跟著更新。")

_LONGEST = 3000
_TITLE = "諾言"
_LABEL = InputBlock.label_max_length
_REFUSAL = 150
"""Characters of an error below a field that a phone shows whole."""


def render_view(message: Message, prompt: Prompt, chat: Chat) -> dict[str, Any]:
    """The modal that asks for words; where it was opened stands in it, for the answer."""
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
            }
        ],
    }


def read_view(view: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """(action, channel, thread, words) of a modal that was sent off."""
    kept = json.loads(view["private_metadata"])
    words = view["state"]["values"][BLOCK][FIELD].get("value") or ""
    return kept["action"], kept["channel"], kept["thread"], words


def refusal(reason: str) -> dict[str, str]:
    """What keeps the modal open and says why the words were not taken."""
    return {BLOCK: cut_to(reason, _REFUSAL - 1)}


def _plain(text: str) -> Mapping[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}
