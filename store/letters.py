"""The letters that records were taken from or rest on: what is held of them, and on which record each was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, update

from store.engine import Transaction, batched, insert_rows
from store.schema import commitments, evidence, letters

_l = letters.c
_LATEST = select(func.max(_l.date))
_HELD = select(_l.key, _l.subject, _l.text).where(_l.text != "", _l.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of a letter: `key` is its number, or its URL where it has none; subject and text may be empty."""

    key: str
    date: date | None
    url: str | None
    subject: str
    text: str


def add(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Keep letters; a text or subject once held is not lost to a record that has none. Those whose text came with them."""
    merged: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        told = merged.setdefault(row["key"], row)
        if told != row:
            merged[row["key"]] = {name: told[name] or value for name, value in row.items()}
    # whether a text is held is enough to know: most letters of a night are, and their texts are long
    wanted = select(_l.key, _l.date, _l.url, _l.subject, (_l.text != "").label("text"))
    present = {row.key: row for some in batched(list(merged)) for row in tx.execute(wanted.where(_l.key.in_(some)))}
    fresh = [row for key, row in merged.items() if key not in present]
    insert_rows(tx, letters, fresh)
    fuller = {
        key: merged[key]
        for key, held in present.items()
        if any(value and not getattr(held, name) for name, value in merged[key].items())
    }
    if fuller:
        new = {name: bindparam(f"new_{name}", type_=_l[name].type) for name in ("date", "url", "subject", "text")}
        values: dict[str, Any] = {
            "date": func.coalesce(_l.date, new["date"]),
            "url": func.coalesce(_l.url, new["url"]),
            "subject": func.coalesce(func.nullif(_l.subject, ""), new["subject"]),
            "text": func.coalesce(func.nullif(_l.text, ""), new["text"]),
        }
        statement = update(letters).where(_l.key == bindparam("new_key")).values(**values)
        tx.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in fuller.values()])
    came = [*fresh, *(row for key, row in fuller.items() if not present[key].text)]
    return {row["key"] for row in came if row["text"]}


def texts(tx: Transaction, keys: Iterable[str]) -> dict[str, str]:
    """The bodies that are held of some letters."""
    wanted = select(letters.c.key, letters.c.text).where(letters.c.text != "")
    return {
        row.key: row.text for some in batched(list(keys)) for row in tx.execute(wanted.where(letters.c.key.in_(some)))
    }


def held(tx: Transaction, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(主旨, body) of those of some letters whose body is held."""
    return {
        row.key: (row.subject, row.text) for some in batched(list(keys)) for row in tx.execute(_HELD, {"keys": some})
    }


def find(tx: Transaction, key: str) -> Held | None:
    """What is held of a letter; None where no record names it."""
    row = tx.execute(select(_l.key, _l.date, _l.url, _l.subject, _l.text).where(_l.key == key)).one_or_none()
    return Held(**row._mapping) if row else None


def coverage(tx: Transaction) -> date | None:
    """The latest letter's date in the store (公文收錄至)."""
    latest: date | None = tx.scalar(_LATEST)
    return latest


def seen(tx: Transaction, keys: Sequence[int]) -> dict[int, set[str]]:
    """The letters already seen on some commitments."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in batched(keys):
        for row in tx.execute(select(evidence).where(evidence.c.commitment.in_(some))):
            found[row.commitment].add(row.letter)
    return found


def see(tx: Transaction, letters_seen: Iterable[tuple[int, str]], on: date | None) -> None:
    """Remember (commitment, letter) as seen from a day on; without one as what came with the record."""
    rows = [{"commitment": key, "letter": letter, "first_seen": on} for key, letter in dict.fromkeys(letters_seen)]
    insert_rows(tx, evidence, rows)


def citing(tx: Transaction, keys: Iterable[str]) -> list[tuple[int, str]]:
    """(commitment, letter) of the records, still in the source, on which some letters were seen."""
    wanted = (
        select(evidence.c.commitment, evidence.c.letter).join(commitments).where(commitments.c.removed_on.is_(None))
    )
    return [
        (row.commitment, row.letter)
        for some in batched(list(keys))
        for row in tx.execute(wanted.where(evidence.c.letter.in_(some)))
    ]
