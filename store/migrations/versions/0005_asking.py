"""Lists as they were first shown, so that their pages stay the same."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of answers."""
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the items: the same list is kept once"),
        sa.Column(
            "items",
            sa.Text(),
            nullable=False,
            comment="JSON: [[commitment, near-duplicates that it stands for], …] in order",
        ),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name=op.f("fk_answers_question"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("question", "digest", name=op.f("uq_answers_question")),
        comment="lists of several pages as they were first shown",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answers_shown_at", "answers", ["shown_at"], unique=False)
