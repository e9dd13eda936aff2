"""The schema page and the migrations."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store.engine import Database
from store.schema import metadata


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
    database.migrate()
