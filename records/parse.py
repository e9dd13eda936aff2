"""Text of a record file → Record. Anything that can't be read is reported with path, line, field, value and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import frontmatter
import yaml12
from frontmatter.default_handlers import YAMLHandler

from records.dates import UnreadableDateError, find_written, parse_target
from records.letters import LONGEST_NUMBER, Letter, read_citation, read_letter
from records.record import (
    HUMAN_REVIEW,
    RECORDED_STATUSES,
    STATUS_CHANGE,
    Citation,
    Entry,
    Problem,
    Record,
    UnreadableRecordError,
)
from records.words import clean

_ENTRY = re.compile(r"(\S+) +\[([^\]\n]+)\]")
_HEADINGS = ("初始建立", STATUS_CHANGE, "進度更新", HUMAN_REVIEW)
"""The kinds of entries that there are: 5,161 of the real ones' log are of the first three."""

JUDGEMENTS = ("達成證據", "進度更新", "相關資訊")
"""What the AI says of a letter: 2,815 of the 2,818 real judgements, and all of those on verdicts."""

_FIELDS_OF_ENTRIES = frozenset("來源類型 文件編號 來源連結 內容摘要 狀態 原因".split()) | {"AI 判斷"}
"""The fields that the pipeline's entries have; a person's may have others."""

_SECTIONS = ("承諾原文", "來源回覆", "追蹤紀錄")
_FRONT_MATTER = ("category", "target_date", "responsible_agency", "source", "last_updated")
"""Fields that every record has beside those that it can't do without; one that is empty says null."""

_LIKE_HEADING = re.compile(
    r"^(?!###)[^\w\n]*\d{4}-\d{1,2}-\d{1,2}[^\w\n]*(?:\[.*|(?:初始建立|[狀状][態态][變变]更|[進进]度更新|人工[複复]核).*)$",
    re.MULTILINE,
)
"""A line that may be meant for an entry's heading."""

_FORMS = {
    name: re.compile(rf"^[ \t>*+-]*{said}[ \t　*]*[:：].*$", re.MULTILINE)
    for name, said in (
        ("AI 判斷", "AI[ \t　]*判[斷断]"),
        ("文件編號", "文件[編编][號号]"),
        ("內容摘要", "[內内]容摘要"),
        ("來源連結", "[來来]源[連连][結结]"),
    )
}
"""Fields on which a verdict or its doubts depend, in whatever form a person or a program may have written them."""

_COUNTED = ("內容摘要", "來源連結")
"""Those whose names stand nowhere else in a log."""

_HEADING = re.compile(r"^#{3,}.*$", re.MULTILINE)
_SUBJECT = re.compile(r"\A[\s>]*\*{0,2}主旨\*{0,2}[：:]\*{0,2}(.*)$", re.MULTILINE)
_LETTER_WITHIN = re.compile(r"^[ \t#*>　]*(?:來源回[覆復][ \t*：:　]*$|\*{0,2}主旨\*{0,2}[：:])", re.MULTILINE)
"""A letter's heading, or its 主旨: in a promise it says that the letter's own heading was lost."""

_NUMBERED = re.compile(r"院臺[專施]?字第\d{8}|(?<!院臺)(?<!院臺[專施])字第")
"""A letter's number; the Executive Yuan's have ten digits, a real one of 2020 has eight."""

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
"""What git leaves in a file that two people changed."""

MOST_PROBLEMS = 20
"""Problems of one file that are told one by one."""

MAX_FRONT_MATTER = 1 << 14
"""Characters of front matter; real ones have about 600."""

_BREAK = re.compile("\r\n?|[\n\x85\u2028\u2029]")
_QUOTED_VALUE = re.compile(r"""[ ]*\w+:[ ]+(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ ]*""")
_BARE_VALUE = re.compile(r"""[ ]*(?:\w+:)?[^'"\[\]{}&*!|>?#]*""")
"""Lines that end what they begin. Behind such lines alone a quoted value is text; behind another line it need be none."""

_BEGINS = re.compile(r"(?:^|[\s\[{,:?-])[&*!](?=\S)")
"""An anchor, an alias or a tag: looked for wherever one could begin, since only a parser knows where one does."""

