"""Every message that shows a proposal is brought up to date when it changes, on each platform and in private chats."""

from __future__ import annotations

from datetime import datetime

from store import outbox, proposals
from store.engine import Transaction
from store.proposals import Card


def update(
    tx: Transaction,
    proposal: int,
    at: datetime,
    occasion: str,
    *,
    but: Card | None = None,
    again_at: datetime | None = None,
) -> None:
    """Owe an edit to every copy of a proposal's card, except the message `but`, which its own answer brings up to date.

    At `again_at` every copy is owed another, for what only time changes: an undo window that ends, a card that is free.
    """
    for shown in proposals.cards_of(tx, proposal):
        if shown != but:
            _owe(tx, proposal, occasion, shown, at)
        if again_at is not None:
            _owe(tx, proposal, f"{occasion}:final", shown, again_at)


def remember(tx: Transaction, proposal_id: int, shown: Card, at: datetime) -> None:
    """A card was sent as a platform's message; what happened while it was on its way is owed to it."""
    proposals.add_card(tx, proposal_id, shown.platform, shown.chat, shown.message)
    proposal = proposals.find(tx, proposal_id)
    if proposal is None or proposal.is_open:
        return
    for occasion, moment in (("late", at), ("late-final", proposal.public_at or at)):
        _owe(tx, proposal_id, f"{proposal.decision_id}:{occasion}", shown, moment)


def _owe(tx: Transaction, proposal: int, occasion: str, shown: Card, at: datetime) -> None:
    key = f"edit:{proposal}:{occasion}:{shown.platform}:{shown.chat}:{shown.message}"
    place = {"platform": shown.platform, "chat": shown.chat, "message": shown.message}
    outbox.put(tx, key, outbox.EDIT, at, proposal=proposal, **place)
