"""What rings for desks: a call-back that is due, a whistled unit that has not come, a supervision nobody answered."""

from datetime import datetime

from bot.cases import cards
from bot.cases.calling_back import remind
from bot.cases.lifecycle import Act, Case, Supervision
from bot.cases.notices import tell
from bot.cases.posted import stands_for
from bot.cases.present import of_unit
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.records import Records
from bot.town import Town

TIMERS = ("call_back", "report_in", "supervised")


class DeskWatch:
    """Rings the timers in `TIMERS`. Their slots are "round.id": of a call-back, a unit, a supervision."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Do what is due; always done afterwards."""
        case = await records.cases.get(timer.subject)
        if case is None:
            return True
        which = int(timer.slot.partition(".")[2])
        match timer.kind:
            case "call_back":
                await remind(records, town, case, which, now)
            case "report_in":
                await self._not_there(records, town, case, which, now)
            case _:
                await self._not_answered(records, town, case, which, now)
        return True

    @staticmethod
    async def _not_there(records: Records, town: Town, case: Case, unit_id: int, now: datetime) -> None:
        """Half an hour after the whistle: the unit hears it once more, and who blew it knows."""
        missing = [a for a in await records.desks.assists(case.id) if a.unit_id == unit_id and a.reported_at is None]
        unit = town.unit(unit_id)
        if not missing or unit is None or case.ended:
            return
        for person_id in of_unit(town, unit_id, now).people:
            await tell(records, person_id, cards.helper_card(town, case, unit_id), now, case.id)
        blown = [event for event in await records.cases.events(case.id) if event.act is Act.WHISTLE]
        line = Outgoing(town.texts("case.news_not_there", number=case.number, unit=unit.name))
        leads = stands_for(town, case, town.clocks.today(now))
        for lead in dict.fromkeys((*leads, blown[-1].actor_id if blown else None)):
            await tell(records, lead, line, now, case.id)

    @staticmethod
    async def _not_answered(records: Records, town: Town, case: Case, supervision_id: int, now: datetime) -> None:
        """A supervision is due: who is asked hears it again, who asked knows."""
        asked = [s for s in await records.desks.supervisions(case.id) if s.id == supervision_id]
        if not asked or asked[0].answered_at is not None or case.ended:
            return
        supervision: Supervision = asked[0]
        for person_id in stands_for(town, case, town.clocks.today(now)):
            await tell(records, person_id, cards.supervision_card(town, case, supervision, now), now, case.id)
        line = Outgoing(town.texts("case.news_not_answered", number=case.number))
        await tell(records, supervision.by, line, now, case.id)
