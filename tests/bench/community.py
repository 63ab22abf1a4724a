"""A month of one community through the real service with a moved clock: errands, helpers, elders, lunches, units.

    python -m tests.bench.community --days 30 --out DIR

2,000 elders, 150 helpers, 600 errands, 3 canteens, 20 grid workers with their deputies, 80 building heads, 4 doctors, 12
units. The registers come in by a workbook, everything else by chat; see `clockwork`. At the end every row is checked
(`community_checks`). DIR keeps the database, the figures, and what each of ten people saw on one day.
"""

import argparse
import asyncio
import random
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as day_time
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet

from bot.care import importing
from bot.chat.messages import Address
from bot.double.claim import ServiceItem
from bot.double.claiming import keep
from bot.grid.directory import Role
from bot.registers import reading
from tests.bench import neighbourhood as here
from tests.bench.arrivals import ZONE, arrivals
from tests.bench.clockwork import Clockwork, opened
from tests.bench.community_checks import check
from tests.bench.neighbours import Carer, Colleague, Cook, Doorstep, Helper, Orderer
from tests.bench.townsfolk import Job, Said, Somebody, Temper

ELDERS, HELPERS, PHONES, FAMILIES, CRIES, RESIDENTS = 2000, 150, 260, 150, 45, 300
HEADS_JOINED = 0.8
_MARKET = ("两斤鸡蛋", "一把芹菜", "一袋面粉", "一盒降压药", "两节五号电池")
_STATIONS = ("菜鸟驿站", "东门快递柜", "丰巢柜")
_CRIES = ("救命,我摔倒了", "", "求助", "来人", "")


