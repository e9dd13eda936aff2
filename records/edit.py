"""Writing a decision into a record's text: its status (or date), `last_updated` and one entry; not a byte else moves.

`frontmatter.dumps` rewrites 28 lines of a record and drops its last newline, so the text itself is edited.
"""

from __future__ import annotations

import re

from records.changes import is_judged
from records.decision import Decision, one_line
from records.parse import parse
from records.problems import UnreadableRecordError
from records.record import DELAYED, HUMAN_REVIEW, TRACKING, Record

_FRONT_MATTER = re.compile(r"\A(?:\ufeff)?-{3,}[ \t]*\r?\n.*?^-{3,}[ \t]*\r?$", re.DOTALL | re.MULTILINE)

_LOG = re.compile(r"^## [^\S\r\n]*追蹤紀錄[^\S\r\n]*\r?$", re.MULTILINE)

_NEXT_SECTION = re.compile(r"^## ", re.MULTILINE)

_LAST_UPDATED = re.compile(r"""^[ \t]*["']?last_updated\b""", re.MULTILINE)
_STATUS_QUOTE = re.compile(r"""^status:[ \t]*(["']?)""", re.MULTILINE)

_BREAK = re.compile(r"\r?\n")


class EditError(Exception):
    """A decision that can't be written into the file; the text says why, and the file is untouched."""


class MissingFileError(EditError):
    """The file is not where it was: a sync may find where it moved to."""


def write_decision(path: str, text: str, decision: Decision) -> str:
    """The record's text with the decision in it; the same text where it is there already.

    Raises EditError where it is another record by now, where the status, or the date, in it is no longer the one that was
    judged, or the text can't be edited, and UnreadableRecordError where the text is no record.
    """
    record = parse(path, text)
    if record.id != decision.record:
        raise MissingFileError(f"{path} 現在是另一筆承諾（編號 {record.id}），不是複核的那一筆，所以沒有寫入")
    if decision.id in record.decision_ids:
        return text
    if any(id_ in record.decision_ids for id_ in decision.followed_by):
        raise EditError("之後的決定已經寫入檔案，所以這一筆不再寫入")
    now, what = (record.target_text or "", "期限") if decision.is_deadline else (record.status, "狀態")
    ours = [left for id_, left in decision.follows if id_ in record.decision_ids]
    expected = {decision.judged, *ours[-1:]}
    if TRACKING in expected and not decision.is_deadline and not _was_judged_since(record, decision):
        expected.add(DELAYED)  # by date alone: a decision stands whether the source calls it late or not
    if now not in expected:
        raise EditError(f"檔案的{what}已改為「{now or '無'}」，不是複核時的「{decision.judged}」，所以沒有寫入")
    since_by_date = now == DELAYED != decision.judged and decision.left == TRACKING
    left = now if since_by_date else decision.left
    status_after = record.status if decision.is_deadline else left
    target = (left or None) if decision.is_deadline else record.target_text
    edited = text if decision.is_deadline else _set(text, "status", status_after)
    if target != record.target_text:
        edited = _set(edited, "target_date", target)
    # the source may have updated the file since, on a later day: that is what its data is of
    updated = max(decision.day.isoformat(), record.last_updated)
    edited = _append(_date(edited, updated), _entry(decision, now, left))
    try:
        after = parse(path, edited)
    except UnreadableRecordError as unreadable:
        raise EditError(f"改寫後讀不回來，所以沒有寫入：{unreadable.problem.reason}") from unreadable
    _check(record, after, status_after, target, updated, decision)
    return edited


def _was_judged_since(record: Record, decision: Decision) -> bool:
    """Whether the AI changed the status by an entry of a later day than the decision's."""
    return any(is_judged(entry) and entry.date and entry.date > decision.day for entry in record.entries)


def _set(text: str, name: str, value: str | None) -> str:
    """Give a front-matter field another value, in its own quotes; None is written as null."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        raise EditError("檔案開頭沒有 --- 區塊，所以沒有寫入")
    field = re.compile(rf"^({name}:[ \t]*)([\"']?)([^\"'\r\n#]*?)\2([ \t]*(?:#[^\r\n]*)?\r?)$", re.MULTILINE)

    def written(found: re.Match[str]) -> str:
        before, quote, old, rest = found.groups()
        blank = "" if before[-1].isspace() else " "
        quote = quote or (
            '"' if old.strip() in ("", "null", "~") else ""
        )  # where there was a value it says how it is written
        shown = "null" if value is None else f"{quote}{value}{quote}"
        return f"{before}{blank}{shown}{rest}"

    head, count = field.subn(written, block[0], count=1)
    if count == 0 and name != "last_updated":
        raise EditError(f"檔案裡沒有「{name}: 值」這樣從行首寫起的一行，所以沒有寫入")
    return head + text[block.end() :]


def _date(text: str, day: str) -> str:
    """Say of what day the file is: in its `last_updated`, or in one more line at the end of a front matter without it."""
    block = _FRONT_MATTER.match(text)
    if block is None or _LAST_UPDATED.search(block[0]):
        return _set(text, "last_updated", day)
    closing = block[0].rindex("\n") + 1  # no value goes on there: a line above could split one
    quote = found[1] if (found := _STATUS_QUOTE.search(block[0])) else ""
    end = "\r\n" if block[0][:closing].endswith("\r\n") else "\n"
    return f"{text[:closing]}last_updated: {quote}{day}{quote}{end}{text[closing:]}"


def _append(text: str, lines: list[str]) -> str:
    """Put an entry at the end of the log, set off by one empty line, in the file's own line ends."""
    block = _FRONT_MATTER.match(text)
    log = _LOG.search(text, block.end() if block else 0)
    if log is None:
        raise EditError("檔案裡沒有「追蹤紀錄」這一節，所以沒有寫入")
    following = _NEXT_SECTION.search(text, log.end())
    end = following.start() if following else len(text)
    before, rest = text[:end], text[end:]
    kept = before.rstrip("\r\n")
    breaks = _BREAK.findall(before)
    newline = breaks[-1] if breaks else "\n"
    first = _BREAK.match(before, len(kept))  # in a file of mixed line ends a line keeps its own
    return kept + (first[0] if first else newline) + newline + newline.join(lines) + before[len(kept) :] + rest


def _entry(decision: Decision, now: str, left: str) -> list[str]:
    changed = f"{now or '無'} → {left or '無'}" if now != left else ""
    fields = {
        "結果": decision.told,
        "狀態": "" if decision.is_deadline else changed,
        "期限": (changed or now) if decision.is_deadline else "",
        "複核人": one_line(decision.by),
        "理由": one_line(decision.reason),
        "依據": "、".join(map(one_line, decision.documents)),
        "決定編號": decision.id,
    }
    written = [f"**{name}**：{value}" for name, value in fields.items() if value]
    return [f"### {decision.day.isoformat()} [{HUMAN_REVIEW}]", *written]


def _check(before: Record, after: Record, status: str, target: str | None, updated: str, decision: Decision) -> None:
    """Read back what is about to be written."""
    same = (before.id, before.title, before.promise, before.letter, target, before.entries)
    dated = after.last_updated in (updated, before.last_updated)
    if (
        after.status != status
        or not dated
        or decision.id not in after.decision_ids
        or (*same,)
        != (
            after.id,
            after.title,
            after.promise,
            after.letter,
            after.target_text,
            after.entries[:-1],
        )
    ):
        raise EditError("改寫後讀回來的內容不對，所以沒有寫入")
