"""A decision may be reversed while something new waits on its commitment; with a decision the doubts of its day are kept."""

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
    op.drop_index("uq_proposals_open", "proposals")
    op.create_index(
        "uq_proposals_open",
        "proposals",
        ["commitment", "origin"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
