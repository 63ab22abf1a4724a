"""What the catalogues do beside telling a text; that they are complete is held by the tests of the house rules."""

from bot.texts import texts


def test_several_names_are_one_as_the_language_does_it() -> None:
    assert [texts(locale).listed(("王秀英", "李建国")) for locale in ("zh-CN", "en")] == [
        "王秀英、李建国",
        "王秀英, 李建国",
    ]
