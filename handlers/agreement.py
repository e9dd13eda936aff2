"""How the reviewing goes, in numbers that say what they can't: agreement with the AI, the week, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from handlers import found
from handlers.message import MESSAGE, Ask, Message, Section
from handlers.policy import Policy
from handlers.wording import FLAG_NAMES, OUTCOME_WORDS, decided_words
from records.flags import VERDICT_FLAGS
from records.status import OUTCOMES, Standing
from store import audit, chats, commitments, outbox, proposals
from store.engine import Transaction
from store.proposals import Proposal

LISTED = 15
"""Corrections that one message lists, the newest."""

ABOUT_THE_AI = "這是在看 AI 的判定，不是在看機關。"
NOT_RANDOM = "非隨機抽樣：最存疑的先複核，這個比例不能代表全部"

_Settled = Sequence[tuple[Proposal, Standing]]


def statistics(ask: Ask, tx: Transaction, _: Policy) -> Message:
    """「統計 複核」: how often reviewers agree with the AI, by doubt, in the random sample and apart from it."""
    settled = _settled(tx)
    drawn = [item for item in settled if item[0].drawn_at is not None]
    others = [item for item in settled if item[0].drawn_at is None]
    whole = proposals.count_drawn(tx)
    sections = [Section(text="\n".join([*_outcomes(settled), _waiting(tx), ABOUT_THE_AI]))]
    sections.append(
        Section(
            heading=f"隨機抽樣（抽出 {whole} 件，已複核 {len(drawn)} 件）",
            text="\n".join(_agreement(drawn)) if drawn else "還沒有。複核人輸入「複核 隨機」開始。",
        )
    )
    if others:
        sections.append(Section(heading="其他的複核", text="\n".join([f"⚠️ {NOT_RANDOM}", *_agreement(others)])))
    return Message(title="統計｜人工複核", sections=tuple(sections), footer=str(found.reach(tx, ask.at.date())))


def corrections(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「更正紀錄」: decisions that were reversed, corrections that were taken, news that was corrected; public."""
    changed = proposals.corrections(tx, ask.at)
    standings = {s.key: s for s in commitments.standings(tx, [one.commitment for one in changed])}
    told = [(one.decided_at, _changed(one, standings[one.commitment])) for one in changed if one.decided_at]
    for row in audit.rows(tx, action="correct"):
        at = datetime.fromisoformat(row.content["at"])
        told.append((at, f"更正消息 {row.content['fact']}：{row.content['reason']}"))
    newest = sorted(told, reverse=True)[:LISTED]
    lines = [f"{policy.local(at):%Y-%m-%d}　{words}" for at, words in newest]
    if len(told) > LISTED:
        lines.append(f"前面還有 {len(told) - LISTED} 件")
    return Message(
        title=f"更正紀錄（{len(told)}）",
        sections=(Section(text="\n".join(lines) or "還沒有更正過。"),),
        footer=f"{found.reach(tx, ask.at.date())}\n「複核紀錄 編號」看每一筆的全部決定。",
    )


def owe_weekly(tx: Transaction, monday: date, policy: Policy) -> int:
    """Owe the reviewers a summary of the week before a Monday, with the head of the audit log; how many messages.

    Where nobody ever decided anything and nothing waits there is nothing to sum up.
    """
    if not audit.count(tx) and not proposals.count_by_origin(tx):
        return 0
    due_at = policy.next_digest(datetime.combine(monday, time(0), policy.zone))
    message = _week(tx, monday, policy)
    body = MESSAGE.dump_python(message, mode="json")
    places = [(c.platform, chats.current(tx, c.platform, c.id), c.thread) for c in policy.review_chats]
    places += [(platform, chat, "") for platform, chat, _ in chats.with_cards(tx)]
    owed = 0
    for place in dict.fromkeys(places):
        key = f"reviewing:{monday.isoformat()}|{'|'.join(place)}"
        owed += outbox.send(tx, key, place, due_at, body=body)
    return owed


