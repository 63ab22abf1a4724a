"""What every step of a person has: their transaction, who they are, where and when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bot.chat.conversation import Scene
from bot.chat.messages import Outgoing
from bot.people.people import Person
from bot.records import Records
from bot.texts import Texts
from bot.town import Town


@dataclass(frozen=True, slots=True)
class Acting:
    """A person does something, now. `area` is the catalogue that its short answers are from."""

    area: ClassVar[str]
    records: Records
    scene: Scene

    @property
    def town(self) -> Town:
        """Today's town."""
        return self.scene.town

    @property
    def texts(self) -> Texts:
        """The catalogue."""
        return self.scene.texts

    @property
    def person(self) -> Person:
        """Who does it."""
        return self.scene.person

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.scene.now

    @property
    def today(self) -> date:
        """The local date."""
        return self.scene.today

    def say(self, key: str, **values: object) -> tuple[Outgoing, ...]:
        """A short answer."""
        return (Outgoing(self.texts(f"{self.area}.{key}", **values)),)
