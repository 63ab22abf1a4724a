"""What lies on the disk: the database file or PostgreSQL's dump, and the kept files, searched for names, numbers and words.

The service that wrote it read them all: it had the key.
"""

from pathlib import Path

import pytest

from bot.chat.messages import Address, Incoming
from bot.config import new_data_key
from storage.database import Database
from storage.files import Files
from tests.flow.care_walk import canteen, followed, let_in, registered
from tests.flow.errand_walk import helper, order
from tests.flow.rig import Rig, build
from tests.postgres import Server

NAME, PHONE, ROOM = "欧阳铁柱", "13812345678", "1702"
SAID = {
    "a resident's name": NAME,
    "a phone that was given": PHONE,
    "a phone in a report": "13911112222",
    "a report": "吵得睡不着觉",
    "a place in words": "老槐树底下",
    "a worker's words": "跟他当面讲清楚了",
    "a reason to look": "上门核对楼号",
    "a reason for a bad rating": "墙皮都震掉了",
    "a reason to mute": "天天骂娘",
    "an elder's name": "司徒秀英",
    "a daughter": "女儿王芳",
    "an allergy": "头孢过敏",
    "a helper's name": "诸葛大山",
    "a member's name": "端木小海",
    "a hand-over code": "8-2-1033",
}


async def opened(database: Database, folder: Path) -> Rig:
    """A service over it that keeps its files in the folder."""
    return await build(database, keep=Files(folder / "files", database.seal).keep_ours)


async def days(rig: Rig) -> None:
    """Some days on which everything that is searched for is said to the service."""
    home = Address("web", "ouyang")
    await rig.intake.receive([Incoming(home, home, "hello", rig.now[0], "/start", name=NAME)])
    async with rig.storage.writing() as records:
        person = await records.people.at(home, NAME, rig.now[0])
        await records.people.save_phone(person.id, PHONE)
        await records.people.save_home(person.id, 1, ROOM)
    said = f"金康苑3号楼2单元有人半夜装修太吵了,{SAID['a report']},就在{SAID['a place in words']},打{SAID['a phone in a report']}找我"
    await rig.press("ouyang", "提交", await rig.say("ouyang", said))
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.say("worker", choice="c:1:look")
    await rig.say("worker", SAID["a reason to look"])
    await rig.press("worker", "办结", accepted)
    await rig.say("worker", SAID["a worker's words"])
    await rig.say("ouyang", choice="c:1:grade:1.2")
    await rig.say("ouyang", choice="c:1:solved:1.unsolved")
    await rig.say("ouyang", choice="c:1:add")
    await rig.say("ouyang", SAID["a reason for a bad rating"])
    await rig.say("manager", f"禁言 1001 7天 {SAID['a reason to mute']}")
    elder = await registered(
        rig, name=SAID["an elder's name"], allergies=SAID["an allergy"], contacts=SAID["a daughter"]
    )
    await let_in(rig, elder)
    await followed(rig)
    await canteen(rig)
    await rig.say("wang", "订餐")
    await helper(rig, "zhang", SAID["a helper's name"])
    await order(rig)
    await rig.press("zhao", "金康社区", await rig.say("zhao", "报到"))
    for words in ("区税务局", "搬东西", SAID["a member's name"]):
        await rig.say("zhao", words)
    await rig.say("ouyang", "导出我的数据")
    for _ in range(6):
        await rig.pass_time(hours=12)


def lying(rig: Rig, request: pytest.FixtureRequest, folder: Path) -> bytes:
    """All bytes that a thief of the disk would have."""
    found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    if not rig.database.is_sqlite:
        server: Server = request.getfixturevalue("postgres")
        found += server.dump(str(rig.database.url.database))
    return found


def found_in(disk: bytes) -> set[str]:
    """What of it stands there, as text or as JSON writes it."""
    return {what for what, words in SAID.items() if words.encode() in disk or words.encode("unicode_escape") in disk}


async def test_nothing_that_people_said_or_are_called_lies_readable_on_the_disk(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = Database(database_url, (new_data_key(),))
    rig = await opened(database, tmp_path)
    await days(rig)
    await database.close()
    assert found_in(lying(rig, request, tmp_path)) == set()


async def test_all_that_is_searched_for_was_stored(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rig = await opened(database, tmp_path)  # without a key
    await days(rig)
    await database.close()
    assert found_in(lying(rig, request, tmp_path)) == set(SAID)
