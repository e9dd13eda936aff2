"""A decision is settled: its entry for the record's file."""

from __future__ import annotations

from handlers.policy import Policy
from records.edit import Decision
from records.parse import parse
from store import commitments, proposals
from store.engine import Transaction


def entry(tx: Transaction, proposal_id: int, policy: Policy) -> tuple[str, Decision]:
    """A decided proposal as (path of its file, the decision to write)."""
    proposal = proposals.find(tx, proposal_id)
    standing = commitments.standing(tx, proposal.commitment) if proposal else None
    if proposal is None or standing is None or proposal.outcome is None or proposal.decided_at is None:
        raise LookupError(f"proposal {proposal_id} holds no decision")
    record, _ = parse(standing.path, commitments.find_text(tx, standing.key))
    documents = dict.fromkeys(citation.letter.number for citation in record.verdicts if citation.letter.number)
    return standing.path, Decision(
        id=proposal.decision_id or "",
        outcome=proposal.outcome,
        judged=proposal.judged or "",
        by=proposal.decided_name or "",
        day=proposal.decided_at.astimezone(policy.zone).date(),
        reason=proposal.reason or "",
        documents=tuple(documents),
    )
