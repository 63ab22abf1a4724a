import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import load
from bot.triage.catalogue import adopt, kind_from_row, to_row
from bot.triage.kinds import Kind, Kinds, Service, Urgency


def test_every_kind_is_read_back_as_it_was_written(kinds: Kinds) -> None:
    assert [kind_from_row(to_row(kind)) for kind in kinds.all] == list(kinds.all)


def test_codes_and_names_are_told_apart_and_fit_a_small_phone(kinds: Kinds) -> None:
    assert len(kinds.by_code) == len(kinds.all)
    assert len({kind.name for kind in kinds.all}) == len(kinds.all)
    assert all(kind.code.isascii() and len(kind.code) <= 20 and len(kind.name) <= 8 and kind.icon for kind in kinds.all)


def test_every_group_of_appeals_has_an_other(kinds: Kinds) -> None:
    for group in kinds.groups(Service.APPEAL):
        assert any(kind.code.endswith("other") for kind in kinds.all if kind.group == group), group


def test_the_last_kind_takes_whatever_fits_nowhere(kinds: Kinds) -> None:
    assert kinds.all[-1].code == "other"


def test_the_six_helps_for_elders_are_errands_with_questions_of_their_own(kinds: Kinds) -> None:
    six = [kind for kind in kinds.of_service(Service.ERRAND) if kind.group == "六助（老人）"]
    assert [kind.name for kind in six] == ["助餐", "助医", "助洁", "助浴", "助行", "助急"]
    assert all(kind.asks for kind in six)


def test_there_are_twelve_kinds_of_errand_for_everybody(kinds: Kinds) -> None:
    names = [kind.name for kind in kinds.of_service(Service.ERRAND) if kind.group == "代办"]
    assert names == [
        "快递代收",
        "费用代缴",
        "儿童看护",
        "代买",
        "代送",
        "代办证件",
        "陪诊",
        "送餐",
        "家电维修",
        "水电维修",
        "家政保洁",
        "其他代办",
    ]


def test_emergencies_run_on_the_wall_clock(kinds: Kinds) -> None:
    for kind in kinds.all:
        if kind.urgency is Urgency.EMERGENCY:
            assert (kind.accept_hours, kind.finish_hours, kind.around_the_clock) == (0.5, 24, True)


def test_who_tells_of_wrongdoing_is_hidden(kinds: Kinds) -> None:
    assert {kind.group for kind in kinds.all if kind.hidden} == {"举报线索"}


def test_a_row_with_little_in_it_is_a_kind() -> None:
    kind = kind_from_row(
        {"code": "pond", "name": "池塘", "words": "池塘、鱼塘,水塘", "photo": "是", "finish_hours": ""}
    )
    assert (kind.words, kind.photo, kind.finish_hours) == (("池塘", "鱼塘", "水塘"), True, 40)


def test_a_word_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        kind_from_row({"code": "pond", "name": "池塘", "urgency": "soon"})


def test_a_citys_labels_become_kinds_or_find_theirs(kinds: Kinds) -> None:
    added, codes = adopt(kinds, ["路灯不亮", "sewer", "城乡建设", "城乡建设"])
    assert (codes["路灯不亮"], codes["sewer"]) == ("street_light", "sewer")
    assert [(kind.code, kind.name) for kind in added] == [(codes["城乡建设"], "城乡建设")]


@pytest.mark.parametrize(("label", "code"), [("楼道照明问题", "corridor_light"), ("停水 断水类", None)])
def test_a_label_that_is_nearly_a_name_is_that_kind(kinds: Kinds, label: str, code: str | None) -> None:
    added, codes = adopt(kinds, [label])
    assert (codes[label] if not added else None) == code


def test_what_a_city_added_stands_before_the_last_kind(kinds: Kinds) -> None:
    added, codes = adopt(kinds, ["城乡建设"])
    taught = kinds.taught(added, codes.values(), alone=False)
    assert [kind.code for kind in taught.all[-2:]] == [codes["城乡建设"], "other"]


def test_where_a_city_sorts_by_its_own_labels_what_keeps_people_safe_stays(kinds: Kinds) -> None:
    added, codes = adopt(kinds, ["城乡建设"])
    taught = kinds.taught(added, codes.values(), alone=True)
    offered = {kind.code for kind in taught.of_service(Service.APPEAL)}
    assert {"fire", "report_conduct", "inquiry", "praise", "other", codes["城乡建设"]} <= offered
    assert "street_light" not in offered
    assert "street_light" in taught.by_code


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_question_and_every_warning_has_its_text(kinds: Kinds, locale: str) -> None:
    words = load(locale)
    assert all(ask.lstrip("!") in words for kind in kinds.all for ask in kind.asks)
    assert all(f"danger.{kind.code}" in words for kind in kinds.all if kind.urgency is Urgency.EMERGENCY)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_any_labels_can_be_adopted(labels: list[str]) -> None:
    last = Kind(code="other", name="其他", service=Service.APPEAL)
    added, codes = adopt(Kinds.of([last]), labels)
    known = {"other", *(kind.code for kind in added)}
    assert set(codes) == set(labels)
    assert all(code in known and len(code) <= 20 and code.isascii() for code in codes.values())
    assert len(known) == len(added) + 1
