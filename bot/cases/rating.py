"""The resident's word at the end: five grades, whether it is solved, and the desk above where it is not."""

from dataclasses import replace

from bot.cases import cards, following, letters
from bot.cases.calling_back import draw
from bot.cases.disputes import barred, closed_to, dispute, upheld
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import MOST_UPHELD, Act, State
from bot.cases.notices import show_all, tell
from bot.cases.rights import Relation
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.errands.taking import thank
from bot.errors import NotAllowed

_GRADES = {"1", "2", "3", "4", "5"}
_SOLVED = {"solved", "partly", "unsolved"}


async def rate(doing: Doing) -> Replies:
    """Take a grade or an answer about this round; `value` is "round.5" or "round.solved"."""
    if Relation.REPORTER not in doing.standing:
        return await following.rate(doing)
    case = doing.case
    round_, _, value = doing.wish.value.partition(".")
    rating = await doing.records.ratings.get(case.id, case.round)
    if rating is None or round_ != str(case.round):
        raise NotAllowed("case.not_now")
    if value in _GRADES:
        rating = rating.saying(doing.now, grade=int(value))
    elif value in _SOLVED:
        rating = rating.saying(doing.now, solved=value)
    else:
        raise NotAllowed("case.not_now")
    await doing.records.ratings.save(rating)
    await thank(doing.records, doing.town, case, value, doing.now)
    closes = rating.complete and not rating.bad and case.state is State.FINISHED
    after = await doing.move(replace(case, state=State.CLOSED, closed_at=doing.now) if closes else case, value)
    replies: Replies = ()
    if rating.bad and case.state is not State.DISPUTED:
        closed = await closed_to(doing.records, case, doing.now)
        if not closed:
            replies = await _take_up(doing, "")
        elif rating.complete:
            replies = doing.done(closed)
    if not rating.solved:
        return (*replies, letters.solving(doing.town, case))
    if closes:
        await show_all(doing.records, doing.town, after, doing.now)
        await draw(doing.records, doing.town, after, rating, doing.now)
    return replies or doing.done("case.thanks")


async def refute(doing: Doing) -> Replies:
    """The resident says no, with or without words: the desk above, never the handler, decides.

    Who has not answered whether it is solved has done so now; a refusal has no rating.
    """
    case = doing.case
    if closed := await closed_to(doing.records, case, doing.now):
        raise NotAllowed(closed)
    rating = await doing.records.ratings.get(case.id, case.round)
    if rating is not None and not rating.solved:
        await doing.records.ratings.save(rating.saying(doing.now, solved="unsolved"))
    return await _take_up(doing, doing.wish.words)


async def uphold(doing: Doing) -> Replies:
    """维持: the desk finds the work done, and says why. After the second the resident hears where else they can go."""
    if doing.person.id in await barred(doing.records, doing.case):
        raise NotAllowed("case.not_your_own")
    after = await doing.move(closed_at=doing.now, decide_by=None)
    await doing.announce(after)
    await doing.records.cases.dismiss(after.id, doing.now)  # Who judged it judges it no more.
    if await upheld(doing.records, after) >= MOST_UPHELD:
        await tell(doing.records, after.reporter_id, Outgoing(doing.texts("case.heard_twice")), doing.now, after.id)
    rating = await doing.records.ratings.get(after.id, after.round)
    await draw(doing.records, doing.town, after, rating, doing.now)
    return doing.done()


async def _take_up(doing: Doing, words: str) -> Replies:
    files = doing.wish.attachments
    await dispute(doing.records, doing.town, doing.case, doing.person.id, words, doing.now, files)
    if doing.case.state is State.REFUSED:
        return doing.done("case.news_review")
    if words or files:
        return (letters.news(doing.town, doing.case, Act.DISPUTE, "", doing.now),)
    more = numbered((doing.texts("case.button_add"), cards.press(doing.case, Act.ADD)))
    return (Outgoing(doing.texts("case.ask_why"), more),)
