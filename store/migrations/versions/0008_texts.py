"""Texts of files in a table of their own: a status or a group then changes without rewriting seven kilobytes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Move the texts."""
    op.create_table(
        "texts",
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_texts_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_texts")),
        comment="each commitment's file as last read well",
    )
    op.execute("INSERT INTO texts (commitment, text) SELECT key, text FROM commitments")
    op.drop_column("commitments", "text")
