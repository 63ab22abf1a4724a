"""What the service counts, for Prometheus. Names and alerts are in docs/watch.md."""

import asyncio
import logging
import shutil
import time
from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.chat.lines import WEB, Bell, Line
from bot.chat.messages import Channel, Incoming, Outgoing, Receiver, Stored
from bot.errors import CardGone, Never, TryLater, Unreachable, WaitForPerson

_TURNS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SENDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 45)
_OUTCOMES = {
    TryLater: "later",
    WaitForPerson: "resting",
    Unreachable: "unreachable",
    Never: "refused",
    CardGone: "card_gone",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """Things that wait: how many, and since when the oldest."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Queues:
    """Messages that were promised and not sent, by network, and timers whose time has passed, by kind."""

    unsent: Mapping[str, Queue]
    overdue: Mapping[str, Queue]


class QueueReads(Protocol):
    """Where the queues are."""

    async def look(self, now: datetime) -> Queues:
        """All of them at one moment."""


class Meters:
    """One registry of this process's own. Wrap what is to be counted; `page` is what Prometheus reads.

    `coming` is asked at each scrape how many files are still to be fetched.
    """

    def __init__(
        self, queues: QueueReads, clock: Callable[[], datetime], folder: Path, coming: Callable[[], int] = int
    ) -> None:
        self._queues = queues
        self._clock = clock
        self._folder = folder
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._heard = Counter("yingshao_messages", "Messages taken", ["network"], registry=registry)
        self._unstored = Counter("yingshao_messages_unstored", "Messages handed back unconfirmed", registry=registry)
        self._turns = Histogram("yingshao_turn_seconds", "From words to commit", buckets=_TURNS, registry=registry)
        self._sends = Counter("yingshao_sends", "Sendings by their end", ["network", "outcome"], registry=registry)
        self._sending = Histogram(
            "yingshao_send_seconds", "One sending", ["network"], buckets=_SENDS, registry=registry
        )
        self._limited = Counter(
            "yingshao_messages_limited", "Messages of somebody who sent too many", ["network"], registry=registry
        )
        self._insults = Counter("yingshao_insults", "Messages that swear", ["network"], registry=registry)
        self._refused = Counter(
            "yingshao_http_refused", "Requests refused, by door and status", ["door", "status"], registry=registry
        )
        self._errors = Counter("yingshao_log_errors", "Errors written to the log", registry=registry)
        self._unsent = Gauge("yingshao_unsent", "Promised messages that wait", ["network"], registry=registry)
        self._oldest = Gauge(
            "yingshao_oldest_unsent_seconds", "Age of the oldest of them", ["network"], registry=registry
        )
        self._overdue = Gauge("yingshao_timers_overdue", "Timers whose time has passed", ["kind"], registry=registry)
        self._lag = Gauge("yingshao_sweep_lag_seconds", "How late the latest of them is", registry=registry)
        self._database = Gauge("yingshao_database_up", "1 when the queues could be read", registry=registry)
        Gauge("yingshao_files_coming", "Files that wait to be fetched", registry=registry).set_function(coming)
        self._free = Gauge("yingshao_disk_free_bytes", "Room left for photos", registry=registry)

    async def page(self) -> bytes:
        """Every figure as of now, in Prometheus's text format. A database that is away is a figure too."""
        now = self._clock()
        for gauge in (self._unsent, self._oldest, self._overdue):
            gauge.clear()
        try:
            async with asyncio.timeout(5):
                queues = await self._queues.look(now)
        except Exception:
            logging.getLogger(__name__).exception("the queues cannot be read")
            self._database.set(0)
        else:
            self._database.set(1)
            for network, queue in queues.unsent.items():
                self._unsent.labels(network).set(queue.count)
                self._oldest.labels(network).set(max(0.0, (now - queue.oldest).total_seconds()))
            for kind, queue in queues.overdue.items():
                self._overdue.labels(kind).set(queue.count)
            self._lag.set(
                max((now - queue.oldest).total_seconds() for queue in queues.overdue.values()) if queues.overdue else 0
            )
        self._free.set(shutil.disk_usage(self._folder).free)
        return generate_latest(self._registry)

    def receiver(self, receiver: Receiver) -> Receiver:
        """The same receiver, counted."""
        return _CountedReceiver(receiver, self._heard, self._unstored, self._turns)

    def channels(self, channels: Mapping[str, Channel]) -> dict[str, Channel]:
        """The same networks, counted."""
        return {name: _CountedChannel(channel, self._sends, self._sending) for name, channel in channels.items()}

    def bell(self, bell: Bell) -> Bell:
        """The same bell; what goes straight into a transcript is counted as sent."""
        return _CountedBell(bell, self._sends.labels(WEB, "sent"))

    def limited(self, network: str) -> None:
        """Count a message that was let go because its sender sent too many."""
        self._limited.labels(network).inc()

    def insulted(self, network: str) -> None:
        """Count a message that swears."""
        self._insults.labels(network).inc()

    def refused(self, door: str, status: int) -> None:
        """Count a request that was refused: `door` is the first part of its path."""
        self._refused.labels(door, str(status)).inc()

    def errors(self) -> logging.Handler:
        """For the root logger: counts what is written there as an error."""
        return _CountedErrors(self._errors)


class _CountedReceiver:
    def __init__(self, receiver: Receiver, heard: Counter, unstored: Counter, turns: Histogram) -> None:
        self._receiver = receiver
        self._heard = heard
        self._unstored = unstored
        self._turns = turns

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        begun = time.perf_counter()
        try:
            notices = await self._receiver.receive(incoming)
        except Exception:
            self._unstored.inc(len(incoming))
            raise
        self._turns.observe(time.perf_counter() - begun)
        for network, count in Tally(said.address.channel for said in incoming).items():
            self._heard.labels(network).inc(count)
        return notices


class _CountedChannel:
    def __init__(self, channel: Channel, sends: Counter, seconds: Histogram) -> None:
        self._channel = channel
        self._ended = cache(partial(sends.labels, channel.name))
        self._seconds = seconds.labels(channel.name)
        self.name = channel.name

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        begun, outcome = time.perf_counter(), "given_up"  # cancelled or timed out, unless it ends by itself
        try:
            sent = await self._channel.send(chat, message, edit)
            outcome = "sent"
        except Exception as error:
            outcome = _OUTCOMES.get(type(error), "broken")
            raise
        finally:
            self._seconds.observe(time.perf_counter() - begun)
            self._ended(outcome).inc()
        return sent

    async def fetch(self, ref: str) -> Stored:
        return await self._channel.fetch(ref)

    def link(self, payload: str) -> str:
        return self._channel.link(payload)


class _CountedBell:
    def __init__(self, bell: Bell, sent: Counter) -> None:
        self._bell = bell
        self._sent = sent

    def ring(self, chat: str, line: Line) -> None:
        if not line.mine:
            self._sent.inc()
        self._bell.ring(chat, line)


class _CountedErrors(logging.Handler):
    def __init__(self, errors: Counter) -> None:
        super().__init__(logging.ERROR)
        self._counter = errors

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - it is counted, not read
        self._counter.inc()
