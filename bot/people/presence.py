"""Chats that come and go: whoever blocks us is reached elsewhere, a group that put us out gets no more cards."""

from collections.abc import Callable
from datetime import datetime

from bot.chat.messages import Address, Outgoing
from bot.house import House
from bot.records import Records, Storage


class Presence:
    """Told by the networks of people and groups that left us, let us in, or moved."""

    def __init__(self, storage: Storage, house: House, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._house = house
        self._clock = clock

    async def left(self, address: Address) -> None:
        """A person blocked us, or a group put us out."""
        async with self._storage.writing() as records:
            await self.gone(records, address, self._clock())

    async def came(self, address: Address, *, group: bool) -> None:
        """A person let us in again and gets what rested for them; a group that took us in is told what to do."""
        now = self._clock()
        async with self._storage.writing() as records:
            await records.chats.came_back(address)
            await records.outbox.wake((address,), now)
            if group:
                await records.outbox.post(address, Outgoing(self._house.town.texts("people.group_hello")), now)

    async def moved(self, old: Address, new: Address) -> None:
        """The network gave a group another id."""
        async with self._storage.writing() as records:
            await records.chats.move(old, new)
            await records.outbox.redirect(old, new, self._clock())

    async def gone(self, records: Records, address: Address, now: datetime) -> None:
        """Nothing arrives here any more: what waits goes to another address of the same person, where there is one.

        Whoever had bound a group hears that it gets no more cards.
        """
        await records.people.unreachable(address)
        person = await records.chats.person(address)
        others = await records.people.addresses(person.id) if person is not None else ()
        if others:
            await records.outbox.redirect(address, others[0], now)
        bound_by = await records.chats.unbind(address)
        if bound_by is not None:
            for home in (await records.people.addresses(bound_by))[:1]:
                await records.outbox.post(home, Outgoing(self._house.town.texts("people.group_lost")), now)
