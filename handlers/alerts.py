"""News as a message of its own: what changed, the letter's own words, both dates. It stands alone when forwarded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import basis, found, mute
from handlers.agency_words import agency_line
from handlers.cited import distance_line, letter_words
from handlers.cutting import cut_to
from handlers.deadline_words import (
    DOUBTFUL_CROSSING,
    claimed_done,
    data_date,
    days_told,
    deadline_line,
    last_target_line,
)
from handlers.flag_words import flag_line
from handlers.language import listed, say, say_n, short_date
from handlers.message import Button, Message, Section
from handlers.news import as_public
from handlers.outcome_words import judged_otherwise, settled_words, what_stands
from handlers.query_words import short
from handlers.reread import records_of
from handlers.show import held_text, promise_section, source_row
from handlers.status_words import doubt_line, kept_beside_words, status_line
from handlers.wording import INDENT, KIND_WORDS, NOT_UNDONE, beside
from records.flags import citation_doubts, citation_flag
from records.query import Query
from records.record import Citation, Record
from records.status import DECLINE, Standing
from store import audit, commitments, facts, letters, matching, proposals
from store.engine import Transaction
from store.facts import BACK, Fact, KeptFact
from store.recipients import Reason

AT_ONCE = 5
"""More alerts than this for one chat at one time become one digest, more corrections few messages."""

REASONS_SHOWN = 5
"""Watches that a message names; more are counted."""

LONGEST_NAME = 40
"""Characters of a watch's name that a message shows."""

LETTERS_SHOWN = 2
"""Letters that an alert of a settled verdict tells of whole."""

BUTTONS_SHOWN = 3
"""Watches that an alert has a button to end for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A fact with its commitment as it stands and as its file tells it."""

    fact: KeptFact
    standing: Standing
    record: Record


def gather(tx: Transaction, ids: Iterable[int], at: datetime) -> dict[int, News]:
    """What some facts tell of, by their ids, as it stands for the public at a moment."""
    kept = facts.find(tx, sorted(set(ids)))
    keys = list({fact.commitment for fact in kept})
    now = commitments.standings(tx, keys)
    standings = {standing.key: standing for standing in now} | as_public(tx, now, at)
    records = records_of(tx, list(standings.values()))
    return {
        fact.id: News(fact=fact, standing=standings[fact.commitment], record=records[fact.commitment]) for fact in kept
    }


def common(fact: KeptFact, standing: Standing) -> tuple[object, ...]:
    """What near-duplicates are told as one: news of the date that their promise has in common; else each by itself."""
    if fact.kind in ("evidence", "reviewed"):
        return (fact.id,)
    deadline = standing.target_text if fact.kind == "added" else None
    return fact.kind, standing.alike or standing.key, fact.before, fact.after, deadline, standing.agencies


def as_messages(news: Iterable[tuple[KeptFact, Standing]]) -> list[tuple[object, ...]]:
    """In which message each piece of news is told, in order: in the same one where the keys are the same.

    What near-duplicates have in common is one. A date that moved, back and there again is told each time: where it stands
    is told last.
    """
    keys: list[tuple[object, ...]] = []
    times: Counter[tuple[object, ...]] = Counter()
    for fact, standing in news:
        one = common(fact, standing)
        times[one, standing.key] += fact.kind == "moved"
        keys.append((*one, times[one, standing.key]))
    return keys


def alert(tx: Transaction, news: News, reach: str, today: date, *, others: int = 0) -> Message:
    """One fact as a message, the same for every chat, which tells it of so many near-duplicates too.

    `addressed` says why a chat hears it.
    """
    fact, standing, record = news.fact, news.standing, news.record
    alike = "\n" + say_n("同段承諾另有 {n} 筆", others) if others else ""
    sections = (
        Section(text=beside(agency_line(standing), standing.title) + answered(standing) + alike),
        promise_section(record, held_text(tx, record)),
        Section(text="\n".join(_told(tx, news, today))),
        Section(text="\n".join(filter(None, _standing_now(fact, standing, today)))),
    )
    return Message(
        title=f"🔔 {headline(fact, standing)}",
        sections=sections,
        footer=say("{reach}\n編號 {record}·消息 {fact}", reach=reach, record=standing.id[:8], fact=fact.id),
        buttons=(
            (Button(label=say("📄 承諾卡"), action=f"show:{standing.key}:0"),),
            *source_row(standing),
            (
                mute.button(standing, alike=others > 0),
                Button(label=say("⏰ 稍後提醒"), action=f"later:{fact.id}:0"),
            ),
        ),
    )


def again(message: Message, news: News) -> Message:
    """An alert as it is told once more to a chat that asked for that."""
    return replace(message, title=say("⏰ 你要的提醒｜{news}", news=headline(news.fact, news.standing)))


