"""A city's past tickets, read from whatever table they were exported to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import YingshaoError
from bot.grid import cells
from bot.grid.cells import Line, Unreadable
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Tickets:
    """(text, label) rows, and how many rows lacked one of them."""

    rows: tuple[tuple[str, str], ...]
    passed_over: int


def read(path: Path, text: Sequence[str], label: str, said: Texts) -> Tickets:
    """The tickets of a CSV (UTF-8 or GB18030) or XLSX file, from the first sheet that has these columns.

    Several columns of text become lines of one text, a headline first. Raises YingshaoError in the words of `said`: the
    file cannot be read, a column is not there, or no row has both text and label.
    """
    try:
        loaded = cells.load(path)
    except Unreadable as error:
        raise YingshaoError(said(f"district.{error.text}", name=error.name)) from error
    headers = [lines[0].cells for _, lines in loaded if lines]
    found = next((lines for _, lines in loaded if lines and {*text, label} <= {*lines[0].cells}), None)
    if found is None:
        there = dict.fromkeys(name for header in headers for name in header if name)
        if not there:
            raise YingshaoError(said("learning.no_rows"))
        lacking = next((name for name in (*text, label) if name not in there), label)
        raise YingshaoError(said("settings.no_column", column=lacking, columns=said.listed(there)))
    places = [found[0].cells.index(name) for name in text]
    told = [*_told(found[1:], places, found[0].cells.index(label))]
    rows = tuple((words, name) for words, name in told if words and name)
    if not rows:
        raise YingshaoError(said("learning.no_rows"))
    return Tickets(rows, len(told) - len(rows))


def _told(lines: Sequence[Line], places: Sequence[int], label: int) -> Iterator[tuple[str, str]]:
    for line in lines:
        row = (*line.cells, *[""] * (max(*places, label) + 1))
        yield "\n".join(row[place] for place in places if row[place]), row[label]
