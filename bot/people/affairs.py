"""People's own affairs: coming in by invite, leave days, asking a colleague in, home, and who my grid worker is."""

from bot.chat.conversation import Scene, numbered
from bot.chat.menus import INVITING, greeting
from bot.chat.messages import Address, Outgoing
from bot.chat.wishes import FindWorker, Invite, Redeem, SaveHome, ShowDigest, TakeLeave, Wish
from bot.digests.rounds import Digests
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.people.joining import issue, redeem
from bot.people.people import mask_name
from bot.records import Records

WORKERS = (Role.GRID_WORKER, Role.GRID_HEAD, Role.COMMUNITY_DESK)


class Affairs:
    """Carries out what is not about a case."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests

    async def carry_out(self, records: Records, scene: Scene, wish: Wish, sender: Address) -> tuple[Outgoing, ...]:
        """Do it and say so. Raises NotAllowed."""
        match wish:
            case Redeem(code):
                return await self._redeem(records, scene, code, sender)
            case TakeLeave(first, last):
                return await self._leave(records, scene, TakeLeave(first, last))
            case Invite():
                return await self._invite(records, scene, wish)
            case SaveHome(unit_id, room):
                if scene.town.unit(unit_id) is None:
                    raise NotAllowed("people.no_such_place")
                await records.people.save_home(scene.person.id, unit_id, room)
                return (Outgoing(scene.texts("people.home_saved"), menu=True),)
            case FindWorker():
                return (self._worker(scene),)
            case ShowDigest():
                return (await self._digests.for_person(records, scene.town, scene.person.id, scene.now),)
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
        directory = scene.town.directory
        jobs = "、".join(f"{directory.full_name(p.unit_id)}{scene.town.role_name(p.role)}" for p in posts[:4])
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
        days = {"first": f"{wish.first:%m-%d}", "last": f"{wish.last:%m-%d}"}
        deputies = {
            scene.town.staff_name(post.deputy_id)
            for post in scene.town.directory.posts_of(scene.person.id)
            if post.deputy_id
        } - {""}
        key = "people.leave_deputy" if deputies else "people.leave_no_deputy"
        return (Outgoing(scene.texts(key, **days, deputy="、".join(sorted(deputies))), menu=True),)

    @staticmethod
    async def _invite(records: Records, scene: Scene, wish: Invite) -> tuple[Outgoing, ...]:
        town = scene.town
        if not town.roles_over(scene.person.id, wish.unit_id, scene.today) & set(INVITING):
            raise NotAllowed("acts.may_not_invite")
        person_id = await records.invites.hire(wish.name, wish.unit_id, wish.role, scene.now)
        code = await issue(records, person_id, scene.person.id, scene.now)
        where = town.directory.full_name(wish.unit_id)
        text = scene.texts("people.invited", name=wish.name, unit=where, role=town.role_name(wish.role))
        return (Outgoing(text), Outgoing(f"/start i_{code}"))

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

    @staticmethod
    async def bind_group(records: Records, scene: Scene, group: Address) -> tuple[Outgoing, ...]:
        """A group chat of staff gets the cards of the presser's unit from now on."""
        posts = [p for p in scene.town.posts(scene.person.id, scene.today) if p.role in (*INVITING, Role.GRID_HEAD)]
        if not posts:
            raise NotAllowed("people.staff_only")
        unit = scene.town.directory.units[posts[0].unit_id]
        await records.people.bind_group(group, unit.id, scene.person.id, scene.now)
        await records.outbox.post(group, Outgoing(scene.texts("people.group_bound", unit=unit.name)), scene.now)
        return ()
