"""What failed for now is found by its chat: those behind it wait with it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

FAILING = "failing_since IS NOT NULL AND done_at IS NULL AND given_up_at IS NULL"


def upgrade() -> None:
    """Make the index: of all that was ever sent, little fails."""
    op.create_index(
        "ix_outbox_failing",
        "outbox",
        ["chat"],
        unique=False,
        sqlite_where=sa.text(FAILING),
        postgresql_where=sa.text(FAILING),
    )
