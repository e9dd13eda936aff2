"""The schema page and the migrations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select

import store
from store import outbox as outbox_
from store.engine import Database, Transaction
from store.places import Place
from store.schema import commitments, facts, metadata, outbox, proposals, questions, watches


def test_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    def ours(name: str | None, kind: str, _: object) -> bool:
        # FTS5 keeps its words in tables of its own
        return not (kind == "table" and database.is_sqlite and (name or "").startswith("search"))

    def compared(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        # what stands under `ddl_if` is made on the other database only
        elsewhere = {"search", "ix_commitments_target"} if database.is_sqlite else {"ix_commitments_surveyed"}
        return reflected or name not in elsewhere

    with database.read() as tx:
        context = MigrationContext.configure(
            tx,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": ours,
                "include_object": compared,
            },
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.write() as tx:
        tx.execute(insert(commitments).values(_commitment(1) | {"reviewed": "none"}))
    database.migrate()
    with database.read() as tx:
        assert tx.scalars(select(commitments.c.path)).all() == ["1.md"]
        assert set(metadata.tables) <= {*inspect(tx).get_table_names()}


def test_what_was_decided_before_a_new_verdict_waited_is_given_back_by_the_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with database.write() as tx:
        _upgrade(tx, "0014")
        for key, reviewed, proposed in ((1, "waiting", None), (2, "waiting", "追蹤中"), (3, "accept", "已達成")):
            tx.execute(insert(commitments).values(_commitment(key) | {"reviewed": reviewed, "proposed": proposed}))
        for number, (commitment, outcome) in enumerate(((1, "accept"), (1, "decline"), (3, "accept")), 1):
            taken = datetime(2026, 3, number, tzinfo=UTC)
            tx.execute(
                insert(proposals).values(
                    commitment=commitment,
                    origin="verdict",
                    backlog=False,
                    doubts=0,
                    version=2,
                    draw=number,
                    opened_at=taken,
                    decided_at=taken,
                    outcome=outcome,
                )
            )
    database.migrate()
    with database.read() as tx:
        rows = tx.execute(select(commitments.c.reviewed, commitments.c.proposed).order_by(commitments.c.key)).all()
    assert [tuple(row) for row in rows] == [("decline", "已達成"), ("none", "追蹤中"), ("accept", None)]
    database.close()


def _upgrade(tx: Transaction, revision: str) -> None:
    """Make the tables as they were at a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx
    command.upgrade(config, revision)


def _commitment(key: int) -> dict[str, object]:
    said = {"path": f"{key}.md", "id": str(key), "title": "路燈", "category": "其他", "legislators": "", "searched": ""}
    stands = {"recorded": "已達成", "status": "已達成", "deadline": "none", "unsupported": False, "flags": []}
    return {"key": key, "cited_as_done": False, "arrived_on": date(2026, 3, 1), **said, **stands}


def test_what_was_watched_in_a_slack_thread_is_the_channels_after_the_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with database.write() as tx:
        _upgrade(tx, "0014")
        tx.execute(insert(commitments).values(_commitment(1) | {"reviewed": "none"}))
        tx.execute(insert(questions), [{"id": 1, "query": "a"}, {"id": 2, "query": "b"}])
        rows = [("C1", "", 1), ("C1", "17.1", 1), ("C1", "17.1", 2), ("C1", "17.2", 2), ("C2", "17.3", 2)]
        for chat, thread, question in rows:
            said = {"platform": "slack", "chat": chat, "thread": thread, "question": question, "pace": "daily"}
            tx.execute(insert(watches).values(said | {"kinds": 1, "made_at": at, "made_by": "slack:U1"}))
        said = {"platform": "telegram", "chat": "-1", "thread": "7", "question": 1, "pace": "daily"}
        tx.execute(insert(watches).values(said | {"kinds": 1, "made_at": at, "made_by": "telegram:1"}))
        fact = {"id": 5, "key": "x", "commitment": 1, "kind": "evidence", "day": date(2026, 3, 1), "published": True}
        tx.execute(insert(facts).values(fact | {"urgent": False}))
        for thread in ("17.1", "17.2"):
            place = Place("slack", "C1", thread)
            outbox_.put(tx, outbox_.news_key(5, place), outbox_.SEND, at, place=place, fact=5)
    database.migrate()
    with database.read() as tx:
        held = sorted(tx.execute(select(watches.c.chat, watches.c.thread, watches.c.question)).all())
        owed = tx.execute(select(outbox.c.key, outbox.c.thread)).all()
    assert [tuple(row) for row in held] == [("-1", "7", 1), ("C1", "", 1), ("C1", "", 2), ("C2", "", 2)]
    assert [tuple(row) for row in owed] == [("fact:5|slack|C1|", "")]
    database.close()
