"""What workers and desks read of homes. Pure.

No name, phone or remark stands in a message that is kept: a mark stands for it, and it is read from the register when
the message is sent.
"""

from collections.abc import Sequence
from datetime import date, datetime

from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.homes.comparing import ADDED, CHANGED, GONE, WHAT, Difference, Entry
from bot.homes.home import Business, Home, HomeChange, HomeLook, Resident, Tally
from bot.people.people import mask_name
from bot.town import Town, say_time

MARK = "\ue007([a-z]\\d*)\ue008"
LISTED = 8
_LINES = 30  # of a list that is read in chat


def mark(name: str) -> str:
    """What stands for a value until the message is sent: n a name, m a masked phone, p all of it, t a remark."""
    return f"\ue007{name}\ue008"


def press(subject: int, verb: str, value: str = "") -> str:
    """Button data for a step."""
    return f"r:{subject}:{verb}:{value}" if value else f"r:{subject}:{verb}"


def page(town: Town, home: Home, people: Sequence[Resident], today: date, *, desk: bool) -> Outgoing:
    """A home with who lives there; phones are masked. `desk` also reads who looked."""
    t = town.texts
    lines = [
        t("homes.page", place=town.address(home.unit_id, home.room)),
        t("homes.page_use", use=t(f"homes.use_{home.use}"), count=len(people)),
        *(_person(town, one) for one in people),
    ]
    if home.notes:
        lines.append(mark("t"))
    lines.append(visited(town, home.visited_on, today))
    buttons = [(_named(town, one), press(one.id, "person")) for one in people[:LISTED]]
    buttons += [(t("homes.seen"), press(home.id, "seen")), (t("homes.add"), press(home.id, "add"))]
    if desk:
        buttons.append((t("homes.looks_button"), press(home.id, "looks")))
    return Outgoing("\n".join(lines), numbered(*buttons), hidden=f"home:{home.id}")


def _person(town: Town, one: Resident) -> str:
    words = [town.texts(f"homes.relation_{one.relation}"), mark(f"n{one.id}")]
    words += [mark(f"m{one.id}")] if one.phone else []
    words += [town.texts("homes.born", year=one.born)] if one.born else []
    words += [mark(f"t{one.id}")] if one.notes else []
    return " ".join(words)


def _named(town: Town, one: Resident) -> str:
    return f"{mask_name(one.name)} {town.texts(f'homes.relation_{one.relation}')}"


def visited(town: Town, day: date | None, today: date) -> str:
    """When a worker was there last."""
    if day is None:
        return town.texts("homes.never_visited")
    return town.texts("homes.visited", days=(today - day).days) if day < today else town.texts("homes.visited_today")


def person(town: Town, one: Resident) -> Outgoing:
    """What can be done about one person."""
    t = town.texts
    buttons = (
        (t("homes.show_phone"), press(one.id, "phone")),
        (t("homes.new_phone"), press(one.id, "tel")),
        (t("homes.new_relation"), press(one.id, "relation")),
        (t("homes.left"), press(one.id, "left")),
        (t("homes.back_home"), press(one.home_id, "page")),
    )
    return Outgoing(_named(town, one), numbered(*buttons))


def phone(town: Town, one: Resident) -> Outgoing:
    """The whole number; that it was read is logged."""
    text = town.texts("homes.phone_is", name=mark(f"n{one.id}"), phone=mark(f"p{one.id}"))
    return Outgoing(text, hidden=f"home:{one.home_id}")


def asked_left(town: Town, home: Home, change: HomeChange, by: str) -> Outgoing:
    """The desk is asked whether somebody has moved out."""
    t = town.texts
    place = town.address(home.unit_id, home.room)
    text = t("homes.asked_left", by=by, place=place, name=mark(f"n{change.resident_id}"))
    buttons = ((t("homes.grant"), press(change.id, "grant")), (t("homes.deny"), press(change.id, "deny")))
    return Outgoing(text, numbered(*buttons), card=f"homechange:{change.id}", fresh=True, hidden=f"home:{home.id}")


def looks(town: Town, found: Sequence[HomeLook], changes: Sequence[HomeChange], now: datetime) -> Outgoing:
    """The desk reads who looked at a home, and what was changed there."""
    t = town.texts
    lines = [
        t(
            f"homes.look_{look.why}",
            time=say_time(t, town.clocks, look.at, now),
            name=town.staff_name(look.person_id),
        )
        for look in found
    ]
    for change in changes:
        state = {None: "waits", True: "done", False: "denied"}[change.granted]
        what = t(f"homes.change_{change.what}")
        time, name = say_time(t, town.clocks, change.asked_at, now), town.staff_name(change.asked_by)
        lines.append(t(f"homes.change_{state}", time=time, name=name, what=what))
    return Outgoing("\n".join(lines) or t("homes.no_looks"))


