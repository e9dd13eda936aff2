"""Who may settle what: by platform id, from the settings and by an admin's word, at every press."""

from __future__ import annotations

import pytest

from handlers.message import Message, Person, RefusedError, plain
from store import audit
from tests.handlers.conftest import Newsroom
from tests.sample import OTHER_REVIEWER, REVIEW_ROOM, REVIEWER, STRANGER, action_of, asks, record_text, taps, verdict

DAY = "2026-03-02"


def _card(newsroom: Newsroom, agency: str = "法務部", category: str = "其他") -> Message:
    newsroom.sync(
        "2026-03-01",
        {
            f"{category}/路燈.md": record_text(
                agency=agency, category=category, status="已達成", target="2029-12-31", entries=verdict()
            )
        },
    )
    return newsroom.happens(asks("複核", DAY, REVIEWER))


def _accept(newsroom: Newsroom, card: Message, person: Person, day: str = DAY) -> Message:
    action = action_of(card, "採認達成")
    return newsroom.happens(taps(action, day, person, REVIEW_ROOM))


def _says(newsroom: Newsroom, text: str, person: Person = REVIEWER) -> Message:
    return newsroom.happens(asks(text, DAY, person))


def test_a_grant_lets_a_stranger_decide_and_a_revocation_ends_it_at_the_next_press(newsroom: Newsroom) -> None:
    card = _card(newsroom)
    with pytest.raises(RefusedError, match="只有複核人能決定"):
        _accept(newsroom, card, STRANGER)
    assert _says(newsroom, f"/grant {STRANGER}").title.startswith("telegram:666 現在可以複核：全部")
    undo = _accept(newsroom, card, STRANGER).buttons[0][0].action
    assert "已取消 telegram:666 的複核授權：全部" in _says(newsroom, f"/revoke {STRANGER}").title
    with pytest.raises(RefusedError, match="想參與複核"):
        newsroom.happens(taps(undo, DAY, STRANGER, REVIEW_ROOM))


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("法務部", True),
        ("法務部矯正署", False),
        ("行政院", False),
        ("教育部", False),
        ("類別:其他", True),
        ("其他", True),
        ("全部", True),
        ("all", True),
        ("\u3000法務部", True),
    ],
)
def test_a_grant_covers_its_scope_and_nothing_else(on_sqlite: Newsroom, scope: str, allowed: bool) -> None:
    card = _card(on_sqlite)
    _says(on_sqlite, f"/grant {STRANGER} {scope}")
    if allowed:
        assert _accept(on_sqlite, card, STRANGER).title.startswith("✅ 採認達成")
    else:
        with pytest.raises(RefusedError, match=r"這件屬法務部，類別其他；你的範圍是"):
            _accept(on_sqlite, card, STRANGER)


def test_who_is_named_in_the_settings_is_revoked_only_there(newsroom: Newsroom) -> None:
    card = _card(newsroom)
    for person in (REVIEWER, OTHER_REVIEWER):
        assert "只能在設定檔取消" in _says(newsroom, f"/revoke {person}").title
    _accept(newsroom, card, OTHER_REVIEWER)


def test_only_admins_grant(newsroom: Newsroom) -> None:
    for person in (STRANGER, OTHER_REVIEWER):
        for text in (f"/grant {person}", f"/revoke {REVIEWER}", "/reviewers"):
            with pytest.raises(RefusedError, match="只有管理員"):
                _says(newsroom, text, person)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/grant", "請寫要授權或取消的人"),
        ("/grant @journalist", "不是平台編號"),
        ("/grant a@example.org", "不是平台編號"),
        ("/grant telegram:222 沒有這個部", "沒有「沒有這個部」這個機關或類別"),
        ("/grant telegram:222 類別:沒有", "沒有「沒有」這個類別"),
        ("/grant telegram:-100123", "不是平台編號"),
        ("/grant slack:C0123", "不是平台編號"),
        ("/grant terminal:me", "不是平台編號"),
        ("/grant telegram:1087968824", "共用身分"),
        ("/grant telegram:136817688 法務部", "共用身分"),
    ],
)
def test_names_and_shared_ids_get_no_authority(on_sqlite: Newsroom, text: str, told: str) -> None:
    _card(on_sqlite)
    with pytest.raises(RefusedError, match=told):
        _says(on_sqlite, text)


def test_a_mention_in_slack_names_the_person(on_sqlite: Newsroom) -> None:
    _card(on_sqlite)
    assert "slack:U777" in _says(on_sqlite, "/grant <@U777|amy> 法務部").title
    assert "slack:U777　法務部及所屬" in plain(_says(on_sqlite, "/reviewers"))


def test_a_button_sent_a_month_ago_is_checked_as_of_now(newsroom: Newsroom) -> None:
    card = _card(newsroom)
    with pytest.raises(RefusedError, match="只有複核人能決定"):
        _accept(newsroom, card, STRANGER, "2026-04-02")
    _says(newsroom, f"/grant {STRANGER}")
    assert _accept(newsroom, card, STRANGER, "2026-04-02").title.startswith("✅ 採認達成")


def test_grants_and_revocations_stand_in_the_audit_log(newsroom: Newsroom) -> None:
    _card(newsroom)
    _says(newsroom, f"/grant {STRANGER} 法務部")
    _says(newsroom, f"/grant {STRANGER} 法務部")
    _says(newsroom, f"/revoke {STRANGER}")
    with newsroom.database.read() as tx:
        rows = [(row.content["action"], row.content["by"], row.content["whom"]) for row in audit.rows(tx)]
    assert rows == [("grant", str(REVIEWER), str(STRANGER)), ("revoke", str(REVIEWER), str(STRANGER))]


def test_who_is_revoked_holds_no_card_any_more(newsroom: Newsroom) -> None:
    newsroom.sync("2026-03-01", {"其他/路燈.md": record_text(status="已達成", entries=verdict())})
    newsroom.happens(asks(f"/grant {STRANGER}", DAY, REVIEWER))
    held = newsroom.happens(asks("複核", DAY, STRANGER))
    assert "處理中" in plain(held)
    newsroom.happens(asks(f"/revoke {STRANGER}", DAY, REVIEWER))
    assert newsroom.happens(asks("複核", DAY, OTHER_REVIEWER)).proposal == held.proposal


def test_what_somebody_may_still_review_is_said_whatever_was_granted_or_revoked(on_sqlite: Newsroom) -> None:
    _card(on_sqlite)
    _says(on_sqlite, f"/grant {STRANGER}")
    narrowed = plain(_says(on_sqlite, f"/grant {STRANGER} 法務部"))
    assert "現在可以複核：全部、法務部及所屬" in narrowed
    assert f"沒有縮小範圍。要縮小，請輸入 /revoke {STRANGER} 全部" in narrowed
    assert f"{STRANGER} 目前仍可複核：全部。" in plain(_says(on_sqlite, f"/revoke {STRANGER} 法務部"))
    assert f"{STRANGER} 目前仍可複核：全部。" in plain(_says(on_sqlite, f"/revoke {STRANGER} 教育部"))
    assert "仍可" not in plain(_says(on_sqlite, f"/revoke {STRANGER} 全部"))
