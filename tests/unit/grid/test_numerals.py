"""Small numbers as people write them."""

import pytest

from bot.grid.numerals import first, plain


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("十二", "12"),
        ("两", "2"),
        ("零", "0"),
        ("二十", "20"),
        ("两三", "两三"),
        ("03", "03"),
        ("三楼", "三楼"),
        ("", ""),
    ],
)
def test_a_chinese_number_is_written_in_digits_and_nothing_else_is_touched(words: str, digits: str) -> None:
    assert plain(words) == digits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3份", 3),
        ("两份", 2),
        ("十二家", 12),
        ("一共2份", 2),
        ("要03份", 3),
        ("两三份", None),
        ("不要了", None),
        ("", None),
    ],
)
def test_the_first_number_is_found_however_it_is_written(text: str, number: int | None) -> None:
    assert first(text) == number
