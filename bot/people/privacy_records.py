"""What privacy and muting ask of storage, inside one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stale:
    """What is older than it may be kept: cases to blank, people to let go, messages and drafts to delete."""

    cases: int
    people: int
    messages: int
    drafts: int


class PrivacyRecords(Protocol):
    """What is known of a person, and how it is let go."""

    async def open_cases(self, person_id: int) -> int:
        """How many of a person's cases are still in work."""

    async def note_export(self, person_id: int, sha256: str, mime: str, size: int, now: datetime) -> None:
        """Note a file that was made for a person, so that it goes when it is old."""

    async def erase(self, person_id: int, now: datetime) -> None:
        """Forget name, phone, home, drafts and transcripts at once; their ended cases are due from now on."""

    async def stale(self, old: datetime, final: datetime, said: datetime) -> Stale:
        """How much `due` and `purge` would find."""

    async def due(self, old: datetime, final: datetime, limit: int) -> tuple[int, ...]:
        """Cases to blank: closed before `old`, or closed before `final` by somebody who asked to be erased."""

    async def blank(self, case_ids: Sequence[int], now: datetime) -> tuple[str, ...]:
        """Take out of these cases who, what words, which room and which pictures; what can be counted stays.

        The SHA-256 of files that may now belong to nobody.
        """

    async def let_go(self) -> None:
        """Unlink the chats of people who were erased and of whom no case is kept."""

    async def purge(self, said: datetime, exports: datetime, after: int) -> tuple[tuple[str, ...], int | None]:
        """Delete sent messages, heard ids, rung timers and left drafts of before `said`, and exports of before `exports`.

        Only a stretch of the rows is looked through, those behind the number `after`: 0 to begin. The SHA-256 of files
        that may now belong to nobody, and behind which number to go on; None at the end.
        """

    async def began(self) -> datetime | None:
        """When the first person was noted here; None before that."""

    async def ownerless(self, sha256s: Collection[str]) -> tuple[str, ...]:
        """Those of these files that nothing points to any more."""


class MuteRecords(Protocol):
    """Who is not heard, until when and why; every order stays as a row."""

    async def mute(self, person_id: int, case_id: int, by: int, now: datetime, until: datetime, why: str) -> None:
        """Hear this person no more until then; `until` now hears them again."""

    async def ordered(self, case_id: int, now: datetime) -> bool:
        """Whether the newest order over this case still keeps its reporter silent."""

    async def why(self, person_id: int) -> str:
        """The reason of the newest order."""
