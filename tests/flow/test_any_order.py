"""Whatever people press, in whatever order: the case stays whole, and what is refused changes nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.casework import Casework
from bot.cases.lifecycle import ENDED, Act, Case, State
from bot.chat.messages import Address
from bot.chat.wishes import DoAct
from bot.errors import NotAllowed
from storage.database import Database
from storage.migrating import migrate
from tests.flow.rig import Rig, build

PEOPLE = ("li", "worker", "manager", "street", "firm", "stranger")
VALUES = {
    Act.RATE: ("1.5", "1.1", "1.solved", "1.unsolved", "2.5", "2.solved", "x"),
    Act.DISPATCH: ("5", "JK", ""),
    Act.WHISTLE: ("4,5", ""),
    Act.EXTEND: ("8", "8000", "x"),
    Act.SHELVE: ("2026-12-20", "2020-01-01", "x"),
    Act.RETYPE: ("door_access", "nothing"),
}
Step = tuple[str, Act, str, int]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    act = draw(st.sampled_from(list(Act)))
    return draw(st.sampled_from(PEOPLE)), act, draw(st.sampled_from(VALUES.get(act, ("",)))), draw(st.integers(0, 30))


def whole(case: Case) -> bool:
    """What must hold of every case at any time."""
    return all(
        (
            (case.closed_at is not None) == (case.state in ENDED),
            case.handler_id is None or case.state is not State.OPEN,
            case.handler_id is not None or case.state not in {State.ACCEPTED, State.WAITING, State.SHELVED},
            case.finish_by >= case.created_at,
            case.round >= 1,
        )
    )


async def _case(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def _press(rig: Rig, step: Step) -> bool:
    """Do one act as that person, an hour and more after the last; whether it was allowed."""
    who, act, value, hours = step
    await rig.pass_time(hours=hours)
    async with rig.storage.writing() as records:
        person = await records.people.at(Address("web", who), "", rig.now[0])
        try:
            async with records.savepoint():
                wish = DoAct(1, act, "说明", value=value)
                await Casework().act(records, rig.house.town, person, wish, rig.now[0])
        except NotAllowed:
            return False
    return True


async def _play(folder: Path, played: Sequence[Step]) -> None:
    database = Database(f"sqlite+aiosqlite:///{folder}/any.db")
    await migrate(database)
    try:
        rig = await build(database)
        for who, code in {"street": "R006", "firm": "R011"}.items():
            await rig.hire(who, code)
        await rig.say("li", "金康苑3号楼2单元楼道灯坏了三天了")
        await rig.say("li", "1")
        for step in played:
            before = await _case(rig)
            allowed = await _press(rig, step)
            after = await _case(rig)
            assert whole(after), (step, after)
            assert allowed or step[3] or after == before, (step, before, after)
            if step[0] == "stranger":
                assert not allowed, step
    finally:
        await database.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps(), min_size=5, max_size=25))
def test_no_order_of_acts_breaks_a_case(played: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder), played))
