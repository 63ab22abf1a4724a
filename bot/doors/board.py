"""Everything about figures and the board that the service must build, start and stop."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.routing import BaseRoute

from bot.board.acting import Acting
from bot.board.board import Board
from bot.cases.casework import Casework
from bot.chat.files import Files
from bot.config import Settings
from bot.digests import counting, rounds
from bot.digests.counting import Counting
from bot.digests.figures import Span, of_units, report
from bot.digests.pictures import Pictures
from bot.digests.rounds import Digests
from bot.house import House
from bot.records import Records, Storage
from bot.sweep import Ringer
from bot.town import Town
from handlers.board.serving import BoardServing
from handlers.webchat.identity import Identity
from storage.board import Boards
from storage.database import Database
from storage.digests import Figures
from storage.districts import Districts


class BoardDoor:
    """The nightly counting, the pictures of digests, and the board's pages."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        storage: Storage,
        house: House,
        digests: Digests,
        casework: Casework,
        files: Files,
        clock: Callable[[], datetime],
        links: Callable[[str], Mapping[str, str]],
    ) -> None:
        self._looking = Figures(database)
        self._house = house
        self._clock = clock
        self._digests = digests
        self._counting = Counting(storage, self._looking, house, clock)
        self._pictures = Pictures(storage, self._looking, house, files, clock)
        self._serving = BoardServing(
            Board(Boards(database), house, clock, Districts(database).outlines),
            Acting(storage, house, casework, clock),
            storage,
            files,
            Identity(settings.secret(), settings.public_url),
            clock,
            links,
            self._sheet,
            secure=settings.public_url.startswith("https:"),
        )

    def routes(self) -> list[BaseRoute]:
        """The board's pages."""
        return self._serving.routes()

    def ringers(self) -> dict[str, Ringer]:
        """Who rings for which timers."""
        return {
            rounds.TIMER: self._digests,
            rounds.ONE_TIMER: self._digests,
            rounds.PICTURE_TIMER: self._pictures,
            counting.TIMER: self._counting,
        }

    def running(self) -> list[Coroutine[Any, Any, None]]:
        """What works as long as the service is open."""
        return [self._counting.run(), self._pictures.run()]

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the timers of the night and the morning."""
        await self._counting.start(records, town, now)
        await self._digests.start(records, town, now)

    async def _sheet(self, units: tuple[int, ...], name: str) -> bytes:
        """The workbook of the day, week or month before this one."""
        town, now = self._house.town, self._clock()
        today = town.clocks.today(now)
        span = Span.of("day", today - timedelta(days=1)) if name == "day" else Span.of(name, today).before
        async with self._looking.reading() as reads:
            standing = of_units(town, await reads.standing(now, town.kinds.hidden), units)
            found = await report(reads, town, units, span, standing, now)
        # The workbook library is 14 MB that a service nobody downloads from need not carry.
        from bot.digests.sheets import workbook  # noqa: PLC0415 - as said above

        return await asyncio.to_thread(workbook, town, found)
