"""The same matter told twice, by one person or by neighbours; cases merged and taken apart by a desk."""

import pytest

from bot.chat.messages import Outgoing
from bot.people.people import find_phone
from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"
AGAIN = "金康苑3号楼2单元楼道灯还没人修"
OTHER = "金康苑3号楼2单元楼道灯罩被人砸碎了玻璃满地"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def report(rig: Rig, who: str, words: str, *, photo: bool = False) -> list[Outgoing]:
    """Say it and send it; what comes after 提交."""
    return await rig.press(who, "提交", await rig.say(who, words, photo=photo))


async def followed(rig: Rig) -> None:
    """1001 is reported by li and followed by wang."""
    await report(rig, "li", WORDS)
    await rig.press("wang", "我也遇到", await report(rig, "wang", AGAIN))


async def two(rig: Rig) -> list[Outgoing]:
    """1001 by li and 1002 by wang, who said that it is another; the manager's card of 1002."""
    await report(rig, "li", WORDS)
    await rig.press("wang", "不是", await report(rig, "wang", AGAIN))
    return await rig.say("manager", "1002")


async def withdraw(rig: Rig) -> None:
    """li takes 1001 back."""
    why = await rig.press("li", "撤回", await rig.say("li", choice="c:1:show"))
    for button in why[-1].buttons[:1]:
        await rig.say("li", choice=button.choice)


