"""How a status is told, with who or what set it: the AI's word is never given as a fact."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.language import N_, say, say_n, short_date
from handlers.wording import NOT_UNDONE
from records.record import ACHIEVED, DELAYED, NOT_A_PROMISE, PARTLY, STALE, TRACKING
from records.status import Standing

UNSUPPORTED_WORDS = N_("⚠️ 佐證不足：AI 判定所依據的公文都不晚於答復；這是在看 AI，不是在看機關，{not_undone}")
"""What stands above a list of verdicts that no later letter supports."""

DECLINE_WORDS = N_("不採認的是 AI 引用的佐證，{not_undone}。")
"""What must stand where a verdict that was not accepted does."""

STATUS_WORDS = {
    TRACKING: N_("尚無結論"),
    DELAYED: N_("尚無結論"),
    ACHIEVED: N_("達成"),
    STALE: N_("無更新"),
    PARTLY: N_("部分達成"),
    NOT_A_PROMISE: N_("非承諾"),
}


def status_line(standing: Standing) -> str:
    """The status and who or what set it; the AI's word is never given as a fact."""
    word = say(STATUS_WORDS[standing.status])
    if standing.proposed is not None:
        now = say("AI 判定達成·未經人工複核") if standing.is_claimed else word
        now = say("{word}（已複核）", word=word) if standing.is_reviewed else now
        return say("AI 提出改列「{status}」·待複核；目前{word}", status=say(STATUS_WORDS[standing.proposed]), word=now)
    if standing.is_declined:
        return say("AI 判定不採認·尚無結論")
    if standing.completed_on is not None and standing.is_reviewed:
        timely = {True: N_("逾期達成"), False: N_("如期達成"), None: N_("達成")}[standing.was_late]
        return say("{word}（已複核，{day} 完成）", word=say(timely), day=short_date(standing.completed_on))
    if standing.is_reviewed:
        return say("{word}（已複核）", word=word)
    if standing.reviewed == "source":
        return say("{word}（來源註記經人工複核，未經這裡複核）", word=word)
    if standing.status == ACHIEVED:
        return say("AI 判定達成·未經人工複核")
    return say("來源標記「無更新」") if standing.status == STALE else word


def brief_status(standing: Standing) -> str:
    """The same where no line with its doubt stands below: AI 判定達成·未經人工複核（佐證不足）."""
    if standing.is_declined:
        return say("{status}（{not_undone}）", status=status_line(standing), not_undone=say(NOT_UNDONE))
    return status_line(standing) + (say("（佐證不足）") if standing.is_doubted else "")


def kept_beside_words(twins: Sequence[Standing]) -> list[str]:
    """Who says that near-duplicates of a commitment without a completion are kept: one promise can't be both."""
    reviewed = sum(one.is_reviewed for one in twins)
    claimed = len(twins) - reviewed
    return [
        *([say_n("同段另 {n} 筆，AI 判定「達成」", claimed)] if claimed else []),
        *([say_n("同段另 {n} 筆，經複核「達成」", reviewed)] if reviewed else []),
    ]


def doubt_line(standing: Standing) -> str:
    """What must stand beside an AI verdict that is doubtful or was not accepted, with its tail; empty for any other."""
    if standing.is_declined:
        return say(DECLINE_WORDS, not_undone=say(NOT_UNDONE))
    return (
        say("⚠️ 佐證不足：AI 判定所依據的公文都不晚於這件答復。{not_undone}。", not_undone=say(NOT_UNDONE))
        if standing.is_doubted
        else ""
    )
