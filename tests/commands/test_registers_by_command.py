"""Taking registers in as an operator does: what would change is shown, and nothing is changed without a yes."""

import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.__main__ import main


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSHAO_DATA_DIR", str(tmp_path / "data"))


def book(path: Path, *people: tuple[str, str]) -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(["地址", "房号", "姓名", "人口类别"])
    for room, name in people:
        sheet.append(["金康苑3号楼2单元", room, name, "户主"])
    made.save(path)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["bot.py", *arguments])
    main()
    told = capsys.readouterr()
    return told.out + told.err


def test_without_a_yes_nothing_is_changed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    book(Path("a.xlsx"), ("501", "赵大海"))
    for _ in range(2):
        told = run(monkeypatch, capsys, "registers", "a.xlsx")
        assert "新增：1 户，1 人" in told
        assert "什么都没有改" in told


def test_applied_twice_the_second_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book(Path("a.xlsx"), ("501", "赵大海"))
    run(monkeypatch, capsys, "registers", "a.xlsx", "--apply")
    assert "没有要改的" in run(monkeypatch, capsys, "registers", "a.xlsx", "--apply")


def test_a_second_file_tells_who_is_new_and_who_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book(Path("a.xlsx"), ("501", "赵大海"), ("502", "钱一"))
    run(monkeypatch, capsys, "registers", "a.xlsx", "--apply")
    book(Path("b.xlsx"), ("501", "赵大海"), ("502", "孙二"))
    told = run(monkeypatch, capsys, "registers", "b.xlsx", "--dry-run")
    assert "+ 金康苑3号楼2单元502室 孙**" in told
    assert "- 金康苑3号楼2单元502室 钱**" in told


def test_the_list_is_written_as_a_workbook_without_formulas(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.csv").write_text("地址,房号,姓名,人口类别\n金康苑3号楼2单元,501,=1+1,户主\n", encoding="utf-8")
    run(monkeypatch, capsys, "registers", "a.csv", "--dry-run", "--list", "list.xlsx")
    cells = [cell for row in load_workbook("list.xlsx").worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_the_desk_is_asked_instead(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    book(Path("a.xlsx"), ("501", "赵大海"))
    assert "已发给" in run(monkeypatch, capsys, "registers", "a.xlsx", "--desk")
    assert "新增：1 户" in run(monkeypatch, capsys, "registers", "a.xlsx", "--dry-run")


def test_faults_are_told_with_row_and_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book(Path("a.xlsx"), ("501", ""))
    assert "第 2 行“姓名”" in run(monkeypatch, capsys, "registers", "a.xlsx", "--apply")


def test_a_word_that_is_not_understood_is_answered_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book(Path("a.xlsx"), ("501", "王秀英"))
    made = load_workbook("a.xlsx")
    made.worksheets[0]["D2"] = "住户"
    made.save("a.xlsx")
    assert "“住户”看不懂。请写 户主、家人、租户、其他。" in run(monkeypatch, capsys, "registers", "a.xlsx", "--apply")


def test_the_template_offers_the_words_of_a_column_that_takes_only_a_few(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, capsys, "registers-template", "empty.xlsx")
    offered = load_workbook("empty.xlsx")["人口"].data_validations.dataValidation
    assert [one.formula1 for one in offered] == ['"户主,家人,租户,其他"']


def test_the_template_has_a_sheet_for_every_register(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, capsys, "registers-template", "empty.xlsx")
    assert load_workbook("empty.xlsx").sheetnames == [
        "老人",
        "食堂",
        "日间照料",
        "菜单",
        "房屋",
        "人口",
        "商户",
        "服务清单",
    ]
