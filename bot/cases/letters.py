"""What residents read of a case: its number, each change, its history in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.cases.cards import about, due, petition_detail, press
from bot.cases.lifecycle import CRY, MOST_UPHELD, SAID, Act, Case, Event, Petition, State
from bot.cases.records import Look
from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Button, Outgoing
from bot.people.people import mask_name
from bot.town import Town, say_time
from bot.triage.kinds import Service

_GRADES = (5, 4, 3, 2, 1)
SOLVED = ("solved", "partly", "unsolved")
_ACTS: dict[State, tuple[Act, ...]] = {
    State.OPEN: (Act.ADD, Act.URGE, Act.WITHDRAW),
    State.ACCEPTED: (Act.ADD, Act.URGE, Act.WITHDRAW),
    State.WAITING: (Act.ADD, Act.WITHDRAW),
    State.SHELVED: (Act.ADD, Act.URGE, Act.WITHDRAW),
    State.DISPUTED: (Act.ADD,),
    State.CLOSED: (Act.DISPUTE,),
    State.REFUSED: (Act.DISPUTE,),
    State.MERGED: (Act.ADD,),
}


def filed(town: Town, case: Case, now: datetime) -> Outgoing:
    """What the resident hears at once: the number, who has it, until when, and what comes next."""
    t = town.texts
    text = t(
        f"case.filed_{case.service}",
        number=case.number,
        role=town.role_name(case.owner_role),
        accept=due(town, case, case.accept_by, now),
        finish=due(town, case, case.finish_by, now),
    )
    advice = f"case.advice_{case.kind}"
    return Outgoing(f"{text}\n{t(advice)}" if advice in t else text)


def grading(town: Town, case: Case) -> tuple[Button, ...]:
    """The five grades of this round; who called for help says whether they are all right instead."""
    t = town.texts
    if case.kind == CRY:
        return numbered(*((t(f"elders.{answer}"), f"k:{case.id}:{answer}") for answer in ("well", "unwell")))
    return numbered(*((t(f"rating.grade_{grade}"), f"c:{case.id}:grade:{case.round}.{grade}") for grade in _GRADES))


def solving(town: Town, case: Case) -> Outgoing:
    """The second question of the rating."""
    t = town.texts
    options = ((t(f"rating.{value}"), f"c:{case.id}:solved:{case.round}.{value}") for value in SOLVED)
    return Outgoing(t("rating.ask_solved"), numbered(*options))


def news(town: Town, case: Case, act: Act, words: str, now: datetime, photos: tuple[Attachment, ...] = ()) -> Outgoing:
    """One change of state, told to the resident."""
    t = town.texts
    text = t(
        "elders.are_you_well" if act is Act.FINISH and case.kind == CRY else f"case.news_{act}",
        number=case.number,
        role=town.role_name(case.owner_role),
        name=mask_name(town.staff_name(case.handler_id)),
        words=words,
        finish=due(town, case, case.finish_by, now),
    )
    buttons: tuple[Button, ...] = ()
    if act is Act.FINISH:
        buttons = grading(town, case)
    elif act in {Act.RELAY, Act.ASK}:
        buttons = (Button(t("case.reply"), press(case, Act.ADD)),)
    return Outgoing(text, buttons, photos)


def granted(town: Town, case: Case, asked: Petition, now: datetime) -> Outgoing:
    """What a granted petition means for the resident: later, shelved until a day, another door."""
    t = town.texts
    text = t(
        f"case.granted_{asked.act}",
        number=case.number,
        words=asked.words,
        detail=petition_detail(town, asked),
        finish=due(town, case, case.finish_by, now),
    )
    buttons = (Button(t("case.can_review"), press(case, Act.DISPUTE)),) if asked.act is Act.REFUSE else ()
    return Outgoing(text, buttons)


def history(town: Town, case: Case, events: Sequence[Event], now: datetime) -> Outgoing:
    """The case in words, oldest first, with what its reporter can do."""
    t = town.texts
    told = (line(town, event, now) for event in events if event.act not in SAID or event.actor_id == case.reporter_id)
    lines = [*about(town, case, whole=True), *(each for each in told if each)]
    lines.append(t(f"case.now_{case.state}", finish=due(town, case, case.finish_by, now)))
    text = "\n".join(lines)
    if case.state is State.FINISHED:
        return Outgoing(text, grading(town, case))
    heard = sum(event.act is Act.UPHOLD and event.round == case.round for event in events) >= MOST_UPHELD
    acts = [act for act in _ACTS.get(case.state, ()) if not (heard and act is Act.DISPUTE)]
    options = [(t(f"case.can_{act}"), press(case, act)) for act in acts]
    if any(event.act is Act.LOOK for event in events):
        options.append((t("case.can_see_looks"), f"c:{case.id}:looks"))
    return Outgoing(text, numbered(*options, (t("case.to_mine"), "m:mine")))


def lookers(town: Town, case: Case, looks: Sequence[Look], now: datetime) -> Outgoing:
    """谁看过我的信息: who looked at the contact, when and why."""
    t = town.texts
    back = numbered((t("case.to_case"), f"c:{case.id}:show"))
    if not looks:
        return Outgoing(t("case.nobody_looked"), back)
    lines = [
        t(
            "case.looked",
            time=say_time(t, town.clocks, look.at, now),
            name=town.staff_name(look.person_id)
            or t("errand.a_helper" if case.service == Service.ERRAND else "case.a_colleague"),
            why=look.why,
        )
        for look in looks
    ]
    return Outgoing("\n".join((t("case.looks", number=case.number), *lines)), back)


def line(town: Town, event: Event, now: datetime) -> str:
    """One event as its reporter or a follower reads it, staff by their family name; "" for what is not told to them."""
    t, key = town.texts, f"case.event_{event.act}"
    if key not in t:
        return ""
    words = event.words
    if event.act is Act.DISPUTE and event.from_state == State.REFUSED:
        key = "case.event_review"
    if event.act is Act.LOOK and words == t("errand.look_why"):
        key = "errand.event_look"
    if event.act is Act.RATE:
        words = t(f"rating.grade_{words}" if words.isdigit() else f"rating.{words}")
    name = mask_name(town.staff_name(event.actor_id)) or t("errand.a_helper")
    return t(key, time=say_time(t, town.clocks, event.at, now), name=name, words=words)
