"""What staff see of a case: the one card, what more they can do, what is asked of them, who held it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.cases.clocks import HOURS_A_DAY
from bot.cases.holdings import holdings
from bot.cases.levels import level, loop
from bot.cases.lifecycle import Act, Assist, Case, Event, Petition, State, Supervision
from bot.cases.records import CallBack
from bot.cases.rights import Relation, refusal, relations
from bot.cases.timing import provisional
from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Button, Outgoing
from bot.people.people import Person, hide_phones, mask_name, mask_phone
from bot.town import Town, say_span, say_time
from bot.triage.kinds import Service, Urgency

# One card, one tap: the first buttons of each state; everything else is behind 更多.
FIRST: dict[State, tuple[Act, ...]] = {
    State.OPEN: (Act.ACCEPT, Act.DISPATCH, Act.RETURN),
    State.ACCEPTED: (Act.FINISH, Act.PROGRESS, Act.RELAY, Act.LOOK),
    State.WAITING: (Act.RESUME, Act.FINISH, Act.LOOK),
    State.SHELVED: (Act.RESUME, Act.PROGRESS, Act.FINISH),
    State.DISPUTED: (Act.REOPEN, Act.UPHOLD, Act.DISPATCH),
}
MORE = (
    Act.ASK, Act.RELAY, Act.LOOK, Act.PROGRESS, Act.RAISE, Act.RETURN, Act.DISPATCH, Act.WHISTLE, Act.EXTEND,
    Act.SHELVE, Act.RETYPE, Act.REFUSE, Act.VOID, Act.EXCLUDE, Act.MERGE, Act.UNMERGE, Act.SUPERVISE, Act.ANSWER,
    Act.RESUME,
)  # fmt: skip
OUTCOMES = ("satisfied", "unsatisfied", "unreachable")  # of a call-back: 满意, 不满意, 联系不上
_SHORT = 200  # characters of the resident's words on a card


@dataclass(frozen=True, slots=True)
class Help:
    """What stands beside a case: units that help, what is asked of the level above, what is supervised.

    `objections` is what the resident said of a round that they dispute, for whoever decides and nobody else.
    """

    assists: Sequence[Assist] = ()
    petitions: Sequence[Petition] = ()
    supervisions: Sequence[Supervision] = ()
    objections: str = ""


def press(case: Case, act: Act) -> str:
    """Button data for an act on a case."""
    return f"c:{case.id}:{act}"


def hides(town: Town, case: Case) -> bool:
    """Whether the handler must not learn who reported."""
    return case.anonymous or town.kind(case.kind).hidden


def reachable(town: Town, case: Case, reporter: Person) -> bool:
    """Whether there is a contact to look at."""
    return bool(reporter.phone) and not hides(town, case)


def about(town: Town, case: Case, *, whole: bool = False) -> list[str]:
    """What it is, where, and the resident's words; phone numbers in them are masked but for `whole`."""
    t = town.texts
    kind = town.kind(case.kind)
    place, words = (case.place, case.words) if whole else (hide_phones(case.place), hide_phones(case.words))
    return [
        t("case.title", icon=kind.icon, kind=kind.name, number=case.number),
        t("case.place", place=town.with_room(place, case.room)),
        t("case.words", words=shortly(words) or t("case.no_words")),
    ]


def shortly(words: str) -> str:
    """Words as a card has room for; the whole of them is behind 更多."""
    return words if len(words) <= _SHORT else words[:_SHORT].rstrip() + "…"


