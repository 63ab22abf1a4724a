"""The whole service as people meet it on Telegram, by polling and by webhook."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from storage.database import Database
from storage.tables import seen
from tests.channels.webchat.speaking import photo
from tests.flow.telegram_rig import RESIDENT, STRANGER, WORKER, TelegramRig, telegram_rig

VOICE = {"file_id": "v1", "file_unique_id": "uv1", "duration": 3, "mime_type": "audio/ogg", "file_size": 5000}
OGG = b"OggS" + bytes(200)
PARKING = "金康苑3号楼2单元门口天天有人乱停车"  # the community's desk answers for it


@pytest.fixture
async def rig(database: Database, tmp_path: Path) -> AsyncIterator[TelegramRig]:
    async with telegram_rig(database, tmp_path) as rig:
        yield rig


@pytest.fixture(params=["polling", "webhook"])
async def either(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramRig]:
    async with telegram_rig(database, tmp_path, webhook=request.param == "webhook") as rig:
        yield rig


async def count(rig: TelegramRig, table: Table) -> int:
    async with rig.database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


# ---------------------------------------------------------------- one appeal from end to end


async def test_an_appeal_goes_from_the_first_word_to_the_rating(either: TelegramRig) -> None:
    rig = either
    check = await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了")
    assert "金康苑3号楼2单元" in check[-1]
    assert "1001" in "".join(await rig.press(RESIDENT, "提交"))
    assert "1001" in rig.heard(WORKER)[-1]
    await rig.press(WORKER, "接单")
    assert "有人办了" in rig.heard(RESIDENT)[-1]
    await rig.press(WORKER, "办结")
    await rig.say(WORKER, "换了新灯泡")
    if "没有照片" in rig.buttons(WORKER):
        await rig.press(WORKER, "没有照片")
    assert "换了新灯泡" in rig.heard(RESIDENT)[-1]
    await rig.press(RESIDENT, "非常满意")
    assert await rig.press(RESIDENT, "已解决")


async def test_the_card_of_a_worker_is_one_message_that_changes(rig: TelegramRig) -> None:
    await rig.file()
    rig.heard(WORKER)
    await rig.press(WORKER, "接单")
    cards = [text for text in rig.texts(WORKER) if "1001号" in text and "📍" in text]
    assert len(cards) == 1
    assert "您在办" in cards[0]


async def test_a_webhook_without_the_secret_tells_nobody_anything(database: Database, tmp_path: Path) -> None:
    async with telegram_rig(database, tmp_path, webhook=True) as rig:
        before = await count(rig, seen)
        assert await rig.update("wrong", message=rig.message(STRANGER, text="你好")) == 403
        assert await count(rig, seen) == before
        assert rig.heard(STRANGER) == []


async def test_the_code_of_a_staircase_brings_its_place(rig: TelegramRig) -> None:
    door = next(u for u in rig.house.town.directory.units.values() if u.kind.value == "door" and u.code)
    hello = await rig.say(RESIDENT, f"/start b_{door.code}")
    assert rig.house.town.directory.full_name(door.id) in "".join(hello)
    assert rig.house.town.directory.full_name(door.id) in (await rig.say(RESIDENT, "楼道灯坏了三天了"))[-1]


# ---------------------------------------------------------------- what people send


async def test_a_photo_reaches_the_worker_by_its_own_id(rig: TelegramRig) -> None:
    await rig.photo(RESIDENT, "AgAC1", caption="金康苑3号楼2单元楼道灯坏了三天了")
    await rig.press(RESIDENT, "提交")
    sent = rig.server.said("sendPhoto")
    assert [call.params["photo"] for call in sent if int(call.params["chat_id"]) == WORKER] == ["AgAC1"]


async def test_a_late_picture_of_an_album_joins_the_case(rig: TelegramRig) -> None:
    album = {"media_group_id": "77"}
    await rig.photo(RESIDENT, "AgAC1", caption="金康苑3号楼2单元楼道灯坏了三天了", **album)
    await rig.photo(RESIDENT, "AgAC2", "blue", **album)
    await rig.press(RESIDENT, "提交")
    rig.heard(WORKER)
    await rig.photo(RESIDENT, "AgAC3", "green", **album)
    assert [text[:7] for text in rig.heard(WORKER)] == ["[photo]"]


async def test_a_voice_message_begins_a_report(rig: TelegramRig) -> None:
    rig.server.files["v1"] = OGG
    heard = await rig.say(RESIDENT, voice=VOICE)
    assert heard
    assert "没听明白" not in "".join(heard)


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "us", "type": "regular", "width": 9, "height": 9,
                     "is_animated": False, "is_video": False, "emoji": "👍"}},
        {"animation": {"file_id": "g", "file_unique_id": "ug", "width": 9, "height": 9, "duration": 1},
         "document": {"file_id": "g", "file_unique_id": "ug"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"poll": {"id": "1", "question": "吃什么", "options": [], "total_voter_count": 0, "is_closed": False,
                  "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                  "allows_revoting": False, "members_only": False}},
        {"text": "👍"},
    ],
    ids=["sticker", "animation", "dice", "poll", "emoji"],
)  # fmt: skip
async def test_what_has_no_words_is_answered_kindly_and_filed_nowhere(
    rig: TelegramRig, content: dict[str, object]
) -> None:
    heard = await rig.say(RESIDENT, **content)  # type: ignore[arg-type]
    assert heard[0].startswith("收到了")
    assert "提交" not in "".join(rig.buttons(RESIDENT))


async def test_a_sticker_in_the_midst_of_a_report_brings_the_question_back(rig: TelegramRig) -> None:
    await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了")
    heard = await rig.say(RESIDENT, "🙏")
    assert "金康苑3号楼2单元" in heard[-1]
    assert "🙏" not in heard[-1]


async def test_a_paper_we_cannot_keep_is_said_to_its_sender(rig: TelegramRig) -> None:
    rig.server.files["d1"] = b"MZ not a paper"
    document = {"file_id": "d1", "file_unique_id": "ud1", "file_name": "a.exe", "mime_type": "application/x-dosexec"}
    await rig.say(RESIDENT, document=document)
    await rig.fetched()
    assert any("收不了" in text for text in rig.texts(RESIDENT))


async def test_a_very_long_text_is_taken(rig: TelegramRig) -> None:
    heard = await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了。" + "天天摸黑走路。" * 500)
    assert "金康苑3号楼2单元" in "".join(heard)


async def test_a_forwarded_message_is_taken_as_said(rig: TelegramRig) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "邻居", "date": 1}
    assert "金康苑" in (await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了", forward_origin=origin))[-1]


async def test_ones_own_contact_becomes_the_phone(rig: TelegramRig) -> None:
    await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.press(RESIDENT, "修改")
    await rig.press(RESIDENT, "留电话")
    await rig.say(RESIDENT, contact={"phone_number": "+8613800001111", "first_name": "人", "user_id": RESIDENT})
    assert "1111" in rig.texts(RESIDENT)[-1]


async def test_a_place_that_is_sent_answers_where(rig: TelegramRig) -> None:
    await rig.say(RESIDENT, "楼道灯坏了三天了")
    heard = await rig.say(RESIDENT, location={"latitude": 34.79, "longitude": 114.30})
    assert heard
    assert "没听明白" not in "".join(heard)


# ---------------------------------------------------------------- edited words


async def edit(rig: TelegramRig, original: dict[str, object], text: str) -> list[str]:
    await rig.update(edited_message=original | {"text": text, "edit_date": int(rig.now[0].timestamp())})
    return rig.heard(RESIDENT)


async def test_an_edit_replaces_the_words_of_an_open_draft(rig: TelegramRig) -> None:
    first = rig.message(RESIDENT, text="金康苑3号楼2单元楼道灯坏了三天了")
    await rig.update(message=first)
    rig.heard(RESIDENT)
    heard = await edit(rig, first, "金康苑3号楼1单元楼道灯坏了五天了")
    assert heard[0] == "改好了。"
    assert "1单元" in heard[-1]
    assert "三天" not in heard[-1]


async def test_an_edit_after_filing_changes_nothing_and_says_so(rig: TelegramRig) -> None:
    first = rig.message(RESIDENT, text="金康苑3号楼2单元楼道灯坏了三天了")
    await rig.update(message=first)
    await rig.press(RESIDENT, "提交")
    card = rig.heard(WORKER)[-1]
    assert "请再发一次" in (await edit(rig, first, "金康苑3号楼2单元楼道灯坏了五天了"))[0]
    assert rig.texts(WORKER)[-1] == card


async def test_danger_that_comes_by_an_edit_is_still_warned_of(rig: TelegramRig) -> None:
    first = rig.message(RESIDENT, text="你好")
    await rig.update(message=first)
    rig.heard(RESIDENT)
    assert "119" in "".join(await edit(rig, first, "金康苑3号楼着火了"))


# ---------------------------------------------------------------- between resident and worker


async def accepted(rig: TelegramRig) -> None:
    await rig.file()
    await rig.press(WORKER, "接单")
    rig.heard(RESIDENT)
    rig.heard(WORKER)


async def test_words_and_a_photo_go_from_the_worker_to_the_resident_and_back(rig: TelegramRig) -> None:
    await accepted(rig)
    await rig.press(WORKER, "联系居民")
    await rig.say(WORKER, "请问是哪一层?")
    assert "请问是哪一层?" in rig.heard(RESIDENT)[-1]
    await rig.press(RESIDENT, "回复")
    rig.heard(WORKER)
    await rig.photo(RESIDENT, "AgAC9", caption="三层")
    told = rig.heard(WORKER)
    assert any(text.startswith("[photo]") and "三层" in text for text in told), told


async def test_a_voice_goes_from_the_resident_to_the_worker(rig: TelegramRig) -> None:
    await accepted(rig)
    rig.server.files["v1"] = OGG
    await rig.press(WORKER, "联系居民")
    await rig.say(WORKER, "请问是哪一层?")
    await rig.press(RESIDENT, "回复")
    await rig.say(RESIDENT, voice=VOICE)
    assert "[voice]" in "".join(rig.heard(WORKER))


async def test_a_photo_from_the_web_page_is_uploaded_to_telegram_once(rig: TelegramRig) -> None:
    await rig.web("li", "金康苑3号楼2单元楼道灯坏了三天了", content=photo())
    await rig.web("li", "提交")
    uploads = [call for call in rig.server.said("sendPhoto") if int(call.params["chat_id"]) == WORKER]
    assert len(uploads) == 1
    assert "photo" in uploads[0].files


async def test_a_photo_from_a_worker_on_telegram_is_shown_on_the_residents_page(rig: TelegramRig) -> None:
    await rig.web("li", "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.web("li", "提交")
    await rig.press(WORKER, "接单")
    await rig.press(WORKER, "办结")
    await rig.photo(WORKER, "AgACdone", caption="换好了")
    await rig.fetched()
    lines = await rig.on_web("li")
    assert any("换好了" in line["text"] and line.get("attachments") for line in lines)
    async with rig.storage.writing() as records:
        kept = await records.attachments.get(1)
    assert kept is not None
    assert (await rig.files.read(kept.attachment.sha256)).startswith(b"\xff\xd8")
