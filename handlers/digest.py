"""Many facts as one message: the reviewed first, then by agency and kind, counts always, the rest behind a button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from handlers import alerts, correct, weekly_round
from handlers.agency_words import agency_now
from handlers.alerts import News, because, cited, headline, is_doubtful_crossing, outcome_line
from handlers.cited import distance_line
from handlers.deadline_words import DOUBTFUL_CROSSING, data_date, days_told, deadline_line, last_target_line
from handlers.flag_words import flag_words
from handlers.language import N_, listed, say, say_n, short_date
from handlers.message import Button, Chat, Message, Section, Tap, in_rows, private
from handlers.news import DATED, still_holds
from handlers.policy import Policy
from handlers.reach import read_reach
from handlers.status_words import UNSUPPORTED_WORDS, brief_status
from handlers.wording import INDENT, KIND_WORDS, NOT_UNDONE, beside
from records.flags import PREDATES, SAME_DAY, SAME_LETTER, citation_doubts, citation_flag
from records.record import Citation, Record
from records.status import DEADLINE_OUTCOMES
from store import decisions, digests, letters, recipients
from store.digests import Digest, Pages
from store.engine import Transaction
from store.facts import BACK
from store.outbox import Effect
from store.recipients import MISSED
from store.watches import KINDS, WEEKLY

ITEMS_A_SECTION = 5
LONGEST_REASON = 80
"""Characters of a decision's reason: what it comes to and who decided stand whole beside it."""

SECTIONS = 8
ROOM = 2700
"""Characters of the items on a digest's first page: with counts, reasons and both dates it fits both platforms' messages."""

PAGE = 10
"""Items on each page behind the first."""

REVIEWED = N_("人工複核結果")

_Item = tuple[News, ...]
"""News of one kind about one commitment; of letters there may be several."""


def compose(
    tx: Transaction,
    chat: Chat,
    effects: Sequence[Effect],
    news: Sequence[News],
    names: Sequence[str],
    reach: str,
    at: datetime,
) -> tuple[Message | None, Pages | None]:
    """A chat's digest of the facts that are due, because of watches of some names, and its pages; None for nothing to say."""
    today = at.date()
    run = next((effect.run for effect in effects if effect.run), 0)
    if not news:
        message = weekly_round.without_news(tx, chat, at)
        return message and _with_list(message), None
    asked_for_week = any(effect.joins == WEEKLY and effect.fact is None for effect in effects)
    digest = digests.find(tx, run or 0)
    day = (digest.day if digest else None) or today
    title = _title(effects, _current(news), day) + (say("（補送）") if day != today else "")
    first, rest = _lay_out(tx, _current(news), today, _room(is_round=asked_for_week))
    message = _page(tx, title, first, rest, run, 0, today)
    if asked_for_week:
        message = weekly_round.reminded(tx, message, chat, at)
    footer = f"{because(names)}{reach}"
    pages = [[[one.fact.id for one in item] for item in items] for items in (first, rest)]
    return _with_list(replace(message, footer=footer)), pages


def turn_page(tap: Tap, tx: Transaction, _: Policy, run: int, page: int) -> Message:
    """The 還有…則 button: another page in place of the one that was tapped."""
    digest = digests.find(tx, run)
    if digest is None or (digest.platform, digest.chat) != (tap.chat.platform, tap.chat.id):
        return private(say("這份彙整已經找不到了。"))
    today = tap.at.date()
    sent = list(alerts.gather(tx, digests.facts_of(tx, run), tap.at).values())
    news = _still_true(tx, sent, tap.at)
    if not news:
        return private(say("這份彙整裡已經沒有消息了。"))
    first, rest = _as_laid_out(tx, digest, news, today)
    message = _page(tx, _title_of(digest, len(_current(sent))), first, rest, run, page, today)
    if over := len(_current(sent)) - len(_current(news)):
        told = say_n("後來有變或已更正的 {n} 則不再列出。", over)
        message = replace(message, sections=(*message.sections, Section(text=told)))
    reasons = recipients.reasons(tx, [item.fact.id for item in news], [tap.chat.room], tap.at)
    queries = dict.fromkeys(one.query for some in reasons.values() for one in some)
    called = alerts.names(tx, queries, titles=True)
    footer = f"{because([called[query] for query in queries])}{read_reach(tx, today)}"
    if page == 0 and digests.is_round(tx, run):
        message = weekly_round.reminded(tx, message, tap.chat, tap.at)
    return _with_list(replace(message, footer=footer, place="edit"))


