"""An errand as resident, helper, worker and desk live it: ordered, offered, taken, handed over, paid, thanked for."""

import pytest
from sqlalchemy import text

from bot.chat.messages import Address, Incoming
from storage.database import Database
from tests.flow.errand_walk import PARCEL, delivered, errand, helper, order, taken, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@pytest.fixture
async def helped(rig: Rig) -> Rig:
    """With a helper in the micro-grid of the place."""
    await helper(rig, "zhang", "张建国")
    return rig


async def everywhere(rig: Rig, needle: str) -> list[str]:
    """The tables in which a word can still be read."""
    found = []
    async with rig.database.reading() as connection:
        for table, column in (
            ("cases", "words"), ("events", "words"), ("outbox", "body"), ("conversations", "body"), ("errands", "secrets"),
            ("errands", "answers"), ("web_lines", "body"), ("weeklies", "body"),
        ):  # fmt: skip
            rows = await connection.scalars(text(f"SELECT CAST({column} AS TEXT) FROM {table}"))
            if any(needle in (row or "") for row in rows):
                found.append(f"{table}.{column}")
    return found


# ---------------------------------------------------------------- ordering


async def test_who_would_rather_tap_orders_without_saying_what_first(rig: Rig) -> None:
    await rig.press("li", "代买", await rig.say("li", "请人代办"))
    asked = await rig.say("li", "金康苑3号楼2单元501")
    assert "要买什么" in words(asked)
    for answer in ("鸡蛋一斤", "50", "明天上午", "1"):
        await rig.say("li", answer)
    await rig.say("li", "提交")
    assert "“鸡蛋一斤”" in words(await rig.heard("worker"))


async def test_what_is_ordered_seldom_is_found_behind_other(rig: Rig) -> None:
    groups = await rig.press("li", "其他", await rig.say("li", "请人代办"))
    kinds = await rig.press("li", "六助", groups)
    asked = await rig.press("li", "助浴", kinds)
    assert "在哪里" in words(asked)


async def test_a_scanned_staircase_is_the_place_of_what_was_tapped(rig: Rig) -> None:
    stairs = rig.house.town.gazetteer.find("金康苑3号楼2单元").unit
    assert stairs is not None
    await rig.say("li", "/start", payload=f"b_{stairs.code}")
    asked = await rig.press("li", "代买", await rig.say("li", "请人代办"))
    assert "要买什么" in words(asked)


async def test_a_parcel_is_ordered_with_one_message_and_two_taps(rig: Rig) -> None:
    heard = await order(rig)
    assert "1001" in words(heard)


async def test_what_the_first_message_says_is_not_asked_again(rig: Rig) -> None:
    heard = await rig.say("li", PARCEL)
    assert "交给谁" in words(heard)


async def test_an_answer_to_each_question_stands_on_the_check_screen(rig: Rig) -> None:
    await rig.say("li", "帮我取快递,金康苑3号楼2单元")
    await rig.say("li", "菜鸟驿站")
    await rig.say("li", "472913")
    await rig.say("li", "王芳")
    heard = await rig.press("li", "放家门口", await rig.say("li", "明天上午"))
    assert "取件点：菜鸟驿站" in words(heard)
    assert "收件人：王芳" in words(heard)
    assert "11月24日（周二）上午" in words(heard)


async def test_two_answers_in_one_message_leave_one_question(rig: Rig) -> None:
    await rig.say("li", "帮我取快递,金康苑3号楼2单元")
    assert "写谁的名字" in words(await rig.say("li", "菜鸟驿站 取件码 472913"))


async def test_a_pick_up_code_is_never_shown_on_the_check_screen(rig: Rig) -> None:
    heard = await rig.press("li", "当面交给我", await rig.say("li", PARCEL))
    assert "8-2-1033" not in words(heard)
    assert "取件码" in words(heard)


async def test_a_question_nobody_can_answer_is_left_for_later(rig: Rig) -> None:
    heard = await rig.say("li", "帮我取快递,金康苑3号楼2单元")
    for _ in range(3):
        heard = await rig.press("li", "见面说", heard)
    assert "什么时候" in words(heard)


async def test_a_daughter_orders_for_her_mother(rig: Rig) -> None:
    asked = await rig.say("li", PARCEL.replace("帮我", "帮我妈"))
    assert "妈妈的电话" in words(asked)
    asked = await rig.say("li", "13800138000")
    heard = await rig.press("li", "当面交给妈妈", asked)
    assert "妈妈知道这件事" in words(heard)
    await rig.say("li", "提交")
    assert (await errand(rig)).for_phone == "13800138000"


async def test_at_home_the_home_we_know_is_the_place(rig: Rig) -> None:
    heard = await rig.say("liu", "金康苑3号楼2单元501没水了")
    await rig.press("liu", "记住这里是我家", await rig.press("liu", "提交", heard))
    asked = await rig.say("liu", "帮我买两斤鸡蛋,20块钱,今天下午")
    assert "地点：金康苑3号楼2单元501室" in words(await rig.press("liu", "当面", asked))


async def test_a_slot_that_went_by_on_the_check_screen_is_asked_again(rig: Rig) -> None:
    await rig.press("li", "当面交给我", await rig.say("li", PARCEL))
    await rig.pass_time(hours=12)
    assert "什么时候" in words(await rig.say("li", "提交"))


async def test_the_deadline_is_the_end_of_the_slot(rig: Rig) -> None:
    await order(rig)
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    assert case.finish_by == (await errand(rig)).slot_until


