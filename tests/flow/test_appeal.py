"""An appeal from the first word to the rating, as resident, worker and desk hear it."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def test_a_resident_files_with_two_messages(rig: Rig) -> None:
    check = await rig.say("li", WORDS)
    assert "金康苑3号楼2单元" in check[-1].text
    filed = await rig.say("li", "1")
    assert "1001" in filed[0].text


async def test_the_worker_of_the_staircase_gets_one_card(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "提交")
    cards = await rig.heard("worker")
    assert len(cards) == 1
    assert "金康苑3号楼2单元" in cards[0].text


async def test_the_whole_loop_ends_in_a_rating(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    card = await rig.heard("worker")
    accepted = await rig.press("worker", "接单", card)
    assert await rig.heard("li")
    asked = await rig.press("worker", "办结", accepted)
    photo = await rig.say("worker", "换了新灯泡")
    done = await rig.press("worker", "没有照片", photo) if asked else []
    assert done
    rate = await rig.heard("li")
    solved = await rig.press("li", "非常满意", rate)
    thanks = await rig.press("li", "已解决", solved)
    assert thanks
    mine = await rig.say("li", "查进度")
    assert "1001" in mine[0].buttons[0].label


async def test_a_bad_rating_goes_to_the_desk_above_not_to_the_worker(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "办结", accepted)
    await rig.press("worker", "没有照片", await rig.say("worker", "好了"))
    await rig.heard("worker")
    await rig.press("li", "非常不满意", await rig.heard("li"))
    desk = await rig.heard("manager")
    assert any("重办" in button.label for message in desk for button in message.buttons)


async def test_a_repeated_message_does_nothing(rig: Rig) -> None:
    await rig.say("li", WORDS, message_id="same")
    assert await rig.say("li", WORDS, message_id="same") == []


async def test_a_stranger_pressing_accept_does_nothing(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    card = await rig.heard("worker")
    await rig.press("stranger", "接单", card)
    assert await rig.heard("li") == []


async def test_thanks_open_nothing(rig: Rig) -> None:
    heard = await rig.say("li", "谢谢")
    assert not heard[0].card


async def test_a_letter_that_begins_with_thanks_is_not_lost(rig: Rig) -> None:
    heard = await rig.say("li", "感谢领导的关怀。可是门球场停工半年了,老人没有地方锻炼,请问什么时候能修好?")
    assert heard[-1].card.startswith("draft")


async def test_fire_gets_the_number_to_call_first(rig: Rig) -> None:
    heard = await rig.say("li", "金康苑3号楼着火了")
    assert "119" in heard[0].text


async def test_fire_picked_from_the_list_gets_the_number_too(rig: Rig) -> None:
    heard = await rig.say("li", "金康苑3号楼2单元")
    groups = await rig.press("li", "从类别里选", heard)
    heard = await rig.press("li", "着火", await rig.press("li", "安全急事", groups))
    assert "119" in heard[0].text
    assert "提交" in heard[1].buttons[0].label


async def test_a_number_that_was_said_once_is_not_said_with_every_answer(rig: Rig) -> None:
    await rig.say("li", "着火了")
    heard = await rig.say("li", "金康苑3号楼2单元")
    assert not any("119" in one.text for one in heard)


async def test_cancel_works_in_the_middle(rig: Rig) -> None:
    await rig.say("li", "灯坏了")
    heard = await rig.say("li", "/cancel")
    assert "不提交" in heard[0].text


async def test_a_parcel_is_an_errand_with_time_and_hand_over(rig: Rig) -> None:
    await rig.say("li", "尽快帮我取个快递,金康苑3号楼2单元,菜鸟驿站,取件码8-2-1033")
    await rig.say("li", "王芳")
    check = await rig.say("li", "1")
    assert "当面交给我" in check[-1].text
    filed = await rig.say("li", "1")
    assert "1001" in filed[0].text


async def test_photos_of_one_album_join_one_draft(rig: Rig) -> None:
    first = await rig.say("li", WORDS, photo=True, album="a1")
    assert len(first) == 1
    assert await rig.say("li", photo=True, album="a1") == []


async def test_a_late_photo_of_an_album_reaches_the_filed_case(rig: Rig) -> None:
    await rig.say("li", WORDS, photo=True, album="a1")
    await rig.say("li", "1")
    heard = await rig.say("li", photo=True, album="a1")
    assert not any(message.card.startswith("draft") for message in heard)


async def test_nobody_accepting_brings_somebody_above(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    for _ in range(8):
        await rig.pass_time(hours=3)
    assert any("金康苑3号楼2单元" in message.text for message in await rig.heard("manager"))
