"""Errands as the conversation asks for them: each wish, carried out."""

from collections.abc import Callable

from bot.chat.conversation import Scene
from bot.chat.messages import Outgoing
from bot.chat.wishes import ErrandStep, OfferHelp, ShowHelping, StopHelping, StopWeekly
from bot.errands import joining, steps
from bot.errors import NotAllowed
from bot.records import Records

ErrandWish = ErrandStep | OfferHelp | ShowHelping | StopHelping | StopWeekly


class Errands:
    """Carries out what is about errands and helpers. `calendar(person_id)` is the link of a helper's calendar."""

    def __init__(self, calendar: Callable[[int], str] = lambda _person: "") -> None:
        self._calendar = calendar

    async def carry_out(self, records: Records, scene: Scene, wish: ErrandWish) -> tuple[Outgoing, ...]:
        """Do it and say so. Raises NotAllowed."""
        match wish:
            case OfferHelp():
                return await joining.ask_in(records, scene, wish)
            case ShowHelping():
                return await joining.show(records, scene, self._calendar)
            case StopHelping():
                return await joining.stop(records, scene)
            case StopWeekly():
                ended = await records.weeklies.end(scene.person.id, scene.now)
                if not ended:
                    raise NotAllowed("errand.no_weekly")
                return (Outgoing(scene.texts("errand.weekly_ended"), menu=True),)
            case ErrandStep(person_id, "admit" | "decline"):
                return await joining.decide(records, scene, person_id, admit=wish.verb == "admit")
            case _:
                return await steps.carry_out(records, scene, wish)
