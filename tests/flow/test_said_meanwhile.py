"""Two processes over one PostgreSQL: what a person says at the one is not overwritten by what the other tells them."""

import asyncio

import pytest

from bot.cases.notices import tell
from bot.chat.conversation import Conversation
from bot.chat.messages import Address, Button, Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ASKED = Outgoing("修好了吗？", (Button("修好了", "x:1"),))


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def of(rig: Rig, who: str) -> int:
    """The person at this address."""
    async with rig.storage.writing() as records:
        return (await records.people.at(Address("web", who), "", rig.now[0])).id


async def talk(rig: Rig, person_id: int) -> Conversation:
    async with rig.storage.reading() as records:
        return Conversation.from_json(await records.talk.conversation(person_id))


async def test_a_report_begun_while_its_writer_is_being_told_something_stands(rig: Rig) -> None:
    li = await of(rig, "li")
    async with rig.storage.writing() as other:
        await tell(other, li, ASKED, rig.now[0])
        saying = asyncio.create_task(rig.say("li", "楼道灯坏了"))
        await asyncio.wait({saying}, timeout=0.5)
    await saying
    assert (await talk(rig, li)).draft is not None


async def test_who_is_saying_something_is_told_all_the_same(rig: Rig) -> None:
    li = await of(rig, "li")
    async with rig.storage.writing() as their_turn:
        await their_turn.lock_person(li)
        async with rig.storage.writing() as other:
            await tell(other, li, ASKED, rig.now[0])
    assert [message.text for message in await rig.heard("li")] == [ASKED.text]


async def test_nobody_is_reminded_of_a_report_that_they_are_sending_just_now(rig: Rig) -> None:
    await rig.say("li", "楼道灯坏了")
    li = await of(rig, "li")
    async with rig.storage.writing() as their_turn:
        await their_turn.lock_person(li)
        await rig.pass_time(days=1, minutes=1)
    assert await rig.heard("li") == []
    await rig.pass_time(minutes=1)
    assert await rig.heard("li") != []
