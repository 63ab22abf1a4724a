"""The register of elders by chat: who sees it, who follows, what is corrected and how one leaves."""

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.tables import elders, outbox
from tests.flow.care_walk import ALLERGY, digits, followed, let_in, registered
from tests.flow.errand_walk import delivered, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def corrected(rig: Rig, elder_id: int, who: str = "worker", value: str = "头孢") -> None:
    told = await rig.say(who, choice=f"k:{elder_id}:correct")
    await rig.press(who, "过敏", told)
    await rig.say(who, value)


async def tried(rig: Rig, who: str, code: str) -> str:
    await rig.say(who, "关注老人")
    await rig.say(who, code)
    return words(await rig.say(who, "女儿"))


async def allergies(rig: Rig, elder_id: int) -> str:
    async with rig.storage.writing() as records:
        elder = await records.elders.get(elder_id)
    assert elder is not None
    return elder.allergies


async def test_the_worker_sees_the_card_and_the_elder_reads_that_they_looked(rig: Rig) -> None:
    elder = await registered(rig)
    await let_in(rig, elder)
    await rig.say("worker", choice=f"k:{elder.id}:card")
    assert "**：探访" in words(await rig.say("wang", "谁看过我"))


async def test_a_card_is_filled_in_only_as_it_is_sent(rig: Rig) -> None:
    elder = await registered(rig)
    await rig.say("manager", choice=f"k:{elder.id}:card")
    async with rig.database.writing() as connection:
        bodies = [str(body) for body in await connection.scalars(select(outbox.c.body))]
        await connection.execute(outbox.update().where(outbox.c.chat == "manager").values(state="waiting"))
    assert not any(ALLERGY in body for body in bodies)
    assert ALLERGY in "\n".join(await delivered(rig, "manager"))


async def test_a_resident_and_a_worker_of_elsewhere_see_nothing(rig: Rig) -> None:
    elder = await registered(rig)
    await rig.hire("other", "R020")
    assert "不归您管" in words(await rig.say("li", choice=f"k:{elder.id}:card"))
    assert "不归您管" in words(await rig.say("other", choice=f"k:{elder.id}:card"))


async def test_an_elder_of_elsewhere_and_one_who_is_not_there_are_refused_alike(rig: Rig) -> None:
    elder = await registered(rig)
    there = words(await rig.say("li", choice=f"k:{elder.id}:card"))
    assert there == words(await rig.say("li", choice="k:4711:card"))


async def test_a_correction_changes_nothing_until_the_desk_agrees(rig: Rig) -> None:
    elder = await registered(rig)
    await corrected(rig, elder.id)
    assert await allergies(rig, elder.id) == ALLERGY
    await rig.press("manager", "同意改", await rig.heard("manager"))
    assert await allergies(rig, elder.id) == "头孢"


async def test_the_elder_says_what_is_wrong_in_their_own_card(rig: Rig) -> None:
    elder = await registered(rig)
    await let_in(rig, elder)
    told = await rig.press("wang", "资料不对", await rig.say("wang", "我的资料"))
    await rig.press("wang", "过敏", told)
    await rig.say("wang", "没有过敏")
    await rig.press("manager", "同意改", await rig.heard("manager"))
    assert await allergies(rig, elder.id) == "没有过敏"


async def test_the_desk_sees_before_and_after(rig: Rig) -> None:
    elder = await registered(rig)
    await rig.heard("manager")
    await corrected(rig, elder.id)
    told = "\n".join(await delivered(rig, "manager"))
    assert f"过敏：{ALLERGY} → 头孢" in told


async def test_the_worker_cannot_approve_their_own_correction(rig: Rig) -> None:
    elder = await registered(rig)
    await corrected(rig, elder.id)
    await rig.say("worker", choice="k:1:grant")
    assert await allergies(rig, elder.id) == ALLERGY


async def test_a_correction_is_decided_once(rig: Rig) -> None:
    elder = await registered(rig)
    await corrected(rig, elder.id)
    await rig.say("manager", choice="k:1:deny")
    await rig.say("manager", choice="k:1:grant")
    assert await allergies(rig, elder.id) == ALLERGY


async def test_a_daughter_follows_by_the_digits_that_the_elder_says(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    told = await rig.say("wang", "邀请家人")
    await rig.say("fang", "关注老人")
    await rig.say("fang", digits(told))
    assert "您关注了王秀英" in words(await rig.say("fang", "女儿王芳"))
    assert "女儿王芳能看到您的平安了" in words(await rig.heard("wang"))


async def test_the_digits_are_good_once(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    told = await rig.say("wang", "邀请家人")
    said = [await tried(rig, who, digits(told)) for who in ("fang", "li")]
    assert "您关注了王秀英" in said[0]
    assert "这个数不对" in said[1]


async def test_the_digits_are_void_after_a_day(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    told = await rig.say("wang", "邀请家人")
    await rig.pass_time(hours=25)
    assert "这个数不对" in await tried(rig, "fang", digits(told))


async def test_guessing_ends_after_five_tries(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    said = [await tried(rig, "thief", f"00000{number}") for number in range(6)]
    assert ["太多" in each for each in said] == [False] * 5 + [True]


async def test_the_elder_takes_it_back_with_a_word(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "取消关注")
    assert "不用家人关注" in words(await rig.heard("fang"))
    assert "还没有关注" in words(await rig.say("fang", "家里老人"))


async def test_a_follower_sees_how_they_are_but_not_the_card(rig: Rig) -> None:
    elder = await registered(rig)
    await let_in(rig, elder)
    await followed(rig)
    assert "王秀英" in words(await rig.say("fang", "家里老人"))
    assert "不归您管" in words(await rig.say("fang", choice=f"k:{elder.id}:card"))


async def test_who_leaves_is_wiped_and_calls_nobody_any_more(rig: Rig) -> None:
    elder = await registered(rig)
    await let_in(rig, elder)
    await rig.press("wang", "确定退出", await rig.say("wang", "退出登记"))
    async with rig.database.reading() as connection:
        row = (await connection.execute(select(elders).where(elders.c.id == elder.id))).one()
    assert (row.phone, row.allergies, row.contacts, row.agreed_on) == ("", "", "", None)
    assert "正在叫人" not in words(await rig.say("wang", "求助"))
