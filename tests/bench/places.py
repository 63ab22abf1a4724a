"""How long finding a place takes over 40,000 names and 110,000 polygons. `python -m tests.bench.places`."""

import random
import time
from collections.abc import Callable

from shapely import box

from bot.chat.messages import Pin
from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.gazetteer import Gazetteer
from bot.grid.outlines import PinFinder
from bot.grid.places import parse

NAMES, SIDE, ROUNDS = 40_000, 332, 3_000
SYLLABLES = "金锦康安和泰悦泽宁丰华林水月阳园庆兴东西南北龙祥宋菊明清御文杏柳荷橙建业恒绿城美景世纪"
ENDINGS = ("苑", "花园", "小区", "家园", "府", "公馆", "嘉园", "新城", "里", "一期", "二期")
SOUNDS_ALIKE = dict(zip("金锦康安和泰悦泽宁丰华林水月阳园", "今仅糠鞍河太越则柠风滑琳睡约杨圆", strict=True))
SIGNS = "金康苑锦3三号楼二单元502室路口与交叉东北灯坏了漏水举报 ,。A-#/\\\n12１①〇零百千万亿\u200b\u202e=+@"


def made_up_directory(chance: random.Random) -> Directory:
    names: dict[str, None] = {}
    while len(names) < NAMES:
        names["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 4)))) + chance.choice(ENDINGS)] = None
    units = [Unit(1, "S", UnitKind.DISTRICT, "示范区"), Unit(2, "J", UnitKind.STREET, "金明池街道", 1)]
    units.append(Unit(3, "C", UnitKind.COMMUNITY, "金康社区", 2))
    units += (Unit(10 + n, f"c{n}", UnitKind.COMPOUND, name, 3) for n, name in enumerate(names))
    return Directory.build(1, units, (), ())


def timed(what: str, act: Callable[[int], object]) -> None:
    spans = []
    for turn in range(ROUNDS):
        begun = time.thread_time()  # Others share the processor; what they take is not ours.
        act(turn)
        spans.append((time.thread_time() - begun) * 1e3)
    spans.sort()
    print(f"{what:<42} p50 {spans[ROUNDS // 2]:8.3f} ms   p99 {spans[ROUNDS * 99 // 100]:8.3f} ms")


def main() -> None:
    chance = random.Random(1)
    directory = made_up_directory(chance)
    begun = time.thread_time()
    gazetteer = Gazetteer(directory)
    print(f"{'gazetteer of 40,000 names':<42} built in {time.thread_time() - begun:.2f} s")
    names = [unit.name for unit in directory.units.values() if unit.kind is UnitKind.COMPOUND]
    exact = [f"{chance.choice(names)}3号楼2单元楼道灯坏了三天了" for _ in range(ROUNDS)]
    wrong = []
    for text in exact:
        here = chance.randrange(2)
        wrong.append(text[:here] + chance.choice("糠庚汁尺") + text[here + 1 :])
    alike = []
    for text in exact:
        here = chance.randrange(2)
        alike.append(text[:here] + SOUNDS_ALIKE.get(text[here], text[here]) + text[here + 1 :])
    plain = "楼下的垃圾桶满了好几天没有人来收，味道很大，麻烦派人来看看，谢谢"
    timed("the grammar alone", lambda turn: parse(exact[turn]))
    nonsense = ["".join(chance.choices(SIGNS, k=200)) for _ in range(ROUNDS)]
    timed("the grammar over any two hundred signs", lambda turn: parse(nonsense[turn]))
    timed("a name written exactly", lambda turn: gazetteer.find(exact[turn]))
    timed("a name misspelt", lambda turn: gazetteer.find(wrong[turn]))
    timed("a name misspelt by its sound", lambda turn: gazetteer.find(alike[turn]))
    timed("a sentence without a place", lambda _: gazetteer.find(plain))
    step = 0.001
    begun = time.perf_counter()
    cells = {
        x * SIDE + y: box(114 + x * step, 34 + y * step, 114 + (x + 1) * step, 34 + (y + 1) * step)
        for x in range(SIDE)
        for y in range(SIDE)
    }
    drawn = time.perf_counter()
    pins = PinFinder(cells)
    print(
        f"{len(cells):,} polygons drawn in {drawn - begun:.2f} s, finder built in {time.perf_counter() - drawn:.2f} s"
    )
    points = [Pin(34 + chance.random() * SIDE * step, 114 + chance.random() * SIDE * step) for _ in range(ROUNDS)]
    timed("a pin", lambda turn: pins.find(points[turn]))


if __name__ == "__main__":
    main()
