"""The source's files as they were last read: by what content, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import delete, select

from records.record import Problem
from records.source import Reading
from store.engine import Transaction, batched, insert_rows
from store.schema import files

_f = files.c


def digests(tx: Transaction) -> dict[str, str]:
    """Every known path → the digest of the content that was last read."""
    rows = tx.execute(select(_f.path, _f.digest).order_by(_f.path)).all()
    return {path: digest for path, digest in rows}  # noqa: C416 - dict() of rows takes twice as long


def keep(tx: Transaction, readings: Sequence[Reading]) -> None:
    """Remember how files were read."""
    forget(tx, [reading.path for reading in readings])
    rows = [
        {
            "path": reading.path,
            "digest": reading.digest,
            "problems": [asdict(problem) for problem in reading.problems] or None,
        }
        for reading in readings
    ]
    insert_rows(tx, files, rows)


def forget(tx: Transaction, paths: Iterable[str]) -> None:
    """Forget files."""
    for some in batched(list(paths)):
        tx.execute(delete(files).where(_f.path.in_(some)))


def problems(tx: Transaction) -> list[Problem]:
    """What is wrong in single files."""
    rows = tx.execute(select(_f.problems).where(_f.problems.is_not(None)).order_by(_f.path))
    return [Problem(**problem) for row in rows for problem in row.problems]
