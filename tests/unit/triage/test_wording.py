import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.wording import clauses, normalise, sentences


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("電梯壞了", "电梯坏了"),
        ("着 火 了", "着火了"),
        ("煤 气泄 漏了", "煤气泄漏了"),
        ("着，火，了！", "着火了!"),
        ("楼道灯坏了 三天了", "楼道灯坏了,三天了"),
        ("ＦＩＲＥ", "fire"),
        ("煤-气·泄*漏", "煤气泄漏"),
    ],
)
def test_what_people_type_is_brought_to_one_spelling(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_sentences_and_clauses_are_cut_at_their_pauses() -> None:
    normal = normalise("灯坏了，很黑。门也坏了！")
    assert sentences(normal) == ["灯坏了,很黑", "门也坏了"]
    assert clauses(normal) == ["灯坏了", "很黑", "门也坏了"]


@given(st.text(max_size=200))
def test_any_text_can_be_brought_to_one_spelling(text: str) -> None:
    assert isinstance(normalise(text), str)
