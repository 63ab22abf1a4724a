"""Helpers of the 红色帮帮团: they ask in by chat, the community desk admits them by one tap, they see their own list."""

from collections.abc import Callable
from dataclasses import replace

from bot.cases.notices import tell
from bot.chat.conversation import Scene
from bot.chat.messages import Outgoing
from bot.chat.wishes import OfferHelp
from bot.errands import letters
from bot.errands.calendar import in_hand
from bot.errands.errand import Helper, HelperState
from bot.errors import NotAllowed
from bot.grid.directory import Role, UnitKind
from bot.records import Records
from bot.town import DESKS

_MAY_ADMIT = frozenset({*DESKS, Role.MANAGER, Role.ADMINISTRATOR})


async def ask_in(records: Records, scene: Scene, wish: OfferHelp) -> tuple[Outgoing, ...]:
    """Note that somebody wants to help, and ask the community desk. A helper who says it anew is not asked about again."""
    town, person, now = scene.town, scene.person, scene.now
    community = town.directory.above(wish.unit_id, UnitKind.COMMUNITY)
    if community is None:
        raise NotAllowed("errand.no_community")
    known = await records.helpers.get(person.id)
    helper = Helper(person.id, wish.name, wish.unit_id, community.id, wish.kinds, wish.hours, HelperState.ASKED, now)
    if known is not None and known.state is HelperState.ADMITTED and known.community_id == community.id:
        helper = replace(helper, state=known.state, decided_by=known.decided_by, decided_at=known.decided_at)
        await records.helpers.save(helper)
        return (Outgoing(scene.texts("errand.helper_changed"), menu=True),)
    await records.helpers.save(helper)
    desk = town.routing.superior_desk(wish.unit_id, scene.today)
    for colleague in desk.people:
        await tell(records, colleague, letters.asked(town, helper), now)
    return (Outgoing(scene.texts("errand.helper_asked"), menu=True),)


async def decide(records: Records, scene: Scene, person_id: int, *, admit: bool) -> tuple[Outgoing, ...]:
    """A desk admits or declines; the first press stands. Raises NotAllowed for everybody else."""
    helper = await records.helpers.get(person_id)
    if helper is None or not scene.town.roles_over(scene.person.id, helper.unit_id, scene.today) & _MAY_ADMIT:
        raise NotAllowed("case.desk_only")
    if helper.state is not HelperState.ASKED:
        raise NotAllowed(f"errand.helper_is_{helper.state}", name=helper.name)
    state = HelperState.ADMITTED if admit else HelperState.DECLINED
    await records.helpers.save(replace(helper, state=state, decided_by=scene.person.id, decided_at=scene.now))
    text = scene.texts(f"errand.you_are_{state}", name=helper.name)
    await tell(records, person_id, Outgoing(text, menu=True), scene.now)
    return (
        Outgoing(scene.texts(f"errand.helper_is_{state}", name=helper.name), card=f"helper:{person_id}", answers=True),
    )


async def stop(records: Records, scene: Scene) -> tuple[Outgoing, ...]:
    """No more offers; what is in hand stays until it is handed over or given back."""
    helper = await records.helpers.get(scene.person.id)
    if helper is None or helper.state in {HelperState.STOPPED, HelperState.DECLINED}:
        raise NotAllowed("errand.no_helper")
    await records.helpers.save(replace(helper, state=HelperState.STOPPED))
    return (Outgoing(scene.texts("errand.stopped"), menu=True),)


async def show(records: Records, scene: Scene, link: Callable[[int], str]) -> tuple[Outgoing, ...]:
    """What they have in hand, with the link of their calendar."""
    helper = await records.helpers.get(scene.person.id)
    if helper is None or helper.state is not HelperState.ADMITTED:
        raise NotAllowed("errand.helper_waits" if helper and helper.state is HelperState.ASKED else "errand.no_helper")
    found = await in_hand(records, scene.person.id)
    return (letters.in_hand(scene.town, found, link(scene.person.id), scene.now),)


async def admitted(records: Records, person_id: int) -> Helper:
    """The helper this person is. Raises NotAllowed with the way to become one."""
    helper = await records.helpers.get(person_id)
    if helper is None or helper.state is not HelperState.ADMITTED:
        raise NotAllowed("errand.no_helper")
    return helper
