"""Lunch at the canteen, as elders and the kitchen see it."""

import asyncio
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.care.canteen import Menu
from bot.chat.messages import Address, Incoming, Outgoing
from storage.database import Database
from storage.files import Files
from tests.flow.care_walk import canteen, let_in, registered
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
async def rig(database: Database, files: Files) -> Rig:
    """Nine in the morning; the canteen takes bookings until ten."""
    rig = await build(database, keep=files.keep_ours)
    await let_in(rig, await registered(rig))
    await rig.heard("worker")
    return rig


async def booked(rig: Rig, who: str, way: str, count: str = "1 份") -> list[Outgoing]:
    told = await rig.press(who, way, await rig.say(who, "订餐"))
    if "几份" in words(told):
        told = await rig.press(who, count, told)
    return told


async def test_the_menu_tells_dishes_price_seats_and_until_when(rig: Rig) -> None:
    await canteen(rig)
    told = words(await rig.say("wang", "今天吃什么"))
    assert "红烧豆腐" in told
    assert "8 元一份" in told
    assert "还剩 2 个座" in told
    assert "今天上午10点前订" in told


async def test_two_taps_book_a_lunch_that_is_brought_home(rig: Rig) -> None:
    await canteen(rig)
    told = words(await booked(rig, "wang", "送到家"))
    assert "订好了" in told
    assert "金康苑3号楼2单元501室" in told


async def test_at_the_cut_off_the_kitchen_gets_its_sheet(rig: Rig) -> None:
    await canteen(rig)
    await booked(rig, "wang", "送到家", "2 份")
    await rig.pass_time(hours=1)
    told = words(await rig.heard("worker"))
    assert "堂食 0 份，送餐 2 份" in told
    assert "送 金康苑3号楼2单元501室 王** 2 份" in told


async def test_after_the_cut_off_tomorrow_is_offered(rig: Rig) -> None:
    await canteen(rig)
    await rig.pass_time(hours=2)
    assert "明天午餐" in words(await rig.say("wang", "订餐"))


async def test_a_booking_begun_before_the_cut_off_and_ended_after_it_is_refused(rig: Rig) -> None:
    await canteen(rig)
    told = await rig.press("wang", "送到家", await rig.say("wang", "订餐"))
    await rig.pass_time(hours=1, minutes=1)
    assert "过了订餐时间" in words(await rig.press("wang", "1 份", told))


async def test_seats_run_out_and_the_kitchen_can_still_bring_it(rig: Rig) -> None:
    await canteen(rig, seats=1)
    await booked(rig, "wang", "去金康食堂吃")
    told = await rig.say("li", "订餐")
    assert "去金康食堂吃" not in labels(told)
    assert "送到家" in labels(told)


async def test_of_two_who_take_the_last_seat_at_once_one_has_it(rig: Rig) -> None:
    await canteen(rig, seats=1)
    await rig.say("li", "/start")
    presses: list[tuple[str, str, str]] = []
    for who in ("wang", "li"):
        told = await rig.press(who, "去金康食堂吃", await rig.say(who, "订餐"))
        if who == "li":
            told = await rig.press(who, "1 份", told)
            presses.append((who, "", "李大爷"))
        else:
            one = next(b.choice for m in told for b in m.buttons if "1 份" in b.label)
            presses.append((who, one, ""))
    await asyncio.gather(
        *(
            rig.intake.receive([Incoming(Address("web", w), Address("web", w), f"last-{w}", rig.now[0], text, choice)])
            for w, choice, text in presses
        )
    )
    told_both = [words(await rig.heard(who)) for who in ("wang", "li")]
    assert sum("订好了" in told for told in told_both) == 1
    assert sum("座位满了" in told for told in told_both) == 1


async def test_a_booking_is_taken_back_until_the_cut_off(rig: Rig) -> None:
    await canteen(rig)
    await rig.press("wang", "退掉", await booked(rig, "wang", "送到家"))
    await rig.pass_time(hours=1)
    assert "送餐 0 份" in words(await rig.heard("worker"))


async def test_and_not_after_it(rig: Rig) -> None:
    await canteen(rig)
    told = await booked(rig, "wang", "送到家")
    await rig.pass_time(hours=2)
    assert "退不了" in words(await rig.press("wang", "退掉", told))


async def test_who_books_twice_eats_once(rig: Rig) -> None:
    await canteen(rig)
    await booked(rig, "wang", "送到家", "1 份")
    await booked(rig, "wang", "送到家", "3 份")
    await rig.pass_time(hours=1)
    assert "送餐 3 份" in words(await rig.heard("worker"))


