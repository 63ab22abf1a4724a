"""Holds the town as it stands and builds it anew when the directory has changed."""

import asyncio
import logging
from typing import Protocol

from bot.cases.clocks import Clocks
from bot.cases.holidays import Holidays
from bot.grid.directory import Directory
from bot.grid.gazetteer import Gazetteer
from bot.grid.outlines import PinFinder
from bot.grid.routing import Routing
from bot.texts import Texts
from bot.town import Town
from bot.triage.kinds import Kinds
from bot.triage.learning import Model
from bot.triage.reading import Triage

log = logging.getLogger(__name__)


class Loader(Protocol):
    """Where the directory is kept."""

    async def revision(self) -> int:
        """Its number now."""

    async def load(self) -> Directory:
        """The whole of it."""

    async def outlines(self) -> dict[int, bytes]:
        """The outlines of its units by id, as WKB in WGS-84."""

    async def kinds(self) -> Kinds:
        """The kinds in use."""

    async def holidays(self) -> Holidays:
        """Which days offices work."""

    async def model(self) -> Model | None:
        """What was learnt from past tickets. Raises ValueError when it is damaged."""


class House:
    """Today's town. `refresh` must have run once before `town` is asked for."""

    def __init__(self, loader: Loader, texts: Texts, clocks: Clocks) -> None:
        self._loader = loader
        self._texts = texts
        self._clocks = clocks
        self._town: Town | None = None

    @property
    def town(self) -> Town:
        """The town as last read. Raises RuntimeError before the first `refresh`."""
        if self._town is None:
            raise RuntimeError("the town was not read yet")
        return self._town

    async def refresh(self) -> bool:
        """Read the directory if it is newer than ours; whether it was."""
        if self._town is not None and await self._loader.revision() == self._town.directory.revision:
            return False
        directory, kinds = await self._loader.load(), await self._loader.kinds()
        outlines = await self._loader.outlines()
        self._clocks = self._clocks.knowing(await self._loader.holidays())
        try:
            model = await self._loader.model()
        except ValueError:
            log.exception("the learnt model cannot be read; the catalogue's words go on alone")
            model, kinds = None, Kinds.of(kinds.all)
        # Indexing a city takes seconds of work; the chats go on meanwhile.
        self._town = await asyncio.to_thread(self._built, directory, outlines, kinds, model)
        return True

    def _built(self, directory: Directory, outlines: dict[int, bytes], kinds: Kinds, model: Model | None) -> Town:
        return Town(
            directory=directory,
            kinds=kinds,
            texts=self._texts,
            clocks=self._clocks,
            gazetteer=Gazetteer(directory),
            pins=PinFinder.over(directory, outlines),
            routing=Routing(directory, kinds, self._texts),
            triage=Triage(kinds, model),
        )
