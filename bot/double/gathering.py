"""Somebody who reported in to a community, and a gathering that it calls. Values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A party member (or anybody of a unit) who reported in: of which unit, and what they can do. `ended_at` set: no more."""

    person_id: int
    community_id: int
    name: str
    unit: str
    can: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """The community calls its members: what for, where and when. `called_off_at` set: it does not happen."""

    community_id: int
    called_by: int
    what: str
    place: str
    starts_at: datetime
    made_at: datetime
    called_off_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member said: comes or not, and whether the community saw them there."""

    gathering_id: int
    person_id: int
    comes: bool
    at: datetime
    there: bool = False
