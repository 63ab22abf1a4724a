"""What taking in a part of a file would change: added, changed and gone. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TypeVar

from bot.homes.home import Business, Home, Key, Register, Resident
from bot.homes.importing import Part

ADDED, CHANGED, GONE = "added", "changed", "gone"
K = TypeVar("K", bound=Hashable)
One = TypeVar("One", Home, Resident, Business)
WHAT = ("home", "person", "business")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list that is read before it is agreed to. `fields` are those that change."""

    sign: str
    what: str
    unit_id: int
    room: str
    name: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be kept and what is to be dropped; kept ones with an id stand already, new people name their home.

    `before` is how those stand now that change or go.
    """

    homes: tuple[Home, ...]
    people: tuple[tuple[Key, Resident], ...]
    businesses: tuple[Business, ...]
    homes_gone: tuple[int, ...]
    people_gone: tuple[int, ...]
    businesses_gone: tuple[int, ...]
    entries: tuple[Entry, ...]
    before: tuple[Home | Resident | Business, ...]

    def count(self, sign: str, what: str) -> int:
        """How many lines of one sort there are."""
        return Counter((entry.sign, entry.what) for entry in self.entries)[sign, what]

    @property
    def fingerprint(self) -> str:
        """The same for the same difference: what somebody agreed to is what is carried out."""
        whole = [
            [asdict(home) | {"visited_on": None} for home in self.homes],
            [[key, asdict(one)] for key, one in self.people],
            [asdict(one) for one in self.businesses],
            [asdict(each) | {"visited_on": None} for each in self.before],
            [asdict(entry) for entry in self.entries],
        ]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def compare(part: Part, stands: Register) -> Difference:
    """What the part would change of what stands in the units that it speaks for. An empty cell says nothing."""
    told, spoken = part.register, part.spoken
    homes = _with_implied(part, stands)
    gone_homes = {
        key: home for key, home in stands.homes.items() if key[0] in spoken.get("homes", ()) and key not in homes
    }
    gone_people = {
        key: one
        for key, one in stands.people.items()
        if key[0] in gone_homes or (key[0][0] in spoken.get("residents", ()) and key not in told.people)
    }
    gone_businesses = {
        key: one
        for key, one in stands.businesses.items()
        if key[0] in spoken.get("businesses", ()) and key not in told.businesses
    }
    kept_homes = list(_kept(homes, stands.homes, ("id", "visited_on")))
    kept_people = list(_kept(told.people, stands.people, ("id", "home_id")))
    kept_businesses = list(_kept(told.businesses, stands.businesses, ("id",)))
    entries = [
        *(Entry(sign, "home", *key, fields=fields) for key, _, sign, fields in kept_homes),
        *(Entry(sign, "person", *key[0], key[1], fields) for key, _, sign, fields in kept_people),
        *(Entry(sign, "business", key[0], "", key[1], fields) for key, _, sign, fields in kept_businesses),
        *(Entry(GONE, "home", *key) for key in gone_homes),
        *(Entry(GONE, "person", *key[0], key[1]) for key in gone_people),
        *(Entry(GONE, "business", key[0], "", key[1]) for key in gone_businesses),
    ]
    return Difference(
        tuple(home for _, home, _, _ in kept_homes),
        tuple((key[0], one) for key, one, _, _ in kept_people),
        tuple(one for _, one, _, _ in kept_businesses),
        tuple(sorted(home.id for home in gone_homes.values())),
        tuple(sorted(one.id for one in gone_people.values())),
        tuple(sorted(one.id for one in gone_businesses.values())),
        tuple(sorted(entries, key=lambda entry: (entry.unit_id, entry.room, WHAT.index(entry.what), entry.name))),
        (
            *(stands.homes[key] for key, _, sign, _ in kept_homes if sign == CHANGED),
            *(stands.people[key] for key, _, sign, _ in kept_people if sign == CHANGED),
            *(stands.businesses[key] for key, _, sign, _ in kept_businesses if sign == CHANGED),
            *gone_homes.values(),
            *gone_people.values(),
            *gone_businesses.values(),
        ),
    )


def _with_implied(part: Part, stands: Register) -> dict[Key, Home]:
    """The homes of the file, with those where it says that somebody lives."""
    homes = dict(part.register.homes)
    for (key, _), one in part.register.people.items():
        if key not in homes:
            use = "rented" if one.relation == "tenant" else "own"
            homes[key] = stands.homes.get(key) or Home(key[0], part.community_id, key[1], use)
    return homes


def _kept(
    told: Mapping[K, One], stands: Mapping[K, One], carried: tuple[str, ...]
) -> Iterator[tuple[K, One, str, tuple[str, ...]]]:
    """What is new or different: its key, itself as it is to be kept, the sign, and the fields that change."""
    for key, one in told.items():
        before = stands.get(key)
        if before is None:
            yield key, one, ADDED, ()
            continue
        said = {
            name: value
            for name in (field.name for field in fields(one))
            if (value := getattr(one, name)) not in {"", None}
        }
        merged = replace(before, **(said | {name: getattr(before, name) for name in carried}))
        different = tuple(name for name in said if getattr(merged, name) != getattr(before, name))
        if different:
            yield key, merged, CHANGED, different
