"""双报到: somebody reports in to a community by chat; its desk calls a gathering, reads who comes, and ticks who was there.

Nobody is ranked and nobody signs in: the desk ticks who came, which is all that is kept.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import Scene, numbered
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.chat.wishes import GatheringStep, ReportIn, Summon
from bot.double.gathering import Answer, Gathering, Member
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.records import Records
from bot.town import Town, say_time

TIMERS = ("gathering_soon", "gathering_after")
SOON = timedelta(hours=2)  # so long before it, who comes is reminded
AFTER = timedelta(hours=1)  # so long after the start, the desk is asked who was there


async def carry_out(records: Records, scene: Scene, wish: GatheringStep | ReportIn | Summon) -> Replies:
    """Do it and say so. Raises NotAllowed."""
    match wish:
        case ReportIn():
            return await _report_in(records, scene, wish)
        case Summon():
            return await _summon(records, scene, wish)
        case _:
            if wish.verb not in _DO:
                raise NotAllowed("menu.not_understood")
            return await _DO[wish.verb](records, scene, wish)


def communities(scene: Scene) -> list[int]:
    """The communities whose gatherings this person may call."""
    posts = (post for post in scene.town.posts(scene.person.id, scene.today) if post.role is Role.COMMUNITY_DESK)
    return list(dict.fromkeys(post.unit_id for post in posts))


async def _report_in(records: Records, scene: Scene, wish: ReportIn) -> Replies:
    """报到: from now on they hear of this community's gatherings; said anew it changes what is known."""
    if scene.town.unit(wish.community_id) is None:
        raise NotAllowed("people.no_such_place")
    await records.double.save_member(
        Member(scene.person.id, wish.community_id, wish.name, wish.unit, wish.can, scene.now)
    )
    t, community = scene.texts, scene.town.directory.units[wish.community_id].name
    told = Outgoing(t("double.new_member", name=wish.name, unit=wish.unit, can=wish.can))
    for person_id in scene.town.routing.superior_desk(wish.community_id, scene.today).people:
        await tell(records, person_id, told, scene.now)
    return (Outgoing(t("double.reported_in", community=community), menu=True),)


async def _summon(records: Records, scene: Scene, wish: Summon) -> Replies:
    """召集: every member of the community is asked, with two buttons; the reminders are set."""
    if wish.community_id not in communities(scene):
        raise NotAllowed("case.desk_only")
    if wish.starts_at <= scene.now:
        raise NotAllowed("double.past")
    made = await records.double.add(
        Gathering(wish.community_id, scene.person.id, wish.what, wish.place, wish.starts_at, scene.now)
    )
    members = [m for m in await records.double.members(wish.community_id) if m.person_id != scene.person.id]
    for member in members:
        await tell(records, member.person_id, invitation(scene.town, made, scene.now), scene.now)
    if wish.starts_at - SOON > scene.now:
        await records.timers.set("gathering_soon", made.id, "", wish.starts_at - SOON)
    await records.timers.set("gathering_after", made.id, "", wish.starts_at + AFTER)
    off = numbered(
        (scene.texts("double.call_off"), f"g:{made.id}:off"), (scene.texts("double.who"), f"g:{made.id}:who")
    )
    return (Outgoing(scene.texts("double.summoned", count=len(members)), off),)


def invitation(town: Town, made: Gathering, now: datetime) -> Outgoing:
    """What a member reads."""
    t = town.texts
    community = town.unit(made.community_id)
    text = t(
        "double.invitation", community=community.name if community is not None else "", what=made.what,
        place=made.place, time=say_time(t, town.clocks, made.starts_at, now),
    )  # fmt: skip
    buttons = numbered((t("double.comes"), f"g:{made.id}:yes"), (t("double.comes_not"), f"g:{made.id}:no"))
    return Outgoing(text, buttons, card=f"gathering:{made.id}", fresh=True)


async def _yes(records: Records, scene: Scene, wish: GatheringStep) -> Replies:
    return await _answered(records, scene, wish, comes=True)


async def _no(records: Records, scene: Scene, wish: GatheringStep) -> Replies:
    return await _answered(records, scene, wish, comes=False)


async def _answered(records: Records, scene: Scene, wish: GatheringStep, *, comes: bool) -> Replies:
    made, member = await records.double.get(wish.subject), await records.double.member(scene.person.id)
    if made is None or member is None or member.community_id != made.community_id or member.ended_at is not None:
        raise NotAllowed("double.not_called")
    if made.called_off_at is not None or scene.now >= made.starts_at:
        raise NotAllowed("double.over")
    await records.double.answer(Answer(made.id, scene.person.id, comes, scene.now))
    return (Outgoing(scene.texts("double.noted_yes" if comes else "double.noted_no")),)


