import pytest

from bot.triage.kinds import Kinds
from bot.triage.learning import train
from bot.triage.lessons import learn
from bot.triage.reading import Triage

ROWS = [
    ("路灯不亮", "市政科"),
    ("路灯坏了", "市政科"),
    ("水管漏水", "水务科"),
    ("停水三天", "水务科"),
    ("垃圾没人清", "垃圾清运"),
] * 5


def test_a_citys_labels_are_guessed_after_the_lesson(kinds: Kinds) -> None:
    lesson = learn(ROWS, kinds)
    kind = Triage(lesson.kinds, lesson.model).read("我们这里路灯不亮").kind
    assert kind is not None
    assert kind.name == "市政科"


def test_a_label_that_names_a_kind_is_that_kind(kinds: Kinds) -> None:
    assert "garbage" in learn(ROWS, kinds).model.labels


def test_the_score_is_of_tickets_not_seen(kinds: Kinds) -> None:
    lesson = learn(ROWS, kinds)
    assert lesson.score.accuracy > 0.5
    assert lesson.in_use is None
    assert lesson.better


def test_it_must_beat_what_is_in_use(kinds: Kinds) -> None:
    first = learn(ROWS, kinds)
    again = learn(ROWS, first.kinds, first.model)
    assert again.in_use is not None
    assert not again.better


def test_a_worse_model_in_use_is_beaten(kinds: Kinds) -> None:
    assert learn(ROWS, kinds, train([("甲", "sewer"), ("乙", "leak")])).better


def test_too_few_tickets_are_refused(kinds: Kinds) -> None:
    with pytest.raises(ValueError, match="too few"):
        learn([("路灯不亮", "甲"), ("漏水", "乙"), ("", "丙")], kinds)
