import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.danger import find
from bot.triage.kinds import Kinds

SENTENCES = tomllib.loads((Path(__file__).parent / "dangers.toml").read_text(encoding="utf-8"))
STRANGERS = tomllib.loads((Path(__file__).parent / "strangers.toml").read_text(encoding="utf-8"))
REAL = [sentence for group in SENTENCES["real"].values() for sentence in group]
NEAR = [sentence for group in SENTENCES["near"].values() for sentence in group]


def test_there_are_a_hundred_dangers_and_a_hundred_near_misses() -> None:
    assert (len(set(REAL)), len(set(NEAR))) == (100, 100)


def test_at_least_99_of_100_dangers_are_heard() -> None:
    missed = [sentence for sentence in REAL if find(sentence) is None]
    assert len(missed) <= 1, missed


def test_at_most_3_of_100_near_misses_raise_an_alarm() -> None:
    false_alarms = [sentence for sentence in NEAR if find(sentence) is not None]
    assert len(false_alarms) <= 3, false_alarms


def test_sentences_that_were_not_written_with_the_rules_are_heard_as_well() -> None:
    second = SENTENCES["second"]
    missed = [sentence for sentence in second["real"] if find(sentence) is None]
    false_alarms = [sentence for sentence in second["near"] if find(sentence) is not None]
    assert len(missed) <= len(second["real"]) // 50, missed
    assert len(false_alarms) <= len(second["near"]) // 20, false_alarms


@pytest.mark.parametrize("kind", sorted(STRANGERS))
def test_strangers_words_for_danger_are_heard(kind: str) -> None:
    missed = [sentence for sentence in STRANGERS[kind]["urgent"] if find(sentence) is None]
    assert len(missed) <= len(STRANGERS[kind]["urgent"]) * (0.05 if kind == "odd" else 0.01), missed


@pytest.mark.parametrize("kind", sorted(STRANGERS))
def test_strangers_near_misses_raise_few_alarms(kind: str) -> None:
    alarms = [sentence for sentence in STRANGERS[kind]["calm"] if find(sentence) is not None]
    assert len(alarms) <= len(STRANGERS[kind]["calm"]) * 0.03, alarms


@pytest.mark.parametrize("sentence", SENTENCES["traps"]["real"])
def test_words_that_only_seem_to_deny_do_not_hide_a_danger(sentence: str) -> None:
    assert find(sentence) is not None


def test_long_letters_about_old_troubles_seldom_raise_an_alarm(appeals: list[dict[str, str]]) -> None:
    alarms = [row["subject"] for row in appeals if find(f"{row['subject']}。{row['text']}")]
    assert len(alarms) <= len(appeals) * 0.03, alarms


@pytest.mark.parametrize("what", sorted({found.what for sentence in REAL if (found := find(sentence))}))
def test_every_danger_is_a_kind_of_emergency(what: str, kinds: Kinds) -> None:
    assert kinds.by_code[what].urgency == "emergency"


@pytest.mark.parametrize(
    ("sentence", "number"),
    [("3号楼着火了快来人", "119"), ("电梯困人,快来人", "119"), ("老人晕倒了叫不醒", "120"), ("有人持刀抢劫", "110")],
)
def test_each_danger_has_its_number(sentence: str, number: str) -> None:
    found = find(sentence)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "spelling",
    ["着火了", "着 火 了", "着，火，了！", "找火了", "著火了", "着-火-了", "着\u200b火了", "FIRE!", "着火了🔥"],
)
def test_fire_is_heard_in_every_spelling(spelling: str) -> None:
    assert find(f"3号楼{spelling}") is not None


@given(
    st.sampled_from(["", "快来人，", "我家", "3号楼"]),
    st.sampled_from(["着火了", "煤气泄漏了", "有人触电了", "电梯困人"]),
)
def test_what_stands_in_front_of_a_danger_does_not_hide_it(before: str, danger: str) -> None:
    assert find(before + danger) is not None


@given(
    st.sampled_from(["着火", "漏气", "触电", "电梯困人", "打架", "走失", "爆炸", "昏迷"]),
    st.sampled_from(["没有", "不是", "没", "并没有", "没有人"]),
)
def test_a_denied_danger_is_none(danger: str, denial: str) -> None:
    assert find(denial + danger) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = find(text)
    assert found is None or found.number in {"110", "119", "120"}


@pytest.mark.parametrize("words", ["啥时候能来人啊", "师傅几点来人"])
def test_who_asks_when_somebody_will_come_is_not_in_danger(words: str) -> None:
    assert find(words) is None


def test_a_fire_for_which_nobody_has_come_yet_is_a_fire() -> None:
    assert find("着火了什么时候来人啊") is not None
