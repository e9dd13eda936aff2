"""One commitment file as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from records.letters import Letter
from records.words import search_text

ACHIEVED = "已達成"
TRACKING = "追蹤中"
DELAYED = "已延宕"
STALE = "無更新"
PARTLY = "部分達成"
NOT_A_PROMISE = "非承諾"

RECORDED_STATUSES = (TRACKING, DELAYED, ACHIEVED, STALE)
"""What a file may say."""

EFFECTIVE_STATUSES = (*RECORDED_STATUSES, PARTLY, NOT_A_PROMISE)
"""What may hold: the file's words, and two that only a reviewer gives."""

SETTLED = (ACHIEVED, NOT_A_PROMISE)
"""Statuses under which a deadline no longer runs."""

STATUS_CHANGE = "狀態變更"
HUMAN_REVIEW = "人工複核"


_DENIALS = ("未", "尚", "沒", "無", "不")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the tracking log: `heading` is the word in brackets, `fields` its 「**name**：value」 lines.

    Of a field that stands twice the first counts; `text` is the whole entry below its heading.
    """

    date: date | None
    heading: str
    text: str
    fields: Mapping[str, str] = field(compare=False)  # they follow from the text

    def field(self, name: str) -> str:
        """The value of a field, empty where the entry has none."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A letter that an AI entry rests on: what it is, what the AI made of it."""

    entry: Entry
    letter: Letter

    @property
    def is_verdict(self) -> bool:
        """Whether the entry claims a change of status on the AI's judgement."""
        return self.entry.heading == STATUS_CHANGE and bool(self.judgement)

    @property
    def says_kept(self) -> bool:
        """Whether its verdict is that the promise was kept: the AI's word does not deny it (未達成)."""
        return self.is_verdict and not self.judgement.startswith(_DENIALS)

    @property
    def judgement(self) -> str:
        """The AI's word: 達成證據, 進度更新, 相關資訊."""
        return self.entry.field("AI 判斷")

    @property
    def summary(self) -> str:
        """The AI's summary; not the letter's words."""
        return self.entry.field("內容摘要")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One commitment as its file tells it.

    `path` is relative to the source's root with `/`; `target` is `target_text` read as a day, None where it is empty or
    unreadable; `agency_text` is the field as written; `letter` the reply the promise was taken from; `citations` the
    letters that AI entries rest on, oldest entry first; `verdicts` are those that claim a change of status.
    """

    path: str
    id: str
    title: str
    category: str
    status: str
    target_text: str | None
    target: date | None
    target_value: str | None
    agency_text: str | None
    letter: Letter
    promise: str
    entries: tuple[Entry, ...]
    citations: tuple[Citation, ...]
    verdicts: tuple[Citation, ...]
    last_updated: str

    def searched(self, *, with_summaries: bool = True) -> str:
        """The folded text in which a question's words are looked for; the AI's summaries of letters are no promise."""
        summaries = [citation.summary for citation in self.citations] if with_summaries else []
        return search_text([self.title, self.promise, *summaries, self.agency_text, self.target_value])

    @property
    def is_claimed_alone(self) -> bool:
        """Whether the file says 已達成 and no entry says who, or what, says so; a change by date (追蹤中 → 已延宕) does not."""
        if self.status != ACHIEVED or self.verdicts:
            return False
        return not any(entry.heading == HUMAN_REVIEW for entry in self.entries)

    @property
    def decision_ids(self) -> tuple[str, ...]:
        """The ids of decisions that a human-review entry of this file claims to carry, in the file's order."""
        return tuple(dict.fromkeys(filter(None, map(_decision_id, self.entries))))

    @property
    def data_day(self) -> str:
        """Of what day the source's data is: `last_updated`, where it is not a decision's entry that was dated so."""
        if not any(_decision_id(entry) and str(entry.date) == self.last_updated for entry in self.entries):
            return self.last_updated
        return max((str(entry.date) for entry in self.entries if entry.date and not _decision_id(entry)), default="")


def _decision_id(entry: Entry) -> str:
    """The id of the decision that an entry tells of; empty for one of the source."""
    return entry.field("決定編號") if entry.heading == HUMAN_REVIEW else ""
