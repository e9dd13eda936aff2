"""A question's answer as a list: counts that part clear deadlines from doubtful ones, then ten folded items a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from handlers import found, offers
from handlers.agency_words import agency_line, called
from handlers.deadline_words import deadline_state, target_line
from handlers.flag_words import DOUBT_HEADINGS, doubts_in_short
from handlers.language import N_, listed, say, say_n, short_date
from handlers.message import Button, Message, Section, in_rows
from handlers.paging import last_page, turns
from handlers.query_words import heading, understood
from handlers.reach import read_reach
from handlers.reread import records_of
from handlers.status_words import STATUS_WORDS, UNSUPPORTED_WORDS, doubt_line, kept_beside_words, status_line
from handlers.wording import INDENT, NOT_UNDONE, beside
from records.query import IN_DOUBT, OVERDUE, WAITING, Query, alternatives
from records.question.suggestions import Understood
from records.record import ACHIEVED, DELAYED, TRACKING
from records.status import Standing
from records.words import holds, other_spelling
from store import answers, commitments, conditions, matching, queue, watches
from store.answers import Answer
from store.engine import Transaction
from store.matching import Counts
from store.queue import Waits

PAGE = 10
"""Folded items on a page: with two lines each they fit both platforms' messages."""

MOST = 1000
"""Items that can be paged through; who needs more takes the file."""

_VERDICTS = {
    "reviewed": N_("已複核"),
    "declined": N_("不採認"),
    "unreviewed": N_("達成未複核"),
    "doubtful": N_("達成存疑（佐證不足）"),
}
"""How people dealt with the AI's verdicts; each kind is counted apart."""

_Item = tuple[Standing, int]
"""A commitment, and how many near-duplicates it stands for."""


def first_page(tx: Transaction, query: Query, at: datetime, *, asked: Understood | None = None) -> Message:
    """The first page of a question's answer, and what its words may have meant besides."""
    today = at.date()
    counts, items = matching.survey(tx, query, today, limit=MOST)
    question = watches.question_id(tx, str(query))
    shown: list[_Item]
    if query.ids:  # files that share an id are each to be seen
        shown = [(standing, 1) for standing in matching.find(tx, query, today, limit=PAGE)]
        answer = Answer(id=0, question=question, items=[(standing.key, size) for standing, size in shown])
    else:
        kept = answers.keep(tx, question, items, at) if len(items) > PAGE else 0
        answer = Answer(id=kept, question=question, items=items)
        shown = _items(tx, answer, 0)
    others = asked.offers if asked else ()
    if asked and not counts.total:
        others += found.near_misses(tx, asked.text)
    offered = [
        offers.doubts_apart(tx, query, today),
        offers.past_among_open(tx, query, today),
        offers.unreviewed_verdicts(tx, query, today),
        offers.led_apart(tx, query, today),
        offers.unknown_names(tx, query, today),
        offers.order_kept(asked.text if asked else ""),
        offers.no_promises_apart(tx, query, counts.no_promises),
        (offers.idle_exclusions(tx, query, today), []),
        offers.other_readings(tx, others, today, counts.total),
        offers.in_full_text(tx, query, today) if not counts.total else ([], []),
        offers.fewer_filters(tx, query, today) if not counts.total else ([], []),
    ]
    lines = [line for told, _ in offered for line in told]
    rows = [row for _, buttons in offered for row in buttons]
    return _page(tx, query, counts, answer, shown, 0, today, lines=lines, rows=rows)


def numbers_alone(tx: Transaction, query: Query, today: date) -> Message:
    """How many answer a question for what waits for review, without the items: only reviewers go through those."""
    counts, _ = matching.survey(tx, query, today, limit=1)
    lines = [say("逐件的清單給複核人看，這裡只有數字。")]
    return _page(
        tx, query, counts, Answer(id=0, question=0, items=[]), [], 0, today, lines=lines, rows=[], of_items=False
    )


