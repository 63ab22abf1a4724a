"""What nobody accepts at night: what was promised by the hour is heard of at once, the rest in the morning."""

from datetime import UTC, datetime

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def at(rig: Rig, moment: str) -> None:
    """Let it be this local time, and ring whatever is due until nothing is."""
    rig.now[0] = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
    while await rig.sweep.ring_due():
        pass


async def test_a_burst_pipe_that_nobody_accepts_is_heard_of_in_the_same_night(rig: Rig) -> None:
    rig.now[0] = datetime.fromisoformat("2026-11-24T01:30+08:00").astimezone(UTC)
    await rig.hire("firm", "R011")
    await rig.say("li", "金康苑3号楼2单元水管爆了")
    filed = (await rig.say("li", "1"))[0].text
    assert "今天凌晨2点30分前有人接" in filed
    await rig.heard("manager")
    for half in ("02:31", "03:01", "03:31", "04:01"):
        await at(rig, f"2026-11-24T{half}")
    assert "水管爆裂" in "".join(told.text for told in await rig.heard("manager"))


async def test_a_dark_corridor_that_nobody_accepts_waits_for_the_morning(rig: Rig) -> None:
    await rig.say("li", "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.say("li", "1")
    await rig.heard("manager")
    await at(rig, "2026-11-23T20:59")
    for who in ("worker", "manager"):
        await rig.heard(who)
    await at(rig, "2026-11-24T04:00")
    assert [await rig.heard("worker"), await rig.heard("manager")] == [[], []]
