"""一键求助: the emergency number first, then people are called one after the other by minutes until one says 我去."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from bot.care import letters
from bot.care.elder import FAMILY, Alarm, AlarmCall, Elder
from bot.care.step import Step, press, where
from bot.cases import handling
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import CRY, Act, Assignment, Case, State
from bot.cases.notices import call, note, show_all, tell
from bot.cases.opening import open_case
from bot.cases.present import on_shift
from bot.cases.rights import Relation
from bot.chat.conversation import Scene
from bot.chat.messages import Button, Outgoing
from bot.chat.wishes import DoAct, FileCase
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.people.people import Person
from bot.records import Records
from bot.town import Town

TIMER = "care_alarm"
NEXT = timedelta(minutes=2)  # so long each has to answer before the next is called as well
WATCHED = timedelta(days=1)  # so long an unanswered call is looked at every two minutes
ROUNDS = 2  # after the last of the list all are called once more
_ORDER = (Role.GRID_WORKER, Role.UNIT_HEAD, Role.BUILDING_HEAD, Role.COMMUNITY_DESK)


async def sos(step: Step) -> Replies:
    """An elder calls for help. For everybody else: the numbers to call, and how to report."""
    if step.person.elder_id is None:
        return step.say("sos_stranger")
    elder, records = await step.myself(), step.records
    standing = await _standing(records, elder)
    if standing is not None:
        key = "sos_goes" if standing.goes_id is not None else "sos_calling"
        return (Outgoing(step.texts(f"elders.{key}"), letters.help_buttons(step.town)),)
    words = step.wish.words or step.texts("elders.sos_words")
    unit_id = where(step.town, elder)
    place = step.town.directory.full_name(unit_id) if unit_id is not None else ""
    wish = FileCase(
        CRY, words, unit_id, elder.room, place, None, None, "emergency", anonymous=False, attachments=(),
        by_turns=True, distinct=True,
    )  # fmt: skip
    case = await open_case(records, step.town, step.person, wish, step.now)
    calls = await _to_call(records, step.town, elder, case, step.now)
    await records.alarms.add(Alarm(case.id, elder.id, step.now), calls)
    if calls:
        await _call(records, step.town, case, elder, calls, 0, step.now)
    else:
        owner = step.town.routing.owner(case.unit_id, step.town.kind(CRY), step.today)
        await call(records, step.town, case, owner, step.now)
    return (Outgoing(step.texts("elders.sos_heard")), Outgoing(step.texts("elders.sos_then"), _fine(step, case.id)))


def _fine(step: Step, case_id: int) -> tuple[Button, ...]:
    return (Button(step.texts("elders.false_alarm"), press(case_id, "fine")),)


async def _standing(records: Records, elder: Elder) -> Alarm | None:
    """The elder's alarm that is still on; one whose case ended otherwise is over."""
    alarm = await records.alarms.open_of(elder.id)
    case = await records.cases.get(alarm.case_id) if alarm is not None else None
    if alarm is None or case is None:
        return None
    return None if case.ended or case.finished_at is not None else alarm


async def _to_call(records: Records, town: Town, elder: Elder, case: Case, now: datetime) -> list[AlarmCall]:
    """Whom to call, in order, each person once: the family, who answers for the home, the heads, the desk."""
    people: dict[int, tuple[int, str]] = {}
    position = 0
    for kin in await records.kin.of_elder(elder.id):
        if await records.people.reach((kin.person_id,)):
            people[kin.person_id] = (position, FAMILY)
            position += 1
    # Whoever is on shift goes before all who are not; then the others are called as well, for nobody may be left out.
    for there, role in product((True, False), _ORDER):
        found = [p for p in _on_duty(town, where(town, elder), role, now, there=there) if p not in people]
        reached = await records.people.reach(found) if found else {}
        if reached:
            people |= {person: (position, role.value) for person in found if person in reached}
            position += 1
    people.pop(elder.person_id or 0, None)
    return [AlarmCall(case.id, person, place, role) for person, (place, role) in people.items()]


def _on_duty(town: Town, unit_id: int | None, role: Role, now: datetime, *, there: bool) -> list[int]:
    """Who does this post's work for a home: of the nearest unit upward that has one on duty, on shift where `there`."""
    day = town.clocks.today(now)
    for unit in town.directory.upward(unit_id):
        staff = [town.directory.on_duty(post, day) for post in town.directory.posts_at(unit.id, role)]
        found = [person.id for person in staff if person is not None]
        found = [person for person in found if not there or on_shift(town, person, unit.id, now)]
        if found:
            return found
    return []


