"""Cases in the database: nothing said is lost, and who is called sees their work."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.lifecycle import Act, Assignment, Case, Event, Rating, State
from bot.chat.messages import Address, Attachment, Medium
from bot.triage.kinds import Urgency
from storage.records import DatabaseStorage, Transaction

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LI = Address("web", "k3v")
LEAK = Case(
    id=0,
    service="appeal",
    kind="water_leak",
    urgency=Urgency.URGENT,
    state=State.OPEN,
    round=1,
    reporter_id=3,
    unit_id=7,
    room="302",
    place="金康苑3号楼",
    lat=None,
    lon=None,
    words="水管爆了",
    anonymous=False,
    slot="",
    hand_over="",
    owner_id=7,
    owner_role="grid_worker",
    handler_id=None,
    created_at=NOON,
    accept_by=NOON + HOUR,
    finish_by=NOON + 8 * HOUR,
)
PHOTO = Attachment(Medium.PHOTO, "telegram", "AgAC")


def called(case: Case, person_id: int, why: str = "dispatch", round_: int = 1) -> Assignment:
    return Assignment(case.id, round_, person_id, "grid_worker", why, NOON)


async def with_work(tx: Transaction, person_id: int, **changed: object) -> Case:
    case = await tx.cases.add(replace(LEAK, **changed))  # type: ignore[arg-type] # tests name the fields
    await tx.cases.assign([called(case, person_id)])
    return case


async def test_a_case_is_given_back_as_it_was_filed(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
    async with storage.writing() as tx:
        assert await tx.cases.get(case.id) == case == replace(LEAK, id=case.id)


async def test_no_case_is_none(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.cases.get(4711) is None


async def test_numbers_count_up(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert [(await tx.cases.add(LEAK)).number for _ in range(3)] == [1001, 1002, 1003]


async def test_what_changed_is_kept(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
        changed = replace(case, state=State.ACCEPTED, handler_id=9, accepted_at=NOON)
        await tx.cases.save(changed)
        assert await tx.cases.get(case.id) == changed


async def test_a_report_with_far_too_long_words_is_kept(storage: DatabaseStorage) -> None:
    long = "很长" * 3000
    async with storage.writing() as tx:
        case = await tx.cases.add(replace(LEAK, words=long, place=long, room=long, slot=long, hand_over=long))
        assert case.words == long
        assert case.place == long[:255]
        await tx.cases.save(replace(case, place=long))


async def test_a_report_with_a_null_character_is_kept(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert (await tx.cases.add(replace(LEAK, words="水\x00管"))).words == "水管"


async def test_of_two_who_accept_at_once_one_sees_what_the_other_did(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)

    async def accept(person_id: int) -> bool:
        async with storage.writing() as tx:
            found = await tx.cases.get(case.id)
            assert found
            await asyncio.sleep(0.01)
            if found.handler_id is None:
                await tx.cases.save(replace(found, handler_id=person_id))
            return found.handler_id is None

    assert sorted(await asyncio.gather(accept(1), accept(2), accept(3))) == [False, False, True]


async def test_events_come_back_in_order(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        filed = Event(1, NOON, Act.FILE, 3, "resident", "", "open", words="水管爆了")
        late = Event(1, NOON - HOUR, Act.OVERDUE, None, "", "open", "open")
        ids = [await tx.cases.note(filed), await tx.cases.note(late)]
        await tx.cases.note(replace(filed, case_id=2))
        assert await tx.cases.events(1) == (replace(filed, id=ids[0]), replace(late, id=ids[1]))


async def test_who_is_called_twice_is_called_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
        await tx.cases.assign([called(case, 1), called(case, 2)])
        await tx.cases.assign([called(case, 1, "deputy")])
        assert [(a.person_id, a.why) for a in await tx.cases.assigned(case.id, 1)] == [(1, "dispatch"), (2, "dispatch")]


async def test_who_was_dismissed_can_be_called_again(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
        await tx.cases.assign([called(case, 1)])
        await tx.cases.dismiss(case.id, NOON + HOUR)
        assert [a.ended_at for a in await tx.cases.assigned(case.id, 1)] == [NOON + HOUR]
        await tx.cases.assign([called(case, 1, "desk")])
        assert [(a.why, a.ended_at) for a in await tx.cases.assigned(case.id, 1)] == [("desk", None)]


async def test_a_round_has_its_own_calls(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
        await tx.cases.assign([called(case, 1), called(case, 1, "reopen", 2)])
        assert [a.why for a in await tx.cases.assigned(case.id, 2)] == ["reopen"]


async def test_dismissing_ends_the_calls_of_that_case_alone(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        first, second = await with_work(tx, 1), await with_work(tx, 1)
        await tx.cases.dismiss(first.id, NOON)
        assert [case.id for case in await tx.cases.work_of(1, 10)] == [second.id]


async def test_work_that_is_due_first_comes_first(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        late = await with_work(tx, 1, finish_by=NOON + 9 * HOUR)
        soon = await with_work(tx, 1, finish_by=NOON + 2 * HOUR)
        assert [case.id for case in await tx.cases.work_of(1, 10)] == [soon.id, late.id]
        assert [case.id for case in await tx.cases.work_of(1, 1)] == [soon.id]


@pytest.mark.parametrize(
    ("state", "handler", "is_mine"),
    [
        (State.OPEN, None, True),
        (State.ACCEPTED, 1, True),
        (State.ACCEPTED, 2, False),
        (State.DISPUTED, None, True),
        (State.FINISHED, 1, False),
        (State.CLOSED, 1, False),
        (State.WITHDRAWN, None, False),
    ],
)
async def test_my_work_is_what_i_can_do_something_about(
    storage: DatabaseStorage, state: State, handler: int | None, is_mine: bool
) -> None:
    async with storage.writing() as tx:
        await with_work(tx, 1, state=state, handler_id=handler)
        assert bool(await tx.cases.work_of(1, 10)) is is_mine


async def test_nobody_sees_the_work_of_others(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await with_work(tx, 1)
        assert await tx.cases.work_of(2, 10) == ()


async def test_a_resident_sees_their_own_cases_newest_first(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        first, second = await tx.cases.add(LEAK), await tx.cases.add(LEAK)
        await tx.cases.add(replace(LEAK, reporter_id=4))
        assert [case.id for case in await tx.cases.of_reporter(3, 10)] == [second.id, first.id]
        assert len(await tx.cases.of_reporter(3, 1)) == 1


async def test_what_a_resident_filed_goes_with_them_when_they_join_the_staff(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        resident = await tx.people.at(LI, "李四", NOON)
        case = await tx.cases.add(replace(LEAK, reporter_id=resident.id))
        photo = await tx.attachments.add(PHOTO, resident.id, "", NOON)
        staff = await tx.invites.hire("李四", 1, "grid_worker", NOON)
        await tx.invites.join(LI, staff, NOON)
        assert [found.id for found in await tx.cases.of_reporter(staff, 10)] == [case.id]
        kept = await tx.attachments.get(photo.id)
        assert kept
        assert kept.person_id == staff


async def test_a_rating_is_asked_for_once_and_kept(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.ratings.get(1, 1) is None
        await tx.ratings.ask(1, 1, NOON)
        graded = Rating(1, 1, NOON, 5, "solved", "谢谢", NOON + HOUR)
        await tx.ratings.save(graded)
        await tx.ratings.ask(1, 1, NOON + HOUR)
        assert await tx.ratings.get(1, 1) == graded
        assert await tx.ratings.get(1, 2) is None


async def test_pictures_of_a_draft_become_part_of_the_case(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        first, second = [await tx.attachments.add(PHOTO, 3, "", NOON) for _ in range(2)]
        await tx.attachments.attach([second.id, first.id], 1, 5)
        assert [(k.attachment, k.case_id, k.event_id) for k in await tx.attachments.of_case(1)] == [
            (first, 1, 5),
            (second, 1, 5),
        ]


async def test_a_picture_stays_with_its_first_case(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        photo = await tx.attachments.add(PHOTO, 3, "", NOON)
        await tx.attachments.attach([photo.id], 1, 5)
        await tx.attachments.attach([photo.id], 2, 6)
        await tx.attachments.attach([], 2, 6)
        assert await tx.attachments.of_case(2) == ()


async def test_late_pictures_of_an_album_find_their_case(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        photo = await tx.attachments.add(PHOTO, 3, "album", NOON)
        assert await tx.attachments.case_of_album(3, "album") is None
        await tx.attachments.attach([photo.id], 1, 5)
        assert await tx.attachments.case_of_album(3, "album") == 1
        assert await tx.attachments.case_of_album(4, "album") is None
        assert await tx.attachments.case_of_album(3, "") is None


async def test_bytes_that_we_hold_are_noted(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        photo = await tx.attachments.add(PHOTO, 3, "", NOON)
        await tx.attachments.fetched(photo.id, "ab" * 32, "image/jpeg", 9)
        kept = await tx.attachments.get(photo.id)
        assert kept
        assert (kept.attachment.sha256, kept.attachment.mime, kept.attachment.size) == ("ab" * 32, "image/jpeg", 9)


async def test_a_part_can_fail_alone(storage: DatabaseStorage) -> None:
    async def fail(tx: Transaction, case: Case) -> None:
        async with tx.savepoint():
            await tx.cases.save(replace(case, round=2))
            raise ZeroDivisionError

    async with storage.writing() as tx:
        case = await tx.cases.add(LEAK)
        with pytest.raises(ZeroDivisionError):
            await fail(tx, case)
    async with storage.writing() as tx:
        assert await tx.cases.get(case.id) == case
