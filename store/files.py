"""The source's files as they were last read: by what content, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from records.problems import Problem
from records.source import LINK, Reading
from store.engine import Transaction, batched, insert_rows
from store.schema import files

_f = files.c


def digests(tx: Transaction) -> dict[str, str]:
    """Every known path → the digest of the content that was last read."""
    rows = tx.execute(select(_f.path, _f.digest).order_by(_f.path)).all()
    return {path: digest for path, digest in rows}  # noqa: C416 - dict() of rows takes twice as long


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was last read."""

    digest: str
    problems: tuple[Problem, ...]

    @property
    def is_link(self) -> bool:
        """Whether it is a link to another file."""
        return self.digest.startswith(LINK)


def find(tx: Transaction, path: str) -> File | None:
    """A file by its path; None where it is not known."""
    row = tx.execute(select(_f.digest, _f.problems).where(_f.path == path)).one_or_none()
    if row is None:
        return None
    return File(digest=row.digest, problems=tuple(Problem(**problem) for problem in row.problems or ()))


def unreadable(tx: Transaction, paths: Sequence[str]) -> set[str]:
    """Those of some paths that are known, and were no record when they were read last."""
    known = select(_f.path, _f.problems).where(_f.problems.is_not(None))
    return {
        path
        for some in batched(paths)
        for path, problems in tx.execute(known.where(_f.path.in_(some)))
        if any(Problem(**problem).is_fatal for problem in problems)
    }


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
