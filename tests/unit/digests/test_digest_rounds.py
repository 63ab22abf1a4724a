"""Digests going out, on the real databases."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select

from bot.chat.records import Timer
from bot.digests.rounds import ONE_TIMER, PICTURE_TIMER, Digests
from bot.town import Town
from storage.database import Database
from storage.records import DatabaseStorage
from storage.tables import addresses, outbox, timers

MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai


def timer(day: date = date(2026, 11, 24)) -> Timer:
    return Timer(1, "digest", 0, day.isoformat(), MORNING, 0)


async def join(database: Database, *people: int) -> None:
    async with database.writing() as db:
        rows = [
            {"channel": "web", "chat": f"c{n}", "person_id": n, "reachable": True, "since": MORNING} for n in people
        ]
        await db.execute(insert(addresses), rows)


async def ring(database: Database, town: Town, rung: Timer, now: datetime) -> bool:
    async with DatabaseStorage(database).writing() as records:
        return await Digests().ring(records, town, rung, now)


async def posted(database: Database) -> dict[str, str]:
    async with database.reading() as db:
        return {row.chat: row.body["text"] for row in await db.execute(select(outbox.c.chat, outbox.c.body))}


async def pending(database: Database) -> dict[str, datetime]:
    async with database.reading() as db:
        return {row.slot: row.due_at for row in await db.execute(select(timers.c.slot, timers.c.due_at))}


async def morning(database: Database, town: Town, now: datetime = MORNING) -> None:
    """The plan, and then each of the digests that it set."""
    assert await ring(database, town, timer(now.date()), now)
    async with DatabaseStorage(database).writing() as records:
        for each in await records.timers.due(now + timedelta(minutes=1), 100):
            if each.kind == ONE_TIMER:
                assert await Digests().ring(records, town, each, now)


async def test_managers_and_desks_get_theirs_each_morning(database: Database, town: Town) -> None:
    await join(database, 101, 103, 104, 105, 106)
    await morning(database, town)
    assert {chat: text.split("的")[0] for chat, text in (await posted(database)).items()} == {
        "c101": "早上好，金康社区",
        "c103": "早上好，金明池街道",
        "c106": "早上好，锦绣社区",
    }


async def test_each_ring_sets_the_next_morning(database: Database, town: Town) -> None:
    await ring(database, town, timer(), MORNING)
    assert await pending(database) == {"2026-11-25": MORNING + timedelta(days=1)}


async def test_on_leave_the_deputy_reads_it(database: Database, town_while_101_is_away: Town) -> None:
    await join(database, 101, 102)
    await morning(database, town_while_101_is_away)
    assert list(await posted(database)) == ["c102"]


async def test_after_a_standstill_only_todays_goes_out(database: Database, town: Town) -> None:
    await join(database, 101)
    assert await ring(database, town, timer(date(2026, 11, 21)), MORNING + timedelta(hours=2))
    assert await posted(database) == {}
    assert await pending(database) == {"2026-11-24": MORNING}


async def test_at_night_it_waits_for_the_morning(database: Database, town: Town) -> None:
    await join(database, 101)
    assert not await ring(database, town, timer(), MORNING + timedelta(hours=14))
    assert await posted(database) == {}


async def test_a_start_after_half_past_eight_begins_tomorrow(database: Database, town: Town) -> None:
    async with DatabaseStorage(database).writing() as records:
        await Digests().start(records, town, MORNING)
        await Digests().start(records, town, MORNING - timedelta(minutes=1))
    assert await pending(database) == {"2026-11-25": MORNING + timedelta(days=1), "2026-11-24": MORNING}


async def test_who_manages_nothing_is_told_where_to_look(database: Database, town: Town) -> None:
    async with DatabaseStorage(database).writing() as records:
        said = await Digests().for_person(records, town, 104, MORNING)
    assert said.text == town.texts("digest.none")


async def test_an_administrator_may_ask_by_hand(database: Database, town: Town) -> None:
    async with DatabaseStorage(database).writing() as records:
        said = await Digests().for_person(records, town, 105, MORNING)
    assert said.text.startswith("示范区：今天新来0件")


async def test_on_mondays_the_weeks_comes_as_well(database: Database, town: Town) -> None:
    await join(database, 101)
    await morning(database, town, MORNING - timedelta(days=1))
    async with database.reading() as db:
        bodies = await db.scalars(select(outbox.c.body).order_by(outbox.c.id))
        assert [body["text"].split("来了")[0] for body in bodies] == [
            "早上好，金康社区的日报",
            "早上好，金康社区的周报",
        ]


async def test_on_the_first_the_months_comes_as_well(database: Database, town: Town) -> None:
    await join(database, 101)
    await morning(database, town, MORNING + timedelta(days=7))  # 1 December
    assert {slot.split(".")[0] for slot in await pending(database) if "." in slot} == {"day", "month"}


async def test_the_picture_is_asked_for_after_the_words(database: Database, town: Town) -> None:
    await join(database, 101)
    await morning(database, town)
    async with database.reading() as db:
        asked = await db.execute(select(timers.c.subject, timers.c.slot).where(timers.c.kind == PICTURE_TIMER))
        assert [tuple(row) for row in asked] == [(101, "day.2026-11-24")]


async def test_each_digest_leads_to_the_board(database: Database, town: Town) -> None:
    async with DatabaseStorage(database).writing() as records:
        said = await Digests().for_person(records, town, 101, MORNING)
    assert [button.choice for button in said.buttons] == ["m:board"]
