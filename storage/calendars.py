"""A district's own table of holidays in the database."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.holidays import Holidays
from storage.database import Database
from storage.people import bump
from storage.tables import holidays


async def load_holidays(connection: AsyncConnection) -> Holidays:
    """The table over what the library knows."""
    rows = await connection.execute(select(holidays.c.day, holidays.c.works))
    return Holidays({row.day: row.works for row in rows})


async def take_holidays(database: Database, days: Mapping[date, bool], source: str) -> None:
    """Put `days` in the place of all that the table has of their years, all or nothing; every service reads it anew."""
    async with database.writing() as connection:
        for year in {day.year for day in days}:
            of_year = holidays.c.day.between(date(year, 1, 1), date(year, 12, 31))
            await connection.execute(delete(holidays).where(of_year))
        rows = [{"day": day, "works": works, "source": source[:255]} for day, works in sorted(days.items())]
        await connection.execute(insert(holidays), rows)
        await bump(connection)
