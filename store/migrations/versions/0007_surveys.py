"""Let SQLite survey the answers to a question without reading their texts."""

from alembic import op

revision = "0007"
down_revision = "0006"

_SURVEYED = ["target", "removed_on", "deadline", "doubt", "alike", "reviewed", "status", "unsupported"]


def upgrade() -> None:
    """Put what a survey reads beside the target date."""
    if op.get_context().dialect.name == "sqlite":
        op.drop_index("ix_commitments_target", "commitments")
        op.create_index("ix_commitments_surveyed", "commitments", _SURVEYED)
