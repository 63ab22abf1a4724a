"""Brings the photos and recordings that a network holds for us, outside any transaction, and keeps them."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.backlog import Backlog
from bot.cases.records import Kept as Sent
from bot.chat.files import Files, Kept
from bot.chat.messages import Attachment, Channel, Outgoing, Stored
from bot.chat.records import Timer
from bot.errors import BadFile, Never, TryLater
from bot.records import Records, Storage
from bot.texts import Texts
from bot.together import Together
from bot.town import Town

_PATIENCE = timedelta(seconds=60)
_LONGEST_PAUSE = timedelta(minutes=10)
_WAITED_FOR = timedelta(days=2)  # for a network that is away; letters, which may need the file, are waited for longer
_LAST_FAULT = 12  # our own fault is not mended by time
_LONGEST = 1800.0  # seconds; a network ends its silence itself, and a film on a slow line takes many minutes
_AT_ONCE = 4  # a network takes about a second for a picture, and on a day of rain several come each second
_MISSED = "web.file_missed"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _End:
    """How it went with a timer's file.

    It is kept, or `refused` is said to whoever sent it, or it is tried `again`, or there was nothing to do. `ours` is a
    fault of our own, which counts; to wait for others does not.
    """

    timer: Timer
    sender: int | None = None
    kept: Kept | None = None
    refused: str = ""
    again: datetime | None = None
    ours: bool = False


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
        """Hand it to the loop; one at which we failed again and again is given up, and whoever sent it is told."""
        if timer.attempts < _LAST_FAULT:
            return await self._coming.take(records, timer, now)
        log.error("attachment %d is given up: we failed at it %d times", timer.subject, timer.attempts)
        found = await records.attachments.get(timer.subject)
        if found is not None and not found.attachment.sha256:
            await self._say(records, found.person_id, _MISSED)
        return True

    async def run(self) -> None:
        """Fetch what comes until cancelled, some at once. What fails rings again by itself."""
        await self._coming.run()

    async def load(self, attachment: Attachment) -> Stored:
        """The bytes of an attachment, for a network that does not hold it.

        Raises TryLater while they are on their way, and Never where they are not to be had or were given up.
        """
        if not attachment.sha256:
            async with self._storage.reading() as records:
                # Asked first: whatever ends the waiting has noted the file by then.
                coming = await records.timers.waits("fetch", attachment.id)
                kept = await records.attachments.get(attachment.id)
            if kept is None:
                raise Never("there is no such file")
            attachment = kept.attachment
            if not attachment.sha256:
                raise TryLater(2, "the file is still on its way") if coming else Never("the file never came")
        try:
            return Stored(await self._files.read(attachment.sha256), attachment.mime)
        except FileNotFoundError as error:
            raise Never(attachment.sha256) from error

    async def _fetch(self, timer: Timer) -> None:
        async with self._storage.reading() as records:
            found = await records.attachments.get(timer.subject)
        if found is None or found.attachment.sha256:
            end = _End(timer)
        else:
            end = await self._brought(timer, found)
        await self._ended.do([end])

    async def _brought(self, timer: Timer, found: Sent) -> _End:
        """Ask its network for the file, and keep it. Where the network or the disk is away it will be asked again."""
        sender, age = found.person_id, self._clock() - found.at
        pause = min(max(age, _PATIENCE), _LONGEST_PAUSE)  # each as long as all before
        try:
            channel = self._channels.get(found.attachment.channel)
            if channel is None:
                raise TryLater(0, "this network is not connected")  # noqa: TRY301 - as if it had said so itself
            async with asyncio.timeout(_LONGEST):
                stored = await channel.fetch(found.attachment.ref)
            return _End(timer, sender, kept=await self._files.keep(stored.content, stored.mime))
        except (Never, BadFile) as error:
            log.warning("attachment %d will never come: %s", timer.subject, error)
            return _End(timer, sender, refused=error.text if isinstance(error, BadFile) else _why_not(error))
        except (TryLater, OSError) as error:
            if age > _WAITED_FOR:
                log.warning("attachment %d never came and is given up: %s", timer.subject, error)
                return _End(timer, sender, refused=_MISSED)
            log.info("attachment %d does not come yet: %s", timer.subject, error)
            asked = timedelta(seconds=error.seconds if isinstance(error, TryLater) else 0)
            return _End(timer, sender, again=self._clock() + max(asked, pause))
        except Exception:
            log.exception("attachment %d could not be fetched", timer.subject)
            return _End(timer, sender, again=self._clock() + pause, ours=True)

    async def _end_together(self, ends: Sequence["_End"]) -> Sequence[None]:
        """Note how these ended: whatever came meanwhile shares one commit."""
        async with self._storage.writing(brief=True) as records:
            for end in ends:
                if end.again is not None:
                    await records.timers.postpone(end.timer.id, end.again, tries=0 if end.ours else -1)
                    continue
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
        now = self._clock()
        # Nine pictures that are given up after one outage are told of in one message.
        card = f"{_MISSED}.{now.date()}" if refused == _MISSED else ""
        for address in (await records.people.addresses(person_id))[:1]:
            await records.outbox.post(address, Outgoing(self._texts(refused), card=card), now)


def _why_not(error: Never) -> str:
    return "web.file_too_large" if "too big" in str(error).lower() else "web.file_broken"
