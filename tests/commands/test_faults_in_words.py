"""Whatever is in the way, an operator reads what it is: words, an exit code, and never a traceback."""

import sys
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main
from bot.grid import sample, workbook
from bot.texts import texts

AWAY = "postgresql+asyncpg://127.0.0.1:1/x"
TICKETS = ("tickets.csv", "--text", "内容", "--label", "类别")
# Every command that opens the database, as it is typed; `run` waits for it instead.
ASKING = [
    ("migrate",),
    ("doctor",),
    ("backup", "backups"),
    ("keys", "rotate"),
    ("retention",),
    ("import", "district.xlsx"),
    ("invite", "R001"),
    ("calendar",),
    ("outlines", "outlines.geojson", "--datum", "wgs84"),
    ("qr", "--all", "--out", "sheets"),
    ("explain", "路灯坏了"),
    ("learn", *TICKETS),
    ("learn", "--undo"),
    ("evaluate", *TICKETS),
    ("digest", "R001"),
    ("digest", "--unit", "JKY"),
    ("digest", "--rebuild", "2026-01-01"),
    ("registers", "district.xlsx"),
]
NOT_ASKING = {"run", "restore", "template", "sample", "replay", "registers-template"}
# Every command that reads a file.
READING = [
    ("restore", "{}"),
    ("import", "{}"),
    ("calendar", "{}"),
    ("outlines", "{}", "--datum", "wgs84"),
    ("learn", "{}", "--text", "内容", "--label", "类别"),
    ("evaluate", "{}", "--text", "内容", "--label", "类别"),
    ("registers", "{}"),
    ("replay", "{}"),
]
# A file stands where each would make a folder.
WRITING = [
    ("backup", "tickets.csv"),
    ("template", "tickets.csv/district.xlsx"),
    ("sample", "tickets.csv/district.xlsx"),
    ("registers-template", "tickets.csv/registers.xlsx"),
    ("digest", "--unit", "JKY", "--out", "tickets.csv"),
    ("replay", "tickets.csv", "--column", "内容", "--transcripts", "tickets.csv"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sound file of each sort."""
    folder = tmp_path_factory.mktemp("files")
    workbook.write(sample.make(), folder / "district.xlsx", texts())
    (folder / "outlines.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    (folder / "empty.csv").touch()
    (folder / "no.xlsx").write_bytes(b"PK\x03\x04 is how one begins")
    (folder / "folder").mkdir()
    (folder / "tickets.csv").write_text("内容,类别\n路灯坏了,市政\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def place(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["bot.py", *words])
    try:
        code = main()
    except SystemExit as end:
        code = int(end.code or 0)
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_database_that_is_away_is_said(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGSHAO_DATABASE_URL", AWAY)
    code, told = typed(monkeypatch, capsys, *words)
    assert code != 0
    assert told


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nowhere", "http://[::"])
def test_a_service_that_is_not_there_is_said(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = typed(monkeypatch, capsys, "replay", "tickets.csv", "--column", "内容", "--url", url)
    assert code == 2
    assert url in told


@pytest.mark.parametrize("url", ["here", "postgresql://127.0.0.1/x", "mysql://127.0.0.1/x"])
def test_an_address_of_no_database_of_ours_is_said(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGSHAO_DATABASE_URL", url)
    code, told = typed(monkeypatch, capsys, "migrate")
    assert code == 2
    assert "YINGSHAO_DATABASE_URL" in told


def test_no_command_is_left_out() -> None:
    assert {words[0] for words in ASKING} | NOT_ASKING == {command.name for command in COMMANDS}


@pytest.mark.parametrize("path", ["nowhere.csv", "empty.csv", "no.xlsx", "folder"])
@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_a_file_that_cannot_be_meant_is_refused(
    words: tuple[str, ...], path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = typed(monkeypatch, capsys, *(word.format(path) for word in words))
    assert code == 2
    assert told


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_file_that_cannot_be_written_is_named(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = typed(monkeypatch, capsys, *words)
    assert code == 2
    assert "tickets.csv" in told
