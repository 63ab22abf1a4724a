"""The catalogues: complete in both languages."""

import string

from bot.texts import load


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_english_has_every_chinese_text() -> None:
    assert set(load("zh-CN")) == set(load("en"))


def test_both_languages_fill_the_same_blanks() -> None:
    chinese, english = load("zh-CN"), load("en")
    assert {key for key in chinese.keys() & english if _blanks(chinese[key]) != _blanks(english[key])} == set()
