"""What time does to errands: the pool widens, falls to the worker, a helper is reminded and replaced, a week goes by."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from bot.cases import timing
from bot.cases.lifecycle import Case, State
from bot.cases.notices import tell
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.chat.wishes import FileCase
from bot.errands import letters, pool
from bot.errands.errand import Errand
from bot.errands.weekly import due
from bot.people.people import Person
from bot.records import Records
from bot.town import Town, say_time

TIMERS = ("errand_offer", "errand_fall", "errand_start", "errand_show", "errand_end", "errand_week")

File = Callable[[Records, Town, Person, FileCase, datetime], Awaitable[Any]]


class ErrandWatch:
    """Rings the timers of errands: those in `TIMERS`. `file` opens a case."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Do what is due; False where it was put off to the morning and the timer is not done."""
        civil = town.clocks.civil(now)
        if civil > now:
            await records.timers.postpone(timer.id, civil)
            return False
        if timer.kind == "errand_week":
            await self._week(records, town, timer, now)
            return True
        case = await records.cases.get(timer.subject)
        errand = await records.errands.get(timer.subject) if case is not None else None
        if case is None or errand is None or case.ended:
            return True
        match timer.kind:
            case "errand_offer":
                await pool.widen(records, town, case, int(timer.slot), now)
            case "errand_fall":
                await pool.fall(records, town, case, now)
            case _:
                await self._slot(records, town, case, errand, timer, now)
        return True

    @staticmethod
    async def _slot(records: Records, town: Town, case: Case, errand: Errand, timer: Timer, now: datetime) -> None:
        """The slot has come: the helper is asked whether they go; half an hour later somebody else is sent.

        Half an hour before its end, one that is not handed over is told to the worker too.
        """
        theirs = case.state is State.ACCEPTED and errand.helper_id == case.handler_id
        if not theirs or case.accepted_at is None or timing.slot(case.accepted_at) != timer.slot:
            return
        if timer.kind == "errand_end":
            await pool.ending(records, town, case, now)
            return
        if errand.on_way_at is not None:
            return
        t = town.texts
        if timer.kind == "errand_start":
            options = ((t("errand.go"), letters.step(case.id, "go")), (t("errand.drop"), letters.step(case.id, "drop")))
            text = t("errand.time_to_go", kind=town.kind(case.kind).name, place=case.place)
            await tell(records, case.handler_id, Outgoing(text, numbered(*options)), now, case.id)
            return
        await pool.give_back(records, town, case, None, now)
        await tell(records, case.handler_id, Outgoing(t("errand.passed_on", number=case.number)), now, case.id)
        text = t("errand.finding_another", number=case.number)
        await tell(records, case.reporter_id, Outgoing(text), now, case.id)

    async def _week(self, records: Records, town: Town, timer: Timer, now: datetime) -> None:
        """File this week's, and say so a day ahead, with the way to end it."""
        weekly = await records.weeklies.get(timer.subject)
        if weekly is None or weekly.ended_at is not None:
            return
        day = date.fromisoformat(timer.slot)
        wish = await due(records, town, weekly, day, now)
        if wish is None or wish.order is None:
            return
        person = await records.people.get(weekly.person_id)
        await self._file(records, town, person, wish, now)
        t = town.texts
        time = say_time(t, town.clocks, wish.order.slot_from, now)
        text = t("errand.weekly_filed", time=time, kind=town.kind(wish.kind).name)
        button = numbered((t("errand.stop_weekly"), "m:stop_weekly"))
        await tell(records, person.id, Outgoing(text, button), now)
