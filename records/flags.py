"""Reasons to doubt an AI verdict or an AI-extracted deadline. A flag informs; it never decides, and never says "not done"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from records.dates import begins, gregorian, stated, states, told_periods
from records.record import Citation, Record
from records.topic import SMALLEST_SIGN, amounts, missing_words

NOT_IN_TEXT = "not_in_text"
LATER_THAN_DOCUMENT = "later_than_document"
PREDATES = "predates"
SAME_LETTER = "same_letter"
SAME_DAY = "same_day"
NO_DOCUMENT = "no_document"
WORD_MISMATCH = "word_mismatch"
NUMBER_MISSING = "number_missing"
DEADLINE_BEFORE_LETTER = "deadline_before_letter"
DEADLINE_NOT_IN_LETTER = "deadline_not_in_letter"
LETTER_NOT_HELD = "letter_not_held"

DEADLINE_FLAGS = (DEADLINE_BEFORE_LETTER, DEADLINE_NOT_IN_LETTER, LETTER_NOT_HELD)
"""Doubts of a deadline."""

VERDICT_FLAGS = (
    NOT_IN_TEXT,
    LATER_THAN_DOCUMENT,
    PREDATES,
    SAME_LETTER,
    SAME_DAY,
    NO_DOCUMENT,
    WORD_MISMATCH,
    NUMBER_MISSING,
)
"""Doubts of a verdict, strongest first."""


_NOT_LATER = {PREDATES, SAME_LETTER, SAME_DAY, NO_DOCUMENT}
_ACHIEVED_WORD = "達成證據"
SUMMARY = "內容摘要"
"""What stands beside the words of a summary that say otherwise than its verdict."""

_NOT_WHOLLY = re.compile("部分(?:達成|完成|兌現)|(?:尚未|未能|沒有|未)(?:完全|全部)?(?:達成|完成|兌現|實現|達標)")
"""Words of a summary that deny the verdict: 顯示承諾部分達成 (six of the 1,255 real ones)."""

_CLAUSE = re.compile("[,，。;；]")
_DONE_IN_YEAR = re.compile(r"(?<!\d)(?:民國)?(1\d\d|20\d\d)年度?(?:間|內|全年)?(?:業|即)?已")
"""110年度已辦理72場: what a whole year brought, which a letter of 2020 can't tell. All 8 real entries that say so are such."""

# what a clause with these words tells of is still to come: 擬延長減徵至115年1月7日
_PLANNED = re.compile("預[計定]|(?<![模虛])擬|計[畫劃]在|規劃|目標|延長|展延|將[於在可會]|即將")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One doubt and the two facts that it compared, as text: `left` is what is doubted, `right` what it was held against."""

    flag: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How far a target date can be trusted: `kind` is clear, doubtful or none; `doubt` says why it is doubtful.

    `settled` is the outcome (DEADLINE_OUTCOMES) by which a reviewer settled it, None where nobody did.
    """

    kind: Literal["clear", "doubtful", "none"]
    doubt: Flag | None = None
    settled: str | None = None


def citation_flag(record: Record, citation: Citation) -> Flag | None:
    """How the cited letter stands to the commitment's own: older, the same, of the same day, or nowhere to be found.

    Where the day of either can't be read, nobody can tell whether it is later: it then stands for none.
    """
    own, cited = record.letter, citation.letter
    if cited.key is None:
        return Flag(flag=NO_DOCUMENT, left=citation.summary, right="")
    if cited.key == own.key:
        return Flag(flag=SAME_LETTER, left=cited.key, right=cited.key)
    if cited.date is None or own.date is None:
        return Flag(flag=NO_DOCUMENT, left=cited.key, right=own.key or "")
    if cited.date > own.date:
        return None
    kind = PREDATES if cited.date < own.date else SAME_DAY
    return Flag(flag=kind, left=cited.date.isoformat(), right=own.date.isoformat())


def verdict_flags(record: Record, texts: Mapping[str, str]) -> tuple[Flag, ...]:
    """Every doubt of the record's verdicts, strongest first, each pair of facts once.

    `texts` holds the whole text (主旨 and body) of cited letters by their key, as far as some record holds it.
    """
    found = {flag: None for citation in record.verdicts for flag in citation_doubts(record, citation, texts)}
    if flag := _number_missing(record):
        found[flag] = None
    if record.is_claimed_alone:
        found[Flag(flag=NO_DOCUMENT, left=record.status, right="")] = None
    return tuple(sorted(found, key=lambda flag: VERDICT_FLAGS.index(flag.flag)))


