"""`digest` as an operator types it, from wherever they stand."""

import sys
from pathlib import Path

import pytest

from bot.__main__ import main


def test_a_digest_is_written_with_its_picture_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "argv", ["bot.py", "digest", "--unit", "JKY", "--date", "2026-03-02", "--out", "out"])
    assert main() == 0
    assert {path.name for path in Path("out").iterdir()} == {
        f"JKY-day-2026-03-02.{end}" for end in ("txt", "png", "xlsx")
    }
