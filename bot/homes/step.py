"""One thing that somebody does with the registers of homes, and who may."""

from dataclasses import dataclass
from typing import ClassVar

from bot.chat.acting import Acting
from bot.chat.wishes import HomeStep
from bot.errors import NotAllowed
from bot.grid.directory import Role, UnitKind
from bot.homes.home import Home, Resident
from bot.town import ANSWERING


@dataclass(frozen=True, slots=True)
class Step(Acting):
    """A person does a step, now."""

    area: ClassVar[str] = "homes"
    wish: HomeStep

    async def home(self, home_id: int) -> Home:
        """A home that this person answers for, held. Raises NotAllowed, in the same words where there is none."""
        found = await self.records.homes.get(home_id)
        if found is None or not self.answers_for(found.unit_id, found.community_id):
            raise NotAllowed("homes.not_yours")
        return found

    async def resident(self) -> tuple[Home, Resident]:
        """The person that the step is about, and their home. Raises NotAllowed."""
        one = await self.records.homes.resident(self.wish.subject)
        if one is None:
            raise NotAllowed("homes.not_yours")
        home = await self.home(one.home_id)
        # Read again under the lock of the home: a colleague may have taken them out in the same moment.
        one = await self.records.homes.resident(one.id)
        if one is None:
            raise NotAllowed("homes.not_yours")
        return home, one

    def answers_for(self, unit_id: int, community_id: int) -> bool:
        """Whether this person's post answers for a home there."""
        return bool(self._roles(unit_id, community_id) & ANSWERING)

    def is_desk(self, unit_id: int, community_id: int) -> bool:
        """Whether this person is the community desk there."""
        return Role.COMMUNITY_DESK in self._roles(unit_id, community_id)

    def _roles(self, unit_id: int, community_id: int) -> frozenset[Role]:
        # Where a new import of the district knows the building no more, its community answers.
        here = next((each for each in (unit_id, community_id) if self.town.unit(each) is not None), None)
        return self.town.roles_over(self.person.id, here, self.today)

    def tops(self, roles: frozenset[Role]) -> list[int]:
        """The units at which this person does the work of one of these roles."""
        posts = self.town.posts(self.person.id, self.today)
        return list(dict.fromkeys(post.unit_id for post in posts if post.role in roles))

    def communities(self, tops: list[int]) -> list[int]:
        """The communities at, above or below these units."""
        directory = self.town.directory
        above = [found.id for top in tops if (found := directory.above(top, UnitKind.COMMUNITY)) is not None]
        below = [
            unit.id
            for unit in directory.units.values()
            if unit.kind is UnitKind.COMMUNITY and any(directory.covers(top, unit.id) for top in tops)
        ]
        return list(dict.fromkeys([*above, *below]))
