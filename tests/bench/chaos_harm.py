"""What the chaos bench does to a running service: each deed by its name."""

import asyncio
import resource
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from tests.bench.chaos_town import Town
from tests.replicas.running import Replica

PAST_THE_LEASE = 65.0
FOLDER, BALLOON, CLOCK = (
    "disk",
    "balloon",
    "clock",
)  # what may become read-only, what fills a disk, what shifts the clock


async def harm(town: Town, seconds: float, deeds: Sequence[str]) -> None:
    """One bad thing after another, and one process frozen past its lease the whole time."""
    until = time.monotonic() + seconds
    freezing = asyncio.create_task(freeze(town, town.replicas[-1], PAST_THE_LEASE))
    deed = 0
    while time.monotonic() < until:
        await asyncio.sleep(town.chance.uniform(2, 4))
        await DEEDS[deeds[deed % len(deeds)]](town)
        deed += 1
    await freezing


def _target(town: Town) -> Replica:
    others = town.replicas[:-1] or town.replicas  # the last one is frozen, unless it is the only one
    return town.chance.choice(others)


async def kill(town: Town) -> None:
    replica = _target(town)
    await replica.kill()
    town.done["kill -9"] += 1
    replica.start()


async def restart(town: Town) -> None:
    replica = _target(town)
    if len(town.replicas) > 1:
        code, seconds = await replica.stop()
        town.done[f"restart (exit {code})"] += 1
        town.ending_seconds.append(seconds)
        replica.start()


async def freeze(town: Town, replica: Replica, seconds: float) -> None:
    """Long enough that whatever it held is taken over; with one process everybody waits, so it begins at half time."""
    await asyncio.sleep(5)
    replica.send(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    replica.send(signal.SIGCONT)
    town.done[f"frozen {seconds:g} s"] += 1


async def stop_database(town: Town) -> None:
    assert town.server is not None
    await asyncio.to_thread(town.server.stop)
    await asyncio.sleep(2)
    await asyncio.to_thread(town.server.start)
    town.done["database restarted"] += 1


async def crash_database(town: Town) -> None:
    assert town.server is not None
    await asyncio.to_thread(town.server.stop, signal.SIGQUIT)
    await asyncio.to_thread(town.server.start)
    town.done["database crashed"] += 1


async def fill_disk(town: Town) -> None:
    """For three seconds no file of the process may grow or be written past its first page, as on a full disk."""
    replica = _target(town)
    if replica.process is None or not replica.alive:
        return
    with suppress(ProcessLookupError):  # it may end meanwhile
        soft, hard = resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        await asyncio.sleep(3)
        resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
    town.done["disk full 3 s"] += 1


async def read_only_disk(town: Town) -> None:
    """For five seconds nothing may be written to the data folder and the database's, not even to open files.

    A process that ends of it is started again every second, as a supervisor does.
    """
    where = str(town.folder / FOLDER)
    async with town.looking:  # What SQLite maps into memory would end us too.
        await town.database.close()
        await _run("chattr", "-R", "+i", where)
        try:
            for _ in range(5):
                await asyncio.sleep(1)
                _revive(town)
        finally:
            await _run("chattr", "-R", "-i", where)
    await asyncio.sleep(1)
    _revive(town)
    town.done["disk read-only 5 s"] += 1


async def fill_database_disk(town: Town) -> None:
    """For five seconds there is not a byte left on the disk of PostgreSQL, which may end of it."""
    assert town.server is not None
    balloon = town.folder / FOLDER / BALLOON
    with suppress(OSError), balloon.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    await asyncio.sleep(5)
    balloon.unlink()
    if not town.server.alive:
        town.done["PostgreSQL ended, started again"] += 1
        await asyncio.to_thread(town.server.stop)
        await asyncio.to_thread(town.server.start)
    town.done["disk of PostgreSQL full 5 s"] += 1


async def jump_clock(town: Town) -> None:
    """An hour forward, back again, an hour back, and right again, four seconds each, under the running processes."""
    for shift in ("+3600", "+0", "-3600", "+0"):
        (town.folder / CLOCK).write_text(shift)
        await asyncio.sleep(4)
    town.done["clock 1 h forward and 1 h back"] += 1


def _revive(town: Town) -> None:
    for replica in town.replicas:
        if not replica.alive:
            town.done["ended by itself, started again"] += 1
            replica.start()


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, command


DEEDS: Mapping[str, Callable[[Town], Awaitable[None]]] = {
    "kill": kill,
    "restart": restart,
    "stop-database": stop_database,
    "crash-database": crash_database,
    "full": fill_disk,
    "read-only": read_only_disk,
    "full-database": fill_database_disk,
    "clock": jump_clock,
}
USUAL = {
    "sqlite": ("kill", "restart", "kill", "full"),
    "postgresql": ("kill", "restart", "kill", "stop-database", "crash-database"),
}