_FLOW = re.compile(r"[ \t]*(?:[-?][ \t]+)*(?:(?:\"[^\"]*\"|'[^']*'|[^\s:\[{][^:]*)[ \t]*:[ \t]+)?(?:[-?][ \t]+)*[\[{]")
_TOO_DEEP = re.compile(r"(?:[-?:][ \t]+){5}|(?:[\[{][^\[{]*){20}")
_AT_LINE = re.compile(r"line (\d+)")
_KEY = re.compile(
    r"""(?P<indent>[ ]*)(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s#"':-][^:#]*?))[ \t]*:(?=\s|$)"""
)
_PLAIN = re.compile(r'\n(?: *[a-z_]+:(?: "[^"\\\n]*"| [\w.-]+)?\n)*')
"""Front matter as the pipeline writes it: there is nothing in it to refuse."""


class _Yaml12Handler(YAMLHandler):
    """Front matter through yaml12: same values as PyYAML's C loader on all 1,587 records, in about a quarter of the time.

    It expands aliases eagerly (1.4 GB at six levels) and dies of deep nesting (14,000 levels), so what is not a plain
    block of named values is refused before it sees it.
    """

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """The front matter's value; ValueError where it is not plain YAML."""
        if len(fm) > MAX_FRONT_MATTER:
            raise ValueError("too long for a record")
        names = [line.partition(":")[0] for line in fm.split("\n")[1:-1]]
        if not _PLAIN.fullmatch(fm) or len(names) != len(set(names)):
            _refuse_odd(fm)
        fields = yaml12.parse_yaml(fm)
        if fields is not None and not isinstance(fields, dict):
            raise ValueError("the --- block must hold named fields")
        return {str(name): value for name, value in (fields or {}).items()}


def _refuse_odd(fm: str) -> None:
    """Raise ValueError where front matter holds what is dangerous to parse, or names a field twice."""
    seen: dict[int, set[str]] = {}
    is_plain = True
    for number, line in enumerate(_BREAK.split(fm), start=1):
        if line.startswith(("---", "...")):
            raise ValueError(f"the block ends, or another begins, at line {number}: nothing behind it would be read")
        if _TOO_DEEP.search(line):
            raise ValueError(f"nested too deeply for a record at line {number}")
        is_quoted = is_plain and _QUOTED_VALUE.fullmatch(line) is not None
        is_plain = is_quoted or (is_plain and _BARE_VALUE.fullmatch(line) is not None)
        if not is_quoted and (_BEGINS.search(line) or _FLOW.match(line)):
            raise ValueError(f"a value may not begin with & * ! [ or {{: put it in quotes at line {number}")
        if key := _KEY.match(line):
            indent, name = len(key["indent"]), key["double"] or key["single"] or key["plain"]
            seen = {depth: names for depth, names in seen.items() if depth <= indent}
            if name in seen.setdefault(indent, set()):
                raise ValueError(f"{name} stands twice at line {number}")
            seen[indent].add(name)


_HANDLER = _Yaml12Handler()


