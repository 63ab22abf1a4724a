"""The one place that builds everything and runs it."""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute

from bot import practice, replica
from bot.care import care
from bot.cases import desk_watch, post_watch, watch
from bot.cases.casework import Casework
from bot.cases.mornings import Mornings
from bot.chat.delivery import Delivery
from bot.chat.dialogue import Dialogue
from bot.chat.fetching import Fetching
from bot.chat.forms.every import FORMS
from bot.chat.intake import Intake
from bot.chat.limiting import Limiting, Limits
from bot.chat.linking import links
from bot.chat.messages import Channel, MenuEntry
from bot.clock import SystemClock
from bot.config import Settings
from bot.digests.rounds import Digests
from bot.doors.board import BoardDoor
from bot.doors.server import serve
from bot.doors.telegram import TelegramDoor
from bot.doors.waiting import when_there
from bot.double import claim_watch, gatherings
from bot.errands import ringing
from bot.errands.calendar import HelperCalendar
from bot.errands.errands import Errands
from bot.house import House
from bot.opening import open_house
from bot.people.affairs import Affairs
from bot.people.presence import Presence
from bot.people.privacy import Privacy
from bot.people.retention import TIMER as RETENTION
from bot.people.retention import Retention
from bot.sweep import Ringer, Sweep
from bot.texts import Texts, texts
from bot.triage.nightly import Nightly
from bot.waking import Waking
from bot.watching.health import Health
from bot.watching.meters import Meters
from handlers.calendars import Calendars
from handlers.waiting import waiting_room
from handlers.watching import Refusals, Watching
from handlers.webchat.identity import Identity
from handlers.webchat.pages import Pages, Phone
from handlers.webchat.sending import WebChat
from handlers.webchat.serving import Serving
from handlers.webchat.waking import Bells
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from storage.lines import Lines
from storage.migrating import current, head
from storage.notifying import Listening
from storage.queues import QueueLooks
from storage.records import DatabaseStorage


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Open the service once its database is there, and run it until SIGINT or SIGTERM; `say` tells the operator."""
    said, database = texts(settings.locale), Database(settings.database, settings.data_keys(), replica.name())
    attempt = partial(open_house, settings, database, said)
    house = await when_there(attempt, waiting_room(said), settings.web_host, settings.web_port)
    if house is None:
        await database.close()
    else:
        await _run(settings, say, said, database, house)


async def _run(settings: Settings, say: Callable[[str], None], said: Texts, database: Database, house: House) -> None:
    clock, storage = SystemClock(), DatabaseStorage(database)
    menu = tuple(MenuEntry(said(f"menu.{name}"), f"m:{name}") for name in ("report", "errand", "mine", "worker"))
    bells, files, lines = Bells(), Files(Path(settings.data_dir) / "files", database.seal), Lines(database)
    web = WebChat(lines, files, bells, clock, settings.public_url)
    channels: dict[str, Channel] = {web.name: web}
    fetching = Fetching(storage, channels, files, clock, said)
    telegram = TelegramDoor(settings, said, menu, fetching.load, clock) if settings.telegram_token else None
    if telegram is not None:
        channels[telegram.channel.name] = telegram.channel
    meters = Meters(QueueLooks(database), clock, settings.data_dir, lambda: fetching.waiting)
    presence = Presence(storage, house, clock)
    delivery = Delivery(storage, meters.channels(channels), clock, database.name, presence.gone, replica.is_gone)
    storage.postman, storage.bell = delivery, meters.bell(bells)

    casework, digests, mornings, calendars = (
        Casework(),
        Digests(),
        Mornings(),
        _calendars(settings, storage, house, clock),
    )
    intake = Intake(
        storage,
        house,
        Dialogue(FORMS),
        casework,
        Affairs(
            digests,
            Errands(calendars.link),
            care.Care(casework.file),
            partial(links, channels),
            f"{settings.public_url}/board",
            Privacy(files.keep_ours),
        ),
        clock,
    )
    board = BoardDoor(settings, database, storage, house, digests, casework, files, clock, partial(links, channels))
    nightly, retention = (
        Nightly(storage, Districts(database).catalogue, clock),
        Retention(storage, files.drop, clock, settings.keep_days),
    )
    ringers: dict[str, Ringer] = {
        "fetch": fetching,
        "draft": intake,
        **board.ringers(),
        "learn": nightly,
        RETENTION: retention,
        "morning": mornings,
        **dict.fromkeys(watch.TIMERS, watch.Watch()),
        **dict.fromkeys(desk_watch.TIMERS, desk_watch.DeskWatch()),
        **dict.fromkeys(post_watch.TIMERS, post_watch.PostWatch()),
        **dict.fromkeys(ringing.TIMERS, ringing.ErrandWatch(casework.file)),
        **dict.fromkeys(care.TIMERS, care.CareWatch(files.keep_ours)),
        **dict.fromkeys(gatherings.TIMERS, gatherings.GatheringWatch()),
        **dict.fromkeys(claim_watch.TIMERS, claim_watch.ClaimWatch()),
    }
    sweep = Sweep(storage, house, ringers, clock)
    waking, heard = (
        Waking(sweep, clock),
        meters.receiver(
            Limiting(
                intake,
                storage,
                house,
                clock,
                Limits(settings.messages_a_minute, settings.files_an_hour),
                meters.limited,
                meters.insulted,
            )
        ),
    )
    health = Health(said, clock, lambda: sweep.ran_at, lambda: delivery.running, lambda: current(database), head())
    async with storage.writing() as records:
        if telegram is not None:
            await records.chats.spoken_by(telegram.channel.name, telegram.account)
        await board.start(records, clock())
        for daily in (mornings, care.CareWatch()):
            await daily.start(records, house.town, clock())

    practising = practice.is_sample(house.town.directory)
    serving = Serving(
        heard,
        lines,
        files,
        bells,
        Identity(settings.secret(), settings.public_url),
        Pages(said, menu),
        clock,
        _phones(house, storage, clock, said) if practising else None,
    )
    routes: list[BaseRoute] = [
        *Watching(health, meters, settings.metrics_token).routes(),
        *serving.routes(),
        *calendars.routes(),
        *board.routes(),
        *(telegram.listen(heard, presence) if telegram is not None else ()),
    ]

    running: list[Coroutine[Any, Any, None]] = [
        delivery.run(),
        waking.mind_the_clock(),
        fetching.run(),
        Listening(database, delivery.wake, bells.ring_if_newer).run(),
        nightly.run(house.town),
        retention.run(house.town),
        *board.running(),
    ]
    if telegram is not None:
        running.append(telegram.run())
    logging.getLogger().addHandler(errors := meters.errors())
    waking.start()
    _rest_what_stays()
    tasks = [asyncio.create_task(each) for each in running]
    for task in tasks:
        task.add_done_callback(_complain)
    try:
        opened = partial(_greet, say, said, settings.public_url, practising=practising)
        await serve(
            routes, settings.web_host, settings.web_port, opened, bells.close, partial(Refusals, counted=meters.refused)
        )
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
        logging.getLogger().removeHandler(errors)


def _rest_what_stays() -> None:
    """Let the collector of cycles pass over the directory and the catalogues, which stay, and look less often.

    A district of the seed's size is a quarter of a million objects, and walking through them cost a tenth of all turns.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _calendars(settings: Settings, storage: DatabaseStorage, house: House, clock: SystemClock) -> Calendars:
    """The calendars of helpers, with their addresses."""
    return Calendars(HelperCalendar(storage, lambda: house.town, clock), settings.secret(), settings.public_url)


def _greet(say: Callable[[str], None], said: Texts, url: str, *, practising: bool) -> None:
    """Tell the operator that the door is open, and where."""
    say(said("settings.running"))
    say(said("settings.open_page", url=url))
    if practising:
        say(said("settings.open_practice", url=f"{url}/practice"))
    say(said("settings.stop"))


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
