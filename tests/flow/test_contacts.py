"""The resident's phone: kept where they say it is theirs, masked until somebody has the case, and looked at or not at all."""

import pytest

from bot.cases.lifecycle import Act
from bot.chat.messages import Address, Outgoing
from bot.people.people import own_phone
from storage.database import Database
from tests.flow.rig import Rig, build

LAMP = "金康苑3号楼2单元楼道灯坏了三天了"
PHONE = "13912345678"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> str:
    return " ".join(button.label for message in messages for button in message.buttons)


async def accepted(rig: Rig, words: str, *presses: str) -> list[Outgoing]:
    """The worker's card of what li tells, with these presses at the check screen."""
    heard = await rig.say("li", words)
    for press in (*presses, "提交"):
        heard = await rig.press("li", press, heard)
    return await rig.press("worker", "接单", await rig.heard("worker"))


@pytest.mark.parametrize("presses", [(), ("匿名",)], ids=["no phone", "anonymous"])
async def test_where_there_is_no_contact_no_button_offers_one(rig: Rig, presses: tuple[str, ...]) -> None:
    card = await accepted(rig, LAMP, *presses)
    more = await rig.press("worker", "更多", card)
    assert "查看电话" not in labels(card)
    assert "看联系方式" not in labels(more)


async def test_a_press_for_a_contact_that_is_not_there_leaves_no_trace(rig: Rig) -> None:
    await accepted(rig, LAMP, "匿名")
    assert "没留电话" in text(await rig.say("worker", choice="c:1:look"))
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
        events = await records.cases.events(1)
        looks = await records.looks.of_case(1)
    assert case is not None
    assert (case.contacted_at, looks, [e for e in events if e.act is Act.LOOK]) == (None, (), [])


async def test_a_number_that_somebody_calls_their_own_is_their_phone(rig: Rig) -> None:
    card = await accepted(rig, f"我叫李秀英电话{PHONE},{LAMP}")
    assert PHONE in text(await rig.press("worker", "上门前联系", await rig.press("worker", "查看电话", card)))


async def test_a_number_in_words_is_masked_until_somebody_has_the_case(rig: Rig) -> None:
    await rig.say("li", f"我叫李秀英电话{PHONE},{LAMP}")
    await rig.say("li", "提交")
    card = await rig.heard("worker")
    assert PHONE not in text(card) + text(await rig.say("worker", choice="c:1:words"))
    assert "139****5678" in text(card)
    assert PHONE in text(await rig.press("worker", "接单", card))


async def test_a_number_in_words_is_masked_in_a_group(rig: Rig) -> None:
    unit = rig.house.town.directory.by_code["JKY-W1"]
    async with rig.storage.writing() as records:
        worker = await records.people.at(Address("web", "worker"), "", rig.now[0])
        await records.chats.bind_group(Address("web", "group"), unit.id, worker.id, rig.now[0])
    await accepted(rig, f"我叫李秀英电话{PHONE},{LAMP}")
    seen = text(await rig.heard("group"))
    assert "1001" in seen
    assert PHONE not in seen


async def test_a_number_that_is_added_later_is_masked_while_nobody_has_the_case(rig: Rig) -> None:
    await rig.say("li", LAMP)
    await rig.say("li", "提交")
    await rig.heard("worker")
    await rig.say("li", choice="c:1:add")
    await rig.say("li", f"打{PHONE}")
    assert "139****5678" in text(await rig.heard("worker"))


@pytest.mark.parametrize(
    "words",
    [
        "我叫李秀英电话{}",
        "我电话{}",
        "我的手机号是{}",
        "我姓王,手机:{}",
        "灯坏了,我的联系电话{}",
        "打我电话{}",
        "本人电话 {}",
    ],
)
def test_a_phone_is_ones_own_where_one_says_so(words: str) -> None:
    assert own_phone(words.format(PHONE)) == PHONE


@pytest.mark.parametrize(
    "words", ["举报王强电话{}", "我要举报他电话{}", "我邻居电话{}", "他的手机{}", "打{}", "我看到广告电话{}"]
)
def test_another_persons_number_is_not_taken(words: str) -> None:
    assert own_phone(words.format(PHONE)) == ""