def parse(path: str, text: str) -> tuple[Record, tuple[Problem, ...]]:
    """Read one file's text; also returns the problems that leave the record usable (an unreadable date).

    Raises UnreadableRecordError where there is no record in it.
    """
    whole, text = text, text.removeprefix("\ufeff")
    fields, body = _front_matter(path, text)

    def value(name: str) -> str | None:
        return _text(path, text, name, fields.get(name))

    def required(name: str) -> str:
        found = value(name)
        if found is None or not found.strip():
            raise _unreadable(path, text, name, "missing", "", f"`{name}` is empty: a record needs it")
        return found

    status = required("status")
    if status not in RECORDED_STATUSES:
        raise _unreadable(path, text, "status", "unknown_status", status, f"not one of {'、'.join(RECORDED_STATUSES)}")
    problems = [*_odd_start(whole), *_odd_values(fields), *_missing_fields(fields)]
    target_text = value("target_date") or None
    try:
        target = parse_target(target_text)
    except UnreadableDateError as reason:
        target = None
        problems.append(_Odd("target_date", "unreadable_date", target_text or "", str(reason)))
    sections, twice = _sections(body)
    problems += [*_odd_sections(sections, twice, body), *_odd_letter(sections, body)]
    last_updated = value("last_updated") or ""
    if last_updated and _day(last_updated) is None:
        problems.append(_Odd("last_updated", "unreadable_date", last_updated, "not a day: write YYYY-MM-DD"))
        last_updated = ""
    log = sections.get("追蹤紀錄", "")
    entries = _entries(log)
    letter = _source_letter(path, text, fields.get("source"), sections.get("來源回覆", ""))
    if "source" in fields and (letter.date is None or _is_unnumbered(letter)):
        number = source.get("ey_number") if isinstance(source := fields["source"], Mapping) else ""
        problems += _odd_letter_number("ey_number", str(number or ""), letter)
    citations = tuple(_citation(entry) for entry in entries if entry.field("AI 判斷") or entry.field("文件編號"))
    if _is_odd(log, entries, citations):
        problems += _odd_entries(log, entries, citations)
    record = Record(
        path=path,
        id=required("id"),
        title=required("title"),
        category=value("category") or "",
        status=status,
        target_text=target_text,
        target=target,
        target_value=value("target_value") or None,
        agency_text=value("responsible_agency") or None,
        letter=letter,
        promise=sections.get("承諾原文", ""),
        entries=entries,
        citations=citations,
        verdicts=tuple(citation for citation in citations if citation.is_verdict),
        last_updated=last_updated,
    )
    if record.is_claimed_alone:
        alone = "已達成 without an entry that says so: is a part of the log lost?"
        problems.append(_Odd("status", "no_verdict", status, alone))
    return record, _told(path, text, problems) if problems else ()


class _Odd(NamedTuple):
    """Something odd that leaves the record usable; `at` is text of the line where it stands, where its field is none."""

    field: str
    code: str
    value: str
    reason: str
    at: str = ""


def _odd_start(text: str) -> Iterator[_Odd]:
    if text.startswith("\ufeff"):
        yield _Odd("file", "byte_order_mark", "", "begins with a byte order mark: save it as UTF-8 without one")


def _odd_values(fields: Mapping[str, object]) -> Iterator[_Odd]:
    for name in ("id", "title"):
        if isinstance(value := fields.get(name), int):
            yield _Odd(name, "not_quoted", str(value), "a number: put it in quotes")


def _missing_fields(fields: Mapping[str, object]) -> Iterator[_Odd]:
    for name in _FRONT_MATTER:
        if name not in fields:
            yield _Odd(
                name, "missing_field", "", "the field is not there: is it called otherwise now? An empty one says null"
            )


def _odd_sections(sections: Mapping[str, str], twice: Sequence[str], body: str) -> Iterator[_Odd]:
    if before := f"\n{body}".partition("\n## ")[0].strip():
        line = before.partition("\n")[0]
        yield _Odd(
            "front matter",
            "text_before_sections",
            line[:80],
            "nothing of it is read: does the --- block end too early?",
            line,
        )
    for name in sections:
        if name not in _SECTIONS:
            reason = (
                f"nothing of the section is read: the known ones are {'、'.join(_SECTIONS)}; an entry begins with ###"
            )
            code = "entry_heading" if _ENTRY.fullmatch(name) or name.startswith("追蹤紀錄") else "unknown_section"
            yield _Odd(f"## {name}", code, "", reason, f"## {name}")
    if not sections.get("承諾原文"):
        yield _Odd("承諾原文", "missing_section", "", "the section is missing or empty")
    if "追蹤紀錄" not in sections:  # an empty one is a log that nothing was written in yet
        yield _Odd("追蹤紀錄", "missing_section", "", "the section is missing")
    for name in dict.fromkeys(twice):
        yield _Odd(name, "section_twice", "", "the section stands twice: the first is read")


def _odd_letter(sections: Mapping[str, str], body: str) -> Iterator[_Odd]:
    """A reply that is read as the promise, or does not say who asked; what a merge left anywhere."""
    if found := _LETTER_WITHIN.search(sections.get("承諾原文", "")):
        reason = "the letter is read as the promise: write ## 來源回覆 above it"
        yield _Odd("來源回覆", "missing_section", "", reason, found[0].strip())
    reply = sections.get("來源回覆", "")
    subject = _SUBJECT.match(reply)
    if reply and not (subject and subject[1].strip()):
        reason = "the reply does not begin with **主旨**：…: who asked, and about what, is not known"
        yield _Odd("主旨", "missing_field", "", reason, "## 來源回覆")
    if subject and not reply[subject.end() :].strip():
        yield _Odd("來源回覆", "missing_section", "", "the reply's text is missing below its 主旨", "## 來源回覆")
    if conflict := _CONFLICT.search(body):
        yield _Odd("file", "conflict", "", "holds the marks of a merge that git could not make", conflict[0])


