"""禁言: a desk lets a resident who only insults be silent for some days, with a reason that the resident reads.

By 更多 on a case's card, or written as words to a desk's own chat: 禁言 1001 7天 反复辱骂, and 解除禁言 1001. The desk names a case and never learns
who is behind it. Calls for help, buttons and what the law gives a person (their data, their cases) always pass.
"""

from datetime import datetime, timedelta

from bot.cases.notices import tell
from bot.cases.rights import Relation, relations
from bot.chat.conversation import Scene, numbered
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import Mute
from bot.errors import NotAllowed
from bot.people.people import Person
from bot.records import Records
from bot.town import Town

_ALWAYS = ("export", "erase", "mine", "help")


async def carry_out(records: Records, scene: Scene, wish: Mute) -> tuple[Outgoing, ...]:
    """Mute or hear again who reported the case. Raises NotAllowed."""
    case, t = await records.cases.get(wish.case_id), scene.texts
    if case is None or Relation.DESK not in relations(scene.town, scene.person.id, case, scene.today):
        raise NotAllowed("limits.desk_only")
    if not wish.lift and not (wish.days and wish.why):
        raise NotAllowed("limits.mute_how")
    until = scene.now + timedelta(days=wish.days)
    await records.mutes.mute(case.reporter_id, case.id, scene.person.id, scene.now, until, wish.why)
    if wish.lift:
        await tell(records, case.reporter_id, Outgoing(t("limits.you_are_free"), menu=True), scene.now)
        return (Outgoing(t("limits.unmuted", number=case.number)),)
    told = t("limits.you_are_muted", why=wish.why, day=_day(scene.town, until))
    await tell(records, case.reporter_id, Outgoing(told), scene.now)
    lift = numbered((t("limits.lift"), f"c:{case.id}:unhush"))
    return (Outgoing(t("limits.muted_now", number=case.number, day=_day(scene.town, until)), lift),)


async def silenced(records: Records, town: Town, person: Person, said: Incoming, now: datetime) -> Outgoing | None:
    """What a muted resident hears instead of being heard; None for what passes."""
    if person.muted_until is None or person.muted_until <= now or said.choice:
        return None
    typed = said.text.strip()
    if typed.removeprefix("/") in _ALWAYS or town.texts.named("menu.words_").get(typed) in _ALWAYS:
        return None
    if said.text and town.triage.read(said.text).danger is not None:
        return None
    return Outgoing(
        town.texts("limits.muted", day=_day(town, person.muted_until), why=await records.mutes.why(person.id))
    )


def _day(town: Town, moment: datetime) -> str:
    day = moment.astimezone(town.clocks.zone)
    return town.texts("times.date", month=day.month, day=day.day)
