"""Does what we say arrive on Telegram as we mean it, and is a refusal named for what it is?"""

import asyncio
import json
import logging
from typing import Any

import pytest

from bot.chat.messages import Attachment, Button, Medium, Outgoing, Stored
from bot.errors import CardGone, Never, TryLater, Undelivered, Unreachable
from bot.texts import texts
from handlers.telegram.account import Account
from handlers.telegram.pacing import Pacing
from handlers.telegram.sending import Telegram
from tests.channels.telegram.conftest import JPEG, MENU, load
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault

CHAT = "7"
GROUP = "-1001234567890"
YES = Button("好的", "yes:1")


def stored(ref: str = "x", medium: Medium = Medium.PHOTO, channel: str = "web") -> Attachment:
    return Attachment(medium, channel, ref, sha256="ab", mime="image/jpeg")


def markup(server: FakeBotApi) -> Any:
    found = server.calls[-1].params["reply_markup"]
    return json.loads(found) if isinstance(found, str) else found


async def test_words_arrive_as_plain_text(telegram: Telegram, server: FakeBotApi) -> None:
    words = "<b>不</b> *看* _标记_ & [链接](x)"
    await telegram.send(CHAT, Outgoing(words), "")
    call = server.calls[-1]
    assert (call.method, call.params["text"], "parse_mode" in call.params) == ("sendMessage", words, False)


async def test_no_web_page_is_shown_inside_a_message(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("看 example.org/a"), "")
    assert server.calls[-1].params["link_preview_options"] == {"is_disabled": True}


async def test_every_button_has_a_row_of_its_own(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("?", (YES, Button("打开", url="https://example.org/a"))), "")
    assert markup(server)["inline_keyboard"] == [
        [{"text": "好的", "callback_data": "yes:1"}],
        [{"text": "打开", "url": "https://example.org/a"}],
    ]


async def test_an_address_that_telegram_will_not_have_goes_into_the_words(
    telegram: Telegram, server: FakeBotApi
) -> None:
    await telegram.send(CHAT, Outgoing("看这里", (YES, Button("打开", url="http://localhost:8080/a"))), "")
    assert server.calls[-1].params["text"] == "看这里\n打开 http://localhost:8080/a"
    assert markup(server)["inline_keyboard"] == [[{"text": "好的", "callback_data": "yes:1"}]]


async def test_the_menu_stays_below_the_text_field_two_in_a_row(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("您好", menu=True), "")
    keyboard = markup(server)
    assert [[key["text"] for key in row] for row in keyboard["keyboard"]] == [
        [MENU[0].label, MENU[1].label],
        [MENU[2].label],
    ]
    assert keyboard["is_persistent"]


@pytest.mark.parametrize(
    ("message", "request_field"),
    [
        (Outgoing("在哪里？", asks_pin=True), "request_location"),
        (Outgoing("电话？", asks_phone=True), "request_contact"),
    ],
)
async def test_a_question_brings_the_phones_own_button_for_answering(
    telegram: Telegram, server: FakeBotApi, message: Outgoing, request_field: str
) -> None:
    await telegram.send(CHAT, message, "")
    assert markup(server)["keyboard"][0][0][request_field]


async def test_a_message_with_both_keyboards_keeps_its_buttons_and_lends_the_other_to_a_line_before(
    telegram: Telegram, server: FakeBotApi
) -> None:
    sent = await telegram.send(CHAT, Outgoing("在哪里？", (YES,), asks_pin=True), "")
    first, second = server.said("sendMessage")
    assert "keyboard" in first.params["reply_markup"]
    assert second.params["text"] == "在哪里？"
    assert server.messages[7][int(sent)]["text"] == "在哪里？"


