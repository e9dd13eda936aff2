"""Reasons that reviewers wrote before they said of which decision.

Declines from now on leave an earlier 部分達成 or 不是承諾 in force; those that were taken took its place, as their cards said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table, and forget what earlier declines took the place of."""
    p = sa.table("proposals", *(sa.column(name) for name in ("outcome", "reviewed_before")))
    took = sa.and_(p.c.outcome == "decline", p.c.reviewed_before.in_(("partly", "not-a-promise")))
    op.get_bind().execute(sa.update(p).where(took).values(reviewed_before="none"))
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="who wrote them: platform:id"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"], ["proposals.id"], name=op.f("fk_drafts_proposal_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        comment="reasons whose decision their writers have not said yet",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_proposal", "drafts", ["proposal"], unique=False)
