"""What a new reading means for review: the proposals that it opens, brings up to date or takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handlers.derived import doubts
from handlers.reread import record_of
from records import status
from records.changes import BY_DATE, Change
from records.dates import UnreadableDateError, parse_target
from records.decision import left_in_file
from records.flags import doubt_score
from records.record import ACHIEVED, DELAYED, HUMAN_REVIEW, SETTLED, TRACKING, Record
from records.status import ACCEPT, Standing
from store import commitments, decisions, facts, proposals, state, submissions
from store.commitments import RecordColumns
from store.engine import Transaction
from store.proposals import Proposal


def judge(
    tx: Transaction,
    before: Standing,
    waiting: Proposal | None,
    record: Record,
    row: RecordColumns,
    change: Change,
    at: datetime,
) -> int | None:
    """Open a proposal where the AI changed the status, or found a new letter after a decision against it.

    The effective status stays until a person decides, but for lateness that the source takes back: that was the date's word,
    and nobody's. Returns the proposal's id where one was opened.
    """
    if change.by_date and before.status == DELAYED:
        commitments.change(tx, before.key, status=record.status)
    against = before.is_reviewed and before.reviewed != ACCEPT
    verdict_on_new_letter = any(citation.says_kept for citation in change.evidence)
    if change.judged and record.status == before.status:
        if waiting and not waiting.backlog:
            _withdraw(tx, waiting, record.status, doubts(row), at)
            _settle(tx, before.key, record)
        return None
    if not change.judged and not (against and verdict_on_new_letter):
        return None
    proposal = proposals.open_(
        tx,
        before.key,
        "verdict",
        at,
        doubts=doubts(row),
        from_status=before.status,
        to_status=record.status if change.judged else ACHIEVED,
        changed_at=at,
    )
    proposed = record.status if change.judged else ACHIEVED
    commitments.change(tx, before.key, proposed=proposed)
    return None if waiting and not waiting.backlog else proposal


def ask_again(tx: Transaction, standing: Standing, newer: Proposal | None, decided_at: datetime, at: datetime) -> None:
    """Ask of a verdict, once a decision of a moment was undone, what would wait if that had never been taken.

    `newer` is what came while it stood, which was withdrawn.
    """
    in_force = decisions.in_force(tx, standing.key)
    waits = proposals.open_of(tx, standing.key, "verdict")
    rated = doubt_score({flag.flag for flag in standing.flags}, unsupported=standing.unsupported)
    came_at = (newer.changed_at or newer.opened_at) if newer else None
    # doubts that are others than before the decision came with the source's last news at the latest
    proposals.rate(tx, "verdict", {standing.key: rated}, came_at or state.read_moment(tx, state.FED_AT) or at)
    if waits and waits.backlog and standing.recorded == ACHIEVED:
        commitments.change(tx, standing.key, proposed=None)
        return
    wanted = _asked_by_source(tx, standing, in_force, waits, newer)
    if wanted is None and waits is None and in_force and _has_new_verdict(tx, standing, in_force, decided_at):
        wanted = ACHIEVED
    if wanted is None:
        if waits:
            _withdraw(tx, waits, standing.recorded, rated, at)
    elif waits is None or waits.to_status != wanted or not (in_force or waits.from_status == standing.status):
        proposals.open_(
            tx,
            standing.key,
            "verdict",
            at,
            doubts=rated,
            from_status=standing.status,
            to_status=wanted,
            changed_at=came_at,
        )
    waits = proposals.open_of(tx, standing.key, "verdict")
    commitments.change(tx, standing.key, proposed=waits.proposed if waits and not waits.backlog else None)
    if waits is None and in_force is None and standing.recorded == standing.status == ACHIEVED:
        proposals.open_backlog(tx, "verdict", [(standing.key, rated)], at)


def _asked_by_source(
    tx: Transaction, standing: Standing, in_force: Proposal | None, waits: Proposal | None, newer: Proposal | None
) -> str | None:
    """The status that the source proposes; None where that is what the commitment has, or follows from a decision."""
    if newer or waits:
        wanted = standing.recorded
        if newer and (in_force or newer.proposed == standing.recorded):
            wanted = newer.proposed
        elif newer and (standing.status, standing.recorded) == (TRACKING, DELAYED):
            return None
        # beside a decision the source may propose by a new letter alone, with no new status; by date nothing is proposed
        elif waits and (in_force or (waits.proposed, standing.recorded) == (TRACKING, DELAYED)):
            wanted = waits.proposed
        elif waits and waits.proposed != DELAYED and (standing.status, standing.recorded) == (TRACKING, DELAYED):
            return None
        return wanted if wanted != standing.status else None
    known = {standing.status}
    if in_force:
        # a letter alone may have asked, beside a status that was judged before and that the file has kept
        decided = decisions.of_commitment(tx, standing.key)
        known.update(one.judged or "" for one in decided if one.origin != "deadline")
        if in_force.decision_id in record_of(tx, standing).decision_ids:
            known.add(left_in_file(in_force.outcome or "", in_force.judged, None))
    by_date = any((one, standing.recorded) in BY_DATE for one in known)
    return None if by_date or standing.recorded in known else standing.recorded


def _has_new_verdict(tx: Transaction, standing: Standing, in_force: Proposal, since: datetime) -> bool:
    """Whether a verdict came on a letter unseen after a decision against it: it asks again, with no new status."""
    if in_force.outcome == ACCEPT:
        return False
    new = facts.evidence_since(tx, standing.key, since)
    return any(citation.says_kept and citation.letter.key in new for citation in record_of(tx, standing).citations)


def _withdraw(tx: Transaction, proposal: Proposal, recorded: str, rated: int, at: datetime) -> None:
    """Ask no more of a change that the source took back; a baseline verdict that nobody looked at waits as one again."""
    proposals.withdraw(tx, proposal.id, at)
    if recorded == ACHIEVED and decisions.in_force(tx, proposal.commitment) is None:
        proposals.open_backlog(tx, "verdict", [(proposal.commitment, rated)], at)


def _settle(tx: Transaction, key: int, record: Record) -> None:
    decided = decisions.in_force(tx, key)
    commitments.change(tx, key, reviewed=decided.settled_as if decided else claim(record), proposed=None)


def keep_deadlines(tx: Transaction, rows: Mapping[int, RecordColumns]) -> dict[int, RecordColumns]:
    """The columns of some commitments as their files give them, with what reviewers settled about their deadlines."""
    decided = decisions.of_deadlines(tx, list(rows))
    return {key: _settled(row, decided[key]) if key in decided else row for key, row in rows.items()}


def _settled(row: RecordColumns, decided: Sequence[Proposal]) -> RecordColumns:
    """The columns with what the last decision makes of the deadline.

    As they are where the file gives by now another date than those that were judged, or that decisions left in it.
    """
    decision = decided[-1]
    written = {left_in_file(one.outcome or "", one.judged, one.target) for one in decided}
    judged = {*(one.judged or "" for one in decided), *written}
    if (row["target_text"] or "") not in judged and (row["target"] is None or row["target"] not in map(_day, judged)):
        return row
    match decision.outcome:
        case status.NO_DEADLINE:
            kind, target = "none", None
        case status.DEADLINE_MOVED:
            kind, target = "clear", decision.target
        case _:
            target = parse_target(decision.judged)
            kind = "clear" if target else "none"
    settled = decision.outcome
    return {**row, "deadline": kind, "doubt": None, "settled": settled, "target": target, "other_years": []}


def _day(text: str) -> date | None:
    try:
        return parse_target(text)
    except UnreadableDateError:
        return None


def is_to_be_asked(tx: Transaction, standing: Standing, today: date) -> bool:
    """Whether a deadline waits for a person: a doubtful one that passed, or that the source gave after a person's decision.

    Also one that is clear, or ahead, where somebody sent in that it is wrong.
    """
    waiting = proposals.open_of(tx, standing.key, "deadline")
    if waiting and submissions.of(tx, waiting.id):
        return True
    if standing.deadline.kind != "doubtful" or standing.status in SETTLED:
        return False
    return standing.is_overdue(today) or decisions.in_force(tx, standing.key, deadline=True) is not None


def queue_deadline(
    tx: Transaction, standing: Standing, today: date, at: datetime, *, changed: bool = False, backlog: bool = False
) -> None:
    """A doubtful deadline waits for a person where it is to be asked of; nobody is told that it is late.

    `changed` says that the data is why. It is of the `backlog` where it only came to be doubted, by a better reading of the
    same records.
    """
    if is_to_be_asked(tx, standing, today) and (changed or not proposals.open_of(tx, standing.key, "deadline")):
        changed_at = at if changed else None
        proposals.open_(tx, standing.key, "deadline", at, doubts=1, backlog=backlog, changed_at=changed_at)


def ask_of_deadline(tx: Transaction, standing: Standing, today: date, at: datetime) -> None:
    """A verdict was settled, or is open again: whether the deadline passed is a question only where nothing was achieved."""
    waiting = proposals.open_of(tx, standing.key, "deadline")
    if waiting is None:
        queue_deadline(tx, standing, today, at)
    elif not is_to_be_asked(tx, standing, today):
        proposals.withdraw(tx, waiting.id, at)


def claim(record: Record) -> str:
    """What a file says of its review is its source's claim: it is shown, and settles nothing."""
    return "source" if any(entry.heading == HUMAN_REVIEW for entry in record.entries) else "none"
