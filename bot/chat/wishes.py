"""What a person wants done, once the conversation has understood it. Casework and people's affairs carry it out."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.cases.lifecycle import Act
from bot.errands.errand import Order
from bot.grid.shifts import Shift


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
    order: Order | None = None
    by_turns: bool = False  # an elder calls for help: people are called one by one, not the owner's at once
    distinct: bool = False  # the resident was shown a case like it and said that it is another


@dataclass(frozen=True, slots=True)
class Join:
    """Make a report part of a case it repeats. `how` is own, again, near or followed, as `repeating` offered it."""

    case_id: int
    how: str
    report: FileCase


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Tell me of this case no more."""

    case_id: int


@dataclass(frozen=True, slots=True)
class DoAct:
    """Do something to a case, with words, pictures or a chosen value."""

    case_id: int
    act: Act
    words: str = ""
    attachments: tuple[int, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """Words tell that a thing is mended: who has a case in work is asked whether it is that, others are thanked."""

    words: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Open the form for an act, if this person may do it now; `value` where the button said it already."""

    case_id: int
    act: Act
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShowCase:
    """One case with its history in words; `view` more, trail or looks shows another side of it."""

    case_id: int
    view: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Remind me of this case no more, or again (静音)."""

    case_id: int
    on: bool


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
class OpenBoard:
    """A one-time link to the board."""


@dataclass(frozen=True, slots=True)
class LeaveBoard:
    """Shut all browsers of mine out."""


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
class SaveShifts:
    """These are my shifts from now on, or those of a unit; none means on duty all the time."""

    shifts: tuple[Shift, ...]
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask a new colleague in."""

    unit_id: int
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Where we think I live, and how to change that."""


@dataclass(frozen=True, slots=True)
class SaveHome:
    """Remember where I live, or somebody whom I order for; None forgets it."""

    unit_id: int | None
    room: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class ErrandStep:
    """A step of an errand: take, pass, go, secret, drop, hand, paid …; for admit and decline `subject` is a person."""

    subject: int
    verb: str
    value: str = ""
    words: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferHelp:
    """I want to help: near this unit, with these kinds (all where empty), in these hours."""

    unit_id: int
    kinds: tuple[str, ...]
    hours: str
    name: str


@dataclass(frozen=True, slots=True)
class ShowHelping:
    """What I have taken as a helper, and my calendar."""


@dataclass(frozen=True, slots=True)
class StopHelping:
    """I help no more."""


@dataclass(frozen=True, slots=True)
class StopWeekly:
    """My errands that come every week come no more."""


@dataclass(frozen=True, slots=True)
class CareStep:
    """A step of elder care: sos, go, visit, follow, grant …; `subject` is an elder, an alarm's case or a canteen."""

    subject: int
    verb: str
    value: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class BookMeal:
    """Book that day's lunch for me, to eat there or brought to a place."""

    canteen_id: int
    day: date
    way: str
    count: int
    unit_id: int | None
    room: str
    name: str


@dataclass(frozen=True, slots=True)
class HomeStep:
    """A step in the registers of homes: open, page, added, left, agree …; `subject` is a home, person, business or file."""

    subject: int
    verb: str
    value: str = ""
    words: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ExportMine:
    """Everything you hold about me, as a file."""


@dataclass(frozen=True, slots=True)
class AskErase:
    """I want to be forgotten: tell me first what that means."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget me. `minute` is when the button was shown, in minutes since 1970."""

    minute: int


@dataclass(frozen=True, slots=True)
class Mute:
    """A desk hears who reported a case no more for some days, or (`lift`) again."""

    case_id: int
    days: int
    why: str
    lift: bool = False


@dataclass(frozen=True, slots=True)
class ReportIn:
    """I report in to a community (双报到): of which unit, and what I can do."""

    community_id: int
    unit: str
    can: str
    name: str


@dataclass(frozen=True, slots=True)
class Summon:
    """Call the members of a community together (召集)."""

    community_id: int
    what: str
    place: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class GatheringStep:
    """A step of a gathering: yes, no, who, there, off; with no subject list and end."""

    subject: int
    verb: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class AddService:
    """Put an item on a community's service list (服务清单), for so many units a month."""

    community_id: int
    what: str
    takes: int


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """A step of 认领: claim, report, confirm …; `subject` is an item or a claim, 0 for the list."""

    subject: int
    verb: str
    words: str = ""
    attachments: tuple[int, ...] = ()


Wish = (
    FileCase
    | Join
    | Unfollow
    | DoAct
    | Begin
    | Mended
    | ShowCase
    | Silence
    | ShowMine
    | ShowWork
    | ShowDigest
    | OpenBoard
    | LeaveBoard
    | FindWorker
    | Redeem
    | BindGroup
    | TakeLeave
    | SaveShifts
    | Invite
    | ShowHome
    | SaveHome
    | ErrandStep
    | OfferHelp
    | ShowHelping
    | StopHelping
    | StopWeekly
    | ExportMine
    | AskErase
    | Erase
    | Mute
    | CareStep
    | BookMeal
    | ReportIn
    | Summon
    | GatheringStep
    | AddService
    | ClaimStep
    | HomeStep
)
