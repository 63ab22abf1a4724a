"""A file of homes before the desk: what it would change is read and agreed to, and nothing else is done."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat.messages import Address, Incoming
from bot.homes import taking
from bot.homes.home import Resident
from bot.homes.importing import Part
from storage.database import Database
from storage.tables import takings
from tests.flow.errand_walk import words
from tests.flow.homes_walk import home, living, part
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await rig.heard("manager")
    return rig


async def sent(rig: Rig, made: Part) -> str:
    async with rig.storage.writing() as records:
        await taking.send(records, rig.house.town, made, rig.now[0])
    return words(await rig.heard("manager"))


async def test_the_desk_reads_how_much_would_change(rig: Rig) -> None:
    await home(rig, "JKY-3-2", "601", "赵小海")
    told = await sent(rig, part(rig, ("601", "赵大海"), ("701", "钱一"), shops=("老王面馆",)))
    assert "新增：1 户，1 人，商户 1 家" in told
    assert "减少：0 户，1 人，商户 0 家" in told


async def test_nothing_changes_before_the_desk_agrees(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海")))
    assert "赵小海" in await living(rig, kept.id)


async def test_the_desk_agrees_and_it_is_so(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海"), ("701", "钱一"), shops=("老王面馆",)))
    assert "台账已改好" in words(await rig.say("manager", choice="r:1:agree"))
    assert set(await living(rig, kept.id)) == {"赵大海"}
    assert "2 户，2 人，一人住 2 户，商户 1 家" in words(await rig.say("manager", "台账"))


async def test_what_a_file_does_not_say_of_a_person_stays(rig: Rig) -> None:
    kept = await home(rig)
    await sent(rig, part(rig, ("601", "赵大海")))
    await rig.say("manager", choice="r:1:agree")
    assert (await living(rig, kept.id))["赵大海"].phone == "13800138000"


async def test_other_buildings_stay_as_they_are(rig: Rig) -> None:
    elsewhere = await home(rig, "JKY-1-1", "101")
    await sent(rig, part(rig, ("601", "赵大海")))
    await rig.say("manager", choice="r:1:agree")
    assert "赵大海" in await living(rig, elsewhere.id)


async def test_the_desk_refuses_and_the_file_is_forgotten(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海")))
    assert "没有改" in words(await rig.say("manager", choice="r:1:refuse"))
    assert "赵小海" in await living(rig, kept.id)
    async with rig.database.reading() as connection:
        assert await connection.scalar(select(takings.c.body)) == {}


async def test_the_list_masks_names(rig: Rig) -> None:
    await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海")))
    told = words(await rig.say("manager", choice="r:1:list"))
    assert "- 金康苑3号楼2单元601室 赵**" in told
    assert "赵小海" not in told


async def test_a_worker_cannot_agree(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海")))
    for verb in ("agree", "list", "refuse"):
        assert "赵" not in words(await rig.say("worker", choice=f"r:1:{verb}"))
    assert "赵小海" in await living(rig, kept.id)


async def test_what_changed_meanwhile_is_shown_before_it_is_done(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    await sent(rig, part(rig, ("601", "赵大海")))
    async with rig.storage.writing() as records:
        await records.homes.save_resident(Resident(kept.id, "赵三海"))
    told = words(await rig.say("manager", choice="r:1:agree"))
    assert "再看一遍" in told
    assert "减少：0 户，2 人" in told
    assert len(await living(rig, kept.id)) == 3
    await rig.say("manager", choice="r:1:agree")
    assert set(await living(rig, kept.id)) == {"赵大海"}


async def test_two_who_agree_at_once_change_it_once(rig: Rig) -> None:
    await sent(rig, part(rig, ("601", "赵大海")))
    presses = [
        Incoming(Address("web", "manager"), Address("web", "manager"), f"a{number}", rig.now[0], "", "r:1:agree")
        for number in range(2)
    ]
    await asyncio.gather(*(rig.intake.receive([press]) for press in presses))
    assert "定过了" in words(await rig.heard("manager"))
    assert "1 户，1 人" in words(await rig.say("manager", "台账"))


async def test_the_same_file_once_more_changes_nothing(rig: Rig) -> None:
    made = part(rig, ("601", "赵大海"), shops=("老王面馆",))
    await sent(rig, made)
    await rig.say("manager", choice="r:1:agree")
    async with rig.storage.writing() as records:
        assert (await taking.difference(records, made)).entries == ()


async def test_a_file_that_nobody_decides_is_forgotten_after_a_while(rig: Rig) -> None:
    await sent(rig, part(rig, ("601", "赵大海")))
    async with rig.storage.writing() as records:
        await records.privacy.purge(rig.now[0] + timedelta(days=1), rig.now[0], 0)
    async with rig.database.reading() as connection:
        assert await connection.scalar(select(takings.c.body)) == {}
    assert "定过了" in words(await rig.say("manager", choice="r:1:agree"))
