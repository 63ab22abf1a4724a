"""An errand is placed, and taken: by a helper from the pool or by a worker, who then have the same steps before them."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases import timing
from bot.cases.lifecycle import Case
from bot.cases.notices import tell
from bot.chat.messages import Outgoing
from bot.chat.wishes import FileCase
from bot.errands import letters, weekly
from bot.errands.errand import Errand, Order
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Service

_BEST = "5"
NO_SHOW = timedelta(minutes=30)  # so long after the slot began a helper may not be on the way yet


def on_time(town: Town, case: Case, order: Order, now: datetime) -> Case:
    """The case with the end of its slot as its deadline, whatever the kind's limit is."""
    limit = timing.limits_of(town, case)
    hours = town.clocks.spent(now, order.slot_until, wall=limit.wall) / timedelta(hours=1)
    return replace(case, extra_hours=hours - limit.finish, finish_by=order.slot_until)


async def place(records: Records, town: Town, case: Case, wish: FileCase, order: Order) -> None:
    """Keep what was ordered beside the case; one that is to come every week is kept for that too."""
    weekly_id = order.weekly_id
    if order.weekly is not None:
        weekly_id = await weekly.keep(records, town, case.reporter_id, wish, order)
    errand = Errand(
        case.id, order.answers, order.secrets, order.slot_from, order.slot_until, order.for_whom, order.for_phone,
        _code(), proof=order.proof, weekly_id=weekly_id,
    )  # fmt: skip
    await records.errands.add(errand)


async def handed_over(records: Records, case: Case) -> None:
    """Raise NotAllowed for an errand that is to be finished without a hand-over: its code or a photo comes first."""
    errand = await records.errands.get(case.id) if case.service == Service.ERRAND else None
    if errand is not None and errand.handed_at is None:
        raise NotAllowed("errand.hand_first")


async def taken(records: Records, town: Town, case: Case, now: datetime, *, by_helper: bool) -> None:
    """Somebody has it now: the resident gets a new code, they get the card, a helper also the timers of the slot."""
    errand = await records.errands.get(case.id)
    if errand is None or case.handler_id is None:
        return
    helper = await records.helpers.get(case.handler_id) if by_helper else None
    helper_id = case.handler_id if by_helper else None
    errand = replace(errand, code=_code(), tries=0, helper_id=helper_id, on_way_at=None, handed_at=None)
    await records.errands.save(errand)
    await tell(records, case.reporter_id, letters.taken(town, case, errand, helper), now, case.id)
    reporter = await records.people.get(case.reporter_id)
    await tell(records, case.handler_id, letters.card(town, case, errand, reporter, fresh=True), now, case.id)
    if by_helper:
        slot = timing.slot(now)
        if errand.slot_from > now:
            await records.timers.set("errand_start", case.id, slot, errand.slot_from)
        await records.timers.set("errand_show", case.id, slot, max(errand.slot_from, now) + NO_SHOW)
        await records.timers.set("errand_end", case.id, slot, max(errand.slot_until - NO_SHOW, now))


def _code() -> str:
    """Four digits that are easy to say and cannot be guessed in three tries."""
    return f"{secrets.randbelow(10_000):04d}"


async def thank(records: Records, town: Town, case: Case, said: str, now: datetime) -> None:
    """Pass a resident's thanks on to the helper who had it, where they said 非常满意."""
    errand = await records.errands.get(case.id) if said == _BEST and case.service == Service.ERRAND else None
    if errand is not None and errand.helper_id is not None:
        text = town.texts("errand.thanked", kind=town.kind(case.kind).name)
        await tell(records, errand.helper_id, Outgoing(text), now, case.id)
