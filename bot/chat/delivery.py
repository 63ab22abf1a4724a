"""From the outbox to the chat networks: one message per chat at a time and in order, again until it arrives."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.chat.messages import Channel
from bot.chat.records import Letter, Settled
from bot.errors import CardGone, Never, TryLater, Unreachable, WaitForPerson
from bot.records import Storage

_BATCH = 100
_LEASE = timedelta(seconds=60)
_SEND_SECONDS = 45.0  # A sending that takes longer is given up while the lease still stands.
_IDLE_SECONDS = 1.0
_LAST_ATTEMPT = 12
_LONGEST_WAIT = 300.0
log = logging.getLogger(__name__)


class Delivery:
    """The postman. `owner` names this process among several; `wake()` tells that something was just promised."""

    def __init__(
        self, storage: Storage, channels: Mapping[str, Channel], clock: Callable[[], datetime], owner: str
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._owner = owner
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look at once instead of within a second."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped. A database that cannot be reached is asked again."""
        self._running = asyncio.ensure_future(self._loop())
        await self._running

    async def stop(self) -> None:
        """Claim no more, and give what is on its way five seconds; the rest goes out when its lease ends."""
        self._stopping = True
        self.wake()
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=5)
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def deliver(self) -> int:
        """One round: claim, send side by side, write down how each ended; how many were claimed."""
        now = self._clock()
        async with self._storage.writing() as records:
            letters = await records.outbox.claim(self._owner, now, now + _LEASE, _BATCH)
        if letters:
            settled = await asyncio.gather(*(self._sent(letter) for letter in letters))
            # What the network has taken must be written down even when we are told to stop just now.
            await asyncio.shield(self._settle(settled))
        return len(letters)

    async def _loop(self) -> None:
        while not self._stopping:
            self._woken.clear()  # before the look, so that what is promised during it is not overlooked
            try:
                if await self.deliver():
                    continue
            except Exception:
                log.exception("the outbox cannot be worked on; again in a second")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)

    async def _settle(self, settled: list[Settled]) -> None:
        now = self._clock()
        async with self._storage.writing() as records:
            for end in settled:
                if end.state == "resting" and end.error == _UNREACHABLE:
                    await records.people.unreachable(end.letter.to)
            await records.outbox.settle(self._owner, settled, now)

    async def _sent(self, letter: Letter) -> Settled:
        """Send one; how it ended. Nothing that a network does can keep the others from being written down."""
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                return Settled(letter, "sent", await self._send(letter))
        except WaitForPerson as error:
            return Settled(letter, "resting", error=str(error))
        except Unreachable:
            return Settled(letter, "resting", error=_UNREACHABLE)
        except Never as error:
            log.warning("message %d is refused for good: %s", letter.id, error)
            return Settled(letter, "failed", error=str(error))
        except TryLater as error:
            return self._later(letter, error.seconds, str(error))
        except Exception as error:
            log.exception("message %d could not be sent", letter.id)
            return self._later(letter, 0, repr(error))

    async def _send(self, letter: Letter) -> str:
        channel = self._channels.get(letter.to.channel)
        if channel is None:
            raise TryLater(_LONGEST_WAIT, "this network is not connected")
        message = letter.message
        below = message.answers and bool(getattr(channel, "shows_presses", False))
        edit = "" if message.fresh or below else letter.edit
        try:
            return await channel.send(letter.to.chat, message, edit)
        except CardGone:
            return await channel.send(letter.to.chat, message, "")

    def _later(self, letter: Letter, seconds: float, error: str) -> Settled:
        attempts = letter.attempts + 1
        if attempts >= _LAST_ATTEMPT:
            return Settled(letter, "failed", error=error)
        # The jitter keeps chats that failed together from knocking together.
        backoff = min(2.0**attempts, _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        return Settled(letter, "waiting", due_at=self._clock() + timedelta(seconds=max(seconds, backoff)), error=error)


_UNREACHABLE = "unreachable"
