"""The breaker: what changes too much at once waits for an admin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from handlers.message import Message, RefusedError, plain
from handlers.policy import BREAKER
from handlers.synced import Synced
from store import commitments
from tests.handlers.conftest import Newsroom
from tests.sample import CITIZEN, REVIEWER, noon, record_text, taps, verdict

COUNT = 20


def files(count: int = COUNT, **fields: str) -> dict[str, str]:
    return {f"{n:02}.md": record_text(id=f"{n:08d}-aaaa-4bbb-8ccc-000000000001", **fields) for n in range(count)}


@pytest.fixture
def guarded(on_sqlite: Newsroom) -> Newsroom:
    """A newsroom with the usual breaker, that has loaded twenty records."""
    on_sqlite.policy = replace(on_sqlite.policy, breaker=dict(BREAKER))
    on_sqlite.sync("2026-03-01", files())
    return on_sqlite


def change(room: Newsroom, texts: Mapping[str, str], day: str = "2026-03-02") -> Synced:
    return room.sync(day, texts)


def titles(room: Newsroom) -> list[str]:
    with room.database.read() as tx:
        return sorted(item.path for item in commitments.known(tx) if not item.removed)


def card(room: Newsroom) -> Message:
    (message,) = room.due(noon("2026-03-02"))[str(REVIEWER)]
    return message


def achieved(count: int) -> dict[str, str]:
    return files(count, status="已達成", entries=verdict())


def test_a_first_load_is_never_held(guarded: Newsroom) -> None:
    assert len(titles(guarded)) == COUNT


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("status", achieved(5)),
        ("removed", dict.fromkeys(files(2), "")),
        ("added", {f"new{n}.md": record_text(id=f"{n}abc0000-aaaa-4bbb-8ccc-000000000001") for n in range(6)}),
        ("unreadable", dict.fromkeys(files(2), "broken")),
    ],
)
def test_a_sync_that_changes_too_much_is_held_and_nothing_of_it_is_applied(
    guarded: Newsroom, kind: str, texts: dict[str, str]
) -> None:
    before = titles(guarded)
    done = change(guarded, texts)
    assert done.held is not None
    assert (done.held.numbers[kind], done.held.numbers["records"]) == (len(texts), COUNT)
    assert (done.added, done.changed, done.removed, done.proposals, done.news) == (0, 0, 0, 0, {})
    assert titles(guarded) == before


@pytest.mark.parametrize(
    "texts",
    [
        achieved(4),
        dict.fromkeys(files(1), ""),
        {f"new{n}.md": record_text(id=f"{n}abc0000-aaaa-4bbb-8ccc-000000000001") for n in range(5)},
        dict.fromkeys(files(1), "broken"),
    ],
)
def test_a_sync_that_reaches_a_limit_exactly_is_applied(guarded: Newsroom, texts: dict[str, str]) -> None:
    assert change(guarded, texts).held is None


def test_the_admins_get_one_card_with_the_numbers_and_a_release_button(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    change(guarded, {})
    shown = card(guarded)
    assert "狀態變更 9 件（45.0%，上限 20%）" in plain(shown)
    assert shown.buttons[0][0].action.startswith("release:")
    assert str(REVIEWER) not in guarded.due(noon("2026-03-03"))


def test_a_released_sync_is_applied_by_the_next_one(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    guarded.happens(taps(card(guarded).buttons[0][0].action, person=REVIEWER))
    assert guarded.service(noon("2026-03-02")).feed.is_released()
    done = change(guarded, {})
    assert (done.held, done.proposals) == (None, 9)
    assert not guarded.service(noon("2026-03-02")).feed.is_released()


def test_the_shell_releases_without_a_card(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    assert guarded.service(noon("2026-03-02")).feed.sync(release=True).proposals == 9


def test_a_release_is_good_for_nothing_that_came_later(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    guarded.happens(taps(card(guarded).buttons[0][0].action, person=REVIEWER))
    assert change(guarded, achieved(12)).held is not None


def test_nobody_but_an_admin_releases(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    action = card(guarded).buttons[0][0].action
    with pytest.raises(RefusedError, match="只有管理員"):
        guarded.happens(taps(action, person=CITIZEN))
    assert not guarded.service(noon("2026-03-02")).feed.is_released()


def test_a_card_of_what_is_no_longer_held_releases_nothing(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    action = card(guarded).buttons[0][0].action
    guarded.service(noon("2026-03-02")).feed.sync(release=True)
    with pytest.raises(RefusedError, match="已經套用"):
        guarded.happens(taps(action, person=REVIEWER))


def test_a_breaker_that_is_off_holds_nothing(guarded: Newsroom) -> None:
    guarded.policy = replace(guarded.policy, breaker=dict.fromkeys(BREAKER, math.inf))
    assert change(guarded, achieved(COUNT)).held is None


def test_a_source_that_goes_back_is_held_no_more(guarded: Newsroom) -> None:
    change(guarded, achieved(9))
    assert change(guarded, files(9)).held is None
    assert not guarded.service(noon("2026-03-02")).feed.is_released()


def test_the_shell_releases_only_what_is_held(guarded: Newsroom) -> None:
    guarded.folder.joinpath("00.md").write_text(achieved(1)["00.md"])
    change(guarded, achieved(9))
    for path in list(files(14)):
        (guarded.folder / path).unlink()
    assert guarded.service(noon("2026-03-02")).feed.sync(release=True).held is not None
    assert len(titles(guarded)) == COUNT


def test_the_shell_releases_nothing_in_advance(guarded: Newsroom) -> None:
    for path, text in achieved(9).items():
        (guarded.folder / path).write_text(text)
    assert guarded.service(noon("2026-03-02")).feed.sync(release=True).held is not None


def test_records_replaced_in_their_places_by_others_are_held(guarded: Newsroom) -> None:
    others = {path: record_text(id=f"99{path[:2]}") for path in files()}
    held = change(guarded, others).held
    assert held is not None
    assert held.numbers["removed"] == held.numbers["added"] == COUNT


def test_what_is_held_again_is_told_again_and_only_once_while_it_is(guarded: Newsroom) -> None:
    gone = dict.fromkeys(files(), "")
    for day in ("2026-03-02", "2026-03-20"):
        change(guarded, gone, day)
        assert [one.title for one in guarded.due(noon(day))[str(REVIEWER)]].count("更新暫停套用，待管理員確認") == 1
        change(guarded, {}, day)
        assert guarded.due(noon(day)) == {}
        change(guarded, files(), day)


def test_files_that_were_unreadable_already_hold_nothing(guarded: Newsroom) -> None:
    broken = {"00.md": "no record", "01.md": "no record"}
    assert change(guarded, broken).held
    guarded.service(noon("2026-03-02")).feed.sync(release=True)
    other_bytes = dict.fromkeys(broken, "no record, in other words")
    done = change(guarded, {**other_bytes, "05.md": files(6, title="改了名")["05.md"]}, "2026-03-03")
    assert (done.held, done.changed) == (None, 1)
