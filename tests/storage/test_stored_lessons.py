from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.triage.catalogue import adopt, shipped
from bot.triage.learning import train
from bot.triage.records import Correction, Taught
from storage.database import Database
from storage.districts import Districts
from storage.records import DatabaseStorage
from storage.tables import models

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADDED, CODES = adopt(shipped(), ["城乡建设"])
OWN = CODES["城乡建设"]
ROWS = (("路灯不亮", "street_light"), ("修路修路", OWN)) * 3
TAUGHT = Taught(train(ROWS), ADDED, True, NOW, "旧单.csv", {"accuracy": 0.9}, ROWS)


@pytest.fixture
def storage(database: Database) -> DatabaseStorage:
    return DatabaseStorage(database)


async def _keep(storage: DatabaseStorage, taught: Taught) -> int:
    async with storage.writing() as records:
        return await records.lessons.keep(taught)


async def test_at_first_nothing_is_learnt(storage: DatabaseStorage, database: Database) -> None:
    async with storage.writing() as records:
        assert await records.lessons.in_use() is None
    assert await Districts(database).model() is None


async def test_a_model_comes_back_as_it_was_kept(storage: DatabaseStorage) -> None:
    version = await _keep(storage, TAUGHT)
    async with storage.writing() as records:
        found = await records.lessons.in_use()
    assert found is not None
    assert found.model.predict("路灯坏了")[0][0] == TAUGHT.model.predict("路灯坏了")[0][0]
    assert replace(found, model=TAUGHT.model) == replace(TAUGHT, version=version)


async def test_running_services_notice_a_new_model(storage: DatabaseStorage, database: Database) -> None:
    before = await Districts(database).revision()
    await _keep(storage, TAUGHT)
    assert await Districts(database).revision() == before + 1


async def test_a_citys_own_kinds_take_the_catalogues_place(storage: DatabaseStorage, database: Database) -> None:
    await _keep(storage, TAUGHT)
    found = await Districts(database).kinds()
    assert found.learnt_alone
    assert OWN not in found.resting
    assert "sewer" in found.resting


async def test_undone_lessons_leave_the_names_of_their_kinds(storage: DatabaseStorage, database: Database) -> None:
    version = await _keep(storage, TAUGHT)
    async with storage.writing() as records:
        assert await records.lessons.undo() == (version, 0)
    found = await Districts(database).kinds()
    assert found.by_code[OWN].name == "城乡建设"
    assert found.resting == {OWN}


async def test_undo_goes_back_past_what_was_undone(storage: DatabaseStorage) -> None:
    first, second = await _keep(storage, TAUGHT), await _keep(storage, TAUGHT)
    async with storage.writing() as records:
        assert await records.lessons.undo() == (second, first)
    third = await _keep(storage, TAUGHT)
    async with storage.writing() as records:
        assert await records.lessons.undo() == (third, first)


async def test_with_nothing_in_use_there_is_nothing_to_undo(storage: DatabaseStorage) -> None:
    async with storage.writing() as records:
        assert await records.lessons.undo() is None


async def test_a_damaged_model_is_refused(storage: DatabaseStorage, database: Database) -> None:
    await _keep(storage, TAUGHT)
    async with database.writing() as connection:
        await connection.execute(update(models).values(body=b"?"))
    with pytest.raises(ValueError, match="damaged"):
        await Districts(database).model()


async def test_corrections_come_back_oldest_first_after_a_moment(storage: DatabaseStorage) -> None:
    made = [Correction(n, f"第{n}件", "leak", "sewer", 7, NOW + timedelta(hours=n)) for n in range(3)]
    async with storage.writing() as records:
        for correction in made:
            await records.lessons.correct(correction)
        assert await records.lessons.since(None) == tuple(made)
        assert await records.lessons.since(NOW) == tuple(made[1:])
