"""The registers of homes as the conversation asks for them: each step, carried out."""

from collections.abc import Awaitable, Callable

from bot.cases.doing import Replies
from bot.chat.conversation import Scene
from bot.chat.wishes import HomeStep
from bot.errors import NotAllowed
from bot.homes import businesses, register, taking
from bot.homes.step import Step
from bot.records import Records

_DO: dict[str, Callable[[Step], Awaitable[Replies]]] = {
    "open": register.open_home,
    "new": register.new,
    "page": register.page,
    "person": register.person,
    "phone": register.phone,
    "seen": register.seen,
    "added": register.added,
    "tel_is": register.tel_is,
    "relation_is": register.relation_is,
    "left": register.left,
    "grant": register.grant,
    "deny": register.deny,
    "looks": register.looks,
    "counts": register.counts,
    "businesses": businesses.every,
    "business": businesses.page,
    "business_phone": businesses.phone,
    "business_tel_is": businesses.tel_is,
    "business_looks": businesses.looks,
    "shut": businesses.shut,
    "agree": taking.agree,
    "refuse": taking.refuse,
    "list": taking.listed,
}


async def carry_out(records: Records, scene: Scene, wish: HomeStep) -> Replies:
    """Do it and say so. Raises NotAllowed."""
    if wish.verb not in _DO:
        raise NotAllowed("menu.not_understood")
    return await _DO[wish.verb](Step(records, scene, wish))
