"""Who may do what to a case: one table of acts and of how a person stands to the case.

What the state allows is `lifecycle.MOVES`; here is who may. A few acts ask for more than the table can say (a petition
is not granted by who asked for it, a dispute not decided by who had a hand in the case): those are checked where they are done.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from bot.cases.levels import desk_rank, level, rank, seat
from bot.cases.lifecycle import IN_WORK, Act, Assignment, Assist, Case, State
from bot.cases.posted import acts_for, posts_for
from bot.grid.directory import Role
from bot.town import Town


class Relation(StrEnum):
    """How a person stands to a case. One person may stand in several ways."""

    REPORTER = "reporter"
    FOLLOWER = "follower"  # has the same trouble, or had their own case merged into it
    HANDLER = "handler"  # accepted it and still has a post for it, or stands in for who did and is away
    CALLED = "called"  # was called to it in this round and may accept, or stands in for who was
    HELPER = "helper"  # works for a unit that was whistled for
    DESK = "desk"  # a desk over the place or over the owner
    SUPERIOR = "superior"  # a desk above the owner's level; of a dispute that nobody is above of, any desk
    MANAGER = "manager"  # a manager over the place
    VOLUNTEER = "volunteer"  # took an errand as a helper, or goes to their elder, without a post for it
    CALLER = "caller"  # is to call back and has not yet


_R = Relation
_DECIDING = frozenset({Act.REOPEN, Act.UPHOLD, Act.DISPATCH})
_LIVE = IN_WORK | {State.DISPUTED}
_MANAGING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
STAFF = frozenset(_R) - {_R.REPORTER, _R.FOLLOWER, _R.VOLUNTEER}

MAY: dict[Act, frozenset[Relation]] = {
    Act.ACCEPT: frozenset({_R.CALLED, _R.DESK}),
    Act.LOOK: frozenset({_R.HANDLER, _R.DESK, _R.VOLUNTEER, _R.CALLER}),
    Act.RELAY: frozenset({_R.HANDLER, _R.DESK, _R.VOLUNTEER}),
    Act.ASK: frozenset({_R.HANDLER}),
    Act.PROGRESS: frozenset({_R.HANDLER}),
    Act.FINISH: frozenset({_R.HANDLER}),
    Act.RETURN: frozenset({_R.HANDLER, _R.CALLED}),
    Act.RAISE: frozenset({_R.HANDLER, _R.CALLED}),
    Act.DISPATCH: frozenset({_R.DESK}),
    Act.WHISTLE: frozenset({_R.HANDLER, _R.DESK}),
    Act.REPORT_IN: frozenset({_R.HELPER}),
    Act.ASSIST: frozenset({_R.HELPER}),
    Act.EXTEND: frozenset({_R.HANDLER}),
    Act.SHELVE: frozenset({_R.HANDLER}),
    Act.VOID: frozenset({_R.HANDLER, _R.CALLED, _R.DESK}),
    Act.REFUSE: frozenset({_R.HANDLER, _R.CALLED, _R.DESK}),
    Act.EXCLUDE: frozenset({_R.HANDLER, _R.DESK}),
    Act.GRANT: frozenset({_R.DESK}),
    Act.DENY: frozenset({_R.DESK}),
    Act.RESUME: frozenset({_R.HANDLER, _R.DESK}),
    Act.SUPERVISE: frozenset({_R.SUPERIOR, _R.MANAGER}),
    Act.ANSWER: frozenset({_R.HANDLER, _R.CALLED}),
    Act.RETYPE: frozenset({_R.HANDLER, _R.DESK}),
    Act.MERGE: frozenset({_R.DESK}),
    Act.UNMERGE: frozenset({_R.DESK}),
    Act.CALL_BACK: frozenset({_R.DESK}),
    Act.REOPEN: frozenset({_R.SUPERIOR}),
    Act.UPHOLD: frozenset({_R.SUPERIOR}),
    Act.ADD: frozenset({_R.REPORTER, _R.FOLLOWER}),
    Act.URGE: frozenset({_R.REPORTER, _R.FOLLOWER}),
    Act.WITHDRAW: frozenset({_R.REPORTER}),
    Act.RATE: frozenset({_R.REPORTER, _R.FOLLOWER}),
    Act.DISPUTE: frozenset({_R.REPORTER}),
}
# FILE, CALL, OVERDUE and LAPSE are nobody's to press.


def relations(
    town: Town,
    person_id: int,
    case: Case,
    day: date,
    called: Iterable[Assignment] = (),
    assists: Iterable[Assist] = (),
    followers: Iterable[int] = (),
) -> frozenset[Relation]:
    """How a person stands to a case; empty for somebody who has nothing to do with it.

    `called` are this round's calls, `assists` the units whistled for, `followers` people's ids.
    """
    found = set()
    if person_id == case.reporter_id:
        found.add(_R.REPORTER)
    if person_id in followers:
        found.add(_R.FOLLOWER)
    if posts_for(town, person_id, case):
        live = [a.person_id for a in called if a.ended_at is None]
        found |= {_R.HANDLER for whose in (case.handler_id,) if acts_for(town, case, day, person_id, whose)}
        found |= {_R.CALLED for whose in live if acts_for(town, case, day, person_id, whose)}
    posts = {post.unit_id for post in town.posts(person_id, day)}
    if not posts:
        return frozenset(found)
    if any(assist.unit_id in posts for assist in assists):
        found.add(_R.HELPER)
    roles = roles_for(town, person_id, case, day)
    highest = max((desk_rank(role) for role in roles), default=-1)
    if highest >= 0:
        found.add(_R.DESK)
    own = rank(level(town, case.owner_id, case.owner_role))
    if highest > own or (highest >= 0 and _topmost(town, case, day, own)):
        found.add(_R.SUPERIOR)
    if roles & _MANAGING:
        found.add(_R.MANAGER)
    return frozenset(found)


def _topmost(town: Town, case: Case, day: date, own: int) -> bool:
    """Whether a case is disputed of which nobody is above the owner."""
    return case.state is State.DISPUTED and not town.routing.superior_desk(seat(town, case), day, above=own).people


def roles_for(town: Town, person_id: int, case: Case, day: date) -> frozenset[Role]:
    """The roles a person has over a case's place, or over its owner where the place is not known.

    Of a hidden kind only those count that stand over the owner, at its level or above: the place gives nothing.
    """
    at = seat(town, case)
    roles = town.roles_over(person_id, at if at is not None else case.owner_id, day)
    if not town.kind(case.kind).hidden:
        return roles
    least = rank(level(town, case.owner_id, case.owner_role))
    return frozenset(role for role in roles if stands_over(role, least))


def stands_over(role: Role, least: int) -> bool:
    """Whether a role looks at others' cases, at a level of this rank or above it."""
    return role in _MANAGING or desk_rank(role) >= least