def _told(path: str, text: str, found: Sequence[_Odd]) -> tuple[Problem, ...]:
    """What is odd in a file with its lines, the first MOST_PROBLEMS of it; what is left says how many more there are."""
    shown = found if len(found) <= MOST_PROBLEMS else found[: MOST_PROBLEMS - 1]
    problems = [_problem(path, text, *odd) for odd in shown]
    if more := len(found) - len(shown):
        reason = f"{more} more problems in this file"
        problems.append(replace(problems[-1], field="file", code="more", value="", reason=reason))
    return tuple(problems)


def _front_matter(path: str, text: str) -> tuple[Mapping[str, object], str]:
    if not _HANDLER.detect(text):
        raise _unreadable(path, text, "front matter", "no_front_matter", "", "the file does not begin with a --- block")
    try:
        fields, body = frontmatter.parse(text, handler=_HANDLER)
    except (ValueError, TypeError) as reason:
        raise UnreadableRecordError(_yaml_problem(path, text, str(reason).splitlines()[0])) from reason
    if not fields:
        raise _unreadable(path, text, "front matter", "no_front_matter", "", "the --- block is empty or not closed")
    return fields, body


def _yaml_problem(path: str, text: str, reason: str) -> Problem:
    """The problem with the line, field and value that the YAML parser stopped at; the block's first line is `---`."""
    found = _AT_LINE.search(reason)
    number = int(found[1]) if found else 1
    lines = text.splitlines()
    line = lines[number - 1] if number <= len(lines) else ""
    field, colon, value = line.partition(":")
    if colon and field.strip().isidentifier():
        shown = (field.strip(), value.strip()[:80])
    else:
        shown = ("front matter", line.strip()[:80] if number > 1 else "")
    return Problem(path=path, line=number, field=shown[0], code="unreadable_yaml", value=shown[1], reason=reason)


def _text(path: str, text: str, name: str, value: object) -> str | None:
    if isinstance(value, str):
        if not value.isprintable() and clean(value) != value:
            raise _unreadable(
                path, text, name, "unwritable", "", "holds a NUL or half a character: no database takes it"
            )
        return value
    if value is None:
        return None
    # of 007 and 0o17 a number makes other texts
    if type(value) is int and re.search(rf"^[ \t]*{name}:[ \t]+{value}[ \t]*(?:#.*)?\r?$", text, re.MULTILINE):
        return str(value)
    raise _unreadable(path, text, name, "not_text", str(value)[:80], "not text: put the value in quotes")


def _source_letter(path: str, text: str, source: object, reply: str) -> Letter:
    if source is not None and not isinstance(source, Mapping):
        raise _unreadable(path, text, "source", "not_a_mapping", str(source)[:80], "`source` must hold named fields")
    fields = source or {}
    subject = _SUBJECT.match(reply)
    return read_letter(
        _text(path, text, "ey_number", fields.get("ey_number")),
        _text(path, text, "url", fields.get("url")),
        subject[1].strip() if subject else "",
        reply[subject.end() :].strip() if subject else reply,
    )


def _sections(body: str) -> tuple[dict[str, str], Sequence[str]]:
    """Each 「## name」 section's text by name, and the names that stand twice: of those the first section counts."""
    sections: dict[str, str] = {}
    twice: list[str] = []
    for part in f"\n{body}".split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        name = name.strip()
        if name in sections:
            twice.append(name)
        else:
            sections[name] = text.strip()
    return sections, twice


def _is_odd(log: str, entries: Sequence[Entry], citations: Sequence[Citation]) -> bool:
    """Whether a log may hold something odd, asked in a few steps: nearly none does."""
    judged = sum(bool(entry.field("AI 判斷")) for entry in entries)
    return (
        not entries
        or not log.count("###") == log.count("[") == len(entries)
        or log.count("**") != 2 * sum(len(entry.fields) for entry in entries)
        or log.count("判斷") != judged
        or any(log.count(name) != sum(name in entry.fields for entry in entries) for name in _COUNTED)
        or None in [entry.date for entry in entries]
        or any(citation.letter.date is None or _is_unnumbered(citation.letter) for citation in citations)
        or any(citation.is_verdict and citation.judgement not in JUDGEMENTS for citation in citations)
        or any(entry.heading not in _HEADINGS or _is_odd_entry(entry) for entry in entries)
    )


