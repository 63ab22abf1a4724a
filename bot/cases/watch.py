"""What happens to a case when time passes and nobody does anything.

A timer of a deadline names it in its slot: one that no longer stands rings nothing, and the deadlines that stand get
their timers. While a case rests nothing rings but the end of its rest.
"""

from dataclasses import replace
from datetime import datetime

from bot.cases import cards, letters, timing
from bot.cases.calling_back import draw
from bot.cases.disputes import ask, barred, dispute, judges
from bot.cases.levels import level, rank, seat
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import call, left, note, show_all, tell, tell_residents
from bot.cases.posted import at_work, stands_for
from bot.cases.present import hears, in_order, in_the_day, on_shift
from bot.cases.reminding import explain, remind
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.grid.directory import Role
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import Town, say_time
from bot.triage.kinds import Urgency

TIMERS = ("accept", "contact", "near", "overdue", "decide", "ask_lapse", "review", "rate_again", "rate_lapse")
_AT_LEAST = 0.25  # hours between two steps of the ladder
_NOTED = (
    ".noted"  # behind the slot of a deadline that passed at night: its event is written, people are still to be told
)
_HOLDER = ".holder"  # … of one that passed while its holder was off shift: all others were told


class Watch:
    """Rings the timers of cases: those in `TIMERS`."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Do what is due; False where it was put off to the morning and the timer is not done."""
        case = await records.cases.get(timer.subject)
        if case is None or case.ended or not await self._stands(records, town, case, timer, now):
            return True
        fell = timer.kind == "overdue" and not timer.slot.endswith((_NOTED, _HOLDER))
        if fell:
            await note(records, town, case, case, Act.OVERDUE, None, now)
        heard = self._heard(town, case, timer, now)
        if heard > now:
            if fell:  # The figures know it by its own hour; people hear of it in the morning.
                await records.timers.set("overdue", case.id, timer.slot + _NOTED, heard)
                return True
            await records.timers.postpone(timer.id, heard)
            return False
        await self._do(records, town, case, timer, now)
        return True

    @staticmethod
    def _heard(town: Town, case: Case, timer: Timer, now: datetime) -> datetime:
        """When people may hear of this: an emergency now, else by day; what its holder alone hears, on their shift.

        That nobody has accepted what is urgent by night as by day (水管爆了) is heard at once: it was promised by the hour.
        """
        if case.urgency is Urgency.EMERGENCY or (timer.kind == "accept" and _by_night(town, case)):
            return now
        holder = _holder_hears(town, case, now)
        if (
            timer.kind == "contact"
            or timer.slot.endswith(_HOLDER)
            or (timer.kind == "near" and holder < case.finish_by)
        ):
            return holder
        return in_the_day(town, now)

    async def _do(self, records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        match timer.kind:
            case "accept":
                await self._accept(records, town, case, timer, now)
            case "contact":
                text = town.texts("reminders.contact", number=case.number)
                await remind(records, town, _holders(town, case, now), case, text, now, case.contact_by or now)
            case "near":
                await self._near(records, town, case, now)
            case "overdue":
                await self._overdue(records, town, case, timer, now)
            case "decide":
                await self._decide(records, town, case, timer, now)
            case "ask_lapse" | "review":
                await self._resume(records, town, case, now)
            case _:
                await self._rating(records, town, case, timer.kind, now)

    @staticmethod
    async def _stands(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> bool:
        """Whether what the timer was set for still is so."""
        first, _, last = timer.slot.partition(".")
        if timer.kind in {"rate_again", "rate_lapse"}:
            return case.state is State.FINISHED and first == str(case.round)
        if timer.kind == "decide":
            stood = case.state is State.DISPUTED and case.decide_by is not None
            return stood and first == timing.slot(case.decide_by or now)
        if timer.kind == "ask_lapse":
            pauses = await records.pauses.of_case(case.id)
            return case.state is State.WAITING and pauses[-1:] != () and timing.slot(pauses[-1].since) == last
        if timer.kind == "review":
            asked = [p.id for p in await records.desks.petitions(case.id) if p.act is Act.SHELVE and p.granted]
            return case.state is State.SHELVED and [int(last)] == asked[-1:]
        if case.state not in {State.OPEN, State.ACCEPTED}:
            return False
        deadlines = {"accept": case.accept_by, "contact": case.contact_by}
        deadline = deadlines.get(timer.kind, case.finish_by)
        if deadline is None or first != timing.slot(deadline):
            await timing.ring(records, town, case, now)
            return False
        if timer.kind == "accept":
            return case.state is State.OPEN
        if timer.kind == "contact":
            return case.state is State.ACCEPTED and case.contacted_at is None
        return timer.kind == "overdue" or now < deadline  # After a standstill nothing that is late is called near.

    @staticmethod
    async def _accept(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        """Nobody accepted: first the called are reminded, then the ladder is climbed one step a ring.

        Where none of the called is on shift any more, and nothing is urgent, it is climbed at once.
        """
        deadline, _, said = timer.slot.partition(".")
        step = int(said)
        called = list(await at_work(records, town, case, now))
        if case.urgency is Urgency.NORMAL:
            called = [person_id for person_id in called if on_shift(town, person_id, case.owner_id, now)]
        if step == 0 and called:
            text = town.texts("reminders.remind", number=case.number, kind=town.kind(case.kind).name)
            await remind(records, town, called, case, text, now, case.accept_by)
        else:
            ladder = await _ladder(records, town, case, now)
            if not ladder:
                return
            await call(records, town, case, ladder[0], now)
            called = await _called_now(records, case, now)
            name = town.post_name(case.owner_id, case.owner_role)
            text = town.texts("reminders.your_turn", number=case.number, unit=name)
            await explain(records, town, called, case, text, now)
        limit = timing.limits_of(town, case)
        due = town.clocks.due(now, max(limit.accept / 2, _AT_LEAST), wall=limit.wall)
        await records.timers.set("accept", case.id, f"{deadline}.{step + 1}", due)

    @staticmethod
    async def _decide(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        """The desk has not decided: first it is reminded, then the next above is asked, one desk a ring."""
        deadline, _, said = timer.slot.partition(".")
        step, without = int(said), await barred(records, case)
        desks = judges(town, case, without, now)
        if step >= len(desks):
            return
        t, kind = town.texts, town.kind(case.kind).name
        if step == 0:
            text = t("reminders.decide", number=case.number, kind=kind)
            people = in_order(town, case, desks[0], now, without)[0].people
            await remind(records, town, people, case, text, now, case.decide_by or now)
        else:
            silent = desks[step - 1]
            await ask(records, town, case, now, step)
            name = town.post_name(silent.unit_id, silent.role)
            text = t("reminders.your_decision", number=case.number, unit=name)
            await explain(records, town, await _called_now(records, case, now), case, text, now)
        limit = timing.limits_of(town, case)
        due = town.clocks.due(now, max(limit.decide / 2, _AT_LEAST), wall=limit.wall)
        await records.timers.set("decide", case.id, f"{deadline}.{step + 1}", due)

    @staticmethod
    async def _near(records: Records, town: Town, case: Case, now: datetime) -> None:
        """The deadline is near: the handler hears of it, or the desk above where they are not back before it."""
        t, kind = town.texts, town.kind(case.kind).name
        time = say_time(t, town.clocks, case.finish_by, now)
        if _holder_hears(town, case, now) < case.finish_by:
            text = t("reminders.near", number=case.number, kind=kind, time=time)
            await remind(records, town, _holders(town, case, now), case, text, now, case.finish_by)
            return
        name = town.staff_name(case.handler_id)
        text = t("reminders.near_off", number=case.number, kind=kind, time=time, name=name)
        await remind(records, town, _desk(town, case, now).people, case, text, now, case.finish_by)

    @staticmethod
    async def _overdue(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        """The deadline has passed: the handler and the desk above hear of it, a handler off shift when they are back."""
        t, kind = town.texts, town.kind(case.kind).name
        heard = _holder_hears(town, case, now)
        if heard > now:
            await records.timers.set("overdue", case.id, f"{timing.slot(case.finish_by)}{_HOLDER}", heard)
        else:
            text = t("reminders.overdue", number=case.number, kind=kind)
            await remind(records, town, _holders(town, case, now), case, text, now, case.finish_by)
        if timer.slot.endswith(_HOLDER):
            return
        who = "nobody" if case.handler_id is None else "above"
        name = town.staff_name(case.handler_id) or t("errand.a_helper")
        text = t(f"reminders.overdue_{who}", number=case.number, kind=kind, name=name)
        await remind(records, town, _desk(town, case, now).people, case, text, now, case.finish_by)
        await show_all(records, town, case, now)

    @staticmethod
    async def _resume(records: Records, town: Town, case: Case, now: datetime) -> None:
        """The rest is over: a resident did not answer, or the day of review has come. The clock runs again."""
        waited = case.state is State.WAITING
        resumed = await timing.resume(records, town, case, now)
        after = replace(resumed, state=case.after(Act.RESUME))
        await records.cases.save(after)
        await note(records, town, case, after, Act.RESUME, None, now)
        time = cards.due(town, after, after.finish_by, now)
        news = town.texts(f"reminders.{'waited' if waited else 'shelf_over'}", number=case.number, time=time)
        await tell_residents(records, after, Outgoing(news), now)
        line = Outgoing(town.texts(f"reminders.{'lapsed' if waited else 'reviewed'}", number=case.number, time=time))
        people = (*_holders(town, case, now), *(() if waited else _desk(town, case, now).people))
        for person_id in dict.fromkeys(people):
            await tell(records, person_id, line, now, case.id)
        await show_all(records, town, after, now)

    @staticmethod
    async def _rating(records: Records, town: Town, case: Case, kind: str, now: datetime) -> None:
        """Ask once more, then close; a bad answer that nobody took up goes to the desk."""
        rating = await records.ratings.get(case.id, case.round)
        if kind == "rate_again":
            if (rating is None or rating.grade is None) and not await left(records, case):
                text = town.texts("case.rate_again", number=case.number)
                await tell(records, case.reporter_id, Outgoing(text, letters.grading(town, case)), now, case.id)
            return
        if rating is not None and rating.bad:
            await dispute(records, town, case, None, "", now)
            return
        after = replace(case, state=case.after(Act.LAPSE), closed_at=now)
        await records.cases.save(after)
        await note(records, town, case, after, Act.LAPSE, None, now)
        if rating is not None:
            await records.ratings.save(replace(rating, lapsed_at=now))
        await show_all(records, town, after, now)
        await draw(records, town, after, rating, now)


async def _called_now(records: Records, case: Case, now: datetime) -> list[int]:
    return [a.person_id for a in await records.cases.assigned(case.id, case.round) if a.at == now]


async def _ladder(records: Records, town: Town, case: Case, now: datetime) -> tuple[Owner, ...]:
    """Who is called next, step by step: neither those who have the card in hand, nor who gave the case back."""
    called = {a.person_id for a in await records.cases.assigned(case.id, case.round) if a.ended_at is None}
    events = await records.cases.events(case.id)
    gave_back = {e.actor_id for e in events if e.act is Act.RETURN and e.round == case.round and e.actor_id is not None}
    owner = Owner(case.owner_id, Role(case.owner_role), tuple(called | gave_back), ())
    return town.routing.ladder(owner, seat(town, case), town.clocks.today(now))


def _by_night(town: Town, case: Case) -> bool:
    """Whether somebody is to accept it at any hour: urgent, and of a kind that runs around the clock."""
    return case.urgency is not Urgency.NORMAL and timing.limits_of(town, case).wall


def _desk(town: Town, case: Case, now: datetime) -> Owner:
    """The desk above the owner, without the handler; where it is off shift, whoever above it is on."""
    above = rank(level(town, case.owner_id, case.owner_role))
    exclude = frozenset({case.handler_id or 0})
    desk = town.routing.superior_desk(seat(town, case), town.clocks.today(now), exclude, above=above)
    return in_order(town, case, desk, now, exclude)[0]


def _holders(town: Town, case: Case, now: datetime) -> tuple[int, ...]:
    """Who has it today: the handler, or their deputies."""
    return stands_for(town, case, town.clocks.today(now))


def _holder_hears(town: Town, case: Case, now: datetime) -> datetime:
    """From when the handler may be reminded. What is urgent waits for no shift, but for the day if it can."""
    if case.urgency is Urgency.NORMAL and case.handler_id is not None:
        return min(hears(town, person_id, case.owner_id, now) for person_id in _holders(town, case, now))
    return now if case.urgency is Urgency.EMERGENCY else in_the_day(town, now)
