import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.quoting import quoted


@pytest.mark.parametrize(
    "said",
    [
        "1024",
        "1024号",
        "1024号怎么样了?",
        "请问1024号办好了吗",
        "查一下 1024 号",
        "我的1024号到哪一步了",
        "编号：１０２４",
        "1024号的事有消息吗",
    ],
)
def test_a_number_asked_about_is_understood(said: str) -> None:
    assert quoted(said, alone=True) == 1024


@pytest.mark.parametrize(
    "said",
    [
        "1024号楼漏水",
        "1024号楼怎么样了",
        "13812345678",
        "房租2000",
        "602",
        "金康苑1024号",
        "1024号灯杆不亮",
        "",
        "2026年11月",
    ],
)
def test_a_number_of_something_else_is_not(said: str) -> None:
    assert quoted(said, alone=True) is None


@pytest.mark.parametrize(("said", "number"), [("1024", None), ("1024号", None), ("1024号怎么样了", 1024)])
def test_amid_a_report_only_a_question_is_understood(said: str, number: int | None) -> None:
    assert quoted(said, alone=False) == number


@given(st.text(max_size=60))
def test_no_words_break_it(said: str) -> None:
    assert quoted(said, alone=True) is None or any(character.isdigit() for character in said)


@given(st.integers(1001, 999_999_999))
def test_every_number_is_understood(number: int) -> None:
    assert quoted(f"{number}号怎么样了", alone=False) == number
