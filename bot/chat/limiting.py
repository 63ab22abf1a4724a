"""Nobody can talk the others down: so many messages a minute and files an hour from one sender, then one word, then silence.

What is over the limit is confirmed to the network and not taken, which its sender is told once. A call for help always
passes. Each process counts for itself, in memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.chat.messages import Address, Incoming, Outgoing, Receiver
from bot.house import House
from bot.records import Storage
from bot.triage import manners
from bot.triage.wording import normalise

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_MANY = 10_000  # senders that are remembered before those who are quiet are forgotten
_READ = 200  # characters that are looked through for a call for help


@dataclass(frozen=True, slots=True)
class Limits:
    """What one sender may send; 0 is without limit."""

    messages_a_minute: int = 3000
    files_an_hour: int = 3000


@dataclass(slots=True)
class _Count:
    """What one sender sent since `since`; whether they were told that it was too much."""

    since: datetime
    count: int = 0
    told: bool = False


@dataclass
class _Window:
    """Counts of one kind, each begun anew after `span`."""

    span: timedelta
    most: int
    counts: dict[Address, _Count] = field(default_factory=dict)

    def of(self, who: Address, now: datetime) -> _Count:
        """What this sender sent in the span that runs now."""
        found = self.counts.get(who)
        if found is None or not timedelta() <= now - found.since < self.span:
            if len(self.counts) >= _MANY:
                self.counts = {each: count for each, count in self.counts.items() if now - count.since < self.span}
            found = self.counts[who] = _Count(now)
        return found


class Limiting:
    """A receiver that lets go of too much. `counted` is told of each one let go, and `insulted` of each one that swears."""

    def __init__(
        self,
        receiver: Receiver,
        storage: Storage,
        house: House,
        clock: Callable[[], datetime],
        limits: Limits,
        counted: Callable[[str], None],
        insulted: Callable[[str], None],
    ) -> None:
        self._receiver = receiver
        self._storage = storage
        self._house = house
        self._clock = clock
        self._messages = _Window(_MINUTE, limits.messages_a_minute)
        self._files = _Window(_HOUR, limits.files_an_hour)
        self._counted = counted
        self._insulted = insulted

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        """As the receiver it stands before. Raises what that raises; then none of it counts, for the network repeats it."""
        counted, told = list[_Count](), list[_Count]()
        try:
            return await self._receive(incoming, counted, told)
        except Exception:
            for count in counted:
                count.count -= 1
            for count in told:
                count.told = False
            raise

    async def _receive(self, incoming: Sequence[Incoming], counted: list[_Count], told: list[_Count]) -> list[str]:
        """Receive, noting which counts were raised and who was told."""
        now, taken, left = self._clock(), list[Incoming](), list[tuple[Incoming, str]]()
        for said in incoming:
            if said.text and manners.abuse(normalise(said.text[:_READ])):
                self._insulted(said.address.channel)
            window = self._files if said.attachments else self._messages
            count = window.of(said.sender, now)
            count.count += 1
            counted.append(count)
            if not window.most or count.count <= window.most or self._calls_for_help(said):
                taken.append(said)
                continue
            self._counted(said.address.channel)
            tell = said.private and not count.told
            if tell:
                count.told = True
                told.append(count)
            left.append((said, ("limits.files" if said.attachments else "limits.messages") if tell else ""))
        notices = dict(zip(map(id, taken), await self._receiver.receive(taken) if taken else (), strict=True))
        await self._let_go(left, now)
        return [notices.get(id(said), "") for said in incoming]

    def _calls_for_help(self, said: Incoming) -> bool:
        return bool(said.text) and self._house.town.triage.read(said.text[:_READ]).danger is not None

    async def _let_go(self, left: Sequence[tuple[Incoming, str]], now: datetime) -> None:
        """Their words stand in their own transcript, where that is ours; the first time they are told."""
        if any(said.line is not None or tell for said, tell in left):
            async with self._storage.writing() as records:
                for said, tell in left:
                    records.outbox.hear(said)
                    if tell:
                        await records.outbox.post(said.sender, Outgoing(self._house.town.texts(tell)), now)
