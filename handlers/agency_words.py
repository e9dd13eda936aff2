"""How bodies are called in messages: as they are called now, in English with the English name."""

from __future__ import annotations

from handlers.language import ENGLISH, listed, say, voice
from records.agencies import Committee, directory
from records.status import Standing


def called(name: str) -> str:
    """A body, or those that it became, as it is called now, in English with the English name: Ministry of Justice (法務部)."""
    return listed(map(called_by, directory().now(name).split("、")))


def called_by(name: str) -> str:
    """A body by that name, whatever it is called now, in English with the English name."""
    english = directory()[name].english if voice().language == ENGLISH and name in directory() else ""
    return f"{english} ({name})" if english else name


def called_committee(committee: Committee) -> str:
    """A committee of the Legislative Yuan, in English with the English name."""
    return f"{committee.english} ({committee.name})" if voice().language == ENGLISH else committee.name


def in_english(name: str) -> bool:
    """Whether a body is called by its English name in this chat, and has one."""
    return voice().language == ENGLISH and name in directory()


def called_shortly(name: str) -> str:
    """A body by its name, in English by its abbreviation (MOE) where it has one."""
    return directory()[name].abbreviation or called(name) if in_english(name) else name


def agency_line(standing: Standing) -> str:
    """The agency as it is called now, and as the record calls it where that differs: 農業部（當時為行政院農委會）."""
    line = _agencies(standing)
    if standing.third_party and not _names_firm(standing):
        line += say("（承諾的是{firm}，第三方，非行政機關）", firm=standing.third_party)
    return line


def _agencies(standing: Standing) -> str:
    if not standing.agencies:
        return say("未載明機關")
    names = [directory().now(name) for name in standing.agencies]
    changed = any(now != name for now, name in zip(names, standing.agencies, strict=True))
    now = listed(dict.fromkeys(map(called, names)))
    if _names_firm(standing):
        return say("{now}（第三方，非行政機關）", now=now)
    return say("{now}（當時為{then}）", now=now, then=standing.agency_text) if changed and standing.agency_text else now


def agency_now(standing: Standing) -> str:
    """The agency as it is called now, whatever the record calls it: news is sorted by it."""
    return listed(dict.fromkeys(map(called, standing.agencies))) or say("未載明機關")


def is_third_party(standing: Standing) -> bool:
    """Whether the promise is a firm's, which promised nothing to the Legislative Yuan."""
    return standing.third_party is not None or _names_firm(standing)


def _names_firm(standing: Standing) -> bool:
    """Whether a firm stands in the agency field."""
    return any(name in directory() and directory()[name].kind == "company" for name in standing.agencies)
