"""The life of a case: what may happen to it, in which state, and where it goes from there.

    open ──accept──▶ accepted ──finish──▶ finished ──rate──▶ closed
      ▲  ◀─return, raise,─┤ ▲               │  └─lapse──▶ closed (未评价)
      │    dispatch       │ └resume──┐      └─dispute──▶ disputed ──uphold──▶ closed
      │                   ├─ask────▶ waiting             │
      │                   └─grant──▶ shelved             │
      └──────────────reopen (round + 1)──────────────────┘

Extension, shelving (挂账), voiding, refusing and excluding are asked for (a `Petition`) and granted or denied by the
level above. A resident may withdraw until the case is finished. A merged case follows its lead and ends with it. Every
act, also one that moves nothing, is an event row. The rules here are pure: who may do what stands in `rights`, when it
is due in `clocks`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.triage.kinds import Urgency


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # 待签收
    ACCEPTED = "accepted"  # 办理中
    WAITING = "waiting"  # 等居民答复, the clock rests
    SHELVED = "shelved"  # 挂账, the clock rests until the review date
    FINISHED = "finished"  # 办结, the resident is asked
    DISPUTED = "disputed"  # the resident says no; the desk above decides
    CLOSED = "closed"  # 结案
    WITHDRAWN = "withdrawn"  # 撤回
    VOIDED = "voided"  # 作废
    REFUSED = "refused"  # 不受理, the right door is named
    MERGED = "merged"  # 并案: its lead case goes on for it


class Act(StrEnum):
    """What can be done to a case."""

    FILE = "file"  # 登记
    CALL = "call"  # one more person is called to it
    ACCEPT = "accept"  # 签收
    RELAY = "relay"  # the handler writes to the resident (先行联系)
    LOOK = "look"  # the handler looks at the contact
    ASK = "ask"  # the handler asks the resident and the clock rests
    PROGRESS = "progress"  # 反馈
    FINISH = "finish"  # 办结
    RETURN = "return"  # 退回
    RAISE = "raise"  # 上报
    DISPATCH = "dispatch"  # 派单 (下派, 改派), by a desk
    WHISTLE = "whistle"  # 吹哨: other units are called to help
    REPORT_IN = "report_in"  # 报到: a helping unit is there
    ASSIST = "assist"  # 协办: a helping unit tells what it did
    EXTEND = "extend"  # 申请延期
    SHELVE = "shelve"  # 申请挂账
    VOID = "void"  # 申请作废
    REFUSE = "refuse"  # 申请不受理
    EXCLUDE = "exclude"  # 申请剔除
    GRANT = "grant"  # what was asked for is granted
    DENY = "deny"  # … or not
    RESUME = "resume"  # the clock runs again
    SUPERVISE = "supervise"  # 督办
    ANSWER = "answer"  # 答复督办
    RETYPE = "retype"  # 改类别
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 拆分
    OVERDUE = "overdue"  # 超期
    ADD = "add"  # the resident adds words or photos
    URGE = "urge"  # 催办
    WITHDRAW = "withdraw"  # 撤回
    RATE = "rate"  # 评价
    LAPSE = "lapse"  # nobody rated in time
    DISPUTE = "dispute"  # a bad grade or 未解决
    REOPEN = "reopen"  # 重办
    UPHOLD = "uphold"  # the desk finds the work done, and says why
    CALL_BACK = "call_back"  # 回访


PETITIONS = (Act.EXTEND, Act.SHELVE, Act.VOID, Act.REFUSE, Act.EXCLUDE)  # 申请: the level above decides
ENDED = frozenset({State.CLOSED, State.WITHDRAWN, State.VOIDED, State.REFUSED, State.MERGED})
RESTING = frozenset({State.WAITING, State.SHELVED})  # the clock rests
IN_WORK = frozenset({State.OPEN, State.ACCEPTED, *RESTING})
LIVE = IN_WORK | {State.DISPUTED}  # somebody has something to do
# By these a case comes to somebody, who is to accept it.
HANDED = frozenset({Act.FILE, Act.RETURN, Act.RAISE, Act.DISPATCH, Act.REOPEN, Act.UNMERGE})
SAID = frozenset({Act.ADD, Act.URGE})  # by the reporter or a follower, and meant for whoever works on it
REOPEN_WINDOW = timedelta(days=15)  # after this a new case is opened instead
MOST_UPHELD = 2  # so many desks may find the work of one round done; then it rests
URGE_PAUSE = timedelta(hours=4)  # one nudge in this time
ASK_PATIENCE = timedelta(days=3)  # so long the clock rests for a resident who does not answer
MAX_RETURNS = 2  # after two returns the level above decides
CRY = "elder_sos"  # the kind of an elder's call for help: nobody who was just rescued is asked for a grade
FIRST_NUMBER = 1000  # the first case is 1001: four digits are easy to read aloud

_ALWAYS = {Act.LOOK, Act.ADD, Act.RETYPE, Act.CALL_BACK}
_HELPED = {Act.CALL, Act.OVERDUE, Act.URGE, Act.WHISTLE, Act.REPORT_IN, Act.ASSIST, Act.SUPERVISE, Act.ANSWER}
_ASKED = {*PETITIONS, Act.DENY}
_STAY: dict[State, set[Act]] = {
    State.OPEN: {*_ALWAYS, *_HELPED, *_ASKED} - {Act.EXTEND, Act.SHELVE},
    State.ACCEPTED: {*_ALWAYS, *_HELPED, *_ASKED, Act.RELAY, Act.PROGRESS},
    State.WAITING: {*_ALWAYS, *_HELPED, *_ASKED, Act.RELAY, Act.PROGRESS} - {Act.ADD},
    State.SHELVED: {*_ALWAYS, *_HELPED, Act.RELAY, Act.PROGRESS, Act.EXCLUDE, Act.DENY},
    State.FINISHED: {*_ALWAYS, Act.RATE, Act.EXCLUDE, Act.DENY, Act.GRANT},
    State.DISPUTED: {*_ALWAYS, Act.CALL, Act.RATE, Act.RELAY, Act.OVERDUE, Act.EXCLUDE, Act.DENY, Act.GRANT},
    State.CLOSED: {*_ALWAYS, Act.RATE, Act.EXCLUDE, Act.DENY, Act.GRANT},
    State.WITHDRAWN: {Act.CALL_BACK},
    State.VOIDED: {Act.CALL_BACK},
    State.REFUSED: {Act.CALL_BACK, Act.ADD},
    State.MERGED: {Act.ADD, Act.CALL_BACK},
}

_GO = {
    (State.OPEN, Act.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Act.FINISH): State.FINISHED,
    (State.ACCEPTED, Act.ASK): State.WAITING,
    (State.WAITING, Act.ADD): State.ACCEPTED,
    (State.WAITING, Act.RESUME): State.ACCEPTED,
    (State.WAITING, Act.FINISH): State.FINISHED,
    (State.SHELVED, Act.RESUME): State.ACCEPTED,
    (State.SHELVED, Act.FINISH): State.FINISHED,
    (State.FINISHED, Act.LAPSE): State.CLOSED,
    (State.FINISHED, Act.DISPUTE): State.DISPUTED,
    (State.DISPUTED, Act.REOPEN): State.OPEN,
    (State.DISPUTED, Act.DISPATCH): State.OPEN,
    (State.DISPUTED, Act.UPHOLD): State.CLOSED,
    (State.CLOSED, Act.DISPUTE): State.DISPUTED,
    (State.REFUSED, Act.DISPUTE): State.DISPUTED,
    (State.MERGED, Act.UNMERGE): State.OPEN,
    **{(state, act): State.OPEN for state in IN_WORK for act in (Act.RETURN, Act.RAISE, Act.DISPATCH)},
    **{(state, Act.WITHDRAW): State.WITHDRAWN for state in IN_WORK},
    **{(state, Act.MERGE): State.MERGED for state in IN_WORK},
}

MOVES: dict[tuple[State, Act], State] = {(state, act): state for state, acts in _STAY.items() for act in acts} | _GO

# What granting a petition leads to, where it moves the case at all.
GRANTED = {Act.SHELVE: State.SHELVED, Act.VOID: State.VOIDED, Act.REFUSE: State.REFUSED}


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal or an errand. `unit_id` is the place (None where unknown), `owner_id` the unit that answers for it now.

    `handler_id` is who accepted it. `accept_by` (签收), `contact_by` (先行联系) and `finish_by` (办结) are this round's
    deadlines, counted from `clock_from`; `extra_hours` were granted as extensions. `round` counts from 1; each reopening
    starts another, with its own rating. `lead_id` is the case that this one was merged into. `excluded` (剔除) leaves it
    out of the rates, which say so. `beside` tells that there are petitions, supervisions or units that help, `followed`
    that others follow it: most cases have neither, and nobody looks for them. `decide_by` is the desk's deadline while the
    case is disputed.
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
    contact_by: datetime | None = None
    clock_from: datetime | None = None
    extra_hours: float = 0
    extensions: int = 0
    lead_id: int | None = None
    excluded: bool = False
    beside: bool = False
    followed: bool = False
    decide_by: datetime | None = None

    @property
    def number(self) -> int:
        """What people call it by."""
        return FIRST_NUMBER + self.id

    @property
    def ended(self) -> bool:
        """Whether nothing more is owed."""
        return self.state in ENDED

    @property
    def resting(self) -> bool:
        """Whether the clock rests."""
        return self.state in RESTING

    def can(self, act: Act) -> bool:
        """Whether the state allows the act, whoever does it."""
        return (self.state, act) in MOVES or (act is Act.GRANT and self.state in IN_WORK)

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
    """What the resident said of one round. `grade` 5 非常满意 … 1 非常不满意; `solved` is "", solved, partly, unsolved.

    `graded_at` is when they first said anything: it counts on that day, whatever they change later.
    """

    case_id: int
    round: int
    asked_at: datetime
    grade: int | None = None
    solved: str = ""
    words: str = ""
    graded_at: datetime | None = None
    lapsed_at: datetime | None = None

    def saying(self, now: datetime, *, grade: int | None = None, solved: str = "") -> "Rating":
        """With what was said now, and the rest as it stood."""
        first = self.graded_at or now
        return replace(self, grade=grade or self.grade, solved=solved or self.solved, graded_at=first)

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


@dataclass(frozen=True, slots=True)
class Petition:
    """What a handler asks of the level above: an extension, shelving, voiding, refusing or excluding a case.

    `value` is the working hours of an extension, the review day of a shelving ("2026-12-01") or the right door of a
    refusal. `desk_id` is the unit whose desk decides; `granted` is None until it has.
    """

    case_id: int
    act: Act
    asked_by: int
    asked_at: datetime
    words: str
    value: str
    desk_id: int
    decided_by: int | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    id: int = 0

    def waits(self, case: Case) -> bool:
        """Whether a decision is still awaited: what was asked before the clocks began anew went with it, but for an exclusion."""
        return self.granted is None and (
            self.act is Act.EXCLUDE or self.asked_at >= (case.clock_from or case.created_at)
        )


@dataclass(frozen=True, slots=True)
class Assist:
    """A unit that was whistled for (吹哨): called at `at`, to report in by `due`, there since `reported_at`."""

    case_id: int
    unit_id: int
    role: str
    at: datetime
    due: datetime
    reported_by: int | None = None
    reported_at: datetime | None = None
    done_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A 督办 from above, to be answered by `due`."""

    case_id: int
    by: int
    at: datetime
    words: str
    due: datetime
    answered_by: int | None = None
    answered_at: datetime | None = None
    answer: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock rested; `until` is None while it still does."""

    case_id: int
    since: datetime
    until: datetime | None
    why: str
