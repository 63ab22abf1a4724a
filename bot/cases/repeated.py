"""What looking for repeats and merging ask of storage, inside one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.cases.lifecycle import Case
from bot.chat.messages import Pin


class RepeatRecords(Protocol):
    """Cases that may tell of the same matter."""

    async def near(self, kind: str, unit_ids: Sequence[int], pin: Pin | None, since: datetime) -> tuple[Case, ...]:
        """Cases of a kind not closed, filed since then at these units or around the pin; the fifty newest of each.

        Around is a square that reaches 300 metres each way.
        """

    async def lead(self, case_id: int, lead_id: int | None) -> None:
        """Let all that were merged into a case follow another lead."""
