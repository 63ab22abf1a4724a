"""Pictures that a network holds for us come side by side: one that is slow does not hold up the others."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.chat.fetching import Fetching
from bot.chat.messages import Address, Attachment, Channel, Incoming, Medium, Outgoing, Stored
from bot.errors import Never, TryLater
from bot.people.retention import Retention
from bot.sweep import Sweep
from storage.database import Database
from storage.files import Files
from tests.flow.rig import Rig, build


class Slow:
    """A network that gives no picture before so many are asked for at once."""

    name = "slow"

    def __init__(self, wanted: int) -> None:
        self._all_asked = asyncio.Barrier(wanted)

    async def fetch(self, ref: str) -> Stored:
        await self._all_asked.wait()
        if ref == "gone":
            raise Never(ref)
        if ref == "later":
            raise TryLater(5, ref)
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "JPEG")
        return Stored(picture.getvalue(), "image/jpeg")

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        raise NotImplementedError

    def link(self, payload: str) -> str:
        return payload


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def test_a_picture_that_waits_in_a_long_line_is_not_given_up(rig: Rig, tmp_path: Path) -> None:
    fetching = Fetching(rig.storage, {}, Files(tmp_path), lambda: rig.now[0], rig.house.town.texts)
    async with rig.storage.writing() as records:
        await records.timers.set("fetch", 1, "", rig.now[0])
    sweep = Sweep(rig.storage, rig.house, {"fetch": fetching}, lambda: rig.now[0])
    for _ in range(30):
        await sweep.ring_due()
        rig.now[0] += timedelta(minutes=2)
    async with rig.storage.writing() as records:
        assert [timer.attempts for timer in await records.timers.due(rig.now[0], 100) if timer.kind == "fetch"] == [1]


async def brought(rig: Rig, folder: Path, *refs: str) -> list[bool]:
    """Whether each of these pictures is kept, once nothing is fetched any more."""
    fetching = Fetching(rig.storage, {"slow": Slow(len(refs))}, Files(folder), lambda: rig.now[0], rig.house.town.texts)
    async with rig.storage.writing() as records:
        li = await records.people.at(Address("web", "li"), "", rig.now[0])
        sent = [
            await records.attachments.add(Attachment(Medium.PHOTO, "slow", ref), li.id, "", rig.now[0]) for ref in refs
        ]
        for each in sent:
            await records.timers.set("fetch", each.id, "", rig.now[0])
    at_work = asyncio.create_task(fetching.run())
    await Sweep(rig.storage, rig.house, {"fetch": fetching}, lambda: rig.now[0]).ring_due()
    async with asyncio.timeout(5):
        while fetching.waiting:  # noqa: ASYNC110 - nobody else asks when it is done
            await asyncio.sleep(0.01)
    at_work.cancel()
    async with rig.storage.reading() as records:
        kept = [await records.attachments.get(each.id) for each in sent]
    return [each is not None and bool(each.attachment.sha256) for each in kept]


async def test_four_pictures_are_asked_for_at_once(rig: Rig, tmp_path: Path) -> None:
    assert await brought(rig, tmp_path, "a", "b", "c", "d") == [True] * 4


async def test_one_that_is_gone_and_one_that_comes_later_do_not_stop_the_others(rig: Rig, tmp_path: Path) -> None:
    assert await brought(rig, tmp_path, "a", "gone", "later", "d") == [True, False, False, True]


async def test_who_sent_a_picture_that_will_never_come_is_told(rig: Rig, tmp_path: Path) -> None:
    await brought(rig, tmp_path, "a", "gone")
    assert [message.text for message in await rig.heard("li")] == [rig.house.town.texts("web.file_broken")]


async def test_a_picture_is_counted_as_coming_until_it_is_there(rig: Rig, tmp_path: Path) -> None:
    fetching = Fetching(rig.storage, {}, Files(tmp_path), lambda: rig.now[0], rig.house.town.texts)
    async with rig.storage.writing() as records:
        await records.timers.set("fetch", 1, "", rig.now[0])
    await Sweep(rig.storage, rig.house, {"fetch": fetching}, lambda: rig.now[0]).ring_due()
    before = fetching.waiting
    at_work = asyncio.create_task(fetching.run())
    async with asyncio.timeout(5):
        while fetching.waiting:  # noqa: ASYNC110 - nobody else asks when it is done
            await asyncio.sleep(0.01)
    at_work.cancel()
    assert before == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # It alone gives a number again.
async def test_a_picture_with_the_number_of_one_that_was_let_go_is_fetched_too(rig: Rig, tmp_path: Path) -> None:
    async def send(who: str) -> list[str]:
        """Send a picture, and ring for it once; the kinds of what rings."""
        address = Address("slow", who)
        picture = Attachment(Medium.PHOTO, "slow", f"of {who}")
        await rig.intake.receive([Incoming(address, address, f"m{who}", rig.now[0], attachments=(picture,))])
        async with rig.storage.writing() as records:
            due = [timer for timer in await records.timers.due(rig.now[0], 10) if timer.kind == "fetch"]
            for timer in due:
                await records.timers.done(timer.id, rig.now[0])
        return [timer.kind for timer in due]

    assert await send("li") == ["fetch"]
    async with rig.storage.writing() as records:
        li = await records.people.at(Address("slow", "li"), "", rig.now[0])
        await records.privacy.erase(li.id, rig.now[0])
    rig.now[0] += timedelta(hours=18)
    await Retention(rig.storage, Files(tmp_path), lambda: rig.now[0], 1095).let_go()
    assert await send("wang") == ["fetch"]


# ---------------------------------------------------------------- a network that is away


class Away:
    """A network that answers with `fault`, until it has none and gives the picture."""

    name = "away"

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault
        self.asked: list[str] = []

    async def fetch(self, ref: str) -> Stored:
        self.asked.append(ref)
        if self.fault is not None:
            raise self.fault
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "JPEG")
        return Stored(picture.getvalue(), "image/jpeg")

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        raise NotImplementedError

    def link(self, payload: str) -> str:
        return payload


class Outage:
    """A picture that li sent by a network that is away."""

    def __init__(self, rig: Rig, folder: Path, fault: Exception | None) -> None:
        self.rig, self.network = rig, Away(fault)
        self.channels: dict[str, Channel] = {"away": self.network}
        self.fetching = Fetching(rig.storage, self.channels, Files(folder), lambda: rig.now[0], rig.house.town.texts)
        self.sweep = Sweep(rig.storage, rig.house, {"fetch": self.fetching}, lambda: rig.now[0])
        self.picture = Attachment(Medium.PHOTO, "away", "ref")

    async def begin(self, count: int = 1) -> None:
        async with self.rig.storage.writing() as records:
            li = await records.people.at(Address("web", "li"), "", self.rig.now[0])
            for _ in range(count):
                self.picture = await records.attachments.add(self.picture, li.id, "", self.rig.now[0])
                await records.timers.set("fetch", self.picture.id, "", self.rig.now[0])

    async def last(self, *steps: timedelta) -> None:
        """Let this time pass, with a sweep after each step."""
        at_work = asyncio.create_task(self.fetching.run())
        for step in steps:
            await self.sweep.ring_due()
            async with asyncio.timeout(5):
                while self.fetching.waiting:  # noqa: ASYNC110 - nobody else asks when it is done
                    await asyncio.sleep(0.001)
            self.rig.now[0] += step
        at_work.cancel()

    async def told(self) -> list[str]:
        return [message.text for message in await self.rig.heard("li")]


HOUR = [timedelta(minutes=1)] * 60
TWO_DAYS = [timedelta(hours=1)] * 49
OUTAGES = pytest.mark.parametrize("fault", [TryLater(1, "no answer"), OSError("no space left"), TimeoutError()])


@OUTAGES
async def test_a_picture_comes_after_an_outage_of_an_hour(rig: Rig, tmp_path: Path, fault: Exception) -> None:
    outage = Outage(rig, tmp_path, fault)
    await outage.begin()
    await outage.last(*HOUR)
    outage.network.fault = None
    await outage.last(*HOUR[:11])
    assert (await outage.fetching.load(outage.picture)).mime == "image/jpeg"


async def test_a_picture_waits_for_a_network_that_is_not_connected(rig: Rig, tmp_path: Path) -> None:
    outage = Outage(rig, tmp_path, None)
    del outage.channels["away"]
    await outage.begin()
    await outage.last(*HOUR)
    outage.channels["away"] = outage.network
    await outage.last(*HOUR[:11])
    assert (await outage.fetching.load(outage.picture)).mime == "image/jpeg"


async def test_a_network_that_is_away_is_asked_less_and_less_often(rig: Rig, tmp_path: Path) -> None:
    outage = Outage(rig, tmp_path, TryLater(1))
    await outage.begin()
    await outage.last(*HOUR)
    assert 5 < len(outage.network.asked) < 12


async def test_a_picture_that_does_not_come_in_two_days_is_given_up_and_its_sender_told(
    rig: Rig, tmp_path: Path
) -> None:
    outage = Outage(rig, tmp_path, TryLater(1))
    await outage.begin()
    await outage.last(*TWO_DAYS)
    assert await outage.told() == []
    await outage.last(*TWO_DAYS[:2])
    assert await outage.told() == [rig.house.town.texts("web.file_missed")]


async def test_several_pictures_that_are_given_up_together_are_told_of_once(rig: Rig, tmp_path: Path) -> None:
    outage = Outage(rig, tmp_path, None)
    del outage.channels["away"]
    await outage.begin(4)
    await outage.last(*TWO_DAYS, *TWO_DAYS[:2])
    assert len(await outage.told()) == 1


@pytest.mark.parametrize("fault", [TryLater(1), Never("no such file"), ValueError("our own")])
async def test_who_waits_for_the_bytes_of_what_was_given_up_is_told_that_they_never_come(
    rig: Rig, tmp_path: Path, fault: Exception
) -> None:
    outage = Outage(rig, tmp_path, fault)
    await outage.begin()
    with pytest.raises(TryLater):
        await outage.fetching.load(outage.picture)
    await outage.last(*TWO_DAYS, *TWO_DAYS[:2])
    with pytest.raises(Never):
        await outage.fetching.load(outage.picture)


async def test_a_picture_at_which_we_fail_ourselves_is_given_up_the_same_day_and_its_sender_told(
    rig: Rig, tmp_path: Path
) -> None:
    outage = Outage(rig, tmp_path, ValueError("our own"))
    await outage.begin()
    await outage.last(*HOUR, *HOUR, *HOUR)
    assert len(outage.network.asked) == 12
    assert await outage.told() == [rig.house.town.texts("web.file_missed")]


async def test_an_outage_leaves_as_many_attempts_for_faults_of_our_own_as_before(rig: Rig, tmp_path: Path) -> None:
    outage = Outage(rig, tmp_path, TryLater(1))
    await outage.begin()
    await outage.last(*TWO_DAYS[:24])
    outage.network.fault = ValueError("our own")
    await outage.last(*HOUR)
    assert await outage.told() == []
