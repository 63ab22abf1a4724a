"""The doctor: well on a fresh machine, and for each thing that can be wrong one line that says what to do."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot.commands.doctor import Finding, look
from bot.config import Settings, new_data_key
from bot.texts import Texts, texts
from storage.database import Database
from storage.migrating import migrate
from storage.resealing import prove
from storage.tables import events
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault

ROOT = Path(__file__).parents[2]
SAID = texts()


def settings_at(folder: Path, **given: object) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Settings(**({"_env_file": None, "data_dir": folder, "web_port": port} | given))


async def ill(settings: Settings, said: Texts = SAID) -> list[Finding]:
    return [finding async for finding in look(settings, said) if not finding.well]


async def only_fault(settings: Settings) -> str:
    (finding,) = await ill(settings)
    return finding.words


@pytest.fixture
async def lived_in(tmp_path: Path) -> AsyncIterator[tuple[Settings, Database]]:
    """A place where the service has run."""
    settings = settings_at(tmp_path / "data")
    database = Database(settings.database, settings.data_keys())
    await migrate(database)
    await prove(database)
    yield settings, database
    await database.close()


async def test_a_fresh_machine_is_well_and_stays_untouched(tmp_path: Path) -> None:
    assert await ill(settings_at(tmp_path / "data")) == []
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a look at an empty folder blocks nobody


async def test_a_place_where_the_service_ran_is_well(lived_in: tuple[Settings, Database]) -> None:
    assert await ill(lived_in[0]) == []


async def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none")
    assert await only_fault(settings) == SAID("doctor.database_away", words="ConnectionRefusedError")


async def test_a_newer_database_is_told(lived_in: tuple[Settings, Database]) -> None:
    settings, database = lived_in
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await only_fault(settings) == SAID("doctor.database_newer")


async def test_a_clock_that_lags_behind_the_newest_record_is_told(lived_in: tuple[Settings, Database]) -> None:
    settings, database = lived_in
    row = {
        "case_id": 1,
        "at": datetime.now(UTC) + timedelta(hours=1),
        "act": "file",
        "actor_role": "",
        "from_state": "",
        "to_state": "",
        "words": "",
        "round": 1,
    }
    async with database.writing() as connection:
        await connection.execute(insert(events).values(row))
    assert await only_fault(settings) == SAID("doctor.clock_behind")


async def test_a_key_that_was_changed_is_told(lived_in: tuple[Settings, Database]) -> None:
    settings = lived_in[0].model_copy(update={"data_key": new_data_key()})
    assert await only_fault(settings) == SAID("doctor.data_key_wrong")


async def test_a_key_that_was_lost_is_told_and_none_is_made_in_its_place(lived_in: tuple[Settings, Database]) -> None:
    settings = lived_in[0]
    settings.data_key_path.unlink()
    assert await only_fault(settings) == SAID("doctor.data_key_wrong")
    assert not settings.data_key_path.exists()


async def test_a_secret_that_others_can_read_is_told_with_the_command_that_mends_it(
    lived_in: tuple[Settings, Database],
) -> None:
    settings = lived_in[0]
    settings.data_key_path.chmod(0o644)
    assert f"chmod 600 {settings.data_key_path}" in await only_fault(settings)


async def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1024**3 // 10)
    monkeypatch.setattr("bot.commands.doctor.shutil.disk_usage", lambda _path: usage)
    assert await only_fault(settings_at(tmp_path)) == SAID("doctor.no_room", free="0.1")


async def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert SAID("doctor.not_writable", path=tmp_path / "data") in [
        f.words for f in await ill(settings_at(tmp_path / "data"))
    ]


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        settings = settings_at(tmp_path, web_port=port)
        assert await only_fault(settings) == SAID("doctor.port_taken", port=port)


async def test_people_from_outside_are_to_come_over_https(tmp_path: Path) -> None:
    assert await only_fault(settings_at(tmp_path, web_public_url="http://example.org")) == SAID("doctor.not_https")


@pytest.fixture
async def telegram() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi().serving() as server:
        yield server


async def test_a_good_token_is_well(telegram: FakeBotApi, tmp_path: Path) -> None:
    settings = settings_at(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url)
    findings = [finding async for finding in look(settings, SAID)]
    assert findings[-1] == Finding(SAID("doctor.name_token"), True, SAID("doctor.token_right", name="yingshao_bot"))


async def test_a_token_that_telegram_does_not_know_is_told_without_showing_it(
    telegram: FakeBotApi, tmp_path: Path
) -> None:
    telegram.faults.append(Fault("getMe", 401, "Unauthorized"))
    words = await only_fault(settings_at(tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url))
    assert words == SAID("doctor.token_wrong")


async def test_what_is_no_token_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    assert await only_fault(settings_at(tmp_path, telegram_token="my token")) == SAID("doctor.token_malformed")


async def test_a_telegram_that_is_not_reached_is_told(tmp_path: Path) -> None:
    settings = settings_at(tmp_path, telegram_token=TOKEN, telegram_api_url="http://127.0.0.1:1")
    assert await only_fault(settings) == SAID("doctor.telegram_away", url="http://127.0.0.1:1")


async def test_a_webhook_that_telegram_cannot_deliver_to_is_told(telegram: FakeBotApi, tmp_path: Path) -> None:
    url = "https://example.org/telegram"
    telegram.webhook = {"url": url}
    telegram.say(message={})
    telegram.webhook_error = {"last_error_message": "Connection refused", "last_error_date": 1700000000}
    settings = settings_at(
        tmp_path,
        telegram_token=TOKEN,
        telegram_api_url=telegram.url,
        telegram_webhook_url=url,
        telegram_webhook_secret="s",
    )
    assert await only_fault(settings) == SAID("doctor.webhook_fails", words="Connection refused")


async def test_a_webhook_without_https_or_secret_is_told(telegram: FakeBotApi, tmp_path: Path) -> None:
    settings = settings_at(
        tmp_path, telegram_token=TOKEN, telegram_api_url=telegram.url, telegram_webhook_url="http://example.org/t"
    )
    assert SAID("doctor.webhook_unsafe") in [finding.words for finding in await ill(settings)]


@pytest.mark.parametrize(
    ("given", "status", "sign"),
    [({}, 0, "✓"), ({"YINGSHAO_TELEGRAM_TOKEN": "x"}, 1, "✗"), ({"YINGSHAO_NO_SUCH": "1"}, 1, "✗")],
)
def test_the_command_ends_with_one_where_something_is_to_mend(
    tmp_path: Path, given: dict[str, str], status: int, sign: str
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YINGSHAO_")}
    environment |= {"YINGSHAO_DATA_DIR": str(tmp_path / "data"), "YINGSHAO_WEB_PORT": str(port), **given}
    done = subprocess.run(
        [sys.executable, "bot.py", "doctor"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, sign in done.stdout, done.stderr) == (status, True, "")
