"""One act in the making: what every act on a case needs, and the one way a case is changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.cases import letters
from bot.cases.lifecycle import Act, Case
from bot.cases.notices import note, pictures, show_all, tell, tell_residents
from bot.cases.rights import Relation
from bot.chat.messages import Attachment, Outgoing
from bot.chat.wishes import DoAct
from bot.errands.following import follow
from bot.people.people import Person
from bot.records import Records
from bot.texts import Texts
from bot.town import Town
from bot.triage.kinds import Service

Replies = tuple[Outgoing, ...]
_BETWEEN = frozenset({Act.RELAY, Act.ASK})  # the handler and the reporter: followers do not hear it


@dataclass(frozen=True, slots=True)
class Doing:
    """A person does an act on a case, now. Whether they may was asked before."""

    records: Records
    town: Town
    person: Person
    case: Case
    wish: DoAct
    now: datetime
    standing: frozenset[Relation]

    @property
    def texts(self) -> Texts:
        """The catalogue."""
        return self.town.texts

    @property
    def today(self) -> date:
        """The local date."""
        return self.town.clocks.today(self.now)

    async def move(self, after: Case | None = None, words: str | None = None, **changes: Any) -> Case:
        """Keep the case as the act leaves it, write the event and give the pictures to it. Returns the case after.

        `after` where more than fields changed; else the state that the act leads to, with `changes`.
        """
        act = self.wish.act
        after = replace(after or replace(self.case, state=self.case.after(act)), **changes)
        if after != self.case:
            await self.records.cases.save(after)
        said = self.wish.words if words is None else words
        files = self.wish.attachments
        await note(self.records, self.town, self.case, after, act, self.person.id, self.now, said, files)
        if after.service == Service.ERRAND and after != self.case:
            await follow(self.records, self.town, self.case, after, self.now)
        return after

    async def pictures(self) -> tuple[Attachment, ...]:
        """The pictures that came with the act."""
        return await pictures(self.records, self.case, self.wish.attachments) if self.wish.attachments else ()

    async def announce(self, after: Case, words: str | None = None) -> None:
        """Tell the residents of the change, and bring all cards up to date."""
        said = (self.wish.words if words is None else words) or self._only_photos()
        news = letters.news(self.town, after, self.wish.act, said, self.now, await self.pictures())
        if self.wish.act in _BETWEEN:
            await tell(self.records, after.reporter_id, news, self.now, after.id)
        else:
            await tell_residents(self.records, after, news, self.now)
        await show_all(self.records, self.town, after, self.now)

    def said(self) -> str:
        """The words of the act, or that there are only pictures."""
        return self.wish.words or self._only_photos()

    def noted(self, what: str, words: str) -> str:
        """What stands in the history: what was asked or decided, and the words that came with it."""
        return self.texts("case.noted", what=what, words=words) if what and words else what or words

    def done(self, key: str = "case.done", **values: object) -> Replies:
        """The short answer to who did it."""
        return (Outgoing(self.texts(key, **values)),)

    def _only_photos(self) -> str:
        return self.texts("case.photos_only") if self.wish.attachments else ""

    def does(self, act: Act) -> bool:
        """Whether this is that act."""
        return self.wish.act is act
