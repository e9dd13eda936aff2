"""What is odd in a file that is a record all the same: it may be read otherwise than it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from records.categories import is_category
from records.dates import UnreadableDateError, find_written, read_day, read_target
from records.letters import LONGEST_NUMBER, Letter, asking_legislators, is_address, split_reply
from records.log import HEADING
from records.problems import UNPRINTED, OddCode, Problem
from records.record import ACHIEVED, HUMAN_REVIEW, STATUS_CHANGE, Citation, Entry, Record

_PROGRESS = "進度更新"
_HEADINGS = ("初始建立", STATUS_CHANGE, _PROGRESS, HUMAN_REVIEW)
"""The kinds of entries that there are: 5,161 of the real ones' log are of the first three."""

JUDGEMENTS = ("達成證據", "進度更新", "相關資訊")
"""What the AI says of a letter: 2,815 of the 2,818 real judgements, and all of those on verdicts; three are reported."""

_FIELDS_OF_ENTRIES = frozenset("來源類型 文件編號 來源連結 內容摘要 狀態 原因".split()) | {"AI 判斷"}
"""The fields that the pipeline's entries have; a person's may have others."""

_SECTIONS = ("承諾原文", "來源回覆", "追蹤紀錄")
_FRONT_MATTER = ("category", "target_date", "responsible_agency", "source", "last_updated")
"""Fields that every record has beside those that it can't do without; one that is empty says null."""

_SOURCE = ("ey_number", "url")
"""Those that stand within `source`."""

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
_LETTER_WITHIN = re.compile(r"^[ \t#*>　]*(?:來源回[覆復][ \t*：:　]*$|\*{0,2}主旨\*{0,2}[：:])", re.MULTILINE)
"""A letter's heading, or its 主旨: in a promise it says that the letter's own heading was lost."""

_NUMBERED = re.compile(r"院臺[專施]?字第(?:\d{8}|\d{10})號|(?<!院臺)(?<!院臺[專施])字第")
"""A letter's number; the Executive Yuan's have ten digits, a real one of 2020 has eight."""

_SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
"""What git leaves in a file that two people changed."""

MOST_PROBLEMS = 20
"""Problems of one file that are told one by one."""


def find(
    text: str, fields: Mapping[str, object], body: str, sections: Mapping[str, str], record: Record
) -> tuple[Problem, ...]:
    """The problems of a file that leave its record usable, the first MOST_PROBLEMS of them; the last one says how many more.

    `fields` are its front matter's, `body` is what stands below, and `sections` the parts of that by name.
    """
    log = sections.get("追蹤紀錄", "")
    odd = [
        *_odd_start(text),
        *_odd_values(fields),
        *_missing_fields(fields),
        *_odd_dates(fields, record),
        *_odd_folder(record),
        *_odd_sections(body, sections),
        *_odd_letter(sections, body, record.letter),
        *_odd_addresses(fields.get("source"), record),
    ]
    source = fields.get("source")
    names_its_letter = "source" in fields and not (isinstance(source, Mapping) and "ey_number" not in source)
    number = str((source.get("ey_number") if isinstance(source, Mapping) else "") or "")
    if names_its_letter and (_is_unknown(record.letter) or _names_several(number)):
        odd += _odd_letter_number("ey_number", number, record.letter)
    if record.letter.date and record.last_updated and str(record.letter.date) > record.last_updated:
        reason = f"the letter's day is after that of the file, {record.last_updated}: is a year mistyped?"
        odd.append(_Odd("ey_number", "letter_date", str(record.letter.date), reason))
    if _is_odd(log, record):
        odd += _odd_entries(log, record)
    odd += _odd_status(record)
    return _told(record.path, text, odd) if odd else ()


class _Odd(NamedTuple):
    """Something odd that leaves the record usable; `at` is text of the line where it stands, where its field is none."""

    field: str
    code: OddCode
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
    source = fields.get("source")
    for name, value in (*fields.items(), *(source.items() if isinstance(source, Mapping) else ())):
        if isinstance(value, str) and not value.isprintable() and UNPRINTED.search(value.strip("\n")):
            yield _Odd(name, "unprintable", value[:80], "a line break or a control character: read as a blank")