def worker_card(
    town: Town,
    case: Case,
    viewer_id: int | None,
    reporter: Person,
    now: datetime,
    photos: tuple[Attachment, ...] = (),
    *,
    fresh: bool = False,
    help_: Help | None = None,
    standing: frozenset[Relation] | None = None,
) -> Outgoing:
    """The one card a worker or desk has of a case; its buttons are those of its state and of this viewer.

    `viewer_id` None is a staff group, where whoever presses is asked who they are. Without `standing` the viewer is one
    of those called.
    """
    t = town.texts
    if standing is None:
        standing = frozenset({Relation.CALLED})
        if viewer_id is not None:
            standing |= relations(town, viewer_id, case, town.clocks.today(now))
    holds = bool(standing & {Relation.HANDLER, Relation.VOLUNTEER})
    lines = about(town, case, whole=holds)
    if viewer_id is None or (case.handler_id is not None and not holds):
        lines[1] = t("case.place", place=hide_phones(case.place))  # The room is for who goes there.
    if case.urgency is not Urgency.NORMAL:
        lines.insert(1, t(f"case.urgency_{case.urgency}"))
    if case.slot:
        lines.append(t("case.slot", slot=case.slot, hand_over=case.hand_over))
    if hides(town, case):
        lines.append(t("case.anonymous"))
    elif viewer_id is not None:
        name = mask_name(reporter.name) or t("case.nobody")
        lines.append(t("case.reporter", name=name, phone=mask_phone(reporter.phone)).rstrip())
    lines += _beside(town, case, help_, now) if help_ is not None else []
    if help_ is not None and help_.objections and judges(standing):
        lines.append(t("case.objections", words=shortly(help_.objections)))
    lines.append(_standing(town, case, now, mine=holds))
    acts = [act for act in FIRST.get(case.state, ()) if not refusal(act, case, standing)]
    acts = [act for act in acts if act is not Act.LOOK or reachable(town, case, reporter)]
    buttons = [Button(t(f"case.do_{act}"), press(case, act)) for act in acts]
    if viewer_id is not None and (case.handler_id is None or standing & {Relation.HANDLER, Relation.DESK}):
        buttons.append(Button(t("case.do_more"), f"c:{case.id}:more"))
    return Outgoing("\n".join(lines), tuple(buttons), photos, card=f"case:{case.id}", fresh=fresh)


def passed_on(town: Town, case: Case) -> Outgoing:
    """What is left of the card of who gave a case back or lost it: to whom it went."""
    to = town.texts("case.card_passed", owner=town.post_name(case.owner_id, case.owner_role))
    return Outgoing(f"{about(town, case)[0]}\n{to}", card=f"case:{case.id}")


def _standing(town: Town, case: Case, now: datetime, *, mine: bool) -> str:
    t = town.texts
    if case.state is State.OPEN:
        # Whoever is called after others did not accept cannot accept by yesterday.
        key = "case.accept_by" if now < case.accept_by else "case.accept_late"
        return t(key, time=due(town, case, case.accept_by, now))
    if case.state is State.ACCEPTED:
        time = due(town, case, case.finish_by, now)
        if mine:
            return t("case.finish_by" if now < case.finish_by else "case.finish_late", time=time)
        # Of people without a post helpers take errands, and a family goes to its elder.
        other = t("errand.a_helper" if case.service == Service.ERRAND else "elders.family")
        return t("case.taken_by", name=town.staff_name(case.handler_id) or other, time=time)
    if case.state is State.DISPUTED and case.decide_by is not None:
        # What was never finished was refused, and is looked at again.
        key = "case.decide_by" if case.finished_at is not None else "case.review_by"
        return t(key, time=due(town, case, case.decide_by, now))
    return t(f"case.is_{case.state}", name=town.staff_name(case.handler_id))


def due(town: Town, case: Case, moment: datetime, now: datetime) -> str:
    """A deadline in words; 暂定 where it counts working days of a year whose holidays are not known yet."""
    said = say_time(town.texts, town.clocks, moment, now)
    return town.texts("case.provisional", time=said) if provisional(town, case, moment) else said


