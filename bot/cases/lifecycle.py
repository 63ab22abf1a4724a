"""The life of a case: what may happen to it, in which state, and where it goes from there.

    open ──accept──▶ accepted ──finish──▶ finished ──rate──▶ closed
      ▲  ◀──return──────┘                   │  └─lapse──▶ closed (未评价)
      │                                      └─dispute──▶ disputed ──uphold──▶ closed
      └──────────────reopen (round + 1)──────────────────────┘

A resident may withdraw until it is finished. Every act, also one that moves nothing, is an event row. The rules here
are pure: who may do what is asked in `rights`, when it is due in `clocks`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.triage.kinds import Urgency


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # 待签收
    ACCEPTED = "accepted"  # 办理中
    FINISHED = "finished"  # 办结, the resident is asked
    DISPUTED = "disputed"  # the resident says no; the desk above decides
    CLOSED = "closed"  # 结案
    WITHDRAWN = "withdrawn"  # 撤回


class Act(StrEnum):
    """What can be done to a case."""

    FILE = "file"  # 登记
    CALL = "call"  # one more person is called to it
    ACCEPT = "accept"  # 签收
    RELAY = "relay"  # the handler writes to the resident (先行联系)
    LOOK = "look"  # the handler looks at the contact
    PROGRESS = "progress"  # 反馈
    FINISH = "finish"  # 办结
    RETURN = "return"  # 退回
    DISPATCH = "dispatch"  # 派单, by a desk
    OVERDUE = "overdue"  # 超期
    ADD = "add"  # the resident adds words or photos
    URGE = "urge"  # 催办
    WITHDRAW = "withdraw"  # 撤回
    RATE = "rate"  # 评价
    LAPSE = "lapse"  # nobody rated in time
    DISPUTE = "dispute"  # a bad grade or 未解决
    REOPEN = "reopen"  # 重办
    UPHOLD = "uphold"  # the desk finds the work done, and says why


ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
REOPEN_WINDOW = timedelta(days=15)  # after this a new case is opened instead
URGE_PAUSE = timedelta(hours=4)  # one nudge in this time
FIRST_NUMBER = 1000  # the first case is 1001: four digits are easy to read aloud

_STAY = {
    State.OPEN: {Act.CALL, Act.LOOK, Act.OVERDUE, Act.ADD, Act.URGE},
    State.ACCEPTED: {Act.CALL, Act.RELAY, Act.LOOK, Act.PROGRESS, Act.OVERDUE, Act.ADD, Act.URGE},
    State.FINISHED: {Act.RATE, Act.ADD, Act.LOOK},
    State.DISPUTED: {Act.CALL, Act.RATE, Act.ADD, Act.RELAY, Act.LOOK, Act.OVERDUE},
    State.CLOSED: {Act.RATE, Act.ADD},
    State.WITHDRAWN: set[Act](),
}

_GO = {
    (State.OPEN, Act.ACCEPT): State.ACCEPTED,
    (State.OPEN, Act.RETURN): State.OPEN,
    (State.OPEN, Act.DISPATCH): State.OPEN,
    (State.OPEN, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Act.RETURN): State.OPEN,
    (State.ACCEPTED, Act.DISPATCH): State.OPEN,
    (State.ACCEPTED, Act.FINISH): State.FINISHED,
    (State.ACCEPTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.FINISHED, Act.LAPSE): State.CLOSED,
    (State.FINISHED, Act.DISPUTE): State.DISPUTED,
    (State.DISPUTED, Act.REOPEN): State.OPEN,
    (State.DISPUTED, Act.UPHOLD): State.CLOSED,
    (State.CLOSED, Act.DISPUTE): State.DISPUTED,
}

MOVES: dict[tuple[State, Act], State] = {(state, act): state for state, acts in _STAY.items() for act in acts} | _GO


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal or an errand. `unit_id` is the place (None where unknown), `owner_id` the unit that answers for it now.

    `handler_id` is who accepted it. `accept_by` and `finish_by` are this round's deadlines. `round` counts from 1; each
    reopening starts another, with its own rating.
    """

    id: int
    service: str
    kind: str
    urgency: Urgency
    state: State
    round: int
    reporter_id: int
    unit_id: int | None
    room: str
    place: str
    lat: float | None
    lon: float | None
    words: str
    anonymous: bool
    slot: str
    hand_over: str
    owner_id: int
    owner_role: str
    handler_id: int | None
    created_at: datetime
    accept_by: datetime
    finish_by: datetime
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    returns: int = 0
    urged_at: datetime | None = None
    urges: int = 0

    @property
    def number(self) -> int:
        """What people call it by."""
        return FIRST_NUMBER + self.id

    @property
    def ended(self) -> bool:
        """Whether nothing more is owed."""
        return self.state in ENDED

    def can(self, act: Act) -> bool:
        """Whether the state allows the act, whoever does it."""
        return (self.state, act) in MOVES

    def after(self, act: Act) -> State:
        """The state the act leads to. Raises KeyError where it is not allowed."""
        return MOVES[self.state, act]


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a case: who did what, when, why, from which state and owner to which. `actor_id` None is the clock."""

    case_id: int
    at: datetime
    act: Act
    actor_id: int | None
    actor_role: str
    from_state: str
    to_state: str
    from_owner_id: int | None = None
    to_owner_id: int | None = None
    words: str = ""
    round: int = 1
    id: int = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """What the resident said of one round. `grade` 5 非常满意 … 1 非常不满意; `solved` is "", solved, partly, unsolved."""

    case_id: int
    round: int
    asked_at: datetime
    grade: int | None = None
    solved: str = ""
    words: str = ""
    graded_at: datetime | None = None
    lapsed_at: datetime | None = None

    @property
    def bad(self) -> bool:
        """Whether the desk above must look at it (差评 are the two lowest grades)."""
        return (self.grade is not None and self.grade <= WORST_GRADES) or self.solved == "unsolved"

    @property
    def complete(self) -> bool:
        """Whether both questions are answered."""
        return self.grade is not None and self.solved != ""


WORST_GRADES = 2


@dataclass(frozen=True, slots=True)
class Assignment:
    """One person called to a case in one round, and why: dispatch, deputy, head, desk, reopen."""

    case_id: int
    round: int
    person_id: int
    role: str
    why: str
    at: datetime
    ended_at: datetime | None = None
