"""What elders, their families, workers and desks read. Pure.

What is sensitive stands in no message that is kept: a mark of `MARKS` stands for it, and it is read from the register
when the message is sent.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.care.elder import Correction, Elder, ElderLook, Visit
from bot.care.step import press, where
from bot.chat.conversation import numbered
from bot.chat.messages import Button, Outgoing
from bot.homes.home import Household
from bot.homes.letters import press as open_page
from bot.people.people import mask_name
from bot.town import Town, say_time

BEFORE, AFTER = "\ue005", "\ue006"  # the two sides of a correction
MARKS = {"phone": "\ue001", "contacts": "\ue002", "allergies": "\ue003", "notes": "\ue004"}
SECRET = frozenset({*MARKS, "room"})
LISTED = 8
OTHERS = 3  # at least so many whom nobody saw for long


def home(town: Town, elder: Elder) -> str:
    """金康苑3号楼2单元501室."""
    return town.address(where(town, elder), elder.room)


def facts(town: Town, elder: Elder) -> str:
    """How they live, in a few words: 独居 · 走不快."""
    t = town.texts
    words = [t("elders.alone")] if elder.alone else []
    return t("elders.between").join([*words, t(f"elders.mobility_{elder.mobility}")])


def hidden(elder: Elder) -> str:
    """What a message that shows their marks says of itself."""
    return f"elder:{elder.id}"


def secrets(town: Town, elder: Elder) -> list[str]:
    """The lines of what is sensitive, with marks in the place of it; what is empty has none."""
    return [town.texts(f"elders.line_{name}", value=mark) for name, mark in MARKS.items() if getattr(elder, name)]


def card(town: Town, elder: Elder, last: Visit | None, now: datetime, *, visits: bool) -> Outgoing:
    """An elder's card for those who look after them; `visits` where this person may also note a visit."""
    t = town.texts
    lines = [t("elders.card", name=elder.name), t("elders.line_home", home=home(town, elder)), facts(town, elder)]
    lines += secrets(town, elder)
    lines.append(visited(town, last, now))
    buttons = [(t("elders.note_visit"), press(elder.id, "visit"))] if visits else []
    buttons.append((t("elders.correct"), press(elder.id, "correct")))
    if elder.person_id is None and visits:
        buttons.append((t("elders.bind"), press(elder.id, "bind_code")))
    return Outgoing("\n".join(lines), numbered(*buttons), hidden=hidden(elder))


def visited(town: Town, last: Visit | None, now: datetime) -> str:
    """How the last visit was."""
    t = town.texts
    if last is None or last.done_at is None:
        return t("elders.never_visited")
    time = say_time(t, town.clocks, last.done_at, now)
    if not last.eats:
        return t("elders.last_unseen", time=time)
    return t("elders.last_visit", time=time, mood=t(f"elders.mood_{last.mood}"), eats=t(f"elders.eats_{last.eats}"))


def looks(town: Town, found: Sequence[ElderLook], family: Mapping[int, str], now: datetime) -> Outgoing:
    """Who opened the card, and why; `family` is how the elder calls those who follow."""
    t = town.texts
    lines = [
        t(
            "elders.look",
            time=say_time(t, town.clocks, look.at, now),
            name=family.get(look.person_id) or called(town, look.person_id),
            why=look.why,
        )
        for look in found
    ]
    return Outgoing("\n".join([t("elders.looks"), *lines]) if lines else t("elders.no_looks"))


def other(town: Town, elder: Elder) -> tuple[str, str]:
    """The button of an elder who is not due."""
    return town.texts("elders.other", name=elder.name, home=home(town, elder)), press(elder.id, "card")


def other_home(town: Town, household: Household) -> tuple[str, str]:
    """The button of a home in the register where somebody could look in; it names nobody."""
    t = town.texts
    words = t("elders.home_alone") if household.people == 1 else t("elders.home_people", count=household.people)
    place = town.address(household.unit_id, household.room)
    return t("elders.other_home", home=place, people=words), open_page(household.home_id, "page")


def called(town: Town, person_id: int) -> str:
    """A colleague as an elder knows them: 网格员王**."""
    posts = town.directory.posts_of(person_id)
    role = town.role_name(posts[0].role) if posts else ""
    return role + mask_name(town.staff_name(person_id)) or town.texts("elders.called_one")