async def test_a_group_gets_no_keyboard_that_only_works_in_private(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(GROUP, Outgoing("在哪里？", asks_pin=True, menu=True), "")
    assert "reply_markup" not in server.calls[-1].params


async def test_a_long_text_arrives_whole_in_pieces(telegram: Telegram, server: FakeBotApi) -> None:
    text = "\n".join(f"第{n}条：有人反映水管爆了。" for n in range(600))
    await telegram.send(CHAT, Outgoing(text, (YES,)), "")
    pieces = [call.params["text"] for call in server.said("sendMessage")]
    assert "\n".join(pieces) == text
    assert ["reply_markup" in call.params for call in server.calls[-2:]] == [False, True]


async def test_a_long_card_stays_one_message(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("长" * 5000, card="case:1"), "")
    assert len(server.said("sendMessage")) == 1


async def test_one_photo_carries_short_words_below_it(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("修好了", (YES,), (stored(),)), "")
    (call,) = server.said("sendPhoto", "sendMessage")
    assert call.params["caption"] == "修好了"
    assert call.files["photo"][1] == JPEG


async def test_a_file_of_some_megabytes_arrives_under_its_own_name(bot: Account, server: FakeBotApi) -> None:
    async def big(_attachment: Attachment) -> Stored:
        return Stored(bytes(3_000_000), "application/vnd.ms-excel", "十二月台账.xlsx")

    telegram = Telegram(bot, big, texts(), Pacing(lambda: 0.0, limits=False))
    await telegram.send(CHAT, Outgoing("台账", (), (stored(medium=Medium.DOCUMENT),)), "")
    name, content = server.calls[-1].files["document"]
    assert (name, len(content)) == ("十二月台账.xlsx", 3_000_000)


async def test_a_photo_that_telegram_holds_goes_by_its_id(telegram: Telegram, server: FakeBotApi) -> None:
    server.files["AgAC"] = JPEG
    await telegram.send(CHAT, Outgoing("看", (), (stored("AgAC", channel="telegram"),)), "")
    assert server.calls[-1].params["photo"] == "AgAC"
    assert not server.calls[-1].files


async def test_a_photo_whose_id_telegram_has_forgotten_goes_by_its_bytes(
    telegram: Telegram, server: FakeBotApi
) -> None:
    await telegram.send(CHAT, Outgoing("看", (), (stored("forgotten", channel="telegram"),)), "")
    assert server.calls[-1].files["photo"][1] == JPEG


async def test_photos_go_as_an_album_before_the_words_and_buttons(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("三张", (YES,), (stored(), stored(), stored())), "")
    album, words = server.calls[-2:]
    assert (album.method, len(album.files), words.method) == ("sendMediaGroup", 3, "sendMessage")


async def test_eleven_photos_are_an_album_of_ten_and_one_more(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("很多", (), (stored(),) * 11), "")
    assert [call.method for call in server.calls[-3:]] == ["sendMediaGroup", "sendPhoto", "sendMessage"]


async def test_a_card_with_a_photo_is_a_text_message_that_can_be_edited(telegram: Telegram, server: FakeBotApi) -> None:
    sent = await telegram.send(CHAT, Outgoing("1024号", (YES,), (stored(),), card="case:1024"), "")
    await telegram.send(CHAT, Outgoing("1024号，已接单", (), (stored(),), card="case:1024"), sent)
    assert server.messages[7][int(sent)]["text"] == "1024号，已接单"
    assert len(server.said("sendPhoto")) == 1


@pytest.mark.parametrize("ref", ["lost", "empty"])
async def test_a_photo_that_cannot_go_does_not_keep_the_words(telegram: Telegram, server: FakeBotApi, ref: str) -> None:
    await telegram.send(CHAT, Outgoing("修好了", (), (stored(ref),)), "")
    assert server.calls[-1].params["text"] == "修好了"


async def test_a_lost_photo_does_not_keep_the_others_of_its_album(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("两张", (), (stored(), stored("lost"))), "")
    assert [call.method for call in server.calls[-2:]] == ["sendPhoto", "sendMessage"]


async def test_a_voice_and_a_document_go_as_such(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.send(CHAT, Outgoing("", (), (stored(medium=Medium.VOICE), stored(medium=Medium.DOCUMENT))), "")
    assert [call.method for call in server.calls[-2:]] == ["sendVoice", "sendDocument"]


async def test_an_edit_changes_the_card_in_place(telegram: Telegram, server: FakeBotApi) -> None:
    sent = await telegram.send(CHAT, Outgoing("待接单", (YES,), card="c"), "")
    assert await telegram.send(CHAT, Outgoing("已接单", card="c"), sent) == sent
    assert server.messages[7][int(sent)] | {"date": 0} == server.messages[7][int(sent)] | {"date": 0, "text": "已接单"}
    assert server.messages[7][int(sent)]["reply_markup"] is None


async def test_an_edit_that_changes_nothing_is_fine(telegram: Telegram) -> None:
    sent = await telegram.send(CHAT, Outgoing("待接单", (YES,), card="c"), "")
    assert await telegram.send(CHAT, Outgoing("待接单", (YES,), card="c"), sent) == sent


@pytest.mark.parametrize("edit", ["999", "not-a-number"])
async def test_a_card_that_is_not_there_any_more_is_gone(telegram: Telegram, edit: str) -> None:
    with pytest.raises(CardGone):
        await telegram.send(CHAT, Outgoing("已接单", card="c"), edit)


async def test_a_group_that_became_a_supergroup_is_followed(telegram: Telegram, server: FakeBotApi) -> None:
    server.moved[-5] = -1005
    await telegram.send("-5", Outgoing("新事项"), "")
    assert [message["text"] for message in server.messages[-1005].values()] == ["新事项"]


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 7}), TryLater),
        (Fault("sendMessage", 403, "Forbidden: bot was blocked by the user"), Unreachable),
        (Fault("sendMessage", 403, "Forbidden: user is deactivated"), Unreachable),
        (Fault("sendMessage", 400, "Bad Request: chat not found"), Unreachable),
        (Fault("sendMessage", 400, "Bad Request: not enough rights to send text messages to the chat"), Unreachable),
        (Fault("sendMessage", 400, "Bad Request: can't parse entities"), Never),
        (Fault("sendMessage", 401, "Unauthorized"), TryLater),
        (Fault("sendMessage", 413, "Request Entity Too Large"), Never),
        (Fault("sendMessage", 500, "Internal Server Error"), TryLater),
        (Fault("sendMessage", 502, page="<html>Bad Gateway</html>"), TryLater),
        (Fault("sendMessage", 200, page="<html>Please log in to the hotel's network</html>"), TryLater),
        (Fault("sendMessage", drop=True), TryLater),
    ],
)
async def test_a_refusal_is_named_for_what_it_is(
    telegram: Telegram, server: FakeBotApi, fault: Fault, refusal: type[Undelivered]
) -> None:
    server.faults.append(fault)
    with pytest.raises(Undelivered) as caught:
        await telegram.send(CHAT, Outgoing("您好"), "")
    assert type(caught.value) is refusal


