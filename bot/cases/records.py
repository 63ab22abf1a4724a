"""What the cases ask of storage, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.cases.lifecycle import Assignment, Assist, Case, Event, Pause, Petition, Rating, Supervision
from bot.chat.messages import Attachment


@dataclass(frozen=True, slots=True)
class Kept:
    """An attachment as it stands in storage, sent `at`. `case_id` is None while it belongs to a draft."""

    attachment: Attachment
    person_id: int
    case_id: int | None
    event_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a reporter's contact, and why."""

    person_id: int
    at: datetime
    why: str


class CaseRecords(Protocol):
    """Cases, what happened to them, and who is called to them."""

    async def add(self, case: Case) -> Case:
        """Keep a new case (its `id` is ignored) and give it back with its id."""

    async def get(self, case_id: int) -> Case | None:
        """One case, held against other writers until the transaction ends."""

    async def save(self, case: Case) -> None:
        """Keep what changed."""

    async def note(self, event: Event) -> int:
        """Write an event row at once; its id."""

    async def jot(self, event: Event) -> None:
        """Write an event row that nothing hangs on."""

    async def events(self, case_id: int) -> tuple[Event, ...]:
        """Everything that happened, in order."""

    async def assign(self, assignments: Sequence[Assignment]) -> None:
        """Call people to a case; who is called already stays as called."""

    async def assigned(self, case_id: int, round_: int) -> tuple[Assignment, ...]:
        """Who was called in a round, the ended ones too, in order."""

    async def dismiss(self, case_id: int, now: datetime, person_id: int | None = None) -> None:
        """End all calls of a case, or one person's: another has it."""

    async def of_reporter(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """A resident's cases, newest first."""

    async def work_of(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """Open cases a person is called to or handles, most urgent first."""

    async def called_to(self, person_id: int, after: int, limit: int) -> tuple[Case, ...]:
        """Cases not closed that a person is called to or handles, whose ids are greater than `after`, in order."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """A 回访: `person_id`, who neither handled the case nor works beside who did, is to ask the resident how it was.

    `why` is bad, unrated or sample; `outcome` satisfied, unsatisfied or unreachable, "" until they called.
    """

    case_id: int
    round: int
    why: str
    person_id: int
    due: datetime
    done_at: datetime | None = None
    outcome: str = ""
    words: str = ""
    id: int = 0


class CallBackRecords(Protocol):
    """Call-backs."""

    async def add(self, call: CallBack) -> CallBack:
        """Keep a new one and give it back with its id."""

    async def of_case(self, case_id: int) -> tuple[CallBack, ...]:
        """All of a case, in order."""

    async def save(self, call: CallBack) -> None:
        """Keep the outcome."""


class PauseRecords(Protocol):
    """When clocks rested."""

    async def begin(self, case_id: int, why: str, now: datetime) -> None:
        """Note that the clock rests from now on."""

    async def end(self, case_id: int, now: datetime) -> None:
        """Note that it runs again."""

    async def of_case(self, case_id: int) -> tuple[Pause, ...]:
        """When the clock rested, in order."""


class LookRecords(Protocol):
    """Who looked at whose contact."""

    async def note(self, case_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that a person looked at the reporter's contact."""

    async def of_case(self, case_id: int) -> tuple[Look, ...]:
        """Every look at the reporter's contact, in order."""


@dataclass(frozen=True, slots=True)
class FollowerRating:
    """What a follower said of one round; as `Rating`."""

    case_id: int
    round: int
    person_id: int
    at: datetime
    grade: int | None = None
    solved: str = ""


class FollowerRecords(Protocol):
    """Who follows whose case: who pressed 我也遇到, and whoever reported or followed a case that was merged into it."""

    async def of_case(self, case_id: int) -> tuple[int, ...]:
        """Who follows a case, its own reporter never among them."""

    async def has(self, case_id: int, person_id: int) -> bool:
        """Whether this person follows it."""

    async def follow(self, case_id: int, person_id: int, now: datetime) -> bool:
        """Let a person follow a case; whether that is new."""

    async def unfollow(self, case_id: int, person_id: int) -> bool:
        """Let go of it; False where they did not choose to follow it."""

    async def cases_of(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """The cases a person chose to follow, newest first."""

    async def rating(self, case_id: int, round_: int, person_id: int) -> FollowerRating | None:
        """What a follower said of a round."""

    async def save_rating(self, rating: FollowerRating) -> None:
        """Keep what a follower said."""


class DeskRecords(Protocol):
    """What passes between the levels: petitions, calls for help, supervisions."""

    async def petition(self, petition: Petition) -> Petition:
        """Keep a new petition and give it back with its id."""

    async def petitions(self, case_id: int) -> tuple[Petition, ...]:
        """All petitions of a case, in order."""

    async def decide(self, petition: Petition) -> None:
        """Keep who decided it, when and how."""

    async def summon(self, assists: Sequence[Assist]) -> None:
        """Keep units that were whistled for; one that was called before is called anew."""

    async def assists(self, case_id: int) -> tuple[Assist, ...]:
        """The units whistled for, in the order of their calls."""

    async def save_assist(self, assist: Assist) -> None:
        """Keep what changed."""

    async def supervise(self, supervision: Supervision) -> Supervision:
        """Keep a new supervision and give it back with its id."""

    async def supervisions(self, case_id: int) -> tuple[Supervision, ...]:
        """All supervisions of a case, in order."""

    async def answer(self, supervision: Supervision) -> None:
        """Keep the answer."""


class RatingRecords(Protocol):
    """Ratings, one for each round."""

    async def ask(self, case_id: int, round_: int, now: datetime) -> None:
        """Note that the resident was asked."""

    async def get(self, case_id: int, round_: int) -> Rating | None:
        """What was said of a round."""

    async def save(self, rating: Rating) -> None:
        """Keep what changed."""


class AttachmentRecords(Protocol):
    """Photos, voices and files that people sent."""

    async def add(self, attachment: Attachment, person_id: int, album: str, now: datetime) -> Attachment:
        """Keep one, with its id."""

    async def get(self, attachment_id: int) -> Kept | None:
        """One, or None."""

    async def attach(self, ids: Sequence[int], case_id: int, event_id: int) -> None:
        """Make them part of a case."""

    async def of_case(self, case_id: int) -> tuple[Kept, ...]:
        """All of a case, in order."""

    async def case_of_album(self, person_id: int, album: str) -> int | None:
        """The case that the first pictures of an album went to, None while they are in a draft."""

    async def fetched(self, attachment_id: int, sha256: str, mime: str, size: int) -> None:
        """Note that we hold the bytes."""
