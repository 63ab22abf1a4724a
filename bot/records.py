"""Storage as the service sees it: one open transaction with what each domain asks of it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.board.records import BoardReads, SessionRecords
from bot.care.records import AlarmRecords, DayCareRecords, ElderRecords, KinRecords, MealRecords, VisitRecords
from bot.cases.records import (
    AttachmentRecords,
    CallBackRecords,
    CaseRecords,
    DeskRecords,
    FollowerRecords,
    LookRecords,
    PauseRecords,
    RatingRecords,
)
from bot.cases.reminded import ReminderRecords
from bot.cases.repeated import RepeatRecords
from bot.chat.messages import Incoming
from bot.chat.records import OutboxRecords, TalkRecords, TimerRecords
from bot.digests.records import DigestRecords
from bot.double.records import ClaimRecords, DoubleRecords
from bot.errands.records import ErrandRecords, HelperRecords, WeeklyRecords
from bot.homes.records import HomeDeskRecords, HomeRecords
from bot.people.people import ChatRecords, InviteRecords, PeopleRecords
from bot.people.privacy_records import MuteRecords, PrivacyRecords
from bot.triage.records import LessonRecords


class Records(Protocol):
    """Everything of one transaction. What is only written may wait for its end; reads see it all the same."""

    people: PeopleRecords
    privacy: PrivacyRecords
    mutes: MuteRecords
    invites: InviteRecords
    chats: ChatRecords
    talk: TalkRecords
    outbox: OutboxRecords
    timers: TimerRecords
    cases: CaseRecords
    ratings: RatingRecords
    desks: DeskRecords
    pauses: PauseRecords
    looks: LookRecords
    followers: FollowerRecords
    repeats: RepeatRecords
    call_backs: CallBackRecords
    reminders: ReminderRecords
    attachments: AttachmentRecords
    digests: DigestRecords
    board: BoardReads
    sessions: SessionRecords
    lessons: LessonRecords
    errands: ErrandRecords
    helpers: HelperRecords
    weeklies: WeeklyRecords
    elders: ElderRecords
    kin: KinRecords
    alarms: AlarmRecords
    visits: VisitRecords
    meals: MealRecords
    daycares: DayCareRecords
    double: DoubleRecords
    claims: ClaimRecords
    homes: HomeRecords
    home_desk: HomeDeskRecords

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A part that is undone alone when it raises. Raises DatabaseAway where the disk is full and the like."""

    async def expect(self, messages: Sequence[Incoming], now: datetime) -> None:
        """Read at once what the turns of these messages will ask for: their writers, their talks, what was heard."""

    async def lock_person(self, person_id: int) -> None:
        """Hold everybody else's turn of this person back until the transaction ends."""

    async def try_lock_person(self, person_id: int) -> bool:
        """The same where that needs no waiting: False where another transaction holds this person just now."""


class Storage(Protocol):
    """Opens transactions."""

    def writing(self, *, brief: bool = False) -> AbstractAsyncContextManager[Records]:
        """All or nothing, committed when the block ends. `brief`: nothing in it reads or writes more than a few rows."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """For looking alone: it never waits for a writer and holds nothing back, and nothing stays of what is written."""
