"""Reasons to doubt an AI verdict or an AI-extracted deadline. A flag informs; it never decides, and never says "not done"."""

from __future__ import annotations

from dataclasses import dataclass

from records.dates import states
from records.record import Citation, Record

PREDATES = "predates"
SAME_LETTER = "same_letter"
SAME_DAY = "same_day"
NO_DOCUMENT = "no_document"
WORD_MISMATCH = "word_mismatch"
DEADLINE_BEFORE_LETTER = "deadline_before_letter"
DEADLINE_NOT_IN_LETTER = "deadline_not_in_letter"
LETTER_NOT_HELD = "letter_not_held"

VERDICT_FLAGS = (PREDATES, SAME_LETTER, SAME_DAY, NO_DOCUMENT, WORD_MISMATCH)
"""Doubts of a verdict, strongest first."""

_NOT_LATER = {PREDATES, SAME_LETTER, SAME_DAY}
_ACHIEVED_WORD = "達成證據"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One doubt and the two facts that it compared, as text: `left` is what is doubted, `right` what it was held against."""

    flag: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How far a target date can be trusted: `kind` is clear, doubtful or none; `doubt` says why it is doubtful."""

    kind: str
    doubt: Flag | None = None


def citation_flag(record: Record, citation: Citation) -> Flag | None:
    """How the cited letter stands to the commitment's own: older, the same, of the same day, or nowhere to be found."""
    own, cited = record.letter, citation.letter
    if cited.key is None:
        return Flag(flag=NO_DOCUMENT, left=citation.summary, right="")
    if cited.key == own.key:
        return Flag(flag=SAME_LETTER, left=cited.key, right=cited.key)
    if cited.date is None or own.date is None or cited.date > own.date:
        return None
    kind = PREDATES if cited.date < own.date else SAME_DAY
    return Flag(flag=kind, left=cited.date.isoformat(), right=own.date.isoformat())


def verdict_flags(record: Record) -> tuple[Flag, ...]:
    """Every doubt of the record's verdicts, strongest first, each pair of facts once."""
    found: dict[Flag, None] = {}
    for citation in record.verdicts:
        if flag := citation_flag(record, citation):
            found[flag] = None
        if citation.judgement != _ACHIEVED_WORD:
            found[Flag(flag=WORD_MISMATCH, left=citation.judgement, right=_ACHIEVED_WORD)] = None
    return tuple(sorted(found, key=lambda flag: VERDICT_FLAGS.index(flag.flag)))


def unsupported(record: Record) -> bool:
    """Whether there are AI verdicts and none of them rests on a letter later than the commitment's own (佐證不足)."""
    flags = [citation_flag(record, citation) for citation in record.verdicts]
    return bool(flags) and all(flag is not None and flag.flag in _NOT_LATER for flag in flags)


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
    if written_on and record.target <= written_on:
        return _doubtful(DEADLINE_BEFORE_LETTER, target, written_on.isoformat())
    # the AI's wording of a promise may carry a year of its own making, so the letter is asked wherever it is held
    if states(letter_text or record.promise, record.target, written_on):
        return Deadline(kind="clear")
    flag = DEADLINE_NOT_IN_LETTER if letter_text else LETTER_NOT_HELD
    return _doubtful(flag, record.target_text or target, record.letter.number or "")


def _doubtful(flag: str, left: str, right: str) -> Deadline:
    return Deadline(kind="doubtful", doubt=Flag(flag=flag, left=left, right=right))


def doubt_score(record: Record) -> int:
    """How doubtful a record's verdict is, for the order of review: unsupported ones first, then by kinds of doubt."""
    kinds = {flag.flag for flag in verdict_flags(record)}
    return 10 * unsupported(record) + len(kinds)
