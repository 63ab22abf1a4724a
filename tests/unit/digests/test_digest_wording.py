"""How a digest reads."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.figures import Late, Report, Span
from bot.digests.helping import HelpMeasure
from bot.digests.measures import Measure
from bot.digests.records import Spread
from bot.digests.wording import Today, digest, past
from bot.town import Town

YESTERDAY = Span.of("day", date(2026, 11, 23))
BUSY = Report(
    (3,),
    YESTERDAY,
    {
        Measure.FILED: 12, Measure.FINISHED: 9, Measure.FINISHED_IN_TIME: 8, Measure.FINISH_DUE: 9, Measure.CONTACTED_IN_TIME: 46, Measure.CONTACT_DUE: 50,
        "left.contact_due": 2, Measure.RATED: 5, Measure.SATISFIED: 4, Measure.ANSWERED: 5, Measure.SOLVED: 4,
    },
    {Measure.FILED: 9},
    late=(Late(4, "grid_worker", 2, timedelta(days=3)), Late(3, "community_desk", 1, timedelta(hours=5))),
    again=Spread(10, "leak", 4),
)  # fmt: skip
QUIET = Report((3,), YESTERDAY, {}, {})


def test_a_busy_morning_reads_so(town: Town) -> None:
    assert digest(town, BUSY).splitlines() == [
        "早上好，金康社区的日报来了。",
        "昨天新来12件，比前一天多3件。",
        "昨天办好9件，按时办结率88%（8/9）。",
        "响应率92%（46/50，剔除2件），解决率80%（4/5），满意率80%（4/5）。",
        "现在超期3件。",
        "· 卡在第一网格网格员：2件，最久超3天。",
        "· 卡在金康社区坐席：1件，最久超5小时。",
        "反复出现：金康苑的漏水渗水，4件。可以未诉先办。",
    ]


def test_a_quiet_morning_reads_so(town: Town) -> None:
    assert digest(town, QUIET).splitlines() == [
        "早上好，金康社区的日报来了。",
        "昨天没有新来的事，和前一天一样。",
        "昨天没有办好的事，按时办结率还没有数。",
        "响应率还没有数，解决率还没有数，满意率还没有数。",
        "没有超期的事。",
        "没有扎堆出现的事。",
    ]


def test_the_first_stretch_is_compared_with_nothing(town: Town) -> None:
    assert past(town, Report((3,), YESTERDAY, {Measure.FILED: 7}, None)).splitlines()[1] == "当天新来7件。"


def test_a_rate_whose_cases_are_all_left_out_says_so(town: Town) -> None:
    said = digest(town, Report((3,), YESTERDAY, {"left.rated": 2}, {}))
    assert "满意率还没有数（剔除2件）" in said


def test_by_hand_today_stands_first(town: Town) -> None:
    report = Report((3, 30), YESTERDAY, {}, {})
    assert digest(town, report, Today(2, 1)).splitlines()[0] == "金康社区等2处：今天新来2件，办好1件。"


def test_the_most_reminded_is_told_last(town: Town) -> None:
    assert digest(town, QUIET, reminded=4).splitlines()[-1] == "昨天一个人最多收到4条提醒。"


def test_a_past_week_is_named_by_its_monday(town: Town) -> None:
    report = Report((3,), Span.of("week", date(2026, 11, 20)), {Measure.FILED: 1}, {Measure.FILED: 1})
    assert past(town, report).splitlines()[:2] == [
        "金康社区 2026年11月16日到11月22日周报",
        "这周新来1件，和前一周一样。",
    ]


def test_errands_and_care_are_two_lines_before_what_comes_up_again(town: Town) -> None:
    totals: dict[str, int] = {
        HelpMeasure.DUE: 12, HelpMeasure.DONE: 11, HelpMeasure.MEALS: 36, HelpMeasure.VISITS: 40, HelpMeasure.VISITED: 38, HelpMeasure.MISSED: 2, HelpMeasure.CALLS: 3, HelpMeasure.ANSWERED_SOON: 2,
    }  # fmt: skip
    assert digest(town, Report((3,), YESTERDAY, totals, {})).splitlines()[-3:-1] == [
        "代办按时办好11件（共12件）；订餐36份。",
        "探访去了38位（共40位）；求助3次，5分钟内有人去2次。",
    ]


counts = st.dictionaries(st.sampled_from([*Measure, *HelpMeasure]), st.integers(0, 99))


@given(counts, counts, st.sampled_from(["day", "week", "month"]), st.integers(0, 3))
def test_a_digest_is_never_longer_than_eleven_lines(
    town: Town, totals: dict[str, int], before: dict[str, int], name: str, owners: int
) -> None:
    late = tuple(Late(4, "grid_worker", 1, timedelta(hours=n + 1)) for n in range(owners))
    report = Report((3,), Span.of(name, date(2026, 11, 20)), totals, before, late=late)
    assert 6 <= len(digest(town, report, reminded=1).splitlines()) <= 11
