"""Are long texts cut so that nothing is lost and nothing is refused?"""

from hypothesis import given
from hypothesis import strategies as st

from handlers.telegram.splitting import clip, length, split

words = st.text(st.sampled_from("水管爆了 a\n。！,😀"), max_size=400)


@given(words, st.integers(2, 60))
def test_no_piece_is_too_long(text: str, limit: int) -> None:
    assert all(0 < length(piece) <= limit for piece in split(text, limit))


@given(words, st.integers(2, 60))
def test_nothing_but_space_is_lost(text: str, limit: int) -> None:
    assert "".join("".join(split(text, limit)).split()) == "".join(text.split())


@given(words, st.integers(2, 60))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    assert length(clip(text, limit)) <= limit


def test_a_text_is_cut_between_its_paragraphs_first() -> None:
    assert split("第一段。还是第一段。\n\n第二段。", 14) == ("第一段。还是第一段。", "第二段。")


def test_a_sentence_is_cut_where_it_ends() -> None:
    assert split("水管爆了。请快来人。", 8) == ("水管爆了。", "请快来人。")


def test_an_emoji_counts_as_telegram_counts_it() -> None:
    assert length("😀") == 2
