"""What a turn costs without any network: `python -m tests.bench.turns [RESIDENTS] [ROUNDS]`.

Residents file five-turn reports, each turn of all of them arriving together as a full poll does, on SQLite with
`synchronous=FULL`. Every round is another matter at other doors, so nothing is tuned to one sentence. Printed: processor
time and wall time a turn, and statements a turn.
"""

import asyncio
import gc
import sys
import tempfile
import time

from sqlalchemy import event, func, select

from bot.chat.messages import Address, Incoming
from storage.database import Database
from storage.migrating import migrate
from storage.tables import cases
from tests.flow.rig import Rig, build

MATTERS = (
    "楼道灯坏了", "下水道堵了", "电梯坏了停在三楼", "门禁坏了进不去", "垃圾没人收", "路面有个坑", "暖气不热", "路灯不亮了"
)  # fmt: skip
COMPOUNDS = ("金康苑", "锦康苑", "汴河雅居")


async def one_round(rig: Rig, residents: int, number: int) -> None:
    """Each resident: greeting, menu, matter, place, submit."""
    turns = (
        ["/start"] * residents,
        ["反映问题"] * residents,
        [f"{MATTERS[number % len(MATTERS)]},第{i}户说的" for i in range(residents)],
        [f"{COMPOUNDS[i % 3]}{1 + i % 3}号楼{1 + i % 2}单元" for i in range(residents)],
        ["提交"] * residents,
    )
    for words in turns:
        said = []
        for i, text in enumerate(words):
            rig.said += 1
            address = Address("web", f"p{number}-{i}")
            said.append(Incoming(address, address, f"t{rig.said}", rig.now[0], text))
        await rig.intake.receive(said)


async def main(residents: int = 100, rounds: int = 8) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/turns.db")
        await migrate(database)
        rig = await build(database)
        statements: list[str] = []
        event.listen(
            database.engine.sync_engine, "before_cursor_execute", lambda _c, _cur, sql, *_rest: statements.append(sql)
        )
        await one_round(rig, residents, rounds)
        gc.collect()
        gc.freeze()
        statements.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        for number in range(rounds):
            await one_round(rig, residents, number)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        turns = rounds * residents * 5
        async with database.reading() as connection:
            filed = await connection.scalar(select(func.count()).select_from(cases))
        await database.close()
    print(f"{turns} turns, {filed} cases filed")
    print(
        f"processor {cpu / turns * 1e6:.0f} µs a turn, wall {wall / turns * 1e6:.0f} µs, {turns / wall:.0f} turns a second"
    )
    print(f"{len(statements) / turns:.2f} statements a turn")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3])))
