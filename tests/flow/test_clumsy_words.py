"""What a stranger says beside the question: nothing is lost, nobody is sent in a circle."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build

DRAIN = "下水道堵了臭得很"
LAMP = "金康苑3号楼2单元楼道灯坏了"
PLACE = "金康苑3号楼1单元"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def filed(rig: Rig, who: str = "li") -> None:
    await rig.say(who, DRAIN + PLACE)
    await rig.say(who, "1")


async def test_a_photo_sent_in_place_of_the_place_is_kept(rig: Rig) -> None:
    await rig.say("li", DRAIN)
    asked = await rig.say("li", photo=True)
    assert "没听明白" not in asked[0].text
    check = await rig.say("li", PLACE)
    assert "附件：1" in check[-1].text


async def test_a_photo_sent_in_place_of_the_time_of_an_errand_is_kept(rig: Rig) -> None:
    await rig.say("li", "家里灯泡坏了想找人换一下")
    await rig.say("li", PLACE)
    await rig.say("li", photo=True)
    check = await rig.say("li", "1")
    assert "附件：1" in check[-1].text


@pytest.mark.parametrize("words", ["算了不报了", "唉,算了吧", "我不想报了", "还是算了"])
async def test_who_gives_up_in_their_own_words_has_given_up(rig: Rig, words: str) -> None:
    await rig.say("li", DRAIN + PLACE)
    heard = await rig.say("li", words)
    assert "不提交" in heard[0].text


async def test_no_need_of_something_gives_nothing_up(rig: Rig) -> None:
    await rig.say("li", DRAIN + PLACE)
    assert "不提交" not in (await rig.say("li", "不用了"))[0].text


@pytest.mark.parametrize(
    "words", ["我那个事咋样了", "师傅什么时候来", "啥时候能来人啊", "怎么还没人来", "有消息了吗", "快点啊"]
)
async def test_who_asks_after_their_matter_sees_it(rig: Rig, words: str) -> None:
    await filed(rig)
    heard = await rig.say("li", words)
    assert [button.label for button in heard[0].buttons] == ["1 1001号 下水堵塞 待接单"]


@pytest.mark.parametrize("words", ["电梯坏了什么时候能修好", "金明大道什么时候修好"])
async def test_who_asks_how_long_a_new_trouble_takes_tells_a_new_trouble(rig: Rig, words: str) -> None:
    await filed(rig)
    heard = await rig.say("li", words)
    assert not any("1001号" in button.label for message in heard for button in message.buttons)


async def test_what_is_not_sent_yet_comes_again_below_the_list(rig: Rig) -> None:
    await rig.say("li", DRAIN + PLACE)
    heard = await rig.say("li", "查进度")
    assert "还没交给我们" in heard[1].text
    assert any("提交" in button.label for button in heard[-1].buttons)


async def test_words_that_tell_nothing_new_go_to_the_case_they_are_about(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.heard("worker")
    asked = await rig.say("li", "我下午去闺女家了")
    await rig.press("li", "1001号", asked)
    assert any("闺女" in message.text for message in await rig.heard("worker"))


async def test_words_that_are_another_matter_are_asked_about_as_ever(rig: Rig) -> None:
    await filed(rig)
    asked = await rig.say("li", "我下午去闺女家了")
    kinds = await rig.press("li", "是另一件事", asked)
    assert any("房屋报修" in button.label for message in kinds for button in message.buttons)


async def test_what_a_worker_writes_unasked_can_go_to_the_resident_in_hand(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.heard("li")
    asked = await rig.say("worker", "您别动,我两分钟到")
    await rig.press("worker", "1001号", asked)
    assert any("两分钟到" in message.text for message in await rig.heard("li"))


async def test_the_words_of_the_menu_may_be_said_politely(rig: Rig) -> None:
    assert await rig.say("worker", "我想请假") == await rig.say("worker", "请假")


async def test_an_emergency_stands_first_in_the_list(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.pass_time(days=2)
    await rig.say("wang", "救命我摔倒了起不来金康苑3号楼2单元")
    await rig.say("wang", "1")
    work = await rig.say("worker", "我的任务")
    assert "人员伤病" in work[-1].buttons[0].label


async def test_leave_may_be_said_in_days_from_now(rig: Rig) -> None:
    await rig.say("worker", "请假")
    heard = await rig.say("worker", "明天到后天")
    assert "11月24日到11月25日" in heard[0].text


async def test_leave_of_one_day_names_one_day(rig: Rig) -> None:
    await rig.say("worker", "请假")
    assert "记下了：11月25日请假" in (await rig.say("worker", "后天"))[0].text


async def test_who_hands_over_before_the_cost_is_told_can_say_that_nothing_was_spent(rig: Rig) -> None:
    await rig.say("li", "家里灯泡坏了想找人换一下金康苑3号楼2单元")
    await rig.say("li", "1")
    await rig.say("li", "1")
    await rig.press("worker", "接单", await rig.heard("worker"))
    asked = await rig.say("worker", choice="e:1:hand")
    assert asked
    stopped = await rig.say("worker", "1234")
    noted = await rig.press("worker", "没花钱", stopped)
    assert "记下了" in noted[0].text


async def test_a_worker_who_types_an_act_sees_the_cases_it_may_be_meant_for(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.heard("worker")
    heard = await rig.say("worker", "办结")
    assert "1001号" in heard[0].buttons[0].label


async def test_the_case_that_words_belong_to_may_be_typed_by_its_number(rig: Rig) -> None:
    await filed(rig)
    await rig.say("li", "我下午去闺女家了")
    assert "补上" in (await rig.say("li", "1001号"))[0].text


async def test_who_could_not_be_told_is_noted_as_not_told(rig: Rig) -> None:
    await filed(rig)
    async with rig.storage.writing() as records:
        words = [event.words for event in await records.cases.events(1)]
    assert any("收不到" in said for said in words)
    assert not any("没人接" in said for said in words)
