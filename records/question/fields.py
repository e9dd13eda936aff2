"""`agency:法務部 due:<2026-12-31`: the fields that scripts ask by, and in which questions are kept."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from records import spans
from records.agencies import directory, fold_name
from records.dates import UnreadableDateError, read_period
from records.letters import letter_number
from records.query import CONDITIONS, NO_AGENCY, alternatives
from records.question.lexicon import (
    CONDITION_OF,
    FLAG_OF,
    FLAG_WORDS,
    STATUSES_OF,
)
from records.question.meanings import Meaning, QuestionError, add_period, add_text, either
from records.record import EFFECTIVE_STATUSES

NEAR = 0.75
"""How alike (difflib's ratio) a name must be to be taken for a mistyped field's: stauts is, mail is not."""

_DUE = re.compile(r"(?P<op><=|>=|<|>|=)?(?P<day>.+)")
MANY_VALUED = ("agencies", "categories", "statuses", "legislators", "flags", "ids", "letters")
"""Fields whose values are alternatives."""


def read_field(meaning: Meaning, token: str) -> bool:
    """Read a field and its values, | between them; False where it is none. Raises QuestionError for a value that it can't hold."""
    name, colon, value = token.partition(":")
    if not colon or name not in _FIELDS:
        if value and name.isalpha() and (near := difflib.get_close_matches(name, _FIELDS, n=1, cutoff=NEAR)):
            raise QuestionError(
                "沒有「{name}:」這個欄位，是不是「{near}:」？例如：agency:法務部", name=name, near=near[0]
            )
        return False
    value = value.replace('"', "").strip()
    if not value and name == "fulltext":
        raise QuestionError("「全文:」後面少了要找的字。例如：法務部 全文:監獄")
    if name in ("gazette", "fulltext"):
        values = [value]
    else:
        values = [one for one in (part.strip().lstrip(": ") for part in alternatives(value)) if one]
        if any(map(FIELD_NAME.search, values)):  # id:status:已達成
            values = []
    if not any(values):
        raise QuestionError("「{word}」後面少了內容。例如：agency:法務部", word=f"{name}:")
    for one in values:
        _FIELDS[name](meaning, one)
    return True


def _agency_field(meaning: Meaning, value: str) -> None:
    if fold_name(value) in ("無", "none"):
        meaning.add("conditions", NO_AGENCY)
    else:
        meaning.add("agencies", *(directory().committee(value) or (directory().find(value) or value,)))


def _due_field(meaning: Meaning, value: str) -> None:
    if spans.is_span(value):
        meaning.add("due_in", value)
        return
    start, stretch, end = value.partition("..")
    if stretch and (start or end):
        for op, day in ((">=", start), ("<=", end)):
            if day:  # 2023.. is open
                _due_field(meaning, f"{op}{day}")
        return
    found = _DUE.fullmatch(value)
    try:
        period = read_period(found["day"]) if found else None
    except UnreadableDateError:
        period = None
    if found is None or period is None:
        raise QuestionError("看不懂期限「{word}」。例如：due:<2026-12-31", word=value)
    first, last = period
    match found["op"] or "=":
        case "=":
            add_period(meaning, first, last)
        case ("<" | ">=") as op:
            meaning.add("due", (op, first))
        case op:
            meaning.add("due", (op, last))


def _status_field(meaning: Meaning, value: str) -> None:
    statuses = (value,) if value in EFFECTIVE_STATUSES else STATUSES_OF.get(value.casefold())
    if not statuses:
        raise QuestionError(
            "沒有「{word}」這個狀態。可用：{known}。例如：status:已達成",
            word=value,
            known="、".join(EFFECTIVE_STATUSES),
        )
    meaning.add("statuses", *statuses)


def _is_field(meaning: Meaning, value: str) -> None:
    condition = value if value in CONDITIONS else CONDITION_OF.get(value.casefold())
    if not condition:
        raise QuestionError(
            "沒有「{word}」這個條件。可用：{known}。例如：is:overdue", word=value, known="、".join(CONDITIONS)
        )
    meaning.add("conditions", condition)


def _flag_field(meaning: Meaning, value: str) -> None:
    flag = value if value in FLAG_WORDS else FLAG_OF.get(value.casefold())
    if not flag:
        raise QuestionError(
            "沒有「{word}」這種疑點。可用：{known}。例如：flag:predates", word=value, known="、".join(FLAG_WORDS)
        )
    meaning.add("flags", flag)


def _evidence_field(meaning: Meaning, value: str) -> None:
    if not spans.is_span(value):
        raise QuestionError(
            "看不懂「{word}」這段時間。可用：{known}、30d。例如：evidence:this-week",
            word=value,
            known="、".join(spans.NAMED),
        )
    meaning.add("evidence_in", value)


def _fulltext_field(meaning: Meaning, value: str) -> None:
    add_text(meaning, "in_letters", either(value))


def _letter_field(meaning: Meaning, value: str) -> None:
    meaning.add("letters", letter_number(value) or value)


def _with_field(meaning: Meaning, value: str) -> None:
    switch = {"itself-only": "only_itself", "state-owned": "state_owned"}.get(value)
    if switch is None:
        raise QuestionError("沒有「{word}」這個範圍。可用：with:itself-only、with:state-owned", word=value)
    meaning.switches.add(switch)


def _legislator_field(meaning: Meaning, value: str) -> None:
    meaning.add("legislators", *(name for name in value.split("、") if name))


def _plain_field(part: str) -> Callable[[Meaning, str], None]:
    def read(meaning: Meaning, value: str) -> None:
        meaning.add(part, value)

    return read


_FIELDS: dict[str, Callable[[Meaning, str], None]] = {
    "agency": _agency_field,
    "category": _plain_field("categories"),
    "status": _status_field,
    "legislator": _legislator_field,
    "due": _due_field,
    "is": _is_field,
    "flag": _flag_field,
    "with": _with_field,
    "id": _plain_field("ids"),
    "evidence": _evidence_field,
    "letter": _letter_field,
    "fulltext": _fulltext_field,
    "gazette": _plain_field("gazettes"),
}

FIELD_NAME = re.compile(rf"(?<![\w:/.])(?:{'|'.join(_FIELDS)})(?=:)", re.IGNORECASE)
"""A field's name, whose first letter a phone may have made a capital."""
