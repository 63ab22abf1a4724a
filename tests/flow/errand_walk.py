"""Steps that tests of errands share: helpers join, a resident orders, a sent message with its secret is read."""

from datetime import timedelta

from bot.chat.messages import Outgoing
from bot.chat.records import Settled
from bot.errands.errand import Errand
from tests.flow.rig import Rig

PARCEL = "帮我取快递,金康苑3号楼2单元501,菜鸟驿站,取件码8-2-1033,收件人王芳,今天下午"


async def helper(rig: Rig, who: str, name: str, *, where: str = "金康苑3号楼", hours: str = "随时") -> None:
    """Somebody asks in, and the community desk agrees."""
    await rig.press(who, "什么都行", await rig.say(who, "我要帮忙"))
    asked = await rig.say(who, where)
    await rig.press(who, hours, asked)
    await rig.say(who, name)
    await rig.press("manager", "同意", await rig.heard("manager"))
    await rig.heard(who)


async def order(rig: Rig, who: str = "li", words: str = PARCEL, hand_over: str = "当面交给我") -> list[Outgoing]:
    """Order a parcel with one message and two taps."""
    await rig.press(who, hand_over, await rig.say(who, words))
    return await rig.say(who, "提交")


async def taken(rig: Rig, who: str = "zhang") -> list[Outgoing]:
    """A helper takes what they were offered; their card."""
    return await rig.press(who, "我来", await rig.heard(who))


async def errand(rig: Rig, case_id: int = 1) -> Errand:
    """The errand as it stands."""
    async with rig.storage.writing() as records:
        found = await records.errands.get(case_id)
    assert found is not None
    return found


async def delivered(rig: Rig, who: str) -> list[str]:
    """What the network is given for this person, message by message, as it leaves."""
    texts: list[str] = []
    while True:
        rig.now[0] += timedelta(seconds=1)
        async with rig.storage.writing() as records:
            letters = await records.outbox.claim("test", rig.now[0], rig.now[0] + timedelta(minutes=1), 100)
        if not letters:
            return texts
        async with rig.storage.writing() as records:
            await records.outbox.settle("test", [Settled(letter, "sent") for letter in letters], rig.now[0])
        texts += [letter.message.text for letter in letters if letter.to.chat == who]


def words(messages: list[Outgoing]) -> str:
    """All that was said."""
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> str:
    """All that can be pressed."""
    return " ".join(button.label for message in messages for button in message.buttons)
