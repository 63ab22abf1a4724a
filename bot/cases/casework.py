"""Carries out what people want done with cases: each act is checked, written as an event, and told to all concerned."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.cases import cards
from bot.cases.lifecycle import REOPEN_WINDOW, URGE_PAUSE, Act, Case, State
from bot.cases.notices import call, clock, note, pictures, show_all, tell
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.chat.wishes import Begin, DoAct, FileCase
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.people.people import Person
from bot.records import Records
from bot.town import Town, desks
from bot.triage.kinds import Urgency

_REPORTER = {Act.ADD, Act.URGE, Act.WITHDRAW, Act.RATE, Act.DISPUTE}
_HANDLER = {Act.PROGRESS, Act.FINISH, Act.RELAY, Act.LOOK}
_WORDY = {Act.RELAY, Act.PROGRESS, Act.FINISH, Act.RETURN, Act.UPHOLD}
_LISTED = 10


class Casework:
    """What residents and staff do with cases."""

    async def file(
        self, records: Records, town: Town, person: Person, wish: FileCase, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Open a case, call its owner's people, and tell the resident its number."""
        kind, urgency = town.kind(wish.kind), Urgency(wish.urgency)
        owner = town.routing.owner(wish.unit_id, kind, town.clocks.today(now))
        accept, finish = town.clocks.deadlines(kind, urgency, now)
        if wish.phone:
            await records.people.save_phone(person.id, wish.phone)
        case = Case(
            0, kind.service, kind.code, urgency, State.OPEN, 1, person.id, wish.unit_id, wish.room, wish.place,
            wish.lat, wish.lon, wish.words, wish.anonymous, wish.slot, wish.hand_over, owner.unit_id, owner.role, None,
            now, accept, finish,
        )  # fmt: skip
        case = await records.cases.add(case)
        event = await note(records, town, case, case, Act.FILE, person.id, now, wish.words)
        await records.attachments.attach(wish.attachments, case.id, event)
        case = await clock(records, town, case, now)
        await call(records, town, case, owner, now)
        return (cards.filed(town, case, now),)

    async def act(
        self, records: Records, town: Town, person: Person, wish: DoAct, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Do one act. Replies are for who did it. Raises NotAllowed."""
        case = await self._case(records, wish.case_id)
        if wish.act is Act.ACCEPT and case.state is State.ACCEPTED:
            if not await _sees(records, town, person, case, now):
                raise NotAllowed("case.not_yours")
            reporter = await records.people.get(case.reporter_id)
            taken = Outgoing(town.texts("case.taken", name=town.staff_name(case.handler_id)))
            return (cards.worker_card(town, case, person.id, reporter, now), taken)
        await self._check(records, town, person, case, wish.act, now)
        if wish.act in _WORDY and not (wish.words or wish.attachments):
            raise NotAllowed("case.words_needed")
        if wish.act is Act.RATE:
            return await self._rate(records, town, person, case, wish, now)
        if wish.act is Act.DISPUTE:
            return await self._dispute(records, town, person, case, wish.words, now)
        if wish.act in _REPORTER:
            return await self._resident(records, town, person, case, wish, now)
        return await self._staff(records, town, person, case, wish, now)

    async def begin(self, records: Records, town: Town, person: Person, wish: Begin, now: datetime) -> dict[str, Any]:
        """What the form of an act must know before it asks; raises NotAllowed where the act may not be done."""
        case = await self._case(records, wish.case_id)
        await self._check(records, town, person, case, wish.act, now)
        return {"photo": True} if wish.act is Act.FINISH and town.kind(case.kind).photo else {}

    async def show(self, records: Records, town: Town, person: Person, case_id: int, now: datetime) -> Outgoing:
        """A case as this person may see it. Raises NotAllowed."""
        case = await self._case(records, case_id)
        if person.id == case.reporter_id:
            return cards.history(town, case, await records.cases.events(case.id), now)
        if not await _sees(records, town, person, case, now):
            raise NotAllowed("case.not_yours")
        reporter = await records.people.get(case.reporter_id)
        return cards.worker_card(town, case, person.id, reporter, now, fresh=True)

    async def mine(self, records: Records, town: Town, person: Person, now: datetime) -> Outgoing:  # noqa: ARG002 - all views take the moment
        """A resident's own cases, newest first."""
        return cards.listing(town, await records.cases.of_reporter(person.id, _LISTED), "mine")

    async def work(self, records: Records, town: Town, person: Person, now: datetime) -> Outgoing:  # noqa: ARG002 - all views take the moment
        """What a staff member has to do, most urgent first."""
        return cards.listing(town, await records.cases.work_of(person.id, _LISTED), "work")

    @staticmethod
    async def _case(records: Records, case_id: int) -> Case:
        case = await records.cases.get(case_id)
        if case is None:
            raise NotAllowed("case.not_found")
        return case

    @staticmethod
    async def _check(records: Records, town: Town, person: Person, case: Case, act: Act, now: datetime) -> None:
        """Raise NotAllowed for the wrong person or the wrong state."""
        if act in _REPORTER and person.id != case.reporter_id:
            raise NotAllowed("case.reporter_only")
        if act not in _REPORTER and not await _sees(records, town, person, case, now):
            raise NotAllowed("case.not_yours")
        if not case.can(act) or act is Act.DISPATCH:
            raise NotAllowed("case.withdrawn_late" if act is Act.WITHDRAW else "case.not_now")
        if act in _HANDLER and person.id != case.handler_id:
            raise NotAllowed("case.handler_only")
        if act is Act.RETURN and case.handler_id not in {None, person.id}:
            raise NotAllowed("case.handler_only")
        if act in {Act.REOPEN, Act.UPHOLD} and person.id == case.handler_id:
            raise NotAllowed("case.not_yours")
        if act is Act.URGE and case.urged_at is not None and now - case.urged_at < URGE_PAUSE:
            raise NotAllowed("case.urge_later")
        if act is Act.DISPUTE and case.closed_at is not None and now - case.closed_at > REOPEN_WINDOW:
            raise NotAllowed("case.too_late")

    @staticmethod
    async def _resident(
        records: Records, town: Town, person: Person, case: Case, wish: DoAct, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Add, urge or withdraw."""
        t, after = town.texts, replace(case, state=case.after(wish.act))
        if wish.act is Act.URGE:
            after = replace(after, urged_at=now, urges=case.urges + 1)
        if wish.act is Act.WITHDRAW:
            after = replace(after, closed_at=now)
        await records.cases.save(after)
        event = await note(records, town, case, after, wish.act, person.id, now, wish.words)
        await records.attachments.attach(wish.attachments, case.id, event)
        if wish.act is Act.WITHDRAW:
            await show_all(records, town, after, now)
            await records.cases.dismiss(case.id, now)
            return (cards.news(town, after, wish.act, "", now),)
        photos = await pictures(records, case, wish.attachments) if wish.attachments else ()
        words = wish.words or t("case.photos_only")
        line = Outgoing(t(f"case.news_{wish.act}", number=case.number, words=words), attachments=photos)
        called = await records.cases.assigned(case.id, case.round)
        people = {case.handler_id} if case.handler_id else {a.person_id for a in called if a.ended_at is None}
        for person_id in people:
            await tell(records, person_id, line, now, case.id)
        if wish.act is Act.URGE:
            await show_all(records, town, after, now, frozenset(p for p in people if p is not None))
        return (Outgoing(t("case.urged" if wish.act is Act.URGE else "case.done")),)

    async def _staff(
        self, records: Records, town: Town, person: Person, case: Case, wish: DoAct, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Everything that staff do."""
        t, act = town.texts, wish.act
        after = replace(case, state=case.after(act))
        if act is Act.LOOK:
            await records.cases.look(case.id, person.id, now)
            await note(records, town, case, after, act, person.id, now)
            reporter = await records.people.get(case.reporter_id)
            if cards.hides(town, case) or not reporter.phone:
                return (Outgoing(t("case.no_contact")),)
            return (Outgoing(t("case.contact", name=reporter.name, phone=reporter.phone)),)
        changes: dict[Act, dict[str, Any]] = {
            Act.ACCEPT: {"handler_id": person.id, "accepted_at": now},
            Act.RELAY: {"contacted_at": now},
            Act.FINISH: {"finished_at": now},
            Act.UPHOLD: {"closed_at": now},
            Act.RETURN: {"handler_id": None, "accepted_at": None, "returns": case.returns + 1},
            Act.REOPEN: {"handler_id": None, "accepted_at": None, "finished_at": None, "closed_at": None,
                         "round": case.round + 1},
        }  # fmt: skip
        after = replace(after, **changes.get(act, {}))
        if act in {Act.RETURN, Act.REOPEN}:
            return await self._hand_on(records, town, person, case, after, wish, now)
        await records.cases.save(after)
        event = await note(records, town, case, after, act, person.id, now, wish.words)
        await records.attachments.attach(wish.attachments, case.id, event)
        if act is Act.FINISH:
            await records.ratings.ask(case.id, case.round, now)
            await records.timers.set("rate_again", case.id, str(case.round), now + timedelta(days=3))
            await records.timers.set("rate_lapse", case.id, str(case.round), now + timedelta(days=7))
        photos = await pictures(records, case, wish.attachments) if wish.attachments else ()
        words = wish.words or t("case.photos_only")
        await tell(records, case.reporter_id, cards.news(town, after, act, words, now, photos), now, case.id)
        await show_all(records, town, after, now)
        return () if act is Act.ACCEPT else (Outgoing(t("case.done")),)

    @staticmethod
    async def _hand_on(
        records: Records, town: Town, person: Person, case: Case, after: Case, wish: DoAct, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Return or reopen: other people are called, never the one who gave it back or had it before."""
        day = town.clocks.today(now)
        if wish.act is Act.RETURN:
            owner = town.routing.superior_desk(case.unit_id, day, frozenset({person.id}))
        else:
            owner = town.routing.owner(case.unit_id, town.kind(case.kind), day)
            steps = (owner, *town.routing.ladder(owner, case.unit_id, day))
            others = (replace(s, people=tuple(p for p in s.people if p != case.handler_id)) for s in steps)
            owner = next((s for s in others if s.people), owner)
        after = replace(after, owner_id=owner.unit_id, owner_role=owner.role)
        after = await clock(records, town, after, now)
        await records.cases.save(after)
        await note(records, town, case, after, wish.act, person.id, now, wish.words)
        await show_all(records, town, replace(after, round=case.round), now)
        await records.cases.dismiss(case.id, now)
        await call(records, town, after, owner, now, "reopen" if wish.act is Act.REOPEN else "")
        await tell(records, case.reporter_id, cards.news(town, after, wish.act, wish.words, now), now, case.id)
        return (Outgoing(town.texts("case.done")),)

    async def _rate(
        self, records: Records, town: Town, person: Person, case: Case, wish: DoAct, now: datetime
    ) -> tuple[Outgoing, ...]:
        """Take a grade or an answer about this round; `value` is "round.5" or "round.solved"."""
        round_, _, value = wish.value.partition(".")
        rating = await records.ratings.get(case.id, case.round)
        if rating is None or round_ != str(case.round):
            raise NotAllowed("case.not_now")
        if value in {"1", "2", "3", "4", "5"}:
            rating = replace(rating, grade=int(value), graded_at=now)
        elif value in {"solved", "partly", "unsolved"}:
            rating = replace(rating, solved=value)
        else:
            raise NotAllowed("case.not_now")
        await records.ratings.save(rating)
        after = case
        if rating.complete and not rating.bad and case.state is State.FINISHED:
            after = replace(case, state=State.CLOSED, closed_at=now)
            await records.cases.save(after)
        await note(records, town, case, after, Act.RATE, person.id, now, value)
        replies: tuple[Outgoing, ...] = ()
        if rating.bad and case.can(Act.DISPUTE):
            replies = await self._dispute(records, town, person, case, "", now)
        if not rating.solved:
            return (*replies, cards.solving(town, case))
        if after is not case:
            await show_all(records, town, after, now)
        return replies or (Outgoing(town.texts("case.thanks")),)

    @staticmethod
    async def _dispute(
        records: Records, town: Town, person: Person, case: Case, words: str, now: datetime
    ) -> tuple[Outgoing, ...]:
        """The resident says no: the desk above, never the handler, decides."""
        await dispute(records, town, case, person.id, words, now)
        if words:
            return (cards.news(town, case, Act.DISPUTE, "", now),)
        more = numbered((town.texts("case.button_add"), cards.press(case, Act.ADD)))
        return (Outgoing(town.texts("case.ask_why"), more),)


async def dispute(records: Records, town: Town, case: Case, actor: int | None, words: str, now: datetime) -> None:
    """Move a case to the desk above, which is called with a fresh card."""
    day = town.clocks.today(now)
    owner = town.routing.superior_desk(case.unit_id, day, frozenset({case.handler_id or 0}))
    after = replace(case, state=case.after(Act.DISPUTE), closed_at=None)
    await records.cases.save(after)
    await note(records, town, case, after, Act.DISPUTE, actor, now, words)
    await show_all(records, town, after, now)
    await call(records, town, after, owner, now)


async def _sees(records: Records, town: Town, person: Person, case: Case, now: datetime) -> bool:
    """Whether a member of staff has to do with the case: called, handling it, or a desk or manager over the place."""
    if person.id == case.handler_id:
        return True
    called = await records.cases.assigned(case.id, case.round)
    if any(a.person_id == person.id and a.ended_at is None for a in called):
        return True
    roles = town.roles_over(person.id, case.unit_id, town.clocks.today(now))
    return desks(roles) or Role.MANAGER in roles
