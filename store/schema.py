"""The tables, in the order in which they are read: what was loaded, what people want, what they decided, what is owed.

Days are calendar days in the deployment's time zone; instants are stored in UTC. A chat is three columns (platform, chat,
thread; thread is '' outside topics), so that unique keys hold on both databases. Migrations and this page are held
together by a test.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: takes and gives aware datetimes, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: they would be a moment of no known zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive value its zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


state = Table(
    "state",
    metadata,
    Column("name", Text, primary_key=True, comment="the names are in store/state.py"),
    Column("value", Text, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True, comment="relative to the source, with /"),
    Column("digest", Text, nullable=False, comment="what the source knows the content by that was last read"),
    Column("problems", JSON(none_as_null=True), comment="what is wrong in it"),
    comment="the source's files as last read, unreadable ones too",
)

commitments = Table(
    "commitments",
    metadata,
    Column("key", Integer, primary_key=True, comment="the store's own: ids are shared by files, paths move"),
    Column("path", Text, nullable=False, unique=True, comment="relative to the source, with /"),
    Column("id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("agency_text", Text),
    Column("legislators", Text, nullable=False, comment="、甲、乙、 so that LIKE finds whole names"),
    Column("recorded", Text, nullable=False, comment="the file's word"),
    Column("status", Text, nullable=False, comment="effective: moved by decisions only"),
    Column("reviewed", Text, nullable=False, comment="none, source, or the outcome of the decision in force"),
    Column("proposed", Text, comment="what the AI proposes, where that waits for review"),
    Column("completed_on", Date, comment="the day on which it was kept, as a reviewer found"),
    Column("target", Date),
    Column("target_text", Text),
    Column("deadline", Text, nullable=False, comment="clear, doubtful or none"),
    Column("doubt", JSON, comment="the flag of a doubtful deadline"),
    Column("settled", Text, comment="how a reviewer settled the target date, as in records/status.py"),
    Column("letter_key", Text),
    Column("letter_number", Text),
    Column("letter_date", Date),
    Column("letter_ordinal", Text),
    Column("url", Text),
    Column("unsupported", Boolean, nullable=False),
    Column("cited_as_done", Boolean, nullable=False, comment="the AI cites a later letter as evidence of achievement"),
    Column("flags", JSON, nullable=False),
    Column("alike", Integer, comment="key of the first record of the group of near-duplicates"),
    Column("searched", Text, nullable=False, comment="folded text that words are looked for in"),
    Column("last_updated", Text, nullable=False, server_default=text("''"), comment="the file's word"),
    Column("arrived_on", Date, nullable=False),
    Column("removed_on", Date),
    Column("third_party", Text, comment="the firm, none of the state's, that the promise is of"),
    Column(
        "conditional",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the promise ties itself to something (如經…, 倘…)",
    ),
    Column("other_years", JSON, comment="those that the promise names, where its clear deadline is of none"),
    Index("ix_commitments_id", "id"),
    Index("ix_commitments_letter_key", "letter_key"),
    Index("ix_commitments_target", "target").ddl_if(dialect="postgresql"),
    # SQLite keeps the long texts among the columns: to read past them took half of the time of a broad answer
    Index(
        "ix_commitments_surveyed",
        *("target", "removed_on", "deadline", "doubt", "alike", "reviewed", "proposed", "status", "unsupported"),
    ).ddl_if(dialect="sqlite"),
    Index("ix_commitments_category", "category"),
    Index("ix_commitments_alike", "alike"),
    Index("ix_commitments_legislators", "legislators"),
    Index("ix_commitments_last_updated", "last_updated"),
    sqlite_autoincrement=True,
)

texts = Table(
    "texts",
    metadata,
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    comment="each commitment's file as last read well",
)

responsible = Table(
    "responsible",
    metadata,
    Column("agency", Text, primary_key=True, comment="canonical name, or the field's own where it is unknown"),
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), primary_key=True),
    Index("ix_responsible_commitment", "commitment"),
)

letters = Table(
    "letters",
    metadata,
    Column("key", Text, primary_key=True, comment="the number; the URL where there is none"),
    Column("date", Date),
    Column("url", Text),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False, comment="the body, where some record holds it"),
    Column("ordinal", Text, comment="its place in the gazette file (案次, 「八」)"),
    Index("ix_letters_date", "date"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), primary_key=True),
    Column("letter", Text, primary_key=True),
    Column("first_seen", Date, comment="empty where it came with the record"),
    comment="letters seen on a record: evidence is news once",
)

search = Table(
    "search",
    metadata,
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), primary_key=True),
    Column("pairs", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Index("ix_search_pairs", "pairs", postgresql_using="gin").ddl_if(dialect="postgresql"),
    comment="an FTS5 table on SQLite, this one on PostgreSQL",
)

questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("query", Text, nullable=False, unique=True, comment="a Query in its normal form"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False, comment="of the items: the same list is kept once"),
    Column(
        "items", Text, nullable=False, comment="JSON: [[commitment, near-duplicates that it stands for], …] in order"
    ),
    Column("shown_at", Instant, nullable=False),
    UniqueConstraint("question", "digest"),
    Index("ix_answers_shown_at", "shown_at"),
    comment="lists of several pages as they were first shown",
    sqlite_autoincrement=True,
)

watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("pace", Text, nullable=False, server_default="daily", comment="now, daily or weekly"),
    Column("kinds", Integer, nullable=False, server_default="127", comment="bits of KINDS in store/watches.py"),
    Column("urgent", Boolean, nullable=False, server_default=false(), comment="told in the quiet hours too"),
    Column("remind", Boolean, nullable=False, server_default=false(), comment="weekly, of what stays overdue"),
    Column("paused_until", Instant),
    Column("made_by", Text, nullable=False, comment="platform:id"),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("platform", "chat", "thread", "question"),
    Index("ix_watches_question", "question", "chat"),
    Index(
        "ix_watches_resting",
        "paused_until",
        sqlite_where=text("paused_until IS NOT NULL"),
        postgresql_where=text("paused_until IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

mutes = Table(
    "mutes",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), primary_key=True),
    Column("made_at", Instant, nullable=False),
    comment="commitments that a chat wants no news of, whatever it watches",
)

chats = Table(
    "chats",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("stopped_at", Instant, comment="since then the platform refuses every message"),
    Column("stopped_for", Text, comment="the platform's reason"),
    Column(
        "weekly_note", Boolean, nullable=False, server_default=false(), comment="wants to hear of a week without news"
    ),
    Column("cards_at_once", Boolean, nullable=False, server_default=false(), comment="review cards in quiet hours too"),
    Column("cards_for", Text, comment="platform:id of the reviewer whose new cards come to this private chat"),
    Column("moved_to", Text, comment="the id that the platform gave it"),
    Column("language", Text, comment="chosen by /lang: zh-TW or en"),
    Column("dates", Text, comment="chosen by /lang: both, iso or roc"),
    Column(
        "spoken", Text, comment="in a private chat, where the platform's hint or the deployment has another language"
    ),
    comment="what is known of a chat besides its watches; most have no row",
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("day", Date, comment="of a daily or weekly digest; empty for news that became one on the spot"),
    Column("begun_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("pages", JSON(none_as_null=True), comment="facts by item: the first page's, the rest's"),
    UniqueConstraint("platform", "chat", "thread", "day"),
    comment="one run for a chat and day, however often a process starts",
    sqlite_autoincrement=True,
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), nullable=False),
    Column("origin", Text, nullable=False, comment="verdict, deadline or correction"),
    Column("backlog", Boolean, nullable=False, comment="a baseline verdict or deadline: pulled, never pushed"),
    Column("from_status", Text, comment="the effective status before; empty in the backlog"),
    Column("to_status", Text, comment="what the file says now; empty for deadlines"),
    Column("doubts", Integer, nullable=False, comment="how doubtful: the review order"),
    Column("version", Integer, nullable=False, comment="a button of another version decides nothing"),
    Column("opened_at", Instant, nullable=False),
    Column("withdrawn_at", Instant, comment="the file took the change back before anyone decided"),
    Column("outcome", Text),
    Column("judged", Text, comment="the file's status when it was decided"),
    Column("reviewed_before", Text, comment="what an undo gives back"),
    Column("decided_by", Text, comment="platform:id"),
    Column("decided_name", Text, comment="public name at the time"),
    Column("decided_at", Instant),
    Column("reason", Text),
    Column("decision_id", Text, unique=True, comment="stands in the written entry"),
    Column("public_at", Instant, comment="end of the undo window"),
    Column("announced", Boolean, nullable=False, server_default=false(), comment="the review chats were told"),
    Column("target", Date, comment="the date that a decision gave: of a deadline, or of completion"),
    Column("flags", JSON(none_as_null=True), comment="the doubts that the verdict had when it was decided"),
    Column("reverses", Integer, comment="the proposal whose decision this one decides anew; no reference, as in facts"),
    Column("changed_at", Instant, comment="when the data under an open one changed last"),
    Column("taken_by", Text, comment="platform:id of who looks at it now"),
    Column("taken_until", Instant),
    Column("taken_from", Integer, comment="the queue it was taken from, as its number on a button"),
    Column("draw", Integer, nullable=False, server_default=text("0"), comment="its place in the random order"),
    Column("drawn_at", Instant, comment="when it came into the random sample"),
    Index("ix_proposals_commitment", "commitment"),
    Index(
        "uq_proposals_open",
        "commitment",
        "origin",
        unique=True,
        sqlite_where=text("outcome IS NULL AND withdrawn_at IS NULL AND reverses IS NULL"),
        postgresql_where=text("outcome IS NULL AND withdrawn_at IS NULL AND reverses IS NULL"),
    ),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True, comment="the platform's id: authority goes by it alone"),
    Column("public_name", Text, nullable=False, unique=True, comment="what the public and the files call them"),
)

reviewers = Table(
    "reviewers",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True, comment="the platform's id"),
    Column("scope", Text, primary_key=True, comment="'' everywhere, agency:…, category:…"),
    Column("granted_by", Text, nullable=False, comment="platform:id"),
    Column("granted_at", Instant, nullable=False),
    comment="who may settle verdicts by an admin's word; who is named in the settings has no row",
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("proposal", ForeignKey("proposals.id", ondelete="CASCADE"), nullable=False),
    Column("sent_by", Text, nullable=False, comment="platform:id"),
    Column("platform", Text, nullable=False),
    Column("chat", Text, nullable=False, comment="where the sender is told what became of it"),
    Column("thread", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("statement", Boolean, nullable=False, comment="sent as an agency's reply"),
    Column("sent_at", Instant, nullable=False),
    Index("ix_submissions_proposal", "proposal"),
    Index("ix_submissions_sent_by", "sent_by"),
    comment="what people sent in about a commitment",
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("commitment", Integer, comment="the commitment's key; the row outlives it"),
    Column("content", Text, nullable=False, comment="what happened, as JSON in the form that is hashed"),
    Column("previous", Text, nullable=False, unique=True, comment="the hash of the row before: two can't follow one"),
    Column("hash", Text, nullable=False, unique=True),
    Index("ix_audit_commitment", "commitment"),
    comment="what people decided, granted and took back; rows are only ever added",
    sqlite_autoincrement=True,
)

prompts = Table(
    "prompts",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("message", Text, primary_key=True, comment="the platform's id of the message that asks"),
    Column("action", Text, nullable=False, comment="what a reply to it answers, as on a button"),
    Column("at", Instant, nullable=False),
    comment="messages that ask for words",
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("proposal", ForeignKey("proposals.id", ondelete="CASCADE"), nullable=False),
    Column("person", Text, nullable=False, comment="who wrote them: platform:id"),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_drafts_proposal", "proposal"),
    comment="reasons whose decision their writers have not said yet",
    sqlite_autoincrement=True,
)

cards = Table(
    "cards",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("message", Text, primary_key=True, comment="the platform's id of the message"),
    Column("proposal", ForeignKey("proposals.id", ondelete="CASCADE"), nullable=False),
    Index("ix_cards_proposal", "proposal"),
)

moments = Table(
    "moments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False, comment="when who hears it was to be told"),
    Column(
        "snapshot", LargeBinary, nullable=False, comment="how the commitment stood before and after, as JSON by zlib"
    ),
    Index("ix_moments_at", "at"),
    comment="what news was made of, for as long as a preview looks back",
    sqlite_autoincrement=True,
)

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="what makes it one piece of news"),
    Column("commitment", ForeignKey("commitments.key", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("urgent", Boolean, nullable=False, comment="told at once, not in the digest"),
    Column("before", Text),
    Column("after", Text),
    Column("letter", Text, comment="the letter of an `evidence` fact"),
    Column("proposal", ForeignKey("proposals.id", ondelete="CASCADE"), comment="the decision of a `reviewed` fact"),
    Column("moment", Integer, comment="what it was made of; no reference: SQLite can't add one to a table in use"),
    Column("published", Boolean, nullable=False, server_default=false(), comment="who hears it was told so"),
    Index(
        "ix_facts_published", "published", sqlite_where=text("NOT published"), postgresql_where=text("NOT published")
    ),
    Index("ix_facts_commitment", "commitment"),
    Index("ix_facts_moment", "moment"),
    sqlite_autoincrement=True,
)

heard = Table(
    "heard",
    metadata,
    Column("fact", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True),
    Column("question", ForeignKey("questions.id"), primary_key=True),
    comment="which questions a fact answers: who hears it, and why",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False, comment="send, edit or write_back"),
    Column("platform", Text, nullable=False, comment="'' for write_back"),
    Column("chat", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column(
        "joins",
        Text,
        nullable=False,
        server_default=text("''"),
        comment="the digest it is part of: daily, weekly, missed, or ''",
    ),
    Column("run", Integer, comment="the digest that it went out with; no reference, as in facts"),
    Column("fact", ForeignKey("facts.id", ondelete="CASCADE")),
    Column("proposal", ForeignKey("proposals.id", ondelete="CASCADE")),
    Column("message", Text, comment="the message to edit"),
    Column("body", JSON, comment="a Message that was composed already"),
    Column("due_at", Instant, nullable=False),
    Column("wakes", Boolean, nullable=False, server_default=false(), comment="sent in the quiet hours too"),
    Column("failing_since", Instant, comment="the first try that did not go out; later ones move due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("leased_until", Instant),
    Column("done_at", Instant),
    Column("given_up_at", Instant),
    Column("error", Text),
    Index(
        "ix_outbox_waiting",
        "due_at",
        sqlite_where=text("done_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=text("done_at IS NULL AND given_up_at IS NULL"),
    ),
    Index(
        "ix_outbox_leased",
        "chat",
        sqlite_where=text("leased_until IS NOT NULL"),
        postgresql_where=text("leased_until IS NOT NULL"),
    ),
    Index(
        "ix_outbox_failing",
        "chat",
        sqlite_where=text("failing_since IS NOT NULL AND done_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=text("failing_since IS NOT NULL AND done_at IS NULL AND given_up_at IS NULL"),
    ),
    Index("ix_outbox_fact", "fact"),
    Index("ix_outbox_run", "run"),
    Index("ix_outbox_chat", "chat", "platform"),
    Index("ix_outbox_proposal", "proposal"),
    sqlite_autoincrement=True,
)

updates = Table(
    "updates",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("update", Text, primary_key=True, comment="the platform's id of what happened"),
    Column("at", Instant, nullable=False),
    Column("chat", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("message", Text, comment="the message that was tapped"),
    Column("reply", JSON, comment="kept until it is sent"),
    Column("sent_at", Instant),
)
