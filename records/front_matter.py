"""The --- block of a record file → its named values; what is dangerous to parse, or can't be read, is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import frontmatter
import yaml12
from frontmatter.default_handlers import YAMLHandler

from records.problems import Problem, UnreadableRecordError

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


def split(path: str, text: str) -> tuple[Mapping[str, object], str]:
    """The named values of a file's front matter, and the text below it; raises UnreadableRecordError where there are none."""
    if not _HANDLER.detect(text):
        raise _without(path, "the file does not begin with a --- block")
    try:
        fields, body = frontmatter.parse(text, handler=_HANDLER)
    except (ValueError, TypeError) as reason:
        raise UnreadableRecordError(_yaml_problem(path, text, str(reason).splitlines()[0])) from reason
    if not fields:
        raise _without(path, "the --- block is empty or not closed")
    return fields, body


def _without(path: str, reason: str) -> UnreadableRecordError:
    return UnreadableRecordError(
        Problem(path=path, line=1, field="front matter", code="no_front_matter", value="", reason=reason)
    )


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
