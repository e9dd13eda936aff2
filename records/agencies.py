"""Which body a name means, whatever it was called when the record was written; the facts are in agencies.toml."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from records.words import if_simplified

_LIST_MARKS = re.compile(r"[、､,，;；/／]")
_CONJUNCTIONS = re.compile(r"(以及|[及和與与暨])")
_AND_ITS_BODIES = re.compile("[及暨與]其?所屬各?(?:(?:機關|單位|機構|學校|構)*)$")
_AND_OTHERS = re.compile("等(?:[相有]關)?(?:部會|機關|單位)?$")
_FORMER_NAME = re.compile("[（(](?:原(?!住民|民|子能)|前(?!瞻|鎮)|前身為?)[^（）()]*[）)]")
_NOT_COVERED = {"state-owned", "company", "local", "task-force"}
_CABINET = "行政院"
_LONGEST_NAME = 80  # the longest English name has 73
_SHORTEST_NEAR = 3
_CABINET_IN_FRONT = re.compile("^行?政院(?=.)")
_BRACKETS = str.maketrans("", "", "()")
_VARIANTS = str.maketrans("台檯筑", "臺臺築")  # 总台 is converted to 總檯, and 筑 is a Traditional character too

NEAR = 0.6
"""How alike (difflib's ratio) a known name must be to be suggested: of three characters, two are the same."""

SUGGESTIONS = 3
"""How many names are suggested at most."""


def fold_name(name: str) -> str:
    """A name as the resolver compares it: NFKC, Traditional, 台 as 臺, no spaces, lower case."""
    folded = "".join(unicodedata.normalize("NFKC", name).split())
    folded = if_simplified(folded)
    return folded.translate(_VARIANTS).casefold()


def _bare(name: str) -> str:
    """A name without brackets, which stand around parts of some: 教育部（體育署）."""
    return _AND_ITS_BODIES.sub("", fold_name(name).translate(_BRACKETS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One responsible body: `name` is canonical; `parents` those it stands or stood under; `until` the day it ended.

    `led_by` leads a task force, and is no parent of it; `successors` took over from it, `part_to` took over a small part;
    `source` is where that and the days come from, `note` what a reader should know, such as that a day is not known.
    """

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    english: str = ""
    abbreviation: str = ""
    parents: tuple[str, ...] = ()
    led_by: str = ""
    since: date | None = None
    until: date | None = None
    successors: tuple[str, ...] = ()
    part_to: tuple[str, ...] = ()
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """A standing committee of the Legislative Yuan, and the bodies that it oversees."""

    name: str
    english: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """What it is called."""
        return (self.name, *self.aliases, self.english)


class Directory:
    """All known agencies, and what follows from their parents and successors."""

    def __init__(self, agencies: Iterable[Agency], committees: Iterable[Committee], not_named: Iterable[str]) -> None:
        """Raises ValueError where two bodies share a name."""
        self._agencies = {agency.name: agency for agency in agencies}
        self._suggested = lru_cache(maxsize=256)(self._suggest)
        self._resolved = lru_cache(maxsize=1024)(self._resolve)  # thousands of records write 151 spellings
        known = list(committees)
        self._committees = {_bare(spelling): one for one in known for spelling in one.spellings}
        self._committee_names = {frozenset(one.members): one for one in known}
        self._not_named = {fold_name(name) for name in not_named}
        self._covered: dict[tuple[str, bool], frozenset[str]] = {}
        self._names: dict[str, str] = {}
        for agency in self._agencies.values():
            for spelling in (agency.name, *agency.aliases, agency.english, agency.abbreviation):
                if not spelling:
                    continue
                folded = _bare(spelling)
                if self._names.setdefault(folded, agency.name) != agency.name:
                    raise ValueError(f"{spelling} means both {self._names[folded]} and {agency.name}")

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._agencies.values())

    def __getitem__(self, name: str) -> Agency:
        return self._agencies[name]

    def __contains__(self, name: object) -> bool:
        return name in self._agencies

    def find(self, name: str) -> str | None:
        """The canonical name of one body, a parent's name before it allowed (教育部體育署); None where it is unknown.

        What stands before it must be a body above it, now or then: 法務部水利署 and 新北市政府客委會 are unknown. Companies
        and task forces have none: of a task force the whole name may follow who leads it.
        """
        if len(name) > _LONGEST_NAME:
            return None
        folded = _CABINET_IN_FRONT.sub("", whole := _bare(name))
        if found := self._names.get(whole) or self._names.get(folded):
            return found
        for above, rest in self._divisions(folded):
            found = self._names.get(rest) or self.find(rest)
            if found and (found in self.covers(above, state_owned=True) or self._leads(above, found)):
                return found
        return None

    def _leads(self, above: str, found: str) -> bool:
        """Whether a body is the one that leads a task force, now or under its name of then."""
        leader = self._agencies[found].led_by
        return bool(leader) and above in self.covers(leader)

    def resolve(self, field: str | None) -> tuple[str, ...]:
        """The bodies that a record's agency field names; unknown names stay as they stand, empty and 無 name nobody.

        Only a field that is unknown as a whole is split: at list marks, and at 及, 和, 與, 暨 beside a name that is known; a
        former name in brackets (農業部（原農委會）) and 等相關部會 at the end name no other body.
        """
        return self._resolved(field)

    def _resolve(self, field: str | None) -> tuple[str, ...]:
        if not field or self._is_known(field):
            parts = [field or ""]
        else:
            plain = _FORMER_NAME.sub("", field)
            parts = [name for part in _LIST_MARKS.split(plain) for name in self._split(self._without_others(part))]
        named = [part.strip() for part in parts if part.strip() and fold_name(part) not in self._not_named]
        return tuple(dict.fromkeys(self.find(part) or part for part in named))

    def unknown(self, field: str | None) -> tuple[str, ...]:
        """The names in a record's agency field that are no body's of the directory, as they stand there."""
        return tuple(name for name in self.resolve(field) if name not in self._agencies)

    def suggest(self, name: str) -> tuple[str, ...]:
        """Known bodies, by canonical name, whose names are near an unknown one, the nearest first; none where none is near.

        For people to choose from: nothing takes a suggestion for the name.
        """
        return self._suggested(name)

    def _suggest(self, name: str) -> tuple[str, ...]:
        if len(name) > _LONGEST_NAME:
            return ()
        above, folded = next(self._divisions(fold_name(name)), ("", fold_name(name)))
        near = difflib.get_close_matches(folded, self._names, n=4 * SUGGESTIONS, cutoff=NEAR)
        below = self.covers(above) if above else frozenset()
        # of 台積電 it is not 台電 that was meant
        bodies = dict.fromkeys(self._names[spelling] for spelling in near if len(spelling) >= _SHORTEST_NEAR)
        return tuple(sorted(bodies, key=lambda body: body not in below)[:SUGGESTIONS])

    def _divisions(self, folded: str) -> Iterator[tuple[str, str]]:
        """The ways to read a name as a known body and something under it, the longest body first."""
        folded = _CABINET_IN_FRONT.sub("", folded)
        for end in range(len(folded) - 2, 1, -1):
            if above := self._names.get(folded[:end]):
                yield above, folded[end:]

    def _is_known(self, name: str) -> bool:
        return fold_name(name) in self._not_named or self.find(name) is not None

    def _without_others(self, part: str) -> str:
        """A name without 等相關部會 behind it, where what is left is one."""
        alone = _AND_OTHERS.sub("", part)
        return alone if self._is_known(alone) else part

    def _split(self, part: str) -> list[str]:
        """The names in a part that list marks don't divide; 國家科學及技術委員會及教育部 are two, 永和分局 is one."""
        pieces = _CONJUNCTIONS.split(part)
        names: list[str] = []
        unknown: list[str] = []
        at = 0
        while at < len(pieces):
            # a known name has one conjunction at most, and what is written above it may have another
            if width := next((n for n in (5, 3, 1) if self._is_known("".join(pieces[at : at + n]))), 0):
                names += ["".join(unknown[:-1]), "".join(pieces[at : at + width])]
                unknown = []
            else:
                unknown += pieces[at : at + 2]
            at += (width or 1) + 1
        return [*names, "".join(unknown)]

    def covers(self, name: str, *, state_owned: bool = False) -> frozenset[str]:
        """What a question for an agency asks about: itself, its bodies, what each was called before, and its successors.

        行政院 covers only itself; state-owned companies are covered only with `state_owned`; an unknown name itself. Of a body
        that was divided each successor covers its former name, and of its bodies those that came along: 國土管理署 asks about
        營建署, but not about the national parks, which 國家公園署 took.
        """
        if name not in self._agencies:
            return frozenset([name])
        if (name, state_owned) not in self._covered:
            self._covered[name, state_owned] = frozenset(self._reach(name, state_owned))
        return self._covered[name, state_owned]

    def _reach(self, name: str, state_owned: bool) -> set[str]:
        covered: set[str] = set()
        pending = [name, *self._later(name)]
        moved: list[Agency] = []  # bodies of what is no more, which stand under another one now
        while pending:
            current = self._agencies[pending.pop()]
            if current.name in covered:
                continue
            covered.add(current.name)
            pending += self._predecessors.get(current.name, [])
            for child in self._children[current.name] if current.name != _CABINET else ():
                if not self._is_covered_by(child, current, state_owned):
                    continue
                if current.until is not None and self._stands_under(child):
                    moved.append(child)
                else:
                    pending.append(child.name)
            if not pending:
                pending = [
                    child.name for child in moved if child.name not in covered and self._stands_under(child) & covered
                ]
        return covered | set(self._agencies[name].part_to)

    def _later(self, name: str) -> Iterator[str]:
        """The bodies that took over from one, and from those in their turn."""
        for successor in self._agencies[name].successors:
            yield successor
            yield from self._later(successor)

    def _is_covered_by(self, child: Agency, parent: Agency, state_owned: bool) -> bool:
        return (
            child.kind not in _NOT_COVERED
            or (state_owned and child.kind == "state-owned")
            or child.kind == parent.kind == "local"
        )

    def _stands_under(self, child: Agency) -> set[str]:
        """The bodies of today that a body stands under."""
        return {name for name in child.parents if self._agencies[name].until is None}

    def committee(self, name: str) -> tuple[str, ...]:
        """The ministries of a standing committee of the Legislative Yuan; none where the name is no committee's."""
        found = self._committees.get(_bare(name).removeprefix("立法院"))
        return found.members if found else ()

    def committee_of(self, names: Sequence[str]) -> Committee | None:
        """The committee whose ministries these are; None where they are nobody's, or some are missing."""
        return self._committee_names.get(frozenset(names))

    def now(self, name: str) -> str:
        """What a body is called today, several successors joined by 、."""
        agency = self._agencies.get(name)
        if agency is None or not agency.successors:
            return name
        return "、".join(dict.fromkeys(self.now(successor) for successor in agency.successors))

    def task_forces_of(self, name: str) -> tuple[str, ...]:
        """The task forces that a body leads: they are asked for apart."""
        return tuple(agency.name for agency in self._agencies.values() if agency.led_by == name)

    def with_chinese_names(self, text: str) -> str:
        """A text in which each body that is called by its English name of several words is called by its own; what is quoted stays."""
        return self._english.sub(
            lambda found: found[0] if found["kept"] else self._in_english[fold_name(found[0])], text
        )

    @cached_property
    def short_names(self) -> frozenset[str]:
        """What ministries and bodies are called in three or four characters (衛福部, 金管會)."""
        return frozenset(name for name in self._names if len(name) in (3, 4) and name[-1] in "部會署局院")

    @cached_property
    def english_words(self) -> frozenset[str]:
        """The words that English names are made of, those of few letters aside."""
        return frozenset(word for name in self._spelt_in_english for word in name.casefold().split() if len(word) > 4)

    @cached_property
    def _english(self) -> re.Pattern[str]:
        names = sorted(self._spelt_in_english, key=len, reverse=True)
        spelt = "|".join(re.escape(name).replace("\\ ", r"\s+") for name in names)
        return re.compile(rf"(?P<kept>\"[^\"]*\")|\b(?:{spelt})\b", re.IGNORECASE)

    @cached_property
    def _spelt_in_english(self) -> Mapping[str, str]:
        """English names of several words, and what people call a ministry for short: Health Ministry, Ministry of Health."""
        names = {agency.english: agency.name for agency in self if " " in agency.english}
        short: dict[str, set[str]] = defaultdict(set)
        for agency in self:
            field = agency.english.removeprefix("Ministry of ").removeprefix("the ")
            if agency.english.startswith("Ministry of ") and agency.until is None:
                first = re.split(r",? and |, ", field)[0]
                for called in (f"{field} Ministry", f"{first} Ministry", f"Ministry of {first}"):
                    short[called].add(agency.name)
        return {called: min(bodies) for called, bodies in short.items() if len(bodies) == 1} | names

    @cached_property
    def _in_english(self) -> Mapping[str, str]:
        return {fold_name(name): body for name, body in self._spelt_in_english.items()}

    def renamed_from(self, name: str) -> str | None:
        """The one body that this one took over from, as its name was before; None where it was none or several."""
        before = self._predecessors.get(name, [])
        return before[0] if len(before) == 1 else None

    def names_of(self, name: str) -> frozenset[str]:
        """Every name that one body has had, of which this is one: divided or joined, it would be another body."""
        names = {name}
        earlier = later = name
        while (before := self.renamed_from(earlier)) and self._agencies[before].successors == (earlier,):
            names.add(before)
            earlier = before
        while len(after := self._agencies[later].successors if later in self._agencies else ()) == 1:
            if self._predecessors.get(after[0]) != [later]:
                break
            later = after[0]
            names.add(later)
        return frozenset(names)

    @cached_property
    def _predecessors(self) -> Mapping[str, list[str]]:
        before: dict[str, list[str]] = defaultdict(list)
        for agency in self._agencies.values():
            for successor in agency.successors:
                before[successor].append(agency.name)
        return before

    @cached_property
    def _children(self) -> Mapping[str, list[Agency]]:
        children: dict[str, list[Agency]] = defaultdict(list)
        for agency in self._agencies.values():
            for parent in agency.parents:
                children[parent].append(agency)
        return children


def directory_digest() -> str:
    """What the shipped directory is known by: another one resolves names otherwise."""
    return hashlib.sha256(_directory_file().encode()).hexdigest()


@cache
def directory() -> Directory:
    """The directory shipped with the package, read once a process."""
    data = tomllib.loads(_directory_file())
    return Directory(
        (_agency(entry) for entry in data["agency"]),
        (
            Committee(
                name=one["name"],
                english=one["english"],
                aliases=tuple(one.get("aliases", ())),
                members=tuple(one["members"]),
            )
            for one in data["committee"]
        ),
        data["not_named"]["names"],
    )


def _directory_file() -> str:
    return files("records").joinpath("agencies.toml").read_text("utf-8")


def _agency(entry: dict[str, Any]) -> Agency:
    parent = entry.pop("parent", None)
    former = entry.pop("former_parents", [])
    parents = (*([parent] if parent else []), *former)
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Agency(parents=parents, **lists)