def counts(town: Town, found: Sequence[tuple[str, Tally]], *, answers: bool) -> Outgoing:
    """How many there are, by grid or by what lies below a manager; numbers and no names.

    `answers`: this person answers for homes, and goes on from here.
    """
    t = town.texts
    lines = [
        t(
            "homes.counted", unit=name or t("elders.no_grid"), homes=each.homes, people=each.people, alone=each.alone,
            businesses=each.businesses,
        )
        for name, each in found
    ]  # fmt: skip
    ways = (("find", "r:0:find"), ("go_round", "k:0:todo"), ("see_businesses", "r:0:businesses"))
    buttons = numbered(*((t(f"homes.{name}"), choice) for name, choice in ways)) if answers else ()
    return Outgoing("\n".join(lines) or t("homes.none_here"), buttons)


def businesses(town: Town, found: Sequence[Business]) -> Outgoing:
    """The businesses around, each to open."""
    t = town.texts
    buttons = (
        (t("homes.business", name=one.name, trade=one.trade), press(one.id, "business")) for one in found[: 2 * LISTED]
    )
    return Outgoing(t("homes.businesses", count=len(found)), numbered(*buttons))


def business(town: Town, one: Business, *, desk: bool) -> Outgoing:
    """A business with its contact; the phone is masked. `desk` also reads who looked."""
    t = town.texts
    lines = [t("homes.business_page", name=one.name, trade=one.trade), one.place, f"{mark('n')} {mark('m')}".strip()]
    lines += [mark("t")] if one.notes else []
    buttons = [(t("homes.show_phone"), press(one.id, "business_phone"))] if one.phone else []
    buttons += [(t("homes.new_phone"), press(one.id, "shop_tel")), (t("homes.shut"), press(one.id, "shut"))]
    if desk:
        buttons.append((t("homes.looks_button"), press(one.id, "business_looks")))
    return Outgoing("\n".join(lines), numbered(*buttons), hidden=f"business:{one.id}")


def business_phone(town: Town, one: Business) -> Outgoing:
    """The whole number; that it was read is logged."""
    text = town.texts("homes.phone_is", name=f"{one.name} {mark('n')}", phone=mark("p"))
    return Outgoing(text, hidden=f"business:{one.id}")


def asked_shut(town: Town, one: Business, change: HomeChange, by: str) -> Outgoing:
    """The desk is asked whether a business has shut."""
    t = town.texts
    text = t("homes.asked_shut", by=by, name=one.name, place=one.place)
    buttons = ((t("homes.grant_shut"), press(change.id, "grant")), (t("homes.deny"), press(change.id, "deny")))
    return Outgoing(text, numbered(*buttons), card=f"homechange:{change.id}", fresh=True)


# ---------------------------------------------------------------- a part of a file that waits for the desk


def summary(town: Town, difference: Difference) -> str:
    """新增, 变更, 减少: how many of each."""
    t = town.texts
    return "\n".join(
        t(f"homes.sum_{sign}", **{what: difference.count(sign, what) for what in WHAT})
        for sign in (ADDED, CHANGED, GONE)
    )


def taking(town: Town, taking_id: int, community: str, difference: Difference) -> Outgoing:
    """The desk reads how much would change, and agrees or not."""
    t = town.texts
    text = t("homes.taking", community=community, summary=summary(town, difference))
    buttons = (
        (t("homes.agree"), press(taking_id, "agree")),
        (t("homes.refuse"), press(taking_id, "refuse")),
        (t("homes.show_list"), press(taking_id, "list")),
    )
    return Outgoing(text, numbered(*buttons), card=f"taking:{taking_id}", fresh=True)


def listed(town: Town, taking_id: int, difference: Difference, first: int) -> Outgoing:
    """The list of a difference, a part at a time."""
    t, entries = town.texts, difference.entries
    shown = entries[first : first + _LINES]
    buttons = [(t("homes.agree"), press(taking_id, "agree")), (t("homes.refuse"), press(taking_id, "refuse"))]
    if len(entries) > first + _LINES:
        buttons.append((t("homes.more"), press(taking_id, "list", str(first + _LINES))))
    return Outgoing("\n".join(line(town, each) for each in shown) or t("homes.same"), numbered(*buttons))


def line(town: Town, each: Entry) -> str:
    """One line of the list: + 金康苑3号楼2单元501室 王**. Names are masked but for those of businesses."""
    t = town.texts
    name = each.name if each.what == "business" else mask_name(each.name)
    fields = t.listed(t(f"homes.field_{field}") for field in each.fields)
    place = town.address(each.unit_id, each.room)
    return t(f"homes.line_{each.sign}", place=place, name=name or t("homes.the_home"), fields=fields)
