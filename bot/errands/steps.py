"""The steps of an errand, one function a verb: taken, on the way, the secret looked at, paid, handed over."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.cases import handling
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import pictures, show_all, tell
from bot.cases.posted import has
from bot.chat.acting import Acting
from bot.chat.conversation import Scene, numbered
from bot.chat.messages import Outgoing
from bot.chat.wishes import DoAct, ErrandStep
from bot.errands import letters, pool
from bot.errands.errand import TRIES, Errand
from bot.errands.joining import admitted
from bot.errands.taking import taken
from bot.errors import NotAllowed
from bot.people.people import mask_name
from bot.records import Records

_IN_HAND = frozenset({State.ACCEPTED, State.WAITING})
_TAKERS = frozenset({"card", "go", "secret", "drop", "hand", "paid"})
_RESIDENTS = frozenset({"paid_ok", "paid_no"})


@dataclass(frozen=True, slots=True)
class Step(Acting):
    """A person does a step of an errand, now."""

    area: ClassVar[str] = "errand"
    case: Case
    errand: Errand
    wish: ErrandStep

    def doing(self, act: Act, words: str = "") -> Doing:
        """The same as an act on the case."""
        wish = DoAct(self.case.id, act, words, self.wish.attachments)
        scene = self.scene
        return Doing(self.records, scene.town, scene.person, self.case, wish, scene.now, frozenset())

    async def tell_resident(self, key: str, **values: object) -> None:
        """A line for who ordered it."""
        text = self.scene.texts(f"errand.{key}", number=self.case.number, **values)
        await tell(self.records, self.case.reporter_id, Outgoing(text), self.now, self.case.id)

    async def tell_desk(self, key: str, **values: object) -> None:
        """A line for the community desk, with the way to the case."""
        town = self.scene.town
        desk = town.routing.superior_desk(self.case.unit_id, self.scene.today, frozenset({self.scene.person.id}))
        text = town.texts(f"errand.{key}", number=self.case.number, **values)
        button = numbered((town.texts("case.to_card"), f"c:{self.case.id}:show"))
        for person_id in desk.people:
            await tell(self.records, person_id, Outgoing(text, button), self.now, self.case.id)


async def carry_out(records: Records, scene: Scene, wish: ErrandStep) -> Replies:
    """Do one step. Raises NotAllowed for the wrong person and the wrong moment."""
    case = await records.cases.get(wish.subject)
    errand = await records.errands.get(wish.subject) if case is not None else None
    if case is None or errand is None or wish.verb not in _DO:
        raise NotAllowed("case.not_found")
    if wish.verb in _TAKERS:
        if not await has(records, scene.town, case, scene.person.id, scene.today):
            raise NotAllowed("case.not_yours")
        if case.state not in _IN_HAND:
            raise NotAllowed("errand.over")
    if wish.verb in _RESIDENTS and case.reporter_id != scene.person.id:
        raise NotAllowed("case.reporter_only")
    return await _DO[wish.verb](Step(records, scene, case, errand, wish))


async def _take(step: Step) -> Replies:
    """我来做: the first press has it."""
    case, scene = step.case, step.scene
    if case.handler_id == scene.person.id:
        return await _card(step)
    helper = await admitted(step.records, scene.person.id)
    if not pool.can(scene.town, helper, case, step.errand):
        raise NotAllowed("errand.not_for_you")
    if case.state is not State.OPEN:
        raise NotAllowed("errand.taken_already")
    doing = step.doing(Act.ACCEPT)
    after = await doing.move(handler_id=scene.person.id, accepted_at=step.now, contacted_at=step.now)
    text = scene.texts("errand.yours", kind=scene.town.kind(case.kind).name)
    yours = Outgoing(text, card=f"offer:{case.id}", answers=True)
    await tell(step.records, scene.person.id, yours, step.now, case.id)  # before the card, which comes next
    await taken(step.records, scene.town, after, step.now, by_helper=True)
    await show_all(step.records, scene.town, after, step.now)
    return ()


async def _pass(step: Step) -> Replies:
    """这次不行: nothing is held against anybody."""
    return (Outgoing(step.scene.texts("errand.passed"), card=f"offer:{step.case.id}", answers=True),)


async def _card(step: Step) -> Replies:
    reporter = await step.records.people.get(step.case.reporter_id)
    return (letters.card(step.scene.town, step.case, step.errand, reporter, fresh=True),)


async def _go(step: Step) -> Replies:
    """出发了: the resident hears that somebody is on the way."""
    errand = replace(step.errand, on_way_at=step.errand.on_way_at or step.now)
    await step.records.errands.save(errand)
    if step.errand.on_way_at is None:
        await step.tell_resident("on_way", name=await _name(step))
    reporter = await step.records.people.get(step.case.reporter_id)
    return (letters.card(step.scene.town, step.case, errand, reporter),)


async def _secret(step: Step) -> Replies:
    """See the pick-up code: the look is logged with its reason, and the resident can read who looked."""
    if not (step.errand.secrets or step.errand.for_phone):
        raise NotAllowed("errand.nothing_secret")
    number = len(await step.records.looks.of_case(step.case.id))
    why = step.scene.texts("errand.look_why")
    await step.records.looks.note(step.case.id, step.scene.person.id, step.now, why)
    await step.doing(Act.LOOK, why).move()
    shown = letters.secret(step.scene.town, step.case, number)
    await tell(step.records, step.scene.person.id, shown, step.now, step.case.id)
    return ()


async def _drop(step: Step) -> Replies:
    """来不了: back to the pool and to the worker."""
    if step.errand.helper_id != step.scene.person.id:
        raise NotAllowed("case.not_yours")
    await pool.give_back(step.records, step.scene.town, step.case, step.scene.person.id, step.now)
    await step.tell_resident("finding_another")
    return step.say("dropped")


async def _paid(step: Step) -> Replies:
    """垫付: the amount and the receipt go to the resident, who says whether they are right."""
    if not step.wish.value.isdigit():
        raise NotAllowed("errand.over")
    cents, limit = int(step.wish.value), step.scene.town.kind(step.case.kind).cost_limit
    if limit and cents > limit * 100:
        raise NotAllowed("errand.over_limit", limit=f"{limit:g}")
    if step.errand.paid_ok:
        raise NotAllowed("errand.paid_already")
    errand = replace(step.errand, paid=cents, paid_ok=None if cents else True)
    await step.records.errands.save(errand)
    await step.doing(Act.PROGRESS, step.scene.texts("errand.paid_line", amount=letters.yuan(cents))).move()
    if cents:
        photos = await pictures(step.records, step.case, step.wish.attachments) if step.wish.attachments else ()
        message = letters.receipt(step.scene.town, step.case, errand, photos)
        await tell(step.records, step.case.reporter_id, message, step.now, step.case.id)
    return step.say("paid_noted", amount=letters.yuan(cents))


async def _paid_ok(step: Step) -> Replies:
    return await _settle(step, right=True)


async def _paid_no(step: Step) -> Replies:
    return await _settle(step, right=False)


async def _settle(step: Step, *, right: bool) -> Replies:
    """The resident says whether the amount is right; the desk looks where it is not."""
    if step.errand.paid is None or step.errand.paid_ok is not None:
        raise NotAllowed("errand.over")
    await step.records.errands.save(replace(step.errand, paid_ok=right))
    amount = letters.yuan(step.errand.paid)
    said = step.scene.texts("errand.paid_right" if right else "errand.paid_wrong", amount=amount)
    if step.case.can(Act.ADD):
        await step.doing(Act.ADD, said).move(step.case)
    if right:
        text = step.scene.texts("errand.paid_agreed", number=step.case.number, amount=amount)
        await tell(step.records, step.case.handler_id, Outgoing(text), step.now, step.case.id)
        return step.say("paid_thanks")
    await step.tell_desk("paid_disputed", amount=amount, name=await _name(step))
    return step.say("paid_checked")


def _ask_cost(step: Step) -> Replies:
    """What was bought is counted before it changes hands; who spent nothing says so with one press."""
    t, number = step.scene.texts, step.case.id
    nothing, spent = (t("errand.paid_nothing"), f"e:{number}:paid:0"), (t("errand.paid"), f"e:{number}:paid")
    return (Outgoing(t("errand.pay_first"), numbered(nothing, spent)),)


async def _hand(step: Step) -> Replies:
    """交接: by the four digits that the resident tells, or by a photo where nobody is there."""
    errand, said = step.errand, "".join(c for c in step.wish.words if c.isdigit())
    if step.scene.town.kind(step.case.kind).price == "cost" and errand.paid is None:
        return _ask_cost(step)
    if step.wish.attachments:
        await step.records.errands.save(replace(errand, handed_at=step.now, proof="photo"))
        return await _finish(step, "handed_photo")
    if errand.tries >= TRIES or errand.proof == "photo":
        raise NotAllowed("errand.photo_please")
    if not hmac.compare_digest(said.encode(), errand.code.encode()):
        await step.records.errands.save(replace(errand, tries=errand.tries + 1))
        if errand.tries + 1 < TRIES:
            text = step.scene.texts("errand.wrong_code", left=TRIES - errand.tries - 1)
            again = (step.scene.texts("errand.hand"), letters.step(step.case.id, "hand"))
            return (Outgoing(text, numbered(again)),)
        await step.tell_desk("code_failed", name=await _name(step))
        return step.say("photo_please")
    await step.records.errands.save(replace(errand, handed_at=step.now, proof="code"))
    return await _finish(step, "handed_code")


async def _finish(step: Step, key: str) -> Replies:
    await handling.finish(step.doing(Act.FINISH, step.scene.texts(f"errand.{key}")))
    return step.say("handed")


async def _name(step: Step) -> str:
    """Who has it, as a resident reads it."""
    staff = step.scene.town.staff_name(step.case.handler_id)
    helper = await step.records.helpers.get(step.case.handler_id or 0) if not staff else None
    return mask_name(staff or (helper.name if helper is not None else "")) or step.scene.texts("errand.a_helper")


_DO: dict[str, Callable[[Step], Awaitable[Replies]]] = {
    "take": _take,
    "pass": _pass,
    "card": _card,
    "go": _go,
    "secret": _secret,
    "drop": _drop,
    "paid": _paid,
    "paid_ok": _paid_ok,
    "paid_no": _paid_no,
    "hand": _hand,
}
