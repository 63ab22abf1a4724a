"""When reports come in over a month, and what they say: invented sentences of the kinds that districts hear of."""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from itertools import accumulate, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
# How many of a hundred reports come in each hour of a day, and how many of a week's on each weekday.
HOURS = (0.4, 0.2, 0.1, 0.1, 0.2, 0.6, 2, 5, 8, 9.5, 9, 7, 4.5, 4, 6, 7, 7, 6.5, 6, 5.5, 4.5, 3.5, 2, 1)
WEEK = (1.2, 1.1, 1.05, 1.0, 1.0, 0.75, 0.7)
# What is told, and how often of a hundred.
TROUBLES = {
    "楼道灯坏了三天了,晚上看不见": 9, "垃圾桶满了没人清,味道很大": 9, "楼上漏水,厨房天花板滴水": 6, "下水道堵了,往上返水": 5,
    "电梯坏了两天了,爬楼太累": 4, "单元门禁坏了,谁都能进": 4, "楼道里堆满杂物和纸箱": 6, "楼道没人打扫,太脏了": 5,
    "电动车在楼道里充电": 5, "消防通道被车堵住了": 3, "楼上半夜吵闹,睡不着": 6, "广场舞音响太大,扰民": 4, "家里停水了,什么时候来": 4,
    "突然停电了,整栋楼都没电": 2, "暖气不热,家里很冷": 2, "宽带断网两天了": 1, "小广告贴满了楼道": 2, "路灯不亮,晚上不敢走": 3,
    "小区门口路面有大坑": 3, "井盖丢了一个,很危险": 1, "有人乱停车堵门": 5, "流浪狗很多,孩子害怕": 2, "门口摆摊占道,走不过去": 2,
    "工地夜间施工,噪音很大": 2, "饭店油烟味太大": 2, "物业费乱收费,不给发票": 3, "物业公司不管事,保安没人": 3, "邻居纠纷,请来调解": 2,
    "医保报销怎么一直没到账": 1, "拖欠工资三个月": 1, "想问一下老年证怎么办理": 3, "建议小区增加一个健身器材": 1, "楼道里有煤气味": 0.3,
    "有人摔倒受伤了,快来人": 0.2, "树枝断了挂在半空": 2,
}  # fmt: skip


def rhythm(path: Path | None) -> list[float]:
    """Gaps between reports, one on average, as they clump: of the file's busiest hour, else of pure chance."""
    if path is None:
        return []
    with path.open(encoding="utf-8", newline="") as file:
        at = sorted(datetime.fromisoformat(row["created_date"]) for row in csv.DictReader(file))
    busiest = Counter(moment.replace(minute=0, second=0) for moment in at).most_common(1)[0][0]
    inside = [moment for moment in at if timedelta() <= moment - busiest < timedelta(hours=1)]
    gaps = [(late - early).total_seconds() for early, late in pairwise(inside)]
    mean = sum(gaps) / len(gaps)
    return [gap / mean for gap in gaps]


def arrivals(first: date, days: int, total: int, gaps: Sequence[float], chance: random.Random) -> Iterator[datetime]:
    """When reports come in: the hours and weekdays of a hotline, clumped as in the file."""
    hours = [
        (datetime.combine(first + timedelta(days=n), day_time(hour), ZONE), weight * WEEK[(first.weekday() + n) % 7])
        for n in range(days)
        for hour, weight in enumerate(HOURS)
    ]
    steps = [chance.choice(gaps) if gaps else chance.expovariate(1) for _ in range(total)]
    passed, reach = list(accumulate(steps)), [*accumulate(weight for _, weight in hours)]
    place = 0
    for each in passed:
        point = each / (passed[-1] + 1) * reach[-1]
        while reach[place] <= point:
            place += 1
        start, weight = hours[place]
        yield start.astimezone(UTC) + timedelta(hours=1 - (reach[place] - point) / weight)
