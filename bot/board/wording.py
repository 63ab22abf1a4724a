"""What the board says, as plain strings for a page: nobody who reported has a name here, and no phone is whole."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.board.board import Overview, Queue, Trail
from bot.board.records import QueueCase
from bot.cases.lifecycle import FIRST_NUMBER, Act, Event, State
from bot.cases.rights import MAY, STAFF
from bot.digests.helping import Share
from bot.digests.rates import Rate
from bot.digests.records import FLOW
from bot.people.people import hide_phones
from bot.town import Town, say_span, say_time
from bot.triage.kinds import Urgency

_SHADES = 4
_HELPED = frozenset({"done", "by_helper", "visited", "meals", "answered_soon"})  # the sheet has all


@dataclass(frozen=True, slots=True)
class Cell:
    """Open cases of one level and age. `shade` 0 to 4 says how many that is beside the others."""

    count: int
    late: int
    shade: int


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the queue."""

    number: int
    kind: str
    place: str
    state: str
    holder: str
    due: str
    late: bool
    urgent: str
    called: bool = False
    helps: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Who held a case and for how long, and what began it."""

    holder: str
    state: str
    span: str
    since: str
    why: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: when, who, what and their words."""

    time: str
    who: str
    what: str
    words: str


def flow(town: Town, overview: Overview) -> list[tuple[str, int]]:
    """(what, how often) of today."""
    return [(town.texts(f"board.flow_{act}"), overview.today.get(act, 0)) for act in FLOW]


def levels(town: Town, overview: Overview) -> list[tuple[str, str, list[Cell]]]:
    """(level's code, name, its cells by age)."""
    most = max((count for ages in overview.levels.values() for count, _ in ages), default=0)
    return [
        (level, town.texts(f"digest.level_{level}"), [Cell(count, late, shade(count, most)) for count, late in ages])
        for level, ages in overview.levels.items()
    ]


def shade(count: int, most: int) -> int:
    """0 for none, else 1 to 4."""
    return 0 if not count else 1 + (_SHADES - 1) * count // max(most, 1)


def three(town: Town, rates: tuple[Rate, ...]) -> list[tuple[str, str, str]]:
    """(name, percent, its name with numerator, denominator and what was left out)."""
    found = []
    for rate in rates:
        name = town.texts(f"digest.rate_{rate.name}")
        key = f"board.rate{'_none' * (rate.percent is None)}{'_left' * bool(rate.left_out)}"
        said = town.texts(key, name=name, above=rate.numerator, below=rate.denominator, left=rate.left_out)
        found.append((name, "–" if rate.percent is None else f"{rate.percent}%", said))
    return found


def helped(town: Town, shares: Iterable[Share]) -> list[tuple[str, str]]:
    """(numerator and denominator, what it is) of errands and care."""
    return [
        (
            str(share.above) if share.below is None else f"{share.above}/{share.below}",
            town.texts(f"digest.help_name_{share.name}"),
        )
        for share in shares
        if share.name in _HELPED
    ]


def lines(town: Town, queue: Queue) -> list[Line]:
    """The queue's lines."""
    return [
        replace(_line(town, case, queue.now), called=case.id in queue.called, helps=case.id in queue.helping)
        for case in queue.cases
    ]


def _line(town: Town, case: QueueCase, now: datetime) -> Line:
    kind = town.kind(case.kind)
    timed = case.state in {State.OPEN, State.ACCEPTED, State.DISPUTED}
    late = timed and case.due is not None and case.due < now  # as the figures count it
    urgent = "" if case.urgency == Urgency.NORMAL else town.texts(f"board.urgency_{case.urgency}")
    if not timed:
        due = town.texts("board.rests")
    elif case.due is None:
        due = ""
    elif late:
        due = town.texts("board.late_by", span=say_span(town.texts, now - case.due))
    else:
        due = say_time(town.texts, town.clocks, case.due, now)
    return Line(
        FIRST_NUMBER + case.id,
        f"{kind.icon}{kind.name}",
        hide_phones(case.place),
        town.texts(f"board.state_{case.state}"),
        holder(town, case.owner_id, case.owner_role, case.handler_id),
        due,
        late,
        urgent,
    )


def holder(town: Town, owner_id: int, role: str, handler_id: int | None) -> str:
    """第一网格网格员 李建国: staff are named to their colleagues."""
    return f"{town.post_name(owner_id, role, whole=True)} {town.staff_name(handler_id)}".rstrip()


def due(town: Town, trail: Trail) -> str:
    """When it must be accepted, finished or decided, "" where no clock runs."""
    case = trail.case
    moments = {State.OPEN: case.accept_by, State.ACCEPTED: case.finish_by, State.DISPUTED: case.decide_by}
    moment = moments.get(case.state)
    if moment is None:
        return ""
    if moment < trail.now:
        return town.texts("board.late_by", span=say_span(town.texts, trail.now - moment))
    return town.texts("board.due_by", time=say_time(town.texts, town.clocks, moment, trail.now))


def stretches(town: Town, trail: Trail) -> list[Stretch]:
    """Who held it, how long, and why it came to them."""
    t = town.texts
    return [
        Stretch(
            holder(town, held.owner_id, held.role, held.handler_id),
            t(f"board.state_{held.state}"),
            say_span(t, held.span),
            say_time(t, town.clocks, held.since, trail.now),
            t("board.because", what=t(f"board.act_{held.act}"), words=hide_phones(_short(held.why)))
            if held.why
            else t(f"board.act_{held.act}"),
        )
        for held in trail.held
    ]


def happenings(town: Town, trail: Trail) -> list[Happening]:
    """Everything that happened, in order."""
    return [
        Happening(
            say_time(town.texts, town.clocks, event.at, trail.now),
            _who(town, trail, event),
            town.texts(f"board.act_{event.act}"),
            _words(town, event),
        )
        for event in trail.events
    ]


def _words(town: Town, event: Event) -> str:
    """What was said with it: a grade by its name, the first words not at all, for they stand above."""
    if event.act is Act.RATE and event.words:
        return town.texts(f"rating.grade_{event.words}" if event.words.isdigit() else f"rating.{event.words}")
    return "" if event.act is Act.FILE else hide_phones(event.words)


def _who(town: Town, trail: Trail, event: Event) -> str:
    """Staff by name and post; who reported is a resident; the clock is the clock."""
    if event.actor_id is None:
        return town.texts("board.clock")
    # A worker who reports is a resident in what they do as one.
    theirs = event.act is Act.FILE or not MAY.get(event.act, STAFF) & STAFF
    name = town.staff_name(event.actor_id)
    if theirs or event.actor_id == trail.case.reporter_id or not name:
        return town.texts("board.resident")
    return f"{town.role_name(event.actor_role)} {name}" if event.actor_role else name


def _short(words: str, longest: int = 40) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
