"""Looking for repeats and followers in the database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.cases.lifecycle import Case, State
from bot.cases.records import FollowerRating
from bot.cases.repeated import Around
from bot.chat.messages import Pin
from bot.triage.kinds import Urgency
from storage.database import Database
from storage.records import DatabaseStorage
from storage.tables import cases

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MONTH_AGO = NOW - timedelta(days=30)
PIN = Pin(34.79, 114.25)


def a_case(**changes: object) -> Case:
    case = Case(
        0, "appeal", "leak", Urgency.NORMAL, State.OPEN, 1, 7, 3, "", "金康苑", None, None, "漏水", False, "", "", 1,
        "grid_worker", None, NOW, NOW, NOW,
    )  # fmt: skip
    return replace(case, **changes)  # type: ignore[arg-type] # any field


async def added(storage: DatabaseStorage, **changes: object) -> int:
    async with storage.writing() as records:
        return (await records.cases.add(a_case(**changes))).id


async def near(storage: DatabaseStorage, pin: Pin | None = None) -> list[int]:
    async with storage.writing() as records:
        return [case.id for case in await records.repeats.told(None, Around("leak", (3, 4), pin, MONTH_AGO))]


async def test_open_cases_of_the_kind_at_the_units_are_found(storage: DatabaseStorage) -> None:
    one = await added(storage, unit_id=4)
    assert await near(storage) == [one]


@pytest.mark.parametrize(
    "other",
    [{"kind": "sewer"}, {"unit_id": 5}, {"closed_at": NOW}, {"created_at": MONTH_AGO - timedelta(days=1)}],
)
async def test_others_are_not(storage: DatabaseStorage, other: dict[str, object]) -> None:
    await added(storage, **other)
    assert await near(storage) == []


async def test_a_pin_finds_what_lies_around_it_and_no_further(storage: DatabaseStorage) -> None:
    around = await added(storage, unit_id=None, lat=PIN.lat + 0.001, lon=PIN.lon - 0.001)
    await added(storage, unit_id=None, lat=PIN.lat + 0.02, lon=PIN.lon)
    await added(storage, unit_id=None, lat=PIN.lat, lon=PIN.lon + 0.02)
    assert await near(storage, PIN) == [around]


async def test_no_more_than_fifty_are_looked_at(storage: DatabaseStorage) -> None:
    ids = [await added(storage) for _ in range(52)]
    assert await near(storage) == list(reversed(ids[2:]))


@pytest.mark.parametrize(
    ("index", "where"),
    [
        ("ix_cases_open_unit", "unit_id IN (3, 4) AND created_at >= '2026-01-01'"),
        ("ix_cases_open_pin", "lat BETWEEN 1 AND 2 AND lon BETWEEN 1 AND 2 AND created_at >= '2026-01-01'"),
    ],
)
async def test_the_looks_use_their_indexes(database: Database, index: str, where: str) -> None:
    looked = f"SELECT * FROM cases WHERE closed_at IS NULL AND kind = 'leak' AND {where} ORDER BY id + 0 DESC LIMIT 50"
    async with database.reading() as connection:
        if not database.is_sqlite:
            pytest.skip("PostgreSQL takes any way through an empty table")
        assert index in str((await connection.execute(text(f"EXPLAIN QUERY PLAN {looked}"))).all())


async def test_who_chose_to_follow_follows_until_they_let_go(storage: DatabaseStorage) -> None:
    one = await added(storage)
    async with storage.writing() as records:
        assert await records.followers.follow(one, 8, NOW)
        assert not await records.followers.follow(one, 8, NOW)
        assert await records.followers.of_case(one) == (8,)
        assert [case.id for case in await records.followers.cases_of(8, 10)] == [one]
        assert await records.followers.unfollow(one, 8)
        assert not await records.followers.has(one, 8)


async def test_who_reported_or_followed_a_merged_case_follows_its_lead(storage: DatabaseStorage) -> None:
    lead, merged = await added(storage), await added(storage, reporter_id=8)
    async with storage.writing() as records:
        await records.followers.follow(merged, 9, NOW)
        case = await records.cases.get(merged)
        assert case is not None
        await records.cases.save(replace(case, lead_id=lead))
        assert await records.followers.of_case(lead) == (8, 9)


async def test_the_reporter_never_follows_their_own_case(storage: DatabaseStorage) -> None:
    lead = await added(storage)
    await added(storage, lead_id=lead)  # the same person told it twice
    async with storage.writing() as records:
        assert await records.followers.of_case(lead) == ()


async def test_what_was_merged_into_a_case_can_follow_another_lead(
    storage: DatabaseStorage, database: Database
) -> None:
    first, second = await added(storage), await added(storage)
    child = await added(storage, lead_id=second)
    async with storage.writing() as records:
        await records.repeats.lead(second, first)
    async with database.reading() as connection:
        assert await connection.scalar(select(cases.c.lead_id).where(cases.c.id == child)) == first


async def test_a_followers_rating_is_kept_and_changed(storage: DatabaseStorage) -> None:
    one = await added(storage)
    async with storage.writing() as records:
        await records.followers.save_rating(FollowerRating(one, 1, 8, NOW, grade=2))
        await records.followers.save_rating(FollowerRating(one, 1, 8, NOW, grade=2, solved="partly"))
        assert await records.followers.rating(one, 1, 8) == FollowerRating(one, 1, 8, NOW, 2, "partly")
        assert await records.followers.rating(one, 2, 8) is None
