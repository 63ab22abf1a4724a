"""The board's map: a number on each shape, or where they are many, one for each group."""

from shapely import box, to_wkb

from handlers.board.mapping import draw


def shapes(count: int) -> list[tuple[int, int, bytes]]:
    """That many squares in a row, with one open case each."""
    return [(n, 1, to_wkb(box(n, 0, n + 0.5, 0.5))) for n in range(1, count + 1)]


def test_a_few_shapes_have_no_marks_beside_their_own_numbers() -> None:
    found = draw(shapes(5), dict.fromkeys(range(1, 6), 100))
    assert found is not None
    assert not found.marks


def test_many_shapes_are_numbered_by_group() -> None:
    found = draw(shapes(100), {n: 101 + n // 51 for n in range(1, 101)})
    assert found is not None
    assert {mark.unit_id: mark.count for mark in found.marks} == {101: 50, 102: 50}


def test_a_mark_stands_in_the_middle_of_its_group() -> None:
    found = draw(shapes(100), dict.fromkeys(range(1, 101), 101))
    assert found is not None
    assert abs(found.marks[0].x - found.width / 2) < 1
