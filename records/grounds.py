"""When a letter older than the promise can be right: the promise restates an act that was done before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from records.dates import told_periods
from records.letters import nearest_sentence
from records.record import Citation, Record

_SENTENCE = re.compile("[。;；]")
_DRAFT = re.compile("(?<![模虛比])擬|研議|規劃|預[計定]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The day of the act that a promise tells of, and that of the older letter cited for it.

    `act` is a month's last day where the promise names no day, and `begun` its first; `in_letter` says that the promise names none, and its
    letter's own sentence does. Informs a reviewer; the verdict stays unsupported.
    """

    begun: date
    act: date
    document: date
    in_letter: bool = False

    @property
    def hold(self) -> bool:
        """Whether the letter can tell of the act; else it is older than the act too, the strongest doubt there is."""
        return self.act <= self.document


def verdict_grounds(record: Record, letter_text: str) -> list[Grounds]:
    """How the letters that the AI's verdicts cite stand to the act that the promise tells of, the newest letter first.

    `letter_text` is what is held of the commitment's own letter, here or in another record. A letter has none where it is
    later than that, or that, has no date or one inside the act's month, or the promise tells of no dated act.
    """
    older = [citation for citation in record.verdicts if _is_older(record, citation)]
    act = act_told(record, letter_text) if older else None
    stand = [known for citation in older if (known := _stands(record, citation, act))]
    return sorted(stand, key=lambda known: known.document, reverse=True)


def _is_older(record: Record, citation: Citation) -> bool:
    own, cited = record.letter, citation.letter
    return cited.date is not None and own.date is not None and cited.date <= own.date and cited.key != own.key


def _stands(record: Record, citation: Citation, act: tuple[date, date] | None) -> Grounds | None:
    cited = citation.letter.date
    if cited is None or act is None or act[0] <= cited < act[1]:
        return None
    written_on = record.letter.date
    in_letter = written_on is None or _latest_act(record.promise, written_on) != act
    return Grounds(begun=act[0], act=act[1], document=cited, in_letter=in_letter)


def act_told(record: Record, letter_text: str) -> tuple[date, date] | None:
    """The latest day or month (its first and last day) with its year that the promise tells of, up to its letter's day.

    Where the promise names no such day, the sentence of its own letter nearest to it is asked, if that is held. A
    sentence that speaks of a draft (擬具, 研議, 規劃, 預計) tells of no act.
    """
    written_on = record.letter.date
    if written_on is None:
        return None
    return _latest_act(record.promise, written_on) or _latest_act(
        nearest_sentence(letter_text, record.promise), written_on
    )


def _latest_act(text: str, written_on: date) -> tuple[date, date] | None:
    told = (
        (last, first)
        for sentence in _SENTENCE.split(text)
        if "月" in sentence and not _DRAFT.search(sentence)
        for first, last in told_periods(sentence, written_on)
    )
    latest = max((each for each in told if each[0] <= written_on), default=None)
    return latest[::-1] if latest else None
