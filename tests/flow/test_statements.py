"""A turn touches a bounded number of rows: few statements, each by an index, however much the database holds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.chat.delivery import Delivery
from bot.chat.lines import Line
from bot.chat.messages import Address, Incoming
from bot.people.retention import Retention
from storage.database import Database
from storage.files import Files
from tests.flow.network import Network
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"
# Tables that stay small however many people write: the directory's, and what belongs to staff and units.
SMALL = {"units", "posts", "kinds", "meta", "groups", "models", "claims", "takings"}
# Indexes of what waits alone, and of who was forgotten.
FEW = ("ix_outbox_due", "ix_people_erased")


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@contextmanager
def watched(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that run meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.append((statement, parameters[0] if many else parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_an_answer_costs_ten_statements_alone(rig: Rig) -> None:
    await rig.say("li", "/start")
    with watched(rig.database) as seen:
        await rig.intake.receive([_said(rig, "li", WORDS)])
    assert len(seen) <= 10, [statement[:60] for statement, _ in seen]


async def test_filing_costs_sixteen_statements_alone(rig: Rig) -> None:
    await rig.say("li", WORDS)
    with watched(rig.database) as seen:
        await rig.intake.receive([_said(rig, "li", "提交")])
    assert len(seen) <= 16, [statement[:60] for statement, _ in seen]


async def test_fifty_answers_together_cost_hardly_more_than_one(rig: Rig) -> None:
    people = [f"p{number}" for number in range(50)]
    await rig.intake.receive([_said(rig, who, "/start") for who in people])
    with watched(rig.database) as seen:
        await rig.intake.receive([_said(rig, who, WORDS) for who in people])
    assert len(seen) <= 20, [statement[:60] for statement, _ in seen]


async def test_every_statement_of_a_whole_appeal_goes_by_an_index(rig: Rig) -> None:
    if not rig.database.is_sqlite:
        pytest.skip("PostgreSQL walks through tables as small as a test's; its indexes are the same")
    with watched(rig.database) as seen:
        await rig.say("li", WORDS)
        await rig.say("li", "提交")
        card = await rig.press("worker", "接单", await rig.heard("worker"))
        await rig.press(
            "worker", "没有照片", await rig.press("worker", "已处理好", await rig.press("worker", "办结", card))
        )
        await rig.press("li", "已解决", await rig.press("li", "非常满意", await rig.heard("li")))
    # The rig looks for letters by the chat alone.
    ours = [each for each in seen if " outbox" not in each[0] or "outbox.channel" in each[0]]
    assert await _walked(rig.database, ours) - SMALL == set()


async def test_every_statement_of_the_postman_and_of_the_page_goes_by_an_index(rig: Rig) -> None:
    if not rig.database.is_sqlite:
        pytest.skip("PostgreSQL walks through tables as small as a test's; its indexes are the same")
    network = Network()
    delivery = Delivery(rig.storage, {"net": network}, lambda: rig.now[0], "me")
    at_work = asyncio.create_task(delivery.run())
    with watched(rig.database) as seen:
        await rig.intake.receive([_said(rig, "wang", WORDS)])  # stays for the postman to claim
        rig.storage.postman, rig.storage.bell = delivery, Silence()
        for channel in ("net", "web"):
            for words in (WORDS, "提交", "查进度"):
                await rig.intake.receive([_said(rig, "li", words, channel)])
        accept = replace(_said(rig, "worker", "", "web"), choice="c:1:accept")
        await rig.intake.receive([accept])
        delivery.wake()
        async with asyncio.timeout(10):
            # Four for li have arrived, and the one for wang, whose network is not here, was claimed and put off.
            while len(network.arrived) < 4 or not delivery._refused:  # noqa: ASYNC110 - neither sets an event
                await asyncio.sleep(0.01)
        await delivery.stop()
    await at_work
    assert any("outbox.due_at <" in statement and "UPDATE" in statement for statement, _ in seen)
    assert await _walked(rig.database, seen) - SMALL == set()


async def test_every_statement_for_who_joins_or_is_forgotten_and_of_the_night_goes_by_an_index(
    rig: Rig, tmp_path: Path
) -> None:
    if not rig.database.is_sqlite:
        pytest.skip("PostgreSQL walks through tables as small as a test's; its indexes are the same")
    await rig.press("li", "提交", await rig.say("li", WORDS, photo=True))
    await rig.press("li", "已经好了", await rig.press("li", "撤回", await rig.say("li", choice="c:1:show")))
    await rig.say("wang", "/start")
    async with rig.storage.writing() as records:
        li = await records.people.at(Address("web", "li"), "", rig.now[0])
        worker = await records.people.at(Address("web", "worker"), "", rig.now[0])
    retention = Retention(rig.storage, Files(tmp_path), lambda: rig.now[0], keep_days=30)
    with watched(rig.database) as seen:
        async with rig.storage.writing() as records:
            await records.privacy.erase(li.id, rig.now[0])
            await records.invites.join(Address("web", "wang"), worker.id, rig.now[0])
        rig.now[0] += timedelta(days=100)
        blanked = await retention.let_go()
    walked = await _walked(rig.database, seen) - SMALL
    assert (blanked, walked) == (1, set())


class Silence:
    """Nobody has the page open."""

    def ring(self, chat: str, line: Line) -> None:
        """Nothing to do."""


async def _walked(database: Database, seen: list[tuple[str, Any]]) -> set[str]:
    """The tables that any of these statements walks through from end to end."""
    walked = set()
    async with database.reading() as connection:
        for statement, parameters in dict(seen).items():
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                walked |= {row.detail.split()[1] for row in plan if _through_all(row.detail)}
    return walked & set(await _tables(database))


def _through_all(step: str) -> bool:
    return step.startswith("SCAN") and not step.endswith(FEW)


async def _tables(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list(await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))


def _said(rig: Rig, who: str, words: str, channel: str = "web") -> Incoming:
    rig.said += 1
    address = Address(channel, who)
    return Incoming(address, address, f"s{rig.said}", rig.now[0], words)
