"""Wakes the sweep once a second. The rows decide what is due, so a missed or merged wake-up loses nothing."""

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.sweep import Sweep


class Waking:
    """The only use of a scheduler here."""

    def __init__(self, sweep: Sweep) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            sweep.run, "interval", seconds=1, misfire_grace_time=None, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        """Begin, in the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake no more."""
        self._scheduler.shutdown(wait=False)
