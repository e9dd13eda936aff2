"""How the reviewing goes, in numbers that say what they can't: agreement with the AI, the week, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from typing import Any

from handlers import authority
from handlers.flag_words import FLAG_NAMES
from handlers.language import N_, say, say_n, short_date
from handlers.message import Ask, Message, Person, Section, Tap
from handlers.outcome_words import OUTCOME_LABELS, decided_words
from handlers.paging import last_page, turns
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.status_words import DECLINE_WORDS
from handlers.wording import KIND_NAMES, NOT_UNDONE
from records.flags import DEADLINE_FLAGS, VERDICT_FLAGS
from records.status import DEADLINE_OUTCOMES, DEADLINE_RIGHT, DECLINE, OUTCOMES, Standing
from store import audit, chats, commitments, decisions, facts, outbox, queue
from store.engine import Transaction
from store.places import Place
from store.proposals import Proposal

LISTED = 15
"""Corrections that one message lists, the newest."""

ABOUT_THE_AI = N_("這是在看 AI 的判定，不是在看機關。")
NOT_RANDOM = N_("非隨機抽樣：最存疑的先複核，這個比例不能代表全部")

NOT_ALL = N_("複核的只有存疑而且已過的期限，和有人說有誤的，這個比例不能代表全部")

_Settled = Sequence[Proposal]


def statistics(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「複核統計」, 「統計 複核」: how the reviewing goes."""
    return numbers(tx, ask.at.date())


def numbers(tx: Transaction, today: date) -> Message:
    """How often reviewers agree with the AI, by doubt, in the random sample and apart from it."""
    settled = decisions.settled(tx, "verdict")
    sections = (
        Section(text="\n".join([*_outcomes(settled), *_by_corrections(tx), _waiting(tx), say(ABOUT_THE_AI)])),
        *_parted(tx, settled, queue.count_drawn(tx)),
        *_of_deadlines(decisions.settled(tx, "deadline")),
    )
    return Message(title=say("統計｜人工複核"), sections=sections, footer=str(read_reach(tx, today)))


