"""Takes what people want done with cases: each act is checked against the state and the person, then carried out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cases import (
    calling_back,
    cards,
    following,
    handling,
    letters,
    merging,
    moving,
    petitioning,
    rating,
    resident,
    whistling,
)
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import PETITIONS, SAID, Act, Case, State
from bot.cases.meant import Meant, meant
from bot.cases.notices import standing
from bot.cases.opening import open_case
from bot.cases.posted import volunteers, work_of
from bot.cases.rights import STAFF, Relation, refusal, relations
from bot.chat.messages import Outgoing
from bot.chat.wishes import Begin, DoAct, FileCase, Join, Unfollow
from bot.errands import letters as errand_letters
from bot.errands import taking
from bot.errors import NotAllowed
from bot.people.people import Person, veiled
from bot.records import Records
from bot.town import Town

WORDY = {Act.RELAY, Act.ASK, Act.PROGRESS, Act.FINISH, Act.RETURN, Act.RAISE, Act.UPHOLD, Act.ASSIST, Act.ANSWER}
WORDY |= {Act.SUPERVISE, Act.LOOK, *PETITIONS}
_LISTED = 10

_DO: dict[Act, Callable[[Doing], Awaitable[Replies]]] = {
    Act.ACCEPT: handling.accept,
    Act.LOOK: handling.look,
    Act.RELAY: handling.relay,
    Act.ASK: handling.ask,
    Act.PROGRESS: handling.progress,
    Act.FINISH: handling.finish,
    Act.RETURN: moving.give_back,
    Act.RAISE: moving.lift,
    Act.DISPATCH: moving.dispatch,
    Act.REOPEN: moving.reopen,
    Act.RETYPE: moving.retype,
    Act.WHISTLE: whistling.whistle,
    Act.REPORT_IN: whistling.report_in,
    Act.ASSIST: whistling.assist,
    Act.GRANT: petitioning.decide,
    Act.DENY: petitioning.decide,
    Act.RESUME: petitioning.resume,
    Act.SUPERVISE: petitioning.supervise,
    Act.ANSWER: petitioning.answer,
    Act.CALL_BACK: calling_back.call_back,
    Act.ADD: resident.add,
    Act.URGE: resident.urge,
    Act.WITHDRAW: resident.withdraw,
    Act.RATE: rating.rate,
    Act.MERGE: merging.merge,
    Act.UNMERGE: merging.unmerge,
    Act.DISPUTE: rating.refute,
    Act.UPHOLD: rating.uphold,
    **dict.fromkeys(PETITIONS, petitioning.petition),
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case with how a person stands to it."""

    case: Case
    standing: frozenset[Relation]


