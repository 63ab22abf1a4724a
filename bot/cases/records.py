"""What the cases ask of storage, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.cases.lifecycle import Assignment, Case, Event, Rating
from bot.chat.messages import Attachment


@dataclass(frozen=True, slots=True)
class Kept:
    """An attachment as it stands in storage. `case_id` is None while it belongs to a draft."""

    attachment: Attachment
    person_id: int
    case_id: int | None
    event_id: int | None


class CaseRecords(Protocol):
    """Cases, what happened to them, and who is called to them."""

    async def add(self, case: Case) -> Case:
        """Keep a new case (its `id` is ignored) and give it back with its id."""

    async def get(self, case_id: int) -> Case | None:
        """One case, held against other writers until the transaction ends."""

    async def save(self, case: Case) -> None:
        """Keep what changed."""

    async def note(self, event: Event) -> int:
        """Write an event row; its id."""

    async def events(self, case_id: int) -> tuple[Event, ...]:
        """Everything that happened, in order."""

    async def assign(self, assignments: Sequence[Assignment]) -> None:
        """Call people to a case; who is called already stays as called."""

    async def assigned(self, case_id: int, round_: int) -> tuple[Assignment, ...]:
        """Who was called in a round, the ended ones too, in order."""

    async def dismiss(self, case_id: int, now: datetime) -> None:
        """End all calls of a case: another owner has it."""

    async def of_reporter(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """A resident's cases, newest first."""

    async def work_of(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """Open cases a person is called to or handles, most urgent first."""

    async def look(self, case_id: int, person_id: int, now: datetime) -> None:
        """Log that a person looked at the reporter's contact."""


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
