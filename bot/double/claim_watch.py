"""What time does to claims: one reminder before a month's end, and at its end a word to each unit and to the community."""

from datetime import date, datetime

from bot.cases.notices import tell
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.double import claim_letters as letters
from bot.double.claim import Stand, liaisons, month_after
from bot.double.claiming import MONTH, REMIND, months
from bot.records import Records
from bot.town import Town

TIMERS = (REMIND, MONTH)


class ClaimWatch:
    """Rings the timers of claims, whose subject is the community and whose slot is the month's first day."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Write to the units; False where it was put off to a civil hour."""
        if (civil := town.clocks.civil(now)) > now:
            await records.timers.postpone(timer.id, civil)
            return False
        month = date.fromisoformat(timer.slot)
        if timer.kind == REMIND:
            await _remind(records, town, timer.subject, month, now)
        else:
            await _end(records, town, timer.subject, month, now)
        return True


async def _remind(records: Records, town: Town, community_id: int, month: date, now: datetime) -> None:
    """Once a month, and only who has something left: what was claimed and not reported, or a list with open items."""
    items = await records.claims.items((community_id,))
    claims = await records.claims.of_month((community_id,), month)
    names = await records.claims.named([claim.item_id for claim in claims])
    by_unit = {claim.unit: claim for claim in claims}
    offer = letters.offer(town, community_id, month, items, claims)
    for unit, member in liaisons(await records.double.members(community_id)).items():
        claim = by_unit.get(unit)
        if claim is None and offer.buttons:
            text = town.texts("claims.soon_none", month=letters.month_name(town.texts, month))
            await tell(records, member.person_id, Outgoing(text, offer.buttons), now)
        elif claim is not None and claim.stand is Stand.CLAIMED:
            what = names.get(claim.item_id, "")
            text = town.texts("claims.soon", month=letters.month_name(town.texts, month), what=what)
            await tell(records, member.person_id, Outgoing(text, letters.mine(town, claim, what).buttons), now)


async def _end(records: Records, town: Town, community_id: int, month: date, now: datetime) -> None:
    """The month is over: each unit reads its own, the desk reads all, and the new month's list goes out."""
    units = liaisons(await records.double.members(community_id))
    claims = await records.claims.of_month((community_id,), month)
    names = await records.claims.named([claim.item_id for claim in claims])
    items = await records.claims.items((community_id,))
    by_unit, after = {claim.unit: claim for claim in claims}, month_after(month)
    offer = letters.offer(town, community_id, after, items, await records.claims.of_month((community_id,), after))
    for unit, member in units.items():
        claim = by_unit.get(unit)
        if claim is not None or items:
            told = letters.unit_summary(town, month, claim, names.get(claim.item_id, "") if claim is not None else "")
            await tell(records, member.person_id, told, now)
        if offer.buttons:
            await tell(records, member.person_id, offer, now)
    if claims or (units and items):
        told = letters.summary(town, community_id, month, units, claims, names)
        for person_id in town.routing.superior_desk(community_id, town.clocks.today(now)).people:
            await tell(records, person_id, told, now)
    if items:
        await months(records, town, community_id, after, now)
