"""What is found in people's words, and what is kept out of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errands.asking import FINDABLE, Ask, answer, answered, asks, for_whom, heard, lines, masked
from bot.texts import texts
from bot.triage.kinds import Kind, Service

EVERY = tuple(Ask(name, "", "", secret=False) for name in FINDABLE)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("菜鸟驿站,取件码8-2-1033,收件人王芳", {"station": "菜鸟驿站", "code": "8-2-1033", "name": "王芳"}),
        ("在东门快递柜 取件码: 472913", {"station": "东门快递柜", "code": "472913"}),
        ("快递5-1-2001和5-1-2002", {"code": "5-1-2001 5-1-2002"}),
        ("帮我交电费,户号 3301234567", {"bill": "电费", "account": "3301234567"}),
        ("陪我妈去人民医院看病", {"hospital": "人民医院"}),
        ("买两斤鸡蛋,20块钱以内", {"budget": "20"}),
        ("大概五十块,快一点", {"budget": "五十"}),
        ("白菜两颗,豆腐一块", {}),
        ("孩子6岁", {"age": "6"}),
        ("灯坏了", {}),
    ],
)
def test_several_answers_are_taken_from_one_message(said: str, found: dict[str, str]) -> None:
    assert heard(EVERY, said, {}) == found


@pytest.mark.parametrize(
    ("said", "sum_"),
    [
        ("50", "50"),
        ("大概五十块吧", "五十"),
        ("100左右", "100"),
        ("看着买", ""),
        ("硝苯地平,一盒", None),
        ("豆腐一块", None),
    ],
)
def test_a_budget_is_a_sum_and_nothing_else(said: str, sum_: str | None) -> None:
    assert answered(Ask("budget", "", "", secret=False), said) == sum_


def test_what_is_known_already_is_not_taken_again() -> None:
    assert heard(EVERY, "取件码8-2-1033", {"code": "1-1-1111"}) == {}


@pytest.mark.parametrize("secret", ["8-2-1033", "472913"])
def test_a_pick_up_code_leaves_the_words(secret: str) -> None:
    assert masked(f"帮我取快递,取件码{secret},谢谢") == "帮我取快递,取件码***,谢谢"


@given(st.from_regex(r"[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,5}", fullmatch=True))
def test_no_code_of_the_usual_form_stays_in_the_words(code: str) -> None:
    assert code not in masked(f"帮我取一下快递 {code} 谢谢")


@pytest.mark.parametrize("address", ["金康苑3-2-501", "住3-2-501", "汴河雅居2-1-301"])
def test_an_address_is_no_pick_up_code(address: str) -> None:
    assert masked(f"{address}灯坏了") == f"{address}灯坏了"


def test_beside_a_parcel_an_address_is_still_an_address() -> None:
    assert masked("金康苑3-2-501的快递") == "金康苑3-2-501的快递"


@given(st.text(max_size=80))
def test_words_without_numbers_stay_as_they_are(text: str) -> None:
    plain = "".join(c for c in text if not c.isdigit() and not c.isascii())
    assert masked(plain) == plain


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("帮我妈取快递", "妈妈"),
        ("陪我爸去医院", "爸爸"),
        ("替邻居王奶奶交电费", "邻居王奶奶"),
        ("帮李大爷买菜", "李大爷"),
        ("帮我取快递", ""),
        ("帮忙修灯", ""),
    ],
)
def test_whom_it_is_for_is_heard(said: str, whom: str) -> None:
    assert for_whom(said) == whom


def test_a_citys_own_question_is_asked_as_it_is_written() -> None:
    water = Kind("water", "送水", Service.ERRAND, asks=("几桶水？", "!水站密码是多少？"))
    found = asks(water, texts())
    assert [(ask.words, ask.label, ask.secret) for ask in found] == [
        ("几桶水？", "几桶水", False),
        ("水站密码是多少？", "水站密码是多少", True),
    ]


def test_a_secret_answer_is_not_among_the_open_ones() -> None:
    asked = (Ask("station", "", "取件点", secret=False), Ask("code", "", "取件码", secret=True))
    answers = {"station": "菜鸟驿站", "code": "8-2-1033"}
    assert lines(asked, answers, texts(), secret=False) == "取件点：菜鸟驿站"
    assert lines(asked, answers, texts(), secret=True) == "取件码：8-2-1033"


@pytest.mark.parametrize(("line", "told"), [
    ("取件码：8-2-1033", "8-2-1033"), ("取件码:8-2-1033", "8-2-1033"), ("Code: 8-2-1033", "8-2-1033"), ("孩子：5岁,8:30", "5岁,8:30"), ("没有", ""),
])  # fmt: skip
def test_an_answer_is_read_back_however_it_was_written(line: str, told: str) -> None:
    assert answer(line) == told
