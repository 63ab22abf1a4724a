"""Do residents who do not exist file their reports as people in a hurry would?"""

from collections.abc import Sequence

import pytest

from bot.replaying import Shown, replay
from bot.texts import texts

FILED = {"number": 1024, "role": "", "accept": "", "finish": ""}


class Scripted:
    """A phone that shows what it was given, and notes what was done."""

    def __init__(self, shown: list[list[Shown]]) -> None:
        self.shown = shown
        self.done: list[str | int] = []

    async def say(self, text: str) -> None:
        self.done.append(text)

    async def choose(self, position: int) -> None:
        self.done.append(position)

    async def hear(self) -> Sequence[Shown]:
        return self.shown.pop(0) if self.shown else ()

    async def close(self) -> None:
        self.done.append("closed")


async def played(report: str, *shown: Shown, locale: str = "zh-CN") -> tuple[int | None, list[str | int]]:
    phone = Scripted([[one] for one in shown])

    async def give(_row: int) -> Scripted:
        return phone

    result = await replay(give, [report], texts(locale), lambda: None, None)
    return result[0].number, phone.done


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("key", ["case.filed_appeal", "case.filed_errand"])
async def test_the_number_of_a_filed_case_is_found(locale: str, key: str) -> None:
    number, done = await played("灯坏了", Shown(texts(locale)(key, **FILED)), locale=locale)
    assert (number, done) == (1024, ["灯坏了", "closed"])


async def test_asked_where_they_name_the_place_of_their_report() -> None:
    _, done = await played("你好,芙蓉小区3号楼灯坏了", Shown(texts()("report.where"), ("1 从名单里选",)))
    assert done[1] == "芙蓉小区3号楼"


async def test_asked_anything_else_they_take_the_first_button() -> None:
    _, done = await played("灯坏了", Shown("是这类事吗？", ("1 路灯", "2 其他")))
    assert done[1] == 0


async def test_whoever_is_not_answered_has_filed_nothing() -> None:
    assert await played("灯坏了") == (None, ["灯坏了", "closed"])
