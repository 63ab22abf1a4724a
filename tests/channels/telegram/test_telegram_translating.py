"""Do the updates that Telegram documents become what a person said?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.messages import Address, Attachment, Incoming, Medium, Pin
from handlers.telegram.translating import What, changed, incoming
from tests.channels.telegram.conftest import MENU, payload

NOW = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
RESIDENT = Address("telegram", "1111111")
GROUP = Address("telegram", "-1001234567890")
WORKER = Address("telegram", "2222222")


def translated(name: str) -> Incoming | None:
    return incoming(payload(name), "yingshao_bot", NOW, MENU)


def said(name: str) -> Incoming:
    words = translated(name)
    assert words is not None
    return words


def test_words_in_a_private_chat_come_from_the_chat_itself() -> None:
    assert said("text") == Incoming(
        address=RESIDENT,
        sender=RESIDENT,
        message_id="1111111:11",
        at=datetime(2026, 1, 1, 2, 0, tzinfo=UTC),
        text="金康苑3号楼2单元水管爆了",
        name="王 桂芳",
    )


def test_a_deep_link_carries_its_payload_apart_from_the_command() -> None:
    assert (said("start_with_payload").text, said("start_with_payload").payload) == ("/start", "b_1024")


def test_a_photo_is_taken_at_its_largest_and_its_caption_is_the_text() -> None:
    assert said("photo").attachments == (
        Attachment(Medium.PHOTO, "telegram", "AgACLarge", mime="image/jpeg", size=176321),
    )
    assert said("photo").text == "楼道堆了好多纸箱"


def test_photos_sent_together_share_an_album() -> None:
    first, second = said("album_first"), said("album_second")
    assert first.album == second.album == "13377331"
    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    ("name", "medium", "mime"),
    [
        ("voice", Medium.VOICE, "audio/ogg"),
        ("video_note", Medium.VIDEO, "video/mp4"),
        ("picture_as_file", Medium.PHOTO, "image/jpeg"),
        ("document", Medium.DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_every_medium_is_known_for_what_it_is(name: str, medium: Medium, mime: str) -> None:
    assert [(a.medium, a.mime) for a in said(name).attachments] == [(medium, mime)]


def test_a_location_is_a_pin() -> None:
    assert said("location").pin == Pin(30.274085, 120.15507)


def test_a_live_location_that_moves_on_says_nothing() -> None:
    assert translated("live_location_moves") is None


def test_a_venue_is_a_pin_with_its_name_and_address() -> None:
    assert (said("venue").pin, said("venue").text) == (Pin(30.27, 120.15), "金康苑 体育场路1号")


def test_a_persons_own_contact_is_their_phone() -> None:
    assert said("own_contact").phone == "+8613800001111"


def test_the_contact_of_another_is_not_the_senders_phone() -> None:
    assert said("contact_of_another").phone == ""


def test_a_sticker_says_nothing_that_could_be_filed() -> None:
    assert (said("sticker").text, said("sticker").attachments) == ("", ())


def test_an_edited_message_is_said_anew_under_an_id_of_its_own() -> None:
    again = said("edited_text")
    assert again.text == "金康苑3号楼2单元，水管爆了"
    assert again.message_id.startswith("1111111:11:")
    assert again.edits == "1111111:11"


def test_a_press_carries_the_buttons_choice() -> None:
    press = said("press")
    assert (press.choice, press.message_id, press.at) == ("place:yes", "cb:4382bfdwdsb323b2d9", NOW)


def test_a_press_in_a_group_comes_from_the_person_even_on_a_message_telegram_has_forgotten() -> None:
    press = said("press_on_an_old_message")
    assert (press.address, press.sender, press.choice) == (GROUP, WORKER, "take:1024")
    assert not press.private


@pytest.mark.parametrize(
    ("name", "text"),
    [("group_command", "/help"), ("group_mention", "3号楼水管爆了"), ("group_reply_to_us", "已经修好了")],
)
def test_in_a_group_we_hear_what_is_meant_for_us(name: str, text: str) -> None:
    assert (said(name).text, said(name).address, said(name).sender) == (text, GROUP, WORKER)


@pytest.mark.parametrize(
    "name",
    [
        "group_talk",
        "group_command_for_another_bot",
        "group_reply_to_another",
        "group_newcomer",
        "anonymous_administrator",
        "channel_post",
        "blocked_us",
    ],
)
def test_we_do_not_hear_what_is_not_said_to_us(name: str) -> None:
    assert translated(name) is None


def test_our_name_is_heard_in_the_middle_of_chinese() -> None:
    raw = payload("group_mention")
    raw["message"]["text"] = "请@Yingshao_Bot来看看3号楼"
    words = incoming(raw, "yingshao_bot", NOW)
    assert words is not None
    assert words.text == "请来看看3号楼"


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.strip().startswith("/")))
def test_whatever_is_typed_in_private_arrives_as_typed(text: str) -> None:
    raw = payload("text")
    raw["message"]["text"] = text
    words = incoming(raw, "yingshao_bot", NOW, MENU)
    assert words is not None
    assert words.text == text.strip()


def test_a_name_that_only_begins_like_ours_is_not_ours() -> None:
    raw = payload("group_mention")
    raw["message"]["text"] = "@yingshao_bot2 在吗"
    assert incoming(raw, "yingshao_bot", NOW) is None


def test_a_label_of_the_menu_is_a_press_on_it() -> None:
    raw = payload("text")
    raw["message"]["text"] = "🔎 查进度"
    words = incoming(raw, "yingshao_bot", NOW, MENU)
    assert words is not None
    assert (words.choice, words.text) == ("menu:mine", "")


@pytest.mark.parametrize(("name", "what"), [("blocked_us", What.LEFT), ("unblocked_us", What.CAME)])
def test_who_blocks_and_unblocks_us_is_noticed(name: str, what: What) -> None:
    change = changed(payload(name))
    assert change is not None
    assert (change.what, change.address, change.group) == (what, RESIDENT, False)


def test_words_change_nothing_about_the_chat() -> None:
    assert changed(payload("text")) is None


@pytest.mark.parametrize("field", ["migrate_to_chat_id", "migrate_from_chat_id"])
def test_a_group_that_gets_another_id_is_noticed_from_either_side(field: str) -> None:
    raw = payload("group_talk")
    del raw["message"]["text"]
    raw["message"][field] = -4242
    change = changed(raw)
    assert change is not None
    here, there = Address("telegram", str(raw["message"]["chat"]["id"])), Address("telegram", "-4242")
    assert (change.old, change.address) == ((here, there) if field == "migrate_to_chat_id" else (there, here))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (("from", "first_name"), None),  # found by the fuzzer: it would have stopped every later message
        (("from", "id"), None),
        (("media_group_id",), 7),
        (("location",), {"latitude": float("inf"), "longitude": 1.0}),
    ],
)
def test_a_message_whose_parts_are_not_what_they_should_be_is_refused_as_a_whole(
    part: tuple[str, ...], value: object
) -> None:
    raw = payload("text")
    *way, last = part
    inner = raw["message"]
    for key in way:
        inner = inner[key]
    inner[last] = value
    with pytest.raises((TypeError, ValueError)):
        incoming(raw, "yingshao_bot", NOW)
