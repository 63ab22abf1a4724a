"""Typed words that mean a button."""

import pytest

from bot.chat.conversation import chosen

OFFERED = (("1 提交", "a"), ("2 修改", "b"), ("3 📷加照片", "c"))


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("1", "a"),
        ("2", "b"),
        ("2.", "b"),
        ("二", "b"),
        ("第二个", "b"),
        ("提交", "a"),
        ("加照片", "c"),
        ("9", ""),
        ("你好", ""),
        ("", ""),
    ],
)
def test_a_typed_number_or_label_means_the_button(typed: str, choice: str) -> None:
    assert chosen(typed, OFFERED) == choice


def test_a_building_is_named_by_its_own_number() -> None:
    assert chosen("3", (("1号楼", "x"), ("3号楼", "y"))) == "y"


def test_thirteen_is_not_one_or_three() -> None:
    assert chosen("3", (("13号楼", "x"), ("1号楼", "y"))) == ""
