"""The one place that builds everything and runs it."""

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.routing import BaseRoute

from bot import practice
from bot.cases.casework import Casework
from bot.cases.clocks import Clocks
from bot.cases.watch import Watch
from bot.chat.delivery import Delivery
from bot.chat.dialogue import Dialogue
from bot.chat.fetching import Fetching
from bot.chat.forms import acts, report
from bot.chat.intake import Intake
from bot.chat.messages import Channel, MenuEntry
from bot.clock import SystemClock
from bot.config import Settings
from bot.digests.rounds import Digests
from bot.grid import sample
from bot.house import House
from bot.people.affairs import Affairs
from bot.server import serve
from bot.sweep import Ringer, Sweep
from bot.telegram_door import TelegramDoor
from bot.texts import Texts, texts
from bot.waking import Waking
from handlers.webchat.identity import Identity
from handlers.webchat.pages import Pages, Phone
from handlers.webchat.sending import WebChat
from handlers.webchat.serving import Serving
from handlers.webchat.waking import Bells
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from storage.lines import Lines
from storage.migrating import migrate
from storage.records import DatabaseStorage

_CASE_TIMERS = ("accept", "near", "overdue", "rate_again", "rate_lapse")


async def open_house(settings: Settings, database: Database, said: Texts) -> House:
    """A migrated database with a district in it: a fresh one gets the small sample."""
    await migrate(database)
    districts = Districts(database)
    if await districts.revision() == 0:
        await districts.apply(sample.make())
    house = House(districts, said, Clocks(ZoneInfo(settings.timezone)))
    await house.refresh()
    return house


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Open the service and run it until SIGINT or SIGTERM; `say` gets what the operator should read."""
    said, clock, database = texts(settings.locale), SystemClock(), Database(settings.database)
    house, storage = await open_house(settings, database, said), DatabaseStorage(database)
    menu = tuple(MenuEntry(said(f"menu.{name}"), f"m:{name}") for name in ("report", "errand", "mine", "worker"))
    bells, files, lines = Bells(), Files(Path(settings.data_dir) / "files"), Lines(database)
    web = WebChat(lines, files, bells, clock, settings.public_url)
    channels: dict[str, Channel] = {web.name: web}
    fetching = Fetching(storage, channels, files, clock)
    telegram = TelegramDoor(settings, said, menu, fetching.load, clock) if settings.telegram_token else None
    if telegram is not None:
        channels[telegram.channel.name] = telegram.channel
    delivery = Delivery(storage, channels, clock, f"{socket.gethostname()[:40]}-{secrets.token_hex(6)}")

    digests = Digests()
    dialogue = Dialogue((report.REPORT, report.ERRAND, *acts.FORMS))
    intake = Intake(storage, house, dialogue, Casework(), Affairs(digests), clock, delivery.wake)
    ringers: dict[str, Ringer] = {"fetch": fetching, "draft": intake, "digest": digests}
    ringers |= dict.fromkeys(_CASE_TIMERS, Watch())
    waking = Waking(Sweep(storage, house, ringers, clock, delivery.wake))
    async with storage.writing() as records:
        await digests.start(records, house.town, clock())

    practising = practice.is_sample(house.town.directory)
    serving = Serving(
        intake,
        lines,
        files,
        bells,
        Identity(settings.secret(), settings.public_url),
        Pages(said, menu),
        clock,
        _phones(house, storage, clock, said) if practising else None,
    )
    routes: list[BaseRoute] = [*serving.routes(), *(telegram.listen(intake) if telegram is not None else ())]

    def opened() -> None:
        say(said("settings.running"))
        say(said("settings.open_page", url=settings.public_url))
        if practising:
            say(said("settings.open_practice", url=f"{settings.public_url}/practice"))
        say(said("settings.stop"))

    running: list[Coroutine[Any, Any, None]] = [delivery.run(), fetching.run()]
    if telegram is not None:
        running.append(telegram.run())
    waking.start()
    tasks = [asyncio.create_task(each) for each in running]
    for task in tasks:
        task.add_done_callback(_complain)
    try:
        await serve(routes, settings.web_host, settings.web_port, opened, bells.close)
    finally:
        waking.stop()
        if telegram is not None:
            await telegram.stop()
        await delivery.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if telegram is not None:
            await telegram.close()
        await database.close()


def _complain(task: asyncio.Task[None]) -> None:
    """A part that ended by itself is said aloud: a wrong token must not look like silence."""
    if not task.cancelled() and (failed := task.exception()) is not None:
        logging.getLogger(__name__).error("a part of the service stopped: %s", failed)


def _phones(
    house: House, storage: DatabaseStorage, clock: SystemClock, said: Texts
) -> Callable[[], Coroutine[Any, Any, Sequence[Phone]]]:
    """The three phones of the practice page, for a district whose staff are invented."""

    async def phones() -> Sequence[Phone]:
        codes = await practice.invites(storage, house.town.directory, clock)
        joined = [Phone(name, said(f"settings.phone_{name}"), f"i_{code}") for name, code in codes.items()]
        return (Phone("resident", said("settings.phone_resident"), ""), *joined)

    return phones
