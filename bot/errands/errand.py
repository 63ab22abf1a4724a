"""What an errand is beside its case: what was asked and answered, when, for whom, how it is proved, what it cost. Values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HIDDEN = "\ue000"  # stands in a message for what is read from the errand only when the message is sent
TRIES = 3  # wrong hand-over codes; after these a photo is asked for, and the desk looks


class HelperState(StrEnum):
    """How far a helper is."""

    ASKED = "asked"
    ADMITTED = "admitted"
    DECLINED = "declined"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Order:
    """What a resident orders beyond the case itself.

    `answers` and `secrets` are lines for whoever does it (取件点：菜鸟驿站); secrets are shown only to who took it. The
    slot is a pair of moments. `for_whom` is whom it is for where not for themselves, `weekly` the weekday (0 Monday) on
    which it comes again, None for once. `proof` is code or photo:
    how the hand-over is shown. `weekly_id` is set for one that came again by itself.
    """

    answers: str
    secrets: str
    slot_from: datetime
    slot_until: datetime
    for_whom: str = ""
    for_phone: str = ""
    weekly: int | None = None
    proof: str = "code"
    weekly_id: int | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """The errand of a case. `helper_id` is who took it from the pool, None while nobody or when a worker has it.

    `secrets` are wiped at hand-over and whenever the errand ends. `code` is what the resident tells at hand-over. `paid` is
    in 分 (a hundredth of a yuan), None until told; `paid_ok` what the resident said of it.
    """

    case_id: int
    answers: str
    secrets: str
    slot_from: datetime
    slot_until: datetime
    for_whom: str
    for_phone: str
    code: str
    tries: int = 0
    helper_id: int | None = None
    on_way_at: datetime | None = None
    handed_at: datetime | None = None
    proof: str = "code"
    paid: int | None = None
    paid_ok: bool | None = None
    weekly_id: int | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody of the 红色帮帮团: what they do (codes, empty for all), where they live or serve, and when.

    `hours` is any, day, evening or weekend. `community_id` is the community above `unit_id`.
    """

    person_id: int
    name: str
    unit_id: int
    community_id: int
    kinds: tuple[str, ...]
    hours: str
    state: HelperState
    asked_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """An errand that comes again every week: `body` is the wish as JSON, without any secret of it."""

    person_id: int
    weekday: int
    body: str
    ended_at: datetime | None = None
    id: int = 0
