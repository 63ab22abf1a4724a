"""One message in, one transaction: heard, understood, carried out, answered. Only then is it confirmed to the network.

A crash before the commit is as if nothing had been said, and the network says it again; after it, the repeat is dropped
by `seen`. Several messages that arrive together share one transaction.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases import repeating
from bot.cases.casework import Casework
from bot.cases.lifecycle import Act
from bot.cases.reminding import silence
from bot.chat.cleaning import cleaned
from bot.chat.conversation import Conversation, Scene, Turn
from bot.chat.dialogue import Dialogue
from bot.chat.forms.report import unclear, untold
from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.records import Timer
from bot.chat.wishes import (
    Begin,
    BindGroup,
    DoAct,
    FileCase,
    Join,
    Mended,
    ShowCase,
    ShowMine,
    ShowWork,
    Silence,
    Unfollow,
    Wish,
)
from bot.errors import DatabaseAway, NotAllowed
from bot.house import House
from bot.logs import about
from bot.people.affairs import Affairs
from bot.people.groups import presser
from bot.people.muting import silenced
from bot.people.people import Person
from bot.records import Records, Storage
from bot.together import Together
from bot.town import Town
from bot.triage.kinds import Urgency

log = logging.getLogger(__name__)

REMIND_DRAFT = timedelta(days=1)
_MOMENT = timedelta(seconds=10)


class Intake:
    """Takes what people say, on any network."""

    def __init__(
        self,
        storage: Storage,
        house: House,
        dialogue: Dialogue,
        casework: Casework,
        affairs: Affairs,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._house = house
        self._dialogue = dialogue
        self._casework = casework
        self._affairs = affairs
        self._clock = clock
        self._together = Together(self._take_together, self._take_alone)

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        """Take what people said, in order. When this returns, every word is committed and may be confirmed.

        For each a notice to show over a press in a group, mostly "". Whoever waits while a transaction runs shares the
        next one: many at once cost one commit.
        """
        return await self._together.do(incoming)

    async def _take_together(self, batch: Sequence[Incoming]) -> list[str]:
        notices, now = [], self._clock()
        async with self._storage.writing(brief=True) as records:
            await records.expect(batch, now)
            for said in batch:
                with about(message=f"{said.address.channel}:{said.message_id}"):
                    notices.append(await self._turn(records, said, now))
                    log.debug("a message is taken")
        return notices

    async def _take_alone(self, said: Incoming) -> str:
        """Our own fault must not make the words come back for ever: they are noted, and answered kindly.

        If the database itself is away or can write no more this raises, and nothing is confirmed.
        """
        now = self._clock()
        with about(message=f"{said.address.channel}:{said.message_id}"):
            async with self._storage.writing() as records:
                try:
                    async with records.savepoint():
                        return await self._turn(records, said, now)
                except DatabaseAway:
                    raise
                except Exception:
                    log.exception("a message could not be taken: %s %s", said.address.channel, said.message_id)
                if await records.talk.first_time(said.address.channel, said.message_id, now):
                    records.outbox.hear(said)
                    await records.outbox.post(said.sender, Outgoing(self._house.town.texts("menu.again")), now)
        return ""

    async def _turn(self, records: Records, said: Incoming, now: datetime) -> str:
        if not await records.talk.first_time(said.address.channel, said.message_id, now):
            return ""
        records.outbox.hear(said)
        town, said = self._house.town, cleaned(said)
        if not said.private and not said.choice:
            await self._affairs.groups.heard(records, town, said, now)
            return ""
        if said.private:
            person = await records.people.at(said.sender, said.name, now)
        elif (known := await presser(records, town, said.sender, now)) is not None:
            person = known
        else:
            return town.texts("people.join_first")
        await records.lock_person(person.id)
        if said.private and (instead := await silenced(records, town, person, said, now)) is not None:
            await records.outbox.post(said.sender, instead, now)
            return ""
        scene = Scene(town, person, now, town.clocks.today(now))
        said = await self._keep_files(records, said, person, now)
        if said.album and (case_id := await records.attachments.case_of_album(person.id, said.album)):
            late = DoAct(case_id, Act.ADD, said.text, tuple(a.id for a in said.attachments))
            await self._answer(records, said, await self._casework.act(records, scene.town, person, late, now), now)
            return ""
        return await self._talk(records, scene, said)

    async def _talk(self, records: Records, scene: Scene, said: Incoming) -> str:
        """One step of this person's conversation, and what it leads to; the notice over a press in a group."""
        person, now = scene.person, scene.now
        before = Conversation.from_json(await records.talk.conversation(person.id))
        turn = await self._with_repeats(records, scene, before, self._dialogue.step(before, said, scene))
        turn = await self._with_standing(records, scene, before, turn)
        conversation, replies, notice = turn.conversation, list(turn.replies), ""
        for wish in turn.wishes:
            try:
                with about(case=getattr(wish, "case_id", None)):
                    said_back, conversation = await self._carry_out(records, scene, said, wish, conversation)
            except NotAllowed as refused:
                text = refused.say(scene.texts)
                said_back, notice = ((Outgoing(text),), "") if said.private else ((), text)
            # What was done is said before the draft that comes back.
            replies = [*said_back, *replies]
        for reply in replies:
            conversation = conversation.remember(reply)
        if conversation != before:
            await records.talk.save_conversation(person.id, conversation.to_json(), now)
        if conversation.draft is not None and (before.draft is None or before.draft.no != conversation.draft.no):
            await records.timers.set("draft", person.id, str(conversation.draft.no), now + REMIND_DRAFT)
        await self._answer(records, said, tuple(replies), now)
        if said.private:
            return ""
        # All see that the button was pressed; what is said to the presser is said in private.
        return notice or scene.texts("people.answered_in_private" if replies else "people.pressed")

    async def _with_repeats(self, records: Records, scene: Scene, before: Conversation, turn: Turn) -> Turn:
        """A report that perhaps stands already is asked about before it is filed; an emergency never waits for that."""
        report = next((wish for wish in turn.wishes if isinstance(wish, FileCase)), None)
        if report is None or report.distinct or report.urgency == Urgency.EMERGENCY:
            return turn
        found = await repeating.offer(records, scene.town, scene.person, report, scene.now)
        return turn if found is None else self._dialogue.offer(before, found, scene)

    async def _with_standing(self, records: Records, scene: Scene, before: Conversation, turn: Turn) -> Turn:
        """Words that tell neither what nor where: who has a case is asked first whether they belong to it."""
        draft = turn.conversation.draft
        begun = draft is not None and (before.draft is None or before.draft.no != draft.no)
        if draft is None or not begun or turn.wishes or not untold(draft):
            return turn
        words, files = draft.get("words", ""), tuple(draft.get("files", ()))
        standing = await self._casework.standing(records, scene.town, scene.person, words, scene.now)
        if standing.waiting is not None:
            # Who was asked something and sends a picture or a few words answers it, and need not say so.
            answered = Outgoing(scene.texts("case.answered_asked", number=standing.waiting.number))
            return Turn(before, (answered,), (DoAct(standing.waiting.id, Act.ADD, words, files),))
        options = standing.options if unclear(draft) else []
        return self._dialogue.asking(turn, scene, standing=options) if options else turn

    @staticmethod
    async def _answer(records: Records, said: Incoming, replies: tuple[Outgoing, ...], now: datetime) -> None:
        for reply in replies:
            await records.outbox.post(said.sender, reply, now)

    @staticmethod
    async def _keep_files(records: Records, said: Incoming, person: Person, now: datetime) -> Incoming:
        kept = [await records.attachments.add(a, person.id, said.album, now) for a in said.attachments]
        for attachment in kept:
            if not attachment.sha256:
                # The moment too, for a number that was let go is given again, and its timer has rung.
                await records.timers.set("fetch", attachment.id, now.isoformat(timespec="milliseconds"), now)
        return replace(said, attachments=tuple(kept)) if kept else said

    async def _carry_out(
        self, records: Records, scene: Scene, said: Incoming, wish: Wish, conversation: Conversation
    ) -> tuple[tuple[Outgoing, ...], Conversation]:
        town, person, now = scene.town, scene.person, scene.now
        match wish:
            case FileCase():
                replies = await self._casework.file(records, town, person, wish, now)
                return _offer_home(replies, wish, scene), conversation
            case Join() | Unfollow():
                return await self._casework.company(records, town, person, wish, now), conversation
            case DoAct():
                return await self._casework.act(records, town, person, wish, now), conversation
            case Begin() | Mended():
                return await self._begin(records, scene, said, wish, conversation)
            case ShowCase(case_id, view):
                return (await self._casework.show(records, town, person, case_id, now, view),), conversation
            case Silence(case_id, on):
                return (await silence(records, town, person.id, case_id, now, on=on),), conversation
            case ShowMine():
                return (await self._casework.mine(records, town, person, now),), conversation
            case ShowWork():
                return (await self._casework.work(records, town, person, now),), conversation
            case BindGroup():
                raise NotAllowed("people.bind_in_group")
            case _:
                return await self._affairs.carry_out(records, scene, wish, said.sender), conversation

    async def _begin(
        self, records: Records, scene: Scene, said: Incoming, wish: Begin | Mended, conversation: Conversation
    ) -> tuple[tuple[Outgoing, ...], Conversation]:
        """Open the form of an act; one with nothing left to ask is finished at once."""
        if isinstance(wish, Mended):
            return await self._mended(records, scene, wish.words, conversation)
        fields = await self._casework.begin(records, scene.town, scene.person, wish, scene.now)
        turn = self._dialogue.open(conversation, wish.act.value, wish.case_id, scene, **(fields or {}))
        answers, begun = turn.replies, turn.conversation
        for more in turn.wishes:
            done, begun = await self._carry_out(records, scene, said, more, begun)
            answers += done
        return answers, begun

    async def _mended(
        self, records: Records, scene: Scene, words: str, conversation: Conversation
    ) -> tuple[tuple[Outgoing, ...], Conversation]:
        """Ask which case in work it is that is mended: whoever is on the way need not come. Without one, thank."""
        standing = (await self._casework.standing(records, scene.town, scene.person, words, scene.now)).options
        if not standing:
            return (Outgoing(scene.texts("menu.thanks"), menu=True),), conversation
        turn = self._dialogue.open(conversation, "report", 0, scene, words=words, standing=standing)
        return turn.replies, turn.conversation

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Remind once of a draft that was left for a day, if it is still the one in work."""
        if not await records.try_lock_person(timer.subject):  # They are saying something just now.
            await records.timers.postpone(timer.id, now + _MOMENT, tries=0)
            return False
        conversation = Conversation.from_json(await records.talk.conversation(timer.subject))
        if conversation.draft is None or str(conversation.draft.no) != timer.slot:
            return True
        civil = town.clocks.civil(now)
        if civil > now:
            await records.timers.postpone(timer.id, civil)
            return False
        person = await records.people.get(timer.subject)
        scene = Scene(town, person, now, town.clocks.today(now))
        turn = self._dialogue.resume(conversation, scene)
        for address in (await records.people.addresses(person.id))[:1]:
            for reply in turn.replies:
                await records.outbox.post(address, reply, now)
        await records.talk.save_conversation(person.id, turn.conversation.to_json(), now)
        return True


def _offer_home(replies: tuple[Outgoing, ...], wish: FileCase, scene: Scene) -> tuple[Outgoing, ...]:
    """Where we do not know the home of whom it is for, offer to remember this place as it."""
    unit, whom = scene.town.unit(wish.unit_id), wish.order.for_whom if wish.order is not None else ""
    known, _ = scene.person.home_of(whom)
    if not replies or unit is None or known is not None or unit.kind.value not in {"door", "building"}:
        return replies
    text = scene.texts("people.remember_other", whom=whom) if whom else scene.texts("people.remember_home")
    button = Button(text, f"h:{unit.id}:{wish.room[:8]}:{whom[:8]}" if whom else f"h:{unit.id}:{wish.room[:20]}")
    return (*replies[:-1], replace(replies[-1], buttons=(*replies[-1].buttons, button)))