async def _call(
    records: Records, town: Town, case: Case, elder: Elder, calls: list[AlarmCall], position: int, now: datetime
) -> None:
    """Call those of one place in the order, and set the clock for the next."""
    now_called = [call for call in calls if call.position == position]
    staff = [call for call in now_called if call.role != FAMILY]
    assigned = [Assignment(case.id, case.round, call.person_id, call.role, "alarm", now) for call in staff]
    if assigned:
        await records.cases.assign(assigned)
    why = town.texts("elders.why_alarm")
    for one in now_called:
        await records.elders.look(elder.id, one.person_id, now, why)
        await tell(records, one.person_id, letters.alarm(town, elder, case.words, case.id), now, case.id)
    await records.alarms.called(case.id, [one.person_id for one in now_called], now)
    names = town.texts("elders.between").join([await _who(records, town, elder, one.person_id) for one in now_called])
    await note(records, town, case, case, Act.CALL, None, now, town.texts("elders.called_now", names=names))
    await records.timers.set(TIMER, case.id, str(position + 1), now + NEXT)


async def ring(records: Records, town: Town, case_id: int, position: int, now: datetime) -> None:
    """Nobody said 我去 yet: the next is called; after the last, everybody once more, and the elder is told to dial."""
    alarm, case = await records.alarms.get(case_id), await records.cases.get(case_id)
    elder = await records.elders.get(alarm.elder_id) if alarm is not None else None
    if alarm is None or case is None or elder is None or alarm.ended_at is not None or alarm.goes_id is not None:
        return
    if case.state is not State.OPEN:
        if case.handler_id is not None:  # Somebody took the case by its card: that is an answer too.
            await _goes(records, town, case, alarm, elder, case.handler_id, now)
        return
    calls = list(await records.alarms.calls(case_id))
    last = max(call.position for call in calls)
    if position <= last:
        await _call(records, town, case, elder, calls, position, now)
        names = [await _who(records, town, elder, call.person_id) for call in calls if call.position == position]
        text = town.texts("elders.sos_next", names=town.texts("elders.between").join(names))
        await tell(records, elder.person_id, Outgoing(text), now, case.id)
    elif position < last + ROUNDS:
        for one in calls:
            await tell(records, one.person_id, letters.alarm(town, elder, case.words, case.id), now, case.id)
        await tell(records, elder.person_id, Outgoing(town.texts("elders.sos_dial")), now, case.id)
        await records.timers.set(TIMER, case.id, str(position + 1), now + NEXT)
    else:
        if position == last + ROUNDS:
            owner = town.routing.superior_desk(case.unit_id, town.clocks.today(now), above=1)
            await call(records, town, case, owner, now, "desk")
        # Whoever takes the case by its card from now on is the one the elder waits for: they still hear who comes.
        if now - alarm.at < WATCHED:
            await records.timers.set(TIMER, case.id, str(position + 1), now + NEXT)


async def go(step: Step) -> Replies:
    """我去: the first who says it is the one the elder waits for; all others hear who it is."""
    alarm, case, elder = await _alarm(step)
    called = next((c for c in await step.records.alarms.calls(case.id) if c.person_id == step.person.id), None)
    if called is None or called.at is None:
        raise NotAllowed("elders.not_called")
    if alarm.ended_at is not None or case.ended or case.finished_at is not None:
        raise NotAllowed("elders.alarm_over")
    if alarm.goes_id == step.person.id:
        return (letters.going(step.town, elder, case.id),)
    if alarm.goes_id is not None or case.state is not State.OPEN:
        who = await _who(step.records, step.town, elder, alarm.goes_id or case.handler_id or 0)
        raise NotAllowed("elders.somebody_goes", who=who)
    after = await _doing(step.records, step.scene, case, Act.ACCEPT).move(
        handler_id=step.person.id, accepted_at=step.now, contacted_at=step.now
    )
    await show_all(step.records, step.town, after, step.now)
    await _goes(step.records, step.town, after, alarm, elder, step.person.id, step.now)
    return ()


async def _goes(
    records: Records, town: Town, case: Case, alarm: Alarm, elder: Elder, person_id: int, now: datetime
) -> None:
    """Note who goes, and tell everybody: the elder, the family, whoever was or could have been called."""
    await records.alarms.save(replace(alarm, goes_id=person_id))
    who = await _who(records, town, elder, person_id)
    await tell(records, elder.person_id, Outgoing(town.texts("elders.comes", who=who)), now, case.id)
    await tell(records, person_id, letters.going(town, elder, case.id), now, case.id)
    for one in await records.alarms.calls(case.id):
        if one.person_id != person_id and _hears(town, one, now):
            told = letters.alarm_over(town, elder, case.id, "goes", who=who)
            await tell(records, one.person_id, told, now, case.id)


