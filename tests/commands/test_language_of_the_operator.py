"""What the command line says to whoever keeps the service, in the language that is set."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("YINGSHAO_LOCALE", "en")
    monkeypatch.setattr(sys, "argv", ["bot.py", "migrate"])


def test_that_the_database_is_ready_is_said_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().out == "The database is ready.\n"


def test_what_keeps_a_database_shut_is_said_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.db").write_text("This was a letter once. " * 500)
    monkeypatch.setenv("YINGSHAO_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/letter.db")
    assert main() == 2
    assert "is no sound database" in capsys.readouterr().err


def test_that_a_database_is_newer_is_said_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    with closing(sqlite3.connect(tmp_path / "data" / "yingshao.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert main() == 2
    assert "newer than this program (revision 9999)" in capsys.readouterr().err


def test_every_setting_that_cannot_be_meant_is_named_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGSHAO_COLOUR", "red")
    monkeypatch.setenv("YINGSHAO_WEB_PORT", "door")
    assert main() == 2
    assert capsys.readouterr().err.splitlines() == [
        "This setting is not known: YINGSHAO_COLOUR",
        "This setting cannot be meant: YINGSHAO_WEB_PORT",
    ]


def test_a_language_that_we_lack_is_refused_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGSHAO_LOCALE", "tlh")
    assert main() == 2
    assert capsys.readouterr().err == "这项设置填得不对：YINGSHAO_LOCALE\n"
