import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.kinds import Kinds, Urgency
from bot.triage.learning import train
from bot.triage.reading import Triage

SENTENCES: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
RANKS = [Urgency.NORMAL, Urgency.URGENT, Urgency.EMERGENCY]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("金康苑3号楼2单元楼道灯坏了三天了", "corridor_light"),
        ("楼上漏水把我家天花板泡了", "leak"),
        ("金康苑3号楼2单元水管爆了", "pipe_burst"),
        ("物业都是废物，下水道堵了三天", "sewer"),
        ("2单元电梯坏了", "lift_fault"),
        ("这条路没有路灯", "street_light"),
        ("門口亂停車堵住通道", "bad_parking"),
        ("工地半夜施工太吵", "noise_site"),
        ("有人在楼道里飞线充电", "ebike_charging"),
        ("我要举报社区主任贪污", "report_conduct"),
        ("street light broken", "street_light"),
        ("帮我妈取个快递", "errand_parcel"),
        ("帮我买点菜送到3号楼", "errand_shopping"),
        ("家里空调坏了，不制冷", "errand_appliance"),
        ("陪我爸去医院看病", "errand_doctor"),
    ],
)
def test_plain_sentences_are_read_surely(triage: Triage, said: str, code: str) -> None:
    reading = triage.read(said)
    assert reading.kind is not None
    assert (reading.kind.code, reading.sure) == (code, True)


def test_what_is_sure_is_nearly_always_right(triage: Triage) -> None:
    readings = [(code, triage.read(said)) for code, told in SENTENCES.items() for said in told]
    sure = [(code, reading) for code, reading in readings if reading.sure]
    right = [reading for code, reading in sure if reading.kind is not None and reading.kind.code == code]
    assert len(right) >= 0.97 * len(sure)
    assert len(sure) >= 0.8 * len(readings)


def test_the_kind_that_is_meant_is_among_three_guesses(triage: Triage) -> None:
    missed = [
        said
        for code, told in SENTENCES.items()
        for said in told
        if code not in [kind.code for kind, _ in triage.read(said).guesses]
    ]
    assert missed == []


@pytest.mark.parametrize("said", ["路灯不亮了", "修不好了", "已经三天没人处理了", "物业处理了但没用", "电梯又坏了"])
def test_what_is_still_broken_is_not_taken_for_mended(triage: Triage, said: str) -> None:
    assert not triage.read(said).thanks


@pytest.mark.parametrize(
    "said",
    [
        "金康苑3号楼来水了是黄的",
        "3号楼电梯得几天修好",
        "金康苑电梯啥时候修好",
        "刚来电了就跳闸",
        "修好了个屁",
        "物业说明天修好",
        "答应修好",
        "换好了灯泡不亮",
        "来水了就是没热水",
        "几天能修好",
        "修好了？",
        "修好了吗",
        "修完了地上全是泥",
        "电梯故障灯亮了",
        "厕所通了，暖气漏水",
    ],
)
def test_what_is_not_mended_yet_or_not_well_is_no_thanks(triage: Triage, said: str) -> None:
    assert not triage.read(said).thanks


@pytest.mark.parametrize(
    "said",
    [
        "修好了",
        "灯亮了，谢谢师傅",
        "来电了",
        "等了三天修好了",
        "已经恢复供水",
        "不漏了",
        "不用来了，我自己换好了",
        "麻烦了，修好了",
    ],
)
def test_what_is_mended_asks_for_nothing(triage: Triage, said: str) -> None:
    assert triage.read(said).thanks


@pytest.mark.parametrize(
    "said", ["谢谢", "好的", "知道了", "收到，谢谢师傅", "👍", "嗯嗯", "昨天漏水已修好，谢谢", "ok", "不客气"]
)
def test_thanks_ask_for_nothing(triage: Triage, said: str) -> None:
    reading = triage.read(said)
    assert (reading.thanks, reading.kind, reading.service) == (True, None, "other")


@pytest.mark.parametrize(
    "said", ["谢谢，但是灯还没修好", "好的，那垃圾什么时候清", "知道了，可是又漏水了", "还没修好", "修好了又坏了"]
)
def test_thanks_with_a_but_ask_for_something(triage: Triage, said: str) -> None:
    assert not triage.read(said).thanks


