"""What reminding asks of storage: who wants silence, how often people were reminded, and what they were told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reminded:
    """One person's day: how many reminders, and the deadline with which each case stood in the morning list."""

    count: int = 0
    listed_at: datetime | None = None
    listed: Mapping[int, int] = field(default_factory=dict)


class ReminderRecords(Protocol):
    """Reminders as they were sent, and cases that people have silenced."""

    async def mute(self, person_id: int, case_id: int, now: datetime) -> None:
        """Remind this person of this case no more."""

    async def unmute(self, person_id: int, case_id: int) -> None:
        """Remind them again."""

    async def muted(self, case_id: int) -> frozenset[int]:
        """Who has silenced a case."""

    async def muted_by(self, person_id: int) -> frozenset[int]:
        """The cases that a person has silenced."""

    async def day(self, person_id: int, day: date) -> Reminded:
        """What a person was reminded of that day."""

    async def count(self, person_id: int, day: date) -> None:
        """One more reminder."""

    async def listed(self, person_id: int, day: date, now: datetime, cases: Mapping[int, int]) -> None:
        """Keep what the morning list told, which counts as one reminder."""

    async def counts(self, day: date) -> Mapping[int, int]:
        """How many reminders each person got that day."""

    async def busy(self, after: int, limit: int) -> tuple[int, ...]:
        """People with work on hand whose ids are greater than `after`, in order."""

    async def due_since(self, since: datetime, after: int, limit: int) -> tuple[int, ...]:
        """Cases not ended with a deadline at `since` or later, whose ids are greater than `after`, in order."""

    async def forget(self, before: date) -> None:
        """Drop the days before this one."""
