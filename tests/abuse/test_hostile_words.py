"""What ill will can write: signs that turn lines around, hide words or fill a screen, and texts without end."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cleaning import MAX_WORDS, cleaned, visible
from bot.chat.messages import Address, Incoming

WANG = Address("web", "wang")


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("灯坏了\u202e了坏灯", "灯坏了了坏灯"),
        ("金\u200b康\u200c苑\ufeff", "金康苑"),
        ("a\u2066b\u2069c\u061c", "abc"),
        ("一\r\n二\t三\x00\x1b[31m", "一\n二\t三[31m"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("楼" + "\u0301" * 500, "楼" + "\u0301" * 3),
        ("\ud800坏", "坏"),
    ],
)
def test_what_cannot_be_seen_is_not_kept(said: str, seen: str) -> None:
    assert visible(said) == seen


@given(st.text(alphabet=st.characters(whitelist_categories=("Lo", "Nd", "Po"), max_codepoint=0x9FFF), max_size=60))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_ten_megabytes_are_cut_and_quickly() -> None:
    message = Incoming(WANG, WANG, "m1", datetime.now(UTC), "楼道灯坏了" * 2_000_000, name="王\u202e" * 1000)
    clean = cleaned(message)
    assert (len(clean.text), len(clean.name)) == (MAX_WORDS, 32)


def test_a_clean_message_is_the_same_message() -> None:
    message = Incoming(WANG, WANG, "m1", datetime.now(UTC), "楼道灯坏了,已经3天。", name="王阿姨")
    assert cleaned(message) is message
