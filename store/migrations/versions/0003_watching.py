"""What a watch wants and when, chats that can't be written to, digests as runs, and what news was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Watches keep their meaning: those of a single commitment are told at once, the rest daily."""
    op.add_column(
        "watches",
        sa.Column("pace", sa.Text(), nullable=False, server_default="daily", comment="now, daily or weekly"),
    )
    op.add_column(
        "watches",
        sa.Column(
            "kinds", sa.Integer(), nullable=False, server_default="127", comment="bits of KINDS in store/watches.py"
        ),
    )
    op.add_column(
        "watches",
        sa.Column(
            "urgent", sa.Boolean(), nullable=False, server_default=sa.false(), comment="told in the quiet hours too"
        ),
    )
    op.add_column(
        "watches",
        sa.Column(
            "remind", sa.Boolean(), nullable=False, server_default=sa.false(), comment="weekly, of what stays overdue"
        ),
    )
    op.add_column("watches", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE watches SET pace = 'now' WHERE one_record")
    op.drop_column("watches", "one_record")
    op.drop_index("ix_watches_question", "watches")
    op.create_index("ix_watches_question", "watches", ["question", "chat"], unique=False)
    op.create_table(
        "mutes",
        *_place(),
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_mutes_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "chat", "thread", "commitment", name=op.f("pk_mutes")),
        comment="commitments that a chat wants no news of, whatever it watches",
    )
    op.create_table(
        "chats",
        *_place(),
        sa.Column(
            "stopped_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since then the platform refuses every message",
        ),
        sa.Column("stopped_for", sa.Text(), nullable=True, comment="the platform's reason"),
        sa.Column(
            "weekly_note",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="wants to hear of a week without news",
        ),
        sa.Column(
            "cards_at_once",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="review cards in quiet hours too",
        ),
        sa.Column("moved_to", sa.Text(), nullable=True, comment="the id that the platform gave it"),
        sa.PrimaryKeyConstraint("platform", "chat", "thread", name=op.f("pk_chats")),
        comment="what is known of a chat besides its watches; most have no row",
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        *_place(),
        sa.Column(
            "day",
            sa.Date(),
            nullable=True,
            comment="of a daily or weekly digest; empty for news that became one on the spot",
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("platform", "chat", "thread", "day", name=op.f("uq_digests_platform")),
        comment="one run for a chat and day, however often a process starts",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "moments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when who hears it was to be told"),
        sa.Column(
            "snapshot",
            sa.LargeBinary(),
            nullable=False,
            comment="how the commitment stood before and after, as JSON by zlib",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moments")),
        comment="what news was made of, for as long as a preview looks back",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_moments_at", "moments", ["at"], unique=False)
    op.add_column(
        "facts",
        sa.Column(
            "moment",
            sa.Integer(),
            nullable=True,
            comment="what it was made of; no reference: SQLite can't add one to a table in use",
        ),
    )
    op.create_index("ix_facts_moment", "facts", ["moment"], unique=False)
    op.add_column(
        "outbox",
        sa.Column(
            "joins",
            sa.Text(),
            nullable=False,
            server_default=sa.text("''"),
            comment="the digest it is part of: daily, weekly, missed, or ''",
        ),
    )
    op.execute("UPDATE outbox SET joins = 'daily' WHERE digest")
    op.drop_column("outbox", "digest")
    op.add_column(
        "outbox",
        sa.Column(
            "run", sa.Integer(), nullable=True, comment="the digest that it went out with; no reference, as in facts"
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "wakes",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="sent in the quiet hours too",
        ),
    )
    op.add_column(
        "outbox",
        sa.Column(
            "failing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the first try that did not go out; later ones move due_at",
        ),
    )
    op.create_index(
        "ix_outbox_leased",
        "outbox",
        ["chat"],
        unique=False,
        sqlite_where=sa.text("leased_until IS NOT NULL"),
        postgresql_where=sa.text("leased_until IS NOT NULL"),
    )
    op.create_index("ix_outbox_run", "outbox", ["run"], unique=False)
    op.create_index("ix_outbox_chat", "outbox", ["chat", "platform"], unique=False)


def _place() -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in ("platform", "chat", "thread"))
