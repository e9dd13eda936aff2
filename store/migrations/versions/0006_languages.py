"""In which language a chat is spoken to, and how it has dates written."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what a chat chose and speaks."""
    op.add_column("chats", sa.Column("language", sa.Text(), comment="chosen by /lang: zh-TW or en"))
    op.add_column("chats", sa.Column("dates", sa.Text(), comment="chosen by /lang: both, iso or roc"))
    spoken = "in a private chat, where the platform's hint or the deployment has another language"
    op.add_column("chats", sa.Column("spoken", sa.Text(), comment=spoken))
