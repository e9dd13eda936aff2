"""Message → Telegram: HTML with everything escaped, an inline keyboard, the limits of python-telegram-bot's constants."""

from __future__ import annotations

from html import escape, unescape

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import CallbackQueryLimit, MessageLimit

from handlers.language import N_, say_in
from handlers.message import Message, plain

_CUT_HERE = N_("…（以下略）")


def render_text(message: Message) -> str:
    """The message as Telegram HTML, at most 4,096 characters after parsing; what does not fit is cut at a line and says so."""
    cut_here = say_in(message.language, _CUT_HERE)
    budget = int(MessageLimit.MAX_TEXT_LENGTH) - len(message.footer) - len(cut_here) - 4
    title = f"<b>{escape(message.title[:budget], quote=False)}</b>"
    if message.prompt and message.prompt.person.platform == "telegram":
        # a mention lets Telegram open the reply for this person alone, whoever else is in the chat
        title = f'<a href="tg://user?id={int(message.prompt.person.id)}">✍️</a> {title}'
    parts = [title]
    used = len(message.title)
    for section in message.sections:
        lines = [f"▍{section.heading}", *section.text.split("\n")] if section.heading else section.text.split("\n")
        kept = []
        for line in lines:
            if used + len(line) + 2 > budget:
                break
            kept.append(line)
            used += len(line) + 1
        used += 1
        if kept:
            text = escape("\n".join(kept), quote=False)
            first, newline, rest = text.partition("\n")
            parts.append(f"<b>{first}</b>{newline}{rest}" if section.heading else text)
        if len(kept) < len(lines):
            parts.append(cut_here)
            break
    if message.footer:
        parts.append(escape(message.footer, quote=False))
    return "\n\n".join(parts)


def render_caption(message: Message) -> str | None:
    """The text as the caption of the message's file; None where it is too long for one, or may be changed later.

    A card and a message with buttons stay messages of text: Telegram edits no text into a document.
    """
    text = render_text(message)
    shown = unescape(text.replace("<b>", "").replace("</b>", ""))
    changes = message.buttons or message.proposal is not None
    return None if changes or len(shown) > int(MessageLimit.CAPTION_LENGTH) else text


def render_markup(message: Message) -> InlineKeyboardMarkup | ForceReply | None:
    """What stands below a message that is sent: a reply that is opened where it asks for words, else its buttons."""
    return ForceReply(selective=True) if message.prompt else render_keyboard(message)


def render_keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The message's buttons; None where it has none."""
    rows = [
        [
            InlineKeyboardButton(button.label, url=button.url)
            if button.url
            else InlineKeyboardButton(button.label, callback_data=button.action)
            for button in row
        ]
        for row in message.buttons
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def render_notice(message: Message) -> str:
    """A private word as the text of a callback answer."""
    text = plain(message)
    longest = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
    return text if len(text) <= longest else text[: longest - 1] + "…"
