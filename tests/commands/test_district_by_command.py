"""`import` as an operator runs it who tried the sample district first."""

import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.grid import sample, workbook
from bot.grid.directory import UnitKind
from bot.grid.district import District, PersonRow
from bot.texts import texts


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))


def real() -> District:
    """A district of one person whom nobody invented."""
    units = tuple(unit for unit in sample.make().units if unit.kind is UnitKind.DISTRICT)
    return District(units=units, people=(PersonRow("K001", "白云飞", ""),))


def take_in(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook.write(district, Path("district.xlsx"), texts())
    monkeypatch.setattr(sys, "argv", ["bot.py", "import", "district.xlsx"])
    assert main() == 0


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    take_in(sample.make(), monkeypatch)
    capsys.readouterr()


@pytest.mark.usefixtures("sampled")
def test_a_real_district_beside_the_sample_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(real(), monkeypatch)
    assert "示范区" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.usefixtures("sampled")
def test_the_sample_taken_in_again_is_not(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    take_in(sample.make(), monkeypatch)
    assert "示范区" not in capsys.readouterr().out


@pytest.mark.usefixtures("sampled")
def test_of_many_rows_that_a_file_leaves_out_ten_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(real(), monkeypatch)
    named = [line for line in capsys.readouterr().out.splitlines() if line.startswith("不在表里，仍保留：人员")]
    assert len(named) == 11
    assert "个没列出" in named[-1]


def test_a_real_district_in_an_empty_house_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(real(), monkeypatch)
    assert "示范区" not in capsys.readouterr().out
