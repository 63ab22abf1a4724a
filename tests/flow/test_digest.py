"""A manager's morning: words, then the picture, and figures that any night can count again."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.chat.messages import Address, Medium, Outgoing
from bot.chat.records import Timer
from bot.digests.counting import Counting, Recounted, bounds, counted
from bot.digests.measures import ALL_KINDS, Measure
from bot.digests.pictures import Pictures
from bot.digests.rounds import PICTURE_TIMER
from storage.database import Database
from storage.digests import DigestReads, Figures
from storage.files import Files
from tests.flow.rig import Rig, build

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def counting(rig: Rig) -> Counting:
    return Counting(rig.storage, Figures(rig.database), rig.house, lambda: rig.now[0])


async def file(rig: Rig, who: str = "resident", words: str = "金康苑3号楼2单元楼道灯坏了三天了") -> None:
    said = await rig.say(who, words)
    await rig.press(who, "提交", said)


async def withdraw(rig: Rig) -> None:
    shown = await rig.say("resident", choice="c:1:show")
    await rig.press("resident", "已经好了", await rig.press("resident", "撤回", shown))
    rig.now[0] += timedelta(seconds=1)


async def start(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        await rig.sweep._ringers["digest"].start(records, rig.house.town, rig.now[0])  # type: ignore[attr-defined]


async def test_a_manager_reads_of_yesterday_at_half_past_eight(rig: Rig) -> None:
    await file(rig)
    await start(rig)
    await rig.heard("manager")
    rig.now[0] = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    await rig.pass_time(seconds=0)
    await rig.pass_time(seconds=5)
    digest = next(m for m in await rig.heard("manager") if "日报来了" in m.text)
    assert "昨天新来1件。" in digest.text
    assert digest.buttons[-1].label == "打开看板"


async def test_the_picture_follows_the_words(rig: Rig, tmp_path: Path) -> None:
    drawn: list[dict[str, Any]] = []

    async def draws(what: dict[str, Any]) -> bytes:
        drawn.append(what)
        Image.new("RGB", (8, 8), "white").save(out := io.BytesIO(), "PNG")
        return out.getvalue()

    async with rig.storage.writing() as records:
        person = await records.people.at(Address("web", "manager"), "", rig.now[0])
    pictures = Pictures(rig.storage, Figures(rig.database), rig.house, Files(tmp_path), lambda: rig.now[0], draws)
    await pictures.send(Timer(1, PICTURE_TIMER, person.id, "day.2026-11-23", rig.now[0], 0))
    (message,) = await rig.heard("manager")
    assert [(a.medium, a.mime) for a in message.attachments] == [(Medium.PHOTO, "image/jpeg")]
    assert drawn[0]["title"] in message.text
    async with rig.storage.reading() as records:
        assert await records.attachments.get(message.attachments[0].id) is not None  # so that the night lets it lie


async def test_the_night_counts_the_day_and_sets_the_next(rig: Rig) -> None:
    await file(rig)
    rig.now[0] += timedelta(days=1)
    await counting(rig).count(TODAY)
    async with rig.database.reading() as connection:
        reads = DigestReads(connection)
        street = rig.house.town.directory.by_code["JM"].id
        totals = await reads.totals((street,), TODAY, TODAY)
        assert totals[TODAY][Measure.FILED] == 1
        assert await reads.kept(TODAY, TOMORROW) == {TODAY}


async def test_counting_a_day_again_gives_the_same(rig: Rig) -> None:
    await file(rig)
    await file(rig, "other", "锦康苑1号楼1单元漏水了很严重")
    rig.now[0] += timedelta(days=1)
    async with Figures(rig.database).reading() as reads:
        first = await counted(reads, rig.house.town, TODAY, rig.now[0])
    await counting(rig).count(TODAY)
    await counting(rig).count(TODAY)
    async with Figures(rig.database).reading() as reads:
        assert await counted(reads, rig.house.town, TODAY, rig.now[0]) == first
        for (unit, kind, measure), count in first.items():
            if kind == ALL_KINDS:
                assert (await reads.totals((unit,), TODAY, TODAY))[TODAY][measure] == count


async def test_what_was_withdrawn_later_is_still_there_as_of_that_night(rig: Rig) -> None:
    await file(rig)
    town = rig.house.town
    street = town.directory.by_code["JM"].id
    rig.now[0] += timedelta(days=1)
    await withdraw(rig)
    async with Figures(rig.database).reading() as reads:
        then = Recounted(reads, town, bounds(town, TODAY)[1])
        now = Recounted(reads, town, rig.now[0])
        assert (await then.totals((street,), TODAY, TODAY))[TODAY]["left.withdrawn"] == 0
        assert (await now.totals((street,), TODAY, TODAY))[TODAY]["left.withdrawn"] == 1


async def test_the_night_counts_a_day_anew_when_its_case_was_withdrawn(rig: Rig) -> None:
    await file(rig)
    town = rig.house.town
    rig.now[0] += timedelta(days=1)
    await counting(rig).count(TODAY)
    await withdraw(rig)
    await counting(rig).count(TOMORROW)
    async with Figures(rig.database).reading() as reads:
        totals = await reads.totals((town.directory.by_code["JM"].id,), TODAY, TODAY)
    assert totals[TODAY]["left.withdrawn"] == 1


async def finished(rig: Rig) -> list[Outgoing]:
    """A case that the worker finished; what its reporter was asked."""
    await file(rig)
    accepted = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "办结", accepted)
    await rig.press("worker", "没有照片", await rig.say("worker", "好了"))
    return await rig.heard("resident")


async def after_night(rig: Rig, day: date) -> dict[str, int]:
    """What ratings count for the street on each day, once the night of this one has counted it."""
    rig.now[0] += timedelta(seconds=1)
    await counting(rig).count(day)
    async with Figures(rig.database).reading() as reads:
        unit_ids = (rig.house.town.directory.by_code["JM"].id,)
        totals = await reads.totals(unit_ids, TODAY, TOMORROW)
    said = (Measure.RATED, Measure.SATISFIED, Measure.UNHAPPY, Measure.ANSWERED, Measure.SOLVED)
    days = sorted(totals)
    return {f"{day:%d} {each}": totals[day][each] for day in days for each in said if totals[day].get(each)}


async def test_a_grade_that_is_changed_the_next_day_counts_once_and_on_its_first_day(rig: Rig) -> None:
    asked = await finished(rig)
    await rig.press("resident", "非常满意", asked)
    await after_night(rig, TODAY)
    rig.now[0] += timedelta(days=1)
    await rig.press("resident", "非常不满意", asked)
    assert await after_night(rig, TOMORROW) == {"23 rated": 1, "23 unhappy": 1}


async def test_an_answer_on_the_day_after_the_grade_is_counted_without_a_rebuild(rig: Rig) -> None:
    solved = await rig.press("resident", "非常满意", await finished(rig))
    assert await after_night(rig, TODAY) == {"23 rated": 1, "23 satisfied": 1}
    rig.now[0] += timedelta(days=1)
    await rig.press("resident", "未解决", solved)
    assert await after_night(rig, TOMORROW) == {"23 rated": 1, "23 unhappy": 1, "23 answered": 1}


async def test_not_solved_without_a_grade_is_an_answer(rig: Rig) -> None:
    await finished(rig)
    await rig.say("resident", choice="c:1:dispute")
    await rig.say("resident", "灯还是不亮")
    assert await after_night(rig, TODAY) == {"23 answered": 1}
