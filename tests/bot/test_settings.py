"""Settings: every mistake at once, with the name that was meant; secrets never shown."""

from __future__ import annotations

import math
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, doubtful_names, load
from handlers.message import Chat, Person


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from a developer's own .env and settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_set_means_the_samples_in_a_database_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load()
    assert settings.folder.name == "records"
    assert settings.database.endswith("samples.sqlite3")
    monkeypatch.setenv("RECORDS", "/somewhere")
    assert load().database.endswith("nuoyan.sqlite3")


def test_values_are_read_in_their_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ADMINS": "telegram:111, slack:U222",
        "REVIEWERS": "slack:U333@衛福部,telegram:5@類別:教育",
        "REVIEW_CHATS": "telegram:-100123/7,slack:C0123",
        "UNDO_WINDOW": "2s",
        "SYNC_EVERY": "off",
        "DIGEST_AT": "07:15",
        "QUIET_HOURS": "off",
        "DATABASE_URL": "",
        "PORT": "8080",
        "BREAKER_STATUS": "30%",
        "BREAKER_ADDED": "0.5",
        "BREAKER_REMOVED": "off",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.admins == (Person(platform="telegram", id="111"), Person(platform="slack", id="U222"))
    assert settings.reviewers[0].agency == "衛生福利部"
    assert (settings.reviewers[1].agency, settings.reviewers[1].category) == (None, "教育")
    assert settings.review_chats[0] == Chat(platform="telegram", id="-100123", thread="7")
    assert (settings.undo_window, settings.sync_every) == (timedelta(seconds=2), timedelta(0))
    assert (settings.digest_at, settings.quiet_hours) == (time(7, 15), (time(0), time(0)))
    assert settings.database_url is None
    assert settings.port == 8080
    assert settings.policy().breaker == {"status": 0.3, "removed": math.inf, "added": 0.5, "unreadable": 0.05}


def test_all_mistakes_are_told_at_once_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ADMINS": "me",
        "UNDO_WINDOW": "5x",
        "TIMEZONE": "Taipei",
        "QUIET_HOURS": "late",
        "WRITE_BACK": "yes",
        "REVIEWERS": "slack:U1@法務布",
        "DATABASE_URL": "garbage",
        "DIGEST_AT": "8",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load()
    names = [line.partition(":")[0] for line in str(told.value).splitlines()]
    wrong = ["ADMINS", "DATABASE_URL", "DIGEST_AT", "QUIET_HOURS", "REVIEWERS", "TIMEZONE", "UNDO_WINDOW", "WRITE_BACK"]
    assert sorted(names) == wrong
    for example in ("Asia/Taipei", "write sqlite:///FILE", "write 08:30"):
        assert example in str(told.value)


def test_what_is_wrong_hides_no_other_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "ADMINS": "111",
        "UNDO_WINDOW": "x",
        "WRITE_BACK": "git",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "TELEGRAM_BOT_TOKEN_FILE": "/nowhere/token",
        "RECORDS_TOKEN_FILE": "/nowhere/other",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text('BREAKER_STAUS=1\nRECORDS="/unclosed\n', "utf-8")
    with pytest.raises(SettingsError) as told:
        load()
    names = {line.partition(": ")[0] for line in str(told.value).splitlines()}
    assert names == {*given.keys() - {"SLACK_BOT_TOKEN"}, "SLACK_APP_TOKEN", ".env:2", "BREAKER_STAUS"}


def test_settings_that_may_not_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"^\.env: it can't be read: "):
        load()


def test_what_is_empty_is_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n", "utf-8")
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN_FILE={tmp_path / 'token'}\nPUBLIC_URL=\n", "utf-8")
    monkeypatch.setenv("GROUP_WATCHES", " admins")
    assert load().telegram_bot_token is None
    assert load().group_watches == "admins"


