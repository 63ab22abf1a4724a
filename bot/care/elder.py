"""An elder of the register, who follows them, their alarms, visits and corrections. Values."""

from dataclasses import dataclass
from datetime import date, datetime

MOBILITY = ("well", "slow", "bound")  # walks, walks slowly, stays in bed
FAMILY = "family"  # the role of who is called without a post
EDITABLE = ("phone", "room", "contacts", "allergies", "notes", "mobility", "alone")


@dataclass(frozen=True, slots=True)
class Elder:
    """Somebody who agreed to be looked after. `code` is the register's own number.

    `unit_id` is their building or door. Name, room, phone, contacts, allergies and notes are sealed in storage.
    `agreed_on` is the day of their consent; None once they took it back, with all that is sensitive wiped, on
    `left_on`. `person_id` is
    their own account in the chat, None until they are let in by a code. `doctor_id` comes once a month.
    """

    code: str
    name: str
    unit_id: int
    community_id: int
    room: str = ""
    phone: str = ""
    born: int | None = None
    alone: bool = False
    mobility: str = "well"
    allergies: str = ""
    notes: str = ""
    contacts: str = ""
    doctor_id: int | None = None
    agreed_on: date | None = None
    left_on: date | None = None
    person_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What of an elder says when they are visited, and by whom: nothing of it is sealed, so a whole community is read at once."""

    id: int
    unit_id: int
    community_id: int
    alone: bool = False
    mobility: str = "well"
    doctor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """A family member who follows an elder, since the elder gave them the code and until either ends it."""

    elder_id: int
    person_id: int
    called: str
    agreed_at: datetime
    ended_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class ElderLook:
    """Somebody opened an elder's card, and why."""

    person_id: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """An elder's call for help: the case of it, who goes (None while nobody answered), and when it was over."""

    case_id: int
    elder_id: int
    at: datetime
    goes_id: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmCall:
    """One to call, in the order of `position`. `role` is family or a post's; `at` is None while they were not called."""

    case_id: int
    person_id: int
    position: int
    role: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A dated task: look in on an elder. `kind` is weekly (a worker's) or nursing (a doctor's).

    `passed` counts how often it went on to the next person that day. Once done, `mood` is good, fair, bad or unseen,
    `eats` normal, little or nothing, `medicine` taken, forgotten or none. `case_id` is the case that a worrying answer
    opened.
    """

    elder_id: int
    kind: str
    day: date
    person_id: int
    passed: int = 0
    done_at: datetime | None = None
    missed_at: datetime | None = None
    mood: str = ""
    eats: str = ""
    medicine: str = ""
    words: str = ""
    case_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says is wrong in the register, until the community desk decides."""

    elder_id: int
    field: str
    was: str
    value: str
    asked_by: int
    asked_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    id: int = 0
