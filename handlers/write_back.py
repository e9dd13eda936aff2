"""A decision is settled: its entry for the record's file, and what is said where it could not be written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from handlers import voices
from handlers.basis import sources
from handlers.card import load
from handlers.language import say
from handlers.message import Chat, Message, Section
from handlers.policy import Policy
from handlers.reread import record_of
from records.decision import Decision, left_in_file
from records.status import DISMISS, NO_CONCLUSION, Standing
from store import audit, chats, decisions, files, outbox, outbox_state, proposals
from store.audit import Row
from store.engine import Transaction
from store.proposals import Proposal


def entry(tx: Transaction, proposal_id: int, policy: Policy) -> tuple[Standing, Decision]:
    """A decided proposal as (its commitment, the decision to write into that one's file)."""
    proposal, standing = load(tx, proposal_id)
    return standing, _decision(tx, proposal, standing, policy)


def decided(
    tx: Transaction, policy: Policy, first: datetime, now: datetime
) -> Iterator[tuple[Proposal, Standing, Decision]]:
    """(proposal, its commitment, decision) of every decision taken from `first` on whose undo window has ended, in order."""
    for proposal in decisions.since(tx, first):
        if proposal.outcome != DISMISS and proposal.public_at is not None and proposal.public_at <= now:
            _, standing = load(tx, proposal.id)
            yield proposal, standing, _decision(tx, proposal, standing, policy)


def why_no_patch(tx: Transaction, standing: Standing) -> str:
    """Why no patch of a commitment's file would fit the source as it is; '' where one does."""
    if standing.is_removed:
        return say("來源已移除這個檔案，所以沒有補丁")
    file = files.find(tx, standing.path)
    if file is None or any(problem.is_fatal for problem in file.problems):
        return say("這個檔案現在讀不出來，所以沒有補丁")
    if file.is_link:
        return say("這個檔案是連結，補丁改不了它指向的檔案")
    return ""


def tell_unwritten(tx: Transaction, proposal_id: int, reason: str, policy: Policy, at: datetime) -> None:
    """Owe the review chats a word about a decision that could not be written into its file."""
    proposal, standing = load(tx, proposal_id)

    def compose() -> Message:
        return _unwritten(proposal, standing, reason)

    for place, body in voices.worded(tx, [chats.now(tx, chat.place) for chat in policy.review_chats], policy, compose):
        outbox.send(tx, f"unwritten:{proposal.decision_id}:{Chat.of(place)}", place, policy.awake(at), body=body)


def _unwritten(proposal: Proposal, standing: Standing, reason: str) -> Message:
    return Message(
        title=say("沒有寫回檔案：{title}", title=standing.title),
        sections=(
            Section(text=reason),
            Section(text=say("這個決定照樣有效；檔案請管理員看過再處理。")),
        ),
        footer=say("案號 {proposal}·編號 {record}", proposal=proposal.id, record=standing.id[:8]),
    )


def _decision(tx: Transaction, proposal: Proposal, standing: Standing, policy: Policy) -> Decision:
    if proposal.outcome is None or proposal.decided_at is None:
        raise LookupError(f"proposal {proposal.id} holds no decision")
    row = audit.of_decision(tx, standing.key, proposal.decision_id or "")
    others = [one for one in decisions.of_commitment(tx, standing.key) if one.outcome != DISMISS]
    before = [one for one in others if _is_before(one, proposal)]
    if _has_moved_on(tx, standing, proposal, before):
        before = []
    return Decision(
        id=proposal.decision_id or "",
        record=standing.id,
        outcome=proposal.outcome,
        judged=proposal.judged or "",
        is_no_conclusion=proposal.settled_as == NO_CONCLUSION,
        by=proposal.decided_name or "",
        day=proposal.decided_at.astimezone(policy.zone).date(),
        reason=proposal.reason or "",
        documents=_documents(tx, proposal, standing, row),
        target=proposal.target,
        follows=tuple(
            (one.decision_id or "", left_in_file(one.outcome or "", one.judged, one.target)) for one in before
        ),
        followed_by=tuple(one.decision_id or "" for one in others if _is_before(proposal, one)),
        audit=row.hash if row else "",
    )


def _documents(tx: Transaction, proposal: Proposal, standing: Standing, row: Row | None) -> tuple[str, ...]:
    """What a decision rests on: the letters of the AI's verdicts, the one that the deadline was looked up in, what was sent in.

    Of the letters only those that its card showed, as the log's row tells: more may have been cited since.
    """
    match proposal.origin:
        case "deadline":
            if sent := sources(tx, proposal):
                return tuple(sent)
            found = [standing.letter_number]
        case "correction":
            return tuple(sources(tx, proposal))
        case _:
            letters = [citation.letter for citation in record_of(tx, standing).verdicts]
            found = [one.number for one in letters if row is None or one.key in row.content.get("evidence", ())]
    return tuple(dict.fromkeys(filter(None, found)))


def _has_moved_on(tx: Transaction, standing: Standing, proposal: Proposal, before: Sequence[Proposal]) -> bool:
    """Whether the source said something else since a verdict was settled than what an earlier decision left in the file."""
    if proposal.origin != "verdict" or proposal.reverses is not None or not before:
        return False
    last = before[-1]
    waits = proposals.open_of(tx, standing.key, "verdict")
    left = left_in_file(last.outcome or "", last.judged, last.target)
    # what was asked before that decision was taken is of the file as it stood then, which no sync has read since
    is_unread = (
        standing.recorded == last.judged and last.decided_at is not None and proposal.opened_at <= last.decided_at
    )
    return (standing.recorded != left and not is_unread) or (waits is not None and not waits.backlog)


def _is_before(one: Proposal, other: Proposal) -> bool:
    """Whether a decision was taken before another on the same matter, a verdict or a deadline."""
    if (one.origin == "deadline") != (other.origin == "deadline") or one.decided_at is None or other.decided_at is None:
        return False
    return (one.decided_at, one.id) < (other.decided_at, other.id)


def key_of(proposal: Proposal) -> str:
    """The outbox key of a decision's entry in its file."""
    return f"write_back:{proposal.decision_id}"


def state_of(tx: Transaction, proposal: Proposal, policy: Policy) -> str:
    """How the file entry of a decision stands: off, done, due …, given up: why."""
    if not policy.writes_back:
        return "off"
    return outbox_state.find_state(tx, key_of(proposal), policy.zone) or "off"
