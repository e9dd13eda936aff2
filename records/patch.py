"""A decision as a patch in the form of `git format-patch`, for `git am` by somebody who may write to the repository."""

from __future__ import annotations

import base64
import difflib
import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

_ESCAPES = {ord(char): f"\\{short}" for char, short in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)}


def write_patch(
    path: str, before: str, after: str, *, message: str, author: tuple[str, str], at: datetime, prefix: str = ""
) -> str:
    """One mail that turns a file's text `before` into `after`; empty where they are the same.

    `prefix` is the records' folder inside the repository, `message` the commit's, `author` a name and an address. Several
    of these one after another are a mailbox that `git am` takes; those of one file apply in the order they were made in.
    Written to a file it must keep its line ends (`newline=""`).
    """
    if before == after:
        return ""
    subject, _, body = message.partition("\n")
    place = f"{prefix.strip('/')}/{path}".lstrip("/")
    content = "\n".join(
        [*filter(None, [body.strip("\n")]), "---", "", *_header(place, before, after), *_hunks(before, after), "-- "]
    )
    content += "\n諾言 Nuoyan\n"
    # git am takes the CR off a line that ends in CR LF, unless the mail is encoded
    encoding = "8bit"
    if "\r" in content:
        encoding, content = "base64", base64.encodebytes(content.encode()).decode()
    return (
        "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"
        f"From: {formataddr(author, 'utf-8')}\n"
        f"Date: {format_datetime(at)}\n"
        f"Subject: {Header(f'[PATCH] {subject}', 'utf-8', header_name='Subject').encode()}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        f"Content-Transfer-Encoding: {encoding}\n"
        f"\n{content}\n"
    )


def _header(place: str, before: str, after: str) -> list[str]:
    old, new = _quoted(f"a/{place}"), _quoted(f"b/{place}")
    end = "\t" if " " in place else ""  # as git tells a blank in a name from what may follow the name
    return [f"diff --git {old} {new}", f"index {_blob(before)}..{_blob(after)}", f"--- {old}{end}", f"+++ {new}{end}"]


def _hunks(before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(_lines(before), _lines(after), lineterm="\n")
    for line in list(lines)[2:]:
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """A text in lines as git has them: only LF ends one."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _blob(text: str) -> str:
    """What git knows a file's content by; with it `git am -3` merges where the file has moved on."""
    content = text.encode()
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


def _quoted(name: str) -> str:
    """A path as git quotes it: whatever is no printable ASCII as octal bytes, between quotation marks."""
    told = "".join(
        _ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in name.encode()
    )
    return name if told == name else f'"{told}"'