def _still_true(tx: Transaction, news: Sequence[News], at: datetime) -> list[News]:
    """What a digest told without what turned out otherwise since: a deadline that moved or was met, a decision reversed."""
    again = decisions.superseded_on(tx, sorted({one.fact.commitment for one in news if one.fact.proposal is not None}))
    corrected = correct.taken_back(tx)
    reversed_ = {id_ for id_, by in again.items() if by.public_at is None or by.public_at <= at}
    return [
        one
        for one in news
        if one.fact.proposal not in reversed_
        and one.fact.id not in corrected
        and (one.fact.kind not in DATED or still_holds(one.fact, one.standing, at.date()))
    ]


def _with_list(message: Message) -> Message:
    """A message with the button to all that its chat watches."""
    return replace(message, buttons=(*message.buttons, (Button(label=say("訂閱清單"), action="watches:0:0"),)))


def _room(*, is_round: bool) -> int:
    """Characters of the items on a first page: less where a weekly reminder may stand on it."""
    return ROOM - weekly_round.REMINDER if is_round else ROOM


def _title(effects: Sequence[Effect], news: Sequence[News], today: date) -> str:
    joined = {effect.joins for effect in effects}
    if all(effect.is_reminder for effect in effects):
        return say_n("⏰ 你要的 {n} 則提醒", len(news))
    if MISSED in joined:
        return say_n("之前送不到這裡的消息（{n} 則）", len(news))
    if joined == {WEEKLY}:
        return say("每週彙整 {today}", today=short_date(today))
    return say("每日彙整 {today}", today=short_date(today)) if any(joined) else say_n("{n} 則新消息", len(news))


def _title_of(digest: Digest, count: int) -> str:
    return say("彙整 {day}", day=short_date(digest.day)) if digest.day else say_n("{n} 則消息", count)


def _lay_out(tx: Transaction, news: Sequence[News], today: date, room: int) -> tuple[list[_Item], list[_Item]]:
    """The items of a digest's first page, five of each section while there is room, and the rest.

    Several letters of one commitment are one item.
    """
    ordered = sorted(news, key=_order(news))
    items = [tuple(same) for _, same in groupby(ordered, key=lambda one: (_heading(one), _weight(one), _same(one)))]
    first = _first_page(tx, items, today, room)
    return first, [item for item in items if item not in first]


def _as_laid_out(tx: Transaction, digest: Digest, news: Sequence[News], today: date) -> tuple[list[_Item], list[_Item]]:
    """The items as the digest went out with them, whatever happened since; without those that are news no more."""
    current = _current(news)
    if digest.pages is None:
        return _lay_out(tx, current, today, _room(is_round=digests.is_round(tx, digest.id)))
    known = {one.fact.id: one for one in current}
    laid_out = [[tuple(known[id_] for id_ in item if id_ in known) for item in items] for items in digest.pages]
    first, rest = ([item for item in items if item] for items in laid_out)
    return first, rest


