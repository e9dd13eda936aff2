"""The question language: one grammar, parsed once, for asking and for watching.

`parse` reads what people type (「法務部逾期」, `agency:法務部 is:overdue -疫情`); `Query.__str__` prints the same question in its
normal form, so that `parse(str(query)) == query`; `matches` is its plain meaning, and the store's SQL means the same.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from records import flags
from records.agencies import Directory, fold_name
from records.dates import UnreadableDateError, read_period
from records.record import ACHIEVED, DELAYED, EFFECTIVE_STATUSES, NOT_A_PROMISE, PARTLY, STALE, TRACKING
from records.status import Standing
from records.words import clean, fold

OVERDUE = "overdue"
DUE_SOON = "due-soon"
CLEAR = "clear"
DOUBTFUL = "doubtful"
NO_DEADLINE = "no-deadline"
WAITING = "waiting"
REVIEWED = "reviewed"
UNSUPPORTED = "unsupported"
NO_AGENCY = "no-agency"

CONDITIONS: dict[str, Callable[[Standing, date], bool]] = {
    OVERDUE: Standing.is_overdue,
    DUE_SOON: Standing.is_due_soon,
    CLEAR: lambda standing, _: standing.has_clear_deadline,
    DOUBTFUL: lambda standing, _: standing.deadline.kind == "doubtful",
    NO_DEADLINE: lambda standing, _: standing.target is None,
    WAITING: lambda standing, _: standing.reviewed == "waiting",
    REVIEWED: lambda standing, _: standing.reviewed in ("accept", "partly", "decline", "not-a-promise"),
    UNSUPPORTED: lambda standing, _: standing.status == ACHIEVED and standing.unsupported,
    NO_AGENCY: lambda standing, _: not standing.agencies,
}
"""What `is:` may ask, and its meaning for a commitment on a day."""

_CONDITION_WORDS = {
    OVERDUE: "逾期 已逾期 逾期未完成 過期 已過期 期限已過 延宕 已延宕 延誤 跳票 overdue late delayed",
    DUE_SOON: "即將到期 快到期 快到期了 將到期 upcoming duesoon due",
    CLEAR: "期限明確 clear",
    DOUBTFUL: "期限存疑 doubtful",
    NO_DEADLINE: "沒有期限 無期限 nodeadline",
    WAITING: "待複核 待審核 待審 複核中 pending waiting unreviewed",
    REVIEWED: "已複核 人工複核 reviewed",
    UNSUPPORTED: "佐證不足 判定存疑 unsupported",
    NO_AGENCY: "未載明機關 沒有機關 無機關 noagency",
}
_STATUS_WORDS: dict[tuple[str, ...], str] = {
    (ACHIEVED,): "已達成 達成 achieved kept done",
    (TRACKING, DELAYED): "尚無結論 追蹤中 進行中 open tracking",
    (STALE,): "無更新 stale",
    (PARTLY,): "部分達成 partly",
    (NOT_A_PROMISE,): "非承諾 不是承諾",
}
_FLAG_WORDS = {
    flags.NOT_IN_TEXT: "公文沒談這件事 沒談這件事",
    flags.LATER_THAN_DOCUMENT: "摘要提到公文之後的事",
    flags.PREDATES: "公文早於答復 公文早於承諾 早於答復 早於承諾",
    flags.SAME_LETTER: "就是這件答復 引用的就是這件答復",
    flags.SAME_DAY: "與答復同一天 公文與答復同一天",
    flags.NO_DOCUMENT: "沒附可查的公文 沒附公文",
    flags.WORD_MISMATCH: "標示前後不一 ai標示前後不一",
    flags.NUMBER_MISSING: "摘要沒提到數字",
    flags.DEADLINE_BEFORE_LETTER: "期限早於答復 期限早於答復日",
    flags.DEADLINE_NOT_IN_LETTER: "公文查無這個期限 公文查無期限",
    flags.LETTER_NOT_HELD: "公文尚未收錄 公文全文尚未收錄",
}
_UNFINISHED_WORDS = "還沒做到 未完成 未達成 沒做到 unfinished"
_SWITCH_OF = {
    **dict.fromkeys("自己的 本身 只看本身 只看本院 本院 本部 itself".split(), "only_itself"),
    **dict.fromkeys("含國營事業 國營事業".split(), "state_owned"),
}
_FILLER = frozenset(
    "的 了 類別 有 有哪些 哪些 案件 承諾 的承諾 查 查詢 找 請問 list show the all of by ministry".split()
)

_CONDITION_OF = {word: name for name, words in _CONDITION_WORDS.items() for word in words.split()}
_STATUSES_OF = {word: statuses for statuses, words in _STATUS_WORDS.items() for word in words.split()}
_STATUSES_OF |= dict.fromkeys(_UNFINISHED_WORDS.split(), (TRACKING, DELAYED))
_FLAG_OF = {word: name for name, words in _FLAG_WORDS.items() for word in words.split()}
_KEYWORDS = sorted({*_CONDITION_OF, *_STATUSES_OF, *_SWITCH_OF, *_FLAG_OF}, key=len, reverse=True)

_TOKEN = re.compile(
    r'(?P<minus>-|不含|不要)?(?:"(?P<quoted>[^"]*)"|「(?P<corner>[^」]*)」|(?P<plain>[a-z]+:"[^"]*"|[^\s,、，]+))'
)
_FIELD = re.compile(r"(?P<name>[a-z]+):(?P<value>.+)", re.DOTALL)
_DUE = re.compile(r"(?P<op><=|>=|<|>|=)?(?P<day>.+)")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f-]{0,28})?")
_COMPARE: dict[str, Callable[[date, date], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_NEGATIONS = ("未", "沒有", "沒", "不", "非", "無", "尚")
"""Before a keyword they turn it round (未逾期): such a word is text, never the keyword."""

_LONGEST_PERSON = 4
_LONGEST_ENGLISH_NAME = 9


class QuestionError(ValueError):
    """A question that can't be read; the text shows one that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names that a question may use: agencies, the categories that occur, the legislators who asked."""

    directory: Directory
    categories: frozenset[str] = frozenset()
    legislators: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question about commitments. Values of one field are alternatives; fields, words and conditions all must hold.

    `agencies` are canonical names and cover their bodies and former names unless `only_itself`; `due` compares the
    target date; `conditions` are names of CONDITIONS; `flags` are doubts of the verdict or the deadline; `words` are
    looked for as they stand, `excluded` must be absent.
    """

    agencies: tuple[str, ...] = ()
    only_itself: bool = False
    state_owned: bool = False
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    legislators: tuple[str, ...] = ()
    due: tuple[tuple[str, date], ...] = ()
    conditions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(
            [
                *(f"agency:{_quote(name)}" for name in self.agencies),
                *(["with:itself-only"] if self.only_itself else []),
                *(["with:state-owned"] if self.state_owned else []),
                *(f"category:{_quote(name)}" for name in self.categories),
                *(f"status:{status}" for status in self.statuses),
                *(f"legislator:{_quote(name)}" for name in self.legislators),
                *(f"due:{op}{day.isoformat()}" for op, day in self.due),
                *(f"is:{name}" for name in self.conditions),
                *(f"flag:{name}" for name in self.flags),
                *(f"id:{prefix}" for prefix in self.ids),
                *(f'"{word}"' for word in self.words),
                *(f'-"{word}"' for word in self.excluded),
            ]
        )

    def covered(self, directory: Directory) -> frozenset[str]:
        """The canonical names that the query's agencies ask about."""
        if self.only_itself:
            return frozenset(self.agencies)
        return frozenset().union(*(directory.covers(name, state_owned=self.state_owned) for name in self.agencies))

    def matches(self, standing: Standing, today: date, directory: Directory) -> bool:
        """Whether a commitment, as it stands today, answers the question."""
        return (
            (not self.agencies or not self.covered(directory).isdisjoint(standing.agencies))
            and (not self.categories or standing.category in self.categories)
            and (not self.statuses or standing.status in self.statuses)
            and (not self.legislators or not set(self.legislators).isdisjoint(standing.legislators))
            and all(standing.target is not None and _COMPARE[op](standing.target, day) for op, day in self.due)
            and all(CONDITIONS[name](standing, today) for name in self.conditions)
            and (not self.flags or not {flag.flag for flag in standing.doubts}.isdisjoint(self.flags))
            and (not self.ids or standing.id.startswith(self.ids))
            and all(word in standing.searched for word in self.words)
            and not any(word in standing.searched for word in self.excluded)
        )


