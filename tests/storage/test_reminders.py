"""Reminders, silences and holidays as they are stored."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cases.reminded import Reminded
from storage.calendars import load_holidays, take_holidays
from storage.database import Database
from storage.districts import Districts
from storage.reminders import Reminders

DAY = date(2026, 11, 23)
EIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@pytest.fixture
async def reminders(database: Database) -> AsyncIterator[Reminders]:
    async with database.writing() as connection:
        yield Reminders(connection)


async def test_a_day_without_reminders_is_empty(reminders: Reminders) -> None:
    assert await reminders.day(7, DAY) == Reminded()


async def test_reminders_are_counted_by_person_and_day(reminders: Reminders) -> None:
    for person_id, day in ((7, DAY), (7, DAY), (8, DAY), (7, DAY + timedelta(days=1))):
        await reminders.count(person_id, day)
    assert await reminders.counts(DAY) == {7: 2, 8: 1}


async def test_the_morning_list_is_remembered_and_counts_as_one(reminders: Reminders) -> None:
    await reminders.count(7, DAY)
    await reminders.listed(7, DAY, EIGHT, {1: 100, 2: 200})
    await reminders.count(7, DAY)
    assert await reminders.day(7, DAY) == Reminded(3, EIGHT, {1: 100, 2: 200})


async def test_a_case_is_silenced_for_one_person_until_they_want_it_again(reminders: Reminders) -> None:
    await reminders.mute(7, 1, EIGHT)
    await reminders.mute(7, 1, EIGHT)
    await reminders.mute(8, 2, EIGHT)
    assert [await reminders.muted(1), await reminders.muted_by(7)] == [frozenset({7}), frozenset({1})]
    await reminders.unmute(7, 1)
    assert [await reminders.muted(1), await reminders.muted(2)] == [frozenset(), frozenset({8})]


async def test_old_days_are_forgotten(reminders: Reminders) -> None:
    await reminders.count(7, DAY - timedelta(days=40))
    await reminders.count(7, DAY)
    await reminders.forget(DAY - timedelta(days=35))
    assert (await reminders.counts(DAY - timedelta(days=40)), await reminders.counts(DAY)) == ({}, {7: 1})


async def test_a_table_replaces_what_its_year_had_and_leaves_the_others(database: Database) -> None:
    await take_holidays(database, {date(2027, 1, 5): False, date(2028, 1, 3): False}, "one.csv")
    await take_holidays(database, {date(2027, 1, 4): False}, "two.csv")
    async with database.reading() as connection:
        found = await load_holidays(connection)
    assert [found.works(date(2027, 1, 5)), found.works(date(2027, 1, 4)), found.works(date(2028, 1, 3))] == [
        True,
        False,
        False,
    ]
    assert found.knows(2027)
    assert not found.knows(2029)


async def test_every_service_hears_of_a_new_table(database: Database) -> None:
    before = await Districts(database).revision()
    await take_holidays(database, {date(2027, 1, 1): False}, "one.csv")
    assert await Districts(database).revision() > before
