"""One thing that somebody does in elder care, and who may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from bot.care.elder import Elder, Need
from bot.chat.acting import Acting
from bot.chat.wishes import CareStep, FileCase
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.people.people import Person
from bot.records import Records
from bot.town import ANSWERING, Town

File = Callable[[Records, Town, Person, FileCase, datetime], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Step(Acting):
    """A person does a step, now. `file` opens a case."""

    area: ClassVar[str] = "elders"
    wish: CareStep
    file: File

    async def elder(self) -> Elder:
        """The elder that the step is about, for somebody who may see them; with no subject, who speaks. Raises NotAllowed."""
        if not self.wish.subject:
            return await self.myself()
        found = await self.records.elders.get(self.wish.subject)
        if found is None or found.agreed_on is None or not await self.may_see(found):
            raise NotAllowed("elders.not_yours")  # The same words whether there is such an elder or not.
        return found

    async def myself(self) -> Elder:
        """The elder who speaks. Raises NotAllowed for everybody else."""
        found = await self.records.elders.get(self.person.elder_id) if self.person.elder_id is not None else None
        if found is None or found.agreed_on is None:
            raise NotAllowed("elders.not_listed")
        return found

    async def may_see(self, elder: Elder) -> bool:
        """Whether this person may open the card: the elder, those who visit there, their doctor."""
        if self.person.id in {elder.person_id, elder.doctor_id} or self.covers(elder):
            return True
        return any(visit.elder_id == elder.id for visit in await self.records.visits.open_of(self.person.id))

    def covers(self, elder: Elder) -> bool:
        """Whether this person's post is to look after the elder's home."""
        return bool(self._roles(elder) & ANSWERING)

    def is_desk(self, elder: Elder) -> bool:
        """Whether this person is the community desk there."""
        return Role.COMMUNITY_DESK in self._roles(elder)

    def _roles(self, elder: Elder) -> frozenset[Role]:
        return self.town.roles_over(self.person.id, where(self.town, elder), self.today)


def where(town: Town, elder: Elder | Need) -> int | None:
    """The elder's home as the directory has it today; the community where a new import knows the building no more."""
    return next((unit_id for unit_id in (elder.unit_id, elder.community_id) if unit_id in town.directory.units), None)


def press(subject: int, verb: str, value: str = "") -> str:
    """Button data for a step."""
    return f"k:{subject}:{verb}:{value}" if value else f"k:{subject}:{verb}"