def _missing_fields(fields: Mapping[str, object]) -> Iterator[_Odd]:
    source = fields.get("source")
    missing = [(name, "") for name in _FRONT_MATTER if name not in fields]
    if isinstance(source, Mapping):
        missing += [(name, "source:") for name in _SOURCE if name not in source]
    for name, at in missing:
        reason = "the field is not there: is it called otherwise now? An empty one says null"
        yield _Odd(name, "missing_field", "", reason, at)


def _odd_addresses(source: object, record: Record) -> Iterator[_Odd]:
    """Addresses to which no button can lead."""
    reason = "no address: write https://… alone, without blanks or brackets"
    if isinstance(source, Mapping) and (url := str(source.get("url") or "")) and not is_address(url):
        yield _Odd("url", "not_an_address", url[:80], reason)
    for citation in record.citations:
        if (url := citation.entry.field("來源連結").partition("\n")[0]) and not is_address(url):
            yield _Odd("來源連結", "not_an_address", url[:80], reason, f"**來源連結**：{url}")


def _odd_dates(fields: Mapping[str, object], record: Record) -> Iterator[_Odd]:
    if record.target_text and not record.target:
        try:
            read_target(record.target_text)
        except UnreadableDateError as reason:
            yield _Odd("target_date", "unreadable_date", record.target_text, str(reason))
    updated = str(fields.get("last_updated") or "")
    if updated and not record.last_updated:
        yield _Odd("last_updated", "unreadable_date", updated, "not a day: write YYYY-MM-DD")


def _odd_folder(record: Record) -> Iterator[_Odd]:
    """A file that lies among those of another category: 7 of the real ones, whose folder may be what was meant."""
    folder = record.path.rpartition("/")[0].rpartition("/")[2]
    if record.category and folder != record.category and is_category(folder):
        reason = f"the file lies in the folder {folder}: which of the two is meant? The field counts"
        yield _Odd("category", "other_folder", record.category[:80], reason)


def _odd_status(record: Record) -> Iterator[_Odd]:
    """A status that the log does not bear out: 已達成 alone, or a verdict behind which the field was left as it was."""
    if record.is_claimed_alone:
        reason = "已達成 without an entry that says so: is a part of the log lost?"
        yield _Odd("status", "no_verdict", record.status, reason)
        return
    judged = any(one.judgement == JUDGEMENTS[0] for one in record.verdicts)
    if judged and record.status != ACHIEVED and not any(entry.heading == HUMAN_REVIEW for entry in record.entries):
        reason = (
            f"an entry 狀態變更 is judged {JUDGEMENTS[0]}, and the status is not {ACHIEVED}: was it left as it was?"
        )
        yield _Odd("status", "status_unchanged", record.status, reason)


def _odd_sections(body: str, sections: Mapping[str, str]) -> Iterator[_Odd]:
    body = f"\n{body}"
    if before := body.partition("\n## ")[0].strip():
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
            is_entry = HEADING.fullmatch(name) or name.startswith("追蹤紀錄")
            code: OddCode = "entry_heading" if is_entry else "unknown_section"
            yield _Odd(f"## {name}", code, "", reason, f"## {name}")
    if not sections.get("承諾原文"):
        yield _Odd("承諾原文", "missing_section", "", "the section is missing or empty")
    if "追蹤紀錄" not in sections:  # an empty one is a log that nothing was written in yet
        yield _Odd("追蹤紀錄", "missing_section", "", "the section is missing")
    names = [line.strip() for line in _SECTION.findall(body)] if body.count("\n## ") > len(sections) else []
    for name in sections:
        if names.count(name) > 1:
            yield _Odd(name, "section_twice", "", "the section stands twice: the first is read")


def _odd_letter(sections: Mapping[str, str], body: str, letter: Letter) -> Iterator[_Odd]:
    """A reply that is read as the promise, or does not say who asked; what a merge left anywhere."""
    if found := _LETTER_WITHIN.search(sections.get("承諾原文", "")):
        reason = "the letter is read as the promise: write ## 來源回覆 above it"
        yield _Odd("來源回覆", "missing_section", "", reason, found[0].strip())
    reply = sections.get("來源回覆", "")
    subject, below = split_reply(reply)
    if reply and not subject:
        reason = "the reply does not begin with **主旨**：…: who asked, and about what, is not known"
        yield _Odd("主旨", "missing_field", "", reason, "## 來源回覆")
    if subject and not letter.legislators and asking_legislators(subject, ""):
        reason = "the text below says that somebody else asked: nobody is named as the asker"
        yield _Odd("主旨", "other_subject", subject[:80], reason, "**主旨**")
    if reply and not below:
        yield _Odd("來源回覆", "missing_section", "", "the reply's text is missing below its 主旨", "## 來源回覆")
    if conflict := _CONFLICT.search(body):
        yield _Odd("file", "conflict", "", "holds the marks of a merge that git could not make", conflict[0])


