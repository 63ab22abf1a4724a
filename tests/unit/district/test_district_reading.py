"""Files come as clerks and their programs leave them."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.grid import importing, sample, workbook
from bot.grid.cells import expected_rows
from bot.grid.directory import UnitKind
from bot.grid.district import VACANT, District, UnitRow
from bot.texts import texts

Value = str | float | date | None


def read_with(path: Path, sheet: str, **cells: Value) -> District:
    """The small sample, read after these cells were written over."""
    book = load_workbook(path)
    for place, value in cells.items():
        book[sheet][place] = value
        if isinstance(value, int | float):
            book[sheet][place].number_format = "General"
    book.save(path)
    return importing.read(path)


def unit(district: District, code: str) -> UnitRow:
    return next(unit for unit in district.units if unit.code == code)


def phone(district: District) -> str:
    return district.people[0].phone


@pytest.mark.parametrize(
    "written",
    [
        13800000009,
        13800000009.0,
        "138 0000 0009",
        "+86 138-0000-0009",
        "\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff19",
        " 13800000009\n",
        "8613800000009",
    ],
)
def test_a_phone_may_be_written_in_many_ways(small_file: Path, written: Value) -> None:
    assert phone(read_with(small_file, "人员", C2=written)) == "13800000009"


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01",
        "2026/5/1",
        "2026.5.1",
        "2026年5月1日",
        "20260501",
        pytest.param(20260501, id="as a number"),
        datetime(2026, 5, 1),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        "2026/5/1 0:00",
    ],
)
def test_a_day_may_be_written_in_many_ways(small_file: Path, written: Value) -> None:
    district = read_with(small_file, "请假", B2=written)
    assert district.leaves
    assert district.leaves[0].first_day == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (2, ["1单元", "2单元"]),
        ("3", ["1单元", "2单元", "3单元"]),
        ("2-3", ["2单元", "3单元"]),
        ("1单元至2单元", ["1单元", "2单元"]),
        ("1、2\uff0c4", ["1单元", "2单元", "4单元"]),
        ("东单元、西单元", ["东单元", "西单元"]),
        (0, []),
        (None, []),
    ],
)
def test_doors_may_be_counted_or_named(small_file: Path, written: Value, names: list[str]) -> None:
    # 汴河雅居2号楼, once nobody heads it.
    book = load_workbook(small_file)
    posts = book["岗位"]
    for row in [row for row in range(posts.max_row, 1, -1) if str(posts.cell(row, 2).value).startswith("BHY-2-")]:
        posts.delete_rows(row)
    rows = {book["楼栋单元"].cell(row, 1).value: row for row in range(2, book["楼栋单元"].max_row + 1)}
    book.save(small_file)
    district = read_with(small_file, "楼栋单元", **{f"F{rows['BHY-2']}": written})
    assert [door.name for door in district.units if door.parent == "BHY-2"] == names


def test_a_named_door_may_have_its_own_code(small_file: Path) -> None:
    district = read_with(
        small_file, "楼栋单元", A20="N-1", C20="九号楼", D20="JKY", E20="JKY-W1", F20="东单元=K7、西单元"
    )
    assert [door.code for door in district.units if door.parent == "N-1"] == ["K7", "N-1-西"]


def test_a_number_keeps_the_zeros_that_its_format_shows(small_file: Path) -> None:
    book = load_workbook(small_file)
    cell = book["单位"]["F2"]
    cell.value, cell.number_format = 7, "000"
    book.save(small_file)
    assert unit(importing.read(small_file), "SF").aliases == ("007",)


def test_text_keeps_its_zeros(small_file: Path) -> None:
    assert unit(read_with(small_file, "单位", F2="007"), "SF").aliases == ("007",)


def test_full_width_digits_are_digits(small_file: Path) -> None:
    assert unit(read_with(small_file, "单位", C3="金明池\uff12街道"), "JM").name == "金明池2街道"


def test_merged_cells_speak_for_every_row(small_file: Path) -> None:
    book = load_workbook(small_file)
    page = book["楼栋单元"]
    page.merge_cells("D2:D7")  # the compound of 金康苑's six buildings
    book.save(small_file)
    assert {unit(importing.read(small_file), f"JKY-{n}").compound for n in range(1, 7)} == {"JKY"}


def test_blank_rows_a_title_and_remarks_do_no_harm(small_file: Path) -> None:
    before = importing.read(small_file)
    book = load_workbook(small_file)
    page = book["人员"]
    page.insert_rows(4, 3)
    page["D1"], page["D2"] = "备注", "退休前教数学"
    page.insert_rows(1, 2)
    page["A1"] = "金明池街道人员一览表"
    page.merge_cells("A1:D1")
    book.save(small_file)
    assert importing.read(small_file) == before


def test_columns_may_come_in_any_order_and_in_english(small_file: Path) -> None:
    before = importing.read(small_file)
    book = load_workbook(small_file)
    page = book["人员"]
    page.move_range("A1:A100", cols=5)
    page["B1"], page["C1"], page["F1"] = "Full name", "PHONE ", "编 号*"
    book.save(small_file)
    assert importing.read(small_file) == before


def test_a_formula_is_read_as_its_value(small_file: Path, tmp_path: Path) -> None:
    # openpyxl writes formulas without values; a CSV program or Excel leaves both, as here.
    book = load_workbook(small_file)
    book["单位"]["C3"] = "=1+1"
    book.save(small_file)
    path = tmp_path / "formula.xlsx"
    with zipfile.ZipFile(small_file) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(
                entry,
                content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
                    b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
                ),
            )
    assert unit(importing.read(path), "JM").name == "2"


@pytest.mark.parametrize(("written", "holder"), [("空缺", VACANT), ("Vacant", VACANT), ("-", VACANT), (None, "")])
def test_an_empty_holder_says_nothing_and_a_vacant_one_says_nobody(
    small_file: Path, written: Value, holder: str
) -> None:
    assert read_with(small_file, "岗位", D2=written).posts[0].holder == holder


def test_a_file_without_the_sheet_of_leave_says_nothing_of_leave(small_file: Path) -> None:
    book = load_workbook(small_file)
    del book["请假"]
    book.save(small_file)
    assert not importing.read(small_file).leaves


def test_kinds_are_read_from_their_sheet(small_file: Path) -> None:
    district = read_with(
        small_file,
        "事项",
        A2="trees",
        B2="修树",
        C2="诉求",
        E2="树枝、修树",
        F2="紧急",
        G2="物业",
        I2=3,
        J2=24,
        K2="是",
    )
    kind = district.kinds[0]
    assert (kind.owner, kind.urgency, kind.finish_hours, kind.around_the_clock) == ("firm", "urgent", 24, True)
    assert kind.words == ("树枝", "修树")
    assert (kind.accept_hours, kind.contact_hours) == (2, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csvs_are_read_in_the_encodings_of_china(tmp_path: Path, encoding: str) -> None:
    workbook.write(sample.make("small"), tmp_path / "small")
    before = importing.read(tmp_path / "small")
    for file in (tmp_path / "small").glob("*.csv"):
        file.write_bytes(file.read_text("utf-8-sig").encode(encoding))
    assert importing.read(tmp_path / "small") == before


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    units = (UnitRow("F", UnitKind.FIRM, "=SUM(A1)"),)
    workbook.write(District(units=units), tmp_path / "f.xlsx")
    assert importing.read(tmp_path / "f.xlsx").units == units


@pytest.mark.parametrize("ending", [".xlsx", ""])
def test_progress_tells_every_row(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"small{ending}"
    workbook.write(sample.make("small"), path)
    ticks: list[int] = []
    importing.read(path, ticks.append)
    assert 0 <= expected_rows(path) - sum(ticks) <= 5  # blank rows are expected and not told


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("ending", [".xlsx", ""])
def test_the_template_imports_as_it_is(tmp_path: Path, ending: str, locale: str) -> None:
    path = tmp_path / f"template{ending}"
    workbook.template(path, texts(locale))
    district = importing.read(path)
    assert all((district.units, district.people, district.posts, district.leaves, district.shifts, district.kinds))


def test_the_template_explains_every_column_and_lists_what_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    workbook.template(path)
    book = load_workbook(path)
    for page in book.worksheets[1:]:
        assert page.freeze_panes == "B2"
        assert all(cell.comment for cell in page[1])
        assert all(len(listed.formula1) <= 255 for listed in page.data_validations.dataValidation)  # Excel's limit
    assert book["岗位"].data_validations.dataValidation[0].formula1.startswith('"网格员,网格长,')


def test_a_folder_of_csvs_holds_the_guide_too(tmp_path: Path) -> None:
    workbook.template(tmp_path / "sheets")
    with (tmp_path / "sheets" / "说明.csv").open(encoding="utf-8-sig") as file:
        assert ["人员", "电话", "可空", "手机号，或带区号的座机", ""] in list(csv.reader(file))