@dataclass(slots=True)
class _Reading:
    """The parts of a Query as they are found."""

    vocabulary: Vocabulary
    parts: dict[str, list[object]] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)

    def query(self) -> Query:
        """The Query that was read."""
        parts: dict[str, Any] = {part: tuple(values) for part, values in self.parts.items()}
        return Query(**parts, only_itself="only_itself" in self.switches, state_owned="state_owned" in self.switches)

    def add(self, part: str, *values: object) -> bool:
        known = self.parts.setdefault(part, [])
        known += [value for value in values if value not in known]
        return True


def parse(text: str, vocabulary: Vocabulary) -> Query:
    """Read a question; an empty one asks for everything. Raises QuestionError with a correct example."""
    reading = _Reading(vocabulary)
    tokens = [
        (bool(found["minus"]), found["quoted"] or found["corner"], found["plain"])
        for found in _TOKEN.finditer(unicodedata.normalize("NFKC", clean(text)).strip())
    ]
    at = 0
    while at < len(tokens):
        at += _read_phrase(reading, [plain if not minus else None for minus, _, plain in tokens[at:]]) or _read_token(
            reading, *tokens[at]
        )
    return reading.query()


def _read_phrase(reading: _Reading, plain: list[str | None]) -> int:
    """Read an agency's English name, a keyword or a legislator's name of several words; how many tokens it took."""
    for count in range(min(len(plain), _LONGEST_PERSON), 1, -1):
        name = " ".join(part or "" for part in plain[:count])
        if name in reading.vocabulary.legislators:
            reading.add("legislators", name)
            return count
    longest = 0
    while longest < min(len(plain), _LONGEST_ENGLISH_NAME) and plain[longest] and plain[longest].isascii():  # type: ignore[union-attr]
        longest += 1
    for count in range(longest, 1, -1):
        phrase = "".join(part for part in plain[:count] if part)
        if _read_keyword(reading, phrase.casefold()) or _read_agency(reading, phrase):
            return count
    return 0


