"""What happens to a case when time passes and nobody does anything."""

from dataclasses import replace
from datetime import datetime

from bot.cases import cards
from bot.cases.casework import dispute
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import call, note, show_all, tell
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Urgency


class Watch:
    """Rings the timers of cases."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Do what is due; False where it was put off to the morning and the timer is not done."""
        case = await records.cases.get(timer.subject)
        if case is None or case.ended or timer.slot.split(".")[0] != str(case.round):
            return True
        civil = town.clocks.civil(now)
        if civil > now and case.urgency is not Urgency.EMERGENCY:
            await records.timers.postpone(timer.id, civil)
            return False
        if timer.kind == "accept":
            await self._accept(records, town, case, timer, now)
        elif timer.kind in {"near", "overdue"}:
            await self._finish(records, town, case, timer, now)
        elif case.state is State.FINISHED:
            await self._rating(records, town, case, timer.kind, now)
        return True

    @staticmethod
    async def _accept(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        """Nobody accepted: first the called are reminded, then the ladder is climbed one step a ring."""
        _, step, returns = (int(part) for part in timer.slot.split("."))
        if case.state is not State.OPEN or returns != case.returns:
            return
        day, kind = town.clocks.today(now), town.kind(case.kind)
        if step == 0:
            called = [a.person_id for a in await records.cases.assigned(case.id, case.round) if a.ended_at is None]
            await show_all(records, town, case, now, frozenset(called))
            for person_id in called:
                await tell(
                    records, person_id, Outgoing(town.texts("case.news_remind", number=case.number)), now, case.id
                )
        else:
            owner = town.routing.owner(case.unit_id, kind, day)
            ladder = town.routing.ladder(owner, case.unit_id, day)
            if step > len(ladder):
                return
            await call(records, town, case, ladder[step - 1], now)
        due = town.clocks.later(kind, case.urgency, now, max(kind.accept_hours / 2, 0.25))
        await records.timers.set("accept", case.id, f"{case.round}.{step + 1}.{returns}", due)

    @staticmethod
    async def _finish(records: Records, town: Town, case: Case, timer: Timer, now: datetime) -> None:
        """The deadline is near, or has passed: then the desk above hears of it too."""
        if timer.slot != f"{case.round}.{case.returns}" or case.state not in {State.OPEN, State.ACCEPTED}:
            return
        line = Outgoing(town.texts(f"case.news_{timer.kind}", number=case.number))
        await tell(records, case.handler_id, line, now, case.id)
        if timer.kind == "overdue":
            await note(records, town, case, case, Act.OVERDUE, None, now)
            desk = town.routing.superior_desk(case.unit_id, town.clocks.today(now), frozenset({case.handler_id or 0}))
            reporter = await records.people.get(case.reporter_id)
            for person_id in desk.people:
                await tell(records, person_id, line, now, case.id)
                card = cards.worker_card(town, case, person_id, reporter, now, fresh=True)
                await tell(records, person_id, card, now, case.id)

    @staticmethod
    async def _rating(records: Records, town: Town, case: Case, kind: str, now: datetime) -> None:
        """Ask once more, then close; a bad answer that nobody took up goes to the desk."""
        rating = await records.ratings.get(case.id, case.round)
        if kind == "rate_again":
            if rating is None or rating.grade is None:
                text = town.texts("case.rate_again", number=case.number)
                await tell(records, case.reporter_id, Outgoing(text, cards.grading(town, case)), now, case.id)
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
