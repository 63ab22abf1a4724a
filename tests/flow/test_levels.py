"""A case between the levels: returned, raised, dispatched, whistled for, extended, shelved, supervised."""

import pytest

from bot.chat.messages import Address, Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    for who, code in {"street": "R006", "district": "R003", "housing": "R009", "firm": "R011"}.items():
        await rig.hire(who, code)
        await rig.heard(who)
    return rig


async def filed(rig: Rig, who: str = "li") -> list[Outgoing]:
    """File a case; the worker's card."""
    await rig.say(who, WORDS)
    await rig.say(who, "1")
    await rig.heard(who)
    return await rig.heard("worker")


async def accepted(rig: Rig) -> list[Outgoing]:
    """A case the worker has accepted; their card, and the reporter's news read."""
    card = await rig.press("worker", "接单", await filed(rig))
    await rig.heard("li")
    return card


async def further(rig: Rig, who: str, act: str, card: list[Outgoing]) -> list[Outgoing]:
    """Press 更多 and then an act."""
    return await rig.press(who, act, await rig.press(who, "更多", card))


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def test_a_returned_case_goes_to_the_desk_above_with_whose_it_is(rig: Rig) -> None:
    whose = await rig.press("worker", "退回", await filed(rig))
    why = await rig.press("worker", "安居物业", whose)
    await rig.press("worker", "不是我的职责", why)
    desk = await rig.heard("manager")
    trail = await rig.press("manager", "看经过", await rig.press("manager", "更多", desk))
    assert "应归安居物业" in text(trail)


async def test_a_desk_dispatches_to_the_property_firm(rig: Rig) -> None:
    whose = await rig.press("worker", "退回", await filed(rig))
    await rig.press("worker", "不是我的职责", await rig.press("worker", "不清楚", whose))
    asked = await rig.press("manager", "派单", await rig.heard("manager"))
    words = await rig.press("manager", "安居物业", asked)
    assert "交代" in text(words)
    await rig.say("manager", "请今天换灯")
    assert "金康苑3号楼2单元" in text(await rig.heard("firm"))


async def test_a_department_is_found_by_its_typed_name(rig: Rig) -> None:
    whose = await rig.press("worker", "退回", await filed(rig))
    await rig.press("worker", "不是我的职责", await rig.press("worker", "不清楚", whose))
    await rig.press("manager", "派单", await rig.heard("manager"))
    await rig.say("manager", "住房")
    await rig.say("manager", "请核实")
    assert "金康苑" in text(await rig.heard("housing"))


async def test_after_two_returns_the_level_above_decides(rig: Rig) -> None:
    card, who = await filed(rig), "worker"
    for _ in range(2):
        await rig.press(who, "不是我的职责", await rig.press(who, "不清楚", await rig.press(who, "退回", card)))
        await rig.press("manager", "派单", await rig.heard("manager"))
        await rig.say("manager", "安居物业")
        await rig.say("manager", "请处理")
        card, who = await rig.heard("firm"), "firm"
    await rig.press(who, "不是我的职责", await rig.press(who, "不清楚", await rig.press(who, "退回", card)))
    assert await rig.heard("street")


async def test_a_return_does_not_move_the_promised_day(rig: Rig) -> None:
    card = await filed(rig)
    before = await rig.say("li", "查进度")
    promised = text(await rig.press("li", "1001", before)).splitlines()[-1]
    await rig.pass_time(hours=1)
    await rig.press(
        "worker", "不是我的职责", await rig.press("worker", "不清楚", await rig.press("worker", "退回", card))
    )
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    assert promised
    assert case.finish_by == rig.house.town.clocks.add_working(case.created_at, 40)


async def test_a_grid_worker_reports_upward_and_the_desk_has_it(rig: Rig) -> None:
    await rig.press("worker", "要几家一起办", await further(rig, "worker", "上报", await accepted(rig)))
    assert any("接单" in b.label for m in await rig.heard("manager") for b in m.buttons)


async def test_whistled_units_report_in_and_the_lead_sees_it(rig: Rig) -> None:
    card = await accepted(rig)
    await further(rig, "worker", "吹哨", card)
    chosen = await rig.say("worker", "安居物业")
    assert "已选：安居物业" in text(chosen)
    await rig.press("worker", "就这些", chosen)
    await rig.say("worker", "请带梯子来")
    call = await rig.heard("firm")
    assert "请带梯子来" in text(call)
    await rig.heard("worker")
    there = await rig.press("firm", "报到", call)
    assert "安居物业到了" in text(await rig.heard("worker"))
    await rig.press("firm", "协办", there)
    await rig.say("firm", "灯座换好了")
    assert "灯座换好了" in text(await rig.heard("worker"))


async def test_a_whistled_unit_never_sees_the_reporters_phone(rig: Rig) -> None:
    await rig.say("li", "我的电话13812345678")
    await rig.say("li", "/cancel")
    await further(rig, "worker", "吹哨", await accepted(rig))
    await rig.press("worker", "就这些", await rig.say("worker", "安居物业"))
    await rig.say("worker", "请来")
    assert "👤" not in text(await rig.heard("firm"))


async def test_an_extension_is_granted_by_the_desk_above_and_moves_the_deadline(rig: Rig) -> None:
    card = await accepted(rig)
    await rig.press("worker", "3天", await further(rig, "worker", "延期", card))
    await rig.say("worker", "等配件")
    ask = await rig.heard("manager")
    assert "3天" in text(ask)
    await rig.press("manager", "同意", ask)
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    assert case.finish_by == rig.house.town.clocks.add_working(case.created_at, 40 + 24)