class Casework:
    """What residents and staff do with cases."""

    async def file(self, records: Records, town: Town, person: Person, wish: FileCase, now: datetime) -> Replies:
        """Open a case, call its owner's people, and tell the resident its number."""
        case = await open_case(records, town, person, wish, now)
        return (letters.filed(town, case, now) if wish.order is None else errand_letters.filed(town, case),)

    async def act(self, records: Records, town: Town, person: Person, wish: DoAct, now: datetime) -> Replies:
        """Do one act. Replies are for who did it. Raises NotAllowed."""
        seen = await self._seen(records, town, person, wish.case_id, now)
        case = seen.case
        if person.id == case.reporter_id and cards.hides(town, case):
            wish = replace(wish, words=veiled(wish.words, person))
        if wish.act is Act.ACCEPT and case.state is State.ACCEPTED and seen.standing & STAFF:
            # The second of two who press at once: the card says who has it.
            taken = Outgoing(town.texts("case.taken", name=town.staff_name(case.handler_id)))
            return (await _card(records, town, person, seen, now, fresh=False), taken)
        if case.state is State.MERGED and case.lead_id is not None and wish.act in SAID:
            return await self.act(records, town, person, replace(wish, case_id=case.lead_id), now)
        self._check(seen, wish.act)
        if wish.act in WORDY and not (wish.words or wish.attachments):
            raise NotAllowed("case.words_needed")
        return await _DO[wish.act](Doing(records, town, person, case, wish, now, seen.standing))

    async def may(
        self, records: Records, town: Town, person: Person, case_id: int, now: datetime
    ) -> tuple[Case, tuple[Act, ...]]:
        """A case with the acts that this person may do to it now. Raises NotAllowed for a case that is not theirs to see."""
        seen = await self._seen(records, town, person, case_id, now)
        acts = (act for act in _DO if not refusal(act, seen.case, seen.standing))
        return seen.case, tuple(
            [act for act in acts if await self._asked_for(records, town, person, seen.case, act, now)]
        )

    @staticmethod
    async def _asked_for(records: Records, town: Town, person: Person, case: Case, act: Act, now: datetime) -> bool:
        """Whether what the act answers to is there: a contact, a petition, a supervision, a call-back, a whistle."""
        if act is Act.LOOK:
            return cards.reachable(town, case, await records.people.get(case.reporter_id))
        if act in {Act.GRANT, Act.DENY}:
            asked = await petitioning.pending(records, case)
            return asked is not None and petitioning.may_decide(town, person.id, asked, town.clocks.today(now))
        if act in {Act.REPORT_IN, Act.ASSIST}:
            units = {post.unit_id for post in town.posts(person.id, town.clocks.today(now))}
            mine = next((each for each in await records.desks.assists(case.id) if each.unit_id in units), None)
            return mine is not None and (mine.reported_at if act is Act.REPORT_IN else mine.done_at) is None
        if act is Act.ANSWER:
            return any(s.answered_at is None for s in await records.desks.supervisions(case.id))
        if act is Act.CALL_BACK:
            calls = await records.call_backs.of_case(case.id)
            return any(call.person_id == person.id and call.done_at is None for call in calls)
        return True

    async def company(
        self, records: Records, town: Town, person: Person, wish: Join | Unfollow, now: datetime
    ) -> Replies:
        """Make a report part of the case it repeats, or let go of one. Where that case has ended meanwhile, file it."""
        if isinstance(wish, Unfollow):
            return (await following.unfollow(records, town, person, wish.case_id),)
        report, replies = wish.report, None
        try:
            if wish.how == "near":
                replies = await following.follow(records, town, person, wish.case_id, now)
            act = Act.DISPUTE if wish.how == "again" else Act.ADD
            said = await self.act(
                records, town, person, DoAct(wish.case_id, act, report.words, report.attachments), now
            )
        except NotAllowed:
            return await self.file(records, town, person, replace(report, distinct=True), now)
        if report.phone:
            await records.people.save_phone(person.id, report.phone)
        return replies or said

    async def begin(self, records: Records, town: Town, person: Person, wish: Begin, now: datetime) -> dict[str, Any]:
        """What the form of an act must know before it asks; raises NotAllowed where the act may not be done."""
        seen = await self._seen(records, town, person, wish.case_id, now)
        self._check(seen, wish.act)
        if wish.act is Act.FINISH:
            await taking.handed_over(records, seen.case)
        if wish.act is Act.LOOK:
            await handling.can_look(records, town, seen.case)
        if wish.value:
            return {"value": wish.value}
        if wish.act is Act.FINISH and town.kind(seen.case.kind).photo:
            return {"photo": True}
        if wish.act in {Act.RETURN, Act.DISPATCH, Act.WHISTLE, Act.RETYPE}:
            return {"at": seen.case.unit_id, "owner": seen.case.owner_id, "kind": seen.case.kind}
        if wish.act is Act.DISPUTE and seen.case.state is State.REFUSED:
            return {"refused": True}
        return {}

    async def show(
        self, records: Records, town: Town, person: Person, case_id: int, now: datetime, view: str = ""
    ) -> Outgoing:
        """A case as this person may see it. Raises NotAllowed, with the same words whether it exists or not.

        `view` is "" for the card or the resident's history; for staff `more` for all they can do and `trail` for who held
        it, how long and why it moved; for the reporter `looks` for who looked at their contact.
        """
        seen = await self._seen(records, town, person, case_id, now)
        staff, own = bool(seen.standing & STAFF), Relation.REPORTER in seen.standing
        if view == "looks" and own:
            return letters.lookers(town, seen.case, await records.looks.of_case(case_id), now)
        if view == "words" and staff:
            return cards.whole_words(town, seen.case, whole=Relation.HANDLER in seen.standing)
        if view == "trail" and staff:
            return cards.trail(town, seen.case, await records.cases.events(case_id), now, seen.standing)
        if view == "more" and staff:
            acts = [act for act in cards.MORE if not refusal(act, seen.case, seen.standing)]
            if Act.LOOK in acts and not await self._asked_for(records, town, person, seen.case, Act.LOOK, now):
                acts.remove(Act.LOOK)
            # A desk sees what was ordered over this case alone: elsewhere it would tell whose case it is.
            silent = await records.mutes.ordered(case_id, now) if Relation.DESK in seen.standing else None
            return cards.more(town, seen.case, acts, silent=silent)
        if (staff and not own) or Relation.VOLUNTEER in seen.standing:
            return await _card(records, town, person, seen, now, fresh=True)
        return await self._told(records, town, person, seen, now)

    async def mine(self, records: Records, town: Town, person: Person, now: datetime) -> Outgoing:  # noqa: ARG002 - all views take the moment
        """A resident's own cases and those they follow, newest first."""
        return cards.listing(town, await following.mine(records, person, _LISTED), "mine")

    async def work(self, records: Records, town: Town, person: Person, now: datetime) -> Outgoing:
        """What a staff member has to do, most urgent first."""
        return cards.listing(town, await work_of(records, town, person.id, _LISTED, now), "work")

    async def standing(self, records: Records, town: Town, person: Person, words: str, now: datetime) -> Meant:
        """What words of this person that name no matter may do to a case."""
        return await meant(records, town, person, words, now)

    @staticmethod
    async def _told(records: Records, town: Town, person: Person, seen: _Seen, now: datetime) -> Outgoing:
        """What a resident reads: their own case, or one they follow; of a merged one, its lead."""
        case = seen.case
        lead = await records.cases.get(case.lead_id) if case.lead_id is not None else None
        if lead is not None and lead.reporter_id != person.id:
            shown = following.view(town, lead, await records.cases.events(lead.id), person.id, now)
            return replace(shown, text=f"{town.texts('repeats.own_merged', number=case.number)}\n{shown.text}")
        events = await records.cases.events(case.id)
        if Relation.REPORTER in seen.standing:
            return letters.history(town, case, events, now)
        return following.view(town, case, events, person.id, now)

    @staticmethod
    async def _seen(records: Records, town: Town, person: Person, case_id: int, now: datetime) -> _Seen:
        case = await records.cases.get(case_id)
        if case is None:
            raise NotAllowed("case.not_found")
        day = town.clocks.today(now)
        if person.id == case.reporter_id and not town.posts(person.id, day):
            return _Seen(case, frozenset({Relation.REPORTER}))
        known = person.id in town.directory.staff
        called = await records.cases.assigned(case_id, case.round) if known else ()
        assists = await records.desks.assists(case_id) if known and case.beside else ()
        follows = case.followed and await records.followers.has(case_id, person.id)
        found = relations(town, person.id, case, day, called, assists, (person.id,) if follows else ())
        if Relation.HANDLER not in found and await volunteers(records, case, person.id):
            found |= {Relation.VOLUNTEER}
        if Relation.DESK in found and (case.ended or case.finished_at is not None):
            calls = await records.call_backs.of_case(case_id)
            found |= {Relation.CALLER for call in calls if call.person_id == person.id and call.done_at is None}
        if not found:
            raise NotAllowed("case.not_found")
        return _Seen(case, found)

    @staticmethod
    def _check(seen: _Seen, act: Act) -> None:
        """Raise NotAllowed for the wrong person or the wrong state."""
        refused = refusal(act, seen.case, seen.standing)
        if refused:
            raise NotAllowed(refused)


async def _card(records: Records, town: Town, person: Person, seen: _Seen, now: datetime, *, fresh: bool) -> Outgoing:
    """The card of a case, or the helper's where the person only helps."""
    case = seen.case
    if seen.standing & STAFF == {Relation.HELPER}:
        unit_ids = {post.unit_id for post in town.posts(person.id, town.clocks.today(now))}
        mine = next(a for a in await records.desks.assists(case.id) if a.unit_id in unit_ids)
        reported = mine.reported_at is not None
        return replace(cards.helper_card(town, case, mine.unit_id, reported=reported), fresh=fresh)
    reporter = await records.people.get(case.reporter_id)
    errand = await records.errands.get(case.id) if Relation.VOLUNTEER in seen.standing else None
    if errand is not None:
        return errand_letters.card(town, case, errand, reporter, fresh=fresh)
    help_ = await standing(records, case)
    return cards.worker_card(town, case, person.id, reporter, now, fresh=fresh, help_=help_, standing=seen.standing)
