"""Which files a district's buildings get, and what they are called."""

from bot.grid.directory import Directory, Unit, UnitKind
from bot.posters.staircases import Booklet, booklets, links
from bot.texts import texts

K = UnitKind
UNITS = (
    Unit(1, "S", K.STREET, "金明池街道"),
    Unit(2, "A", K.COMMUNITY, "金康社区", 1),
    Unit(3, "B", K.COMMUNITY, "汴河社区", 1),
    Unit(10, "AX", K.COMPOUND, "金康苑", 2),
    Unit(11, "BX", K.COMPOUND, "阳光/花园", 3),
    Unit(12, "AY", K.COMPOUND, "同名苑", 2),
    Unit(13, "BY", K.COMPOUND, "同名苑", 3),
    Unit(14, "BZ", K.COMPOUND, "同名苑", 3),
    Unit(20, "AG", K.GRID, "第一网格", 2),
    Unit(21, "BG", K.GRID, "汴河网格", 3),
    Unit(30, "AX-3", K.BUILDING, "3号楼", 20, 10),
    Unit(31, "AX-4", K.BUILDING, "4号楼", 20, 10),
    Unit(32, "BX-1", K.BUILDING, "1号楼", 21, 11),
    Unit(33, "AY-1", K.BUILDING, "1号楼", 20, 12),
    Unit(34, "BY-1", K.BUILDING, "1号楼", 21, 13),
    Unit(35, "BZ-1", K.BUILDING, "1号楼", 21, 14),
    Unit(40, "AX-3-1", K.DOOR, "1单元", 30),
    Unit(41, "AX-3-2", K.DOOR, "2单元", 30),
)
DIRECTORY = Directory.build(1, UNITS, [], [])
SAID = texts()


def made(*codes: str, telegram: str = "") -> list[Booklet]:
    link = links("https://grid.example.cn/", telegram, SAID)
    return booklets(DIRECTORY, [DIRECTORY.by_code[code] for code in codes], link, SAID)


def names(*codes: str) -> list[str]:
    return [booklet.name for booklet in made(*codes)]


def test_a_building_is_one_file_with_a_page_for_each_staircase() -> None:
    (booklet,) = made("AX-3")
    assert booklet.name == "金康苑-3号楼.pdf"
    assert [staircase.place for staircase in booklet.staircases] == ["金康苑3号楼1单元", "金康苑3号楼2单元"]


def test_a_building_without_staircases_has_a_page_of_its_own() -> None:
    assert [staircase.place for staircase in made("AX-4")[0].staircases] == ["金康苑4号楼"]


def test_a_compound_a_grid_and_a_street_give_the_buildings_below_them() -> None:
    assert names("AX") == ["金康苑-3号楼.pdf", "金康苑-4号楼.pdf"]
    assert len(names("AG")) == 3
    assert len(names("S")) == 6


def test_a_building_named_twice_is_written_once() -> None:
    assert names("AX", "AX-3", "AX-3-1") == names("AX")


def test_one_staircase_alone_is_a_file_of_its_own() -> None:
    assert names("AX-3-2") == ["金康苑-3号楼-2单元.pdf"]


def test_buildings_called_the_same_are_told_apart_by_community_then_code() -> None:
    assert names("AY-1", "BY-1", "BZ-1") == [
        "同名苑-1号楼(金康社区).pdf",
        "同名苑-1号楼(汴河社区)-BY-1.pdf",
        "同名苑-1号楼(汴河社区)-BZ-1.pdf",
    ]


def test_a_name_holds_nothing_that_a_file_system_refuses() -> None:
    assert names("BX-1") == ["阳光-花园-1号楼.pdf"]


def test_the_web_chat_is_always_linked_and_telegram_where_there_is_a_bot() -> None:
    def urls(telegram: str) -> list[str]:
        return [link.url for link in made("AX-3-1", telegram=telegram)[0].staircases[0].links]

    assert urls("") == ["https://grid.example.cn/?b=AX-3-1"]
    assert urls("yingshao_bot")[1] == "https://t.me/yingshao_bot?start=b_AX-3-1"


def test_the_sheet_tells_who_answers() -> None:
    staircase = made("AX-3")[0].staircases[0]
    assert "第一网格" in staircase.owner
    assert "金康社区" in staircase.community
