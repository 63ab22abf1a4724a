"""What a browser posts, on the page of the web chat and on those of the board: forms with pictures, within limits."""

import asyncio
from collections.abc import Iterable

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.chat.files import Files, Kept
from bot.chat.lines import WEB
from bot.chat.media import medium_of
from bot.chat.messages import Attachment
from bot.errors import BadFile

MAX_FILES = 9
MAX_POST_BYTES = 60 * 1024 * 1024
MAX_WORDS_BYTES = 64 * 1024
_IN_MEMORY = 4  # photos and films, of fifteen or twenty megabytes each


class Refused(Exception):
    """A post that cannot be taken. `status` is HTTP's, `text` a catalogue key for the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def check_length(request: Request, limit: int) -> None:
    """Ask for the length before anything is read; the server holds the sender to it. Raises Refused."""
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise Refused(411, "web.not_understood")
    if int(length) > limit:
        raise Refused(413, "web.post_too_large")


async def read_form(request: Request) -> FormData:
    """A form with files. Raises Refused."""
    check_length(request, MAX_POST_BYTES)
    try:
        return await request.form(max_files=MAX_FILES, max_fields=20, max_part_size=MAX_WORDS_BYTES)
    except HTTPException as error:
        if error.detail.startswith("Too many files"):
            raise Refused(413, "web.too_many_photos") from error
        raise Refused(400, "web.not_understood") from error


def room() -> asyncio.Semaphore:
    """Room in memory for the files of some posts at once; the others wait on the disk."""
    return asyncio.Semaphore(_IN_MEMORY)


async def put_away(files: Files, uploads: Iterable[UploadFile], room: asyncio.Semaphore) -> tuple[Kept, ...]:
    """Keep what was uploaded, when there is room. Raises Refused for what we do not take."""
    kept = []
    for upload in uploads:
        try:
            async with room:
                kept.append(await files.keep(await upload.read(), upload.content_type or ""))
        except BadFile as error:
            raise Refused(415, error.text) from error
    return tuple(kept)


def attachments(kept: Iterable[Kept]) -> tuple[Attachment, ...]:
    """Files that a page sent. We hold them already, so the network's name for one is its SHA-256."""
    return tuple(
        Attachment(medium_of(file.mime), WEB, ref=file.sha256, sha256=file.sha256, mime=file.mime, size=file.size)
        for file in kept
    )
