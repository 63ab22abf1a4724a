"""Opening a database: brought to this version, its key proved, with a district in it."""

from zoneinfo import ZoneInfo

from bot.cases.clocks import Clocks
from bot.config import Settings
from bot.grid import sample
from bot.grid.sample_outlines import sample_outlines
from bot.house import House
from bot.texts import Texts
from storage.database import Database
from storage.districts import Districts
from storage.migrating import alone, migrate
from storage.reaching import opening
from storage.resealing import prove


async def bring_up(database: Database) -> None:
    """Bring the schema to this version, and prove that our keys open what is sealed in it.

    Raises DatabaseAway where it does not answer, and BadSettings where it never will so.
    """
    with opening(database):
        await migrate(database)
        await prove(database)


async def furnish(settings: Settings, database: Database, said: Texts) -> House:
    """The house with the town of a database that was brought up: a fresh one gets the small sample. Raises as `bring_up`."""
    districts = Districts(database)
    house = House(districts, said, Clocks(ZoneInfo(settings.timezone)))
    with opening(database):
        async with alone(database):
            if await districts.revision() == 0:
                await districts.apply(made := sample.make())
                codes = (await districts.load()).by_code
                await districts.draw({codes[code].id: area for code, area in sample_outlines(made).items()})
        await house.refresh()
    return house


async def open_house(settings: Settings, database: Database, said: Texts) -> House:
    """Both, one after the other. Raises as they do."""
    await bring_up(database)
    return await furnish(settings, database, said)
