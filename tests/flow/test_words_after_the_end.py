"""What a resident says of a case that is done or that needs nobody any more reaches who can act on it."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

LAMP = "金康苑3号楼2单元楼道灯坏了"
OBJECTION = "他根本没来,灯还是黑的,还骂我多事"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def accepted(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.press("worker", "接单", await rig.heard("worker"))
    await quiet(rig)


async def finished(rig: Rig) -> None:
    await accepted(rig)
    await rig.say("worker", choice="c:1:finish")
    await rig.say("worker", "换了灯泡")
    await rig.say("worker", photo=True)
    await quiet(rig)


async def closed(rig: Rig) -> None:
    await finished(rig)
    await rig.say("li", choice="c:1:grade:1.5")
    await rig.say("li", choice="c:1:solved:1.solved")
    await rig.pass_time(days=2)
    await quiet(rig)


async def disputed(rig: Rig) -> None:
    await finished(rig)
    await rig.press("li", "说说原因", await rig.say("li", choice="c:1:grade:1.1"))
    await quiet(rig)
    await rig.say("li", OBJECTION)


async def quiet(rig: Rig) -> None:
    for who in ("li", "worker", "manager"):
        await rig.heard(who)


def told(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def test_words_that_it_is_not_mended_may_dispute_what_is_finished(rig: Rig) -> None:
    await finished(rig)
    heard = await rig.press("li", "没办好，重办", await rig.say("li", "没修好啊,还是不亮"))
    assert "已请上级来看" in told(heard)


async def test_the_desk_reads_the_words_that_disputed_it(rig: Rig) -> None:
    await finished(rig)
    await rig.press("li", "没办好，重办", await rig.say("li", "没修好啊,还是不亮"))
    assert "没修好啊" in told(await rig.heard("manager"))


@pytest.mark.parametrize("words", ["灯又不亮了", "又不亮了,没修好"])
async def test_words_that_it_broke_again_may_dispute_what_was_closed_two_days_ago(rig: Rig, words: str) -> None:
    await closed(rig)
    heard = await rig.press("li", "没办好，重办", await rig.say("li", words))
    assert "已请上级来看" in told(heard)


async def test_what_was_closed_long_ago_is_not_offered(rig: Rig) -> None:
    await closed(rig)
    await rig.pass_time(days=15)
    assert not any("1001号" in b.label for message in await rig.say("li", "灯又不亮了") for b in message.buttons)


async def test_who_is_on_the_way_hears_that_the_resident_mended_it(rig: Rig) -> None:
    await accepted(rig)
    await rig.press("li", "撤回", await rig.say("li", "不用来了,我自己换好了"))
    assert "不用去了。不用来了,我自己换好了" in told(await rig.heard("worker"))


async def test_mended_words_may_be_an_addition_only(rig: Rig) -> None:
    await accepted(rig)
    heard = await rig.press("li", "楼道照明 在办", await rig.say("li", "不用来了,我自己换好了"))
    assert "补上了" in told(heard)


async def test_mended_words_without_an_open_case_are_thanked_for(rig: Rig) -> None:
    await finished(rig)
    assert "不客气" in told(await rig.say("li", "修好了,谢谢"))


async def test_reasons_for_a_dispute_reach_the_desk(rig: Rig) -> None:
    await disputed(rig)
    assert OBJECTION in told(await rig.heard("manager"))


async def test_reasons_for_a_dispute_do_not_reach_who_is_complained_of(rig: Rig) -> None:
    await disputed(rig)
    assert "多事" not in told(await rig.heard("worker"))


@pytest.mark.parametrize("view", ["show", "trail"])
async def test_the_desk_finds_the_reasons_on_the_card_and_in_the_history(rig: Rig, view: str) -> None:
    await disputed(rig)
    assert OBJECTION in told(await rig.say("manager", choice=f"c:1:{view}"))


@pytest.mark.parametrize("view", ["show", "trail"])
async def test_who_is_complained_of_finds_no_reasons(rig: Rig, view: str) -> None:
    await disputed(rig)
    assert "多事" not in told(await rig.say("worker", choice=f"c:1:{view}"))


@pytest.mark.parametrize("view", ["show", "trail"])
async def test_the_first_words_of_a_dispute_are_for_the_desk_alone(rig: Rig, view: str) -> None:
    await closed(rig)
    await rig.say("li", choice="c:1:dispute")
    await rig.say("li", OBJECTION)
    assert "多事" not in told(await rig.say("worker", choice=f"c:1:{view}"))


async def test_a_picture_with_a_dispute_is_on_the_desks_card(rig: Rig) -> None:
    await finished(rig)
    await rig.say("li", choice="c:1:dispute")
    await rig.say("li", photo=True)
    assert any(message.attachments for message in await rig.heard("manager"))