async def test_a_flood_says_how_long_to_wait(telegram: Telegram, server: FakeBotApi) -> None:
    server.faults.append(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 7}))
    with pytest.raises(TryLater) as caught:
        await telegram.send(CHAT, Outgoing("您好"), "")
    assert caught.value.seconds == 7


async def test_the_second_half_of_a_message_is_tried_again_rather_than_the_whole(
    telegram: Telegram, server: FakeBotApi
) -> None:
    server.faults.append(Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 0.01}))
    await telegram.send(CHAT, Outgoing("两张", (), (stored(), stored())), "")
    assert len(server.said("sendMediaGroup")) == 1
    assert len(server.messages[7]) == 3


async def test_nothing_to_say_is_never_sent(telegram: Telegram) -> None:
    with pytest.raises(Never):
        await telegram.send(CHAT, Outgoing("  "), "")


async def test_a_short_wait_is_waited_here(bot: Account, server: FakeBotApi) -> None:
    loop = asyncio.get_running_loop()
    later = 0.0
    telegram = Telegram(bot, load, texts(), Pacing(lambda: loop.time() + later), MENU)
    for n in range(3):
        await telegram.send(CHAT, Outgoing(str(n)), "")
    later = 2.9
    await telegram.send(CHAT, Outgoing("3"), "")
    assert len(server.said("sendMessage")) == 4


