"""A desk gives a case another kind: what was found urgent wakes people, what was not so urgent lets them sleep."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.lifecycle import Act, Case
from bot.chat.messages import Outgoing
from bot.chat.wishes import DoAct
from bot.grid import sample
from bot.triage.kinds import Urgency
from storage.database import Database
from tests.flow.rig import Rig, build

SMELL = "金康苑3号楼2单元楼道有异味"
FIRE = "金康苑3号楼2单元着火了"
NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # ten in the evening in Kaifeng


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    rig.now[0] = NIGHT
    return rig


async def case_of(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def act(rig: Rig, act_: Act, value: str = "", by: str = sample.PRACTICE_MANAGER) -> None:
    """As a desk; the community's unless told."""
    async with rig.storage.writing() as records:
        person = await records.people.by_code(by)
        assert person is not None
        wish = DoAct(1, act_, "", value=value)
        await rig.intake._casework.act(records, rig.house.town, person, wish, rig.now[0])


async def filed(rig: Rig, words: str, kind: str = "", by: str = sample.PRACTICE_MANAGER) -> None:
    check = await rig.say("li", words)
    await rig.press("li", "提交", check)
    await rig.heard("worker")
    await rig.heard("manager")
    if kind:
        await act(rig, Act.RETYPE, kind, by)


def fresh(messages: list[Outgoing]) -> list[Outgoing]:
    return [message for message in messages if message.fresh and message.card]


async def test_an_emergency_that_a_desk_finds_at_night_comes_to_the_worker_as_a_new_card(rig: Rig) -> None:
    await filed(rig, SMELL, "gas_leak")
    assert "🔴" in fresh(await rig.heard("worker"))[0].text


async def test_an_emergency_that_a_desk_finds_has_half_an_hour_to_be_accepted(rig: Rig) -> None:
    await filed(rig, SMELL, "gas_leak")
    assert (await case_of(rig)).accept_by == rig.now[0] + timedelta(minutes=30)


async def test_an_emergency_that_a_desk_finds_rings_again_in_the_same_night(rig: Rig) -> None:
    await filed(rig, SMELL, "gas_leak")
    await rig.heard("worker")
    await rig.pass_time(minutes=31)
    assert await rig.heard("worker")


async def test_the_resident_hears_whom_to_call_in_what_a_desk_finds_to_be_an_emergency(rig: Rig) -> None:
    await filed(rig, SMELL, "gas_leak")
    assert "119" in "".join(told.text for told in await rig.heard("li"))


async def test_what_is_found_urgent_days_later_is_not_late_at_once(rig: Rig) -> None:
    await filed(rig, SMELL)
    rig.now[0] += timedelta(days=3)
    await act(rig, Act.RETYPE, "gas_leak")
    assert (await case_of(rig)).finish_by == rig.now[0] + timedelta(days=1)


async def test_who_has_accepted_what_is_found_an_emergency_gets_a_new_card(rig: Rig) -> None:
    await filed(rig, SMELL)
    await rig.say("worker", choice="c:1:accept")
    await act(rig, Act.RETYPE, "gas_leak")
    assert "🔴" in fresh(await rig.heard("worker"))[0].text


async def test_a_false_alarm_calms_down_with_its_kind(rig: Rig) -> None:
    await filed(rig, FIRE, "neighbor_dispute")
    case = await case_of(rig)
    assert (case.urgency, case.accept_by > rig.now[0] + timedelta(hours=2)) == (Urgency.NORMAL, True)


async def test_danger_in_the_residents_words_outlives_another_calm_kind(rig: Rig) -> None:
    await filed(rig, "金康苑3号楼2单元楼道灯坏了")
    async with rig.storage.writing() as records:  # as where the resident picked a calm kind for it themselves
        case = await records.cases.get(1)
        assert case is not None
        await records.cases.save(replace(case, words="楼道灯着火了", urgency=Urgency.EMERGENCY))
    await act(rig, Act.RETYPE, "door_access")
    assert (await case_of(rig)).urgency is Urgency.EMERGENCY


async def test_a_tip_that_gets_a_plain_kind_still_hides_who_gave_it(rig: Rig) -> None:
    await filed(rig, "金康苑3号楼2单元有人赌博", "noise_home", by="R003")  # the district's, which tips go to
    assert (await case_of(rig)).anonymous
