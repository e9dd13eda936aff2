"""A decision may be reversed while something new waits; its doubts are kept; watches that rest are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_OPEN = sa.text("outcome IS NULL AND withdrawn_at IS NULL AND reverses IS NULL")


def upgrade() -> None:
    """Make room for the doubts, and let a reversal stand beside what waits."""
    doubts = sa.Column(
        "flags",
        sa.JSON(none_as_null=True),
        nullable=True,
        comment="the doubts that the verdict had when it was decided",
    )
    op.add_column("proposals", doubts)
    resting = sa.text("paused_until IS NOT NULL")
    op.create_index("ix_watches_resting", "watches", ["paused_until"], sqlite_where=resting, postgresql_where=resting)
    op.drop_index("uq_proposals_open", "proposals")
    op.create_index(
        "uq_proposals_open",
        "proposals",
        ["commitment", "origin"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
