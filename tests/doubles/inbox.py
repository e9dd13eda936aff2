"""Inboxes that stand in for the bot behind an adapter, each with one twist."""

from handlers.answer import changes_watches, speaks_of_quoted
from handlers.message import Ask, Message, Tap


class KeepingInbox:
    """Keeps what it is handed and gives one answer to all; asks who manages a group if it was told to."""

    def __init__(self, answer: Message | None = None, *, asks: bool = False) -> None:
        self.answer, self.asks = answer, asks
        self.events: list[Ask | Tap] = []
        self.moves: list[tuple[str, str, str]] = []
        self.replied_to: list[str] = []

    async def handle(self, event: Ask | Tap, update: str) -> Message | None:
        """Keep it."""
        self.events.append(event)
        return self.answer

    def asks_for_manager(self, event: Ask | Tap) -> bool:
        """As it was told."""
        return self.asks

    def asks_for_news(self, event: Ask | Tap) -> bool:
        """As it was told, else as the bot decides."""
        return self.asks or changes_watches(event)

    def speaks_of_quoted(self, event: Ask) -> bool:
        """As the bot decides."""
        return speaks_of_quoted(event)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Keep the move."""
        self.moves.append((platform, old, new))

    async def reply(self, event: Ask | Tap, update: str, message: Message) -> None:
        """Remember it."""
        self.replied_to.append(update)

    async def replied(self, event: Ask | Tap, update: str) -> None:
        """Remember it."""
        self.replied_to.append(update)

    def linked(self, link: str) -> None:
        """Nothing links to it."""

    def let_go(self, event: Ask | Tap, update: str) -> None:
        """Nothing is kept for a second try."""


class AwayInbox(KeepingInbox):
    """Its database is away for the first tries."""

    def __init__(self, failures: int) -> None:
        super().__init__(Message(title="好"))
        self.failures = failures

    async def handle(self, event: Ask | Tap, update: str) -> Message | None:
        """Fail as often as it was told to, then answer."""
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        return await super().handle(event, update)
