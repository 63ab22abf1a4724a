from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.triage.kinds import Kinds, Urgency
from bot.triage.lessons import Lesson, TooLittle, check, learn, relearn
from bot.triage.reading import Triage
from bot.triage.records import Correction, Taught

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROWS = [
    ("路灯不亮", "市政科"),
    ("路灯坏了", "市政科"),
    ("水管漏水", "水务科"),
    ("停水三天", "水务科"),
    ("垃圾没人清", "垃圾清运"),
] * 5
MORE = [
    (f"{place}{text}", label) for text, label in ROWS[:5] for place in ("东街", "西街", "南街", "北街", "中街", "河沿")
]


def _learn(rows: list[tuple[str, str]], kinds: Kinds, before: Taught | None = None) -> Lesson:
    return learn(rows, kinds, before, now=NOW)


@pytest.fixture(scope="module")
def lesson(kinds: Kinds) -> Lesson:
    return _learn(ROWS, kinds)


@pytest.fixture(scope="module")
def taught(lesson: Lesson) -> Triage:
    return Triage(lesson.kinds, lesson.taught.model)


def test_a_citys_labels_are_guessed_after_the_lesson(taught: Triage) -> None:
    kind = taught.read("我们这里路灯不亮").kind
    assert kind is not None
    assert kind.name == "市政科"


def test_a_label_that_names_a_kind_is_that_kind(lesson: Lesson) -> None:
    assert lesson.codes["垃圾清运"] == "garbage"


def test_the_score_is_of_tickets_not_seen(lesson: Lesson) -> None:
    assert lesson.score.accuracy > 0.5


def test_the_catalogues_words_know_nothing_of_new_labels(lesson: Lesson) -> None:
    assert lesson.in_use.accuracy < 0.5
    assert lesson.better


def test_a_citys_own_labels_take_the_catalogues_place(taught: Triage, lesson: Lesson) -> None:
    assert lesson.taught.alone
    offered = {kind.code for kind, _ in taught.read("邻居家狗叫，太吵").guesses}
    assert offered <= set(lesson.taught.model.labels)


def test_a_few_new_labels_only_join_the_catalogue(kinds: Kinds) -> None:
    rows = [("楼道灯坏了", "楼道照明"), ("电梯坏了", "电梯故障"), ("池塘鱼死了", "池塘")] * 8
    lesson = _learn(rows, kinds)
    assert not lesson.taught.alone
    assert "garbage" not in lesson.kinds.resting


def test_an_emergency_is_one_whatever_labels_a_city_has(taught: Triage) -> None:
    reading = taught.read("3号楼着火了快来人")
    assert reading.urgency is Urgency.EMERGENCY
    assert reading.kind is not None
    assert reading.kind.code == "fire"


def test_an_errand_stays_an_errand(taught: Triage) -> None:
    assert taught.read("帮我妈取个快递").service == "errand"


def test_how_urgent_it_is_stays_with_the_words(taught: Triage) -> None:
    assert taught.read("水管爆了").urgency is Urgency.URGENT


def test_who_tells_of_wrongdoing_is_marked_under_any_label(taught: Triage) -> None:
    assert taught.read("村干部贪污救济款").tip


def test_what_has_seen_all_tickets_is_measured_by_its_own_figures(kinds: Kinds, lesson: Lesson) -> None:
    again = _learn(ROWS, kinds, lesson.taught)
    assert (again.unseen, again.better) == (0, False)


def test_a_worse_model_in_use_is_beaten(kinds: Kinds) -> None:
    wrong = [(text, {"市政科": "水务科", "水务科": "市政科"}.get(label, label)) for text, label in ROWS]
    assert _learn(MORE, kinds, _learn(wrong, kinds).taught).better


def test_the_same_rows_give_the_same_lesson(kinds: Kinds, lesson: Lesson) -> None:
    assert _learn(ROWS, kinds).score == lesson.score


def test_labels_that_name_departments_go_to_them(kinds: Kinds) -> None:
    lesson = learn(ROWS, kinds, None, now=NOW, owners={"市政科": "SZ"})
    owners = {kind.name: kind.owner for kind in lesson.taught.added}
    assert owners == {"市政科": "SZ", "水务科": "community", "垃圾清运": "community"}


def test_a_rare_label_is_left_out_and_named(kinds: Kinds) -> None:
    assert _learn([*ROWS, ("路太窄", "道路科")], kinds).rare == {"道路科": 1}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no_rows"),
        ([("路灯不亮", "甲")] * 30, "one_label"),
        ([("路灯不亮", "甲"), ("漏水", "乙")], "rare_labels"),
        ([("路灯不亮", "甲"), ("漏水", "乙")] * 6, "few_rows"),
        ([(f"第{n}件", f"标签{n}") for n in range(300)] * 5, "many_labels"),
    ],
)
def test_rows_that_teach_nothing_are_refused_in_words(kinds: Kinds, rows: list[tuple[str, str]], why: str) -> None:
    with pytest.raises(TooLittle) as refused:
        _learn(rows, kinds)
    assert refused.value.text == why


def test_checking_names_labels_that_are_not_known(kinds: Kinds, triage: Triage) -> None:
    answers, strange = check(triage, kinds, [("楼道灯坏了三天", "楼道照明"), ("池塘鱼死了", "池塘管理")])
    assert strange == ("池塘管理",)
    assert (answers.score.accuracy, answers.pairs[0]) == (0.5, ("楼道照明", "楼道照明"))


def _corrections(count: int, kind: str) -> list[Correction]:
    return [Correction(n, f"{n}号井边的喇叭整天响", "garbage", kind, 1, NOW) for n in range(count)]


def test_what_desks_corrected_is_known_the_next_day(kinds: Kinds, lesson: Lesson) -> None:
    anew = relearn(kinds, _learn(MORE, kinds).taught, (), _corrections(25, lesson.codes["水务科"]), NOW)
    assert anew is not None
    assert anew.taught.model.predict("井边的喇叭又响了")[0][0] == lesson.codes["水务科"]


def test_a_nightly_lesson_that_forgets_is_not_kept(kinds: Kinds, lesson: Lesson) -> None:
    proud = replace(_learn(MORE, kinds).taught, figures={"accuracy": 1.1})
    assert relearn(kinds, proud, (), _corrections(25, lesson.codes["水务科"]), NOW) is None


def test_without_a_file_the_closed_tickets_stand_for_what_was_known(kinds: Kinds) -> None:
    history = [(f"{n}楼楼道灯坏了", "corridor_light") for n in range(20)]
    anew = relearn(kinds, None, history, _corrections(25, "noise_public"), NOW)
    assert anew is not None
    assert set(anew.taught.model.labels) == {"corridor_light", "noise_public"}


def test_a_few_words_never_met_are_asked_about(taught: Triage) -> None:
    assert not taught.read("电梯也坏了").sure
