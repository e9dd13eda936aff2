"""A proposal's card: what is proposed, the dates and the letters' own words, the doubts, and only then the buttons."""

from __future__ import annotations

from datetime import date, datetime

from handlers import found
from handlers.message import Button, Message, RefusedError, Section
from handlers.policy import Policy
from handlers.show import citations_section, held_text, promise_section, source_row
from handlers.wording import (
    NOT_UNDONE,
    OUTCOME_WORDS,
    STATUS_WORDS,
    agency_line,
    clock,
    deadline_line,
    flag_line,
    status_line,
)
from records.flags import DEADLINE_BEFORE_LETTER, NOT_IN_TEXT, PREDATES, SAME_DAY, SAME_LETTER
from records.grounds import grounds
from records.parse import parse
from records.record import Record
from records.status import Standing
from store import commitments, proposals
from store.engine import Transaction
from store.proposals import Proposal

DECLINE_LABELS = {"unrelated": "與承諾無關", "older": "公文早於承諾", "itself": "就是這件答復"}
"""What the buttons of a decline say, by their verb."""

DECLINE_REASONS = {**DECLINE_LABELS, "itself": "引用的就是承諾所在的這件答復"}
"""The reason that each of them gives, in words that stand alone in public."""

_PRESETS_BY_FLAG = {NOT_IN_TEXT: "unrelated", PREDATES: "older", SAME_DAY: "older", SAME_LETTER: "itself"}


def load(tx: Transaction, proposal_id: int) -> tuple[Proposal, Standing]:
    """A proposal and its commitment as it stands; raises RefusedError where there is none of that id."""
    proposal = proposals.find(tx, proposal_id)
    standing = commitments.standing(tx, proposal.commitment) if proposal else None
    if proposal is None or standing is None:
        raise RefusedError(f"沒有案號 {proposal_id}。輸入「複核」看待複核的判定。")
    return proposal, standing


def card(tx: Transaction, proposal_id: int, policy: Policy, at: datetime) -> Message:
    """A proposal's card as it stands: with its buttons while it waits, with who decided what and why afterwards."""
    proposal, standing = load(tx, proposal_id)
    record, _ = parse(standing.path, commitments.find_text(tx, standing.key))
    sections = [
        *([Section(text=_decision(proposal, standing, policy, at))] if proposal.outcome else []),
        Section(text=f"{agency_line(standing)}\n{standing.title}"),
        promise_section(record, held_text(tx, record)),
        Section(text="\n".join(_letter_lines(standing, at.date()))),
    ]
    if proposal.is_open and (earlier := proposals.last_decided(tx, standing.key)):
        sections.append(Section(text=_disagrees(earlier, policy)))
    if doubts := _doubts(record, standing):
        lines = [f"{number} {line}" for number, line in enumerate(doubts, 1)] + _in_favour(record)
        sections.append(Section(heading=f"⚠️ 疑點 {len(doubts)}", text="\n".join(lines)))
    if record.citations:
        sections.append(citations_section(tx, record))
    if proposal.is_open:
        sections.append(Section(text="不採認後改列「尚無結論」，不會因此發出逾期通知。"))
    return Message(
        title=_card_title(proposal, standing, policy),
        sections=tuple(sections),
        footer=f"{found.reach(tx, at.date())}\n案號 {proposal.id}·編號 {standing.id[:8]}",
        buttons=_card_buttons(proposal, standing, at),
        proposal=proposal.id,
    )


def _card_title(proposal: Proposal, standing: Standing, policy: Policy) -> str:
    """What is asked; once it is decided, how: a picture of the card must not read as if the AI's word had stood."""
    if proposal.outcome:
        reason = f"：{proposal.reason}" if proposal.reason else ""
        when = clock(policy.local(proposal.decided_at))
        return f"{OUTCOME_WORDS[proposal.outcome]}{reason}｜{proposal.decided_name}·{when}"
    if proposal.withdrawn_at:
        return "來源已收回這個判定"
    if proposal.origin == "deadline":
        return "期限待查證（AI 擷取的期限存疑）"
    if proposal.from_status is None:
        return f"待複核　AI 判定「{STATUS_WORDS[standing.recorded]}」（既有判定）"
    return f"待複核　{STATUS_WORDS[proposal.from_status]} → {_proposed(proposal, standing)}（AI 判定）"


def _proposed(proposal: Proposal, standing: Standing) -> str:
    return STATUS_WORDS[proposal.to_status or standing.recorded]