@pytest.mark.parametrize("said", ["没有漏水，就是想问", "物业费怎么交", "请问老年卡在哪里办"])
def test_a_question_is_an_inquiry_and_not_urgent(triage: Triage, said: str) -> None:
    reading = triage.read(said)
    assert (reading.service, reading.urgency) == ("inquiry", Urgency.NORMAL)


def test_a_denied_leak_does_not_speak_for_a_leak(triage: Triage) -> None:
    assert "leak" not in [kind.code for kind, _ in triage.read("没有漏水，就是想问物业费多少").guesses]


def test_what_it_is_not_gives_way_to_what_it_is(triage: Triage) -> None:
    kind = triage.read("不是电梯坏了，是楼道灯不亮").kind
    assert kind is not None
    assert kind.code == "corridor_light"


def test_what_is_mended_gives_way_to_what_broke_again(triage: Triage) -> None:
    kind = triage.read("楼道灯修好了，但是电梯又坏了").kind
    assert kind is not None
    assert kind.code == "lift_fault"


def test_people_trapped_in_a_lift_are_an_emergency(triage: Triage) -> None:
    reading = triage.read("电梯困人,快来人")
    assert (reading.urgency, reading.sure) == (Urgency.EMERGENCY, True)
    assert reading.danger is not None
    assert reading.kind is not None
    assert reading.kind.code == "lift_trapped"


@pytest.mark.parametrize("said", ["没有着火，是邻居在烧烤", "怎么预防煤气中毒", "去年爆炸事故的补偿款什么时候发"])
def test_without_danger_now_nothing_is_an_emergency(triage: Triage, said: str) -> None:
    assert triage.read(said).urgency is not Urgency.EMERGENCY


def test_several_matters_are_offered_apart(triage: Triage) -> None:
    assert triage.read("楼道灯坏了，电梯也坏了，另外垃圾三天没人清").problems == (
        "楼道灯坏了",
        "电梯也坏了",
        "另外垃圾三天没人清",
    )


@pytest.mark.parametrize(
    "said", ["楼道灯坏了三天了，一直没人修", "垃圾没人清，臭味很大", "楼上漏水，天花板湿了", "帮我买点菜，再买点药"]
)
def test_one_matter_is_left_whole(triage: Triage, said: str) -> None:
    assert triage.read(said).problems == ()


def test_praise_is_praise(triage: Triage) -> None:
    assert triage.read("网格员小李帮我妈买药，真是太感谢了").service == "praise"


def test_an_angry_message_is_still_read(triage: Triage) -> None:
    reading = triage.read("傻逼物业，垃圾堆了三天没人清")
    assert reading.abuse
    assert reading.kind is not None


def test_the_words_that_decided_are_quoted(triage: Triage) -> None:
    assert "楼道灯" in triage.read("楼道灯坏了").why


def test_what_a_city_taught_outweighs_the_catalogues_words(kinds: Kinds) -> None:
    rows = [
        ("小红车又坏了一辆", "bad_parking"),
        ("小红车乱放在门口", "bad_parking"),
        ("楼道灯坏了", "corridor_light"),
    ] * 4
    kind = Triage(kinds, train(rows)).read("小红车放得到处都是").kind
    assert kind is not None
    assert kind.code == "bad_parking"


def test_labels_of_a_model_that_are_no_kinds_are_passed_over(kinds: Kinds, triage: Triage) -> None:
    taught = Triage(kinds, train([("楼道灯坏了", "甲"), ("电梯坏了", "乙")] * 3))
    kind = taught.read("楼道灯坏了三天").kind
    assert kind == triage.read("楼道灯坏了三天").kind


@given(st.text(max_size=400))
def test_any_text_is_read_the_same_way_twice(triage: Triage, text: str) -> None:
    reading = triage.read(text)
    assert reading == triage.read(text)
    assert len(reading.guesses) <= 3
    assert all(0 <= share <= 1 for _, share in reading.guesses)
    assert reading.kind is None or reading.kind in [kind for kind, _ in reading.guesses]


@given(
    st.sampled_from(["没有", "没", "不是", "并没有"]),
    st.sampled_from(
        ["漏水", "着火", "停电", "堵车", "积水", "触电", "电梯困人", "水管爆裂", "井盖坏了", "打架", "燃气泄漏"]
    ),
)
def test_saying_that_it_is_not_so_never_raises_urgency(triage: Triage, denial: str, trouble: str) -> None:
    assert RANKS.index(triage.read(denial + trouble).urgency) <= RANKS.index(triage.read(trouble).urgency)
