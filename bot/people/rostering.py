"""Shifts told in the chat: one's own, or those of a unit by its head or desk."""

from bot.cases.notices import tell
from bot.chat.conversation import Scene
from bot.chat.menus import ROSTERING
from bot.chat.messages import Outgoing
from bot.chat.wishes import SaveShifts
from bot.errors import NotAllowed
from bot.grid.directory import Unit
from bot.grid.rosters import said
from bot.grid.shifts import MOST
from bot.records import Records


async def carry_out(records: Records, scene: Scene, wish: SaveShifts) -> tuple[Outgoing, ...]:
    """Keep the shifts and read them back. Raises NotAllowed for who is no staff, or neither head nor desk of the unit."""
    town = scene.town
    if scene.person.id not in town.directory.staff:
        raise NotAllowed("people.staff_only")
    if len(wish.shifts) > MOST:
        raise NotAllowed("shifts.too_many", most=MOST)
    lines = "\n".join(said(scene.texts, wish.shifts, scene.today))
    if wish.unit_id is not None:
        unit = town.unit(wish.unit_id)
        if unit is None or not town.roles_over(scene.person.id, unit.id, scene.today) & set(ROSTERING):
            raise NotAllowed("shifts.may_not")
        return await _of_unit(records, scene, unit, wish, lines)
    await records.people.save_shifts(scene.person.id, wish.shifts)
    led = any(town.directory.units[post.unit_id].shifts for post in town.directory.posts_of(scene.person.id))
    key = "saved" if lines else "saved_unit" if led else "saved_none"
    return (Outgoing(scene.texts(f"shifts.{key}", lines=lines), menu=True),)


async def _of_unit(records: Records, scene: Scene, unit: Unit, wish: SaveShifts, lines: str) -> tuple[Outgoing, ...]:
    """Everybody there who follows the unit's shifts hears of the change."""
    await records.people.save_shifts(unit.id, wish.shifts, unit=True)
    directory, key = scene.town.directory, "theirs" if lines else "theirs_none"
    text = scene.texts(f"shifts.{key}", unit=unit.name, lines=lines)
    holders = dict.fromkeys(post.holder_id for post in directory.posts_at(unit.id) if post.holder_id is not None)
    for person_id in holders:
        staff = directory.staff.get(person_id)
        if staff is not None and not staff.shifts and person_id != scene.person.id:
            await tell(records, person_id, Outgoing(scene.texts("shifts.changed", shifts=text)), scene.now)
    return (Outgoing(scene.texts("shifts.noted", shifts=text), menu=True),)