def _beside(town: Town, case: Case, help_: Help, now: datetime) -> list[str]:
    """Who helps and how far they are; what is asked for and can still be granted; what is supervised."""
    t, lines = town.texts, []
    for assist in help_.assists:
        state = "done" if assist.done_at else "there" if assist.reported_at else "called"
        unit = town.unit(assist.unit_id)
        time = say_time(t, town.clocks, assist.done_at or assist.reported_at or assist.due, now)
        lines.append(t(f"case.assist_{state}", unit=unit.name if unit else "", time=time, words=assist.words))
    pending = (petition for petition in help_.petitions if petition.waits(case) and case.can(petition.act))
    lines += [t("case.petition_open", what=t(f"case.petition_{petition.act}")) for petition in pending]
    for supervision in help_.supervisions:
        if supervision.answered_at is None:
            time = say_time(t, town.clocks, supervision.due, now)
            lines.append(t("case.supervised_open", words=supervision.words, time=time))
    return lines


def more(town: Town, case: Case, acts: Iterable[Act], *, silent: bool | None = None) -> Outgoing:
    """What else can be done now, one act a button. `silent` says whether the reporter is muted, to who may decide it."""
    t = town.texts
    shown = [(t(f"case.more_{act}"), press(case, act)) for act in acts]
    if len(case.words) > _SHORT:
        shown.append((t("case.more_words"), f"c:{case.id}:words"))
    shown.append((t("case.more_trail"), f"c:{case.id}:trail"))
    if silent is not None:
        shown.append((t("limits.lift"), f"c:{case.id}:unhush") if silent else (t("limits.hush"), f"c:{case.id}:hush"))
    return Outgoing(t("case.more", number=case.number), numbered(*shown))


def whole_words(town: Town, case: Case, *, whole: bool) -> Outgoing:
    """All that the resident said, where the card had no room for it; phone numbers in it are masked but for `whole`."""
    t = town.texts
    words = case.words if whole else hide_phones(case.words)
    text = t("case.words", words=words or t("case.no_words"))
    return Outgoing(text, numbered((t("case.to_card"), f"c:{case.id}:show")))


def helper_card(town: Town, case: Case, unit_id: int, words: str = "", *, reported: bool = False) -> Outgoing:
    """What a unit that was whistled for sees: the matter, and 报到 or what it did. Nobody's contact is in it."""
    t = town.texts
    unit = town.unit(unit_id)
    lines = [
        t("case.whistle", unit=unit.name if unit else ""),
        *about(town, case)[:1],
        t("case.place", place=hide_phones(case.place)),
    ]
    lines.append(t("case.words", words=words or hide_phones(case.words) or t("case.no_words")))
    lines.append(t("case.reported" if reported else "case.report_within"))
    act = Act.ASSIST if reported else Act.REPORT_IN
    buttons = (Button(t(f"case.do_{act}"), press(case, act)),)
    return Outgoing("\n".join(lines), buttons, card=f"help:{case.id}:{unit_id}", fresh=not reported)


def petition_card(town: Town, case: Case, asked: Petition, now: datetime) -> Outgoing:
    """What the desk that decides sees: what is asked, why, and 同意 or 不同意."""
    t = town.texts
    lines = [
        t("case.asked", name=town.staff_name(asked.asked_by), what=t(f"case.petition_{asked.act}")),
        *about(town, case),
        t("case.asked_why", detail=petition_detail(town, asked), words=asked.words),
        t("case.finish_was", time=due(town, case, case.finish_by, now)),
    ]
    buttons = [Button(t(f"case.do_{act}"), press(case, act)) for act in (Act.GRANT, Act.DENY)]
    buttons.append(Button(t("case.more_trail"), f"c:{case.id}:trail"))
    return Outgoing("\n".join(lines), tuple(buttons), card=f"ask:{asked.id}", fresh=True)


def petition_detail(town: Town, asked: Petition) -> str:
    """What is asked in words: 2天, 12月1日, 法院."""
    t = town.texts
    if asked.act is Act.EXTEND and asked.value.isdigit():
        days = int(asked.value) / HOURS_A_DAY
        return t("case.days", days=f"{days:g}")
    if asked.act is Act.SHELVE:
        day = date.fromisoformat(asked.value)
        return t("times.date", month=day.month, day=day.day)
    return asked.value


