"""The messages that show a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from store.engine import Transaction, insert_unknown_rows
from store.schema import cards

_ANOTHER_SHOWN = (
    update(cards)
    .where(*(cards.c[name] == bindparam(f"of_{name}") for name in ("platform", "chat", "message")))
    .values(proposal=bindparam("shown"))
)
_CARDS_OF = select(cards).where(cards.c.proposal == bindparam("of")).order_by(cards.c.platform, cards.c.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message that shows a proposal."""

    platform: str
    chat: str
    message: str


def add(tx: Transaction, proposal: int, card: Card) -> None:
    """Remember a message that shows a proposal, so that it can be brought up to date."""
    row = {"proposal": proposal, "platform": card.platform, "chat": card.chat, "message": card.message}
    if not insert_unknown_rows(tx, cards, [row]):
        of = {"of_platform": card.platform, "of_chat": card.chat, "of_message": card.message}
        tx.execute(_ANOTHER_SHOWN, {"shown": proposal, **of})


def of(tx: Transaction, proposal: int) -> list[Card]:
    """Every message that shows a proposal."""
    rows = tx.execute(_CARDS_OF, {"of": proposal})
    return [Card(platform=row.platform, chat=row.chat, message=row.message) for row in rows]