async def test_meals_that_went_out_are_counted_for_the_month(rig: Rig) -> None:
    await canteen(rig)
    await booked(rig, "wang", "送到家", "3 份")
    await rig.pass_time(hours=1)
    await rig.press("worker", "有人没取", await rig.heard("worker"))
    assert "记下了：2 份。本月 2 份" in words(await rig.say("worker", "两份"))


async def test_nobody_but_the_canteens_own_counts(rig: Rig) -> None:
    kept = await canteen(rig)
    await booked(rig, "wang", "送到家")
    await rig.pass_time(hours=1)
    assert "不归您管" in words(await rig.say("li", choice=f"k:{kept.id}:served:2026-11-23.all"))


async def test_a_neighbour_whose_home_we_do_not_know_is_asked_where_to_bring_it(rig: Rig) -> None:
    await canteen(rig)
    told = await booked(rig, "li", "送到家")
    await rig.say("li", "金康苑1号楼1单元202")
    told = await rig.say("li", "李大爷")
    assert "金康苑1号楼1单元202室" in words(told)
    assert told


async def test_without_a_canteen_it_says_so(rig: Rig) -> None:
    assert "还没有菜单" in words(await rig.say("wang", "订餐"))


async def sheets(rig: Rig, files: Files) -> dict[str, list[list[Any]]]:
    """The rows of the workbook that the kitchen gets at the cut-off, by sheet."""
    await rig.pass_time(hours=1)
    (file,) = next(message for message in await rig.heard("worker") if message.attachments).attachments
    book = load_workbook(io.BytesIO(await files.read(file.sha256)))
    return {sheet.title: [list(row) for row in sheet.iter_rows()] for sheet in book.worksheets}


async def test_the_kitchen_gets_a_workbook_as_well(rig: Rig, files: Files) -> None:
    await canteen(rig)
    await booked(rig, "wang", "送到家", "2 份")
    found = await sheets(rig, files)
    assert [cell.value for cell in found["送餐 2026-11-23"][1]][:4] == [1, "王**", "金康苑3号楼2单元501室", 2]
    assert found["堂食 2026-11-23"][-1][3].value == 0


async def test_a_name_like_a_formula_stays_a_text_in_the_workbook(rig: Rig, files: Files) -> None:
    await canteen(rig)
    await rig.press("li", "1 份", await rig.press("li", "去金康食堂吃", await rig.say("li", "订餐")))
    await rig.say("li", "=cmd|calc")
    found = await sheets(rig, files)
    name = found["堂食 2026-11-23"][1][1]
    assert (name.value, name.data_type) == ("=**", "s")


async def test_a_day_without_bookings_makes_no_workbook(rig: Rig) -> None:
    await canteen(rig)
    await rig.press("wang", "退掉", await booked(rig, "wang", "送到家"))
    await rig.pass_time(hours=1)
    assert not any(message.attachments for message in await rig.heard("worker"))


async def test_the_workbook_goes_after_a_week(rig: Rig, files: Files) -> None:
    await canteen(rig)
    await booked(rig, "wang", "送到家")
    await sheets(rig, files)
    async with rig.storage.writing() as records:
        gone, _ = await records.privacy.purge(rig.now[0] - timedelta(days=90), rig.now[0] + timedelta(seconds=1), 0)
    assert len(gone) == 1


async def test_with_several_canteens_one_is_read_at_a_time_the_one_of_last_time_first(rig: Rig) -> None:
    first = await canteen(rig)
    async with rig.storage.writing() as records:
        second = await records.meals.save_canteen(replace(first, code="ST2", name="康乐食堂", id=0))
        for day in (23, 24):
            await records.meals.save_menu(Menu(second.id, date(2026, 11, day), "饺子", 1000))
    told = await rig.say("wang", "订餐")
    assert "金康食堂" in words(told)
    assert "康乐食堂" not in words(told)
    every = await rig.press("wang", "看别的食堂", told)
    await rig.press("wang", "1 份", await rig.press("wang", "康乐食堂送到家", every))
    assert "康乐食堂 今天午餐" in words(await rig.say("wang", "订餐"))


async def test_the_kitchen_reads_who_eats_there_in_one_line(rig: Rig) -> None:
    await canteen(rig)
    await booked(rig, "wang", "去金康食堂吃", "2 份")
    await rig.pass_time(hours=1)
    assert "来吃的：王**（2 份）" in words(await rig.heard("worker"))
