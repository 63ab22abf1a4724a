"""How many homes, people and businesses stand where: whole communities and single units in one look."""

from bot.homes.home import Home, Resident, Tally
from storage.database import Database
from storage.records import DatabaseStorage

FIRST, SECOND = 1, 2


async def keep(database: Database, unit_id: int, community_id: int, room: str, people: int) -> None:
    async with DatabaseStorage(database).writing() as records:
        home = await records.homes.save(Home(unit_id, community_id, room))
        for number in range(people):
            await records.homes.save_resident(Resident(home.id, f"王{number}", "owner"))


async def counted(database: Database, parted: set[int], whole: set[int]) -> set[Tally]:
    async with DatabaseStorage(database).writing() as records:
        return set(await records.home_desk.tallies(parted, whole))


async def test_a_community_is_told_by_its_units_or_as_one(database: Database) -> None:
    await keep(database, 11, FIRST, "101", 1)
    await keep(database, 11, FIRST, "102", 3)
    await keep(database, 12, FIRST, "101", 0)
    await keep(database, 21, SECOND, "101", 1)
    await keep(database, 22, SECOND, "101", 2)
    assert await counted(database, {FIRST}, {SECOND}) == {
        Tally(11, 2, 4, 1), Tally(12, 1, 0, 0), Tally(SECOND, 2, 3, 1)
    }  # fmt: skip
    assert await counted(database, {SECOND}, set()) == {Tally(21, 1, 1, 1), Tally(22, 1, 2, 0)}
    assert await counted(database, set(), set()) == set()
