"""Reviewing: the card with its dates before its buttons, the one decision, the way back, and the queue.

Authority, state and version are read from the store at every press; a button only says what was meant.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers import found
from handlers.message import MESSAGE, Ask, Button, Message, Person, RefusedError, Section, Tap, private
from handlers.news import Event, publish
from handlers.policy import Policy, directory
from handlers.show import citations_section, held_text, promise_section, source_row
from handlers.wording import (
    NOT_UNDONE,
    OUTCOME_WORDS,
    STATUS_WORDS,
    agency_line,
    clock,
    deadline_line,
    flag_line,
)
from records.flags import PREDATES, SAME_DAY, SAME_LETTER, verdict_flags
from records.parse import parse
from records.query import Query
from records.record import Record
from records.status import OUTCOMES, Standing
from store import commitments, facts, outbox, people, proposals
from store.engine import Transaction
from store.facts import Fact
from store.proposals import Proposal

HOW_TO_BECOME = "只有複核人能決定。想參與複核，請聯絡本站管理員，並附上這個編號：{person}"
CARDS_AT_ONCE = 10
"""New cards sent to one review chat at once; the rest waits behind one message that counts them."""

DECLINE_REASONS = {"unrelated": "與承諾無關", "older": "公文早於承諾", "itself": "就是這件答復"}
"""Presets of a decline, by the verb of their button."""

_PRESETS_BY_FLAG = {PREDATES: "older", SAME_DAY: "older", SAME_LETTER: "itself"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision in force: the proposal with it, and the commitment as it stands now."""

    proposal: Proposal
    standing: Standing


def settle(
    tx: Transaction,
    proposal_id: int,
    outcome: str,
    person: Person,
    reason: str,
    policy: Policy,
    at: datetime,
    *,
    version: int | None = None,
    tapped: str = "",
) -> Decided:
    """Decide a proposal: compare-and-set on its version (None: whatever it is now), seen on the card `tapped`.

    The answer changes at once; the public message and the file entry fall due when the undo window ends. Raises
    RefusedError where the person may not, somebody was first, the card is old, or its origin has no such outcome yet.
    """
    proposal, before = _load(tx, proposal_id)
    if not policy.may_review(person, before.agencies):
        raise RefusedError(HOW_TO_BECOME.format(person=person))
    if proposal.origin == "deadline":
        raise RefusedError("期限存疑的案件還不能在這裡決定：採認、不採認是針對 AI 的達成判定。")
    public_at = at + policy.undo_window
    decision_id = uuid.uuid4().hex[:12]
    taken = proposals.decide(
        tx,
        proposal.id,
        proposal.version if version is None else version,
        outcome=outcome,
        judged=before.recorded,
        reviewed_before=before.reviewed,
        decided_by=str(person),
        decided_name=people.public_name(tx, person.platform, person.id),
        decided_at=at,
        reason=reason,
        decision_id=decision_id,
        public_at=public_at,
    )
    if not taken:
        raise RefusedError(_why_not(proposal, policy))
    commitments.change(tx, before.key, status=OUTCOMES[outcome], reviewed=outcome)
    decided, after = _load(tx, proposal_id)
    _announce_decision(tx, before, after, decided, policy, at)
    update_cards(tx, decided.id, str(decided.decision_id), at, tapped)
    return Decided(proposal=decided, standing=after)