def unless_empty(tx: Transaction, understood: Understood, at: datetime, answer: Callable[[Query], Message]) -> Message:
    """What a question is answered with otherwise than by a list; where it finds nothing, the list says what it may mean."""
    if matching.tally(tx, understood.query, at.date()):
        return answer(understood.query)
    return first_page(tx, understood.query, at, asked=understood)


def later_page(tx: Transaction, answer: Answer, offset: int, today: date) -> Message:
    """Another page of a list as it was first shown; each item stands there as it stands now."""
    query = found.asked(tx, answer.question)
    counts, now = matching.survey(tx, query, today, limit=MOST)
    offset = offset if 0 <= offset < len(answer.items) else 0
    lines = [] if list(answer.items) == now else [say("資料在這之間有更新；這裡照先前的順序翻頁，重新輸入可看最新的。")]
    return _page(tx, query, counts, answer, _items(tx, answer, offset), offset, today, lines=lines, rows=[])


def _items(tx: Transaction, answer: Answer, offset: int) -> list[_Item]:
    wanted = answer.items[offset : offset + PAGE]
    standings = {standing.key: standing for standing in commitments.standings(tx, [key for key, _ in wanted])}
    return [(standings[key], size) for key, size in wanted if key in standings]


def _page(
    tx: Transaction,
    query: Query,
    counts: Counts,
    answer: Answer,
    shown: Sequence[_Item],
    offset: int,
    today: date,
    *,
    lines: Sequence[str],
    rows: Sequence[tuple[Button, ...]],
    of_items: bool = True,
) -> Message:
    if WAITING in query.conditions:
        rest = replace(query, conditions=tuple(name for name in query.conditions if name != WAITING))
        among = (conditions.condition(tx, rest, today),)
        settled, whole = queue.progress(tx, "verdict", among)
        lines = [
            _waiting_besides(queue.tally(tx, among)),
            say("AI 的判定已複核 {settled}/{whole}", settled=settled, whole=whole),
            *lines,
        ]
    told = summary(query, counts, today, lines=lines)
    beyond = counts.folded - len(answer.items) if offset + PAGE >= len(answer.items) == MOST else 0
    more = (
        [Section(text=say_n("翻頁只到第 {most} 筆，另外 {n} 筆在 CSV 裡。", beyond, most=MOST))] if beyond > 0 else []
    )
    beside = commitments.kept_beside(tx, [standing for standing, _ in shown])
    return Message(
        title=heading(query),
        sections=(Section(text=told), *sections(tx, shown, counts, query, today, offset, beside), *more),
        footer=f"{read_reach(tx, today)}\n{say('公文收錄日之後的進度這裡查不到。')}",
        buttons=(*(_buttons(query, shown, counts, answer, offset) if of_items else ()), *rows),
    )


def _waiting_besides(waits: Waits) -> str:
    """What waits for review beside the AI's new verdicts, which a list of what waits holds."""
    return say(
        "另有既有的判定 {backlog} 件、期限 {deadlines} 件、更正 {corrections} 件待複核，不在這裡；複核人輸入「複核」逐件看",
        backlog=waits.backlog,
        deadlines=waits.deadlines,
        corrections=waits.corrections,
    )


