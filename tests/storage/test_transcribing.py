"""What is promised to the web page stands in its transcript with the same commit."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.chat.lines import Line, NewLine
from bot.chat.messages import Address, Incoming, Outgoing
from storage.database import Database
from storage.lines import Lines
from storage.records import DatabaseStorage, Transaction
from storage.tables import outbox

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PAGE = Address("web", "wang")


class Door:
    """Notes who was rung for what."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, str]] = []

    def ring(self, chat: str, line: Line) -> None:
        self.rung.append((chat, line.body["text"]))


@pytest.fixture
def door(storage: DatabaseStorage) -> Door:
    storage.bell = door = Door()
    return door


async def shown(database: Database) -> list[str]:
    return [line.body["text"] for line in await Lines(database).before("wang", None, 20)]


async def waiting(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [body["text"] for body in await connection.scalars(select(outbox.c.body).order_by(outbox.c.id))]


def own(text: str) -> Incoming:
    line = NewLine("wang", f"said:{text}", mine=True, body={"text": text}, at=NOW)
    return Incoming(PAGE, PAGE, text, NOW, text, line=line)


async def promise(records: Transaction, text: str, **more: object) -> None:
    await records.outbox.post(PAGE, Outgoing(text, **more), NOW)  # type: ignore[arg-type]


async def test_words_and_their_answer_stand_there_in_this_order(
    storage: DatabaseStorage, database: Database, door: Door
) -> None:
    async with storage.writing() as records:
        records.outbox.hear(own("灯坏了"))
        await promise(records, "在哪里？")
    assert await shown(database) == ["灯坏了", "在哪里？"]
    assert await waiting(database) == []
    assert door.rung == [("wang", "灯坏了"), ("wang", "在哪里？")]


async def test_nobody_is_rung_for_what_was_undone(storage: DatabaseStorage, database: Database, door: Door) -> None:
    with suppress(ZeroDivisionError):
        async with storage.writing() as records:
            records.outbox.hear(own("灯坏了"))
            await promise(records, "在哪里？")
            raise ZeroDivisionError
    assert await shown(database) == []
    assert door.rung == []


async def test_a_part_that_was_undone_leaves_no_line(storage: DatabaseStorage, database: Database, door: Door) -> None:
    async with storage.writing() as records:
        await promise(records, "早上好")
        with suppress(ZeroDivisionError):
            async with records.savepoint():
                await promise(records, "白说了")
                await records.flush()
                raise ZeroDivisionError
        await promise(records, "再见")
    assert await shown(database) == ["早上好", "再见"]
    assert door.rung == [("wang", "早上好"), ("wang", "再见")]


@pytest.mark.usefixtures("door")
async def test_what_shows_a_secret_goes_by_the_outbox_and_what_follows_stays_behind_it(
    storage: DatabaseStorage, database: Database
) -> None:
    async with storage.writing() as records:
        await promise(records, "第一句")
        await promise(records, "取件码", hidden="code")
        await promise(records, "第三句")
    async with storage.writing() as records:
        await promise(records, "第四句")
    assert await shown(database) == ["第一句"]
    assert await waiting(database) == ["取件码", "第三句", "第四句"]


@pytest.mark.usefixtures("door")
async def test_a_card_changes_where_it_stands(storage: DatabaseStorage, database: Database) -> None:
    for text in ("待受理", "已受理"):
        async with storage.writing() as records:
            await promise(records, text, card="case:1")
            await promise(records, f"{text}了")
    assert sorted(await shown(database)) == ["已受理", "已受理了", "待受理了"]


@pytest.mark.usefixtures("door")
async def test_each_answer_to_a_press_stands_below_that_press(storage: DatabaseStorage, database: Database) -> None:
    for press, answer in (("取快递", "什么时候？"), ("明天", "放在哪里？"), ("门口", "提交吗？")):
        async with storage.writing() as records:
            records.outbox.hear(own(press))
            await promise(records, answer, card="draft:1", answers=True)
    assert await shown(database) == ["取快递", "什么时候？", "明天", "放在哪里？", "门口", "提交吗？"]


@pytest.mark.usefixtures("door")
async def test_a_card_shown_anew_changes_in_its_new_place(storage: DatabaseStorage, database: Database) -> None:
    for text, fresh in (("待受理", False), ("催办", True), ("已受理", False)):
        async with storage.writing() as records:
            await promise(records, text, card="case:1", fresh=fresh)
    assert await shown(database) == ["待受理", "已受理"]


@pytest.mark.usefixtures("door")
async def test_a_card_shown_in_two_parts_of_one_transaction_is_one_line(
    storage: DatabaseStorage, database: Database
) -> None:
    async with storage.writing() as records:
        for text in ("待受理", "已受理"):
            async with records.savepoint():
                await promise(records, text, card="case:1")
    assert await shown(database) == ["已受理"]


async def test_a_command_beside_the_service_leaves_it_to_the_postman(
    storage: DatabaseStorage, database: Database
) -> None:
    async with storage.writing() as records:
        await promise(records, "早上好")
    assert await shown(database) == []
    assert await waiting(database) == ["早上好"]
