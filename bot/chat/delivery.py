"""From the outbox to the chat networks: one message per chat at a time and in order, again until it arrives."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.chat.messages import Address, Channel
from bot.chat.records import Letter, Settled
from bot.errors import CardGone, Never, TryLater, Unreachable, WaitForPerson
from bot.logs import about
from bot.records import Records, Storage

_BATCH = 100
_LEASE = timedelta(seconds=60)
_SEND_SECONDS = 45.0  # A sending that takes longer is given up while the lease still stands.
_IDLE_SECONDS = 1.0
_TOGETHER_SECONDS = 0.2  # endings within it are written down in one transaction
_LAST_OF_A_FAULT = 12  # our own fault is not mended by time
_LAST_ATTEMPT = 1000  # a network that is away is waited for: over two days
_LONGEST_WAIT = 300.0
log = logging.getLogger(__name__)


class Delivery:
    """The postman. `owner` names this process among several; `wake()` tells that something was just promised.

    `gone` is told, in the transaction that notes it, of an address where nothing arrives any more.
    """

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        owner: str,
        gone: Callable[[Records, Address, datetime], Awaitable[None]] | None = None,
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._owner = owner
        self._gone = gone or _note_unreachable
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._on_way: set[asyncio.Task[Settled]] = set()
        self._looked_at: datetime | None = None  # into the outbox; None before the first look

    @property
    def running(self) -> bool:
        """Whether the postman is at work."""
        return self._running is not None and not self._running.done()

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
        for late in self._on_way:
            late.cancel()
        await asyncio.gather(*self._on_way, return_exceptions=True)

    async def deliver(self) -> int:
        """One round: claim, send side by side, write down how each ended; how many were claimed."""
        claimed = await self._take_up()
        while self._on_way:
            await self._collect()
        return claimed

    async def _loop(self) -> None:
        while not self._stopping:
            self._woken.clear()  # before the look, so that what is promised during it is not overlooked
            try:
                claimed = await self._take_up()
                if self._on_way:
                    await self._collect()
                if claimed or self._on_way:
                    continue
            except Exception:
                log.exception("the outbox cannot be worked on; again in a second")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)
        while self._on_way:
            await self._collect()

    async def _take_up(self) -> int:
        """Claim what there is room for and begin to send it; how many were claimed."""
        room = _BATCH - len(self._on_way)
        if not room:
            return 0
        now = self._clock()
        async with self._storage.writing() as records:
            if self._looked_at is None:
                # A clock that was wrong before us may have put letters off, and leased them, until who knows when.
                await records.outbox.hurry(now, now + 2 * _LEASE)
            elif now < self._looked_at:
                await records.outbox.hurry(now)
            letters = await records.outbox.claim(self._owner, now, now + _LEASE, room)
        self._looked_at = now
        self._on_way |= {asyncio.create_task(self._sending(letter)) for letter in letters}
        return len(letters)

    async def _collect(self) -> None:
        """Write down what has ended within a moment. Whoever is slow holds nobody up, and little is sent twice by a crash."""
        done, self._on_way = await asyncio.wait(self._on_way, timeout=_TOGETHER_SECONDS)
        if done:
            settled = sorted((each.result() for each in done), key=lambda end: end.letter.id)
            # What the network has taken must be written down even when we are told to stop just now.
            await asyncio.shield(self._settle(settled, self._clock() + _LEASE))

    async def _settle(self, settled: list[Settled], until: datetime) -> None:
        """Write down how they ended. A database that is away just now is waited for: what is not written is sent twice."""
        while True:
            try:
                return await self._write_down(settled)
            except Exception:
                if self._clock() >= until:
                    raise
                log.warning("what was sent cannot be written down; again in a second", exc_info=True)
                await asyncio.sleep(_IDLE_SECONDS)

    async def _write_down(self, settled: list[Settled]) -> None:
        now = self._clock()
        async with self._storage.writing() as records:
            await records.outbox.settle(self._owner, settled, now)
            for end in settled:
                if end.state == "resting" and end.error == _UNREACHABLE:
                    await self._gone(records, end.letter.to, now)

    async def _sending(self, letter: Letter) -> Settled:
        with about(letter=letter.id, case=letter.case_id, channel=letter.to.channel):
            settled = await self._sent(letter)
            log.debug("a message on its way out: %s", settled.state)
            return settled

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
            return self._later(letter, 0, repr(error), _LAST_OF_A_FAULT)

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

    def _later(self, letter: Letter, seconds: float, error: str, last: int = _LAST_ATTEMPT) -> Settled:
        attempts = letter.attempts + 1
        if attempts >= last:
            log.error("message %d is given up after %d attempts: %s", letter.id, attempts, error)
            return Settled(letter, "failed", error=error)
        # The jitter keeps chats that failed together from knocking together.
        backoff = min(2.0 ** min(attempts, 20), _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        return Settled(letter, "waiting", due_at=self._clock() + timedelta(seconds=max(seconds, backoff)), error=error)


async def _note_unreachable(records: Records, address: Address, _now: datetime) -> None:
    await records.people.unreachable(address)


_UNREACHABLE = "unreachable"
