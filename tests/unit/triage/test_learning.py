import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.learning import Model, evaluate, train

ROWS = [
    ("路灯不亮", "灯"),
    ("路灯坏了", "灯"),
    ("楼道灯灭了", "灯"),
    ("水管漏水", "水"),
    ("停水三天", "水"),
    ("水压太小", "水"),
] * 3


@pytest.fixture(scope="module")
def model() -> Model:
    return train(ROWS)


def test_what_was_learnt_is_known(model: Model) -> None:
    assert model.predict("门口路灯又不亮了")[0][0] == "灯"


def test_shares_of_belief_add_up(model: Model) -> None:
    assert sum(share for _, share in model.predict("漏水")) == pytest.approx(1, abs=1e-5)


def test_a_model_survives_a_file(model: Model) -> None:
    again = Model.from_json(json.loads(json.dumps(model.to_json(), ensure_ascii=False)))
    assert [label for label, _ in again.predict("水管坏了")] == [label for label, _ in model.predict("水管坏了")]


def test_learning_twice_gives_the_same(model: Model) -> None:
    assert train(ROWS).to_json() == model.to_json()


def test_one_label_alone_cannot_be_learnt() -> None:
    with pytest.raises(ValueError, match="two labels"):
        train([("路灯不亮", "灯")])


def test_the_score_names_the_worst_confusion(model: Model) -> None:
    score = evaluate(model, [("路灯不亮", "灯"), ("水管漏水", "灯"), ("停水三天", "水")])
    assert score.accuracy == pytest.approx(2 / 3)
    assert score.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert score.confusions == (("灯", "水", 1),)


@given(st.text(max_size=200))
def test_any_text_has_a_label(model: Model, text: str) -> None:
    assert {label for label, _ in model.predict(text)} == {"灯", "水"}
