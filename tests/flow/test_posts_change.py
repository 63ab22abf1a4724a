"""Whoever no longer has a post has no case, no phone and no pen; its new people have. Who is away is stood in for."""

from dataclasses import replace

import pytest

from bot.cases.lifecycle import Case, State
from bot.cases.mornings import Mornings
from bot.chat.messages import Address, Outgoing
from bot.grid import sample
from storage.database import Database
from storage.districts import Districts
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"
SUCCESSOR = "R057"  # has only helped as a volunteer so far


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    for who, code in {"next": SUCCESSOR, "zhang": "R018", "head": "R022", "neighbour": "R030"}.items():
        await rig.hire(who, code)
        await rig.heard(who)
    return rig


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> str:
    return " ".join(button.label for message in messages for button in message.buttons)


async def case_of(rig: Rig, case_id: int = 1) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(case_id)
    assert case is not None
    return case


async def person(rig: Rig, who: str) -> int:
    async with rig.storage.writing() as records:
        return (await records.people.at(Address("web", who), "", rig.now[0])).id


async def filed(rig: Rig) -> list[Outgoing]:
    """A case with a phone; the worker's card."""
    await rig.say("li", WORDS)
    await rig.press("li", "留电话", await rig.say("li", "2"))
    await rig.say("li", "13912345678")
    await rig.say("li", "提交")
    return await rig.heard("worker")


async def accepted(rig: Rig) -> list[Outgoing]:
    return await rig.press("worker", "接单", await filed(rig))


async def imported(rig: Rig, *, ring: bool = True) -> None:
    """The worker's post goes to somebody else."""
    district = sample.make("small")
    posts = tuple(
        replace(post, holder=SUCCESSOR) if post.code == "JKY-W1.grid_worker" else post for post in district.posts
    )
    await Districts(rig.database, lambda: rig.now[0]).apply(replace(district, posts=posts))
    await rig.house.refresh()
    if ring:
        await rig.pass_time(seconds=1)


async def on_leave(rig: Rig) -> None:
    """The worker takes a week off; 张敏 is the deputy."""
    await rig.press("worker", "七天", await rig.say("worker", choice="m:leave"))
    await rig.house.refresh()


@pytest.mark.parametrize("verb", ["look", "relay", "finish", "progress", "show", "words", "return"])
async def test_whoever_lost_the_post_hears_that_there_is_no_such_case(rig: Rig, verb: str) -> None:
    await accepted(rig)
    await imported(rig, ring=False)
    assert "没有找到" in text(await rig.say("worker", choice=f"c:1:{verb}"))


async def test_of_a_finished_case_whoever_lost_the_post_sees_no_phone(rig: Rig) -> None:
    await rig.press(
        "worker",
        "没有照片",
        await rig.press("worker", "已处理好", await rig.press("worker", "办结", await accepted(rig))),
    )
    await imported(rig)
    heard = text(await rig.say("worker", choice="c:1:look")) + text(await rig.say("worker", "上门"))
    assert "13912345678" not in heard


async def test_the_case_goes_to_the_posts_new_holder(rig: Rig) -> None:
    await accepted(rig)
    await imported(rig)
    assert (await case_of(rig)).state is State.OPEN
    await rig.press("next", "接单", await rig.heard("next"))
    assert (await case_of(rig)).handler_id == await person(rig, "next")


async def test_the_promise_to_the_resident_stays_when_the_post_changes(rig: Rig) -> None:
    await accepted(rig)
    promised = (await case_of(rig)).finish_by
    await rig.heard("li")
    await imported(rig)
    assert (await case_of(rig)).finish_by == promised
    assert "转给网格员" in text(await rig.heard("li"))


async def test_a_case_nobody_accepted_goes_to_the_posts_new_holder_too(rig: Rig) -> None:
    await filed(rig)
    await imported(rig)
    assert "接单" in labels(await rig.heard("next"))
    assert "没有要办的" in text(await rig.say("worker", "我的任务"))


async def test_whoever_lost_the_post_keeps_one_line_of_the_card_and_no_button(rig: Rig) -> None:
    await accepted(rig)
    await rig.heard("worker")
    await imported(rig)
    (card,) = [message for message in await rig.heard("worker") if message.card == "case:1"]
    assert "已转给金康苑第一网格" in card.text
    assert card.buttons == ()


async def test_more_cases_than_a_stretch_all_go_to_the_new_holder(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "提交")
    case = await case_of(rig)
    async with rig.storage.writing() as records:
        worker = await records.people.at(Address("web", "worker"), "", rig.now[0])
        called = (await records.cases.assigned(1, 1))[0]
        for _ in range(24):
            other = await records.cases.add(replace(case, handler_id=worker.id, state=State.ACCEPTED))
            await records.cases.assign([replace(called, case_id=other.id)])
    await imported(rig)
    for _ in range(2):
        await rig.pass_time(seconds=1)
    async with rig.storage.writing() as records:
        assert await records.cases.called_to(worker.id, 0, 100) == ()


