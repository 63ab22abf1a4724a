"""Staff groups: a unit's cards come to a group that its desk or head bound. What people tell each other is theirs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.chat.menus import INVITING
from bot.chat.messages import Address, Incoming, Outgoing
from bot.grid.directory import Role, Unit
from bot.people.people import Person
from bot.records import Records
from bot.town import Town

BINDING = (*INVITING, Role.GRID_HEAD)
_COMMAND = "/bind"


class Groups:
    """What we do in a group besides showing cards. `links(payload)` has the way to a private chat with us, by network."""

    def __init__(self, links: Callable[[str], Mapping[str, str]]) -> None:
        self._links = links

    async def heard(self, records: Records, town: Town, said: Incoming, now: datetime) -> None:
        """Somebody spoke to us in a group: /bind binds it; all else is answered with the way to a private chat.

        Nothing that was said is kept, and nobody who said it becomes known to us.
        """
        if said.edits:
            return
        if said.text.startswith(_COMMAND):
            person = await records.chats.person(said.sender)
            text = await self._bind(records, town, person, said, now)
        else:
            text = town.texts("people.group_hint", link=self._links("").get(said.address.channel, ""))
        await records.outbox.post(said.address, Outgoing(text.strip()), now)

    async def _bind(self, records: Records, town: Town, person: Person | None, said: Incoming, now: datetime) -> str:
        t = town.texts
        if person is None:
            return t("people.join_first")
        units = bindable(town, person.id, town.clocks.today(now))
        if not units:
            return t("people.may_not_bind")
        named = said.text.removeprefix(_COMMAND).strip()
        chosen = [unit for unit in units if named in (unit.name, unit.code)] if named else units
        if len(chosen) != 1:
            return t("people.bind_which", units="\n".join(f"{_COMMAND} {unit.name}" for unit in units))
        await records.chats.bind_group(said.address, chosen[0].id, person.id, now)
        return t("people.group_bound", unit=chosen[0].name)


def bindable(town: Town, person_id: int, day: date) -> list[Unit]:
    """The units whose cards this person may let into a group: those they are the desk, head or manager of."""
    posts = (post for post in town.posts(person_id, day) if post.role in BINDING)
    return [town.directory.units[unit_id] for unit_id in dict.fromkeys(post.unit_id for post in posts)]


async def presser(records: Records, town: Town, sender: Address, now: datetime) -> Person | None:
    """Who pressed a button in a group; None for everybody who is not of the staff."""
    person = await records.chats.person(sender)
    return person if person is not None and town.posts(person.id, town.clocks.today(now)) else None