def summary(query: Query, counts: Counts, today: date, *, lines: Sequence[str]) -> str:
    """What stands above a list: how many, how far their dates and verdicts can be trusted, what was understood."""
    doubtful = sum(counts.doubts.values())
    none = counts.total - counts.clear - doubtful
    told = [
        say("共 {total} 件", total=counts.total)
        + (say("（同段承諾併計為 {folded} 筆）", folded=counts.folded) if counts.folded != counts.total else "")
    ]
    if counts.total:
        told.append(
            say("期限明確 {clear}　期限存疑 {doubtful}", clear=counts.clear, doubtful=doubtful)
            + (say("　無期限 {none}", none=none) if none else "")
        )
    if verdicts := [
        f"{say(word)} {counts.verdicts[kind]}" for kind, word in _VERDICTS.items() if counts.verdicts[kind]
    ]:
        told.append(say("AI 判定：{verdicts}", verdicts=listed(verdicts)))
    if counts.waiting:
        told.append(say("其中 {waiting} 件待複核", waiting=counts.waiting))
    told.append(
        say("條件：{understood}", understood=understood(query))
        + (say("·期限早於 {today}", today=short_date(today)) if OVERDUE in query.conditions else "")
    )
    spelt = [other_spelling(one) for word in query.words for one in alternatives(word) if other_spelling(one) != one]
    if spelt:
        told.append(say("也找了：{words}", words=listed(spelt)))
    if set(query.statuses) == {TRACKING, DELAYED}:
        told.append(say("「尚無結論」{not_undone}", not_undone=say(NOT_UNDONE)))
    if counts.verdicts["doubtful"]:
        told.append(say(UNSUPPORTED_WORDS, not_undone=say(NOT_UNDONE)))
    if not counts.total:
        told.append(say("沒有相符的承諾。"))
    told += lines
    if not counts.total and not lines and query.words:
        told.append(say("也可能是這個問法還看不懂。例如：法務部 逾期、衛福部 即將到期、影像下架"))
    if counts.total and OVERDUE in query.conditions and doubtful:
        told += ["", say_n("⚠️ {n} 件的期限要先查證，請勿直接寫成「逾期」。", doubtful)]
    return "\n".join(told)


def sections(
    tx: Transaction,
    shown: Sequence[_Item],
    counts: Counts,
    query: Query,
    today: date,
    offset: int,
    kept_beside: Mapping[int, Sequence[Standing]],
) -> list[Section]:
    """Items in sections by how far their deadlines or verdicts can be trusted, numbered from `offset` on.

    `kept_beside` are the near-duplicates that count as kept, by the items that do not.
    """
    numbered = list(enumerate(shown, offset + 1))
    aside = _in_summaries_alone(tx, [standing for standing, _ in shown], query)
    sections = []
    for kind, items in groupby(numbered, key=lambda numbered_item: _kind(numbered_item[1][0], query)):
        lines = []
        for number, (standing, size) in items:
            kept = kept_beside.get(standing.key, ())
            among = sum(query.matches(twin, today) for twin in kept)  # those are told apart
            lines += _item(number, standing, size - among, query, today)
            lines += [INDENT + words for words in kept_beside_words(kept)]
            if standing.key in aside:
                lines.append(INDENT + say("⚠️ 這些字只出現在 AI 摘要裡，不在承諾裡"))
        sections.append(Section(heading=_kind_heading(kind, counts), text="\n".join(lines)))
    return sections


def _in_summaries_alone(tx: Transaction, standings: Sequence[Standing], query: Query) -> frozenset[int]:
    """The commitments that hold words of a question in the AI's summaries of letters and nowhere else."""
    if not query.words:
        return frozenset()
    aside = set()
    for key, record in records_of(tx, standings).items():
        text = record.searched(with_summaries=False)
        if not all(any(holds(text, one) for one in alternatives(word)) for word in query.words):
            aside.add(key)
    return frozenset(aside)


def order(query: Query, today: date) -> Callable[[Standing], tuple[int, int, int, int, int, date, int]]:
    """The order of a question's list, as the store has it: clear deadlines first, to come before past, then by doubt.

    Nothing that waits for review is among them: what waited on an earlier day is not known.
    """

    def place(standing: Standing) -> tuple[int, int, int, int, int, date, int]:
        target = standing.target or date.max
        past = standing.has_clear_deadline and target < today
        return (
            _DOUBTS.index(_doubt(standing)) if IN_DOUBT in query.conditions else 0,
            _TRUST.index(standing.deadline.kind),
            list(DOUBT_HEADINGS).index(standing.deadline.doubt.flag)
            if standing.deadline.doubt
            else len(DOUBT_HEADINGS),
            int(past),
            -target.toordinal() if past else 0,
            target,
            standing.key,
        )

    return place


_TRUST = ("clear", "doubtful", "none")
_DOUBTS = ("verdict", "deadline", "settled")


def number_rows(shown: Sequence[_Item], offset: int) -> tuple[tuple[Button, ...], ...]:
    """A button for each item, by its number, five a row."""
    numbers = [
        Button(label=str(number), action=f"show:{standing.key}:0")
        for number, (standing, _) in enumerate(shown, offset + 1)
    ]
    return in_rows(numbers)


