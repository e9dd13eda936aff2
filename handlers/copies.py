"""Every message that shows a proposal is brought up to date when it changes, on each platform and in private chats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store import cards, outbox, proposals
from store.cards import Card
from store.engine import Transaction


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
    copies = cards.of(tx, proposal)
    edits = [(occasion, shown, at) for shown in copies if shown != but]
    if again_at is not None:
        edits += [(f"{occasion}:final", shown, again_at) for shown in copies]
    _owe(tx, proposal, edits)


def remember(tx: Transaction, proposal_id: int, version: int, shown: Card, at: datetime) -> None:
    """A card was sent as a platform's message, as of a `version`; what happened while it was on its way is owed to it."""
    cards.add(tx, proposal_id, shown)
    proposal = proposals.find(tx, proposal_id)
    if proposal is None:
        return
    if proposal.is_open:
        if proposal.version != version:
            _owe(tx, proposal_id, [(f"late:{proposal.version}", shown, at)])
        return
    moments = (("late", at), ("late-final", proposal.public_at or at))
    _owe(tx, proposal_id, [(f"{proposal.decision_id}:{occasion}", shown, moment) for occasion, moment in moments])


def _owe(tx: Transaction, proposal: int, edits: Sequence[tuple[str, Card, datetime]]) -> None:
    keyed = [
        (f"edit:{proposal}:{occasion}:{shown.platform}:{shown.chat}:{shown.message}", shown, at)
        for occasion, shown, at in edits
    ]
    outbox.edit(tx, proposal, keyed)