def refusal(act: Act, case: Case, standing: frozenset[Relation]) -> str:
    """Why this person may not do this act now, as a catalogue key; "" where they may."""
    may = MAY.get(act, frozenset())
    if not standing or (not may & standing and not standing & STAFF):
        # A stranger learns nothing, not even whether there is such a case.
        return "case.reporter_only" if Relation.FOLLOWER in standing else _strangers(act)
    if not may & standing:
        return "case.handler_only" if Relation.HANDLER in may else _outsiders(act)
    if not case.can(act):
        return "case.withdrawn_late" if act is Act.WITHDRAW else f"case.not_now_{case.state}"
    if act is Act.LOOK and case.state not in _LIVE and Relation.CALLER not in standing:
        return f"case.not_now_{case.state}"  # What is over is nobody's business but of who asks how it was.
    if act in {Act.RETURN, Act.RAISE} and case.handler_id is not None and Relation.HANDLER not in standing:
        return "case.handler_only"
    if case.state is State.DISPUTED and act in _DECIDING:
        if Relation.HANDLER in standing:
            return "case.not_your_own"
        if Relation.SUPERIOR not in standing:
            return "case.desk_only"
    if act is Act.RELAY and not standing & {Relation.HANDLER, Relation.VOLUNTEER} and case.state is not State.DISPUTED:
        return "case.handler_only"
    return ""


def _strangers(act: Act) -> str:
    return "case.reporter_only" if MAY.get(act, frozenset()) & {Relation.REPORTER} else "case.not_yours"


def _outsiders(act: Act) -> str:
    if MAY.get(act, frozenset()) & {Relation.REPORTER}:
        return "case.reporter_only"
    return "case.desk_only" if MAY.get(act, frozenset()) & {Relation.DESK, Relation.SUPERIOR} else "case.not_yours"