def addressed(message: Message, reasons: Sequence[Reason], names: Mapping[str, str]) -> Message:
    """A message to one chat: because of which watches it comes (`names` by question), with a button to end each."""
    if not reasons:
        return message
    buttons = tuple(
        (Button(label=say("取消訂閱「{name}」", name=names[reason.query][:20]), action=f"unwatch:{reason.watch}:0"),)
        for reason in reasons[:BUTTONS_SHOWN]
    )
    footer = f"{because([names[reason.query] for reason in reasons])}{message.footer}"
    return replace(message, footer=footer, buttons=(*message.buttons, *buttons))


def names(tx: Transaction, queries: Iterable[str], *, titles: bool = False) -> dict[str, str]:
    """What watches are called, by their questions; one of a single commitment by its title where several may be meant."""
    asked = {query: found.read_back(query) for query in queries}
    return {
        text: (_title(tx, query) if titles else say("這筆承諾")) if query.ids else short(query)
        for text, query in asked.items()
    }


def _title(tx: Transaction, query: Query) -> str:
    standings = matching.find(tx, query, date.min, limit=1)
    return standings[0].title if standings else say("這筆承諾")


def because(names: Sequence[str]) -> str:
    """Why a chat hears something, as a line; empty where nothing is watched any more."""
    if not names:
        return ""
    more = say_n("等 {n} 個", len(names)) if len(names) > REASONS_SHOWN else ""
    shown = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names[:REASONS_SHOWN]]
    if len(shown) > 1 and any("、" in name for name in shown):
        shown = [say("「{word}」", word=name) for name in shown]  # where one ends and the next begins
    return say("因為你訂閱了：{shown}{more}\n", shown=listed(shown), more=more)


def answered(standing: Standing) -> str:
    """The reply that holds the promise: its date and number."""
    if standing.letter_date is None:
        return ""
    return say(
        "\n答復　{date}　{letter_number}",
        date=short_date(standing.letter_date),
        letter_number=standing.letter_number or "",
    )


def looked_up(standing: Standing) -> str:
    """The day of the reply that holds the promise, and by which id to look it up where a list is passed on, for a line's end."""
    day = say("｜答復 {date}", date=short_date(standing.letter_date)) if standing.letter_date else ""
    return day + say("｜編號 {record}", record=standing.id[:8])


def _standing_now(fact: Fact, standing: Standing, today: date) -> Sequence[str]:
    """The deadline, where the news is not about it, and how the commitment stands."""
    deadline = deadline_line(standing, today) if fact.kind in ("evidence", "reviewed") else ""
    told_above = fact.kind == "reviewed" and standing.is_declined
    is_late = fact.kind == "overdue" or (not standing.is_removed and days_told(standing, today) is not None)
    tail = unknown_since() if is_late else ""
    gone = say("（來源已移除這筆承諾）") if standing.is_removed and fact.kind != "removed" else ""
    return gone, deadline, status_line(standing), "" if told_above else doubt_line(standing), tail


def unknown_since() -> str:
    """What must stand below every date that passed: where the letters end, and that this says nothing of the promise."""
    return say("公文收錄日之後的進度這裡查不到，{not_undone}。", not_undone=say(NOT_UNDONE))


def is_doubtful_crossing(fact: Fact, standing: Standing) -> bool:
    """Whether the news is of a date that passed and may be no deadline."""
    return fact.kind == "overdue" and not standing.has_clear_deadline


def headline(fact: Fact, standing: Standing) -> str:
    """What a fact is, in a few words."""
    if is_doubtful_crossing(fact, standing):
        return say("{crossing}，請先查證", crossing=say(DOUBTFUL_CROSSING))
    if fact.kind == "overdue" and (claimed := claimed_done(standing)):
        return claimed
    if fact.kind == "added" and fact.after == BACK:
        return say("來源放回了這筆")
    if fact.kind == "evidence" and standing.is_reviewed:
        return say("AI 引用的新公文")
    return say(KIND_WORDS[fact.kind])


def _told(tx: Transaction, news: News, today: date) -> Sequence[str]:
    fact, standing, record = news.fact, news.standing, news.record
    match fact.kind:
        case "evidence":
            return _evidence_lines(tx, news)
        case "moved":
            return [
                say("期限 {before} → {after}", before=data_date(fact.before), after=data_date(fact.after)),
                say("這是來源資料的更新，不是機關公告。"),
                deadline_line(standing, today),
            ]
        case "overdue" | "due":
            beside = kept_beside_words(commitments.kept_beside(tx, [standing]).get(standing.key, ()))
            return [*moved_line(tx, standing), deadline_line(standing, today), *beside, last_evidence(record)]
        case "reviewed":
            return [outcome_line(tx, fact), *_verdict_lines(tx, news)]
        case "removed":
            return [say("來源不再收錄這筆；以下是最後的內容。"), last_target_line(standing)]
        case _:
            return [deadline_line(standing, today)]


def moved_line(tx: Transaction, standing: Standing) -> list[str]:
    """That the data gave another date before, where it did: what passed, or comes near, is the source's change, and nobody's word."""
    move = facts.last_move(tx, standing.key)
    if move is None or standing.target is None or move.after != standing.target.isoformat():
        return []
    before, day = data_date(move.before), short_date(move.day)
    return [say("資料裡的期限 {day} 從 {before} 改成這一天，是來源更新，不是機關公告。", day=day, before=before)]


