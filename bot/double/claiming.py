"""认领: a community keeps a service list; each unit claims one item a month, reports it done, and the community confirms.

Any member may press for their unit. Of two units that want the same last place the first has it, for the places are
counted while the item is held; of two members of one unit the first has it, for a unit has one row a month.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import Scene, numbered
from bot.chat.messages import Attachment, Outgoing
from bot.chat.wishes import AddService, ClaimStep
from bot.double import claim_letters as letters
from bot.double.claim import MOST, Claim, ServiceItem, Stand, free, liaisons, month_after, month_of, unit_key
from bot.double.gathering import Member
from bot.double.gatherings import communities
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town

REMIND, MONTH = "claim_remind", "claim_month"
_REMIND_AT, _MONTH_AT = time(9, 30), time(9)
_DAYS_LEFT = 6  # so long before the month's end units are reminded, or on the working day before that


async def carry_out(records: Records, scene: Scene, wish: ClaimStep | AddService) -> Replies:
    """Do it and say so. Raises NotAllowed."""
    if isinstance(wish, AddService):
        return await _add(records, scene, wish)
    if wish.verb not in _DO:
        raise NotAllowed("menu.not_understood")
    return await _DO[wish.verb](records, scene, wish)


async def keep(records: Records, town: Town, item: ServiceItem, now: datetime) -> ServiceItem:
    """Put an item on a community's list and let its months begin; one of the same words only takes so many units now."""
    for known in await records.claims.items((item.community_id,)):
        if known.what == item.what:
            await records.claims.change_item(known.id, item.takes, None)
            return replace(known, takes=item.takes)
    await months(records, town, item.community_id, month_of(town.clocks.today(now)), now)
    return await records.claims.add_item(item)


async def months(records: Records, town: Town, community_id: int, month: date, now: datetime) -> None:
    """Set this month's reminder, unless it is over, and its end. Set before, they stay as they are."""
    after, slot = month_after(month), month.isoformat()
    day = after - timedelta(days=_DAYS_LEFT)
    while not town.clocks.holidays.works(day) and day > month:
        day -= timedelta(days=1)
    if (at := town.clocks.at(day, _REMIND_AT)) > now:
        await records.timers.set(REMIND, community_id, slot, at)
    await records.timers.set(MONTH, community_id, slot, town.clocks.at(after, _MONTH_AT))


async def _list(records: Records, scene: Scene, _wish: ClaimStep) -> Replies:
    """认领: the desk's list for the desk, for a member what their unit has claimed or may claim."""
    if communities(scene):
        return (await _desk_list(records, scene),)
    member = await _member(records, scene)
    month = month_of(scene.today)
    claim = await records.claims.of_unit(member.community_id, month, unit_key(member.unit))
    if claim is not None:
        return (letters.mine(scene.town, claim, await _what(records, claim)),)
    return (await _offer(records, scene.town, member.community_id, month),)


async def _desk_list(records: Records, scene: Scene) -> Outgoing:
    here, month = communities(scene), month_of(scene.today)
    claims = await records.claims.of_month(here, month)
    names = await records.claims.named([claim.item_id for claim in claims])
    return letters.desk_list(scene.town, month, await records.claims.items(here), claims, names)


async def _offer(records: Records, town: Town, community_id: int, month: date) -> Outgoing:
    items = await records.claims.items((community_id,))
    return letters.offer(town, community_id, month, items, await records.claims.of_month((community_id,), month))


async def _add(records: Records, scene: Scene, wish: AddService) -> Replies:
    """The desk adds an item."""
    if wish.community_id not in communities(scene):
        raise NotAllowed("claims.desk_only")
    takes = min(max(wish.takes, 1), MOST)
    item = ServiceItem(wish.community_id, wish.what, takes, scene.now, scene.person.id)
    await keep(records, scene.town, item, scene.now)
    t = scene.texts
    options = ((t("claims.add_more"), letters.press(0, "add")), (t("claims.call"), letters.press(0, "call")))
    return (Outgoing(t("claims.added", what=wish.what, count=takes), numbered(*options)),)


async def _less(records: Records, scene: Scene, _wish: ClaimStep) -> Replies:
    """Ask which item is to go."""
    items = await records.claims.items(communities(scene))
    if not items:
        raise NotAllowed("claims.nothing_listed" if communities(scene) else "claims.desk_only")
    options = ((item.what, letters.press(item.id, "remove")) for item in items)
    return (Outgoing(scene.texts("claims.which_less"), numbered(*options)),)


