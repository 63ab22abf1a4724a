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

    def above(self, other: "Urgency") -> bool:
        """Whether this goes before the other."""
        order = list(Urgency)
        return order.index(self) < order.index(other)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of appeal or errand.

    `words` speak for it in a message; `owner` is who answers: "grid", "community", "street", "firm" (the property firm
    of the compound) or a department's code. `accept_hours`, `contact_hours` and `finish_hours` are working hours, or
    hours on the wall clock where `around_the_clock`. `photo` asks for a picture when it is finished. `hidden` keeps the
    reporter's name from the handler always (举报). `asks` are the extra questions of an errand: catalogue keys or a city's own
    words, with a ! before those whose answer is secret. `price` is free or cost (at cost, with the receipt), at most
    `cost_limit` yuan where that is not 0; `doers` says who may do it, anyone or worker; `proof` how it is handed over, by
    code or photo.
    """

    code: str
    name: str
    service: Service
    group: str = ""
    words: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    owner: str = "grid"
    accept_hours: float = 2
    contact_hours: float = 8
    finish_hours: float = 40
    around_the_clock: bool = False
    photo: bool = False
    hidden: bool = False
    open311: str = ""
    icon: str = ""
    asks: tuple[str, ...] = ()
    price: str = "free"
    cost_limit: float = 0
    doers: str = "anyone"
    proof: str = "code"


@dataclass(frozen=True)
class Kinds:
    """All kinds, in the order people see them.

    Those `resting` are known to old cases but offered to nobody now. `learnt_alone`: a city's own labels sort appeals.
    """

    all: tuple[Kind, ...]
    resting: frozenset[str] = frozenset()
    learnt_alone: bool = False

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> "Kinds":
        """Index them."""
        return cls(tuple(kinds))

    @cached_property
    def by_code(self) -> dict[str, Kind]:
        """Kinds by code."""
        return {kind.code: kind for kind in self.all}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The codes of those that hide who reported."""
        return frozenset(kind.code for kind in self.all if kind.hidden)

    def of_service(self, service: Service) -> tuple[Kind, ...]:
        """The kinds of one service that are offered."""
        return tuple(kind for kind in self.all if kind.service is service and kind.code not in self.resting)

    def taught(self, learnt: Iterable[Kind], labels: Iterable[str], *, alone: bool) -> "Kinds":
        """The catalogue with the kinds that a city's history added, before the last.

        `alone`: appeals are sorted by these `labels` and no others from now on. What keeps people safe stays beside
        them: emergencies, kinds that hide the reporter, inquiries, praise and the last, which takes whatever fits nowhere.
        """
        mine, last = {kind.code: kind for kind in self.all[:-1]}, self.all[-1:]
        added = {kind.code: kind for kind in learnt if kind.code not in mine}
        resting = self.resting | {*added}
        if alone:
            resting |= {kind.code for kind in mine.values() if _replaceable(kind)}
        return Kinds((*mine.values(), *added.values(), *last), resting - {*labels}, self.learnt_alone or alone)

    def groups(self, service: Service) -> tuple[str, ...]:
        """The first level of the catalogue, each group once, in order."""
        return tuple(dict.fromkeys(kind.group for kind in self.of_service(service)))


def _replaceable(kind: Kind) -> bool:
    plain = kind.service is Service.APPEAL and kind.code not in {"inquiry", "praise"}
    return plain and not kind.hidden and kind.urgency is not Urgency.EMERGENCY
