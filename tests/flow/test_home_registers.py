"""入户: who sees a home, what a worker corrects at once, and what waits for the desk."""

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.messages import Address, Incoming, Outgoing
from bot.homes import taking
from bot.homes.home import Business
from bot.homes.letters import mark
from storage.database import Database
from storage.tables import home_changes, outbox
from tests.flow.errand_walk import delivered, labels, words
from tests.flow.homes_walk import PHONE, home, living, part
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def test_a_worker_finds_a_home_by_its_address(rig: Rig) -> None:
    await home(rig)
    await rig.say("worker", "查户")
    told = await rig.say("worker", "金康苑3号楼2单元601")
    assert "住 1 人" in words(told)


async def test_names_and_phones_are_filled_in_only_as_a_page_is_sent(rig: Rig) -> None:
    kept = await home(rig)
    await rig.say("manager", choice=f"r:{kept.id}:page")
    async with rig.database.writing() as connection:
        bodies = [str(body) for body in await connection.scalars(select(outbox.c.body))]
        await connection.execute(outbox.update().where(outbox.c.chat == "manager").values(state="waiting"))
    assert not any("赵大海" in body for body in bodies)
    told = "\n".join(await delivered(rig, "manager"))
    assert "户主 赵大海 138****8000" in told
    assert PHONE not in told


