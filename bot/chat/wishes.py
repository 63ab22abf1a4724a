"""What a person wants done, once the conversation has understood it. Casework and people's affairs carry it out."""

from dataclasses import dataclass
from datetime import date

from bot.cases.lifecycle import Act


@dataclass(frozen=True, slots=True)
class FileCase:
    """File an appeal or an errand as the check screen showed it."""

    kind: str
    words: str
    unit_id: int | None
    room: str
    place: str
    lat: float | None
    lon: float | None
    urgency: str
    anonymous: bool
    attachments: tuple[int, ...]
    slot: str = ""
    hand_over: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class DoAct:
    """Do something to a case, with words, pictures or a chosen value."""

    case_id: int
    act: Act
    words: str = ""
    attachments: tuple[int, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """Open the form for an act, if this person may do it now."""

    case_id: int
    act: Act


@dataclass(frozen=True, slots=True)
class ShowCase:
    """One case with its history in words."""

    case_id: int


@dataclass(frozen=True, slots=True)
class ShowMine:
    """A resident's cases."""


@dataclass(frozen=True, slots=True)
class ShowWork:
    """A staff member's list, most urgent first."""


@dataclass(frozen=True, slots=True)
class ShowDigest:
    """The manager's figures now."""


@dataclass(frozen=True, slots=True)
class FindWorker:
    """Ask who my grid worker is."""


@dataclass(frozen=True, slots=True)
class Redeem:
    """Come in with an invite code."""

    code: str


@dataclass(frozen=True, slots=True)
class BindGroup:
    """Let this group chat get a unit's cards."""


@dataclass(frozen=True, slots=True)
class TakeLeave:
    """Leave days; None, None means back at work."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask a new colleague in."""

    unit_id: int
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class SaveHome:
    """Remember where I live."""

    unit_id: int
    room: str


Wish = (
    FileCase
    | DoAct
    | Begin
    | ShowCase
    | ShowMine
    | ShowWork
    | ShowDigest
    | FindWorker
    | Redeem
    | BindGroup
    | TakeLeave
    | Invite
    | SaveHome
)
