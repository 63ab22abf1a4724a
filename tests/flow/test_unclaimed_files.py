"""Files that were put away for words that never came: over a limit, of somebody muted, of a post that was given up."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.messages import Address, Attachment, Medium
from bot.people.retention import Retention
from storage.database import Database
from storage.files import Files
from tests.flow.rig import Rig, build


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@pytest.fixture
def retention(rig: Rig, files: Files) -> Retention:
    return Retention(rig.storage, files, lambda: rig.now[0], keep_days=1095)


class Lying:
    """A file that was put away so long ago, and never got a row."""

    def __init__(self, rig: Rig, files: Files, folder: Path) -> None:
        self.rig, self.files, self.folder = rig, files, folder

    async def put(self, content: bytes = b"a photo of nobody's") -> str:
        return (await self.files.keep_ours(content, "image/jpeg")).sha256

    def there(self) -> int:
        return sum(path.is_file() for path in self.folder.rglob("*"))

    def later(self, **span: float) -> None:
        """Move the clock to so long after now: files have the time of the disk."""
        self.rig.now[0] = datetime.now(UTC) + timedelta(**span)


@pytest.fixture
def lying(rig: Rig, files: Files, tmp_path: Path) -> Lying:
    return Lying(rig, files, tmp_path / "files")


async def test_a_file_that_never_got_a_row_goes_in_the_second_night(lying: Lying, retention: Retention) -> None:
    await lying.put()
    lying.later(hours=23)
    await retention.let_go()
    assert lying.there() == 1
    lying.later(hours=25)
    await retention.let_go()
    assert lying.there() == 0


async def test_a_file_with_a_row_stays(lying: Lying, retention: Retention) -> None:
    sha256 = await lying.put()
    async with lying.rig.storage.writing() as records:
        li = await records.people.at(Address("web", "li"), "", lying.rig.now[0])
        photo = Attachment(Medium.PHOTO, "web", sha256, sha256, "image/jpeg", 10)
        await records.attachments.add(photo, li.id, "", datetime.now(UTC))
    lying.later(hours=25)
    await retention.let_go()
    assert lying.there() == 1


async def test_a_file_that_is_sent_again_counts_as_new(lying: Lying, retention: Retention, files: Files) -> None:
    path = files._path(await lying.put())
    os.utime(path, (0, 0))
    await lying.put()
    lying.later(hours=23)
    await retention.let_go()
    assert lying.there() == 1


async def test_a_file_that_is_sent_again_while_the_night_decides_stays(lying: Lying, files: Files) -> None:
    sha256 = await lying.put()
    await files.drop(sha256, before=datetime.now(UTC) - timedelta(days=1))
    assert lying.there() == 1


async def test_what_a_crash_left_half_written_goes_too(lying: Lying, retention: Retention) -> None:
    (lying.folder / "ab").mkdir(parents=True)
    (lying.folder / "ab" / ".partial-x").write_bytes(b"half")
    lying.later(hours=25)
    await retention.let_go()
    assert lying.there() == 0


async def test_what_lay_there_before_this_database_is_left_alone(
    lying: Lying, retention: Retention, files: Files
) -> None:
    os.utime(files._path(await lying.put()), (0, 0))
    lying.later(hours=25)
    await retention.let_go()
    assert lying.there() == 1