async def test_a_service_that_has_not_read_the_new_directory_waits_with_it(rig: Rig) -> None:
    await accepted(rig)
    district = sample.make("small")
    posts = tuple(replace(p, holder=SUCCESSOR) if p.code == "JKY-W1.grid_worker" else p for p in district.posts)
    await Districts(rig.database, lambda: rig.now[0]).apply(replace(district, posts=posts))
    await rig.pass_time(seconds=1)
    assert (await case_of(rig)).state is State.ACCEPTED
    await rig.house.refresh()
    await rig.pass_time(seconds=2)
    assert (await case_of(rig)).state is State.OPEN


async def test_what_others_hold_stays_with_them_when_a_post_changes(rig: Rig) -> None:
    await rig.press("head", "接单", await _raised_to_head(rig))
    await imported(rig)
    assert (await case_of(rig)).handler_id == await person(rig, "head")


async def _raised_to_head(rig: Rig) -> list[Outgoing]:
    """Nobody accepts, and the head of the grid is called."""
    await filed(rig)
    for _ in range(12):
        await rig.pass_time(hours=1)
        heard = await rig.heard("head")
        if "接单" in labels(heard):
            return heard
    raise AssertionError("the head was not called")


# ---------------------------------------------------------------- 代班


async def test_a_deputy_has_what_the_absent_worker_accepted(rig: Rig) -> None:
    await accepted(rig)
    await on_leave(rig)
    assert "1001" in text(await rig.say("zhang", "我的任务")) + labels(await rig.say("zhang", "我的任务"))
    card = await rig.say("zhang", choice="c:1:show")
    assert "您在办" in text(card)
    await rig.press("zhang", "没有照片", await rig.press("zhang", "已处理好", await rig.press("zhang", "办结", card)))
    assert (await case_of(rig)).state is State.FINISHED


async def test_a_deputy_accepts_what_the_absent_worker_was_called_to(rig: Rig) -> None:
    await filed(rig)
    await on_leave(rig)
    await rig.press("zhang", "接单", await rig.say("zhang", choice="c:1:show"))
    assert (await case_of(rig)).handler_id == await person(rig, "zhang")


async def test_the_deputy_is_reminded_of_what_the_absent_worker_did_not_accept(rig: Rig) -> None:
    await filed(rig)
    await on_leave(rig)
    for who in ("worker", "zhang"):
        await rig.heard(who)
    for _ in range(3):
        await rig.pass_time(hours=1)
    assert "还没人接" in text(await rig.heard("zhang"))
    assert "还没人接" not in text(await rig.heard("worker"))


async def test_the_morning_list_of_who_is_away_goes_to_the_deputy(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        await Mornings().start(records, rig.house.town, rig.now[0])
    await accepted(rig)
    await on_leave(rig)
    for who in ("worker", "zhang"):
        await rig.heard(who)
    for _ in range(24):
        await rig.pass_time(hours=1)
    assert "1件" in text(await rig.heard("zhang"))
    assert "1件" not in text(await rig.heard("worker"))


async def test_who_urges_is_heard_by_the_deputy_of_who_is_away(rig: Rig) -> None:
    await accepted(rig)
    await on_leave(rig)
    for who in ("worker", "zhang"):
        await rig.heard(who)
    await rig.say("li", choice="c:1:urge")
    assert "在催" in text(await rig.heard("zhang"))
    assert "在催" not in text(await rig.heard("worker"))


async def test_the_deputy_is_reminded_of_the_first_contact(rig: Rig) -> None:
    await accepted(rig)
    await on_leave(rig)
    for who in ("worker", "zhang"):
        await rig.heard(who)
    for _ in range(26):
        await rig.pass_time(hours=1)
    assert "1001" in text(await rig.heard("zhang"))
    assert "1001" not in text(await rig.heard("worker"))


async def test_back_from_leave_the_deputy_has_it_no_longer(rig: Rig) -> None:
    await accepted(rig)
    await on_leave(rig)
    await rig.press("worker", "我回来了", await rig.say("worker", choice="m:leave"))
    await rig.house.refresh()
    assert "没有找到" in text(await rig.say("zhang", choice="c:1:show"))


async def test_a_colleague_who_is_nobodys_deputy_has_nothing(rig: Rig) -> None:
    await accepted(rig)
    await on_leave(rig)
    assert "没有找到" in text(await rig.say("next", choice="c:1:show"))


# ---------------------------------------------------------------- heads follow as everybody does


async def test_a_head_who_follows_a_case_reads_it_as_a_resident_does(rig: Rig) -> None:
    await filed(rig)
    await rig.say("neighbour", "金康苑3号楼2单元楼道灯坏了")
    await rig.press("neighbour", "我也遇到", await rig.say("neighbour", "提交"))
    shown = await rig.press("neighbour", "1001", await rig.say("neighbour", "查进度"))
    assert "13912345678" not in text(shown)
    assert "不再关注" in labels(shown)
