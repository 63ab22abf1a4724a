"""A week with people whose names and phones must not be seen: what everybody else was sent, and the log, are searched."""

import logging
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.chat.messages import Address, Incoming
from storage.database import Database
from storage.tables import cases, outbox, people
from tests.flow.rig import Rig, build

NAME, PHONE, ROOM = "欧阳铁柱", "13812345678", "1702"
APPEAL = "金康苑3号楼2单元有人半夜装修太吵了"
TIP = "我要举报有人在金康苑3号楼2单元传销,骗老人钱"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await rig.hire("district", "R003")  # A tip is theirs alone.
    return rig


async def plant(rig: Rig, who: str) -> None:
    """A resident with a name, a phone and a home."""
    address = Address("web", who)
    await rig.intake.receive([Incoming(address, address, f"hello-{who}", rig.now[0], "/start", name=NAME)])
    await rig.heard(who)
    async with rig.storage.writing() as records:
        person = await records.people.at(address, NAME, rig.now[0])
        await records.people.save_phone(person.id, PHONE)
        await records.people.save_home(person.id, 1, ROOM)


async def week(rig: Rig, who: str) -> None:
    """Somebody accepts, looks for the contact, asks, and lets it lie for a week."""
    for staff in ("worker", "manager", "district"):
        for verb in ("accept", "show", "more", "trail", "words", "look"):
            await rig.say(staff, choice=f"c:1:{verb}")
        await rig.say(staff, "要回电话")
        await rig.say(staff, "看日报")
        await rig.say(staff, "我的任务")
    await rig.say(who, choice="c:1:urge")
    for _ in range(14):
        await rig.pass_time(hours=12)


async def sent_to_others(database: Database, who: str) -> str:
    async with database.reading() as connection:
        rows = (await connection.execute(select(outbox.c.body).where(outbox.c.chat != who))).scalars().all()
    return "\n".join(map(str, rows))


async def stored(database: Database) -> Sequence[object]:
    async with database.reading() as connection:
        return (await connection.execute(select(people.c.id).where(people.c.name == NAME))).all()


@pytest.mark.parametrize("how", ["a tip", "anonymous"])
async def test_whoever_tips_off_or_stays_anonymous_is_seen_by_nobody(
    rig: Rig, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await plant(rig, "ouyang")
    check = await rig.say("ouyang", TIP if how == "a tip" else APPEAL)
    if how == "anonymous":
        check = await rig.press("ouyang", "匿名", check)
    await rig.press("ouyang", "提交", check)
    async with rig.database.reading() as connection:
        assert (await connection.execute(select(cases.c.id))).all() == [(1,)]
    await week(rig, "ouyang")
    assert await stored(rig.database)
    seen = await sent_to_others(rig.database, "ouyang")
    assert "1001" in seen
    assert [part for part in (NAME, "欧阳", "欧**", PHONE, "138****", ROOM) if part in seen] == []


async def test_a_residents_phone_is_masked_for_all_who_did_not_look(rig: Rig) -> None:
    await plant(rig, "ouyang")
    await rig.press("ouyang", "提交", await rig.say("ouyang", APPEAL))
    await rig.say("worker", choice="c:1:accept")
    seen = await sent_to_others(rig.database, "ouyang")
    assert "138****5678" in seen
    assert [part for part in (NAME, PHONE) if part in seen] == []


async def test_the_log_holds_neither_words_nor_names_nor_phones(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)  # as `logs.configure` has it: libraries say what is wrong, ours everything
    for ours in ("bot", "handlers", "storage"):
        caplog.set_level(logging.DEBUG, ours)
    await plant(rig, "ouyang")
    await rig.press("ouyang", "提交", await rig.say("ouyang", APPEAL))
    await week(rig, "ouyang")
    assert [part for part in (NAME, PHONE, APPEAL) if part in caplog.text] == []