def _told(path: str, text: str, found: Sequence[_Odd]) -> tuple[Problem, ...]:
    """What is odd in a file with its lines, the first MOST_PROBLEMS of it; what is left says how many more there are."""
    shown = found if len(found) <= MOST_PROBLEMS else found[: MOST_PROBLEMS - 1]
    problems = [Problem.found(path, text, *odd[:4], at=odd.at) for odd in shown]
    if more := len(found) - len(shown):
        reason = f"{more} more problems in this file"
        problems.append(replace(problems[-1], field="file", code="more", value="", reason=reason))
    return tuple(problems)


def _is_odd(log: str, record: Record) -> bool:
    """Whether a log may hold something odd, asked in a few steps: nearly none does."""
    entries = record.entries
    judged = sum(bool(entry.field("AI 判斷")) for entry in entries)
    return (
        not entries
        or not log.count("###") == log.count("[") == len(entries)
        or log.count("**") != 2 * sum(len(entry.fields) for entry in entries)
        or log.count("判斷") != judged
        or any(log.count(name) != sum(name in entry.fields for entry in entries) for name in _COUNTED)
        or None in [entry.date for entry in entries]
        or any(_is_unknown(citation.letter) or _is_late(citation) for citation in record.citations)
        or any(citation.judgement not in JUDGEMENTS for citation in record.citations if citation.judgement)
        or any(_names_several(citation.entry.field("文件編號")) for citation in record.citations)
        or any(entry.heading not in _HEADINGS or _is_odd_entry(entry) for entry in entries)
    )


def _names_several(number: str) -> bool:
    """Whether a letter's number holds those of several."""
    return number.count("字第") > 1


def _is_late(citation: Citation) -> bool:
    """Whether a letter is dated after the entry that cites it."""
    cited, read = citation.letter.date, citation.entry.date
    return cited is not None and read is not None and cited > read


def _is_odd_entry(entry: Entry) -> bool:
    """Whether an entry of the pipeline has other fields than those have, or a change of status rests on nothing."""
    if entry.heading == HUMAN_REVIEW:
        return False
    return not (entry.fields.keys() <= _FIELDS_OF_ENTRIES) or bool(_lacking(entry)) or _is_two_in_one(entry)


def _is_two_in_one(entry: Entry) -> bool:
    """Whether an entry has the fields of two kinds: the heading between them was lost."""
    judged = bool(entry.field("AI 判斷"))
    return (judged and bool(entry.field("原因"))) or (
        entry.heading == _HEADINGS[0] and (judged or bool(entry.field("文件編號")))
    )


def _lacking(entry: Entry) -> list[str]:
    """The fields that an entry of its kind has and this one has not: those of a letter, but for a change of status by date.

    A letter's number that is missing is told of with the letter. All 2,818 real entries that cite one have them all.
    """
    is_by_date = entry.heading == STATUS_CHANGE and entry.field("原因") and not entry.field("AI 判斷")
    if entry.heading not in (STATUS_CHANGE, _PROGRESS) or is_by_date:
        return []
    return [name for name in ("來源連結", "內容摘要", "AI 判斷") if not entry.field(name)]


