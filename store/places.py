"""Where a message goes: one chat of one platform, and a topic or thread in it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_


class Place(NamedTuple):
    """A chat as the tables have it: `thread` is a topic of it, '' outside topics."""

    platform: str
    chat: str
    thread: str


NOWHERE = Place("", "", "")
"""The place of what goes to no chat."""


def of_place(table: FromClause, place: Place) -> ColumnElement[bool]:
    """The condition that a row of a table is of a place."""
    c = table.c
    return and_(c.platform == place.platform, c.chat == place.chat, c.thread == place.thread)
