"""The folder source: every `*.md` below a folder, read whole, each file on its own."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path

from records.decision import Decision
from records.edit import EditError, MissingFileError, write_decision
from records.problems import UnreadableRecordError
from records.source import (
    LINK,
    LONGEST_PATH,
    MAX_BYTES,
    Reading,
    Snapshot,
    SourceError,
    check_path,
    read_bytes,
    refused,
    shown,
)

DEEPEST = 20
"""Folders within folders that are entered; the real records lie one below their root."""


class Folder:
    """The records below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """`root` is looked at when it is read, not before."""
        self._root = root

    @property
    def place(self) -> str:
        """The folder, as an absolute path."""
        return str(self._root.absolute())

    def read(self, revision: str | None, known: Mapping[str, str]) -> Snapshot:
        """What differs from `known`; raises SourceError where the folder is not there or not readable."""
        if not self._root.is_dir():
            raise SourceError(f"there is no folder {self._root}: set RECORDS to the folder that holds the records")
        try:
            files = sorted(_record_files(self._root))
        except OSError as reason:
            raise SourceError(f"the records at {self._root} can't be listed: {reason.strerror}") from reason
        present = {_shown(path) for path, _ in files}
        unlisted = tuple(path for path, is_link in files if path.endswith("/") and not is_link)
        gone = [path for path in known if path not in present and not path.startswith(unlisted)]
        return Snapshot(revision=None, gone=gone, readings=self._differing(files, known))

    def write(self, path: str, decision: Decision) -> None:
        """Write a decision into its file, whole or not at all.

        Raises EditError where it can't be written, SourceError where it may be later: a file that is unreadable, as one that
        is just being rewritten, a folder that is full or not ours to write to for now.
        """
        try:
            file = (self._root / path).resolve()  # a link stays one: what it leads to is written
            if not file.is_relative_to(self._root.resolve()):
                raise EditError(f"{path} 指向資料夾之外，所以沒有寫入")
            before = file.read_bytes()
            text = before.decode("utf-8")
            edited = write_decision(path, text, decision)
            if edited != text:
                replace_file(file, before, edited)
        except ChangedError as reason:
            raise SourceError(
                f"{path} was written to meanwhile: the decision is written into it as it is now"
            ) from reason
        except (UnreadableRecordError, UnicodeDecodeError) as reason:
            raise SourceError(str(reason)) from reason
        except FileNotFoundError as reason:
            raise MissingFileError(f"來源裡已經沒有 {path}，所以沒有寫入") from reason
        except (OSError, RuntimeError) as reason:  # a link to itself is a RuntimeError
            raise SourceError(f"{path}: {getattr(reason, 'strerror', None) or reason}") from reason

    def _differing(self, files: Sequence[tuple[str, bool]], known: Mapping[str, str]) -> Iterator[Reading]:
        for path, is_link in files:
            reading = self._read_file(path, is_link, known.get(_shown(path)))
            if reading is not None:
                yield reading

    def _read_file(self, path: str, is_link: bool, known: str | None) -> Reading | None:
        """Read one file; None where it has the known digest. What can't be read comes back with its problem."""
        try:
            if wrong := check_path(os.fsencode(path)):
                raise _RefusedError(*wrong)
            if path.endswith("/.git"):
                raise _RefusedError("submodule", "a submodule is not read: put its records into this repository")
            if path.endswith("/") and is_link:
                raise _RefusedError("link", "a link to a folder is not followed: nothing in it is read")
            if path.endswith("/") and not _is_too_deep(path[:-1]):
                raise _RefusedError("not_readable", "the folder can't be listed: nothing in it is read")
            if path.endswith("/"):
                raise _RefusedError("too_deep", "the folder lies too deep for records: nothing in it is read")
            content = self._content(path, is_link)
        except _RefusedError as refusal:
            return None if known == "" else refused(_shown(path), refusal.code, str(refusal))
        except (OSError, RuntimeError) as reason:
            said = getattr(reason, "strerror", None) or str(reason)
            return None if known == "" else refused(path, "not_readable", said)
        digest = (LINK if is_link else "") + hashlib.sha256(content).hexdigest()
        return None if known == digest else read_bytes(path, content, digest)

    def _content(self, path: str, is_link: bool) -> bytes:
        file = f"{self._root}/{path}"
        if is_link and not Path(file).resolve().is_relative_to(self._root.resolve()):
            raise _RefusedError("link", "the link leads outside the folder")
        # a pipe would be waited for without end, so nothing is read that is not there as a file
        with FileIO(os.open(file, os.O_RDONLY | os.O_NONBLOCK)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _RefusedError("not_a_file", "not an ordinary file")
            if status.st_size > MAX_BYTES:
                raise _RefusedError("too_large", f"a record has at most {MAX_BYTES} bytes")
            return stream.readall()


class _RefusedError(Exception):
    """A file that is not read; the text says why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def _record_files(root: Path) -> Iterator[tuple[str, bool]]:
    """The path of every `*.md` under a folder, and whether it is a link.

    Folders that are links, lie DEEPEST below it or can't be listed are not entered: they come as a path, with a / behind it;
    a repository of its own in one (a submodule) comes as its `.git`.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            listed = os.scandir(root / below)
        except OSError:
            if not below:
                raise
            yield below, False
            continue
        if below and os.path.lexists(root / below / ".git"):
            listed.close()
            yield f"{below}.git", False
            continue
        with listed as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                if entry.name == ".git":
                    continue  # a branch may be called feature.md
                if entry.is_dir(follow_symlinks=False):
                    if _is_too_deep(path):
                        yield f"{path}/", False
                    else:
                        waiting.append(f"{path}/")
                elif entry.name.endswith(".md"):
                    yield path, entry.is_symlink()
                elif entry.is_symlink() and Path(entry.path).is_dir():
                    yield f"{path}/", True


def _is_too_deep(path: str) -> bool:
    """Whether a folder lies deeper than records do, or deeper than the system reaches."""
    return path.count("/") >= DEEPEST or len(os.fsencode(path)) > LONGEST_PATH


def _shown(path: str) -> str:
    """A path as text, by which the store knows it."""
    return shown(os.fsencode(path))


class ChangedError(Exception):
    """Somebody else wrote to the file meanwhile, and it was left as it is."""


def replace_file(file: Path, before: bytes, text: str) -> None:
    """Write a file whole or not at all: through a temporary file beside it, renamed over it; line ends as they are.

    Raises ChangedError where it is not what it was `before`.
    """
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, file.stat().st_mode & 0o777)
        if file.read_bytes() != before:
            raise ChangedError
        os.replace(temporary, file)
    except BaseException:
        os.unlink(temporary)
        raise
