"""Reasons that reviewers wrote before they said of which decision."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drafts",
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="who wrote them: platform:id"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"], ["proposals.id"], name=op.f("fk_drafts_proposal_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal", "person", name=op.f("pk_drafts")),
        comment="reasons whose decision their writers have not said yet",
    )
