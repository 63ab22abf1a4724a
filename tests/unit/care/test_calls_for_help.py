"""Which words of an elder call people at once. Pure."""

import pytest

from bot.care.words import calls_for_help
from bot.town import Town


@pytest.mark.parametrize("words", ["求助", "求助!", "SOS", "sos", "救命", "救命啊我摔倒了", "快来人", "一键求助。"])
def test_a_cry_calls(words: str, town: Town) -> None:
    assert calls_for_help(words, town)


@pytest.mark.parametrize(
    "words", ["路灯坏了", "救命药送到了吗", "谢谢救命恩人", "想订明天的午饭", "求助热线是多少", "", "。。"]
)
def test_other_words_do_not(words: str, town: Town) -> None:
    assert not calls_for_help(words, town)
