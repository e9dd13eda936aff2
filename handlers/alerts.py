"""What subscribers are told: facts → one message for a chat, single alerts or a digest. Each stands alone when forwarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from handlers import found
from handlers.card import card
from handlers.message import MESSAGE, Button, Chat, Message, Section
from handlers.policy import Policy
from handlers.show import cut, distance_line, held_text, letter_words, promise_section, source_row
from handlers.wording import (
    INDENT,
    KIND_WORDS,
    NOT_UNDONE,
    OUTCOME_WORDS,
    PAST_BUT_CLAIMED,
    agency_line,
    deadline_line,
    doubt_line,
    flag_line,
    is_claimed_done,
    is_doubted,
    short,
    status_line,
)
from records.flags import citation_flag
from records.parse import parse
from records.record import Citation, Record
from records.status import Standing
from store import commitments, facts, letters, proposals
from store.engine import Transaction
from store.facts import Fact
from store.outbox import Effect

ALERTS_AT_ONCE = 5
"""More single alerts than this for one chat at one time become one digest."""

ITEMS_A_SECTION = 5
SECTIONS = 8
"""Agencies that one digest lists; with five short items each it fits both platforms' messages."""

_IMPORTANCE = ("reviewed", "overdue", "due", "moved", "evidence", "removed", "added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message to send, and the effects that are done once it is sent."""

    message: Message
    effects: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """A fact with its commitment as it stands and as its file tells it."""

    fact: Fact
    standing: Standing
    record: Record


def compose(tx: Transaction, chat: Chat, effects: Sequence[Effect], policy: Policy, at: datetime) -> list[Sending]:
    """The messages of everything that is due for one chat, in order: cards and kept messages, single alerts, the digest."""
    sendings = [_of_effect(tx, effect, policy, at) for effect in effects if effect.fact is None]
    single = [effect for effect in effects if effect.fact is not None and not effect.digest]
    digest = [effect for effect in effects if effect.fact is not None and effect.digest]
    if len(single) > ALERTS_AT_ONCE:
        digest, single = [*single, *digest], []
    news = {item.fact.id: item for item in _news(tx, [effect.fact for effect in effects if effect.fact is not None])}
    sendings += [_sending(alert(tx, chat, news[effect.fact], at), [effect]) for effect in single]
    if digest:
        message = _digest(tx, chat, [news[effect.fact] for effect in digest], at)
        sendings.append(_sending(message, digest))
    return sendings


def alert(tx: Transaction, chat: Chat, news: _News, at: datetime) -> Message:
    """One fact as a message: what changed, the letter's own words, both dates, why this chat hears it."""
    fact, standing, record = news.fact, news.standing, news.record
    reasons = facts.reasons(tx, [fact.id or 0], chat.platform, chat.id, chat.thread)
    sections = [
        Section(text=f"{agency_line(standing)}｜{standing.title}"),
        promise_section(record, held_text(tx, record)),
        Section(text="\n".join(_told(tx, news, at.date()))),
        Section(text="\n".join(filter(None, (status_line(standing), doubt_line(standing))))),
    ]
    names = [short(found.read_back(tx, query)) for _, query in reasons]
    buttons = [(Button(label="📄 承諾卡", action=f"show:{standing.key}:0"),), *source_row(standing)]
    buttons += [
        (Button(label=f"取消訂閱「{name[:20]}」", action=f"unwatch:{watch}:0"),)
        for (watch, _), name in zip(reasons, names, strict=True)
    ][:3]
    return Message(
        title=f"🔔 {_headline(fact, standing)}",
        sections=tuple(sections),
        footer=f"{_because(names)}{found.reach(tx, at.date())}\n編號 {standing.id[:8]}",
        buttons=tuple(buttons),
    )


def _of_effect(tx: Transaction, effect: Effect, policy: Policy, at: datetime) -> Sending:
    if effect.proposal is not None:
        return _sending(card(tx, effect.proposal, policy, at), [effect])
    return _sending(MESSAGE.validate_python(effect.body), [effect])


def _sending(message: Message, effects: Sequence[Effect]) -> Sending:
    return Sending(message=message, effects=tuple(effect.id for effect in effects))


def _news(tx: Transaction, ids: Sequence[int]) -> list[_News]:
    kept = facts.find(tx, ids)
    keys = list({fact.commitment for fact in kept})
    standings = {standing.key: standing for standing in commitments.standings(tx, keys)}
    records = {key: parse(standings[key].path, text)[0] for key, text in commitments.texts(tx, keys).items()}
    return [_News(fact=fact, standing=standings[fact.commitment], record=records[fact.commitment]) for fact in kept]


def _headline(fact: Fact, standing: Standing) -> str:
    if fact.kind == "overdue" and not standing.has_clear_deadline:
        return "期限存疑的日期已過，請先查證"
    if fact.kind == "overdue" and is_claimed_done(standing):
        return PAST_BUT_CLAIMED
    return KIND_WORDS[fact.kind]


def _because(names: Sequence[str]) -> str:
    return f"因為你訂閱了：{'、'.join(names)}\n" if names else ""


def _told(tx: Transaction, news: _News, today: date) -> Sequence[str]:
    fact, standing, record = news.fact, news.standing, news.record
    match fact.kind:
        case "evidence":
            return _evidence_lines(tx, record, fact)
        case "moved":
            return [
                f"期限 {fact.before or '無'} → {fact.after or '無'}",
                "這是來源資料的更新，不是機關公告。",
                deadline_line(standing, today),
            ]
        case "overdue" | "due":
            return [deadline_line(standing, today), _last_evidence(record)]
        case "reviewed":
            return [_outcome(tx, fact)]
        case _:
            return [deadline_line(standing, today)]


def _evidence_lines(tx: Transaction, record: Record, fact: Fact) -> Sequence[str]:
    citation = _cited(record, fact)
    if citation is None:
        return ["（這份公文已不在紀錄裡）"]
    letter = citation.letter
    text = letters.texts(tx, [letter.key or ""]).get(letter.key or "", "")
    lines = [f"新公文　{letter.date.isoformat() if letter.date else '日期不明'}　{letter.number or ''}"]
    if distance := distance_line(record, citation):
        lines.append(f"{INDENT}{distance}")
    if citation_flag(record, citation):
        lines.append(f"{INDENT}{NOT_UNDONE}")
    return [*lines, *letter_words(record, citation, text)]


def _cited(record: Record, fact: Fact) -> Citation | None:
    return next((c for c in reversed(record.citations) if c.letter.key == fact.letter), None)


def _last_evidence(record: Record) -> str:
    dated = [citation.letter for citation in record.citations if citation.letter.date]
    if not dated:
        return "資料裡沒有 AI 引用的公文。"
    last = max(dated, key=lambda letter: letter.date or date.min)
    return f"最近一份引用的公文　{last.date.isoformat() if last.date else ''}　{last.number or ''}"


def _outcome(tx: Transaction, fact: Fact) -> str:
    proposal = proposals.find(tx, fact.proposal or 0)
    outcome = OUTCOME_WORDS[fact.after or ""]
    if proposal is None:
        return outcome
    reason = f"（{proposal.reason}）" if proposal.reason else ""
    tail = f"目前尚無結論，{NOT_UNDONE}。" if fact.after == "decline" else ""
    judged = "達成" if proposal.to_status in (None, "已達成") else "狀態變更"
    return f"AI 判定的「{judged}」經人工複核：{outcome}{reason}｜{proposal.decided_name}。{tail}"


def _digest(tx: Transaction, chat: Chat, news: Sequence[_News], at: datetime) -> Message:
    """Everything that waited for the digest, by agency, then kind, the most important first."""
    ordered = sorted(
        news,
        key=lambda item: (agency_line(item.standing), _IMPORTANCE.index(item.fact.kind), item.standing.title),
    )
    counts = [_count(kind, [item for item in news if item.fact.kind == kind]) for kind in _IMPORTANCE]
    sections = [Section(text="　".join(filter(None, counts)))]
    groups = [(agency, list(items)) for agency, items in groupby(ordered, key=lambda item: agency_line(item.standing))]
    listed: list[_News] = []
    for agency, items in groups[:SECTIONS]:
        lines: list[str] = []
        for item in items[:ITEMS_A_SECTION]:
            listed.append(item)
            lines += _digest_lines(tx, len(listed), item, at.date())
        if len(items) > ITEMS_A_SECTION:
            lines.append(f"還有 {len(items) - ITEMS_A_SECTION} 則")
        sections.append(Section(heading=f"{agency}（{len(items)}）", text="\n".join(lines)))
    if len(groups) > SECTIONS:
        rest = sum(len(items) for _, items in groups[SECTIONS:])
        sections.append(Section(text=f"其他 {len(groups) - SECTIONS} 個機關還有 {rest} 則"))
    reasons = facts.reasons(tx, [item.fact.id or 0 for item in news], chat.platform, chat.id, chat.thread)
    names = [short(found.read_back(tx, query)) for _, query in reasons]
    numbers = [Button(label=str(number), action=f"show:{item.standing.key}:0") for number, item in enumerate(listed, 1)]
    return Message(
        title=f"每日彙整 {at.date().isoformat()}",
        sections=tuple(sections),
        footer=f"{_because(names)}{found.reach(tx, at.date())}",
        buttons=(
            *(tuple(numbers[start : start + 5]) for start in range(0, len(numbers), 5)),
            (Button(label="訂閱清單", action="watches:0:0"),),
        ),
    )


def _count(kind: str, items: Sequence[_News]) -> str:
    """How much news of a kind there is; of evidence also how much is older than the reply."""
    if not items:
        return ""
    if kind != "evidence":
        return f"{_kind_word(kind)} {len(items)}"
    cited = [(item.record, _cited(item.record, item.fact)) for item in items]
    older = sum(bool(citation and citation_flag(record, citation)) for record, citation in cited)
    return f"AI 新引用公文 {len(items)}" + (f"（{older} 件不晚於答復）" if older else "")


def _kind_word(kind: str) -> str:
    return {"overdue": "期限已過"}.get(kind, KIND_WORDS[kind])


def _digest_lines(tx: Transaction, number: int, news: _News, today: date) -> Sequence[str]:
    fact, standing, record = news.fact, news.standing, news.record
    head = f"{number} {_headline(fact, standing)}｜{standing.title}"
    match fact.kind:
        case "evidence":
            citation = _cited(record, fact)
            if citation is None:
                return [head]
            when = citation.letter.date.isoformat() if citation.letter.date else "日期不明"
            flag = citation_flag(record, citation)
            doubt = f"⚠️ {flag_line(flag).partition('（')[0]}，{NOT_UNDONE}" if flag else distance_line(record, citation)
            answered = standing.letter_date.isoformat() if standing.letter_date else "日期不明"
            status = status_line(standing) + ("·佐證不足" if is_doubted(standing) else "")
            return [head, f"{INDENT}公文 {when}｜答復 {answered}", f"{INDENT}{doubt}", f"{INDENT}{status}"]
        case "reviewed":
            return [head, f"{INDENT}{cut(_outcome(tx, fact), 160)}"]
        case "moved":
            return [head, f"{INDENT}{fact.before or '無'} → {fact.after or '無'}（來源更新，不是機關公告）"]
        case _:
            return [head, f"{INDENT}{deadline_line(standing, today)}"]
