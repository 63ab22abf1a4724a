import pytest

from bot.grid import surroundings


@pytest.mark.parametrize("before", ["", "我在", "家住", "请到", "报告:"])
def test_a_name_may_begin_behind_words_that_lead_to_a_place(before: str) -> None:
    assert surroundings.opens(before + "金康", len(before))


@pytest.mark.parametrize("before", ["滨", "优美", "桂"])
def test_a_name_does_not_begin_inside_another_word(before: str) -> None:
    assert not surroundings.opens(before + "花园小区", len(before))


@pytest.mark.parametrize("after", ["", "，", "门口", "停水了", "的路灯", "附近", "小区", "3号楼", "里"])
def test_a_name_may_end_before_what_is_said_of_places(after: str) -> None:
    assert surroundings.closes("金康" + after, 2)


@pytest.mark.parametrize("after", ["远", "小学", "里程", "的天空", "山庄"])
def test_a_name_does_not_end_before_any_other_word(after: str) -> None:
    assert not surroundings.closes("金康" + after, 2)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("金康苑门口有垃圾", "金康苑门口"),
        ("金康苑对面有人摆摊", "金康苑对面"),
        ("金康苑北门堵了", "金康苑北门"),
        ("金康苑楼道灯坏了", "金康苑"),
        ("金明路与汉兴路交叉口积水", "金明路与汉兴路交叉口"),
        ("金明路路口有坑", "金明路路口"),
    ],
)
def test_the_phrase_of_a_name_goes_as_far_as_its_landmark(text: str, phrase: str) -> None:
    assert text[: surroundings.phrase_end(text, 3)] == phrase


@pytest.mark.parametrize("name", ["三组", "3组", "第三村民组", "李庄村三组", "李庄村第3小组"])
def test_the_number_of_a_group_is_read_from_its_name(name: str) -> None:
    assert surroundings.group_of(name) == "3"


def test_a_crossing_needs_two_roads_and_the_word() -> None:
    assert surroundings.crossing("金明路与汉兴路交叉口", (0, 3), (4, 7)) == 10
    assert surroundings.crossing("金明路与汉兴路都堵", (0, 3), (4, 7)) is None
    assert surroundings.crossing("金康苑与汉兴路交叉口", (0, 3), (4, 7)) is None


def test_where_people_live_is_a_clause_of_its_own() -> None:
    text = "我住锦康苑3号楼，金康苑门口有垃圾"
    assert surroundings.home_clause(text, 2) == text.index("，")
    assert surroundings.home_clause(text, text.index("金")) is None
