"""Commitments keep the firm, and the other years, that their promise names; the next sync, which reads every file over, fills them in."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make room for both."""
    op.add_column(
        "commitments",
        sa.Column(
            "third_party", sa.Text(), nullable=True, comment="the firm, none of the state's, that the promise is of"
        ),
    )
    op.add_column(
        "commitments",
        sa.Column(
            "other_years",
            sa.JSON(),
            nullable=True,
            comment="those that the promise names, where its clear deadline is of none",
        ),
    )
