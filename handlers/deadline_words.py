"""How a target date is told: how far it can be trusted, and what follows once it passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from handlers.agency_words import is_third_party
from handlers.flag_words import flag_line
from handlers.language import N_, listed, say, say_n, short_date
from records.record import ACHIEVED
from records.status import DEADLINE_MOVED, DEADLINE_RIGHT, NO_DEADLINE, Standing

PAST_BUT_CLAIMED = N_("期限已過·AI 曾引用完成佐證，未複核")

DOUBTFUL_CROSSING = N_("期限存疑的日期已過")


def data_date(day: str | None) -> str:
    """A date as the data gave it before or after a change; where it gave none, or one that nobody can read, that."""
    return day or say("無可讀日期")


def deadline_line(standing: Standing, today: date) -> str:
    """The target date, labelled, and how far it can be trusted."""
    return f"{target_line(standing)}{deadline_state(standing, today)}"


def target_line(standing: Standing) -> str:
    """The target date as read, and as written where that differs: 期限 2027-10-31（原文「116-10-31」）, 無期限."""
    words = target_words(standing, short_date)
    return say("期限 {target}", target=words) if standing.target else words


def last_target_line(standing: Standing) -> str:
    """The same of a commitment that is there no longer: with its doubt, and no days that go on."""
    doubt = standing.deadline.doubt
    return target_line(standing) + (f" ⚠️ {flag_line(doubt)}" if doubt else "")


def target_words(standing: Standing, written_as: Callable[[date], str]) -> str:
    """The same without its label, for a line that has one; dates are `written_as` says."""
    if standing.deadline.settled == NO_DEADLINE:
        text = say("資料裡的「{text}」", text=standing.target_text) if standing.target_text else ""
        return say("無期限（{text}經人工複核不是期限）", text=text)
    text = standing.target_text or ""
    if standing.target is None:
        return say("期限無法判讀（原文「{text}」）", text=text) if text else say("無期限")
    words = written_as(standing.target)
    differs = text != standing.target.isoformat()
    if standing.deadline.settled == DEADLINE_MOVED:
        words += say("（人工複核改正，資料原為「{text}」）", text=text) if differs else say("（人工複核改正）")
    elif differs:
        words += say("（原文「{text}」）", text=text)
    return words + (say("（已人工複核）") if standing.deadline.settled == DEADLINE_RIGHT else "")


def days_told(standing: Standing, today: date) -> int | None:
    """Days since a clear target date, where nothing stands against counting them.

    The AI may have evidence that nobody looked at, the promise may be a firm's, or name another year than its deadline.
    """
    if claimed_done(standing) or is_third_party(standing) or standing.other_years:
        return None
    return standing.days_overdue(today)


def claimed_done(standing: Standing) -> str:
    """That the AI has evidence that a promise past its date was kept, which nobody has looked at; days are not counted then."""
    if standing.proposed == ACHIEVED:
        return say("期限已過·AI 提出完成佐證，待複核")
    return say(PAST_BUT_CLAIMED) if standing.is_cited_as_done else ""


def other_years_words(standing: Standing) -> str:
    """That the promise itself names other years than its deadline's; empty where it does not."""
    years = listed(map(str, standing.other_years))
    return say("承諾原文提到的是 {years} 年，和這個期限不同年，請先核對公文", years=years) if years else ""


def deadline_state(standing: Standing, today: date) -> str:
    """What follows a target date: its doubt, or where it is clear the days since or left; empty where nothing does."""
    if standing.target is None:
        return ""
    if standing.deadline.doubt:
        return f" ⚠️ {flag_line(standing.deadline.doubt)}"
    if other := other_years_words(standing):
        return say("｜⚠️ {other}", other=other)
    if standing.is_overdue(today) and (claimed := claimed_done(standing)):
        return say("｜{claimed}", claimed=claimed)
    if standing.is_overdue(today) and is_third_party(standing):
        return say("｜期限已過")
    if (days := days_told(standing, today)) is not None:
        tied = say("·承諾有條件") if standing.conditional else ""
        return say_n("｜已過 {n} 天·未見完成紀錄{tied}", days, tied=tied)
    if standing.is_due_soon(today):
        left = (standing.target - today).days
        return say_n("｜剩 {n} 天", left) if left else say("｜今天到期")
    return ""