async def safe(step: Step) -> Replies:
    """Who went tells how the elder is: the case is finished, and all who heard the call hear this."""
    alarm, case, elder = await _alarm(step)
    if step.person.id not in {alarm.goes_id, case.handler_id} and not step.is_desk(elder):
        raise NotAllowed("elders.not_called")
    if not case.can(Act.FINISH):
        raise NotAllowed("elders.alarm_over" if alarm.ended_at is not None or case.ended else "elders.go_first")
    words = step.wish.words or step.texts("elders.safe")
    await handling.finish(_doing(step.records, step.scene, case, Act.FINISH, words))
    await _over(step, alarm, case, elder, words)
    return step.say("thanks_going")


async def fine(step: Step) -> Replies:
    """The elder says that it was nothing: who goes and who was called hear it at once."""
    alarm, case, elder = await _alarm(step)
    if step.person.id != elder.person_id:
        raise NotAllowed("elders.not_called")
    if alarm.ended_at is not None or not case.can(Act.WITHDRAW):
        raise NotAllowed("elders.alarm_over")
    words = step.texts("elders.elder_fine")
    after = await _doing(step.records, step.scene, case, Act.WITHDRAW, words).move(closed_at=step.now)
    await show_all(step.records, step.town, after, step.now)
    await step.records.cases.dismiss(case.id, step.now)
    await _over(step, alarm, case, elder, words)
    return step.say("glad")


async def well(step: Step) -> Replies:
    """After help came the elder says that they are all right: it is solved, and nobody asks for a grade."""
    case = await _finished(step)
    rating = await step.records.ratings.get(case.id, case.round)
    if case.state is State.FINISHED and rating is not None:
        await step.records.ratings.save(rating.saying(step.now, solved="solved"))
        closed = replace(case, state=State.CLOSED, closed_at=step.now)
        after = await _doing(step.records, step.scene, case, Act.RATE).move(closed, "solved")
        await show_all(step.records, step.town, after, step.now)
    return (Outgoing(step.texts("elders.glad_well"), menu=True),)


async def unwell(step: Step) -> Replies:
    """After help came the elder is still not all right: people are called again."""
    await _finished(step)
    return await sos(replace(step, wish=replace(step.wish, words=step.texts("elders.unwell_words"))))


async def _finished(step: Step) -> Case:
    """The elder's own call for help that somebody came to. Raises NotAllowed."""
    case = await step.records.cases.get(step.wish.subject)
    if case is None or case.kind != CRY or case.reporter_id != step.person.id or case.finished_at is None:
        raise NotAllowed("elders.not_called")
    return case


async def _over(step: Step, alarm: Alarm, case: Case, elder: Elder, words: str) -> None:
    await step.records.alarms.save(replace(alarm, ended_at=step.now))
    for one in await step.records.alarms.calls(case.id):
        if one.at is not None or (alarm.goes_id is not None and _hears(step.town, one, step.now)):
            told = letters.alarm_over(step.town, elder, case.id, "alarm_end", words=words)
            await tell(step.records, one.person_id, told, step.now, case.id)


def _hears(town: Town, one: AlarmCall, now: datetime) -> bool:
    """Whether somebody hears of a call: who was called and the family always, the others not in their sleep."""
    return one.at is not None or one.role == FAMILY or town.clocks.civil(now) == now


async def _alarm(step: Step) -> tuple[Alarm, Case, Elder]:
    case = await step.records.cases.get(step.wish.subject)
    alarm = await step.records.alarms.get(step.wish.subject) if case is not None else None
    elder = await step.records.elders.get(alarm.elder_id) if alarm is not None else None
    if alarm is None or case is None or elder is None:
        raise NotAllowed("elders.not_called")
    return alarm, case, elder


def _doing(records: Records, scene: Scene, case: Case, act: Act, words: str = "") -> Doing:
    person: Person = scene.person
    standing = frozenset({Relation.HANDLER})
    return Doing(records, scene.town, person, case, DoAct(case.id, act, words), scene.now, standing)


async def _who(records: Records, town: Town, elder: Elder, person_id: int) -> str:
    """Who goes, as the elder knows them: 女儿王芳, 网格员王**."""
    for kin in await records.kin.of_elder(elder.id):
        if kin.person_id == person_id:
            return kin.called
    return letters.called(town, person_id)
