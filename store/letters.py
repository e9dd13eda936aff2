"""The letters that records were taken from or rest on: what is held of them, and on which record each was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, delete, func, select, update

from records.dates import latest_credible
from store.engine import Transaction, batched, insert_rows, update_rows
from store.schema import commitments, evidence, letters

_l = letters.c
_LATEST = select(func.max(_l.date)).where(_l.date <= bindparam("before", type_=Date))
_HELD = select(letters).where(_l.text != "", _l.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """What is held of a letter: `key` is its number, or its URL where it has none; subject and text may be empty.

    `ordinal` is its place in the gazette file (案次, 「八」).
    """

    key: str
    date: date | None
    url: str | None
    subject: str
    text: str
    ordinal: str | None

    @property
    def full_text(self) -> str:
        """主旨 and body as one text."""
        return f"{self.subject}\n{self.text}"


def add(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """Keep letters; a text or subject once held is not lost to a record that has none.

    Gives those of which more is held now, each with whether that is its words, or its place alone.
    """
    merged = _merged(rows)
    # whether a text is held is enough to know: most letters of a night are, and their texts are long
    wanted = select(_l.key, _l.date, _l.url, _l.subject, (_l.text != "").label("text"), _l.ordinal)
    present = {row.key: row for some in batched(list(merged)) for row in tx.execute(wanted.where(_l.key.in_(some)))}
    fresh = [row for key, row in merged.items() if key not in present]
    insert_rows(tx, letters, fresh)
    fuller = {
        key: merged[key]
        for key, held in present.items()
        if any(value and not getattr(held, name) for name, value in merged[key].items())
    }
    if fuller:
        new = {name: bindparam(f"new_{name}", type_=column.type) for name, column in _l.items() if name != "key"}
        values: dict[str, Any] = {
            "date": func.coalesce(_l.date, new["date"]),
            "url": func.coalesce(_l.url, new["url"]),
            "subject": func.coalesce(func.nullif(_l.subject, ""), new["subject"]),
            "text": func.coalesce(func.nullif(_l.text, ""), new["text"]),
            "ordinal": func.coalesce(_l.ordinal, new["ordinal"]),
        }
        statement = update(letters).where(_l.key == bindparam("new_key")).values(**values)
        tx.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in fuller.values()])
    came = {row["key"]: True for row in fresh if row["text"]}
    for key, row in fuller.items():
        fuller_in = {name for name in ("text", "subject", "ordinal") if row[name] and not getattr(present[key], name)}
        if fuller_in:
            came[key] = fuller_in != {"ordinal"}
    return came


def _merged(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What several rows tell of each letter, by key: the first word on anything counts."""
    merged: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        told = merged.setdefault(row["key"], row)
        if told != row:
            merged[row["key"]] = {name: told[name] or value for name, value in row.items()}
    return merged


def replace(tx: Transaction, keys: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Keep of some letters what `rows` tell of them, and nothing else; those of which the words or the place differ now.

    A letter of which nothing is told any more is forgotten.
    """
    merged = _merged(rows)
    gone = sorted(set(keys) - merged.keys())
    before = {
        row.key: row for some in batched(sorted(merged)) for row in tx.execute(select(letters).where(_l.key.in_(some)))
    }
    differing = [row for key, row in merged.items() if key in before and dict(before[key]._mapping) != row]
    update_rows(tx, letters, differing, by="key")
    for some in batched(gone):
        tx.execute(delete(letters).where(_l.key.in_(some)))
    said = ("subject", "text", "ordinal")
    return gone + [
        row["key"] for row in differing if any(row[name] != getattr(before[row["key"]], name) for name in said)
    ]


def texts(tx: Transaction, keys: Iterable[str]) -> dict[str, str]:
    """The bodies that are held of some letters."""
    wanted = select(letters.c.key, letters.c.text).where(letters.c.text != "")
    return {
        row.key: row.text for some in batched(list(keys)) for row in tx.execute(wanted.where(letters.c.key.in_(some)))
    }


def held(tx: Transaction, keys: Iterable[str]) -> dict[str, HeldLetter]:
    """Those of some letters whose body is held, by key."""
    return {
        row.key: HeldLetter(**row._mapping) for some in batched(list(keys)) for row in tx.execute(_HELD, {"keys": some})
    }


def find(tx: Transaction, key: str) -> HeldLetter | None:
    """What is held of a letter; None where no record names it."""
    row = tx.execute(select(letters).where(_l.key == key)).one_or_none()
    return HeldLetter(**row._mapping) if row else None


def numbered(tx: Transaction, digits: str) -> list[str]:
    """The letters whose number ends in some digits (1100097614 of 院臺專字第1100097614號)."""
    return list(tx.scalars(select(_l.key).where(_l.key.endswith(f"第{digits}號", autoescape=True)).order_by(_l.key)))


def in_file(tx: Transaction, url: str) -> list[HeldLetter]:
    """The letters that are held of a gazette file, by its address, in the order of their numbers."""
    return [HeldLetter(**row._mapping) for row in tx.execute(select(letters).where(_l.url == url).order_by(_l.key))]


def coverage(tx: Transaction, today: date) -> date | None:
    """The latest letter's date in the store (公文收錄至); one that lies a year ahead is a slip, as in a data date."""
    latest: date | None = tx.scalar(_LATEST, {"before": latest_credible(today)})
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
