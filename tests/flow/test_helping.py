"""Helpers as they live it: admitted, offered by circles, the first press has it, on the way, handed over, replaced."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.messages import Address, Incoming
from bot.errands.errand import HelperState
from storage.database import Database
from tests.flow.errand_walk import PARCEL, delivered, errand, helper, labels, order, taken, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@pytest.fixture
async def helped(rig: Rig) -> Rig:
    """With a helper in the micro-grid of the place."""
    await helper(rig, "zhang", "张建国")
    return rig


# ---------------------------------------------------------------- helpers


async def test_a_helper_is_admitted_by_one_tap_of_the_community(rig: Rig) -> None:
    await rig.press("zhang", "什么都行", await rig.say("zhang", "我要帮忙"))
    await rig.press("zhang", "周末", await rig.say("zhang", "金康苑3号楼"))
    assert "社区" in words(await rig.say("zhang", "张建国"))
    await rig.press("manager", "同意", await rig.heard("manager"))
    assert "欢迎" in words(await rig.heard("zhang"))


async def test_nobody_else_admits_a_helper(rig: Rig) -> None:
    await rig.press("zhang", "什么都行", await rig.say("zhang", "我要帮忙"))
    await rig.press("zhang", "周末", await rig.say("zhang", "金康苑3号楼"))
    await rig.say("zhang", "张建国")
    await rig.press("zhang", "同意", await rig.heard("manager"))
    assert "社区还没回话" in words(await rig.say("zhang", "我接的"))


async def test_a_new_errand_is_offered_near_by_before_the_worker_is_called(helped: Rig) -> None:
    await order(helped)
    assert "有人要帮忙" in words(await helped.heard("zhang"))
    assert await helped.heard("worker") == []


async def test_an_offer_tells_nothing_that_is_nobodys_to_know(helped: Rig) -> None:
    await order(helped)
    offer = words(await helped.heard("zhang"))
    assert not any(secret in offer for secret in ("501", "8-2-1033", "王芳"))


async def test_without_a_helper_near_the_worker_is_called_at_once(rig: Rig) -> None:
    await order(rig)
    assert "快递代收" in words(await rig.heard("worker"))


async def test_the_circle_widens_by_minutes(helped: Rig) -> None:
    await helper(helped, "zhao", "赵敏", where="金康苑5号楼")
    await order(helped)
    assert await helped.heard("zhao") == []
    await helped.pass_time(minutes=10)
    assert "有人要帮忙" in words(await helped.heard("zhao"))


async def test_a_helper_of_another_community_hears_of_nothing(helped: Rig) -> None:
    await helped.press("far", "什么都行", await helped.say("far", "我要帮忙"))
    await helped.press("far", "随时", await helped.say("far", "汴河雅居1号楼"))
    await helped.say("far", "钱远")
    async with helped.storage.writing() as records:
        person = await records.people.at(Address("web", "far"), "", helped.now[0])
        asked = await records.helpers.get(person.id)
        assert asked is not None
        await records.helpers.save(replace(asked, state=HelperState.ADMITTED))
    await order(helped)
    await helped.pass_time(minutes=30)
    assert await helped.heard("far") == []


async def test_a_helper_is_left_alone_outside_their_hours(rig: Rig) -> None:
    await helper(rig, "zhang", "张建国", hours="晚上和周末")
    await order(rig)
    assert await rig.heard("zhang") == []


async def test_what_nobody_takes_falls_to_the_worker_in_a_third_of_the_time(helped: Rig) -> None:
    await order(helped)
    await helped.pass_time(minutes=39)
    assert await helped.heard("worker") == []
    await helped.pass_time(minutes=1)
    assert "快递代收" in words(await helped.heard("worker"))


async def test_the_first_press_has_it_and_the_rest_are_told_kindly(helped: Rig) -> None:
    await helper(helped, "qian", "钱红")
    await order(helped)
    offer = await helped.heard("qian")
    await taken(helped)
    assert "谢谢" in words(await helped.heard("qian"))
    late = await helped.press("qian", "我来", offer)
    assert "已经有人接了" in words(late)
    assert (await errand(helped)).helper_id is not None


async def test_two_who_press_in_the_same_moment_are_not_both_sent(helped: Rig) -> None:
    await helper(helped, "qian", "钱红")
    await order(helped)
    for who in ("zhang", "qian"):
        await helped.heard(who)
    presses = (
        Incoming(Address("web", who), Address("web", who), f"press-{who}", helped.now[0], choice="e:1:take")
        for who in ("zhang", "qian")
    )
    await asyncio.gather(*(helped.intake.receive([press]) for press in presses))
    heard = [words(await helped.heard(who)) for who in ("zhang", "qian")]
    assert sum("归您办了" in each for each in heard) == 1


async def test_a_stranger_cannot_take_an_errand(helped: Rig) -> None:
    await order(helped)
    heard = await helped.say("stranger", choice="e:1:take")
    assert "归您办了" not in words(heard)
    assert (await errand(helped)).helper_id is None


async def test_nobody_takes_their_own_errand(helped: Rig) -> None:
    await order(helped, "zhang")
    assert "有人要帮忙" not in words(await helped.heard("zhang"))


async def test_who_helps_no_more_is_offered_nothing(helped: Rig) -> None:
    await helped.say("zhang", "不帮忙了")
    await order(helped)
    assert await helped.heard("zhang") == []


# ---------------------------------------------------------------- going, handing over


async def test_the_resident_hears_who_comes_and_gets_the_code(helped: Rig) -> None:
    await order(helped)
    await helped.heard("li")
    await helped.intake.receive(
        [Incoming(Address("web", "zhang"), Address("web", "zhang"), "take", helped.now[0], choice="e:1:take")]
    )
    told = "\n".join(await delivered(helped, "li"))
    assert "张**" in told
    assert (await errand(helped)).code in told


async def test_the_right_code_finishes_and_asks_how_it_was(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "交接", await taken(helped))
    await helped.say("zhang", (await errand(helped)).code)
    assert "您满意吗" in words(await helped.heard("li"))


async def test_three_wrong_codes_bring_the_desk_and_ask_for_a_photo(helped: Rig) -> None:
    await order(helped)
    card = await taken(helped)
    right = (await errand(helped)).code
    wrong = "0000" if right != "0000" else "1111"
    heard = []
    for _ in range(3):
        await helped.press("zhang", "交接", card)
        heard = await helped.say("zhang", wrong)
    assert "照片" in words(heard)
    assert "三次不对" in words(await helped.heard("manager"))
    await helped.press("zhang", "交接", card)
    assert "照片" in words(await helped.say("zhang", right))


async def test_where_nobody_is_home_a_photo_is_the_proof(helped: Rig) -> None:
    await order(helped, hand_over="放家门口")
    await helped.press("zhang", "交接", await taken(helped))
    await helped.say("zhang", photo=True)
    told = await helped.heard("li")
    assert any(message.attachments for message in told)
    assert (await errand(helped)).proof == "photo"


async def test_only_who_has_it_can_hand_it_over(helped: Rig) -> None:
    await order(helped)
    await taken(helped)
    code = (await errand(helped)).code
    await helped.say("qian", choice="e:1:hand")
    await helped.say("qian", code)
    assert (await errand(helped)).handed_at is None


async def test_a_worker_hands_over_in_the_same_way(rig: Rig) -> None:
    await order(rig)
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "交接", card)
    await rig.say("worker", (await errand(rig)).code)
    assert "您满意吗" in words(await rig.heard("li"))


async def test_a_worker_cannot_finish_without_handing_over(rig: Rig) -> None:
    await order(rig)
    await rig.press("worker", "接单", await rig.heard("worker"))
    assert "交接" in words(await rig.say("worker", choice="c:1:finish"))


async def test_who_is_not_on_the_way_half_an_hour_late_is_replaced(helped: Rig) -> None:
    await helper(helped, "qian", "钱红")
    await order(helped)
    await taken(helped)
    await helped.heard("qian")
    await helped.pass_time(hours=5)
    assert "您出发了吗" in words(await helped.heard("zhang"))
    await helped.pass_time(minutes=30)
    assert "有人要帮忙" in words(await helped.heard("qian"))
    assert "快递代收" in words(await helped.heard("worker"))
    assert "换个人来" in words(await helped.heard("li"))
    assert (await errand(helped)).helper_id is None


async def test_who_is_on_the_way_is_not_replaced(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "我出发了", await taken(helped))
    assert "出发了" in words(await helped.heard("li"))
    await helped.pass_time(hours=6)
    assert (await errand(helped)).helper_id is not None


async def test_thanks_are_passed_on(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "交接", await taken(helped))
    await helped.say("zhang", (await errand(helped)).code)
    await helped.press("li", "非常满意", await helped.heard("li"))
    assert "谢谢" in words(await helped.heard("zhang"))


async def test_a_helper_sees_what_they_have_in_hand(helped: Rig) -> None:
    await order(helped)
    await taken(helped)
    assert "快递代收" in labels(await helped.say("zhang", "我接的"))


async def test_a_helper_writes_to_the_resident_through_the_service(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "联系居民", await taken(helped))
    await helped.say("zhang", "我十分钟后到")
    assert "我十分钟后到" in words(await helped.heard("li"))


async def test_a_helper_who_cannot_come_is_not_blamed_and_another_is_found(helped: Rig) -> None:
    await helper(helped, "qian", "钱红")
    await order(helped)
    card = await taken(helped)
    await helped.heard("qian")
    assert "没关系" in words(await helped.press("zhang", "我来不了", card))
    await helped.press("qian", "我来", await helped.heard("qian"))
    assert "钱**" in words(await helped.heard("li"))


async def test_the_code_of_who_gave_it_back_is_good_no_more(helped: Rig) -> None:
    await helper(helped, "qian", "钱红")
    await order(helped)
    await helped.press("zhang", "我来不了", await taken(helped))
    before = await errand(helped)
    async with helped.storage.writing() as records:
        await records.errands.save(replace(before, code="old!"))
    await helped.press("qian", "我来", await helped.heard("qian"))
    assert (await errand(helped)).code != "old!"


async def test_a_unit_head_orders_for_a_neighbour(rig: Rig) -> None:
    await rig.hire("head", "R032")
    await rig.say("head", PARCEL.replace("帮我", "帮邻居王奶奶"))
    heard = await rig.press("head", "当面交给邻居王奶奶", await rig.say("head", "13800138000"))
    assert "替邻居王奶奶办" in words(heard)
    assert "1001" in words(await rig.say("head", "提交"))


async def test_the_worker_who_took_it_sees_the_secret_and_others_of_the_grid_do_not(rig: Rig) -> None:
    await order(rig)
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    assert "看取件码" in labels(card)
    await rig.say("manager", choice="e:1:secret")
    async with rig.storage.writing() as records:
        assert await records.looks.of_case(1) == ()


async def test_an_errand_wanted_within_the_hour_is_the_workers_before_it_is_late(helped: Rig) -> None:
    await helped.pass_time(hours=8, minutes=20)  # 17:20, and the afternoon ends at six
    await helped.heard("worker")
    await order(helped)
    await helped.pass_time(minutes=21)
    assert "接单" in labels(await helped.heard("worker"))


async def test_the_worker_hears_in_time_of_an_errand_that_a_helper_has_not_handed_over(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "我出发了", await taken(helped))
    await helped.heard("zhang")
    await helped.pass_time(hours=8, minutes=31)  # half past five, and a bit
    assert "快到时间了。办好了，请点“交接”" in words(await helped.heard("zhang"))
    assert "志愿者还没交接" in words(await helped.heard("worker"))


async def test_of_an_errand_handed_over_nobody_hears_again(helped: Rig) -> None:
    await order(helped)
    card = await helped.press("zhang", "我出发了", await taken(helped))
    await helped.press("zhang", "交接", card)
    await helped.say("zhang", (await errand(helped)).code)
    await helped.heard("worker"), await helped.heard("zhang")
    await helped.pass_time(hours=8, minutes=31)
    assert not await helped.heard("zhang")
    assert not await helped.heard("worker")


async def test_a_card_names_the_day_so_that_it_is_true_tomorrow_too(helped: Rig) -> None:
    await order(helped)
    card = words(await taken(helped))
    assert "🕑 11月23日（周一）下午" in card
    assert "🕑 今天" not in card
