"""Brings the photos and recordings that a network holds for us, outside any transaction, and keeps them."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.backlog import Backlog
from bot.chat.files import Files, Kept
from bot.chat.messages import Attachment, Channel, Outgoing, Stored
from bot.chat.records import Timer
from bot.errors import BadFile, Never
from bot.errors import TryLater as NotYet
from bot.records import Records, Storage
from bot.texts import Texts
from bot.together import Together
from bot.town import Town

_PATIENCE = timedelta(seconds=60)
_LAST_ATTEMPT = 12
_AT_ONCE = 4  # a network takes about a second for a picture, and on a day of rain several come each second
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _End:
    """How it went with a timer's file: it is kept, or `refused` is said to whoever sent it, or there was nothing to do."""

    timer: Timer
    kept: Kept | None
    sender: int | None
    refused: str


class Fetching:
    """Rings for "fetch" timers, whose subject is an attachment. The row stays due again until the file is kept."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        files: Files,
        clock: Callable[[], datetime],
        said: Texts,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._files = files
        self._clock = clock
        self._texts = said
        self._coming = Backlog(self._fetch, _PATIENCE, _AT_ONCE)
        self._ended = Together(self._end_together, self._end)

    @property
    def waiting(self) -> int:
        """How many files are still to come, as far as this process knows."""
        return self._coming.waiting

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Hand it to the loop; one that never came is given up."""
        if timer.attempts >= _LAST_ATTEMPT:
            log.warning("attachment %d could not be fetched and is given up", timer.subject)
            return True
        return await self._coming.take(records, timer, now)

    async def run(self) -> None:
        """Fetch what comes until cancelled, some at once. What fails rings again by itself."""
        await self._coming.run()

    async def load(self, attachment: Attachment) -> Stored:
        """The bytes of an attachment, for a network that does not hold it. Raises TryLater until they are here, Never."""
        if not attachment.sha256:
            async with self._storage.reading() as records:
                kept = await records.attachments.get(attachment.id)
            if kept is None:
                raise Never("there is no such file")
            attachment = kept.attachment
        if not attachment.sha256:
            raise NotYet(2, "the file is still on its way")
        try:
            return Stored(await self._files.read(attachment.sha256), attachment.mime)
        except FileNotFoundError as error:
            raise Never(attachment.sha256) from error

    async def _fetch(self, timer: Timer) -> None:
        async with self._storage.reading() as records:
            found = await records.attachments.get(timer.subject)
        kept, refused = None, ""
        if found is not None and not found.attachment.sha256:
            try:
                async with asyncio.timeout(_PATIENCE.total_seconds() / 2):  # the network; to keep it may take its time
                    stored = await self._channels[found.attachment.channel].fetch(found.attachment.ref)
                kept = await self._files.keep(stored.content, stored.mime)
            except (Never, BadFile) as error:
                log.warning("attachment %d will never come: %s", timer.subject, error)
                refused = error.text if isinstance(error, BadFile) else _why_not(error)
        await self._ended.do([_End(timer, kept, found.person_id if found is not None else None, refused)])

    async def _end_together(self, ends: Sequence["_End"]) -> Sequence[None]:
        """Note how these ended: whatever came meanwhile shares one commit."""
        async with self._storage.writing(brief=True) as records:
            for end in ends:
                if end.kept is not None:
                    await records.attachments.fetched(end.timer.subject, end.kept.sha256, end.kept.mime, end.kept.size)
                elif end.sender is not None and end.refused:
                    await self._say(records, end.sender, end.refused)
                await records.timers.done(end.timer.id, self._clock())
        return [None] * len(ends)

    async def _end(self, end: "_End") -> None:
        await self._end_together([end])

    async def _say(self, records: Records, person_id: int, refused: str) -> None:
        """Whoever sent a file that we cannot keep must not believe that it is with the case."""
        for address in (await records.people.addresses(person_id))[:1]:
            await records.outbox.post(address, Outgoing(self._texts(refused)), self._clock())


def _why_not(error: Never) -> str:
    return "web.file_too_large" if "too big" in str(error).lower() else "web.file_broken"