def _is_odd_entry(entry: Entry) -> bool:
    """Whether an entry of the pipeline has other fields than those have, or a change of status rests on nothing."""
    if entry.heading == HUMAN_REVIEW:
        return False
    return not (entry.fields.keys() <= _FIELDS_OF_ENTRIES) or _rests_on_nothing(entry) or _is_two_in_one(entry)


def _is_two_in_one(entry: Entry) -> bool:
    """Whether an entry has the fields of two kinds: the heading between them was lost."""
    judged = bool(entry.field("AI 判斷"))
    return (judged and bool(entry.field("原因"))) or (
        entry.heading == _HEADINGS[0] and (judged or bool(entry.field("文件編號")))
    )


def _rests_on_nothing(entry: Entry) -> bool:
    return entry.heading == STATUS_CHANGE and not (entry.field("AI 判斷") or entry.field("原因"))


def _odd_entries(log: str, entries: Sequence[Entry], citations: Sequence[Citation]) -> Iterator[_Odd]:
    """What of a log is read otherwise than it may be meant: headings and fields of another form, days that no calendar has."""
    if log and not entries:
        yield _Odd("追蹤紀錄", "entry_heading", "", "holds no entry: write ### 2026-01-31 [狀態變更]")
    for line in _LIKE_HEADING.findall(log):
        yield _Odd(line.strip(), "entry_heading", "", "no entry begins so: write ### 2026-01-31 [狀態變更]", line)
    yield from _odd_fields(entries)
    for heading in _HEADING.findall(log):
        if not heading.startswith("### ") or not _ENTRY.fullmatch(heading[4:].strip()):
            reason = "no entry begins so: write ### 2026-01-31 [狀態變更]"
            yield _Odd(heading, "entry_heading", "", reason, heading)
        elif (found := _ENTRY.fullmatch(heading[4:].strip())) and _day(found[1]) is None:
            yield _Odd("追蹤紀錄", "entry_date", found[2], "an entry's day can't be read", heading)
    for citation in citations:
        number = citation.entry.field("文件編號").strip()
        if number or citation.letter.url or citation.summary:  # else nothing is cited
            yield from _odd_letter_number("文件編號", number, citation.letter)
        judgement = citation.entry.field("AI 判斷")
        if citation.is_verdict and judgement not in JUDGEMENTS:
            reason = f"unknown word: the known ones are {'、'.join(JUDGEMENTS)}"
            yield _Odd("AI 判斷", "entry_field", judgement[:80], reason, f"**AI 判斷**：{judgement[:20]}")


def _odd_fields(entries: Sequence[Entry]) -> Iterator[_Odd]:
    """Kinds of entries that there are not, and fields on which a verdict depends that can't be read, or stand twice."""
    for entry in entries:
        if entry.heading not in _HEADINGS:
            reason = f"unknown kind of entry: the known ones are {'、'.join(_HEADINGS)}"
            yield _Odd("追蹤紀錄", "entry_heading", entry.heading, reason, f"[{entry.heading}]")
        misspelt = {name: form.search(entry.text) for name, form in _FORMS.items() if not entry.field(name)}
        unknown = [] if entry.heading == HUMAN_REVIEW else sorted(entry.fields.keys() - _FIELDS_OF_ENTRIES)
        for name in unknown:
            if not any(found and name in found[0] for found in misspelt.values()):
                reason = f"unknown field of an entry: the known ones are {'、'.join(sorted(_FIELDS_OF_ENTRIES))}"
                yield _Odd(name, "entry_field", entry.field(name)[:80], reason, f"**{name}**")
        if _rests_on_nothing(entry) and not unknown and not misspelt.get("AI 判斷"):
            reason = "a change of status without AI 判斷 (a letter's), or 原因 (a date's): it is no verdict"
            yield _Odd("追蹤紀錄", "entry_field", entry.heading, reason, f"[{entry.heading}]")
        told = "###" in entry.text or _LIKE_HEADING.search(entry.text)
        if entry.heading != HUMAN_REVIEW and _is_two_in_one(entry) and not told:
            reason = "two entries in one: is the heading between them lost?"
            yield _Odd("追蹤紀錄", "entry_heading", entry.heading, reason, f"[{entry.heading}]")
        for name in _FORMS:
            if entry.text.count(f"**{name}**") > 1:
                reason = "the field stands twice in one entry: the first is read"
                yield _Odd(name, "entry_field", entry.field(name)[:80], reason, f"**{name}**")
        for name, found in misspelt.items():
            if found:
                reason = f"the field can't be read: write **{name}**：…"
                yield _Odd(name, "entry_field", found[0].strip()[:80], reason, found[0])


