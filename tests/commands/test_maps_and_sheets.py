"""`outlines` and `qr` as an operator types them, on the invented district."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.grid import sample
from bot.grid.sample_outlines import sample_outlines, to_geojson
from storage.database import Database
from storage.districts import Districts
from storage.migrating import migrate

ROOT = Path(__file__).parents[2]
BAD = ROOT.parent / "shared" / "data" / "bad_import_identical_polygons.geojson"
GEOJSON = to_geojson(sample_outlines(sample.make()))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample district in its database."""
    folder = tmp_path_factory.mktemp("place")

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{folder / 'yingshao.db'}")
        await migrate(database)
        await Districts(database).apply(sample.make())
        await database.close()

    asyncio.run(fill())
    return folder


def bot(place: Path, *words: object, **settings: str) -> tuple[int, str]:
    """Run one command; its exit code, and all it said."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("YINGSHAO_")}
    given |= {"YINGSHAO_DATA_DIR": str(place), **settings}
    command = [sys.executable, str(ROOT / "bot.py"), *map(str, words)]
    done = subprocess.run(command, env=given, cwd=place, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def saved(folder: Path, geojson: Any) -> Path:
    path = folder / "outlines.geojson"
    path.write_text(json.dumps(geojson), encoding="utf-8")
    return path


def test_outlines_are_tried_taken_and_known_again(place: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, GEOJSON)
    assert "没有存" in bot(place, "outlines", path, "--datum", "wgs84", "--dry-run")[1]
    assert "新增 8，" in bot(place, "outlines", path, "--datum", "wgs84")[1]
    assert "没变 8" in bot(place, "outlines", path, "--datum", "wgs84")[1]


def test_one_bad_outline_keeps_the_whole_file_out(place: Path, tmp_path: Path) -> None:
    twice = {**GEOJSON, "features": [*GEOJSON["features"], GEOJSON["features"][0]]}
    code, said = bot(place, "outlines", saved(tmp_path, twice), "--datum", "wgs84")
    assert code == 2
    assert "第 9 个轮廓 JKY-W1-1" in said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{"])
def test_a_file_that_is_no_geojson_is_refused_in_words(place: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outlines.geojson"
    path.write_bytes(content)
    code, said = bot(place, "outlines", path, "--datum", "gcj02")
    assert (code, "不是 GeoJSON" in said) == (2, True)


@pytest.mark.skipif(not BAD.exists(), reason="the shared data is not beside the project")
def test_a_real_file_of_identical_outlines_is_refused_pair_by_pair(place: Path) -> None:
    code, said = bot(place, "outlines", BAD, "--datum", "gcj02")
    assert code == 2
    assert said.count("一模一样") == 10
    assert "第 1 个轮廓 峪泉镇" in said


def test_sheets_are_written_once_and_never_replaced_unasked(place: Path, tmp_path: Path) -> None:
    def qr(*more: str, url: str = "https://a.example.cn") -> tuple[int, str]:
        return bot(place, "qr", "--unit", "JKY-3", "--out", tmp_path, *more, YINGSHAO_WEB_PUBLIC_URL=url)

    assert "写好1个" in qr()[1]
    first = (tmp_path / "金康苑-3号楼.pdf").read_bytes()
    assert qr() == (0, f"写好0个文件（1个没有变），在：{tmp_path}\n")
    code, said = qr(url="https://b.example.cn")
    assert (code, "金康苑-3号楼.pdf" in said) == (2, True)
    assert (tmp_path / "金康苑-3号楼.pdf").read_bytes() == first
    assert qr("--force", url="https://b.example.cn")[0] == 0
    assert (tmp_path / "金康苑-3号楼.pdf").read_bytes() != first


def test_all_gives_a_file_for_every_building(place: Path, tmp_path: Path) -> None:
    bot(place, "qr", "--all", "--size", "sticker", "--out", tmp_path / "new" / "folder")
    assert len(list((tmp_path / "new" / "folder").glob("*.pdf"))) == 13


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--unit", "NOWHERE"), "没有这个编号：NOWHERE"),
        (("--unit", "CG"), "城市管理局下面没有楼栋"),
        ((), "--unit 编号"),
    ],
)
def test_what_cannot_be_printed_is_told_in_words(
    place: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, said = bot(place, "qr", *words, "--out", tmp_path)
    assert (code, told in said) == (2, True)


def test_a_folder_that_cannot_be_written_is_told_in_words(place: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, said = bot(place, "qr", "--unit", "JKY-3", "--out", tmp_path / "file")
    assert (code, "写不进" in said) == (2, True)


def test_a_page_that_only_this_machine_can_open_is_warned_of(place: Path, tmp_path: Path) -> None:
    assert "只有这台机器打得开" in bot(place, "qr", "--unit", "JKY-3", "--out", tmp_path)[1]
