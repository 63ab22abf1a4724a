"""认领: the desk keeps a service list, each unit claims one item a month, reports it, and the community confirms."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.chat.messages import Address, Incoming, Outgoing
from storage.database import Database
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build

HAIR, LAMPS = "给老人理发", "修路灯"


async def reported_in(rig: Rig, who: str, name: str, unit: str) -> None:
    """Somebody of a unit reports in to 金康社区."""
    await rig.press(who, "金康社区", await rig.say(who, "报到"))
    for said in (unit, "搬东西", name):
        await rig.say(who, said)


async def listed(rig: Rig, what: str, takes: str = "1 家") -> None:
    """The desk adds an item by chat."""
    await rig.say("manager", "添加服务")
    await rig.press("manager", takes, await rig.say("manager", what))


@pytest.fixture
async def rig(database: Database) -> Rig:
    """Monday, 23 November, 9 in the morning; two units have reported in, two items are on the list."""
    rig = await build(database)
    await reported_in(rig, "zhao", "赵强", "区税务局")
    await reported_in(rig, "sun", "孙丽", "开封中学")
    await listed(rig, HAIR)
    await listed(rig, LAMPS)
    await rig.heard("manager")
    return rig


async def claimed(rig: Rig, who: str = "zhao", what: str = HAIR) -> list[Outgoing]:
    return await rig.press(who, what, await rig.say(who, "认领"))


async def reported(rig: Rig, who: str = "zhao") -> list[Outgoing]:
    """Claim, and tell with words and a picture that it is done; what the desk reads."""
    await rig.press(who, "做好了", await claimed(rig, who))
    await rig.say(who, "理了12位老人")
    await rig.say(who, photo=True)
    return await rig.heard("manager")


async def test_a_unit_claims_with_one_tap(rig: Rig) -> None:
    assert f"您单位认领了：{HAIR}" in words(await claimed(rig))


async def test_what_is_claimed_is_offered_to_nobody_else(rig: Rig) -> None:
    await claimed(rig)
    assert HAIR not in labels(await rig.say("sun", "认领"))


async def test_of_two_units_the_first_has_it_and_the_other_is_offered_what_is_left(rig: Rig) -> None:
    theirs = await rig.say("sun", "认领")
    await claimed(rig)
    told = await rig.press("sun", HAIR, theirs)
    assert "刚被认领了" in words(told)
    assert LAMPS in labels(told)


async def test_two_units_that_press_in_the_same_moment_get_one_place_between_them(rig: Rig) -> None:
    await rig.heard("zhao")

    async def press(who: str) -> None:
        address = Address("web", who)
        await rig.intake.receive([Incoming(address, address, f"same-{who}", rig.now[0], choice="s:1:claim")])

    await asyncio.gather(press("zhao"), press("sun"))
    told = words(await rig.heard("zhao")) + words(await rig.heard("sun"))
    assert told.count("您单位认领了") == 1
    assert told.count("刚被认领了") == 1


async def test_two_colleagues_who_press_in_the_same_moment_claim_once_for_their_unit(rig: Rig) -> None:
    await reported_in(rig, "qian", "钱伟", " 区 税务局")

    async def press(who: str, item: int) -> None:
        address = Address("web", who)
        await rig.intake.receive([Incoming(address, address, f"same-{who}", rig.now[0], choice=f"s:{item}:claim")])

    await asyncio.gather(press("zhao", 1), press("qian", 2))
    month = datetime(2026, 11, 1, tzinfo=UTC).date()
    async with rig.storage.writing() as records:
        community = rig.house.town.directory.by_code["JK"].id
        assert [claim.unit for claim in await records.claims.of_month((community,), month)] == ["区税务局"]


async def test_an_item_that_takes_two_units_is_given_twice(rig: Rig) -> None:
    await listed(rig, "扫雪", "2 家")
    await claimed(rig, "zhao", "扫雪")
    assert "您单位认领了：扫雪" in words(await claimed(rig, "sun", "扫雪"))


async def test_a_unit_has_one_item_a_month(rig: Rig) -> None:
    await claimed(rig)
    assert f"您单位认领了：{HAIR}" in words(await rig.say("zhao", choice="s:2:claim"))


async def test_a_unit_may_choose_another(rig: Rig) -> None:
    told = await rig.press("zhao", "换一件", await claimed(rig))
    assert f"您单位认领了：{LAMPS}" in words(await rig.press("zhao", LAMPS, told))


async def test_the_liaison_hears_what_a_colleague_claimed(rig: Rig) -> None:
    await reported_in(rig, "qian", "钱伟", "区税务局")
    await rig.heard("zhao")
    await claimed(rig, "qian")
    assert f"同事替您单位认领了：{HAIR}" in words(await rig.heard("zhao"))


async def test_the_desk_reads_what_was_done_and_sees_the_picture(rig: Rig) -> None:
    told = await reported(rig)
    assert f"区税务局做好了：{HAIR}\n“理了12位老人”" in words(told)
    assert [len(message.attachments) for message in told] == [1]


async def test_the_unit_hears_that_the_community_confirmed(rig: Rig) -> None:
    told = await reported(rig)
    await rig.heard("zhao")
    await rig.press("manager", "确认", told)
    assert f"社区确认了：{HAIR}" in words(await rig.heard("zhao"))


async def test_what_lacks_goes_back_to_the_unit_which_reports_anew(rig: Rig) -> None:
    told = await reported(rig)
    await rig.heard("zhao")
    await rig.press("manager", "还差一点", told)
    await rig.say("manager", "5号楼还没去")
    heard = await rig.heard("zhao")
    assert "社区说：5号楼还没去" in words(heard)
    await rig.press("zhao", "做好了", heard)
    await rig.say("zhao", "去过了")
    await rig.press("zhao", "没有照片", await rig.say("zhao", choice=""))
    assert "去过了" in words(await rig.heard("manager"))


async def test_nothing_is_confirmed_twice(rig: Rig) -> None:
    told = await reported(rig)
    await rig.press("manager", "确认", told)
    assert "现在不用确认" in words(await rig.press("manager", "确认", told))


async def test_nobody_but_the_desk_confirms_or_changes_the_list(rig: Rig) -> None:
    await reported(rig)
    for choice in ("s:1:confirm", "s:1:look", "s:1:remove", "s:0:call"):
        assert words(await rig.say("sun", choice=choice)) == "这一步由社区来做。", choice


async def test_nobody_of_another_unit_reports_it(rig: Rig) -> None:
    await claimed(rig)
    await rig.say("sun", choice="s:1:report")
    await rig.say("sun", "我们做的")
    assert "不是您单位认领的" in words(await rig.say("sun", photo=True))


async def test_who_did_not_report_in_is_told_how(rig: Rig) -> None:
    assert "先报到" in words(await rig.say("li", "认领"))


async def test_the_desks_list_says_who_has_what(rig: Rig) -> None:
    await claimed(rig)
    told = words(await rig.say("manager", "服务清单"))
    assert f"· {HAIR}：区税务局在做" in told
    assert f"· {LAMPS}：还要 1 家" in told


async def test_what_is_taken_off_the_list_is_still_done_by_who_has_it(rig: Rig) -> None:
    await claimed(rig)
    await rig.press("manager", HAIR, await rig.press("manager", "去掉一件", await rig.say("manager", "服务清单")))
    assert HAIR not in labels(await rig.say("sun", "认领"))
    assert f"您单位认领了：{HAIR}" in words(await rig.say("zhao", "认领"))


async def test_the_desk_tells_the_units_and_a_second_time_changes_the_same_card(rig: Rig) -> None:
    await claimed(rig)
    await rig.heard("sun")
    await rig.press("manager", "告诉各单位", await rig.say("manager", "服务清单"))
    first = await rig.heard("sun")
    await rig.press("manager", "告诉各单位", await rig.say("manager", "服务清单"))
    second = await rig.heard("sun")
    assert LAMPS in labels(first)
    assert [(m.card, m.fresh) for m in first] == [(m.card, m.fresh) for m in second]


async def test_before_the_months_end_who_claimed_and_did_not_report_is_reminded_once(rig: Rig) -> None:
    await claimed(rig)
    await rig.heard("zhao")
    await rig.pass_time(days=2, hours=1)  # Wednesday 25 November
    assert f"您单位认领的“{HAIR}”做好了吗" in words(await rig.heard("zhao"))
    await rig.pass_time(days=4)
    assert not await rig.heard("zhao")


async def test_who_reported_is_not_reminded(rig: Rig) -> None:
    await reported(rig)
    await rig.heard("zhao")
    await rig.pass_time(days=2, hours=1)
    assert not await rig.heard("zhao")


async def test_at_the_months_end_each_unit_reads_its_own_and_the_new_list(rig: Rig) -> None:
    told = await reported(rig)
    await rig.press("manager", "确认", told)
    await rig.pass_time(days=2, hours=1)
    await rig.heard("zhao"), await rig.heard("sun")
    await rig.pass_time(days=6)  # Tuesday 1 December
    mine, theirs = await rig.heard("zhao"), await rig.heard("sun")
    assert f"11月您单位做好了“{HAIR}”。谢谢！" in words(mine)
    assert "11月您单位没有认领，没关系。" in words(theirs)
    assert HAIR in labels(theirs)


async def test_at_the_months_end_the_desk_reads_who_claimed_what_and_what_is_open(rig: Rig) -> None:
    await claimed(rig)
    await rig.pass_time(days=2, hours=1)
    await rig.heard("manager")
    await rig.pass_time(days=6)
    told = words(await rig.heard("manager"))
    assert "2 家单位，认领 1 家，做好 0 家，没做完 1 家。" in told
    assert f"· 区税务局：{HAIR}，在做\n· 开封中学：没有认领" in told


async def test_the_months_go_on_by_themselves(rig: Rig) -> None:
    for _ in range(40):
        await rig.pass_time(days=1)
    await rig.heard("zhao")
    await rig.pass_time(days=1)
    told = words([m for m in await rig.heard("manager") if "认领：" in m.text])
    assert "11月认领" in told
    assert "12月认领" in told


async def test_words_that_come_with_a_picture_are_not_asked_for_another(rig: Rig) -> None:
    await rig.press("zhao", "做好了", await claimed(rig))
    assert "收到了，谢谢" in words(await rig.say("zhao", "理好了", photo=True))