def _decision(proposal: Proposal, standing: Standing, policy: Policy, at: datetime) -> str:
    """What the decision makes of the AI's verdict, and how long it can be taken back."""
    line = f"AI 判定「{_proposed(proposal, standing)}」，現列「{status_line(standing)}」"
    if proposal.public_at and proposal.public_at > at:
        line += f"\n可復原至 {clock(policy.local(proposal.public_at))}，之後通知訂閱者"
    return line


def _disagrees(earlier: Proposal, policy: Policy) -> str:
    """That the source says otherwise than a decision in force, which stands until somebody decides anew."""
    when = policy.local(earlier.decided_at).date().isoformat()
    reason = f"：{earlier.reason}" if earlier.reason else ""
    outcome = OUTCOME_WORDS[earlier.outcome or ""]
    return f"先前人工複核：{outcome}{reason}｜{earlier.decided_name}·{when}\n來源之後又改了；重新決定之前，先前的決定仍然有效。"


def _letter_lines(standing: Standing, today: date) -> list[str]:
    lines = [
        f"答復　{standing.letter_date.isoformat() if standing.letter_date else '日期不明'}　{standing.letter_number or ''}"
    ]
    if standing.legislators:
        lines.append(f"質詢　{'、'.join(standing.legislators)}委員")
    lines.append(f"期限　{deadline_line(standing, today).removeprefix('期限 ')}")
    return lines


def _doubts(record: Record, standing: Standing) -> list[str]:
    """The doubts in plain words, strongest first, each once, with their tail."""
    lines = list(dict.fromkeys([*_older_than_the_act(record), *(flag_line(flag) for flag in standing.flags)]))
    shown = lines[:4] + ([f"另有 {len(lines) - 4} 個同類疑點"] if len(lines) > 4 else [])
    if standing.unsupported:
        shown.append(f"AI 引用的公文都不晚於答復（佐證不足），{NOT_UNDONE}")
    return shown


def _older_than_the_act(record: Record) -> list[str]:
    """The strongest doubt: a cited letter is older even than what the promise tells of as done."""
    found = [known for citation in record.verdicts if (known := grounds(record, citation)) and not known.hold]
    newest = max(found, key=lambda known: known.document, default=None)
    if newest is None:
        return []
    return [f"公文早於答復，也早於承諾提到的 {newest.act.isoformat()}（公文 {newest.document.isoformat()}）"]


def _in_favour(record: Record) -> list[str]:
    """Why an older letter can be right all the same: the act that the promise tells of is older still."""
    found = [known for citation in record.verdicts if (known := grounds(record, citation)) and known.hold]
    newest = max(found, key=lambda known: known.document, default=None)
    if newest is None:
        return []
    when = "晚於該日" if newest.document > newest.act else "就在該日"
    return [f"可能成立的理由：承諾講的事發生在 {newest.act.isoformat()}，公文{when}（{newest.document.isoformat()}）"]


def _card_buttons(proposal: Proposal, standing: Standing, at: datetime) -> tuple[tuple[Button, ...], ...]:
    mark = f"{proposal.id}:{proposal.version}"
    if proposal.outcome is not None:
        inside = proposal.public_at is not None and proposal.public_at > at
        return ((Button(label="↩️ 復原", action=f"undo:{mark}"),),) if inside else ()
    if proposal.origin == "deadline" or proposal.withdrawn_at:
        return source_row(standing)
    flags = [flag.flag for flag in standing.flags]
    verbs = dict.fromkeys([*(_PRESETS_BY_FLAG[flag] for flag in flags if flag in _PRESETS_BY_FLAG), "unrelated"])
    declines = tuple(Button(label=f"❌ {DECLINE_LABELS[verb]}", action=f"{verb}:{mark}") for verb in verbs)
    accept = (Button(label="✅ 採認達成", action=f"accept:{mark}"),)
    others = (
        Button(label="🟡 部分達成", action=f"partly:{mark}"),
        Button(label="➖ 不是承諾", action=f"not-a-promise:{mark}"),
    )
    doubt = standing.deadline.doubt.flag if standing.deadline.doubt else ""
    rows: tuple[tuple[Button, ...], ...]
    if SAME_LETTER not in flags:
        # predates alone never puts the decline first: an older letter can be right where the act itself is older
        rows = (accept, others, declines)
    elif doubt == DEADLINE_BEFORE_LETTER:  # the reply reports something finished: no promise, rather than not kept
        rows = (others, declines, accept)
    else:
        rows = (declines, others, accept)
    return (*rows, *source_row(standing), (Button(label="⏭ 先跳過", action=f"next:{proposal.id}:0"),))
