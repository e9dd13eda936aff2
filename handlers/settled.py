"""A decision is settled: its entry for the record's file, and writing it there."""

from __future__ import annotations

from pathlib import Path

from handlers.policy import Policy
from records.edit import Decision, EditError, replace_file, write_decision
from records.parse import parse
from records.record import UnreadableRecordError
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


def write(folder: Path, path: str, decision: Decision) -> str:
    """Write a decision into its file; empty, or why nothing was written."""
    file = folder / path
    try:
        if not file.resolve().is_relative_to(folder.resolve()):
            return f"{path} 指向資料夾之外，所以沒有寫入"
        text = file.read_bytes().decode("utf-8")
        edited = write_decision(path, text, decision)
        if edited != text:
            replace_file(file, edited)
    except (EditError, UnreadableRecordError, UnicodeDecodeError) as reason:
        return str(reason)
    except OSError as reason:
        return f"{path}: {reason.strerror}"
    return ""