async def _who(records: Records, scene: Scene, wish: GatheringStep) -> Replies:
    """Who comes; once it began, a button for each to tick who was there."""
    made = await _mine(records, scene, wish.subject)
    return (await sheet(records, scene.town, made, scene.now),)


async def sheet(records: Records, town: Town, made: Gathering, now: datetime) -> Outgoing:
    """The desk's list of one gathering."""
    t = town.texts
    names = {member.person_id: member for member in await records.double.members(made.community_id)}
    answers = [answer for answer in await records.double.answers(made.id) if answer.person_id in names]
    coming = [answer for answer in answers if answer.comes]
    text = t(
        "double.list", what=made.what, time=say_time(t, town.clocks, made.starts_at, now), coming=len(coming),
        not_coming=len(answers) - len(coming), there=sum(answer.there for answer in answers),
    )  # fmt: skip
    lines = [f"{names[a.person_id].unit} {names[a.person_id].name}" for a in coming]
    ticks = [
        (t("double.tick", name=names[a.person_id].name), f"g:{made.id}:there:{a.person_id}")
        for a in coming
        if not a.there and now >= made.starts_at
    ]
    return Outgoing("\n".join([text, *lines]), numbered(*ticks), card=f"gathered:{made.id}", fresh=True)


async def _there(records: Records, scene: Scene, wish: GatheringStep) -> Replies:
    """The desk ticks somebody who was there."""
    made = await _mine(records, scene, wish.subject)
    found = next((a for a in await records.double.answers(made.id) if str(a.person_id) == wish.value), None)
    if found is None or scene.now < made.starts_at:
        raise NotAllowed("double.over")
    await records.double.answer(replace(found, there=True))
    return (await sheet(records, scene.town, made, scene.now),)


async def _off(records: Records, scene: Scene, wish: GatheringStep) -> Replies:
    """It is called off: who did not say that they stay away hears it."""
    made = await _mine(records, scene, wish.subject)
    if made.called_off_at is not None or scene.now >= made.starts_at:
        raise NotAllowed("double.over")
    await records.double.save(replace(made, called_off_at=scene.now))
    away = {answer.person_id for answer in await records.double.answers(made.id) if not answer.comes}
    for member in await records.double.members(made.community_id):
        if member.person_id not in away | {scene.person.id}:
            told = Outgoing(scene.texts("double.called_off", what=made.what), card=f"gathering:{made.id}", fresh=True)
            await tell(records, member.person_id, told, scene.now)
    return (Outgoing(scene.texts("double.called_off", what=made.what)),)


async def _list(records: Records, scene: Scene, _wish: GatheringStep) -> Replies:
    """我的召集: the last gatherings of my community."""
    found = await records.double.latest(communities(scene))
    if not found:
        raise NotAllowed("double.no_gatherings")
    options = ((made.what[:20], f"g:{made.id}:who") for made in found)
    return (Outgoing(scene.texts("double.gatherings"), numbered(*options)),)


async def _end(records: Records, scene: Scene, _wish: GatheringStep) -> Replies:
    """不报到了: they hear of no gathering any more."""
    member = await records.double.member(scene.person.id)
    if member is None or member.ended_at is not None:
        raise NotAllowed("double.not_called")
    await records.double.save_member(replace(member, ended_at=scene.now))
    return (Outgoing(scene.texts("double.ended"), menu=True),)


async def _mine(records: Records, scene: Scene, gathering_id: int) -> Gathering:
    made = await records.double.get(gathering_id)
    if made is None or made.community_id not in communities(scene):
        raise NotAllowed("case.desk_only")
    return made


_DO: dict[str, Callable[[Records, Scene, GatheringStep], Awaitable[Replies]]] = {
    "yes": _yes,
    "no": _no,
    "who": _who,
    "there": _there,
    "off": _off,
    "list": _list,
    "end": _end,
}


class GatheringWatch:
    """Rings the timers of gatherings: those in `TIMERS`."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Remind who comes, or ask the desk who was there; the evening's are put off to the morning."""
        made = await records.double.get(timer.subject)
        if made is None or made.called_off_at is not None:
            return True
        if timer.kind == "gathering_soon":
            if now < made.starts_at:
                text = town.texts("double.soon", what=made.what, place=made.place, time=_at(town, made, now))
                for answer in await records.double.answers(made.id):
                    if answer.comes:
                        await tell(records, answer.person_id, Outgoing(text), now)
            return True
        if (civil := town.clocks.civil(now)) > now:
            await records.timers.postpone(timer.id, civil)
            return False
        await tell(records, made.called_by, await sheet(records, town, made, now), now)
        return True


def _at(town: Town, made: Gathering, now: datetime) -> str:
    return say_time(town.texts, town.clocks, made.starts_at, now)