async def test_a_long_wait_is_left_to_the_outbox(bot: Account) -> None:
    telegram = Telegram(bot, load, texts(), Pacing(lambda: 0.0), MENU)
    for n in range(3):
        await telegram.send(CHAT, Outgoing(str(n)), "")
    with pytest.raises(TryLater):
        await telegram.send(CHAT, Outgoing("3"), "")


async def test_a_file_comes_with_its_bytes_and_kind(telegram: Telegram, server: FakeBotApi) -> None:
    server.files["AgAC"] = JPEG
    found = await telegram.fetch("AgAC")
    assert (found.content, found.mime, found.name) == (JPEG, "image/jpeg", "AgAC.jpg")


@pytest.mark.parametrize("ref", ["too-big", "unknown"])
async def test_a_file_that_cannot_be_had_is_never_had(telegram: Telegram, ref: str) -> None:
    with pytest.raises(Never):
        await telegram.fetch(ref)


async def test_a_file_over_twenty_megabytes_is_not_taken(telegram: Telegram, server: FakeBotApi) -> None:
    server.files["huge"] = bytes(20 * 1024 * 1024 + 1)
    with pytest.raises(Never):
        await telegram.fetch("huge")


async def test_a_file_is_fetched_later_when_telegram_is_away(telegram: Telegram, server: FakeBotApi) -> None:
    server.faults.append(Fault("getFile", 502))
    with pytest.raises(TryLater):
        await telegram.fetch("AgAC")


async def test_a_link_opens_a_private_chat_and_carries_its_payload(telegram: Telegram) -> None:
    assert telegram.link("b_1024") == "https://t.me/yingshao_bot?start=b_1024"


async def test_a_press_too_old_to_answer_is_let_be(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.answer("too-old", "已接单")
    assert [call.params["text"] for call in server.said("answerCallbackQuery")] == ["已接单"]


async def test_the_token_reaches_no_log_and_no_error(
    telegram: Telegram, server: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for fault in (Fault("sendMessage", drop=True), Fault("sendMessage", 502), Fault("sendMessage", 401)):
        server.faults.append(fault)
        with pytest.raises(Undelivered) as caught:
            await telegram.send(CHAT, Outgoing("您好"), "")
        told.append(repr(caught.getrepr(style="native", showlocals=False, chain=True)))
        logging.getLogger("test").error("not sent", exc_info=caught.value)
    assert TOKEN not in caplog.text + "".join(told)


async def test_a_file_is_uploaded_once_and_then_named(telegram: Telegram, server: FakeBotApi) -> None:
    picture = Attachment(Medium.PHOTO, "web", "a" * 64, "a" * 64, "image/jpeg")
    for words in ("一", "二"):
        await telegram.send(CHAT, Outgoing(words, (), (picture,)), "")
    first, second = server.said("sendPhoto")
    assert "photo" in first.files
    assert not second.files


async def test_a_file_telegram_has_forgotten_is_uploaded_again(telegram: Telegram, server: FakeBotApi) -> None:
    picture = Attachment(Medium.PHOTO, "web", "a" * 64, "a" * 64, "image/jpeg")
    await telegram.send(CHAT, Outgoing("一", (), (picture,)), "")
    server.files.clear()
    await telegram.send(CHAT, Outgoing("二", (), (picture,)), "")
    assert "photo" in server.said("sendPhoto")[-1].files


async def test_a_notice_over_a_press_fits(telegram: Telegram, server: FakeBotApi) -> None:
    await telegram.answer("press", "请" * 300)
    assert len(server.said("answerCallbackQuery")[0].params["text"]) == 200
