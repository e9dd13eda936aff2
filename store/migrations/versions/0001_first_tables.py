"""Commitments, letters, watches, proposals, facts, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables; the search table is FTS5 on SQLite and a tsvector on PostgreSQL."""
    op.create_table(
        "commitments",
        sa.Column("key", sa.Integer(), nullable=False, comment="the store's own: ids are shared by files, paths move"),
        sa.Column("path", sa.Text(), nullable=False, comment="relative to the source, with /"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("agency_text", sa.Text(), nullable=True),
        sa.Column("legislators", sa.Text(), nullable=False, comment="、甲、乙、 so that LIKE finds whole names"),
        sa.Column("recorded", sa.Text(), nullable=False, comment="the file's word"),
        sa.Column("status", sa.Text(), nullable=False, comment="effective: moved by decisions only"),
        sa.Column(
            "reviewed",
            sa.Text(),
            nullable=False,
            comment="none, waiting, source, or the outcome of the decision in force",
        ),
        sa.Column("target", sa.Date(), nullable=True),
        sa.Column("target_text", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=False, comment="clear, doubtful or none"),
        sa.Column("doubt", sa.JSON(), nullable=True, comment="the flag of a doubtful deadline"),
        sa.Column("letter_key", sa.Text(), nullable=True),
        sa.Column("letter_number", sa.Text(), nullable=True),
        sa.Column("letter_date", sa.Date(), nullable=True),
        sa.Column("letter_ordinal", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("unsupported", sa.Boolean(), nullable=False),
        sa.Column(
            "cited_as_done",
            sa.Boolean(),
            nullable=False,
            comment="the AI cites a later letter as evidence of achievement",
        ),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column(
            "alike", sa.Integer(), nullable=True, comment="key of the first record of the group of near-duplicates"
        ),
        sa.Column("searched", sa.Text(), nullable=False, comment="folded text that words are looked for in"),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the text and of the way it was read"),
        sa.Column("text", sa.Text(), nullable=False, comment="the file as last read well"),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_commitments")),
        sa.UniqueConstraint("path", name=op.f("uq_commitments_path")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_commitments_alike", "commitments", ["alike"], unique=False)
    op.create_index("ix_commitments_category", "commitments", ["category"], unique=False)
    op.create_index("ix_commitments_id", "commitments", ["id"], unique=False)
    op.create_index("ix_commitments_legislators", "commitments", ["legislators"], unique=False)
    op.create_index("ix_commitments_letter_key", "commitments", ["letter_key"], unique=False)
    op.create_index("ix_commitments_target", "commitments", ["target"], unique=False)
    op.create_table(
        "letters",
        sa.Column("key", sa.Text(), nullable=False, comment="the number; the URL where there is none"),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="the body, where some record holds it"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_date", "letters", ["date"], unique=False)
    op.create_table(
        "people",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False, comment="the platform's id: authority goes by it alone"),
        sa.Column("public_name", sa.Text(), nullable=False, comment="what the public and the files call them"),
        sa.PrimaryKeyConstraint("platform", "id", name=op.f("pk_people")),
        sa.UniqueConstraint("public_name", name=op.f("uq_people_public_name")),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False, comment="a Query in its normal form"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("query", name=op.f("uq_questions_query")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "state",
        sa.Column("name", sa.Text(), nullable=False, comment="last_day, revision, synced_at, reading"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_state")),
    )
    op.create_table(
        "updates",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("update", sa.Text(), nullable=False, comment="the platform's id of what happened"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True, comment="the message that was tapped"),
        sa.Column("reply", sa.JSON(), nullable=True, comment="kept until it is sent"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("platform", "update", name=op.f("pk_updates")),
    )
    op.create_table(
        "evidence",
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_evidence_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("commitment", "letter", name=op.f("pk_evidence")),
        comment="letters seen on a record: evidence is news once",
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False, comment="verdict, deadline or correction"),
        sa.Column(
            "backlog", sa.Boolean(), nullable=False, comment="a baseline verdict or deadline: pulled, never pushed"
        ),
        sa.Column("from_status", sa.Text(), nullable=True, comment="the effective status before; empty in the backlog"),
        sa.Column("to_status", sa.Text(), nullable=True, comment="what the file says now; empty for deadlines"),
        sa.Column("doubts", sa.Integer(), nullable=False, comment="how doubtful: the review order"),
        sa.Column("version", sa.Integer(), nullable=False, comment="a button of another version decides nothing"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the file took the change back before anyone decided",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("judged", sa.Text(), nullable=True, comment="the file's status when it was decided"),
        sa.Column("reviewed_before", sa.Text(), nullable=True, comment="what an undo gives back"),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="platform:id"),
        sa.Column("decided_name", sa.Text(), nullable=True, comment="public name at the time"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True, comment="stands in the written entry"),
        sa.Column("public_at", sa.DateTime(timezone=True), nullable=True, comment="end of the undo window"),
        sa.Column(
            "announced", sa.Boolean(), server_default=sa.false(), nullable=False, comment="the review chats were told"
        ),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_proposals_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_proposals_decision_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_commitment", "proposals", ["commitment"], unique=False)
    op.create_index(
        "uq_proposals_open",
        "proposals",
        ["commitment", "origin"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("outcome IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "responsible",
        sa.Column(
            "agency", sa.Text(), nullable=False, comment="canonical name, or the field's own where it is unknown"
        ),
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_responsible_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agency", "commitment", name=op.f("pk_responsible")),
    )
    op.create_index("ix_responsible_commitment", "responsible", ["commitment"], unique=False)
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("one_record", sa.Boolean(), nullable=False, comment="watches a single commitment: told at once"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="platform:id"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name=op.f("fk_watches_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("platform", "chat", "thread", "question", name=op.f("uq_watches_platform")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watches_question", "watches", ["question"], unique=False)
    op.create_table(
        "cards",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="the platform's id of the message"),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_cards_proposal"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("platform", "chat", "message", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_proposal", "cards", ["proposal"], unique=False)
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="what makes it one piece of news"),
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False, comment="told at once, not in the digest"),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=True, comment="the letter of an `evidence` fact"),
        sa.Column("proposal", sa.Integer(), nullable=True, comment="the decision of a `reviewed` fact"),
        sa.Column(
            "published", sa.Boolean(), server_default=sa.false(), nullable=False, comment="who hears it was told so"
        ),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.key"], name=op.f("fk_facts_commitment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_facts_proposal"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint("key", name=op.f("uq_facts_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_facts_commitment", "facts", ["commitment"], unique=False)
    op.create_index(
        "ix_facts_published",
        "facts",
        ["published"],
        unique=False,
        sqlite_where=sa.text("NOT published"),
        postgresql_where=sa.text("NOT published"),
    )
    op.create_table(
        "heard",
        sa.Column("fact", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fact"], ["facts.id"], name=op.f("fk_heard_fact"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], name=op.f("fk_heard_question")),
        sa.PrimaryKeyConstraint("fact", "question", name=op.f("pk_heard")),
        comment="which questions a fact answers: who hears it, and why",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="send, edit or write_back"),
        sa.Column("platform", sa.Text(), nullable=False, comment="'' for write_back"),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False, comment="joins the chat's digest"),
        sa.Column("fact", sa.Integer(), nullable=True),
        sa.Column("proposal", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True, comment="the message to edit"),
        sa.Column("body", sa.JSON(), nullable=True, comment="a Message that was composed already"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["fact"], ["facts.id"], name=op.f("fk_outbox_fact"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name=op.f("fk_outbox_proposal"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_fact", "outbox", ["fact"], unique=False)
    op.create_index("ix_outbox_proposal", "outbox", ["proposal"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(pairs, tokenize='unicode61')")
        return
    op.create_table(
        "search",
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("pairs", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["commitment"], ["commitments.key"], name="fk_search_commitment", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("commitment", name="pk_search"),
        comment="an FTS5 table on SQLite, this one on PostgreSQL",
    )
    op.create_index("ix_search_pairs", "search", ["pairs"], postgresql_using="gin")
