"""From the outbox to the chat networks: one message per chat at a time and in order, again until it arrives."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.chat.messages import Address, Channel
from bot.chat.records import Letter, Settled
from bot.errors import CardGone, Never, TryLater, Unreachable, WaitForPerson
from bot.logs import about
from bot.records import Records, Storage

_ROOM = 200  # letters in hand
_SEND_SECONDS = 45.0  # A sending that takes longer is given up while the lease still stands.
_IDLE_SECONDS = 1.0
_TOGETHER_SECONDS = 0.05  # endings within it are written down in one transaction
_LAST_WAIT = 1000  # a network that is away is waited for: over two days
_LAST_FAULT = 12  # our own fault is not mended by time
_A_FAULT = 10_000  # what a fault adds to a letter's attempts; a wait adds one, so both can be read in the one figure
_LONGEST_WAIT = 300.0
_UNREACHABLE = "unreachable"
log = logging.getLogger(__name__)


class Delivery:
    """The postman. `owner` names this process among several; `wake()` tells that something was just promised.

    What this process promises is mostly leased to it in the same transaction and comes by `take()`; the rest, and what
    was left behind, is claimed. `gone` is told, in the transaction that notes it, of an address where nothing arrives any
    more. `dead` tells of an owner whether its process has ended.
    """

    lease = timedelta(seconds=60)

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        owner: str,
        gone: Callable[[Records, Address, datetime], Awaitable[None]] | None = None,
        dead: Callable[[str], bool] = lambda _owner: False,
    ) -> None:
        self.owner = owner
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._gone = gone or _note_unreachable
        self._dead = dead
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._queues: dict[Address, deque[tuple[Letter, datetime]]] = {}  # to be sent to each chat, until when
        self._on_way: set[asyncio.Task[None]] = set()  # one for each of these chats
        self._in_hand = 0
        self._refused: set[Address] = set()  # chats where a letter has to be tried again before others
        self._ended: list[Settled] = []
        self._moved = asyncio.Event()  # something ended, or was promised
        self._behind = False  # something was promised that nobody has leased
        self._looked_at: datetime | None = None  # into the outbox; None before the first look
        self._look_again = 0.0  # in the loop's time

    @property
    def running(self) -> bool:
        """Whether the postman is at work."""
        return self._running is not None and not self._running.done()

    @property
    def networks(self) -> Collection[str]:
        """What he can send by."""
        return self._channels.keys()

    def room(self) -> int:
        """How many letters more he can take in hand just now."""
        return 0 if self._stopping or not self.running else max(0, _ROOM - self._in_hand)

    def take(self, letters: Sequence[Letter]) -> None:
        """Send these, each chat's in order: they are leased to us from about now on."""
        late = self._clock() + self.lease - timedelta(seconds=_SEND_SECONDS)
        for letter in letters:
            self._in_hand += 1
            if letter.to in self._refused:
                self._end(_untried(letter))
            elif (queue := self._queues.get(letter.to)) is not None:
                queue.append((letter, late))
            else:
                queue = self._queues[letter.to] = deque([(letter, late)])
                self._on_way.add(task := asyncio.create_task(self._empty(queue, letter.to)))
                task.add_done_callback(self._on_way.discard)

    def wake(self) -> None:
        """Look at once instead of within a second."""
        self._behind = True
        self._moved.set()

    async def run(self) -> None:
        """Deliver until stopped. A database that cannot be reached is asked again."""
        self._running = asyncio.ensure_future(self._loop())
        await self._running

    async def stop(self) -> None:
        """Claim no more, and give what is on its way five seconds; the rest goes out when its lease ends."""
        self._stopping = True
        self._moved.set()
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
            await asyncio.wait(self._on_way)
        await self._write_ended()
        return claimed

    async def _loop(self) -> None:
        while not self._stopping:
            self._moved.clear()  # before the look, so that what is promised during it is not overlooked
            try:
                if self._ended:
                    await asyncio.sleep(_TOGETHER_SECONDS)
                    await self._write_ended()
                await self._look()  # after that: what has arrived holds back nothing more
                if self._ended:
                    continue
            except Exception:
                log.exception("the outbox cannot be worked on; again in a second")
                await asyncio.sleep(_IDLE_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), _IDLE_SECONDS)
        while self._on_way or self._ended:
            await asyncio.sleep(_TOGETHER_SECONDS)
            await self._write_ended()

    async def _look(self) -> None:
        """Claim what is due, where something is known to wait or nobody looked for a second."""
        behind, now = self._behind, asyncio.get_running_loop().time()
        if not behind and now < self._look_again:
            return
        self._behind, self._look_again = False, now + _IDLE_SECONDS
        # What is in hand holds back more of the same chat, which must be looked for when that has arrived.
        if await self._take_up() or (behind and (self._in_hand or self._ended)):
            self._behind = True

    async def _take_up(self) -> int:
        """Claim what there is room for and begin to send it; how many were claimed."""
        room = _ROOM - self._in_hand
        if room <= 0:
            return 0
        now = self._clock()
        async with self._storage.writing(brief=True) as records:
            if self._looked_at is None:
                await records.outbox.release([owner for owner in await records.outbox.lessees() if self._dead(owner)])
                # A clock that was wrong before us may have put letters off, and leased them, until who knows when.
                await records.outbox.hurry(now, now + 2 * self.lease)
            elif now < self._looked_at:
                await records.outbox.hurry(now)
            letters = await records.outbox.claim(self.owner, now, now + self.lease, room)
        self._looked_at = now
        self._refused.difference_update(letter.to for letter in letters)  # Nothing waits before what is claimed.
        self.take(letters)
        return len(letters)

    async def _empty(self, queue: deque[tuple[Letter, datetime]], to: Address) -> None:
        """Send what is for a chat, until nothing is left or something must be tried again first."""
        try:
            while queue:
                letter, late = queue.popleft()
                refused = to in self._refused or self._clock() > late
                ended = _untried(letter) if refused else await self._sending(letter)
                if ended.state in {"waiting", "resting"}:
                    self._refused.add(to)
                self._end(ended)
        finally:
            del self._queues[to]

    def _end(self, ended: Settled) -> None:
        self._in_hand -= 1
        self._ended.append(ended)
        self._moved.set()

    async def _write_ended(self) -> None:
        """Write down what has ended within a moment. Whoever is slow holds nobody up, and little is sent twice by a crash."""
        ended, self._ended = sorted(self._ended, key=lambda end: end.letter.id), []
        if ended:
            # What the network has taken must be written down even when we are told to stop just now.
            await asyncio.shield(self._settle(ended, self._clock() + self.lease))

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
        async with self._storage.writing(brief=True) as records:
            await records.outbox.settle(self.owner, settled, now)
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
        except TimeoutError:
            log.warning("message %d took too long", letter.id)  # A slow line is as good as none.
            return self._later(letter, 0, "it took too long")
        except Exception as error:
            log.exception("message %d could not be sent", letter.id)
            return self._later(letter, 0, repr(error), _A_FAULT)

    async def _send(self, letter: Letter) -> str:
        channel = self._channels.get(letter.to.channel)
        if channel is None:
            raise TryLater(_LONGEST_WAIT, "this network is not connected")
        message = letter.message
        edit = "" if message.fresh else letter.edit
        try:
            return await channel.send(letter.to.chat, message, edit)
        except CardGone:
            return await channel.send(letter.to.chat, message, "")

    def _later(self, letter: Letter, seconds: float, error: str, tries: int = 1) -> Settled:
        faults, waits = divmod(letter.attempts + tries, _A_FAULT)
        if faults >= _LAST_FAULT or waits >= _LAST_WAIT:
            log.error("message %d is given up after %d faults and %d waits: %s", letter.id, faults, waits, error)
            return Settled(letter, "failed", error=error, tries=tries)
        # The jitter keeps chats that failed together from knocking together.
        backoff = min(2.0 ** min(faults + waits, 20), _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        due_at = self._clock() + timedelta(seconds=max(seconds, backoff))
        return Settled(letter, "waiting", due_at=due_at, error=error, tries=tries)


async def _note_unreachable(records: Records, address: Address, _now: datetime) -> None:
    await records.people.unreachable(address)


def _untried(letter: Letter) -> Settled:
    return Settled(letter, "waiting", tries=0)