def _is_unnumbered(letter: Letter) -> bool:
    """Whether what stands for a letter's number is none, or lost some of its digits."""
    return letter.number is not None and not _NUMBERED.search(letter.number)


def _odd_letter_number(field: str, number: str, letter: Letter) -> Iterator[_Odd]:
    """Of a letter without a day or a number: why it has none. Nothing can be compared with it then."""
    read = number[:LONGEST_NUMBER]
    if letter.date:
        if not _is_unnumbered(letter):
            return
        reason = "the letter's number can't be read: it is known by what stands there"
    elif not read.strip():
        reason = "the letter has no number and no day: nothing can be compared with it"
    elif find_written(read):
        reason = "the letter's day is of another year than its number"
    else:
        reason = "the letter's day can't be read: nothing can be compared with it"
    yield _Odd(field, "letter_date", read, reason, number.split("\n", maxsplit=1)[0] if read.strip() else "")


def _entries(log: str) -> tuple[Entry, ...]:
    """The log's entries; a heading of another form goes on with the entry before it."""
    entries: list[tuple[str, str, list[str]]] = []
    for part in f"\n{log}".split("\n### ")[1:]:
        first, _, text = part.partition("\n")
        if heading := _ENTRY.fullmatch(first.strip()):
            entries.append((heading[1], heading[2], [text]))
        elif entries:
            entries[-1][2].append(part)
    read = _known_entry if len(log) <= _LONGEST_KNOWN else _entry
    return tuple(read(day, heading, "\n### ".join(texts).strip()) for day, heading, texts in entries)


def _entry(day_text: str, heading: str, text: str) -> Entry:
    return Entry(date=_day(day_text), heading=heading, fields=_fields(text), text=text)


_known_entry = lru_cache(maxsize=2048)(_entry)
"""A night's new readings repeat most entries of the old ones, which are compared with them."""

_LONGEST_KNOWN = 20_000
"""Characters of the longest log whose entries are remembered: the longest real one has 9,400, a hostile one a million."""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fields(text: str) -> dict[str, str]:
    """An entry's 「**name**：value」 lines; a value may go on below."""
    fields: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}  # those that what follows goes on with: a second field of a name is lost
    last = ""
    for line in text.split("\n"):
        name, colon, value = line[2:].partition("**：" if "**：" in line else "**:")
        if colon and name and line.startswith("**") and "*" not in name:
            values = {} if name in fields else fields
            values[name], last = [value.strip()], name
        elif last:
            values[last].append(line.strip())
    return {name: "\n".join(lines).strip() for name, lines in fields.items()}


def _citation(entry: Entry) -> Citation:
    return Citation(
        entry=entry, letter=read_citation(entry.field("文件編號"), entry.field("來源連結").partition("\n")[0])
    )


def _problem(path: str, text: str, field: str, code: str, value: str, reason: str, at: str = "") -> Problem:
    if at:
        place = max(text.find(at), 0)
    else:
        found = re.search(rf"^(?:## )?[ \t]*{re.escape(field)}[ \t]*(?::|\r?$)", text, re.MULTILINE)
        place = found.start() if found else 0
    line = text.count("\n", 0, place) + 1
    return Problem(path=path, line=line, field=field, code=code, value=value, reason=reason)


def _unreadable(path: str, text: str, field: str, code: str, value: str, reason: str) -> UnreadableRecordError:
    return UnreadableRecordError(_problem(path, text, field, code, value, reason))
