"""Evidence that came with its record has no day of its own: what came later that day is new, and is found as such."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Take the day from what was seen when its record arrived."""
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column(
            "first_seen", existing_type=sa.Date(), nullable=True, comment="empty where it came with the record"
        )
    op.execute(
        "UPDATE evidence SET first_seen = NULL"
        " WHERE first_seen <= (SELECT arrived_on FROM commitments WHERE key = commitment)"
    )
