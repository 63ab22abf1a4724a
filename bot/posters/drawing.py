"""Draws booklets as PDF: A4 sheets for the wall, or eight stickers a page with marks to cut along.

Measures are millimetres from the top left corner; a text's `y` is its base line and its `size` is in points.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import segno
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextMode

from bot.fonts import cjk_font
from bot.posters.staircases import Booklet, Link, Staircase
from bot.texts import Texts

Size = Literal["a4", "sticker"]

_WIDTH, _HEIGHT = 210.0, 297.0
_MARGIN = 14.0
_COLUMNS, _ROWS = 2, 4
_ACCENT, _ALARM, _INK, _GREY = (11, 94, 84), (176, 0, 32), (0, 0, 0), (110, 110, 110)
_WHITE = (255, 255, 255)
_QUIET = 4  # modules of white around a code, as the standard wants
_DOTS = 8  # pixels a module
_BOLD = 0.012  # How much thicker a bold letter's strokes are, in millimetres a point of its size.
_EVERY_TIME_THE_SAME = datetime(1970, 1, 1, tzinfo=UTC)  # fpdf writes no date for this one


def font_for(booklets: Iterable[Booklet], said: Texts, path: Path) -> str:
    """Write the few letters that these booklets need as a font of their own; the characters that our font lacks.

    A building's file then takes some hundredths of a second instead of half a second.
    """
    letters = {chr(code) for code in range(0x20, 0x7F)}
    letters.update(*(said(key) for key in said.keys("poster.")))
    for booklet in booklets:
        for staircase in booklet.staircases:
            letters.update(staircase.place, staircase.owner, staircase.community)
    letters -= {"\n"}
    with TTFont(cjk_font(), lazy=True) as font:
        lacking = "".join(sorted(letter for letter in letters if ord(letter) not in font.getBestCmap()))
        subsetter = Subsetter(Options(notdef_outline=True))
        subsetter.populate(text="".join(sorted(letters)))
        subsetter.subset(font)
        font.save(path)
    return lacking


def draw(booklet: Booklet, size: Size, font: Path, said: Texts) -> bytes:
    """The PDF of one building: the same bytes whenever it says the same."""
    page = _Page(font, booklet.name.removesuffix(".pdf"), said)
    for staircase in booklet.staircases:
        page.add()
        if size == "a4":
            _sheet(page, staircase)
        else:
            _stickers(page, staircase)
    return page.finished()


class _Page:
    """The PDF in work, with the few things we draw on it."""

    def __init__(self, font: Path, title: str, said: Texts) -> None:
        self.said = said
        self._pdf = FPDF(format="A4")
        self._pdf.set_creation_date(_EVERY_TIME_THE_SAME)
        self._pdf.set_title(title)
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.add_font("sheet", fname=font)

    def add(self) -> None:
        """A new page."""
        self._pdf.add_page()

    def finished(self) -> bytes:
        """The whole file."""
        return bytes(self._pdf.output())

    def box(
        self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int], *, line: float = 0
    ) -> None:
        """A filled rectangle, or its frame where a `line` is given."""
        self._pdf.set_fill_color(*colour)
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(line)
        self._pdf.rect(x, y, width, height, style="D" if line else "F", round_corners=bool(line), corner_radius=3)

    def cross(self, x: float, y: float) -> None:
        """A mark to cut along."""
        self._pdf.set_draw_color(*_GREY)
        self._pdf.set_line_width(0.15)
        self._pdf.line(x - 3, y, x + 3, y)
        self._pdf.line(x, y - 3, x, y + 3)

    def write(
        self,
        words: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        colour: tuple[int, int, int] = _INK,
        bold: bool = False,
        left: bool = False,
    ) -> None:
        """One line within `width`, centred; smaller where it would not fit."""
        self._pdf.set_font("sheet", size=size)
        size = min(size, size * width / max(self._pdf.get_string_width(words), 0.1))
        self._pdf.set_font("sheet", size=size)
        self._pdf.set_text_color(*colour)
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(size * _BOLD)
        indent = 0 if left else (width - self._pdf.get_string_width(words)) / 2
        with self._pdf.local_context(text_mode=TextMode.FILL_STROKE if bold else TextMode.FILL):
            self._pdf.text(x + indent, y, words)

    def code(self, link: Link, x: float, y: float, side: float) -> None:
        """A code to scan; a quarter of it may be scratched off."""
        picture = BytesIO()
        segno.make_qr(link.url, error="q").save(picture, kind="png", scale=_DOTS, border=_QUIET)
        picture.seek(0)
        self._pdf.image(picture, x, y, side, side, alt_text=link.url)


def _sheet(page: _Page, staircase: Staircase) -> None:
    said, width = page.said, _WIDTH - 2 * _MARGIN
    page.box(0, 0, _WIDTH, 72, _ACCENT)
    page.write(said("poster.title"), _MARGIN, 36, width, 80, colour=_WHITE, bold=True)
    page.write(said("poster.how"), _MARGIN, 60, width, 44, colour=_WHITE)
    page.write(staircase.place, _MARGIN, 94, width, 50, bold=True)
    side = 100.0 if len(staircase.links) == 1 else 86.0
    gap = (_WIDTH - side * len(staircase.links)) / (len(staircase.links) + 1)
    for place, link in enumerate(staircase.links):
        x = gap + place * (side + gap)
        page.code(link, x, 101, side)
        page.write(link.caption, x, 101 + side + 7, side, 20)
    page.write(staircase.owner, _MARGIN, 225, width, 24)
    page.write(staircase.community, _MARGIN, 237, width, 24)
    page.box(_MARGIN, 244, width, 34, _ALARM, line=1)
    page.write(said("poster.danger"), _MARGIN, 256, width, 24, colour=_ALARM)
    page.write(said("poster.numbers"), _MARGIN + 4, 271, width - 8, 34, colour=_ALARM, bold=True)
    page.write(said("poster.typed", url=_typed(staircase)), _MARGIN, 288, width, 13, colour=_GREY)


def _stickers(page: _Page, staircase: Staircase) -> None:
    width, height = _WIDTH / _COLUMNS, _HEIGHT / _ROWS
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            _sticker(page, staircase, column * width, row * height)
    for row in range(1, _ROWS):
        for column in range(_COLUMNS + 1):
            page.cross(column * width, row * height)
    for edge in (0.0, _HEIGHT):
        page.cross(width, edge)


def _sticker(page: _Page, staircase: Staircase, x: float, y: float) -> None:
    said, inner, wide = page.said, x + 6, 93.0
    page.write(staircase.place, inner, y + 12, wide, 22, bold=True)
    if len(staircase.links) == 1:
        page.code(staircase.links[0], x + 5, y + 16, 50)
        beside, room = x + 57, 43.0
        page.write(said("poster.title"), beside, y + 28, room, 21, colour=_ACCENT, bold=True)
        page.write(said("poster.how"), beside, y + 37, room, 17)
        page.write(said("poster.danger"), beside, y + 51, room, 12, colour=_ALARM)
        page.write(said("poster.short_numbers"), beside, y + 59, room, 19, colour=_ALARM, bold=True)
    else:
        page.write(said("poster.title_and_how"), inner, y + 19, wide, 14, colour=_ACCENT, bold=True)
        for place, link in enumerate(staircase.links[:2]):
            left = x + 7 + place * 50
            page.code(link, left, y + 21, 38)
            page.write(link.caption, left, y + 62.2, 38, 9)
        page.write(said("poster.danger") + said("poster.short_numbers"), inner, y + 67, wide, 10, colour=_ALARM)
    page.write(said("poster.typed", url=_typed(staircase)), inner, y + 71, wide, 7, colour=_GREY)


def _typed(staircase: Staircase) -> str:
    """The web address without what a browser adds by itself."""
    return staircase.links[0].url.removeprefix("https://").removeprefix("http://")
