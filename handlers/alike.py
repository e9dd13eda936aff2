"""The near-duplicates that a decision holds for as well."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.card_buttons import DECLINE_REASONS
from handlers.reread import records_of
from records.flags import PREDATES, SAME_LETTER
from records.status import ACCEPT, ACCEPT_PARTLY, NOT_PROMISED, Standing
from store import commitments, proposals
from store.engine import Transaction
from store.proposals import Proposal


def alike_waiting(tx: Transaction, decided: Proposal, standing: Standing) -> list[Proposal]:
    """What waits on the near-duplicates of a decision's commitment and asks the same, on the same grounds and letters.

    For a deadline that is the same date; where the reason is that the letters are too old, theirs are as well. Corrections
    are never alike: each was sent in about one record. Nor is what changed since the decision: nobody was asked of that.
    """
    if decided.origin == "correction":
        return []
    others = [other for other in commitments.alike(tx, standing) if _holds_for(decided, standing, other)]
    others = list(_resting_on_the_same(tx, decided, standing, others))
    waiting = proposals.open_among(tx, [other.key for other in others], decided.origin)
    return sorted(
        (
            one
            for one in waiting.values()
            if one.takes_back == decided.takes_back
            and (
                decided.decided_at is None or max(one.opened_at, one.changed_at or one.opened_at) <= decided.decided_at
            )
        ),
        key=lambda one: one.id,
    )


def _resting_on_the_same(
    tx: Transaction, decided: Proposal, standing: Standing, others: Sequence[Standing]
) -> Sequence[Standing]:
    """Those of near-duplicates whose verdicts cite only letters that were judged: nobody looked at what else one cites.

    What is no promise is none on whatever letters, and a deadline rests on the letter that all of them come from.
    """
    if decided.origin == "deadline" or decided.outcome == NOT_PROMISED or not others:
        return others
    cited = {
        key: {citation.letter.key for citation in record.verdicts}
        for key, record in records_of(tx, [standing, *others]).items()
    }
    return [other for other in others if cited[other.key] <= cited[standing.key]]


def _holds_for(decided: Proposal, standing: Standing, other: Standing) -> bool:
    """Whether a decision's grounds are those of a near-duplicate as well: none that was accepted has more doubts there."""
    if decided.origin == "deadline":
        return other.target_text == decided.judged
    flags = {flag.flag for flag in other.flags}
    if decided.outcome in (ACCEPT, ACCEPT_PARTLY):
        return flags <= {flag.flag for flag in standing.flags} and other.unsupported <= standing.unsupported
    for verb, flag in (("older", PREDATES), ("itself", SAME_LETTER)):
        if decided.reason == DECLINE_REASONS[verb]:
            return flag in flags and other.unsupported
    return True
