"""How a digest reads."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.figures import Figures, Late
from bot.digests.wording import Today, digest
from bot.town import Town

BUSY = Figures(
    filed=12,
    finished=9,
    on_time=8,
    rated=5,
    satisfied=4,
    unhappy=1,
    late=(Late(4, "grid_worker", 2, timedelta(days=3)), Late(3, "community_desk", 1, timedelta(hours=5))),
    most_kind="leak",
    most_count=4,
    most_place=10,
    most_there=3,
)


def test_a_busy_morning_reads_so(town: Town) -> None:
    assert digest(town, (3,), BUSY).text.splitlines() == [
        "早上好，金康社区的日报来了。",
        "昨天新来12件。",
        "昨天办好9件，按时8件（88%）。",
        "现在超期3件。",
        "· 第一网格网格员2件，最久超3天。",
        "· 金康社区社区坐席1件，最久超5小时。",
        "昨天5件有评价：4件满意，1件不满意。",
        "来得最多：漏水渗水，4件，金康苑有3件。",
    ]


def test_a_quiet_morning_reads_so(town: Town) -> None:
    assert digest(town, (3,), Figures()).text.splitlines() == [
        "早上好，金康社区的日报来了。",
        "昨天没有新来的事。",
        "昨天没有办好的事。",
        "现在没有超期的事。",
        "昨天没有评价。",
    ]


def test_by_hand_today_stands_first(town: Town) -> None:
    first = digest(town, (3, 30), BUSY, Today(2, 1)).text.splitlines()[0]
    assert first == "金康社区等2处：今天新来2件，办好1件。"


def test_one_late_of_two_hundred_is_not_all_on_time(town: Town) -> None:
    assert "（99%）" in digest(town, (3,), Figures(finished=200, on_time=199)).text


late = st.builds(
    Late,
    st.integers(1, 31),
    st.just("grid_worker"),
    st.integers(1, 99),
    st.integers(1, 999).map(lambda n: timedelta(0, 0, 0, 0, n)),
)


@given(
    filed=st.integers(0, 99),
    finished=st.integers(0, 99),
    rated=st.integers(0, 9),
    owners=st.lists(late, max_size=5),
    kind=st.sampled_from(["", "leak"]),
    by_hand=st.booleans(),
)
def test_a_digest_has_five_to_eight_lines(
    town: Town, filed: int, finished: int, rated: int, owners: list[Late], kind: str, by_hand: bool
) -> None:
    figures = Figures(filed=filed, finished=finished, rated=rated, late=tuple(owners), most_kind=kind)
    lines = digest(town, (3,), figures, Today(1, 1) if by_hand else None).text.splitlines()
    assert 5 <= len(lines) <= 8
