"""A whole service around a real database, without a network: say something as somebody, and read what they heard."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.care import care
from bot.care.eating import Keep
from bot.cases import desk_watch, post_watch, watch
from bot.cases.casework import Casework
from bot.cases.clocks import Clocks
from bot.cases.mornings import Mornings
from bot.chat.dialogue import Dialogue
from bot.chat.forms.every import FORMS
from bot.chat.intake import Intake
from bot.chat.messages import Address, Attachment, Incoming, Medium, Outgoing, Pin
from bot.digests.rounds import Digests
from bot.double import claim_watch, gatherings
from bot.errands import ringing
from bot.errands.errands import Errands
from bot.grid import sample
from bot.grid.district import District
from bot.house import House
from bot.people.affairs import Affairs
from bot.people.privacy import Privacy
from bot.sweep import Ringer, Sweep
from bot.texts import texts
from storage.database import Database
from storage.districts import Districts
from storage.records import DatabaseStorage
from storage.tables import outbox

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in the morning in Kaifeng


@dataclass
class Rig:
    """`now` moves by hand."""

    database: Database
    house: House
    intake: Intake
    sweep: Sweep
    storage: DatabaseStorage
    now: list[datetime] = field(default_factory=lambda: [MONDAY])
    said: int = 0

    async def say(
        self,
        who: str,
        text: str = "",
        *,
        choice: str = "",
        photo: bool = False,
        album: str = "",
        pin: Pin | None = None,
        payload: str = "",
        message_id: str = "",
    ) -> list[Outgoing]:
        """Say or press something; what this person then hears."""
        self.said += 1
        self.now[0] += timedelta(seconds=1)
        address = Address("web", who)
        digest = f"{self.said:064d}"
        files = (Attachment(Medium.PHOTO, "web", digest, digest, "image/jpeg", 10),) if photo else ()
        message = Incoming(
            address, address, message_id or f"m{self.said}", self.now[0], text, choice, files, album, pin, "", payload
        )
        await self.intake.receive([message])
        return await self.heard(who)

    async def press(self, who: str, label: str, messages: list[Outgoing]) -> list[Outgoing]:
        """Press the button whose label holds these words, on the newest message that has it."""
        for message in reversed(messages):
            for button in message.buttons:
                if label in button.label:
                    return await self.say(who, choice=button.choice)
        raise AssertionError(f"no button {label}: {[b.label for m in messages for b in m.buttons]}")

    async def heard(self, who: str) -> list[Outgoing]:
        """What this person was told since last asked."""
        async with self.database.writing() as connection:
            waiting = (outbox.c.chat == who, outbox.c.state == "waiting")
            rows = (
                await connection.execute(select(outbox.c.id, outbox.c.body).where(*waiting).order_by(outbox.c.id))
            ).all()
            await connection.execute(update(outbox).where(*waiting).values(state="sent"))
        return [Outgoing.from_json(row.body) for row in rows]

    async def hire(self, who: str, code: str) -> None:
        """Make this address that staff member's."""
        await self.say(who, "/start")
        async with self.storage.writing() as records:
            person = await records.people.by_code(code)
            assert person is not None
            await records.invites.join(Address("web", who), person.id, self.now[0])

    async def pass_time(self, **span: float) -> None:
        """Move the clock and ring what is due then."""
        self.now[0] += timedelta(**span)
        await self.sweep.ring_due()


async def build(database: Database, district: District | None = None, keep: Keep | None = None) -> Rig:
    """A service with the small sample district unless told, a worker at `worker` and a manager at `manager`.

    `keep` puts files away that the service makes itself.
    """
    now = [MONDAY]

    def clock() -> datetime:
        return now[0]

    said = texts("zh-CN")
    districts = Districts(database)
    await districts.apply(district or sample.make("small"))
    house = House(districts, said, Clocks(ZoneInfo("Asia/Shanghai")))
    await house.refresh()
    storage = DatabaseStorage(database)
    casework, digests = Casework(), Digests()
    dialogue = Dialogue(FORMS)
    privacy = Privacy(keep) if keep is not None else None
    affairs = Affairs(digests, Errands(), care.Care(casework.file), privacy=privacy)
    intake = Intake(storage, house, dialogue, casework, affairs, clock)
    ringers: dict[str, Ringer] = {"draft": intake, "digest": digests, "digest_for": digests, "morning": Mornings()}
    ringers |= dict.fromkeys(watch.TIMERS, watch.Watch())
    ringers |= dict.fromkeys(desk_watch.TIMERS, desk_watch.DeskWatch())
    ringers |= dict.fromkeys(post_watch.TIMERS, post_watch.PostWatch())
    ringers |= dict.fromkeys(ringing.TIMERS, ringing.ErrandWatch(casework.file))
    ringers |= dict.fromkeys(care.TIMERS, care.CareWatch(keep))
    ringers |= dict.fromkeys(gatherings.TIMERS, gatherings.GatheringWatch())
    ringers |= dict.fromkeys(claim_watch.TIMERS, claim_watch.ClaimWatch())
    sweep = Sweep(storage, house, ringers, clock)
    rig = Rig(database, house, intake, sweep, storage, now)
    await rig.hire("worker", sample.PRACTICE_WORKER)
    await rig.hire("manager", sample.PRACTICE_MANAGER)
    await rig.heard("worker")
    await rig.heard("manager")
    return rig
