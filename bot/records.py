"""Storage as the service sees it: one open transaction with what each domain asks of it."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.cases.records import AttachmentRecords, CaseRecords, RatingRecords
from bot.chat.records import OutboxRecords, TalkRecords, TimerRecords
from bot.digests.figures import DigestRecords
from bot.people.people import InviteRecords, PeopleRecords


class Records(Protocol):
    """Everything of one transaction. A `savepoint` undoes its own part alone when it raises."""

    @property
    def people(self) -> PeopleRecords: ...
    @property
    def invites(self) -> InviteRecords: ...
    @property
    def talk(self) -> TalkRecords: ...
    @property
    def outbox(self) -> OutboxRecords: ...
    @property
    def timers(self) -> TimerRecords: ...
    @property
    def cases(self) -> CaseRecords: ...
    @property
    def ratings(self) -> RatingRecords: ...
    @property
    def attachments(self) -> AttachmentRecords: ...
    @property
    def digests(self) -> DigestRecords: ...

    def savepoint(self) -> AbstractAsyncContextManager[object]: ...

    async def lock_person(self, person_id: int) -> None:
        """Hold everybody else's turn of this person back until the transaction ends."""


class Storage(Protocol):
    """Opens transactions."""

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """All or nothing, committed when the block ends."""
