"""Who does not know how to begin is asked in one sentence, and who was asked something has answered it."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

LIFT = "金康苑3号楼2单元电梯坏了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def told(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> list[str]:
    return [button.label for message in messages for button in message.buttons]


async def asked(rig: Rig, words: str) -> None:
    """Li reports a lamp, and the worker asks something about it."""
    await rig.say("li", "楼道灯坏了金康苑3号楼2单元")
    await rig.say("li", "1")
    await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.say("worker", choice="c:1:ask")
    await rig.say("worker", words)
    await rig.heard("worker")


@pytest.mark.parametrize("words", ["领导好", "你好啊", "有人没", "在不在啊", "我是王大爷", "你们管不管啊"])
async def test_who_says_little_is_asked_what_and_where(rig: Rig, words: str) -> None:
    assert "请说说哪里、什么事" in told(await rig.say("li", words))


@pytest.mark.parametrize("words", ["领导好", "我是王大爷"])
async def test_who_says_little_sees_no_list_of_groups(rig: Rig, words: str) -> None:
    assert not any("安全急事" in label for label in labels(await rig.say("li", words)))


async def test_the_list_of_groups_is_a_press_away(rig: Rig) -> None:
    groups = await rig.press("li", "从类别里选", await rig.say("li", "我是王大爷"))
    assert any("房屋报修" in label for label in labels(groups))


@pytest.mark.parametrize("words", ["人工", "找人"])
async def test_who_wants_a_person_comes_to_the_grid_worker(rig: Rig, words: str) -> None:
    assert await rig.say("li", words) == await rig.say("li", "找网格员")


async def test_who_does_not_know_how_is_told_how(rig: Rig) -> None:
    assert "直接说哪里、什么事" in told(await rig.say("li", "不知道咋用"))


async def test_an_errand_after_a_name_is_an_errand(rig: Rig) -> None:
    await rig.say("li", "我是王大爷")
    await rig.say("li", "帮我取个快递")
    assert "驿站" in told(await rig.say("li", "金康苑3号楼2单元"))


async def test_a_picture_alone_answers_what_the_worker_asked(rig: Rig) -> None:
    await asked(rig, "能拍张照吗?")
    await rig.say("li", photo=True)
    assert any(message.attachments for message in await rig.heard("worker"))


async def test_a_few_words_answer_what_the_worker_asked(rig: Rig) -> None:
    await asked(rig, "在几楼?")
    await rig.say("li", "在3楼")
    assert "在3楼" in told(await rig.heard("worker"))


async def test_who_answered_is_told_where_it_went(rig: Rig) -> None:
    await asked(rig, "在几楼?")
    assert "转给办1001号的人了" in told(await rig.say("li", "在3楼"))


async def test_another_matter_is_no_answer(rig: Rig) -> None:
    await asked(rig, "在几楼?")
    assert "在哪里" in told(await rig.say("li", "下水道堵了臭得很"))


async def test_a_correction_is_read_anew(rig: Rig) -> None:
    await rig.say("li", LIFT)
    asked_again = await rig.say("li", "不是电梯,是门禁坏了")
    assert any("门禁" in label for label in labels(asked_again))


async def test_a_correction_that_names_no_kind_leaves_it(rig: Rig) -> None:
    await rig.say("li", LIFT)
    assert "电梯故障" in told(await rig.say("li", "不对,是昨天的事"))
