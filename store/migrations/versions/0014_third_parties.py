"""Commitments keep whether their promise is a firm's; the next sync, which reads every file over, fills it in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make room for the firm."""
    op.add_column(
        "commitments",
        sa.Column(
            "third_party", sa.Text(), nullable=True, comment="the firm, none of the state's, that the promise is of"
        ),
    )