class Community:
    """The people of the month, and what is on their agenda."""

    def __init__(self, month: Clockwork, first: date, days: int, shown: int) -> None:
        self.month, self.first, self.days, self.shown = month, first, days, shown
        self.chance = month.chance
        self.door = Doorstep(lambda: month.now[0], month.at)
        self.elders: dict[int, Orderer] = {}  # those whose phone was let in, by their row
        self.cast: dict[str, str] = {}  # part → chat
        self.asked = 0

    def when(self, day: int, hour: float) -> datetime:
        """A local hour of the n-th day, 0 for the day before the first."""
        midnight = datetime.combine(self.first + timedelta(days=day - 1), day_time(), ZONE)
        return midnight + timedelta(hours=hour)

    def _chance(self) -> random.Random:
        return random.Random(self.chance.random())

    def add(self, somebody: Somebody) -> Somebody:
        """Somebody with a chat."""
        return self.month.folk.setdefault(somebody.chat, somebody)

    # ------------------------------------------------------------ who has a post

    async def hire(self) -> None:
        """Everybody with a post joins, and four building heads of five."""
        month, jobs = self.month, dict[int, Role]()
        for post in month.town.directory.posts.values():
            if post.holder_id is not None and (
                post.role is not Role.BUILDING_HEAD or self.chance.random() < HEADS_JOINED
            ):
                jobs.setdefault(post.holder_id, post.role)
            if post.deputy_id is not None:
                jobs.setdefault(post.deputy_id, post.role)
        codes = {person.id: person.code for person in month.town.directory.staff.values()}
        for person_id, role in jobs.items():
            chat = f"s{person_id}"
            if codes[person_id] in here.COOKS:
                self.add(Cook(chat, self._chance(), month.plan, self.door))
            else:
                self.add(self._carer(chat, role))
        await month.intake.receive([month.incoming(chat, Said("/start")) for chat in month.folk])
        async with month.storage.writing() as records:
            for person_id in jobs:
                await records.invites.join(Address("web", f"s{person_id}"), person_id, month.now[0])
        await month.listen()
        self.absences([f"s{person_id}" for person_id, role in jobs.items() if role is Role.GRID_WORKER])

    def _carer(self, chat: str, role: Role) -> Carer:
        temper = self.chance.choices((Temper.QUICK, Temper.STEADY, Temper.SLOW), (5, 4, 1))[0]
        return Carer(
            chat, self._chance(), self.month.plan, role.value, lambda: self.month.now[0], temper, doorstep=self.door,
            diligence=0.75 if role is Role.BUILDING_HEAD else 0.93,
        )  # fmt: skip

    def absences(self, workers: list[str]) -> None:
        """Some take leave for a day or a week; some are just not there for two days."""
        for chat in workers:
            worker = self.month.folk[chat]
            assert isinstance(worker, Carer)
            morning, fate = self.when(self.chance.randint(2, 26), 7.1), self.chance.random()
            if fate < 0.2:
                self.month.at(morning, chat, partial(worker.leave, self.chance.choice((1, 7))))
            elif fate < 0.35:
                self.month.at(morning, chat, partial(worker.vanish, 2))

    # ------------------------------------------------------------ the registers

    async def take_in(self, path: Path) -> None:
        """The workbook of the registers comes in, as by the command."""
        month = self.month
        here.registers(path, month.town.texts, ELDERS, self.first, self.days, self.chance)
        async with month.storage.writing() as records:
            found = reading.read(path, month.town, {})
            for elder in importing.compare(found.care.elders, {}).kept:
                await records.elders.save(elder)
            canteens = {canteen.code: await records.meals.save_canteen(canteen) for canteen in found.care.canteens}
            for code, menu in found.care.menus:
                await records.meals.save_menu(replace(menu, canteen_id=canteens[code].id))
            for community_id, what, takes in found.services:
                await keep(records, month.town, ServiceItem(community_id, what, takes, month.now[0]), month.now[0])
            self.register = list((await records.elders.by_code()).values())

    # ------------------------------------------------------------ the day before the first

    def prepare(self) -> None:
        """Helpers and units register; elders' phones are let in; daughters and sons follow."""
        month = self.month
        for number in range(HELPERS):
            takes, pace = self.chance.choices(((0.5, 6.0), (0.3, 20.0), (0.12, 70.0)), (4, 4, 2))[0]
            helper = Helper(f"h{number}", self._chance(), month.plan, self.door, takes, pace)
            helper.doing.absent = 0.35 if number % 10 == 9 else 0.0
            helper.doing.slow = number % 11 == 5
            self.add(helper)
            where = here.address(f"{self.chance.choice(here.houses())[1]}-1").removesuffix("1单元")
            kinds = self.chance.choices(("all", "errands", "company", "repairs"), (6, 3, 1, 1))[0]
            hours = self.chance.choices(("any", "day", "evening", "weekend"), (5, 2, 2, 1))[0]
            job = partial(helper.register, kinds, where, hours, here.name(self.chance))
            month.at(self.when(0, 8.5 + number / 60), helper.chat, job)
        for number in range(2 * len(here.UNITS) - 4):
            colleague = Colleague(f"u{number}", self._chance(), month.plan, self.door)
            self.add(colleague)
            job = partial(colleague.report_in, here.UNITS[number % len(here.UNITS)], here.name(self.chance))
            month.at(self.when(0, 9 + number / 30), colleague.chat, job)
        desk = self.staff(here.DESK)
        month.at(self.when(1, 9), desk, self._call_units)
        for place, elder in enumerate(self.chance.sample(self.register, PHONES)):
            chat = f"e{elder.id}"
            theirs = Orderer(chat, self._chance(), month.plan, doorstep=self.door)
            self.elders[elder.id] = theirs
            self.add(theirs)
            worker = self.worker_of(elder.unit_id)
            month.at(self.when(0, 9 + place / 60), worker, partial(self._let_in, elder.id, theirs))
            if place < FAMILIES:
                child = Orderer(f"k{elder.id}", self._chance(), month.plan, doorstep=self.door)
                self.add(child)
                called = self.chance.choice(("女儿", "儿子")) + elder.name[0] + "家"
                month.at(self.when(0, 15 + place / 60), child.chat, partial(child.follow, theirs, called))

    def _call_units(self) -> Job:
        yield Said("服务清单")
        yield Said(choice="s:0:call")

    def _let_in(self, elder_id: int, theirs: Orderer) -> Job:
        """The worker gets six digits for the elder's phone, and types them there."""
        heard = yield Said(choice=f"k:{elder_id}:bind_code")
        digits = "".join(c for each in heard for c in each.text.split("再输入：")[-1][:6])

        def type_in() -> Job:
            yield Said("绑定")
            yield Said(digits)

        self.door.later(2, theirs.chat, type_in)

    def staff(self, code: str) -> str:
        """The chat of a staff member."""
        return next(f"s{p.id}" for p in self.month.town.directory.staff.values() if p.code == code)

    def worker_of(self, unit_id: int) -> str:
        """The chat of the grid worker of a home."""
        directory = self.month.town.directory
        for unit in directory.upward(unit_id):
            for post in directory.posts_at(unit.id, Role.GRID_WORKER):
                return f"s{post.holder_id}"
        raise AssertionError(unit_id)

    # ------------------------------------------------------------ the month

    def live(self, errands: int) -> None:
        """Errands, lunches and calls for help of the whole month."""
        doors = [f"{code}-{door}" for _, code in here.houses() for door in range(1, here.DOORS + 1)]
        for number in range(RESIDENTS):
            self.add(Orderer(f"r{number}", self._chance(), self.month.plan, doorstep=self.door))
        for moment in arrivals(self.first, self.days, errands, (), self.chance):
            who = self.chance.choice(list(self.elders.values())) if self.chance.random() < 0.25 else None
            chat = who.chat if who is not None else f"r{self.chance.randrange(RESIDENTS)}"
            place = here.address(self.chance.choice(doors)) + f"{self.chance.randint(1, 6)}0{self.chance.randint(1, 2)}"
            self.order(moment, chat, place if who is None else "", mother=who is None and self.chance.random() < 0.2)
        for day in range(1, self.days + 1):
            for elder in self.elders.values():
                if self.chance.random() < 0.35:
                    way = self.chance.choice(("dine", "deliver", "deliver"))
                    self.month.at(self.when(day, self.chance.uniform(7, 9.9)), elder.chat, partial(elder.lunch, way))
        for _ in range(CRIES):
            elder = self.chance.choice(list(self.elders.values()))
            cry = partial(elder.cry, self.chance.choice(_CRIES), nothing=self.chance.random() < 0.15)
            moment = self.when(self.chance.randint(1, self.days), self.chance.uniform(0, 24))
            self.month.at(moment, elder.chat, cry)

    def order(self, moment: datetime, chat: str, place: str, *, mother: bool) -> None:
        """Put one errand on the agenda, in words as people say them."""
        chance, hour = self.chance, moment.astimezone(ZONE).hour
        days = [("今天上午", 10), ("今天下午", 16), ("今天晚上", 19), ("明天上午", 99), ("明天下午", 99), ("尽快", 19)]
        when = chance.choice([words for words, until in days if hour < until])
        whom = "我妈" if mother else "我"
        code = f"{chance.randint(1, 9)}-{chance.randint(1, 9)}-{chance.randint(1000, 9999)}"
        said, weight = zip(*{
            f"帮{whom}取快递,{chance.choice(_STATIONS)},取件码{code},收件人{here.name(chance)}": 30,
            f"帮{whom}买{chance.choice(_MARKET)},30块钱": 26,
            f"帮{whom}送一份文件到社区": 8,
            f"帮{whom}换个水龙头": 9,
            "陪我妈去市医院看病" if mother else "陪我去市医院看病": 8,
            f"帮{whom}交电费,户号{chance.randint(10**9, 10**10 - 1)}": 7,
            f"帮{whom}办老年证": 4,
            f"每周{'一二三四五六'[chance.randrange(6)]}上午帮{whom}买菜,20块钱": 3,
        }.items(), strict=True)  # fmt: skip
        words = chance.choices(said, weight)[0]
        text = f"{words},{place}" if words.startswith("每") else f"{words},{place},{when}"
        who = self.month.folk[chat]
        assert isinstance(who, Orderer)
        hand_over = chance.choices(("hand", "door", "property"), (7, 2, 1))[0]
        self.asked += 1
        slot = "soon" if hour < 19 else "tomorrow_am"
        job = partial(who.order, text.replace(",,", ","), hand_over=hand_over, whom_phone="13800138000", slot=slot)
        self.month.at(moment, chat, job)

    # ------------------------------------------------------------ ten people of one day

    def play(self) -> None:
        """Choose ten people who have to do with one another, and give them a day on which something happens."""
        directory = self.month.town.directory
        elder = next(
            e for e in self.register
            if e.id in self.elders and e.alone and f"k{e.id}" in self.month.folk
            and e.id % 5 == self.when(self.shown, 12).weekday()
        )  # fmt: skip
        worker = self.worker_of(elder.unit_id)
        building = directory.units[elder.unit_id].parent_id
        head = next(post.holder_id for post in directory.posts_at(building or 0, Role.BUILDING_HEAD))
        helper = Helper("h-cast", self._chance(), self.month.plan, self.door, 1.0, 1.0)
        self.add(helper)
        place = directory.full_name(building or 0)
        self.month.at(self.when(0, 8.2), helper.chat, partial(helper.register, "all", place, "any", "张建国"))
        self.cast = {
            "老人": f"e{elder.id}", "女儿": f"k{elder.id}", "志愿者": helper.chat, "网格员": worker,
            "医生": self.staff(here.DOCTORS[0]), "食堂": self.staff(here.COOKS[0]), "楼长": f"s{head}",
            "社区坐席": self.staff(here.DESK), "单位联络员": "u0", "负责人": self.staff(here.MANAGER),
        }  # fmt: skip
        theirs, child = self.elders[elder.id], self.month.folk[f"k{elder.id}"]
        assert isinstance(child, Orderer)
        at = partial(self.when, self.shown)
        self.month.at(at(8.1), theirs.chat, partial(theirs.lunch, "deliver"))
        home = directory.full_name(elder.unit_id) + elder.room
        words = f"帮我妈取快递,菜鸟驿站,取件码8-2-1033,收件人{elder.name},{home},今天上午"
        self.month.at(at(8.6), child.chat, partial(child.order, words, hand_over="hand", whom_phone="13900001111"))
        self.month.at(at(14.2), theirs.chat, partial(theirs.cry, "救命,我摔倒了", nothing=False))
        self.month.at(at(16.5), theirs.chat, lambda: _says("谁看过我"))
        self.month.at(at(17), child.chat, lambda: _says("家里老人"))
        self.month.at(at(9.2), self.cast["单位联络员"], lambda: _says("认领"))
        self.month.at(at(9.5), self.cast["社区坐席"], lambda: _says("服务清单"))
        self.month.at(at(11), self.cast["社区坐席"], lambda: _says("老人统计"))
        self.month.at(at(18.2), self.cast["负责人"], lambda: _says(choice="m:digest"))

    def transcripts(self, out: Path) -> None:
        """Write what the ten saw that day."""
        day = self.when(self.shown, 12).strftime("%m-%d")
        for part, chat in self.cast.items():
            said = [line for line in self.month.watched[chat] if line.startswith(day)]
            (out / f"transcript-{part}.txt").write_text("\n\n".join(said) + "\n", encoding="utf-8")