def todo(
    town: Town,
    count: int,
    found: Sequence[tuple[Visit, Elder]],
    others: Sequence[tuple[str, str]],
    today: date,
    *,
    registers: bool = False,
) -> Outgoing:
    """A visitor's list: the first of the `count` that are due, then who was not seen for longest; `registers`: any other home can be opened."""
    t = town.texts
    due = [
        (
            t(
                "elders.due" if visit.day >= today else "elders.due_late",
                name=elder.name,
                home=home(town, elder),
                facts=facts(town, elder),
            ),
            press(elder.id, "card"),
        )
        for visit, elder in found
    ]
    more = [*others, *([(t("elders.find_home"), "r:0:find")] if registers else ())]
    text = t("elders.todo", count=count) if count else t("elders.todo_none")
    return Outgoing(text, numbered(*due, *more))


def correction(town: Town, elder: Elder, asked: Correction, name: str) -> Outgoing:
    """The desk sees what is to change, before and after."""
    t = town.texts
    text = t(
        "elders.correction",
        name=elder.name,
        by=name,
        field=t(f"elders.field_{asked.field}"),
        was=(BEFORE if asked.field in SECRET else shown(town, asked.field, asked.was))
        if asked.was
        else t("elders.nothing"),
        value=(AFTER if asked.field in SECRET else shown(town, asked.field, asked.value))
        if asked.value
        else t("elders.nothing"),
    )
    buttons = ((t("elders.grant"), press(asked.id, "grant")), (t("elders.deny"), press(asked.id, "deny")))
    return Outgoing(
        text, numbered(*buttons), card=f"correction:{asked.id}", fresh=True, hidden=f"correction:{asked.id}"
    )


def shown(town: Town, field: str, value: str) -> str:
    """A field's value in words."""
    own = f"elders.{field}_{value}"
    return town.texts(own) if own in town.texts else value


def alarm(town: Town, elder: Elder, words: str, case_id: int) -> Outgoing:
    """Somebody is called: who needs help, where, and what to know; one button."""
    t = town.texts
    lines = [t("elders.alarm", name=elder.name), home(town, elder), facts(town, elder), *secrets(town, elder)]
    lines += [t("elders.alarm_words", words=words)] if words else []
    lines.append(t("elders.alarm_ask"))
    buttons = numbered((t("elders.go"), press(case_id, "go")))
    return Outgoing("\n".join(lines), buttons, card=f"alarm:{case_id}", fresh=True, hidden=hidden(elder))


def alarm_over(town: Town, elder: Elder, case_id: int, key: str, **values: object) -> Outgoing:
    """What stands in the place of an alarm's card, once somebody goes or it is over; nothing sensitive stays."""
    return Outgoing(town.texts(f"elders.{key}", name=elder.name, **values), card=f"alarm:{case_id}", fresh=True)


def going(town: Town, elder: Elder, case_id: int) -> Outgoing:
    """Who goes: the way there, and one button for afterwards."""
    t = town.texts
    lines = [t("elders.you_go", name=elder.name, home=home(town, elder)), *secrets(town, elder)]
    buttons = numbered((t("elders.safe"), press(case_id, "safe")))
    return Outgoing("\n".join(lines), buttons, card=f"alarm:{case_id}", fresh=True, hidden=hidden(elder))


def help_buttons(town: Town) -> tuple[Button, ...]:
    """The one button that an elder has at hand below what they are told."""
    return (Button(town.texts("elders.sos"), press(0, "sos")),)


def kin_page(town: Town, found: Sequence[tuple[Elder, Visit | None]], now: datetime) -> Outgoing:
    """A family member sees how those they follow were at the last visit."""
    t = town.texts
    lines = [t("elders.kin_line", name=elder.name, last=visited(town, last, now)) for elder, last in found]
    buttons = [(t("elders.kin_end", name=elder.name), press(elder.id, "unfollow")) for elder, _ in found]
    return Outgoing("\n".join(lines), numbered(*buttons))


def news(town: Town, elder: Elder, visit: Visit, values: Mapping[str, str]) -> Outgoing:
    """The family hears how a visit was."""
    key = "kin_news" if values else "kin_unseen"
    return Outgoing(town.texts(f"elders.{key}", name=elder.name, kind=town.texts(f"elders.by_{visit.kind}"), **values))