def supervision_card(town: Town, case: Case, asked: Supervision, now: datetime) -> Outgoing:
    """What the handler sees of a 督办."""
    t = town.texts
    time = say_time(t, town.clocks, asked.due, now)
    lines = [t("case.supervision", name=town.staff_name(asked.by)), *about(town, case)]
    lines.append(t("case.supervised_open", words=asked.words, time=time))
    button = Button(t(f"case.do_{Act.ANSWER}"), press(case, Act.ANSWER))
    return Outgoing("\n".join(lines), (button,), card=f"sup:{asked.id}", fresh=True)


def call_back_card(town: Town, case: Case, call: CallBack, reporter: Person) -> Outgoing:
    """What who calls back sees: why, the matter, three short questions, and the three outcomes."""
    t = town.texts
    lines = [
        t(f"case.call_back_{call.why}"),
        *about(town, case),
        t("case.call_back_script", name=town.staff_name(case.handler_id)),
    ]
    look = (Button(t("case.do_look"), press(case, Act.LOOK)),)
    buttons = [*(look if reachable(town, case, reporter) else ())]
    buttons += [Button(t(f"case.outcome_{name}"), f"{press(case, Act.CALL_BACK)}:{name}") for name in OUTCOMES]
    return Outgoing("\n".join(lines), tuple(buttons), card=f"back:{call.id}", fresh=True)


def judges(standing: frozenset[Relation]) -> bool:
    """Whether a viewer may read why a resident is not content: a desk, and never who is complained of."""
    return Relation.DESK in standing and Relation.HANDLER not in standing


def objections(case: Case, events: Iterable[Event]) -> str:
    """What the resident said since they disputed this round."""
    said: list[str] = []
    for event in events:
        if event.act is Act.DISPUTE and event.round == case.round:
            said = [event.words]
        elif event.act is Act.ADD and said:
            said.append(event.words)
    return "\n".join(words for words in said if words)


def trail(
    town: Town, case: Case, events: Sequence[Event], now: datetime, standing: frozenset[Relation] = frozenset()
) -> Outgoing:
    """Who held it, how long, and why it moved, oldest first, on one screen; to who judges it, what the resident objects."""
    t, judging = town.texts, judges(standing)
    where = level(town, case.owner_id, case.owner_role)
    lines = [about(town, case)[0], t(f"case.loop_{loop(where)}")]
    for stretch in holdings(events, now):
        unit = town.unit(stretch.owner_id)
        name = town.staff_name(stretch.handler_id)
        lines.append(
            t(
                "case.held",
                time=say_time(t, town.clocks, stretch.since, now),
                act=t(f"case.act_{stretch.act}"),
                who="·".join(part for part in (unit.name if unit else "", name) if part),
                state=t(f"case.state_{stretch.state}"),
                span=say_span(t, stretch.span),
            )
            + (
                t("case.held_why", why=hide_phones(stretch.why).replace("\n", " "))
                if stretch.why and (judging or stretch.act is not Act.DISPUTE)
                else ""
            )
        )
    said = objections(case, events) if judging and case.state is State.DISPUTED else ""
    lines += [t("case.objections", words=said)] if said else []
    return Outgoing("\n".join(lines), numbered((t("case.to_card"), f"c:{case.id}:show")))


def entry(town: Town, case: Case, which: str) -> str:
    """One case in a list; `which` is "mine" or "work"."""
    t, kind = town.texts, town.kind(case.kind).name
    state = t(f"case.state_{case.state}")
    return t(f"case.in_{which}", number=case.number, kind=kind, state=state, place=case.place)


def listing(town: Town, cases: Sequence[Case], which: str) -> Outgoing:
    """A list with a button for each case; `which` is "mine" or "work"."""
    t = town.texts
    if not cases:
        return Outgoing(t(f"case.none_{which}"), menu=True)
    options = ((entry(town, case, which), f"c:{case.id}:show") for case in cases)
    return Outgoing(t(f"case.list_{which}", count=len(cases)), numbered(*options))
