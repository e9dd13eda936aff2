"""A letter's place in its gazette file is kept with the letter: some records that were taken from it don't tell it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make room for the places; the next sync reads every file over and fills them in."""
    place = sa.Column("ordinal", sa.Text(), nullable=True, comment="its place in the gazette file (案次, 「八」)")
    op.add_column("letters", place)