def _page(
    tx: Transaction,
    title: str,
    first: Sequence[_Item],
    rest: Sequence[_Item],
    run: int,
    page: int,
    today: date,
) -> Message:
    """A page of a digest: the first, or ten of the rest."""
    news = [one for item in (*first, *rest) for one in item]
    page = page if 0 <= page <= -(-len(rest) // PAGE) else 0
    shown = rest[(page - 1) * PAGE : page * PAGE] if page else first
    sections = [Section(text="　".join(filter(None, (_count(kind, news) for kind in KINDS))))]
    number = before = len(first) + (page - 1) * PAGE if page else 0
    for heading, group in groupby(shown, key=lambda item: _heading(item[0])):
        lines: list[str] = []
        for item in group:
            number += 1
            lines += _lines(tx, number, item, today)
        whole = sum(_heading(one) == heading for one in news)
        sections.append(
            Section(heading=say("{heading}（{whole}）", heading=heading, whole=whole), text="\n".join(lines))
        )
    numbers = [
        Button(label=str(at), action=f"show:{item[0].standing.key}:0") for at, item in enumerate(shown, before + 1)
    ]
    rows = in_rows(numbers)
    left = sum(len(item) for item in rest[page * PAGE :])
    turns = [Button(label=say("◀ 上一頁"), action=f"digest:{run}:{page - 1}")] if page else []
    turns += [Button(label=say("還有 {left} 則 ▶", left=left), action=f"digest:{run}:{page + 1}")] if left > 0 else []
    if left > 0:
        sections.append(Section(text=say("還有 {left} 則", left=left)))
    if any(item[0].fact.kind == "evidence" and item[0].standing.is_doubted for item in shown):
        sections.append(Section(text=say(UNSUPPORTED_WORDS, not_undone=say(NOT_UNDONE))))  # what 佐證不足 means
    if any(one.fact.kind == "overdue" or days_told(one.standing, today) is not None for item in shown for one in item):
        sections.append(Section(text=alerts.unknown_since()))
    return Message(title=title, sections=tuple(sections), buttons=(*rows, *((tuple(turns),) if turns else ())))


def _first_page(tx: Transaction, items: Sequence[_Item], today: date, room: int) -> list[_Item]:
    shown: list[_Item] = []
    for place, (_, group) in enumerate(groupby(items, key=lambda item: _heading(item[0]))):
        if place == SECTIONS:
            break
        for item in list(group)[:ITEMS_A_SECTION]:
            room -= sum(len(line) + 1 for line in _lines(tx, 0, item, today))
            if room < 0 and shown:
                return shown
            shown.append(item)
    return shown


def _current(news: Sequence[News]) -> list[News]:
    """Without what later news of the same kind about the same commitment overtook; a date that moved twice moved once."""
    letters = [item for item in news if item.fact.kind == "evidence"]
    last: dict[tuple[int, str, bool], News] = {}
    for item in news:
        if item.fact.kind != "evidence":
            of_deadline = item.fact.after in DEADLINE_OUTCOMES  # a verdict and a date are settled apart
            key = (item.standing.key, item.fact.kind, of_deadline)
            earlier = last.get(key)
            fact = replace(item.fact, before=earlier.fact.before) if earlier else item.fact
            last[key] = replace(item, fact=fact)
    return [*letters, *last.values()]


def _heading(item: News) -> str:
    return say(REVIEWED) if item.fact.kind == "reviewed" else agency_now(item.standing)


def _order(news: Sequence[News]) -> Callable[[News], tuple[object, ...]]:
    """The reviewed, then the agencies, those with the most important and the most news first; in each by kind and title."""
    most: dict[str, tuple[int, bool]] = {}
    count = Counter(_heading(item) for item in news)
    for item in news:
        heading = _heading(item)
        most[heading] = min(most.get(heading, _weight(item)), _weight(item))

    first: dict[str, tuple[int, str]] = {}
    for item in news:
        rank = _rank(item), item.standing.title
        first[_same(item)] = min(first.get(_same(item), rank), rank)

    def order(item: News) -> tuple[object, ...]:
        heading, standing = _heading(item), item.standing
        group = _same(item)
        return most[heading], -count[heading], heading, _weight(item), first[group], group, standing.key, item.fact.id

    return order


def _weight(item: News) -> tuple[int, bool]:
    """How far in front news stands: by kind, and a doubtful deadline that passed behind the clear ones."""
    return KINDS.index(item.fact.kind), is_doubtful_crossing(item.fact, item.standing)


def _rank(item: News) -> int:
    """How far in front news stands among the same: of letters what would change a status, then what a later letter says."""
    if item.fact.kind != "evidence":
        return 0
    if item.standing.is_waiting:
        return 0
    citation = cited(item.record, item.fact)
    return 1 if citation and not citation_flag(item.record, citation) else 2


def _same(item: News) -> str:
    """What one item of a digest is about: a commitment, with its near-duplicates where the same is told of their promise."""
    if item.fact.kind in ("evidence", "reviewed"):
        return str(item.standing.key)
    return repr(alerts.common(item.fact, item.standing))


def _count(kind: str, news: Sequence[News]) -> str:
    """How much news of a kind there is; of evidence also how much is older than the reply."""
    items = [item for item in news if item.fact.kind == kind]
    if not items:
        return ""
    if kind == "overdue":
        doubtful = sum(is_doubtful_crossing(item.fact, item.standing) for item in items)
        counted = ((say("期限已過"), len(items) - doubtful), (say(DOUBTFUL_CROSSING), doubtful))
        return "　".join(f"{word} {number}" for word, number in counted if number)
    if kind == "added":
        back = sum(item.fact.after == BACK for item in items)
        counted = ((say(KIND_WORDS[kind]), len(items) - back), (say("來源放回"), back))
        return "　".join(f"{word} {number}" for word, number in counted if number)
    if kind != "evidence":
        return f"{say(KIND_WORDS[kind])} {len(items)}"
    letters = [(item.record, cited(item.record, item.fact)) for item in items]
    older = sum(bool(citation and _is_not_later(record, citation)) for record, citation in letters)
    return say_n("AI 新引用公文 {n}", len(items)) + (say("（{older} 件不晚於答復）", older=older) if older else "")


def _is_not_later(record: Record, citation: Citation) -> bool:
    """Whether a cited letter is no later than the reply, as far as both days are known."""
    flag = citation_flag(record, citation)
    return flag is not None and flag.flag in (PREDATES, SAME_LETTER, SAME_DAY)


def _letter_date(news: News) -> date:
    citation = cited(news.record, news.fact)
    return (citation.letter.date if citation else None) or date.min


def _lines(tx: Transaction, number: int, item: _Item, today: date) -> Sequence[str]:
    news = max(item, key=_letter_date)
    fact, standing, record = news.fact, news.standing, news.record
    head = f"{number} " + beside(headline(fact, standing), standing.title)
    others = len({one.standing.key for one in item}) - 1
    alike = [INDENT + say_n("同段承諾另有 {n} 筆", others)] if others else []
    match fact.kind:
        case "evidence":
            citation = cited(record, fact)
            status = brief_status(standing)
            if citation is None:
                return [head, INDENT + alerts.withdrawn(fact) + alerts.looked_up(standing), f"{INDENT}{status}"]
            when = short_date(citation.letter.date) if citation.letter.date else say("日期不明")
            held = letters.held(tx, [citation.letter.key or ""])
            doubts = citation_doubts(record, citation, {key: one.full_text for key, one in held.items()})
            brief = listed(dict.fromkeys(flag_words(flag) for flag in doubts))
            doubt = (
                say("⚠️ {doubt}，{not_undone}", doubt=brief, not_undone=say(NOT_UNDONE))
                if brief
                else distance_line(record, citation)
            )
            more = say_n("（另有 {n} 份，都在承諾卡）", len(item) - 1) if len(item) > 1 else ""
            return [
                head,
                INDENT + say("公文 {when}{more}", when=when, more=more) + alerts.looked_up(standing),
                f"{INDENT}{doubt}",
                f"{INDENT}{status}",
            ]
        case "reviewed":
            return [
                head,
                f"{INDENT}{agency_now(standing)}{alerts.looked_up(standing)}",
                *(INDENT + line for line in outcome_line(tx, fact, LONGEST_REASON).split("\n")),
            ]
        case "moved":
            moved = f"{data_date(fact.before)} → {data_date(fact.after)}"
            if fact.before == fact.after:
                moved = say("改過，又改回 {after}", after=data_date(fact.after))
            told = INDENT + say("{moved}（來源更新，不是機關公告）", moved=moved) + alerts.looked_up(standing)
            return [head, told, f"{INDENT}{deadline_line(standing, today)}", *alike]
        case "removed":
            return [head, f"{INDENT}{last_target_line(standing)}{alerts.looked_up(standing)}", *alike]
        case "overdue":
            dated = f"{INDENT}{deadline_line(standing, today)}{alerts.looked_up(standing)}"
            return [head, dated, INDENT + alerts.last_evidence(record), *alike]
        case _:
            return [head, f"{INDENT}{deadline_line(standing, today)}{alerts.looked_up(standing)}", *alike]
