"""Who may review, what people send in, the audit log, messages that ask for words, and what a proposal's queue needs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Every proposal gets a place in the random order."""
    op.add_column(
        "commitments",
        sa.Column(
            "settled",
            sa.Text(),
            nullable=True,
            comment="how a reviewer settled the target date, as in records/status.py",
        ),
    )
    op.add_column(
        "commitments",
        sa.Column("proposed", sa.Text(), nullable=True, comment="what the AI proposes, where `reviewed` is waiting"),
    )
    op.add_column(
        "proposals",
        sa.Column("target", sa.Date(), nullable=True, comment="the date that a decision on a deadline gave"),
    )
    op.add_column(
        "proposals",
        sa.Column(
            "reverses",
            sa.Integer(),
            nullable=True,
            comment="the proposal whose decision this one decides anew; no reference, as in facts",
        ),
    )
    op.add_column("proposals", _instant("changed_at", "when the data under an open one changed last"))
    op.add_column(
        "proposals", sa.Column("taken_by", sa.Text(), nullable=True, comment="platform:id of who looks at it now")
    )
    op.add_column("proposals", _instant("taken_until"))
    op.add_column(
        "proposals",
        sa.Column(
            "taken_from", sa.Integer(), nullable=True, comment="the queue it was taken from, as its number on a button"
        ),
    )
    op.add_column(
        "proposals",
        sa.Column(
            "draw",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="its place in the random order",
        ),
    )
    op.add_column("proposals", _instant("drawn_at", "when it came into the random sample"))
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(_DRAW_SQLITE if is_sqlite else _DRAW_POSTGRESQL)
    op.add_column(
        "chats",
        sa.Column(
            "cards_for",
            sa.Text(),
            nullable=True,
            comment="platform:id of the reviewer whose new cards come to this private chat",
        ),
    )
    op.create_table(
        "reviewers",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False, comment="the platform's id"),
        sa.Column("scope", sa.Text(), nullable=False, comment="'' everywhere, agency:…, category:…"),
        sa.Column("granted_by", sa.Text(), nullable=False, comment="platform:id"),
        _instant("granted_at", nullable=False),
        sa.PrimaryKeyConstraint("platform", "id", "scope", name=op.f("pk_reviewers")),
        comment="who may settle verdicts by an admin's word; who is named in the settings has no row",
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False, comment="platform:id"),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False, comment="where the sender is told what became of it"),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("statement", sa.Boolean(), nullable=False, comment="sent as an agency's reply"),
        _instant("sent_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"], ["proposals.id"], name=op.f("fk_submissions_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        comment="what people sent in about a commitment",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submissions_proposal", "submissions", ["proposal"], unique=False)
    op.create_index("ix_submissions_sent_by", "submissions", ["sent_by"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.Integer(), nullable=True, comment="the commitment's key; the row outlives it"),
        sa.Column("content", sa.Text(), nullable=False, comment="what happened, as JSON in the form that is hashed"),
        sa.Column("previous", sa.Text(), nullable=False, comment="the hash of the row before: two can't follow one"),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
        comment="what people decided, granted and took back; rows are only ever added",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_commitment", "audit", ["commitment"], unique=False)
    op.create_table(
        "prompts",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the platform's id of the message that asks"),
        sa.Column("action", sa.Text(), nullable=False, comment="what a reply to it answers, as on a button"),
        _instant("at", nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat", "message", name=op.f("pk_prompts")),
        comment="messages that ask for words",
    )


_DRAW_SQLITE = "UPDATE proposals SET draw = abs(random() % 2147483647)"
_DRAW_POSTGRESQL = "UPDATE proposals SET draw = floor(random() * 2147483647)::integer"


def _instant(name: str, comment: str | None = None, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)