def _verdict_lines(tx: Transaction, news: News) -> Sequence[str]:
    """The letters that the AI rested a settled verdict on, the newest first: who reads how it was settled can look them up."""
    proposal = proposals.find(tx, news.fact.proposal or 0)
    if proposal is None or proposal.origin != "verdict":
        return []
    row = audit.of_decision(tx, news.standing.key, proposal.decision_id or "")
    shown = set(row.content.get("evidence", ())) if row else set()  # more may have been cited since
    judged = [one for one in news.record.verdicts if one.letter.key in shown]
    newest = list({one.letter.key: one for one in judged}.values())[::-1]
    lines = []
    for citation in newest[:LETTERS_SHOWN]:
        lines.append(say("AI 引用的公文　{letter}", letter=_named(citation)))
        lines += _letter_lines(tx, news.record, news.standing, citation, is_settled=True)
    if len(newest) > LETTERS_SHOWN:
        lines.append(say_n("其餘 {n} 份都在承諾卡", len(newest) - LETTERS_SHOWN))
    return lines


def _evidence_lines(tx: Transaction, news: News) -> Sequence[str]:
    record, standing = news.record, news.standing
    citation = cited(record, news.fact)
    if citation is None:
        return [withdrawn(news.fact)]
    return [say("新公文　{letter}", letter=_named(citation)), *_letter_lines(tx, record, standing, citation)]


def _named(citation: Citation) -> str:
    """A cited letter by its date and number."""
    letter = citation.letter
    return f"{short_date(letter.date) if letter.date else say('日期不明')}　{letter.number or ''}".rstrip()


def _letter_lines(
    tx: Transaction, record: Record, standing: Standing, citation: Citation, *, is_settled: bool = False
) -> Sequence[str]:
    """How far a cited letter lies from the reply and the deadline, what is doubtful about it, and its own words.

    Where what it was cited for `is_settled`, the decision above says what its doubts come to.
    """
    letter = citation.letter
    held = letters.held(tx, [letter.key or ""])
    lines = []
    if distance := distance_line(record, citation):
        target = standing.target if standing.has_clear_deadline else None
        behind = (letter.date - target).days if letter.date and target else 0
        lines.append(INDENT + distance + (say_n("、晚於期限 {n} 天", behind) if behind > 0 else ""))
    in_time = citation_flag(record, citation)
    doubts = list(citation_doubts(record, citation, {key: one.full_text for key, one in held.items()}))
    lines += [f"{INDENT}⚠️ {flag_line(doubt)}" for doubt in doubts if doubt != in_time]
    if doubts and not is_settled:
        lines.append(f"{INDENT}{say(NOT_UNDONE)}")
    return [*lines, *letter_words(record, citation, held[letter.key].text if letter.key in held else "")]


def cited(record: Record, fact: Fact) -> Citation | None:
    """The citation that an `evidence` fact is about; None where it stands in the record no longer."""
    return next((c for c in reversed(record.citations) if c.letter.key == fact.letter), None)


def withdrawn(fact: Fact) -> str:
    """Which letter was news that the source cites no longer: by its number, or its address where it has none."""
    return say("公文　{letter}（來源已不再引用）", letter=cut_to(fact.letter or "", LONGEST_NAME * 2))


def last_evidence(record: Record) -> str:
    """The newest letter that the AI cited, for a date that passed."""
    dated = [citation.letter for citation in record.citations if citation.letter.date]
    if not dated:
        return say("資料裡沒有 AI 引用的公文。")
    last = max(dated, key=lambda letter: letter.date or date.min)
    return say(
        "最近一份引用的公文　{date}　{number}",
        date=short_date(last.date) if last.date else "",
        number=last.number or "",
    )


def outcome_line(tx: Transaction, fact: KeptFact, longest: int | None = None) -> str:
    """How a reviewer settled a verdict or a deadline, who and why, with its tail; a reason cut to `longest` characters."""
    proposal = proposals.find(tx, fact.proposal or 0)
    if proposal is None or fact.after is None:
        raise LookupError(f"fact {fact.id} tells of no decision")
    settled = settled_words(proposal, longest)
    is_verb = proposal.settled_as == DECLINE  # 經人工複核不採認; 部分達成 would read as if the review were
    told = say("經人工複核{decided}。", decided=settled) if is_verb else say("經人工複核：{decided}。", decided=settled)
    tail = what_stands(proposal) if fact.after == DECLINE else ""
    rests_on = f"\n{line}" if (line := basis.line(tx, proposal)) else ""
    if proposal.origin == "deadline":
        return say("AI 擷取的期限「{judged}」{told}", judged=proposal.judged, told=told) + rests_on
    if proposal.origin == "correction":
        return say("有人送來更正，{told}{tail}", told=told, tail=tail) + rests_on
    if proposal.takes_back:
        return judged_otherwise(proposal) + say("複核的結果：{decided}。", decided=settled) + tail
    return say("AI 判定的「達成」{told}{tail}", told=told, tail=tail)