async def test_the_resident_hears_why_it_takes_longer(rig: Rig) -> None:
    await rig.press("worker", "3天", await further(rig, "worker", "延期", await accepted(rig)))
    await rig.say("worker", "等配件")
    await rig.press("manager", "同意", await rig.heard("manager"))
    assert "等配件" in text(await rig.heard("li"))


async def test_a_second_extension_goes_one_level_higher(rig: Rig) -> None:
    card = await accepted(rig)
    await rig.press("worker", "1天", await further(rig, "worker", "延期", card))
    await rig.say("worker", "等配件")
    await rig.press("manager", "同意", await rig.heard("manager"))
    await rig.press("worker", "1天", await further(rig, "worker", "延期", await rig.heard("worker")))
    await rig.say("worker", "还要等")
    assert "同意" in [b.label[-2:] for m in await rig.heard("street") for b in m.buttons]


async def test_an_overdue_case_cannot_be_extended(rig: Rig) -> None:
    card = await accepted(rig)
    await rig.pass_time(days=30)
    await rig.press("worker", "1天", await further(rig, "worker", "延期", card))
    assert "超期" in text(await rig.say("worker", "等配件"))


async def test_who_asked_cannot_grant_it(rig: Rig) -> None:
    card = await rig.press("manager", "接单", await _raised(rig))
    await rig.press("manager", "1天", await further(rig, "manager", "延期", card))
    await rig.say("manager", "等配件")
    heard = await rig.say("manager", choice="c:1:grant")
    assert "上一级" in text(heard)


async def _raised(rig: Rig) -> list[Outgoing]:
    await rig.press("worker", "要几家一起办", await further(rig, "worker", "上报", await accepted(rig)))
    return await rig.heard("manager")


async def test_a_shelved_case_rests_until_its_review_day(rig: Rig) -> None:
    card = await accepted(rig)
    await rig.press("worker", "一个月后", await further(rig, "worker", "挂账", card))
    await rig.say("worker", "要等工程")
    await rig.press("manager", "同意", await rig.heard("manager"))
    assert "要等工程" in text(await rig.heard("li"))
    await rig.heard("worker")
    await rig.pass_time(days=20)
    assert "超期" not in text(await rig.heard("worker"))
    await rig.pass_time(days=11)
    assert await rig.heard("worker")


async def test_a_refused_case_names_the_right_door_and_can_be_reviewed(rig: Rig) -> None:
    card = await accepted(rig)
    await rig.press("worker", "法院", await further(rig, "worker", "不受理", card))
    await rig.say("worker", "这是邻里官司")
    await rig.press("manager", "同意", await rig.heard("manager"))
    told = await rig.heard("li")
    assert "法院" in text(told)
    why = await rig.press("li", "请复核", told)
    await rig.say("li", "我不服")
    assert why
    assert any("重办" in b.label for m in await rig.heard("street") for b in m.buttons)


async def test_waiting_for_the_resident_stops_the_clock(rig: Rig) -> None:
    card = await accepted(rig)
    await further(rig, "worker", "问居民", card)
    await rig.say("worker", "请问是哪一层?")
    asked = await rig.heard("li")
    await rig.pass_time(hours=24)
    await rig.press("li", "回复", asked)
    await rig.say("li", "三层")
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    assert case.finish_by > rig.house.town.clocks.add_working(case.created_at, 40)
    assert "三层" in text(await rig.heard("worker"))


async def test_a_supervised_case_must_be_answered(rig: Rig) -> None:
    await accepted(rig)
    card = await rig.say("street", choice="c:1:show")
    await rig.press("street", "请根治", await further(rig, "street", "督办", card))
    asked = await rig.heard("worker")
    assert "督办" in text(asked)
    await rig.press("worker", "答复督办", asked)
    await rig.say("worker", "今晚换新线路")
    assert "今晚换新线路" in text(await rig.heard("street"))


async def test_a_grid_worker_cannot_supervise(rig: Rig) -> None:
    await accepted(rig)
    assert "上一级" in text(await rig.say("worker", choice="c:1:supervise"))


async def test_every_look_has_a_reason_that_the_resident_can_read(rig: Rig) -> None:
    await rig.say("li", "/start")
    async with rig.storage.writing() as records:
        li = await records.people.at(Address("web", "li"), "", rig.now[0])
        await records.people.save_phone(li.id, "13912345678")
    card = await accepted(rig)
    await rig.press("worker", "上门前联系", await rig.press("worker", "查看电话", card))
    mine = await rig.press("li", "1001", await rig.say("li", "查进度"))
    assert "上门前联系" in text(await rig.press("li", "谁看过我的信息", mine))


async def test_the_trail_tells_who_held_it_and_how_long(rig: Rig) -> None:
    card = await filed(rig)
    await rig.pass_time(minutes=30)
    card = await rig.press("worker", "接单", card)
    await rig.pass_time(hours=2)
    trail = text(await rig.press("worker", "看经过", await rig.press("worker", "更多", card)))
    assert "30分钟" in trail
    assert "2小时" in trail


async def test_a_case_of_another_kind_keeps_its_words_and_teaches_the_triage(rig: Rig) -> None:
    card = await accepted(rig)
    groups = await further(rig, "worker", "改类别", card)
    kinds = await rig.press("worker", "房屋报修", groups)
    await rig.press("worker", "门禁大门", kinds)
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
        learnt = await records.lessons.since(None)
    assert case is not None
    assert (case.kind, case.words) == ("door_access", WORDS)
    assert [lesson.kind_after for lesson in learnt] == ["door_access"]


async def test_a_stranger_learns_nothing_of_a_case(rig: Rig) -> None:
    await filed(rig)
    there = await rig.say("stranger", choice="c:1:show")
    nowhere = await rig.say("stranger", choice="c:99:show")
    assert text(there) == text(nowhere)
