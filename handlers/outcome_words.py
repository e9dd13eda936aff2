"""How a reviewer's decision is told."""

from __future__ import annotations

from dataclasses import replace

from handlers.cutting import cut_to
from handlers.language import N_, say, short_date
from records.status import (
    ACCEPT,
    ACCEPT_PARTLY,
    DEADLINE_MOVED,
    DEADLINE_RIGHT,
    DECLINE,
    DISMISS,
    NO_CONCLUSION,
    NO_DEADLINE,
    NOT_PROMISED,
)
from store.proposals import Proposal

OUTCOME_WORDS = {
    ACCEPT: N_("✅ 採認達成"),
    ACCEPT_PARTLY: N_("🟡 部分達成"),
    DECLINE: N_("❌ 不採認"),
    NOT_PROMISED: N_("➖ 不是承諾"),
    DEADLINE_RIGHT: N_("✅ 期限正確"),
    DEADLINE_MOVED: N_("📅 期限改為"),
    NO_DEADLINE: N_("🚫 不是期限"),
    DISMISS: N_("❌ 不採用這份更正"),
}

NO_CONCLUSION_WORDS = N_("↺ 改列尚無結論")
"""The outcome `decline` where nobody claims 達成 on the AI's word: of a correction, or where the AI took its verdict back."""


def decided_words(decided: Proposal, longest: int | None = None) -> str:
    """How a proposal was settled: ❌ 不採認：公文早於承諾, 📅 期限改為 2027-12-31; a reason cut to `longest` characters."""
    if decided.outcome is None:
        raise LookupError(f"proposal {decided.id} holds no decision")
    told = say(OUTCOME_WORDS[decided.outcome])
    if decided.settled_as == NO_CONCLUSION or (decided.origin == "correction" and decided.outcome == DECLINE):
        told = say(NO_CONCLUSION_WORDS)
    if decided.target:
        told += f" {short_date(decided.target)}"
    reason = decided.reason or ""
    return (
        say("{told}：{reason}", told=told, reason=cut_to(say(reason), longest or len(say(reason)))) if reason else told
    )


def settled_words(decided: Proposal) -> str:
    """The same in a sentence that the public reads, with who decided: 不採認（公文與承諾無關；複核人甲）.

    No sign stands in it: beside an agency's name a ❌ would be one on the agency.
    """
    told = decided_words(replace(decided, reason=None)).partition(" ")[2]
    if decided.reason:
        return say("{told}（{reason}；{by}）", told=told, reason=say(decided.reason), by=decided.decided_name)
    return say("{told}（{by}）", told=told, by=decided.decided_name)