async def _remove(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """The desk takes an item off the list; who has claimed it this month still does it."""
    item = await records.claims.item(wish.subject)
    if item is None or item.community_id not in communities(scene):
        raise NotAllowed("claims.desk_only")
    await records.claims.change_item(item.id, item.takes, scene.now)
    return Outgoing(scene.texts("claims.removed", what=item.what)), await _desk_list(records, scene)


async def _call(records: Records, scene: Scene, _wish: ClaimStep) -> Replies:
    """The desk lets the units know that there is a list: one card for each that has claimed nothing, changed if sent before."""
    here, month = communities(scene), month_of(scene.today)
    if not here:
        raise NotAllowed("claims.desk_only")
    told = 0
    for community_id in here:
        claims = await records.claims.of_month((community_id,), month)
        offer = await _offer(records, scene.town, community_id, month)
        for unit, member in liaisons(await records.double.members(community_id)).items():
            if unit not in {claim.unit for claim in claims}:
                await tell(records, member.person_id, offer, scene.now)
                told += 1
    return (Outgoing(scene.texts("claims.called", count=told)),)


async def _claim(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """认领: the first has it; whoever comes later hears so kindly and sees what else there is."""
    member, month = await _member(records, scene), month_of(scene.today)
    item = await records.claims.item(wish.subject)
    if item is None or item.community_id != member.community_id:
        raise NotAllowed("claims.not_here")
    unit = unit_key(member.unit)
    claims = await records.claims.of_month((item.community_id,), month)
    known = next((claim for claim in claims if claim.unit == unit), None)
    if known is None and not free(item, claims):
        sorry = Outgoing(scene.texts("claims.taken_first", what=item.what))
        return sorry, replace(await _offer(records, scene.town, item.community_id, month), fresh=True)
    new = Claim(item.community_id, month, unit, item.id, scene.person.id, scene.now)
    made = None if known is not None else await records.claims.add(new)
    if made is None:
        stands = known or await records.claims.of_unit(item.community_id, month, unit)
        if stands is None:
            raise NotAllowed("claims.not_here")
        return (letters.mine(scene.town, stands, await _what(records, stands)),)
    await _tell_liaison(records, scene, made, "claims.colleague", what=item.what)
    await months(records, scene.town, item.community_id, month, scene.now)
    return (letters.mine(scene.town, made, item.what),)


async def _drop(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """The unit gives it back, and may claim another."""
    claim = await _own(records, scene, wish.subject)
    if claim.stand is not Stand.CLAIMED:
        raise NotAllowed("claims.reported_already")
    await records.claims.drop(claim.id)
    offer = await _offer(records, scene.town, claim.community_id, month_of(scene.today))
    return Outgoing(scene.texts("claims.dropped")), replace(offer, fresh=True)


async def _report(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """The unit has done it: the desk reads the words, sees the picture, and is asked to confirm."""
    claim = await _own(records, scene, wish.subject)
    if claim.stand is not Stand.CLAIMED:
        raise NotAllowed("claims.reported_already")
    done = replace(claim, words=wish.words, reported_at=scene.now)
    await records.claims.save(done)
    pictures: list[Attachment] = []
    for number in wish.attachments:
        kept = await records.attachments.get(number)
        if kept is not None and kept.person_id == scene.person.id:
            pictures.append(kept.attachment)
    letter = letters.reported(scene.town, done, await _what(records, claim), tuple(pictures))
    await _tell_desk(records, scene, claim.community_id, letter)
    return (Outgoing(scene.texts("claims.report_thanks")),)


async def _look(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """The desk opens a report that waits for it."""
    claim = await _theirs(records, scene, wish.subject)
    return (letters.reported(scene.town, claim, await _what(records, claim), ()),)


async def _confirm(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """The community has seen that it is done."""
    claim = await _theirs(records, scene, wish.subject)
    return await _decided(
        records, scene, replace(claim, confirmed_at=scene.now, confirmed_by=scene.person.id), "claims.confirmed"
    )


async def _back(records: Records, scene: Scene, wish: ClaimStep) -> Replies:
    """Something lacks: the unit reads what, and may report anew."""
    claim = await _theirs(records, scene, wish.subject)
    return await _decided(records, scene, replace(claim, reported_at=None), "claims.sent_back", words=wish.words)


async def _decided(records: Records, scene: Scene, after: Claim, key: str, **values: str) -> Replies:
    await records.claims.save(after)
    what = await _what(records, after)
    message = Outgoing(scene.texts(key, what=what, **values), letters.mine(scene.town, after, what).buttons)
    if after.person_id is not None:
        await tell(records, after.person_id, message, scene.now)
    await _tell_liaison(records, scene, after, key, what=what, **values)
    told = letters.decided(scene.town, after, what)
    await _tell_desk(records, scene, after.community_id, told)
    return (told,)


async def _member(records: Records, scene: Scene) -> Member:
    member = await records.double.member(scene.person.id)
    if member is None or member.ended_at is not None or not unit_key(member.unit):
        raise NotAllowed("claims.report_in_first")
    return member


async def _own(records: Records, scene: Scene, claim_id: int) -> Claim:
    """A claim of the unit that this person is of."""
    member, claim = await _member(records, scene), await records.claims.get(claim_id)
    if claim is None or (claim.community_id, claim.unit) != (member.community_id, unit_key(member.unit)):
        raise NotAllowed("claims.not_yours")
    return claim


async def _theirs(records: Records, scene: Scene, claim_id: int) -> Claim:
    """A reported claim of a community whose desk this person is."""
    claim = await records.claims.get(claim_id)
    if claim is None or claim.community_id not in communities(scene):
        raise NotAllowed("claims.desk_only")
    if claim.stand is not Stand.REPORTED:
        raise NotAllowed("claims.nothing_to_confirm")
    return claim


async def _tell_desk(records: Records, scene: Scene, community_id: int, message: Outgoing) -> None:
    for person_id in scene.town.routing.superior_desk(community_id, scene.today).people:
        if person_id != scene.person.id:
            await tell(records, person_id, message, scene.now)


async def _tell_liaison(records: Records, scene: Scene, claim: Claim, key: str, **values: str) -> None:
    """Who hears for the unit hears of it too, where a colleague of theirs pressed."""
    liaison = liaisons(await records.double.members(claim.community_id)).get(claim.unit)
    if liaison is not None and liaison.person_id not in {claim.person_id, scene.person.id}:
        await tell(records, liaison.person_id, Outgoing(scene.texts(key, **values)), scene.now)


async def _what(records: Records, claim: Claim) -> str:
    return (await records.claims.named((claim.item_id,))).get(claim.item_id, "")


_DO: dict[str, Callable[[Records, Scene, ClaimStep], Awaitable[Replies]]] = {
    "list": _list,
    "less": _less,
    "remove": _remove,
    "call": _call,
    "claim": _claim,
    "drop": _drop,
    "report": _report,
    "look": _look,
    "confirm": _confirm,
    "back": _back,
}
