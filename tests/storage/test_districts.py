"""An import in the database: all or nothing, by code, and who is bound stays bound."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, insert, select, update

from bot.grid import sample
from bot.grid.directory import Directory, Role, UnitKind
from bot.grid.district import VACANT, District, LeaveRow, PersonRow, PostRow, UnitRow
from bot.triage.catalogue import shipped
from bot.triage.kinds import Kind, Service
from storage.database import Database
from storage.districts import Districts
from storage.tables import addresses, people, posts, units

SMALL = sample.make("small")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def districts(database: Database) -> Districts:
    return Districts(database, lambda: NOW)


def holder_of(directory: Directory, post: str) -> str:
    """The code of who holds a post, "" for nobody."""
    found = next(p for p in directory.posts.values() if p.code == post)
    return directory.staff[found.holder_id].code if found.holder_id is not None else ""


def with_post(district: District, code: str, **changed: str) -> District:
    return replace(district, posts=tuple(replace(p, **changed) if p.code == code else p for p in district.posts))  # type: ignore[arg-type] # only text fields are changed here


async def test_before_the_first_import_there_is_nothing(districts: Districts) -> None:
    assert await districts.revision() == 0
    assert not (await districts.load()).units


async def test_what_is_imported_is_given_out(districts: Districts) -> None:
    await districts.apply(SMALL)
    directory = await districts.load()
    door = directory.by_code["JKY-3-2"]
    assert directory.full_name(door.id) == "金康苑3号楼2单元"
    assert [unit.code for unit in directory.upward(door.id)] == [
        "JKY-3-2",
        "JKY-3",
        "JKY-W1-2",
        "JKY-W1",
        "JK",
        "JM",
        "SF",
    ]
    assert holder_of(directory, "JKY-W1.grid_worker") == sample.PRACTICE_WORKER
    assert holder_of(directory, "JK.community_desk") == holder_of(directory, "JM.manager") == sample.PRACTICE_MANAGER
    assert directory.by_code["JKY"].aliases == ("金康苑小区", "金康")
    firm = directory.by_code["JKY"].firm_id
    assert firm is not None
    assert directory.units[firm].name == "安居物业"
    assert directory.revision == await districts.revision() == 1


async def test_the_changes_count_every_row(districts: Districts) -> None:
    ticks: list[int] = []
    changes = await districts.apply(SMALL, progress=ticks.append)
    assert sum(ticks) == sum(count.added for count in changes.counts.values()) == SMALL.size
    assert "人员" in changes.lines()[4]


async def test_importing_the_same_again_changes_nothing(districts: Districts) -> None:
    await districts.apply(SMALL)
    before = await districts.load()
    assert not await districts.apply(SMALL)
    assert await districts.load() == before


async def test_a_dry_run_tells_and_writes_nothing(districts: Districts) -> None:
    changes = await districts.apply(SMALL, dry_run=True)
    assert changes.counts["people"].added == len(SMALL.people)
    assert await districts.revision() == 0
    assert not (await districts.load()).units


async def test_a_second_import_updates_by_code_and_keeps_ids(districts: Districts) -> None:
    await districts.apply(SMALL)
    before = await districts.load()
    renamed = tuple(replace(u, name="金康苑东区网格", parent="JX") if u.code == "JKY-W1" else u for u in SMALL.units)
    changes = await districts.apply(replace(SMALL, units=renamed))
    after = await districts.load()
    grid = after.by_code["JKY-W1"]
    assert grid.id == before.by_code["JKY-W1"].id
    assert (grid.name, after.units[grid.parent_id or 0].code) == ("金康苑东区网格", "JX")
    assert changes.counts["grids"].changed == 1
    assert "改 网格 JKY-W1 金康苑东区网格「上级编号」：JK → JX" in changes.lines()
    assert after.revision == before.revision + 1


async def test_a_changed_unit_may_hang_below_a_new_one(districts: Districts) -> None:
    await districts.apply(SMALL)
    moved = tuple(replace(u, parent="NEW") if u.code == "JKY-3" else u for u in SMALL.units)
    await districts.apply(replace(SMALL, units=(*moved, UnitRow("NEW", UnitKind.MICRO_GRID, "新微网格", "JKY-W2"))))
    directory = await districts.load()
    assert directory.covers(directory.by_code["JKY-W2"].id, directory.by_code["JKY-3-2"].id)


async def test_what_the_file_lacks_is_kept_and_told(districts: Districts) -> None:
    await districts.apply(SMALL)
    fewer = replace(
        SMALL,
        units=tuple(unit for unit in SMALL.units if unit.code != "SW"),
        posts=tuple(post for post in SMALL.posts if post.code != "SW.liaison"),
    )
    changes = await districts.apply(fewer)
    assert "SW" in (await districts.load()).by_code
    assert "不在表里，仍保留：部门与物业 SW 水务局" in changes.lines()
    assert changes.counts["posts"].missing == 1


async def test_who_joined_by_chat_stays_when_the_file_names_nobody(districts: Districts, database: Database) -> None:
    silent = with_post(SMALL, "JKY-W1.grid_worker", holder="", deputy="")
    await districts.apply(silent)
    async with database.writing() as connection:
        joined = await connection.scalar(
            insert(people).values(name="新来的", phone="", home_room="", created_at=NOW).returning(people.c.id)
        )
        await connection.execute(update(posts).where(posts.c.code == "JKY-W1.grid_worker").values(holder_id=joined))
    await districts.apply(replace(silent, people=(*silent.people, PersonRow("R900", "又一人"))))
    directory = await districts.load()
    post = next(p for p in directory.posts.values() if p.code == "JKY-W1.grid_worker")
    assert post.holder_id == joined
    assert directory.staff[post.holder_id or 0].name == "新来的"


async def test_a_vacant_post_is_emptied(districts: Districts) -> None:
    await districts.apply(SMALL)
    changes = await districts.apply(with_post(SMALL, "JKY-W1.grid_worker", holder=VACANT))
    assert holder_of(await districts.load(), "JKY-W1.grid_worker") == ""
    assert "改 岗位 JKY-W1.grid_worker「任职人员编号」：R001 → 空缺" in changes.lines()


async def test_a_named_holder_takes_the_place_of_the_one_before(districts: Districts) -> None:
    await districts.apply(SMALL)
    await districts.apply(with_post(SMALL, "JKY-W1.grid_worker", holder="R003"))
    assert holder_of(await districts.load(), "JKY-W1.grid_worker") == "R003"


async def test_addresses_stay_with_the_person_whatever_the_file_changes(
    districts: Districts, database: Database
) -> None:
    await districts.apply(SMALL)
    worker = next(s.id for s in (await districts.load()).staff.values() if s.code == sample.PRACTICE_WORKER)
    async with database.writing() as connection:
        values = {"channel": "telegram", "chat": "4711", "person_id": worker, "reachable": True, "since": NOW}
        await connection.execute(insert(addresses).values(values))
    renamed = tuple(replace(p, name="王秀英") if p.code == sample.PRACTICE_WORKER else p for p in SMALL.people)
    await districts.apply(replace(SMALL, people=renamed))
    async with database.reading() as connection:
        bound = await connection.scalar(select(addresses.c.person_id).where(addresses.c.chat == "4711"))
        name = await connection.scalar(select(people.c.name).where(people.c.id == bound))
    assert (bound, name) == (worker, "王秀英")


async def test_a_phone_that_the_file_leaves_empty_stays(districts: Districts) -> None:
    await districts.apply(SMALL)
    changes = await districts.apply(replace(SMALL, people=tuple(replace(p, phone="") for p in SMALL.people)))
    assert not changes


async def test_leave_of_people_in_the_file_is_replaced(districts: Districts) -> None:
    first, second = (
        LeaveRow("R001", date(2026, 5, 1), date(2026, 5, 2)),
        LeaveRow("R001", date(2026, 6, 1), date(2026, 6, 1)),
    )
    await districts.apply(replace(SMALL, leaves=(first,)))
    changes = await districts.apply(replace(SMALL, leaves=(second,)))
    staff = {person.code: person for person in (await districts.load()).staff.values()}
    assert staff["R001"].leaves == ((date(2026, 6, 1), date(2026, 6, 1)),)
    assert (changes.counts["leaves"].added, changes.counts["leaves"].removed) == (1, 1)


async def test_leave_stays_when_the_file_does_not_speak_of_it(districts: Districts) -> None:
    leave = LeaveRow("R001", date(2026, 5, 1), date(2026, 5, 2))
    await districts.apply(replace(SMALL, leaves=(leave,)))
    assert not await districts.apply(replace(SMALL, leaves=()))


async def test_an_import_that_fails_leaves_nothing_behind(districts: Districts, database: Database) -> None:
    broken = replace(SMALL, posts=(*SMALL.posts, PostRow("X", "NOWHERE", Role.GRID_WORKER, VACANT, VACANT)))
    with pytest.raises(KeyError, match="NOWHERE"):
        await districts.apply(broken)
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(units)) == 0
    assert await districts.revision() == 0


async def test_two_imports_at_once_do_not_double_anything(districts: Districts) -> None:
    first, second = await asyncio.gather(districts.apply(SMALL), districts.apply(SMALL))
    assert bool(first) != bool(second)
    assert len((await districts.load()).units) == len(SMALL.units)


async def test_without_an_import_the_shipped_kinds_are_in_use(districts: Districts) -> None:
    assert await districts.kinds() == shipped()


async def test_a_district_replaces_and_adds_kinds(districts: Districts) -> None:
    known = shipped().all[0]
    mine = (replace(known, name="改过名"), Kind("tree_trimming", "修树", Service.APPEAL, words=("树枝",), owner="CG"))
    changes = await districts.apply(replace(SMALL, kinds=mine))
    found = await districts.kinds()
    assert found.by_code[known.code] == mine[0]
    assert found.by_code["tree_trimming"] == mine[1]
    assert [kind.code for kind in found.all] == [*(kind.code for kind in shipped().all), "tree_trimming"]
    assert changes.counts["kinds"].added == 2
    assert not await districts.apply(replace(SMALL, kinds=mine))


async def test_the_large_sample_goes_in_and_out_whole(districts: Districts) -> None:
    district = sample.make("seed")
    changes = await districts.apply(district)
    directory = await districts.load()
    assert len(directory.units) == len(district.units)
    assert len(directory.posts) == len(district.posts)
    assert not await districts.apply(district)
    assert all(re.fullmatch(r".+：新增 \d+，修改 0，不变 0", line) for line in changes.lines())
