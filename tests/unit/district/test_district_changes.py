from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.grid import sample
from bot.grid.changes import compare
from bot.grid.district import VACANT, District, LeaveRow, PersonRow, PostRow
from bot.texts import texts

SMALL = sample.make("small")
filled = replace(
    SMALL,
    posts=tuple(replace(post, holder=post.holder or VACANT, deputy=post.deputy or VACANT) for post in SMALL.posts),
)
some_posts = st.sets(st.sampled_from(SMALL.posts)).map(tuple)
some_people = st.sets(st.sampled_from(SMALL.people)).map(tuple)


def test_an_empty_database_takes_all_as_new() -> None:
    changes = compare(District(), SMALL)
    assert changes.posts.added == filled.posts
    assert changes
    assert changes.lines()[0] == "单位：新增 8，修改 0，不变 0"


def test_the_same_district_changes_nothing() -> None:
    changes = compare(filled, SMALL)
    assert not changes
    assert changes.lines()[-1] == "没有要改的。"


@given(stored=some_posts, read=some_posts, known=some_people, named=some_people)
def test_every_row_is_counted_once(
    stored: tuple[PostRow, ...], read: tuple[PostRow, ...], known: tuple[PersonRow, ...], named: tuple[PersonRow, ...]
) -> None:
    counts = compare(District(posts=stored, people=known), District(posts=read, people=named)).counts
    for name, before, now in (("posts", stored, read), ("people", known, named)):
        count = counts[name]
        assert count.added + count.changed + count.same == len(now)
        assert count.changed + count.same + count.missing == len(before)


def test_a_changed_cell_is_told_in_the_words_of_the_reader() -> None:
    renamed = replace(filled, people=(replace(SMALL.people[0], name="王秀英"), *SMALL.people[1:]))
    assert compare(filled, renamed).lines()[-1] == "改 人员 R001 王秀英「姓名」：王秀兰 → 王秀英"
    assert compare(filled, renamed).lines(texts("en"))[-1] == "change People R001 王秀英, “Full name”: 王秀兰 → 王秀英"


def test_leave_is_taken_away_only_from_people_in_the_file() -> None:
    days = date(2026, 5, 1), date(2026, 5, 2)
    stored = District(people=SMALL.people[:2], leaves=(LeaveRow("R001", *days), LeaveRow("R002", *days)))
    later = LeaveRow("R001", date(2026, 6, 1), date(2026, 6, 1))
    changes = compare(stored, District(people=SMALL.people[:1], leaves=(later,)))
    assert changes.leaves.missing == (LeaveRow("R001", *days),)
