"""Letting an elder's phone in, and a family member follow: by six digits said aloud, taken back with a word."""

import hashlib
import secrets
from datetime import timedelta

from bot.care import letters
from bot.care.elder import Elder, Kin
from bot.care.step import Step
from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed

DIGITS = 6
GOOD_FOR = timedelta(days=1)
TRIES = 5  # a day and person: six digits cannot be guessed with so few


async def bind_code(step: Step) -> Replies:
    """The visitor gets a code to type on the elder's own phone."""
    elder = await step.elder()
    if not step.covers(elder):
        raise NotAllowed("elders.not_yours")
    code = await _issue(step, elder, "bind")
    return step.say("bind_code", name=elder.name, code=code)


async def bind(step: Step) -> Replies:
    """Let the elder's own phone in: the home is known, and one word calls for help."""
    elder = await _redeemed(step, "bind")
    if step.scene.is_staff:
        raise NotAllowed("elders.staff_phone")
    await step.records.elders.bind(elder, step.person.id)
    text = step.texts("elders.bound", name=elder.name)
    return (Outgoing(text, letters.help_buttons(step.town), menu=True),)


async def invite(step: Step) -> Replies:
    """The elder gets a code to say to a daughter or son; saying it is the consent."""
    elder = await step.myself()
    return step.say("invite_code", code=await _issue(step, elder, "follow"))


async def follow(step: Step) -> Replies:
    """A family member follows from now on; the elder hears who, and how to take it back."""
    elder = await _redeemed(step, "follow")
    if elder.person_id == step.person.id:
        raise NotAllowed("elders.yourself")
    called = step.wish.words.strip()[:20] or step.texts("elders.family")
    await step.records.kin.follow(Kin(elder.id, step.person.id, called, step.now))
    await tell(step.records, elder.person_id, step.say("follows_you", called=called)[0], step.now)
    return step.say("you_follow", name=elder.name)


async def family(step: Step) -> Replies:
    """How those are whom I follow."""
    followed = await step.records.kin.of_person(step.person.id)
    elders = [elder for kin in followed if (elder := await step.records.elders.get(kin.elder_id)) is not None]
    if not elders:
        raise NotAllowed("elders.follow_how")
    last = await step.records.visits.made([elder.id for elder in elders], "weekly")
    return (letters.kin_page(step.town, [(elder, last.get(elder.id)) for elder in elders], step.now),)


async def unfollow(step: Step) -> Replies:
    """A family member follows no more."""
    if not await step.records.kin.end(step.wish.subject, step.person.id, step.now):
        raise NotAllowed("elders.follow_how")
    return step.say("unfollowed")


async def unwatch(step: Step) -> Replies:
    """The elder takes it back with a word: nobody follows any more, and those who did hear it kindly."""
    elder = await step.myself()
    followers = await step.records.kin.of_elder(elder.id)
    await step.records.kin.end(elder.id, None, step.now)
    for kin in followers:
        await tell(step.records, kin.person_id, step.say("kin_ended", name=elder.name)[0], step.now)
    return step.say("unwatched" if followers else "nobody_watches")


async def _issue(step: Step, elder: Elder, purpose: str) -> str:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    await step.records.kin.issue(_digest(code), elder.id, purpose, step.person.id, step.now + GOOD_FOR)
    return code


async def _redeemed(step: Step, purpose: str) -> Elder:
    """The elder of the code that was typed, which is used up then. Raises NotAllowed."""
    if await step.records.kin.tries(step.person.id, step.today) > TRIES:
        raise NotAllowed("elders.too_many_tries")
    elder_id = await step.records.kin.use(_digest(step.wish.value), purpose, step.now)
    elder = await step.records.elders.get(elder_id) if elder_id is not None else None
    if elder is None or elder.agreed_on is None:
        raise NotAllowed("elders.bad_code")
    return elder


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
