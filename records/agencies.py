"""Which body a name means, whatever it was called when the record was written; the facts are in agencies.toml."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files

_SEPARATORS = re.compile(r"[、,，;；/及和與]")
_NOT_COVERED = {"state-owned", "company", "local", "task-force"}
_CABINET = "行政院"
_LONGEST_NAME = 80  # the longest English name has 73


def fold_name(name: str) -> str:
    """A name as the resolver compares it: NFKC, 台 as 臺, no spaces, lower case."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).replace("台", "臺").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One responsible body: `name` is canonical; `parents` those it stands or stood under; `until` the day it ended."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    english: str = ""
    abbreviation: str = ""
    parents: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    successors: tuple[str, ...] = ()
    part_to: tuple[str, ...] = ()
    source: str = ""


class Directory:
    """All known agencies, and what follows from their parents and successors."""

    def __init__(
        self, agencies: Iterable[Agency], committees: Mapping[str, tuple[str, ...]], not_named: Iterable[str]
    ) -> None:
        """`committees` maps each spelling of a committee to its ministries; raises ValueError where two bodies share a name."""
        self._agencies = {agency.name: agency for agency in agencies}
        self._committees = {fold_name(name): members for name, members in committees.items()}
        self._not_named = {fold_name(name) for name in not_named}
        self._names: dict[str, str] = {}
        for agency in self._agencies.values():
            for spelling in (agency.name, *agency.aliases, agency.english, agency.abbreviation):
                if not spelling:
                    continue
                if self._names.setdefault(fold_name(spelling), agency.name) != agency.name:
                    raise ValueError(f"{spelling} means both {self._names[fold_name(spelling)]} and {agency.name}")

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._agencies.values())

    def __getitem__(self, name: str) -> Agency:
        return self._agencies[name]

    def __contains__(self, name: object) -> bool:
        return name in self._agencies

    def find(self, name: str) -> str | None:
        """The canonical name of one body, prefixes of a parent allowed (教育部體育署); None where it is unknown."""
        folded = fold_name(name[:_LONGEST_NAME])
        if len(name) > _LONGEST_NAME:
            return None
        if found := self._names.get(folded) or self._names.get(folded.removeprefix(_CABINET)):
            return found
        folded = folded.removeprefix(_CABINET)
        for end in range(len(folded) - 2, 1, -1):
            prefix = self._names.get(folded[:end])
            # 新北市政府客委會 is the city's, not the central 客家委員會
            if prefix and self._agencies[prefix].kind != "local" and (found := self._names.get(folded[end:])):
                return found
        return None

    def resolve(self, field: str | None) -> tuple[str, ...]:
        """The bodies that a record's agency field names; unknown names stay as they stand, empty and 無 name nobody.

        The field is split into several names only where the whole is unknown.
        """
        if not field or not field.strip() or fold_name(field) in self._not_named:
            return ()
        if found := self.find(field):
            return (found,)
        parts = [part.strip() for part in _SEPARATORS.split(field) if part.strip()]
        if len(parts) == 1 or not any(self.find(part) for part in parts):
            return (field.strip(),)
        named = [part for part in parts if fold_name(part) not in self._not_named]
        return tuple(dict.fromkeys(self.find(part) or part for part in named))

    def covers(self, name: str, *, state_owned: bool = False) -> frozenset[str]:
        """What a question for an agency asks about: itself, its bodies, what each was called before, and its successors.

        行政院 covers only itself; state-owned companies are covered only with `state_owned`; an unknown name itself.
        """
        covered: set[str] = set()
        pending = [name]
        if name in self._agencies:
            pending += [*self._agencies[name].successors, *self._agencies[name].part_to]
        while pending:
            current = pending.pop()
            if current in covered:
                continue
            covered.add(current)
            pending += self._former[current]
            if current not in self._agencies or self._agencies[current].kind == "yuan":
                continue
            pending += [
                child.name
                for child in self._children[current]
                if child.kind not in _NOT_COVERED
                or (state_owned and child.kind == "state-owned")
                or child.kind == self._agencies[current].kind == "local"
            ]
        return frozenset(covered)

    def committee(self, name: str) -> tuple[str, ...]:
        """The ministries of a standing committee of the Legislative Yuan; none where the name is no committee's."""
        return self._committees.get(fold_name(name), ())

    def now(self, name: str) -> str:
        """What a body is called today, several successors joined by 、."""
        agency = self._agencies.get(name)
        if agency is None or not agency.successors:
            return name
        return "、".join(dict.fromkeys(self.now(successor) for successor in agency.successors))

    @cached_property
    def _children(self) -> Mapping[str, list[Agency]]:
        children: dict[str, list[Agency]] = defaultdict(list)
        for agency in self._agencies.values():
            for parent in agency.parents:
                children[parent].append(agency)
        return children

    @cached_property
    def _former(self) -> Mapping[str, list[str]]:
        former: dict[str, list[str]] = defaultdict(list)
        for agency in self._agencies.values():
            for successor in agency.successors:
                former[successor].append(agency.name)
        return former


def directory_digest() -> str:
    """What the shipped directory is known by: another one resolves names otherwise."""
    return hashlib.sha256(_directory_file().encode()).hexdigest()


def load_directory() -> Directory:
    """The directory shipped with the package."""
    data = tomllib.loads(_directory_file())
    return Directory(
        (_agency(entry) for entry in data["agency"]),
        {
            spelling: tuple(committee["members"])
            for committee in data["committee"]
            for spelling in (committee["name"], *committee.get("aliases", ()))
        },
        data["not_named"]["names"],
    )


def _directory_file() -> str:
    return files("records").joinpath("agencies.toml").read_text("utf-8")


def _agency(entry: dict[str, object]) -> Agency:
    parent = entry.pop("parent", None)
    former = entry.pop("former_parents", [])
    entry.pop("note", None)
    parents = (*([parent] if parent else []), *former)  # type: ignore[misc]
    lists = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Agency(parents=parents, **lists)  # type: ignore[arg-type]
