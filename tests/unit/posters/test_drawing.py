"""A printed page, drawn as a printer would, is scanned again by a decoder that knows nothing of how it was made."""

from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from bot.posters.drawing import Size, draw, font_for
from bot.posters.staircases import Booklet, Link, Staircase
from bot.texts import texts

SAID = texts()
WEB = Link("https://wangge.example.cn/?b=JKY-3-2", "手机直接扫")
TELEGRAM = Link("https://t.me/yingshao_bot?start=b_JKY-3-2", "用 Telegram 扫")


def staircase(*links: Link, place: str = "金康苑3号楼2单元") -> Staircase:
    return Staircase(place, "金康苑第一网格的网格员为您办", "办不好，再找金康社区", links)


def drawn(tmp_path: Path, size: Size, *staircases: Staircase) -> bytes:
    booklet = Booklet("金康苑-3号楼.pdf", staircases)
    font_for([booklet], SAID, tmp_path / "font.otf")
    return draw(booklet, size, tmp_path / "font.otf", SAID)


def scanned(page: Any, dots_per_point: float) -> Counter[str]:
    image = page.render(scale=dots_per_point).to_pil()
    return Counter(found.text for found in zxingcpp.read_barcodes(image))


@pytest.mark.parametrize("links", [(WEB,), (WEB, TELEGRAM)], ids=["web", "both"])
def test_every_code_of_a_sheet_can_be_scanned_from_a_coarse_picture(tmp_path: Path, links: tuple[Link, ...]) -> None:
    pages = pypdfium2.PdfDocument(drawn(tmp_path, "a4", staircase(*links)))
    assert scanned(pages[0], 1.0) == Counter(link.url for link in links)


@pytest.mark.parametrize("links", [(WEB,), (WEB, TELEGRAM)], ids=["web", "both"])
def test_a_page_of_stickers_has_each_code_eight_times(tmp_path: Path, links: tuple[Link, ...]) -> None:
    pages = pypdfium2.PdfDocument(drawn(tmp_path, "sticker", staircase(*links)))
    assert scanned(pages[0], 2.0) == Counter({link.url: 8 for link in links})


@pytest.mark.parametrize("size", ["a4", "sticker"])
def test_a_page_is_a4_and_there_is_one_for_each_staircase(tmp_path: Path, size: Size) -> None:
    pages = pypdfium2.PdfDocument(drawn(tmp_path, size, staircase(WEB), staircase(WEB)))
    assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in pages] == [(210, 297)] * 2


@pytest.mark.parametrize("size", ["a4", "sticker"])
def test_a_page_says_what_to_do_where_one_is_and_whom_to_call_in_danger(tmp_path: Path, size: Size) -> None:
    words = pypdfium2.PdfDocument(drawn(tmp_path, size, staircase(WEB)))[0].get_textpage().get_text_range()
    assert all(word in words for word in ("有事找网格员", "扫一扫，说一句", "金康苑3号楼2单元", "110", "119", "120"))


def test_a_long_name_stays_within_the_page(tmp_path: Path) -> None:
    long = staircase(WEB, place="中国铁建国际城梧桐苑二期东区商业综合楼甲12号楼东三单元")
    page = pypdfium2.PdfDocument(drawn(tmp_path, "a4", long))[0]
    bounds = [each.get_bounds() for each in page.get_objects()]
    assert all(left >= -1 and right <= page.get_width() + 1 for left, _, right, _ in bounds)


def test_the_same_sheet_is_the_same_file(tmp_path: Path) -> None:
    assert drawn(tmp_path, "a4", staircase(WEB)) == drawn(tmp_path, "a4", staircase(WEB))


def test_a_character_that_the_font_lacks_is_told(tmp_path: Path) -> None:
    rare = Booklet("x.pdf", (staircase(WEB, place="𠮷祥苑"),))
    assert font_for([rare], SAID, tmp_path / "font.otf") == "𠮷"


@pytest.mark.parametrize("size", ["a4", "sticker"])
@pytest.mark.parametrize("links", [(WEB,), (WEB, TELEGRAM)], ids=["web", "both"])
def test_no_code_covers_any_words(tmp_path: Path, size: Size, links: tuple[Link, ...]) -> None:
    page = pypdfium2.PdfDocument(drawn(tmp_path, size, staircase(*links)))[0]
    codes, lines = (
        [each.get_bounds() for each in page.get_objects(filter=[kind])]
        for kind in (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE, pypdfium2.raw.FPDF_PAGEOBJ_TEXT)
    )
    assert len(lines) > 5
    covered = [(c, w) for c in codes for w in lines if c[0] < w[2] and w[0] < c[2] and c[1] < w[3] and w[1] < c[3]]
    assert covered == []