def _says(text: str = "", choice: str = "") -> Job:
    yield Said(text, choice)


async def simulate(args: argparse.Namespace) -> None:
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "community.db"
    for old in args.out.glob("community.db*"):
        old.unlink()
    begun, chance = time.perf_counter(), random.Random(args.seed)
    month, _ = await opened(
        path, here.district(chance), args.first - timedelta(days=1), args.seed, (Fernet.generate_key().decode(),)
    )
    community = Community(month, args.first, args.days, args.shown)
    await community.hire()
    await community.take_in(args.out / "registers.xlsx")
    community.prepare()
    community.live(args.errands)
    community.play()
    month.watched |= {chat: [] for chat in community.cast.values()}
    print(f"{len(month.folk):,} people, {community.asked} errands, built in {time.perf_counter() - begun:.0f} s")
    await month.run(community.when(args.days + 1, 9.5))
    seconds, turns = time.perf_counter() - begun, month.told["turns"]
    lines = [
        f"{args.days} days, {turns:,} turns, {month.told['letters']:,} letters in {seconds:.0f} s",
        f"{1e3 * month.spent['taking what people say'] / turns:.1f} ms a turn; processor {time.process_time():.0f} s",
        *(f"  {what:<40} {spent:7.0f} s" for what, spent in month.spent.most_common()),
    ]
    community.transcripts(args.out)
    print("\n".join(lines))
    last = args.first + timedelta(days=args.days - 1)
    numbers = [n for who in month.folk.values() if isinstance(who, Orderer) for n in who.numbers]
    found = await check(month.database, month.town, args.first, last, numbers)
    print("\n".join(found.lines))
    (args.out / "figures.txt").write_text("\n".join([*lines, *found.lines, ""]), encoding="utf-8")
    await month.database.close()
    if found.wrong:
        raise SystemExit("\n".join(found.wrong))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--shown", type=int, default=15, help="the day whose transcripts are written")
    parser.add_argument("--errands", type=int, default=600)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--seed", type=int, default=7)
    asyncio.run(simulate(parser.parse_args()))


if __name__ == "__main__":
    main()
