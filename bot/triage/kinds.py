"""The catalogue of kinds: what residents ask for, and how each is to be handled. Data, not code.

The shipped catalogue is `kinds.toml` beside this file; a district may replace or add kinds by import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Service(StrEnum):
    """Whether something is wrong (诉求) or something is to be done (代办)."""

    APPEAL = "appeal"
    ERRAND = "errand"


class Urgency(StrEnum):
    """How fast it must go. An emergency gets 119 / 110 / 120 first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of appeal or errand.

    `words` speak for it in a message; `owner` is who answers: "grid", "community", "street", "firm" (the property firm
    of the compound) or a department's code. `accept_hours` and `finish_hours` are working hours, or hours on the wall
    clock where `around_the_clock`. `photo` asks for a picture when it is finished. `hidden` keeps the reporter's name
    from the handler always (举报). `asks` are the extra questions of an errand, as catalogue keys.
    """

    code: str
    name: str
    service: Service
    group: str = ""
    words: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    owner: str = "grid"
    accept_hours: float = 2
    finish_hours: float = 40
    around_the_clock: bool = False
    photo: bool = False
    hidden: bool = False
    open311: str = ""
    icon: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kinds:
    """All kinds in use, in the order people see them."""

    all: tuple[Kind, ...]

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> "Kinds":
        """Index them."""
        return cls(tuple(kinds))

    @cached_property
    def by_code(self) -> dict[str, Kind]:
        """Kinds by code."""
        return {kind.code: kind for kind in self.all}

    def of_service(self, service: Service) -> tuple[Kind, ...]:
        """The kinds of one service."""
        return tuple(kind for kind in self.all if kind.service is service)

    def groups(self, service: Service) -> tuple[str, ...]:
        """The first level of the catalogue, each group once, in order."""
        return tuple(dict.fromkeys(kind.group for kind in self.of_service(service)))
