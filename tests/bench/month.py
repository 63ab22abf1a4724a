"""A month of a whole district through the real service with a moved clock, and what its managers see afterwards.

    python -m tests.bench.month --days 30 --cases 20000 --out DIR [--arrivals FILE]

The seed-sized sample district on SQLite; its workers, desks, liaisons and managers joined on the web network. Residents
write in words and press buttons, staff press what their cards offer after delays of their own, and the clock goes on in
steps of some minutes: everything in between (limits, reminders, ladders, digests, nightly counts) is the service's own.
At the end the rows are checked (`month_checks`) and the board is photographed. DIR keeps the database, the transcripts
of a few people, the figures, and the pictures. Nothing is sent anywhere: what waits in the outbox is read there.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from datetime import date, timedelta
from datetime import time as day_time
from functools import partial
from pathlib import Path

from bot.chat.messages import Address
from bot.grid import sample
from bot.grid.directory import Role, UnitKind
from bot.grid.sample_outlines import sample_outlines
from bot.town import DESKS
from storage.districts import Districts
from tests.bench.arrivals import TROUBLES, ZONE, arrivals, rhythm
from tests.bench.clockwork import Clockwork, opened
from tests.bench.month_checks import check
from tests.bench.month_pictures import photograph
from tests.bench.townsfolk import Resident, Said, Somebody, Staff

JOINED = frozenset({Role.GRID_WORKER, Role.LIAISON, Role.MANAGER, *DESKS})
WATCHED = (sample.PRACTICE_WORKER, sample.PRACTICE_MANAGER, "R003")


async def build(path: Path, first: date, seed: int) -> Clockwork:
    """The service over an empty seed-sized district, at midnight of the first day, with all staff joined."""
    month, codes = await opened(path, made := sample.make("seed"), first, seed)
    await Districts(month.database).draw({codes[code].id: area for code, area in sample_outlines(made).items()})
    await _join(month)
    return month


async def _join(month: Clockwork) -> None:
    """Everybody with a post that is called joins; heads and volunteers do not, so ladders pass them by."""
    staff: dict[int, Role] = {}
    for post in month.town.directory.posts.values():
        if post.role in JOINED:
            for holder in (post.holder_id, post.deputy_id):
                if holder is not None:
                    staff.setdefault(holder, post.role)
    for person_id, role in staff.items():
        chat = f"s{person_id}"
        month.folk[chat] = Staff.hired(
            chat, role.value, random.Random(month.chance.random()), month.plan, lambda: month.now[0]
        )
        if role is Role.GRID_WORKER:
            _absences(month, chat, month.folk[chat])
    starting = [(chat, Said("/start")) for chat in month.folk]
    await month.intake.receive([month.incoming(chat, said) for chat, said in starting])
    async with month.storage.writing() as records:
        for person_id in staff:
            await records.invites.join(Address("web", f"s{person_id}"), person_id, month.now[0])
        for code in WATCHED:
            person = await records.people.by_code(code)
            if person is not None:
                month.watched[f"s{person.id}"] = []
    await month.listen()


def _absences(month: Clockwork, chat: str, worker: Somebody) -> None:
    """A fifth of the workers take leave within four weeks, one in fifteen is just not there for three days."""
    assert isinstance(worker, Staff)
    day = month.now[0] + timedelta(days=month.chance.uniform(2, 26), hours=month.chance.uniform(0, 1))
    morning = day.astimezone(ZONE).replace(hour=8, minute=5)
    fate = month.chance.random()
    if fate < 0.2:
        days = month.chance.choice((1, 7))
        month.at(morning, chat, lambda: worker.leave(days))
    elif fate < 0.27:
        month.at(morning, chat, lambda: worker.vanish(3))


def report_all(month: Clockwork, first: date, days: int, total: int, gaps: Sequence[float]) -> None:
    """Put every report of the month on the agenda; one in ten is the same trouble of a neighbour."""
    directory, chance = month.town.directory, month.chance
    doors = [unit for unit in directory.units.values() if unit.kind is UnitKind.DOOR]
    lively = chance.choices(doors, [chance.lognormvariate(0, 1) for _ in doors], k=3 * total)
    last = (chance.choice(doors), "楼道灯坏了三天了,晚上看不见")
    for n, moment in enumerate(arrivals(first, days, total, gaps, chance)):
        words = chance.choices(list(TROUBLES), list(TROUBLES.values()))[0]
        door = lively[n]
        if chance.random() < 0.1:
            door, words = last
        last = (door, words)
        chat = f"r{door.id}-{int(3 * chance.random() ** 2)}"
        if chat not in month.folk:
            month.folk[chat] = Resident(chat, random.Random(chance.random()), month.plan)
        resident, place = month.folk[chat], directory.full_name(door.id)
        assert isinstance(resident, Resident)
        month.at(moment, chat, partial(resident.report, words, place))


async def simulate(args: argparse.Namespace) -> None:
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "month.db"
    for old in args.out.glob("month.db*"):
        old.unlink()
    begun = time.perf_counter()
    month = await build(path, args.first, args.seed)
    gaps = rhythm(args.arrivals)
    report_all(month, args.first, args.days, args.cases, gaps)
    print(f"{len(month.folk):,} people, built in {time.perf_counter() - begun:.0f} s; "
          f"the clumping of reports is {'the file’s' if gaps else 'of chance'}")  # fmt: skip
    last = args.first + timedelta(days=args.days - 1)
    clocks = month.town.clocks
    await month.run(clocks.at(last, day_time(15, 30)))
    async with month.database.engine.connect() as connection:
        (args.out / "afternoon.db").unlink(missing_ok=True)
        await connection.exec_driver_sql(f"VACUUM INTO '{args.out / 'afternoon.db'}'")
    await photograph(month.database, month.house, month.storage, month.now, args.out)
    await month.run(clocks.at(last + timedelta(days=1), day_time(9)))
    seconds, turns = time.perf_counter() - begun, month.told["turns"]
    lines = [
        f"{args.days} days, {args.cases:,} reports, {turns:,} turns, {month.told['letters']:,} letters in {seconds:.0f} s",
        f"{1e3 * month.spent['taking what people say'] / turns:.1f} ms a turn; processor {time.process_time():.0f} s",
        *(f"  {what:<40} {spent:7.0f} s" for what, spent in month.spent.most_common()),
    ]
    for chat, said in month.watched.items():
        (args.out / f"transcript-{chat}.txt").write_text("\n\n".join(said), encoding="utf-8")
    print("\n".join(lines))
    found = await check(month.database, month.house.town, args.first, last)
    print("\n".join(found.lines))
    (args.out / "figures.txt").write_text("\n".join([*lines, *found.lines, ""]), encoding="utf-8")
    await month.database.close()
    if found.wrong:
        raise SystemExit("\n".join(found.wrong))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--arrivals", type=Path, help="a CSV whose created_date tells how reports clump (default: chance)"
    )
    asyncio.run(simulate(parser.parse_args()))


if __name__ == "__main__":
    main()