def _odd_entries(log: str, record: Record) -> Iterator[_Odd]:
    """What of a log is read otherwise than it may be meant: headings and fields of another form, days that no calendar has."""
    if log and not record.entries:
        yield _Odd("追蹤紀錄", "entry_heading", "", "holds no entry: write ### 2026-01-31 [狀態變更]")
    for line in _LIKE_HEADING.findall(log):
        yield _Odd(line.strip(), "entry_heading", "", "no entry begins so: write ### 2026-01-31 [狀態變更]", line)
    for entry in record.entries:
        yield from _odd_fields(entry)
    for heading in _HEADING.findall(log):
        if not heading.startswith("### ") or not HEADING.fullmatch(heading[4:].strip()):
            reason = "no entry begins so: write ### 2026-01-31 [狀態變更]"
            yield _Odd(heading, "entry_heading", "", reason, heading)
        elif (found := HEADING.fullmatch(heading[4:].strip())) and read_day(found[1]) is None:
            yield _Odd("追蹤紀錄", "entry_date", found[2], "an entry's day can't be read", heading)
    for citation in record.citations:
        number = citation.entry.field("文件編號").strip()
        if number or citation.letter.url or citation.summary:  # else nothing is cited
            yield from _odd_letter_number("文件編號", number, citation.letter)
        if _is_late(citation):
            reason = f"the letter's day is after the entry's, {citation.entry.date}: is a year mistyped?"
            yield _Odd("文件編號", "letter_date", number[:LONGEST_NUMBER], reason, number.partition("\n")[0])
        if (judgement := citation.judgement) and judgement not in JUDGEMENTS:
            reason = f"unknown word: the known ones are {'、'.join(JUDGEMENTS)}"
            yield _Odd("AI 判斷", "entry_field", judgement[:80], reason, f"**AI 判斷**：{judgement[:20]}")


def _odd_fields(entry: Entry) -> Iterator[_Odd]:
    """A kind of entry that there is not, and fields on which a verdict depends that can't be read, are lost, or stand twice."""
    if entry.heading not in _HEADINGS:
        reason = f"unknown kind of entry: the known ones are {'、'.join(_HEADINGS)}"
        yield _Odd("追蹤紀錄", "entry_heading", entry.heading, reason, f"[{entry.heading}]")
    misspelt = {name: form.search(entry.text) for name, form in _FORMS.items() if not entry.field(name)}
    unknown = [] if entry.heading == HUMAN_REVIEW else sorted(entry.fields.keys() - _FIELDS_OF_ENTRIES)
    for name in unknown:
        if not any(found and name in found[0] for found in misspelt.values()):
            reason = f"unknown field of an entry: the known ones are {'、'.join(sorted(_FIELDS_OF_ENTRIES))}"
            yield _Odd(name, "entry_field", entry.field(name)[:80], reason, f"**{name}**")
    if not unknown and entry.heading != HUMAN_REVIEW:  # a reviewer may type what they like
        yield from _odd_loss(entry, [name for name in _lacking(entry) if not misspelt.get(name)])
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


def _odd_loss(entry: Entry, lacking: Sequence[str]) -> Iterator[_Odd]:
    """An entry of which a part may be lost: `lacking` are the fields of its kind that it has in no form."""
    if entry.heading == STATUS_CHANGE and "AI 判斷" in lacking:
        reason = "a change of status without AI 判斷 (a letter's), or 原因 (a date's): it is no verdict"
    elif lacking:
        reason = f"the entry has no {'、'.join(lacking)}: is a part of it lost?"
    elif entry.text.count("**") % 2:
        reason = "holds a ** that is not closed: is a part of it lost?"
    else:
        return
    yield _Odd("追蹤紀錄", "entry_field", entry.heading, reason, f"[{entry.heading}]")


def _is_unknown(letter: Letter) -> bool:
    """Whether a letter has no day or no number: nothing can be compared with it then."""
    return letter.date is None or _is_unnumbered(letter)


def _is_unnumbered(letter: Letter) -> bool:
    """Whether what stands for a letter's number is none, or lost some of its digits."""
    return letter.number is not None and not _NUMBERED.search(letter.number)


def _odd_letter_number(field: str, number: str, letter: Letter) -> Iterator[_Odd]:
    """Of a field that names several letters, or one without a day or a number, why: nothing can be compared with that one."""
    read = number[:LONGEST_NUMBER]
    if _names_several(number):
        reason = "several letters in one field: the first is read"
    elif letter.date:
        if not _is_unnumbered(letter):
            return
        reason = "the letter's number is none of ten digits with 號: it is known by what stands there"
    elif not read.strip():
        reason = "the letter has no number and no day: nothing can be compared with it"
    elif find_written(read):
        reason = "the letter's day is of another year than its number"
    else:
        reason = "the letter's day can't be read: nothing can be compared with it"
    yield _Odd(field, "letter_date", read, reason, number.split("\n", maxsplit=1)[0] if read.strip() else "")