def take_back(
    tx: Transaction, proposal_id: int, version: int, person: Person, policy: Policy, at: datetime, tapped: str = ""
) -> None:
    """Undo a decision inside its window, by the one who took it or an admin: nothing public ever happened.

    Raises RefusedError where that is too late, or somebody else's.
    """
    proposal, standing = _load(tx, proposal_id)
    if proposal.outcome is None or proposal.version != version or proposal.decision_id is None:
        raise RefusedError("這個決定已經不在了，卡片是舊的。")
    if person not in policy.admins and (
        str(person) != proposal.decided_by or not policy.may_review(person, standing.agencies)
    ):
        raise RefusedError("只有作成決定的複核人或管理員能復原。")
    if proposals.open_of(tx, standing.key, proposal.origin):
        raise RefusedError("之後又有新的判定待複核，請在新的卡片上決定。輸入「複核」看它。")
    if not proposals.undo(tx, proposal.id, proposal.decision_id, at):
        raise RefusedError(f"復原期限已過（{clock(_local(proposal.public_at, policy))}），要改請另作改判。")
    before = proposal.from_status or proposal.judged
    commitments.change(tx, standing.key, status=before, reviewed=proposal.reviewed_before)
    facts.retract(tx, _fact_key(proposal))
    outbox.cancel(tx, _write_back_key(proposal))
    update_cards(tx, proposal.id, f"undo:{proposal.decision_id}", at, tapped)


def announce(tx: Transaction, opened: Sequence[int], policy: Policy, at: datetime) -> int:
    """Owe the review chats a card for each new proposal, most doubtful first, ten at once; how many messages that is."""
    ordered = sorted((proposals.find(tx, id_) for id_ in opened), key=lambda p: (-p.doubts, p.id) if p else (0, 0))
    count = 0
    for chat in policy.review_chats:
        place = {"platform": chat.platform, "chat": chat.id, "thread": chat.thread}
        for proposal in ordered[:CARDS_AT_ONCE]:
            if proposal:
                key = f"card:{proposal.id}:{proposal.version}:{chat}"
                count += outbox.put(tx, key, outbox.SEND, policy.awake(at), proposal=proposal.id, **place)
        if len(ordered) > CARDS_AT_ONCE:
            more = Message(
                title=f"還有 {len(ordered) - CARDS_AT_ONCE} 件待複核",
                sections=(Section(text="輸入「複核」逐件看，最存疑的先。"),),
                buttons=((Button(label="▶ 看下一件", action="next:0:0"),),),
            )
            body = MESSAGE.dump_python(more, mode="json")
            count += outbox.put(tx, f"more:{at.isoformat()}:{chat}", outbox.SEND, policy.awake(at), body=body, **place)
    return count


def update_cards(tx: Transaction, proposal: int, occasion: str, at: datetime, but: str) -> None:
    """Owe an edit to every message that shows a proposal, except the message `but`, which its own answer brings up to date."""
    for shown in proposals.cards_of(tx, proposal):
        if shown.message == but:
            continue
        key = f"edit:{proposal}:{occasion}:{shown.platform}:{shown.chat}:{shown.message}"
        place = {"platform": shown.platform, "chat": shown.chat, "message": shown.message}
        outbox.put(tx, key, outbox.EDIT, at, proposal=proposal, **place)


def card(tx: Transaction, proposal_id: int, policy: Policy, at: datetime) -> Message:
    """A proposal's card as it stands: with its buttons while it waits, with who decided what and why afterwards."""
    proposal, standing = _load(tx, proposal_id)
    record, _ = parse(standing.path, commitments.find_text(tx, standing.key))
    sections = [
        Section(text=f"{agency_line(standing)}\n{standing.title}"),
        promise_section(record, held_text(tx, record)),
        Section(text="\n".join(_letter_lines(standing, at.date()))),
    ]
    if doubts := _doubts(record, standing):
        lines = "\n".join(f"{number} {line}" for number, line in enumerate(doubts, 1))
        sections.append(Section(heading=f"⚠️ 疑點 {len(doubts)}", text=lines))
    if record.citations:
        sections.append(citations_section(tx, record))
    if proposal.outcome is None:
        sections.append(Section(text="不採認後改列「尚無結論」，不會因此發出逾期通知。"))
    else:
        sections.append(Section(text=_verdict_line(proposal, policy, at)))
    return Message(
        title=_card_title(proposal, standing),
        sections=tuple(sections),
        footer=f"{found.reach(tx)}\n案號 {proposal.id}·編號 {standing.id[:8]}",
        buttons=_card_buttons(proposal, standing, record, at),
        proposal=proposal.id,
    )


