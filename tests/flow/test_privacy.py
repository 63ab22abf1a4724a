"""What we hold of a person: shown to them, forgotten when they ask, and let go with the years."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.chat.messages import Outgoing
from bot.people.retention import Retention
from bot.triage.learning import train
from bot.triage.records import Taught
from storage.database import Database
from storage.files import Files
from storage.tables import addresses, attachments, cases, conversations, metadata, outbox, people
from tests.flow.care_walk import canteen, followed, let_in, registered
from tests.flow.errand_walk import helper, order, taken
from tests.flow.rig import Rig, build

PLANTED = "欧阳铁柱"
PHONE = "13812345678"
WORDS = f"金康苑3号楼2单元有人半夜装修太吵了,找{PLANTED}"
KEPT_DAYS = 1095


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
async def rig(database: Database, files: Files) -> Rig:
    return await build(database, keep=files.keep_ours)


@pytest.fixture
def retention(rig: Rig, files: Files) -> Retention:
    return Retention(rig.storage, files, lambda: rig.now[0], KEPT_DAYS)


async def report(rig: Rig, who: str = "li", words: str = WORDS, *, photo: bool = False) -> None:
    await rig.press(who, "提交", await rig.say(who, words, photo=photo))
    async with rig.database.writing() as connection:
        theirs = select(cases.c.reporter_id).where(cases.c.id == 1).scalar_subquery()
        await connection.execute(people.update().where(people.c.id == theirs).values(phone=PHONE))


async def close(rig: Rig) -> None:
    """The worker looks at the contact and finishes 1001; li rates it."""
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "办结", accepted)
    await rig.say("worker", f"跟{PLANTED}说好了")
    await rig.say("li", choice="c:1:grade:1.5")
    await rig.say("li", choice="c:1:solved:1.solved")
    await rig.heard("worker")
    await rig.heard("manager")


async def everything(database: Database) -> str:
    """All that the database holds of anything, as text."""
    async with database.reading() as connection:
        rows = [row for table in metadata.sorted_tables for row in (await connection.execute(select(table))).all()]
    return "\n".join(map(str, rows))


async def export(rig: Rig, files: Files, who: str = "li") -> str:
    heard = await rig.say(who, "导出我的数据")
    return (await files.read(heard[0].attachments[0].sha256)).decode("utf-8-sig")


async def erase(rig: Rig, who: str = "li") -> list[Outgoing]:
    return await rig.press(who, "是，删除", await rig.say(who, "删除我的数据"))


async def test_the_export_holds_my_words_my_phone_and_who_looked(rig: Rig, files: Files) -> None:
    await report(rig)
    async with rig.storage.writing() as records:
        await records.looks.note(1, 1, rig.now[0], "回电话")
    file = await export(rig, files)
    assert [part for part in (WORDS, PHONE, "回电话", "1001") if part not in file] == []


async def test_the_export_tells_a_home_whole_whose_ever_it_is(rig: Rig, files: Files) -> None:
    home = rig.house.town.directory.by_code["JKY-3-2"].id
    await rig.say("li", choice=f"h:{home}:501")
    await rig.say("li", choice=f"h:{home}:302:妈妈")
    told = ("家：金康苑3号楼2单元501室", "妈妈家：金康苑3号楼2单元302室")
    assert [line for line in told if line not in await export(rig, files)] == []


async def test_the_export_holds_what_the_registers_have_of_me(rig: Rig, files: Files) -> None:
    elder = await registered(rig, name=PLANTED, contacts=f"女儿欧阳小凤 {PHONE}", allergies="头孢过敏")
    await let_in(rig, elder, "li")
    await canteen(rig)
    await rig.press("li", "1 份", await rig.press("li", "吃", await rig.say("li", "订餐")))
    await helper(rig, "li", "诸葛大山")
    await rig.press("li", "金康社区", await rig.say("li", "报到"))
    for words in ("欧阳木器厂", "搬东西", PLANTED):
        await rig.say("li", words)
    file = await export(rig, files)
    told = (PLANTED, "欧阳小凤", "头孢过敏", "诸葛大山", "欧阳木器厂", "搬东西", "2026-11-23，1份")
    assert [part for part in told if part not in file] == []


async def test_the_export_of_family_tells_how_they_are_called_and_nothing_of_the_elder(rig: Rig, files: Files) -> None:
    await let_in(rig, await registered(rig, name=PLANTED), "wang")
    await followed(rig, "li", "wang")
    file = await export(rig, files)
    assert ("女儿王芳" in file, PLANTED in file) == (True, False)


async def test_the_export_holds_nothing_of_others(rig: Rig, files: Files) -> None:
    await report(rig)
    assert PLANTED not in await export(rig, files, "wang")


async def test_an_export_is_deleted_after_a_week(rig: Rig, files: Files, retention: Retention) -> None:
    sha256 = (await rig.say("li", "导出我的数据"))[0].attachments[0].sha256
    rig.now[0] += timedelta(days=8)
    await retention.let_go()
    with pytest.raises(FileNotFoundError):
        await files.read(sha256)


async def test_asking_to_be_forgotten_deletes_nothing_yet(rig: Rig) -> None:
    await report(rig)
    await rig.say("li", "删除我的数据")
    assert PHONE in await everything(rig.database)


async def test_saying_no_keeps_everything(rig: Rig) -> None:
    await report(rig)
    kept = await rig.press("li", "不删", await rig.say("li", "删除我的数据"))
    assert kept[0].text == "好的，都留着。"
    assert PHONE in await everything(rig.database)


async def test_saying_yes_forgets_name_phone_and_home_at_once(rig: Rig) -> None:
    await report(rig)
    await rig.say("li", "记住这里是我家")
    await erase(rig)
    async with rig.database.reading() as connection:
        row = (await connection.execute(select(people).where(people.c.erased_at.is_not(None)))).one()
    assert (row.name, row.phone, row.home_unit_id, row.home_room) == ("", "", None, "")


async def test_a_draft_is_forgotten_with_the_person(rig: Rig) -> None:
    await rig.say("li", f"楼道灯坏了,我是{PLANTED}")
    await rig.say("li", choice="m:erase")
    await rig.say("li", choice=f"p:erase:{int(rig.now[0].timestamp()) // 60}")
    assert PLANTED not in await everything(rig.database)


async def test_a_picture_of_a_draft_goes_with_the_person(rig: Rig, files: Files, retention: Retention) -> None:
    picture = await files.keep_ours(b"a picture", "image/jpeg")
    await rig.say("li", "楼道灯坏了", photo=True)
    async with rig.database.writing() as connection:
        await connection.execute(attachments.update().values(sha256=picture.sha256))
    await rig.say("li", choice=f"p:erase:{int(rig.now[0].timestamp()) // 60}")
    await retention.let_go()
    with pytest.raises(FileNotFoundError):
        await files.read(picture.sha256)


async def test_an_elder_helper_member_and_guest_is_taken_out_of_every_register(rig: Rig) -> None:
    elder = await registered(rig, name=PLANTED, contacts=f"女儿欧阳小凤 {PHONE}", allergies="头孢过敏")
    await let_in(rig, elder, "li")
    await followed(rig, "fang", "li")
    await canteen(rig)
    await rig.press("li", "1 份", await rig.press("li", "吃", await rig.say("li", "订餐")))
    await helper(rig, "li", PLANTED)
    await rig.press("li", "金康社区", await rig.say("li", "报到"))
    for words in ("欧阳木器厂", "搬东西", PLANTED):
        await rig.say("li", words)
    async with rig.storage.writing() as records:
        await records.elders.look(elder.id, 1, rig.now[0], "看欧阳大妈的药")
    held = ("欧阳", PHONE, "头孢过敏", "女儿王芳")
    before = await everything(rig.database)
    assert [part for part in held if part not in before] == []
    await erase(rig)
    async with rig.database.writing() as connection:
        # What the worker and the desk were told meanwhile goes after its days; here it is the registers that count.
        await connection.execute(outbox.delete())
        await connection.execute(conversations.delete())
    left = await everything(rig.database)
    assert [part for part in held if part in left] == []


async def test_the_lunch_of_somebody_forgotten_is_not_cooked(rig: Rig) -> None:
    await let_in(rig, await registered(rig), "li")
    ordered = await canteen(rig)
    await rig.press("li", "1 份", await rig.press("li", "吃", await rig.say("li", "订餐")))
    today = rig.house.town.clocks.today(rig.now[0])
    async with rig.storage.writing() as records:
        assert len(await records.meals.booked(ordered.id, today)) == 1
    await erase(rig)
    async with rig.storage.writing() as records:
        assert await records.meals.booked(ordered.id, today) == ()


async def test_who_has_an_errand_in_hand_gives_it_back_first(rig: Rig) -> None:
    await helper(rig, "zhang", PLANTED)
    await order(rig, "wang")
    await taken(rig, "zhang")
    assert "先办完或交回" in (await rig.say("zhang", "删除我的数据"))[-1].text


async def test_an_open_case_goes_on_after_its_reporter_was_forgotten(rig: Rig) -> None:
    await report(rig)
    await erase(rig)
    await rig.press("worker", "接单", await rig.heard("worker"))
    assert any("1001" in message.text for message in await rig.heard("li"))


async def test_the_button_that_deletes_is_good_for_half_an_hour(rig: Rig) -> None:
    await report(rig)
    asked = await rig.say("li", "删除我的数据")
    rig.now[0] += timedelta(minutes=40)
    await rig.press("li", "是，删除", asked)
    assert PHONE in await everything(rig.database)


async def test_staff_are_sent_to_the_administrator(rig: Rig) -> None:
    heard = await rig.say("worker", "删除我的数据")
    assert not heard[0].buttons


async def test_when_the_time_to_object_is_over_nothing_of_the_forgotten_person_is_left(
    rig: Rig, files: Files, retention: Retention
) -> None:
    picture = await files.keep_ours(b"a picture", "image/jpeg")
    await report(rig, photo=True)
    async with rig.database.writing() as connection:
        await connection.execute(attachments.update().values(sha256=picture.sha256))
    await close(rig)
    await erase(rig)
    rig.now[0] += timedelta(days=16)
    assert await retention.let_go() == 1
    left = await everything(rig.database)
    assert [part for part in (PLANTED, PHONE, picture.sha256, "'li'") if part in left] == []
    with pytest.raises(FileNotFoundError):
        await files.read(picture.sha256)


async def test_while_they_may_object_the_case_stays_whole(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await close(rig)
    await erase(rig)
    rig.now[0] += timedelta(days=14)
    assert await retention.let_go() == 0
    assert WORDS in await everything(rig.database)


@pytest.mark.parametrize(("days", "blanked"), [(KEPT_DAYS - 1, 0), (KEPT_DAYS + 1, 1)])
async def test_an_ended_case_loses_its_words_after_the_years_set(
    rig: Rig, retention: Retention, days: int, blanked: int
) -> None:
    await report(rig)
    await close(rig)
    rig.now[0] += timedelta(days=days)
    assert await retention.let_go() == blanked
    assert (PLANTED in await everything(rig.database)) == (not blanked)


async def test_what_is_counted_of_a_blanked_case_stays(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await close(rig)
    rig.now[0] += timedelta(days=KEPT_DAYS + 1)
    await retention.let_go()
    async with rig.database.reading() as connection:
        row = (await connection.execute(select(cases.c.kind, cases.c.unit_id, cases.c.closed_at))).one()
    assert None not in row


async def test_an_open_case_is_never_blanked(rig: Rig, retention: Retention) -> None:
    await report(rig)
    rig.now[0] += timedelta(days=KEPT_DAYS + 1)
    assert await retention.let_go() == 0


async def test_looking_at_what_is_due_changes_nothing(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await close(rig)
    rig.now[0] += timedelta(days=KEPT_DAYS + 1)
    before = await everything(rig.database)
    assert (await retention.look()).cases == 1
    assert await everything(rig.database) == before


async def test_messages_that_still_wait_are_never_purged(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await rig.say("worker", "我的任务")
    async with rig.database.writing() as connection:
        await connection.execute(outbox.update().values(state="waiting"))
        before = await connection.scalar(select(func.count()).select_from(outbox))
    rig.now[0] += timedelta(days=KEPT_DAYS)
    await retention.let_go()
    async with rig.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(outbox)) == before


async def test_somebody_who_comes_back_is_somebody_new(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await close(rig)
    await erase(rig)
    rig.now[0] += timedelta(days=16)
    await retention.let_go()
    await rig.say("li", "你好")
    async with rig.database.reading() as connection:
        found = await connection.scalar(
            select(people.c.erased_at)
            .join(addresses, addresses.c.person_id == people.c.id)
            .where(addresses.c.chat == "li")
        )
    assert found is None


async def test_what_the_sorting_was_taught_with_is_let_go_with_the_case(rig: Rig, retention: Retention) -> None:
    await report(rig)
    await close(rig)
    rows = [(WORDS, "noise_public"), ("楼道灯坏了", "corridor_light"), ("路灯不亮", "corridor_light")] * 2
    async with rig.storage.writing() as records:
        await records.lessons.keep(Taught(train(rows), (), True, rig.now[0], "", {}, rows))
    rig.now[0] += timedelta(days=KEPT_DAYS + 1)
    await retention.let_go()
    async with rig.storage.writing() as records:
        taught = await records.lessons.in_use()
    assert taught is not None
    assert {text for text, _ in taught.examples} == {"楼道灯坏了", "路灯不亮"}
