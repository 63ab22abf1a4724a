"""举报: whoever is told of may sit at the very desk over the place. They read nothing, press nothing and are shown nothing."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.board.board import Board, Chosen
from bot.cases.lifecycle import Case
from bot.chat.messages import Address, Outgoing
from bot.digests.measures import count_day
from bot.errors import NotAllowed
from storage.board import Boards
from storage.database import Database
from storage.digests import DigestReads
from tests.flow.rig import Rig, build

TIP = "我要举报金康社区主任李建国贪污低保钱,他收了很多人的钱,在金康苑3号楼2单元"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    for who, code in {"district": "R003", "street": "R006", "admin": "R005", "housing": "R009", "firm": "R011"}.items():
        await rig.hire(who, code)
        await rig.heard(who)
    await rig.press("li", "干部作风", await rig.say("li", TIP))
    await rig.say("li", "1")
    return rig


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def case_of(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def person(rig: Rig, who: str) -> int:
    async with rig.storage.writing() as records:
        return (await records.people.at(Address("web", who), "", rig.now[0])).id


def board(rig: Rig) -> Board:
    async def none() -> Mapping[int, bytes]:
        return {}

    return Board(Boards(rig.database), rig.house, lambda: rig.now[0], none)


async def sent_to(rig: Rig, unit: str) -> None:
    """The district desk gives the tip to somebody."""
    await rig.press("district", "派单", await rig.say("district", choice="c:1:show"))
    await rig.say("district", unit)
    await rig.say("district", "请查")


VERBS = (
    "show",
    "more",
    "words",
    "trail",
    "accept",
    "look",
    "dispatch",
    "whistle",
    "supervise",
    "mute",
    "uphold",
    "hush",
)


@pytest.mark.parametrize("verb", VERBS)
async def test_the_accused_at_the_desk_over_the_place_hears_what_is_said_of_no_case_at_all(rig: Rig, verb: str) -> None:
    there = text(await rig.say("manager", choice=f"c:1:{verb}"))
    await rig.say("manager", "取消")
    assert there == text(await rig.say("manager", choice=f"c:99:{verb}"))


async def test_the_accused_cannot_write_to_who_told(rig: Rig) -> None:
    await rig.heard("li")
    await rig.say("manager", choice="c:1:accept")
    await rig.say("manager", choice="c:1:relay")
    await rig.say("manager", "是谁写的?")
    assert await rig.heard("li") == []


async def test_the_district_desk_reads_it_and_takes_it(rig: Rig) -> None:
    await rig.press("district", "接单", await rig.heard("district"))
    assert (await case_of(rig)).handler_id == await person(rig, "district")


@pytest.mark.parametrize("who", ["worker", "manager", "street"])
async def test_on_the_board_nobody_of_its_place_finds_it(rig: Rig, who: str) -> None:
    who_id = await person(rig, who)
    with pytest.raises(NotAllowed):
        await board(rig).trail(who_id, 1001)
    assert (await board(rig).queue(who_id, Chosen())).cases == ()


async def test_on_the_board_the_district_desk_finds_it(rig: Rig) -> None:
    who_id = await person(rig, "district")
    assert (await board(rig).trail(who_id, 1001)).case.words
    assert [case.id for case in (await board(rig).queue(who_id, Chosen())).cases] == [1]


async def test_given_to_a_firm_it_is_still_in_no_list_of_its_place(rig: Rig) -> None:
    await sent_to(rig, "安居物业")
    who_id = await person(rig, "manager")
    seen = await board(rig).overview(who_id)
    assert (await board(rig).queue(who_id, Chosen())).cases == ()
    assert (seen.open, seen.today.get("file", 0)) == (0, 0)


async def test_given_to_a_firm_the_district_desk_and_the_firm_have_it(rig: Rig) -> None:
    await sent_to(rig, "安居物业")
    for who in ("firm", "district"):
        who_id = await person(rig, who)
        assert [case.id for case in (await board(rig).queue(who_id, Chosen())).cases] == [1]
        assert "李建国" in text(await rig.say(who, choice="c:1:show"))


async def test_an_overdue_tip_is_no_button_of_a_digest_of_its_place(rig: Rig) -> None:
    await rig.pass_time(days=90)
    await rig.heard("manager")
    digest = await rig.say("manager", "看日报")
    assert digest
    assert not any("1001" in button.label for message in digest for button in message.buttons)


async def test_what_is_returned_goes_up_from_the_owner_and_not_from_the_place(rig: Rig) -> None:
    await sent_to(rig, "锦绣社区")
    await rig.hire("jx", "R014")
    await rig.press("jx", "不清楚", await rig.say("jx", choice="c:1:return"))
    await rig.say("jx", "不归我们")
    assert (await case_of(rig)).owner_role == "street_desk"


async def test_a_day_counts_a_tip_for_the_district_and_not_for_its_place(rig: Rig) -> None:
    town = rig.house.town
    since, until = rig.now[0] - timedelta(hours=1), rig.now[0] + timedelta(hours=1)
    async with rig.database.reading() as connection:
        told = await DigestReads(connection).histories(since, until)
    counted = count_day(town, told, since, until, until)
    assert {town.directory.units[unit].code for unit, _, measure in counted if measure == "filed"} == {"SF"}
