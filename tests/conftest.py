"""A migrated, empty database for whoever asks for `database`, once on SQLite and once on PostgreSQL.

Migrating takes longer than most tests, so each kind is migrated once a session and copied for each test.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.async_api import Browser

from storage.database import Database
from storage.migrating import migrate
from tests import browsing
from tests.postgres import Server, serving

# How fast a try is depends on the machine, and speed is measured in tests/bench.
settings.register_profile("patient", settings(deadline=None))
settings.load_profile("patient")
_numbers = count(1)
_MEMORY, _ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - the system's own disk in memory


def _work_in_memory() -> None:
    """Put the tests' databases on the disk in memory where it is roomy: to make one on a real disk takes half a second."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK) or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return
    if shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


_work_in_memory()


def _prepare(url: str) -> None:
    """Migrate, in a thread of its own: a fixture may be set up within a running loop, or must not disturb the next."""

    async def prepare() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, prepare()).result()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The session's PostgreSQL server, started for the first test that needs it."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """The name of a migrated PostgreSQL database that nobody is connected to."""
    postgres.create("template_migrated")
    _prepare(postgres.url("template_migrated"))
    return "template_migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody has open."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    _prepare(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "data" / "test.db"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    server.create(name, request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nobody has migrated yet."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'new' / 'folder' / 'test.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    server.create(name)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    found = Database(database_url)
    yield found
    await found.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real browser; where none can be had the test is skipped loudly, and fails in CI."""
    if not browsing.installed() and os.environ.get("CI") != "true":
        pytest.skip("chromium is not installed: the pages were NOT tried in a browser")
    async with browsing.opened() as opened:
        yield opened
