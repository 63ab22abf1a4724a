from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.errors import BadDistrict
from bot.grid import importing, sample, workbook

Cells = dict[str, dict[str, str | float | date]]  # sheet: {"B7": value}


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    workbook.write(sample.make("small"), path)
    return path


@pytest.fixture
def faults_of(small_file: Path) -> Callable[[Cells], tuple[str, ...]]:
    """The faults of the small sample after some cells were written over."""

    def faults(cells: Cells) -> tuple[str, ...]:
        book = load_workbook(small_file)
        for sheet, values in cells.items():
            for place, value in values.items():
                book[sheet][place] = value
                if isinstance(value, date):
                    book[sheet][place].number_format = "yyyy-mm-dd"
        book.save(small_file)
        with pytest.raises(BadDistrict) as raised:
            importing.read(small_file)
        return raised.value.faults

    return faults
