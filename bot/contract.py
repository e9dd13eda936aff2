"""What scripts may rely on: the JSON of a commitment and of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from handlers.deadline_words import days_told
from records.status import DECLINE, NO_CONCLUSION, Standing
from store import letters
from store.engine import Transaction
from store.proposals import Proposal


def item(standing: Standing, today: date) -> Mapping[str, Any]:
    """A commitment, as `ask --json` lists it."""
    return {
        "id": standing.id,
        "path": standing.path,
        "title": standing.title,
        "agencies": list(standing.agencies),
        "legislators": list(standing.legislators),
        "category": standing.category,
        "status": standing.status,
        "recorded": standing.recorded,
        "reviewed": _reviewed(standing),
        "target_date": standing.target.isoformat() if standing.target else None,
        "target_text": standing.target_text,
        "deadline": standing.deadline.kind,
        "days_overdue": days_told(standing, today),
        "unsupported": standing.unsupported,
        "flags": _flags(standing),
        "alike": standing.alike,
        "url": standing.url,
    }


def _reviewed(standing: Standing) -> str:
    if standing.is_waiting:
        return "waiting"
    return DECLINE if standing.reviewed == NO_CONCLUSION else standing.reviewed


def waiting(tx: Transaction, proposal: Proposal, standing: Standing, zone: ZoneInfo) -> Mapping[str, Any]:
    """A proposal, as `proposals --json` lists it."""
    return {
        "id": proposal.id,
        "version": proposal.version,
        "origin": proposal.origin,
        "record": standing.id,
        "path": standing.path,
        "title": standing.title,
        "agencies": list(standing.agencies),
        "from": stands_before(proposal, standing),
        "to": proposal.to_status or (standing.recorded if proposal.origin == "verdict" else None),
        "flags": _flags(standing),
        "unsupported": standing.unsupported,
        "evidence": sorted(letters.seen(tx, [standing.key]).get(standing.key, ())),
        "opened_at": proposal.opened_at.astimezone(zone).isoformat(timespec="seconds"),
        "state": "waiting",
    }


def stands_before(proposal: Proposal, standing: Standing) -> str | None:
    """The status that an open proposal asks about, as it is by now; None for a baseline verdict and for a deadline."""
    return standing.status if proposal.from_status is not None else None


def _flags(standing: Standing) -> list[dict[str, str]]:
    return [asdict(flag) for flag in standing.doubts]
