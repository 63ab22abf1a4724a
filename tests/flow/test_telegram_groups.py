"""Staff groups on Telegram: bound by whoever may, one card that changes in place, and nothing kept of their talk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from storage.database import Database
from storage.tables import addresses, conversations, outbox, people, seen
from tests.flow.telegram_rig import DESK, GROUP, RESIDENT, STRANGER, WORKER, TelegramRig, eventually, telegram_rig

PARKING = "金康苑3号楼2单元门口天天有人乱停车"  # the community's desk answers for it


@pytest.fixture
async def rig(database: Database, tmp_path: Path) -> AsyncIterator[TelegramRig]:
    async with telegram_rig(database, tmp_path) as rig:
        yield rig


async def count(rig: TelegramRig, table: Table) -> int:
    async with rig.database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def bound(rig: TelegramRig) -> None:
    await rig.member(GROUP, "left", "member")
    await rig.say(DESK, "/bind@yingshao_bot 金康社区", GROUP)
    rig.heard(GROUP)


async def test_a_group_that_takes_us_in_is_told_what_to_do(rig: TelegramRig) -> None:
    await rig.member(GROUP, "left", "member")
    assert "/bind" in rig.heard(GROUP)[0]


async def test_a_desk_binds_a_group_to_its_unit(rig: TelegramRig) -> None:
    await rig.say(DESK, "/bind@yingshao_bot 金康社区", GROUP)
    assert "金康社区" in rig.texts(GROUP)[-1]
    unit = rig.house.town.directory.units
    community = next(u.id for u in unit.values() if u.name == "金康社区")
    async with rig.storage.writing() as records:
        assert [group.chat for group in await records.chats.groups(community)] == [str(GROUP)]


@pytest.mark.parametrize("who", [WORKER, STRANGER])
async def test_nobody_else_binds_a_group(rig: TelegramRig, who: int) -> None:
    heard = await rig.say(who, "/bind", GROUP)
    assert len(heard) == 1
    async with rig.storage.writing() as records:
        for unit_id in rig.house.town.directory.units:
            assert await records.chats.groups(unit_id) == ()


async def test_what_a_group_says_among_itself_is_never_kept(rig: TelegramRig) -> None:
    tables = (seen, people, addresses, conversations, outbox)
    before = [await count(rig, table) for table in tables]
    await rig.say(STRANGER, "今天谁值班?", GROUP)
    await rig.photo(STRANGER, "AgACx", chat=GROUP)
    assert [await count(rig, table) for table in tables] == before
    assert rig.heard(GROUP) == []


async def test_whoever_speaks_to_us_in_a_group_is_shown_the_way_to_a_private_chat(rig: TelegramRig) -> None:
    before = await count(rig, people)
    heard = await rig.say(STRANGER, "@yingshao_bot 3号楼水管爆了,我叫王小明", GROUP)
    assert "https://t.me/yingshao_bot" in heard[0]
    assert await count(rig, people) == before


async def test_the_card_in_the_group_is_one_message_that_changes(rig: TelegramRig) -> None:
    await bound(rig)
    await rig.file(words=PARKING)
    cards = [text for text in rig.texts(GROUP) if "1001号" in text]
    assert len(cards) == 1
    await rig.press(DESK, "接单", GROUP)
    cards = [text for text in rig.texts(GROUP) if "1001号" in text]
    assert len(cards) == 1
    assert "接单" not in "".join(rig.buttons(GROUP))


async def in_the_group(rig: TelegramRig) -> None:
    """A card stands in the desk's group, waiting to be accepted."""
    await bound(rig)
    await rig.file(words=PARKING)
    assert any("接单" in label for label in rig.buttons(GROUP))


async def test_a_stranger_who_presses_in_a_group_is_told_so_alone_and_nothing_happens(rig: TelegramRig) -> None:
    await in_the_group(rig)
    before = await count(rig, people)
    rig.heard(GROUP)
    await rig.press(STRANGER, "接单", GROUP)
    assert "邀请码" in rig.notices()[-1]
    assert (rig.heard(GROUP), rig.heard(STRANGER)) == ([], [])
    assert any("接单" in label for label in rig.buttons(GROUP))
    assert await count(rig, people) == before


async def test_a_colleague_of_another_unit_who_presses_in_a_group_is_refused_over_the_button(rig: TelegramRig) -> None:
    await in_the_group(rig)
    directory = rig.house.town.directory
    case_unit = next(u.id for u in directory.units.values() if u.name == "金康社区")
    other = next(
        person.code
        for person in directory.staff.values()
        if person.code and directory.posts_of(person.id)
        and not any(directory.covers(post.unit_id, case_unit) or directory.covers(case_unit, post.unit_id)
                    for post in directory.posts_of(person.id))
    )  # fmt: skip
    await rig.join(4001, other)
    rig.heard(4001)
    await rig.press(4001, "接单", GROUP)
    assert rig.notices()[-1]
    assert "邀请码" not in rig.notices()[-1]
    assert rig.heard(4001) == []
    assert any("接单" in label for label in rig.buttons(GROUP))


async def test_a_group_that_puts_us_out_gets_no_more_cards_and_its_binder_hears_of_it(rig: TelegramRig) -> None:
    await bound(rig)
    rig.heard(DESK)
    await rig.member(GROUP, "member", "kicked")
    assert "/bind" in rig.heard(DESK)[-1]
    before = len(rig.server.said("sendMessage"))
    await rig.file(words=PARKING)
    assert str(GROUP) not in {str(call.params["chat_id"]) for call in rig.server.said("sendMessage")[before:]}


async def test_a_group_that_was_moved_keeps_its_binding(rig: TelegramRig) -> None:
    await bound(rig)
    await rig.update(message=rig.message(DESK, GROUP, migrate_to_chat_id=-1009))
    await rig.file(words=PARKING)
    assert any("1001号" in text for text in rig.texts(-1009))


async def test_a_press_on_nothing_is_let_go_of(rig: TelegramRig) -> None:
    person = {"id": RESIDENT, "is_bot": False, "first_name": "人"}
    await rig.update(callback_query={"id": "empty", "from": person, "chat_instance": "1", "data": "m:mine"})
    await eventually(lambda: rig.server.said("answerCallbackQuery"))
    assert rig.heard(RESIDENT) == []


@pytest.mark.parametrize("kind", ["another_bot", "anonymous_administrator", "channel_post"])
async def test_whom_we_could_not_answer_we_do_not_hear(rig: TelegramRig, kind: str) -> None:
    before = await count(rig, seen)
    match kind:
        case "another_bot":
            message = rig.message(STRANGER, text="你好")
            message["from"]["is_bot"] = True
            await rig.update(message=message)
        case "anonymous_administrator":
            message = rig.message(1087968824, GROUP, text="/bind")
            await rig.update(message=message | {"sender_chat": message["chat"]})
        case "channel_post":
            message = rig.message(STRANGER, text="公告")
            await rig.update(channel_post=message | {"chat": {"id": -1005, "type": "channel", "title": "公告"}})
    assert await count(rig, seen) == before
