"""我也遇到: a resident follows another's case. They hear each public change, may add, urge and rate, and may let go.

Nobody learns who else follows; what a follower says reaches the handler without a name.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.cases import letters
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import SAID, WORST_GRADES, Act, Case, Event, State
from bot.cases.notices import tell
from bot.cases.records import FollowerRating
from bot.cases.repeating import followable, public_place
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.people.people import Person
from bot.records import Records
from bot.town import Town, say_time

_GRADES = ("1", "2", "3", "4", "5")
_PUBLIC = frozenset({Act.FILE, Act.ACCEPT, Act.PROGRESS, Act.FINISH, Act.RETURN, Act.REOPEN, Act.UPHOLD})
_CAN = frozenset({State.OPEN, State.ACCEPTED, State.SHELVED})  # be urged


async def follow(records: Records, town: Town, person: Person, case_id: int, now: datetime) -> Replies:
    """Let a resident follow a case. Raises NotAllowed where it is over, or not for others to see."""
    case = await records.cases.get(case_id)
    if case is None or not followable(town, case):
        raise NotAllowed("case.not_found")
    await records.followers.follow(case.id, person.id, now)
    await records.cases.save(replace(case, followed=True))
    return (Outgoing(town.texts("repeats.following", number=case.number)),)


async def unfollow(records: Records, town: Town, person: Person, case_id: int) -> Outgoing:
    """Let go of a case. Whoever reported one that was merged into it keeps hearing of it."""
    case = await records.cases.get(case_id)
    if case is not None and await records.followers.unfollow(case_id, person.id):
        return Outgoing(town.texts("repeats.let_go", number=case.number))
    if case is None or not await records.followers.has(case_id, person.id):
        raise NotAllowed("case.not_found")
    return Outgoing(town.texts("repeats.merged_stays"))


async def mine(records: Records, person: Person, limit: int) -> Sequence[Case]:
    """A resident's own cases and those they follow, newest first."""
    own = await records.cases.of_reporter(person.id, limit)
    followed = await records.followers.cases_of(person.id, limit)
    every = {case.id: case for case in (*own, *followed)}
    return sorted(every.values(), key=lambda case: -case.id)[:limit]


async def rate(doing: Doing) -> Replies:
    """A follower's grade or answer about this round, kept apart from the reporter's. A bad one is told to the desk."""
    case, followers = doing.case, doing.records.followers
    round_, _, value = doing.wish.value.partition(".")
    asked = await doing.records.ratings.get(case.id, case.round)
    if asked is None or round_ != str(case.round) or value not in (*_GRADES, *letters.SOLVED):
        raise NotAllowed("case.not_now")
    before = await followers.rating(case.id, case.round, doing.person.id)
    rating = before or FollowerRating(case.id, case.round, doing.person.id, doing.now)
    rating = replace(rating, grade=int(value)) if value in _GRADES else replace(rating, solved=value)
    await followers.save_rating(replace(rating, at=doing.now))
    if value == "unsolved" or (value in _GRADES and int(value) <= WORST_GRADES):
        line = Outgoing(doing.texts("repeats.follower_unhappy", number=case.number))
        desk = doing.town.routing.superior_desk(case.unit_id, doing.today, frozenset({case.handler_id or 0}))
        for person_id in desk.people:
            await tell(doing.records, person_id, line, doing.now, case.id)
    if not rating.solved:
        return (letters.solving(doing.town, case),)
    return doing.done("case.thanks")


def view(town: Town, case: Case, events: Sequence[Event], person_id: int, now: datetime) -> Outgoing:
    """The case as a follower may know it: what and in which building, each public step, and what they said themselves."""
    t = town.texts
    kind = town.kind(case.kind)
    place = public_place(town, case)
    lines = [t("case.title", icon=kind.icon, kind=kind.name, number=case.number)]
    lines += [t("case.place", place=place)] if place else []
    lines += [
        line
        for event in events
        if event.act in _PUBLIC or (event.act in SAID and event.actor_id == person_id)
        if (line := letters.line(town, replace(event, words="") if event.act is Act.FILE else event, now))
    ]
    lines.append(t(f"case.now_{case.state}", finish=say_time(t, town.clocks, case.finish_by, now)))
    if case.state is State.FINISHED:
        return Outgoing("\n".join(lines), letters.grading(town, case))
    acts = [Act.ADD] if case.can(Act.ADD) and not case.ended else []
    acts += [Act.URGE] if case.state in _CAN else []
    options = [(t(f"case.can_{act}"), f"c:{case.id}:{act}") for act in acts]
    options += [(t("repeats.unfollow"), f"c:{case.id}:unfollow"), (t("case.to_mine"), "m:mine")]
    return Outgoing("\n".join(lines), numbered(*options))
