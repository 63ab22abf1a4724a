"""Files on disk: kept whole, kept once, and without what a camera tells about its owner."""

import hashlib
import io
import os
import struct
import sys
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from bot.chat.media import medium_of, true_mime
from bot.chat.messages import Medium
from bot.config import new_data_key
from bot.errors import BadFile
from storage.files import LONG_SIDE, OTHER_BYTES, PHOTO_BYTES, Files
from storage.sealing import Seal

OGG = b"OggS" + bytes(60)
GPS = 0x8825
ORIENTATION = 0x0112


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def picture(width: int = 60, height: int = 40, *, form: str = "JPEG", mode: str = "RGB", turned: int = 0) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a maker of phones"
    exif.get_ifd(GPS)[1] = "N"
    if turned:
        exif[ORIENTATION] = turned
    Image.new(mode, (width, height)).save(out, form, exif=exif)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


async def test_what_is_kept_can_be_read_by_its_hash(files: Files) -> None:
    kept = await files.keep(OGG, "audio/ogg")
    assert await files.read(kept.sha256) == OGG
    assert kept.sha256 == hashlib.sha256(OGG).hexdigest()


async def test_a_photo_is_kept_without_place_and_camera(files: Files) -> None:
    sent = picture()
    assert dict(opened(sent).getexif())
    kept = await files.keep(sent, "image/jpeg")
    assert not dict(opened(await files.read(kept.sha256)).getexif())


async def test_a_photo_taken_on_its_side_stands_upright(files: Files) -> None:
    kept = await files.keep(picture(60, 40, turned=6), "image/jpeg")
    assert opened(await files.read(kept.sha256)).size == (40, 60)


def noted(*tags: tuple[int, int, int, bytes]) -> bytes:
    """What a camera notes in a photo: number, kind, count and value of each tag, as they are."""
    entries = b"".join(struct.pack("<HHI4s", *tag) for tag in tags)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)


@pytest.mark.parametrize(
    "damaged",
    [(0x8769, 9, 1, b"\xff\xff\xff\xff"), (0x011A, 2, 4, b"abc\0"), (0xA005, 2, 4, b"abc\0")],
    ids=["a part before the beginning", "words for a figure", "words for a part"],
)
async def test_a_sound_photo_is_kept_upright_whatever_its_camera_noted(
    files: Files, damaged: tuple[int, int, int, bytes]
) -> None:
    sent = io.BytesIO()
    exif = noted((ORIENTATION, 3, 1, b"\6\0\0\0"), damaged)
    Image.new("RGB", (60, 40)).save(sent, "JPEG", exif=exif)
    kept = await files.keep(sent.getvalue(), "image/jpeg")
    assert opened(await files.read(kept.sha256)).size == (40, 60)


async def test_a_photo_with_unreadable_notes_is_kept_as_it_lies(files: Files) -> None:
    sent = io.BytesIO()
    Image.new("RGB", (60, 40)).save(sent, "JPEG", exif=b"Exif\0\0no notes at all")
    kept = await files.keep(sent.getvalue(), "image/jpeg")
    assert opened(await files.read(kept.sha256)).size == (60, 40)


async def test_a_photo_at_which_the_drawing_itself_fails_is_refused_as_broken(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "thumbnail", Mock(side_effect=TypeError("a fault of the library's")))
    with pytest.raises(BadFile, match=r"web\.file_broken"):
        await files.keep(picture(), "image/jpeg")


async def test_a_photo_for_which_there_is_no_room_just_now_may_come_again(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image.Image, "thumbnail", Mock(side_effect=MemoryError))
    with pytest.raises(MemoryError):
        await files.keep(picture(), "image/jpeg")


async def test_a_large_photo_is_made_smaller(files: Files) -> None:
    kept = await files.keep(picture(4000, 1000), "image/jpeg")
    assert opened(await files.read(kept.sha256)).size == (LONG_SIDE, 640)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
async def test_every_photo_is_kept_as_jpeg(files: Files, form: str) -> None:
    kept = await files.keep(picture(form=form), "application/octet-stream")
    assert (kept.mime, opened(await files.read(kept.sha256)).format) == ("image/jpeg", "JPEG")


async def test_what_is_clear_in_a_picture_becomes_white(files: Files) -> None:
    kept = await files.keep(picture(form="PNG", mode="RGBA"), "image/png")
    assert opened(await files.read(kept.sha256)).getpixel((5, 5)) == (255, 255, 255)


async def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused(files: Files) -> None:
    bomb = picture(5100, 5000, form="PNG", mode="L")
    assert len(bomb) < 100_000
    with pytest.raises(BadFile, match=r"web\.file_too_large"):
        await files.keep(bomb, "image/png")


async def test_the_hugest_picture_is_refused_too(files: Files) -> None:
    with pytest.raises(BadFile, match=r"web\.file_too_large"):
        await files.keep(picture(14000, 13000, form="PNG", mode="1"), "image/png")


async def test_half_a_photo_is_refused_as_broken(files: Files) -> None:
    with pytest.raises(BadFile, match=r"web\.file_broken"):
        await files.keep(picture(600, 600, form="PNG")[:70], "image/png")


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<script>alert(1)</script>", b"<svg xmlns='x'/>", b"PK\x03\x04"])
async def test_other_kinds_are_refused(files: Files, content: bytes) -> None:
    with pytest.raises(BadFile, match=r"web\.file_unknown"):
        await files.keep(content, "image/jpeg")