def decide(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """A reviewer's tap: the verb says which outcome, and which preset reason."""
    verb = tap.action.partition(":")[0]
    outcome, reason = ("decline", DECLINE_REASONS[verb]) if verb in DECLINE_REASONS else (verb, "")
    settle(tx, proposal, outcome, tap.person, reason, policy, tap.at, version=version, tapped=tap.message)
    return card(tx, proposal, policy, tap.at).placed("edit")


def undo(tap: Tap, tx: Transaction, policy: Policy, proposal: int, version: int) -> Message:
    """The decider's or an admin's tap inside the undo window."""
    take_back(tx, proposal, version, tap.person, policy, tap.at, tapped=tap.message)
    return card(tx, proposal, policy, tap.at).placed("edit")


def queue(ask: Ask, tx: Transaction, policy: Policy) -> Message:
    """「複核 法務部」: the most doubtful proposal that this person may decide, new ones before the backlog."""
    if not policy.is_reviewer(ask.person):
        return private(HOW_TO_BECOME.format(person=ask.person))
    query = found.understand(tx, ask.text)
    return _next(tx, query, ask.person, policy, ask.at, after=0)


def skip(tap: Tap, tx: Transaction, policy: Policy, proposal: int, _version: int) -> Message:
    """The next card, leaving this one for another time."""
    if not policy.is_reviewer(tap.person):
        return private(HOW_TO_BECOME.format(person=tap.person))
    return _next(tx, Query(), tap.person, policy, tap.at, after=proposal)


def _next(tx: Transaction, query: Query, person: Person, policy: Policy, at: datetime, *, after: int) -> Message:
    among = commitments.condition(tx, query, at.date(), directory())
    waiting = [
        proposal
        for backlog in (False, True)
        for proposal in proposals.waiting(tx, backlog=backlog, among=among)
        if proposal.origin == "verdict"
    ]
    ids = [proposal.id for proposal in waiting]
    start = ids.index(after) + 1 if after in ids else 0
    for proposal in waiting[start:]:
        standing = commitments.standing(tx, proposal.commitment)
        if standing and policy.may_review(person, standing.agencies):
            return card(tx, proposal.id, policy, at)
    return Message(title="沒有待複核的判定了。" if start == 0 else "後面沒有待複核的判定了。輸入「複核」從頭看起。")


def _load(tx: Transaction, proposal_id: int) -> tuple[Proposal, Standing]:
    proposal = proposals.find(tx, proposal_id)
    standing = commitments.standing(tx, proposal.commitment) if proposal else None
    if proposal is None or standing is None:
        raise RefusedError(f"沒有案號 {proposal_id}。輸入「複核」看待複核的判定。")
    return proposal, standing


def _why_not(proposal: Proposal, policy: Policy) -> str:
    if proposal.outcome and proposal.decided_at:
        when = clock(_local(proposal.decided_at, policy))
        reason = f"：{proposal.reason}" if proposal.reason else ""
        return f"已由{proposal.decided_name}於 {when} 決定：{OUTCOME_WORDS[proposal.outcome]}{reason}"
    if proposal.withdrawn_at:
        return "來源已收回這個判定，不必再決定。"
    return "這張卡片之後資料有更新，請輸入「複核」看新的卡片再決定。"


def _announce_decision(
    tx: Transaction, before: Standing, after: Standing, proposal: Proposal, policy: Policy, at: datetime
) -> None:
    public_at = proposal.public_at or at
    fact = Fact(
        key=_fact_key(proposal),
        commitment=after.key,
        kind="reviewed",
        day=at.date(),
        before=before.status,
        after=proposal.outcome,
        proposal=proposal.id,
    )
    event = Event(before=(before, at.date()), after=(after, at.date()), facts=(fact,))
    publish(tx, [event], policy, public_at)
    if policy.writes_back:
        outbox.put(tx, _write_back_key(proposal), outbox.WRITE_BACK, public_at, proposal=proposal.id)


def _fact_key(proposal: Proposal) -> str:
    return f"reviewed:{proposal.decision_id}"


def _write_back_key(proposal: Proposal) -> str:
    return f"write_back:{proposal.decision_id}"


def write_back_state(tx: Transaction, proposal: Proposal, policy: Policy) -> str:
    """How the file entry of a decision stands: off, done, due …, given up: why."""
    return (outbox.find_state(tx, _write_back_key(proposal)) or "off") if policy.writes_back else "off"


def _local(at: datetime | None, policy: Policy) -> datetime:
    return at.astimezone(policy.zone) if at else datetime.max.replace(tzinfo=policy.zone)


def _card_title(proposal: Proposal, standing: Standing) -> str:
    if proposal.origin == "deadline":
        return "期限待查證（AI 擷取的期限存疑）"
    state = "待複核" if proposal.outcome is None else "已複核"
    if proposal.from_status is None:
        return f"{state}　AI 判定「{STATUS_WORDS[standing.recorded]}」（既有判定）"
    return f"{state}　{STATUS_WORDS[proposal.from_status]} → {STATUS_WORDS[proposal.to_status or standing.recorded]}（AI 判定）"


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
    lines = list(dict.fromkeys(flag_line(flag) for flag in verdict_flags(record)))
    shown = lines[:4] + ([f"另有 {len(lines) - 4} 個同類疑點"] if len(lines) > 4 else [])
    if standing.unsupported:
        shown.append(f"AI 引用的公文都不晚於答復（佐證不足），{NOT_UNDONE}")
    return shown


def _verdict_line(proposal: Proposal, policy: Policy, at: datetime) -> str:
    reason = f"：{proposal.reason}" if proposal.reason else ""
    when = clock(_local(proposal.decided_at, policy))
    line = f"{OUTCOME_WORDS[proposal.outcome or '']}{reason}｜{proposal.decided_name}·{when}"
    if proposal.public_at and proposal.public_at > at:
        minutes = int((proposal.public_at - at).total_seconds() // 60)
        line += f"｜可復原至 {clock(_local(proposal.public_at, policy))}（剩 {minutes} 分）"
    return line


def _card_buttons(
    proposal: Proposal, standing: Standing, record: Record, at: datetime
) -> tuple[tuple[Button, ...], ...]:
    mark = f"{proposal.id}:{proposal.version}"
    if proposal.outcome is not None:
        inside = proposal.public_at is not None and proposal.public_at > at
        return ((Button(label="↩️ 復原", action=f"undo:{mark}"),),) if inside else ()
    if proposal.origin == "deadline" or proposal.withdrawn_at:
        return source_row(standing)
    flags = [flag.flag for flag in verdict_flags(record)]
    presets = list(dict.fromkeys(_PRESETS_BY_FLAG[flag] for flag in flags if flag in _PRESETS_BY_FLAG))
    verbs = list(dict.fromkeys([*presets, "unrelated"]))[:2]
    declines = tuple(Button(label=f"❌ {DECLINE_REASONS[verb]}", action=f"{verb}:{mark}") for verb in verbs)
    accept = (Button(label="✅ 採認達成", action=f"accept:{mark}"),)
    others = (
        Button(label="🟡 部分達成", action=f"partly:{mark}"),
        Button(label="➖ 不是承諾", action=f"not-a-promise:{mark}"),
    )
    # predates alone never puts the decline first: an older letter can be right where the act itself is older
    strong = SAME_LETTER in flags
    rows = (declines, others, accept) if strong else (accept, others, declines)
    return (*rows, *source_row(standing), (Button(label="⏭ 先跳過", action=f"next:{proposal.id}:0"),))
