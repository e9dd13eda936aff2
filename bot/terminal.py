"""The terminal as a platform: the same messages in plain text, buttons typed by their number or letter."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from string import ascii_lowercase
from tempfile import mkdtemp
from threading import Timer

from rich.console import Console
from rich.text import Text

from bot.attached import Upload, uploads
from bot.inbox import PATIENCE
from bot.post import Sent
from bot.service import Service
from handlers.language import N_, say, say_in
from handlers.message import Ask, Button, Chat, Message, Person, Tap, plain
from store.outbox import EDIT

PLATFORM = "terminal"
HERE = Chat(platform=PLATFORM, id="chat")
WELCOME = N_("輸入問題，例如：法務部 逾期。「說明」看可以怎麼問；按鈕輸入括號裡的編號；Ctrl-D 離開。")


class Terminal:
    """A chat on standard input and output; where input is no terminal, one line a turn and nothing but plain text."""

    def __init__(self, service: Service, person: Person, console: Console | None = None) -> None:
        self._service = service
        self._person = person
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._buttons: dict[str, Button] = {}
        self._prompt = ""
        self._shown = ""
        self._folder: Path | None = None

    def chat(self) -> None:
        """Ask and answer until the input ends."""
        interactive = sys.stdin.isatty()
        if interactive:
            with suppress(ImportError):
                import_module("readline")  # lines can then be edited, and the last ones called back
            self._console.print(say(WELCOME), style="dim")
        while True:
            try:
                line = input("› " if interactive else "")
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip() or self._prompt:
                self.turn(line.strip())

    def turn(self, line: str) -> None:
        """One turn: words that were asked for, or a button's key that presses it; anything else is asked.

        Then what has fallen due is shown.
        """
        prompt, self._prompt = self._prompt, ""
        if prompt and not line:
            self._console.print(say("沒有送出。"), style="dim")
            return
        button = None if prompt else self._buttons.get(line.casefold())
        if button and button.url:
            self._console.print(Text(button.url))
        elif button:
            self.press(button.action)
        else:
            asked = Ask(
                at=self._service.clock.now(),
                chat=HERE,
                person=self._person,
                text=line,
                answers=prompt,
                quotes=self._shown,
            )
            self._happened(asked)

    def press(self, action: str) -> None:
        """Press a button that carries an action."""
        self._happened(Tap(at=self._service.clock.now(), chat=HERE, person=self._person, action=action))

    def _happened(self, event: Ask | Tap) -> None:
        before, self._buttons = self._buttons, {}
        update = secrets.token_hex(8)
        progress = self._service.progress(event)
        waiting = Timer(PATIENCE, self._console.print, [Text(progress.title, style="dim")]) if progress else None
        if waiting:
            waiting.start()
        message = self._service.handle(event, update)
        if waiting:
            waiting.cancel()
        if message:
            self.show(message)
            self._service.sent(PLATFORM, update, message, HERE, "")
        self.show_due()
        if self._prompt or (isinstance(event, Ask) and event.answers and not self._buttons):
            self._buttons = before  # so that what asked can be pressed again where the words were none, or refused

    def show_due(self) -> None:
        """Show what was owed to this chat."""
        for chat, sendings in self._service.post.claim((PLATFORM,)):
            for sending in sendings:
                if sending.message and sending.effects[0].kind != EDIT:
                    self.show(sending.message)
                self._service.post.sent_all([Sent(sending=sending, chat=chat, reference="")])

    def show(self, message: Message) -> None:
        """Print a message, where its files are, and its buttons; those of what was shown in the same turn work on."""
        self._shown = plain(message)
        title, _, rest = self._shown.partition("\n")
        self._console.print(Text(title, style="bold"))
        if rest:
            self._console.print(Text(rest))
        for upload in uploads(message):
            self._console.print(Text(f"📎 {self._keep(upload)}"))
        buttons = keys(message, self._buttons)
        self._buttons |= buttons
        self._prompt = message.prompt.action if message.prompt else ""
        if self._prompt:
            self._console.print(say_in(message.language, "（下一行就是要送出的內容；直接按 Enter 取消）"), style="dim")
        labels = [
            f"〔{key}〕{button.label}" if key != button.label else f"〔{key}〕" for key, button in buttons.items()
        ]
        if labels:
            self._console.print(Text("\n" + " ".join(labels), style="cyan"))
        self._console.print()

    def _keep(self, upload: Upload) -> Path:
        """Write a file where the person can open it, and nobody else; where that is."""
        self._folder = self._folder or Path(mkdtemp(prefix="nuoyan-"))
        place = self._folder / upload.name
        for number in range(2, 1000):
            if not place.exists():
                break
            place = self._folder / f"{Path(upload.name).stem}-{number}{Path(upload.name).suffix}"
        place.write_bytes(upload.content)
        return place


def keys(message: Message, taken: Collection[str] = ()) -> Mapping[str, Button]:
    """What to type for each button: the number in its label (2, ⚙️ 2), else a letter that is not taken."""
    letters = (letter for letter in ascii_lowercase if letter not in taken)
    found: dict[str, Button] = {}
    for button in (button for row in message.buttons for button in row):
        number = button.label.split(" ")[-1]
        is_number = number.isdigit() and number not in found and not any(map(str.isalpha, button.label))
        found[number if is_number else next(letters, button.label)] = button
    return found
