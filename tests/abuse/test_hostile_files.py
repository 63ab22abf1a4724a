"""What ill will can send as a file: bombs, two files in one, and scripts that call themselves pictures."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from bot.errors import BadFile
from storage.files import Files

SCRIPT = b"<html><script>alert(document.cookie)</script></html>"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def jpeg(comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", comment=comment)
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (50_000, 600), (2**31 - 1, 2**31 - 1)])
async def test_a_picture_of_fifty_thousand_pixels_is_refused_by_its_header(
    files: Files, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("its pixels were unpacked"))
    with pytest.raises(BadFile, match=r"web\.file_(too_large|broken)"):
        await files.keep(png_of(width, height), "image/png")


@pytest.mark.parametrize("sent", [jpeg() + SCRIPT, jpeg(SCRIPT), jpeg() + b"PK\x03\x04" + bytes(200)])
async def test_what_hides_in_a_photo_is_not_kept(files: Files, sent: bytes) -> None:
    kept = await files.keep(sent, "image/jpeg")
    content = await files.read(kept.sha256)
    assert (b"script" in content, b"PK\x03\x04" in content) == (False, False)


@pytest.mark.parametrize("mark", [b"GIF89a", b"<svg onload=alert(1)>", b"\x00\x00\x01\x00", b"BM", b"PK\x03\x04"])
async def test_a_file_of_no_kind_we_take_is_refused_whatever_it_claims(files: Files, mark: bytes) -> None:
    with pytest.raises(BadFile, match=r"web\.file_unknown"):
        await files.keep(mark + SCRIPT, "image/jpeg")


async def test_a_page_that_begins_like_a_photo_is_refused(files: Files) -> None:
    with pytest.raises(BadFile, match=r"web\.file_broken"):
        await files.keep(b"\xff\xd8\xff" + SCRIPT, "image/jpeg")


async def test_a_refused_file_leaves_nothing_on_the_disk(files: Files, tmp_path: Path) -> None:
    for sent in (png_of(50_000, 50_000), SCRIPT, b"\xff\xd8\xff" + SCRIPT):
        with pytest.raises(BadFile):
            await files.keep(sent, "image/jpeg")
    assert not (tmp_path / "files").exists()
