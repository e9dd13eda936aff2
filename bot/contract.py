"""What scripts may rely on: the JSON of a commitment and of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from records.status import Standing
from store import commitments
from store.engine import Transaction
from store.proposals import Proposal


def item(standing: Standing, today: date) -> Mapping[str, Any]:
    """A commitment, as `ask --json` lists it."""
    flags = [*([standing.deadline.doubt] if standing.deadline.doubt else []), *standing.flags]
    return {
        "id": standing.id,
        "path": standing.path,
        "title": standing.title,
        "agencies": list(standing.agencies),
        "legislators": list(standing.legislators),
        "category": standing.category,
        "status": standing.status,
        "recorded": standing.recorded,
        "reviewed": standing.reviewed,
        "target_date": standing.target.isoformat() if standing.target else None,
        "target_text": standing.target_text,
        "deadline": standing.deadline.kind,
        "days_overdue": standing.days_overdue(today),
        "unsupported": standing.unsupported,
        "flags": [asdict(flag) for flag in flags],
        "alike": standing.alike,
        "url": standing.url,
    }


def waiting(tx: Transaction, proposal: Proposal, standing: Standing) -> Mapping[str, Any]:
    """A proposal, as `proposals --json` lists it."""
    return {
        "id": proposal.id,
        "version": proposal.version,
        "origin": proposal.origin,
        "record": standing.id,
        "path": standing.path,
        "title": standing.title,
        "agencies": list(standing.agencies),
        "from": proposal.from_status,
        "to": proposal.to_status or (standing.recorded if proposal.origin == "verdict" else None),
        "flags": [asdict(flag) for flag in standing.flags],
        "unsupported": standing.unsupported,
        "evidence": sorted(commitments.seen_letters(tx, [standing.key]).get(standing.key, ())),
        "opened_at": proposal.opened_at.isoformat(timespec="seconds"),
        "state": "waiting",
    }
