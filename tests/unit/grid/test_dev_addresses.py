"""How well real addresses are read. The data belong to others and are not in the repository, so this skips without them."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.grid import sample
from bot.grid.directory import Directory, Unit
from bot.grid.gazetteer import Gazetteer
from bot.grid.places import normalise, number, parse

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the development data in ../shared/data")

PART = {"houseno": "building", "cellno": "unit", "roomno": "room"}
STREET = {"road", "subRoad", "subroad", "roadno"}
SEVERAL = re.compile(r"\d[-一]\d+[-一]|\d-[东西]|[#、]|\d[-一]\d+$")
ENDING = re.compile(r"(号楼|号栋|号幢|栋楼|幢楼|栋|幢|座|撞|铜|单元|单|室|房间|房|楼|层|号|户|排)+$")
# Appeals that do name a building, unit, floor or room, found by reading them all.
NAMED = [
    "174873",
    "19285",
    "35001",
    "3607",
    "182424",
    "116670",
    "28781",
    "91604",
    "18830",
    "146115",
    "9559",
    "134450",
    "154146",
    "30504",
    "154103",
    "91939",
    "97751",
    "175820",
    "39925",
    "5143",
    "76270",
    "131948",
    "160991",
    "31159",
    "26186",
    "153778",
    "19749",
    "153788",
    "26395",
    "145175",
]


def value(label: str, tag: str) -> str:
    words = normalise(label)
    if not re.fullmatch(r"[东西南北中]+[一二三四]?户|[东西南北]楼", words):
        words = ENDING.sub("", words)
    words = re.sub(r"号?(门面房?|商铺|店面)", "", words.removeprefix("第")).rstrip("号")
    words = re.sub(r"^([A-Z])-(\d+)$", r"\1\2", words)
    spoken = re.fullmatch(r"([东西中]?)([零〇一二三四五六七八九十]+|\d+)", words)
    if spoken:
        words = spoken[1] + number(spoken[2])
    return words + "户" if tag == "roomno" and words in set("东西南北中") else words


def labelled(file: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Text and parts. Left out are labels that cut one run of digits, hold several parts, or number a house in a street."""
    for line in filter(str.strip, (DATA / file).read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        parts: dict[str, str] = {}
        fair = True
        before = [("", ""), ("", "")]
        for tag, label in ((tag, label.replace("##", "")) for tag, label in row["spans"]):
            if tag in PART:
                last_tag, last = before[-1]
                cut = last_tag in {*PART, "floorno"} and last[-1:].isdigit() and label[:1].isdigit()
                street = tag == "houseno" and (
                    (last_tag in STREET and re.fullmatch(r"\d+号?", label))
                    or (last_tag, before[-2][0]) == ("redundant", "roadno")
                )
                fair = fair and not (cut or street or SEVERAL.search(label) or PART[tag] in parts)
                parts[PART[tag]] = value(label, tag)
            before.append((tag, label))
        if parts and fair:
            yield row["text"].replace("##", ""), parts


def test_building_unit_and_room_of_real_addresses_are_read_exactly() -> None:
    asked: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for file in ("addresses_dev.jsonl", "addresses_henan_dev.jsonl"):
        for text, parts in labelled(file):
            read = parse(text)
            for part, wanted in parts.items():
                asked[part] += 1
                exact[part] += getattr(read, part).replace("门面", "") == wanted
    shares = {part: exact[part] / asked[part] for part in asked}
    print(asked, shares)
    assert exact.total() / asked.total() >= 0.95, shares
    assert shares["building"] >= 0.97
    assert shares["unit"] >= 0.95
    assert shares["room"] >= 0.93


def test_plain_appeals_hold_hardly_any_false_parts() -> None:
    with (DATA / "appeals_dev.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    false = [row["id"] for row in rows if row["id"] not in NAMED and parse(row["subject"] + "。" + row["text"])]
    assert len(false) <= 0.01 * len(rows), false


def test_appeals_of_another_city_name_no_place_of_this_one() -> None:
    rows = sample.make("seed").units
    ids = {row.code: number for number, row in enumerate(rows, 1)}
    units = [
        Unit(
            ids[row.code], row.code, row.kind, row.name, ids.get(row.parent), ids.get(row.compound), aliases=row.aliases
        )
        for row in rows
    ]
    find = Gazetteer(Directory.build(1, units, (), ())).find
    with (DATA / "appeals_dev.csv").open(encoding="utf-8") as file:
        texts = [text for row in csv.DictReader(file) for text in (row["subject"], row["text"])]
    false = [found.matched for found in map(find, texts) if found.how != "none"]
    assert len(false) <= 0.005 * len(texts), false