@pytest.mark.parametrize("code", ["EN", "En", "en-us", "EN_US"])
def test_a_language_is_known_by_its_code_in_any_case(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", code)
    assert load().language == "en"


def test_hours_need_no_leading_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_AT", "8:05")
    monkeypatch.setenv("QUIET_HOURS", "21:30-7:00")
    settings = load()
    assert (settings.digest_at, settings.quiet_hours) == (time(8, 5), (time(21, 30), time(7)))


@pytest.mark.parametrize("name", ["ADMINS", "REVIEWERS"])
def test_an_id_that_many_write_under_gets_no_authority(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "telegram:1087968824")
    with pytest.raises(SettingsError, match=f"{name}: telegram:1087968824 is shared by many"):
        load()


def test_an_unknown_name_in_the_env_file_says_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_TOKEN=1:x\n", "utf-8")
    with pytest.raises(SettingsError, match="did you mean TELEGRAM_BOT_TOKEN"):
        load()


@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_secret_is_read_from_its_file_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "token").write_text("123:SECRET\n", "utf-8")
    if where == "environment":
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "token"))
    else:
        (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN_FILE={tmp_path / 'token'}\n", "utf-8")
    settings = load()
    assert settings.telegram_bot_token
    assert settings.telegram_bot_token.get_secret_value() == "123:SECRET"
    assert "SECRET" not in repr(settings)


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "/nowhere/token")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN_FILE"):
        load()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"WRITE_BACK": "file"}, "WRITE_BACK"),
        ({"WRITE_BACK": "git", "RECORDS": "/x"}, "WRITE_BACK"),
        ({"WRITE_BACK": "file", "RECORDS": "git+https://example.org/x"}, "WRITE_BACK"),
        ({"RECORDS": "git+ftp://example.org/x"}, "RECORDS"),
        ({"BREAKER_STATUS": "2"}, "BREAKER_STATUS"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
    ],
)
def test_pairs_that_do_not_fit_are_refused_at_start(
    given: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        load()


@pytest.mark.parametrize(
    ("name", "meant"),
    [("WRITEBACK", "WRITE_BACK"), ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"), ("ADMIN", "ADMINS"), ("RECORD", "RECORDS")],
)
def test_a_name_in_the_environment_that_is_nearly_a_setting_is_told(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    assert f"{name} is no setting; did you mean {meant}?" in doubtful_names()


def test_a_setting_of_a_later_version_is_refused_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_FORMAT=json\n", "utf-8")
    with pytest.raises(SettingsError, match="LOG_FORMAT: not there yet"):
        load()


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80a", "８０", "8080.0", "1_0", "http"])
def test_a_port_that_is_none_is_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(SettingsError, match=f"^PORT: '{value}' is no port: write a number from 1 to 65535, or off$"):
        load()


@pytest.mark.parametrize("value", ["", "off"])
def test_no_port_is_no_pages(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    assert load().port is None


def test_off_is_as_good_as_unset_for_what_need_not_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "RECORDS",
        "DATABASE_URL",
        "RECORDS_TOKEN",
        "TELEGRAM_BOT_TOKEN",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ):
        monkeypatch.setenv(name, "off")
    settings = load()
    assert (settings.records, settings.telegram_bot_token, settings.slack_bot_token) == (None, None, None)
    assert settings.database.endswith("samples.sqlite3")


def test_a_token_is_taken_without_the_line_end_it_was_copied_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", " 1:abc\r\n")
    token = load().telegram_bot_token
    assert token and token.get_secret_value() == "1:abc"


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "RECORDS_TOKEN"])
def test_a_token_with_a_line_end_inside_is_refused_by_name_and_not_shown(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "xoxb-geheim\nb")
    with pytest.raises(SettingsError, match=f"^{name}: it holds a blank, a line end") as told:
        load()
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("TELEGRAM_API_URL", "api.telegram.org", "is no address: write https://host"),
        ("SLACK_API_URL", "bar", "is no address: write https://host"),
        ("UNDO_WINDOW", "9999999d", "is longer than ten years"),
        ("SYNC_EVERY", "99999999999999d", "is longer than ten years"),
        ("RECORDS", "~nobody-of-this-name/x", "home directory"),
        ("QUIET_HOURS", "22:00+08:00-08:00", "are no hours: write 22:00-08:00"),
        ("DIGEST_AT", "08:30+09:00", "is no time of day: write 08:30"),
        ("REVIEW_CHATS", "telegram:-100123/x", "is no chat: write telegram:-100123"),
        ("REVIEW_CHATS", "slack:C0123/q q", "is no chat: write telegram:-100123"),
    ],
)
def test_a_value_that_nothing_could_work_with_is_refused_by_name(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: .*{reason}"):
        load()


@pytest.mark.parametrize("name", [".env", "token"])
def test_a_file_of_settings_that_is_no_utf8_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(b"\xff")
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(tmp_path / "token") if name == "token" else "")
    with pytest.raises(SettingsError, match=f"{name}.*no UTF-8 text"):
        load()


@pytest.mark.parametrize("value", ["telgram:111", "telegram:@me", "slack:", "111", "telegram:1.5"])
def test_a_person_or_chat_that_no_platform_has_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINS", value)
    monkeypatch.setenv("REVIEW_CHATS", value)
    with pytest.raises(SettingsError) as told:
        load()
    assert str(told.value).count("telegram:111") + str(told.value).count("telegram:-100123") >= 2
