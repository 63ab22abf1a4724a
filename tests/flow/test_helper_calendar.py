"""A helper's calendar: what the phone reads at the signed address, and what it does not."""

from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from bot.chat.messages import Address
from bot.errands.calendar import HelperCalendar
from handlers.calendars import Calendars
from storage.database import Database
from tests.flow.errand_walk import errand, helper, order, taken
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await helper(rig, "zhang", "张建国")
    await order(rig)
    await taken(rig)
    return rig


def calendars(rig: Rig, key: str = "a key of our own") -> Calendars:
    calendar = HelperCalendar(rig.storage, lambda: rig.house.town, lambda: rig.now[0])
    return Calendars(calendar, key, "http://yingshao.test")


async def read(rig: Rig, link: str) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=calendars(rig).routes()))
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.get(link)


async def person(rig: Rig, who: str) -> int:
    async with rig.storage.writing() as records:
        return (await records.people.at(Address("web", who), "", rig.now[0])).id


async def test_the_slot_stands_in_the_calendar(rig: Rig) -> None:
    answer = await read(rig, calendars(rig).link(await person(rig, "zhang")))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    slot = await errand(rig)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (slot.slot_from, slot.slot_until)
    assert "快递代收" in str(event["summary"])


async def test_the_calendar_names_no_room_and_no_code(rig: Rig) -> None:
    answer = await read(rig, calendars(rig).link(await person(rig, "zhang")))
    assert "501" not in answer.text
    assert "1033" not in answer.text


async def test_a_forged_address_opens_nothing(rig: Rig) -> None:
    forged = calendars(rig, "somebody else's").link(await person(rig, "zhang"))
    assert (await read(rig, forged)).status_code == 404


async def test_who_helps_no_more_has_no_calendar(rig: Rig) -> None:
    link = calendars(rig).link(await person(rig, "zhang"))
    await rig.say("zhang", "不帮忙了")
    rig.now[0] += timedelta(seconds=1)
    assert (await read(rig, link)).status_code == 404
