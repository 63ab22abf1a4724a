"""How a case moves between owners: returned, raised, dispatched, reopened, given another kind.

A return goes to the desk above; after two the next level decides, and the finish deadline runs on all the while: who
had it first stays responsible (首接负责). Whoever gave a case back, or had it in the round before, is not called again.
"""

from dataclasses import replace

from bot.cases import cards, letters, timing
from bot.cases.disputes import barred
from bot.cases.doing import Doing, Replies
from bot.cases.levels import desk_rank, level, rank, seat
from bot.cases.lifecycle import MAX_RETURNS, Case, State
from bot.cases.notices import call, hand_over, show_all, tell_residents
from bot.cases.rights import roles_for
from bot.chat.messages import Outgoing
from bot.chat.warning import advice
from bot.errors import NotAllowed
from bot.grid.directory import UnitKind
from bot.grid.routing import Owner
from bot.triage.kinds import Kind, Urgency
from bot.triage.records import Correction


async def give_back(doing: Doing) -> Replies:
    """退回: the desk above decides whose it is, the level above that after two returns."""
    case = doing.case
    above = _above(doing, case) + (1 if case.returns >= MAX_RETURNS else 0)
    owner = doing.town.routing.superior_desk(
        seat(doing.town, case), doing.today, frozenset({doing.person.id}), above=above
    )
    whose = doing.town.unit(int(doing.wish.value)) if doing.wish.value.isdigit() else None
    if whose is not None:
        said = doing.texts("case.whose", words=doing.wish.words, unit=whose.name)
        doing = replace(doing, wish=replace(doing.wish, words=said))
    return await _to(doing, owner, returned=1)


async def lift(doing: Doing) -> Replies:
    """上报: the grid, or a desk, cannot settle it; the next level gets it with the reason."""
    above = _above(doing, doing.case)
    who = frozenset({doing.person.id})
    at = seat(doing.town, doing.case)
    return await _to(doing, doing.town.routing.superior_desk(at, doing.today, who, above=above))


async def dispatch(doing: Doing) -> Replies:
    """派单: a desk names the unit that is to do it, perhaps its own. `value` is the unit's id."""
    value, case = doing.wish.value, doing.case
    unit = doing.town.unit(int(value)) if value.isdigit() else None
    if unit is None or unit.kind in {UnitKind.COMPOUND, UnitKind.BUILDING, UnitKind.DOOR}:
        raise NotAllowed("case.no_such_unit")
    if case.state is State.DISPUTED:  # Another round, not by who was found wanting.
        without = await _fair(doing)
        return await _anew(doing, doing.town.routing.of_unit(unit.id, doing.today, without))
    owner = doing.town.routing.of_unit(unit.id, doing.today)
    mine = doing.person.id in owner.people
    if mine and (case.owner_id, case.owner_role) == (owner.unit_id, owner.role):
        raise NotAllowed("case.yours_already")  # Passing it round in a ring would only set its clock back.
    return await _to(doing, owner, kept=mine)


async def reopen(doing: Doing) -> Replies:
    """重办: another round, by the owner's people except who had it, else the next of the ladder."""
    case = doing.case
    await _fair(doing)
    owner = doing.town.routing.owner(case.unit_id, doing.town.kind(case.kind), doing.today)
    steps = (owner, *doing.town.routing.ladder(owner, case.unit_id, doing.today))
    others = (replace(step, people=tuple(p for p in step.people if p != case.handler_id)) for step in steps)
    return await _anew(doing, next((step for step in others if step.people), owner))


async def retype(doing: Doing) -> Replies:
    """改类别: the words stay, the kind and its deadlines change, and the triage learns from it at night."""
    kind = doing.town.kinds.by_code.get(doing.wish.value)
    if kind is None or kind.service != doing.case.service:
        raise NotAllowed("case.no_such_kind")
    if kind.code == doing.case.kind:
        raise NotAllowed("case.same_kind")
    case, town = doing.case, doing.town
    words = f"{town.kind(case.kind).name} → {kind.name}"
    # Who was promised that nobody learns of them is not named by another kind.
    after = replace(case, kind=kind.code, urgency=_urgency(doing, kind), anonymous=cards.hides(town, case))
    due = not after.ended and after.finished_at is None
    if due:
        after = await timing.retyped(doing.records, town, after, case.urgency, doing.now)
    after = await doing.move(after, words)
    learnt = Correction(after.id, after.words, case.kind, kind.code, doing.person.id, doing.now)
    await doing.records.lessons.correct(learnt)
    if due and after.urgency.above(case.urgency):
        await _alarm(doing, after)
    else:
        await show_all(doing.records, town, after, doing.now)
    return doing.done("case.retyped", kind=kind.name)


