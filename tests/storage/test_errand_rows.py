"""Errands, helpers and weekly errands in the database; what was secret is gone everywhere once it is wiped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.chat.messages import Address, Outgoing
from bot.config import new_data_key
from bot.errands.errand import HIDDEN, Errand, Helper, HelperState, Weekly
from storage.database import Database
from storage.lines import Lines
from storage.records import DatabaseStorage
from storage.sealing import MARK
from tests.storage.test_cases import LEAK

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
PARCEL = Errand(
    1, "取件点:菜鸟驿站", "取件码:8-2-1033", NOW, NOW + timedelta(hours=4), "妈妈", "13800138000", "0042", helper_id=7
)
ZHANG = Helper(7, "张建国", 3, 2, ("errand_parcel", "errand_meal"), "evening", HelperState.ADMITTED, NOW)
HOME = Address("web", "home")


async def filed(storage: DatabaseStorage) -> int:
    """A case of somebody at `HOME`, with its errand."""
    async with storage.writing() as tx:
        person = await tx.people.at(HOME, "", NOW)
        case = await tx.cases.add(replace(LEAK, reporter_id=person.id, created_at=NOW))
        await tx.errands.add(replace(PARCEL, case_id=case.id))
        return case.id


async def test_an_errand_comes_back_as_it_was_kept(storage: DatabaseStorage) -> None:
    case_id = await filed(storage)
    async with storage.writing() as tx:
        assert await tx.errands.get(case_id) == replace(PARCEL, case_id=case_id)


async def test_what_changed_is_kept(storage: DatabaseStorage) -> None:
    case_id = await filed(storage)
    after = replace(PARCEL, case_id=case_id, tries=2, paid=1850, paid_ok=True, handed_at=NOW, proof="photo")
    async with storage.writing() as tx:
        await tx.errands.save(after)
    async with storage.writing() as tx:
        assert await tx.errands.get(case_id) == after


async def test_a_case_without_an_errand_has_none(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.errands.get(99) is None


async def test_wiping_leaves_no_secret_in_the_transcripts(storage: DatabaseStorage, database: Database) -> None:
    case_id = await filed(storage)
    lines = Lines(database)
    await lines.append("home", "a", mine=True, body={"text": "取件码8-2-1033,谢谢"}, at=NOW)
    await lines.append("elsewhere", "a", mine=True, body={"text": "8-2-1033"}, at=NOW)
    async with storage.writing() as tx:
        await tx.errands.wipe(case_id)
    assert [line.body for line in await lines.after("home", 0, 9)] == [{"text": "取件码***,谢谢"}]
    assert [line.body for line in await lines.after("elsewhere", 0, 9)] == [{"text": "8-2-1033"}]
    async with storage.writing() as tx:
        wiped = await tx.errands.get(case_id)
    assert wiped is not None
    assert (wiped.secrets, wiped.for_phone, wiped.answers) == ("", "", PARCEL.answers)


@pytest.mark.parametrize(("what", "shown"), [("code", "0042"), ("answers", "取件码:8-2-1033\n13800138000")])
async def test_a_secret_is_read_only_when_it_is_sent(
    storage: DatabaseStorage, database: Database, what: str, shown: str
) -> None:
    case_id = await filed(storage)
    async with storage.writing() as tx:
        await tx.outbox.post(HOME, Outgoing(f"看:{HIDDEN}", hidden=what), NOW, case_id)
    async with database.reading() as connection:
        assert shown not in str((await connection.execute(text("SELECT body FROM outbox"))).all())
    async with storage.writing() as tx:
        letters = await tx.outbox.claim("me", NOW, NOW + timedelta(minutes=1), 10)
    assert [letter.message.text for letter in letters] == [f"看:{shown}"]


async def test_a_secret_that_was_wiped_meanwhile_is_not_sent(storage: DatabaseStorage) -> None:
    case_id = await filed(storage)
    async with storage.writing() as tx:
        await tx.outbox.post(HOME, Outgoing(f"看:{HIDDEN}", hidden="answers"), NOW, case_id)
        await tx.errands.wipe(case_id)
    async with storage.writing() as tx:
        letters = await tx.outbox.claim("me", NOW, NOW + timedelta(minutes=1), 10)
    assert [letter.message.text for letter in letters] == ["看:***"]


async def test_under_a_key_secrets_and_talks_are_not_readable(database_url: str) -> None:
    database = Database(database_url, (new_data_key(),))
    storage = DatabaseStorage(database)
    case_id = await filed(storage)
    async with storage.writing() as tx:
        await tx.talk.save_conversation(1, {"draft": {"found": {"code": "8-2-1033"}}}, NOW)
    async with storage.writing() as tx:
        assert await tx.talk.conversation(1) == {"draft": {"found": {"code": "8-2-1033"}}}
        assert (await tx.errands.get(case_id) or PARCEL).secrets == PARCEL.secrets
    async with database.reading() as connection:
        kept = str((await connection.execute(text("SELECT secrets, code, for_phone FROM errands"))).all())
        said = str((await connection.execute(text("SELECT body FROM conversations"))).all())
    await database.close()
    assert "1033" not in kept + said
    assert MARK in kept
    assert MARK in said


async def test_a_helper_comes_back_as_they_were_kept(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.helpers.save(ZHANG)
    async with storage.writing() as tx:
        assert await tx.helpers.get(7) == ZHANG
        assert await tx.helpers.get(8) is None


async def test_only_admitted_helpers_of_a_community_are_around(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.helpers.save(ZHANG)
        await tx.helpers.save(replace(ZHANG, person_id=8, state=HelperState.ASKED))
        await tx.helpers.save(replace(ZHANG, person_id=9, community_id=5))
        assert await tx.helpers.around(2) == (ZHANG,)


async def test_an_offer_is_noted_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.helpers.offer(1, [7, 8], NOW)
        await tx.helpers.offer(1, [8, 9], NOW)
        assert await tx.helpers.offered(1) == (7, 8, 9)


async def test_what_comes_every_week_is_ended_for_its_person_alone(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        mine = await tx.weeklies.add(Weekly(7, 1, "{}"))
        other = await tx.weeklies.add(Weekly(8, 1, "{}"))
        assert await tx.weeklies.end(7, NOW) == 1
        assert await tx.weeklies.end(7, NOW) == 0
        assert await tx.weeklies.get(mine) == Weekly(7, 1, "{}", NOW, mine)
        assert await tx.weeklies.get(other) == Weekly(8, 1, "{}", None, other)
