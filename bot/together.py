"""Whoever asks while a transaction runs shares the next one: many at once cost one commit, and a crowd some of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

MOST = 100  # at once: longer nobody else is kept waiting, neither for the writer nor for an answer that is ready
log = logging.getLogger(__name__)
Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Together(Generic[Asked, Given]):
    """`together` does all that has gathered, in order; where it raises, `alone` does each, so that none stops the others.

    What has begun goes on when whoever asked no longer waits.
    """

    def __init__(
        self,
        together: Callable[[Sequence[Asked]], Awaitable[Sequence[Given]]],
        alone: Callable[[Asked], Awaitable[Given]],
    ) -> None:
        self._together = together
        self._alone = alone
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []
        self._doing: asyncio.Task[None] | None = None

    async def do(self, asked: Sequence[Asked]) -> list[Given]:
        """What each was given, once it is committed. Raises what `alone` raised for one of them."""
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Given]] = [loop.create_future() for _ in asked]
        self._waiting.extend(zip(asked, futures, strict=True))
        if self._doing is None:
            # A task of nobody's: whoever asks and goes away must not take the others' transaction along.
            self._doing = loop.create_task(self._do_what_waits(), context=Context())
        return await asyncio.gather(*futures)

    async def _do_what_waits(self) -> None:
        batch: list[tuple[Asked, asyncio.Future[Given]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._do_all(batch)
        finally:
            self._doing = None
            for _, future in batch:
                future.cancel()  # Only where we are ended amid the work: otherwise each was given something.

    async def _do_all(self, batch: list[tuple[Asked, asyncio.Future[Given]]]) -> None:
        try:
            given = await self._together([one for one, _ in batch])
        except Exception:
            log.exception("a batch of %d could not be taken together", len(batch))
            for one, future in batch:
                await self._do_one(one, future)
        else:
            for (_, future), what in zip(batch, given, strict=True):
                if not future.done():
                    future.set_result(what)

    async def _do_one(self, one: Asked, future: asyncio.Future[Given]) -> None:
        try:
            what = await self._alone(one)
        except Exception as failed:  # noqa: BLE001 - it is handed to the caller that waits
            if not future.done():
                future.set_exception(failed)
        else:
            if not future.done():
                future.set_result(what)