def texts(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


# ---------------------------------------------------------------- one's own


async def test_ones_own_open_case_is_recognised(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    asked = await report(rig, "li", AGAIN)
    assert "1001号" in asked[-1].text
    assert [button.label for button in asked[-1].buttons] == ["1 是，补充进去", "2 不是，另报一件"]


async def test_yes_adds_the_words_and_opens_no_second_case(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    await report(rig, "li", AGAIN)
    await rig.heard("worker")
    await rig.say("li", "1")
    assert AGAIN in texts(await rig.heard("worker"))
    mine = await rig.say("li", "查进度")
    assert sum("号 " in button.label for button in mine[0].buttons) == 1


async def test_no_files_it_by_itself(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    filed = await rig.press("li", "不是", await report(rig, "li", AGAIN))
    assert "1002" in filed[0].text


async def test_a_spoken_no_is_understood(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    await report(rig, "li", AGAIN)
    assert "1002" in (await rig.say("li", "不是。"))[0].text


async def test_words_instead_of_an_answer_are_kept(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    await report(rig, "li", AGAIN)
    await rig.heard("worker")
    asked = await rig.say("li", "昨晚我婆婆差点摔了")
    assert "1001号" in asked[-1].text
    await rig.say("li", "1")
    assert "昨晚我婆婆差点摔了" in texts(await rig.heard("worker"))


async def test_another_matter_is_not_asked_about(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    assert "1002" in (await report(rig, "li", "金康苑3号楼2单元电梯坏了上不去"))[0].text


async def test_the_same_words_of_another_house_are_another_matter(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    assert "1002" in (await report(rig, "li", WORDS.replace("3号楼2单元", "1号楼1单元")))[0].text


async def test_a_case_just_finished_is_offered_to_be_taken_up_again(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    asked = await rig.press("worker", "办结", accepted)
    assert asked
    await rig.press("worker", "没有照片", await rig.say("worker", "换了灯泡"))
    await rig.heard("li")
    again = await report(rig, "li", AGAIN, photo=True)
    assert "还是这件事没解决吗" in again[-1].text
    await rig.heard("manager")
    await rig.press("li", "没解决", again)
    assert "1001号" in texts(await rig.heard("manager"))
    async with rig.storage.writing() as records:
        assert len(await records.attachments.of_case(1)) == 1


async def test_a_report_that_repeats_a_case_ended_meanwhile_is_filed(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    asked = await report(rig, "wang", AGAIN)
    await withdraw(rig)
    assert "1002" in (await rig.press("wang", "我也遇到", asked))[0].text


# ---------------------------------------------------------------- a neighbour's


async def test_a_neighbours_case_is_offered_without_their_words_room_or_name(rig: Rig) -> None:
    await report(rig, "li", "金康苑3号楼2单元501室门口楼道灯坏了三天了，请找李大爷13812345678")
    asked = texts(await report(rig, "wang", AGAIN))
    assert "我也遇到" not in asked
    assert "金康苑3号楼" in asked
    assert not any(told in asked for told in ("2单元", "501", "李大爷", "1001"))
    assert not find_phone(asked)


async def test_the_picture_is_shown(rig: Rig) -> None:
    await report(rig, "li", WORDS, photo=True)
    assert (await report(rig, "wang", AGAIN))[-1].attachments


async def test_a_picture_that_may_show_a_home_is_not(rig: Rig) -> None:
    await report(rig, "li", "金康苑3号楼2单元501室楼道灯坏了三天了", photo=True)
    asked = await report(rig, "wang", AGAIN)
    assert "附近有人报过" in asked[-1].text
    assert not asked[-1].attachments


async def test_what_was_told_anonymously_is_offered_to_nobody(rig: Rig) -> None:
    await rig.press("li", "提交", await rig.press("li", "匿名", await rig.say("li", WORDS)))
    assert "1002" in (await report(rig, "wang", AGAIN))[0].text


async def test_what_nobody_else_can_see_is_offered_to_nobody(rig: Rig) -> None:
    words = "金康苑3号楼2单元低保没有发给我家"
    await report(rig, "li", words)
    assert "1002" in (await report(rig, "wang", words))[0].text


async def test_an_emergency_is_filed_at_once_and_the_desk_may_link_it(rig: Rig) -> None:
    words = "金康苑3号楼2单元煤气漏了味道很大"
    await report(rig, "li", words)
    await rig.heard("manager")
    assert "1002" in texts(await report(rig, "wang", words))
    line = await rig.heard("manager")
    done = await rig.press("manager", "并案", [m for m in line if "可能是一件事" in m.text])
    assert "1002号并到1001号" in texts(done)


async def test_a_follower_hears_and_sees_it_among_their_cases(rig: Rig) -> None:
    await followed(rig)
    await rig.press("worker", "接单", await rig.heard("worker"))
    assert "1001号有人办了" in texts(await rig.heard("wang"))
    assert "1001" in (await rig.say("wang", "查进度"))[0].buttons[0].label


async def test_the_handler_hears_a_followers_words_without_a_name(rig: Rig) -> None:
    await followed(rig)
    assert f"居民补充：{AGAIN}" in texts(await rig.heard("worker"))


async def test_what_handler_and_reporter_say_to_each_other_stays_between_them(rig: Rig) -> None:
    await followed(rig)
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "联系居民", accepted)
    await rig.heard("wang")
    await rig.say("worker", "李大爷您在家吗")
    assert "李大爷您在家吗" in texts(await rig.heard("li"))
    assert await rig.heard("wang") == []


async def test_neither_reads_the_others_words(rig: Rig) -> None:
    await followed(rig)
    assert WORDS not in texts(await rig.say("wang", "1001号怎么样了"))
    assert AGAIN not in texts(await rig.say("li", "1001号怎么样了"))


async def test_a_follower_rates_apart_from_the_reporter(rig: Rig) -> None:
    await followed(rig)
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "办结", accepted)
    await rig.press("worker", "没有照片", await rig.say("worker", "换了灯泡"))
    asked = await rig.press("wang", "非常不满意", await rig.heard("wang"))
    thanks = await rig.press("wang", "未解决", asked)
    assert "谢谢" in texts(thanks)
    assert "有别的居民不满意" in texts(await rig.heard("manager"))
    # The reporter's own grade still closes it.
    solved = await rig.press("li", "非常满意", await rig.heard("li"))
    await rig.press("li", "已解决", solved)
    assert "已结案" in texts(await rig.say("li", "1001"))


async def test_a_follower_may_urge_but_not_withdraw(rig: Rig) -> None:
    await followed(rig)
    shown = await rig.say("wang", "1001")
    labels = " ".join(button.label for button in shown[-1].buttons)
    assert "撤回" not in labels
    assert "本人" in texts(await rig.say("wang", choice="c:1:withdraw"))
    await rig.heard("worker")
    await rig.press("wang", "催", shown)
    assert "在催1001号" in texts(await rig.heard("worker"))


async def test_who_lets_go_hears_no_more(rig: Rig) -> None:
    await followed(rig)
    await rig.press("wang", "不再关注", await rig.say("wang", "1001"))
    await rig.press("worker", "接单", await rig.heard("worker"))
    assert await rig.heard("wang") == []


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("said", ["1001", "1001号怎么样了", "查一下1001号"])
async def test_a_number_opens_the_case_for_its_reporter(rig: Rig, said: str) -> None:
    await report(rig, "li", WORDS)
    assert WORDS in texts(await rig.say("li", said))


async def test_a_number_of_others_shows_no_more_than_one_that_is_not(rig: Rig) -> None:
    await report(rig, "li", WORDS)
    assert await rig.say("zhao", "1001号怎么样了") == await rig.say("zhao", "1999号怎么样了")


@pytest.mark.parametrize("verb", ["show", "urge", "add", "rate", "looks", "unfollow", "trail"])
async def test_a_made_up_button_shows_no_more_either(rig: Rig, verb: str) -> None:
    await report(rig, "li", WORDS)
    assert await rig.say("zhao", choice=f"c:1:{verb}") == await rig.say("zhao", choice=f"c:999:{verb}")


# ---------------------------------------------------------------- merging


async def merge(rig: Rig, number: int, lead: int) -> list[Outgoing]:
    """The manager merges one case into another."""
    await rig.press("manager", "并案", await rig.say("manager", choice=f"c:{number - 1000}:more"))
    return await rig.say("manager", str(lead))


async def test_a_merged_reporter_is_told_kindly_and_hears_of_the_lead(rig: Rig) -> None:
    await two(rig)
    await merge(rig, 1002, 1001)
    assert "您的1002号和1001号是一件事，一起办" in texts(await rig.heard("wang"))
    await rig.say("worker", choice="c:1:accept")
    assert "1001号有人办了" in texts(await rig.heard("wang"))


async def test_the_cards_of_a_merged_case_become_a_line(rig: Rig) -> None:
    await two(rig)
    await rig.heard("worker")
    await merge(rig, 1002, 1001)
    cards = [message for message in await rig.heard("worker") if message.card == "case:2"]
    assert "1002号已并到1001号" in cards[-1].text
    assert not any("接单" in button.label for button in cards[-1].buttons)


async def test_later_words_to_a_merged_case_reach_the_leads_handler(rig: Rig) -> None:
    await two(rig)
    await rig.say("worker", choice="c:1:accept")
    await merge(rig, 1002, 1001)
    await rig.heard("worker")
    await rig.say("wang", choice="c:2:add")
    await rig.say("wang", "四楼的灯也不亮")
    assert "1001号居民补充：四楼的灯也不亮" in texts(await rig.heard("worker"))


async def test_a_merged_case_taken_apart_is_called_out_anew(rig: Rig) -> None:
    await two(rig)
    done = await merge(rig, 1002, 1001)
    await rig.heard("worker")
    await rig.heard("wang")
    await rig.press("manager", "拆分", done)
    assert "1002号改为单独办" in texts(await rig.heard("wang"))
    card = [message for message in await rig.heard("worker") if message.card == "case:2"]
    await rig.press("worker", "接单", card)
    assert "1002号有人办了" in texts(await rig.heard("wang"))


async def test_a_case_taken_apart_no_longer_hears_of_its_lead(rig: Rig) -> None:
    await two(rig)
    await rig.press("manager", "拆分", await merge(rig, 1002, 1001))
    await rig.heard("wang")
    await rig.say("worker", choice="c:1:accept")
    assert await rig.heard("wang") == []


async def test_what_was_merged_into_a_case_follows_it_into_the_next(rig: Rig) -> None:
    await two(rig)
    await rig.press("zhao", "不是", await report(rig, "zhao", AGAIN))
    await merge(rig, 1003, 1002)
    await merge(rig, 1002, 1001)
    await rig.heard("zhao")
    await rig.say("worker", choice="c:1:accept")
    assert "1001号有人办了" in texts(await rig.heard("zhao"))


async def test_a_case_cannot_be_merged_into_itself_or_what_is_over(rig: Rig) -> None:
    await two(rig)
    assert "不能并到它自己" in texts(await merge(rig, 1002, 1002))
    assert "没有找到" in texts(await merge(rig, 1002, 1999))
    await withdraw(rig)
    assert "已经办完" in texts(await merge(rig, 1002, 1001))


async def test_a_case_cannot_be_merged_into_a_merged_one(rig: Rig) -> None:
    await two(rig)
    await rig.press("zhao", "不是", await report(rig, "zhao", AGAIN))
    await merge(rig, 1002, 1001)
    assert "1002号已并到1001号" in texts(await merge(rig, 1003, 1002))


async def test_only_a_desk_merges(rig: Rig) -> None:
    await two(rig)
    await rig.heard("wang")
    await rig.say("worker", choice="c:2:merge:1")
    await rig.say("zhao", choice="c:2:merge:1")
    assert await rig.heard("wang") == []
