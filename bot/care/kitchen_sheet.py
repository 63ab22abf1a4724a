"""The kitchen's sheet as a workbook: the same lines as in the message, to print and tick off."""

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from bot.care.canteen import Canteen, Meal
from bot.digests.sheets import table
from bot.people.people import mask_name
from bot.town import Town


def workbook(town: Town, canteen: Canteen, day: date, meals: Sequence[Meal]) -> bytes:
    """XLSX with a sheet for those who eat there and one for what goes out, in the order of the way. No text is a formula."""
    t, book = town.texts, Workbook()
    book.remove(book.worksheets[0])
    for way in ("dine", "deliver"):
        found = [meal for meal in meals if meal.way == way]
        if way == "deliver":
            found.sort(key=lambda meal: (meal.unit_id or 0, meal.room))
        head = [t(f"meals.sheet_{column}") for column in ("number", "name", "place", "count", "done")]
        rows: list[tuple[str | int, ...]] = [
            (number, mask_name(meal.name) or t("meals.somebody"), _place(town, canteen, meal), meal.count, "")
            for number, meal in enumerate(found, 1)
        ]
        rows.append((t("meals.sheet_total"), "", "", sum(meal.count for meal in found), ""))
        table(book, t(f"meals.sheet_{way}", day=day.isoformat()), head, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _place(town: Town, canteen: Canteen, meal: Meal) -> str:
    return canteen.place if meal.way == "dine" else town.address(meal.unit_id, meal.room)
