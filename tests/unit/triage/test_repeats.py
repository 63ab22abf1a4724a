import random
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.repeats import likely_same, similarity


def test_the_same_matter_in_other_words_is_the_same() -> None:
    assert likely_same("楼道灯坏了三天了", "3号楼2单元楼道灯还没修", same_kind=True, same_place=True, days_apart=2)


def test_another_matter_of_the_same_kind_is_not() -> None:
    assert not likely_same("厨房水龙头滴水", "卫生间天花板渗水", same_kind=True, same_place=True, days_apart=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("3楼走廊漏水", "5楼走廊漏水"), ("三单元楼道灯坏了", "2单元楼道灯坏了"), ("12栋电梯坏了", "11号楼电梯坏了")],
)
def test_numbers_that_contradict_are_never_the_same(one: str, other: str) -> None:
    assert not likely_same(one, other, same_kind=True, same_place=True, days_apart=0)


def test_after_a_month_the_same_words_tell_of_a_new_fault() -> None:
    assert not likely_same("楼道灯坏了", "楼道灯坏了", same_kind=True, same_place=True, days_apart=45)


def test_elsewhere_the_words_must_agree_more() -> None:
    said = ("楼道灯坏了三天了", "我们这里楼道灯一直没人修")
    assert likely_same(*said, same_kind=True, same_place=True, days_apart=1)
    assert not likely_same(*said, same_kind=False, same_place=False, days_apart=1)


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_a_share_and_does_not_care_who_came_first(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


@given(st.text(max_size=80))
def test_a_message_is_like_itself(text: str) -> None:
    assert similarity(text, text) == similarity(text, f" {text} ")


def test_real_appeals_are_told_apart(appeals: list[dict[str, str]]) -> None:
    """Subject and text of one appeal are the same matter; a subject and another's text of the same category are not."""
    chance = random.Random(3)
    by_category: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in appeals:
        by_category[row["category"]].append(row)
    found = wrong = 0
    for row in appeals:
        found += _same(row["subject"], row["text"])
        others = chance.sample(by_category[row["category"]], 10)
        wrong += sum(_same(row["subject"], other["text"]) for other in others if other["subject"] != row["subject"])
    assert wrong <= len(appeals) * 10 * 0.003
    assert found >= len(appeals) * 0.75


def _same(one: str, other: str) -> bool:
    return likely_same(one, other, same_kind=True, same_place=True, days_apart=1)
