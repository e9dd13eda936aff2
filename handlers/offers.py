"""What else a question may have meant, and what it would find with one filter fewer: each with its number, as a button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers import found
from handlers.agency_words import called
from handlers.cutting import cut_to
from handlers.language import N_, listed, say, say_n
from handlers.message import Button
from handlers.query_words import called_category, short, understood
from records.agencies import directory
from records.query import CLEAR, DOUBTFUL, IN_DOUBT, OVERDUE, REVIEWED, UNSUPPORTED, Query
from records.question import suggestions
from records.question.lexicon import LONGEST_FIRST
from records.question.suggestions import Offer
from records.record import ACHIEVED, DELAYED, NOT_A_PROMISE, TRACKING
from store import commitments, matching, watches
from store.engine import Transaction

UNREVIEWED = Query(conditions=(REVIEWED,))
"""What must not match where somebody asks for what is 未複核."""

MOST_NAMES, MOST_UNKNOWN = 1000, 50
"""Names of bodies in the records that an answer looks through, and unknown ones that it compares: the real ones are 86 and 2."""

MOST = 4
"""Offers that one answer makes."""

Row = tuple[Button, ...]


def other_readings(tx: Transaction, offers: Sequence[Offer], today: date, answers: int) -> tuple[list[str], list[Row]]:
    """Other readings of a question's words that find something, as lines and buttons.

    Mentions of a body, other names and kin only where there are more, or other agencies are asked for beside it (交通部 高鐵).
    """
    counted = [(offer, matching.tally(tx, offer.query, today)) for offer in offers]
    shown = [(offer, count) for offer, count in counted if count > _least(offer, answers)]
    if not shown and not answers:  # 教育布 本月到期: the one that was meant may have none either
        shown = [(offer, count) for offer, count in counted if offer.kind == "near"][:1]
    lines, rows = [], []
    for offer, count in shown[:MOST]:
        word = called_category(offer.word) if offer.kind == "kin" else offer.word
        label = say_n("{reading}（{n} 件）", count, reading=say(_OFFER_LABELS[offer.kind], word=word))
        lines.append(say("或：{label}", label=label))
        rows.append(_row(tx, label, offer.query))
    return lines, rows


def _least(offer: Offer, answers: int) -> int:
    """How many answers another reading must have more than."""
    beside = offer.kind == "mention" and offer.query.agencies
    return answers if offer.kind in ("mention", "synonym", "kin", "beside") and not beside else 0


_OFFER_LABELS = {
    "committee": N_("{word}的各機關"),
    "mention": N_("文字提到「{word}」"),
    "text": N_("文字提到「{word}」"),
    "agency": N_("機關「{word}」"),
    "beside": N_("連同「{word}」"),
    "kin": N_("連同類別「{word}」"),
    "synonym": N_("也找「{word}」"),
    "near": N_("是要找「{word}」嗎？"),
}


def gist(tx: Transaction, sentence: str, today: date) -> tuple[list[str], list[Row]]:
    """What a sentence may have asked for by the agencies and keywords in it, where that finds something."""
    query = suggestions.gist(sentence, found.vocabulary(tx))
    if query == Query() or not (count := matching.tally(tx, query, today)):
        return [], []
    label = say_n("{short}（{n} 件）", count, short=cut_to(short(query), 28))
    return [say("或：{label}", label=label)], [_row(tx, label, query)]


def fewer_filters(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """What a question that found nothing would find without one of its filters: lines that say so, and buttons."""
    fewer = []
    for dropped, rest in query.without_one():
        if rest != Query() and (count := matching.tally(tx, rest, today)):
            fewer.append((understood(dropped), rest, count))
    fewer = sorted(fewer, key=lambda one: one[2])[:MOST]  # the fewest are the nearest to what was asked
    if not fewer and len(query.words) > 1:  # ok 法務部 overdue thx
        rest = replace(query, words=())
        if rest != Query() and (count := matching.tally(tx, rest, today)):
            fewer.append((understood(Query(words=query.words)), rest, count))
    if not fewer:
        return _each_alone(tx, query, today)
    lines = [say_n("拿掉「{dropped}」有 {n} 件", count, dropped=dropped) for dropped, _, count in fewer]
    return lines, [
        _row(tx, say_n("{short}（{n} 件）", count, short=cut_to(short(rest), 28)), rest) for _, rest, count in fewer
    ]


def _each_alone(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """What each filter finds by itself, where no question that leaves out just one finds anything (幼兒園 老師 薪水)."""
    each = [(alone, matching.tally(tx, alone, today)) for alone, _ in query.without_one() if alone != query]
    shown = [(alone, count) for alone, count in each if count][:MOST]
    labels = [say_n("{short}（{n} 件）", count, short=cut_to(short(alone), 28)) for alone, count in shown]
    lines = [say("單獨問：{each}", each=listed(labels))] if labels else []
    return lines, [_row(tx, label, alone) for label, (alone, _) in zip(labels, shown, strict=True)]


def idle_exclusions(tx: Transaction, query: Query, today: date) -> list[str]:
    """The words that were to be left out and that no answer holds: the number would look as if something had been."""
    if not query.excluded or not (answers := matching.tally(tx, query, today)):
        return []
    lines = []
    for word in query.excluded:
        rest = replace(query, excluded=tuple(one for one in query.excluded if one != word))
        if matching.tally(tx, rest, today) == answers:
            shown = understood(Query(words=(word,)))
            lines.append(say("⚠️ 沒有一件提到要排除的字，等於沒有排除（{shown}）。", shown=shown))
    return lines


def past_among_open(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """Of what has no conclusion (還沒做到), how many have a deadline that passed, and those alone."""
    if set(query.statuses) != {TRACKING, DELAYED} or OVERDUE in query.conditions:
        return [], []
    past = replace(query, conditions=(*query.conditions, OVERDUE))
    count = matching.tally(tx, past, today)
    if not count:
        return [], []
    clear = matching.tally(tx, replace(past, conditions=(*past.conditions, CLEAR)), today)
    line = say_n("其中期限已過 {n} 件，期限明確的 {clear} 件", count, clear=clear)
    return [line], [_row(tx, say_n("只看期限已過的（{n} 件）", count), past)]


def unreviewed_verdicts(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """Of what nobody reviewed, how many the AI says are kept, and those alone: of the rest nothing waits for a review."""
    if query.statuses or UNREVIEWED not in query.without:
        return [], []
    verdicts = replace(query, statuses=(ACHIEVED,))
    count = matching.tally(tx, verdicts, today)
    if not count:
        return [], []
    line = say_n("其中 AI 判定達成的 {n} 件，其餘沒有達成的判定", count)
    return [line], [_row(tx, say_n("只看 AI 判定達成的（{n} 件）", count), verdicts)]


def led_apart(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """What the task forces hold that an agency leads: they are no bodies of its, and are named apart."""
    lines, rows = [], []
    for name in [] if query.only_itself else query.agencies:
        for force in directory().task_forces_of(directory().now(name)):
            asked = replace(query, agencies=(force,))
            if force not in query.agencies and (count := matching.tally(tx, asked, today)):
                lines.append(say_n("不含{name} {n} 件", count, name=called(force)))
                rows.append(_row(tx, say_n("{name}（{n} 件）", count, name=called(force)), asked))
    return lines, rows


def unknown_names(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """Names in the records that are near an agency that was asked for, and of no known body: they are kept apart, never guessed."""
    if not query.agencies or query.only_itself:
        return [], []
    names = commitments.agencies(tx, MOST_NAMES + 1)
    unknown = [name for name in names if name not in directory() and name not in query.agencies]
    if len(names) > MOST_NAMES or len(unknown) > MOST_UNKNOWN:
        return [], []  # a source that names thousands of bodies is a matter for `nuoyan check`
    lines, rows = [], []
    for name in unknown:
        if not _may_mean(name, query.agencies):
            continue
        asked = replace(query, agencies=(name,))
        if count := matching.tally(tx, asked, today):
            lines.append(say_n("另有 {n} 件的機關寫作「{name}」，沒有對應到機關，不計入", count, name=name))
            rows.append(_row(tx, say_n("「{name}」（{n} 件）", count, name=name), asked))
    return lines[:MOST], rows[:MOST]


def _may_mean(name: str, asked: Sequence[str]) -> bool:
    """Whether an unknown name begins with an agency that was asked for, or is near one."""
    return name.startswith(tuple(asked)) or not set(directory().suggest(name)).isdisjoint(asked)


def order_kept(asked: str) -> tuple[list[str], list[Row]]:
    """That a list is not in the order that was asked for (逾期最久的), and why."""
    if not LONGEST_FIRST.search(asked):
        return [], []
    return [say("清單不照過期多久排：過得越久的，越可能是 AI 讀錯的期限。")], []


def no_promises_apart(tx: Transaction, query: Query, count: int) -> tuple[list[str], list[Row]]:
    """What people found to be no promise: it is in no count, and one press away."""
    if not count:
        return [], []
    line = say_n("另有 {n} 件經人工複核不是承諾，不計入", count)
    return [line], [_row(tx, say_n("看非承諾的（{n} 件）", count), replace(query, statuses=(NOT_A_PROMISE,)))]


def in_full_text(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """What the letters' full text holds of words that were found nowhere else, where other filters leave few letters."""
    narrowed = query.agencies or query.legislators or query.categories or query.letters
    if not query.words or query.in_letters or not narrowed:
        return [], []
    asked = replace(query, words=(), in_letters=query.words)
    count = matching.tally(tx, asked, today)
    if not count:
        return [], []
    label = say_n("公文全文提到（{n} 件）", count)
    return [say("或：{label}", label=label)], [_row(tx, label, asked)]