def _is_parted_by_deadline(query: Query) -> bool:
    """Whether the headings of a list tell how far its deadlines can be trusted."""
    return not {IN_DOUBT, WAITING} & set(query.conditions)


def _kind(standing: Standing, query: Query) -> str:
    if WAITING in query.conditions:
        return "waiting"
    if IN_DOUBT in query.conditions:
        return _doubt(standing)
    return standing.deadline.doubt.flag if standing.deadline.doubt else standing.deadline.kind


def _doubt(standing: Standing) -> str:
    """What is in doubt of a commitment; of a verdict that only old letters support, people may have settled it."""
    if standing.is_doubted:
        return "verdict"
    return "deadline" if standing.deadline.doubt else "settled"


def _kind_heading(kind: str, counts: Counts) -> str:
    if kind == "waiting":
        return say("待複核，疑點最重的在前（{n}）", n=counts.total)
    if kind == "verdict":
        return say("判定存疑（{n}）", n=counts.verdicts["doubtful"])
    if kind == "deadline":
        return say("只有期限存疑")
    if kind == "settled":
        return say("已複核")
    if kind == "clear":
        return say("期限明確（{clear}）", clear=counts.clear)
    if kind == "none":
        return say("無期限（{n}）", n=counts.total - counts.clear - sum(counts.doubts.values()))
    return say("{heading}（{n}）", heading=say(DOUBT_HEADINGS[kind]), n=counts.doubts.get(kind, 0))


def _item(number: int, standing: Standing, size: int, query: Query, today: date) -> list[str]:
    """One list item: title, then dates, then whatever must stand beside a claimed status."""
    lines = [f"{number} {standing.title}"]
    answered = (
        say("答復 {date}", date=short_date(standing.letter_date)) if standing.letter_date else say("答復日未載明")
    )
    deadline = target_line(standing) + ("" if standing.deadline.doubt else deadline_state(standing, today))
    lines.append(INDENT + beside(deadline, answered))
    if standing.deadline.doubt and not _is_parted_by_deadline(query):
        doubt = say(DOUBT_HEADINGS[standing.deadline.doubt.flag])
        lines.append(INDENT + say("⚠️ 期限存疑：{doubt}", doubt=doubt))
    known = [called(name) for name in query.agencies] == [agency_line(standing)]
    said = [] if known else [agency_line(standing)]
    said += [say("質詢 {legislators}", legislators=listed(standing.legislators))] if query.legislators else []
    said += [] if status_line(standing) == say(STATUS_WORDS[TRACKING]) else [status_line(standing)]
    if said:
        lines.append(INDENT + beside(*said))
    if standing.is_doubted:
        lines.append(INDENT + say("⚠️ 佐證不足，{not_undone}", not_undone=say(NOT_UNDONE)))
    elif standing.is_declined:
        lines.append(INDENT + doubt_line(standing))
    elif standing.status == ACHIEVED and (doubts := doubts_in_short(standing)):
        lines.append(INDENT + doubts)  # a later letter is cited, too: it may be of something else
    if size > 1:
        lines.append(INDENT + say_n("同段承諾另有 {n} 筆", size - 1))
    return lines


def _buttons(
    query: Query, shown: Sequence[_Item], counts: Counts, answer: Answer, offset: int
) -> tuple[tuple[Button, ...], ...]:
    rows = list(number_rows(shown, offset))
    rows += turns(offset // PAGE, last_page(len(answer.items), PAGE), lambda to: f"turn:{answer.id}:{to * PAGE}")
    if not counts.total:
        return ()
    watch = [] if query.in_letters else [Button(label=say("🔔 訂閱這個查詢"), action=f"offer:{answer.question}:0")]
    last = (
        Button(label=say("📋 轉貼用文字"), action=f"paste-list:{answer.question}:0"),
        Button(label=say("❓ 怎麼判斷的"), action="how:0:0"),
    )
    return (*rows, (*watch, Button(label="⬇️ CSV", action=f"csv:{answer.question}:0")), last)