def corrections(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「更正紀錄」: decisions that were reversed, corrections that were taken, news that was corrected; public."""
    return _corrections(tx, policy, ask.at, 0)


def turn_page(tap: Tap, tx: Transaction, policy: Policy, _id: int, page: int) -> Message:
    """Older or newer corrections in place of those that were tapped."""
    return _corrections(tx, policy, tap.at, page).placed("edit")


def _corrections(tx: Transaction, policy: Policy, at: datetime, page: int) -> Message:
    changed = decisions.corrections(tx, at)
    standings = {s.key: s for s in commitments.standings(tx, [one.commitment for one in changed])}
    told = [(one.decided_at, _changed(one, standings[one.commitment])) for one in changed if one.decided_at]
    told += [_corrected_at(tx, row.content) for row in audit.rows(tx, action="correct")]
    page = page if page * LISTED < len(told) else 0
    newest = sorted(told, reverse=True)[page * LISTED : (page + 1) * LISTED]
    lines = [f"{policy.local(when):%Y-%m-%d}　{words}" for when, words in newest]
    if earlier := max(0, len(told) - (page + 1) * LISTED):
        lines.append(say_n("前面還有 {n} 件", earlier))
    if any(one.outcome == DECLINE and one.origin != "correction" for one in changed):
        lines.append(say(DECLINE_WORDS, not_undone=say(NOT_UNDONE)))
    return Message(
        title=say("更正紀錄（{n}）", n=len(told)),
        sections=(Section(text="\n".join(lines) or say("還沒有更正過。")),),
        footer=say("{reach}\n「複核紀錄 編號」看每一筆的全部決定。", reach=read_reach(tx, at.date())),
        buttons=turns(page, last_page(len(told), LISTED), "corrections:0:{}".format, newest_first=True),
    )


def _corrected_at(tx: Transaction, content: Mapping[str, Any]) -> tuple[datetime, str]:
    """When news was corrected, and how; what somebody made of a row can't be read, and stands last."""
    try:
        return datetime.fromisoformat(content["at"]).astimezone(UTC), _corrected(tx, content)
    except (KeyError, ValueError, TypeError):
        return datetime(MINYEAR, 1, 2, tzinfo=UTC), say("⚠️ 這一列被改過，讀不出來。")


def _corrected(tx: Transaction, content: Mapping[str, Any]) -> str:
    """News that an admin corrected: of what it told, and why it was wrong."""
    [fact] = facts.find(tx, [int(content["fact"])])
    standing = commitments.standing(tx, fact.commitment)
    what, title = say(KIND_NAMES[fact.kind]), standing.title if standing else ""
    return say("更正消息　{title}（{what}）：{reason}", title=title, what=what, reason=content["reason"])


def owe_weekly(tx: Transaction, first: date, monday: date, policy: Policy) -> int:
    """Owe the reviewers a summary of the days from `first` to a Monday, with the head of the audit log; how many messages.

    It is put into words when it is sent: what waits then is what the sync of that day left. Where nobody ever decided
    anything and nothing waits there is nothing to sum up.
    """
    if not audit.count(tx) and not queue.tally(tx):
        return 0
    due_at = policy.next_digest(datetime.combine(monday, time(0), policy.zone))
    places = [
        *(chats.now(tx, chat.place) for chat in policy.review_chats),
        *(
            Place(platform, chat, "")
            for platform, chat, reviewer in chats.with_cards(tx)
            if authority.is_reviewer(tx, policy, Person.parse(reviewer))
        ),
    ]
    return sum(
        outbox.send(tx, outbox.round_key(first, monday, place), place, due_at) for place in dict.fromkeys(places)
    )


def summary(tx: Transaction, first: date, monday: date, policy: Policy) -> Message:
    """What reviewers decided from a day to a Monday, how far the AI was right, and what waits."""
    start, end = (datetime.combine(day, time(0), policy.zone) for day in (first, monday))
    decided = [one for one in decisions.since(tx, start) if one.decided_at and one.decided_at < end]
    taken = {one.id for one in decided}
    settled = [one for one in decisions.settled(tx, "verdict") if one.id in taken]
    by_kind = {
        say("判定"): [one for one in decided if one.origin == "verdict"],
        say("期限"): [one for one in decided if one.origin == "deadline"],
        say("更正"): [one for one in decided if one.origin == "correction"],
    }
    lines = ["　".join(f"{name} {len(some)}" for name, some in by_kind.items())]
    if reversed_ones := sum(one.reverses is not None for one in decided):
        lines.append(say("其中改判 {n}", n=reversed_ones))
    sections = [Section(heading=say_n("決定了 {n} 件", len(decided)), text="\n".join(lines))]
    if settled:
        sections += [Section(text="\n".join(_outcomes(settled))), *_parted(tx, settled)]
    sections += _of_deadlines([one for one in decisions.settled(tx, "deadline") if one.id in taken])
    sections.append(Section(text=f"{_waiting(tx)}\n{say(ABOUT_THE_AI)}"))
    sections.append(Section(text=say_n("複核紀錄 {n} 列，紀錄頭\n{head}", audit.count(tx), head=audit.head(tx))))
    last = (end - timedelta(days=1)).date()
    return Message(
        title=say("複核週報 {date} 至 {last}", date=short_date(start.date()), last=short_date(last)),
        sections=tuple(sections),
    )


def _outcomes(settled: _Settled) -> list[str]:
    """How many verdicts of 達成 were settled, and how; those that the AI took back apart."""
    claimed = [one for one in settled if not one.takes_back]
    counts = {outcome: sum(one.outcome == outcome for one in claimed) for outcome in OUTCOMES}
    lines = [
        say_n("複核過的 AI 判定達成 {n} 件", len(claimed)),
        "　".join(f"{OUTCOME_LABELS[o]} {n}" for o, n in counts.items()),
    ]
    if taken_back := [one for one in settled if one.takes_back]:
        lines.append(
            say_n("AI 收回或改列的判定 {n} 件，複核也改列的 {share}", len(taken_back), share=_share(taken_back))
        )
    return lines


def _parted(tx: Transaction, settled: _Settled, whole: int | None = None) -> list[Section]:
    """How often reviewers agreed that a promise was kept: in the random sample, of `whole` that were drawn, and apart from it.

    What was settled in a week may have been drawn before it, so a week's has no such whole.
    """
    sampled = sum(one.drawn_at is not None for one in settled)
    claimed = [one for one in settled if not one.takes_back]
    drawn = [one for one in claimed if one.drawn_at is not None]
    others = [one for one in claimed if one.drawn_at is None]
    heading = (
        say_n("隨機抽樣（這段時間複核 {n} 件）", sampled)
        if whole is None
        else say_n("隨機抽樣（抽出 {whole} 件，已複核 {n} 件）", sampled, whole=whole)
    )
    sections = [
        Section(
            heading=heading,
            text="\n".join(_agreement(tx, drawn)) if drawn else say("還沒有。複核人輸入「複核 隨機」開始。"),
        )
    ]
    if others:
        text = "\n".join([f"⚠️ {say(NOT_RANDOM)}", *_agreement(tx, others)])
        sections.append(Section(heading=say("其他的複核"), text=text))
    return sections


def _of_deadlines(settled: _Settled) -> list[Section]:
    """How often reviewers found a doubtful deadline of the AI's to be right, by its doubt; nobody draws these at random."""
    if not settled:
        return []

    def right(some: _Settled) -> str:
        return f"{sum(one.outcome == DEADLINE_RIGHT for one in some)}/{len(some)}"

    counts = "　".join(f"{OUTCOME_LABELS[o]} {sum(one.outcome == o for one in settled)}" for o in DEADLINE_OUTCOMES)
    lines = [f"⚠️ {say(NOT_ALL)}", counts, say("AI 擷取的期限正確 {share}", share=right(settled))]
    for flag in DEADLINE_FLAGS:
        if flagged := [one for one in settled if flag in (one.flags or ())]:
            lines.append(say("・{flag}：{share}", flag=say(FLAG_NAMES[flag]), share=right(flagged)))
    return [Section(heading=say_n("複核過的期限 {n} 件", len(settled)), text="\n".join(lines))]


def _agreement(tx: Transaction, claimed: _Settled) -> list[str]:
    """How many of how many AI verdicts reviewers shared, in all and by the doubts that each had when it was settled.

    What was decided alike for near-duplicates was looked at once: where there is such, it is counted both ways.
    """
    lines = [say("複核與 AI 判定一致 {share}", share=_share(claimed))]
    if len(folded := _folded(tx, claimed)) < len(claimed):
        lines[0] += say("（同段併計 {share}）", share=_share(folded))
    for flag in VERDICT_FLAGS:
        if flagged := [one for one in claimed if flag in (one.flags or ())]:
            lines.append(say("・{flag}：{share}", flag=say(FLAG_NAMES[flag]), share=_share(flagged)))
    if clear := [one for one in claimed if not one.flags]:
        lines.append(say("・判定沒有疑點：{share}", share=_share(clear)))
    return lines


def _folded(tx: Transaction, settled: _Settled) -> list[Proposal]:
    """Of the decisions on near-duplicates, one of each outcome."""
    groups = {one.key: one.alike or one.key for one in commitments.standings(tx, [one.commitment for one in settled])}
    return list({(groups.get(one.commitment), one.outcome): one for one in settled}.values())


def _share(decided: Iterable[Proposal]) -> str:
    some = list(decided)
    return f"{sum(map(_agrees, some))}/{len(some)}"


def _agrees(one: Proposal) -> bool:
    """Whether a decision made of the commitment what the AI said: an AI that took 達成 back is not confirmed by an acceptance."""
    return OUTCOMES[one.outcome or ""] == (one.to_status or one.judged)


def _by_corrections(tx: Transaction) -> list[str]:
    """That commitments count as kept by what people sent in, where some do: the AI's letters were not judged for it."""
    found = len(decisions.kept_by_what_was_sent_in(tx))
    return [say_n("另有 {n} 件依送來的更正採認，那不是 AI 引的公文，不算在上面", found)] if found else []


def _waiting(tx: Transaction) -> str:
    waits = queue.tally(tx)
    return say(
        "待複核：新判定 {new}、既有判定 {backlog}、期限 {deadlines}、更正 {sent}",
        new=waits.verdicts,
        backlog=waits.backlog,
        deadlines=waits.deadlines,
        sent=waits.corrections,
    )


def _changed(one: Proposal, standing: Standing) -> str:
    what = say("改判") if one.reverses is not None else say("採用更正")
    return say(
        "{what}　{title}：{decided}｜{by}",
        what=what,
        title=standing.title,
        decided=decided_words(one),
        by=one.decided_name,
    )
