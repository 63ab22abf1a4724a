"""回访: somebody else asks the resident how it was, after the case is closed."""

import pytest

from bot.chat.messages import Address, Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build
from tests.flow.test_levels import text

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await rig.hire("street", "R006")
    await rig.heard("street")
    return rig


async def closed_with_a_bad_word(rig: Rig) -> None:
    """Finished, found bad by the resident, upheld by the community desk."""
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press(
        "worker", "没有照片", await rig.press("worker", "已处理好", await rig.press("worker", "办结", card))
    )
    await rig.press("li", "非常不满意", await rig.heard("li"))
    await rig.press("manager", "维持", await rig.heard("manager"))
    await rig.say("manager", "灯已换新,现场看过")


async def called(rig: Rig) -> list[Outgoing]:
    await closed_with_a_bad_word(rig)
    await rig.heard("street")
    await rig.pass_time(days=1, hours=3)
    return await rig.heard("street")


async def test_a_bad_rating_is_called_back_about_on_the_next_working_day(rig: Rig) -> None:
    assert "请回访" in text(await called(rig))


async def test_who_calls_back_sees_the_contact_of_a_closed_case_and_nobody_else_does(rig: Rig) -> None:
    await rig.say("li", "/start")
    async with rig.storage.writing() as records:
        li = await records.people.at(Address("web", "li"), "", rig.now[0])
        await records.people.save_phone(li.id, "13912345678")
    reason = await rig.press("street", "查看电话", await called(rig))
    assert "已经结案" in text(await rig.say("worker", choice="c:1:look"))
    assert "13912345678" in text(await rig.press("street", "上门前联系", reason))


async def test_who_handled_it_does_not_call_back(rig: Rig) -> None:
    await called(rig)
    assert "回访" not in text(await rig.heard("worker"))


async def test_a_satisfied_answer_closes_the_call_back(rig: Rig) -> None:
    await rig.press("street", "没有别的", await rig.press("street", "😊 满意", await called(rig)))
    await rig.pass_time(days=3)
    assert "回访" not in text(await rig.heard("street"))


async def test_an_unsatisfied_answer_puts_it_before_the_next_desk_above(rig: Rig) -> None:
    card = await called(rig)
    await rig.heard("street")
    await rig.press("street", "不满意", card)
    heard = await rig.say("street", "灯又坏了")
    assert any("重办" in b.label for m in heard for b in m.buttons)


async def test_somebody_not_reached_is_called_once_more(rig: Rig) -> None:
    await rig.press("street", "没有别的", await rig.press("street", "联系不上", await called(rig)))
    await rig.pass_time(days=1, hours=3)
    assert "请回访" in text(await rig.heard("street"))


async def test_another_desk_cannot_fill_in_the_outcome(rig: Rig) -> None:
    await called(rig)
    heard = await rig.say("manager", choice="c:1:call_back:satisfied")
    await rig.say("manager", "好")
    async with rig.storage.writing() as records:
        calls = await records.call_backs.of_case(1)
    assert heard
    assert [call.outcome for call in calls] == [""]
