"""Alive, ready, and the figures: each says what is wrong, and only to those who may know."""

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event
from starlette.applications import Starlette

from bot.chat.lines import Line
from bot.chat.messages import Address, Incoming, Outgoing, Stored
from bot.errors import Never, TryLater
from bot.texts import texts
from bot.watching.health import Health
from bot.watching.meters import Meters, Queues
from handlers.watching import Watching
from storage.database import Database
from storage.migrating import current, head, migrate
from storage.queues import QueueLooks
from storage.records import DatabaseStorage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WANG = Address("net", "wang")
TOKEN = "a token of our own"


class Service:
    """What the probes look at, set by hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now, self.ran_at, self.delivering = NOW, NOW, True
        self.database = database
        self.storage = DatabaseStorage(database)
        self.coming = 0
        self.meters = Meters(QueueLooks(database), lambda: self.now, folder, lambda: self.coming)
        self.health = Health(
            texts(), lambda: self.now, lambda: self.ran_at, lambda: self.delivering, lambda: current(database), head()
        )

    async def get(self, path: str, come_from: str = "127.0.0.1", **headers: str) -> httpx.Response:
        app = Starlette(routes=Watching(self.health, self.meters, TOKEN).routes())
        transport = httpx.ASGITransport(app, client=(come_from, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            return await client.get(path)

    async def figures(self) -> str:
        return (await self.meters.page()).decode()


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Service:
    return Service(database, tmp_path)


async def test_a_service_that_works_is_alive_and_ready(service: Service) -> None:
    assert [(await service.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]


async def test_a_service_whose_sweep_stands_still_says_so(service: Service) -> None:
    service.now += timedelta(seconds=11)
    answer = await service.get("/healthz")
    assert (answer.status_code, "11秒" in answer.text) == (503, True)


async def test_a_service_that_just_started_has_ten_seconds(service: Service) -> None:
    health = Health(texts(), lambda: service.now, lambda: None, lambda: True, service.health._revision, head())
    assert health.ill() == ()
    service.now += timedelta(seconds=11)
    assert health.ill() != ()


async def test_a_service_that_sends_nothing_is_alive_but_not_ready(service: Service) -> None:
    service.delivering = False
    assert (await service.get("/healthz")).status_code == 200
    answer = await service.get("/readyz")
    assert (answer.status_code, answer.text) == (503, texts()("watch.no_delivery"))


async def test_a_database_of_another_version_is_not_ready(service: Service) -> None:
    service.health._wanted = "9999"
    answer = await service.get("/readyz")
    assert (answer.status_code, "9999" in answer.text) == (503, True)


async def test_a_database_that_is_away_is_not_ready_and_gives_no_traceback(service: Service, tmp_path: Path) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    (tmp_path / "no").write_text("a file where a folder should be")
    service.health._revision = lambda: current(away)
    answer = await service.get("/readyz")
    assert (answer.status_code, answer.text) == (503, texts()("watch.no_database"))
    await away.close()


async def test_this_machine_reads_the_figures(service: Service) -> None:
    answer = await service.get("/metrics")
    assert answer.status_code == 200
    assert "yingshao_database_up 1.0" in answer.text


@pytest.mark.parametrize(
    ("come_from", "headers", "status"),
    [
        ("10.0.0.9", {}, 404),
        ("10.0.0.9", {"authorization": "Bearer wrong"}, 404),
        ("10.0.0.9", {"authorization": f"Bearer {TOKEN}"}, 200),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.5"}, 404),
        ("::1", {}, 200),
    ],
)
async def test_others_read_the_figures_only_with_the_token(
    service: Service, come_from: str, headers: dict[str, str], status: int
) -> None:
    assert (await service.get("/metrics", come_from, **headers)).status_code == status


async def test_without_a_token_an_empty_one_opens_nothing(service: Service) -> None:
    app = Starlette(routes=Watching(service.health, service.meters, "").routes())
    transport = httpx.ASGITransport(app, client=("10.0.0.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        assert (await client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 404


async def test_the_age_of_the_oldest_unsent_message_is_told(service: Service) -> None:
    async with service.storage.writing() as records:
        await records.outbox.post(WANG, Outgoing("a"), NOW)
        await records.outbox.post(WANG, Outgoing("b"), NOW + timedelta(seconds=30))
    service.now += timedelta(seconds=90)
    figures = await service.figures()
    assert 'yingshao_unsent{network="net"} 2.0' in figures
    assert 'yingshao_oldest_unsent_seconds{network="net"} 90.0' in figures


async def test_a_queue_that_is_empty_again_is_told_no_more(service: Service) -> None:
    async with service.storage.writing() as records:
        await records.outbox.post(WANG, Outgoing("a"), NOW)
    await service.figures()
    async with service.database.writing() as connection:
        await connection.exec_driver_sql("UPDATE outbox SET state = 'sent'")
    assert 'yingshao_unsent{network="net"}' not in await service.figures()


async def test_how_many_files_are_still_to_come_is_told_as_of_now(service: Service) -> None:
    before = await service.figures()
    service.coming = 2
    assert "yingshao_files_coming 0.0" in before
    assert "yingshao_files_coming 2.0" in await service.figures()


async def test_how_late_the_sweep_is_is_told(service: Service) -> None:
    async with service.storage.writing() as records:
        await records.timers.set("accept", 1, "", NOW)
        await records.timers.set("accept", 2, "", NOW + timedelta(hours=1))
    service.now += timedelta(seconds=40)
    figures = await service.figures()
    assert 'yingshao_timers_overdue{kind="accept"} 1.0' in figures
    assert "yingshao_sweep_lag_seconds 40.0" in figures


async def test_a_database_that_is_away_is_a_figure_too(tmp_path: Path) -> None:
    class Away:
        async def look(self, now: datetime) -> Queues:
            raise OSError(now)

    meters = Meters(Away(), lambda: NOW, tmp_path)
    assert b"yingshao_database_up 0.0" in await meters.page()


class Network:
    name = "net"

    def __init__(self, *ends: Exception | None) -> None:
        self.ends = list(ends)

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        if (end := self.ends.pop(0)) is not None:
            raise end
        return f"{chat}{message.text}{edit}"

    async def fetch(self, ref: str) -> Stored:
        return Stored(ref.encode(), "")

    def link(self, payload: str) -> str:
        return payload


async def test_sendings_are_counted_by_network_and_by_how_they_ended(service: Service) -> None:
    channel = service.meters.channels({"net": Network(None, TryLater(1), Never("no"), None)})["net"]
    for _ in range(4):
        try:
            await channel.send("wang", Outgoing("a"), "")
        except (TryLater, Never):
            continue
    figures = await service.figures()
    assert 'yingshao_sends_total{network="net",outcome="sent"} 2.0' in figures
    assert 'yingshao_sends_total{network="net",outcome="later"} 1.0' in figures
    assert 'yingshao_sends_total{network="net",outcome="refused"} 1.0' in figures


async def test_a_counted_network_is_the_same_network(service: Service) -> None:
    channel = service.meters.channels({"net": Network(None)})["net"]
    assert await channel.send("wang", Outgoing("a"), "7") == "wanga7"
    assert (await channel.fetch("ref")).content == b"ref"
    assert (channel.link("p"), channel.name) == ("p", "net")


async def test_a_line_that_goes_straight_into_a_transcript_counts_as_sent_and_rings(service: Service) -> None:
    rung = []

    class Door:
        def ring(self, chat: str, line: Line) -> None:
            rung.append((chat, line.key))

    bell = service.meters.bell(Door())
    for mine in (True, False):
        bell.ring("wang", Line(f"k{mine}", 1, mine, {"text": "好"}, NOW))
    assert rung == [("wang", "kTrue"), ("wang", "kFalse")]
    assert 'yingshao_sends_total{network="web",outcome="sent"} 1.0' in await service.figures()


async def test_messages_are_counted_when_they_are_stored_and_when_they_are_not(service: Service) -> None:
    class Receiver:
        down = False

        async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
            if self.down:
                raise OSError("nothing can be stored")
            return [said.text for said in incoming]

    receiver = Receiver()
    counted, said = service.meters.receiver(receiver), Incoming(WANG, WANG, "m1", NOW, "a")
    assert await counted.receive([said, said]) == ["a", "a"]
    receiver.down = True
    with pytest.raises(OSError, match="nothing"):
        await counted.receive([said])
    figures = await service.figures()
    assert 'yingshao_messages_total{network="net"} 2.0' in figures
    assert "yingshao_messages_unstored_total 1.0" in figures
    assert "yingshao_turn_seconds_count 1.0" in figures


async def test_errors_in_the_log_are_counted(service: Service) -> None:
    logger, errors = logging.getLogger("of this test"), service.meters.errors()
    logger.addHandler(errors)
    logger.error("a")
    logger.warning("b")
    logger.removeHandler(errors)
    assert "yingshao_log_errors_total 1.0" in await service.figures()


async def test_the_queues_are_read_from_their_partial_indexes(tmp_path: Path) -> None:
    """So that a scrape costs the same after a year of messages."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    await migrate(database)
    ran: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT"):
            ran.append((statement, parameters))

    await QueueLooks(database).look(NOW)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    async with database.reading() as connection:
        plans = [
            " ".join(
                str(row.detail)
                for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            for statement, parameters in ran
        ]
    await database.close()
    assert re.findall("ix_[a-z_]+", " ".join(plans)) == ["ix_outbox_unsent", "ix_timers_due"]
