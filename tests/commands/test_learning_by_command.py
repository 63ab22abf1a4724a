"""`learn` and `evaluate` as an operator runs them, over a database of their own."""

import csv
import re
import sys
from pathlib import Path

import pytest

from bot.__main__ import main

PLACES = ("东街", "西街", "南街", "北街", "中街", "河沿", "桥头", "北门")
TICKETS = (
    ("路灯不亮", "市政科"),
    ("路灯坏了", "市政科"),
    ("水管漏水", "水务科"),
    ("停水三天", "水务科"),
    ("公交不来", "运管所"),
)


@pytest.fixture
def tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "旧单.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["内容", "类别"])
        writer.writerows((f"{place}{text}", label) for place in PLACES for text, label in TICKETS)
    return path


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["bot.py", *words])
    code = main()
    told = capsys.readouterr()
    return code, told.out + told.err


def _learn(tickets: Path, *more: str) -> tuple[str, ...]:
    return ("learn", str(tickets), "--text", "内容", "--label", "类别", *more)


def test_what_was_learnt_is_what_explain_says(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "第1版" in _run(monkeypatch, capsys, *_learn(tickets))[1]
    assert '"kind_name":"运管所"' in _run(monkeypatch, capsys, "explain", "--jsonl", "公交又不来")[1]


def test_evaluate_scores_the_model_in_use(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(monkeypatch, capsys, *_learn(tickets))
    told = _run(monkeypatch, capsys, "evaluate", str(tickets), "--text", "内容", "--label", "类别")[1]
    assert re.search(r"^1\.000\t1\.000\t40\t", told, re.MULTILINE)


def test_a_dry_run_changes_nothing(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(monkeypatch, capsys, *_learn(tickets, "--dry-run"))
    assert "没有在用的模型" in _run(monkeypatch, capsys, "learn", "--undo")[1]


def test_the_same_file_again_is_not_better_unless_forced(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(monkeypatch, capsys, *_learn(tickets))
    assert "没有换" in _run(monkeypatch, capsys, *_learn(tickets))[1]
    assert "第2版" in _run(monkeypatch, capsys, *_learn(tickets, "--force"))[1]


def test_a_file_with_one_label_is_refused_in_words(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets.write_text("内容,类别\n" + "路灯不亮,市政科\n" * 30, encoding="utf-8")
    code, told = _run(monkeypatch, capsys, *_learn(tickets))
    assert code == 2
    assert "只有一种类别" in told


def test_labels_can_name_departments(
    tickets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _run(monkeypatch, capsys, *_learn(tickets, "--as", "departments"))[1]
    assert "“市政科” → 新类别，归社区" in told
