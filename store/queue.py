"""What waits for reviewers: in which order, who looks at it, which of it they were told of, and how much is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from store.engine import Transaction, batched
from store.proposals import ANSWERED, IS_OPEN, WHOLE, Origin, Proposal, read, set_where
from store.schema import commitments, proposals, submissions

_p = proposals.c
_STANDS = or_(_p.withdrawn_at.is_(None), ANSWERED)
"""Of those that the source did not take back."""

DOUBTFUL, OLDEST, NEWEST, RANDOM = ORDERS = ("doubtful", "oldest", "newest", "random")
"""How what waits may be ordered; `random` is one fixed order, so that its beginning is a random sample."""

_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    DOUBTFUL: (_p.origin == "deadline", _p.backlog, _p.origin, _p.doubts.desc(), _p.opened_at, _p.id),
    # those of the first load came at one moment: the older reply first
    OLDEST: (_p.opened_at, commitments.c.letter_date.nulls_last(), _p.id),
    NEWEST: (_p.opened_at.desc(), commitments.c.letter_date.desc().nulls_last(), _p.id.desc()),
    RANDOM: (_p.draw, _p.id),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An open proposal in a reviewer's queue, and who looks at it until when.

    `is_own` says that the reviewer sent in themselves what it asks about: somebody else settles it.
    """

    id: int
    taken_by: str | None
    taken_until: datetime | None
    is_own: bool

    def is_free_for(self, reviewer: str, at: datetime) -> bool:
        """Whether a reviewer (platform:id) may settle it, and nobody else looks at it at a moment."""
        is_taken = self.taken_until is not None and self.taken_until > at and self.taken_by != reviewer
        return not (is_taken or self.is_own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How much waits for review: the AI's new verdicts and the baseline's, deadlines, and what people sent in."""

    verdicts: int
    backlog: int
    deadlines: int
    corrections: int

    def __bool__(self) -> bool:
        return any((self.verdicts, self.backlog, self.deadlines, self.corrections))


def take_unannounced(tx: Transaction) -> list[Proposal]:
    """The open proposals that no reviewer was told of, corrections first, then most doubtful; now they count as announced.

    Doubtful deadlines that passed are told to nobody: they wait in the queue.
    """
    quiet = and_(IS_OPEN, _p.origin != "deadline", ~_p.backlog, ~_p.announced)
    found = read(tx, WHOLE.where(quiet).order_by(_p.origin, _p.doubts.desc(), _p.id))
    for some in batched([proposal.id for proposal in found]):
        tx.execute(update(proposals).where(_p.id.in_(some)).values(announced=True))
    return found


def waiting(tx: Transaction, *, backlog: bool | None = None) -> list[Proposal]:
    """What waits, new ones first, then the most doubtful; `backlog` None means both."""
    statement = WHOLE.join(commitments).where(IS_OPEN, commitments.c.removed_on.is_(None))
    if backlog is not None:
        statement = statement.where(_p.backlog == backlog)
    return read(tx, statement.order_by(*_ORDERS[DOUBTFUL]))


def in_order(
    tx: Transaction,
    among: Sequence[ColumnElement[bool]],
    *,
    reviewer: str = "",
    origin: Origin | None = None,
    order: str = DOUBTFUL,
    after: int = 0,
) -> list[Queued]:
    """What waits for a reviewer (platform:id) on the commitments for which all of some conditions hold, in one of ORDERS.

    After a proposal, which need not be among them by now (a decision leaves 「佐證不足」), only what stands behind it.
    """
    asked = (*among, _p.origin == origin) if origin is not None else among
    waits = or_(and_(IS_OPEN, *asked), _p.id == after)
    own = _p.id.in_(select(submissions.c.proposal).where(submissions.c.sent_by == reviewer))
    wanted = select(_p.id, _p.taken_by, _p.taken_until, own).join(commitments).where(waits)
    rows = tx.execute(wanted.order_by(*_ORDERS[order])).all()
    place = next((place for place, row in enumerate(rows, 1) if row[0] == after), 0)
    # by place: hundreds wait, and asking each row by its names took half of the time that the next card takes
    return [Queued(id=row[0], taken_by=row[1], taken_until=row[2], is_own=row[3]) for row in rows[place:]]


def progress(
    tx: Transaction, origin: Origin, among: Sequence[ColumnElement[bool]], *, drawn: bool = False
) -> tuple[int, int]:
    """(settled, all) of the proposals of an origin on some commitments, those aside that the source took back.

    What was decided anew counts once; `drawn` counts those of the random sample alone.
    """
    settled = func.count().filter(or_(_p.outcome.is_not(None), ANSWERED))
    sample = (_p.drawn_at.is_not(None),) if drawn else ()
    counted = select(settled, func.count()).select_from(proposals.join(commitments))
    row = tx.execute(counted.where(_p.origin == origin, _STANDS, _p.reverses.is_(None), *among, *sample)).one()
    return int(row[0]), int(row[1])


def draw(tx: Transaction, ids: Sequence[int], at: datetime) -> None:
    """Count proposals as part of the random sample."""
    for some in batched(ids):
        tx.execute(update(proposals).where(_p.id.in_(some), _p.drawn_at.is_(None)).values(drawn_at=at))


def up_to(tx: Transaction, proposal: int) -> list[int]:
    """The verdicts that stand before one in the random order, and itself: settled ones and those that wait."""
    last = select(_p.draw).where(_p.id == proposal).scalar_subquery()
    here = and_(_p.origin == "verdict", _STANDS, _p.draw <= last)
    return list(tx.scalars(select(_p.id).where(here)))


def take(tx: Transaction, proposal: int, person: str, at: datetime, until: datetime, queue: int) -> bool:
    """Say that a person looks at an open proposal, which they took from a queue.

    False where it waits no longer, or somebody else looks at it.
    """
    free = or_(_p.taken_until.is_(None), _p.taken_until <= at, _p.taken_by == person)
    return set_where(tx, and_(_p.id == proposal, IS_OPEN, free), taken_by=person, taken_until=until, taken_from=queue)


def let_go(tx: Transaction, proposal: int, person: str) -> bool:
    """A person looks at it no longer; False where they did not."""
    return set_where(tx, and_(_p.id == proposal, IS_OPEN, _p.taken_by == person), taken_by=None, taken_until=None)


def taken_by(tx: Transaction, person: str) -> list[tuple[int, int]]:
    """The open proposals that a person looks at, or looked at last, as (proposal, its commitment)."""
    held = select(_p.id, _p.commitment).where(IS_OPEN, _p.taken_by == person).order_by(_p.id)
    return [(row.id, row.commitment) for row in tx.execute(held)]


def tally(tx: Transaction, among: Sequence[ColumnElement[bool]] = ()) -> Waits:
    """How much waits on the commitments for which all of some conditions hold; nothing waits on what the source removed."""
    counted = select(_p.origin, _p.backlog, func.count()).select_from(proposals.join(commitments))
    here = counted.where(IS_OPEN, commitments.c.removed_on.is_(None), *among).group_by(_p.origin, _p.backlog)
    counts = Counter({(row[0], row[1]): row[2] for row in tx.execute(here)})
    return Waits(
        verdicts=counts["verdict", False],
        backlog=counts["verdict", True],
        deadlines=counts["deadline", False] + counts["deadline", True],
        corrections=counts["correction", False],
    )


def count_drawn(tx: Transaction) -> int:
    """How many verdicts are in the random sample; one that was decided anew counts once."""
    drawn = (_p.drawn_at.is_not(None), _STANDS, _p.reverses.is_(None))
    return tx.scalar(select(func.count()).where(*drawn)) or 0