def letters_in_doubt(record: Record) -> Mapping[str, int]:
    """How many letters that verdicts cite are older than the reply, of its day, or told more of than they can tell, by doubt."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for citation in record.verdicts:
        for flag in (citation_flag(record, citation), _later_than_document(citation)):
            if flag and flag.flag in (PREDATES, SAME_DAY, LATER_THAN_DOCUMENT):
                found[flag.flag].add(citation.letter.key or citation.summary)
    return {kind: len(letters) for kind, letters in found.items()}


def rests_on_more(record: Record, flags: Sequence[Flag]) -> bool:
    """Whether a verdict cites a letter later than the reply that none of its doubts is about: others alone are doubtful."""
    own, off_topic = record.letter.date, {flag.right for flag in flags if flag.flag == NOT_IN_TEXT}
    return own is not None and any(
        citation.letter.date is not None
        and citation.letter.date > own
        and citation.letter.key not in off_topic
        and _later_than_document(citation) is None
        for citation in record.verdicts
    )


def citation_doubts(record: Record, citation: Citation, texts: Mapping[str, str]) -> Iterator[Flag]:
    """Every doubt of one citation, strongest first; that its words disagree is one of a verdict alone.

    `texts` holds the whole text of the cited letter by its key, where some record holds it.
    """
    checks = (_not_in_text(record, citation, texts), _later_than_document(citation), citation_flag(record, citation))
    yield from (flag for flag in checks if flag)
    if not citation.is_verdict:
        return
    if citation.judgement != _ACHIEVED_WORD:
        yield Flag(flag=WORD_MISMATCH, left=citation.judgement, right=_ACHIEVED_WORD)
    if denied := _NOT_WHOLLY.search(citation.summary):
        yield Flag(flag=WORD_MISMATCH, left=denied[0], right=SUMMARY)


def _not_in_text(record: Record, citation: Citation, texts: Mapping[str, str]) -> Flag | None:
    """Whether the cited letter holds neither a telling word of the promise nor a larger number of the AI's summary."""
    key = citation.letter.key
    if key is None or key == record.letter.key or not (text := texts.get(key)):
        return None
    words = missing_words(text, record.title, record.promise)
    if not words:
        return None
    numbers = {number for number in amounts(citation.summary) if number >= SMALLEST_SIGN}
    if numbers and numbers & amounts(text).keys():
        return None
    return Flag(flag=NOT_IN_TEXT, left="、".join(words), right=key)


def _later_than_document(citation: Citation) -> Flag | None:
    """Whether the summary tells, not as a plan, of a day, a month or a whole year's doings that begin after the letter's day."""
    written_on = citation.letter.date
    if written_on is None:
        return None
    told = (
        first
        for clause in _CLAUSE.split(citation.summary)
        if "月" in clause and not _PLANNED.search(clause)
        for first, _ in told_periods(clause, None)
    )
    latest = max(told, default=written_on)
    if latest > written_on:
        return Flag(flag=LATER_THAN_DOCUMENT, left=latest.isoformat(), right=written_on.isoformat())
    done = (gregorian(int(found[1])) for found in _DONE_IN_YEAR.finditer(citation.summary))
    year = max(done, default=written_on.year)
    return (
        Flag(flag=LATER_THAN_DOCUMENT, left=str(year), right=written_on.isoformat()) if year > written_on.year else None
    )


def _number_missing(record: Record) -> Flag | None:
    """Whether no verdict's summary names any of the amounts that the commitment's target value names."""
    wanted = amounts(record.target_value or "") if record.verdicts else {}
    if not wanted:
        return None
    summaries = [citation.summary for citation in record.verdicts]
    if any(wanted.keys() & amounts(summary).keys() for summary in summaries):
        return None
    return Flag(flag=NUMBER_MISSING, left=next(iter(wanted.values())), right=summaries[-1])


def unsupported(record: Record) -> bool:
    """Whether 達成 is claimed with nothing behind it known to be later than the commitment's own letter (佐證不足).

    Nothing is an entry that is not there, and a letter that is no later, or nobody can tell.
    """
    flags = [citation_flag(record, citation) for citation in record.verdicts]
    return record.is_claimed_alone or (
        bool(flags) and all(flag is not None and flag.flag in _NOT_LATER for flag in flags)
    )


def cited_as_done(record: Record) -> bool:
    """Whether the AI cites a letter later than the commitment's own as evidence of achievement, under whatever heading."""
    own = record.letter.date
    return any(
        citation.judgement == _ACHIEVED_WORD and own and citation.letter.date and citation.letter.date > own
        for citation in record.citations
    )


def read_deadline(record: Record, letter_text: str) -> Deadline:
    """Whether the target date is clear: it lies after the letter's day and the letter states it.

    `letter_text` is the letter's body, from this record or from another one of the same letter; where none holds it the
    promise speaks for it.
    """
    if record.target is None:
        return Deadline(kind="none")
    written_on = record.letter.date
    target = record.target.isoformat()
    if written_on is None:  # whether it lies before the letter can't be told
        return _doubtful(LETTER_NOT_HELD, record.target_text or target, "")
    if record.target <= written_on:
        return _doubtful(DEADLINE_BEFORE_LETTER, target, written_on.isoformat())
    # the AI's wording of a promise may carry a year of its own making, so the letter is asked wherever it is held; what the
    # promise begins with (自115年起每年回饋) is no deadline of it, whatever else the letter says of that year
    only_begins = begins(record.promise) and not states(record.promise, record.target, written_on)
    if not only_begins and states(letter_text or record.promise, record.target, written_on):
        return Deadline(kind="clear")
    flag = DEADLINE_NOT_IN_LETTER if letter_text else LETTER_NOT_HELD
    return _doubtful(flag, record.target_text or target, record.letter.number or "")


def other_years(record: Record, deadline: Deadline) -> tuple[int, ...]:
    """The years that a promise names where its deadline, which another sentence of the letter states, is of none of them.

    Years before the letter's tell of what was. Of the 267 clear deadlines of the real records 17 are so; by eye, most of
    these are the AI's misreading (112年達1：1300 with a deadline of 2022), the others end what the promise began.
    """
    if record.target is None or record.letter.date is None or deadline.kind != "clear":
        return ()
    years = {year for year, _ in stated(record.promise, record.letter.date) if year >= record.letter.date.year}
    return () if record.target.year in years else tuple(sorted(years))


def _doubtful(flag: str, left: str, right: str) -> Deadline:
    return Deadline(kind="doubtful", doubt=Flag(flag=flag, left=left, right=right))


def doubt_score(kinds: Set[str], *, unsupported: bool) -> int:
    """How doubtful a verdict with flags of these kinds is: unsupported ones first, then by the strongest doubts."""
    weights = (1 << place for place, kind in enumerate(reversed(VERDICT_FLAGS)) if kind in kinds)
    return (unsupported << len(VERDICT_FLAGS)) + sum(weights)
