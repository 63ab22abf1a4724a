"""The one place that builds everything and runs it."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
from bot.chat.messages import Channel, MenuEntry, Receiver
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
from bot.errors import YingshaoError
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


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every part is built on."""

    settings: Settings
    said: Texts
    house: House
    database: Database
    storage: DatabaseStorage
    files: Files
    clock: SystemClock
    casework: Casework


async def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Open the service once its database is there, and run it until SIGINT or SIGTERM; `say` tells the operator."""
    said, database = texts(settings.locale), Database(settings.database, settings.data_keys(), replica.name())
    attempt = partial(open_house, settings, database, said)
    try:
        house = await when_there(attempt, said, waiting_room(said), settings.web_host, settings.web_port)
        if house is not None:
            storage, files = DatabaseStorage(database), Files(Path(settings.data_dir) / "files", database.seal)
            await _run(_Ground(settings, said, house, database, storage, files, SystemClock(), Casework()), say)
    finally:
        await database.close()


async def _run(ground: _Ground, say: Callable[[str], None]) -> None:
    """Build every part, set the first timers, and serve until told to stop."""
    settings, said, house, storage, clock = ground.settings, ground.said, ground.house, ground.storage, ground.clock
    networks = _networks(ground)
    ways = partial(links, networks.channels)
    meters = Meters(QueueLooks(ground.database), clock, settings.data_dir, lambda: networks.fetching.waiting)
    presence = Presence(storage, house, clock)
    channels = meters.channels(networks.channels)
    delivery = Delivery(storage, channels, clock, ground.database.name, presence.gone, replica.is_gone)
    storage.postman, storage.bell = delivery, meters.bell(networks.bells)

    digests, calendars = Digests(), _calendars(ground)
    board = BoardDoor(settings, ground.database, storage, house, digests, ground.casework, ground.files, clock, ways)
    intake = Intake(storage, house, Dialogue(FORMS), ground.casework, _affairs(ground, digests, calendars, ways), clock)
    heard = meters.receiver(_limiting(ground, intake, meters))

    nightly = Nightly(storage, Districts(ground.database).catalogue, clock)
    retention = Retention(storage, ground.files, clock, settings.keep_days)
    mornings, caring = Mornings(), care.CareWatch(ground.files.keep_ours)
    ringers: dict[str, Ringer] = {
        "fetch": networks.fetching,
        "draft": intake,
        "learn": nightly,
        RETENTION: retention,
        "morning": mornings,
        **dict.fromkeys(care.TIMERS, caring),
        **board.ringers(),
        **_watches(ground.casework),
    }
    sweep = Sweep(storage, house, ringers, clock)
    waking = Waking(sweep, clock)
    async with storage.writing() as records:
        if networks.telegram is not None:
            await records.chats.spoken_by(networks.telegram.channel.name, networks.telegram.account)
        for daily in (board, mornings, caring):
            await daily.start(records, house.town, clock())

    practising = practice.is_sample(house.town.directory)
    routes: list[BaseRoute] = [
        *Watching(_health(ground, sweep, delivery), meters, settings.metrics_token).routes(),
        *_web_chat(ground, networks, heard, practising=practising).routes(),
        *calendars.routes(),
        *board.routes(),
        *(networks.telegram.listen(heard, presence) if networks.telegram is not None else ()),
    ]
    working: list[Coroutine[Any, Any, None]] = [
        delivery.run(),
        waking.mind_the_clock(),
        networks.fetching.run(),
        Listening(ground.database, delivery.wake, networks.bells.ring_if_newer).run(),
        nightly.run(house.town),
        retention.run(house.town),
        *board.running(),
        *((networks.telegram.run(),) if networks.telegram is not None else ()),
    ]
    opened = partial(_greet, say, said, settings.public_url, practising=practising)
    refusals = partial(Refusals, counted=meters.refused)
    async with _at_work(said, working, waking, delivery, networks.telegram, meters.errors()):
        await serve(routes, settings.web_host, settings.web_port, opened, networks.bells.close, refusals)


@dataclass(frozen=True, slots=True)
class _Networks:
    """What people write by, and what arrives there by and by: their files."""

    menu: tuple[MenuEntry, ...]
    lines: Lines
    bells: Bells
    channels: Mapping[str, Channel]
    fetching: Fetching
    telegram: TelegramDoor | None


def _networks(ground: _Ground) -> _Networks:
    """The web chat, and Telegram where a token is set."""
    settings, said, clock = ground.settings, ground.said, ground.clock
    menu = tuple(MenuEntry(said(f"menu.{name}"), f"m:{name}") for name in ("report", "errand", "mine", "worker"))
    lines, bells = Lines(ground.database), Bells()
    web = WebChat(lines, ground.files, bells, clock, settings.public_url)
    channels: dict[str, Channel] = {web.name: web}
    fetching = Fetching(ground.storage, channels, ground.files, clock, said)
    telegram = TelegramDoor(settings, said, menu, fetching.load, clock) if settings.telegram_token else None
    if telegram is not None:
        channels[telegram.channel.name] = telegram.channel
    return _Networks(menu, lines, bells, channels, fetching, telegram)


def _calendars(ground: _Ground) -> Calendars:
    """The calendars of helpers, with their addresses."""
    calendar = HelperCalendar(ground.storage, lambda: ground.house.town, ground.clock)
    return Calendars(calendar, ground.settings.secret(), ground.settings.public_url)


def _affairs(
    ground: _Ground, digests: Digests, calendars: Calendars, ways: Callable[[str], Mapping[str, str]]
) -> Affairs:
    """What people do in the chat beside cases."""
    errands, caring, privacy = Errands(calendars.link), care.Care(ground.casework.file), Privacy(ground.files.keep_ours)
    return Affairs(digests, errands, caring, ways, f"{ground.settings.public_url}/board", privacy)


def _limiting(ground: _Ground, intake: Intake, meters: Meters) -> Limiting:
    """What is heard, without what programs send too much of."""
    limits = Limits(ground.settings.messages_a_minute, ground.settings.files_an_hour)
    return Limiting(intake, ground.storage, ground.house, ground.clock, limits, meters.limited, meters.insulted)


def _watches(casework: Casework) -> dict[str, Ringer]:
    """Who watches over deadlines, by the timers they ring."""
    return {
        **dict.fromkeys(watch.TIMERS, watch.Watch()),
        **dict.fromkeys(desk_watch.TIMERS, desk_watch.DeskWatch()),
        **dict.fromkeys(post_watch.TIMERS, post_watch.PostWatch()),
        **dict.fromkeys(ringing.TIMERS, ringing.ErrandWatch(casework.file)),
        **dict.fromkeys(gatherings.TIMERS, gatherings.GatheringWatch()),
        **dict.fromkeys(claim_watch.TIMERS, claim_watch.ClaimWatch()),
    }


def _health(ground: _Ground, sweep: Sweep, delivery: Delivery) -> Health:
    """Whether this process sweeps, delivers and stands on the schema that it knows."""
    revision = partial(current, ground.database)
    return Health(ground.said, ground.clock, lambda: sweep.ran_at, lambda: delivery.running, revision, head())


def _web_chat(ground: _Ground, networks: _Networks, heard: Receiver, *, practising: bool) -> Serving:
    """The pages of the web chat, with the three phones where the district is for practice."""
    return Serving(
        heard,
        networks.lines,
        ground.files,
        networks.bells,
        Identity(ground.settings.secret(), ground.settings.public_url),
        Pages(ground.said, networks.menu),
        ground.clock,
        partial(_phones, ground) if practising else None,
    )


async def _phones(ground: _Ground) -> Sequence[Phone]:
    """The three phones of the practice page: a resident's, and those of staff who are invented."""
    codes = await practice.invites(ground.storage, ground.house.town.directory, ground.clock)
    joined = [Phone(name, ground.said(f"settings.phone_{name}"), f"i_{code}") for name, code in codes.items()]
    return (Phone("resident", ground.said("settings.phone_resident"), ""), *joined)


