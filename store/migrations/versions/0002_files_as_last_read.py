"""Files as they were last read, and a search index that is written in half the time."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Every file is read over at the next sync: what it was read as is remembered elsewhere now."""
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False, comment="relative to the source, with /"),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="what the source knows the content by that was last read"
        ),
        sa.Column("problems", sa.JSON(), nullable=True, comment="what is wrong in it"),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_files")),
        comment="the source's files as last read, unreadable ones too",
    )
    op.execute("INSERT INTO files (path, digest) SELECT path, 'unread' FROM commitments WHERE removed_on IS NULL")
    op.drop_column("commitments", "digest")
    op.add_column(
        "commitments",
        sa.Column("last_updated", sa.Text(), nullable=False, server_default=sa.text("''"), comment="the file's word"),
    )
    op.create_index("ix_commitments_last_updated", "commitments", ["last_updated"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        # pairs are asked for one by one, so their places in the text are not kept
        op.execute("CREATE VIRTUAL TABLE search_pairs USING fts5(pairs, tokenize='ascii', detail=none, columnsize=0)")
        op.execute("INSERT INTO search_pairs (rowid, pairs) SELECT rowid, pairs FROM search")
        op.execute("DROP TABLE search")
        op.execute("ALTER TABLE search_pairs RENAME TO search")
    else:
        op.alter_column(
            "state",
            "name",
            existing_type=sa.Text(),
            existing_nullable=False,
            comment="the names are in store/state.py",
            existing_comment="last_day, revision, synced_at, reading",
        )
