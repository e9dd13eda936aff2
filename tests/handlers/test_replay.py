"""The seven real commits, a day each, before a set of watches: how many facts there are and who gets how many messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from store.schema import facts
from tests.handlers.conftest import Newsroom
from tests.sample import NEWSROOM, asks, noon, taps

WATCHES = {
    "telegram:1": ("法務部", "衛福部 逾期"),
    "telegram:2": ("勞動部 即時", "勞動部 基本工資"),
    "telegram:3": ("is:overdue 每週",),
    "telegram:4": ("楊瓊瓔", "教育部 -疫情"),
    "slack:CNEWS": ("衛環 每週", "影像下架"),
}
DAYS = {2: "2026-01-23", 3: "2026-01-24", 4: "2026-01-25", 5: "2026-01-26", 6: "2026-01-27", 7: "2026-01-28"}


def test_the_seven_real_commits_bring_each_chat_the_same_messages_on_both_databases(
    newsroom: Newsroom, corpus: Callable[[int], Path]
) -> None:
    newsroom.policy = replace(newsroom.policy, review_chats=(), admins=frozenset())
    newsroom.folder = corpus(1)
    newsroom.sync("2026-01-22")
    for place, questions in WATCHES.items():
        chat = replace(NEWSROOM, platform=place.partition(":")[0], id=place.partition(":")[2])
        for question in questions:
            offer = newsroom.happens(asks(f"訂閱 {question}", "2026-01-22", chat=chat))
            newsroom.happens(taps(offer.buttons[0][0].action, "2026-01-22", chat=chat))
    found, came = [], Counter[str]()
    for commit, day in DAYS.items():
        newsroom.folder = corpus(commit)
        done = newsroom.sync(day, at=noon(day).replace(hour=3, minute=26))
        found.append((commit, dict(sorted(done.news.items())), done.proposals))
        came.update({chat: len(messages) for chat, messages in newsroom.due(noon(day)).items()})
    came.update({chat: len(messages) for chat, messages in newsroom.due(noon("2026-02-02")).items()})
    assert newsroom.due(noon("2026-02-20")) == {}
    with newsroom.database.read() as tx:
        kinds = {row[0]: row[1] for row in tx.execute(select(facts.c.kind, func.count()).group_by(facts.c.kind))}
    assert found == [
        (2, {"added": 1208}, 0),
        (3, {}, 0),
        (4, {}, 0),
        (5, {"added": 69, "evidence": 388}, 132),
        (6, {}, 0),
        (7, {"evidence": 100}, 26),
    ]
    assert kinds == {"added": 1277, "evidence": 488}
    assert came == {"telegram:1": 3, "telegram:2": 5, "telegram:3": 2, "telegram:4": 3, "slack:CNEWS": 3}
