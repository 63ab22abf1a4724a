"""The picture of a report, drawn by the process that draws it in the service."""

import io
import subprocess
import sys
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.digests.charts import NotDrawn, chart, draw
from bot.digests.figures import Report, Span
from bot.digests.measures import Measure
from bot.digests.rates import Totals
from bot.digests.records import Spread
from bot.town import Town

SPAN = Span.of("day", date(2026, 11, 23))
FIRST = date(2026, 11, 10)
DAYS: tuple[tuple[date, Totals], ...] = tuple(
    (FIRST + timedelta(days=n), {Measure.FILED: n, Measure.FINISHED: 14 - n}) for n in range(14)
)
BUSY = Report((2,), SPAN, {}, {}, DAYS, (), ((9, 0), (4, 2), (0, 0), (0, 0), (1, 1)), None, (Spread(3, "leak", 7),))
EMPTY = Report((2,), SPAN, {}, {}, tuple((day, {}) for day, _ in DAYS), (), ((0, 0),) * 5)


@pytest.mark.parametrize("report", [BUSY, EMPTY], ids=["busy", "empty"])
async def test_a_picture_is_as_wide_as_a_phone_shows(town: Town, report: Report) -> None:
    with Image.open(io.BytesIO(await draw(chart(town, report)))) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)


def test_a_chart_names_units_and_kinds_as_people_do(town: Town) -> None:
    heat = chart(town, BUSY)["heat"]
    assert (heat["rows"], heat["columns"], heat["cells"]) == (["漏水渗水"], ["金康社区"], [[7]])


def test_an_empty_stretch_says_so_in_words(town: Town) -> None:
    assert chart(town, EMPTY)["ages"]["empty"] == "没有没办完的事"


async def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(NotDrawn):
        await draw({"title": "没有别的"})


def test_the_service_never_loads_the_drawing_library() -> None:
    asked = "import bot.app, sys; print([m for m in ('matplotlib',) if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
