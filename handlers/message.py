"""What happens and what is shown: values that every platform can take and give. Plain words inside, no markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from handlers.language import voice
from store.places import Place

MAX_ACTION_BYTES = 64
"""Telegram's limit of a button's data, the smaller of the two platforms'."""


_IDS = {
    "telegram": re.compile(r"-?[1-9]\d{0,19}", re.ASCII),
    "slack": re.compile(r"[A-Z][A-Z0-9]+"),
    "terminal": re.compile(r"\w+"),
}
_OF_PERSONS = {**_IDS, "telegram": re.compile(r"[1-9]\d{0,19}", re.ASCII), "slack": re.compile(r"[UW][A-Z0-9]+")}
"""A person's id: below zero Telegram's are groups, and Slack's with other letters channels."""


_OF_THREADS = {"telegram": re.compile(r"[1-9]\d{0,19}", re.ASCII), "slack": re.compile(r"\d+\.\d+", re.ASCII)}


def _is_id(platform: str, text: str, kinds: Mapping[str, re.Pattern[str]] = _IDS) -> bool:
    return platform in kinds and kinds[platform].fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Where: a platform's chat, and the topic or thread in it ('' outside topics)."""

    platform: str
    id: str
    thread: str = ""

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}" + (f"/{self.thread}" if self.thread else "")

    @property
    def place(self) -> Place:
        """The chat as the store has it."""
        return Place(self.platform, self.id, self.thread)

    @property
    def room(self) -> Place:
        """Where its news go: in Slack to the channel, in whatever thread somebody asks for it; a Telegram topic has its own."""
        return Place(self.platform, self.id, "" if self.platform == "slack" else self.thread)

    @property
    def is_private(self) -> bool:
        """Whether only one person and the bot are in it: Telegram's groups have negative ids, Slack's direct messages a D."""
        return (
            not self.id.startswith("-")
            if self.platform == "telegram"
            else self.platform != "slack" or self.id[0] == "D"
        )

    @classmethod
    def parse(cls, text: str) -> Chat:
        """Read `telegram:-100123`, `telegram:-100123/7`, `slack:C0123`; raises ValueError with the form that is meant."""
        platform, colon, rest = text.strip().partition(":")
        chat, in_thread, thread = rest.partition("/")
        if not colon or not _is_id(platform, chat) or (in_thread and not _is_id(platform, thread, _OF_THREADS)):
            raise ValueError(f"{text!r} is no chat: write telegram:-100123, telegram:-100123/7 or slack:C0123")
        return cls(platform=platform, id=chat, thread=thread)

    @classmethod
    def of(cls, place: Place) -> Chat:
        """A chat that the store names."""
        return cls(platform=place.platform, id=place.chat, thread=place.thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who: a platform's id, never a name or address."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Person:
        """Read `telegram:111`; raises ValueError with the form that is meant."""
        platform, colon, number = text.strip().partition(":")
        if not colon or not _is_id(platform, number, _OF_PERSONS):
            raise ValueError(f"{text!r} is no person: write telegram:111 or slack:U222")
        return cls(platform=platform, id=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Someone wrote `text` to the bot; `at` is aware, in the deployment's zone.

    `attached` is the text of a file that came along; `manages` says whether the person may change what the chat watches,
    and `reaches` whether the bot can write to the chat by itself, as far as that was asked;
    what was said `aside` nobody else saw, and nobody else sees the answer. `replies_to` is the bot's message that it
    replies to and `quotes` its text where that is known, `answers` the action of the form that it was written in and
    `chosen` what was chosen there.
    `language` is one of ours where the platform says that the person uses it.
    """

    at: datetime
    chat: Chat
    person: Person
    text: str
    attached: str = ""
    manages: bool = True
    reaches: bool = True
    aside: bool = False
    replies_to: str = ""
    quotes: str = ""
    answers: str = ""
    chosen: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """Someone pressed a button that carries `action`, on the message `message` of the chat; the rest is as in Ask."""

    at: datetime
    chat: Chat
    person: Person
    action: str
    message: str = ""
    manages: bool = True
    reaches: bool = True
    aside: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: `action` (verb:id:version) comes back in a Tap, `url` opens a page; it has one of the two."""

    label: str
    action: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if len(self.action.encode()) > MAX_ACTION_BYTES or bool(self.action) == bool(self.url):
            raise ValueError(f"a button has an action of at most {MAX_ACTION_BYTES} bytes, or a URL: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a message: an optional heading, and lines."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of text to send along: its name and content."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a chart: what it is of, and the numbers of its parts, from the left."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of bars that comes along: the names of their parts, and the caveat and dates that are drawn into it.

    Parts that do not add up (clear deadlines and doubtful ones) are told beside each other and never as one number.
    """

    title: str
    legend: tuple[str, ...]
    bars: tuple[Bar, ...]
    caveat: str
    source: str
    adds_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of what a form lets a person choose from: `value` comes back."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a message asks a person to write: `action` (verb:id:version) comes back with their words in an Ask.

    One of the `choices` comes back too where the platform has forms; elsewhere the words come alone.
    """

    action: str
    person: Person
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What to show: a title, sections, a footer in small print, rows of buttons, a file or a chart that comes along."""

    title: str
    sections: tuple[Section, ...] = ()
    footer: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    place: Literal["reply", "edit", "private"] = "reply"
    """A new message, one in place of the one that was tapped, or one to the person alone."""

    proposal: int | None = None
    """Set on a review card, so that every copy of it can be brought up to date."""

    version: int = 0
    """Of the card that is shown."""

    file: Attachment | None = None
    chart: Chart | None = None
    prompt: Prompt | None = None
    """Set where the person is asked to write."""

    language: str = field(default_factory=lambda: voice().language)
    """What it was put into words in, for what the edge adds."""

    def placed(self, place: Literal["reply", "edit", "private"]) -> Message:
        """The same message, shown elsewhere."""
        return replace(self, place=place)


def in_rows(buttons: Sequence[Button], width: int = 5) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows; five numbers stand in one on a phone."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


class RefusedError(Exception):
    """Something that can't be done for this person now; its text tells them why, and what would help."""


class NotAllowedError(RefusedError):
    """Something that this person may not do; they alone are told."""


def private(text: str) -> Message:
    """A short word to one person."""
    return Message(title=text, place="private")


def plain(message: Message) -> str:
    """The message as plain text, without its buttons."""
    parts = [message.title]
    for section in message.sections:
        parts.append(f"▍{section.heading}\n{section.text}" if section.heading else section.text)
    if message.footer:
        parts.append(message.footer)
    return "\n\n".join(part.strip("\n") for part in parts if part)


MESSAGE = TypeAdapter(Message)
"""Message to and from JSON, for what is kept until it is sent."""
