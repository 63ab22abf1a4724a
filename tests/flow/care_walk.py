"""Steps that tests of elder care share: an elder in the register, their phone let in, a daughter who follows, a canteen."""

import re
from datetime import date, timedelta

from bot.care.canteen import Canteen, Menu
from bot.care.elder import Elder
from bot.chat.messages import Outgoing
from bot.grid import sample
from bot.grid.directory import UnitKind
from tests.flow.errand_walk import words
from tests.flow.rig import Rig

HOME = "JKY-3-2"
ALLERGY, DAUGHTER = "青霉素", "女儿王芳 13812345678"


async def registered(rig: Rig, code: str = "L001", name: str = "王秀英", unit: str = HOME, **more: object) -> Elder:
    """An elder of 金康苑 who agreed."""
    directory = rig.house.town.directory
    home = directory.by_code[unit]
    community = directory.above(home.id, UnitKind.COMMUNITY)
    assert community is not None
    facts: dict[str, object] = {
        "room": "501", "phone": "13900001111", "alone": True, "mobility": "slow", "allergies": ALLERGY,
        "contacts": DAUGHTER, "agreed_on": date(2026, 11, 1),
    }  # fmt: skip
    async with rig.storage.writing() as records:
        return await records.elders.save(Elder(code, name, home.id, community.id, **(facts | more)))  # type: ignore[arg-type]


async def let_in(rig: Rig, elder: Elder, who: str = "wang") -> None:
    """The worker gets a code for the elder's phone and types it there."""
    told = await rig.say("worker", choice=f"k:{elder.id}:bind_code")
    await rig.say(who, "绑定")
    await rig.say(who, digits(told))


async def followed(rig: Rig, who: str = "fang", elder: str = "wang") -> None:
    """The elder says six digits to a daughter, who types them."""
    told = await rig.say(elder, "邀请家人")
    await rig.say(who, "关注老人")
    await rig.say(who, digits(told))
    await rig.say(who, "女儿王芳")
    await rig.heard(elder)


async def canteen(rig: Rig, *, seats: int = 2, days: int = 3, until: str = "10:00") -> Canteen:
    """A canteen of 金康社区 whose liaison is the grid worker, with a menu for some days."""
    directory, today = rig.house.town.directory, rig.house.town.clocks.today(rig.now[0])
    async with rig.storage.writing() as records:
        worker = await records.people.by_code(sample.PRACTICE_WORKER)
        assert worker is not None
        kept = await records.meals.save_canteen(
            Canteen(
                "ST1", "金康食堂", directory.by_code["JK"].id, "金康苑1号楼", "11点半", until, seats, True, worker.id
            )
        )
        for ahead in range(days):
            await records.meals.save_menu(Menu(kept.id, today + timedelta(days=ahead), "红烧豆腐、白菜", 800))
    return kept


def digits(messages: list[Outgoing]) -> str:
    """The six digits of a message."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", words(messages))
    assert found is not None
    return found[0]
