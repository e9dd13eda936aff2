"""Updates: each recorded once, its reply kept until it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import updates
from store.engine import Database
from store.updates import Handled
from tests.sample import noon
from tests.store.steps import at_once

AT = noon("2026-03-02")
SOON = AT + timedelta(seconds=5)


def handled(update: str = "1", platform: str = "telegram") -> Handled:
    """An update with the reply it is owed."""
    reply = {"title": "法務部逾期 3 件", "buttons": [["看下一件"]]}
    return Handled(platform=platform, update=update, chat="700", thread="", message="9", reply=reply, sent_at=None)


def test_an_update_comes_back_with_its_reply(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
    with database.read() as tx:
        assert updates.find(tx, "telegram", "1") == handled()


def test_a_new_update_was_never_handled(database: Database) -> None:
    with database.read() as tx:
        assert updates.find(tx, "telegram", "1") is None


def test_an_update_is_recorded_once(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
    with pytest.raises(IntegrityError), database.write() as tx:
        updates.record(tx, handled(), AT)


def test_of_many_who_record_an_update_at_once_one_does(database: Database) -> None:
    def run(_: int) -> bool:
        with database.write() as tx:
            updates.record(tx, handled(), AT)
            return True

    ended = at_once(5, run)
    assert sum(end is True for end in ended) == 1
    assert sum(isinstance(end, IntegrityError) for end in ended) == 4


def test_the_same_id_of_another_platform_is_another_update(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
        updates.record(tx, handled(platform="slack"), AT)
        assert updates.find(tx, "slack", "1") == handled(platform="slack")


def test_a_reply_that_was_sent_is_kept_no_longer(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
        updates.mark_sent(tx, "telegram", "1", SOON)
        found = updates.find(tx, "telegram", "1")
    assert found is not None and (found.reply, found.sent_at) == (None, SOON)


def test_only_the_update_that_was_sent_is_marked(database: Database) -> None:
    with database.write() as tx:
        for update in ("1", "2"):
            updates.record(tx, handled(update), AT)
        updates.mark_sent(tx, "telegram", "1", SOON)
        assert updates.find(tx, "telegram", "2") == handled("2")


def test_a_reply_is_unsent_after_a_time(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
        assert updates.unsent(tx, AT, ("telegram", "slack")) == []
        assert updates.unsent(tx, SOON, ("telegram", "slack")) == [handled()]


def test_a_reply_that_was_sent_is_not_unsent(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
        updates.mark_sent(tx, "telegram", "1", SOON)
        assert updates.unsent(tx, noon("2026-03-03"), ("telegram", "slack")) == []


def test_unsent_replies_come_oldest_first(database: Database) -> None:
    with database.write() as tx:
        for seconds, update in ((2, "b"), (1, "a"), (3, "c")):
            updates.record(tx, handled(update), AT + timedelta(seconds=seconds))
        assert [owed.update for owed in updates.unsent(tx, SOON, ("telegram", "slack"))] == ["a", "b", "c"]


def test_old_updates_are_forgotten_but_not_what_is_owed(database: Database) -> None:
    with database.write() as tx:
        for update in ("sent", "owed"):
            updates.record(tx, handled(update), AT)
        updates.mark_sent(tx, "telegram", "sent", SOON)
        updates.forget(tx, noon("2026-03-09"))
        assert updates.find(tx, "telegram", "sent") is None
        assert updates.find(tx, "telegram", "owed") == handled("owed")


def test_young_updates_are_not_forgotten(database: Database) -> None:
    with database.write() as tx:
        updates.record(tx, handled(), AT)
        updates.mark_sent(tx, "telegram", "1", SOON)
        updates.forget(tx, AT)
        assert updates.find(tx, "telegram", "1") is not None
