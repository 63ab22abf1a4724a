"""People's own affairs: coming in by invite, leave days, asking a colleague in, home, and who my grid worker is."""

from collections.abc import Callable, Mapping

from bot.board.opening import leave_board, open_board
from bot.care.care import Care
from bot.chat.conversation import Scene, numbered
from bot.chat.menus import INVITING, greeting
from bot.chat.messages import Address, Outgoing
from bot.chat.wishes import (
    AddService,
    AskErase,
    BookMeal,
    CareStep,
    ClaimStep,
    Erase,
    ErrandStep,
    ExportMine,
    FindWorker,
    GatheringStep,
    HomeStep,
    Invite,
    LeaveBoard,
    Mute,
    OfferHelp,
    OpenBoard,
    Redeem,
    ReportIn,
    SaveHome,
    SaveShifts,
    ShowDigest,
    ShowHelping,
    ShowHome,
    StopHelping,
    StopWeekly,
    Summon,
    TakeLeave,
    Wish,
)
from bot.digests.rounds import Digests
from bot.double import claiming, gatherings
from bot.errands.errands import Errands
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.homes import homes
from bot.people import muting, rostering
from bot.people.groups import Groups
from bot.people.joining import issue, redeem
from bot.people.people import mask_name
from bot.people.privacy import Privacy
from bot.records import Records

WORKERS = (Role.GRID_WORKER, Role.GRID_HEAD, Role.COMMUNITY_DESK)


class Affairs:
    """Carries out what is not about a case. `links(payload)` has the way to a private chat, by network."""

    def __init__(
        self,
        digests: Digests,
        errands: Errands,
        care: Care,
        links: Callable[[str], Mapping[str, str]] = lambda _payload: {},
        board_url: str = "",
        privacy: Privacy | None = None,
    ) -> None:
        self._privacy = privacy
        self._care = care
        self._errands = errands
        self._digests = digests
        self._board_url = board_url
        self._links = links
        self.groups = Groups(links)

    async def carry_out(self, records: Records, scene: Scene, wish: Wish, sender: Address) -> tuple[Outgoing, ...]:
        """Do it and say so. Raises NotAllowed."""
        match wish:
            case Redeem(code):
                return await self._redeem(records, scene, code, sender)
            case TakeLeave():
                return await self._leave(records, scene, wish)
            case Invite():
                return await self._invite(records, scene, wish)
            case ShowHome():
                return (_home(scene),)
            case SaveHome():
                return (await _save_home(records, scene, wish),)
            case FindWorker():
                return (self._worker(scene),)
            case ShowDigest():
                return (await self._digests.for_person(records, scene.town, scene.person.id, scene.now),)
            case OpenBoard() | LeaveBoard():
                door = (
                    open_board(records, scene, self._board_url) if wish == OpenBoard() else leave_board(records, scene)
                )
                return (await door,)
            case SaveShifts():
                return await rostering.carry_out(records, scene, wish)
            case _:
                return await self._helped(records, scene, wish)

    async def _helped(self, records: Records, scene: Scene, wish: Wish) -> tuple[Outgoing, ...]:
        """What is about errands, elder care and the registers of homes."""
        match wish:
            case ErrandStep() | OfferHelp() | ShowHelping() | StopHelping() | StopWeekly():
                return await self._errands.carry_out(records, scene, wish)
            case CareStep() | BookMeal():
                return await self._care.carry_out(records, scene, wish)
            case GatheringStep() | ReportIn() | Summon():
                return await gatherings.carry_out(records, scene, wish)
            case AddService() | ClaimStep():
                return await claiming.carry_out(records, scene, wish)
            case HomeStep():
                return await homes.carry_out(records, scene, wish)
            case Mute():
                return await muting.carry_out(records, scene, wish)
            case ExportMine() | AskErase() | Erase() if self._privacy is not None:
                return await self._privacy.carry_out(records, scene, wish)
            case _:
                raise NotAllowed("menu.not_understood")

    @staticmethod
    async def _redeem(records: Records, scene: Scene, code: str, sender: Address) -> tuple[Outgoing, ...]:
        person_id = await redeem(records, code, sender, scene.now)
        if person_id is None:
            raise NotAllowed("people.bad_invite")
        person = await records.people.get(person_id)
        joined = Scene(scene.town, person, scene.now, scene.today)
        posts = scene.town.posts(person_id, scene.today)
        jobs = scene.texts.listed(scene.town.post_name(post.unit_id, post.role, whole=True) for post in posts[:4])
        hello = Outgoing(scene.texts("people.joined", name=person.name, jobs=jobs or scene.texts("people.soon")))
        return (hello, greeting(joined, None))

    @staticmethod
    async def _leave(records: Records, scene: Scene, wish: TakeLeave) -> tuple[Outgoing, ...]:
        if not scene.is_staff:
            raise NotAllowed("people.staff_only")
        if wish.first is None or wish.last is None:
            await records.people.end_leave(scene.person.id, scene.today)
            return (Outgoing(scene.texts("people.back"), menu=True),)
        await records.people.take_leave(scene.person.id, wish.first, wish.last)
        t = scene.texts
        days = [t("times.date", month=day.month, day=day.day) for day in dict.fromkeys((wish.first, wish.last))]
        span = t("people.leave_span", first=days[0], last=days[1]) if len(days) > 1 else days[0]
        deputies = {
            scene.town.staff_name(post.deputy_id)
            for post in scene.town.directory.posts_of(scene.person.id)
            if post.deputy_id
        } - {""}
        key = "people.leave_deputy" if deputies else "people.leave_no_deputy"
        return (Outgoing(t(key, days=span, deputy=t.listed(sorted(deputies))), menu=True),)

    async def _invite(self, records: Records, scene: Scene, wish: Invite) -> tuple[Outgoing, ...]:
        town = scene.town
        if not town.roles_over(scene.person.id, wish.unit_id, scene.today) & set(INVITING):
            raise NotAllowed("acts.may_not_invite")
        person_id = await records.invites.hire(wish.name, wish.unit_id, wish.role, scene.now)
        code = await issue(records, person_id, scene.person.id, scene.now)
        owner = town.post_name(wish.unit_id, wish.role, whole=True)
        text = scene.texts("people.invited", name=wish.name, owner=owner)
        ways = self._links(f"i_{code}")
        return (Outgoing(text), Outgoing("\n".join(ways.values()) or f"/start i_{code}"))

    @staticmethod
    def _worker(scene: Scene) -> Outgoing:
        """The role and family name of who answers at home, and a way to reach them."""
        town = scene.town
        home = scene.person.home_unit_id
        buttons = numbered((scene.texts("menu.report"), "m:report"), (scene.texts("menu.mine"), "m:mine"))
        if home is None or town.unit(home) is None:
            return Outgoing(scene.texts("people.worker_where"), buttons)
        for unit in town.directory.upward(home):
            for post in town.directory.posts_at(unit.id):
                person = town.directory.on_duty(post, scene.today) if post.role in WORKERS else None
                if person is not None:
                    text = scene.texts("people.worker", role=town.role_name(post.role), name=mask_name(person.name))
                    return Outgoing(text, buttons)
        return Outgoing(scene.texts("people.worker_where"), buttons)


