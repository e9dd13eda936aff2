"""How a reviewer's decision is told."""

from __future__ import annotations

from typing import NamedTuple

from handlers.cutting import cut_to
from handlers.language import N_, say, short_date
from handlers.status_words import STATUS_WORDS
from handlers.wording import NOT_UNDONE
from records.record import ACHIEVED
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


class OutcomeLabel(NamedTuple):
    """What an outcome is called: a sign for buttons and lists, and words, which are translated."""

    sign: str
    words: str

    @property
    def said(self) -> str:
        """The words in the chat's language, with a capital where it has them."""
        words = say(self.words)
        return words[:1].upper() + words[1:]

    def __str__(self) -> str:
        return f"{self.sign} {self.said}"


OUTCOME_LABELS = {
    ACCEPT: OutcomeLabel("✅", N_("採認達成")),
    ACCEPT_PARTLY: OutcomeLabel("🟡", N_("部分達成")),
    DECLINE: OutcomeLabel("❌", N_("不採認")),
    NOT_PROMISED: OutcomeLabel("➖", N_("不是承諾")),
    DEADLINE_RIGHT: OutcomeLabel("✅", N_("期限正確")),
    DEADLINE_MOVED: OutcomeLabel("📅", N_("期限改為")),
    NO_DEADLINE: OutcomeLabel("🚫", N_("不是期限")),
    DISMISS: OutcomeLabel("❌", N_("不採用這份更正")),
}

NO_CONCLUSION_LABEL = OutcomeLabel("↺", N_("改列尚無結論"))
"""The outcome `decline` where nobody claims 達成 on the AI's word: of a correction, or where the AI took its verdict back."""


def decided_words(decided: Proposal, longest: int | None = None) -> str:
    """How a proposal was settled: ❌ 不採認：公文早於承諾, 📅 期限改為 2027-12-31; a reason cut to `longest` characters."""
    told = f"{_label(decided)}{_target(decided)}"
    reason = decided.reason or ""
    return (
        say("{told}：{reason}", told=told, reason=cut_to(say(reason), longest or len(say(reason)))) if reason else told
    )


def settled_words(decided: Proposal, longest: int | None = None) -> str:
    """The same in a sentence that the public reads, with who decided: 不採認（公文與承諾無關；複核人甲）.

    No sign stands in it: beside an agency's name a ❌ would be one on the agency.
    """
    told = f"{_label(decided).said}{_target(decided)}"
    if decided.reason:
        reason = say(decided.reason)
        reason = cut_to(reason, longest or len(reason))
        return say("{told}（{reason}；{by}）", told=told, reason=reason, by=decided.decided_name)
    return say("{told}（{by}）", told=told, by=decided.decided_name)


def what_stands(declined: Proposal) -> str:
    """How a commitment stands after a verdict on it was declined, in a sentence that the public reads."""
    if declined.leaves_earlier:
        return say("先前複核的「{words}」不變。", words=OUTCOME_LABELS[declined.reviewed_before or ""].said)
    return say("目前尚無結論，{not_undone}。", not_undone=say(NOT_UNDONE))


def judged_otherwise(proposal: Proposal) -> str:
    """What the AI says where it does not say that the promise was kept."""
    if proposal.from_status == ACHIEVED:
        return say("AI 收回了先前的判定。")
    return say("AI 改列「{status}」，沒有說達成。", status=say(STATUS_WORDS[proposal.proposed]))


def _label(decided: Proposal) -> OutcomeLabel:
    if decided.outcome is None:
        raise LookupError(f"proposal {decided.id} holds no decision")
    is_none = decided.settled_as == NO_CONCLUSION or (decided.origin == "correction" and decided.outcome == DECLINE)
    return NO_CONCLUSION_LABEL if is_none else OUTCOME_LABELS[decided.outcome]


def _target(decided: Proposal) -> str:
    if decided.target is None:
        return ""
    day = short_date(decided.target)
    return say("（{day} 完成）", day=day) if decided.outcome == ACCEPT else f" {day}"