async def test_too_large_a_photo_is_refused(files: Files) -> None:
    with pytest.raises(BadFile, match=r"web\.file_too_large"):
        await files.keep(b"\xff\xd8\xff" + bytes(PHOTO_BYTES), "image/jpeg")


async def test_too_large_a_recording_is_refused(files: Files) -> None:
    with pytest.raises(BadFile, match=r"web\.file_too_large"):
        await files.keep(OGG + bytes(OTHER_BYTES), "audio/ogg")


async def test_the_same_photo_twice_takes_room_once(files: Files, tmp_path: Path) -> None:
    first = await files.keep(picture(), "image/jpeg")
    assert await files.keep(picture(), "image/jpeg") == first
    assert sum(len(names) for _, _, names in os.walk(tmp_path)) == 1


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
async def test_a_name_that_is_none_of_ours_reads_nothing(files: Files, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        await files.read(name)


@given(st.binary(max_size=80), st.text(max_size=30))
def test_a_claim_alone_never_makes_a_file_acceptable(content: bytes, claimed: str) -> None:
    assert (true_mime(content, claimed) == "") == (true_mime(content) == "")


@given(st.sampled_from(["audio/webm", "video/webm", "audio/webm;codecs=opus", "image/png", "text/html", ""]))
def test_a_container_of_sound_or_pictures_is_what_its_sender_says(claimed: str) -> None:
    expected = "audio/webm" if claimed.startswith("audio/webm") else "video/webm"
    assert true_mime(b"\x1a\x45\xdf\xa3rest", claimed) == expected


def test_a_recording_is_a_voice_message() -> None:
    assert medium_of(true_mime(OGG, "audio/ogg; codecs=opus")) is Medium.VOICE


# ---------------------------------------------------------------- sealed

OLD, NEW = new_data_key(), new_data_key()


def sealing(tmp_path: Path, *keys: str) -> Files:
    return Files(tmp_path / "files", Seal(keys))


def lying(tmp_path: Path) -> list[bytes]:
    return [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_a_picture_cannot_be_seen_on_the_disk(tmp_path: Path) -> None:
    files = sealing(tmp_path, OLD)
    kept = await files.keep(picture(), "image/jpeg")
    (stored,) = lying(tmp_path)
    with pytest.raises(UnidentifiedImageError):
        opened(stored)
    assert opened(await files.read(kept.sha256)).size == (60, 40)


async def test_what_is_sealed_is_opened_beside_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sealing(tmp_path, OLD)
    kept = await files.keep(OGG, "audio/ogg")
    threads, opens = list[int](), Seal.open_bytes

    def watched(seal: Seal, stored: bytes) -> bytes:
        threads.append(threading.get_ident())
        return opens(seal, stored)

    monkeypatch.setattr(Seal, "open_bytes", watched)
    await files.read(kept.sha256)
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_the_same_picture_is_kept_once_though_it_is_sealed(tmp_path: Path) -> None:
    files = sealing(tmp_path, OLD)
    assert await files.keep(picture(), "image/jpeg") == await files.keep(picture(), "image/jpeg")
    assert len(lying(tmp_path)) == 1


async def test_what_lay_there_before_there_was_a_key_is_read_and_then_sealed(tmp_path: Path) -> None:
    kept = await Files(tmp_path / "files").keep(OGG, "audio/ogg")
    files = sealing(tmp_path, NEW)
    assert await files.read(kept.sha256) == OGG
    assert await files.reseal(lambda _count: None) == 0
    assert OGG not in lying(tmp_path)
    assert await files.read(kept.sha256) == OGG


async def test_after_the_change_of_keys_the_old_one_opens_nothing(tmp_path: Path) -> None:
    kept = await sealing(tmp_path, OLD).keep(OGG, "audio/ogg")
    done: list[int] = []
    assert await sealing(tmp_path, NEW, OLD).reseal(done.append) == 0
    assert done == [1]
    assert await sealing(tmp_path, NEW).read(kept.sha256) == OGG
    with pytest.raises(FileNotFoundError):
        await sealing(tmp_path, OLD).read(kept.sha256)


async def test_what_is_sealed_with_the_first_key_is_left_alone(tmp_path: Path) -> None:
    files = sealing(tmp_path, NEW)
    await files.keep(OGG, "audio/ogg")
    before = lying(tmp_path)
    await files.reseal(lambda _count: None)
    assert lying(tmp_path) == before


async def test_what_no_key_opens_is_counted_and_stays(tmp_path: Path) -> None:
    await sealing(tmp_path, new_data_key()).keep(OGG, "audio/ogg")
    before = lying(tmp_path)
    assert await sealing(tmp_path, NEW, OLD).reseal(lambda _count: None) == 1
    assert lying(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ranks the threads of a process")
async def test_photos_are_drawn_after_all_that_answers(tmp_path: Path) -> None:
    await Files(tmp_path).keep(picture(), "image/jpeg")
    drawing = next(thread for thread in threading.enumerate() if thread.name.startswith("drawing"))
    ranks = [os.getpriority(os.PRIO_PROCESS, each) for each in (drawing.native_id or 0, threading.get_native_id())]
    assert ranks[0] > ranks[1]
