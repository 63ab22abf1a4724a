"""Acts from the board's pages. They go through the same casework as a press in the chat: same rights, same answers.

Nothing is done twice or on a page that has grown old: each form carries a word that is good once, and a mark of the case
as it was when the page was made.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.board.offers import HERE, PICTURED, Offer, offers
from bot.cases import petitioning
from bot.cases.casework import Casework
from bot.cases.lifecycle import FIRST_NUMBER, Act, Case, Petition
from bot.chat.cleaning import visible
from bot.chat.forms.acts import MAX_WORDS
from bot.chat.forms.desk import lead_in
from bot.chat.messages import Attachment
from bot.chat.wishes import DoAct
from bot.errors import NotAllowed
from bot.house import House
from bot.logs import about
from bot.people.people import Person
from bot.records import Records, Storage

CHANNEL = "board"  # what its presses are noted under, beside the networks' messages
_LONGEST_VALUE = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a person may do to a case; `mark` is the case as they see it."""

    mark: str = ""
    forms: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Press:
    """A form that was sent, with pictures that are kept already.

    `once` is its word; `mark` is "" from the list, where only what cannot harm is pressed.
    """

    number: int
    act: str
    value: str = ""
    words: str = ""
    once: str = ""
    mark: str = ""
    pictures: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to who pressed, and whether it was done."""

    text: str
    done: bool


class Acting:
    """Carries out what is pressed on the board."""

    def __init__(
        self,
        storage: Storage,
        house: House,
        casework: Casework,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._house = house
        self._casework = casework
        self._clock = clock

    async def offered(self, person_id: int, number: int) -> Offered:
        """What this person may do to the case now; nothing for a case that is not theirs to act on."""
        town, now = self._house.town, self._clock()
        async with self._storage.reading() as records:
            person = await records.people.get(person_id)
            try:
                case, acts = await self._casework.may(records, town, person, number - FIRST_NUMBER, now)
            except NotAllowed:
                return Offered()
            asked = await petitioning.pending(records, case) if case.beside else None
        return Offered(_mark(case, asked), offers(town, case, acts, asked, town.clocks.today(now)))

    async def press(self, person_id: int, press: Press) -> Answer:
        """Do it, or say why not and what can be done instead. Never twice for the same form."""
        town, now = self._house.town, self._clock()
        case_id = press.number - FIRST_NUMBER
        with about(case=case_id):
            async with self._storage.writing() as records:
                if not press.once or not await records.talk.first_time(CHANNEL, f"{person_id}:{press.once}", now):
                    return Answer(town.texts("board.done_already"), done=False)
                await records.lock_person(person_id)
                person = await records.people.get(person_id)
                try:
                    text = await self._carried_out(records, person, case_id, press, now)
                except NotAllowed as refused:
                    return Answer(refused.say(town.texts), done=False)
            log.debug("an act from the board is done: %s", press.act)
        return Answer(text, done=True)

    async def _carried_out(self, records: Records, person: Person, case_id: int, press: Press, now: datetime) -> str:
        town = self._house.town
        case, _ = await self._casework.may(records, town, person, case_id, now)
        asked = await petitioning.pending(records, case) if case.beside else None
        if press.act not in HERE:
            raise NotAllowed("board.changed")  # No page of ours has such a form.
        act = Act(press.act)
        # Whoever comes second to accept is told who has it; all else is looked at again before it is done.
        if press.mark != _mark(case, asked) and act is not Act.ACCEPT:
            raise NotAllowed("board.changed")
        value = lead_in(press.value) if act is Act.MERGE else visible(press.value, _LONGEST_VALUE)
        pictures = press.pictures if act in PICTURED else ()
        files = tuple([(await records.attachments.add(each, person.id, "", now)).id for each in pictures])
        wish = DoAct(case_id, act, visible(press.words.strip(), MAX_WORDS), files, value)
        replies = await self._casework.act(records, town, person, wish, now)
        said = [reply.text for reply in replies if not reply.card]
        return "\n".join(said) or town.texts("board.did", what=town.texts(f"board.act_{act}"))


def _mark(case: Case, asked: Petition | None) -> str:
    """Changes with whatever a decision about the case rests on."""
    on = (case.state, case.round, case.owner_id, case.owner_role, case.handler_id, asked.id if asked else 0)
    return hashlib.sha256(repr(on).encode()).hexdigest()[:16]
