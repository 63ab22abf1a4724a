"""The register of elders in the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.care.elder import Elder, Kin, Visit
from bot.chat.messages import Address
from storage.database import Database
from storage.records import DatabaseStorage

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ELDER = Elder("L001", "王秀英", 1, 2, "501", "13900001111", allergies="青霉素", agreed_on=date(2026, 11, 1))


async def kept(database: Database) -> Elder:
    async with DatabaseStorage(database).writing() as records:
        return await records.elders.save(ELDER)


async def test_nothing_that_is_sensitive_can_be_read_in_the_table(database_url: str) -> None:
    database = Database(database_url, (Fernet.generate_key().decode(),))
    await kept(database)
    async with database.reading() as connection:
        row = str((await connection.execute(text("SELECT * FROM elders"))).one())
    await database.close()
    assert not [secret for secret in ("王秀英", "501", "13900001111", "青霉素") if secret in row]


async def test_an_elder_saved_again_is_the_same_one(database: Database) -> None:
    assert (await kept(database)).id == (await kept(database)).id


async def test_one_visit_of_a_kind_a_day(database: Database) -> None:
    elder = await kept(database)
    visit = Visit(elder.id, "weekly", date(2026, 11, 23), 5)
    async with DatabaseStorage(database).writing() as records:
        assert await records.visits.add(visit) is not None
        assert await records.visits.add(visit) is None


async def test_a_new_code_makes_the_one_before_it_void(database: Database) -> None:
    until = NOW + timedelta(days=1)
    async with DatabaseStorage(database).writing() as records:
        await records.kin.issue("first", 1, "follow", 9, until)
        await records.kin.issue("second", 1, "follow", 9, until)
        assert await records.kin.use("first", "follow", NOW) is None
        assert await records.kin.use("second", "follow", NOW) == 1


@pytest.mark.parametrize("purpose", ["bind", "follow"])
async def test_a_code_is_good_for_one_purpose_alone(database: Database, purpose: str) -> None:
    async with DatabaseStorage(database).writing() as records:
        await records.kin.issue("code", 1, purpose, 9, NOW + timedelta(days=1))
        other = {"bind": "follow", "follow": "bind"}[purpose]
        assert await records.kin.use("code", other, NOW) is None


async def test_somebody_who_asks_to_be_erased_is_out_of_the_register_too(database: Database) -> None:
    elder = await kept(database)
    async with DatabaseStorage(database).writing() as records:
        person = await records.people.at(Address("web", "wang"), "", NOW)
        await records.elders.bind(elder, person.id)
        await records.kin.follow(Kin(elder.id, 99, "女儿王芳", NOW))
        await records.privacy.erase(person.id, NOW)
    async with DatabaseStorage(database).writing() as records:
        left = await records.elders.get(elder.id)
        assert left is not None
        assert (left.name, left.phone, left.allergies, left.agreed_on) == ("", "", "", None)
        assert await records.kin.of_elder(elder.id) == ()
