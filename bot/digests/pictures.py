"""Sends each reader the picture of their digest, drawn outside any transaction, some seconds after the words."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

from bot.backlog import Backlog
from bot.board.scope import units_of
from bot.chat.files import Files
from bot.chat.messages import Attachment, Medium, Outgoing
from bot.chat.records import Timer
from bot.digests.charts import chart, draw
from bot.digests.figures import Span, of_units, report
from bot.digests.records import Looking
from bot.digests.rounds import READERS
from bot.digests.wording import title
from bot.house import House
from bot.records import Records, Storage
from bot.town import Town

_PATIENCE = timedelta(minutes=5)
_LAST_ATTEMPT = 6
log = logging.getLogger(__name__)


class Pictures:
    """Rings for "picture" timers: their subject is the reader, their slot the stretch and the morning."""

    def __init__(
        self,
        storage: Storage,
        looking: Looking,
        house: House,
        files: Files,
        clock: Callable[[], datetime],
        draws: Callable[[dict[str, Any]], Awaitable[bytes]] = draw,
    ) -> None:
        self._storage = storage
        self._looking = looking
        self._house = house
        self._files = files
        self._clock = clock
        self._draws = draws
        self._drawings = Backlog(self.send, _PATIENCE)

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Hand it to the loop; one that is old is given up."""
        _, _, day = timer.slot.partition(".")
        if timer.attempts >= _LAST_ATTEMPT or day != town.clocks.today(now).isoformat():
            log.warning("the picture for %d is given up", timer.subject)
            return True
        return await self._drawings.take(records, timer, now)

    async def run(self) -> None:
        """Draw one after another until cancelled. What fails rings again by itself."""
        await self._drawings.run()

    async def send(self, timer: Timer) -> None:
        """Draw one reader's picture and post it."""
        town, now = self._house.town, self._clock()
        name, _, day = timer.slot.partition(".")
        span = Span.of(name, date.fromisoformat(day)).before
        units = units_of(town, timer.subject, town.clocks.today(now), READERS)
        picture, caption = None, ""
        if units:
            async with self._looking.reading() as reads:
                standing = of_units(town, await reads.standing(now, town.kinds.hidden), units)
                found = await report(reads, town, units, span, standing, now)
            kept = await self._files.keep(await self._draws(chart(town, found)), "image/png")
            picture = Attachment(Medium.PHOTO, "web", kept.sha256, kept.sha256, kept.mime, kept.size)
            caption = town.texts("digest.picture_caption", title=title(town, found))
        async with self._storage.writing() as records:
            if picture is not None:
                picture = await records.attachments.add(picture, timer.subject, "", now)
                for address in (await records.people.addresses(timer.subject))[:1]:
                    await records.outbox.post(address, Outgoing(caption, attachments=(picture,)), now)
            await records.timers.done(timer.id, now)
