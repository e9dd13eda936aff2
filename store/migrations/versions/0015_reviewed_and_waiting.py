"""What waits for review no longer hides how people had settled a commitment: `reviewed` is theirs, `proposed` the AI's.

Commitments also keep whether their promise has a condition (the next sync, which reads every file over, fills that in), and
the day on which a reviewer found that it was kept.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_SURVEYED = ("target", "removed_on", "deadline", "doubt", "alike", "reviewed", "proposed", "status", "unsupported")
_COMMENTS = {
    "reviewed": "none, source, or the outcome of the decision in force",
    "proposed": "what the AI proposes, where that waits for review",
}
_KEPT = "已達成"
_OF_VERDICTS = ("accept", "partly", "decline", "not-a-promise")


def upgrade() -> None:
    """Give back what was settled of what waits, and let the survey read what waits from its index."""
    database = op.get_bind()
    c = sa.table("commitments", *(sa.column(name) for name in ("key", "reviewed", "proposed", "recorded")))
    p = sa.table(
        "proposals",
        *(sa.column(name) for name in ("id", "commitment", "origin", "outcome", "judged", "to_status", "decided_at")),
    )
    waits = sa.select(c.c.key).where(c.c.reviewed == "waiting")
    decided = (
        sa.select(p.c.commitment, p.c.origin, p.c.outcome, p.c.judged, p.c.to_status)
        .where(p.c.commitment.in_(waits), p.c.origin != "deadline", p.c.outcome.in_(_OF_VERDICTS))
        .order_by(p.c.decided_at, p.c.id)
    )
    settled = {row.commitment: _settled_as(row) for row in database.execute(decided)}
    waiting = sa.update(c).where(c.c.reviewed == "waiting")
    database.execute(waiting.values(proposed=sa.func.coalesce(c.c.proposed, c.c.recorded)))
    database.execute(sa.update(c).where(c.c.reviewed != "waiting").values(proposed=None))
    for key, outcome in settled.items():
        database.execute(waiting.where(c.c.key == key).values(reviewed=outcome))
    database.execute(waiting.values(reviewed="none"))
    p_before = sa.table("proposals", sa.column("reviewed_before"))
    database.execute(sa.update(p_before).where(p_before.c.reviewed_before == "waiting").values(reviewed_before="none"))
    _leave_threads(database)
    comment = "the promise ties itself to something (如經…, 倘…)"
    conditional: sa.Column[bool] = sa.Column(
        "conditional", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment
    )
    op.add_column("commitments", conditional)
    comment = "the day on which it was kept, as a reviewer found"
    op.add_column("commitments", sa.Column("completed_on", sa.Date(), nullable=True, comment=comment))
    if database.dialect.name == "sqlite":
        op.drop_index("ix_commitments_surveyed", "commitments")
        op.create_index("ix_commitments_surveyed", "commitments", _SURVEYED)
        return
    for name, comment in _COMMENTS.items():
        op.alter_column("commitments", name, existing_type=sa.Text(), comment=comment)
    comment = "the date that a decision gave: of a deadline, or of completion"
    op.alter_column("proposals", "target", existing_type=sa.Date(), comment=comment)


def _leave_threads(database: sa.Connection) -> None:
    """News that was asked for in a Slack thread goes to its channel, which may have asked for the same."""
    for name, same in (("watches", "question"), ("mutes", "commitment")):
        table = sa.table(name, *(sa.column(column) for column in ("platform", "chat", "thread", same)))
        there = table.alias()
        in_thread = sa.and_(table.c.platform == "slack", table.c.thread != "")
        first = sa.select(sa.func.min(there.c.thread)).where(
            there.c.platform == "slack", there.c.chat == table.c.chat, there.c[same] == table.c[same]
        )
        database.execute(sa.delete(table).where(in_thread, table.c.thread != first.scalar_subquery()))
        database.execute(sa.update(table).where(in_thread).values(thread=""))
    columns = ("id", "platform", "chat", "thread", "key", "fact", "done_at")
    owed = sa.table("outbox", *(sa.column(column) for column in columns))
    news = (owed.c.platform == "slack", owed.c.thread != "", owed.c.key.startswith("fact:"), owed.c.done_at.is_(None))
    whole = "fact:" + sa.cast(owed.c.fact, sa.Text()) + "|slack|" + owed.c.chat + "|"
    twin = owed.alias()
    same_news = (twin.c.chat == owed.c.chat, twin.c.fact == owed.c.fact)
    earlier = sa.or_(twin.c.thread == "", twin.c.id < owed.c.id)
    other = sa.exists().where(twin.c.platform == "slack", twin.c.key.startswith("fact:"), *same_news, earlier)
    database.execute(sa.delete(owed).where(*news, other))
    database.execute(sa.update(owed).where(*news).values(thread="", key=whole))


def _settled_as(decided: Any) -> str:
    """How a decision says that its commitment stands; a decline of what no AI said is no decline."""
    claim = decided.origin == "verdict" and (decided.to_status or _KEPT) == _KEPT
    claimed = decided.judged == _KEPT or claim
    return decided.outcome if decided.outcome != "decline" or claimed else "no-conclusion"
