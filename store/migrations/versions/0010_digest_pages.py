"""Digests keep their pages as they went out: what happens later moves no item from a page to one that was seen already."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room for the pages."""
    op.add_column(
        "digests",
        sa.Column(
            "pages", sa.JSON(none_as_null=True), nullable=True, comment="facts by item: the first page's, the rest's"
        ),
    )