async def test_the_whole_phone_is_shown_when_asked_for_and_the_desk_reads_who_asked(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("manager", choice=f"r:{one.id}:phone")
    async with rig.database.writing() as connection:
        await connection.execute(outbox.update().where(outbox.c.chat == "manager").values(state="waiting"))
    assert f"赵大海：{PHONE}" in "\n".join(await delivered(rig, "manager"))
    assert "看了电话" in words(await rig.say("manager", choice=f"r:{kept.id}:looks"))


async def test_a_resident_and_a_worker_of_elsewhere_see_nothing(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.hire("other", "R020")
    for who in ("li", "other"):
        for choice in (f"r:{kept.id}:page", f"r:{one.id}:phone", f"r:{one.id}:left", f"r:{kept.id}:seen"):
            assert "不归您管" in words(await rig.say(who, choice=choice))
    assert (await living(rig, kept.id))["赵大海"] == one


async def test_a_home_of_elsewhere_and_one_that_is_not_there_are_refused_alike(rig: Rig) -> None:
    kept = await home(rig)
    there = words(await rig.say("li", choice=f"r:{kept.id}:page"))
    assert there == words(await rig.say("li", choice="r:4711:page"))


async def test_who_looked_is_for_the_desk_alone(rig: Rig) -> None:
    kept = await home(rig)
    assert "看了" not in words(await rig.say("worker", choice=f"r:{kept.id}:looks"))


async def test_a_new_phone_goes_straight_in_and_is_logged(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("worker", choice=f"r:{one.id}:tel")
    await rig.say("worker", "139 0000 1111")
    assert (await living(rig, kept.id))["赵大海"].phone == "13900001111"
    assert "改了电话" in words(await rig.say("manager", choice=f"r:{kept.id}:looks"))


async def test_the_log_of_changes_keeps_no_number(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("worker", choice=f"r:{one.id}:tel")
    await rig.say("worker", "13900001111")
    async with rig.database.reading() as connection:
        assert set(await connection.scalars(select(home_changes.c.value))) == {""}


async def test_somebody_new_is_put_in_with_three_answers(rig: Rig) -> None:
    kept = await home(rig)
    await rig.say("worker", choice=f"r:{kept.id}:add")
    told = await rig.say("worker", "孙小妹")
    told = await rig.press("worker", "租户", told)
    told = await rig.press("worker", "没有电话", told)
    assert "住 2 人" in words(told)
    assert (await living(rig, kept.id))["孙小妹"].relation == "tenant"


async def test_the_same_name_is_not_put_in_twice(rig: Rig) -> None:
    kept = await home(rig)
    await rig.say("worker", choice=f"r:{kept.id}:add")
    await rig.press("worker", "户主", await rig.say("worker", "赵大海"))
    assert "已经登记" in words(await rig.say("worker", PHONE))


async def test_an_unknown_home_is_put_in_with_a_tap(rig: Rig) -> None:
    await rig.say("worker", "查户")
    told = await rig.say("worker", "金康苑3号楼2单元702")
    assert "还没登记" in words(told)
    assert "住 0 人" in words(await rig.press("worker", "登记这一户", told))


async def test_who_moved_out_stays_until_the_desk_agrees(rig: Rig) -> None:
    kept = await home(rig, "JKY-3-2", "601", "赵小海")
    one = (await living(rig, kept.id))["赵小海"]
    await rig.heard("manager")
    told = await rig.press("worker", "搬走了", await rig.say("worker", choice=f"r:{one.id}:person"))
    assert "已报给社区" in words(told)
    assert "赵小海" in await living(rig, kept.id)
    await rig.press("manager", "同意", await rig.heard("manager"))
    assert set(await living(rig, kept.id)) == {"赵大海"}
    assert "已抹掉" in words(await rig.heard("worker"))


async def test_the_worker_cannot_agree_to_it_themselves(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("worker", choice=f"r:{one.id}:left")
    await rig.say("worker", choice="r:1:grant")
    assert "赵大海" in await living(rig, kept.id)


async def test_who_moved_out_is_reported_once(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("worker", choice=f"r:{one.id}:left")
    assert "已经报过" in words(await rig.say("worker", choice=f"r:{one.id}:left"))


async def test_of_two_who_decide_at_once_one_does(rig: Rig) -> None:
    kept = await home(rig)
    one = (await living(rig, kept.id))["赵大海"]
    await rig.say("worker", choice=f"r:{one.id}:left")
    await rig.heard("manager")
    presses = [
        Incoming(Address("web", "manager"), Address("web", "manager"), f"d{verb}", rig.now[0], "", f"r:1:{verb}")
        for verb in ("grant", "deny")
    ]
    await asyncio.gather(*(rig.intake.receive([press]) for press in presses))
    told = words(await rig.heard("manager"))
    assert "定过了" in told


async def test_a_visit_is_noted_with_a_tap(rig: Rig) -> None:
    kept = await home(rig)
    await rig.press("worker", "今天去过了", await rig.say("worker", choice=f"r:{kept.id}:page"))
    assert "今天入户过了" in words(await rig.say("worker", choice=f"r:{kept.id}:page"))


async def test_the_visit_list_names_homes_nobody_saw_the_neediest_first(rig: Rig) -> None:
    await home(rig, "JKY-3-2", "601")
    await home(rig, "JKY-3-2", "602", "赵小海", "赵二海")
    shown = labels(await rig.say("worker", "入户"))
    assert shown.index("601") < shown.index("602")


async def test_what_was_seen_today_comes_last_in_the_visit_list(rig: Rig) -> None:
    first = await home(rig, "JKY-3-2", "601", "甲一")
    await home(rig, "JKY-3-2", "602", "乙一")
    await rig.say("worker", choice=f"r:{first.id}:seen")
    shown = labels(await rig.say("worker", "入户"))
    assert shown.index("602") < shown.index("601")


async def test_counts_are_told_by_grid_without_a_name(rig: Rig) -> None:
    await home(rig, "JKY-3-2", "601")
    await home(rig, "JKY-3-2", "602", "赵小海")
    for who in ("worker", "manager"):
        told = words(await rig.say(who, "台账"))
        assert "2 户，3 人，一人住 1 户，商户 0 家" in told
        assert "赵" not in told


async def test_a_resident_reads_no_counts(rig: Rig) -> None:
    assert "工作人员" in words(await rig.say("li", "台账"))


async def test_a_mark_of_somebody_elses_home_is_not_filled_in(rig: Rig) -> None:
    mine, other = await home(rig), await home(rig, "JKY-3-2", "602")
    stranger = (await living(rig, other.id))["赵大海"]
    async with rig.storage.writing() as records:
        letter = Outgoing(f"[{mark(f'n{stranger.id}')}]", hidden=f"home:{mine.id}")
        await records.outbox.post(Address("web", "worker"), letter, rig.now[0])
    assert "[]" in await delivered(rig, "worker")


async def test_the_registers_are_one_tap_away_for_a_worker_and_not_for_a_resident(rig: Rig) -> None:
    told = await rig.press("worker", "台账", await rig.say("worker", "你好"))
    assert "哪一户" in words(await rig.press("worker", "查一户", told))
    assert "台账" not in labels(await rig.say("li", "你好"))


async def business(rig: Rig) -> Business:
    """A noodle shop in 金康苑."""
    made = part(rig, shops=("老王面馆",))
    made.register.businesses = {
        key: replace(one, contact="王老板", phone=PHONE) for key, one in made.register.businesses.items()
    }
    async with rig.storage.writing() as records:
        await records.homes.take(await taking.difference(records, made))
        return (await records.homes.businesses([made.community_id]))[0]


async def test_a_business_shows_its_phone_when_asked_for_and_logs_it(rig: Rig) -> None:
    one = await business(rig)
    told = await rig.press("manager", "老王面馆", await rig.say("manager", "商户"))
    assert PHONE not in words(told)
    await rig.press("manager", "看电话", told)
    async with rig.database.writing() as connection:
        await connection.execute(outbox.update().where(outbox.c.chat == "manager").values(state="waiting"))
    assert f"王老板：{PHONE}" in "\n".join(await delivered(rig, "manager"))
    async with rig.storage.writing() as records:
        assert [look.why for look in await records.home_desk.looks(-one.id)] == ["phone", "page"]


async def test_a_worker_of_elsewhere_sees_no_business_of_here(rig: Rig) -> None:
    one = await business(rig)
    await rig.hire("other", "R020")
    assert "老王" not in labels(await rig.say("other", "商户"))
    assert "不归您管" in words(await rig.say("other", choice=f"r:{one.id}:business_phone"))


async def test_a_desk_that_manages_more_above_reads_its_own_community_by_grid(rig: Rig) -> None:
    await home(rig, "JKY-3-2", "601")
    await home(rig, "JKY-5", "101")
    told = words(await rig.say("manager", "台账"))
    assert "金康苑第一网格：1 户" in told
    assert "金康苑第二网格：1 户" in told


async def test_a_street_reads_whole_communities_with_their_businesses(rig: Rig) -> None:
    await business(rig)
    await home(rig, "JKY-5", "101", "赵小海")
    await home(rig, "JKY-5", "102")
    by_grid = words(await rig.say("manager", "台账"))
    directory = rig.house.town.directory
    desk = next(p.holder_id for p in directory.posts_at(directory.by_code["JM"].id) if p.role == "street_desk")
    await rig.hire("street", directory.staff[desk or 0].code)
    told = words(await rig.say("street", "台账"))
    assert told.startswith("金康社区：")
    assert _sums(told) == _sums(by_grid)
    assert "商户 1 家" in told


def _sums(told: str) -> list[int]:
    """Homes, people, people alone and businesses of all lines together."""
    lines = [[int(number) for number in re.findall(r"(\d+) [户人家]", line)] for line in told.splitlines()]
    return [sum(column) for column in zip(*lines, strict=True)]


async def test_a_business_that_shut_stays_until_the_desk_agrees(rig: Rig) -> None:
    one = await business(rig)
    await rig.heard("manager")
    await rig.press("worker", "关门了", await rig.say("worker", choice=f"r:{one.id}:business"))
    assert "老王面馆" in labels(await rig.say("worker", "商户"))
    assert "已经报过" in words(await rig.say("worker", choice=f"r:{one.id}:shut"))
    await rig.say("worker", choice="r:1:grant")
    assert "老王面馆" in labels(await rig.say("worker", "商户"))
    await rig.press("manager", "同意", await rig.heard("manager"))
    assert "关门了，已去掉" in words(await rig.heard("worker"))
    assert "还没有登记商户" in words(await rig.say("worker", "商户"))


async def test_a_new_phone_of_a_business_goes_straight_in_and_is_logged(rig: Rig) -> None:
    one = await business(rig)
    await rig.say("worker", choice=f"r:{one.id}:shop_tel")
    await rig.say("worker", "13700001111")
    async with rig.storage.writing() as records:
        after = await records.homes.business(one.id)
    assert after is not None
    assert after.phone == "13700001111"
    assert "改了电话" in words(await rig.say("manager", choice=f"r:{one.id}:business_looks"))


async def test_a_worker_of_elsewhere_corrects_no_business_of_here(rig: Rig) -> None:
    one = await business(rig)
    await rig.hire("other", "R020")
    for choice in (f"r:{one.id}:shut", f"r:{one.id}:business_tel_is", f"r:{one.id}:business_looks"):
        assert "不归您管" in words(await rig.say("other", choice=choice))
    async with rig.storage.writing() as records:
        assert await records.homes.business(one.id) == one


async def test_two_presses_at_once_that_it_shut_ask_the_desk_once(rig: Rig) -> None:
    one = await business(rig)
    await rig.heard("manager")
    presses = [
        Incoming(Address("web", "worker"), Address("web", "worker"), f"shut{n}", rig.now[0], "", f"r:{one.id}:shut")
        for n in range(2)
    ]
    await asyncio.gather(*(rig.intake.receive([press]) for press in presses))
    assert words(await rig.heard("manager")).count("关门了：") == 1


async def test_what_a_file_took_out_meanwhile_is_decided(rig: Rig) -> None:
    one = await business(rig)
    await rig.say("worker", choice=f"r:{one.id}:shut")
    made = part(rig)
    async with rig.storage.writing() as records:
        await records.homes.take(await taking.difference(records, made))
    assert "定过了" in words(await rig.say("manager", choice="r:1:grant"))
