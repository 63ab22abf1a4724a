"""`retention` as an operator runs it."""

import sys
from pathlib import Path

import pytest

from bot.__main__ import main


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))


def test_a_dry_run_only_counts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["bot.py", "retention", "--dry-run"])
    assert main() == 0
    assert "没有改动" in capsys.readouterr().out


def test_it_says_how_many_cases_it_blanked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["bot.py", "retention"])
    assert main() == 0
    assert "0件" in capsys.readouterr().out


def test_fewer_than_thirty_days_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGSHAO_KEEP_DAYS", "1")
    monkeypatch.setattr(sys, "argv", ["bot.py", "retention", "--dry-run"])
    assert main() == 2
    assert "YINGSHAO_KEEP_DAYS" in capsys.readouterr().err
