"""The shipped font."""

from fontTools.ttLib import TTFont

from bot.fonts import cjk_font
from bot.texts import load


def test_the_font_has_every_character_that_our_texts_use_but_emoji() -> None:
    letters = {
        letter for locale in ("zh-CN", "en") for text in load(locale).values() for letter in text if letter.isalnum()
    }
    with TTFont(cjk_font()) as font:
        assert letters - {chr(code) for code in font.getBestCmap()} == set()
