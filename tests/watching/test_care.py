"""The commands that keep a place: what the operator types, and what is then there."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.config import read
from storage.files import Files
from storage.sealing import Seal

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Types a command in a place of its own; its end and all that it said."""
    for name in [name for name in os.environ if name.startswith("YINGSHAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("bot.logs.configure", lambda: None)

    def typed(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["bot.py", *words])
        end = command_line.main()
        said = capsys.readouterr()
        return end, said.out + said.err

    return typed


def move_in(folder: Path, phone: str) -> None:
    with closing(sqlite3.connect(folder / "data" / "yingshao.db")) as database, database:
        database.execute(
            "INSERT INTO people (name, phone, home_room, created_at) VALUES ('王', ?, '', '2026-03-02 09:00:00')",
            [phone],
        )


def phones(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "data" / "yingshao.db")) as database:
        return [phone for (phone,) in database.execute("SELECT phone FROM people ORDER BY id")]


def test_what_was_backed_up_is_restored(run: Run, tmp_path: Path) -> None:
    assert run("migrate")[0] == 0
    move_in(tmp_path, "1")
    end, said = run("backup", str(tmp_path / "backups"))
    assert (end, "data_key" in said) == (0, True)
    move_in(tmp_path, "2")
    (backup,) = (tmp_path / "backups").iterdir()
    end, said = run("restore", str(backup))
    assert (end, "--force" in said, phones(tmp_path)) == (2, True, ["1", "2"])
    end, said = run("restore", str(backup), "--force")
    assert (end, "replaced-" in said, phones(tmp_path)) == (0, True, ["1"])


def test_a_backup_of_nothing_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    end, said = run("backup", str(tmp_path / "backups"))
    assert (end, "Traceback" in said, str(tmp_path / "data" / "yingshao.db") in said) == (2, False, True)


def test_a_new_key_seals_everything_and_the_old_one_goes(run: Run, tmp_path: Path) -> None:
    assert run("migrate")[0] == 0
    move_in(tmp_path, "13800138000")
    (old,) = read().data_keys()
    picture = asyncio.run(Files(tmp_path / "data" / "files", Seal((old,))).keep_ours(b"a picture", "image/jpeg"))
    assert run("keys", "new")[0] == 0
    new, kept = read().data_keys()
    assert kept == old != new
    assert run("keys", "rotate")[0] == 0
    assert read().data_keys() == (new,)
    assert "13800138000" not in phones(tmp_path)[0]
    assert asyncio.run(Files(tmp_path / "data" / "files", Seal((new,))).read(picture.sha256)) == b"a picture"
    assert read().data_key_path.stat().st_mode & 0o077 == 0


def test_a_key_from_the_environment_is_printed_and_not_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = read().data_keys()
    read().data_key_path.unlink()
    monkeypatch.setenv("YINGSHAO_DATA_KEY", old)
    end, said = run("keys", "new")
    assert (end, f",{old}" in said) == (0, True)
    assert not (tmp_path / "data" / "data_key").exists()


def test_a_key_that_is_no_key_is_named_and_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINGSHAO_DATA_KEY", "not-a-key")
    end, said = run("keys", "rotate")
    assert (end, "YINGSHAO_DATA_KEY" in said, "not-a-key" in said) == (2, True, False)


def test_a_wrong_key_changes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("migrate")[0] == 0
    assert run("keys", "rotate")[0] == 0  # which proves the key
    move_in(tmp_path, "13800138000")
    assert run("keys", "rotate")[0] == 0
    before = phones(tmp_path)
    read().data_key_path.unlink()
    assert run("keys", "rotate")[0] == 2
    assert phones(tmp_path) == before
