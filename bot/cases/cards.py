"""What people see of a case: the worker's card, the resident's news, the history in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.cases.lifecycle import Act, Case, Event, State
from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Button, Outgoing
from bot.people.people import Person, mask_name, mask_phone
from bot.town import Town, say_time
from bot.triage.kinds import Urgency

_GRADES = (5, 4, 3, 2, 1)
_SOLVED = ("solved", "partly", "unsolved")
_STAFF_ACTS: dict[State, tuple[Act, ...]] = {
    State.OPEN: (Act.ACCEPT, Act.RETURN),
    State.ACCEPTED: (Act.PROGRESS, Act.RELAY, Act.LOOK, Act.FINISH, Act.RETURN),
    State.DISPUTED: (Act.REOPEN, Act.UPHOLD),
}
_RESIDENT_ACTS: dict[State, tuple[Act, ...]] = {
    State.OPEN: (Act.ADD, Act.URGE, Act.WITHDRAW),
    State.ACCEPTED: (Act.ADD, Act.URGE, Act.WITHDRAW),
    State.DISPUTED: (Act.ADD,),
    State.CLOSED: (Act.DISPUTE,),
}
_UNSEEN = frozenset({Act.LOOK, Act.CALL, Act.OVERDUE})  # not part of what a resident needs to follow


def press(case: Case, act: Act) -> str:
    """Button data for an act on a case."""
    return f"c:{case.id}:{act}"


def hides(town: Town, case: Case) -> bool:
    """Whether the handler must not learn who reported."""
    return case.anonymous or town.kind(case.kind).hidden


def _title(town: Town, case: Case) -> str:
    kind = town.kind(case.kind)
    return town.texts("case.title", icon=kind.icon, kind=kind.name, number=case.number)


def _about(town: Town, case: Case) -> list[str]:
    t = town.texts
    return [
        _title(town, case),
        t("case.place", place=case.place),
        t("case.words", words=case.words or t("case.no_words")),
    ]


def worker_card(
    town: Town,
    case: Case,
    viewer_id: int | None,
    reporter: Person,
    now: datetime,
    photos: tuple[Attachment, ...] = (),
    *,
    fresh: bool = False,
) -> Outgoing:
    """The one card a worker or desk has of a case; its buttons are those of its state and of this viewer."""
    t = town.texts
    lines = _about(town, case)
    if case.urgency is not Urgency.NORMAL:
        lines.insert(1, t(f"case.urgency_{case.urgency}"))
    if case.slot:
        lines.append(t("case.slot", slot=case.slot, hand_over=case.hand_over))
    if hides(town, case):
        lines.append(t("case.anonymous"))
    else:
        name = mask_name(reporter.name) or t("case.nobody")
        lines.append(t("case.reporter", name=name, phone=mask_phone(reporter.phone)))
    lines.append(_standing(town, case, viewer_id, now))
    mine = case.handler_id in {None, viewer_id} or case.state is State.DISPUTED
    acts = _STAFF_ACTS.get(case.state, ()) if mine else ()
    buttons = tuple(Button(t(f"case.do_{act}"), press(case, act)) for act in acts)
    return Outgoing("\n".join(lines), buttons, photos, card=f"case:{case.id}", fresh=fresh)


def _standing(town: Town, case: Case, viewer_id: int | None, now: datetime) -> str:
    t = town.texts
    if case.state is State.OPEN:
        return t("case.accept_by", time=say_time(t, town.clocks, case.accept_by, now))
    if case.state is State.ACCEPTED:
        time = say_time(t, town.clocks, case.finish_by, now)
        if case.handler_id == viewer_id:
            return t("case.finish_by", time=time)
        return t("case.taken_by", name=town.staff_name(case.handler_id), time=time)
    return t(f"case.is_{case.state}")


def filed(town: Town, case: Case, now: datetime) -> Outgoing:
    """What the resident hears at once: the number, who has it, until when, and what comes next."""
    t = town.texts
    text = t(
        f"case.filed_{case.service}",
        number=case.number,
        role=town.role_name(case.owner_role),
        accept=say_time(t, town.clocks, case.accept_by, now),
        finish=say_time(t, town.clocks, case.finish_by, now),
    )
    return Outgoing(text)


def grading(town: Town, case: Case) -> tuple[Button, ...]:
    """The five grades of this round."""
    t = town.texts
    return numbered(*((t(f"rating.grade_{grade}"), f"c:{case.id}:grade:{case.round}.{grade}") for grade in _GRADES))


def solving(town: Town, case: Case) -> Outgoing:
    """The second question of the rating."""
    t = town.texts
    options = ((t(f"rating.{value}"), f"c:{case.id}:solved:{case.round}.{value}") for value in _SOLVED)
    return Outgoing(t("rating.ask_solved"), numbered(*options))


def news(town: Town, case: Case, act: Act, words: str, now: datetime, photos: tuple[Attachment, ...] = ()) -> Outgoing:
    """One change of state, told to the resident."""
    t = town.texts
    text = t(
        f"case.news_{act}",
        number=case.number,
        role=town.role_name(case.owner_role),
        name=mask_name(town.staff_name(case.handler_id)),
        words=words,
        finish=say_time(t, town.clocks, case.finish_by, now),
    )
    buttons: tuple[Button, ...] = ()
    if act is Act.FINISH:
        buttons = grading(town, case)
    elif act is Act.RELAY:
        buttons = (Button(t("case.reply"), press(case, Act.ADD)),)
    return Outgoing(text, buttons, photos)


def history(town: Town, case: Case, events: Sequence[Event], now: datetime) -> Outgoing:
    """The case in words for its reporter, oldest first, with what they can do."""
    t = town.texts
    lines = [*_about(town, case), *(line for event in events if (line := _line(town, event, now)))]
    lines.append(t(f"case.now_{case.state}", finish=say_time(t, town.clocks, case.finish_by, now)))
    text = "\n".join(lines)
    if case.state is State.FINISHED:
        return Outgoing(text, grading(town, case))
    options = [(t(f"case.can_{act}"), press(case, act)) for act in _RESIDENT_ACTS.get(case.state, ())]
    return Outgoing(text, numbered(*options, (t("case.to_mine"), "m:mine")))


def _line(town: Town, event: Event, now: datetime) -> str:
    t, key = town.texts, f"case.event_{event.act}"
    if key not in t or event.act in _UNSEEN:
        return ""
    words = event.words
    if event.act is Act.RATE:
        words = t(f"rating.grade_{words}" if words.isdigit() else f"rating.{words}")
    name = mask_name(town.staff_name(event.actor_id))
    return t(key, time=say_time(t, town.clocks, event.at, now), name=name, words=words)


def listing(town: Town, cases: Sequence[Case], which: str) -> Outgoing:
    """A list with a button for each case; `which` is "mine" or "work"."""
    t = town.texts
    if not cases:
        return Outgoing(t(f"case.none_{which}"), menu=True)
    options = (
        (
            t(
                f"case.in_{which}",
                number=case.number,
                kind=town.kind(case.kind).name,
                state=t(f"case.state_{case.state}"),
                place=case.place,
            ),
            f"c:{case.id}:show",
        )
        for case in cases
    )
    return Outgoing(t(f"case.list_{which}", count=len(cases)), numbered(*options))