def _read_token(reading: _Reading, minus: bool, quoted: str | None, plain: str | None) -> int:
    if quoted is not None or plain is None:
        _read_text(reading, "excluded" if minus else "words", quoted or "")
    elif minus and (found := _FIELD.fullmatch(plain)) and found["name"] in _FIELDS:
        raise QuestionError(f"「-{plain}」看不懂：排除只能用文字。例如：交通部 -捷運")
    elif minus:
        _read_text(reading, "excluded", plain)
    elif not (_read_field(reading, plain) or _read_whole(reading, plain) or _read_run(reading, plain)):
        _read_text(reading, "words", plain)
    return 1


def _read_text(reading: _Reading, part: str, text: str) -> None:
    """Keep a word to look for; quotation marks are no part of it."""
    if word := fold(text.replace('"', "")):
        reading.add(part, word)


def _read_field(reading: _Reading, token: str) -> bool:
    found = _FIELD.fullmatch(token)
    if found is None or found["name"] not in _FIELDS:
        return False
    value = found["value"].replace('"', "").strip()
    if not value:
        raise QuestionError(f"「{token}」後面少了內容。例如：agency:法務部")
    _FIELDS[found["name"]](reading, value)
    return True


def _read_whole(reading: _Reading, token: str) -> bool:
    folded = token.casefold()
    if folded in _FILLER:
        return True
    if _read_keyword(reading, folded) or _read_agency(reading, token):
        return True
    if token in reading.vocabulary.categories:
        return reading.add("categories", token)
    name = re.sub(r"(?:立法)?委員$", "", token)
    if name in reading.vocabulary.legislators:
        return reading.add("legislators", name)
    return _ID.fullmatch(folded) is not None and reading.add("ids", folded)


def _read_run(reading: _Reading, token: str) -> bool:
    """Read words written without blanks: an agency in front, keywords behind, and the text between them."""
    trial = _Reading(reading.vocabulary)
    rest = token
    for end in range(len(token) - 1, 1, -1):
        if (name := _agency_name(reading.vocabulary, token[:end])) and not _read_run_is_text(token[end:]):
            trial.add("agencies", name)
            rest = token[end:]
            break
    while keyword := next((word for word in _KEYWORDS if rest.casefold().endswith(word) and not word.isascii()), None):
        _read_keyword(trial, keyword)
        rest = rest[: -len(keyword)]
    if not trial.parts or rest.endswith(_NEGATIONS):
        return False
    rest = rest.removesuffix("的").removeprefix("的")
    if rest and not (_read_keyword(trial, rest.casefold()) or _read_agency(trial, rest)):
        if rest in reading.vocabulary.categories:
            trial.add("categories", rest)
        else:
            _read_text(trial, "words", rest)
    for part, values in trial.parts.items():
        reading.add(part, *values)
    reading.switches |= trial.switches
    return True