async def test_workers_only_errands_are_not_planned_on_a_day_off(rig: Rig) -> None:
    heard = await rig.say("li", "帮我交电费,户号3301234567,金康苑3号楼2单元,这周日上午")
    assert "那天休息" in words(heard)


# ---------------------------------------------------------------- the red line


async def test_the_code_leaves_to_the_taker_alone(helped: Rig) -> None:
    await order(helped)
    card = await taken(helped)
    choice = next(button.choice for message in card for button in message.buttons if "看取件码" in button.label)
    said = Incoming(Address("web", "zhang"), Address("web", "zhang"), "look", helped.now[0], choice=choice)
    await helped.intake.receive([said])
    assert "8-2-1033" in "\n".join(await delivered(helped, "zhang"))


async def test_the_code_stands_in_one_sealed_place_while_the_errand_runs(helped: Rig) -> None:
    await order(helped)
    card = await taken(helped)
    await helped.press("zhang", "看取件码", card)
    assert await everywhere(helped, "8-2-1033") == ["errands.secrets"]


@pytest.mark.parametrize("who", ["li", "stranger", "worker", "qian"])
async def test_nobody_else_can_look(helped: Rig, who: str) -> None:
    await order(helped)
    await taken(helped)
    await helped.say(who, choice="e:1:secret")
    async with helped.storage.writing() as records:
        assert await records.looks.of_case(1) == ()


async def test_every_look_can_be_read_by_the_resident(helped: Rig) -> None:
    await order(helped)
    await helped.press("zhang", "看取件码", await taken(helped))
    mine = await helped.say("li", choice="c:1:looks")
    assert "办事要用" in words(mine)


async def test_at_the_hand_over_every_secret_is_wiped(helped: Rig) -> None:
    await order(helped)
    card = await taken(helped)
    await helped.press("zhang", "看取件码", card)
    await helped.press("zhang", "交接", card)
    heard = await helped.say("zhang", (await errand(helped)).code)
    assert "已抹掉" in words(heard)
    assert await everywhere(helped, "8-2-1033") == []


async def test_a_withdrawn_errand_keeps_no_secret(helped: Rig) -> None:
    await order(helped)
    await taken(helped)
    await helped.say("li", choice="c:1:withdraw")
    await helped.say("li", "不用了")
    assert (await errand(helped)).secrets == ""


async def test_once_an_errand_is_over_its_helper_finds_no_contact(helped: Rig) -> None:
    await order(helped)
    await taken(helped)
    await helped.say("li", choice="c:1:withdraw")
    await helped.say("li", "不用了")
    assert "没有找到" in words(await helped.say("zhang", choice="c:1:look"))


async def test_who_gave_it_back_cannot_look_any_more(helped: Rig) -> None:
    await order(helped)
    card = await taken(helped)
    await helped.press("zhang", "看取件码", card)
    assert "已抹掉" in words(await helped.press("zhang", "我来不了", card))
    assert "不归您" in words(await helped.say("zhang", choice="e:1:secret"))


# ---------------------------------------------------------------- money


SHOPPING = "帮我买两斤鸡蛋,20块钱,金康苑3号楼2单元,今天下午"


async def bought(rig: Rig, amount: str = "18块5") -> None:
    """Eggs were bought, with the receipt."""
    await order(rig, words=SHOPPING)
    await rig.press("zhang", "记垫付", await taken(rig))
    await rig.say("zhang", amount)
    await rig.say("zhang", photo=True)


async def test_what_was_laid_out_is_shown_with_the_receipt_and_agreed_by_a_tap(helped: Rig) -> None:
    await bought(helped)
    told = await helped.heard("li")
    assert "18.5元" in words(told)
    assert any(message.attachments for message in told)
    await helped.press("li", "对", told)
    assert (await errand(helped)).paid_ok is True


async def test_an_amount_that_is_not_right_goes_to_the_desk(helped: Rig) -> None:
    await bought(helped)
    await helped.press("li", "不对", await helped.heard("li"))
    assert "18.5元不对" in words(await helped.heard("manager"))


async def test_more_than_the_limit_is_not_laid_out(helped: Rig) -> None:
    await order(helped, words=SHOPPING)
    await helped.press("zhang", "记垫付", await taken(helped))
    await helped.say("zhang", "999")
    assert "最多垫300元" in words(await helped.say("zhang", photo=True))


async def test_nothing_is_handed_over_before_the_money_is_noted(helped: Rig) -> None:
    await order(helped, words=SHOPPING)
    await helped.press("zhang", "交接", await taken(helped))
    assert "花了多少钱" in words(await helped.say("zhang", (await errand(helped)).code))


async def test_only_the_resident_agrees_to_the_money(helped: Rig) -> None:
    await bought(helped)
    await helped.say("zhang", choice="e:1:paid_ok")
    assert (await errand(helped)).paid_ok is None


# ---------------------------------------------------------------- every week


async def test_every_tuesday_comes_again_a_day_ahead(helped: Rig) -> None:
    await order(helped, words="每周二上午帮我买两斤鸡蛋,20块钱,金康苑3号楼2单元")
    await helped.heard("zhang")
    await helped.pass_time(days=7)
    assert "已安排好" in words(await helped.heard("li"))
    again = await errand(helped, 2)
    assert (again.slot_from - (await errand(helped)).slot_from).days == 7


async def test_a_word_ends_what_comes_every_week(helped: Rig) -> None:
    await order(helped, words="每周二上午帮我买两斤鸡蛋,20块钱,金康苑3号楼2单元")
    assert "不来了" in words(await helped.say("li", "以后不用了"))
    await helped.pass_time(days=8)
    async with helped.storage.writing() as records:
        assert await records.cases.get(2) is None