@asynccontextmanager
async def _at_work(
    said: Texts,
    working: Sequence[Coroutine[Any, Any, None]],
    waking: Waking,
    delivery: Delivery,
    telegram: TelegramDoor | None,
    errors: logging.Handler,
) -> AsyncIterator[None]:
    """All parts work while this lasts. At the end nothing more is begun or heard, what is being sent is sent, and all end."""
    logging.getLogger().addHandler(errors)
    waking.start()
    _rest_what_stays()
    tasks = [asyncio.create_task(each) for each in working]
    for task in tasks:
        task.add_done_callback(partial(_complain, said))
    try:
        yield
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
        logging.getLogger().removeHandler(errors)


def _rest_what_stays() -> None:
    """Let the collector of cycles pass over the directory and the catalogues, which stay, and look less often.

    A district of the seed's size is a quarter of a million objects, and walking through them cost a tenth of all turns.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _greet(say: Callable[[str], None], said: Texts, url: str, *, practising: bool) -> None:
    """Tell the operator that the door is open, and where."""
    say(said("settings.running"))
    say(said("settings.open_page", url=url))
    if practising:
        say(said("settings.open_practice", url=f"{url}/practice"))
    say(said("settings.stop"))


def _complain(said: Texts, task: asyncio.Task[None]) -> None:
    """A part that ended by itself is said aloud: a wrong token must not look like silence."""
    if not task.cancelled() and (failed := task.exception()) is not None:
        why = failed.say(said) if isinstance(failed, YingshaoError) else str(failed)
        logging.getLogger(__name__).error("%s", said("settings.part_stopped", why=why))
