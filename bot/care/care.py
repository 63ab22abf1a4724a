"""Elder care as the conversation and the clock ask for it: each step and each timer, carried out."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.care import alarms, daying, eating, kinfolk, register, visiting
from bot.care.step import File, Step
from bot.cases.doing import Replies
from bot.chat.conversation import Scene
from bot.chat.records import Timer
from bot.chat.wishes import BookMeal, CareStep
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town

TIMERS = (alarms.TIMER, visiting.DAY, visiting.PASS_ON, visiting.CLOSE, eating.TIMER, daying.TIMER)

_DO: dict[str, Callable[[Step], Awaitable[Replies]]] = {
    "sos": alarms.sos,
    "go": alarms.go,
    "safe": alarms.safe,
    "fine": alarms.fine,
    "well": alarms.well,
    "unwell": alarms.unwell,
    "todo": visiting.todo,
    "counts": visiting.counts,
    "visit": visiting.visit,
    "card": register.card,
    "looks": register.looks,
    "correct": register.correct,
    "grant": register.grant,
    "deny": register.deny,
    "leave": register.leave,
    "leave_sure": register.leave_sure,
    "bind_code": kinfolk.bind_code,
    "bind": kinfolk.bind,
    "invite": kinfolk.invite,
    "follow": kinfolk.follow,
    "family": kinfolk.family,
    "unfollow": kinfolk.unfollow,
    "unwatch": kinfolk.unwatch,
    "meals": eating.menus,
    "unbook": eating.unbook,
    "served": eating.served,
    "daycares": daying.daycares,
    "daycare_days": daying.days,
    "daycare_book": daying.book,
    "daycare_off": daying.off,
    "daycare_list": daying.lists,
}


class Care:
    """Carries out what is about elders and canteens. `file` opens a case."""

    def __init__(self, file: File) -> None:
        self._file = file

    async def carry_out(self, records: Records, scene: Scene, wish: CareStep | BookMeal) -> Replies:
        """Do it and say so. Raises NotAllowed."""
        if isinstance(wish, BookMeal):
            return await eating.book(records, scene, wish)
        if wish.verb not in _DO:
            raise NotAllowed("menu.not_understood")
        return await _DO[wish.verb](Step(records, scene, wish, self._file))


class CareWatch:
    """Rings the timers of elder care: those in `TIMERS`. `keep` puts away the workbooks that kitchens get."""

    def __init__(self, keep: eating.Keep | None = None) -> None:
        self._keep = keep

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the next day's visits going."""
        await visiting.start(records, town, now)

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Do what is due; an alarm knows no quiet hours."""
        match timer.kind:
            case alarms.TIMER:
                await alarms.ring(records, town, timer.subject, int(timer.slot), now)
            case visiting.DAY:
                await visiting.ring_day(records, town, timer.subject, timer.slot, now)
            case visiting.PASS_ON:
                await visiting.ring_pass(records, town, timer.subject, timer.slot, now)
            case visiting.CLOSE:
                await visiting.ring_close(records, town, timer.subject, timer.slot, now)
            case daying.TIMER:
                await daying.ring(records, town, timer.subject, timer.slot, now)
            case _:
                await eating.ring(records, town, timer.subject, timer.slot, now, self._keep)
        return True
