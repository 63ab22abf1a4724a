"""What units and the community's desk read of the service list and of what was claimed. No unit is ranked."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Outgoing
from bot.double.claim import Claim, ServiceItem, Stand, open_items
from bot.double.gathering import Member
from bot.texts import Texts
from bot.town import Town

_MOST = 20  # buttons of one message


def press(subject: int, verb: str) -> str:
    """Button data of a step."""
    return f"s:{subject}:{verb}"


def month_name(t: Texts, month: date) -> str:
    """11月."""
    return t("claims.month", month=month.month)


def offer(
    town: Town, community_id: int, month: date, items: Sequence[ServiceItem], claims: Sequence[Claim]
) -> Outgoing:
    """The month's list for a unit that has claimed nothing yet: each open item is a button."""
    t, community = town.texts, town.unit(community_id)
    left = open_items(items, claims)
    key = "claims.offer" if left else "claims.all_taken" if items else "claims.empty"
    text = t(key, community=community.name if community is not None else "", month=month_name(t, month))
    buttons = ((item.what, press(item.id, "claim")) for item in left[:_MOST])
    return Outgoing(text, numbered(*buttons), card=f"service:{community_id}:{month.isoformat()}")


def mine(town: Town, claim: Claim, what: str) -> Outgoing:
    """A unit's own claim, with what can be done about it now."""
    t = town.texts
    text = t(f"claims.mine_{claim.stand}", what=what, month=month_name(t, claim.month))
    return Outgoing(text, numbered(*_todo(t, claim)))


def _todo(t: Texts, claim: Claim) -> tuple[tuple[str, str], ...]:
    if claim.stand is not Stand.CLAIMED:
        return ()
    return (t("claims.report"), press(claim.id, "report")), (t("claims.drop"), press(claim.id, "drop"))


def reported(town: Town, claim: Claim, what: str, pictures: tuple[Attachment, ...]) -> Outgoing:
    """What the desk reads when a unit has done it."""
    t = town.texts
    buttons = numbered((t("claims.confirm"), press(claim.id, "confirm")), (t("claims.back"), press(claim.id, "back")))
    text = t("claims.reported", unit=claim.unit, what=what, words=claim.words)
    return Outgoing(text, buttons, pictures, card=f"claim:{claim.id}", fresh=True)


def decided(town: Town, claim: Claim, what: str) -> Outgoing:
    """The same card for every colleague at the desk, once one of them has looked."""
    key = "claims.seen_confirmed" if claim.confirmed_at is not None else "claims.seen_back"
    return Outgoing(town.texts(key, unit=claim.unit, what=what), card=f"claim:{claim.id}")


def desk_list(
    town: Town, month: date, items: Sequence[ServiceItem], claims: Sequence[Claim], names: Mapping[int, str]
) -> Outgoing:
    """The desk's list of a month: each item with who has it and how far, and what to do next."""
    t = town.texts
    lines = [t("claims.desk_list" if items or claims else "claims.desk_empty", month=month_name(t, month))]
    lines += [_line(t, item.what, item.takes, [c for c in claims if c.item_id == item.id]) for item in items]
    standing = {item.id for item in items}
    gone = dict.fromkeys(claim.item_id for claim in claims if claim.item_id not in standing)
    lines += [_line(t, names.get(item_id, ""), 0, [c for c in claims if c.item_id == item_id]) for item_id in gone]
    waiting = (claim for claim in claims if claim.stand is Stand.REPORTED)
    options = [(t("claims.look", unit=claim.unit), press(claim.id, "look")) for claim in waiting][:_MOST]
    options.append((t("claims.add"), press(0, "add")))
    if items:
        options += [(t("claims.remove"), press(0, "less")), (t("claims.call"), press(0, "call"))]
    return Outgoing("\n".join(lines), numbered(*options))


def _line(t: Texts, what: str, takes: int, claims: Sequence[Claim]) -> str:
    parts = [t("claims.who", unit=claim.unit, stand=t(f"claims.stand_{claim.stand}")) for claim in claims]
    if (left := takes - len(claims)) > 0:
        parts.append(t("claims.left", count=left))
    return t("claims.line", what=what, who=t("claims.join").join(parts))


def summary(
    town: Town, community_id: int, month: date, units: Mapping[str, Member], claims: Sequence[Claim],
    names: Mapping[int, str],
) -> Outgoing:  # fmt: skip
    """The month for the community: how many units claimed and did what they claimed, then each in the order of reporting in."""
    t, community = town.texts, town.unit(community_id)
    by_unit = {claim.unit: claim for claim in claims}
    done = sum(claim.stand is Stand.CONFIRMED for claim in claims)
    head = t(
        "claims.summary", community=community.name if community is not None else "", month=month_name(t, month),
        units=len(units.keys() | by_unit.keys()), claimed=len(claims), done=done, open=len(claims) - done,
    )  # fmt: skip
    lines = [
        t("claims.summary_line", unit=unit, what=names.get(claim.item_id, ""), stand=t(f"claims.stand_{claim.stand}"))
        if (claim := by_unit.get(unit)) is not None
        else t("claims.summary_none", unit=unit)
        for unit in dict.fromkeys((*units, *by_unit))
    ]
    return Outgoing("\n".join([head, *lines]))


def unit_summary(town: Town, month: date, claim: Claim | None, what: str) -> Outgoing:
    """The month for one unit."""
    t = town.texts
    if claim is None:
        return Outgoing(t("claims.month_none", month=month_name(t, month)))
    return Outgoing(t(f"claims.month_{claim.stand}", what=what, month=month_name(t, month)), numbered(*_todo(t, claim)))