def doubts_apart(tx: Transaction, query: Query, today: date) -> tuple[list[str], list[Row]]:
    """「存疑」 in its two kinds, never one lump: of how many verdicts and of how many deadlines."""
    if IN_DOUBT not in query.conditions:
        return [], []
    rest = replace(query, conditions=tuple(name for name in query.conditions if name != IN_DOUBT))
    verdicts, of_verdicts, deadlines, of_deadlines = matching.count_doubts(tx, rest, today)
    lines = [
        say(
            "判定存疑 {verdicts}（AI 判定達成、未複核的 {of_verdicts} 件之中）",
            verdicts=verdicts,
            of_verdicts=of_verdicts,
        ),
        say("期限存疑 {deadlines}（有期限的 {of_deadlines} 件之中）", deadlines=deadlines, of_deadlines=of_deadlines),
    ]
    apart = [(UNSUPPORTED, say("只看判定存疑")), (DOUBTFUL, say("只看期限存疑"))]
    buttons = [_button(tx, label, replace(rest, conditions=(*rest.conditions, name))) for name, label in apart]
    return lines, [tuple(buttons)]


def _row(tx: Transaction, label: str, query: Query) -> Row:
    return (_button(tx, label, query),)


def _button(tx: Transaction, label: str, query: Query) -> Button:
    return Button(label=label, action=f"page:{watches.question_id(tx, str(query))}:0")
