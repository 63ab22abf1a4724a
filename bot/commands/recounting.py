"""Computes deadlines anew after a change of holidays, telling the operator which moved.

Heavy as a whole: the command imports it where it does its work.
"""

from datetime import date, datetime, time

from tqdm import tqdm

from bot.cases.recounting import recount_some
from bot.clock import SystemClock
from bot.texts import Texts
from bot.town import Town, say_time
from storage.database import Database
from storage.records import DatabaseStorage


async def recount(database: Database, town: Town, first: date, said: Texts) -> None:
    """Compute the deadlines from that day on anew, some at a time, and say which moved and what is still unknown."""
    storage, now = DatabaseStorage(database), SystemClock()()

    def say(moment: datetime | None) -> str:
        return "" if moment is None else say_time(said, town.clocks, moment, now)

    last, count, moved = 0, 0, 0
    with tqdm(disable=None) as bar:
        while True:
            async with storage.writing() as records:
                ids, some = await recount_some(records, town, town.clocks.at(first, time()), last, now)
            if not ids:
                break
            last, count, moved = ids[-1], count + len(ids), moved + len(some)
            bar.update(len(ids))
            for each in some:
                for what, was, is_ in each.deadlines:
                    values = {"what": said(f"calendar.{what}"), "before": say(was), "after": say(is_)}
                    bar.write(said("calendar.moved", number=each.after.number, **values))
    print(said("calendar.recounted", count=count, moved=moved))
    today = town.clocks.today(now)
    for year in (today.year, today.year + 1):
        known = "known" if town.clocks.holidays.knows(year) else "unknown"
        print(said(f"calendar.{known}", year=year))
