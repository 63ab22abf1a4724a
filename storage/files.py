"""Photos, recordings and papers on disk, each under its SHA-256: root, two letters, the rest."""

import asyncio
import hashlib
import io
import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import Base

from bot.chat.files import Kept
from bot.chat.media import true_mime
from bot.errors import BadFile, BadSettings
from storage.sealing import Seal

PHOTO_BYTES = 15 * 1024 * 1024
OTHER_BYTES = 20 * 1024 * 1024
LONG_SIDE = 2560
_PATIENT = 15  # of 19: how much of the processor others get first
JPEG_PIXELS = 80_000_000  # A JPEG can be decoded at a fraction of its size; the others only whole.
OTHER_PIXELS = 25_000_000
_OPENABLE = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by what EXIF calls the orientation
_NAME = re.compile(r"[0-9a-f]{64}")
_PARTIAL = ".partial-"
_STRETCH = 1000
log = logging.getLogger(__name__)


class Files:
    """Keeps each content once, and only what it can vouch for. Work is done in threads.

    `seal` makes unreadable what lies there; without one it lies there as it is. Each is named after what it is when opened.
    """

    def __init__(self, root: Path, seal: Seal | None = None) -> None:
        self._root = root
        self._seal = seal
        # Decoding takes more memory and time than anything else here: photos go one at a time, and after all that answers.
        self._drawing = ThreadPoolExecutor(1, "drawing", _step_back)

    async def keep(self, content: bytes, claimed_mime: str) -> Kept:
        """Put it away for good; when this returns it survives a power cut.

        Raises errors.BadFile ("web.file_too_large", "web.file_broken" or "web.file_unknown").
        """
        mime = true_mime(content, claimed_mime)
        if mime.startswith("image/"):
            if len(content) > PHOTO_BYTES:
                raise BadFile("web.file_too_large")
            return await asyncio.get_running_loop().run_in_executor(self._drawing, self._put_cleaned, content, mime)
        if not mime:
            raise BadFile("web.file_unknown")
        if len(content) > OTHER_BYTES:
            raise BadFile("web.file_too_large")
        return await self.keep_ours(content, mime)

    async def keep_ours(self, content: bytes, mime: str) -> Kept:
        """Put away a file that we made ourselves, of whatever kind."""
        return Kept(await asyncio.to_thread(self._put, content), mime, len(content))

    async def drop(self, sha256: str, before: datetime | None = None) -> None:
        """Delete a file, only where it was last put away `before` that moment; one that is not there is gone already."""
        await asyncio.to_thread(self._drop, self._path(sha256), before)

    async def lying(self, since: datetime, before: datetime) -> AsyncIterator[Sequence[str]]:
        """What was last put away between these moments, by name, at most a thousand at once.

        What a crash left half written then is deleted on the way.
        """
        for folder in await asyncio.to_thread(lambda: sorted(self._root.glob("??/"))):
            names = await asyncio.to_thread(_lying, folder, since, before)
            for first in range(0, len(names), _STRETCH):
                yield names[first : first + _STRETCH]

    async def read(self, sha256: str) -> bytes:
        """The kept bytes. Raises FileNotFoundError, also for what was sealed with a key that is no more."""
        return await asyncio.to_thread(self._read, sha256)

    def count(self) -> int:
        """How many files `reseal` will look at."""
        return sum(1 for _ in self._all())

    async def reseal(self, tick: Callable[[int], object]) -> int:
        """Seal every file with the first key, beside the running service; how many no key opens, which stay as they are.

        Each is replaced whole; again is harmless. `tick` gets 1 for each.
        """
        lost = 0
        for path in self._all():
            lost += not await asyncio.to_thread(self._resealed, path)
            tick(1)
        return lost

    def _resealed(self, path: Path) -> bool:
        try:
            stored = path.read_bytes()
            if self._seal is not None and not self._seal.fresh(stored):
                self._write(path, self._seal.seal_file(self._seal.open_bytes(stored)))
        except FileNotFoundError:
            return True  # Whoever was erased meanwhile took it along.
        except BadSettings:
            return False
        return True

    def _all(self) -> Iterator[Path]:
        return (path for path in self._root.glob("??/*") if _NAME.fullmatch(path.parent.name + path.name))

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self._root / sha256[:2] / sha256[2:]

    def _read(self, sha256: str) -> bytes:
        stored = self._path(sha256).read_bytes()
        try:
            return stored if self._seal is None else self._seal.open_bytes(stored)
        except BadSettings as error:
            raise FileNotFoundError(sha256) from error

    def _put_cleaned(self, content: bytes, mime: str) -> Kept:
        content = _cleaned(content, mime)
        return Kept(self._put(content), "image/jpeg", len(content))

    def _put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            os.utime(path)  # It counts as new from now on: whoever sent it again has perhaps no row yet.
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, content if self._seal is None else self._seal.seal_file(content))
        return sha256

    @staticmethod
    def _drop(path: Path, before: datetime | None) -> None:
        with suppress(FileNotFoundError):
            if before is None or path.stat().st_mtime < before.timestamp():
                path.unlink()

    def _write(self, path: Path, content: bytes) -> None:
        """The whole content in this place or, if something fails, what was there before."""
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=_PARTIAL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        # A file's name lives in its folder, and the folder's in the one above: both must reach the disk too.
        for folder in (path.parent, self._root):
            _sync_folder(folder)


def _lying(folder: Path, since: datetime, before: datetime) -> list[str]:
    names = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if not since.timestamp() <= path.stat().st_mtime < before.timestamp():
                continue
            if path.name.startswith(_PARTIAL):
                path.unlink()
            elif _NAME.fullmatch(name := folder.name + path.name):
                names.append(name)
    return names


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _step_back() -> None:
    """Let this thread go after the others of the process; where threads have no rank of their own it goes beside them."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PATIENT)


def _cleaned(content: bytes, mime: str) -> bytes:
    """The picture alone, upright, as JPEG: re-drawing it leaves the camera's notes and the place behind."""
    if mime not in _OPENABLE:
        raise BadFile("web.file_unknown")
    try:
        return _drawn(content, mime)
    except (BadFile, MemoryError):
        raise  # For what there is no room just now there may be the next time.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile("web.file_too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadFile("web.file_broken") from error
    except Exception as error:
        log.exception("a picture of %d bytes cannot be drawn", len(content))
        raise BadFile("web.file_broken") from error


def _drawn(content: bytes, mime: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[_OPENABLE[mime]]) as opened:
        width, height = opened.size
        if width * height > (JPEG_PIXELS if mime == "image/jpeg" else OTHER_PIXELS):
            raise BadFile("web.file_too_large")
        if mime == "image/jpeg":
            opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        # In its place: every copy of a large picture is fifty megabytes. Small, it may be turned in a copy.
        opened.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        opened.load()
        turn = _turn(opened)
        return _as_jpeg(opened if turn is None else opened.transpose(turn))


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How to turn it so that it stands upright. Whatever else the camera noted may be damaged: nobody reads it."""
    try:
        return _TURNS.get(picture.getexif().get(Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - of every kind there is, and none of them is the picture's
        return None


def _as_jpeg(picture: Image.Image) -> bytes:
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        picture = Image.new("RGB", over.size, "white")
        picture.paste(over, mask=over.getchannel("A"))
    out = io.BytesIO()
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    picture.info.clear()  # Pillow would write the sender's comment and notes beside the picture again.
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