def _week(tx: Transaction, monday: date, policy: Policy) -> Message:
    end = datetime.combine(monday, time(0), policy.zone)
    start = end - timedelta(days=7)
    decided = [one for one in proposals.decided_since(tx, start) if one.decided_at and one.decided_at < end]
    settled = [item for item in _settled(tx) if item[0].id in {one.id for one in decided}]
    by_kind = {
        "判定": [one for one in decided if one.origin == "verdict"],
        "期限": [one for one in decided if one.origin == "deadline"],
        "更正": [one for one in decided if one.origin == "correction"],
    }
    lines = ["　".join(f"{name} {len(some)}" for name, some in by_kind.items())]
    if reversed_ones := sum(one.reverses is not None for one in decided):
        lines.append(f"其中改判 {reversed_ones}")
    sections = [Section(heading=f"決定了 {len(decided)} 件", text="\n".join(lines))]
    if settled:
        drawn = sum(one.drawn_at is not None for one, _ in settled)
        note = f"其中 {drawn} 件是隨機抽樣；{NOT_RANDOM}" if drawn else f"⚠️ {NOT_RANDOM}"
        sections.append(Section(text="\n".join([*_outcomes(settled), *_agreement(settled), note])))
    sections.append(Section(text=f"{_waiting(tx)}\n{ABOUT_THE_AI}"))
    sections.append(Section(text=f"複核紀錄 {audit.count(tx)} 列，紀錄頭\n{audit.head(tx)}"))
    last = (end - timedelta(days=1)).date()
    return Message(title=f"複核週報 {start.date().isoformat()} 至 {last.isoformat()}", sections=tuple(sections))


def _settled(tx: Transaction) -> _Settled:
    """The AI's verdicts with the decision in force on each."""
    decided = proposals.settled_verdicts(tx)
    standings = {s.key: s for s in commitments.standings(tx, [one.commitment for one in decided])}
    return [(one, standings[one.commitment]) for one in decided]


def _outcomes(settled: _Settled) -> list[str]:
    counts = {outcome: sum(one.outcome == outcome for one, _ in settled) for outcome in OUTCOMES}
    return [f"複核過的 AI 判定 {len(settled)} 件", "　".join(f"{OUTCOME_WORDS[o]} {n}" for o, n in counts.items())]


def _agreement(settled: _Settled) -> list[str]:
    """How many of how many AI verdicts reviewers shared, in all and by doubt."""
    lines = [f"複核與 AI 判定一致 {_share(one for one, _ in settled)}"]
    for flag in VERDICT_FLAGS:
        flagged = [one for one, standing in settled if flag in {known.flag for known in standing.flags}]
        if flagged:
            lines.append(f"・{FLAG_NAMES[flag]}：{_share(flagged)}")
    if clear := [one for one, standing in settled if not standing.flags]:
        lines.append(f"・沒有疑點：{_share(clear)}")
    return lines


def _share(decided: Iterable[Proposal]) -> str:
    some = list(decided)
    return f"{sum(map(_agrees, some))}/{len(some)}"


def _agrees(one: Proposal) -> bool:
    """Whether a decision made of the commitment what the AI said: an AI that took 達成 back is not confirmed by an acceptance."""
    return OUTCOMES[one.outcome or ""] == (one.to_status or one.judged)


def _waiting(tx: Transaction) -> str:
    counts = proposals.count_by_origin(tx)
    new, backlog = counts.get(("verdict", False), 0), counts.get(("verdict", True), 0)
    deadlines = counts.get(("deadline", False), 0) + counts.get(("deadline", True), 0)
    sent = counts.get(("correction", False), 0)
    return f"待複核：新判定 {new}、既有判定 {backlog}、期限 {deadlines}、更正 {sent}"


def _changed(one: Proposal, standing: Standing) -> str:
    what = "改判" if one.reverses is not None else "採用更正"
    return f"{what}　{standing.title}：{decided_words(one)}｜{one.decided_name}"