def _urgency(doing: Doing, kind: Kind) -> Urgency:
    """As the new kind's; but danger in the resident's words stays, until somebody takes a kind of emergency off the case."""
    was = doing.town.kind(doing.case.kind)
    if was.urgency is not Urgency.EMERGENCY and doing.town.triage.read(doing.case.words).danger is not None:
        return Urgency.EMERGENCY
    return kind.urgency


async def _alarm(doing: Doing, after: Case) -> None:
    """It is more urgent than anybody knew: whoever has it and whoever answers for such a kind is called at once, by night too."""
    records, town, now = doing.records, doing.town, doing.now
    called = await records.cases.assigned(after.id, after.round)
    awake = frozenset(a.person_id for a in called if a.ended_at is None)
    if after.state is State.OPEN:
        owner = town.routing.owner(after.unit_id, town.kind(after.kind), doing.today)
        await call(
            records, town, after, replace(owner, people=tuple(dict.fromkeys((*owner.people, *sorted(awake))))), now
        )
    else:
        await show_all(records, town, after, now, awake)
    if after.urgency is Urgency.EMERGENCY:
        text = f"{advice(town.texts, after.kind)}\n{town.texts('case.found_urgent', number=after.number)}"
        await tell_residents(records, after, Outgoing(text), now)


async def _fair(doing: Doing) -> frozenset[int]:
    """Raise NotAllowed for who had a hand in what is disputed; gives whose work was found wanting.

    Who only asked for a refusal did no work.
    """
    case = doing.case
    if doing.person.id in await barred(doing.records, case):
        raise NotAllowed("case.not_your_own")
    return frozenset({case.handler_id} if case.handler_id is not None and case.finished_at is not None else ())


def _above(doing: Doing, case: Case) -> int:
    """How many desks to pass over: those up to the owner's own level, and up to who raises it from a desk."""
    own = max((desk_rank(role) for role in roles_for(doing.town, doing.person.id, case, doing.today)), default=-1)
    return max(rank(level(doing.town, case.owner_id, case.owner_role)), 0, own)


async def _to(doing: Doing, owner: Owner, returned: int = 0, *, kept: bool = False) -> Replies:
    """Give the case to another owner in the same round; the finish deadline stays as promised.

    `kept`: to the very desk that passes it on, which takes it for its own.
    """
    case = doing.case
    if case.resting:
        case = await timing.resume(doing.records, doing.town, case, doing.now)
    after = replace(case, state=doing.case.after(doing.wish.act), owner_id=owner.unit_id, owner_role=owner.role)
    after = replace(after, handler_id=None, accepted_at=None, returns=case.returns + returned)
    after = await timing.handed_on(doing.records, doing.town, after, doing.now)
    replies = await _pass(doing, after, owner)
    return doing.done("case.kept") if kept else replies


async def _anew(doing: Doing, owner: Owner) -> Replies:
    """Begin another round with clocks of its own."""
    case = doing.case
    after = replace(case, state=case.after(doing.wish.act), owner_id=owner.unit_id, owner_role=owner.role)
    after = replace(
        after, handler_id=None, accepted_at=None, finished_at=None, closed_at=None, decide_by=None,
        round=case.round + 1, extra_hours=0,
    )  # fmt: skip
    after = await timing.start(doing.records, doing.town, after, doing.now)
    return await _pass(doing, after, owner, "reopen")


async def _pass(doing: Doing, after: Case, owner: Owner, why: str = "") -> Replies:
    records, town, now = doing.records, doing.town, doing.now
    after = await doing.move(after)
    await hand_over(records, town, doing.case, after, owner, now, why)
    news = letters.news(town, after, doing.wish.act, doing.wish.words, now)
    await tell_residents(records, after, news, now)
    return doing.done("case.passed", owner=town.post_name(owner.unit_id, owner.role))
