"""Steps that tests of the registers of homes share: a home with two people, a part of a file."""

from bot.grid.directory import UnitKind
from bot.homes.home import Business, Home, Resident
from bot.homes.importing import Part
from tests.flow.rig import Rig

PHONE = "13800138000"


async def home(rig: Rig, unit: str = "JKY-3-2", room: str = "601", *names: str) -> Home:
    """A home of 金康苑 with its owner, and whoever else is named."""
    directory = rig.house.town.directory
    here = directory.by_code[unit]
    community = directory.above(here.id, UnitKind.COMMUNITY)
    assert community is not None
    async with rig.storage.writing() as records:
        kept = await records.homes.save(Home(here.id, community.id, room))
        await records.homes.save_resident(Resident(kept.id, "赵大海", "owner", PHONE, 1950))
        for name in names:
            await records.homes.save_resident(Resident(kept.id, name, "family"))
    return kept


async def living(rig: Rig, home_id: int) -> dict[str, Resident]:
    """Who lives there, by name."""
    async with rig.storage.writing() as records:
        return {one.name: one for one in await records.homes.residents(home_id)}


def part(rig: Rig, *people: tuple[str, str], unit: str = "JKY-3-2", shops: tuple[str, ...] = ()) -> Part:
    """A part of a file: who lives in which room of a door, and the businesses there."""
    directory = rig.house.town.directory
    here = directory.by_code[unit]
    community = directory.above(here.id, UnitKind.COMMUNITY)
    assert community is not None
    made = Part(community.id, spoken={"residents": {here.id}, "businesses": {here.id}})
    for room, name in people:
        made.register.people[(here.id, room), name] = Resident(0, name, "owner")
    for shop in shops:
        made.register.businesses[here.id, shop] = Business(here.id, community.id, shop, "小吃", "金康苑3号楼")
    return made
