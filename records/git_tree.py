"""A folder of a commit: what is in it, what differs between two commits, and each file's reading."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import pygit2
from pygit2.enums import DeltaStatus, FileMode

from records.source import LINK, MAX_BYTES, Reading, SourceError, check_path, read_bytes, refused, shown

MOST_FILES = 200_000
"""Files and folders below the records' folder; the real one has 1,600, ten times that is planned for."""

_RAW_ENTRY = re.compile(rb"([0-7]+) [^\0]+\0([\0-\xff]{20})")
"""A tree's entry as git keeps it: its mode, its name, its id."""

_LONGEST_LINK = 4096

_FILES = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)


class Entry(NamedTuple):
    """One file, link or submodule of a tree; `path` as git has it."""

    path: bytes
    id: pygit2.Oid
    mode: int

    @property
    def shown(self) -> str:
        """The path as text, by which the store knows it."""
        return shown(self.path)


def check_size(clone: pygit2.Repository, folder: pygit2.Tree) -> None:
    """Raise SourceError where a folder holds more than anybody keeps records in, before all of it is listed.

    Trees that hold each other many times over take no room in a repository: ten levels of ten are ten thousand million files.
    """
    files, level = 0, Counter({folder.id: 1})
    while level and files + level.total() <= MOST_FILES:
        below: Counter[pygit2.Oid] = Counter()
        for tree, times in level.items():
            entries = _RAW_ENTRY.findall(clone.odb.read(tree)[1])  # a tenth of the time of asking pygit2 for each
            trees = [id_ for mode, id_ in entries if mode == b"40000"]
            files += times * (len(entries) - len(trees))
            for id_ in trees:
                below[pygit2.Oid(raw=id_)] += times
        level = below
    if files + level.total() > MOST_FILES:
        raise SourceError(
            f"the folder holds more than {MOST_FILES} files: set RECORDS to git+…#folder with the records' own folder"
        )


def everything(folder: pygit2.Tree, known: Mapping[str, str]) -> tuple[Iterable[Entry], Sequence[str]]:
    """Everything that is there, and which known paths are not."""
    there = {entry.shown for entry in _walk(folder)} if known else set()
    return _walk(folder), [path for path in known if path not in there]


def _walk(folder: pygit2.Tree) -> Iterator[Entry]:
    """What is there, by path: a tree of git has its folders where their paths stand among those of its files."""
    waiting: list[tuple[bytes, pygit2.Object]] = [(b"", folder)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, pygit2.Tree):
            below = path + b"/" if path else b""
            # by name: a broken tree may hold one twice
            named = {below + (inner.raw_name or b""): inner for inner in each}
            waiting += reversed(named.items())
        elif _is_wanted(entry := Entry(path, each.id, each.filemode), folder):
            yield entry


def differing(
    before: pygit2.Tree, folder: pygit2.Tree, known: Mapping[str, str]
) -> tuple[Iterable[Entry], Sequence[str]]:
    """What came or changed between two commits, by path, and which known paths went."""
    entries: dict[str, Entry] = {}
    deleted: set[str] = set()
    for delta in before.diff_to_tree(folder).deltas:
        file = delta.old_file if delta.status == DeltaStatus.DELETED else delta.new_file
        entry = Entry(file.raw_path, file.id, file.mode)
        if delta.status == DeltaStatus.DELETED:
            deleted.add(entry.shown)
        elif _is_wanted(entry, folder):
            entries[entry.shown] = entry
    # a link rests on the file it leads to, so it may have changed where its own entry has not
    for path, digest in known.items():
        if (not digest or digest.startswith(LINK)) and path not in entries and path not in deleted:
            with suppress(KeyError):
                found = folder[path]
                entries[path] = Entry(path.encode(), found.id, found.filemode)
    changed = sorted(entries.values(), key=lambda entry: entry.shown)
    return changed, [path for path in known if path in deleted and path not in entries]


def _is_wanted(entry: Entry, folder: pygit2.Tree) -> bool:
    """Whether something of a commit is read, or refused in a word: records, submodules, links that stand for a folder."""
    if entry.path.endswith(b".md") or entry.mode == FileMode.COMMIT:
        return True
    return entry.mode == FileMode.LINK and _is_folder(folder, entry.shown)


def _is_folder(folder: pygit2.Tree, path: str) -> bool:
    """Whether a link that is no record's leads to a folder, or out of this one, where anything may be."""
    try:
        target = folder[path].peel(pygit2.Blob).data[:_LONGEST_LINK].decode("utf-8")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return place.startswith(("/", "../")) or place in (".", "..") or isinstance(folder[place], pygit2.Tree)
    except (KeyError, ValueError):
        return False


def read_entry(clone: pygit2.Repository, folder: pygit2.Tree, entry: Entry) -> Reading:
    """A file's reading; a link's is that of the file in the folder that it leads to. What is no record of ours is refused."""
    path, blob, digest = entry.shown, entry.id, str(entry.id)
    if wrong := check_path(entry.path):
        return refused(path, *wrong)
    if entry.mode == FileMode.COMMIT:
        return refused(path, "submodule", "a submodule is not read: put its records into this repository")
    if entry.mode == FileMode.LINK and not path.endswith(".md"):
        return refused(path, "link", "a link to a folder is not followed: nothing in it is read")
    if entry.mode == FileMode.LINK:
        place = file_of(clone, folder, path)
        if place is None:
            return refused(path, "link", "the link leads to no file of the folder")
        blob = folder[place].id
        digest = f"{LINK}{blob}"
    if clone.odb.read_header(blob)[1] > MAX_BYTES:
        return refused(path, "too_large", f"a record has at most {MAX_BYTES} bytes")
    return read_bytes(path, clone.odb.read(blob)[1], digest)


def file_of(clone: pygit2.Repository, folder: pygit2.Tree, path: str) -> str | None:
    """The path of the file that a path means: itself, or what a link leads to; None where that is no file in the folder."""
    try:
        found = folder[path]
        if found.filemode == FileMode.LINK:
            if clone.odb.read_header(found.id)[1] > _LONGEST_LINK:
                return None
            target = clone.odb.read(found.id)[1].decode("utf-8")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            found = folder[path]
    except (KeyError, UnicodeDecodeError):
        return None
    return path if found.filemode in _FILES else None


def replaced(repository: pygit2.Repository, tree: pygit2.Tree, path: Sequence[str], blob: pygit2.Oid) -> pygit2.Oid:
    """The tree with another content for one of its files, which keeps its mode."""
    name, *below = path
    found = tree[name]
    inner = replaced(repository, found, below, blob) if isinstance(found, pygit2.Tree) else blob
    builder = repository.TreeBuilder(tree)
    builder.insert(name, inner, found.filemode)
    return builder.write()
