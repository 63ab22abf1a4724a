"""The made-up community of the simulated month: 20 grids, 80 houses, 240 staircases, and its registers as a workbook."""

import random
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from bot.grid.directory import Role, UnitKind
from bot.grid.district import District, PersonRow, PostRow, UnitRow
from bot.registers import reading
from bot.registers.rows import headers
from bot.texts import Texts

COMMUNITY = "CH"
COMPOUNDS = ("春和苑", "夏荷苑", "秋实苑", "冬青苑", "东篱花园", "西溪小区", "南山家园", "北辰里")
HOUSES, DOORS, HOUSES_A_GRID = 10, 3, 4  # of a compound, of a house, of a grid
DOCTORS, COOKS = ("Y1", "Y2", "Y3", "Y4"), ("C1", "C2", "C3")
DESK, DEPUTY, MANAGER, STREET = "D1", "D2", "M1", "D3"
SERVICES = (
    ("给老人理发", 2), ("修小家电", 1), ("量血压", 2), ("教老人用手机", 2), ("陪孩子写作业", 1), ("清理楼道", 3), ("扫树叶", 2),
    ("讲防诈骗", 1), ("磨剪子磨刀", 1), ("给独居老人包饺子", 2), ("写春联", 1), ("修自行车", 1),
)  # fmt: skip
UNITS = (
    "区税务局", "开封中学", "区医院", "供电所", "水务公司", "邮政支行", "图书馆", "公交三队", "区法院", "市场监管所", "园林处", "养老中心",
)  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芳玉梅建国志伟"
_ALLERGIES, _NOTES = ("青霉素", "海鲜", "花粉"), ("高血压", "糖尿病", "耳背", "心脏放了支架")


def name(chance: random.Random) -> str:
    """An invented one."""
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN)


def houses() -> list[tuple[int, str]]:
    """(grid, code of the house) of each house, four neighbours to a grid."""
    codes = [f"X{compound}-{house}" for compound in range(len(COMPOUNDS)) for house in range(1, HOUSES + 1)]
    return [(place // HOUSES_A_GRID, code) for place, code in enumerate(codes)]


def district(chance: random.Random) -> District:
    """The community in its street and district, with everybody who has a post."""
    units = [
        UnitRow("SF", UnitKind.DISTRICT, "示范区"),
        UnitRow("JM", UnitKind.STREET, "金明池街道", "SF"),
        UnitRow(COMMUNITY, UnitKind.COMMUNITY, "春华社区", "JM"),
        UnitRow("WS", UnitKind.DEPARTMENT, "区卫生院", "SF"),
    ]
    people = [PersonRow(code, name(chance)) for code in (DESK, DEPUTY, MANAGER, STREET, "A1", *DOCTORS, *COOKS)]
    posts = [
        PostRow("p1", COMMUNITY, Role.COMMUNITY_DESK, DESK, DEPUTY),
        PostRow("p2", COMMUNITY, Role.MANAGER, MANAGER),
        PostRow("p3", "JM", Role.STREET_DESK, STREET),
        PostRow("p4", "SF", Role.ADMINISTRATOR, "A1"),
        *(PostRow(f"doctor{code}", "WS", Role.LIAISON, code) for code in DOCTORS),
        *(PostRow(f"cook{code}", COMMUNITY, Role.VOLUNTEER, code) for code in COOKS),
    ]
    units += [UnitRow(f"X{n}", UnitKind.COMPOUND, compound, COMMUNITY) for n, compound in enumerate(COMPOUNDS)]
    grids = len(houses()) // HOUSES_A_GRID
    for grid in range(grids):
        units.append(UnitRow(f"G{grid}", UnitKind.GRID, f"春华第{grid + 1}网格", COMMUNITY))
        units += [
            UnitRow(f"G{grid}-{n}", UnitKind.MICRO_GRID, f"春华第{grid + 1}网格之{n + 1}", f"G{grid}") for n in (0, 1)
        ]
        people += [PersonRow(f"W{grid}", name(chance))]
        people += [PersonRow(f"H{grid}", name(chance))] if grid % 4 == 0 else []
        posts.append(PostRow(f"worker{grid}", f"G{grid}", Role.GRID_WORKER, f"W{grid}", f"W{(grid + 1) % grids}"))
        posts.append(PostRow(f"head{grid}", f"G{grid}", Role.GRID_HEAD, f"H{grid - grid % 4}"))
    for place, (grid, code) in enumerate(houses()):
        compound, _, number = code.partition("-")
        micro_grid = f"G{grid}-{place % HOUSES_A_GRID // 2}"
        units.append(UnitRow(code, UnitKind.BUILDING, f"{number}号楼", micro_grid, compound=compound))
        units += [UnitRow(f"{code}-{n}", UnitKind.DOOR, f"{n}单元", code) for n in range(1, DOORS + 1)]
        people.append(PersonRow(f"B{place}", name(chance)))
        posts.append(PostRow(f"house{place}", code, Role.BUILDING_HEAD, f"B{place}"))
    return District(tuple(units), tuple(people), tuple(posts))


def address(code: str) -> str:
    """春和苑3号楼2单元, by the code of a door."""
    compound, house, door = code.split("-")
    return f"{COMPOUNDS[int(compound[1:])]}{house}号楼{door}单元"


def registers(path: Path, said: Texts, elders: int, first: date, days: int, chance: random.Random) -> None:
    """Write the registers as a community fills them in: elders who agreed, canteens, their menus, the service list."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {register: book.create_sheet(register) for register in reading.SHEETS}
    for register, sheet in sheets.items():
        sheet.append(headers(said, reading.SHEETS[register]))
    doors = [f"{code}-{door}" for _, code in houses() for door in range(1, DOORS + 1)]
    for number in range(elders):
        door, alone = doors[number % len(doors)], chance.random() < 0.3
        who = name(chance)
        doctor = chance.choice(DOCTORS) if chance.random() < 0.2 else ""
        sheets["elders"].append([
            f"L{number + 1:04d}", who, address(door), f"{number // len(doors) + 1}0{number % 2 + 1}", f"139{number:08d}",
            str(chance.randint(1932, 1958)), "是" if alone else "否",
            chance.choices(("走得动", "走不快", "卧床"), (60, 33, 7))[0], f"{who[0]}家孩子 138{number:08d}",
            chance.choice(_ALLERGIES) if chance.random() < 0.2 else "", chance.choice(_NOTES) if chance.random() < 0.4 else "",
            doctor, (first - timedelta(days=30)).isoformat(),
        ])  # fmt: skip
    for number, cook in enumerate(COOKS, 1):
        sheets["canteens"].append([
            f"S{number}", f"{COMPOUNDS[number]}食堂", "春华社区", f"{COMPOUNDS[number]}1号楼", "11点半", "10:00", "40",
            "是" if number < len(COOKS) else "否", cook,
        ])  # fmt: skip
        for day in range(days + 7):
            dishes = chance.choice(("红烧豆腐、白菜", "土豆炖鸡、芹菜", "冬瓜丸子、菠菜", "番茄鸡蛋、豆角"))
            sheets["menus"].append([f"S{number}", (first + timedelta(days=day)).isoformat(), dishes, "8"])
    for what, takes in SERVICES:
        sheets["services"].append(["春华社区", what, str(takes)])
    book.save(path)