async def _save_home(records: Records, scene: Scene, wish: SaveHome) -> Outgoing:
    """Remember where this person lives, or somebody whom they order for; or forget it."""
    unit_id = wish.unit_id
    if unit_id is not None and scene.town.unit(unit_id) is None:
        raise NotAllowed("people.no_such_place")
    if wish.whom:
        await records.people.save_home(scene.person.id, unit_id, wish.room, wish.whom)
        key = "people.other_forgotten" if unit_id is None else "people.other_saved"
        return Outgoing(scene.texts(key, whom=wish.whom), menu=True)
    await records.people.save_home(scene.person.id, unit_id, wish.room)
    key = "people.home_forgotten" if unit_id is None else "people.home_saved"
    return Outgoing(scene.texts(key), menu=True)


def _home(scene: Scene) -> Outgoing:
    """The homes we remember, one's own and of those whom one orders for, with the ways to change and to forget them."""
    t, own = scene.texts, scene.person.home_of("")
    if scene.town.unit(own[0]) is None:
        lines, buttons = [t("people.no_home")], [(t("people.tell_home"), "m:move")]
    else:
        lines = [t("people.home", place=scene.town.address(*own))]
        buttons = [(t("people.move"), "m:move"), (t("people.forget_home"), "m:forget")]
    for whom in scene.person.other_homes or ():
        lines.append(t("people.other_home", whom=whom, place=scene.town.address(*scene.person.home_of(whom))))
        buttons.append((t("people.forget_other", whom=whom), f"h:0::{whom}"))
    return Outgoing("\n".join(lines), numbered(*buttons))