def _read_run_is_text(rest: str) -> bool:
    """Whether what follows an agency's name only makes another word of it (法務部長, 交通部門)."""
    return rest[0] in "長門會署局司處們"


def _read_keyword(reading: _Reading, word: str) -> bool:
    if condition := _CONDITION_OF.get(word):
        return reading.add("conditions", condition)
    if statuses := _STATUSES_OF.get(word):
        return reading.add("statuses", *statuses)
    if flag := _FLAG_OF.get(word):
        return reading.add("flags", flag)
    if switch := _SWITCH_OF.get(word):
        reading.switches.add(switch)
        return True
    return False


def _agency_name(vocabulary: Vocabulary, token: str) -> str | None:
    """The agency that a word means by itself; a place name alone (新北) is text."""
    name = vocabulary.directory.find(token)
    if name is None or (vocabulary.directory[name].kind == "local" and "府" not in token and "局" not in token):
        return None
    return name


def _read_agency(reading: _Reading, token: str) -> bool:
    if members := reading.vocabulary.directory.committee(token):
        return reading.add("agencies", *members)
    name = _agency_name(reading.vocabulary, token)
    return name is not None and reading.add("agencies", name)


def _agency_field(reading: _Reading, value: str) -> None:
    directory = reading.vocabulary.directory
    if fold_name(value) in ("無", "none"):
        reading.add("conditions", NO_AGENCY)
    else:
        reading.add("agencies", *(directory.committee(value) or (directory.find(value) or value,)))


def _due_field(reading: _Reading, value: str) -> None:
    found = _DUE.fullmatch(value)
    try:
        period = read_period(found["day"]) if found else None
    except UnreadableDateError:
        period = None
    if found is None or period is None:
        raise QuestionError(f"看不懂期限「{value}」。例如：due:<2026-12-31")
    first, last = period
    match found["op"] or "=":
        case "=" if first != last:
            reading.add("due", (">=", first), ("<=", last))
        case ("<" | ">=") as op:
            reading.add("due", (op, first))
        case op:
            reading.add("due", (op, last))


def _status_field(reading: _Reading, value: str) -> None:
    statuses = (value,) if value in EFFECTIVE_STATUSES else _STATUSES_OF.get(value.casefold())
    if not statuses:
        raise QuestionError(f"沒有「{value}」這個狀態。可用：{'、'.join(EFFECTIVE_STATUSES)}。例如：status:已達成")
    reading.add("statuses", *statuses)


def _is_field(reading: _Reading, value: str) -> None:
    condition = value if value in CONDITIONS else _CONDITION_OF.get(value.casefold())
    if not condition:
        raise QuestionError(f"沒有「{value}」這個條件。可用：{'、'.join(CONDITIONS)}。例如：is:overdue")
    reading.add("conditions", condition)


def _flag_field(reading: _Reading, value: str) -> None:
    flag = value if value in _FLAG_WORDS else _FLAG_OF.get(value.casefold())
    if not flag:
        raise QuestionError(f"沒有「{value}」這種疑點。可用：{'、'.join(_FLAG_WORDS)}。例如：flag:predates")
    reading.add("flags", flag)


def _with_field(reading: _Reading, value: str) -> None:
    switch = {"itself-only": "only_itself", "state-owned": "state_owned"}.get(value)
    if switch is None:
        raise QuestionError(f"沒有「{value}」這個範圍。可用：with:itself-only、with:state-owned")
    reading.switches.add(switch)


def _legislator_field(reading: _Reading, value: str) -> None:
    reading.add("legislators", *(name for name in value.split("、") if name))


def _plain_field(part: str) -> Callable[[_Reading, str], None]:
    def read(reading: _Reading, value: str) -> None:
        reading.add(part, value)

    return read


_FIELDS: dict[str, Callable[[_Reading, str], None]] = {
    "agency": _agency_field,
    "category": _plain_field("categories"),
    "status": _status_field,
    "legislator": _legislator_field,
    "due": _due_field,
    "is": _is_field,
    "flag": _flag_field,
    "with": _with_field,
    "id": _plain_field("ids"),
}


def _quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s,、，]", value) else value
